"""The opening: a first population for the burn-in, and the balance sheets of end-2020 set anew without flows."""

from __future__ import annotations

import math

import numpy as np

from ..accounting.ledger import exact
from ..agents.balances import sector_deposits
from ..agents.bank import (
    ALLOWANCE, BOOK, BORROWER, BORROWER_ID, EQUITY, GRACE, HURDLE, INCOME, IN_DEFAULT, LENDER, LENT_AT, LIGHTER,
    LOAN_OPEN, LOAN_STATUS, NON_PERFORMING, N_BANKS, OUTSIDE, OWED, OWED_BY_AGE, PAID_OUT, PRINCIPAL, PROTECTED,
    QUARTERS, RATE, RECENT_LOSS, SHARE,
)  # fmt: skip
from ..agents.enterprise import (
    ARREARS, BANK, BIRTH, CAPITAL, CASH, DEBT, DEFAULTED_AT, FIRST_LOAN, FOUNDER_SHARES, FOUNDER_VALUE, ID, LISTED_AT,
    MARKET, OUTPUT, POTENTIAL, PRICE, PUBLIC, PUBLIC_SHARES, PUBLIC_VALUE, RD_INTENSITY, SALES, SALES_TREND, SHARES,
    STAGE, VENTURE,
)  # fmt: skip
from ..agents.founder import RANK_BITS
from ..agents.government import BONDS_OUT, CASH_TARGET, PURSE, REVENUE
from ..agents.insurer import INSURER_SHARE, MARKET_SHARES
from ..agents.investor import (
    FUND_ALIVE, FUND_ID, KIND, MANAGER_FOCUS, MANAGER_REGION, SECONDARY_FUND, STATUS, TARGET, TERM,
)  # fmt: skip
from ..agents.newcomer import FIRST_SHARES, REGION_SHARE, found, fresh_rows, pick
from ..agents.population import (
    BANK_BONDS, CENTRAL_BONDS, CENTRAL_TARGET, HOUSEHOLDS, INDEX, LGD, LISTED_PRICE, LISTED_VALUE, MARKET_FIRMS,
    NEXT_GAP, NEXT_ROUND, PUBLIC_MARKET, RESERVES, REST, REST_BONDS, ROUTE_LOSS, ROUTE_SHARE, SUPPLY_TREND, TREASURY,
    TYPE_SHARE, Population,
)  # fmt: skip
from ..engine.draws import normal, purpose, uniform, uniforms
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Floats, Ints, Matrix
from ..markets.closure import CAPITAL_RATIO, COVERAGE, OUTSIDE_WEIGHT, RISK_WEIGHT
from ..markets.fiscal import COUPON, freeze_budgets
from ..markets.fundraising import opening_shares
from ..markets.guarantee import open_guarantees
from ..markets.lending import LPR_5Y, SPREAD
from ..markets.listing import value_at_issue
from ..markets.market_firms import ENTRY_SPREAD, NAMED_SHARE, market_sector, settle_in_market
from ..markets.screening import LOAN_GRACE, MATURITY
from ..scenario.parameter import parameter
from .books import rebase

MARKET_FIRMS_OPENING = parameter("market_firms_opening")
MANAGER_COUNT = parameter("managers")
SIZE_MEAN = parameter("fund_size_mean")
SIZE_SPREAD = parameter("fund_size_spread")
FOCUS_EARLY = parameter("focus_early")
FOCUS_GROWTH = parameter("focus_growth")
MULTIPLES_KEPT = parameter("history_of_multiples")
POTENTIAL_MEAN = parameter("potential_mean")
INTENSITY = parameter("capital_intensity")
LISTED_MULTIPLE = parameter("price_sales_listed")
OUTSIDE_OPENING = parameter("outside_loans_opening")
BONDS_OPENING = parameter("bonds_banks_opening")
RESERVE_SHARE = parameter("reserves_share_opening")
LOANS_OPENING = parameter("loans_opening")
BAD_LOANS = parameter("bad_loans_opening")
BORROWERS = parameter("borrowers_opening")
HOUSEHOLDS_OPENING = parameter("households_opening")
CENTRAL_DEBT = parameter("bonds_central_opening")
LOCAL_DEBT = parameter("local_debt_opening")
CASH_SHARE = parameter("public_cash_share")
LISTED_OPENING = parameter("listed_opening")
RD_OPENING = parameter("market_rd_opening")
SALES_OPENING = parameter("opening_sales")
VAT = parameter("vat_rate")
LGD_OPENING = parameter("lgd_opening")

