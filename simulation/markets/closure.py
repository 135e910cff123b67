"""Closure: deposit interest, banks' outside book and dividends, and consumption close the quarter's circle."""

from __future__ import annotations

from ..accounting.chart import (
    B, BANK_COST_CR, BANK_COST_H, CIT_BANK_CENTRAL, CIT_BANK_LOCAL, CONSUMPTION, DEPI_CR, DEPI_E, DEPI_F, DEPI_H,
    DEPI_I, DEPI_LG, DEPI_VEHICLE, DEPI_X, FLOW, OPERATING_CENTRAL, OPERATING_LOCAL, OUTSIDE, OUTSIDE_INTEREST,
    OUTSIDE_LENDING, WAGES, WRITE_OFF,
)  # fmt: skip
from ..accounting.ledger import annual_to_quarter, exact, pay, share_out
from ..agents.bank import (
    ALLOWANCE, BOOK, EQUITY, INCOME, LIGHTER, NON_PERFORMING, N_BANKS, OUTSIDE as OUTSIDE_BOOK, PAID_OUT, PROTECTED,
    SHARE, weighted_loans,
)  # fmt: skip
from ..agents.enterprise import CASH, STAGE
from ..agents.government import PURSE, TAXES
from ..agents.insurer import OWN_FUNDS
from ..agents.investor import DEPOSITS
from ..agents.population import CORPORATE, HOUSEHOLDS, PUBLIC_MARKET, REST, TREASURY
from ..engine.blocks import Slices, count_blocks, end_row, first_row
from ..engine.jit import block_kernel, kernel, prange, rule
from ..engine.table import Codes, Cube, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage
from .operations import CIT_CENTRAL_SHARE, CIT_RATE

DEPOSIT_RATE = parameter("deposit_rate")
OUTSIDE_YIELD = parameter("outside_yield")
OUTSIDE_LOSS = parameter("outside_loss")
OUTSIDE_GROWTH = parameter("outside_growth")
OUTSIDE_WEIGHT = parameter("outside_risk_weight")
RISK_WEIGHT = parameter("risk_weight")
CAPITAL_RATIO = parameter("opening_capital_ratio")
COST_SHARE = parameter("bank_cost_share")
PAYOUT = parameter("bank_payout")
COVERAGE = parameter("npl_coverage")
CONSUMED = parameter("consumption")
HOUSEHOLD_PART = 0.7  # of the operating cost and dividends of banks


@rule
def bank_dividend(income: float, payout: float, equity: float, target: float) -> float:
    """Dividend of a quarter: [payout x net income + (equity - target)/4]+ (CNY mn)."""
    return max(0.0, payout * max(0.0, income) + (equity - target) / 4.0)


@rule
def interest_block(firm: Matrix, firm_code: Codes, lo: int, hi: int, flows: Vector, rate: float) -> None:
    """Deposit interest of enterprises; the banks' side follows in `pay_deposit_interest`."""
    for i in range(lo, hi):
        if firm_code[STAGE, i] >= 0:
            paid = exact(firm[CASH, i] * rate)
            firm[CASH, i] += paid
            flows[DEPI_E] += paid


@block_kernel
def pay_enterprises(firm: Matrix, firm_code: Codes, used: int, flows: Matrix, rate: float) -> None:
    """Deposit interest of enterprises, block by block."""
    for b in prange(count_blocks(used)):
        interest_block(firm, firm_code, first_row(b), end_row(b, used), flows[b], rate)


@kernel
def pay_deposit_interest(fund: Matrix, funds: int, region: Matrix, insurer: Matrix, account: Vector, bank: Matrix,
                         flows: Vector, rate: float) -> None:  # fmt: skip
    """Banks pay interest on every other deposit; the whole bill is shared among banks by size."""
    total = flows[DEPI_E]
    for f in range(funds):
        paid = exact(fund[DEPOSITS, f] * rate)
        fund[DEPOSITS, f] += paid
        flows[DEPI_F] += paid
        total += paid
    for r in range(region.shape[1]):
        paid = exact(max(0.0, region[PURSE, r]) * rate)
        region[PURSE, r] += paid
        flows[DEPI_LG] += paid
        total += paid
    for k in range(insurer.shape[1]):
        paid = exact(insurer[OWN_FUNDS, k] * rate)
        insurer[OWN_FUNDS, k] += paid
        flows[DEPI_I] += paid
        total += paid
    for k, line in ((HOUSEHOLDS, DEPI_H), (CORPORATE, DEPI_VEHICLE), (PUBLIC_MARKET, DEPI_X), (REST, DEPI_CR)):
        paid = exact(max(0.0, account[k]) * rate)
        account[k] += paid
        flows[line] += paid
        total += paid
    charge(bank, total)


