"""A part of a scorecard on one slide: every target as a row with its value, its band and its verdict."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Unpack

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.plots.fact_chart import VERDICT_COLOURS, band_words, precise, title_of
from simulation.plots.style import GREY, INK, PALE, Look, Style, read_look, slide
from simulation.plots.tables import check_columns

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "part", "label_en", "label_zh", "value", "low", "high", "published", "band_low", "band_high", "unit", "verdict",
    "role",
)  # fmt: skip
PLACES = {"verdict": 0.0, "label": 0.1, "value": 0.6, "band": 0.62, "range": 0.8}
SHORT = {"implementation check": "fact_role_check", "calibrate": "fact_role_fitted", "validate": ""}


def scorecard(card: pd.DataFrame, **look: Unpack[Look]) -> Figure:
    """The targets of one part: verdict, name, median over seeds with their spread, band.

    card: rows of the table `scorecard`. Those not measured are counted in the foot. Errors: UsageError for a missing
    column.
    """
    check_columns(card, COLUMNS, "scorecard")
    style = read_look(look)
    rows = card[card["verdict"] != "not measured"]
    with style.rc():
        part = style.said(f"part_{card['part'].iloc[0]}")
        left = len(card) - len(rows)
        foot = style.word("fact_left", left) if left else ""
        figure = slide(style, style.word("scorecard_title", part), style.word("scorecard_key"), foot)
        axes = figure.add_axes((0.035, 0.1, 0.94, 0.75))
        axes.set_xlim(0, 1)
        axes.set_ylim(max(len(rows), 10) - 0.4, -1.3)
        axes.axis("off")
        size = min(12.5, 320.0 / max(len(rows), 10))
        heads = {"verdict": "fact_verdict", "label": "fact_quantity", "value": "fact_value", "band": "fact_band"}
        for column, key in heads.items():
            axes.text(
                PLACES[column], -0.95, style.word(key), fontsize=min(size, 12), fontweight="bold", color=GREY,
                va="center", ha="right" if column == "value" else "left",
            )  # fmt: skip
        for height, (_, row) in enumerate(rows.iterrows()):
            draw_row(axes, row, height, size, style)
    return figure


def draw_row(axes: Axes, row: pd.Series, height: int, size: float, style: Style) -> None:
    """One target."""
    colour = VERDICT_COLOURS[str(row["verdict"])]
    axes.axhline(height + 0.5, color=PALE, lw=0.6)
    axes.text(
        PLACES["verdict"], height, style.said(str(row["verdict"])), fontsize=size, fontweight="bold", color=colour,
        va="center",
    )  # fmt: skip
    role = SHORT[str(row["role"])]
    name = title_of(row, style) + (f" ({style.word(role)})" if role else "")
    axes.text(PLACES["label"], height, name, fontsize=size, color=INK, va="center")
    axes.text(PLACES["value"], height, precise(float(row["value"])), fontsize=size, color=INK, va="center", ha="right")
    words = f"{band_words(row, style)} {style.unit(str(row['unit']))}"
    axes.text(PLACES["band"], height, words, fontsize=size * 0.92, color=GREY, va="center")
    draw_range(axes, row, height, colour)


def draw_range(axes: Axes, row: pd.Series, height: int, colour: str) -> None:
    """The band as a pale bar, the spread over seeds as a line, the median as a dot, on a scale of the row's own."""
    ends = [float(row[name]) for name in ("band_low", "band_high") if math.isfinite(float(row[name]))]
    points = [float(row[name]) for name in ("value", "low", "high")]
    left, right = min([*ends, *points]), max([*ends, *points])
    span = (right - left) or 1.0
    left, span = left - 0.08 * span, 1.16 * span

    def place(value: float) -> float:
        return PLACES["range"] + (1.0 - PLACES["range"]) * min(1.0, max(0.0, (value - left) / span))

    axes.plot(
        [place(float(row["band_low"])), place(float(row["band_high"]))], [height] * 2, color="#cfe8d5", lw=11,
        solid_capstyle="butt", zorder=1,
    )  # fmt: skip
    axes.plot([place(points[1]), place(points[2])], [height] * 2, color=colour, lw=2, zorder=2)
    axes.plot(place(points[0]), height, "o", color=colour, ms=7, zorder=3)
