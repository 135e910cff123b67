"""Order in a market: who is served first."""

from __future__ import annotations

import numpy as np

from .jit import rule
from .table import Floats, Ints, Vector


def best_first(score: Floats, tie: Ints, group: Ints | None = None) -> Ints:
    """Positions sorted by group (if given), then score from high to low, then tie from low to high."""
    keys = (tie, -score) if group is None else (tie, -score, group)
    return np.lexsort(keys).astype(np.int64)


@rule
def first_above(cumulative: Vector, first: int, last: int, target: float) -> int:
    """Smallest k in first..last-1 with cumulative[k] > target (binary search; last-1 if none)."""
    low, high = first, last - 1
    while low < high:
        middle = (low + high) // 2
        if cumulative[middle] > target:
            high = middle
        else:
            low = middle + 1
    return low
