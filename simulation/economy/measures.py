"""What is measured at the end of a quarter: each national indicator with its weight (the denominator of a ratio)."""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import (
    CALL_CG, COUPON_CENTRAL_BANK, COUPON_CENTRAL_REST, COUPON_LOCAL_BANK, COUPON_LOCAL_REST, DISTRIBUTION_CG,
    OPERATING_CENTRAL, TRANSFER_LOCAL,
)  # fmt: skip
from ..agents import population as pop, tally as tl
from ..agents.bank import BOOK, EQUITY, NON_PERFORMING, OUTSIDE, RECENT_LOSS
from ..agents.enterprise import DEBT, MARKET, SALES, STAGE
from ..agents.founder import FOUNDER_FREE_AT
from ..agents.government import BONDS_OUT, KNOWLEDGE_0, PROGRAMMES, REVENUE, TAXES
from ..agents.investor import (
    CALLED, CLAIM, DEPOSITS, DIRECT, DISTRIBUTED, FAIR_VALUE, FUND_ALIVE, GIVE_UP, HELD_VALUE, HOLDING_OPEN,
    LP_CENTRAL, LP_LOCAL, PAID, STATUS, TERM, VINTAGE,
)  # fmt: skip
from ..agents.national import Values, count, money, promises, share
from ..agents.population import Population
from ..engine.jit import kernel
from ..engine.table import Floats, Ints, Vector
from ..markets.closure import OUTSIDE_WEIGHT
from ..markets.credit import ALLOCATION, GUIDANCE_SHARE, GUIDANCE_WEIGHT, REQUIREMENT, RISK_WEIGHT
from ..markets.expectations import dry_powder
from ..markets.fiscal import CENTRAL_TAXES
from ..markets.fundraising import INVESTING
from ..scenario.parameter import parameter
from .quarter import MECHANISMS

RECYCLED = parameter("recycling_label")
DISCOUNT_RATE = parameter("discount_rate")
POLICY_START = 12  # 2024Q1: public cost is in money of this quarter


def measure(state: Population, policy: Floats, quarter: int) -> Values:
    """All national indicators of the quarter (counts and CNY bn are divided by scale)."""
    values: Values = {}
    for part in (innovation, financing, lending, industry, stability, public_finance, exits, cycle):
        values.update(part(state, policy, quarter))
    for mechanism in MECHANISMS.values():
        if mechanism.measure is not None:
            values.update(mechanism.measure(state, policy))
    return values


def innovation(s: Population, p: Floats, quarter: int) -> Values:
    """Entry, research, tests, patents, knowledge."""
    t = s.tally
    return {
        "projects_entered": count(s, s.tally[tl.ENTERED].sum()),
        "rd_spending": money(s, t[tl.RD_SPENT].sum()),
        "rd_intensity": share(float(t[tl.RD_MARKET, 0]), float(t[tl.REVENUE].sum())),
        "stage_pass_rate": share(float(t[tl.PASSED].sum()), float(t[tl.TESTED].sum())),
        "patents": count(s, s.tally[tl.PATENTS_FILED].sum()),
        "knowledge_stock": money(s, s.region.num[KNOWLEDGE_0 : KNOWLEDGE_0 + 9].sum()),
        "university_projects_converted": count(s, s.tally[tl.CONVERTED].sum()),
    }


