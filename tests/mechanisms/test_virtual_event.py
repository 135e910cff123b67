"""The event of Xiongan: a pure function of a state, whose numbers were fitted and are therefore only reproduced."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.agents.enterprise import ID
from simulation.agents.population import Population
from simulation.economy.measures import measure
from simulation.economy.run import BURN_IN, Recorder, advance, policy_of, start
from simulation.markets.virtual_event import APPLICANTS, FIRST_ID, SHOWN, WHEN, applicants, showcase
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import parameter
from tests.helpers.play import baseline, play_on, policy_now, warmed


@cache
def before() -> Population:
    return warmed(scale=0.02, quarters=WHEN - BURN_IN)


def test_projects_are_shown_and_nothing_changes():
    state = before().copy()
    hash_before = state.hash()
    shown = showcase(state, policy_now(state))
    policy_now(state)
    assert state.hash() == hash_before
    assert len(shown.ids) == SHOWN
    assert shown.signatures == int((shown.values >= 0.5 * shown.tickets).sum())
    assert shown.amount == pytest.approx(4.0 * shown.tickets[shown.signed].sum())


def test_virtual_projects_are_nobody_s_and_follow_the_seed():
    one, other = applicants(1), applicants(2)
    assert one.used == APPLICANTS
    assert one.code[ID].min() == FIRST_ID > before().firm.code[ID].max()
    assert np.array_equal(one.num, applicants(1).num)
    assert not np.array_equal(one.num, other.num)


def test_the_event_is_told_once_and_never_enters_the_economy():
    told, silent = before().copy(), before().copy()
    policy = policy_now(told)
    with_event = policy.copy()
    with_event[parameter("xiongan_event")] = 1.0
    play_on(told, with_event, 1)
    play_on(silent, policy, 1)
    for name, table in told.tables.items():
        if name != "event":
            assert np.array_equal(table.num[:, : table.used], silent.tables[name].num[:, : silent.tables[name].used])
    assert np.array_equal(told.flows, silent.flows)
    more, less = (measure(s, policy, 11)["event_projects"][0] for s in (told, silent))
    assert more - less == pytest.approx(SHOWN)
    play_on(told, with_event, 1)
    play_on(silent, policy, 1)
    assert measure(told, policy, 12)["event_projects"] == measure(silent, policy, 12)["event_projects"]


def test_the_scenario_tells_it():
    scenario = load_scenario("scenarios/event_xiongan.yaml")
    assert policy_of(scenario, warmed(), {})[parameter("xiongan_event"), 0] == 1.0


@pytest.mark.long
def test_fifty_five_of_fifty_eight_sign_for_eleven_billion():
    """Fitted (theta_int, o_int): this checks the code, not the model. Mean of ten seeds; SEED04, SEED05, SEED07."""
    found = []
    for seed in range(1, 11):
        state = start(baseline(), seed, 0.05)
        advance(state, baseline(), WHEN - BURN_IN, Recorder(False))
        found.append(showcase(state, policy_now(state)))
    assert np.mean([shown.signatures for shown in found]) == pytest.approx(55, abs=4)
    assert np.mean([shown.amount for shown in found]) / 1000 == pytest.approx(11, abs=2.5)
