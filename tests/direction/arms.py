"""Paired experiments: one past up to 2024Q1 a seed, then one future a policy, with the same luck in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import t as student

from simulation.agents.population import Population
from simulation.economy.run import Recorder, advance, start
from simulation.engine.table import Floats
from simulation.indicators.definitions import INDICATORS
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from tests.helpers.play import START_2024, baseline

SCALE = 0.05
FEWEST = 30  # events an arm, below which a comparison says nothing

POLICIES: dict[str, dict[str, float]] = {
    "baseline": {},
    "open window": {"ipo_window": 1.5},
    "normal window": {"ipo_window": 1.0},
    "closed window": {"ipo_window": 0.1},
    "twice the guidance money": {"ggf_central": 90, "ggf_local": 380},
    "higher guidance cap": {"ggf_share_cap": 0.8},
    "early mandate": {"early_mandate": 0.5},
    "looser thresholds": {"ipo_tightness": 0.6},
    "longer lock-up": {"lockup": 12},
    "no new redemption clauses": {"redemption_limit": 1},
    "more acquisition offers": {"ma_offer_boost": 2},
    "public secondary money": {"s_fund_public": 100},
    "local grants to all": {"label_benefit": 0},
    "larger local grants": {"local_pref_grant": 20, "label_benefit": 0},
    "no local grants": {"local_pref_grant": 0},
    "full super-deduction": {"rd_super_deduction": 200},
    "no super-deduction": {"rd_super_deduction": 0},
    "larger conversion grants": {"conversion_grant": 5},
    "no venture deduction": {"vc_tax_deduction": 0},
    "no incubation at a normal window": {"ipo_window": 1.0, "incubator_slots": 0},
    "much incubation at a normal window": {"ipo_window": 1.0, "incubator_slots": 5000},
    "no incubation": {"incubator_slots": 0},
    "much incubation": {"incubator_slots": 5000},
    "no guarantee coverage": {"guarantee_coverage": 0},
    "dear guarantees": {"guarantee_fee": 2},
    "no return duty": {"reinvest_multiple": 0},
    "twofold return duty": {"reinvest_multiple": 2},
    "first loss": {"first_loss": 0.5},
    "strict early mandate": {"early_mandate": 0.9},
    "full fault tolerance": {"fault_tolerance": 1},
    "low guidance cap": {"ggf_share_cap": 0.1},
    "double support, departments apart": {"conversion_grant": 5, "local_pref_grant": 30, "label_benefit": 0, "dept_coordination": 0},
    "double support, departments as one": {"conversion_grant": 5, "local_pref_grant": 30, "label_benefit": 0, "dept_coordination": 1},
}


@cache
def past(seed: int) -> tuple[Population, dict[str, float]]:
    """The economy at 2024Q1 and the last national indicators."""
    state = start(baseline(), seed, SCALE)
    return state, advance(state, baseline(), START_2024, Recorder(False))


@cache
def scenario(policy: str) -> Scenario:
    """The baseline with a policy from 2024Q1 on."""
    return load_scenario(baseline(), POLICIES[policy]) if POLICIES[policy] else baseline()


@cache
def future(policy: str, seed: int, quarters: int) -> Floats:
    """Indicators of so many quarters from 2024Q1, one row a quarter."""
    state, last = past(seed)
    recorder = Recorder(False)
    advance(state.copy(), scenario(policy), START_2024 + quarters, recorder, last)
    return np.array(recorder.indicators)


@dataclass(frozen=True)
class Effect:
    """Difference of means between two arms over a window of quarters, seed by seed."""

    differences: Floats
    reference: float

    @property
    def share(self) -> float:
        """Mean difference over the mean of the reference arm."""
        return float(self.differences.mean() / abs(self.reference))

    @property
    def margin(self) -> float:
        """Half the width of the 95 % interval of `share`."""
        n = len(self.differences)
        return float(student.ppf(0.975, n - 1) * self.differences.std(ddof=1) / n**0.5 / abs(self.reference))

    @property
    def is_up(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.share > self.margin

    @property
    def is_down(self) -> bool:
        """Whether the whole interval lies below zero."""
        return self.share < -self.margin


@dataclass(frozen=True)
class Experiment:
    """How many seeds are compared over how many quarters."""

    seeds: int
    quarters: int

    def column(self, policy: str, indicator: str, first: int, last: int) -> Floats:
        """Mean of an indicator over quarters first..last-1 after 2024Q1, by seed."""
        k = list(INDICATORS).index(indicator)
        return np.array([np.nanmean(future(policy, seed, self.quarters)[first:last, k]) for seed in range(1, self.seeds + 1)])

    def effect(self, indicator: str, policy: str, first: int, last: int, against: str = "baseline") -> Effect:
        """What a policy changes in an indicator, compared with another one."""
        one, other = (self.column(name, indicator, first, last) for name in (policy, against))
        return Effect(one - other, float(other.mean()))

    def events(self, indicator: str, policy: str, first: int, last: int) -> float:
        """How many events an indicator that counts them stands for, over all seeds of an arm."""
        return float(self.column(policy, indicator, first, last).sum() * (last - first) * SCALE)
