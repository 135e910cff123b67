"""How investors leave enterprises: exits by channel, stacked by year, one panel a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from simulation.plots.style import (
    GREY,
    INK,
    Look,
    Style,
    legend_row,
    number,
    read_look,
    scenario_colours,
    slide,
    title_panel,
)
from simulation.plots.tables import check_columns, in_order

if TYPE_CHECKING:
    import pandas as pd

CHANNELS = ("ipo", "acquisition", "secondary", "redemption", "inkind", "writeoff")
LOST = "writeoff"
# Shades of one ramp, so that no channel wears the colour of a scenario.
COLOURS = dict(zip(CHANNELS, ["#2d1160", "#8c2981", "#de4968", "#fe9f6d", "#fcd9a0", "#a6a6a6"], strict=True))


def exits(table: pd.DataFrame, *, parts_at: int | None = None, **look: Unpack[Look]) -> Figure:
    """Exits by channel and year, one panel a scenario; write-offs hang below on a scale of their own.

    `table` is either `indicators` (columns scenario, seed, quarter, exits_ipo, exits_acquisition, ...: enterprises) or
    the rows of `groups` with indicator exit_value and dimension channel (columns scenario, seed, quarter, group,
    value: CNY bn). A year is the sum of its quarters; bars are means over seeds. The table under the panels is the
    yearly mean from `parts_at` (or from the start) on.

    Errors: UsageError for a missing column.
    """
    by_value = "group" in table.columns
    yearly = yearly_value(table) if by_value else yearly_count(table)
    style = read_look(look)
    runs = table["seed"].nunique()
    with style.rc():
        words = "exits_value" if by_value else "exits"
        lost = LOST in yearly.columns
        keys = [style.word(f"{words}_key", runs)]
        keys += [style.word("exits_lost_key")] if lost else []
        keys += [style.word("exits_start_key")] if parts_at is not None else []
        figure = slide(style, style.word(f"{words}_title"), " ".join(keys))
        legend_row(figure, [(style.word(channel), COLOURS[channel]) for channel in yearly.columns])
        draw_panels(figure, yearly, style, parts_at)
    return figure


def yearly_count(indicators: pd.DataFrame) -> pd.DataFrame:
    """Enterprises a year: a row per scenario and year, a column per channel."""
    columns = {f"exits_{channel}": channel for channel in CHANNELS if f"exits_{channel}" in indicators.columns}
    check_columns(indicators, ("scenario", "seed", "quarter", *(columns or ["exits_ipo"])), "indicators")
    table = indicators[["scenario", "seed", "quarter", *columns]].rename(columns=columns)
    return mean_of_years(table, list(columns.values()))


def yearly_value(groups: pd.DataFrame) -> pd.DataFrame:
    """CNY bn a year: a row per scenario and year, a column per channel."""
    check_columns(groups, ("scenario", "seed", "quarter", "indicator", "dimension", "group", "value"), "groups")
    rows = groups[(groups["indicator"] == "exit_value") & (groups["dimension"] == "channel")]
    check_columns(rows, ("group",), "groups, exit value by channel")
    table = rows.assign(group=rows["group"].map(channel_of)).pivot_table(
        index=["scenario", "seed", "quarter"], columns="group", values="value", aggfunc="sum", fill_value=0, sort=False
    )
    return mean_of_years(table.reset_index(), [channel for channel in CHANNELS if channel in table.columns])


def channel_of(words: str) -> str:
    """The channel that a group of the tables stands for, by the word it contains."""
    marks = {"ipo": "ipo", "list": "ipo", "acq": "acquisition", "merg": "acquisition", "second": "secondary",
             "rede": "redemption", "buy": "redemption", "kind": "inkind", "write": "writeoff"}  # fmt: skip
    return next((channel for mark, channel in marks.items() if mark in words.lower()), "inkind")


def mean_of_years(table: pd.DataFrame, channels: Sequence[str]) -> pd.DataFrame:
    """Sum the quarters of each year in each run, then take the mean over seeds; a channel that is never used goes."""
    table = table.assign(year=2021 + table["quarter"] // 4)
    years = table.groupby(["scenario", "seed", "year"], sort=False)[list(channels)].sum()
    means = years.groupby(["scenario", "year"], sort=False).mean()
    return means.loc[:, means.sum() > 0] if means.to_numpy().any() else means


def draw_panels(figure: Figure, yearly: pd.DataFrame, style: Style, parts_at: int | None) -> None:
    """A column per scenario: the exits that paid above, write-offs below, the yearly means under both."""
    scenarios = in_order(yearly.index.get_level_values("scenario"))
    colours = scenario_colours(scenarios, style.colours)
    paid = [channel for channel in yearly.columns if channel != LOST]
    lost = LOST in yearly.columns
    since = 2021 + (parts_at or 0) // 4
    grid = figure.add_gridspec(
        2, len(scenarios), left=0.14, right=0.975, top=0.745, bottom=0.31, wspace=0.12, hspace=0.06,
        height_ratios=(3.2, 1) if lost else (1, 0.001),
    )  # fmt: skip
    for place, scenario in enumerate(scenarios):
        years = yearly.loc[scenario]
        panels = [figure.add_subplot(grid[row, place]) for row in range(1 + lost)]
        title_panel(panels[0], style.name(scenario), colours[scenario])
        stack(panels[0], years[paid], 1.06 * float(yearly[paid].sum(axis=1).max()))
        if lost:
            hang(panels[1], years[LOST], 1.1 * float(yearly[LOST].max()))
        for axes in panels:
            dress(axes, since, parts_at, first=place == 0, last=axes is panels[-1])
        write_means(figure, panels[0], years[years.index >= since].mean())
    name_means(figure, list(yearly.columns), style.word("exits_table", since, yearly.index[-1][1]), style)


def stack(axes: Axes, years: pd.DataFrame, top: float) -> None:
    """Bars of the channels that paid, one on the other, listings at the bottom where they can be compared."""
    bottom = np.zeros(len(years))
    for channel in years.columns:
        axes.bar(years.index, years[channel], bottom=bottom, width=0.82, color=COLOURS[channel], lw=0)
        bottom += years[channel].to_numpy()
    axes.set_ylim(0, top or 1)
    axes.margins(x=0.02)
    axes.yaxis.set_major_locator(MaxNLocator(4))


def hang(axes: Axes, lost: pd.Series, top: float) -> None:
    """Bars of the enterprises written off, hanging down."""
    axes.bar(lost.index, lost, width=0.82, color=COLOURS[LOST], lw=0)
    axes.set_ylim(top or 1, 0)
    axes.margins(x=0.02)
    axes.yaxis.set_major_locator(MaxNLocator(2, prune="lower"))


def dress(axes: Axes, since: int, parts_at: int | None, first: bool, last: bool) -> None:
    """Numbers at the left of the first panel only, every fourth year under the last, a line where policies start."""
    axes.grid(axis="x", visible=False)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.axhline(0, color=GREY, lw=1)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
    left, right = axes.get_xlim()
    axes.set_xticks([year for year in range(ceil(left), int(right)) if (year - since) % 4 == 0])
    axes.set_xlim(left, right)
    axes.tick_params(labelleft=first, labelbottom=last)
    if parts_at is not None:
        axes.axvline(since - 0.5, color=INK, lw=1, ls=":")


def write_means(figure: Figure, axes: Axes, means: pd.Series) -> None:
    """The yearly mean of every channel in a column under its panel."""
    panel = axes.get_position()
    for place, value in enumerate(means):
        figure.text(panel.x0 + 0.07, 0.215 - 0.03 * place, number(value), fontsize=13, ha="right", fontweight="bold")


def name_means(figure: Figure, channels: Sequence[str], heading: str, style: Style) -> None:
    """The heading of the means and, at their left, the channel of each row with its colour."""
    figure.text(0.035, 0.25, heading, fontsize=12.5, fontweight="bold", color=GREY)
    for place, channel in enumerate(channels):
        y = 0.215 - 0.03 * place
        bar = Line2D([0.036, 0.046], [y + 0.009] * 2, color=COLOURS[channel], lw=9, solid_capstyle="butt")
        figure.add_artist(bar)
        figure.text(0.051, y, style.word(channel), fontsize=12.5)
