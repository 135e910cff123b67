"""Two levers and what they do together: the surface of an indicator with public cost on it, and one lever at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from simulation.errors import UsageError
from simulation.indicators.definitions import INDICATORS
from simulation.plots.factors import bare, factor_name, fit, fit_line
from simulation.plots.style import GREY, INK, Look, Style, number, read_look, slide, wrap
from simulation.plots.tables import check_columns, check_indicators

if TYPE_CHECKING:
    import pandas as pd

CELL = (
    "indicator", "first", "first_label", "first_unit", "second", "second_label", "second_unit", "first_value",
    "second_value", "mean", "step", "step_low", "step_high", "public_cost", "seeds",
)  # fmt: skip
PAIR = ("interaction", "interaction_low", "interaction_high", "verdict")
SHADES, STEPS = 60, 15
HALO: dict[str, Any] = {"path_effects": [withStroke(linewidth=3, foreground="white")]}
THIN: dict[str, Any] = {"path_effects": [withStroke(linewidth=2, foreground=(1, 1, 1, 0.85))]}


def surface(cells: pd.DataFrame, pair: pd.DataFrame | None = None, **look: Unpack[Look]) -> Figure:
    """One indicator over the grid of two levers, with contours of public cost; beside it what the first lever does at
    each value of the second, with intervals of paired seeds.

    `cells` are the rows of table `surface` of one indicator and pair, `pair` their row of table `interactions`.
    Errors: UsageError for missing columns, several indicators or pairs, or cells that make no grid.
    """
    check_columns(cells, CELL, "surface")
    if len(cells[["indicator", "first", "second"]].drop_duplicates()) > 1:
        raise UsageError.at("figure surface", "several indicators or pairs", "the rows of one")
    indicator = str(cells["indicator"].iloc[0])
    check_indicators([indicator])
    grid = cells.pivot(index="second_value", columns="first_value", values="mean")
    if grid.isna().to_numpy().any() or min(grid.shape) < 2:
        raise UsageError.at("figure surface", "cells that make no grid", "every combination of two values or more")
    style, one = read_look(look), cells.iloc[0]
    with style.rc():
        first, second = (factor_name_of(one, part, style) for part in ("first", "second"))
        figure = slide(style, "", "")
        title = style.title or style.word("surface_title", style.indicator(indicator), first.lower(), second.lower())
        figure.texts[0].set_text(title)
        fit(figure.texts[0], 0.97 * figure.bbox.width)
        told = said(one, pair, indicator, style)
        fit_line(figure, 0.035, 0.895, told, 0.97, fontsize=15, color=INK, va="top")
        left = figure.add_axes((0.065, 0.165, 0.42, 0.6))
        paint(figure, left, cells, grid, style)
        right = figure.add_axes((0.635, 0.165, 0.265, 0.6))
        steps(right, cells, (first, second), style)
        cost = style.word("surface_cost" if has_cost(cells) else "surface_dots")
        figure.text(0.035, 0.055, cost, fontsize=11.5, color=INK)
        figure.text(0.575, 0.055, style.word("surface_band", int(one["seeds"])), fontsize=11.5, color=INK)
    return figure


def factor_name_of(row: pd.Series, part: str, style: Style) -> str:
    """The label of the first or second lever."""
    return factor_name(row, style, part)


def said(one: pd.Series, pair: pd.DataFrame | None, indicator: str, style: Style) -> str:
    """The interaction in a sentence."""
    if pair is None or pair.empty:
        return style.shown_unit(indicator)
    check_columns(pair, PAIR, "interactions")
    row, unit = pair.iloc[0], style.shown_unit(indicator)
    unit = {"count": "", "%": style.unit("pp")}.get(INDICATORS[indicator].unit, unit)
    value = fine(row["interaction"])
    if not np.isfinite(row["interaction_low"]):
        return style.word("together_bare", value, unit).replace("  ", " ")
    word = "no_verdict" if row["verdict"] == "unclear" else str(row["verdict"])
    ends = (fine(row["interaction_low"]), fine(row["interaction_high"]))
    return style.word("together_sum", value, unit, *ends, style.word(word)).replace("  ", " ")


def fine(value: float) -> str:
    """A signed number with three digits that matter."""
    return (
        f"{'+' if value > 0 else ''}{number(value)}"
        if abs(value) >= 0.1
        else f"{value:+.2g}".replace("-", "\N{MINUS SIGN}")
    )


def has_cost(cells: pd.DataFrame) -> bool:
    """Whether public cost is known and differs over the grid."""
    cost = cells["public_cost"]
    return bool(np.isfinite(cost).all() and np.ptp(cost) > 1e-9)


def finer(grid: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The grid with straight lines between its points, in cells that stand evenly whatever the values."""
    x, y = np.arange(grid.shape[1], dtype=float), np.arange(grid.shape[0], dtype=float)
    fine_x, fine_y = np.linspace(0, x[-1], STEPS * len(x)), np.linspace(0, y[-1], STEPS * len(y))
    across = np.array([np.interp(fine_x, x, row) for row in grid.to_numpy()])
    return fine_x, fine_y, np.array([np.interp(fine_y, y, column) for column in across.T]).T


