"""What is measured at the end of a quarter: each national indicator with its weight (the denominator of a ratio)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..accounting.chart import (
    CALL_CG, CLAIM_CENTRAL, COUPON_CENTRAL_BANK, COUPON_CENTRAL_REST, COUPON_LOCAL_BANK, COUPON_LOCAL_REST,
    DISTRIBUTION_CG, GUARANTEE_FEE_CENTRAL, GUARANTEE_PAID_CENTRAL, OPERATING_CENTRAL, PREMIUM_SUBSIDY,
    PROCURED_CENTRAL, RECOVERY_CENTRAL, REFUND_CENTRAL, SUBSIDY_CENTRAL, TRANSFER_LOCAL,
)  # fmt: skip
from ..agents import population as pop, tally as tl
from ..agents.bank import BOOK, EQUITY, LIGHTER, NON_PERFORMING, OUTSIDE, RECENT_LOSS
from ..agents.enterprise import DEBT, MARKET, QUEUE, SALES, STAGE
from ..agents.founder import FOUNDER_FREE_AT
from ..agents.government import BONDS_OUT, KNOWLEDGE_0, PROGRAMMES, REVENUE, TAXES
from ..agents.investor import (
    CALLED, CLAIM, DEPOSITS, DIRECT, DISTRIBUTED, FAIR_VALUE, FUND_ALIVE, GIVE_UP, HELD_VALUE, HOLDING_OPEN,
    LP_CENTRAL, LP_LOCAL, PAID, STATUS, TERM, VINTAGE,
)  # fmt: skip
from ..agents.national import Values, count, money, promises, share
from ..agents.population import Population
from ..engine.jit import kernel
from ..engine.table import Codes, Floats, Ints, Matrix, Vector
from ..markets.closure import OUTSIDE_WEIGHT, RISK_WEIGHT
from ..markets.credit import ALLOCATION, GUIDANCE_SHARE, GUIDANCE_WEIGHT, REQUIREMENT
from ..markets.expectations import dry_powder
from ..markets.fiscal import CENTRAL_TAXES
from ..markets.fundraising import INVESTING
from ..scenario.parameter import parameter
from .quarter import MECHANISMS

RECYCLED = parameter("recycling_label")
DISCOUNT_RATE = parameter("discount_rate")
POLICY_START = 12  # 2024Q1: public cost is in money of this quarter


@dataclass(frozen=True)
class Seen:
    """A quarter as it is measured; what is read many times is taken out of its arrays once."""

    state: Population
    policy: Floats
    total: list[float]  # of each row of the tally
    first: list[float]  # entry of each row of the tally
    second: list[float]
    flows: list[float]
    banks: list[float]  # sum of each column over banks
    market: int  # enterprises on the market
    borrowers: int
    queue: int

    @classmethod
    def of(cls, state: Population, policy: Floats) -> Seen:
        """The state at the end of a quarter."""
        t, firm = state.tally, state.firm
        return cls(
            state, policy, t.sum(axis=1).tolist(), t[:, 0].tolist(), t[:, 1].tolist(), state.flows.tolist(),
            state.bank.num.sum(axis=1).tolist(), *count_firms(firm.num, firm.code, firm.used),
        )  # fmt: skip


def measure(state: Population, policy: Floats, quarter: int) -> Values:
    """All national indicators of the quarter (counts and CNY bn are divided by scale)."""
    seen = Seen.of(state, policy)
    values: Values = {}
    for part in (innovation, financing, lending, industry, stability, exits, cycle):
        values.update(part(seen))
    values.update(public_finance(seen, quarter))
    for mechanism in MECHANISMS.values():
        if mechanism.measure is not None:
            values.update(mechanism.measure(state, policy))
    return values


def median_note(s: Population, kind: int) -> tuple[float, float]:
    """Median of the figure noted with the quarter's events of a kind."""
    used = s.event.used
    notes = np.sort(s.event.num[tl.NOTE, :used][s.event.code[tl.WHAT, :used] == kind])
    if not len(notes):
        return math.nan, 0.0
    middle = len(notes) // 2
    return float(notes[middle] if len(notes) % 2 else (notes[middle - 1] + notes[middle]) / 2.0), 1.0


