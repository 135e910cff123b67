"""Docking events: who is shown, who signs, who moves, what it costs, and what becomes of intentions."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.accounting.chart import GRANT_ENTERPRISE, OPERATING_CENTRAL, ORDERS
from simulation.agents.enterprise import (
    CERTIFIED_UNTIL,
    ID,
    ORIGIN,
    PARK,
    PILOT,
    QUALITY,
    REGION,
    ROADSHOW_UNTIL,
    SECTOR,
    STAGE,
)
from simulation.agents.information import meeting_chance
from simulation.agents.population import EVENT_SLOTS, SPECIAL_EVENTS
from simulation.agents.tally import (
    ADMINISTRATION,
    AMOUNT,
    CENTRAL,
    COST_EVENTS,
    DOCKING_ORDER,
    EVENT_LANDINGS,
    EVENT_PROJECTS,
    INTENTION,
    LANDING,
    NOTE,
    ORDER,
    OTHER,
    ROADSHOW,
    WHAT,
    WHO,
)
from simulation.economy.books import rebase
from simulation.markets.docking import moves, play_events
from simulation.markets.intentions import organisers_score, signs
from simulation.markets.mechanism import Quarter
from simulation.markets.origination import entry_rates
from simulation.scenario.parameter import parameter
from tests.helpers.play import measure, play_on, policy_now, warmed
from tests.helpers.rules import plain

NAMED = 4  # fields of the event of 2023 come first among the sectors


def test_standards_sharpen_the_organisers_score():
    assert plain(organisers_score)(1.0, 1.0, 0.0, 2.0) == 3.0
    assert plain(organisers_score)(1.0, 1.0, 1.0, 2.0) == pytest.approx(1.6)


def test_an_intention_needs_half_the_ticket():
    assert plain(signs)(5.0, 10.0, 0.5)
    assert not plain(signs)(4.9, 10.0, 0.5)


def test_a_project_moves_if_the_gain_exceeds_what_ties_it_to_its_home():
    half = 0.5  # ties the median project with ln 2 = .69 of the mean
    assert plain(moves)(2.0, 1.0, 1.0, half)
    assert not plain(moves)(1.6, 1.0, 1.0, half)
    assert not plain(moves)(1.0, 1.0, 1.0, 0.999999)


@cache
def grown():
    return warmed(scale=0.02, quarters=8)


def opened():
    """The grown economy at the beginning of a quarter."""
    state = grown().copy()
    rebase(state)
    return state


def events(state, kind):
    chosen = state.event.code[WHAT, : state.event.used] == kind
    return state.event.code[:, : state.event.used][:, chosen], state.event.num[:, : state.event.used][:, chosen]


@cache
def shown(quarters: int = 4, **values):
    """Events of some quarters: for each (state, policy) a copy of what was noted."""
    state, told = grown().copy(), []
    policy = policy_now(state)
    for name, value in values.items():
        policy[parameter(name)] = value
    play_on(state, policy, quarters, each=lambda s, _: told.append(s.copy()))
    return told


def rows_of(state, ids):
    where = {int(identity): i for i, identity in enumerate(state.firm.code[ID, : state.firm.used])}
    return np.array([where[int(identity)] for identity in ids if int(identity) in where], dtype=np.int64)


def test_only_early_projects_of_named_fields_are_shown():
    state = opened()
    policy = policy_now(state)
    policy[parameter("roadshow_events")] = 100
    play_events(Quarter(state, policy, False, {}))
    rows = rows_of(state, events(state, ROADSHOW)[0][WHO])
    assert len(rows) > 10
    assert state.firm.code[STAGE, rows].max() <= PILOT
    assert state.firm.code[SECTOR, rows].max() < NAMED


def test_special_roadshows_take_projects_of_universities_and_parks_only():
    state = opened()
    policy = policy_now(state)
    policy[parameter("roadshow_events")], policy[parameter("special_event_share")] = 100, 1.0
    play_events(Quarter(state, policy, False, {}))
    rows = rows_of(state, events(state, ROADSHOW)[0][WHO])
    assert len(rows) > 10
    assert state.firm.code[ORIGIN, rows].max() <= PARK
    assert state.memory[SPECIAL_EVENTS, state.quarter % 4] == 25.0


def test_certified_projects_come_first_and_then_the_better_ones():
    state = opened()
    policy = policy_now(state)
    policy[parameter("roadshow_events")] = 60
    state.firm.code[CERTIFIED_UNTIL] = -1
    asked, everybody = state.copy(), state.copy()
    play_events(Quarter(asked, policy, False, {}))
    usual = rows_of(asked, events(asked, ROADSHOW)[0][WHO])
    policy[parameter("roadshow_events")] = 3000
    play_events(Quarter(everybody, policy, False, {}))
    others = np.setdiff1d(rows_of(everybody, events(everybody, ROADSHOW)[0][WHO]), usual)
    assert state.firm.num[QUALITY, usual].mean() > state.firm.num[QUALITY, others].mean() + 0.3
    state.firm.code[CERTIFIED_UNTIL, others] = state.quarter + 8
    policy[parameter("roadshow_events")] = 60
    play_events(Quarter(state, policy, False, {}))
    assert np.isin(rows_of(state, events(state, ROADSHOW)[0][WHO]), others).all()


def test_places_follow_the_lever_and_what_is_not_whole_waits():
    told = shown(8)
    places = 8 * 12 / 4 * 58 * 0.02
    attended = sum(s.tally[EVENT_PROJECTS, 0] for s in told)
    waiting = told[-1].memory[EVENT_SLOTS, :6].sum() - grown().memory[EVENT_SLOTS, :6].sum()
    assert attended + waiting == pytest.approx(places)


def test_who_signs_meets_a_financier_for_certain_for_a_year_and_states_four_tickets():
    first = shown()[0]
    codes, figures = events(first, INTENTION)
    assert len(codes[WHO]) > 0
    assert figures[AMOUNT] == pytest.approx(4.0 * figures[NOTE])
    for i in rows_of(first, codes[WHO]):
        assert first.firm.code[ROADSHOW_UNTIL, i] == first.quarter + 3
        policy = policy_now(first)
        assert plain(meeting_chance)(first.firm.code, i, first.quarter + 3, policy, first.memory) == 1.0
        assert plain(meeting_chance)(first.firm.code, i, first.quarter + 4, policy, first.memory) < 1.0


def test_intentions_are_no_financing():
    """Stated amounts grow with their multiple; not a yuan moves."""
    usual, high = shown(), shown(intention_multiple=8.0)
    for one, other in zip(usual, high, strict=True):
        assert np.array_equal(one.flows, other.flows)
    assert high[0].tally.sum() > usual[0].tally.sum()


def test_an_event_costs_two_million():
    state = opened()
    play_events(Quarter(state, policy_now(state), False, {}))
    assert state.cost[COST_EVENTS, CENTRAL, ADMINISTRATION] == pytest.approx(12 / 4 * 2 * 0.02, abs=1e-6)
    assert state.flows[OPERATING_CENTRAL] == state.cost.sum() - state.flows[GRANT_ENTERPRISE]


def test_orders_are_paid_by_leaders_to_projects_they_met():
    told = shown(4, event_order_chance=1.0, corporate_share=0.0)
    paid = [events(s, DOCKING_ORDER) for s in told]
    assert sum(len(codes[WHO]) for codes, _ in paid) > 3
    for state, (codes, figures) in zip(told, paid, strict=True):
        of_challenges = events(state, ORDER)[1][AMOUNT].sum()
        assert state.flows[ORDERS] == figures[AMOUNT].sum() + of_challenges
        assert (codes[WHO] != codes[OTHER]).all()


def test_a_region_that_pays_more_draws_projects_and_pays_them_at_once():
    state = opened()
    policy = policy_now(state)
    policy[parameter("roadshow_events")] = 100
    policy[parameter("local_pref_grant")] = 0.0
    policy[parameter("local_pref_grant"), 2] = 30.0
    before = state.firm.code[REGION, : state.firm.used].copy()
    play_on(state, policy, 1)
    codes, figures = events(state, LANDING)
    assert state.tally[EVENT_LANDINGS, 0] == len(codes[WHO]) > 0
    rows = rows_of(state, codes[WHO])
    assert set(state.firm.code[REGION, rows]) == {2}
    assert (before[rows] == figures[NOTE]).all()
    assert figures[AMOUNT].min() > 0.0


def test_nobody_moves_where_no_region_pays():
    assert sum(s.tally[EVENT_LANDINGS, 0] for s in shown(4, local_pref_grant=0.0)) == 0.0


def test_special_roadshows_bring_projects_from_universities_and_parks():
    state = opened()
    policy = policy_now(state)
    without = entry_rates(Quarter(state, policy, False, {}))
    state.memory[SPECIAL_EVENTS, :4] = 1.5
    with_six = entry_rates(Quarter(state, policy, False, {}))
    push = 1.0 + policy[parameter("conversion_response"), 0] * policy[parameter("conversion_grant"), 0]
    assert with_six[:2] / without[:2] == pytest.approx((push + 0.12) / push)
    assert np.array_equal(with_six[2], without[2])


def test_the_share_of_intentions_that_came_true_counts_each_once():
    values = [measure(s, policy_now(s), 0)["event_closed_share"] for s in shown(8)]
    assert all(np.isnan(v) or 0.0 <= v <= 100.0 for v, _ in values)
    assert sum(weight for _, weight in values) > 10


def came_true(events_a_year: float, quarters: int = 14) -> tuple[float, float]:
    """Share of intentions met within a year, and equity invested, over some years."""
    state = grown().copy()
    policy = policy_now(state)
    policy[parameter("roadshow_events")] = events_a_year
    rows = []
    play_on(state, policy, quarters, each=lambda s, p: rows.append(measure(s, p, 0)))
    shares = np.array([row["event_closed_share"] for row in rows[4:]])
    seen = shares[:, 1] > 0.0
    return (
        float((shares[seen, 0] * shares[seen, 1]).sum() / shares[seen, 1].sum()),
        sum(row["equity_invested"][0] for row in rows),
    )


def test_more_events_without_more_money_crowd_each_other():
    """Found: with eight times the events fewer intentions come true, and equity hardly grows."""
    usual, many = came_true(12), came_true(100)
    assert many[0] < usual[0]
    assert many[1] < 1.15 * usual[1]
