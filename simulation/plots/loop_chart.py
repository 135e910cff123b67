"""The loop of the cycle with, on each arrow, the share of a policy's effect that travels through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from simulation.errors import UsageError, nearest_name
from simulation.plots.style import GREY, INK, PALE, Look, Style, legend_row, number, read_look, signed, slide
from simulation.plots.tables import check_columns, check_indicators, in_order

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "scenario", "link", "indicator", "effect", "effect_low", "effect_high", "share", "low", "high", "delay", "says",
    "seeds",
)  # fmt: skip
FORWARD, BACKWARD, FAINT = "#0173b2", "#d55e00", "#a9a9a9"
CLEAR = "clear"
EVERY = "every_link"
HALO: dict[str, Any] = {"path_effects": [withStroke(linewidth=4, foreground="white")]}
WIDE, TALL = 2.05, 0.92

# Centres of the boxes, in units of the drawing (16 across, 8 up)
BOXES = {
    "loop_returns": (1.6, 3.65), "loop_commitments": (3.4, 6.3), "loop_rounds": (8.4, 6.3),
    "loop_development": (13.6, 6.3), "loop_market": (14.0, 3.65), "loop_exits": (8.4, 0.95), "loop_entry": (8.4, 3.65),
    "loop_credit": (13.6, 0.95), "loop_support": (1.6, 0.95),
}  # fmt: skip
Point = tuple[float, float]


@dataclass(frozen=True)
class Arrow:
    """The points that steer a curve from the edge of one box to that of another, and where its words stand."""

    points: tuple[Point, ...]
    words: Point = (0.0, 0.0)
    side: str = "center"


ARROWS = {
    "exits_to_distributions": Arrow(((7.35, 0.8), (3.7, 0.55), (2.66, 3.35)), (4.55, 2.3)),
    "distributions_to_commitments": Arrow(((1.6, 4.13), (1.7, 5.3), (2.75, 5.81)), (2.55, 4.8), "left"),
    "commitments_to_rounds": Arrow(((4.46, 6.5), (5.9, 6.85), (7.34, 6.5)), (5.9, 7.3)),
    "dry_powder_to_commitments": Arrow(((7.34, 6.1), (5.9, 5.7), (4.46, 6.1)), (5.5, 5.37)),
    "prospects_to_rounds": Arrow(((7.35, 1.2), (5.1, 1.9), (5.1, 5.2), (7.7, 5.81)), (5.5, 3.75), "right"),
    "later_rounds_to_rounds": Arrow(((9.1, 6.79), (9.05, 7.55), (7.85, 7.55), (7.85, 6.79)), (9.3, 7.3), "left"),
    "validation_to_rounds": Arrow(((12.95, 3.95), (10.9, 4.4), (9.46, 6.05)), (12.1, 4.72), "center"),
    "funding_to_entry": Arrow(((8.3, 5.81), (8.3, 5.0), (8.3, 4.14)), (8.5, 5.0), "left"),
    "exits_to_entry": Arrow(((8.1, 1.43), (8.1, 2.3), (8.1, 3.16)), (7.7, 2.3), "right"),
    "founders_to_entry": Arrow(((8.7, 1.43), (8.7, 2.3), (8.7, 3.16)), (8.95, 2.3), "left"),
    "research_to_entry": Arrow(((12.95, 3.55), (11.2, 3.55), (9.46, 3.55)), (11.2, 3.1)),
    "validation_to_credit": Arrow(((14.3, 3.16), (14.45, 2.3), (14.0, 1.44)), (14.5, 2.3), "left"),
    "losses_to_credit": Arrow(((14.2, 0.46), (14.2, -0.3), (13.1, -0.3), (13.1, 0.46)), (12.85, 0.1), "right"),
    "prices_to_exits": Arrow(((9.1, 0.46), (9.05, -0.3), (7.85, -0.3), (7.85, 0.46)), (9.3, 0.1), "left"),
    "knowledge_to_research": Arrow(((14.3, 6.79), (14.25, 7.55), (13.05, 7.55), (13.05, 6.79)), (12.8, 7.3), "right"),
    "distributions_to_support": Arrow(((0.95, 3.16), (0.95, 2.3), (0.95, 1.44)), (1.1, 2.2), "left"),
}
# What people and goods do; nothing there can be held at a path
MATERIAL = (
    Arrow(((9.46, 6.35), (11.0, 6.35), (12.5, 6.35))), Arrow(((13.75, 5.81), (13.9, 5.0), (13.9, 4.16))),
    Arrow(((13.2, 3.16), (12.0, 1.2), (9.48, 0.95))), Arrow(((9.46, 3.9), (11.2, 4.2), (12.7, 5.79))),
    Arrow(((13.35, 1.43), (13.3, 2.3), (13.55, 3.14))),
)  # fmt: skip


def loop(links: pd.DataFrame, scenario: str, indicator: str, **look: Unpack[Look]) -> Figure:
    """The loop with the share of a policy's effect on one indicator that travels through each link, in %.

    `links` is the table of `compare` with links held: columns scenario, link, indicator, effect, effect_low,
    effect_high, share, low, high, delay (quarters), says and seeds. Blue carries the effect, orange works against it;
    thin grey is unclear. Links that the loop has no room for stand in the line below.

    Errors: UsageError for missing columns, an unknown scenario or indicator, or an effect that is not clear.
    """
    check_columns(links, COLUMNS, "links")
    check_indicators([indicator])
    rows = chosen(links, scenario, indicator)
    style = read_look(look)
    with style.rc():
        title = style.word("loop_title", style.name(scenario), inside(style.indicator(indicator)))
        figure = slide(style, title, key(rows, style), foot(rows, style))
        legend_row(figure, [(style.word("loop_forward"), FORWARD), (style.word("loop_backward"), BACKWARD),
                            (style.word("loop_faint"), FAINT), (style.word("loop_material"), PALE)])  # fmt: skip
        axes = figure.add_axes((0.02, 0.095, 0.96, 0.715), xlim=(0, 16), ylim=(-0.35, 7.75), frameon=False)
        axes.set_axis_off()
        draw(axes, rows, style)
    return figure


def inside(label: str) -> str:
    """A label inside a sentence: its first letter small unless it begins with an abbreviation."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def chosen(links: pd.DataFrame, scenario: str, indicator: str) -> pd.DataFrame:
    """The rows to draw, by link."""
    there = in_order(links["scenario"])
    if scenario not in there:
        raise UsageError.at("figure loop", f"no scenario {scenario!r}", ", ".join(there), nearest_name(scenario, there))
    rows = links[(links["scenario"] == scenario) & (links["indicator"] == indicator)].set_index("link")
    if not np.isfinite(rows["share"]).any():
        raise UsageError.at("figure loop", f"no clear effect on {indicator}", "an indicator the policy clearly moves")
    return rows


