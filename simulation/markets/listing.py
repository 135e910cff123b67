"""Listing: eligible enterprises file, wait in one queue, are reviewed, and go public if the market can pay."""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import F, FLOW, H, ISSUE, ISSUE_FEE, LISTED, OPERATING_CENTRAL, TRANSFER, UNLISTED, X
from ..accounting.ledger import annual_hazard, pay
from ..agents.enterprise import (
    BOARD, CASH, ELIGIBLE, FILED_AT, FIRST_ROUND, FLOW_YEAR_0, FOUNDER_VALUE, ID, INCUBATED_AT, LISTED_AT, MARKET,
    MARKET_AT, N_SECTORS, POTENTIAL, PRICE, PROFIT_YEAR_0, PUBLIC, PUBLIC_SHARES, PUBLIC_VALUE, QUEUE, RD_YEAR_0,
    READINESS, RETRY_AT, SALES, SALES_YEAR_0, SECTOR, SHARES, STAGE, TUTORED_AT, VENTURE, average, clip, logistic,
)  # fmt: skip
from ..agents.investor import COST, HELD_SHARES, HELD_VALUE, HOLDER_SECTOR
from ..agents.population import (
    HOUSEHOLDS, LISTED_PRICE, LISTED_SHARE, LISTING_WAIT, PUBLIC_MARKET, ROUTE_LOSS, SLOTS, SUPPLY, TREASURY,
)  # fmt: skip
from ..agents.programmes import is_certified, label_weight
from ..agents.tally import (
    ADMINISTRATION, ALTERNATIVE, CENTRAL, CONCESSION, COST_WINDOW, EXITS, EXIT_CHOSEN, EXIT_HOLDINGS, EXIT_MONEY,
    EXIT_TIME, FILED, FILING, LISTED_BOARD, LISTED_MULTIPLE, LISTING, LISTING_EXIT, NOT_COVERED, NOT_ELIGIBLE, REFUSAL,
    REFUSED_LISTING, REVIEW_REFUSED, TURNED_DOWN, WITHDRAWAL, WITHDRAWN, WITHDREW, note,
)  # fmt: skip
from ..agents.shareholders import clause_held, has_fund
from ..agents.valuation import (
    HURDLE, HURDLE_LEVEL, LEGAL_MINIMUM, LISTED_MULTIPLE as PRICE_SALES, THRESHOLD, TIGHTNESS, value_company,
)  # fmt: skip
from ..engine.draws import normal, purpose, uniform
from ..engine.jit import kernel, open_rule, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .incubation import GUIDANCE, HEAD_START, counted_from, error_left
from .mechanism import Mechanism, Quarter, Stage

REVIEWS = parameter("reviews_per_year")
WINDOW = parameter("ipo_window")
BSE_MULTIPLE = parameter("bse_multiple")
RD_TEST = parameter("listing_rd_test")
REVIEW_QUARTERS = parameter("review_quarters")
TUTORING = parameter("tutoring_quarters")
RETRY = parameter("retry_quarters")
READINESS_STEP = parameter("readiness_step")
PASS_INTERCEPT = parameter("pass_intercept")
PASS_READINESS = parameter("pass_readiness")
PASS_INELIGIBLE = parameter("pass_ineligible")
WITHDRAWAL_HAZARD = parameter("withdrawal_hazard")
ELIGIBILITY_NOISE = parameter("eligibility_noise")
UNDERPRICING = parameter("underpricing")
FREE_FLOAT = parameter("free_float")
FREE_FLOAT_LARGE = parameter("free_float_large")
LARGE = parameter("large_listing")
FEE = parameter("issue_fee")
LOCKUP = parameter("lockup")
LABEL_IN_REVIEW = parameter("listing_label")
SET_5 = parameter("listing_set_5")

STAR, BSE, OTHER_BOARD = 0, 1, 2
REVIEW_COST = 1.5  # CNY mn a review, paid by the central government
INVESTOR_PROTECTION = 0.001  # of proceeds, implicit
FAR = -9.0  # log distance of what is not even positive
HIGHEST_LOSS = 0.95  # share of its expected value that a listing is taken to lose at most

DRAW_PERCEPTION = purpose("perceived eligibility")
DRAW_WITHDRAW = purpose("withdraws filing")
DRAW_REVIEW = purpose("listing review")


@rule
def nearest(value: float, threshold: float) -> float:
    """Log distance to a threshold; far below when the value is not positive."""
    return math.log(value / threshold) if value > 0.0 else FAR


