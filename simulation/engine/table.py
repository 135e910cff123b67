"""Agent tables: two C-ordered arrays a kind of agent, one row per column, declared once with unit and meaning.

A `Layout` is the declaration; a `Table` holds the numbers. Columns are module-level integers, so that a rule's caller
reads `firm[CASH, i]` and numba sees a constant. Rows may be used again, ids never are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .jit import kernel

Floats = NDArray[np.float64]  # of any shape

# The annotations of rules and kernels, which jit.py turns into machine types.
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Cube = np.ndarray[tuple[int, int, int], np.dtype[np.float64]]
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Codes = np.ndarray[tuple[int, int], np.dtype[np.int64]]
Cubes = np.ndarray[tuple[int, int, int, int], np.dtype[np.float64]]
Word = np.uint64

Number = TypeVar("Number", bound=np.generic)
LINE = 8  # numbers in a line of the processor's cache


@kernel
def close_gaps(num: Matrix, code: Codes, rows: Ints) -> None:
    """Move the rows given, in ascending order, to the front of a table."""
    for column in range(num.shape[0]):
        for k in range(rows.shape[0]):
            num[column, k] = num[column, rows[k]]
    for column in range(code.shape[0]):
        for k in range(rows.shape[0]):
            code[column, k] = code[column, rows[k]]


@kernel
def write_fresh(num: Matrix, code: Codes, rows: Ints, floats: Vector, codes: Ints) -> None:
    """Put the initial values into the rows given."""
    for column in range(num.shape[0]):
        for k in range(rows.shape[0]):
            num[column, rows[k]] = floats[column]
    for column in range(code.shape[0]):
        for k in range(rows.shape[0]):
            code[column, rows[k]] = codes[column]


@dataclass(frozen=True)
class Column:
    """One declared column: where it lies, its unit, what it means and its value in a fresh row."""

    index: int
    name: str
    unit: str
    meaning: str
    initial: float


@dataclass
class Layout:
    """The declaration of a kind of agent or claim: float columns and integer codes in order."""

    name: str
    meaning: str
    columns: list[Column] = field(default_factory=list)
    codes: list[Column] = field(default_factory=list)
    _fresh: tuple[Vector, Ints] | None = field(default=None, compare=False, repr=False)

    def column(self, name: str, unit: str, meaning: str, initial: float = 0.0) -> int:
        """Declare a float column; returns its row index in `Table.num`."""
        self.columns.append(Column(len(self.columns), name, unit, meaning, initial))
        self._fresh = None
        return len(self.columns) - 1

    def code(self, name: str, meaning: str, initial: int = 0) -> int:
        """Declare an integer column (id, class, date or flag); returns its row index in `Table.code`."""
        self.codes.append(Column(len(self.codes), name, "code", meaning, initial))
        self._fresh = None
        return len(self.codes) - 1

    def fresh(self) -> tuple[Vector, Ints]:
        """Initial values of one row, as (floats, codes); not to be changed by who asks."""
        if self._fresh is None:
            floats = np.array([c.initial for c in self.columns], dtype=np.float64)
            self._fresh = floats, np.array([c.initial for c in self.codes], dtype=np.int64)
        return self._fresh


class Table:
    """The rows of one kind: `num` (columns x capacity, float64), `code` (codes x capacity, int64), `used` rows."""

    __slots__ = ("code", "layout", "num", "ready", "used")

    def __init__(self, layout: Layout, capacity: int = 64, used: int = 0) -> None:
        self.layout = layout
        self.num: Matrix = np.zeros((len(layout.columns), max(1, capacity)))
        self.code: Codes = np.zeros((len(layout.codes), max(1, capacity)), dtype=np.int64)
        self.used = used
        self.ready = 0  # rows that have held their initial values; those behind them are zeros nobody has touched
        self._prepare(used)

    @property
    def capacity(self) -> int:
        """Rows that fit before the arrays must grow."""
        return int(self.num.shape[1])

    def clear(self, first: int, last: int) -> None:
        """Put the initial values into rows first..last-1."""
        floats, codes = self.layout.fresh()
        self.num[:, first:last] = floats[:, None]
        self.code[:, first:last] = codes[:, None]

    def reserve(self, more: int) -> None:
        """Make room for `more` rows behind the used ones, or for as much again if that is more, so rarely.

        The rows asked for hold their initial values. Room behind them is free: a fresh array of zeros takes no memory
        before it is written to. Columns begin an odd number of cache lines apart; at a power of two they would drive
        each other out of the cache.
        """
        need = self.used + more
        if need > self.capacity:
            bigger = max(need, 2 * self.capacity)
            bigger += LINE + -bigger % (2 * LINE)
            self.num = _widened(self.num, self.used, bigger)
            self.code = _widened(self.code, self.used, bigger)
            self.ready = self.used
        self._prepare(need)

    def _prepare(self, rows: int) -> None:
        """Put the initial values into rows up to `rows` that nobody has touched."""
        if rows > self.ready:
            for array, initial in zip((self.num, self.code), self.layout.fresh(), strict=True):
                for row in np.flatnonzero(initial):
                    array[row, self.ready : rows] = initial[row]
            self.ready = rows

    def append(self, count: int) -> int:
        """Take `count` fresh rows at the end; returns the first of them."""
        self.reserve(count)
        first = self.used
        self.clear(first, first + count)
        self.used += count
        return first

    def renew(self, rows: Ints) -> None:
        """Put the initial values into the rows given."""
        write_fresh(self.num, self.code, rows, *self.layout.fresh())

    def keep(self, rows: Ints) -> None:
        """Close the gaps: keep only `rows`, which ascend."""
        close_gaps(self.num, self.code, rows)
        last = self.used
        self.used = len(rows)
        self.clear(self.used, last)

    def copy(self) -> Table:
        """An independent copy of the used rows, with as much room."""
        other = Table(self.layout, self.capacity, self.used)
        other.num[:, : self.used] = self.num[:, : self.used]
        other.code[:, : self.used] = self.code[:, : self.used]
        return other


def _widened(
    array: np.ndarray[tuple[int, int], np.dtype[Number]], used: int, columns: int
) -> np.ndarray[tuple[int, int], np.dtype[Number]]:
    """The used part of an array in a wider one, whose other rows are zero."""
    wide = np.zeros((array.shape[0], columns), dtype=array.dtype)
    wide[:, :used] = array[:, :used]
    return wide
