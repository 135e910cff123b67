"""The same seed gives the same bits: in another process, on a branch, after a stop, and with the compiler off."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.agents.population import Population
from simulation.economy.run import BURN_IN, Recorder, advance, play, policy_of, start
from simulation.engine.jit import DEBUG
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import parameter
from tests.helpers.play import baseline, play_on, policy_now, policy_with, warmed
from tests.helpers.process import in_fresh_process

SCALE, QUARTERS = 0.002, 8

PLAY = f"""
from simulation.economy.run import play
from simulation.scenario.load import load_scenario
played = play(load_scenario("baseline"), 1, {QUARTERS}, {SCALE}, detail=False)
tell([played.state.hash(), [[float(x).hex() for x in row] for row in played.indicators]])
"""

CONTINUE = """
from pathlib import Path
from simulation.agents.population import Population
from simulation.economy.run import Recorder, advance
from simulation.scenario.load import load_scenario
state = Population.empty(0, 1.0, 1)
state.restore(Path({path!r}))
advance(state, load_scenario("baseline"), {until}, Recorder(False))
tell(state.hash())
"""

INTERPRETED = """
from pathlib import Path
from simulation.agents.population import Population
from simulation.engine import jit
from tests.helpers.play import play_on, policy_now
assert jit.DEBUG
state = Population.empty(0, 1.0, 1)
state.restore(Path({path!r}))
tell(play_on(state, policy_now(state), {quarters}).hash())
"""


@cache
def straight():
    return play(baseline(), 1, QUARTERS, SCALE, detail=False)


@pytest.mark.parametrize("order_of_sets", ("0", "1"))
def test_a_fresh_process_gives_the_same_state_and_figures(order_of_sets):
    state_hash, figures = in_fresh_process(PLAY, PYTHONHASHSEED=order_of_sets)
    assert state_hash == straight().state.hash()
    assert figures == [[float(x).hex() for x in row] for row in straight().indicators]


def test_the_same_run_twice_in_one_process_is_the_same():
    again = play(baseline(), 1, QUARTERS, SCALE, detail=True)
    assert again.state.hash() == straight().state.hash()
    assert np.array_equal(again.indicators, straight().indicators, equal_nan=True)


def test_another_seed_is_another_history():
    assert play(baseline(), 2, QUARTERS, SCALE, detail=False).state.hash() != straight().state.hash()


@pytest.mark.parametrize("parting", (0, 1, 5))
def test_a_branch_ends_where_the_straight_run_ends(parting):
    trunk = start(baseline(), 1, SCALE)
    advance(trunk, baseline(), parting, Recorder(False))
    for branch in (trunk.copy(), trunk.copy()):
        recorder = Recorder(False)
        advance(branch, baseline(), QUARTERS, recorder)
        assert branch.hash() == straight().state.hash()
        assert np.array_equal(np.array(recorder.indicators), straight().indicators[parting:], equal_nan=True)


def test_a_branch_does_not_feel_what_another_branch_did():
    trunk = warmed(scale=SCALE)
    play_on(trunk.copy(), policy_with(ipo_window=3.0, ggf_local=1000.0), 6)
    advance(trunk, baseline(), QUARTERS, Recorder(False))
    assert trunk.hash() == straight().state.hash()


def test_a_run_that_was_stopped_and_taken_up_elsewhere_is_the_same(tmp_path):
    path = tmp_path / "state.npz"
    warmed(scale=SCALE, quarters=3).save(path)
    assert in_fresh_process(CONTINUE.format(path=str(path), until=QUARTERS)) == straight().state.hash()


@cache
def conditional():
    """A scenario in which a good quarter for listings opens the window for at least a year."""
    entry = {"from": "2024Q1", "value": 2, "when": "exits_ipo > 10", "for_at_least": "4q"}
    return load_scenario({"name": "rule", "extends": "baseline", "levers": {"ipo_window": [entry]}})


def window(state: Population, quarter: int, listings: float) -> float:
    """The listing window in force in a reported quarter after so many listings."""
    state.quarter = BURN_IN + quarter
    return float(policy_of(conditional(), state, {"exits_ipo": listings})[parameter("ipo_window"), 0])


def test_a_copy_remembers_how_long_a_condition_has_held():
    state = warmed(scale=SCALE)
    assert [window(state, 12, 0.0), window(state, 13, 11.0)] == [0.3, 2.0]
    twin = state.copy()
    assert [window(twin, quarter, 0.0) for quarter in (14, 15, 16, 17)] == [2.0, 2.0, 2.0, 0.3]


def test_a_restored_state_remembers_how_long_a_condition_has_held(tmp_path):
    state = warmed(scale=SCALE)
    assert window(state, 13, 11.0) == 2.0
    state.save(tmp_path / "state.npz")
    restored = Population.empty(0, 1.0, 1)
    restored.restore(tmp_path / "state.npz")
    assert window(restored, 14, 0.0) == 2.0


def test_how_the_recorder_looks_changes_nothing():
    with_detail, without = warmed(scale=SCALE), warmed(scale=SCALE)
    advance(with_detail, baseline(), 6, Recorder(True))
    advance(without, baseline(), 6, Recorder(False))
    assert with_detail.hash() == without.hash()


@pytest.mark.skipif(DEBUG, reason="the compiler is off already")
def test_the_model_has_the_same_bits_with_the_compiler_off(tmp_path):
    grown = warmed(scale=SCALE)
    policy_now(grown)
    grown.save(tmp_path / "state.npz")
    compiled = play_on(grown, policy_now(grown), 3)
    code = INTERPRETED.format(path=str(tmp_path / "state.npz"), quarters=3)
    assert in_fresh_process(code, TIF_DEBUG="1") == compiled.hash()


@pytest.mark.long
def test_no_kernel_reaches_beyond_its_arrays():
    assert in_fresh_process(PLAY, TIF_BOUNDS="1")[0] == straight().state.hash()


def test_quarters_are_counted_from_the_burn_in():
    assert straight().state.quarter == BURN_IN + QUARTERS
    assert isinstance(straight().state, Population)
