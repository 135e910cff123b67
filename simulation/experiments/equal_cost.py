"""Policies at equal public cost: how far a policy must go so that it costs a given budget, on the same seeds.

Intensity a moves every spending lever of a policy the same share of the way from the baseline b to its written value p:
b + a (p - b), within the lever's range; a = 1 is the policy as written. Rule levers stay as written: a policy of rules
alone is reported at its own cost, and inside a package with a reference lever that is scaled so that the package costs
the budget, beside the reference alone at that budget. A policy that costs nothing or saves money as written is not
scaled: no share of the way towards a saving costs a budget, and its rules must not hide an absurd amount of spending.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario.load import load_scenario
from ..scenario.parameter import CATALOGUE, Parameter
from ..scenario.quarters import FIRST_POLICY_QUARTER, LONGEST, format_quarter
from ..scenario.scenario import Scenario
from .columns import Outcome
from .conduct import Way, conduct
from .cost import TOTAL, cost_of
from .execute import Meter, compile_once
from .job import nothing
from .options import Window
from .plan import make_plan
from .progress import meter

if TYPE_CHECKING:
    import pandas as pd

CLOSE = 0.01  # share of the budget within which a policy counts as costing it
MOST_STEPS = 12
REFERENCE = "local_pref_grant"  # a uniform grant for research: what the same money could buy without any rule
TYPICAL_ROUNDS = 6  # rounds of runs that the search for an intensity mostly needs; what is shown as time left
REFERENCE_RULES = {"label_benefit": 0.0}  # so that the grant goes to everybody


@dataclass(frozen=True)
class Priced:
    """A scenario to be compared, how far it goes, what it costs (CNY bn of 2024Q1) and whether that is the budget."""

    scenario: Scenario
    kind: str
    intensity: float
    cost: float
    reached: bool
    remark: str = ""


@dataclass(frozen=True)
class Question:
    """What is held fixed while a policy is scaled: baseline, seeds, quarters, scale, window and how runs are played."""

    base: Scenario
    seeds: tuple[int, ...]
    quarters: int
    scale: float
    window: Window
    way: Way

    def cost(self, scenario: Scenario, share: Callable[[float], None] = nothing) -> float:
        """Mean present value of all levers' net public cost over the window and seeds, CNY bn.

        share: told of every part (0 to 1) of the runs that is done.
        """
        return self.paid(self.runs(scenario, share))

    def paid(self, runs: Sequence[Outcome]) -> float:
        """Mean present value of net public cost over runs, CNY bn of 2024Q1 over the window."""
        return float(np.mean([cost_of(run, self.window)[TOTAL][1] for run in runs]))

    def runs(self, scenario: Scenario, share: Callable[[float], None] = nothing) -> list[Outcome]:
        """The runs of a scenario, one a seed."""
        plan = make_plan("run", [scenario], self.seeds, self.quarters, self.scale)
        return conduct(plan, self.way, share).outcomes


def spending_levers(base: Scenario, policy: Scenario) -> list[Parameter]:
    """Spending levers in which a policy differs from the baseline."""
    ours, theirs = base.timeline.path, policy.timeline.path
    return [
        record for record in CATALOGUE.values()
        if record.role == "lever" and record.kind == "spending"
        and not np.array_equal(ours[:, record.index], theirs[:, record.index])
    ]  # fmt: skip


def scaled(base: Scenario, policy: Scenario, intensity: float) -> Scenario:
    """The policy with its spending levers a share `intensity` of the way from the baseline."""
    changes = {}
    for record in spending_levers(base, policy):
        before, after = base.timeline.path[:, record.index], policy.timeline.path[:, record.index]
        changes[record.id] = entries_of(record, np.clip(before + intensity * (after - before), record.low, record.high))
    return load_scenario(policy, changes) if changes else policy


def entries_of(record: Parameter, path: np.ndarray) -> list[dict[str, Any]]:
    """A path (quarters x columns) as dated entries from 2024Q1 on."""
    entries: list[dict[str, Any]] = []
    for quarter in range(FIRST_POLICY_QUARTER, LONGEST):
        if entries and np.array_equal(path[quarter], path[quarter - 1]):
            continue
        values = [float(value) for value in path[quarter]]
        value: Any = dict(zip(record.codes, values, strict=False)) if record.codes else values[0]
        entries.append({"from": format_quarter(quarter), "value": value})
    return entries


def headroom(base: Scenario, policy: Scenario) -> float:
    """The intensity beyond which no spending lever can move any further."""
    furthest = 1.0
    for record in spending_levers(base, policy):
        before, after = base.timeline.path[:, record.index], policy.timeline.path[:, record.index]
        step = after - before
        limit = np.where(step > 0.0, record.high, record.low)
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(step != 0.0, (limit - before) / step, 1.0)
        furthest = max(furthest, float(room.max()))
    return furthest


def to_budget(cost: Callable[[float], float], most: float, budget: float) -> tuple[float, float, bool]:
    """Intensity at which cost(a) is the budget within 1 %, its cost, and whether there is one up to `most`.

    False position, the end that stays being halved (Illinois), begun between 0 and the policy as written. A policy that
    as written costs nothing or saves money is left as written.
    """
    high, above = 1.0, cost(1.0) - budget
    if above <= -budget:
        return high, above + budget, False
    low, below = 0.0, cost(0.0) - budget
    if below >= 0.0:
        return low, below + budget, abs(below) <= CLOSE * abs(budget)
    if above < 0.0 and most > 1.0 and abs(above) > CLOSE * abs(budget):
        low, below = high, above
        high, above = most, cost(most) - budget
    if above < 0.0:
        return high, above + budget, abs(above) <= CLOSE * abs(budget)
    gap_low, gap_high = below, above
    best, nearest = high, above
    for _ in range(MOST_STEPS):
        middle = high - gap_high * (high - low) / (gap_high - gap_low)
        gap = cost(middle) - budget
        if abs(gap) < abs(nearest):
            best, nearest = middle, gap
        if abs(gap) <= CLOSE * abs(budget):
            break
        if gap < 0.0:
            low, gap_low, gap_high = middle, gap, gap_high / 2.0
        else:
            high, gap_high, gap_low = middle, gap, gap_low / 2.0
    return best, nearest + budget, abs(nearest) <= CLOSE * abs(budget)


def at_equal_cost(question: Question, policies: Sequence[Scenario], budget: float) -> list[Priced]:
    """Every policy scaled to the budget (CNY bn of 2024Q1 beyond the baseline); rules as they are and in packages."""
    spends = [bool(spending_levers(question.base, policy)) for policy in policies]
    rules = spends.count(False)
    searches = len(policies) + min(rules, 1)
    with meter(1.0 + rules + TYPICAL_ROUNDS * searches, "Scaling to the budget", question.way.quiet) as told:
        compile_once(told)
        search = BudgetSearch(question, budget, told, question.cost(question.base, told.advance))
        found: list[Priced] = []
        for policy, scalable in zip(policies, spends, strict=True):
            found += [search.priced(policy, "spending", policy.name)] if scalable else search.rule(policy)
        return found + ([search.reference()] if rules else [])


@dataclass
class BudgetSearch:
    """The search for intensities at which policies cost a budget; `told` counts rounds of runs."""

    question: Question
    budget: float
    told: Meter
    base_cost: float

    def rule(self, policy: Scenario) -> list[Priced]:
        """A policy of rules alone, at its own cost and in a package with the reference lever."""
        own = self.question.cost(policy, self.told.advance) - self.base_cost
        package = load_scenario(policy, {REFERENCE: CATALOGUE[REFERENCE].high, **reference_rules()})
        return [
            Priced(policy, "rule at its own cost", 1.0, own, False, "no spending lever to scale"),
            self.priced(package, "package", f"{policy.name}-with-grant"),
        ]

    def reference(self) -> Priced:
        """The reference lever alone."""
        uniform = load_scenario(self.question.base, {REFERENCE: CATALOGUE[REFERENCE].high, **reference_rules()})
        return self.priced(uniform, "reference", "grant-alone")

    def priced(self, policy: Scenario, kind: str, name: str) -> Priced:
        """One policy scaled to the budget; where it cannot cost that much it is marked, and the remark says why."""
        rounds = 0.0

        def advance(share: float) -> None:
            nonlocal rounds
            told = min(share, TYPICAL_ROUNDS - rounds)
            rounds += told
            self.told.advance(told)

        def cost(intensity: float) -> float:
            return self.question.cost(scaled(self.question.base, policy, intensity), advance) - self.base_cost

        intensity, paid, reached = to_budget(cost, headroom(self.question.base, policy), self.budget)
        advance(TYPICAL_ROUNDS)
        words = "" if reached else remark(kind, intensity, paid, self.budget)
        self.told.say(f"{name}: intensity {intensity:.3g} costs CNY {paid:.4g} bn{f' ({words})' if words else ''}")
        scenario = replace(scaled(self.question.base, policy, intensity), name=name)
        return Priced(scenario, kind, intensity, paid, reached, words)


def remark(kind: str, intensity: float, paid: float, budget: float) -> str:
    """Why a policy does not cost the budget."""
    if kind == "spending" and paid <= 0.0 and intensity == 1.0:
        return "costs nothing or saves money as written, so it is not scaled"
    if paid > budget:
        return "its rules alone cost more than the budget" if intensity == 0.0 else "no intensity costs the budget"
    return "costs less than the budget at the end of its range"


def reference_rules() -> dict[str, float]:
    """The settings that make the reference a uniform grant, as far as the catalogue knows them."""
    return {name: value for name, value in REFERENCE_RULES.items() if name in CATALOGUE}


def table_of_costs(found: Sequence[Priced], budget: float) -> pd.DataFrame:
    """scenario, kind, intensity, public_cost (CNY bn of 2024Q1), budget, reached, remark: a row a policy compared."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "scenario": one.scenario.name, "kind": one.kind, "intensity": one.intensity, "public_cost": one.cost,
                "budget": budget, "reached": one.reached, "remark": one.remark,
            }
            for one in found
        ]
    )  # fmt: skip
