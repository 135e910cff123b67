"""Tables on a terminal: effects in words, lists of levers and indicators, each as rich draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .words import chance_line, headline, meaning, number, plain_name, with_unit

if TYPE_CHECKING:
    import pandas as pd

WIDE = 150  # letters a line where no terminal says how many there are
FEW = 3  # rows up to which a list is shown in full
COLOURS = {"better": "green", "worse": "red", "changed": "", "unclear": "dim"}


def console() -> Console:
    """Standard output, wide enough for tables when it is a file or a pipe."""
    there = Console(highlight=False)
    return there if there.is_terminal else Console(highlight=False, width=WIDE)


def effects_table(effects: pd.DataFrame, base: str) -> Table:
    """Headline indicators: the baseline's level and each policy's change in % with its interval and a verdict."""
    rows = headline(effects)
    policies = list(dict.fromkeys(rows["scenario"]))
    title = f"Effects against {plain_name(base).lower()}, {rows['window'].iloc[0]}"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    table.add_column("Indicator")
    table.add_column(plain_name(base), justify="right")
    for policy in policies:
        table.add_column(plain_name(policy), justify="right")
    for _, group in rows.groupby("indicator", sort=False):
        cells = [effect_cell(row) for _, row in group.iterrows()]
        one = group.iloc[0]
        table.add_row(str(one["label"]), with_unit(float(one["baseline"]), str(one["unit"])), *cells)
    table.caption = f"Change in % of the baseline with its 95 % interval. {chance_line(effects)}"
    table.caption_justify = "left"
    return table


def effect_cell(row: pd.Series) -> Text:
    """One effect: change in %, interval, verdict; in the indicator's unit where the baseline is zero."""
    said = meaning(row)
    if said == "no change":
        return Text(said, style="dim")
    if not row["baseline"]:
        return Text(f"{number(row['difference'])} {said}", style=COLOURS[said])
    share = 100.0 / abs(row["baseline"])
    change, low, high = (signed(row[key] * share) for key in ("difference", "low", "high"))
    interval = f" ({low} to {high})" if row["low"] == row["low"] else ""
    return Text(f"{change} %{interval} {said}", style=COLOURS[said])


def signed(value: float) -> str:
    """A change with its sign and at most one digit after the point."""
    return f"{value:+,.0f}" if abs(value) >= 10 else f"{value:+.1f}"


def rows_table(rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]) -> Table:
    """Some columns of a list, with their headings."""
    table = Table(box=box.SIMPLE_HEAD)
    for place, heading in enumerate(columns.values()):
        table.add_column(heading, overflow="fold", no_wrap=place == 0)
    for row in rows:
        table.add_row(*(Text(row[key]) for key in columns))
    return table


def in_full(rows: Sequence[Mapping[str, str]]) -> str:
    """Every field of a few rows, one below the other."""
    wide = max(len(key) for key in rows[0])
    return "\n\n".join("\n".join(f"{key:<{wide}}  {text}" for key, text in row.items() if text) for row in rows)


def show_list(rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]) -> None:
    """Print a list: a few rows in full, more of them as a table."""
    if len(rows) <= FEW:
        console().print(in_full(rows), markup=False)
    else:
        console().print(rows_table(rows, columns))


def show_effects(effects: pd.DataFrame, base: str) -> None:
    """Print the effects on headline indicators."""
    console().print(effects_table(effects, base))
