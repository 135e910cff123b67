"""Open competition (jiebang guashuai): enterprises pose R&D needs, projects bid, one wins, delivers or fails.

What the poser knows: its own technology gap and what lower unit cost would earn it. What bidders know: the bounty and
their own spending. What organisers see: quality and fit of a bidder, with error. A failure is not clawed back.
"""

from __future__ import annotations

import numpy as np

from ..accounting.chart import OPERATING_CENTRAL
from ..accounting.ledger import annual_hazard, pay
from ..agents.challenge import (
    BIDS, BOUNTY, CENTRAL_PART, CHALLENGE_OPEN, DEADLINE, DELIVERED, POSTED, POSTER, POSTER_ID, PUBLIC_PART, REST_DUE,
    SOLVER, SOLVER_ID, SOLVER_STAGE, UNDELIVERED, WON, bid_chance, bounty_of, hears, next_gap, pays_back,
)  # fmt: skip
from ..agents.enterprise import (
    CASH, CERTIFIED_UNTIL, CHALLENGE_UNTIL, COMPETITIVE, COST_SAVING, DEFAULTED_AT, FAILED_TESTS, FIT, FRONTIER_GAP, ID,
    LEADER, MARKET, NEED_SINCE, N_SECTORS, PILOT, POSTED_UNTIL, PROOF, QUALITY, RD, RD_PLAN, REGION, SALES, SALES_YEAR,
    SECTOR, SHORTLISTED_UNTIL, STAGE, VALIDATED_AT, VENTURE,
)  # fmt: skip
from ..agents.national import Values, share
from ..agents.population import CHALLENGE_SLOTS, HOUSEHOLDS, TREASURY, Population
from ..agents.programmes import FOR_CHALLENGE, admit
from ..agents.tally import (
    ADMINISTRATION, AWARD, CENTRAL, CHALLENGES_RUN, COST_ADVANCE, COST_CHALLENGES, GAPS_CLOSED, NEED_LAPSED, NO_BIDDER,
    OUTBID, REFUSED_CHALLENGE, note,
)  # fmt: skip
from ..engine.claims import compact
from ..engine.draws import normal, purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Floats, Ints, Matrix, Vector
from ..agents.strategic import TESTS_ALLOWED
from ..scenario.parameter import parameter
from .challenge_delivery import SAVING, pay_bounty, settle
from .coordination import note_co_funding
from .development import BURN, DECAY
from .mechanism import Mechanism, Quarter, Stage
from .operations import COST_INITIAL

POSTS = parameter("jb_posts")
PUBLIC_SHARE = parameter("jb_public_share")
UPFRONT = parameter("jb_upfront")
KIND_OF_ROUND = parameter("jb_type")
NEED_HAZARD = parameter("need_hazard")
NEED_LAPSE = parameter("need_lapse")
GAP_LOW = parameter("gap_low")
GAP_HIGH = parameter("gap_high")
GAP_DRIFT = parameter("gap_drift")
GAP_RESEARCH = parameter("gap_research")
BOUNTY_SIZE = parameter("bounty_size")
BOUNTY_FLOOR = parameter("bounty_floor")
BOUNTY_CEILING = parameter("bounty_ceiling")
PAYBACK = parameter("payback_quarters")
REACH = parameter("challenge_reach")
BID_INTERCEPT = parameter("bid_intercept")
BID_SIZE = parameter("bid_size")
FIT_SPREAD = parameter("fit_spread")
SELECTION_NOISE = parameter("selection_noise")
SHORTLIST = parameter("shortlist")
SHORTLIST_QUARTERS = parameter("shortlist_quarters")
WINNERS = parameter("challenge_winners")
TIME_TO_DELIVER = parameter("challenge_quarters")
COMPETITIVE_SHARE = parameter("competitive_share")

CALL_COST = 0.3  # CNY mn a challenge, paid by the central government
MOST_SHORTLISTED = 16  # places kept while bids are compared

DRAW_GAP = purpose("first technology gap")
DRAW_NEED = purpose("states a research need")
DRAW_HEARS = purpose("hears of a challenge")
DRAW_BID = purpose("bids for a challenge")
DRAW_FIT = purpose("fits a challenge")
DRAW_SELECTION = purpose("seen by the organisers of a challenge")


@kernel
def move_gaps(firm: Matrix, firm_code: Codes, used: int, policy: Matrix) -> None:
    """The frontier moves on, research keeps up with it, and what solved challenges save is imitated."""
    keep = 1.0 - annual_hazard(policy[DECAY, 0])
    for i in range(used):
        if firm_code[STAGE, i] < MARKET or firm[FRONTIER_GAP, i] < 0.0:
            continue
        effort = firm[RD, i] / firm[RD_PLAN, i] if firm[RD_PLAN, i] > 0.0 else 0.0
        firm[FRONTIER_GAP, i] = next_gap(firm[FRONTIER_GAP, i], policy[GAP_DRIFT, 0], policy[GAP_RESEARCH, 0], effort)
        firm[COST_SAVING, i] *= keep


