"""Levers that cost money, ranked when each of them really costs the same: the part of robustness that scales levers.

Every lever goes the share of the way to the end of its range at which the mean present value of public cost over seeds
is the budget within 1 % (equal_cost.to_budget). The search runs over the whole range and not from the policy as
written, because a lever that costs little as written can still cost the budget further on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from ..indicators.definitions import INDICATORS
from ..scenario.load import load_scenario
from ..scenario.scenario import Scenario
from .compare import comparison_plan
from .conduct import Way
from .effects import Array, divided, mean_interval, window_sums
from .equal_cost import CLOSE, Question, headroom, scaled, to_budget
from .references import line

NEAR = 0.1  # share of the budget within which a policy is still ranked, its cost beside it
BUDGET = 40.0  # CNY bn of 2024Q1 over the window; at the end of its range more guidance costs little more
SEEDS, FEW = 20, 10
QUARTERS = 60
MANY = ("Baseline's assumptions",)  # worlds with SEEDS seeds; the others have FEW
TURNED = 1  # worlds that are added because the ranking in proportion turned most in them
REASONS = {
    "Baseline's assumptions": "what every other page rests on",
    "Calibration 2023-12": "fitted values instead of assumed ones",
    "Other seeds": "luck alone differs",
}
MOST_TURNED = (
    "of all worlds with one assumption at an end, the first whose ranking in proportion turned most pairs"
)
Interval = tuple[float, float, float]
Say = Callable[[str], None]


def told(text: str) -> None:
    """Show a line at once, also where output goes to a file."""
    print(text, flush=True)


@dataclass
class Played:
    """Public cost and goals of scenarios in one world; what has been played once is not played again."""

    question: Question
    goals: tuple[str, ...]
    known: dict[str, tuple[float, Array]] = field(default_factory=dict)

    def of(self, scenario: Scenario) -> tuple[float, Array]:
        """Mean present value of public cost over seeds, and the goals (seeds x goals)."""
        if scenario.hash not in self.known:
            runs = self.question.runs(scenario)
            window = self.question.window
            places = [list(INDICATORS).index(goal) for goal in self.goals]
            values = [divided(*window_sums(run.indicators, run.weights, *window))[places] for run in runs]
            self.known[scenario.hash] = self.question.paid(runs), np.array(values)
        return self.known[scenario.hash]


def chosen(rows: Sequence[Mapping[str, Any]], ends: Collection[str]) -> dict[str, str]:
    """Worlds in which levers are scaled, with the reason: three that are fixed, and where the ranking turned most.

    ends: names of the worlds with one assumption at an end of its range.
    """
    among = [row for row in rows if row["world"] in ends]
    most = sorted(among, key=lambda row: -pairs_turned(rows[0]["rankings"], row["rankings"]))
    return REASONS | {row["world"]: MOST_TURNED for row in most[:TURNED]}


def pairs_turned(first: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """Pairs of levers that stand in the other order, over all goals."""
    turned = 0
    for goal, ranking in first.items():
        place = {name: k for k, (name, _) in enumerate(other[goal])}
        names = [name for name, _ in ranking]
        turned += sum(place[a] > place[b] for k, a in enumerate(names) for b in names[k + 1 :])
    return turned


def seeds_of(world: str, first: int) -> tuple[int, ...]:
    """The seeds of a world, from its first one on."""
    return tuple(range(first, first + (SEEDS if world in MANY else FEW)))


def at_budget(
    base: str, policies: Sequence[str], goals: Sequence[str], seeds: Sequence[int], scale: float,
    changes: Mapping[str, Any], way: Way, budget: float = BUDGET, say: Say = told,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Policies at the budget, one by one: intensity, cost, whether that is the budget, effect on goals seed by seed.

    say: told of every intensity that was played and what it cost.
    """
    loaded = [load_scenario(source, changes) for source in (base, *policies)]
    plan = comparison_plan(loaded, seeds=list(seeds), quarters=QUARTERS, scale=scale)
    question = Question(plan.scenarios[0], plan.seeds, plan.quarters, plan.scale, plan.window, way)
    played = Played(question, tuple(goals))
    for name, policy in zip(policies, plan.scenarios[1:], strict=True):
        yield levelled(played, name, policy, budget, say)


def levelled(played: Played, name: str, policy: Scenario, budget: float, say: Say = told) -> dict[str, Any]:
    """One policy scaled to the budget, fit for JSON."""
    base = played.question.base
    none, before = played.of(base)
    most = headroom(base, policy)

    def at(share: float) -> Scenario:
        return scaled(base, policy, share * most) if share > 0.0 else base

    def cost(share: float) -> float:
        found = played.of(at(share))[0] - none
        say(f"  {words(name)}: intensity {share * most:.4g} costs CNY {found:.4g} bn")
        return found

    share, paid, reached = to_budget(cost, 1.0, budget)
    gaps = played.of(at(share))[1] - before
    return {
        "policy": name, "intensity": share * most, "cost": paid, "reached": reached,
        "near": abs(paid - budget) <= NEAR * abs(budget), "remark": "" if reached else why_not(share, paid),
        "effects": {goal: gaps[:, k].tolist() for k, goal in enumerate(played.goals)},
    }  # fmt: skip