DRAW_SIZE = purpose("fund size")
DRAW_FOCUS = purpose("manager focus")
DRAW_PLACE = purpose("manager region")
DRAW_AGE = purpose("opening age")
DRAW_LISTED = purpose("listed at the opening")
DRAW_BORROWER = purpose("borrower at the opening")
DRAW_LOAN_AGE = purpose("loan age at the opening")
DRAW_BAD_LOAN = purpose("bad loan at the opening")
DRAW_QUALITY = purpose("quality")
DRAW_POTENTIAL = purpose("potential")
DRAW_SECTOR = purpose("sector")
DRAW_REGION = purpose("region")
MEAN_AGE = 8.0  # years, geometric
ROOM = 3  # times the first market firms: enterprises that fit before their table must be moved, free until used
OPENING_QUARTER = 255  # in ids of firms that are there from the start: no entrant can have it

MULTIPLES_AT_SCALE_1 = 2000  # holdings closed last that partners look at, by fund type
FOR_EVER = 100_000  # quarters: the standing secondary fund does not end
LISTED_BEFORE = -20  # quarter in which the companies listed at the opening had listed
PUBLIC_PART = 0.25  # of their shares that the public holds
LARGEST_PART = 20  # they are drawn among the largest firms: one in so many
LOWEST_FACTOR = 0.1  # by which market firms shrink at most when they are scaled to observed research
SUPPLY_SHARE = 0.01  # of the market's value a quarter: first guess of the shares offered
ADDED_SHARE = 0.35  # of sales that is value added: first guess of the tax base

# What investors believe before there is any experience (shares; quarters for the gap), by place in memory.
FIRST_MEMORY: dict[int, tuple[float, ...]] = {
    NEXT_ROUND: (0.48, 0.26, 0.14, 0.54, 0.29, 0.54),
    NEXT_GAP: (5.0, 11.0, 16.0, 7.0, 12.0, 6.0),
    ROUTE_SHARE: (0.22, 0.45, 0.33),
    ROUTE_LOSS: (0.15, 0.25, 0.40, 0.60),
}


@kernel
def open_firms(rows: Ints, firm: Matrix, firm_code: Codes, policy: Matrix, seed: int, bank: Matrix,
               changes: Cube) -> None:  # fmt: skip
    """Market firms of the opening: lognormal sales, geometric age, mature products; cash of a quarter's sales."""
    for rank in range(rows.shape[0]):
        i = rows[rank]
        identity = (OPENING_QUARTER << RANK_BITS) | rank
        j = market_sector(policy, policy[NAMED_SHARE, 0], uniform(seed, DRAW_SECTOR, identity, 0))
        r = pick(policy, REGION_SHARE, 6, uniform(seed, DRAW_REGION, identity, 0))
        found(firm, firm_code, i, identity, 0, j, r, 4, normal(seed, DRAW_QUALITY, identity, 0), seed, 0, policy, bank)
        spread = policy[ENTRY_SPREAD, 0]
        sales = policy[SALES_OPENING, 0] * policy[POTENTIAL_MEAN, j] * math.exp(
            spread * normal(seed, DRAW_POTENTIAL, identity, 0) - spread * spread / 2.0)  # fmt: skip
        settle_in_market(firm, firm_code, i, sales, 0, policy[INTENSITY, j], changes)
        firm_code[BIRTH, i] = -int(-4.0 * MEAN_AGE * math.log(uniform(seed, DRAW_AGE, identity, 0)))
        firm[CASH, i] = exact(sales)


@kernel
def open_managers(manager: Matrix, manager_code: Codes, used: int, policy: Matrix, seed: int) -> None:
    """Fund managers with focus, region and a lognormal target size (rescaled by the caller)."""
    for m in range(used):
        u = uniform(seed, DRAW_FOCUS, m, 0)
        early, growth = policy[FOCUS_EARLY, 0], policy[FOCUS_EARLY, 0] + policy[FOCUS_GROWTH, 0]
        manager_code[MANAGER_FOCUS, m] = 0 if u < early else (1 if u < growth else 2)
        manager_code[MANAGER_REGION, m] = pick(policy, REGION_SHARE, 6, uniform(seed, DRAW_PLACE, m, 0))
        spread = policy[SIZE_SPREAD, 0]
        manager[TARGET, m] = policy[SIZE_MEAN, 0] * math.exp(
            spread * normal(seed, DRAW_SIZE, m, 0) - spread * spread / 2.0
        )