@rule
def own_bounty(firm: Matrix, firm_code: Codes, i: int, policy: Matrix) -> float:
    """The bounty that firm i would put on its present gap (CNY mn)."""
    burn = policy[BURN + 1, firm_code[SECTOR, i]]
    return bounty_of(
        firm[FRONTIER_GAP, i], policy[BOUNTY_SIZE, 0], burn, policy[BOUNTY_FLOOR, 0], policy[BOUNTY_CEILING, 0]
    )


@rule
def would_pose(firm: Matrix, firm_code: Codes, i: int, policy: Matrix) -> bool:
    """Whether firm i can pay its part of the bounty and expects to earn it back."""
    own_part = (1.0 - policy[PUBLIC_SHARE, 0]) * own_bounty(firm, firm_code, i, policy)
    worth = pays_back(own_part, policy[SAVING, 0], policy[COST_INITIAL, 0], firm[SALES, i], policy[PAYBACK, 0])
    return worth and firm[CASH, i] >= own_part and firm_code[DEFAULTED_AT, i] < 0


@kernel
def state_needs(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, seed: int, t: int, rows: Ints,
                tally: Matrix) -> int:  # fmt: skip
    """Leading and competitive enterprises look at the frontier and state needs; returns how many wait (rows)."""
    count = 0
    hazard = annual_hazard(policy[NEED_HAZARD, 0])
    for i in range(used):
        if firm_code[STAGE, i] < MARKET or (firm_code[LEADER, i] == 0 and firm_code[COMPETITIVE, i] == 0):
            firm_code[NEED_SINCE, i] = -1
            continue
        if firm[FRONTIER_GAP, i] < 0.0:
            u = uniform(seed, DRAW_GAP, firm_code[ID, i], 0)
            firm[FRONTIER_GAP, i] = policy[GAP_LOW, 0] + (policy[GAP_HIGH, 0] - policy[GAP_LOW, 0]) * u
        if firm_code[POSTED_UNTIL, i] >= t:
            continue
        if firm_code[NEED_SINCE, i] >= 0:
            lapsed = t - firm_code[NEED_SINCE, i] >= policy[NEED_LAPSE, 0]
            if lapsed or not would_pose(firm, firm_code, i, policy):
                firm_code[NEED_SINCE, i] = -1
                tally[REFUSED_CHALLENGE, NEED_LAPSED] += 1.0
        elif uniform(seed, DRAW_NEED, firm_code[ID, i], t) < hazard * firm[FRONTIER_GAP, i]:
            if would_pose(firm, firm_code, i, policy):
                firm_code[NEED_SINCE, i] = t
        if firm_code[NEED_SINCE, i] >= 0:
            rows[count] = i
            count += 1
    return count


@rule
def shortlist(p: int, bounty: float, solvers: Ints, suitable: int, firm: Matrix, firm_code: Codes, fit: Matrix,
              policy: Matrix, seed: int, t: int, best: Ints, scores: Vector) -> int:  # fmt: skip
    """Bids for the challenge of firm p, the best first in `best`, as many as are shortlisted; returns all bids."""
    most = int(policy[SHORTLIST, 0])
    chance = hears(policy[REACH, 0], suitable)
    poser, bids, kept = firm_code[ID, p], 0, 0
    for k in range(solvers.shape[0]):
        i = solvers[k]
        j, identity = firm_code[SECTOR, i], firm_code[ID, i]
        if fit[firm_code[SECTOR, p], j] <= 0.0 or firm_code[CHALLENGE_UNTIL, i] >= t:
            continue
        if uniform(seed, DRAW_HEARS, identity, t, poser) >= chance:
            continue
        burn = policy[BURN + firm_code[STAGE, i], j]
        if uniform(seed, DRAW_BID, identity, t, poser) >= bid_chance(
            policy[BID_INTERCEPT, 0], policy[BID_SIZE, 0], bounty, burn):  # fmt: skip
            continue
        bids += 1
        score = firm[QUALITY, i] + policy[FIT_SPREAD, 0] * normal(seed, DRAW_FIT, identity, t, poser)
        score += policy[SELECTION_NOISE, 0] * normal(seed, DRAW_SELECTION, identity, t, poser)
        place = kept if kept < most else most
        while place > 0 and scores[place - 1] < score:
            if place < most:
                scores[place], best[place] = scores[place - 1], best[place - 1]
            place -= 1
        if place < most:
            scores[place], best[place] = score, i
            kept = min(most, kept + 1)
    return bids


