"""What the points of a front gain on the seeds of the search and on hold-out seeds: a row a point, a panel a goal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulation.indicators.definitions import INDICATORS
from simulation.plots.style import GREY, INK, Look, Style, legend_row, number, read_look, signed, slide, wrap
from simulation.plots.tables import check_columns, check_indicators, in_order

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "point", "sample", "indicator", "wanted", "baseline", "difference", "low", "high", "seeds", "public_cost",
    "public_cost_low", "public_cost_high",
)  # fmt: skip
COLOURS = {"search": "#de8f05", "hold-out": "#0173b2"}
SHIFT = {"search": -0.17, "hold-out": 0.17}


def gains(table: pd.DataFrame, budget: float, **look: Unpack[Look]) -> Figure:
    """Public cost and goals of every point of a front with intervals, search and hold-out seeds side by side.

    table: as the table `front` (columns point, sample, indicator, wanted, baseline, difference, low, high, seeds,
    public_cost and its ends). budget: CNY bn. Goals are in % of the baseline of the same seeds, 100 · difference /
    |baseline|, in the indicator's unit where the baseline is zero. Errors: UsageError for a missing column.
    """
    check_columns(table, COLUMNS, "front")
    goals = in_order(table["indicator"])
    check_indicators(goals)
    style = read_look(look)
    points = [int(point) for point in in_order(table["point"])]
    with style.rc():
        figure = slide(style, style.word("gains_title"), style.word("gains_key"), style.word("gains_foot"))
        seeds = table.groupby("sample")["seeds"].max()
        names = {"search": "searched", "hold-out": "held_out"}
        legend_row(
            figure, [(style.word(names[one], int(seeds[one])), COLOURS[one]) for one in COLOURS if one in seeds.index]
        )
        grid = figure.add_gridspec(1, len(goals) + 1, left=0.05, right=0.975, top=0.72, bottom=0.155, wspace=0.1)
        for place, goal in enumerate(("", *goals)):
            axes = figure.add_subplot(grid[0, place])
            for sample in seeds.index:
                draw(axes, ends_of(table, str(sample), goal), str(sample), len(points))
            dress(axes, points, place == 0)
            name_panel(axes, table, goal, budget, style)
    return figure


def ends_of(table: pd.DataFrame, sample: str, goal: str) -> pd.DataFrame:
    """Columns point, mean, left, right of one panel and kind of seeds."""
    rows = table[table["sample"] == sample]
    if not goal:
        rows = rows.drop_duplicates("point")
        return rows.assign(mean=rows["public_cost"], left=rows["public_cost_low"], right=rows["public_cost_high"])
    rows = rows[rows["indicator"] == goal]
    share = 100.0 / rows["baseline"].abs().replace(0.0, 100.0)
    return rows.assign(mean=rows["difference"] * share, left=rows["low"] * share, right=rows["high"] * share)


def draw(axes: Axes, ends: pd.DataFrame, sample: str, count: int) -> None:
    """Dots with intervals, hollow for the search."""
    colour, size = COLOURS[sample], float(np.clip(90 / count, 4.5, 8))
    for _, row in ends.iterrows():
        height = row["point"] + SHIFT[sample]
        axes.plot([row["left"], row["right"]], [height, height], color=colour, lw=2.4, solid_capstyle="butt", zorder=3)
        face = "white" if sample == "search" else colour
        axes.plot(row["mean"], height, "o", ms=size, mec=colour, mfc=face, mew=1.8, zorder=4)


def dress(axes: Axes, points: list[int], first: bool) -> None:
    """A row a point, the first at the top; zero."""
    axes.set_ylim(max(points) + 0.6, min(points) - 0.6)
    axes.set_yticks(points, labels=[f"{point}" for point in points] if first else [])
    axes.tick_params(axis="y", labelsize=12, labelcolor=INK)
    axes.axvline(0, color=INK, lw=1.2, zorder=1.5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(4))


def name_panel(axes: Axes, table: pd.DataFrame, goal: str, budget: float, style: Style) -> None:
    """What a panel shows, above it; the budget as a dashed line, or the wanted direction."""
    letters = {2: 60, 3: 38, 4: 28}[table["indicator"].nunique() + 1]
    if not goal:
        axes.axvline(budget, color=GREY, lw=1.5, ls=(0, (4, 3)), zorder=2)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value)))
        name, below = style.word("public_cost"), f"{style.word('budget')} {number(budget)}"
    else:
        lower = str(table[table["indicator"] == goal]["wanted"].iloc[0]) == "lower"
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{signed(value)}%"))
        name = INDICATORS[goal].label(style.language)
        below = style.word("better_left" if lower else "better_right")
    axes.set_title(wrap(name, letters), loc="left", fontsize=14, fontweight="bold", color=INK, pad=26)
    axes.text(0, 1.02, below, transform=axes.transAxes, fontsize=12, color=GREY, va="bottom")