def paint(figure: Figure, axes: Axes, cells: pd.DataFrame, grid: pd.DataFrame, style: Style) -> None:
    """The surface: colour is the indicator, lines are public cost, dots the points played with their values."""
    one = cells.iloc[0]
    x, y, z = finer(grid)
    palette = sns.color_palette("blend:#f7fafc,#cfe2ef,#8fbcdb,#4d94c4", as_cmap=True)
    painted = axes.contourf(x, y, z, SHADES, cmap=palette, zorder=0)
    if has_cost(cells):
        cost = cells.pivot(index="second_value", columns="first_value", values="public_cost")
        levels = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(cost.to_numpy().min(), cost.to_numpy().max())
        lines = axes.contour(
            *finer(cost), levels=levels, colors="#b5450f", linewidths=1.9, linestyles="solid", zorder=2
        )
        for text in axes.clabel(lines, fmt=number, fontsize=12.5, inline_spacing=6):
            text.set(fontweight="bold", **HALO)
            across, up = axes.transAxes.inverted().transform(axes.transData.transform(text.get_position()))
            text.set_visible(0.04 < across < 0.96 and 0.04 < up < 0.96)
    for j, (_, row) in enumerate(grid.iterrows()):
        for i, value in enumerate(row):
            axes.plot(i, j, "o", ms=7, mfc="white", mec=INK, mew=1.1, zorder=4, clip_on=False)
            side = -1 if i == len(row) - 1 else 1
            axes.annotate(
                number(value), (i, j), (8 * side, 9 if j < len(grid) - 1 else -15), textcoords="offset points",
                fontsize=12.5, color=INK, ha="left" if side > 0 else "right", zorder=5, **THIN,
            )  # fmt: skip
    mark_baseline(axes, one, grid, style)
    axes.set_xticks(range(grid.shape[1]), [number(value) for value in grid.columns])
    axes.set_yticks(range(grid.shape[0]), [number(value) for value in grid.index])
    axes.set_xlim(0, grid.shape[1] - 1)
    axes.set_ylim(0, grid.shape[0] - 1)
    axes.grid(visible=False)
    bare(axes)
    axes.tick_params(pad=9)
    axes.set_xlabel(axis_name(one, "first", style), color=INK, fontsize=13, labelpad=9)
    axes.set_ylabel(axis_name(one, "second", style), color=INK, fontsize=13, labelpad=7)
    indicator = str(one["indicator"])
    words = f"{style.indicator(indicator)}, {style.shown_unit(indicator)}"
    axes.set_title(wrap(words, 62), loc="left", fontsize=13, color=INK, fontweight="bold", pad=13)
    bar = figure.colorbar(painted, cax=figure.add_axes((0.5, 0.165, 0.012, 0.6)), ticks=MaxNLocator(5))
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=11)


