"""The best mixes of a search: goals against each other, or one goal against public cost, every candidate a dot."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Unpack

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulation.indicators.definitions import INDICATORS
from simulation.plots.style import GREY, INK, Look, Style, legend_row, number, read_look, signed, slide, wrap
from simulation.plots.tables import check_columns, check_indicators, in_order

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("point", "sample", "indicator", "wanted", "baseline", "difference", "public_cost")
FRONT, BEATEN, OVER = "#0173b2", "#9a9a9a", "#e3a072"
DRAWN = {"over the budget": (OVER, 18), "within the budget": (BEATEN, 18), "on the front": (FRONT, 30)}
COST = "public_cost"  # stands for public cost where a panel has it as an axis


def front(table: pd.DataFrame, candidates: pd.DataFrame, budget: float, **look: Unpack[Look]) -> Figure:
    """The front of a search among all its candidates, a panel for each pair of goals.

    table: columns point, sample (search | hold-out), indicator, wanted (higher | lower), baseline, difference and
    public_cost, as in the table `front`. candidates: columns status, public_cost and one for each goal, as in the table
    `candidates`. budget: CNY bn. With one goal the panel shows it against public cost. An axis on which less is better
    runs backwards. Errors: UsageError for a missing column.
    """
    check_columns(table, COLUMNS, "front")
    goals = in_order(table["indicator"])
    check_indicators(goals)
    check_columns(candidates, ("status", COST, *goals), "candidates")
    style = read_look(look)
    pairs = list(combinations(goals, 2)) or [(COST, goals[0])]
    with style.rc():
        key = style.word("front_key" if len(goals) > 1 else "front_key_one")
        figure = slide(style, style.word("front_title", number(budget)), key, foot(table, candidates, style))
        words = (("on_front", FRONT), ("dominated", BEATEN), ("over_budget", OVER))
        legend_row(figure, [(style.word(word), colour) for word, colour in words])
        grid = figure.add_gridspec(1, len(pairs), left=0.085, right=0.975, top=0.775, bottom=0.2, wspace=0.36)
        for place, pair in enumerate(pairs):
            panel(figure.add_subplot(grid[0, place]), table, candidates, pair, len(pairs), style)
    return figure


def foot(table: pd.DataFrame, candidates: pd.DataFrame, style: Style) -> str:
    """How to read the numbers, and how many points of the front have none."""
    found = int((candidates["status"] == "on the front").sum())
    thinned = style.word("front_thinned", found) if found > table["point"].nunique() else ""
    return f"{style.word('front_foot')} {thinned}".strip()


def panel(
    axes: Axes, table: pd.DataFrame, candidates: pd.DataFrame, pair: tuple[str, str], panels: int, style: Style
) -> None:
    """All candidates as dots, then the numbered points with the line from search to hold-out."""
    for status, (colour, size) in DRAWN.items():
        rows = candidates[candidates["status"] == status]
        x, y = (of_candidates(rows, table, goal) for goal in pair)
        axes.scatter(x, y, s=size, color=colour, alpha=0.75, linewidths=0, zorder=3)
    ends = {sample: [of_points(table, sample, goal) for goal in pair] for sample in ("search", "hold-out")}
    for point in ends["search"][0]:
        numbered(axes, point, ends)
    dress(axes, table, pair, panels, style)


def of_candidates(rows: pd.DataFrame, table: pd.DataFrame, goal: str) -> Any:
    """Candidates on an axis: % of the baseline on the seeds of the search, or public cost in CNY bn."""
    return rows[COST] if goal == COST else 100.0 * rows[goal] / abs(baseline(table, goal))


def baseline(table: pd.DataFrame, goal: str) -> float:
    """The baseline's level of a goal on the seeds of the search; 100 where it is zero, so that units are shown."""
    rows = table[(table["indicator"] == goal) & (table["sample"] == "search")]
    return float(rows["baseline"].iloc[0]) or 100.0


def of_points(table: pd.DataFrame, sample: str, goal: str) -> dict[int, float]:
    """Points of the front on an axis: % of the baseline of these seeds, or public cost in CNY bn."""
    rows = table[table["sample"] == sample]
    if goal == COST:
        return dict(zip(rows["point"], rows[COST], strict=True))
    rows = rows[rows["indicator"] == goal]
    share = 100.0 / rows["baseline"].abs().replace(0.0, 100.0)
    return dict(zip(rows["point"], rows["difference"] * share, strict=True))


def numbered(axes: Axes, point: int, ends: dict[str, list[dict[int, float]]]) -> None:
    """One point of the front: its number on hold-out seeds, if there are any, and a line back to the search."""
    x, y = (of[point] for of in ends["search"])
    if point in ends["hold-out"][0]:
        held = [of[point] for of in ends["hold-out"]]
        axes.plot([x, held[0]], [y, held[1]], color=FRONT, lw=1, alpha=0.55, zorder=3.5)
        x, y = held
    axes.scatter(x, y, s=190, color="white", edgecolors=FRONT, linewidths=1.8, zorder=4)
    axes.text(x, y, f"{point}", fontsize=10, color=INK, ha="center", va="center_baseline", zorder=5)


def dress(axes: Axes, table: pd.DataFrame, pair: tuple[str, str], panels: int, style: Style) -> None:
    """Names of the axes, zero lines, backwards where less is better."""
    letters = (90 if panels == 1 else 34, 46)
    for goal, along, most in zip(pair, (axes.xaxis, axes.yaxis), letters, strict=True):
        lower = goal != COST and str(table[table["indicator"] == goal]["wanted"].iloc[0]) == "lower"
        name = style.word("public_cost_axis") if goal == COST else INDICATORS[goal].label(style.language)
        along.set_label_text(wrap(style.word("less_is_better", name) if lower else name, most), color=INK)
        sign = "" if goal == COST else "%"
        along.set_major_formatter(FuncFormatter(lambda value, _, sign=sign: f"{signed(value)}{sign}"))
        along.set_major_locator(MaxNLocator(5))
        if lower:
            along.set_inverted(True)
    axes.axvline(0, color=GREY, lw=1, zorder=1.5)
    axes.axhline(0, color=GREY, lw=1, zorder=1.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(0.08)
