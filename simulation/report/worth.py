"""What a policy buys: public cost per additional outcome, from the same pairs of runs as the effects.

Both are flows a year over the window: net public cost c (claims held at the end taken off, as --equal-cost counts it)
and outcome o of the policy less those of the baseline, a pair a seed.
The price is mean(c) / mean(o) with a 95 % interval after Fieller (1954), and is given only where the interval of the
outcome excludes zero; elsewhere the ratio would mean nothing, and the row says why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..experiments.effects import Array, mean_interval, window_sums
from ..experiments.quotient import quotient
from ..indicators.definitions import INDICATORS
from .basis import public_cost
from .material import Material

if TYPE_CHECKING:
    import pandas as pd

COST = "public_cost"
OUTCOMES = (
    "validated_products", "rd_spending", "equity_invested", "social_commitments", "projects_entered", "first_orders",
    "value_added", "exits_ipo", "induced_tax",
)  # fmt: skip
UNITS = {"count": (1000.0, "CNY mn each"), "CNY bn": (1.0, "CNY for each CNY")}


@dataclass(frozen=True)
class Price:
    """Cost per additional outcome with its interval, and what is to be said about it."""

    value: float
    low: float
    high: float
    said: str


def worth_table(material: Material) -> pd.DataFrame:
    """A row a policy and outcome: cost and outcome a year against the baseline, price with interval, unit, remark."""
    import pandas as pd

    yearly = {name: yearly_of(material, name) for name in material.names}
    base = yearly[material.names[0]]
    rows = []
    for name in material.names[1:]:
        for indicator in OUTCOMES:
            definition = INDICATORS[indicator]
            factor, unit = UNITS[definition.unit]
            cost, outcome = yearly[name][COST] - base[COST], yearly[name][indicator] - base[indicator]
            price = priced(cost, outcome)
            rows.append(
                {
                    "scenario": name, "indicator": indicator, "label": definition.label_en,
                    "label_zh": definition.label_zh, "window": material.window,
                    "cost": float(np.mean(cost)), "cost_unit": "CNY bn a year",
                    "outcome": float(np.mean(outcome)), "outcome_unit": f"{definition.unit} a year",
                    "price": factor * price.value, "low": factor * price.low, "high": factor * price.high,
                    "unit": unit, "remark": price.said, "seeds": len(cost),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def yearly_of(material: Material, name: str) -> dict[str, Array]:
    """Cost and outcomes of one scenario a year over the window, a value a seed in the order of the seeds."""
    ids = list(INDICATORS)
    first, last = material.span
    runs = material.indicators[material.indicators["scenario"] == name]
    found: dict[str, list[float]] = {indicator: [] for indicator in OUTCOMES}
    for seed in material.seeds:
        values = runs[runs["seed"] == seed].sort_values("quarter").reindex(columns=ids).to_numpy(np.float64)
        num, den = window_sums(values, np.ones_like(values), first, last)
        for indicator, column in found.items():
            place = ids.index(indicator)
            column.append(float(num[place] / den[place]) if den[place] else math.nan)
    cost = public_cost(material)
    net = cost[cost["scenario"] == name].groupby("seed")["net"].sum().reindex(material.seeds, fill_value=0.0)
    values_of = {indicator: np.array(column) for indicator, column in found.items()}
    return values_of | {COST: net.to_numpy(np.float64) / material.years}


def priced(cost: Array, outcome: Array) -> Price:
    """Cost per additional outcome from paired differences, Fieller's interval; a remark where there is none."""
    there = np.isfinite(cost) & np.isfinite(outcome)
    cost, outcome = cost[there], outcome[there]
    if len(cost) < 2:
        return Price(math.nan, math.nan, math.nan, "too few seeds")
    found = quotient(cost, outcome)
    if found.undefined:
        return Price(math.nan, math.nan, math.nan, "outcome unclear")
    paid, low, high = mean_interval(cost)
    clear = low > 0.0 or high < 0.0
    return Price(found.value, found.low, found.high, remark(paid, float(outcome.mean()), clear))


def remark(cost: float, outcome: float, clear: bool) -> str:
    """What the signs of cost and outcome mean; `clear` says that the interval of the cost excludes zero."""
    if not clear:
        return "cost unclear"
    if outcome > 0:
        return "cost of one more" if cost > 0 else "more of it, and money saved"
    return "less of it, at a cost" if cost > 0 else "money saved for one less"
