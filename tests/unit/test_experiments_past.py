"""A run that branches from a common past, from memory or from disk, is the run played straight, bit for bit."""

from __future__ import annotations

import errno
import os

import numpy as np
import pytest

from simulation.engine.state import State
from simulation.experiments import past
from simulation.experiments.columns import Coded, Outcome
from simulation.experiments.job import play_job
from simulation.experiments.past import Track, common_past, past_key, trim
from simulation.experiments.plan import make_plan
from simulation.scenario.load import load_scenario

SCALE = 0.005
WHEN = {"when": "flow_dpi < 99", "value": 1.2, "for_at_least": "9q"}
BASELINE = load_scenario("baseline")
OPEN = load_scenario("open_exits")
CLOSED = load_scenario("closed_exits")
HELD = load_scenario({"name": "held", "extends": "baseline", "levers": {"ipo_window": WHEN}})
HELD_LATE = load_scenario(
    {
        "name": "held-late",
        "extends": "baseline",
        "levers": {"ipo_window": WHEN, "local_pref_grant": {"from": "2024Q4", "value": 30}},
    }
)


@pytest.fixture(autouse=True)
def pasts(tmp_path, monkeypatch):
    """A cache of its own for every test."""
    monkeypatch.setattr(past, "user_cache", lambda: tmp_path)
    return tmp_path / "pasts"


def played(*scenarios, shared, quarters=18):
    job = make_plan("compare", scenarios, "3-3", quarters, SCALE).jobs(1, shared)[0]
    return play_job(job)


def numbers(outcome: Outcome):
    """Every column of a run, words written as codes and names."""
    yield "indicators", outcome.indicators
    yield "weights", outcome.weights
    for name, table in outcome.tables.items():
        for column, values in table.items():
            if isinstance(values, Coded):
                yield f"{name}.{column}", np.array(values.names)[values.codes]
            else:
                yield f"{name}.{column}", values


def assert_same(first: Outcome, second: Outcome):
    assert (first.scenario, first.seed) == (second.scenario, second.seed)
    one, two = dict(numbers(first)), dict(numbers(second))
    assert one.keys() == two.keys()
    for name, values in one.items():
        assert np.array_equal(values, two[name], equal_nan=values.dtype.kind == "f"), name


@pytest.mark.parametrize("scenarios", [(BASELINE, OPEN, CLOSED), (HELD, HELD_LATE)], ids=["dated", "conditional"])
def test_branched_equals_straight_bit_for_bit(scenarios):
    straight = played(*scenarios, shared=False)
    for branched in (played(*scenarios, shared=True), played(*scenarios, shared=True)):  # the second time from disk
        for one, two in zip(straight, branched, strict=True):
            assert_same(one, two)
    assert not np.array_equal(straight[0].indicators, straight[1].indicators, equal_nan=True)


def test_the_state_read_from_disk_goes_on_as_the_one_that_was_kept():
    first = common_past(HELD_LATE, 3, SCALE, 15, True)
    again = common_past(HELD_LATE, 3, SCALE, 15, True)
    assert first.state is not again.state
    for track in (first, again):
        track.play(HELD_LATE, 18)
    assert first.state.hash() == again.state.hash()


def test_a_past_on_disk_is_not_played_again(monkeypatch):
    common_past(BASELINE, 3, SCALE, 12, False)
    monkeypatch.setattr(Track, "begin", None)
    assert common_past(OPEN, 3, SCALE, 12, False).quarter == 12


def test_a_later_past_goes_on_from_the_one_where_policies_begin(monkeypatch, pasts):
    common_past(BASELINE, 3, SCALE, 12, False)
    monkeypatch.setattr(Track, "begin", None)
    assert common_past(BASELINE, 3, SCALE, 14, False).quarter == 14
    assert len(list(pasts.glob("*.npz"))) == 2


def test_a_branch_leaves_the_past_as_it_was():
    track = common_past(BASELINE, 3, SCALE, 12, True)
    before, rows = track.state.hash(), len(track.recorder.groups)
    track.copy().play(OPEN, 14)
    assert (track.state.hash(), len(track.recorder.groups), track.quarter) == (before, rows, 12)


def test_pasts_are_shared_only_by_runs_that_cannot_differ():
    def key(scenario, seed=1, scale=SCALE, until=12, detail=True):
        return past_key(scenario, seed, scale, until, detail)

    assert key(BASELINE) == key(OPEN)
    others = [key(load_scenario("baseline", without=["knowledge"])), key(BASELINE, seed=2), key(BASELINE, scale=0.01),
              key(BASELINE, until=13), key(OPEN, until=13), key(BASELINE, detail=False)]  # fmt: skip
    assert len({key(BASELINE), *others}) == 7


@pytest.mark.parametrize("ending", ["npz", "rows"])
@pytest.mark.parametrize("content", [b"", b"not what it should be", None])
def test_a_spoilt_file_of_the_cache_is_played_anew(pasts, ending, content):
    state = common_past(BASELINE, 3, SCALE, 2, False).state.hash()
    for path in pasts.glob(f"*.{ending}"):
        path.unlink() if content is None else path.write_bytes(content)
    assert common_past(BASELINE, 3, SCALE, 2, False).state.hash() == state


def test_a_full_disk_costs_the_cache_and_nothing_else(pasts, monkeypatch):
    def full(self, path):
        path.with_name(f"{path.name}.{os.getpid()}.part").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(State, "save", full)
    assert common_past(BASELINE, 3, SCALE, 2, False).quarter == 2
    assert list(pasts.iterdir()) == []


def test_the_pasts_used_longest_ago_go_first(tmp_path):
    for age, name in enumerate("cba"):
        for ending in ("npz", "rows"):
            path = tmp_path / f"{name}.{ending}"
            path.write_bytes(b"x" * 100)
            os.utime(path, (1000 - age, 1000 - age))
    (tmp_path / "dead.npz.1.part").write_bytes(b"x")
    os.utime(tmp_path / "dead.npz.1.part", (1, 1))
    trim(tmp_path, 450.0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.npz", "b.rows", "c.npz", "c.rows"]


def test_the_limit_can_be_changed(monkeypatch):
    monkeypatch.setenv("TIF_PASTS_GB", "0.5")
    assert past.limit() == 0.5e9
    monkeypatch.setenv("TIF_PASTS_GB", "much")
    assert past.limit() == 4e9
