"""Listing: eligible enterprises file, wait in one queue, are reviewed, and go public if the market can pay."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .chance import logistic, purpose, quarterly_chance
from .stages import MARKET, PUBLIC, QUEUE
from .tally import IPO
from .valuation import LEGAL_MINIMUM, value_company

if TYPE_CHECKING:
    from .enterprise import Enterprise
    from .model import CycleObjects

OTHER_SECTOR = 8
STAR, BSE, OTHER_BOARD = range(3)
REVIEW_COST = 1.5  # CNY mn a review
INVESTOR_PROTECTION = 0.001  # of proceeds
FAR = -9.0

DRAW_PERCEPTION = purpose("perceived eligibility")
DRAW_WITHDRAW = purpose("withdraws filing")
DRAW_REVIEW = purpose("listing review")


def nearest(value: float, threshold: float) -> float:
    """Log distance to a threshold; far below when the value is not positive."""
    return math.log(value / threshold) if value > 0.0 else FAR


def distance_to_boards(e: Enterprise) -> tuple[float, float]:
    """Log distance to the nearest of sets 1-4 with the R&D test, and to set 6; met at 0 and above."""
    p = e.model.p
    cap = 4.0 * e.sales * p.price_sales_listed * e.model.memory.listed_price
    m = p.threshold_multiple * p.ipo_tightness
    revenue, revenue_3 = e.sales_years[1], sum(e.sales_years[1:])
    three_years = max(revenue_3, 1e-9)
    research, cash = sum(e.rd_years[1:]), sum(e.flow_years[1:])
    last, before = e.profit_years[1], e.profit_years[2]
    profit = max(nearest(last + before, 50.0 * m), min(nearest(last, 1.0), nearest(revenue, 100.0 * m)))
    sets = (
        min(nearest(cap, LEGAL_MINIMUM * m), profit),
        min(nearest(cap, 1.5 * LEGAL_MINIMUM * m), nearest(revenue, 200.0 * m), nearest(research, 0.15 * three_years)),
        min(nearest(cap, 2.0 * LEGAL_MINIMUM * m), nearest(revenue, 300.0 * m), nearest(cash, 100.0 * m)),
        min(nearest(cap, 3.0 * LEGAL_MINIMUM * m), nearest(revenue, 300.0 * m)),
    )
    test = max(nearest(research, p.listing_rd_test), nearest(research, 0.05 * three_years))
    scale = p.bse_multiple * p.ipo_tightness
    small = min(nearest(cap, 200.0 * scale), nearest(last, 15.0 * scale), nearest(before, 15.0 * scale))
    return min(max(sets), test), small


def value_at_issue(e: Enterprise) -> float:
    """Market value at issue and after: 4 PS P max(S, .6 min(M, 3 S + 5))."""
    sales = max(e.sales, 0.6 * min(e.potential, 3.0 * e.sales + 5.0))
    return float(4.0 * e.model.p.price_sales_listed * e.model.memory.listed_price * sales)


def pass_chance(e: Enterprise, *, truly: bool) -> float:
    """Chance to pass the review: it rises with readiness and falls for those who are not truly eligible."""
    p = e.model.p
    return logistic(p.pass_intercept + p.pass_readiness * e.readiness - (0.0 if truly else p.pass_ineligible))


def value_of_filing(e: Enterprise, chance: float, other: float) -> float:
    """Filers know that the longer the wait, the likelier they are to withdraw and to be left with the alternative."""
    p, wait = e.model.p, e.model.memory.listing_wait
    hurdle = p.hurdle[MARKET] * p.hurdle_level
    issue = value_at_issue(e) * (1.0 - p.underpricing)
    through = chance * math.pow(1.0 - p.withdrawal_hazard, wait / 4.0)
    listed = issue * math.pow(1.0 + hurdle, -(wait + p.lockup) / 4.0)
    return float(through * listed + (1.0 - through) * other * math.pow(1.0 + hurdle, -wait / 4.0))


def prepare_and_file(e: Enterprise) -> None:
    """Held by a fund, an enterprise gets readier, is tutored, and files once listing beats the alternative."""
    model, p = e.model, e.model.p
    if not any(holding.fund is not None for holding in e.holdings):
        return
    e.readiness = min(1.0, e.readiness + p.readiness_step)
    if model.t < e.retry_at:
        return
    main, small = distance_to_boards(e)
    best = max(main, small)
    if best + p.eligibility_noise * model.draws.normal(DRAW_PERCEPTION, e.identity, model.t // 4) < 0.0:
        model.tally.refusals["not eligible"] += 1
        return
    if e.tutored_at < 0:
        e.tutored_at = model.t
    if model.t - e.tutored_at < p.tutoring_quarters:
        return
    other, _ = value_company(e, e.clause_held, may_list=False)
    listing = value_of_filing(e, pass_chance(e, truly=best >= 0.0), other)
    if listing <= other:
        model.tally.refusals["better alternative"] += 1
        return
    e.stage, e.filed_at, e.eligible = QUEUE, model.t, best >= 0.0
    e.board = BSE if small > main else STAR if e.sector < OTHER_SECTOR else OTHER_BOARD
    model.tally.note("filing", e.identity, listing, best)


def back_to_market(e: Enterprise, kind: str) -> None:
    """A filing ends without listing; the enterprise may file again after a year."""
    model = e.model
    model.tally.note(kind, e.identity, 0.0, float(model.t - e.filed_at))
    e.stage, e.filed_at, e.retry_at = MARKET, -1, model.t + int(model.p.retry_quarters)


def review(e: Enterprise) -> None:
    """Serve one filing: it fails, waits for the market, or lists."""
    model, p = e.model, e.model.p
    model.central.spend("ipo_window", REVIEW_COST)
    if model.draws.uniform(DRAW_REVIEW, e.identity, e.filed_at) >= pass_chance(e, truly=e.eligible):
        model.tally.turned_down += 1.0
        back_to_market(e, "refusal")
        return
    value = value_at_issue(e)
    float_share = p.free_float_large if value > p.large_listing else p.free_float
    proceeds = float_share * value * (1.0 - p.underpricing)
    model.memory.supply += proceeds
    if proceeds > model.market.account.balance:
        model.tally.refusals["market could not cover"] += 1
        return
    model.tally.charge("ipo_window", "concession", INVESTOR_PROTECTION * proceeds)
    go_public(e, value, float_share, proceeds)
    model.tally.note("listing", e.identity, proceeds, value)


def go_public(e: Enterprise, value: float, float_share: float, proceeds: float) -> None:
    """New shares are sold to the public, and every stake becomes listed equity."""
    model, p, tally = e.model, e.model.p, e.model.tally
    raised = model.ledger.pay("IPO", model.market.account, e.cash, proceeds)
    model.ledger.pay("IPOF", e.cash, model.households, p.issue_fee * raised)
    new = e.shares * float_share / (1.0 - float_share)
    e.shares += new
    e.public_shares += new
    e.price = value / e.shares
    for holding in e.holdings:
        if holding.fund is not None:
            tally.exit_holdings[IPO] += 1.0
            tally.exit_money[IPO] += holding.shares * e.price
    expected = 4.0 * p.price_sales_listed * model.memory.listed_price * 0.5 * (e.sales + e.potential)
    tally.listing_loss += min(0.95, max(-1.0, 1.0 - value * (1.0 - float_share) / expected))
    tally.exit_chosen += float(e.filed_at - e.market_at)
    tally.exit_choices += 1.0
    tally.exits[IPO] += 1.0
    tally.exit_time[IPO] += float(model.t - e.first_round)
    tally.listed += 1.0
    e.stage, e.listed_at = PUBLIC, model.t


def play(model: CycleObjects) -> None:
    """File and withdraw, review the head of the queue, and look ahead at the wait."""
    p, memory = model.p, model.memory
    leave = quarterly_chance(p.withdrawal_hazard)
    for e in model.register:
        if e.venture and e.stage == MARKET:
            prepare_and_file(e)
        elif e.venture and e.stage == QUEUE and model.draws.uniform(DRAW_WITHDRAW, e.identity, model.t) < leave:
            model.tally.withdrawn += 1.0
            back_to_market(e, "withdrawal")
    per_quarter = p.ipo_window * p.reviews_per_year * model.scale / 4.0
    queue = [e for e in model.register if e.stage == QUEUE and model.t - e.filed_at >= p.review_quarters]
    queue.sort(key=lambda e: (e.filed_at, e.identity))
    available = memory.slots + per_quarter
    served = int(available)
    memory.slots = min(available - served, 1.0)
    memory.supply = 0.0
    for e in queue[:served]:
        review(e)
    learn(model, per_quarter)


def learn(model: CycleObjects, slots: float) -> None:
    """Investors update the share of filings that list, the wait, and what a listing loses on what was expected."""
    memory, tally = model.memory, model.tally
    decided = tally.listed + tally.turned_down + tally.withdrawn
    if decided > 0.0:
        memory.listed_share += (tally.listed / decided - memory.listed_share) * 2.0 / 17.0
    queue = sum(1 for e in model.register if e.stage == QUEUE)
    ahead = 40.0 if slots <= 0.0 else min(40.0, model.p.review_quarters + 0.8 * queue / slots)
    memory.listing_wait += (ahead - memory.listing_wait) * 2.0 / 9.0
    if tally.listed > 0.0:
        memory.route_loss[0] += (tally.listing_loss / tally.listed - memory.route_loss[0]) * 2.0 / 9.0
