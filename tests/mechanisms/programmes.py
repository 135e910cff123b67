"""One grown economy with enterprises on the list, from which programmes of credit are switched one way and the other."""

from __future__ import annotations

from functools import cache

import numpy as np

from simulation.agents.enterprise import CERTIFIED_UNTIL, ID
from simulation.agents.population import Population
from simulation.engine.table import Floats
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, warmed

SCALE = 0.02
FOR_EVER = 10**6


@cache
def _grown() -> Population:
    state = warmed(scale=SCALE, quarters=12)
    code = state.firm.code[:, : state.firm.used]
    code[CERTIFIED_UNTIL, code[ID] % 9 == 0] = FOR_EVER  # one in nine is on the list
    return state


def grown() -> Population:
    """A fresh copy of the economy at 2024Q1, one enterprise in nine being on the list."""
    return _grown().copy()


def policy_of(**values: float) -> Floats:
    """What the baseline has in force at 2024Q1, with some values replaced."""
    policy = policy_now(_grown())
    for name, value in values.items():
        policy[parameter(name)] = value
    return policy


def rows_each_quarter(policy: Floats, quarters: int, look) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Play on from 2024Q1 and collect what `look(state)` says of each quarter."""
    seen: list[object] = []
    play_on(grown(), policy, quarters, each=lambda state, _: seen.append(look(state)))
    return np.array(seen)
