"""What a search found, as tables: all candidates, the front on both kinds of seeds, how much of the gains is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .compare import verdict
from .effects import Array, Effects
from .evolve import best, spread
from .runs import yearly_unit
from .search import Goal, Search
from .search_play import Candidate, Measured, Playing, effect_of
from .words import number

if TYPE_CHECKING:
    import pandas as pd

ON_FRONT, WITHIN, OVER, FAILED = "on the front", "within the budget", "over the budget", "failed"
SEARCHED, HELD_OUT = "search", "hold-out"
NUMBERS = ("baseline", "policy", "difference", "low", "high", "percent")


@dataclass(frozen=True)
class FrontPoint:
    """A point of the front: its number, its candidate, and its effects on the seeds of the search and on the others."""

    number: int
    place: int  # among all candidates, from 0
    candidate: Candidate
    searched: Effects
    held_out: Effects | None = None


def scenario_name(search: Search, number: int) -> str:
    """The name of the scenario of a front point."""
    return f"{search.name}-{number:02d}"


def statuses(playing: Playing) -> list[str]:
    """What became of each candidate, in the order in which they were asked for."""
    judged = [playing.judged(candidate) for candidate in playing.candidates.values()]
    goals = np.array([one.goals for one in judged]) * [goal.sign for goal in playing.search.goals]
    front = best(goals, np.array([one.allowed for one in judged]))
    words = []
    for one, is_best in zip(judged, front, strict=True):
        failed = one.violations[1] > 0.0
        words.append(ON_FRONT if is_best else FAILED if failed else WITHIN if one.allowed else OVER)
    return words


def front_of(playing: Playing, status: Sequence[str]) -> list[FrontPoint]:
    """The front, thinned evenly to the number asked for, the best in the first goal first."""
    candidates = list(playing.candidates.values())
    places = [place for place, word in enumerate(status) if word == ON_FRONT]
    if not places:
        return []
    found = [playing.effect(candidates[place].measured) for place in places]
    goals = np.array([effect.difference[:-1] for effect in found]) * [goal.sign for goal in playing.search.goals]
    chosen = sorted(spread(goals, playing.search.front_points), key=lambda row: (-goals[row, 0], row))
    return [
        FrontPoint(number, places[row], candidates[places[row]], found[row]) for number, row in enumerate(chosen, 1)
    ]


def with_holdout(
    search: Search, front: Sequence[FrontPoint], base: Measured, found: Sequence[Measured]
) -> list[FrontPoint]:
    """The front with its effects on hold-out seeds."""
    return [
        FrontPoint(point.number, point.place, point.candidate, point.searched, effect_of(search, base, measured))
        for point, measured in zip(front, found, strict=True)
    ]


def candidates_table(playing: Playing, status: Sequence[str]) -> pd.DataFrame:
    """A row a candidate: generation, status, levers, then difference and interval of public cost and of each goal."""
    import pandas as pd

    names = ["public_cost", *(goal.indicator for goal in playing.search.goals)]
    rows = []
    for place, (candidate, word) in enumerate(zip(playing.candidates.values(), status, strict=True), 1):
        found = playing.effect(candidate.measured)
        row: dict[str, object] = {"candidate": place, "generation": candidate.generation + 1, "status": word}
        row |= candidate.point
        for column, name in zip((-1, *range(len(names) - 1)), names, strict=True):
            row |= {f"{name}{end}": float(values[column]) for end, values in ends_of(found).items()}
        rows.append(row)
    return pd.DataFrame(rows)


def ends_of(effect: Effects) -> dict[str, Array]:
    """A difference and its interval by the ending that its columns have."""
    return {"": effect.difference, "_low": effect.low, "_high": effect.high}


def front_table(search: Search, front: Sequence[FrontPoint]) -> pd.DataFrame:
    """A row a point of the front, kind of seeds and goal; public cost and whether it is within the budget beside it."""
    import pandas as pd

    rows = []
    for point in front:
        for sample, effect in ((SEARCHED, point.searched), (HELD_OUT, point.held_out)):
            if effect is None:
                continue
            cost = {f"public_cost{end}": float(values[-1]) for end, values in ends_of(effect).items()}
            for column, goal in enumerate(search.goals):
                rows.append(
                    {
                        "point": point.number, "scenario": scenario_name(search, point.number),
                        "candidate": point.place + 1, "sample": sample, "indicator": goal.indicator,
                        "label": goal.record.label_en, "unit": yearly_unit(goal.indicator), "wanted": goal.better,
                        **{name: float(getattr(effect, name)[column]) for name in NUMBERS},
                        "better": verdict(goal.better, float(effect.low[column]), float(effect.high[column])),
                        "seeds": int(effect.seeds[column]), **cost,
                        "within_budget": bool(effect.difference[-1] <= search.budget),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def kept_table(search: Search, front: Sequence[FrontPoint]) -> pd.DataFrame:
    """A row a goal: gain found by the search, gain on hold-out seeds, and the share of it that is kept.

    kept = 100 x sum of hold-out gains / sum of search gains, over the points of the front that the search saw gain in
    this goal; a gain is a difference in the wanted direction. It is empty where no such gain was clear on the seeds of
    the search. clear counts the points whose hold-out interval says that there is a gain.
    """
    import pandas as pd

    rows = [
        {"indicator": goal.indicator, "label": goal.record.label_en, "unit": yearly_unit(goal.indicator)}
        | kept_gain(goal, column, [point for point in front if point.held_out is not None])
        for column, goal in enumerate(search.goals)
    ]
    return pd.DataFrame(rows)


def kept_gain(goal: Goal, column: int, front: Sequence[FrontPoint]) -> dict[str, object]:
    """The numbers of one goal."""
    pairs = [(point.searched, point.held_out) for point in front if point.held_out is not None]
    gaining = [(a, b) for a, b in pairs if goal.sign * a.difference[column] > 0.0]
    count = len(gaining)
    seen, kept = (goal.sign * sum(float(pair[which].difference[column]) for pair in gaining) for which in (0, 1))
    clear = [sum(is_gain(goal, pair[which], column) for pair in gaining) for which in (0, 1)]
    return {
        "points": count, "search": seen / count if count else np.nan, "holdout": kept / count if count else np.nan,
        "kept": 100.0 * kept / seen if clear[0] else np.nan, "clear_search": clear[0], "clear": clear[1],
    }  # fmt: skip


def is_gain(goal: Goal, effect: Effects, column: int) -> bool:
    """Whether the interval of a goal lies in the wanted direction."""
    return verdict(goal.better, float(effect.low[column]), float(effect.high[column])) == "yes"


def summary_table(search: Search, front: Sequence[FrontPoint]) -> pd.DataFrame:
    """The front for people: a row a point, levers and goals by their labels, search and hold-out side by side."""
    import pandas as pd

    rows = []
    for point in front:
        row: dict[str, object] = {"Point": point.number, "Scenario": scenario_name(search, point.number)}
        for choice in search.choices:
            row[f"{choice.record.label_en} ({choice.record.unit})"] = point.candidate.point[choice.name]
        for sample, effect in ((SEARCHED, point.searched), (HELD_OUT, point.held_out)):
            if effect is None:
                continue
            row[f"Public cost, CNY bn ({sample})"] = with_interval(effect, -1)
            for column, goal in enumerate(search.goals):
                name = f"{goal.record.label_en}, {yearly_unit(goal.indicator)} ({sample})"
                row[name] = with_interval(effect, column)
        rows.append(row)
    return pd.DataFrame(rows)


def with_interval(effect: Effects, column: int) -> str:
    """A difference with its interval as text."""
    difference, low, high = (plus(float(getattr(effect, name)[column])) for name in ("difference", "low", "high"))
    return f"{difference} ({low} to {high})"


def plus(value: float) -> str:
    """A difference as people say it, with its sign."""
    return f"{'-' if value < 0 else '+'}{number(abs(value))}" if value == value else "none"


def still_best(search: Search, front: Sequence[FrontPoint]) -> int:
    """How many points of the front are beaten by no other one and within the budget on hold-out seeds as well."""
    held = [point.held_out for point in front if point.held_out is not None]
    if not held:
        return 0
    goals = np.array([effect.difference[:-1] for effect in held]) * [goal.sign for goal in search.goals]
    return int(best(goals, np.array([effect.difference[-1] <= search.budget for effect in held])).sum())
