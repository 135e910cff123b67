"""The core cycle as a Mesa user would write it: one object an agent. The oracle of the tests and the yardstick of speed."""

from .model import CycleObjects

__all__ = ["CycleObjects"]
