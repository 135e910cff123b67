"""Published yearly series against the model and two simple forecasts made at the end of 2020: a panel a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulation.plots.style import GREY, INK, Look, Style, legend_row, number, read_look, slide, wrap
from simulation.plots.tables import check_columns, in_order

if TYPE_CHECKING:
    import pandas as pd

ROWS = ("series", "horizon", "forecast", "year", "published", "value")
ERRORS = ("series", "label_en", "label_zh", "horizon", "model", "no_change", "ar1", "unit", "verdict")
COLOURS = {"model": "#0173b2", "no change": "#de8f05", "AR(1)": "#cc78bc"}


def yardsticks(rows: pd.DataFrame, table: pd.DataFrame, **look: Unpack[Look]) -> Figure:
    """Three years from the end of 2020: what was published, the model's median, no change, AR(1).

    rows: the table `forecasts`. table: `yardsticks`, with errors and the label of each series. Errors: UsageError for a
    missing column.
    """
    check_columns(rows, ROWS, "forecasts")
    check_columns(table, ERRORS, "yardsticks")
    style = read_look(look)
    names = in_order(table["series"])
    with style.rc():
        figure = slide(style, style.word("yard_title"), style.word("yard_key"))
        entries = [(style.word("fact_published"), INK)]
        legend_row(figure, entries + [(style.said(f"yard_{name}"), colour) for name, colour in COLOURS.items()])
        columns = -(-len(names) // 2)
        grid = figure.add_gridspec(2, columns, left=0.05, right=0.98, top=0.74, bottom=0.09, wspace=0.24, hspace=0.62)
        for place, name in enumerate(names):
            axes = figure.add_subplot(grid[place // columns, place % columns])
            draw(axes, rows[(rows["series"] == name) & (rows["horizon"] == "level")])
            head(axes, table[(table["series"] == name) & (table["horizon"] == "level")].iloc[0], style)
    return figure


def draw(axes: Axes, rows: pd.DataFrame) -> None:
    """One series."""
    there = rows.drop_duplicates("year")
    axes.plot(there["year"], there["published"], "o-", color=INK, lw=3, ms=8, zorder=4)
    for name, colour in COLOURS.items():
        mine = rows[rows["forecast"] == name]
        axes.plot(mine["year"], mine["value"], "o-", color=colour, lw=2, ms=5, zorder=3)
    axes.set_xticks(sorted(there["year"]))
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.spines[["top", "right"]].set_visible(False)


def head(axes: Axes, row: pd.Series, style: Style) -> None:
    """The series' name, and the errors of the three forecasts."""
    axes.set_title(
        wrap(str(row["label_zh" if style.language == "zh" else "label_en"]), 34), loc="left", fontsize=14,
        fontweight="bold", color=INK, pad=24,
    )  # fmt: skip
    parts = [number(float(row[name])) if row[name] == row[name] else "–" for name in ("model", "no_change", "ar1")]
    axes.text(
        0, 1.03, style.word("yard_errors", *parts, "%" if "logs" in str(row["unit"]) else style.word("yard_points")),
        transform=axes.transAxes, fontsize=11, color=GREY, va="bottom",
    )  # fmt: skip
