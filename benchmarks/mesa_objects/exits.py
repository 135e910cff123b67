"""Other ways out of a company: acquisition, sale to the secondary fund, redemption, and giving up."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from .bank import FOR_ACQUISITION, Loan
from .chance import clip, purpose, quarterly_chance, quarterly_rate
from .money import exact, share_out
from .ownership import ENFORCED, HAS_CLAUSE, Holding
from .stages import ACQUIRED, MARKET, PILOT, PUBLIC, QUEUE
from .tally import ACQUISITION, REDEMPTION, SECONDARY, WRITE_OFF
from .valuation import value_company

if TYPE_CHECKING:
    from .enterprise import Enterprise
    from .model import CycleObjects

# Related sectors: AER-MAT AER-LAE LAE-AI AI-AIR BIO-BMF MAT-BMF IWV-MAT
RELATED = {(0, 3), (0, 7), (7, 5), (5, 1), (2, 4), (3, 4), (6, 3)}

DRAW_OFFER = purpose("acquisition offer")
DRAW_ACQUIRER = purpose("acquirer")
DRAW_OFFERED = purpose("stake offered")
DRAW_ORDER = purpose("order of secondary sales")
DRAW_ENFORCE = purpose("redemption enforced")
DRAW_STOP = purpose("stops for want of cash")
DRAW_LEAVE = purpose("leaves after default")


def fit(one: int, other: int) -> float:
    """How well two sectors fit: 1 for the same, one half for related ones."""
    if one == other:
        return 1.0
    return 0.5 if (one, other) in RELATED or (other, one) in RELATED else 0.0


# --- giving up -------------------------------------------------------------------------------------------------------


def reason_to_stop(e: Enterprise) -> int:
    """0 goes on, 1 failed tests, 2 no cash and no round, 3 default, 4 closes after default, 5 starts afresh."""
    model, p = e.model, e.model.p
    if not e.venture or e.stage == PUBLIC:
        if e.defaulted_at < 0 or e.loans:
            return 0
        leaves = model.draws.uniform(DRAW_LEAVE, e.identity, model.t) < p.leave_after_default
        return 4 if leaves and e.stage != PUBLIC else 5
    if e.failed_tests >= p.tests_allowed:
        return 1
    if e.defaulted_at >= 0:
        return 3
    quiet = model.t - max(e.last_round, e.birth) >= p.stop_quarters
    if quiet and e.cash.balance < p.stop_cash * e.need():
        return 2 if model.draws.uniform(DRAW_STOP, e.identity, model.t) < p.stop_hazard else 0
    return 0


def stop(model: CycleObjects) -> None:
    """Wind up whoever must stop; who has survived the settlement of its debt starts afresh."""
    tally = model.tally
    for e in model.register:
        reason = reason_to_stop(e)
        if reason == 5:
            e.defaulted_at, e.arrears = -1, 0
        if reason in (0, 5):
            continue
        if e.first_round >= 0:
            tally.exits[WRITE_OFF] += 1.0
            tally.exit_holdings[WRITE_OFF] += fund_holdings(e)
        tally.note("death", e.identity, 0.0, float(e.stage))
        e.liquidate()


def fund_holdings(e: Enterprise) -> float:
    """How many holdings funds have in an enterprise."""
    return float(sum(1 for holding in e.holdings if holding.fund is not None))


# --- acquisition -----------------------------------------------------------------------------------------------------


def acquisitions(model: CycleObjects) -> None:
    """Leaders and listed companies bid for funded enterprises; holders accept or refuse."""
    p = model.p
    acquirers = [e for e in model.register if e.stage == PUBLIC or (e.stage == MARKET and e.leader)]
    budgets = [p.acquirer_cash_share * e.cash.balance for e in acquirers]
    means = [list(accumulate(fit(j, e.sector) * b for e, b in zip(acquirers, budgets, strict=True))) for j in range(9)]
    hazard = quarterly_chance(p.offer_hazard * (1.0 + p.ma_offer_boost))
    for e in model.register:
        wanted = PILOT <= e.stage <= QUEUE and e.first_round >= 0 and e.holdings and e.defaulted_at < 0 and not e.leader
        if not wanted or not acquirers or model.draws.uniform(DRAW_OFFER, e.identity, model.t) >= hazard:
            continue
        target = model.draws.uniform(DRAW_ACQUIRER, e.identity, model.t) * means[e.sector][-1]
        acquirer = acquirers[min(bisect_right(means[e.sector], target), len(acquirers) - 1)]
        bid(e, acquirer)
    if model.tally.exits[ACQUISITION] > 0.0:
        model.memory.route_loss[1] += (p.acquisition_discount - model.memory.route_loss[1]) * 2.0 / 9.0


def offered_price(e: Enterprise, acquirer: Enterprise, own: float) -> float:
    """A price on sales and potential from the market stage on, value with a premium for fit before; discounted."""
    p = e.model.p
    if e.stage >= MARKET:
        base = 4.0 * p.price_sales_private * e.model.memory.listed_price * (0.5 * e.sales + 0.5 * e.potential)
    else:
        base = own * (1.0 + p.acquisition_premium * fit(e.sector, acquirer.sector))
    return float((1.0 - p.acquisition_discount) * base)


def oldest_fund(e: Enterprise) -> int:
    """Age of the oldest venture fund among the holders; -1 if there is none."""
    return max((h.fund.age for h in e.holdings if h.fund is not None and not h.fund.is_secondary), default=-1)


def bid(e: Enterprise, acquirer: Enterprise) -> None:
    """One offer: the price, the holders' answer, the acquirer's means."""
    model, p = e.model, e.model.p
    own, _ = value_company(e, e.clause_held)
    price = offered_price(e, acquirer, own)
    too_low = price < p.acquisition_acceptance * own and oldest_fund(e) <= p.acquisition_fund_age
    if price <= 1.0 or too_low:
        model.tally.refusals["price too low"] += 1
        return
    borrowed = exact(p.acquisition_loan_share * price)
    if price - borrowed > p.acquirer_cash_share * acquirer.cash.balance or acquirer.defaulted_at >= 0:
        model.tally.refusals["no acquirer with means"] += 1
        return
    if borrowed > 0.0:
        quarters = int(p.acquisition_loan_quarters)
        Loan(acquirer.bank, acquirer, p.lpr_5y + p.loan_spread, quarters, 0, FOR_ACQUISITION).pay_out(borrowed)
    merge(e, acquirer, price)
    model.tally.note("acquisition", e.identity, price, own)


def merge(e: Enterprise, acquirer: Enterprise, price: float) -> None:
    """The acquirer pays the shareholders; everything the target has and owes becomes the acquirer's."""
    model, tally = e.model, e.model.tally
    to_founders = e.pay_price(acquirer.cash, price)
    tally.exit_money[ACQUISITION] += exact(price) - to_founders
    tally.exits[ACQUISITION] += 1.0
    tally.exit_time[ACQUISITION] += float(model.t - e.first_round)
    if e.stage == MARKET:
        tally.exit_chosen += float(model.t - e.market_at)
        tally.exit_choices += 1.0
    tally.exit_holdings[ACQUISITION] += fund_holdings(e)
    for holding in list(e.holdings):
        holding.close()
    for loan in list(e.loans):
        loan.move_to(acquirer)
    acquirer.cash.balance += e.cash.balance
    acquirer.capital += e.capital
    acquirer.sales += e.sales
    acquirer.potential += e.potential
    acquirer.patents += e.patents
    e.cash.balance = e.capital = 0.0
    e.leave(ACQUIRED)


