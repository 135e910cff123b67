"""What one lever does over its range: a line an indicator with intervals, against the lever's value in the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulation.plots.effects_chart import amount
from simulation.plots.factors import factor_name
from simulation.plots.fan_chart import above, panel
from simulation.plots.style import GREY, INK, Look, Style, number, read_look, signed, slide, wrap
from simulation.plots.tables import check_columns, check_indicators, in_order

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "factor", "factor_label", "factor_unit", "indicator", "value", "reference", "reference_mean", "difference",
    "difference_low", "difference_high", "seeds",
)  # fmt: skip
LINE = "#0173b2"


def response(table: pd.DataFrame, ids: Sequence[str] | None = None, **look: Unpack[Look]) -> Figure:
    """Paired differences from the lever's value in the baseline, in % of the level there, over the lever's values.

    percent = 100 · difference / |reference_mean|, its interval likewise. `table` is that of `simulation.response`:
    columns factor, factor_label, factor_unit, indicator, value, reference, reference_mean, difference, difference_low,
    difference_high and seeds. Up to eight indicators make a readable slide.

    Errors: UsageError for missing columns, several levers or an unknown indicator.
    """
    check_columns(table, COLUMNS, "response")
    chosen = list(ids) if ids is not None else in_order(table["indicator"])[:6]
    check_indicators(chosen)
    style, one = read_look(look), table.iloc[0]
    with style.rc():
        lever = factor_name(one, style)
        key = style.word("response_key", number(one["reference"]), int(one["seeds"]))
        figure = slide(style, style.word("response_title", lever.lower()), key)
        for place, indicator in enumerate(chosen):
            rows = table[table["indicator"] == indicator].sort_values("value")
            check_columns(rows, COLUMNS, f"response, indicator {indicator}")
            axes = panel(figure, place, len(chosen))
            draw(axes, rows)
            dress(axes, rows, indicator, style, len(chosen))
        across = style.word("response_axis", axis_words(one, lever))
        figure.text(0.975, 0.022, across, fontsize=12, color=INK, ha="right")
    return figure


def axis_words(one: pd.Series, lever: str) -> str:
    """The lever with its unit."""
    return f"{lever} ({one['factor_unit']})" if one["factor_unit"] not in ("", "count") else lever


def draw(axes: Axes, rows: pd.DataFrame) -> None:
    """Bars of the intervals, dots and a line through them, a ring where the baseline stands."""
    share = 100 / abs(float(rows["reference_mean"].iloc[0])) if rows["reference_mean"].iloc[0] else np.nan
    x, y = rows["value"].to_numpy(), share * rows["difference"].to_numpy()
    axes.axhline(0, color=INK, lw=1.1, zorder=1.5)
    axes.vlines(x, share * rows["difference_low"], share * rows["difference_high"], color=LINE, lw=3, alpha=0.45)
    axes.plot(x, y, "o-", color=LINE, lw=2.4, ms=7, mec="white", zorder=3, clip_on=False)
    axes.plot(rows["reference"].iloc[0], 0, "o", ms=14, mfc="none", mec=INK, mew=1.8, zorder=4, clip_on=False)


def dress(axes: Axes, rows: pd.DataFrame, indicator: str, style: Style, panels: int) -> None:
    """Name above, the level at the reference below it, values of the lever on the axis."""
    letters, size = (27, 12) if panels > 6 else (36, 14) if panels > 4 else (70, 15)
    above(axes, wrap(style.indicator(indicator), letters), 20, fontsize=size, fontweight="bold", color=INK)
    level = amount(float(rows["reference_mean"].iloc[0]), indicator, style)
    above(axes, style.word("response_unit", level), 5, fontsize=11, color=GREY)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(lambda value, _: signed(value))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.grid(axis="x", visible=False)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
