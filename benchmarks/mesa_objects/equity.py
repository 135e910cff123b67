"""Equity: enterprises seek rounds, leads value and choose, insiders and syndicates join, cash is paid for shares."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from .chance import average, clip, normal_cdf, purpose
from .fund import CORPORATE, EARLY, LOCAL, STATE, Fund
from .money import FUNDS, exact
from .ownership import HAS_CLAUSE, NO_CLAUSE, Holding
from .stages import MARKET, PILOT, PROTOTYPE
from .valuation import PAIRS, clause_odds, project_ticket, value_company

if TYPE_CHECKING:
    from .enterprise import Enterprise
    from .model import CycleObjects

WEIGHT = 2.0 / 21.0  # of a quarter in an average over 20
CASE_COST = 0.05  # CNY mn a barred redemption clause
SMALL = 50.0  # CNY mn

DRAW_MEETING = purpose("meets a financier")
DRAW_LEAD = purpose("lead fund met")
DRAW_TURN = purpose("turn of a lead fund")
DRAW_SYNDICATE = purpose("syndicate order")
DRAW_CLAUSE = purpose("redemption clause")
DRAW_REFUSAL = purpose("enterprise refuses government money")


class Seeker(NamedTuple):
    """An enterprise that has met a financier, and the money it seeks."""

    enterprise: Enterprise
    ticket: float


class Offer(NamedTuple):
    """A lead fund that would invest, and the value it sees."""

    enterprise: Enterprise
    ticket: float
    lead: Fund
    value: float


class EquityMarket:
    """One quarter of the equity market."""

    def __init__(self, model: CycleObjects) -> None:
        self.model, self.p = model, model.p
        self.tally, self.memory, self.draws, self.t = model.tally, model.memory, model.draws, model.t
        self.funds = model.funds[1:]  # the first is the secondary fund

    def play(self) -> None:
        """Funds plan, enterprises seek, and rounds close: early, then growth, then late."""
        for fund in self.funds:
            fund.plan_pace()
        self.limit_to_means()
        self.memory.raised = [x * (1.0 - WEIGHT) for x in self.memory.raised]
        self.memory.raised_next = [x * (1.0 - WEIGHT) for x in self.memory.raised_next]
        seekers = [seeker for e in self.model.register if is_seeking(e) and (seeker := self.meet(e)) is not None]
        self.play_group(0, [s for s in seekers if s.enterprise.stage <= PROTOTYPE])
        self.play_group(1, [s for s in seekers if s.enterprise.stage == PILOT])
        self.play_group(2, [s for s in seekers if s.enterprise.stage == MARKET])
        for fund in self.funds:
            fund.keep_unused()
        self.learn_later_rounds()

    def limit_to_means(self) -> None:
        """No more than the corporate vehicle, and regions at their debt cap, could pay together."""
        vehicle = self.model.vehicle.account.balance
        corporate, local = 0.0, [0.0] * len(self.model.regions)
        for fund in self.funds:
            plan = (fund.pace + fund.pace_early) / max(1e-9, fund.size)
            corporate += plan * fund.committed[CORPORATE]
            local[fund.region] += plan * (fund.committed[LOCAL] + fund.committed[STATE])
        for fund in self.funds:
            region = self.model.regions[fund.region]
            able = 1.0
            if fund.committed[CORPORATE] > 0.0 and corporate > vehicle:
                able = 0.999 * max(0.0, vehicle) / corporate
            bound = region.at_debt_cap and local[fund.region] > region.purse.balance
            if bound and fund.committed[LOCAL] + fund.committed[STATE] > 0.0:
                able = min(able, 0.999 * max(0.0, region.purse.balance) / local[fund.region])
            fund.pace *= able
            fund.pace_early *= able

    def meet(self, e: Enterprise) -> Seeker | None:
        """Look for a financier; those who have holders find one more easily."""
        tally, p = self.tally, self.p
        ticket = round_size(e)
        tally.seeking += 1.0
        tally.equity_sought += ticket
        if e.first_round < 0:
            tally.seeking_first += 1.0
        chance = 1.0 - math.exp(-p.meeting_base)
        if e.holdings:
            chance = max(chance, p.meeting_with_holders)
        if self.draws.uniform(DRAW_MEETING, e.identity, self.t) >= chance:
            tally.refusals["no meeting"] += 1
            return None
        _, e.belief = value_company(e, clause_odds(e))
        return Seeker(e, ticket)

    def play_group(self, group: int, seekers: list[Seeker]) -> None:
        """One stage group: its price level, the choice of leads, the rounds."""
        memory, p = self.memory, self.p
        funds = [fund for fund in self.funds if fund.budget(group) > 0.0]
        dry = sum(fund.budget(group) for fund in funds)
        sought = sum(seeker.ticket for seeker in seekers)
        usual = memory.reference[f"pressure_{group}"]
        memory.now[f"pressure_{group}"] = dry / sought if sought > 0.0 else 1.0
        self.pressure = min(1.0, p.bargaining)
        if sought > 0.0 and usual > 0.0:
            tilt = math.pow(max(dry, 1e-9) / sought / usual, p.price_pressure)
            self.pressure = min(1.0, max(p.price_floor, p.bargaining * tilt))
        self.group, self.leads = group, funds
        self.weights = [self.weights_in(region) for region in range(6)]
        offers = [offer for seeker in seekers if (offer := self.find_lead(seeker)) is not None]
        turn = {fund: self.draws.uniform(DRAW_TURN, fund.identity, self.t) for fund in funds}
        offers.sort(key=lambda o: (turn[o.lead], -self.rank(o), o.enterprise.identity))
        for offer in offers:
            self.close_round(offer)

    def rank(self, offer: Offer) -> float:
        """How a lead orders what it may buy: value for money, and those with holders before the others."""
        follow_on = self.p.follow_on_preference if offer.enterprise.holdings else 0.0
        return math.log(offer.value / offer.ticket) + follow_on

    def weights_in(self, region: int) -> list[float]:
        """Running total of the funds' budgets, those of the region counting double."""
        bias = self.p.home_bias
        return list(accumulate(f.budget(self.group) * (bias if f.region == region else 1.0) for f in self.leads))

    def find_lead(self, seeker: Seeker) -> Offer | None:
        """Meet one lead fund, drawn by budget and home bias; it invests if the ticket is small against the value."""
        e, p, refusals = seeker.enterprise, self.p, self.tally.refusals
        weights = self.weights[e.region]
        if not weights or weights[-1] <= 0.0:
            refusals["no money left"] += 1
            return None
        target = self.draws.uniform(DRAW_LEAD, e.identity, self.t) * weights[-1]
        lead = self.leads[min(bisect_right(weights, target), len(weights) - 1)]
        value, _ = value_company(e, clause_odds(e), lead.hurdle)
        if seeker.ticket > self.bar(e, lead) * value * self.pressure:
            refusals["value below the bar"] += 1
            return None
        chance = p.enterprise_refusal * normal_cdf(e.belief) if lead.guided else 0.0
        if self.draws.uniform(DRAW_REFUSAL, e.identity, self.t) < chance:
            refusals["enterprise refused"] += 1
            return None
        return Offer(e, seeker.ticket, lead, value)

    def bar(self, e: Enterprise, lead: Fund) -> float:
        """Largest share of the value after the round that a lead asks for."""
        if e.holdings:
            return float(self.p.later_round_bar)
        early = self.p.guidance_early_bar + self.p.early_bar_tolerance * self.p.fault_tolerance
        return float(early if lead.guided and e.stage <= PROTOTYPE else self.p.first_round_bar)

    def close_round(self, offer: Offer) -> None:
        """Insiders, the lead and others put the ticket together; below 60% of it there is no round."""
        e, lead, p = offer.enterprise, offer.lead, self.p
        most = p.deals_per_quarter_early if self.group == EARLY else p.deals_per_quarter_late
        if lead.deals >= most or lead.budget(self.group) <= 0.0:
            self.tally.refusals["no money left"] += 1
            return
        gifts = Syndicate(self, offer).gather()
        total = offer.ticket - gifts.missing
        if total < p.syndicate_minimum * offer.ticket:
            self.tally.refusals["syndicate too small"] += 1
            return
        lead.deals += 1
        clause = self.agree_clause(e)
        post = max(offer.value * self.pressure, total / p.later_round_bar)
        self.pay(e, gifts.amounts, (post - total) / e.shares, clause)
        self.count(e, total)
        self.tally.pressure_sum += post / offer.value
        self.tally.pre_money.append(post - total)
        self.tally.note("round", e.identity, total, post - total)

    def agree_clause(self, e: Enterprise) -> int:
        """Whether the round carries a redemption clause; enforcing a ban costs the centre a little."""
        p = self.p
        wish = self.draws.uniform(DRAW_CLAUSE, e.identity, self.t)
        if wish < clause_odds(e):
            return HAS_CLAUSE
        if wish < p.redemption_clause_share:
            self.model.central.spend("redemption_limit", CASE_COST)
        return NO_CLAUSE

    def pay(self, e: Enterprise, gifts: dict[Fund, float], price: float, clause: int) -> None:
        """Call the money, pay it to the company, and issue new shares at the price."""
        e.price = price
        for fund, amount in gifts.items():
            fund.spend(self.group, amount)
            fund.call(amount)
            self.model.ledger.pay("EQ", fund.cash, e.cash, amount)
            holding = Holding(e, fund, FUNDS, 0, amount / price, amount)
            holding.clause = clause
            e.shares += amount / price
            fund.invested += amount
            fund.cost_held += amount

    def count(self, e: Enterprise, total: float) -> None:
        """Book the round, and what it says about later rounds."""
        tally, t = self.tally, self.t
        tally.funded += 1.0
        tally.equity_by_region[e.region] += total
        tally.equity_by_stage[e.stage] += total
        tally.small_rounds += 1.0 if total <= SMALL else 0.0
        if e.round_at[e.stage] < 0:
            self.count_first_at_stage(e)
            e.round_at[e.stage] = t
        if e.first_round < 0:
            e.first_round = t
            tally.funded_first += 1.0
        e.last_round = t
        e.rounds += 1

    def count_first_at_stage(self, e: Enterprise) -> None:
        self.memory.raised[e.stage] += WEIGHT
        for k, (before, later) in enumerate(PAIRS):
            if later == e.stage and e.round_at[before] >= 0:
                self.memory.raised_next[k] += WEIGHT
                self.tally.later_rounds[k] += 1.0
                self.tally.later_wait[k] += float(self.t - e.round_at[before])

    def learn_later_rounds(self) -> None:
        """Chance of a later round, and the time to it, from what was observed over 20 quarters."""
        memory, tally = self.memory, self.tally
        for k, (before, _) in enumerate(PAIRS):
            if memory.raised[before] > 1.0:
                observed = min(1.0, memory.raised_next[k] / memory.raised[before])
                memory.next_round[k] = average(memory.next_round[k], observed, 20.0)
            if tally.later_rounds[k] > 0.0:
                memory.next_gap[k] = average(memory.next_gap[k], tally.later_wait[k] / tally.later_rounds[k], 20.0)