def innovation(q: Seen) -> Values:
    """Entry, research, tests, patents, knowledge."""
    s, total = q.state, q.total
    return {
        "projects_entered": count(s, total[tl.ENTERED]),
        "rd_spending": money(s, total[tl.RD_SPENT]),
        "rd_intensity": share(q.first[tl.RD_MARKET], total[tl.REVENUE]),
        "stage_pass_rate": share(total[tl.PASSED], total[tl.TESTED]),
        "patents": count(s, total[tl.PATENTS_FILED]),
        "knowledge_stock": money(s, float(s.region.num[KNOWLEDGE_0 : KNOWLEDGE_0 + 9].sum())),
        "university_projects_converted": count(s, total[tl.CONVERTED]),
    }


def financing(q: Seen) -> Values:
    """Equity and fund-raising."""
    s, total, first, second = q.state, q.total, q.first, q.second
    equity, deals, sought = total[tl.EQUITY_PAID], total[tl.FUNDED], total[tl.EQUITY_SOUGHT]
    households, corporate, central, local, other = s.tally[tl.COMMITMENTS, :5].tolist()
    offered = first[tl.OFFERED_GUIDANCE]
    dry, private = dry_powder(s, q.policy[INVESTING, 0])
    by_region = s.tally[tl.EQUITY_PAID + 1, :6]
    return {
        "equity_invested": money(s, equity),
        "equity_deals": (deals / s.scale, 1.0),
        "funded_share": share(deals, total[tl.SEEKING]),
        "early_equity_share": share(first[tl.EQUITY_STAGE] + second[tl.EQUITY_STAGE], equity),
        "small_deal_share": share(first[tl.SMALL_ROUNDS], deals),
        "median_pre_money": median_note(s, tl.ROUND),
        "dry_powder": money(s, dry),
        "dry_powder_private": money(s, private),
        "social_commitments": money(s, float(s.now[pop.PAST_COMMITTED])),
        "government_commitment_share": share(central + local + other, households + corporate + central + local + other),
        "social_leverage": share(households + corporate, central + local, 1.0),
        "financing_gap": share(sought - equity + second[tl.CREDIT_GAP], sought + first[tl.CREDIT_GAP]),
        "regional_concentration": share(float((by_region**2).sum()) / max(equity, 1e-9), equity, 1.0),
        "first_time_share": share(first[tl.FUNDED_FIRST], deals),
        "managers_declining": share(second[tl.OFFERS_DECLINED], first[tl.OFFERS_DECLINED]),
        "guidance_not_placed": share(offered - second[tl.OFFERED_GUIDANCE], offered),
    }


@kernel
def count_firms(firm: Matrix, firm_code: Codes, used: int) -> tuple[int, int, int]:
    """How many enterprises are on the market, how many of them have bank debt, and how many wait for a listing."""
    market, borrowers, queue = 0, 0, 0
    for i in range(used):
        if firm_code[STAGE, i] >= MARKET:
            market += 1
            borrowers += 1 if firm[DEBT, i] > 0.0 else 0
            queue += 1 if firm_code[STAGE, i] == QUEUE else 0
    return market, borrowers, queue


def lending(q: Seen) -> Values:
    """Bank loans."""
    s, first, second = q.state, q.first, q.second
    book, before, paid = q.banks[BOOK], float(s.past[pop.PAST_LOANS, 4]), first[tl.LOANS_PAID]
    return {
        "mlt_loans": money(s, book),
        "mlt_loan_growth": share(book - before, before),
        "mean_loan_rate": share(second[tl.LOANS_PAID], paid),
        "mean_loan_spread": share(float(s.tally[tl.LOANS_PAID, 2]), paid),
        "loan_approval_rate": share(second[tl.LOANS_SOUGHT], first[tl.LOANS_SOUGHT]),
        "borrower_share": share(float(q.borrowers), float(q.market)),
    }


