"""All measures: importing this enters every function of the package into MEASURES."""

from __future__ import annotations

from . import cycle, exits, firms, funds, history, listing, lives, rounds  # noqa: F401  (importing enters them)
from .record import MEASURES

__all__ = ["MEASURES"]