def financing(s: Population, p: Floats, quarter: int) -> Values:
    """Equity and fund-raising."""
    t = s.tally
    equity, deals = float(t[tl.EQUITY_PAID].sum()), float(t[tl.FUNDED].sum())
    sought = float(t[tl.EQUITY_SOUGHT].sum())
    partners = t[tl.COMMITMENTS, :5]
    offered = float(t[tl.OFFERED_GUIDANCE, 0])
    dry, private = dry_powder(s, p[INVESTING, 0])
    by_region = t[tl.EQUITY_PAID + 1, :6]
    rounds = s.event.code[tl.WHAT, : s.event.used] == tl.ROUND
    pre = s.event.num[tl.NOTE, : s.event.used][rounds]
    return {
        "equity_invested": money(s, equity),
        "equity_deals": (deals / s.scale, 1.0),
        "funded_share": share(deals, float(t[tl.SEEKING].sum())),
        "early_equity_share": share(float(t[tl.EQUITY_STAGE, :2].sum()), equity),
        "small_deal_share": share(float(t[tl.SMALL_ROUNDS, 0]), deals),
        "median_pre_money": (float(np.median(pre)), 1.0) if len(pre) else (math.nan, 0.0),
        "dry_powder": money(s, dry),
        "dry_powder_private": money(s, private),
        "social_commitments": money(s, s.now[pop.PAST_COMMITTED]),
        "government_commitment_share": share(float(partners[2:].sum()), float(partners.sum())),
        "social_leverage": share(float(partners[:2].sum()), float(partners[2:4].sum()), 1.0),
        "financing_gap": share(sought - equity + float(t[tl.CREDIT_GAP, 1]), sought + float(t[tl.CREDIT_GAP, 0])),
        "regional_concentration": share(float((by_region**2).sum()) / max(equity, 1e-9), equity, 1.0),
        "first_time_share": share(float(t[tl.FUNDED_FIRST, 0]), deals),
        "managers_declining": share(float(t[tl.OFFERS_DECLINED, 1]), float(t[tl.OFFERS_DECLINED, 0])),
        "guidance_not_placed": share(float(offered - t[tl.OFFERED_GUIDANCE, 1]), offered),
    }


def lending(s: Population, p: Floats, quarter: int) -> Values:
    """Bank loans."""
    t = s.tally
    book = float(s.bank.num[BOOK].sum())
    before = float(s.past[pop.PAST_LOANS, 4])
    used = s.firm.used
    market = s.firm.code[STAGE, :used] >= MARKET
    borrowers = float(np.count_nonzero(market & (s.firm.num[DEBT, :used] > 0.0)))
    paid = float(t[tl.LOANS_PAID, 0])
    return {
        "mlt_loans": money(s, book),
        "mlt_loan_growth": share(book - before, before),
        "mean_loan_rate": share(float(t[tl.LOANS_PAID, 1]), paid),
        "mean_loan_spread": share(float(t[tl.LOANS_PAID, 2]), paid),
        "loan_approval_rate": share(float(t[tl.LOANS_SOUGHT, 1]), float(t[tl.LOANS_SOUGHT, 0])),
        "borrower_share": share(borrowers, float(np.count_nonzero(market))),
    }


@kernel
def grouped_gini(values: Vector, flags: Ints, used: int) -> float:
    """Gini coefficient of positive values with flags >= 3, from 512 logarithmic classes between 1e-3 and 1e6."""
    firms = np.zeros(512)
    total = np.zeros(512)
    for i in range(used):
        if flags[i] >= 3 and values[i] > 0.0:
            k = int((math.log10(values[i]) + 3.0) * 512.0 / 9.0)
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


def industry(s: Population, p: Floats, quarter: int) -> Values:
    """Products, sales and survival."""
    t = s.tally
    validated = s.event.code[tl.WHAT, : s.event.used] == tl.WAS_VALIDATED
    ages = s.event.num[tl.NOTE, : s.event.used][validated]
    return {
        "validated_products": count(s, s.tally[tl.VALIDATED].sum()),
        "time_to_market": (float(np.median(ages)), 1.0) if len(ages) else (math.nan, 0.0),
        "valley_survival": share(float(t[tl.CROSSED_VALLEY, 0]), float(s.past[pop.PAST_PROTOTYPE, 12])),
        "first_orders": money(s, t[tl.FIRST_ORDERS, 0]),
        "unit_cost_index": share(float(t[tl.UNIT_COSTS, 0]), float(t[tl.UNIT_COSTS, 1]), 1.0),
        "failure_rate_in_use": share(float(t[tl.FAILED_SALES, 0]), float(t[tl.FAILED_SALES, 1])),
        "funded_cohort_sales": money(s, t[tl.SALES_FUNDED, 0]),
        "value_added": money(s, t[tl.VALUE_ADDED].sum()),
        "size_gini": (float(grouped_gini(s.firm.num[SALES], s.firm.code[STAGE], s.firm.used)), 1.0),
    }