@rule
def distance_to_boards(firm: Matrix, i: int, multiple: float, index: float, tight: float, threshold: float, bse: float,
                       rd_test: float) -> tuple[float, float]:  # fmt: skip
    """Log distance to the nearest of listing sets 1-4 (first) and to set 6 (second); both are met at 0 and above.

    Sets 1-4: market value with profit, with revenue and R&D, with operating cash, or with revenue; and the R&D test.
    Set 6:
    small value and profit in each of two years. Yearly figures of the last fiscal years; thresholds x tight.
    """
    m = threshold * tight
    cap = 4.0 * firm[SALES, i] * multiple * index
    p1, p2 = firm[PROFIT_YEAR_0 + 1, i], firm[PROFIT_YEAR_0 + 2, i]
    revenue = firm[SALES_YEAR_0 + 1, i]
    revenue_3 = firm[SALES_YEAR_0 + 1, i] + firm[SALES_YEAR_0 + 2, i] + firm[SALES_YEAR_0 + 3, i]
    research = firm[RD_YEAR_0 + 1, i] + firm[RD_YEAR_0 + 2, i] + firm[RD_YEAR_0 + 3, i]
    cash = firm[FLOW_YEAR_0 + 1, i] + firm[FLOW_YEAR_0 + 2, i] + firm[FLOW_YEAR_0 + 3, i]
    profit = max(nearest(p1 + p2, 50.0 * m), min(nearest(p1, 1.0), nearest(revenue, 100.0 * m)))
    set_1 = min(nearest(cap, LEGAL_MINIMUM * m), profit)
    set_2 = min(
        min(nearest(cap, 1.5 * LEGAL_MINIMUM * m), nearest(revenue, 200.0 * m)),
        nearest(research, 0.15 * max(revenue_3, 1e-9)),
    )  # fmt: skip
    set_3 = min(min(nearest(cap, 2.0 * LEGAL_MINIMUM * m), nearest(revenue, 300.0 * m)), nearest(cash, 100.0 * m))
    set_4 = min(nearest(cap, 3.0 * LEGAL_MINIMUM * m), nearest(revenue, 300.0 * m))
    main = max(max(set_1, set_2), max(set_3, set_4))
    main = min(main, max(nearest(research, rd_test), nearest(research, 0.05 * max(revenue_3, 1e-9))))
    small = min(
        nearest(cap, 200.0 * bse * tight), min(nearest(p1, 15.0 * bse * tight), nearest(p2, 15.0 * bse * tight))
    )
    return main, small


@rule
def distance_to_set_5(firm: Matrix, firm_code: Codes, i: int, value: float, policy: Matrix, t: int) -> float:
    """Log distance to listing set 5: certified technology, a marked field, market value of 4 legal minima, R&D test.

    value: what investors hold firm i to be worth (CNY mn); far below for a firm that is not certified.
    """
    if policy[SET_5, firm_code[SECTOR, i]] <= 0.0 or not is_certified(firm_code, i, t):
        return FAR
    research = firm[RD_YEAR_0 + 1, i] + firm[RD_YEAR_0 + 2, i] + firm[RD_YEAR_0 + 3, i]
    least = 4.0 * LEGAL_MINIMUM * policy[THRESHOLD, 0] * policy[TIGHTNESS, 0]
    return min(nearest(value, least), nearest(research, policy[RD_TEST, 0]))


@rule
def value_at_issue(multiple: float, index: float, sales: float, potential: float) -> float:
    """Market value at issue and after: 4 PS P max(S, .6 min(M, 3 S + 5)) (CNY mn)."""
    return 4.0 * multiple * index * max(sales, 0.6 * min(potential, 3.0 * sales + 5.0))


@rule
def pass_chance(intercept: float, by_readiness: float, readiness: float, ineligible: float, truly: bool) -> float:
    """Chance to pass the review: logistic(theta + 2 readiness - 1.5 [not truly eligible])."""
    return logistic(intercept + by_readiness * readiness - (0.0 if truly else ineligible))


@open_rule
def expected_wait(queue: float, slots: float, review: float) -> float:
    """Quarters from filing to listing, looking ahead: review + .8 queue/slots, at most 40."""
    return 40.0 if slots <= 0.0 else min(40.0, review + 0.8 * queue / slots)


