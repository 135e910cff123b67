"""What policies cost the public: each lever's cost against the baseline, by level of government and component."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..scenario.parameter import label
from .columns import Outcome, words
from .conduct import Conducted
from .effects import Array, Effects, Sums, paired
from .plan import Plan

if TYPE_CHECKING:
    import pandas as pd

COUNTED_AGAINST = ("receipt", "in_kind", "claim")  # components that make a lever cheaper
TOTAL = ("All levers", "All levels", "Less receipts and claims")
NUMBERS = ("baseline", "policy", "difference", "low", "high")
Key = tuple[str, str, str]
Costs = dict[tuple[str, int], dict[Key, tuple[float, float]]]


def cost_table(plan: Plan, conducted: Conducted) -> pd.DataFrame:
    """scenario, lever, level, component, baseline, policy, difference, low, high, present_value, seeds.

    Amounts are CNY bn a year, means over the window and seeds, with t intervals of paired differences. present_value
    is the difference summed over the window in money of 2024Q1. The last row of a scenario is all levers, less
    receipts and claims held at the end.
    """
    import pandas as pd

    runs = {(outcome.scenario, outcome.seed): cost_of(outcome, plan.window) for outcome in conducted.outcomes}
    keys = list(dict.fromkeys([key for costs in runs.values() for key in costs if key != TOTAL] + [TOTAL]))
    years = (plan.window[1] + 1 - plan.window[0]) / 4.0
    yearly = {name: _sums(plan, runs, name, keys, 0, years) for name in plan.names}
    present = {name: _sums(plan, runs, name, keys, 1, 1.0).num.mean(axis=0) for name in plan.names}
    base, rows = plan.names[0], []
    for name in plan.names[1:]:
        found = paired(yearly[base], yearly[name], np.zeros(len(keys), dtype=bool))
        rows += _rows(name, keys, found, present[name] - present[base])
    return pd.DataFrame(rows)


def _rows(scenario: str, keys: list[Key], found: Effects, present: Array) -> list[dict[str, object]]:
    """The rows of one scenario; what costs nothing in both arms is left out."""
    rows: list[dict[str, object]] = []
    for place, (lever, level, component) in enumerate(keys):
        head: dict[str, object] = {"scenario": scenario, "lever": lever, "level": level, "component": component}
        numbers = {name: float(getattr(found, name)[place]) for name in NUMBERS}
        if numbers["baseline"] or numbers["policy"]:
            rows.append(head | numbers | {"present_value": float(present[place]), "seeds": int(found.seeds[place])})
    return rows


def cost_of(outcome: Outcome, window: tuple[int, int]) -> dict[Key, tuple[float, float]]:
    """Amount and present value by lever, level and component over the window of one run, and in all."""
    table = outcome.tables["public_cost"]
    quarter = np.asarray(table["quarter"])
    inside = np.flatnonzero((quarter >= window[0]) & (quarter <= window[1]))
    against = [label("cost_component", component) for component in COUNTED_AGAINST]
    named = [words(table[name]) for name in ("lever", "level", "component")]
    amount, present = (np.asarray(table[name]) for name in ("amount", "present_value"))
    costs: dict[Key, tuple[float, float]] = {TOTAL: (0.0, 0.0)}
    for row in inside:
        key = (named[0][row], named[1][row], named[2][row])
        sign = -1.0 if key[2] in against else 1.0
        _add(costs, key, float(amount[row]), float(present[row]))
        _add(costs, TOTAL, sign * float(amount[row]), sign * float(present[row]))
    return costs


def _add(costs: dict[Key, tuple[float, float]], key: Key, amount: float, present: float) -> None:
    before = costs.get(key, (0.0, 0.0))
    costs[key] = (before[0] + amount, before[1] + present)


def _sums(plan: Plan, runs: Costs, name: str, keys: list[Key], which: int, years: float) -> Sums:
    num = np.array([[runs[name, seed].get(key, (0.0, 0.0))[which] for key in keys] for seed in plan.seeds])
    return Sums(num, np.full_like(num, years))