@rule
def loan_left(age: int, quarters: int, grace: int) -> float:
    """Share of a loan's principal still owed after `age` quarters."""
    if age <= grace:
        return 1.0
    return max(0.0, float(quarters - age) / float(quarters - grace))


def first_population(seed: int, scale: float, policy: Floats) -> Population:
    """The population at the start of the burn-in: market firms, banks, managers, governments; no venture yet."""
    multiples = max(int(policy[MULTIPLES_KEPT, 0]), int(MULTIPLES_AT_SCALE_1 * scale))
    s = Population.empty(seed, scale, multiples)
    s.bank.num[SHARE] = 1.0 / np.arange(1, N_BANKS + 1)
    s.bank.num[SHARE] /= s.bank.num[SHARE].sum()
    s.insurer.num[INSURER_SHARE] = MARKET_SHARES
    count = int(policy[MARKET_FIRMS_OPENING, 0] * scale + 0.5)
    s.firm.reserve(ROOM * count)
    rows = fresh_rows(s.firm, count)
    open_firms(rows, s.firm.num, s.firm.code, policy, seed, s.bank.num, s.changes)
    list_incumbents(s, policy)
    s.memory[MARKET_FIRMS, 0] = float(len(rows))
    open_funds(s, policy)
    for row, values in FIRST_MEMORY.items():
        s.memory[row, : len(values)] = values
    s.memory[LGD] = policy[LGD_OPENING, 0]
    set_balance_sheets(s, policy)
    return s


def open_funds(s: Population, policy: Floats) -> None:
    """Managers with target sizes that add up to the national total, and the standing secondary fund in row 0."""
    count = max(6, int(policy[MANAGER_COUNT, 0] * s.scale + 0.5))
    s.manager.append(count)
    open_managers(s.manager.num, s.manager.code, count, policy, s.seed)
    wanted = policy[SIZE_MEAN, 0] * policy[MANAGER_COUNT, 0] * s.scale
    s.manager.num[TARGET, :count] *= wanted / s.manager.num[TARGET, :count].sum()
    s.fund.append(1)
    s.fund.code[STATUS, 0] = FUND_ALIVE
    s.fund.code[KIND, 0] = SECONDARY_FUND
    s.fund.code[FUND_ID, 0] = 0
    s.fund.code[TERM, 0] = FOR_EVER
    s.memory[TYPE_SHARE, :6] = opening_shares(policy)


