"""Indicators over time: the median and the spread over seeds of every scenario, one panel an indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from matplotlib.typing import LineStyleType

from simulation.indicators.definitions import INDICATORS
from simulation.plots.style import (
    GREY,
    INK,
    Look,
    Style,
    is_baseline,
    legend_row,
    read_look,
    scenario_colours,
    slide,
    wrap,
)
from simulation.plots.tables import check_columns, check_indicators, in_order

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
PAST = "#444444"


def fan(indicators: pd.DataFrame, ids: Sequence[str], *, parts_at: int | None = None, **look: Unpack[Look]) -> Figure:
    """How indicators develop: median, middle half and middle nine tenths of the seeds, one panel an indicator.

    `indicators` has columns scenario, seed, quarter (2021Q1 = 0) and the ids. Flows are shown as sums and ratios as
    means of the last four quarters, levels as they are. Before `parts_at`, the first quarter in which the policies
    differ, the common past is drawn once. Up to eight ids make a readable slide.

    Errors: UsageError for a missing column or an unknown indicator.
    """
    check_indicators(ids)
    check_columns(indicators, ("scenario", "seed", "quarter", *ids), "indicators")
    style = read_look(look)
    colours = scenario_colours(in_order(indicators["scenario"]), style.colours)
    with style.rc():
        runs = indicators["seed"].nunique()
        figure = slide(style, style.word("fan_title"), f"{style.word('fan_key', runs)} {style.word('fan_yearly')}")
        legend_row(figure, [(style.name(scenario), colour) for scenario, colour in colours.items()])
        for place, indicator in enumerate(ids):
            axes = panel(figure, place, len(ids))
            draw_scenarios(axes, spread(indicators, indicator), colours, parts_at)
            dress(axes, indicator, style, len(ids))
            years(axes, int(indicators["quarter"].max()), parts_at, step=4 if len(ids) > 6 else 3)
        if parts_at is not None:
            name_the_parting(figure.axes[0], parts_at, style)
    return figure


def panel(figure: Figure, place: int, panels: int) -> Axes:
    """The axes of panel number `place`: one to four columns, filled row by row."""
    columns = 1 if panels == 1 else 2 if panels in {2, 4} else 3 if panels <= 6 else 4
    rows = -(-panels // columns)
    grid = figure.add_gridspec(
        rows, columns, left=0.06, right=0.975, top=0.72, bottom=0.1, hspace=0.72, wspace=0.3 if columns > 3 else 0.22,
    )  # fmt: skip
    return figure.add_subplot(grid[place // columns, place % columns])


def spread(indicators: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Quantiles over seeds: a row per scenario and quarter, a column per quantile."""
    ordered = indicators.sort_values(["scenario", "seed", "quarter"], kind="stable")
    table = ordered[["scenario", "quarter"]].assign(value=smooth(ordered, indicator))
    return table.groupby(["scenario", "quarter"])["value"].quantile(list(QUANTILES)).unstack()


def smooth(indicators: pd.DataFrame, indicator: str) -> pd.Series:
    """The indicator as it is shown: flows summed and ratios averaged over the last four quarters of each run."""
    kind = INDICATORS[indicator].aggregate
    if kind == "level":
        return indicators[indicator]
    runs = indicators.groupby(["scenario", "seed"], sort=False)[indicator]
    return runs.transform(lambda run: run.rolling(4).sum() if kind == "flow" else run.rolling(4, min_periods=1).mean())


def draw_scenarios(axes: Axes, table: pd.DataFrame, colours: Mapping[str, str], parts_at: int | None) -> None:
    """The common past once, in grey; from the quarter in which the policies part, every scenario in its colour."""
    first = parts_at if parts_at is not None and len(colours) > 1 else 0
    past = table.loc[next(iter(colours))].loc[: first - 1]
    for layer in (band_wide, band_half, median):
        layer(axes, past, PAST, "-")
        for scenario, colour in sorted(colours.items(), key=lambda entry: is_baseline(entry[0])):
            dashes: LineStyleType = (0, (2.2, 1.1)) if is_baseline(scenario) and len(colours) > 1 else "-"
            layer(axes, table.loc[scenario].loc[first - 1 :], colour, dashes)
    if parts_at is not None:
        axes.axvline(2021 + parts_at / 4, color=INK, lw=1, ls=":", zorder=1.5)


def ends_of_quarters(table: pd.DataFrame) -> np.ndarray:
    """Quarters (2021Q1 = 0) as years, each at its end."""
    return np.asarray(2021 + (table.index.to_numpy() + 1) / 4)


def band_wide(axes: Axes, table: pd.DataFrame, colour: str, _: LineStyleType) -> None:
    """The pale band: nine in ten of the runs."""
    axes.fill_between(ends_of_quarters(table), table[0.05], table[0.95], color=colour, alpha=0.1, lw=0, zorder=2)


def band_half(axes: Axes, table: pd.DataFrame, colour: str, _: LineStyleType) -> None:
    """The dark band: half of the runs."""
    axes.fill_between(ends_of_quarters(table), table[0.25], table[0.75], color=colour, alpha=0.22, lw=0, zorder=3)


def median(axes: Axes, table: pd.DataFrame, colour: str, dashes: LineStyleType) -> None:
    """The line: the median of the runs; the baseline's is dashed and on top, so that it shows where lines coincide."""
    axes.plot(ends_of_quarters(table), table[0.5], color=colour, lw=2.4, ls=dashes, zorder=4)


def dress(axes: Axes, indicator: str, style: Style, panels: int) -> None:
    """Name and unit above the panel, years below, zero on the axis where it is near."""
    letters, size = (27, 12) if panels > 6 else (36, 14) if panels > 4 else (70, 15)
    name, unit = wrap(style.indicator(indicator), letters), style.shown_unit(indicator)
    above(axes, name, 20, fontsize=size, fontweight="bold", color=INK)
    above(axes, unit, 5, fontsize=11, color=GREY)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
    axes.grid(axis="x", visible=False)
    axes.spines[["top", "right", "left"]].set_visible(False)
    low, high = axes.get_ylim()
    if 0 < low < 0.45 * high:
        axes.set_ylim(bottom=0)


def years(axes: Axes, last_quarter: int, parts_at: int | None, step: int) -> None:
    """Years below the panel, every `step` of them, the year in which the policies part among them."""
    end = 2021 + (last_quarter + 1) / 4
    origin = 2021 + (parts_at or 0) // 4
    axes.set_xticks([year for year in range(2021, ceil(end)) if (year - origin) % step == 0])
    axes.set_xlim(2021, end + 0.1)


def above(axes: Axes, words: str, points: float, **text: Any) -> None:
    """Words above the top left corner of a panel, `points` up, growing upwards."""
    axes.annotate(words, (0, 1), (0, points), xycoords="axes fraction", textcoords="offset points", va="bottom", **text)


def name_the_parting(axes: Axes, parts_at: int, style: Style) -> None:
    """Two words beside the first panel's vertical line."""
    axes.annotate(
        style.word("policies_part"), (2021 + parts_at / 4, 0.98), xycoords=("data", "axes fraction"), xytext=(5, 0),
        textcoords="offset points", fontsize=10.5, color=INK, va="top", style="italic",
    )  # fmt: skip