@rule
def charge(bank: Matrix, total: float) -> None:
    """Take an exact total off the banks' equity and income by size; the last bank bears the remainder."""
    left, weights = total, 0.0
    for b in range(N_BANKS):
        weights += bank[SHARE, b]
    for b in range(N_BANKS):
        part = left if b == N_BANKS - 1 else share_out(bank[SHARE, b], weights, left)
        weights -= bank[SHARE, b]
        left -= part
        bank[EQUITY, b] -= part
        bank[INCOME, b] -= part


@kernel
def run_outside_book(bank: Matrix, policy: Matrix, account: Vector, flows: Vector, changes: Cube) -> None:
    """Interest, losses and growth of loans to the rest of the economy."""
    growth = annual_to_quarter(policy[OUTSIDE_GROWTH, 0])
    for b in range(N_BANKS):
        earned = pay(
            flows, OUTSIDE_INTEREST, account, REST, bank[EQUITY], b,
            bank[OUTSIDE_BOOK, b] * policy[OUTSIDE_YIELD, 0] / 4.0,
        )  # fmt: skip
        lost = exact(bank[OUTSIDE_BOOK, b] * policy[OUTSIDE_LOSS, 0] / 4.0)
        bank[INCOME, b] += earned - lost
        bank[EQUITY, b] -= lost
        lent = exact(bank[OUTSIDE_BOOK, b] * growth + lost)
        bank[OUTSIDE_BOOK, b] += lent - lost
        account[REST] += lent
        flows[OUTSIDE_LENDING] += lent
        changes[OUTSIDE, B, FLOW] += lent
        changes[OUTSIDE, B, WRITE_OFF] -= lost


@kernel
def close_banks(bank: Matrix, policy: Matrix, region: Matrix, account: Vector, flows: Vector) -> None:
    """Allowance, operating cost, income tax and dividend of each bank."""
    regions = region.shape[1]
    for b in range(N_BANKS):
        allowance = exact(policy[COVERAGE, 0] * (bank[NON_PERFORMING, b] - bank[PROTECTED, b]) + bank[PAID_OUT, b])
        bank[EQUITY, b] -= allowance - bank[ALLOWANCE, b]
        bank[INCOME, b] -= allowance - bank[ALLOWANCE, b]
        bank[ALLOWANCE, b] = allowance
        cost = exact(policy[COST_SHARE, 0] * max(0.0, bank[INCOME, b]))
        net = bank[INCOME, b] - cost
        tax = exact(policy[CIT_RATE, 0] * max(0.0, net))
        central = pay(flows, CIT_BANK_CENTRAL, bank[EQUITY], b, account, TREASURY, tax * policy[CIT_CENTRAL_SHARE, 0])
        r = b % regions
        region[TAXES, r] += pay(flows, CIT_BANK_LOCAL, bank[EQUITY], b, region[PURSE], r, tax - central)
        weighted = weighted_loans(policy[RISK_WEIGHT, 0], bank[BOOK, b], bank[LIGHTER, b])
        weighted += policy[OUTSIDE_WEIGHT, 0] * bank[OUTSIDE_BOOK, b]
        target = policy[CAPITAL_RATIO, 0] * weighted
        out = exact(cost + bank_dividend(net - tax, policy[PAYOUT, 0], bank[EQUITY, b] - cost, target))
        to_h = pay(flows, BANK_COST_H, bank[EQUITY], b, account, HOUSEHOLDS, HOUSEHOLD_PART * out)
        pay(flows, BANK_COST_CR, bank[EQUITY], b, account, REST, out - to_h)


@kernel
def consume(account: Vector, flows: Vector, share: float) -> None:
    """Households spend a share of wages, deposit interest, service income and bank payouts."""
    income = flows[WAGES] + flows[DEPI_H] + flows[OPERATING_CENTRAL] + flows[OPERATING_LOCAL] + flows[BANK_COST_H]
    pay(flows, CONSUMPTION, account, HOUSEHOLDS, account, REST, share * income)


def play(q: Quarter) -> None:
    """Banks and households close the quarter."""
    s, p = q.state, q.policy
    rate = p[DEPOSIT_RATE, 0] / 4.0
    run_outside_book(s.bank.num, p, s.account, s.flows, s.changes)
    slices = Slices(s.firm.used)
    pay_enterprises(q.threads)(s.firm.num, s.firm.code, s.firm.used, slices.of(s.flows), rate)
    slices.fold()
    pay_deposit_interest(
        s.fund.num, s.fund.used, s.region.num, s.insurer.num, s.account, s.bank.num, s.flows, rate
    )
    close_banks(s.bank.num, p, s.region.num, s.account, s.flows)
    consume(s.account, s.flows, p[CONSUMED, 0])


MECHANISM = Mechanism(
    key="closure",
    question="Where does money go that leaves the cycle, and how does it come back?",
    stages=(
        Stage("banks and households close", play, "deposit interest, bank costs and dividends, consumption"),
    ),
    lines=("INTO", "LOUT", "DEPI", "BDIV", "CIT", "CONS"),
    indicators=("bank_capital_ratio",),
)
