"""One stylised fact: its curves over seeds, and where every seed lies against the published band."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulation.plots.style import GREY, INK, PALE, Look, Style, number, read_look, slide, wrap
from simulation.plots.tables import check_columns, in_order

if TYPE_CHECKING:
    import pandas as pd

CURVES = ("target", "seed", "line", "x", "y")
VALUES = ("target", "seed", "value")
COLOURS = ("#0173b2", "#de8f05", "#029e73", "#cc78bc")
REFERENCES = ("fact_normal", "fact_laplace", "fact_published")  # curves that are not the model's
VERDICT_COLOURS = {
    "PASS": "#1a7f37", "WARN": "#b26a00", "FAIL": "#b3261e", "not scored": GREY, "not measured": "#9a9a9a",
}  # fmt: skip
BAND = "#cfe8d5"


def fact(
    row: Mapping[str, Any], values: pd.DataFrame, curves: pd.DataFrame, x: str = "", y: str = "", shape: str = "line",
    log_x: bool = False, log_y: bool = False, **look: Unpack[Look],
) -> Figure:  # fmt: skip
    """The curves of a fact and a strip with one dot a seed on the band.

    row: a row of the table `scorecard`. values, curves: the rows of `fact_values` and `fact_curves` of this target.
    x, y: words of plots/words.py for the axes. shape: line, points or bars. Errors: UsageError for a missing column.
    """
    check_columns(values, VALUES, "fact_values")
    style = read_look(look)
    with style.rc():
        figure = slide(style, title_of(row, style), key_of(row, style), foot_of(row, style))
        if len(curves):
            check_columns(curves, CURVES, "fact_curves")
            axes = figure.add_axes((0.075, 0.19, 0.5, 0.59))
            draw_curves(axes, curves, shape, log_x, style)
            dress(axes, style.said(x), style.said(y), log_x, log_y)
        strip = figure.add_axes((0.64, 0.31, 0.33, 0.33) if len(curves) else (0.1, 0.3, 0.82, 0.36))
        draw_strip(strip, row, values["value"].to_numpy(dtype=np.float64), style)
    return figure


def title_of(row: Mapping[str, Any], style: Style) -> str:
    """The label of the fact."""
    return str(row["label_zh" if style.language == "zh" else "label_en"])


def key_of(row: Mapping[str, Any], style: Style) -> str:
    """What is computed, and when; the definition stands in English only."""
    when = style.word("fact_when", row["window"])
    return wrap(f"{row['definition']} {when}", 135) if style.language == "en" else when


def foot_of(row: Mapping[str, Any], style: Style) -> str:
    """Where the published number comes from, and the remark on it."""
    told = style.word("fact_source", row["source"])
    return wrap(f"{told} {row['note']}" if style.language == "en" and row["note"] else told, 150)


def draw_curves(axes: Axes, curves: pd.DataFrame, shape: str, log_x: bool, style: Style) -> None:
    """Every line of the model as median and spread over seeds; what it is compared with as a dashed line."""
    own = [line for line in in_order(curves["line"]) if line not in REFERENCES]
    for place, line in enumerate(in_order(curves["line"])):
        rows = curves[curves["line"] == line]
        name = style.said(line)
        if line in REFERENCES and shape == "bars":
            axes.bar(rows["x"].unique() + 0.2, rows.groupby("x")["y"].median(), 0.38, color=PALE, label=name)
        elif line in REFERENCES:
            middle = rows.groupby("x")["y"].median()
            axes.plot(middle.index, middle, color=INK, lw=1.8, ls=(0, (4, 3)), label=name, zorder=3)
        elif shape == "bars":
            middle = rows.groupby("x")["y"].quantile([0.05, 0.5, 0.95]).unstack()
            axes.bar(middle.index - 0.2, middle[0.5], 0.38, color=COLOURS[place], label=name, zorder=2)
            axes.vlines(middle.index - 0.2, middle[0.05], middle[0.95], color=INK, lw=1.6, zorder=3)
        elif shape == "points":
            size, faint = (14, 0.5) if len(rows) < 800 else (6, 0.25)
            axes.scatter(rows["x"], rows["y"], s=size, alpha=faint, color=COLOURS[place % 4], lw=0, label=name)
        else:
            spread_line(axes, rows, log_x, COLOURS[place % 4], name)
    if shape == "bars":
        axes.set_xticks(range(4), labels=["< 1", "1–5", "5–10", "> 10"])
    if len(own) > 1 or curves["line"].nunique() > 1:
        axes.legend(frameon=False, fontsize=12, loc="best")


def spread_line(axes: Axes, rows: pd.DataFrame, log_x: bool, colour: str, name: str) -> None:
    """Median over seeds at each x, with the band that holds nine tenths of them."""
    shown = rows.groupby("x")["y"].quantile([0.05, 0.5, 0.95]).unstack()
    axes.fill_between(shown.index, shown[0.05], shown[0.95], color=colour, alpha=0.18, lw=0, zorder=1)
    axes.plot(shown.index, shown[0.5], color=colour, lw=2.4, label=name, zorder=3)


def dress(axes: Axes, x: str, y: str, log_x: bool, log_y: bool) -> None:
    """Scales, names of the axes, no frame."""
    if log_x:
        axes.set_xscale("log")
    if log_y:
        axes.set_yscale("log")
    elif axes.get_ylim()[0] < 0.0 < axes.get_ylim()[1]:
        axes.axhline(0.0, color=INK, lw=1.0, zorder=1.5)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)


def draw_strip(axes: Axes, row: Mapping[str, Any], values: np.ndarray, style: Style) -> None:
    """A dot a seed, the median as a line, the published band behind them, the verdict above."""
    low, high = float(row["band_low"]), float(row["band_high"])
    ends = [end for end in (low, high, float(row["published"])) if math.isfinite(end)]
    left, right = min([*values, *ends]), max([*values, *ends])
    room = 0.12 * (right - left) or 1.0
    limits = (left - room, right + room)
    axes.axvspan(max(low, limits[0]), min(high, limits[1]), color=BAND, lw=0, zorder=0)
    colour = VERDICT_COLOURS[str(row["verdict"])]
    heights = np.linspace(-0.6, 0.6, len(values)) if len(values) > 1 else np.zeros(1)
    axes.scatter(values, heights, s=46, color=colour, alpha=0.55, lw=0, zorder=2)
    axes.axvline(float(row["value"]), color=colour, lw=3, zorder=3)
    if math.isfinite(float(row["published"])):
        axes.axvline(float(row["published"]), color=INK, lw=1.6, ls=(0, (4, 3)), zorder=3)
    axes.set_xlim(limits)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel(style.unit(str(row["unit"])))
    heading = f"{style.said(str(row['verdict']))}: {precise(float(row['value']))}"
    axes.text(0, 1.42, heading, transform=axes.transAxes, fontsize=19, fontweight="bold", color=colour, va="bottom")
    axes.text(
        0, 1.36, wrap(strip_words(row, len(values), style), 50), transform=axes.transAxes,
        fontsize=11.5, color=GREY, va="top", linespacing=1.35,
    )  # fmt: skip


def strip_words(row: Mapping[str, Any], seeds: int, style: Style) -> str:
    """How the strip is to be read."""
    told = "fact_strip" if math.isfinite(float(row["published"])) else "fact_strip_plain"
    return style.word(told, band_words(row, style), seeds)


def precise(value: float) -> str:
    """A number with four digits, so that one beside the end of a band is told apart from it."""
    size = abs(value)
    if size >= 1000 or value == round(value):
        return number(value)
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def band_words(row: Mapping[str, Any], style: Style) -> str:
    """The band as a reader says it."""
    low, high = float(row["band_low"]), float(row["band_high"])
    if math.isinf(low):
        return style.word("fact_at_most", number(high))
    return style.word("fact_at_least", number(low)) if math.isinf(high) else f"{number(low)} – {number(high)}"
