"""Follow-on rounds: a lead that prefers enterprises with holders serves them first; who asks stays the same."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.agents.enterprise import FIRST_ROUND, ID, LAST_ROUND
from simulation.agents.population import Population
from simulation.agents.tally import EQUITY_SOUGHT, SEEKING
from simulation.markets.equity import appeal
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, policy_with, warmed
from tests.helpers.rules import plain

SCALE = 0.02


def quarter_with(preference: float) -> Population:
    """The same quarter of the same economy, with one preference for follow-on rounds."""
    state = warmed(scale=SCALE)
    policy = policy_now(state).copy()
    policy[parameter("follow_on_preference")] = preference
    play_on(state, policy, 1)
    return state


def financed(state: Population, first: bool) -> set[int]:
    """Ids of enterprises whose first (or later) round was closed in the quarter just played."""
    code, used, t = state.firm.code, state.firm.used, state.quarter - 1
    closed = (code[LAST_ROUND, :used] == t) & ((code[FIRST_ROUND, :used] == t) == first)
    return set(code[ID, :used][closed].tolist())


def test_the_preference_is_worth_as_much_as_value_for_money():
    policy = policy_with(follow_on_preference=0.5)
    first, later = (plain(appeal)(20.0, 10.0, held, policy) for held in (False, True))
    assert first == pytest.approx(math.log(2.0), rel=1e-12)
    assert later == pytest.approx(math.log(2.0) + 0.5, rel=1e-12)


def test_a_stronger_preference_completes_later_rounds_and_first_ones_give_way():
    played = [quarter_with(preference) for preference in (0.0, 1.5, 3.0)]
    first, later = ([len(financed(state, first=kind)) for state in played] for kind in (True, False))
    assert later[0] < later[1] < later[2]
    assert first[0] > first[2]


def test_a_preference_changes_who_is_served_and_not_who_asks():
    alike, followed = quarter_with(0.0), quarter_with(3.0)
    for row in (SEEKING, EQUITY_SOUGHT):
        np.testing.assert_array_equal(alike.tally[row], followed.tally[row])
    assert financed(alike, first=False) != financed(followed, first=False)
