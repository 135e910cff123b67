"""What a calibration has learnt of each parameter: its range, where it was, and where nine tenths of it are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.plots.style import GREY, INK, PALE, Look, Style, legend_row, number, panel_of_rows, read_look, slide
from simulation.plots.tables import check_columns

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "label_en", "label_zh", "unit", "range_low", "range_high", "before", "value", "low", "high", "contraction",
)  # fmt: skip
NOW, BEFORE, RANGE = "#0173b2", "#de8f05", "#dddddd"


def posterior(fitted: pd.DataFrame, **look: Unpack[Look]) -> Figure:
    """A row a parameter, best known on top: pale bar its range, blue nine tenths of the posterior, orange the default.

    fitted: table `fitted` of a calibration. Errors: UsageError for a missing column.
    """
    check_columns(fitted, COLUMNS, "fitted")
    style = read_look(look)
    with style.rc():
        figure = slide(style, style.word("posterior_title"), style.word("posterior_key"))
        entries = [("posterior_range", RANGE), ("posterior_now", NOW), ("posterior_before", BEFORE)]
        legend_row(figure, [(style.word(key), colour) for key, colour in entries])
        axes = panel_of_rows(figure, len(fitted))
        for height, (_, row) in enumerate(fitted.iterrows()):
            draw_row(axes, row, height, style)
    return figure


def draw_row(axes: Axes, row: pd.Series, height: int, style: Style) -> None:
    """One parameter."""
    left, right = 0.36, 0.83
    low, high = float(row["range_low"]), float(row["range_high"])

    def place(value: float) -> float:
        return left + (right - left) * (float(value) - low) / (high - low)

    axes.axhline(height + 0.5, color=PALE, lw=0.6)
    axes.text(0.0, height, str(row[f"label_{style.language}"]), fontsize=13, color=INK, va="center")
    axes.plot([left, right], [height] * 2, color=RANGE, lw=9, solid_capstyle="butt", zorder=1)
    axes.plot([place(row["low"]), place(row["high"])], [height] * 2, color=NOW, lw=9, solid_capstyle="butt", zorder=2)
    axes.plot(place(row["value"]), height, "o", color="white", ms=5, zorder=4)
    axes.plot([place(row["before"])] * 2, [height - 0.32, height + 0.32], color=BEFORE, lw=3, zorder=3)
    for x, value, side in ((left - 0.008, low, "right"), (right + 0.008, high, "left")):
        axes.text(x, height, number(float(value)), fontsize=10.5, color=GREY, va="center", ha=side)
    share = f"{100.0 * max(0.0, float(row['contraction'])):.0f}%"  # luck of the draws may make it a hair wider
    axes.text(1.0, height, style.word("posterior_narrower", share), fontsize=12, color=INK, va="center", ha="right")