@kernel
def compete(order: Ints, solvers: Ints, suitable: Ints, firm: Matrix, firm_code: Codes, fit: Matrix, challenge: Matrix,
            challenge_code: Codes, used: int, policy: Matrix, seed: int, t: int, account: Vector, region: Matrix,
            flows: Vector, cost: Cube, tally: Matrix, event: Matrix, event_code: Codes,
            event_used: int) -> tuple[int, int]:  # fmt: skip
    """Each need in `order` is put to competition: call, bids, shortlist, winners, advance; returns (rows, events)."""
    best, scores = np.empty(MOST_SHORTLISTED, dtype=np.int64), np.empty(MOST_SHORTLISTED)
    public, central, up = policy[PUBLIC_SHARE, 0], 0.5 * policy[KIND_OF_ROUND, 0], policy[UPFRONT, 0]
    deadline = t + int(policy[TIME_TO_DELIVER, 0])
    for o in range(order.shape[0]):
        p = order[o]
        firm_code[NEED_SINCE, p] = -1
        bounty = own_bounty(firm, firm_code, p, policy)
        cost[COST_CHALLENGES, CENTRAL, ADMINISTRATION] += pay(
            flows, OPERATING_CENTRAL, account, TREASURY, account, HOUSEHOLDS, CALL_COST)
        known = suitable[firm_code[SECTOR, p]]
        bids = shortlist(p, bounty, solvers, known, firm, firm_code, fit, policy, seed, t, best, scores)
        tally[CHALLENGES_RUN, POSTED] += 1.0
        tally[CHALLENGES_RUN, BIDS] += float(bids)
        tally[GAPS_CLOSED, 0] += firm[FRONTIER_GAP, p]
        if bids == 0:
            tally[REFUSED_CHALLENGE, NO_BIDDER] += 1.0
            continue
        winners = min(int(policy[WINNERS, 0]), bids)
        tally[CHALLENGES_RUN, WON] += 1.0
        tally[REFUSED_CHALLENGE, OUTBID] += float(bids - winners)
        firm_code[POSTED_UNTIL, p] = deadline
        for k in range(min(int(policy[SHORTLIST, 0]), bids)):
            until = deadline if k < winners else t + int(policy[SHORTLIST_QUARTERS, 0]) - 1
            firm_code[SHORTLISTED_UNTIL, best[k]] = max(firm_code[SHORTLISTED_UNTIL, best[k]], until)
            admit(firm_code, best[k], t)
        for k in range(winners):
            i = best[k]
            firm_code[CHALLENGE_UNTIL, i] = deadline
            firm_code[CERTIFIED_UNTIL, i] = max(firm_code[CERTIFIED_UNTIL, i], deadline)
            advance = up * bounty / winners
            paid, added = pay_bounty(
                advance, public, central, COST_ADVANCE, p, i, firm, firm_code, policy, seed, t, account, region, flows,
                cost, tally,
            )  # fmt: skip
            challenge[BOUNTY, used], challenge[REST_DUE, used] = bounty, (1.0 - up) * bounty
            challenge[PUBLIC_PART, used], challenge[CENTRAL_PART, used] = public, central
            challenge_code[CHALLENGE_OPEN, used], challenge_code[SOLVER_STAGE, used] = 1, firm_code[STAGE, i]
            challenge_code[POSTER, used], challenge_code[POSTER_ID, used] = p, firm_code[ID, p]
            challenge_code[SOLVER, used], challenge_code[SOLVER_ID, used] = i, firm_code[ID, i]
            challenge_code[DEADLINE, used] = deadline
            used += 1
            event_used = note(event, event_code, event_used, AWARD, firm_code[ID, i], firm_code[ID, p], paid, bounty)
            event_used = note_co_funding(event, event_code, event_used, firm_code, i, FOR_CHALLENGE, added)
    return used, event_used


def name_competitive(q: Quarter) -> None:
    """Once a year: of the validated market firms of each sector and region, the tenth whose sales grew fastest."""
    s, used = q.state, q.state.firm.used
    num, code = s.firm.num, s.firm.code
    code[COMPETITIVE, :used] = 0
    before, last = num[SALES_YEAR[2], :used], num[SALES_YEAR[1], :used]
    rows = np.flatnonzero((code[STAGE, :used] >= MARKET) & (code[VALIDATED_AT, :used] >= 0) & (before > 0.0))
    cell = code[REGION, rows] * N_SECTORS + code[SECTOR, rows]
    order = np.lexsort((code[ID, rows], -last[rows] / before[rows], cell))
    firms = np.bincount(cell, minlength=1)
    first = np.cumsum(firms) - firms
    rank = np.arange(len(rows)) - first[cell[order]]
    chosen = rank < np.floor(q.policy[COMPETITIVE_SHARE, 0] * firms[cell[order]] + 0.5)
    code[COMPETITIVE, rows[order[chosen]]] = 1