# --- secondary -------------------------------------------------------------------------------------------------------


def stakes_offered(model: CycleObjects) -> list[Holding]:
    """Funds past an age offer each holding with a chance, higher in the extension; in keyed order."""
    p, offered = model.p, []
    for number, h in enumerate(model.holdings):
        fund, e = h.fund, h.company
        if not h.open or fund is None or fund.is_secondary or h.clause == ENFORCED or h.value <= 0.0:
            continue
        if e.stage > QUEUE or fund.age < p.secondary_fund_age:
            continue
        key = (e.identity, model.t, fund.identity, h.bought_at)
        chance = p.secondary_extension_share if fund.age >= fund.term else p.secondary_offer_share
        if model.draws.uniform(DRAW_OFFERED, *key) < chance:
            offered.append((model.draws.uniform(DRAW_ORDER, *key), number, h))
    return [h for _, _, h in sorted(offered, key=lambda entry: entry[:2])]


def secondary_sales(model: CycleObjects) -> None:
    """The secondary fund buys at a discount that depends on its cash, until the cash is used up."""
    p, buyer = model.p, model.secondary_fund
    offered = stakes_offered(model)
    cash = buyer.cash.balance
    if not offered or cash <= 0.0:
        return
    supply = sum(h.value for h in offered)
    scarcity = math.log(max(cash, 1e-9) / max(supply, 1e-9))
    discount = clip(p.secondary_discount_base - p.secondary_discount_slope * scarcity, 0.05, 0.6)
    model.memory.route_loss[2] += (discount - model.memory.route_loss[2]) * 2.0 / 9.0
    for holding in offered:
        price = exact((1.0 - discount) * holding.value)
        if 0.0 < price <= buyer.cash.balance:
            sell_stake(holding, price, discount)


