"""Fixed blocks of rows, so that a sum over agents has one order whatever the number of threads.

Inside a block a rule writes only the block's own rows and the block's own slice of every shared array. The slices are
added up in block order, whether the blocks were played in order or side by side: the bits are the same.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel, open_rule
from .table import Floats, Matrix, Vector

BLOCK = 4096


def blocks(rows: int) -> list[tuple[int, int]]:
    """The (first, last) bounds of each block of at most 4 096 rows."""
    return [(lo, min(lo + BLOCK, rows)) for lo in range(0, rows, BLOCK)]


@open_rule
def count_blocks(rows: int) -> int:
    """How many blocks there are."""
    return (rows + BLOCK - 1) // BLOCK


@open_rule
def first_row(block: int) -> int:
    """The row with which a block begins."""
    return block * BLOCK


@open_rule
def end_row(block: int, rows: int) -> int:
    """The row before which a block ends."""
    return min(rows, (block + 1) * BLOCK)


@kernel
def add_in_order(slices: Matrix, total: Vector) -> None:
    """Add the slices (blocks x entries) to a total, one block after the other."""
    for block in range(slices.shape[0]):
        for k in range(total.shape[0]):
            total[k] += slices[block, k]


class Slices:
    """For one pass over a table: a slice a block of every shared array that the blocks add to."""

    def __init__(self, rows: int) -> None:
        self._blocks = count_blocks(rows)
        self._pairs: list[tuple[Floats, Floats]] = []

    def of(self, total: Floats) -> Floats:
        """Zeros of shape (blocks, *shape of `total`), to be added to it by `fold`."""
        slices = np.zeros((self._blocks, *total.shape))
        self._pairs.append((slices, total))
        return slices

    def fold(self) -> None:
        """Add every block's slices to their totals, in block order."""
        for slices, total in self._pairs:
            add_in_order(slices.reshape(self._blocks, total.size), total.reshape(-1))
