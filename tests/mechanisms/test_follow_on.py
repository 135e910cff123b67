"""Follow-on rounds: a lead that prefers enterprises with holders serves them first, and changes nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.agents.enterprise import FIRST_ROUND, ID, LAST_ROUND
from simulation.agents.population import Population
from simulation.agents.tally import EQUITY_SOUGHT, FUNDED, FUNDED_FIRST, SEEKING
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, warmed

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


def test_a_preference_completes_later_rounds_and_first_ones_give_way():
    alike, followed = quarter_with(0.0), quarter_with(3.0)
    assert len(financed(followed, first=False)) > len(financed(alike, first=False))
    assert len(financed(followed, first=True)) < len(financed(alike, first=True))


def test_a_preference_changes_who_is_served_and_not_who_asks():
    alike, followed = quarter_with(0.0), quarter_with(3.0)
    for row in (SEEKING, EQUITY_SOUGHT):
        np.testing.assert_array_equal(alike.tally[row], followed.tally[row])
    assert followed.tally[FUNDED].sum() - followed.tally[FUNDED_FIRST, 0] > 0.0


@pytest.mark.parametrize("preference", [0.0, 1.5, 3.0])
def test_a_stronger_preference_never_closes_fewer_later_rounds(preference: float):
    weaker, stronger = quarter_with(preference), quarter_with(min(3.0, preference + 1.5))
    assert len(financed(stronger, first=False)) >= len(financed(weaker, first=False))
