"""Fixed blocks of rows, so that a sum over agents has one order whatever the number of threads."""

from __future__ import annotations

BLOCK = 4096


def blocks(rows: int) -> list[tuple[int, int]]:
    """The (first, last) bounds of each block of at most 4 096 rows."""
    return [(lo, min(lo + BLOCK, rows)) for lo in range(0, rows, BLOCK)]
