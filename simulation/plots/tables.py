"""What a table must hold before it is drawn, said in a sentence when it does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from simulation.errors import UsageError, nearest_name
from simulation.indicators.definitions import INDICATORS

if TYPE_CHECKING:
    import pandas as pd


def check_columns(table: pd.DataFrame, needed: Iterable[str], name: str) -> None:
    """Refuse a table without its columns or without rows. Errors: UsageError naming what is missing."""
    missing = [column for column in needed if column not in table.columns]
    if missing:
        raise UsageError.at(
            f"table {name}", f"no column {', '.join(missing)}", f"{', '.join(map(str, table.columns))} are there"
        )
    if table.empty:
        raise UsageError.at(f"table {name}", "no rows, so nothing to draw")


def check_indicators(ids: Sequence[str]) -> None:
    """Refuse an id that is no indicator, or an empty list. Errors: UsageError with the nearest id."""
    if not ids:
        raise UsageError.at(
            "figure", "no indicator named, so nothing to draw", "one or more ids", next="tif indicators"
        )
    for indicator in ids:
        if indicator not in INDICATORS:
            near = nearest_name(indicator, INDICATORS)
            raise UsageError.at("figure", f"no indicator {indicator!r}", nearest=near, next="tif indicators")


def in_order(column: pd.Series | pd.Index) -> list[str]:
    """The values of a column, each once, in the order in which they first appear."""
    return [str(value) for value in column.unique()]