@rule
def value_of_filing(chance: float, issue: float, other: float, wait: float, lockup: float, hurdle: float,
                    withdrawal: float) -> float:  # fmt: skip
    """Value of filing: P issue/(1+h)^((W+lockup)/4) + (1-P) other/(1+h)^(W/4), P = pass chance x (1-h_w)^(W/4).

    Filers know that the longer the wait W (quarters), the likelier they are to withdraw and to be left with the
    alternative.
    """
    through = chance * math.pow(1.0 - withdrawal, wait / 4.0)
    listed = issue * math.pow(1.0 + hurdle, -(wait + lockup) / 4.0)
    return through * listed + (1.0 - through) * other * math.pow(1.0 + hurdle, -wait / 4.0)


@kernel
def file_and_withdraw(firm: Matrix, firm_code: Codes, used: int, head: Ints, following: Ints, holding: Matrix,
                      holding_code: Codes, policy: Matrix, memory: Matrix, seed: int, t: int, tally: Matrix,
                      event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """Enterprises prepare, file when listing beats the alternative, and queued ones withdraw at a hazard;
    returns events used.
    """
    index, multiple = memory[LISTED_PRICE, 0], policy[PRICE_SALES, 0]
    hurdle = policy[HURDLE + 3, 0] * policy[HURDLE_LEVEL, 0]
    leave = annual_hazard(policy[WITHDRAWAL_HAZARD, 0])
    for i in range(used):
        stage = firm_code[STAGE, i]
        if firm_code[VENTURE, i] == 0 or stage not in (MARKET, QUEUE):
            continue
        if stage == QUEUE:
            if uniform(seed, DRAW_WITHDRAW, firm_code[ID, i], t) < leave:
                event_used = back_to_market(
                    firm_code, i, t, policy, tally, WITHDRAWN, WITHDREW, WITHDRAWAL, event, event_code, event_used
                )
            continue
        if head[i] < 0 or not has_fund(i, head, following, holding_code):
            continue
        firm[READINESS, i] = min(1.0, firm[READINESS, i] + policy[READINESS_STEP, 0])
        if t < firm_code[RETRY_AT, i]:
            continue
        main, small = distance_to_boards(
            firm, i, multiple, index, policy[TIGHTNESS, 0], policy[THRESHOLD, 0], policy[BSE_MULTIPLE, 0],
            policy[RD_TEST, 0],
        )  # fmt: skip
        if main < 0.0 and is_certified(firm_code, i, t):
            worth, _ = value_company(firm, firm_code, i, 1.0, 0.0, 0.0, 1.0, 0.0, policy, memory, seed, t)
            main = max(main, distance_to_set_5(firm, firm_code, i, worth, policy, t))
        best = max(main, small)
        error = error_left(policy[ELIGIBILITY_NOISE, 0], policy[GUIDANCE, 0])
        if best + error * normal(seed, DRAW_PERCEPTION, firm_code[ID, i], t // 4) < 0.0:
            tally[REFUSED_LISTING, NOT_ELIGIBLE] += 1.0
            continue
        if firm_code[TUTORED_AT, i] < 0:
            firm_code[TUTORED_AT, i] = t
        if t - firm_code[TUTORED_AT, i] < policy[TUTORING, 0]:
            continue
        lift = policy[LABEL_IN_REVIEW, 0] * label_weight(firm_code, i, t, memory)
        chance = pass_chance(
            policy[PASS_INTERCEPT, 0] + lift, policy[PASS_READINESS, 0], firm[READINESS, i], policy[PASS_INELIGIBLE, 0],
            best >= 0.0,
        )  # fmt: skip
        clause = clause_held(i, head, following, holding, holding_code)
        other, _ = value_company(firm, firm_code, i, 1.0, 0.0, 0.0, 0.0, clause, policy, memory, seed, t)
        issue = value_at_issue(multiple, index, firm[SALES, i], firm[POTENTIAL, i]) * (1.0 - policy[UNDERPRICING, 0])
        listing = value_of_filing(
            chance, issue, other, memory[LISTING_WAIT, 0], policy[LOCKUP, 0], hurdle, policy[WITHDRAWAL_HAZARD, 0]
        )
        if listing <= other:
            tally[REFUSED_LISTING, ALTERNATIVE] += 1.0
            continue
        firm_code[STAGE, i] = QUEUE
        firm_code[FILED_AT, i] = t
        firm_code[ELIGIBLE, i] = 1 if best >= 0.0 else 0
        firm_code[BOARD, i] = BSE if small > main else (STAR if firm_code[SECTOR, i] < N_SECTORS - 1 else OTHER_BOARD)
        tally[FILED, firm_code[BOARD, i]] += 1.0
        event_used = note(event, event_code, event_used, FILING, firm_code[ID, i], firm_code[BOARD, i], listing, best)
    return event_used


@rule
def back_to_market(firm_code: Codes, i: int, t: int, policy: Matrix, tally: Matrix, count: int, reason: int, what: int,
                   event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """A filing ends without listing; the enterprise may file again after a year."""
    firm_code[STAGE, i] = MARKET
    firm_code[RETRY_AT, i] = t + int(policy[RETRY, 0])
    tally[count, firm_code[BOARD, i]] += 1.0
    tally[REFUSED_LISTING, reason] += 1.0
    waited = float(t - firm_code[FILED_AT, i])
    firm_code[FILED_AT, i] = -1
    return note(event, event_code, event_used, what, firm_code[ID, i], firm_code[BOARD, i], 0.0, waited)


@kernel
def review(order: Ints, firm: Matrix, firm_code: Codes, head: Ints, following: Ints, holding: Matrix,
           holding_code: Codes, policy: Matrix, memory: Matrix, seed: int, t: int, account: Vector, flows: Vector,
           changes: Cube, cost: Cube, tally: Matrix, event: Matrix, event_code: Codes,
           event_used: int) -> int:  # fmt: skip
    """Serve the head of the queue: pass and list, wait for the market, or go back; returns events used."""
    index, multiple = memory[LISTED_PRICE, 0], policy[PRICE_SALES, 0]
    for o in range(order.shape[0]):
        i = order[o]
        paid = pay(flows, OPERATING_CENTRAL, account, TREASURY, account, HOUSEHOLDS, REVIEW_COST)
        cost[COST_WINDOW, CENTRAL, ADMINISTRATION] += paid
        lift = policy[LABEL_IN_REVIEW, 0] * label_weight(firm_code, i, t, memory)
        chance = pass_chance(
            policy[PASS_INTERCEPT, 0] + lift, policy[PASS_READINESS, 0], firm[READINESS, i], policy[PASS_INELIGIBLE, 0],
            firm_code[ELIGIBLE, i] == 1,
        )  # fmt: skip
        if uniform(seed, DRAW_REVIEW, firm_code[ID, i], firm_code[FILED_AT, i]) >= chance:
            event_used = back_to_market(
                firm_code, i, t, policy, tally, TURNED_DOWN, REVIEW_REFUSED, REFUSAL, event, event_code, event_used
            )
            continue
        value = value_at_issue(multiple, index, firm[SALES, i], firm[POTENTIAL, i])
        float_share = policy[FREE_FLOAT_LARGE, 0] if value > policy[LARGE, 0] else policy[FREE_FLOAT, 0]
        proceeds = float_share * value * (1.0 - policy[UNDERPRICING, 0])
        memory[SUPPLY, 0] += proceeds
        if proceeds > account[PUBLIC_MARKET]:
            tally[REFUSED_LISTING, NOT_COVERED] += 1.0
            continue
        cost[COST_WINDOW, CENTRAL, CONCESSION] += INVESTOR_PROTECTION * proceeds
        go_public(
            i, value, float_share, proceeds, firm, firm_code, head, following, holding, holding_code, policy, memory, t,
            account, flows, changes, tally,
        )  # fmt: skip
        event_used = note(
            event, event_code, event_used, LISTING, firm_code[ID, i], firm_code[BOARD, i], proceeds, value
        )
    return event_used


@rule
def go_public(i: int, value: float, float_share: float, proceeds: float, firm: Matrix, firm_code: Codes, head: Ints,
              following: Ints, holding: Matrix, holding_code: Codes, policy: Matrix, memory: Matrix, t: int,
              account: Vector, flows: Vector, changes: Cube, tally: Matrix) -> None:  # fmt: skip
    """New shares are sold to the public, fees paid, and every stake becomes listed equity."""
    raised = pay(flows, ISSUE, account, PUBLIC_MARKET, firm[CASH], i, proceeds)
    pay(flows, ISSUE_FEE, firm[CASH], i, account, HOUSEHOLDS, policy[FEE, 0] * raised)
    new = firm[SHARES, i] * float_share / (1.0 - float_share)
    firm[SHARES, i] += new
    firm[PUBLIC_SHARES, i] += new
    firm[PUBLIC_VALUE, i] += raised
    firm[PRICE, i] = value / firm[SHARES, i]
    changes[LISTED, X, FLOW] += raised
    changes[UNLISTED, H, TRANSFER] -= firm[FOUNDER_VALUE, i]
    changes[LISTED, H, TRANSFER] += firm[FOUNDER_VALUE, i]
    h = head[i]
    while h >= 0:
        sector = holding_code[HOLDER_SECTOR, h]
        changes[UNLISTED, sector, TRANSFER] -= holding[HELD_VALUE, h]
        changes[LISTED, sector, TRANSFER] += holding[HELD_VALUE, h]
        if sector == F:
            stake = holding[HELD_SHARES, h] * firm[PRICE, i]
            tally[EXIT_HOLDINGS, LISTING_EXIT] += 1.0
            tally[EXIT_MONEY, LISTING_EXIT] += stake
            tally[LISTED_MULTIPLE, 0] += stake
            tally[LISTED_MULTIPLE, 1] += holding[COST, h]
        h = following[h]
    expected = 4.0 * policy[PRICE_SALES, 0] * memory[LISTED_PRICE, 0] * 0.5 * (firm[SALES, i] + firm[POTENTIAL, i])
    tally[LISTED_MULTIPLE, 2] += clip(1.0 - value * (1.0 - float_share) / expected, -1.0, HIGHEST_LOSS)
    tally[EXIT_CHOSEN, 0] += float(firm_code[FILED_AT, i] - firm_code[MARKET_AT, i])
    tally[EXIT_CHOSEN, 1] += 1.0
    tally[EXITS, LISTING_EXIT] += 1.0
    tally[EXIT_TIME, LISTING_EXIT] += float(t - firm_code[FIRST_ROUND, i])
    tally[LISTED_BOARD, firm_code[BOARD, i]] += 1.0
    firm_code[STAGE, i] = PUBLIC
    firm_code[LISTED_AT, i] = t


def play(q: Quarter) -> None:
    """File, withdraw, review, list; then look ahead at the wait."""
    s, p = q.state, q.policy
    head, following = q.holders()
    s.event.reserve(2 * s.firm.used)
    s.event.used = file_and_withdraw(
        s.firm.num, s.firm.code, s.firm.used, head, following, s.holding.num, s.holding.code, p,
        s.memory, s.seed, s.quarter, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    per_quarter = p[WINDOW, 0] * p[REVIEWS, 0] * s.scale / 4.0
    queue = np.flatnonzero(s.firm.code[STAGE, : s.firm.used] == QUEUE)
    filed = s.firm.code[FILED_AT, queue]
    ready = queue[s.quarter - filed >= p[REVIEW_QUARTERS, 0]]
    counted = counted_from(s.firm.code[FILED_AT, ready], s.firm.code[INCUBATED_AT, ready], p[HEAD_START, 0])
    ready = ready[np.lexsort((s.firm.code[ID, ready], counted))]
    available = s.memory[SLOTS, 0] + per_quarter
    slots = int(available)
    s.memory[SLOTS, 0] = min(available - slots, 1.0)
    s.memory[SUPPLY, 0] = 0.0
    s.event.used = review(
        ready[:slots], s.firm.num, s.firm.code, head, following, s.holding.num, s.holding.code, p, s.memory, s.seed,
        s.quarter, s.account, s.flows, s.changes, s.cost, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    learn(q, float(np.count_nonzero(s.firm.code[STAGE, : s.firm.used] == QUEUE)), per_quarter)


def learn(q: Quarter, queue: float, slots: float) -> None:
    """Investors update the share of filings that list (16 q), the wait and what a listing loses on its value (8 q)."""
    s = q.state
    listed = float(s.tally[EXITS, LISTING_EXIT])
    decided = listed + float(s.tally[TURNED_DOWN].sum() + s.tally[WITHDRAWN].sum())
    if decided > 0.0:
        s.memory[LISTED_SHARE, 0] = average(s.memory[LISTED_SHARE, 0], listed / decided, 16.0)
    ahead = expected_wait(queue, slots, q.policy[REVIEW_QUARTERS, 0])
    s.memory[LISTING_WAIT, 0] = average(s.memory[LISTING_WAIT, 0], ahead, 8.0)
    if listed > 0.0:
        lost = float(s.tally[LISTED_MULTIPLE, 2]) / listed
        s.memory[ROUTE_LOSS, 0] = average(s.memory[ROUTE_LOSS, 0], lost, 8.0)


MECHANISM = Mechanism(
    key="listing",
    question="Who goes public, how long does it take, and at what price?",
    stages=(Stage("listings", play, "file, withdraw, review first-in-first-out, list if the market can pay"),),
    lines=("IPO", "IPOF", "OPER"),
    events=("filing", "withdrawal", "refusal", "listing"),
    indicators=("exits_ipo", "listing_queue", "listing_wait", "listing_withdrawals", "listing_failure_share"),
)
