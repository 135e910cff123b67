"""The life of one enterprise: its stages as a band, what happened to it as marks in a lane per theme."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Unpack

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from simulation.errors import UsageError
from simulation.plots.event_kinds import ENDS, kind_of
from simulation.plots.style import GREY, INK, PALE, Look, Style, add_foot, number, read_look, slide, wrap
from simulation.plots.tables import check_columns, in_order

if TYPE_CHECKING:
    import pandas as pd

PALETTE = sns.color_palette("colorblind").as_hex()
LANES = {
    "development": "#555555",
    "equity": PALETTE[0],
    "credit": PALETTE[4],
    "support": PALETTE[2],
    "market": PALETTE[9],
    "exit": PALETTE[1],
    "other": "#949494",
}
STAGES = sns.color_palette("Greys", 7).as_hex()


def life(events: pd.DataFrame, enterprise: int, *, about: str = "", **look: Unpack[Look]) -> Figure:
    """A timeline of one enterprise, from its founding (or the first quarter on record) to its end (or the last one).

    `events` has columns quarter (2021Q1 = 0), kind, enterprise, amount (CNY mn) and note (the stage reached, for
    a test passed), of one run. `about` says in words who the enterprise is. Crosses are setbacks.

    Errors: UsageError for missing columns, several runs, or an enterprise to which nothing happened.
    """
    check_columns(events, ("quarter", "kind", "enterprise", "amount", "note"), "events")
    for column in ("scenario", "seed"):
        if column in events.columns and events[column].nunique() > 1:
            raise UsageError.at("figure life", f"events of several values of {column}", "events of one run")
    mine = read_life(events, enterprise)
    ended = mine[mine["id"].isin(ENDS)]["quarter"]
    last = int(ended.iloc[-1] if len(ended) else events["quarter"].max())
    style = read_look(look)
    with style.rc():
        figure = slide(style, style.word("life_title", enterprise), key(about, style))
        lanes = [lane for lane in LANES if lane in {"development", *mine["lane"]}]
        axes = figure.add_axes((0.16, 0.135, 0.71, 0.67))
        dress(axes, mine, lanes, last, style)
        draw_stages(axes, mine, last, style)
        taken: list[Bbox] = []
        for height, lane in enumerate(lanes):
            draw_lane(axes, mine[mine["lane"] == lane], -height, lane, taken, style)
        if len(taken) < len(told(mine)):
            add_foot(figure, style.word("life_unlabelled"))
    return figure


def read_life(events: pd.DataFrame, enterprise: int) -> pd.DataFrame:
    """The events of an enterprise in order, with the id of their kind and their lane. Errors: UsageError if none."""
    kinds = {name: kind_of(name) for name in in_order(events["kind"])}
    table = events.assign(
        id=events["kind"].map({name: kind.id for name, kind in kinds.items()}),
        lane=events["kind"].map({name: kind.lane for name, kind in kinds.items()}),
    )
    mine = table[(table["enterprise"] == enterprise) & (table["lane"] != "")]
    if mine.empty:
        raise UsageError.at("figure life", f"nothing happened to enterprise {enterprise}", "an enterprise of the table")
    return mine.sort_values("quarter", kind="stable")


def told(events: pd.DataFrame) -> pd.DataFrame:
    """The events that get a mark: all but the tests passed, which the band of stages shows."""
    return events[events["id"] != "test_passed"]


def key(about: str, style: Style) -> str:
    """The sentence under the title."""
    return " · ".join(part for part in (about, style.word("life_key")) if part)


def year(quarter: float) -> float:
    """A quarter (2021Q1 = 0) as a year, in its middle."""
    return 2021 + (quarter + 0.5) / 4


def dress(axes: Axes, mine: pd.DataFrame, lanes: list[str], last: int, style: Style) -> None:
    """Lanes with their names at the left and what was paid in them at the right; years below."""
    first = int(mine["quarter"].min())
    margin = 0.03 * max(last - first, 8) / 4
    axes.set_xlim(year(first) - margin, year(max(last, first + 8)) + margin)
    axes.set_ylim(-len(lanes) + 0.35, 0.8)
    axes.set_yticks([-height for height in range(len(lanes))], labels=[style.word(f"lane_{lane}") for lane in lanes])
    axes.tick_params(axis="y", labelsize=14, labelcolor=INK, pad=12)
    axes.xaxis.set_major_locator(MaxNLocator(9, integer=True))
    axes.grid(axis="y", visible=False)
    axes.spines[["top", "right", "left"]].set_visible(False)
    for height, lane in enumerate(lanes):
        axes.axhline(-height, color=PALE, lw=1.2, zorder=0)
        write_sum(axes, mine[mine["lane"] == lane], -height, style)


def write_sum(axes: Axes, events: pd.DataFrame, height: float, style: Style) -> None:
    """The money of a lane at its right, if there was any."""
    total = float(events["amount"].sum())
    if total > 0:
        words = style.word("life_total", number(total))
        axes.text(1.015, height, words, transform=axes.get_yaxis_transform(), va="center", fontsize=12, color=GREY)


def draw_stages(axes: Axes, mine: pd.DataFrame, last: int, style: Style) -> None:
    """A band in the first lane, darker from stage to stage, that ends where the enterprise does."""
    steps = [(int(mine["quarter"].min()), first_stage(mine))]
    for _, event in mine[mine["id"].isin(["test_passed", "listing"])].iterrows():
        steps.append((int(event["quarter"]), 5 if event["id"] == "listing" else int(event["note"])))
    steps.append((last, -1))
    for (start, stage), (end, _) in pairwise(steps):
        width = year(end) - year(start)
        axes.add_patch(Rectangle((year(start), -0.2), width, 0.4, fc=STAGES[min(stage, 5)], ec="white", zorder=1))
        name_stage(axes, stage, year(start), width, style)


def name_stage(axes: Axes, stage: int, start: float, width: float, style: Style) -> None:
    """The name of a stage on its piece of the band, in two lines if one is too long, left out if two are."""
    left, right = axes.get_xlim()
    room = 0.94 * width * axes.bbox.width / (right - left)
    words = style.word(f"stage_{stage}")
    colour = "white" if stage >= 3 else INK
    name = axes.text(start + width / 2, 0, words, ha="center", va="center", fontsize=11, zorder=2, color=colour)
    if name.get_window_extent().width > room:
        name.set_text(wrap(words, 9))
    if name.get_window_extent().width > room:
        name.remove()


def first_stage(mine: pd.DataFrame) -> int:
    """The stage at the first event: 0 for a project born on record, else the one before the first test passed."""
    passed = mine[mine["id"] == "test_passed"]["note"]
    if (mine["id"] == "birth").any():
        return 0
    return max(int(passed.iloc[0]) - 1, 0) if len(passed) else 3


def draw_lane(axes: Axes, events: pd.DataFrame, height: float, lane: str, taken: list[Bbox], style: Style) -> None:
    """The marks of a lane, as large as their amounts, and the words of those that find room, largest amounts first."""
    colour = LANES[lane]
    up = height + (0.3 if lane == "development" else 0.0)
    for _, event in told(events).sort_values("amount", ascending=False, kind="stable").iterrows():
        bad = kind_of(event["kind"]).bad
        size = min(7 + 0.75 * float(event["amount"]) ** 0.5, 26)
        axes.plot(
            year(event["quarter"]), up, marker="X" if bad else "o", ms=max(size, 11) if bad else size, mfc=colour,
            mec="white", mew=1, zorder=4,
        )  # fmt: skip
        name_event(axes, event, up, taken, style)


def name_event(axes: Axes, event: pd.Series, height: float, taken: list[Bbox], style: Style) -> None:
    """The words of an event above or below its mark, left out if both places are taken."""
    text = axes.text(0, 0, words_of(event, style), ha="center", va="center", fontsize=11, color=INK, zorder=5)
    for shift in (0.34, -0.34):
        text.set_position((year(event["quarter"]), height + shift))
        box = text.get_window_extent().padded(2)
        if not any(box.overlaps(other) for other in taken):
            taken.append(box)
            return
    text.remove()


def words_of(event: pd.Series, style: Style) -> str:
    """What happened, with the money if there was any."""
    kind = kind_of(event["kind"])
    words = kind.zh if style.language == "zh" else kind.en
    return f"{words} {number(event['amount'])}" if event["amount"] > 0 else words
