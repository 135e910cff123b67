"""Listing incubation: who gets a place, who pays for it, and what more readiness does where the slots stay the same."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.accounting.chart import F
from simulation.agents.enterprise import (
    ADMITTED_AT,
    CERTIFIED_UNTIL,
    FILED_AT,
    FIRM,
    ID,
    INCUBATED_AT,
    MARKET,
    PROPOSED,
    QUEUE,
    READINESS,
    RETRY_AT,
    STAGE,
    VALIDATED_AT,
    VENTURE,
)
from simulation.agents.investor import HOLDING
from simulation.agents.population import PLACES_GIVEN
from simulation.agents.tally import (
    ADMINISTRATION,
    CENTRAL,
    COST_INCUBATOR,
    COST_LISTING_GUIDANCE,
    EVENT,
    EVENT_KINDS,
    INCUBATION,
    LOCAL,
    OTHER,
    WHAT,
)
from simulation.markets import incubation
from simulation.markets.mechanism import Quarter
from simulation.scenario.parameter import parameter
from tests.direction.arms import Experiment
from tests.helpers.play import play_on, policy_now, policy_with, series, warmed
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

BTH, YRD, NOE = 0, 1, 5
SCALE = 0.02
YEARS = 8


def market_firms(*regions: int, **values):
    """Fund-held, validated ventures on the market, one a region, each readier than the next."""
    return [
        {"id": k, "stage": MARKET, "venture": 1, "validated_at": 1, "region": r, "readiness": 0.9 - 0.1 * k, **values}
        for k, r in enumerate(regions)
    ]


def admitted(firms, free: int, given: int = 0, unheld=()):
    """Rows that get a place, in order, and the table of firms; firms are offered in the order given."""
    table = rows_of(FIRM, *firms)
    n = len(firms)
    holding = rows_of(HOLDING, *({"holder_sector": F} for _ in range(n)))
    head = np.array([-1 if k in unheld else k for k in range(n)])
    memory = policy_with() * 0.0
    memory[PLACES_GIVEN, 0] = given
    event = rows_of(EVENT, *({} for _ in range(n)))
    used = incubation.admit(
        np.arange(n), free, table.num, table.code, head, np.full(n, -1), holding.code, 7, memory, event.num, event.code, 0
    )
    assert (event.code[WHAT, :used] == INCUBATION).all()
    return [int(row) for row in event.code[1, :used]], table, event


def test_the_incubator_of_beijing_takes_its_own_first_and_then_the_readiest():
    rows, table, _ = admitted(market_firms(YRD, BTH, YRD), free=1)
    assert rows == [1]
    assert list(table.code[INCUBATED_AT]) == [-1, 7, -1]
    assert admitted(market_firms(YRD, NOE), free=1)[0] == [0]


def test_of_six_places_three_are_the_star_incubator_s_two_are_proposed_and_one_is_open():
    firms = market_firms(YRD, BTH, BTH, YRD, BTH, BTH, YRD)
    rows, table, event = admitted(firms, free=6)
    # STAR: Beijing; proposed by Beijing; STAR: Beijing; open: the readiest; STAR: Beijing; proposed by the Yangtze delta
    assert rows == [1, 2, 4, 0, 5, 3]
    assert list(table.code[PROPOSED]) == [0, 0, 1, 1, 0, 0, 0]
    assert list(event.code[OTHER, :6]) == [-1, BTH, -1, -1, -1, YRD]


def test_every_region_proposes_in_turn_and_passes_if_it_has_nobody():
    turns = [plain(incubation.proposing_region)(given) for given in range(18)]
    assert [r for r in turns if r >= 0] == [0, 1, 2, 3, 4, 5]
    assert sum(r < 0 for r in turns) == 12
    rows, table, _ = admitted(market_firms(NOE), free=1, given=1)  # Beijing's turn, but only the Northeast has a firm
    assert (rows, table.code[PROPOSED, 0]) == ([0], 1)


def test_an_enterprise_no_fund_holds_gets_no_place():
    assert admitted(market_firms(BTH, BTH), free=2, unheld=[0])[0] == [1]


def test_no_more_places_are_given_than_there_are_candidates():
    assert len(admitted(market_firms(YRD, NOE), free=50)[0]) == 2


def test_guidance_takes_away_part_of_the_error_and_none_leaves_it_as_it_is():
    left = plain(incubation.error_left)
    assert left(0.4, 0.0) == 0.4
    assert left(0.4, 0.25) == pytest.approx(0.3)
    assert left(0.4, 1.0) == 0.0


def test_a_filing_from_incubation_counts_as_a_quarter_older():
    filed, incubated = np.array([20, 20, 19]), np.array([-1, 12, -1])
    assert list(incubation.counted_from(filed, incubated, 1.0)) == [20.0, 19.0, 19.0]
    assert list(incubation.counted_from(filed, incubated, 0.0)) == [20.0, 20.0, 19.0]


def members(state):
    code, used = state.firm.code, state.firm.used
    inside = (code[INCUBATED_AT, :used] >= 0) & (code[STAGE, :used] == MARKET)
    return np.flatnonzero(inside & (state.firm.num[READINESS, :used] < 1.0))


def test_places_are_never_overfilled_by_admission_and_only_ventures_on_the_market_get_one():
    state = warmed(scale=SCALE)
    policy = policy_now(state)
    policy[parameter("incubator_slots")] = 300.0
    admissions = []

    def look(s, p):
        code = s.firm.code[:, : s.firm.used]
        new = np.flatnonzero(code[INCUBATED_AT] == s.quarter)
        admissions.append(len(new))
        back = code[RETRY_AT, members(s)] > s.quarter  # whose filing failed this quarter has its place again
        assert np.count_nonzero(~back) <= 300 * SCALE or len(new) == 0
        assert (code[VENTURE, new] == 1).all()
        assert ((code[VALIDATED_AT, new] >= 0) | (code[CERTIFIED_UNTIL, new] >= s.quarter)).all()

    play_on(state, policy, 12, each=look)
    assert sum(admissions) > 5


def test_a_place_doubles_the_pace_at_which_a_firm_gets_ready():
    state = warmed(scale=SCALE)
    policy = policy_now(state)
    play_on(state, policy, 1)
    before = {int(state.firm.code[ID, row]): state.firm.num[READINESS, row] for row in members(state)}
    play_on(state, policy, 1)
    rows = [row for row in members(state) if int(state.firm.code[ID, row]) in before]
    gains = [state.firm.num[READINESS, row] - before[int(state.firm.code[ID, row])] for row in rows]
    assert len(gains) > 2
    assert set(np.round(gains, 6)) == {0.125}


def test_who_proposes_pays_and_both_sides_of_the_payment_are_booked():
    state = warmed(scale=SCALE)
    policy = policy_now(state)
    play_on(state, policy, 1)
    rows = members(state)
    proposed = int(state.firm.code[PROPOSED, rows].sum())
    play_on(state, policy, 1)  # every identity is checked in the quarter
    cost = state.cost[COST_INCUBATOR, :, ADMINISTRATION]
    assert 0 < proposed < len(rows)
    place = round(incubation.PLACE_COST * 2**20) / 2**20
    assert cost[LOCAL] == proposed * place
    assert cost[CENTRAL] == (len(rows) - proposed) * place
    assert state.cost[COST_LISTING_GUIDANCE, CENTRAL, ADMINISTRATION] == pytest.approx(7.5 * 0.4 * SCALE, abs=1e-6)


def test_certified_candidates_come_first_where_the_label_gives_priority():
    state = warmed(scale=SCALE)
    policy = policy_now(state)
    code, used = state.firm.code, state.firm.used
    fit = np.flatnonzero((code[VENTURE, :used] == 1) & (code[STAGE, :used] == MARKET) & (code[VALIDATED_AT, :used] >= 0))
    code[CERTIFIED_UNTIL], code[ADMITTED_AT] = -1, -1
    code[INCUBATED_AT, fit], state.firm.num[READINESS, fit] = -1, 0.5
    least = fit[::7]
    code[CERTIFIED_UNTIL, least], state.firm.num[READINESS, least] = state.quarter + 4, 0.1
    for benefit, first in ((1.0, True), (0.2, False)):
        policy[parameter("label_benefit")] = benefit
        order = incubation.candidates(Quarter(state, policy, False, {}))
        assert (set(order[: len(least)]) == set(least)) == first


def test_events_tell_who_was_taken_in():
    state = warmed(scale=SCALE)
    seen = []
    play_on(state, policy_now(state), 8, each=lambda s, p: seen.extend(
        (int(s.event.code[1, k]), int(s.event.code[OTHER, k]))
        for k in np.flatnonzero(s.event.code[WHAT, : s.event.used] == INCUBATION)
    ))  # fmt: skip
    assert len(dict(seen)) == len(seen) > 3  # nobody twice
    assert {-1} < {region for _, region in seen} <= {-1, *range(6)}
    assert EVENT_KINDS[INCUBATION] == "incubation"


def played(seed: int, **levers: float):
    """Indicators of eight years from one past with other levers: wait, queue, failed share, listings."""
    state = warmed(seed, SCALE)
    policy = policy_now(state)
    for name, value in levers.items():
        policy[parameter(name)] = value
    return series(state, policy, 4 * YEARS, "listing_wait", "listing_queue", "listing_failure_share", "exits_ipo"), state


def test_readiness_without_slots_lists_nobody():
    """Congestion at its limit: with the window closed, places and guidance list no one, and the wait is as long as can be."""
    rows, state = played(1, ipo_window=0.0, incubator_slots=5000.0, listing_guidance=1.0)
    assert rows[4:, 3].sum() == 0.0
    assert rows[-1, 0] > 30.0
    assert np.count_nonzero(state.firm.code[STAGE, : state.firm.used] == QUEUE) > 0


def test_where_everybody_is_incubated_the_head_start_is_worth_nothing():
    """A privilege inflates: once all who wait have it, the queue is served in the order of filing again."""
    _, state = played(1, incubator_slots=5000.0)
    rows = np.flatnonzero(state.firm.code[STAGE, : state.firm.used] == QUEUE)
    incubated = state.firm.code[INCUBATED_AT, rows]
    assert np.mean(incubated >= 0) > 0.9
    everybody = rows[incubated >= 0]
    filed = state.firm.code[FILED_AT, everybody]
    counted = incubation.counted_from(filed, state.firm.code[INCUBATED_AT, everybody], 1.0)
    assert list(np.argsort(counted, kind="stable")) == list(np.argsort(filed, kind="stable"))


def queue_readiness(seed: int, places: float) -> float:
    """Mean readiness of the firms in the queue after eight years at the former pace of reviews."""
    _, state = played(seed, ipo_window=1.0, incubator_slots=places)
    rows = np.flatnonzero(state.firm.code[STAGE, : state.firm.used] == QUEUE)
    return float(state.firm.num[READINESS, rows].mean())


def test_incubation_makes_the_queue_readier():
    assert [queue_readiness(seed, 5000.0) - queue_readiness(seed, 0.0) > 0.03 for seed in (1, 2)] == [True, True]


@pytest.mark.long
@pytest.mark.parametrize("window", ("", " at a normal window"))
def test_more_readiness_lists_hardly_more_companies_while_reviews_keep_their_pace(window):
    """The finding: thresholds and reviews bind, readiness hardly does. Listings and the wait change by a few percent at most."""
    compared = Experiment(seeds=8, quarters=40)
    few, many = f"no incubation{window}", f"much incubation{window}"
    for indicator in ("exits_ipo", "listing_wait"):
        effect = compared.effect(indicator, many, 8, 40, against=few)
        assert abs(effect.share) < 0.1, (indicator, effect.share, effect.margin)
