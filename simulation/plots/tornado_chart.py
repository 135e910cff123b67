"""What moves an indicator: one bar a factor, the longest on top, beside what luck alone would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulation.plots.factors import COLOURS, bare, factor_name, fit, manner, range_name, ranked
from simulation.plots.style import GREY, INK, Look, Style, legend_row, number, read_look, slide
from simulation.plots.tables import check_columns, check_indicators

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "method", "indicator", "factor", "factor_label", "factor_label_zh", "factor_unit", "from", "to", "measure", "value",
    "low", "high", "noise", "beyond_noise", "blocks",
)  # fmt: skip
ROOM = 14  # bars that can be read on a slide


def tornado(table: pd.DataFrame, indicator: str, **look: Unpack[Look]) -> Figure:
    """What moves one indicator: bars by factor, longest first, with 95 % intervals and the dummy's zone.

    `table` is that of `sensitivity`. Morris: bars to the right raise the indicator, to the left lower it, as long as
    mu*. Sobol: total index with the first-order index inside. Errors: UsageError for missing columns or no such rows.
    """
    check_columns(table, COLUMNS, "sensitivity")
    check_indicators([indicator])
    rows, noise = ranked(table, indicator)
    style, shown = read_look(look), rows.head(ROOM)
    with style.rc():
        figure = slide(style, style.word("tornado_title", style.indicator(indicator)), *texts(rows, noise, style))
        method = str(rows["method"].iloc[0])
        entries = legend_of(shown, method)
        legend_row(figure, [(style.word(key), colour) for key, colour in entries])
        axes = figure.add_axes((0.42, 0.15, 0.5, 0.64))
        (signed_bars if method == "morris" else share_bars)(axes, shown, noise, style)
        name_rows(axes, shown, style)
    return figure


def texts(rows: pd.DataFrame, noise: float, style: Style) -> tuple[str, str]:
    """What stands under the title and above the source line."""
    method, blocks = str(rows["method"].iloc[0]), int(rows["blocks"].max())
    key = style.word(f"tornado_{method}", style.shown_unit(str(rows["indicator"].iloc[0])), blocks)
    foot = style.word("tornado_luck" if np.isfinite(noise) else "tornado_no_luck")
    more = len(rows) - ROOM
    return key, f"{foot} {style.word('tornado_more', more)}" if more > 0 else foot


def legend_of(shown: pd.DataFrame, method: str) -> list[tuple[str, str]]:
    """The colours that occur."""
    if method == "sobol":
        return [("by_itself", COLOURS["raises"]), ("with_others", "#9cc7e4"), ("below_luck", COLOURS["below_luck"])]
    there = [manner(row) for _, row in shown.iterrows()]
    return [(key, colour) for key, colour in COLOURS.items() if key in there]


def signed_bars(axes: Axes, shown: pd.DataFrame, noise: float, style: Style) -> None:
    """Bars of mu*, to the side on which the factor moves the indicator."""
    reach = 1.12 * float(shown["high"].max())
    if np.isfinite(noise):
        axes.axvspan(-noise, noise, color="#ececec", lw=0, zorder=0)
    for height, (_, row) in zip(range(0, -len(shown), -1), shown.iterrows(), strict=True):
        side = 1.0 if row["mu"] >= 0 else -1.0
        axes.barh(height, side * row["value"], 0.66, color=COLOURS[manner(row)], zorder=2)
        whisker(axes, height, side * row["low"], side * row["high"])
        tell(axes, height, side * row["high"], side * row["value"], bool(row["beyond_noise"]))
    axes.axvline(0, color=INK, lw=1.2, zorder=3)
    axes.set_xlim(-1.25 * reach, 1.25 * reach)
    axes.set_ylim(-max(len(shown), 7) + 0.4, 0.6)
    dress(axes)
    sides = ((0.25, "\N{LEFTWARDS ARROW} " + style.word("lowers_axis")),
             (0.75, style.word("raises_axis") + " \N{RIGHTWARDS ARROW}"))  # fmt: skip
    for x, words in sides:
        axes.text(x, -0.095, words, transform=axes.transAxes, ha="center", color=GREY, fontsize=12)


def share_bars(axes: Axes, shown: pd.DataFrame, noise: float, style: Style) -> None:
    """Bars of the total index with the first-order index inside, in % of the variance."""
    if np.isfinite(noise):
        axes.axvspan(0, 100 * noise, color="#ececec", lw=0, zorder=0)
    for height, (_, row) in zip(range(0, -len(shown), -1), shown.iterrows(), strict=True):
        outer, inner = ("#9cc7e4", COLOURS["raises"]) if row["beyond_noise"] else ("#e0e0e0", COLOURS["below_luck"])
        axes.barh(height, 100 * row["value"], 0.66, color=outer, zorder=2)
        axes.barh(height, 100 * min(max(row["first"], 0.0), row["value"]), 0.34, color=inner, zorder=2.5)
        whisker(axes, height, 100 * max(row["low"], 0.0), 100 * row["high"])
        tell(axes, height, 100 * row["high"], 100 * row["value"], bool(row["beyond_noise"]))
    axes.axvline(0, color=INK, lw=1.2, zorder=3)
    axes.set_xlim(0, 118 * float(shown["high"].max()))
    axes.set_ylim(-max(len(shown), 7) + 0.4, 0.6)
    dress(axes)
    axes.set_xlabel(style.word("variance_axis"))


def whisker(axes: Axes, height: float, low: float, high: float) -> None:
    """The interval of a bar."""
    axes.plot([low, high], [height, height], color=INK, lw=1.6, solid_capstyle="butt", zorder=4)


def tell(axes: Axes, height: float, end: float, value: float, strong: bool) -> None:
    """The number beyond the end of a bar's interval."""
    axes.annotate(
        number(abs(value)), (end, height), (6 if end >= 0 else -6, 0), textcoords="offset points", va="center",
        ha="left" if end >= 0 else "right", fontsize=11.5, color=INK if strong else GREY,
        fontweight="bold" if strong else "normal",
    )  # fmt: skip


def dress(axes: Axes) -> None:
    """Faint vertical lines, no frame."""
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)
    bare(axes)
    axes.xaxis.set_major_locator(MaxNLocator(5, symmetric=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def name_rows(axes: Axes, shown: pd.DataFrame, style: Style) -> None:
    """Label and range of every factor left of its bar."""
    panel = axes.get_position()
    left = (0.035 - panel.x0) / panel.width
    for height, (_, row) in zip(range(0, -len(shown), -1), shown.iterrows(), strict=True):
        strong = bool(row["beyond_noise"])
        level = axes.text(
            -0.02, height, range_name(row, style), transform=axes.get_yaxis_transform(), ha="right", va="center",
            fontsize=10.5, color=GREY,
        )  # fmt: skip
        name = axes.text(
            left, height, factor_name(row, style), transform=axes.get_yaxis_transform(), va="center", fontsize=13,
            color=INK if strong else GREY, fontweight="bold" if strong else "normal",
        )  # fmt: skip
        fit(name, max(level.get_window_extent().x0 - 12, name.get_window_extent().x0 + 150))
