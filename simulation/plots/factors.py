"""What the figures of sensitivity and discovery share: factors by name and range, strong ones first, weak ones grey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulation.errors import UsageError
from simulation.plots.style import Style, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RANK = {"morris": "mu_star", "sobol": "total"}
DUMMY = "dummy"
COLOURS = {"raises": "#0173b2", "lowers": "#d55e00", "either": "#7b4f9d", "below_luck": "#c4c4c4"}


def factor_name(row: pd.Series, style: Style, part: str = "factor") -> str:
    """The label of a factor in the language of the figure."""
    return str(row[f"{part}_label_zh" if style.language == "zh" else f"{part}_label"])


def range_name(row: pd.Series, style: Style) -> str:
    """The range that a factor goes through."""
    unit = "" if row["factor_unit"] in ("0-1", "0 to 1", "count") else str(row["factor_unit"])
    unit = f"({style.unit(unit)})" if unit.startswith(("x ", "share", "%")) else style.unit(unit)
    return style.word("range_words", number(row["from"]), number(row["to"]), unit).strip()


def ranked(table: pd.DataFrame, indicator: str) -> tuple[pd.DataFrame, float]:
    """One indicator's factors, strongest first, with columns per measure, and the dummy's value of the ranking measure.

    Errors: UsageError if the table has no such indicator.
    """
    rows = table[table["indicator"] == indicator]
    if rows.empty:
        raise UsageError.at(f"figure of {indicator}", "no rows of this indicator", "an indicator of the table")
    rank = RANK[str(rows["method"].iloc[0])]
    wide = rows.pivot(index="factor", columns="measure", values="value")
    chosen = rows[rows["measure"] == rank].set_index("factor").join(wide).reset_index()
    chosen = chosen[chosen["factor"] != DUMMY].sort_values("value", ascending=False, kind="stable")
    return chosen, float(chosen["noise"].iloc[0])


def manner(row: pd.Series) -> str:
    """How a factor acts: raises, lowers or either way; or not clearly beyond the dummy."""
    if not row["beyond_noise"]:
        return "below_luck"
    if "mu" not in row or abs(row["mu"]) < 0.5 * row["mu_star"]:
        return "either"
    return "raises" if row["mu"] > 0 else "lowers"


def fit(text: Text, right: float) -> None:
    """Make a text smaller until it ends left of `right` (pixels)."""
    box = text.get_window_extent()
    if box.x1 > right:
        text.set_fontsize(max(7.0, text.get_fontsize() * (right - box.x0) / box.width))


def fit_line(figure: Figure, x: float, y: float, words: str, right: float, **text: Any) -> Text:
    """A line of words on the slide, made smaller until it ends left of `right` (parts of the slide)."""
    written = figure.text(x, y, words, **text)
    fit(written, right * figure.bbox.width)
    return written


def bare(axes: Axes) -> None:
    """No frame and no ticks."""
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