class Syndicate:
    """The funds that put one round together, and what each of them gives."""

    def __init__(self, market: EquityMarket, offer: Offer) -> None:
        self.market, self.offer = market, offer
        self.missing = offer.ticket
        self.amounts: dict[Fund, float] = {}

    def gather(self) -> Syndicate:
        """Insiders up to their share of the company, the lead, then other funds of the focus from a keyed start."""
        market, lead, e = self.market, self.offer.lead, self.offer.enterprise
        for holding in e.holdings:
            fund = holding.fund
            if fund is not None and not fund.is_secondary and fund is not lead and fund.pace > 0.0:
                own_part = self.offer.ticket * holding.shares / e.shares
                self.give(fund, min(self.amounts.get(fund, 0.0) + own_part, fund.pace))
        self.give(lead, lead.budget(market.group))
        funds = market.leads
        start = int(market.draws.uniform(DRAW_SYNDICATE, e.identity, market.t) * len(funds))
        for fund in funds[start:] + funds[:start]:
            if self.missing <= 0.0:
                break
            if fund is not lead and fund.focus == market.group:
                self.give(fund, fund.budget(market.group))
        return self

    def give(self, fund: Fund, able: float) -> None:
        """A fund gives what it can, at most a quarter of its size over all it gives to this round."""
        given = self.amounts.get(fund, 0.0)
        most = self.market.p.concentration_limit * fund.size
        amount = exact(min(self.missing, able - given, most - given))
        if amount > 0.0:
            self.amounts[fund] = given + amount
            self.missing -= amount


def is_seeking(e: Enterprise) -> bool:
    """Ventures look for investors when cash covers less than three quarters of their needs, not right after a round."""
    p = e.model.p
    if e.stage > MARKET or not e.venture or e.failed_tests >= p.tests_allowed:
        return False
    need = e.need()
    if e.stage >= PILOT:
        need += p.ticket_capex_share * e.capex_wanted
    recent = e.last_round >= 0 and e.model.t - e.last_round < p.round_spacing
    return bool(need > p.smallest_need and e.cash.balance < p.runway_seek * need and not recent)


def round_size(e: Enterprise) -> float:
    """Money sought: the stage's ticket; in the market quarters of the gap and part of growth, within bounds."""
    p = e.model.p
    if e.stage < MARKET:
        return project_ticket(e, e.stage)
    wanted = p.ticket_cover * (e.gap + p.ticket_capex_share * e.capex_wanted)
    return clip(wanted, p.ticket_3_floor, p.ticket[MARKET])
