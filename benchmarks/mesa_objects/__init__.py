"""The core cycle as a Mesa user would write it, one object an agent: oracle of the tests and yardstick of speed."""

from .model import CycleObjects

__all__ = ["CycleObjects"]
