"""What the best mixes of a search are made of: levers as rows, points of the front as columns, values in the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.indicators.definitions import INDICATORS
from simulation.plots.style import GREY, INK, PALE, Look, Style, number, read_look, signed, slide, wrap
from simulation.plots.tables import check_columns, in_order

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("point", "lever", "label_en", "label_zh", "unit", "value", "place", "base", "base_place")
FRONT = ("point", "sample", "indicator", "baseline", "difference", "public_cost")
GAP = 0.5  # rows between levers and what they bring


def mixes(levers: pd.DataFrame, table: pd.DataFrame, **look: Unpack[Look]) -> Figure:
    """Lever values of every point of the front, with cost and goals below.

    levers: a row a point and lever: point, lever, label_en, label_zh, unit, value, place (in its range, 0 to 1), base
    and base_place. table: as the table `front`; rows of hold-out seeds are shown if there are any. Errors: UsageError
    for a missing column.
    """
    check_columns(levers, COLUMNS, "levers of the front")
    check_columns(table, FRONT, "front")
    style = read_look(look)
    held = table[table["sample"] == "hold-out"]
    held = table if held.empty else held
    names, points, goals = in_order(levers["lever"]), in_order(levers["point"]), in_order(held["indicator"])
    with style.rc():
        seeds = style.word(str(held["sample"].iloc[0]))
        figure = slide(style, style.word("mixes_title"), style.word("mixes_key"), style.word("mixes_foot", seeds))
        axes = figure.add_axes((0.345, 0.1, 0.63, 0.7))
        rows = len(names) + GAP + 1 + len(goals)
        axes.set_xlim(-0.55, len(points) + 0.5)
        axes.set_ylim(rows - 0.4, -0.5)
        axes.axis("off")
        size = float(np.clip(min(150 / rows, 130 / (len(points) + 1)), 8, 13))
        top = float(np.clip(145 / (len(points) + 1), 7, 12.5))
        for column, heading in enumerate([style.word("baseline"), *points]):
            axes.text(column, -0.72, heading, ha="center", va="bottom", fontsize=top, fontweight="bold", color=INK)
        for row, name in enumerate(names):
            draw_lever(axes, levers[levers["lever"] == name], row, size, style)
        draw_outcomes(axes, held, goals, len(names) + GAP, size, style)
    return figure


def draw_lever(axes: Axes, rows: pd.DataFrame, height: float, size: float, style: Style) -> None:
    """One lever: its name, the baseline's value, then the value at each point on the colour of its place."""
    first = rows.iloc[0]
    name = str(first["label_zh" if style.language == "zh" else "label_en"])
    heading(axes, height, f"{name}, {style.unit(str(first['unit']))}", size)
    cell(axes, 0, height, number(float(first["base"])), float(first["base_place"]), size)
    for column, (_, row) in enumerate(rows.iterrows(), 1):
        cell(axes, column, height, number(float(row["value"])), float(row["place"]), size)


def draw_outcomes(axes: Axes, table: pd.DataFrame, goals: list[str], height: float, size: float, style: Style) -> None:
    """Public cost and goals at each point, without colour."""
    cost = table.drop_duplicates("point")
    axes.axhline(height - 0.5 - GAP / 2, color=PALE, lw=1.2)
    heading(axes, height, style.word("mixes_cost"), size)
    for column, value in enumerate(cost["public_cost"], 1):
        axes.text(column, height, signed(float(value)), ha="center", va="center", fontsize=size, color=INK)
    for place, goal in enumerate(goals, 1):
        heading(axes, height + place, style.word("mixes_gain", INDICATORS[goal].label(style.language)), size)
        rows = table[table["indicator"] == goal]
        shares = 100.0 * rows["difference"] / rows["baseline"].abs().replace(0.0, 100.0)
        for column, value in enumerate(shares, 1):
            axes.text(column, height + place, signed(float(value)), ha="center", va="center", fontsize=size, color=INK)


def heading(axes: Axes, height: float, words: str, size: float) -> None:
    """The name of a row, left of the cells."""
    axes.text(-0.65, height, wrap(words, 46), ha="right", va="center", fontsize=min(size + 0.5, 12), color=INK)


def cell(axes: Axes, column: int, height: float, words: str, place: float, size: float) -> None:
    """A value on the colour of its place in the range; outside of it on grey."""
    inside = -1e-9 <= place <= 1 + 1e-9
    colour = sns.color_palette("Blues", as_cmap=True)(0.04 + 0.76 * float(np.clip(place, 0, 1))) if inside else PALE
    axes.fill_between([column - 0.47, column + 0.47], height - 0.44, height + 0.44, color=colour, lw=0)
    ink = "white" if inside and place > 0.62 else INK if inside else GREY
    axes.text(column, height, words, ha="center", va="center", fontsize=size, color=ink)
