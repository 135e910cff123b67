"""Cycle gain: how much of a yuan injected once into private commitments comes back as further commitments.

G_s = sum_t (C_t with the injection - C_t without it) / injection, over the quarters from 2024Q1 on (60 of them if the
run is long enough), C_t what private partners commit, the injection itself left out. Mean over seeds, t interval.
Above 1 the cycle reinforces itself, below 1 it stalls without fresh money.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..indicators.definitions import INDICATORS
from ..scenario.quarters import FIRST_POLICY_QUARTER
from .columns import Outcome
from .effects import Array, Effects, Sums, paired
from .plan import Plan
from .variants import IMPULSE, variants_of

if TYPE_CHECKING:
    import pandas as pd

HORIZON = 60
COMMITTED = list(INDICATORS).index("social_commitments")


def gain_of(plain: Outcome, injected: Outcome) -> float:
    """The gain of one pair of runs; NaN without an injection."""
    amount = float(np.asarray(injected.tables["injection"]["amount"])[0])
    if amount == 0.0:
        return float("nan")
    until = slice(FIRST_POLICY_QUARTER, FIRST_POLICY_QUARTER + HORIZON)
    extra = injected.indicators[until, COMMITTED] - plain.indicators[until, COMMITTED]
    return float(np.nansum(extra)) / amount


def gains(plan: Plan, outcomes: Sequence[Outcome], variants: Sequence[Outcome]) -> dict[str, Array]:
    """The gain by scenario, an entry per seed."""
    plain = {(one.scenario, one.seed): one for one in outcomes}
    with_it = {name: variants_of(variants, IMPULSE, name) for name in plan.names}
    return {
        name: np.array([gain_of(plain[name, seed], with_it[name][seed]) for seed in plan.seeds]) for name in plan.names
    }


def of_gains(base: Array, policy: Array) -> Effects:
    """Gain of both arms and their paired difference."""
    one = np.ones((len(base), 1))
    return paired(Sums(base[:, None], one), Sums(policy[:, None], one), np.zeros(1, dtype=bool))


def impulse_table(plan: Plan, outcomes: Sequence[Outcome], variants: Sequence[Outcome]) -> pd.DataFrame:
    """scenario, injection, not_taken, extra_commitments (CNY bn), gain, low, high, quarters, says, seeds.

    not_taken: what of the injection no fund had taken by the end of the run.
    """
    import pandas as pd

    rows = []
    last = min(plan.quarters, FIRST_POLICY_QUARTER + HORIZON)
    for name, values in gains(plan, outcomes, variants).items():
        found = of_gains(np.zeros_like(values), values)
        injected = [one.tables["injection"] for one in variants_of(variants, IMPULSE, name).values()]
        amounts, left = (np.array([float(np.asarray(one[key])[0]) for one in injected]) for key in ("amount", "left"))
        low, high = float(found.low[0]), float(found.high[0])
        rows.append({
            "scenario": name, "injection": float(amounts.mean()), "not_taken": float(left.mean()),
            "extra_commitments": float((values * amounts).mean()), "gain": float(found.policy[0]), "low": low,
            "high": high, "quarters": last - FIRST_POLICY_QUARTER, "says": verdict(low, high),
            "seeds": int(found.seeds[0]),
        })  # fmt: skip
    return pd.DataFrame(rows)


def verdict(low: float, high: float) -> str:
    """What the interval of a gain says."""
    if np.isnan(low) or np.isnan(high):
        return "undefined" if np.isnan(high) else "unclear"
    if low > 1.0:
        return "the cycle reinforces itself"
    return "stalls without fresh money" if high < 1.0 else "unclear: the interval holds 1"