FIRST_CLASS = math.log(1e-3)
CLASSES = 512.0 / math.log(1e9)  # a unit of the logarithm


@kernel
def grouped_gini(values: Vector, flags: Ints, used: int) -> float:
    """Gini coefficient of positive values with flags >= 3, from 512 logarithmic classes between 1e-3 and 1e6."""
    firms = np.zeros(512)
    total = np.zeros(512)
    for i in range(used):
        if flags[i] >= 3 and values[i] > 0.0:
            k = int((math.log(values[i]) - FIRST_CLASS) * CLASSES)
            k = min(511, max(0, k))
            firms[k] += 1.0
            total[k] += values[i]
    people, sales, area, n, everything = 0.0, 0.0, 0.0, firms.sum(), total.sum()
    if n == 0.0 or everything == 0.0:
        return 0.0
    for k in range(512):
        area += firms[k] / n * (sales + sales + total[k]) / everything
        sales += total[k]
        people += firms[k]
    return 1.0 - area


def industry(q: Seen) -> Values:
    """Products, sales and survival."""
    s, first, second = q.state, q.first, q.second
    return {
        "validated_products": count(s, q.total[tl.VALIDATED]),
        "time_to_market": median_note(s, tl.WAS_VALIDATED),
        "valley_survival": share(first[tl.CROSSED_VALLEY], float(s.past[pop.PAST_PROTOTYPE, 12])),
        "first_orders": money(s, first[tl.FIRST_ORDERS]),
        "unit_cost_index": share(first[tl.UNIT_COSTS], second[tl.UNIT_COSTS], 1.0),
        "failure_rate_in_use": share(first[tl.FAILED_SALES], second[tl.FAILED_SALES]),
        "funded_cohort_sales": money(s, first[tl.SALES_FUNDED]),
        "value_added": money(s, q.total[tl.VALUE_ADDED]),
        "size_gini": (grouped_gini(s.firm.num[SALES], s.firm.code[STAGE], s.firm.used), 1.0),
    }


@kernel
def open_claims(holding: Matrix, holding_code: Codes, used: int) -> float:
    """Redemption claims on open holdings that are not paid yet (CNY mn)."""
    total = 0.0
    for h in range(used):
        if holding_code[HOLDING_OPEN, h] == 1:
            total += holding[CLAIM, h]
    return total


def stability(q: Seen) -> Values:
    """Banks, loans, the public market, funds past their term, redemptions."""
    s, p, first, second = q.state, q.policy, q.first, q.second
    bank, weight = s.bank.num, p[RISK_WEIGHT, 0]
    book, equity = q.banks[BOOK], q.banks[EQUITY]
    charged = bank[BOOK] - bank[LIGHTER]
    weighted = float((weight * charged + p[OUTSIDE_WEIGHT, 0] * bank[OUTSIDE]).sum())
    guidance = 1.0 + p[GUIDANCE_WEIGHT, 0] * (p[GUIDANCE_SHARE, 0] - 1.0)
    allocation = p[ALLOCATION, 0] * guidance * (bank[EQUITY] + bank[RECENT_LOSS]) - bank[RECENT_LOSS]
    use = weight * charged / np.maximum(allocation / p[REQUIREMENT, 0], 1e-9)
    code = s.fund.code[:, 1 : s.fund.used]
    overdue = np.count_nonzero((code[STATUS] == FUND_ALIVE) & (s.quarter - code[VINTAGE] >= code[TERM]))
    allocated = float(np.maximum(allocation, 0.0).sum())
    return {
        "bank_capital_ratio": share(equity, weighted),
        "banks_at_limit": share(float(np.count_nonzero(use > 0.99)), float(len(use))),
        "bank_allocation_use": share(float(weight * p[REQUIREMENT, 0] * charged.sum()), allocated),
        "npl_ratio": share(q.banks[NON_PERFORMING], book),
        "default_rate": share(4.0 * first[tl.DEFAULTED], book),
        "listed_price_index": (float(s.memory[pop.LISTED_PRICE, 0]), 1.0),
        "valuation_pressure": share(first[tl.PRESSURE_SUM], second[tl.PRESSURE_SUM], 1.0),
        "overdue_funds": (overdue / s.scale, 1.0),
        "redemptions_claimed": money(s, first[tl.REDEMPTIONS]),
        "redemptions_paid": money(s, second[tl.REDEMPTIONS]),
        "redemption_claims_outstanding": money(s, open_claims(s.holding.num, s.holding.code, s.holding.used)),
        "sell_orders_rationed": share(first[tl.SELL_ORDERS] - second[tl.SELL_ORDERS], first[tl.SELL_ORDERS]),
    }


