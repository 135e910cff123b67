"""Common random numbers in the strict sense: a lever changes nobody's luck but by what it does."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.agents.enterprise import (
    BANK,
    BIRTH,
    FIRM,
    ID,
    ORIGIN,
    POTENTIAL,
    QUALITY,
    RD_INTENSITY,
    REGION,
    SECTOR,
    SERIAL_FOUNDER,
    VENTURE,
)
from simulation.agents.investor import FUND_CLOSED, FUND_ID, HOLDER, LAST_FUND, STATUS
from simulation.engine.table import Table
from simulation.markets.mechanism import Quarter
from simulation.markets.origination import play_projects
from simulation.scenario.parameter import CATALOGUE, parameter
from tests.helpers.play import play_on, policy_now, warmed

TRAITS = (QUALITY, POTENTIAL, RD_INTENSITY)
CODES = (SECTOR, REGION, ORIGIN, BANK)
LEVERS = [record for record in CATALOGUE.values() if record.role == "lever"]


def newcomers(policy, quarters: int) -> dict[int, tuple[float, ...]]:
    """Traits at birth of every project that entered by itself, by id."""
    found: dict[int, tuple[float, ...]] = {}

    def look(state, _):
        num, code = state.firm.num, state.firm.code
        for i in np.flatnonzero((code[BIRTH, : state.firm.used] == state.quarter) & (code[VENTURE, : state.firm.used] == 1)):
            if code[ORIGIN, i] != SERIAL_FOUNDER:
                found[int(code[ID, i])] = (*num[TRAITS, i], *code[CODES, i])

    play_on(warmed(scale=0.005), policy, quarters, each=look)
    return found


def policy_of(**values):
    policy = policy_now(warmed(scale=0.005))
    for name, value in values.items():
        policy[parameter(name)] = value
    return policy


@cache
def usual() -> dict[int, tuple[float, ...]]:
    return newcomers(policy_of(), 24)


@pytest.mark.parametrize("record", LEVERS, ids=lambda record: record.id)
def test_a_project_is_the_same_whatever_policy_it_is_born_under(record):
    moved = record.high if record.columns[0] != record.high else record.low
    found = newcomers(policy_of(**{record.id: moved}), 24)
    both = set(found) & set(usual())
    assert len(both) > 200
    assert {identity for identity in both if found[identity] != usual()[identity]} == set()


def entrants(policy, quarter: int) -> set[int]:
    """Ids of the projects that enter in one quarter, from one and the same state."""
    state = warmed(scale=0.02)
    state.quarter = quarter
    known = set(state.firm.code[ID, : state.firm.used].tolist())
    play_projects(Quarter(state, policy, False, {}))
    born = state.firm.code[BIRTH, : state.firm.used] == quarter
    return set(state.firm.code[ID, : state.firm.used][born].tolist()) - known


@pytest.mark.parametrize("quarter", range(80, 88))
def test_easier_entry_adds_projects_and_takes_none_away(quarter):
    few, many = entrants(policy_of(conversion_grant=0.0), quarter), entrants(policy_of(conversion_grant=5.0), quarter)
    assert few < many


def test_a_project_kept_out_by_a_closed_window_would_have_been_the_same():
    open_, closed = newcomers(policy_of(ipo_window=3.0), 40), newcomers(policy_of(ipo_window=0.3), 40)
    both = set(open_) & set(closed)
    assert open_.keys() != closed.keys()
    assert all(open_[identity] == closed[identity] for identity in both)


def with_a_closed_fund(state, row: int):
    """The same economy, in which one more fund closed long ago; it holds nothing, but funds behind it move by a row."""
    fund = state.fund
    moved = Table(fund.layout, fund.used + 1, fund.used + 1)
    moved.num[:, :row], moved.code[:, :row] = fund.num[:, :row], fund.code[:, :row]
    moved.num[:, row + 1 : fund.used + 1], moved.code[:, row + 1 : fund.used + 1] = fund.num[:, row : fund.used], fund.code[:, row : fund.used]
    moved.code[STATUS, row], moved.code[FUND_ID, row] = FUND_CLOSED, 10**6
    state.fund = moved
    for table, column in ((state.holding, HOLDER), (state.manager, LAST_FUND)):
        codes = table.code[column, : table.used]
        codes[codes >= row] += 1
    return state


def test_a_fund_that_closed_long_ago_changes_nobody_s_luck():
    """Sums over funds may differ in their last bit, as they are added in another grouping; no draw may."""
    policy = policy_of()
    plain_, moved = (play_on(state, policy, 12) for state in (warmed(scale=0.005), with_a_closed_fund(warmed(scale=0.005), 3)))
    used = plain_.firm.used
    assert np.array_equal(plain_.firm.code[:, :used], moved.firm.code[:, : moved.firm.used])
    assert np.allclose(plain_.firm.num[:, :used], moved.firm.num[:, :used], rtol=1e-9, atol=1e-5)
    assert np.allclose(plain_.flows, moved.flows, rtol=1e-9, atol=1e-5)


def test_traits_are_drawn_once_and_for_all():
    names = [FIRM.columns[k].name for k in TRAITS]
    assert names == ["quality", "potential", "rd_intensity"]
