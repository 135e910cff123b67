"""Acquisition: leaders and listed companies buy funded enterprises, partly on credit; target and acquirer merge."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import F, H, REVALUATION, UNLISTED
from ..accounting.ledger import annual_hazard, exact
from ..agents.bank import ACQUISITION_LOAN, BORROWER, BORROWER_ID, LOAN_OPEN, SUBSIDY
from ..agents.enterprise import (
    ACQUIRED, BANK, CAPITAL, CASH, DEBT, DEFAULTED_AT, DUE_0, DUE_1, DUE_2, DUE_3, FIRST_ROUND, FIT, FOUNDER_VALUE,
    FRONTIER_GAP, ID, LEADER, MARKET, MARKET_AT, PATENTS, PILOT, POTENTIAL, PUBLIC, QUALITY, QUEUE, SALES, SECTOR,
    STAGE, WEALTH, average,
)  # fmt: skip
from ..agents.investor import HOLDER, HOLDER_SECTOR, VINTAGE
from ..agents.population import LISTED_PRICE, ROUTE_LOSS
from ..agents.shareholders import clause_held, close_holding, pay_price
from ..agents.tally import (
    ACQUISITION, ACQUISITION_EXIT, EXITS, EXIT_CHOSEN, EXIT_HOLDINGS, EXIT_MONEY, EXIT_TIME, NO_ACQUIRER, PRICE_TOO_LOW,
    REFUSED_ACQUISITION, note,
)  # fmt: skip
from ..agents.valuation import PRIVATE_MULTIPLE, value_company
from ..engine.claims import chains
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.matching import first_above
from ..engine.table import Codes, Cube, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .interest_subsidy import ACQUISITION_POINTS
from .lending import LPR_5Y, SPREAD, grant_loan, relative_weight
from .mechanism import Mechanism, Quarter, Stage

HAZARD = parameter("offer_hazard")
BOOST = parameter("ma_offer_boost")
DISCOUNT = parameter("acquisition_discount")
PREMIUM = parameter("acquisition_premium")
ACCEPTANCE = parameter("acquisition_acceptance")
FUND_AGE = parameter("acquisition_fund_age")
CASH_SHARE = parameter("acquirer_cash_share")
LOAN_SHARE = parameter("acquisition_loan_share")
MATURITY = parameter("acquisition_loan_quarters")
PUT_ASIDE = parameter("founder_proceeds_share")

GAP_BOUGHT = 0.1  # of technology gap that an acquirer closes for each sd of the target's quality above the mean

DRAW_OFFER = purpose("acquisition offer")
DRAW_ACQUIRER = purpose("acquirer")


@rule
def offered_price(stage: int, value: float, fit: float, discount: float, premium: float, multiple: float, index: float,
                  sales: float, potential: float) -> float:  # fmt: skip
    """Price offered: (1 - d) 4 PS P (.5 S + .5 M) from the market stage on, (1 - d) v (1 + premium fit) before (CNY
    mn).
    """
    if stage >= MARKET:
        return (1.0 - discount) * 4.0 * multiple * index * (0.5 * sales + 0.5 * potential)
    return (1.0 - discount) * value * (1.0 + premium * fit)


@rule
def oldest_fund(i: int, head: Ints, following: Ints, holding_code: Codes, fund_code: Codes, t: int) -> int:
    """Age in quarters of the oldest fund among the holders of firm i; -1 if no fund holds it."""
    age = -1
    h = head[i]
    while h >= 0:
        if holding_code[HOLDER, h] > 0:
            age = max(age, t - fund_code[VINTAGE, holding_code[HOLDER, h]])
        h = following[h]
    return age


@kernel
def acquire(firm: Matrix, firm_code: Codes, used: int, acquirers: Ints, cumulative: Matrix, fit: Matrix, loan: Matrix,
            loan_code: Codes, loans: int, loan_head: Ints, loan_next: Ints, holding: Matrix, holding_code: Codes,
            head: Ints, following: Ints, fund: Matrix, fund_code: Codes, bank: Matrix, region: Matrix, account: Vector,
            flows: Vector, changes: Cube, multiples: Matrix, seen: Ints, policy: Matrix, memory: Matrix, hazard: float,
            seed: int, t: int, tally: Matrix, event: Matrix, event_code: Codes,
            event_used: int) -> tuple[int, int]:  # fmt: skip
    """Offers arrive at a hazard, an acquirer is drawn by fit and means, holders accept or refuse;
    returns (loans, events).
    """
    n = acquirers.shape[0]
    for i in range(used):
        stage = firm_code[STAGE, i]
        if stage < PILOT or stage > QUEUE or firm_code[FIRST_ROUND, i] < 0 or head[i] < 0 or n == 0:
            continue
        if firm_code[DEFAULTED_AT, i] >= 0 or firm_code[LEADER, i] == 1:
            continue
        if uniform(seed, DRAW_OFFER, firm_code[ID, i], t) >= hazard:
            continue
        j = firm_code[SECTOR, i]
        target = uniform(seed, DRAW_ACQUIRER, firm_code[ID, i], t) * cumulative[j, n - 1]
        a = acquirers[first_above(cumulative[j], 0, n, target)]
        clause = clause_held(i, head, following, holding, holding_code)
        own, _ = value_company(firm, firm_code, i, 1.0, 0.0, 0.0, 1.0, clause, policy, memory, seed, t)
        price = offered_price(
            stage, own, fit[j, firm_code[SECTOR, a]], policy[DISCOUNT, 0], policy[PREMIUM, 0],
            policy[PRIVATE_MULTIPLE, 0], memory[LISTED_PRICE, 0], firm[SALES, i], firm[POTENTIAL, i],
        )  # fmt: skip
        patient = oldest_fund(i, head, following, holding_code, fund_code, t) <= policy[FUND_AGE, 0]
        if price <= 1.0 or (price < policy[ACCEPTANCE, 0] * own and patient):
            tally[REFUSED_ACQUISITION, PRICE_TOO_LOW] += 1.0
            continue
        borrowed = exact(policy[LOAN_SHARE, 0] * price)
        b = firm_code[BANK, a]
        if price - borrowed > policy[CASH_SHARE, 0] * firm[CASH, a] or firm_code[DEFAULTED_AT, a] >= 0:
            tally[REFUSED_ACQUISITION, NO_ACQUIRER] += 1.0
            continue
        if borrowed > 0.0:
            grant_loan(
                loans, a, b, borrowed, policy[LPR_5Y, 0] + policy[SPREAD, 0], int(policy[MATURITY, 0]), 0,
                ACQUISITION_LOAN, t, relative_weight(firm_code, a, t, policy), firm, firm_code, loan, loan_code, bank,
                flows, changes,
            )  # fmt: skip
            loan[SUBSIDY, loans] = policy[ACQUISITION_POINTS, 0] / 100.0
            loans += 1
        buy(
            i, a, price, policy[PUT_ASIDE, 0], t, firm, firm_code, loan_code, loan_head, loan_next, holding,
            holding_code, head, following, fund, fund_code, region, account, flows, changes, multiples, seen, tally,
        )  # fmt: skip
        event_used = note(event, event_code, event_used, ACQUISITION, firm_code[ID, i], firm_code[ID, a], price, own)
    return loans, event_used


@rule
def buy(i: int, a: int, price: float, put_aside: float, t: int, firm: Matrix, firm_code: Codes, loan_code: Codes,
        loan_head: Ints, loan_next: Ints, holding: Matrix, holding_code: Codes, head: Ints, following: Ints,
        fund: Matrix, fund_code: Codes, region: Matrix, account: Vector, flows: Vector, changes: Cube,
        multiples: Matrix, seen: Ints, tally: Matrix) -> None:  # fmt: skip
    """Acquirer a pays the shareholders of i and takes over all that i has and owes; the shares of i are extinguished.

    put_aside: share of their proceeds that founders keep for the next project.
    """
    to_founders = pay_price(
        flows, changes, firm[CASH], a, firm, i, price, holding, holding_code, head, following, fund, region, account
    )
    firm[WEALTH, i] += put_aside * to_founders
    tally[EXIT_MONEY, ACQUISITION_EXIT] += exact(price) - to_founders
    tally[EXITS, ACQUISITION_EXIT] += 1.0
    if firm_code[STAGE, i] == MARKET:
        tally[EXIT_CHOSEN, 0] += float(t - firm_code[MARKET_AT, i])
        tally[EXIT_CHOSEN, 1] += 1.0
    tally[EXIT_TIME, ACQUISITION_EXIT] += float(t - firm_code[FIRST_ROUND, i])
    h = head[i]
    while h >= 0:
        if holding_code[HOLDER_SECTOR, h] == F:
            tally[EXIT_HOLDINGS, ACQUISITION_EXIT] += 1.0
        close_holding(
            h, REVALUATION, t, holding, holding_code, fund, fund_code, firm_code, multiples, seen, changes, tally
        )
        h = following[h]
    changes[UNLISTED, H, REVALUATION] -= firm[FOUNDER_VALUE, i]
    firm[FOUNDER_VALUE, i] = 0.0
    row = loan_head[i]
    while row >= 0:
        loan_code[BORROWER, row] = a
        loan_code[BORROWER_ID, row] = firm_code[ID, a]
        row = loan_next[row]
    if firm[FRONTIER_GAP, a] > 0.0:
        firm[FRONTIER_GAP, a] = max(0.0, firm[FRONTIER_GAP, a] - GAP_BOUGHT * max(0.0, firm[QUALITY, i]))
    for column in (CASH, CAPITAL, SALES, POTENTIAL, PATENTS, DEBT, DUE_0, DUE_1, DUE_2, DUE_3):
        firm[column, a] += firm[column, i]
        firm[column, i] = 0.0
    firm_code[STAGE, i] = ACQUIRED


def acquirers_of(q: Quarter) -> tuple[Ints, Floats]:
    """Leaders and listed companies with their cumulative weights (fit x cash budget) by sector of the target."""
    s = q.state
    used = s.firm.used
    stage, code = s.firm.code[STAGE, :used], s.firm.code
    rows = np.flatnonzero((stage == PUBLIC) | ((stage == MARKET) & (code[LEADER, :used] == 1)))
    budget = q.policy[CASH_SHARE, 0] * s.firm.num[CASH, rows]
    return rows, np.ascontiguousarray(np.cumsum(FIT[:, code[SECTOR, rows]] * budget, axis=1))


def play(q: Quarter) -> None:
    """Acquirers make offers to funded enterprises."""
    s, p = q.state, q.policy
    head, following = q.holders()
    loan_head, loan_next = chains(s.loan, BORROWER, LOAN_OPEN, s.firm.used)
    acquirers, cumulative = acquirers_of(q)
    hazard = annual_hazard(p[HAZARD, 0] * (1.0 + p[BOOST, 0]))
    s.loan.reserve(s.firm.used // 8 + 64)
    s.event.reserve(s.firm.used // 8 + 64)
    s.loan.used, s.event.used = acquire(
        s.firm.num, s.firm.code, s.firm.used, acquirers, cumulative, FIT, s.loan.num, s.loan.code, s.loan.used,
        loan_head, loan_next, s.holding.num, s.holding.code, head, following, s.fund.num, s.fund.code, s.bank.num,
        s.region.num, s.account, s.flows, s.changes, s.multiples, s.multiples_seen, p, s.memory, hazard, s.seed,
        s.quarter, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    q.holdings_changed()
    if s.tally[EXITS, ACQUISITION_EXIT] > 0:
        s.memory[ROUTE_LOSS, 1] = average(s.memory[ROUTE_LOSS, 1], p[DISCOUNT, 0], 8.0)


MECHANISM = Mechanism(
    key="acquisition",
    question="Who buys young enterprises, and at what price?",
    core=False,
    neutral={"offer_hazard": 0.0},
    stages=(Stage("acquisitions", play, "leaders and listed companies bid for funded enterprises; the two merge"),),
    lines=("MA", "LNEW"),
    events=("acquisition",),
    indicators=("exits_acquisition", "exits_acquisition_holdings"),
)
