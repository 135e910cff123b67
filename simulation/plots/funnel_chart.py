"""The funnel: how many projects enter, get a first round, pass each stage and leave by listing or acquisition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.plots.event_kinds import kind_of
from simulation.plots.style import (
    GREY,
    INK,
    Look,
    Style,
    is_baseline,
    number,
    read_look,
    scenario_colours,
    signed,
    slide,
    title_panel,
    wrap,
)
from simulation.plots.tables import check_columns, in_order

if TYPE_CHECKING:
    import pandas as pd

STEPS = ("entered", "first_round", "prototype", "pilot", "on_market", "validated", "exit")
THICK = 0.56  # of the height of a row
NUMBERS = 0.062  # width of the numbers at the right of a panel, in parts of the slide's


def funnel(table: pd.DataFrame, **look: Unpack[Look]) -> Figure:
    """How many enterprises reach each step, one panel a scenario, the baseline as an outline behind the others.

    `table` has columns scenario, stage and count (a year), in the order of the steps, and seed if it holds several
    runs, whose mean is drawn. `funnel_counts` makes it from events. A stage is one of STEPS or any other text.

    Errors: UsageError for a missing column or an empty table.
    """
    check_columns(table, ("scenario", "stage", "count"), "funnel")
    stages, scenarios = in_order(table["stage"]), in_order(table["scenario"])
    means = table.groupby(["scenario", "stage"], sort=False)["count"].mean().unstack().reindex(scenarios)[stages]
    base = next((scenario for scenario in scenarios if is_baseline(scenario)), scenarios[0])
    style = read_look(look)
    colours = scenario_colours(scenarios, style.colours)
    with style.rc():
        figure = slide(style, style.word("funnel_title"), key(style, base, len(scenarios)))
        grid = figure.add_gridspec(1, len(scenarios), left=0.165, right=0.975, top=0.755, bottom=0.075, wspace=0.16)
        for place, scenario in enumerate(scenarios):
            axes = figure.add_subplot(grid[0, place])
            title_panel(axes, style.name(scenario), colours[scenario])
            compared = None if scenario == base else means.loc[base]
            draw(axes, means.loc[scenario], float(means.to_numpy().max()) or 1.0, colours[scenario], compared)
        name_steps(figure.axes[0], stages, style)
    return figure


def funnel_counts(events: pd.DataFrame, *, scale: float = 1.0, since: int = 0) -> pd.DataFrame:
    """The table of `funnel` from the table of events: enterprises a year that reach each step, national numbers.

    count = events of the step from quarter `since` on / years / scale. Events have columns quarter, kind, enterprise
    and note (the stage reached, 1 to 3, for a test passed), and scenario and seed if they are of several runs.
    Later steps hold enterprises that entered earlier: these are yearly flows and not the fate of one cohort.
    """
    check_columns(events, ("quarter", "kind", "enterprise", "note"), "events")
    runs = [column for column in ("scenario", "seed") if column in events.columns]
    table = events.assign(stage=step_of(events)).dropna(subset=["stage"])
    table = table if "scenario" in runs else table.assign(scenario="baseline")
    keys = list(dict.fromkeys(["scenario", *runs]))
    firsts = table.sort_values("quarter", kind="stable").drop_duplicates([*keys, "enterprise", "stage"])
    counts = firsts[firsts["quarter"] >= since].groupby([*keys, "stage"], sort=False).size().unstack(fill_value=0)
    years = (int(events["quarter"].max()) - max(since, int(events["quarter"].min())) + 1) / 4
    counts = counts.reindex(columns=list(STEPS), fill_value=0) / years / scale
    return counts.stack().rename("count").reset_index()


def step_of(events: pd.DataFrame) -> pd.Series:
    """The step of the funnel that an event stands for, empty if none."""
    steps = {"birth": "entered", "round": "first_round", "validation": "validated", "listing": "exit"}
    kinds = events["kind"].map({name: kind_of(name).id for name in in_order(events["kind"])})
    passed = events["note"].map({1.0: "prototype", 2.0: "pilot", 3.0: "on_market"})
    return kinds.map(steps | {"acquisition": "exit"}).where(kinds != "test_passed", passed)


def key(style: Style, base: str, scenarios: int) -> str:
    """The sentences under the title."""
    below = style.word("funnel_outline", style.name(base)) if scenarios > 1 else style.word("funnel_share")
    return f"{style.word('funnel_key')} {below}"


def draw(axes: Axes, counts: pd.Series, widest: float, colour: str, base: pd.Series | None) -> None:
    """A bar in the middle per step, with its number and, below that, its share or its change from the base."""
    width = axes.get_position().width
    axes.set_xlim(-0.5, 0.5 + NUMBERS / (width - NUMBERS))
    axes.set_ylim(len(counts) - 0.45, -0.5)
    axes.set_axis_off()
    for row, (stage, count) in enumerate(counts.items()):
        bar(axes, row, count / widest, fc=colour, ec="none", alpha=0.9)
        if base is not None:
            bar(axes, row, base[stage] / widest, fc="none", ec=INK, lw=1.2, ls=(0, (3, 2)))
        right = axes.get_xlim()[1]
        axes.text(right, row - 0.13, number(count), va="center", ha="right", fontsize=14, fontweight="bold")
        below = share(count, counts.iloc[0]) if base is None else change(count, base[stage])
        axes.text(right, row + 0.18, below, va="center", ha="right", fontsize=12.5, color=GREY)


def share(count: float, entered: float) -> str:
    """Part of those that entered, in %."""
    return f"{100 * count / entered:.2g}%" if 0 < count < entered else "100%" if count else "0%"


def change(count: float, base: float) -> str:
    """Change from the base in %, nothing if the base is zero."""
    return f"{signed(100 * (count / base - 1))}%" if base else ""


def bar(axes: Axes, row: int, width: float, **look: Any) -> None:
    """A bar in the middle of the panel, `width` of its room."""
    axes.add_patch(Rectangle((-width / 2, row - THICK / 2), width, THICK, **look))


def name_steps(axes: Axes, stages: list[str], style: Style) -> None:
    """The names of the steps left of the first panel."""
    panel = axes.get_position()
    for row, stage in enumerate(stages):
        words = style.said(stage)
        axes.text(
            (0.035 - panel.x0) / panel.width, row, wrap(words, 18), transform=axes.get_yaxis_transform(), va="center",
            fontsize=14,
        )  # fmt: skip
