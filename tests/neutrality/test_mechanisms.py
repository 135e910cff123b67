"""A mechanism that is switched off is not there: no other number feels whether its stages are called or even exist."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.agents.enterprise import (
    APPLIED_AT,
    BARRED_UNTIL,
    CERTIFIED_UNTIL,
    COMPETITIVE,
    COST_SAVING,
    FRONTIER_GAP,
    INCUBATED_AT,
    NEED_SINCE,
    PACKAGED,
    PROPOSED,
    RELEASED,
)
from simulation.agents.government import GRANTS_DUE, GUIDANCE_BUDGET, KNOWLEDGE
from simulation.agents.investor import NATIONAL_OFFER, OFFER_CENTRAL, OFFER_LOCAL, RANK, RECORD
from simulation.agents.population import (
    CREDIBILITY,
    EVALUATION_SLOTS,
    GUARANTEE_QUEUE,
    KNOWLEDGE_REF,
    LABEL_PASSED,
    LABEL_TESTED,
    LABEL_WORTH,
    PLACES_GIVEN,
    SERVED_SHARE,
    STANDARDS,
    Population,
)
from simulation.agents.tally import OFFERED_GUIDANCE, OFFERS_DECLINED
from simulation.economy.quarter import MECHANISMS, SCHEDULE
from simulation.economy.run import policy_of
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import CATALOGUE, OPTIONAL_MECHANISMS, parameter
from tests.helpers.play import newborn, play_on, schedule_of

QUARTERS = 80
FOR_THE_LIST = ("relending", "interest_subsidy")  # programmes for certified enterprises only
OPTIONAL = [key for key, mechanism in MECHANISMS.items() if not mechanism.core]
# Where a mechanism keeps its own books: rows of a table's numbers or codes, or of an array; None stands for all rows.
OWN: dict[str, dict[str, list[int] | None]] = {
    "knowledge": {"region.num": KNOWLEDGE, "memory": [KNOWLEDGE_REF]},
    "serial_founders": {"founder.num": None, "founder.code": None, "firm.code": [RELEASED]},
    "local_support": {"region.num": [GRANTS_DUE]},
    "guarantee": {"memory": [GUARANTEE_QUEUE]},
    "guidance_funds": {"manager.num": [RECORD, RANK, OFFER_CENTRAL, OFFER_LOCAL], "manager.code": [NATIONAL_OFFER],
                       "region.num": [GUIDANCE_BUDGET], "tally": [OFFERED_GUIDANCE, OFFERS_DECLINED]},
    "open_competition": {"firm.num": [FRONTIER_GAP, COST_SAVING], "firm.code": [COMPETITIVE, NEED_SINCE]},
    "evaluation": {"firm.code": [APPLIED_AT, PACKAGED, BARRED_UNTIL],
                   "memory": [CREDIBILITY, STANDARDS, LABEL_TESTED, LABEL_PASSED, LABEL_WORTH, SERVED_SHARE, EVALUATION_SLOTS]},
    "incubation": {"firm.code": [INCUBATED_AT, PROPOSED], "memory": [PLACES_GIVEN]},
}  # fmt: skip


def parts(state: Population, key: str) -> dict[str, np.ndarray]:
    """Every table and array but what is the mechanism's own."""
    found = dict(state.arrays.items())
    for name, table in state.tables.items():
        found[f"{name}.num"], found[f"{name}.code"] = table.num[:, : table.used], table.code[:, : table.used]
    for name, rows in OWN.get(key, {}).items():
        if rows is None:
            del found[name]
        else:
            found[name] = np.delete(found[name], rows, axis=0)
    return found


def differences(one: Population, other: Population, key: str) -> list[str]:
    a, b = parts(one, key), parts(other, key)
    return [name for name in a if not np.array_equal(a[name], b[name], equal_nan=True)]


def neutral_policy(key: str):
    return policy_of(load_scenario("baseline", without=[key]), Population.empty(1, 0.002, 1), {})


@cache
def without(key: str) -> Population:
    """A burn-in with the mechanism off: its entries neutral, its stages not called."""
    policy = neutral_policy(key)
    return play_on(newborn(policy, scale=0.003), policy, QUARTERS, burn_in=True, switches={key: False})


@pytest.mark.parametrize("key", OPTIONAL)
def test_off_is_the_same_as_neutral_with_the_stages_called(key):
    policy = neutral_policy(key)
    neutral = play_on(newborn(policy, scale=0.003), policy, QUARTERS, burn_in=True)
    assert differences(neutral, without(key), key) == []


@pytest.mark.parametrize("key", OPTIONAL)
def test_off_is_the_same_as_a_schedule_without_the_mechanism(key):
    policy = neutral_policy(key)
    with schedule_of(tuple(step for step in SCHEDULE if step[1].key != key)):
        absent = play_on(newborn(policy, scale=0.003), policy, QUARTERS, burn_in=True, switches={key: False})
    assert absent.hash() == without(key).hash()


@pytest.mark.parametrize("key", OPTIONAL)
def test_a_mechanism_that_is_on_is_felt(key):
    policy = neutral_policy(key)
    for name in MECHANISMS[key].neutral:
        policy[parameter(name)] = CATALOGUE[name].columns
    if key == "acquisition":  # at this scale an offer is rare
        policy[parameter("offer_hazard")] = 0.95
    if key == "relending":  # there was none in the years of the burn-in
        policy[parameter("relending_quota")] = 500.0
    if key == "platform":  # there was none before 2021
        policy[parameter("platform_institutions")] = 22
    present, absent = newborn(policy, scale=0.003), without(key)
    if key in FOR_THE_LIST:
        absent = newborn(neutral_policy(key), scale=0.003)
        for state in (present, absent):
            state.firm.code[CERTIFIED_UNTIL, : state.firm.used] = QUARTERS
        absent = play_on(absent, neutral_policy(key), QUARTERS, burn_in=True, switches={key: False})
    assert differences(play_on(present, policy, QUARTERS, burn_in=True), absent, key) != []


@pytest.mark.parametrize("key", OPTIONAL)
def test_a_mechanism_s_record_names_neutral_values_of_the_catalogue(key):
    assert {CATALOGUE[name].neutral for name in MECHANISMS[key].neutral} <= {0.0}
    assert all(CATALOGUE[name].neutral == value for name, value in MECHANISMS[key].neutral.items())
    switched = {name for name, record in CATALOGUE.items() if record.mechanism == key and record.neutral is not None}
    assert set(MECHANISMS[key].neutral) <= switched


def test_what_can_be_switched_off_in_a_scenario_is_what_is_not_core():
    assert set(OPTIONAL) <= set(OPTIONAL_MECHANISMS)


def test_the_core_has_no_switch():
    for key, mechanism in MECHANISMS.items():
        assert mechanism.core == (key not in OPTIONAL)
        assert mechanism.core or key in OPTIONAL_MECHANISMS