def solvers_of(q: Quarter) -> tuple[Ints, Ints]:
    """Projects that could take up a challenge, and how many would suit a need of each sector."""
    used, code = q.state.firm.used, q.state.firm.code
    young = (code[STAGE, :used] >= PROOF) & (code[STAGE, :used] <= PILOT) & (code[VENTURE, :used] == 1)
    free = (code[CHALLENGE_UNTIL, :used] < q.t) & (code[FAILED_TESTS, :used] < q.policy[TESTS_ALLOWED, 0])
    rows = np.flatnonzero(young & free)
    by_sector = np.bincount(code[SECTOR, rows], minlength=N_SECTORS)
    return rows.astype(np.int64), ((FIT > 0.0) @ by_sector).astype(np.int64)


def waiting_needs(q: Quarter) -> Ints:
    """Needs to be posted this quarter: the oldest first, then the widest gaps, as many as the programme posts."""
    s, p = q.state, q.policy
    rows = np.empty(s.firm.used, dtype=np.int64)
    count = state_needs(s.firm.num, s.firm.code, s.firm.used, p, s.seed, s.quarter, rows, s.tally)
    rows = rows[:count]
    available = s.memory[CHALLENGE_SLOTS, 0] + p[POSTS, 0] * s.scale
    slots = int(available)
    s.memory[CHALLENGE_SLOTS, 0] = min(available - slots, 1.0)
    num, code = s.firm.num, s.firm.code
    order = np.lexsort((code[ID, rows], -num[FRONTIER_GAP, rows], code[NEED_SINCE, rows]))
    return np.ascontiguousarray(rows[order[:slots]])


def play_competition(q: Quarter) -> None:
    """Needs are stated, the oldest are put to competition, winners receive their advance."""
    s, p = q.state, q.policy
    move_gaps(s.firm.num, s.firm.code, s.firm.used, p)
    if s.quarter % 4 == 0:
        name_competitive(q)
    if p[POSTS, 0] <= 0.0:
        return
    order = waiting_needs(q)
    if len(order) == 0:
        return
    solvers, suitable = solvers_of(q)
    most = len(order) * int(p[WINNERS, 0])
    s.challenge.reserve(most)
    s.event.reserve(2 * most)
    s.challenge.used, s.event.used = compete(
        order, solvers, suitable, s.firm.num, s.firm.code, FIT, s.challenge.num, s.challenge.code, s.challenge.used, p,
        s.seed, s.quarter, s.account, s.region.num, s.flows, s.cost, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


def play_deliveries(q: Quarter) -> None:
    """Winners deliver or fail; bounties are paid, gaps close, first orders follow."""
    s = q.state
    if s.challenge.used == 0:
        return
    s.event.reserve(3 * s.challenge.used)
    s.event.used = settle(
        s.firm.num, s.firm.code, s.challenge.num, s.challenge.code, s.challenge.used, q.policy, s.seed, s.quarter,
        s.account, s.region.num, s.flows, s.cost, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    compact(s.challenge, CHALLENGE_OPEN)


def measure(s: Population, policy: Floats) -> Values:
    """Bids, deliveries and the technology gap that they close."""
    run, gaps = s.tally[CHALLENGES_RUN], s.tally[GAPS_CLOSED]
    delivered = float(run[DELIVERED])
    return {
        "competition_completion_rate": share(delivered, delivered + float(run[UNDELIVERED])),
        "bids_per_challenge": share(float(run[BIDS]), float(run[POSTED]), 1.0),
        "leader_gap_closed": share(float(gaps[1]), float(gaps[0])),
    }


MECHANISM = Mechanism(
    key="open_competition",
    question="Do needs posed by enterprises find someone who solves them, and who pays for it?",
    core=False,
    neutral={"jb_posts": 0.0, "jb_public_share": 0.0, "jb_upfront": 0.0},
    stages=(
        Stage("open competition", play_competition, "enterprises pose R&D needs, projects bid, winners get an advance"),
        Stage("challenges delivered", play_deliveries, "winners who pass their next test are paid and get an order"),
    ),
    lines=("JB", "ORD", "OPER"),
    events=("award", "delivery", "order"),
    indicators=("competition_completion_rate", "bids_per_challenge", "leader_gap_closed"),
    measure=measure,
)