def key(rows: pd.DataFrame, style: Style) -> str:
    """The sentence under the title."""
    return style.word("loop_key", int(rows["seeds"].max()))


def foot(rows: pd.DataFrame, style: Style) -> str:
    """All links at once, and the links that have no arrow."""
    parts = []
    if EVERY in rows.index and np.isfinite(rows.loc[EVERY, "share"]):
        row = rows.loc[EVERY]
        ends = (number(float(row[end])) for end in ("share", "low", "high"))
        parts.append(style.word("loop_every", *ends))
    names = "label_zh" if style.language == "zh" else "label"
    others = [link for link in rows.index if link not in ARROWS and link != EVERY]
    told = [f"{rows.loc[link].get(names, link)} {signed(float(rows.loc[link, 'share']))}%" for link in others
            if rows.loc[link, "says"] == CLEAR]  # fmt: skip
    return " ".join([*parts, *([style.word("loop_others", ", ".join(told))] if told else [])])


def draw(axes: Axes, rows: pd.DataFrame, style: Style) -> None:
    """Material arrows, then links, then boxes, then words."""
    for arrow in MATERIAL:
        put_arrow(axes, arrow, PALE, 6.0, 1)
    drawn = [link for link in ARROWS if link in rows.index]
    for link in sorted(drawn, key=lambda name: rows.loc[name, "says"] == CLEAR):
        colour, width = ink_of(rows.loc[link])
        put_arrow(axes, ARROWS[link], colour, width, 3 if colour != FAINT else 2)
    for box, (x, y) in BOXES.items():
        axes.add_patch(FancyBboxPatch(
            (x - WIDE / 2, y - TALL / 2), WIDE, TALL, boxstyle="round,pad=0.02,rounding_size=0.16", fc="#f4f6f8",
            ec="#50565c", lw=1.4, zorder=5,
        ))  # fmt: skip
        axes.text(x, y, style.word(box), ha="center", va="center", fontsize=13, fontweight="bold", zorder=6)
    for link in drawn:
        put_words(axes, ARROWS[link], style.word(f"carry_{link}"), rows.loc[link], style)


def ink_of(row: pd.Series) -> tuple[str, float]:
    """Colour and width of an arrow: 10 points for the whole effect, never too thin to see."""
    if row["says"] != CLEAR:
        return FAINT, 1.3
    return FORWARD if row["share"] > 0 else BACKWARD, max(2.2, 10.0 * min(abs(float(row["share"])), 120.0) / 100.0)


def put_arrow(axes: Axes, arrow: Arrow, colour: str, width: float, zorder: int) -> None:
    """A curve with a head at its end."""
    kind = Path.CURVE4 if len(arrow.points) == 4 else Path.CURVE3
    path = Path(arrow.points, [Path.MOVETO] + [kind] * (len(arrow.points) - 1))
    half = 3.6 + 0.6 * width  # of the head, in points
    axes.add_patch(FancyArrowPatch(
        path=path, arrowstyle=f"-|>,head_width={half},head_length={1.7 * half}", mutation_scale=1, color=colour,
        lw=width, zorder=zorder, capstyle="butt", joinstyle="miter", shrinkA=0, shrinkB=0,
    ))  # fmt: skip


def put_words(axes: Axes, arrow: Arrow, name: str, row: pd.Series, style: Style) -> None:
    """What travels, and for a clear share its number, interval and delay."""
    x, y = arrow.words
    told: dict[str, Any] = {"ha": arrow.side, "va": "center", "zorder": 9, **HALO}
    if row["says"] != CLEAR:
        axes.text(x, y, name, fontsize=10.5, color=GREY, **told)
        return
    ends = style.word("loop_share", signed(float(row["low"])), signed(float(row["high"])))
    delay = style.word("loop_delay", int(row["delay"])) if np.isfinite(row["delay"]) else ""
    share, colour = f"{signed(float(row['share']))}%", ink_of(row)[0]
    axes.text(x, y + 0.2, share, fontsize=17, fontweight="bold", color=colour, **told)
    axes.text(x, y - 0.1, name, fontsize=10.5, color=INK, **told)
    axes.text(x, y - 0.34, " · ".join(part for part in (ends, delay) if part), fontsize=9.5, color=GREY, **told)
