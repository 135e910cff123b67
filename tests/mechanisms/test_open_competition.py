"""Open competition: needs, bids, one winner, a bounty paid by three, a delivery or a failure that nobody claws back."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.accounting import chart
from simulation.agents import challenge as rule
from simulation.agents.challenge import BIDS, CHALLENGE_OPEN, DELIVERED, POSTED, UNDELIVERED, WON
from simulation.agents.enterprise import (
    CERTIFIED_UNTIL,
    CHALLENGE_UNTIL,
    COMPETITIVE,
    COST_SAVING,
    ID,
    LEADER,
    POSTED_UNTIL,
    SHORTLISTED_UNTIL,
    STAGE,
)
from simulation.agents.tally import (
    AWARD,
    CENTRAL,
    CHALLENGES_RUN,
    COST_ADVANCE,
    COST_BOUNTY,
    COST_CHALLENGES,
    DELIVERY,
    GAPS_CLOSED,
    LOCAL,
    ORDER,
    OUTLAY,
    WHAT,
    WHO,
)
from simulation.markets import open_competition as market
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, warmed
from tests.helpers.rules import plain

QUARTERS = 12


def test_a_gap_widens_with_the_frontier_and_research_holds_it_off():
    gap = plain(rule.next_gap)
    assert gap(0.5, 0.02, 0.015, 0.0) == 0.52
    assert gap(0.5, 0.02, 0.015, 1.0) == pytest.approx(0.505, abs=1e-15)
    assert gap(0.5, 0.02, 0.015, 9.0) == gap(0.5, 0.02, 0.015, 1.0)
    assert gap(0.99, 0.02, 0.0, 0.0) == 1.0


def test_a_bounty_is_in_proportion_to_the_gap_within_bounds():
    bounty = plain(rule.bounty_of)
    assert bounty(0.5, 16.0, 4.0, 5.0, 100.0) == 32.0
    assert bounty(0.01, 16.0, 4.0, 5.0, 100.0) == 5.0
    assert bounty(1.0, 16.0, 8.0, 5.0, 100.0) == 100.0


def test_a_need_is_posed_only_if_it_earns_its_own_part_back():
    worth = plain(rule.pays_back)
    assert worth(18.0, 0.03, 0.75, 100.0, 8.0)
    assert not worth(18.1, 0.03, 0.75, 100.0, 8.0)


def test_a_call_reaches_as_many_projects_whatever_the_size_of_the_model():
    hears = plain(rule.hears)
    assert hears(20.0, 100) * 100 == hears(20.0, 10_000) * 10_000 == 20.0
    assert (hears(20.0, 5), hears(20.0, 0)) == (1.0, 0.0)


def test_a_larger_bounty_against_own_spending_draws_more_bids():
    chance = plain(rule.bid_chance)
    assert chance(0.0, 1.0, 3.0, 3.0) == 0.5
    assert chance(0.0, 1.0, 9.0, 3.0) == pytest.approx(0.75, abs=1e-15)


def played(quarters: int, start: int = 0, **levers: float):
    """What each quarter saw: flows, cost, tallies, events and copies of what is asked of the state."""
    state = warmed(scale=0.02, quarters=start)
    policy = policy_now(state)
    for name, value in levers.items():
        policy[parameter(name)] = value
    rows = []

    def look(s, _):
        events = s.event.code[:, : s.event.used].copy()
        rows.append((s.flows.copy(), s.cost.copy(), s.tally.copy(), events))

    play_on(state, policy, quarters, each=look)
    return state, rows


@cache
def busy():
    """Many challenges, the public part paid by both levels of government."""
    return played(QUARTERS, jb_posts=300.0, jb_type=1.0, jb_public_share=0.5, vertical_linkage=0.0)


def total(rows, entry: int, row: int) -> np.ndarray:
    return sum(quarter[entry][row] for quarter in rows)


def test_the_three_payers_pay_their_parts_and_cost_is_what_governments_paid():
    for flows, cost, _, _ in busy()[1]:
        public = cost[COST_ADVANCE, :, OUTLAY] + cost[COST_BOUNTY, :, OUTLAY]
        assert public[CENTRAL] == flows[chart.BOUNTY_CENTRAL]
        assert public[LOCAL] == flows[chart.BOUNTY_LOCAL]
    lines = [float(total(busy()[1], 0, line)) for line in (chart.BOUNTY_ENTERPRISE, chart.BOUNTY_LOCAL, chart.BOUNTY_CENTRAL)]
    assert min(lines) > 0.0
    assert lines[1] == pytest.approx(lines[2], rel=0.2)  # half and half, but for local governments at their limits
    assert lines[0] == pytest.approx(lines[1] + lines[2], rel=0.3)  # posers at the end of their cash pay less


def test_a_challenge_costs_the_centre_its_call():
    run = total(busy()[1], 2, CHALLENGES_RUN)
    cost = total(busy()[1], 1, COST_CHALLENGES)
    assert cost.sum() == pytest.approx(market.CALL_COST * run[POSTED], rel=1e-5)


def test_who_is_paid_has_been_awarded_and_who_delivers_gets_a_first_order():
    events = np.concatenate([events for _, _, _, events in busy()[1]], axis=1)
    who = {kind: set(events[WHO, events[WHAT] == kind].tolist()) for kind in (AWARD, DELIVERY, ORDER)}
    assert who[ORDER] <= who[DELIVERY] <= who[AWARD] | set(before())
    assert who[ORDER]
    assert float(total(busy()[1], 0, chart.ORDERS)) > 0.0


def before() -> list[int]:
    state = warmed(scale=0.02)
    return state.challenge.code[rule.SOLVER_ID, : state.challenge.used].tolist()


def test_every_challenge_won_is_delivered_or_ends_or_still_runs():
    run = total(busy()[1], 2, CHALLENGES_RUN)
    state = busy()[0]
    assert run[WON] + len(before()) == run[DELIVERED] + run[UNDELIVERED] + state.challenge.used
    assert run[DELIVERED] > 0.0
    assert run[BIDS] > run[WON]
    assert (state.challenge.code[CHALLENGE_OPEN, : state.challenge.used] == 1).all()


def test_winners_are_on_the_list_at_once_and_shortlists_inform():
    state = busy()[0]
    t, code = state.quarter - 1, state.firm.code[:, : state.firm.used]
    working = (code[CHALLENGE_UNTIL] >= t) & (code[STAGE] >= 0)
    assert working.any()
    assert (code[CERTIFIED_UNTIL, working] >= code[CHALLENGE_UNTIL, working]).all()
    assert (code[SHORTLISTED_UNTIL, working] >= code[CHALLENGE_UNTIL, working]).all()
    assert ((code[SHORTLISTED_UNTIL] >= t) & (code[CHALLENGE_UNTIL] < 0)).any()


def test_posers_are_leading_or_competitive_and_pose_one_need_at_a_time():
    state = busy()[0]
    code, posers = state.firm.code, state.challenge.code[rule.POSTER_ID, : state.challenge.used]
    assert len(set(posers.tolist())) == len(posers)
    running = code[POSTED_UNTIL, : state.firm.used] >= state.quarter
    assert set(code[ID, : state.firm.used][running].tolist()) <= set(posers.tolist())
    assert code[LEADER, : state.firm.used].sum() < code[COMPETITIVE, : state.firm.used].sum()


def test_a_delivery_closes_part_of_the_gap_and_saves_cost():
    closed = total(busy()[1], 2, GAPS_CLOSED)
    assert 0.0 < closed[1] < closed[0]
    assert busy()[0].firm.num[COST_SAVING].max() > 0.02


def test_in_a_horse_race_the_first_to_deliver_ends_the_race():
    state, rows = played(QUARTERS, jb_posts=100.0, challenge_winners=3.0)
    run = total(rows, 2, CHALLENGES_RUN)
    posers = state.challenge.code[rule.POSTER_ID, : state.challenge.used].tolist()
    assert run[WON] + len(before()) == run[DELIVERED] + run[UNDELIVERED] + len(set(posers))
    assert max(posers.count(poser) for poser in posers) == 3


def test_without_a_public_part_governments_pay_the_call_and_no_bounty():
    _, rows = played(4, jb_public_share=0.0, jb_posts=100.0)
    # promises made before stand; new ones carry no public money
    assert total(rows, 1, COST_ADVANCE)[:, OUTLAY].sum() == 0.0
    assert total(rows, 1, COST_CHALLENGES).sum() > 0.0


def test_an_advance_is_lost_with_a_failure_and_nothing_is_clawed_back():
    """All paid at the award: deliveries cost governments nothing more, failures are paid for in full."""
    _, rows = played(QUARTERS, jb_posts=200.0, jb_upfront=1.0)
    run = total(rows, 2, CHALLENGES_RUN)
    paid = total(rows, 1, COST_ADVANCE)[:, OUTLAY].sum()
    assert run[UNDELIVERED] > 0.0
    assert paid > total(rows, 1, COST_BOUNTY)[:, OUTLAY].sum()  # which is left of what was promised before


def test_more_challenges_close_more_gaps_and_a_larger_public_share_brings_smaller_needs_in():
    few, many = played(QUARTERS, jb_posts=10.0)[1], played(QUARTERS, jb_posts=100.0)[1]
    assert total(many, 2, GAPS_CLOSED)[1] > total(few, 2, GAPS_CLOSED)[1]
    low, high = (waiting(share) for share in (0.0, 0.9))
    assert high > low > 0


def waiting(public_share: float) -> int:
    """Needs that wait after two years in which hardly any is posted."""
    state = played(8, jb_posts=0.5, jb_public_share=public_share)[0]
    return int(np.count_nonzero(state.firm.code[market.NEED_SINCE, : state.firm.used] >= 0))


def test_finding_enterprises_run_out_of_needs_before_organisers_run_out_of_places():
    """Congestion is on the side of posers: at the highest lever fewer challenges are posted than there are places."""
    _, rows = played(QUARTERS, jb_posts=400.0)
    posted = total(rows, 2, CHALLENGES_RUN)[POSTED]
    places = 400.0 * 0.02 * QUARTERS
    assert posted < places
