"""How effects unfold: the difference from the baseline quarter by quarter, one panel an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulation.plots.fan_chart import above, ends_of_quarters, panel, years
from simulation.plots.style import (
    GREY,
    INK,
    Look,
    Style,
    legend_row,
    read_look,
    scenario_colours,
    signed,
    slide,
    wrap,
)
from simulation.plots.tables import check_columns, check_indicators, in_order

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("scenario", "indicator", "quarter", "baseline", "difference", "low", "high", "seeds")
REACH = 1.8
YEAR = 4  # quarters over which a path is smoothed


def paths(
    table: pd.DataFrame, ids: Sequence[str], *, parts_at: int | None = None, until: int | None = None,
    **look: Unpack[Look],
) -> Figure:  # fmt: skip
    """Differences from the baseline over time in % of it, means of four quarters, with bands of paired runs.

    percent = 100 · sum of the differences of four quarters / sum of the |baseline| of the same quarters. The band is
    made of the ends of the quarters' 95 % intervals in the same way, which is at least as wide as the interval of the
    year. `table` is `paths` of a comparison: columns scenario, indicator, quarter (2021Q1 = 0), baseline, difference,
    low, high, seeds. From parts_at to until (quarters) the panels are shaded: the time of a shock.

    Errors: UsageError for a missing column or an unknown indicator.
    """
    check_indicators(ids)
    check_columns(table, COLUMNS, "paths")
    for indicator in ids:
        check_columns(table[table["indicator"] == indicator], COLUMNS, f"paths, indicator {indicator}")
    style = read_look(look)
    colours = scenario_colours(in_order(table["scenario"]), style.colours)
    with style.rc():
        figure = slide(style, style.word("paths_title"), style.word("paths_key", int(table["seeds"].max())))
        legend_row(figure, [(style.name(scenario), colour) for scenario, colour in colours.items()])
        cut = False
        for place, indicator in enumerate(ids):
            axes = panel(figure, place, len(ids))
            if parts_at is not None and until is not None:
                axes.axvspan(2021 + parts_at / 4, 2021 + (until + 1) / 4, color="#ececec", lw=0, zorder=0)
            rows = table[table["indicator"] == indicator]
            lines = {scenario: smoothed(rows[rows["scenario"] == scenario]) for scenario in colours}
            for scenario, line in lines.items():
                draw(axes, line, colours[scenario])
            cut |= limit(axes, list(lines.values()))
            dress(axes, indicator, style, len(ids))
            years(axes, int(table["quarter"].max()), parts_at, step=4 if len(ids) > 6 else 3)
        if cut:
            figure.text(0.975, 0.022, style.word("paths_cut"), fontsize=9.5, color=GREY, ha="right", va="bottom")
    return figure


def smoothed(rows: pd.DataFrame) -> pd.DataFrame:
    """Difference and ends in % of the baseline by quarter, each over the last four quarters."""
    ordered = rows.set_index("quarter").sort_index()
    level = ordered["baseline"].abs().rolling(YEAR, min_periods=1).sum().replace(0.0, np.nan)
    ends = ordered[["difference", "low", "high"]].rolling(YEAR, min_periods=1).sum()
    return 100 * ends.div(level, axis=0)


def draw(axes: Axes, path: pd.DataFrame, colour: str) -> None:
    """Band and line of one policy."""
    x = ends_of_quarters(path)
    axes.fill_between(x, path["low"], path["high"], color=colour, alpha=0.16, lw=0, zorder=2)
    axes.plot(x, path["difference"], color=colour, lw=2.4, zorder=4)


def limit(axes: Axes, lines: Sequence[pd.DataFrame]) -> bool:
    """Room for every line and for bands up to REACH times as far from zero; says whether a band is cut."""
    ends = np.array([[line.min(), line.max()] for line in lines])
    line = max(float(np.nanmax(np.abs(ends[:, :, 0]), initial=0.0)), 0.1)
    low, high = float(np.nanmin(ends, initial=0.0)), float(np.nanmax(ends, initial=0.0))
    axes.set_ylim(1.1 * max(low, -REACH * line), 1.1 * max(min(high, REACH * line), 0.1))
    return low < -REACH * line or high > REACH * line


def dress(axes: Axes, indicator: str, style: Style, panels: int) -> None:
    """Name above the panel, zero as a line, signs on the axis."""
    letters, size = (27, 12) if panels > 6 else (36, 14) if panels > 4 else (70, 15)
    above(axes, wrap(style.indicator(indicator), letters), 20, fontsize=size, fontweight="bold", color=INK)
    above(axes, style.word("paths_unit"), 5, fontsize=11, color=GREY)
    axes.axhline(0, color=INK, lw=1.1, zorder=1.5)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(lambda value, _: signed(value))
    axes.grid(axis="x", visible=False)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