def mark_baseline(axes: Axes, one: pd.Series, grid: pd.DataFrame, style: Style) -> None:
    """A ring where the baseline stands, if it is on the grid's area."""
    place = []
    for part, values in (("first", grid.columns), ("second", grid.index)):
        value = float(one.get(f"{part}_baseline", np.nan))
        if not (np.isfinite(value) and values.min() <= value <= values.max()):
            return
        place.append(float(np.interp(value, np.asarray(values, dtype=float), np.arange(len(values)))))
    axes.plot(*place, "o", ms=17, mfc="none", mec=INK, mew=2.2, zorder=5, clip_on=False)
    axes.annotate(
        style.word("surface_here"), (place[0], place[1]), (13, -15), textcoords="offset points", fontsize=12.5,
        style="italic", fontweight="bold", color=INK, zorder=6, **HALO,
    )  # fmt: skip


def axis_name(one: pd.Series, part: str, style: Style) -> str:
    """Label and unit of a lever."""
    unit = str(one[f"{part}_unit"])
    name = factor_name_of(one, part, style)
    return f"{name} ({style.unit(unit)})" if unit not in ("", "count") else name


def steps(axes: Axes, cells: pd.DataFrame, names: tuple[str, str], style: Style) -> None:
    """What the first lever does from its lowest value on, a line a value of the second; bands are intervals."""
    levels = sorted(cells["second_value"].unique())
    values = sorted(cells["first_value"].unique())
    place = {value: spot for spot, value in enumerate(values)}
    colours = sns.color_palette("blend:#f0b27a,#c1440e,#5b1a0a", n_colors=len(levels))
    axes.axhline(0, color=INK, lw=1.2, zorder=1)
    ends = []
    for order, (level, colour) in enumerate(zip(levels, colours, strict=True)):
        rows = cells[cells["second_value"] == level].sort_values("first_value")
        aside = 0.055 * (order - (len(levels) - 1) / 2)
        spots = np.array([place[value] for value in rows["first_value"]]) + aside
        axes.vlines(spots[1:], rows["step_low"][1:], rows["step_high"][1:], color=colour, lw=2.2, alpha=0.55, zorder=2)
        axes.plot(spots, rows["step"], "o-", color=colour, lw=2.4, ms=7.5, mec="white", zorder=3, clip_on=False)
        ends.append((float(rows["step"].iloc[-1]), number(level), colour))
    axes.set_xticks(range(len(values)), [number(value) for value in values])
    axes.set_xlim(-0.15, len(values) - 0.85)
    axes.grid(axis="x", visible=False)
    bare(axes)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(lambda value, _: fine(value) if value else "0")
    one = cells.iloc[0]
    axes.set_xlabel(axis_name(one, "first", style), color=INK, fontsize=13, labelpad=9)
    words = style.word("surface_step", names[0].lower(), names[1].lower())
    axes.set_title(wrap(words, 32), loc="left", fontsize=12, color=INK, fontweight="bold", pad=13)
    name_ends(axes, ends, names[1])


def name_ends(axes: Axes, ends: list[tuple[float, str, Any]], name: str) -> None:
    """The value of the second lever at the end of each line, moved apart where lines end together."""
    low, high = axes.get_ylim()
    gap, last = 0.062 * (high - low), -np.inf
    spots = []
    for value, words, colour in sorted(ends, key=lambda end: end[0]):
        last = max(value, last + gap)
        spots.append((last, words, colour))
    beyond = max(0.0, spots[-1][0] - high)
    for spot, words, colour in spots:
        axes.annotate(
            words, (1, spot - beyond), (9, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", fontsize=12.5, fontweight="bold", color=colour, annotation_clip=False,
        )  # fmt: skip
    axes.annotate(
        wrap(name, 12), (1, max(high, spots[-1][0] - beyond)), (9, 14), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="bottom", fontsize=11.5, color=GREY, annotation_clip=False,
    )  # fmt: skip
