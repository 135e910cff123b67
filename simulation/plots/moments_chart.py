"""How far the moments are from what was published, before a calibration and after it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Unpack

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.plots.posterior_chart import BEFORE, NOW
from simulation.plots.style import GREY, INK, PALE, Look, Style, legend_row, number, panel_of_rows, read_look, slide
from simulation.plots.tables import check_columns

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "label_en", "label_zh", "unit", "published", "band_low", "band_high", "before", "fitted", "drawn_low", "drawn_high",
    "reached",
)  # fmt: skip
BAND = "#cfe8d5"


def moments(table: pd.DataFrame, **look: Unpack[Look]) -> Figure:
    """A row a moment: green what was published, orange the base, blue the fitted values and their posterior.

    table: table `moments` of a calibration. Errors: UsageError for a missing column.
    """
    check_columns(table, COLUMNS, "moments")
    style = read_look(look)
    with style.rc():
        unreached = int((~table["reached"].astype(bool)).sum())
        foot = style.word("moments_unreached", unreached) if unreached else ""
        figure = slide(style, style.word("moments_title"), style.word("moments_key"), foot)
        entries = [("moments_band", BAND), ("moments_before", BEFORE), ("moments_now", NOW)]
        legend_row(figure, [(style.word(key), colour) for key, colour in entries])
        axes = panel_of_rows(figure, len(table))
        for height, (_, row) in enumerate(table.iterrows()):
            draw_row(axes, row, height, style)
    return figure


def draw_row(axes: Axes, row: pd.Series, height: int, style: Style) -> None:
    """One moment on a scale of its own."""
    left, right = 0.4, 0.78
    kept = [float(row[name]) for name in COLUMNS[3:10] if math.isfinite(float(row[name]))]
    low, span = min(kept), (max(kept) - min(kept)) or 1.0
    low, span = low - 0.06 * span, 1.12 * span

    def place(name: str) -> float:
        return left + (right - left) * min(1.0, max(0.0, (float(row[name]) - low) / span))

    axes.axhline(height + 0.5, color=PALE, lw=0.6)
    star = "" if row["reached"] else " *"
    axes.text(0.0, height, str(row[f"label_{style.language}"]) + star, fontsize=12.5, color=INK, va="center")
    axes.plot([place("band_low"), place("band_high")], [height] * 2, color=BAND, lw=12, solid_capstyle="butt", zorder=1)
    if math.isfinite(float(row["drawn_low"])):
        axes.plot([place("drawn_low"), place("drawn_high")], [height] * 2, color=NOW, lw=2, zorder=2)
        axes.plot(place("before"), height, "D", color=BEFORE, ms=7, zorder=3)
        axes.plot(place("fitted"), height, "o", color=NOW, ms=8, zorder=4)
    words = f"{number(float(row['published']))} → {number(float(row['fitted']))} {style.unit(str(row['unit']))}"
    axes.text(1.0, height, words, fontsize=11.5, color=GREY, va="center", ha="right")
