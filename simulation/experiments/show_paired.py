"""What comparisons say beyond effects, on a terminal: what money bought, the cycle gain, what travels through links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from .show import console
from .words import HEADLINE, number, plain_name

if TYPE_CHECKING:
    import pandas as pd

    from .results import Results


def show_paired(results: Results) -> None:
    """Print the tables that are there."""
    for name, draw in (("worth", worth_view), ("impulse", impulse_view), ("links", links_view)):
        if name in results.tables:
            console().print(draw(results.table(name)))


def interval(row: pd.Series, value: str, unit: str = "") -> str:
    """A value with its interval, or `undefined`."""
    if row[value] != row[value]:
        return "undefined"
    ends = f" ({number(row['low'])} to {number(row['high'])})" if row["low"] == row["low"] else ""
    return f"{number(row[value])}{unit}{ends}"


def grid(title: str, *headings: str) -> Table:
    """An empty table."""
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < 2 or place == len(headings) - 1 else "right")
    return table


def worth_view(worth: pd.DataFrame) -> Table:
    """Cost per additional outcome, additionality, deadweight."""
    table = grid("What public money bought", "Policy", "Figure", "Unit", "Value, 95 % interval", "Reads")
    for _, row in worth.iterrows():
        table.add_row(
            plain_name(row["scenario"]), row["label"], row["unit"], interval(row, "value"), Text(row["says"])
        )  # fmt: skip
    return table


def impulse_view(impulse: pd.DataFrame) -> Table:
    """The cycle gain by scenario."""
    title = f"Cycle gain over {int(impulse['quarters'].iloc[0])} quarters"
    table = grid(title, "Scenario", "Injected, CNY bn", "Gain, 95 % interval", "Reads")
    for _, row in impulse.iterrows():
        table.add_row(plain_name(row["scenario"]), number(row["injection"]), interval(row, "gain"), Text(row["says"]))
    return table


def links_view(links: pd.DataFrame) -> Table:
    """What of each policy's effects travels through each link; only what is clear."""
    table = grid(
        "What travels through each link held at its baseline path", "Policy", "Link",
        "Share of the effect, 95 % interval", "Half of it after", "Effect on",
    )  # fmt: skip
    for _, row in links[links["says"] == "clear"].iterrows():
        delay = f"{row['delay']:.0f} q" if row["delay"] == row["delay"] else ""
        share = interval(row, "share", " %")
        table.add_row(plain_name(row["scenario"]), row["label"], share, delay, row["indicator_label"])
    hidden = int((links["says"] != "clear").sum())
    table.caption = f"{hidden} of {len(links)} rows are unclear or undefined; table links has them."
    table.caption_justify = "left"
    return table


def show_pairing(table: pd.DataFrame, everything: bool) -> None:
    """Print how many times fewer runs pairing needs, headline indicators first or alone."""
    rows = table if everything else table[table["indicator"].isin(HEADLINE)]
    view = grid("Times fewer runs than with independent seeds", "Policy", "Indicator", "Correlation", "Times fewer",
                "95 % interval")  # fmt: skip
    for _, row in rows.iterrows():
        ends = f"{number(row['low'])} to {number(row['high'])}"
        cells = f"{row['correlation']:.2f}", number(row["times_fewer"])
        view.add_row(plain_name(row["scenario"]), row["label"], *cells, ends)
    middle = number(float(table["times_fewer"].median()))
    view.caption = f"Median over all {len(table)} rows: {middle} times fewer, {int(table['seeds'].max())} seeds."
    view.caption_justify = "left"
    console().print(view)
