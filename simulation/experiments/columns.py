"""Columns as runs hand them over: NumPy arrays, with words as small numbers, light enough to send between processes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DETAILED = ("groups", "balance_sheet", "events", "refusals", "enterprises")  # the long tables
YEARLY = ("market_firms", "funds", "closed_holdings")  # kept beside them, a row a year-end each
ALWAYS = ("flows", "public_cost")


@dataclass(frozen=True)
class Coded:
    """A column of words as small numbers: `names[codes]`; a code below zero is an empty cell."""

    codes: NDArray[np.integer]
    names: tuple[str, ...]


Column = np.ndarray | Coded
Table = dict[str, Column]


@dataclass
class Outcome:
    """What one run gives: indicators and weights (quarters x indicators), the other tables as named columns.

    variant: '' for a run as planned, else what was held or injected in it (see variants).
    """

    scenario: str
    seed: int
    indicators: NDArray[np.float64]
    weights: NDArray[np.float64]
    tables: dict[str, Table]
    variant: str = ""


def coded(values: np.ndarray) -> Coded:
    """A column of words as codes, names in alphabetical order."""
    found = [str(value) for value in values.tolist()]
    names = tuple(sorted(set(found)))
    places = {name: place for place, name in enumerate(names)}
    return Coded(np.array([places[value] for value in found], dtype=np.int16), names)


def words(column: Column) -> list[str]:
    """A column of words written out."""
    if isinstance(column, Coded):
        return [column.names[code] if code >= 0 else "" for code in column.codes]
    return [str(value) for value in column]
