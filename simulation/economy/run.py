"""Playing a run: burn-in, the opening at end-2020, history and policy; from a scenario and a seed to tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from ..agents.population import Population
from ..engine.jit import use_threads
from ..engine.table import Floats, Matrix
from ..scenario.quarters import BURN_IN_QUARTERS
from ..scenario.scenario import Scenario
from .opening import first_population, set_balance_sheets
from .quarter import Around, play_quarter
from .recorder import Columns, Recorder, columns

BURN_IN = BURN_IN_QUARTERS
Progress = Callable[[int, int], None]


class Played:
    """What a run gives: the state at its end and every table as named columns (NumPy only), made when asked for."""

    def __init__(self, state: Population, recorder: Recorder) -> None:
        self.state = state
        self.recorder = recorder
        self.quarters = list(recorder.quarters)
        self.indicators: Floats = np.array(recorder.indicators)
        self.weights: Floats = np.array(recorder.weights)

    @cached_property
    def groups(self) -> Columns:
        """Some indicators by sector, region, stage, channel and board."""
        return columns(self.recorder.groups, ("quarter", "indicator", "dimension", "group", "value"))

    @cached_property
    def flows(self) -> Columns:
        """Who paid whom, by flow line."""
        return self.recorder.flow_columns()

    @cached_property
    def balance_sheet(self) -> Columns:
        """Who holds what at the end of each quarter."""
        return columns(self.recorder.balance, ("quarter", "instrument", "sector", "amount"))

    @cached_property
    def events(self) -> Columns:
        """What happened to whom; the recorder gives up its own pieces."""
        return self.recorder.event_columns()

    @cached_property
    def refusals(self) -> Columns:
        """Who was refused where, and why."""
        return columns(self.recorder.refusals, ("quarter", "market", "reason", "count"))

    @cached_property
    def enterprises(self) -> Columns:
        """A sample of enterprises at year-ends."""
        parts = self.recorder.enterprises
        return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]} if parts else {}

    @cached_property
    def public_cost(self) -> Columns:
        """Net public cost by lever, level of government and component."""
        return self.recorder.cost_columns()


def policy_of(scenario: Scenario, state: Population, last: Mapping[str, float]) -> Matrix:
    """The policy array of the state's quarter; the memory of conditions lies in the state."""
    if not hasattr(state, "held") or state.held.shape != scenario.nothing_held().shape:
        state.held = scenario.nothing_held()
    return np.ascontiguousarray(scenario.policy(state.quarter - BURN_IN, last, state.held))


def start(scenario: Scenario, seed: int, scale: float, threads: int = 1) -> Population:
    """Play the burn-in of 80 quarters and set the balance sheets of end-2020 anew; the state stands at 2021Q1."""
    state = Population.empty(seed, scale, 1)
    policy = policy_of(scenario, state, {})
    state = first_population(seed, scale, policy)
    switches = dict(scenario.mechanisms)
    for t in range(BURN_IN):
        state.quarter = t
        play_quarter(state, policy_of(scenario, state, {}), True, switches, threads)
    set_balance_sheets(state, policy)
    state.quarter = BURN_IN
    return state


def advance(state: Population, scenario: Scenario, until: int, recorder: Recorder,
            last: Mapping[str, float] | None = None, progress: Progress | None = None,
            threads: int = 1, around: Around | None = None) -> dict[str, float]:  # fmt: skip
    """Play from the state's quarter up to (not including) `until`, recording; returns the last national indicators."""
    switches = dict(scenario.mechanisms)
    known = dict(last or {})
    first = state.quarter - BURN_IN
    for quarter in range(first, until):
        state.quarter = BURN_IN + quarter
        policy = policy_of(scenario, state, known)
        play_quarter(state, policy, False, switches, threads, around)
        known = recorder.observe(state, policy, quarter)
        state.quarter = BURN_IN + quarter + 1
        if progress is not None:
            progress(quarter - first + 1, until - first)
    return known


def play(scenario: Scenario, seed: int, quarters: int = 60, scale: float = 0.1, detail: bool = True,
         progress: Progress | None = None, threads: int = 1) -> Played:  # fmt: skip
    """Play a whole run of `quarters` reported quarters from 2021Q1; the number of threads changes no bit of it."""
    use_threads(threads)
    scenario = scenario.of_seed(seed)
    state = start(scenario, seed, scale, threads)
    recorder = Recorder(detail)
    known = advance(state, scenario, quarters, recorder, None, progress, threads)
    return finish(state, recorder, policy_of(scenario, state, known))


def finish(state: Population, recorder: Recorder, policy: Floats) -> Played:
    """Close what was recorded; tables are made of it when they are asked for."""
    recorder.close(state, policy)
    return Played(state, recorder)