def present_value(policy: Floats, quarter: int) -> float:
    """Discount factor to 2024Q1 at the real government rate."""
    return float((1.0 + policy[DISCOUNT_RATE, 0]) ** (-(quarter - POLICY_START) / 4.0))


def public_claims(s: Population) -> tuple[float, float, float]:
    """Value of what central and local guidance funds, and the public part of the secondary fund, still hold in funds
    (CNY mn).
    """
    fund, used = s.fund.num, s.fund.used
    value = fund[DEPOSITS, :used] + fund[FAIR_VALUE, :used]
    paid = sum(fund[row, :used] for row in PAID)
    gain = np.clip(fund[DISTRIBUTED, :used] + value - fund[CALLED, :used], 0.0, value)  # part of it would be given up
    worth = value - fund[GIVE_UP, :used] * gain
    part = np.where(paid > 0.0, worth / np.where(paid > 0.0, paid, 1.0), 0.0)
    central, local = part * fund[PAID[LP_CENTRAL], :used], part * fund[PAID[LP_LOCAL], :used]
    return float(central[1:].sum()), float(local[1:].sum()), float(central[0])


def direct_stakes(s: Population) -> float:
    """Fair value of what local governments bought in rounds and still hold (CNY mn)."""
    code = s.holding.code[:, : s.holding.used]
    held = (code[DIRECT] == 1) & (code[HOLDING_OPEN] == 1)
    return float(s.holding.num[HELD_VALUE, : s.holding.used][held].sum())


def public_finance(q: Seen, quarter: int) -> Values:
    """Cost of levers, taxes, debt."""
    s, f, cost = q.state, q.flows, q.state.cost
    net = float(cost.sum() - 2.0 * cost[:, :, [tl.RECEIPT, tl.IN_KIND]].sum())  # both count against outlays
    central = sum(f[line] for line in CENTRAL_TAXES)
    central -= f[CALL_CG] - f[DISTRIBUTION_CG] + f[OPERATING_CENTRAL] + f[COUPON_CENTRAL_BANK] + f[COUPON_CENTRAL_REST]
    central -= f[PREMIUM_SUBSIDY] + f[PROCURED_CENTRAL] - f[REFUND_CENTRAL] - f[CLAIM_CENTRAL]
    central -= f[SUBSIDY_CENTRAL] + f[GUARANTEE_PAID_CENTRAL] - f[GUARANTEE_FEE_CENTRAL] - f[RECOVERY_CENTRAL]
    central -= f[TRANSFER_LOCAL]
    region = s.region.num
    local = float((region[TAXES] - region[PROGRAMMES]).sum()) - (f[COUPON_LOCAL_BANK] + f[COUPON_LOCAL_REST])
    return {
        "public_cost": money(s, net * present_value(q.policy, quarter)),
        "contingent_liabilities": money(s, promises(s)),
        "induced_tax": money(s, q.total[tl.INDUCED_TAX]),
        "net_fiscal_position": money(s, central + local),
        "local_debt_ratio": share(float(region[BONDS_OUT].sum()), float(region[REVENUE].sum()), 1.0),
    }


