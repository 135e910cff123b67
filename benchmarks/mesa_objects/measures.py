"""What is measured at the end of a quarter: every national indicator, told over objects."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from .fundraising import dry_powder
from .money import BANKS, CENTRAL, LOCAL, REST
from .ownership import Holding
from .stages import MARKET, QUEUE
from .tally import ACQUISITION, IN_KIND, IPO, REDEMPTION, SECONDARY, WRITE_OFF

if TYPE_CHECKING:
    from .model import CycleObjects

BURN_IN = 80
POLICY_START = 12  # 2024Q1, counted from 2021Q1
CLASSES = 512  # of firm size, for the Gini coefficient
WAYS = {"ipo": IPO, "acquisition": ACQUISITION, "secondary": SECONDARY, "redemption": REDEMPTION, "writeoff": WRITE_OFF}
Values = dict[str, float]


def share(part: float, whole: float, factor: float = 100.0) -> float:
    """A ratio; NaN where the whole is zero."""
    return factor * part / whole if whole > 0.0 else math.nan


def middle(values: list[float]) -> float:
    return float(median(values)) if values else math.nan


def measure(model: CycleObjects) -> Values:
    """All national indicators of the quarter that was played last (counts and CNY bn over scale)."""
    values = innovation(model) | equity_market(model) | funds_raised(model) | credit(model) | industry(model)
    values |= banks(model) | claims(model) | public_finance(model) | exits(model) | listings(model)
    values |= cycle(model) | founders(model)
    return values


def count(model: CycleObjects, n: float) -> float:
    return n / model.scale


def money(model: CycleObjects, amount: float) -> float:
    return amount / 1000.0 / model.scale


def innovation(m: CycleObjects) -> Values:
    t = m.tally
    return {
        "projects_entered": count(m, t.entered),
        "rd_spending": money(m, t.rd_spent),
        "rd_intensity": share(t.rd_market, t.revenue),
        "stage_pass_rate": share(t.passed, t.tested),
        "patents": count(m, t.patents),
        "knowledge_stock": money(m, sum(sum(region.knowledge) for region in m.regions)),
        "university_projects_converted": count(m, t.converted),
    }


def equity_market(m: CycleObjects) -> Values:
    t = m.tally
    equity = t.equity_paid
    gap = t.equity_sought - equity + t.credit_refused
    return {
        "equity_invested": money(m, equity),
        "equity_deals": count(m, t.funded),
        "funded_share": share(t.funded, t.seeking),
        "early_equity_share": share(sum(t.equity_by_stage[:2]), equity),
        "small_deal_share": share(t.small_rounds, t.funded),
        "median_pre_money": middle(t.pre_money),
        "financing_gap": share(gap, t.equity_sought + t.credit_sought),
        "regional_concentration": share(sum(x * x for x in t.equity_by_region) / max(equity, 1e-9), equity, 1.0),
        "first_time_share": share(t.funded_first, t.funded),
        "valuation_pressure": share(t.pressure_sum, t.funded, 1.0),
    }


def funds_raised(m: CycleObjects) -> Values:
    t = m.tally
    dry, private = dry_powder(m)
    partners = t.commitments
    overdue = sum(1 for fund in m.funds[1:] if fund.alive and fund.age >= fund.term)
    return {
        "dry_powder": money(m, dry),
        "dry_powder_private": money(m, private),
        "social_commitments": money(m, m.memory.now["committed"]),
        "government_commitment_share": share(sum(partners[2:]), sum(partners)),
        "social_leverage": share(sum(partners[:2]), sum(partners[2:4]), 1.0),
        "managers_declining": share(t.offers_declined, t.offers),
        "guidance_not_placed": share(t.guidance_offered - t.guidance_placed, t.guidance_offered),
        "overdue_funds": count(m, overdue),
    }


def credit(m: CycleObjects) -> Values:
    t = m.tally
    book, before = sum(bank.book for bank in m.banks), m.memory.series("loans")[4]
    market = [e for e in m.register if e.stage >= MARKET]
    return {
        "mlt_loans": money(m, book),
        "mlt_loan_growth": share(book - before, before),
        "mean_loan_rate": share(t.loans_paid_rate, t.loans_paid),
        "mean_loan_spread": share(t.loans_paid_spread, t.loans_paid),
        "loan_approval_rate": share(t.loans_granted, t.loans_sought),
        "borrower_share": share(float(sum(1 for e in market if e.debt > 0.0)), float(len(market))),
        "npl_ratio": share(sum(bank.bad_loans for bank in m.banks), book),
        "default_rate": share(4.0 * t.defaulted, book),
    }


def industry(m: CycleObjects) -> Values:
    t = m.tally
    return {
        "validated_products": count(m, t.validated),
        "time_to_market": middle(t.validation_ages),
        "valley_survival": share(t.crossed_valley, m.memory.series("prototype")[12]),
        "first_orders": money(m, t.first_orders),
        "unit_cost_index": share(t.unit_costs, t.new_products, 1.0),
        "failure_rate_in_use": share(t.failed_sales, t.new_product_sales),
        "funded_cohort_sales": money(m, t.sales_funded),
        "value_added": money(m, t.value_added),
        "size_gini": gini([e.sales for e in m.register if e.stage >= MARKET and e.sales > 0.0]),
    }


def gini(sizes: list[float]) -> float:
    """Gini coefficient from 512 logarithmic classes between 1e-3 and 1e6."""
    number, total = [0.0] * CLASSES, [0.0] * CLASSES
    for size in sizes:
        k = min(CLASSES - 1, max(0, int((math.log10(size) + 3.0) * CLASSES / 9.0)))
        number[k] += 1.0
        total[k] += size
    if not sizes:
        return 0.0
    below = area = 0.0
    for n, amount in zip(number, total, strict=True):
        area += n / len(sizes) * (below + below + amount) / sum(total)
        below += amount
    return 1.0 - area


def banks(m: CycleObjects) -> Values:
    p = m.p
    allotted = [max(0.0, bank.allocation()) for bank in m.banks]
    used = [p.risk_weight * bank.book * p.capital_requirement for bank in m.banks]
    full = sum(1 for part, whole in zip(used, allotted, strict=True) if part > 0.99 * whole)
    equity, weighted = sum(bank.equity.balance for bank in m.banks), sum(bank.weighted() for bank in m.banks)
    return {
        "bank_capital_ratio": share(equity, weighted),
        "banks_at_limit": share(float(full), float(len(m.banks))),
        "bank_allocation_use": share(sum(used), sum(allotted)),
    }


def claims(m: CycleObjects) -> Values:
    t = m.tally
    outstanding: list[Holding] = [holding for holding in m.holdings if holding.open]
    return {
        "listed_price_index": m.memory.listed_price,
        "redemptions_claimed": money(m, t.redemptions_claimed),
        "redemptions_paid": money(m, t.redemptions_paid),
        "redemption_claims_outstanding": money(m, sum(holding.claim for holding in outstanding)),
        "sell_orders_rationed": share(t.sell_orders - t.sold, t.sell_orders),
    }


def public_finance(m: CycleObjects) -> Values:
    flow, central = m.ledger.flow, m.central
    quarter = m.t - BURN_IN
    factor = (1.0 + m.p.discount_rate) ** (-(quarter - POLICY_START) / 4.0)
    national = central.taxes() - central.programmes() - flow("CPN", CENTRAL, BANKS) - flow("CPN", CENTRAL, REST)
    local = sum(region.taxes - region.programmes for region in m.regions)
    local -= flow("CPN", LOCAL, BANKS) + flow("CPN", LOCAL, REST)
    return {
        "public_cost": money(m, m.tally.net_cost * factor),
        "induced_tax": money(m, m.tally.induced_tax),
        "net_fiscal_position": money(m, national + local),
        "local_debt_ratio": share(sum(r.bonds for r in m.regions), sum(r.revenue for r in m.regions), 1.0),
    }


def exits(m: CycleObjects) -> Values:
    t = m.tally
    values: Values = {
        "exit_value": money(m, sum(t.exit_money)),
        "secondary_discount": share(t.secondary_value - t.secondary_price, t.secondary_value),
        "outcomes_below_1x": share(t.closed_below, t.closed),
        "outcomes_above_10x": share(t.closed_above, t.closed),
        "time_to_exit": share(sum(t.exit_time[:2]), sum(t.exits[:2]), 1.0),
        "exits_inkind_holdings": count(m, t.exit_holdings[IN_KIND]),
    }
    for name, way in WAYS.items():
        values[f"exits_{name}"] = count(m, t.exits[way])
        values[f"exits_{name}_holdings"] = count(m, t.exit_holdings[way])
    return values


def listings(m: CycleObjects) -> Values:
    t = m.tally
    failed = t.turned_down + t.withdrawn
    return {
        "listing_queue": count(m, sum(1 for e in m.register if e.stage == QUEUE)),
        "listing_wait": m.memory.listing_wait,
        "listing_withdrawals": count(m, t.withdrawn),
        "listing_failure_share": share(failed, failed + t.listed),
    }


def cycle(m: CycleObjects) -> Values:
    t, memory = m.tally, m.memory
    given, committed = memory.newest("private_distributed", 2, 10), memory.newest("committed", 0, 8)
    recycled = sum(min(m.p.recycling_label * back, put) for back, put in zip(given, committed, strict=True))
    middle_aged = [fund for fund in m.funds[1:] if 24 <= fund.age < 44]
    old = [fund for fund in m.funds[1:] if 36 <= fund.age < 40]
    worth = sum(fund.distributed + fund.fair_value + fund.cash.balance for fund in middle_aged)
    return {
        "recycling_ratio": share(recycled, sum(committed), 1.0),
        "recycling_time": share(t.time_weighted, t.given_back, 1.0),
        "dpi_by_vintage": share(sum(fund.distributed for fund in old), sum(fund.called for fund in old), 1.0),
        "tvpi": share(worth, sum(fund.called for fund in middle_aged), 1.0),
        "flow_dpi": share(sum(memory.newest("distributed", 0, 8)), sum(memory.newest("called", 0, 8)), 1.0),
        "cycle_state": 1.0 if rising_quarters(m) >= 8 else 0.0,
    }


def rising_quarters(m: CycleObjects) -> int:
    """Of the last 12 quarters, those in which commitments and new projects both beat their value 8 quarters before."""
    committed, entered = m.memory.series("committed"), m.memory.series("entered")
    return sum(committed[k] > committed[k + 8] and entered[k] > entered[k + 8] for k in range(12))


def founders(m: CycleObjects) -> Values:
    t = m.tally
    excluded = sum(1 for founder in m.pool_of_founders if founder.free_at > m.t)
    return {
        "serial_founder_share": share(t.entered_serial, t.entered),
        "serial_founder_success": share(t.serial_in_market, m.memory.series("serial")[16]),
        "founders_excluded": count(m, excluded),
    }