def stability(s: Population, p: Floats, quarter: int) -> Values:
    """Banks, loans, the public market, funds past their term, redemptions."""
    t, bank = s.tally, s.bank.num
    book = float(bank[BOOK].sum())
    weighted = float((p[RISK_WEIGHT, 0] * bank[BOOK] + p[OUTSIDE_WEIGHT, 0] * bank[OUTSIDE]).sum())
    guidance = 1.0 + p[GUIDANCE_WEIGHT, 0] * (p[GUIDANCE_SHARE, 0] - 1.0)
    allocation = p[ALLOCATION, 0] * guidance * (bank[EQUITY] + bank[RECENT_LOSS]) - bank[RECENT_LOSS]
    use = p[RISK_WEIGHT, 0] * bank[BOOK] / np.maximum(allocation / p[REQUIREMENT, 0], 1e-9)
    code = s.fund.code[:, 1 : s.fund.used]
    overdue = np.count_nonzero((code[STATUS] == FUND_ALIVE) & (s.quarter - code[VINTAGE] >= code[TERM]))
    open_ = s.holding.code[HOLDING_OPEN, : s.holding.used] == 1
    claims = float(s.holding.num[CLAIM, : s.holding.used][open_].sum())
    return {
        "bank_capital_ratio": share(float(bank[EQUITY].sum()), weighted),
        "banks_at_limit": share(float(np.count_nonzero(use > 0.99)), float(len(use))),
        "bank_allocation_use": share(
            float(p[RISK_WEIGHT, 0] * p[REQUIREMENT, 0] * bank[BOOK].sum()), float(np.maximum(allocation, 0.0).sum())
        ),
        "npl_ratio": share(float(bank[NON_PERFORMING].sum()), book),
        "default_rate": share(4.0 * float(t[tl.DEFAULTED, 0]), book),
        "listed_price_index": (float(s.memory[pop.LISTED_PRICE, 0]), 1.0),
        "valuation_pressure": share(float(t[tl.PRESSURE_SUM, 0]), float(t[tl.PRESSURE_SUM, 1]), 1.0),
        "overdue_funds": (overdue / s.scale, 1.0),
        "redemptions_claimed": money(s, t[tl.REDEMPTIONS, 0]),
        "redemptions_paid": money(s, t[tl.REDEMPTIONS, 1]),
        "redemption_claims_outstanding": money(s, claims),
        "sell_orders_rationed": share(float(t[tl.SELL_ORDERS, 0] - t[tl.SELL_ORDERS, 1]), float(t[tl.SELL_ORDERS, 0])),
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


def public_finance(s: Population, p: Floats, quarter: int) -> Values:
    """Cost of levers, taxes, debt."""
    cost = s.cost
    net = float(cost.sum() - 2.0 * cost[:, :, [tl.RECEIPT, tl.IN_KIND]].sum())  # both count against outlays
    f = s.flows
    central = sum(float(f[line]) for line in CENTRAL_TAXES)
    central -= float(
        f[CALL_CG] - f[DISTRIBUTION_CG] + f[OPERATING_CENTRAL] + f[COUPON_CENTRAL_BANK] + f[COUPON_CENTRAL_REST]
        + f[TRANSFER_LOCAL]
    )
    region = s.region.num
    local = float((region[TAXES] - region[PROGRAMMES]).sum()) - float(f[COUPON_LOCAL_BANK] + f[COUPON_LOCAL_REST])
    return {
        "public_cost": money(s, net * present_value(p, quarter)),
        "contingent_liabilities": money(s, promises(s)),
        "induced_tax": money(s, s.tally[tl.INDUCED_TAX].sum()),
        "net_fiscal_position": money(s, central + local),
        "local_debt_ratio": share(float(region[BONDS_OUT].sum()), float(region[REVENUE].sum()), 1.0),
    }


def exits(s: Population, p: Floats, quarter: int) -> Values:
    """Exits by channel, the listing queue, outcomes."""
    t = s.tally
    decided = float(t[tl.LISTED_BOARD].sum() + t[tl.TURNED_DOWN].sum() + t[tl.WITHDRAWN].sum())
    stakes = float(t[tl.SECONDARY_TRADES, 0])
    values: Values = {
        "exit_value": money(s, t[tl.EXIT_MONEY].sum()),
        "listing_queue": (float(np.count_nonzero(s.firm.code[STAGE, : s.firm.used] == 4)) / s.scale, 1.0),
        "listing_wait": (float(s.memory[pop.LISTING_WAIT, 0]), 1.0),
        "listing_withdrawals": count(s, s.tally[tl.WITHDRAWN].sum()),
        "listing_failure_share": share(float(t[tl.TURNED_DOWN].sum() + t[tl.WITHDRAWN].sum()), decided),
        "secondary_discount": share(float(stakes - t[tl.SECONDARY_TRADES, 1]), stakes),
        "outcomes_below_1x": share(float(t[tl.CLOSED_BELOW, 0]), float(t[tl.CLOSED_BELOW, 2])),
        "outcomes_above_10x": share(float(t[tl.CLOSED_BELOW, 1]), float(t[tl.CLOSED_BELOW, 2])),
        "time_to_exit": share(float(t[tl.EXIT_TIME, :2].sum()), float(t[tl.EXITS, :2].sum()), 1.0),
    }
    for channel, name in enumerate(("ipo", "acquisition", "secondary", "redemption", "writeoff")):
        values[f"exits_{name}"] = (float(t[tl.EXITS, channel]) / s.scale, 1.0)
        values[f"exits_{name}_holdings"] = (float(t[tl.EXIT_HOLDINGS, channel]) / s.scale, 1.0)
    values["exits_inkind_holdings"] = (float(t[tl.EXIT_HOLDINGS, tl.IN_KIND_EXIT]) / s.scale, 1.0)
    return values


def cycle(s: Population, p: Floats, quarter: int) -> Values:
    """Recycling of money and founders."""
    t, past = s.tally, s.past
    committed, entered = past[pop.PAST_COMMITTED], past[pop.PAST_ENTERED]
    recycled = float(np.minimum(p[RECYCLED, 0] * past[pop.PAST_PRIVATE_DIST, 2:10], committed[:8]).sum())
    fund = s.fund.num[:, 1 : s.fund.used]
    age = s.quarter - s.fund.code[VINTAGE, 1 : s.fund.used]
    mid, old = (age >= 24) & (age < 44), (age >= 36) & (age < 40)
    worth = float((fund[DISTRIBUTED] + fund[FAIR_VALUE] + fund[DEPOSITS])[mid].sum())
    rising = sum(committed[k] > committed[k + 8] and entered[k] > entered[k + 8] for k in range(12))
    waiting = np.count_nonzero(s.founder.code[FOUNDER_FREE_AT, : s.founder.used] > s.quarter)
    return {
        "recycling_ratio": share(recycled, float(committed[:8].sum()), 1.0),
        "recycling_time": share(float(t[tl.TIME_WEIGHTED, 0]), float(t[tl.TIME_WEIGHTED, 1]), 1.0),
        "dpi_by_vintage": share(float(fund[DISTRIBUTED][old].sum()), float(fund[CALLED][old].sum()), 1.0),
        "tvpi": share(worth, float(fund[CALLED][mid].sum()), 1.0),
        "flow_dpi": share(float(past[pop.PAST_DISTRIBUTED, :8].sum()), float(past[pop.PAST_CALLED, :8].sum()), 1.0),
        "serial_founder_share": share(float(t[tl.ENTERED_SERIAL].sum()), float(t[tl.ENTERED].sum())),
        "serial_founder_success": share(float(t[tl.SERIAL_MARKET, 1]), float(past[pop.PAST_SERIAL, 16])),
        "founders_excluded": (waiting / s.scale, 1.0),
        "cycle_state": (1.0 if rising >= 8 else 0.0, 1.0),
    }
