"""State: twins go their own ways, a fingerprint sees every number, and a file brings all of it back."""

from __future__ import annotations

import os

import pytest

from simulation.agents.enterprise import CASH
from simulation.agents.population import LISTED_PRICE, Population
from tests.helpers.play import newborn, play_on, policy_with, warmed
from tests.helpers.process import in_fresh_process

RESTORE = """
from pathlib import Path
from simulation.agents.population import Population
state = Population.empty(0, 1.0, 1)
state.restore(Path({path!r}))
tell([state.hash(), state.seed, state.quarter, state.scale])
"""


def played(quarters: int = 3) -> Population:
    return play_on(newborn(), policy_with(), quarters, burn_in=True)


def test_a_copy_is_the_same_and_independent():
    state = warmed()
    twin = state.copy()
    assert twin.hash() == state.hash()
    before = state.hash()
    twin.firm.num[CASH, 0] += 1.0
    twin.arrays["memory"][LISTED_PRICE, 0] = 2.0
    twin.quarter += 1
    assert state.hash() == before != twin.hash()


def test_two_futures_of_one_past_do_not_meet():
    past = warmed()
    before = past.hash()
    play_on(past.copy(), policy_with(ipo_window=0.0), 2)
    assert past.hash() == before


def test_room_that_is_not_used_is_not_part_of_the_state():
    state = warmed()
    before = state.hash()
    state.firm.reserve(10_000)
    assert state.hash() == before


@pytest.mark.parametrize("table", ("firm", "fund", "holding", "loan", "manager", "region", "bank", "founder"))
def test_the_fingerprint_sees_the_last_number_of_every_table(table):
    state = played(60)
    before = state.hash()
    part = state.tables[table]
    assert part.used > 0
    part.num[-1, part.used - 1] += 1.0
    assert state.hash() != before


@pytest.mark.parametrize("name", ("seed", "quarter", "scale"))
def test_the_fingerprint_sees_whose_state_it_is(name):
    state = newborn()
    before = state.hash()
    setattr(state, name, getattr(state, name) + 1)
    assert state.hash() != before


def test_another_seed_makes_another_population():
    assert newborn(seed=1).hash() != newborn(seed=2).hash()
    assert newborn(seed=1).hash() == newborn(seed=1).hash()


def test_a_saved_state_comes_back_in_a_fresh_process(tmp_path):
    state = played()
    path = tmp_path / "state.npz"
    state.save(path)
    found = in_fresh_process(RESTORE.format(path=str(path)))
    assert found == [state.hash(), 1, 3, 0.002]


def test_a_saved_state_keeps_the_memory_of_conditions(tmp_path):
    state = warmed()
    assert "held" in state.arrays
    state.save(tmp_path / "state.npz")
    other = Population.empty(0, 1.0, 1)
    other.restore(tmp_path / "state.npz")
    assert other.hash() == state.hash()


def test_an_empty_table_is_saved_as_empty(tmp_path):
    state = newborn()
    assert state.holding.used == 0
    state.save(tmp_path / "state.npz")
    other = played()
    other.restore(tmp_path / "state.npz")
    assert (other.holding.used, other.hash()) == (0, state.hash())


def test_saving_leaves_one_whole_file_and_nothing_else(tmp_path):
    newborn().save(tmp_path / "state.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["state.npz"]


def test_a_save_that_breaks_off_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "state.npz"
    state = newborn()
    state.save(path)
    old = path.read_bytes()

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        played().save(path)
    assert path.read_bytes() == old
