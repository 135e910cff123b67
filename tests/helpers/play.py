"""Small populations to look at: policies with some values changed, and states that have been played for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import numpy as np

from simulation.agents.population import Population
from simulation.economy.measures import measure
from simulation.economy.opening import first_population
from simulation.economy.quarter import play_quarter
from simulation.economy.run import BURN_IN, Recorder, advance, policy_of, start
from simulation.engine.table import Floats
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import DEFAULTS, parameter
from simulation.scenario.scenario import Scenario

Each = Callable[[Population, Floats], None]
START_2024 = 12  # reported quarter 2024Q1, the first that policies may change


def policy_with(**values: float) -> Floats:
    """The catalogue's values with some replaced (all nine columns alike)."""
    policy = DEFAULTS.copy()
    for name, value in values.items():
        policy[parameter(name)] = value
    return policy


@cache
def baseline() -> Scenario:
    """The baseline scenario."""
    return load_scenario("baseline")


def newborn(policy: Floats | None = None, seed: int = 1, scale: float = 0.002) -> Population:
    """The first population, before any venture exists."""
    return first_population(seed, scale, DEFAULTS.copy() if policy is None else policy)


@cache
def _warmed(seed: int, scale: float, quarters: int) -> Population:
    state = start(baseline(), seed, scale)
    advance(state, baseline(), quarters, Recorder(False))
    return state


def warmed(seed: int = 1, scale: float = 0.002, quarters: int = 0) -> Population:
    """A fresh copy of the baseline economy after its burn-in and so many reported quarters."""
    return _warmed(seed, scale, quarters).copy()


def policy_now(state: Population, scenario: Scenario | None = None) -> Floats:
    """What a scenario (the baseline if none is given) has in force in the state's quarter."""
    return policy_of(scenario or baseline(), state, {})


def play_on(state: Population, policy: Floats, quarters: int, burn_in: bool = False, switches: Mapping[str, bool] | None = None,
            each: Each | None = None) -> Population:  # fmt: skip
    """Play `quarters` more with one policy, identities on; `each` looks at every quarter before the next begins."""
    for _ in range(quarters):
        play_quarter(state, policy, burn_in, dict(switches or {}))
        if each is not None:
            each(state, policy)
        state.quarter += 1
    return state


def series(state: Population, policy: Floats, quarters: int, *names: str) -> Floats:
    """Play on and give the named indicators, one row a quarter."""
    rows: list[list[float]] = []

    def look(now: Population, in_force: Floats) -> None:
        values = measure(now, in_force, now.quarter - BURN_IN)
        rows.append([values[name][0] for name in names])

    play_on(state, policy, quarters, each=look)
    return np.array(rows)


@contextmanager
def schedule_of(stages: object) -> Iterator[None]:
    """Play another schedule for a while."""
    from simulation.economy import quarter

    kept = quarter.SCHEDULE
    quarter.SCHEDULE = stages  # type: ignore[assignment]
    try:
        yield
    finally:
        quarter.SCHEDULE = kept