def exits(q: Seen) -> Values:
    """Exits by channel, the listing queue, outcomes."""
    s, total, first, second = q.state, q.total, q.first, q.second
    failed = total[tl.TURNED_DOWN] + total[tl.WITHDRAWN]
    stakes, closed = first[tl.SECONDARY_TRADES], float(s.tally[tl.CLOSED_BELOW, 2])
    values: Values = {
        "exit_value": money(s, total[tl.EXIT_MONEY]),
        "listing_queue": (q.queue / s.scale, 1.0),
        "listing_wait": (float(s.memory[pop.LISTING_WAIT, 0]), 1.0),
        "listing_withdrawals": count(s, total[tl.WITHDRAWN]),
        "listing_failure_share": share(failed, total[tl.LISTED_BOARD] + failed),
        "secondary_discount": share(stakes - second[tl.SECONDARY_TRADES], stakes),
        "outcomes_below_1x": share(first[tl.CLOSED_BELOW], closed),
        "outcomes_above_10x": share(second[tl.CLOSED_BELOW], closed),
        "time_to_exit": share(first[tl.EXIT_TIME] + second[tl.EXIT_TIME], first[tl.EXITS] + second[tl.EXITS], 1.0),
    }
    companies, holdings = s.tally[tl.EXITS].tolist(), s.tally[tl.EXIT_HOLDINGS].tolist()
    for channel, name in enumerate(("ipo", "acquisition", "secondary", "redemption", "writeoff")):
        values[f"exits_{name}"] = (companies[channel] / s.scale, 1.0)
        values[f"exits_{name}_holdings"] = (holdings[channel] / s.scale, 1.0)
    values["exits_inkind_holdings"] = (holdings[tl.IN_KIND_EXIT] / s.scale, 1.0)
    return values


@kernel
def fund_returns(fund: Matrix, fund_code: Codes, used: int, t: int) -> tuple[float, float, float, float]:
    """Of funds 6 to 11 years old all that they are worth or gave back, and paid-in; of those 9 years old what they gave
    back, and paid-in (CNY mn).
    """
    worth, paid, back, called = 0.0, 0.0, 0.0, 0.0
    for f in range(1, used):
        age = t - fund_code[VINTAGE, f]
        if 24 <= age < 44:
            worth += fund[DISTRIBUTED, f] + fund[FAIR_VALUE, f] + fund[DEPOSITS, f]
            paid += fund[CALLED, f]
        if 36 <= age < 40:
            back += fund[DISTRIBUTED, f]
            called += fund[CALLED, f]
    return worth, paid, back, called


def cycle(q: Seen) -> Values:
    """Recycling of money and founders."""
    s, first, second, past = q.state, q.first, q.second, q.state.past
    committed, entered = past[pop.PAST_COMMITTED], past[pop.PAST_ENTERED]
    recycled = float(np.minimum(q.policy[RECYCLED, 0] * past[pop.PAST_PRIVATE_DIST, 2:10], committed[:8]).sum())
    worth, paid, back, called = fund_returns(s.fund.num, s.fund.code, s.fund.used, s.quarter)
    rising = np.count_nonzero((committed[:12] > committed[8:20]) & (entered[:12] > entered[8:20]))
    waiting = np.count_nonzero(s.founder.code[FOUNDER_FREE_AT, : s.founder.used] > s.quarter)
    return {
        "recycling_ratio": share(recycled, float(committed[:8].sum()), 1.0),
        "recycling_time": share(first[tl.TIME_WEIGHTED], second[tl.TIME_WEIGHTED], 1.0),
        "dpi_by_vintage": share(back, called, 1.0),
        "tvpi": share(worth, paid, 1.0),
        "flow_dpi": share(float(past[pop.PAST_DISTRIBUTED, :8].sum()), float(past[pop.PAST_CALLED, :8].sum()), 1.0),
        "serial_founder_share": share(q.total[tl.ENTERED_SERIAL], q.total[tl.ENTERED]),
        "serial_founder_success": share(second[tl.SERIAL_MARKET], float(past[pop.PAST_SERIAL, 16])),
        "founders_excluded": (waiting / s.scale, 1.0),
        "cycle_state": (1.0 if rising >= 8 else 0.0, 1.0),
    }
