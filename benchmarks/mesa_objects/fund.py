"""A fund: its partners, calls, fees, investing pace, waterfall, tax on gains, and its end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from .chance import purpose, quarterly_rate
from .money import ENTERPRISES, FUNDS, Account, exact, share_out
from .stages import MARKET, PROTOTYPE, PUBLIC
from .tally import IN_KIND

if TYPE_CHECKING:
    from .manager import Manager
    from .model import CycleObjects
    from .ownership import Holding

EARLY, GROWTH, LATE = range(3)
HOUSEHOLD, CORPORATE, CENTRAL, LOCAL, STATE = range(5)  # partners

DRAW_HURDLE = purpose("fund hurdle")


class Fund(mesa.Agent):  # type: ignore[misc]
    """A fund with a finite life; the standing secondary fund has no manager and no end."""

    model: CycleObjects

    def __init__(self, model: CycleObjects, manager: Manager | None, focus: int, region: int, *, guided: bool) -> None:
        super().__init__(model)
        self.manager, self.focus, self.region, self.guided = manager, focus, region, guided
        self.identity = 0 if manager is None else manager.number * 1024 + model.t + 1
        self.vintage = model.t
        self.term = int(4.0 * model.p.fund_term)
        self.alive, self.national = True, False
        self.deals = 0
        self.cash = Account(FUNDS)
        self.holdings: list[Holding] = []
        self.committed, self.paid = [0.0] * 5, [0.0] * 5
        self.size = self.called = self.invested = self.cost_held = self.fair_value = 0.0
        self.preferred = self.distributed = self.taxed_gain = self.deduction = 0.0
        self.pace = self.pace_early = self.unused = self.unused_early = 0.0
        self.hurdle = 1.0

    @property
    def is_secondary(self) -> bool:
        return self.manager is None

    @property
    def type(self) -> int:
        """Focus without and with guidance money: one of six."""
        return self.focus + (3 if self.guided else 0)

    @property
    def age(self) -> int:
        return self.model.t - self.vintage

    @property
    def undrawn(self) -> float:
        """Commitments not yet called (CNY mn)."""
        return max(0.0, self.size - self.called)

    def open(self, commitments: list[float]) -> None:
        """Close with the commitments of the partners and form an own view of the return to ask for."""
        self.committed = [exact(amount) for amount in commitments]
        self.size = sum(self.committed)
        draw = self.model.draws.normal(DRAW_HURDLE, self.identity, 0)
        self.hurdle = math.exp(self.model.p.hurdle_spread * draw)

    def partner_account(self, partner: int) -> Account:
        model: CycleObjects = self.model
        accounts = (model.households, model.vehicle.account, model.central.treasury)
        return accounts[partner] if partner < LOCAL else model.regions[self.region].purse

    def lever(self, partner: int) -> str:
        """The lever that pays for a public partner's money; empty for money without strings."""
        if partner == CENTRAL:
            return "s_fund_public" if self.is_secondary else "ggf_central"
        return "ggf_local" if partner == LOCAL else ""

    def shares_of(self, amount: float, weights: list[float]) -> list[tuple[int, float]]:
        """Split an amount exactly among the partners; the last one takes the remainder."""
        parts, left, weights_left = [], amount, sum(weights)
        for partner, weight in enumerate(weights):
            if weight > 0.0:
                part = share_out(weight, weights_left, left)
                weights_left, left = weights_left - weight, left - part
                parts.append((partner, part))
        return parts

    def call(self, amount: float) -> None:
        """Call money from the partners pro rata to their commitments."""
        called = exact(amount)
        tally, region = self.model.tally, self.model.regions[self.region]
        for partner, part in self.shares_of(called, self.committed):
            self.model.ledger.pay("CALL", self.partner_account(partner), self.cash, part)
            self.paid[partner] += part
            if partner >= LOCAL:
                region.programmes += part
            if self.lever(partner):
                tally.charge(self.lever(partner), "outlay", part)
            if not self.is_secondary:
                tally.called[partner] += part
        self.called += called
        self.preferred += called

    def fee(self) -> float:
        """Management fee of a quarter: of commitments first, of the cost still held after, none in the extension."""
        p = self.model.p
        if self.age >= self.term:
            return 0.0
        return float(p.management_fee / 4.0 * (self.size if self.age < p.fee_quarters else self.cost_held))

    def can_call(self, amount: float) -> bool:
        """Whether partners can pay: the corporate vehicle has cash, and a region at its debt cap has too."""
        share = amount / max(1e-9, self.size)
        if self.committed[CORPORATE] * share > self.model.vehicle.account.balance:
            return False
        region = self.model.regions[self.region]
        return not region.at_debt_cap or (self.committed[LOCAL] + self.committed[STATE]) * share <= region.purse.balance

    def pay_fee(self) -> None:
        """Pay the manager, calling the money as far as commitments go."""
        owed = min(self.fee(), self.undrawn + self.cash.balance)
        missing = owed - self.cash.balance
        if missing > 0.0 and self.can_call(missing):
            self.call(missing)
        self.model.ledger.pay("MFEE", self.cash, self.model.households, min(owed, self.cash.balance))

    def plan_pace(self) -> None:
        """Plan the quarter: dry powder over the quarters left, pace carried over, and what is kept for early projects.

        It never plans more than its partners still owe it.
        """
        p = self.model.p
        self.pace = self.pace_early = 0.0
        self.deals = 0
        if not self.alive or self.age >= p.investing_quarters:
            return
        fees = p.management_fee / 4.0 * self.size * max(0.0, p.fee_quarters - self.age)
        dry = max(0.0, self.size - self.called - fees)
        base = dry / max(1.0, p.investing_quarters - self.age)
        ring = 0.0
        if self.guided and self.focus != EARLY and not self.national:
            ring = p.early_mandate * base
            self.pace_early = min(ring + self.unused_early, dry)
        carried = min(self.unused, p.pace_carry * base)
        self.pace = min(base - ring + carried, dry - self.pace_early)

    def keep_unused(self) -> None:
        """Pace that was not spent is carried over."""
        self.unused, self.unused_early = self.pace, self.pace_early

    def budget(self, group: int) -> float:
        """What it may invest in a stage group this quarter."""
        own = self.pace if self.focus == group else 0.0
        return own + (self.pace_early if group == EARLY else 0.0)

    def spend(self, group: int, amount: float) -> None:
        """Take an investment off the pace, money kept for early projects first."""
        early = min(self.pace_early, amount) if group == EARLY else 0.0
        self.pace_early -= early
        self.pace = max(0.0, self.pace - (amount - early))

    def distribute(self) -> None:
        """Give back cash above a year of fees: paid-in capital and 8% a year first, then 80/20 with the manager."""
        p, ledger = self.model.p, self.model.ledger
        self.preferred *= 1.0 + quarterly_rate(p.preferred_return)
        keep = 4.0 * (self.committed[HOUSEHOLD] + self.committed[CENTRAL]) if self.is_secondary else 4.0 * self.fee()
        cash = exact(max(0.0, self.cash.balance - keep))
        if cash <= 0.0 or self.called <= 0.0:
            return
        carry = p.carried_interest * max(0.0, cash - self.preferred)
        cash -= ledger.pay("CARRY", self.cash, self.model.households, carry)
        self.preferred = max(0.0, self.preferred - cash)
        self.give_back(cash)
        self.tax_gain()

    def give_back(self, cash: float) -> None:
        """Pay the partners pro rata to what they paid in."""
        tally, region = self.model.tally, self.model.regions[self.region]
        for partner, part in self.shares_of(cash, self.paid):
            self.model.ledger.pay("DIST", self.cash, self.partner_account(partner), part)
            if partner >= LOCAL:
                region.programmes -= part
            if self.lever(partner):
                tally.charge(self.lever(partner), "receipt", part)
            if not self.is_secondary:
                tally.distributed[partner] += part
        if not self.is_secondary:
            tally.time_weighted += cash * self.age
            tally.given_back += cash
        self.distributed += cash

    def tax_gain(self) -> None:
        """Private partners pay tax on what exceeds paid-in capital, after the deduction for early holdings."""
        p, model = self.model.p, self.model
        gain = max(0.0, self.distributed - self.called)
        fresh = gain - self.taxed_gain
        if fresh <= 0.0:
            return
        self.taxed_gain = gain
        deducted = min(fresh, self.deduction)
        self.deduction -= deducted
        private = (self.paid[HOUSEHOLD] + self.paid[CORPORATE]) / self.called
        model.tally.charge("vc_tax_deduction", "tax_expenditure", p.partner_tax * deducted * private)
        base = p.partner_tax * (fresh - deducted) / self.called
        self.pay_gain_tax(model.households, base * self.paid[HOUSEHOLD])
        vehicle = model.vehicle.account
        self.pay_gain_tax(vehicle, min(base * self.paid[CORPORATE], max(0.0, vehicle.balance)))

    def pay_gain_tax(self, payer: Account, owed: float) -> None:
        model, region = self.model, self.model.regions[self.region]
        before = region.purse.balance
        payees = (model.central.treasury, region.purse)
        share = model.p.central_income_tax_share
        model.tally.induced_tax += model.ledger.pay_two(("GAIN", "GAIN"), payer, payees, owed, share)
        region.taxes += region.purse.balance - before

    def is_overdue(self) -> bool:
        """Whether its life and the extension are over."""
        return self.age >= self.term + int(self.model.p.extension_quarters)

    def end(self) -> None:
        """Hand what is still held to the partners in kind, and close."""
        tally = self.model.tally
        for holding in list(self.holdings):
            holding.hand_over()
            tally.exit_holdings[IN_KIND] += 1.0
            holding.close()
        self.alive = False
        self.fair_value = 0.0
        tally.note("fund_ended", self.identity, self.distributed, self.distributed / max(1e-9, self.called))

    def mark(self) -> None:
        """Mark every holding to its fair price, and note early holdings old enough for the tax deduction."""
        p = self.model.p
        self.fair_value = 0.0
        for holding in self.holdings:
            holding.value = exact(holding.shares * holding.fair_price())
            self.fair_value += holding.value
            held = self.model.t - holding.bought_at
            if holding.bought_stage <= PROTOTYPE and held == int(p.early_holding_quarters):
                self.deduction += p.vc_tax_deduction / 100.0 * holding.cost


class Vehicle(mesa.Agent):  # type: ignore[misc]
    """The joint vehicle through which leaders and listed companies are partners of funds."""

    model: CycleObjects

    def __init__(self, model: CycleObjects) -> None:
        super().__init__(model)
        self.account = Account(ENTERPRISES)

    def fill(self, target: float) -> None:
        """Its owners keep it at a target, in proportion to their cash."""
        model = self.model
        owners = [e for e in model.register if e.stage >= MARKET and (e.leader or e.stage == PUBLIC)]
        cash = sum(e.cash.balance for e in owners)
        missing = target - self.account.balance
        if cash <= 0.0:
            return
        part = min(0.1, missing / cash) if missing > 0.0 else missing / cash
        left = -exact(missing)
        for e in owners:
            if part > 0.0:
                model.ledger.pay("CORP", e.cash, self.account, part * e.cash.balance)
            else:
                left -= model.ledger.pay("CORP", self.account, e.cash, min(left, -part * e.cash.balance))