def list_incumbents(s: Population, policy: Floats) -> None:
    """Listed companies of the opening, drawn among the largest 5% of market firms;
    a quarter of their shares is public.
    """
    used = s.firm.used
    size = np.lexsort((s.firm.code[ID, :used], -s.firm.num[SALES, :used]))[: max(1, used // LARGEST_PART)]
    order = size[np.lexsort((s.firm.code[ID, size], uniforms(s.seed, DRAW_LISTED, s.firm.code[ID, size], 0)))]
    chosen = order[: int(policy[LISTED_OPENING, 0] * s.scale + 0.5)]
    s.firm.code[STAGE, chosen] = PUBLIC
    s.firm.code[LISTED_AT, chosen] = LISTED_BEFORE
    s.firm.num[PUBLIC_SHARES, chosen] = PUBLIC_PART * FIRST_SHARES
    s.firm.num[FOUNDER_SHARES, chosen] = (1.0 - PUBLIC_PART) * FIRST_SHARES


@kernel
def mark_listed(firm: Matrix, firm_code: Codes, used: int, multiple: float, index: float) -> float:
    """Market price and holders' values of listed companies; returns the value of the whole market."""
    total = 0.0
    for i in range(used):
        if firm_code[STAGE, i] == PUBLIC:
            firm[PRICE, i] = value_at_issue(multiple, index, firm[SALES, i], firm[POTENTIAL, i]) / firm[SHARES, i]
            firm[FOUNDER_VALUE, i] = exact(firm[FOUNDER_SHARES, i] * firm[PRICE, i])
            firm[PUBLIC_VALUE, i] = exact(firm[PUBLIC_SHARES, i] * firm[PRICE, i])
            total += firm[SHARES, i] * firm[PRICE, i]
    return total


@kernel
def scale_market_firms(firm: Matrix, firm_code: Codes, used: int, target: float) -> float:
    """Rescale firms without venture history once, so that planned R&D of all market firms is `target`
    (CNY mn a quarter); returns the factor.
    """
    own, others = 0.0, 0.0
    for i in range(used):
        if firm_code[STAGE, i] >= MARKET:
            if firm_code[VENTURE, i] == 0:
                own += firm[RD_INTENSITY, i] * firm[SALES, i]
            else:
                others += firm[RD_INTENSITY, i] * firm[SALES, i]
    factor = max(LOWEST_FACTOR, (target - others) / own) if own > 0.0 else 1.0
    for i in range(used):
        if firm_code[STAGE, i] < MARKET or firm_code[VENTURE, i] == 1:
            continue
        for column in (SALES, POTENTIAL, SALES_TREND, OUTPUT):
            firm[column, i] *= factor
        firm[CAPITAL, i] = exact(firm[CAPITAL, i] * factor)
        firm[CASH, i] = exact(firm[SALES, i])
        if firm_code[STAGE, i] != PUBLIC:
            firm[FOUNDER_VALUE, i] = exact(firm[FOUNDER_VALUE, i] * factor)
    return factor


def set_balance_sheets(s: Population, policy: Floats) -> None:
    """Set loans, banks, bonds and deposits to their opening values, without flows, and start the books from there."""
    scale = s.scale
    factor = scale_market_firms(s.firm.num, s.firm.code, s.firm.used, policy[RD_OPENING, 0] * 1000.0 * scale / 4.0)
    value = mark_listed(s.firm.num, s.firm.code, s.firm.used, policy[LISTED_MULTIPLE, 0], s.memory[LISTED_PRICE, 0])
    s.memory[LISTED_VALUE, 0] = value
    if s.memory[SUPPLY_TREND, 0] <= 0.0:
        s.memory[SUPPLY_TREND, 0] = SUPPLY_SHARE * value
    spread_loans(s, policy)
    account = s.account
    account[PUBLIC_MARKET] = exact(policy[CASH_SHARE, 0] * value)
    account[HOUSEHOLDS] = exact(policy[HOUSEHOLDS_OPENING, 0] * scale)
    account[INDEX] = 1.0
    if s.quarter == 0:
        taxes = policy[VAT, 0] * ADDED_SHARE * float(s.firm.num[SALES, : s.firm.used].sum())
        shares = policy[REGION_SHARE, :6] / policy[REGION_SHARE, :6].sum()
        s.region.num[REVENUE] = [taxes * 2.0 * share for share in shares]
        account[CENTRAL_TARGET] = taxes / 2.0
    account[CENTRAL_BONDS] = exact(policy[CENTRAL_DEBT, 0] * scale)
    for r in range(s.region.used):
        s.region.num[BONDS_OUT, r] = exact(policy[LOCAL_DEBT, 0] * s.region.num[REVENUE, r])
    freeze_budgets(s.region.num, account, factor if s.quarter else 1.0, policy[COUPON, 0])
    s.region.num[CASH_TARGET] = s.region.num[REVENUE] / 4.0
    for r in range(s.region.used):
        s.region.num[PURSE, r] = exact(s.region.num[CASH_TARGET, r])
    account[TREASURY] = exact(account[CENTRAL_TARGET])
    account[BANK_BONDS] = exact(policy[BONDS_OPENING, 0] * scale)
    account[REST_BONDS] = float(s.region.num[BONDS_OUT].sum()) + account[CENTRAL_BONDS] - account[BANK_BONDS]
    s.bank.num[NON_PERFORMING] = 0.0
    if s.quarter:
        mark_bad_loans(
            s.firm.code, s.loan.num, s.loan.code, s.loan.used, s.bank.num, policy[BAD_LOANS, 0], s.quarter, s.seed
        )
    open_guarantees(s, policy)
    open_banks(s, policy)
    rebase(s)


def open_banks(s: Population, policy: Floats) -> None:
    """Banks' outside book and capital at the opening ratio; deposits and reserves close the balance sheet."""
    bank, account = s.bank.num, s.account
    for b in range(N_BANKS):
        bank[OUTSIDE, b] = exact(policy[OUTSIDE_OPENING, 0] * s.scale * bank[SHARE, b])
        weighted = policy[RISK_WEIGHT, 0] * bank[BOOK, b] + policy[OUTSIDE_WEIGHT, 0] * bank[OUTSIDE, b]
        bank[EQUITY, b] = exact(policy[CAPITAL_RATIO, 0] * weighted)
        own_risk = bank[NON_PERFORMING, b] - bank[PROTECTED, b]
        bank[ALLOWANCE, b] = exact(policy[COVERAGE, 0] * own_risk + bank[PAID_OUT, b])
    bank[[RECENT_LOSS, INCOME, LIGHTER, HURDLE, OWED, *OWED_BY_AGE]] = 0.0
    own = float(bank[EQUITY].sum() + bank[ALLOWANCE].sum())
    book = float(bank[BOOK].sum() + bank[OUTSIDE].sum())
    deposits = exact((book + account[BANK_BONDS] - own) / (1.0 - policy[RESERVE_SHARE, 0]))
    account[RESERVES] = deposits + own - book - account[BANK_BONDS]
    account[REST] = 0.0
    held = sector_deposits(s)
    account[REST] = deposits - (float(held.sum()) - account[TREASURY])


def spread_loans(s: Population, policy: Floats) -> None:
    """Medium- and long-term loans of the opening on 45% of market firms, in proportion to capital, age uniform."""
    used = s.firm.used
    s.loan.keep(np.zeros(0, dtype=np.int64))
    s.firm.code[DEFAULTED_AT, :used] = -1
    s.firm.code[ARREARS, :used] = 0
    market = np.flatnonzero(s.firm.code[STAGE, :used] >= MARKET)
    ids = s.firm.code[ID, market]
    rows = market[uniforms(s.seed, DRAW_BORROWER, ids, 0) < policy[BORROWERS, 0]]
    first = s.loan.append(len(rows))
    s.firm.num[DEBT, :used] = 0.0
    place_loans(
        rows, first, s.firm.num, s.firm.code, s.loan.num, s.loan.code, s.bank.num, policy[LOANS_OPENING, 0] * s.scale,
        policy[LPR_5Y, 0] + policy[SPREAD, 0], int(policy[MATURITY, 0]), int(policy[LOAN_GRACE, 0]), s.quarter, s.seed,
    )  # fmt: skip


@kernel
def mark_bad_loans(firm_code: Codes, loan: Matrix, loan_code: Codes, used: int, bank: Matrix, share: float, t: int,
                   seed: int) -> None:  # fmt: skip
    """Some borrowers without venture history have defaulted before the opening; their loans wait to be resolved."""
    for row in range(used):
        i = loan_code[BORROWER, row]
        if firm_code[VENTURE, i] == 0 and uniform(seed, DRAW_BAD_LOAN, firm_code[ID, i], 0) < share:
            firm_code[DEFAULTED_AT, i] = t - 1
            loan_code[LOAN_STATUS, row] = IN_DEFAULT
            bank[NON_PERFORMING, loan_code[LENDER, row]] += loan[PRINCIPAL, row]


@kernel
def place_loans(rows: Ints, first: int, firm: Matrix, firm_code: Codes, loan: Matrix, loan_code: Codes, bank: Matrix,
                total: float, rate: float, quarters: int, grace: int, t: int, seed: int) -> None:  # fmt: skip
    """Write one loan a borrower, sized by capital and by what is left at its age; the banks' books follow."""
    for b in range(bank.shape[1]):
        bank[BOOK, b] = 0.0
    weights = 0.0
    for k in range(rows.shape[0]):
        age = int(uniform(seed, DRAW_LOAN_AGE, firm_code[ID, rows[k]], 0) * quarters)
        weights += firm[CAPITAL, rows[k]] * loan_left(age, quarters, grace)
    for k in range(rows.shape[0]):
        i, row = rows[k], first + k
        age = int(uniform(seed, DRAW_LOAN_AGE, firm_code[ID, i], 0) * quarters)
        loan[PRINCIPAL, row] = exact(total * firm[CAPITAL, i] * loan_left(age, quarters, grace) / weights)
        loan[RATE, row] = rate
        loan_code[LOAN_OPEN, row] = 1
        loan_code[BORROWER, row] = i
        loan_code[BORROWER_ID, row] = firm_code[ID, i]
        loan_code[LENDER, row] = firm_code[BANK, i]
        loan_code[LENT_AT, row] = t - age
        loan_code[QUARTERS, row] = quarters
        loan_code[GRACE, row] = grace
        firm[DEBT, i] = loan[PRINCIPAL, row]
        firm_code[FIRST_LOAN, i] = t - age
        bank[BOOK, firm_code[BANK, i]] += loan[PRINCIPAL, row]