def why_not(share: float, paid: float) -> str:
    """Why a lever does not cost the budget."""
    if share < 1.0:
        return f"no intensity found that costs the budget within {CLOSE:.0%}"
    return f"{'saves money' if paid <= 0.0 else 'costs less than the budget'} at the end of its range"


def ranked(levers: Sequence[Mapping[str, Any]], goal: str) -> list[Mapping[str, Any]]:
    """The levers that cost the budget or nearly so, best for a goal first."""
    return sorted((one for one in levers if one["near"]), key=lambda one: -float(np.mean(one["effects"][goal])))


def apart(better: Mapping[str, Any], worse: Mapping[str, Any], goal: str) -> Interval:
    """How much more one lever does than another, on the same seeds."""
    return mean_interval(np.array(better["effects"][goal]) - np.array(worse["effects"][goal]))


def told_apart(found: Interval) -> bool:
    """Whether an interval excludes zero."""
    return found[1] > 0.0 or found[2] < 0.0


def agreement(levers: Sequence[Mapping[str, Any]], proportional: Sequence[Sequence[Any]], goal: str) -> str:
    """Whether the order at equal cost is that in proportion, in fixed words; of levers that cost the budget."""
    order = ranked(levers, goal)
    if len(order) < 2:
        return "nothing to compare: fewer than two levers cost the budget"
    place = {name: k for k, (name, _) in enumerate(proportional)}
    pairs = [(a, b) for k, a in enumerate(order) for b in order[k + 1 :]]
    turned = [(a, b) for a, b in pairs if place[a["policy"]] > place[b["policy"]]]
    clear = [(a, b) for a, b in turned if told_apart(apart(a, b, goal))]
    if not turned:
        return "the same order"
    if clear:
        named = "; ".join(f"{words(a['policy'])} before {words(b['policy'])}" for a, b in clear)
        return f"another order, clearly: {named}"
    return f"another order, but none of the {len(turned)} of {len(pairs)} pairs that turn can be told apart"


def words(policy: str) -> str:
    """A policy's name as people read it."""
    return policy.replace("_", " ")


def digits(value: float) -> str:
    """A difference with its sign and the three digits that matter."""
    return f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+.3g}"


def shown(found: Interval) -> str:
    """A mean with its interval."""
    return f"{digits(found[0])} ({digits(found[1])} to {digits(found[2])})"


def section(
    equal: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], goals: Sequence[str], worlds: Sequence[str]
) -> list[str]:
    """The part of the page about levers at truly equal cost; worlds: all in which they are to be scaled."""
    known = {row["world"]: row for row in rows}
    there = {one["world"] for one in equal}
    body = ["", "### Worlds in which levers are scaled", ""]
    body += [
        f"- {one['world']}: {one['reason']}; {len(one['seeds'])} seeds, scale {one['scale']:g}, "
        f"budget CNY {one['budget']:g} bn" for one in equal
    ]  # fmt: skip
    missing = [name for name in worlds if name not in there]
    if missing:
        again = "`python -m simulation.experiments.robustness missing` plays them"
        body += ["", f"Not played: {'; '.join(missing)} ({again})."]
    if not equal:
        return body
    for goal in goals:
        body += ["", f"### {INDICATORS[goal].label_en}, at equal cost ({INDICATORS[goal].unit} a year)", ""]
        heads = ("World", "lever, best first", "intensity", "public cost", "effect", "ahead of the next by", "")
        body += [line(heads), line(("---",) * len(heads))]
        for one in equal:
            body += [line((one["world"], *cells)) for cells in lines_of(one["levers"], goal)]
    body += ["", "### Do the two rankings agree?", ""]
    labels = [INDICATORS[goal].label_en for goal in goals]
    body += [line(("World", *labels)), line(("---",) * (1 + len(labels)))]
    for one in equal:
        agree = [agreement(one["levers"], known[one["world"]]["rankings"][goal], goal) for goal in goals]
        body.append(line((one["world"], *agree)))
    return body


def lines_of(levers: Sequence[Mapping[str, Any]], goal: str) -> list[tuple[str, ...]]:
    """A line a lever: intensity, cost, effect, distance to the next, and whether the two can be told apart.

    A lever that does not even nearly cost the budget stands below, at the cost nearest to it, and is not ranked.
    """
    order = ranked(levers, goal)
    gaps = [apart(a, b, goal) for a, b in pairwise(order)]
    marked: list[tuple[str, str]] = [(shown(gap), "" if told_apart(gap) else "cannot be told apart") for gap in gaps]
    made: list[tuple[str, ...]] = []
    below = [one for one in levers if not one["near"]]
    ends = [*marked, ("", "")][: len(order)] + [("", f"not ranked: {one['remark']}") for one in below]
    for one, (ahead, mark) in zip([*order, *below], ends, strict=True):
        made.append((*head_of(one), shown(mean_interval(np.array(one["effects"][goal]))), ahead, mark))
    return made


def head_of(one: Mapping[str, Any]) -> tuple[str, str, str]:
    """Name, intensity and public cost of a lever."""
    return words(one["policy"]), f"{one['intensity']:.3g}", f"{one['cost']:.3g}"
