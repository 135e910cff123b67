"""What policies change: one row an indicator, one panel a policy, dots with intervals in % of the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulation.indicators.definitions import INDICATORS
from simulation.plots.style import (
    GREY,
    INK,
    Look,
    Style,
    number,
    read_look,
    scenario_colours,
    signed,
    slide,
    slide_of,
    title_panel,
)
from simulation.plots.tables import check_columns, check_indicators, in_order

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("scenario", "indicator", "window", "baseline", "difference", "low", "high", "better", "seeds")
GROUPS = ("innovation", "financing", "industry", "stability", "public_finance", "cycle")
COLOURS = {"better": "#0173b2", "worse": "#d55e00", "changed": "#444444", "unclear": "#9a9a9a"}
HEADLINE = (
    "projects_entered", "rd_spending", "certified_in_force",
    "equity_invested", "early_equity_share", "funded_share", "social_commitments", "mlt_loans",
    "validated_products", "value_added", "npl_ratio", "default_rate", "induced_tax", "local_debt_ratio",
    "exits_ipo", "exit_value", "flow_dpi", "listing_queue", "recycling_ratio",
)  # fmt: skip
ROOM = 20  # rows that can be read on a slide
NUMBERS = 0.062  # width of the column of numbers at the right of a panel, in parts of the slide's


def effects(table: pd.DataFrame, ids: Sequence[str] | None = None, **look: Unpack[Look]) -> Figure:
    """Paired effects of policies: mean difference and interval in % of the baseline, grouped, one panel a policy.

    percent = 100 · difference / |baseline|, the interval likewise. `table` is that of `compare`: columns scenario,
    indicator, window, baseline, difference, low, high, better (yes | no | unclear) and seeds. Without `ids`, all its
    indicators if they fit on a slide, else the headline ones. Filled dots are clear, hollow ones are not.

    Errors: UsageError for a missing column or an unknown indicator.
    """
    check_columns(table, COLUMNS, "effects")
    chosen = choose(table, ids)
    check_indicators(chosen)
    style = read_look(look)
    shown, left_out = in_percent(table, chosen)
    check_columns(shown, COLUMNS, "effects")
    rows = lay_out(in_order(shown["indicator"]))
    with style.rc():
        figure = slide(style, style.word("effects_title"), key(shown, style), foot(shown, left_out, style))
        legend(figure, style)
        panels = make_panels(figure, shown, rows, style)
        label_rows(panels[0], rows, shown, style)
    return figure


def choose(table: pd.DataFrame, ids: Sequence[str] | None) -> list[str]:
    """The ids to show, in the order of the groups: those asked for, or all, or the headline if all are too many."""
    there = in_order(table["indicator"])
    if ids is not None:
        return list(ids)
    return there if len(there) <= ROOM else [indicator for indicator in HEADLINE if indicator in there] or there[:ROOM]


def in_percent(table: pd.DataFrame, ids: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """The rows of `ids` with columns mean, left and right in % of the baseline, and the ids that have no percentage."""
    rows = table[table["indicator"].isin(ids)]
    share = 100 / rows["baseline"].abs().replace(0, np.nan)
    rows = rows.assign(mean=rows["difference"] * share, left=rows["low"] * share, right=rows["high"] * share)
    full = rows[np.isfinite(rows[["mean", "left", "right"]]).all(axis=1)]
    return full, [indicator for indicator in ids if indicator not in set(full["indicator"])]


def lay_out(ids: Sequence[str]) -> dict[str, float]:
    """The height of each row, 0 at the top and falling: ids and, as `#group`, the heading above each group."""
    rows: dict[str, float] = {}
    height = 0.0
    for group in GROUPS:
        members = [indicator for indicator in ids if INDICATORS[indicator].group == group]
        for place, row in enumerate([f"#{group}", *members] if members else []):
            height -= 0.35 if place == 0 and rows else 0
            rows[row] = height
            height -= 1
    return rows


def verdict(effect: pd.Series) -> str:
    """How an effect is marked: unclear when its interval includes zero, else better, worse or merely changed."""
    if effect["left"] <= 0 <= effect["right"]:
        return "unclear"
    if INDICATORS[effect["indicator"]].better == "none":
        return "changed"
    return {"yes": "better", "no": "worse"}.get(str(effect["better"]), "changed")


def key(shown: pd.DataFrame, style: Style) -> str:
    """The sentence under the title."""
    window, seeds = shown["window"].iloc[0], int(shown["seeds"].max())
    return style.word("effects_key", style.word("against_baseline"), str(window).replace(":", "\N{EN DASH}"), seeds)


def foot(shown: pd.DataFrame, left_out: Sequence[str], style: Style) -> str:
    """How many intervals exclude zero and how many would by chance, and what is not shown."""
    clear = int(((shown["left"] > 0) | (shown["right"] < 0)).sum())
    chance = f"{0.05 * len(shown):.0f}" if len(shown) >= 20 else f"{0.05 * len(shown):.1g}"
    words = style.word("by_chance", found=clear, shown=len(shown), chance=chance)
    names = ", ".join(style.indicator(indicator) for indicator in left_out)
    beyond = style.word("beyond") if (shown["mean"].abs() > scale(shown)).any() else ""
    return " ".join(part for part in (words, beyond, style.word("left_out", names) if left_out else "") if part)


def legend(figure: Figure, style: Style) -> None:
    """Four dots with their meaning, in a row under the key."""
    x = 0.042
    for meaning, colour in COLOURS.items():
        axes = figure.add_axes((x - 0.007, 0.825, 0.014, 0.026), frameon=False, xticks=[], yticks=[])
        axes.plot(0, 0, **dot(meaning, colour))
        text = figure.text(x + 0.01, 0.838, style.word(meaning), fontsize=13, va="center")
        x += 0.036 + text.get_window_extent().width / figure.bbox.width


def dot(meaning: str, colour: str) -> dict[str, Any]:
    """The marker of a verdict: hollow when unclear."""
    face = "white" if meaning == "unclear" else colour
    return {"marker": "o", "ms": 7.5, "mec": colour, "mfc": face, "mew": 2, "ls": "", "clip_on": False}


def make_panels(figure: Figure, shown: pd.DataFrame, rows: Mapping[str, float], style: Style) -> list[Axes]:
    """A panel per policy, all with the same scale."""
    policies = in_order(shown["scenario"])
    colours = scenario_colours(policies, style.colours)
    grid = figure.add_gridspec(1, len(policies), left=0.385, right=0.975, top=0.745, bottom=0.155, wspace=0.08)
    reach = scale(shown)
    panels = []
    for place, policy in enumerate(policies):
        axes = figure.add_subplot(grid[0, place])
        dress(axes, rows, reach, style.name(policy), colours[policy])
        for _, effect in shown[shown["scenario"] == policy].iterrows():
            draw(axes, effect, rows[effect["indicator"]], reach)
        panels.append(axes)
    figure.text(0.68, 0.088, style.word("effects_axis"), fontsize=12, color=GREY, ha="center")
    return panels


def scale(shown: pd.DataFrame) -> float:
    """Half the width of the axis in %: room for nine in ten intervals, since a few giants would flatten the rest."""
    ends = shown[["left", "right"]].abs().max(axis=1)
    return max(1.15 * min(float(ends.max()), 1.6 * float(ends.quantile(0.85))), 1.0)


def dress(axes: Axes, rows: Mapping[str, float], reach: float, name: str, colour: str) -> None:
    """Title over a bar in the colour of the policy, zero, a faint line a row, room for numbers at the right."""
    panel = axes.get_position()
    axes.set_xlim(-reach, reach * (1 + 2 * NUMBERS / (panel.width - NUMBERS)))
    axes.set_ylim(min(rows.values()) - 0.6, 0.2)
    title_panel(axes, name, colour)
    axes.set_yticks([height for row, height in rows.items() if not row.startswith("#")], labels=[])
    ticks = [tick for tick in MaxNLocator(2).tick_values(0, reach) if tick <= reach]
    axes.set_xticks([-tick for tick in ticks[:0:-1]] + ticks)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value)))
    axes.grid(axis="x", visible=False)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.axvline(0, color=INK, lw=1.2, zorder=1.5)


def draw(axes: Axes, effect: pd.Series, height: float, reach: float) -> None:
    """Interval, dot and number of one effect; what lies beyond the axis ends in an arrow at its edge."""
    meaning = verdict(effect)
    colour = COLOURS[meaning]
    left, right, mean = (float(np.clip(effect[end], -0.96 * reach, 0.96 * reach)) for end in ("left", "right", "mean"))
    axes.plot([left, right], [height, height], color=colour, lw=3, solid_capstyle="butt", zorder=3)
    if abs(effect["mean"]) > reach:
        axes.plot(mean, height, marker=">" if mean > 0 else "<", ms=10, color=colour, clip_on=False, zorder=4)
    else:
        axes.plot(mean, height, zorder=4, **dot(meaning, colour))
    axes.text(
        axes.get_xlim()[1], height, f"{signed(effect['mean'])}%", ha="right", va="center", fontsize=11.5, color=colour,
        fontweight="normal" if meaning == "unclear" else "bold",
    )  # fmt: skip


def label_rows(axes: Axes, rows: Mapping[str, float], shown: pd.DataFrame, style: Style) -> None:
    """Group headings, names and the baseline's level left of the first panel."""
    levels = shown.groupby("indicator")["baseline"].first()
    size = float(np.clip(270 / (0.4 - min(rows.values())), 8, 13))
    for row, height in rows.items():
        if row.startswith("#"):
            put(axes, 0.035, height, style.word(row[1:]), fontsize=size, fontweight="bold")
        else:
            words = amount(levels[row], row, style)
            level = put(axes, 0.375, height, words, fontsize=size - 1.5, color=GREY, ha="right")
            name = put(axes, 0.045, height, style.indicator(row), fontsize=size)
            shrink(name, level.get_window_extent().x0 - 16)
    panel = axes.get_position()
    heading: dict[str, Any] = {"fontsize": 13, "fontweight": "bold", "color": GREY, "ha": "right"}
    slide_of(axes).text(0.375, panel.y1 + 0.026, style.word("baseline"), **heading)


def amount(value: float, indicator: str, style: Style) -> str:
    """The baseline's level with its unit; a count needs none."""
    if INDICATORS[indicator].unit == "count":
        yearly = INDICATORS[indicator].aggregate == "flow"
        return style.word("a_year", number(value)) if yearly else number(value)
    unit = style.shown_unit(indicator)
    return f"{number(value)}{'' if unit.startswith('%') else ' '}{unit}"


def put(axes: Axes, x: float, height: float, words: str, **text: Any) -> Text:
    """Words at the height of a row, `x` in parts of the slide's width."""
    panel = axes.get_position()
    across = (x - panel.x0) / panel.width
    return axes.text(across, height, words, va="center", transform=axes.get_yaxis_transform(), **text)


def shrink(text: Text, right: float) -> None:
    """Make a text smaller until it ends left of `right` (pixels)."""
    box = text.get_window_extent()
    if box.x1 > right:
        text.set_fontsize(text.get_fontsize() * (right - box.x0) / box.width)