def sell_stake(holding: Holding, price: float, discount: float) -> None:
    """One stake changes hands."""
    model, tally, e = holding.model, holding.model.tally, holding.company
    assert holding.fund is not None
    holding.receive("SEC", model.secondary_fund.cash, price)
    holding.sell_to(model.secondary_fund, price)
    tally.exit_holdings[SECONDARY] += 1.0
    tally.exits[SECONDARY] += 1.0
    tally.exit_money[SECONDARY] += price
    tally.exit_time[SECONDARY] += float(model.t - e.first_round)
    tally.secondary_value += holding.value
    tally.secondary_price += price
    tally.note("secondary", e.identity, price, discount)
    holding.close()


# --- redemption ------------------------------------------------------------------------------------------------------


def claim_of(h: Holding) -> float:
    """Cost of what is still held, with interest since purchase."""
    years = (h.model.t - h.clock) / 4.0
    return h.cost * (h.shares / h.original_shares) * math.pow(1.0 + h.model.p.redemption_rate, years)


def enforces(h: Holding) -> bool:
    """Old enough, a keyed hazard that doubles late in a fund's life, and a claim above the value of the share."""
    model, p, fund, e = h.model, h.model.p, h.fund, h.company
    if h.clause != HAS_CLAUSE or fund is None or model.t - h.clock < p.redemption_quarters:
        return False
    late = 1.0 if fund.age >= fund.term - p.secondary_last_quarters else 0.0
    u = model.draws.uniform(DRAW_ENFORCE, e.identity, model.t, fund.identity)
    if u >= p.redemption_hazard * (1.0 + late):
        return False
    value, _ = value_company(e, 1.0)
    return claim_of(h) > value * h.shares / e.shares


def means_of(e: Enterprise) -> float:
    """What the company may pay: retained profit out of cash above its needs; nothing while in arrears."""
    return 0.0 if e.arrears > 0 else max(0.0, min(e.retained, e.cash.balance - e.need()))


def redemptions(model: CycleObjects) -> None:
    """Clauses are enforced where the claim exceeds the value of the share; founder and company pay what they can."""
    grow = quarterly_rate(model.p.redemption_rate)
    for e in model.register:
        if not e.holdings or e.stage > MARKET:
            continue
        fresh = 0.0
        for h in e.holdings:
            if h.clause == ENFORCED:
                h.claim *= 1.0 + grow
            elif enforces(h):
                h.claim, h.clause, h.claimed_at = claim_of(h), ENFORCED, model.t
                fresh += h.claim
        if fresh > 0.0:
            model.tally.redemptions_claimed += fresh
            model.tally.exits[REDEMPTION] += 1.0
            model.tally.exit_time[REDEMPTION] += float(model.t - e.first_round)
            model.tally.note("redemption", e.identity, fresh)
        claims = [h for h in e.holdings if h.clause == ENFORCED]
        e.redemption_debt = pay_claims(e, claims) if claims else 0.0


def pay_claims(e: Enterprise, claims: list[Holding]) -> float:
    """The founder pays first, then the company, pro rata to claims; returns what stays unpaid."""
    total = sum(h.claim for h in claims)
    by_founder = exact(min(total, e.wealth))
    by_company = exact(min(total - by_founder, means_of(e))) if total > by_founder else 0.0
    share = min(1.0, (by_founder + by_company) / total)
    left, left_founder, claims_left, outstanding = by_company, by_founder, total, 0.0
    for h in claims:
        paid = h.receive("RED", e.cash, share_out(h.claim, claims_left, left))
        given = h.receive("RED", e.model.households, share_out(h.claim, claims_left, left_founder))
        left, left_founder, claims_left = left - paid, left_founder - given, claims_left - h.claim
        outstanding += settle_claim(h, paid + given, share)
    e.wealth -= by_founder
    e.retained = max(0.0, e.retained - by_company)
    return outstanding


def settle_claim(h: Holding, paid: float, share: float) -> float:
    """Shares are cancelled pro rata to what is paid; paid or old claims end with the rest of the shares."""
    e, tally = h.company, h.model.tally
    h.value -= paid
    tally.exit_money[REDEMPTION] += paid
    tally.redemptions_paid += paid
    cancelled = h.shares * share
    h.shares -= cancelled
    e.shares -= cancelled
    h.claim = max(0.0, h.claim - paid)
    if h.claim >= 1e-6 and h.model.t - h.claimed_at < h.model.p.founder_exclusion:
        return h.claim
    e.shares -= h.shares
    h.claim = 0.0
    tally.exit_holdings[REDEMPTION] += 1.0
    h.close()
    return 0.0
