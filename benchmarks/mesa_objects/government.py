"""Governments, and those who face them: regions, the centre, the rest of the economy; budgets, bonds and reserves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from .chance import average, quarterly_chance, quarterly_rate
from .credit import share_among_banks
from .money import BANKS, CENTRAL, ENTERPRISES, FUNDS, HOUSEHOLDS, LOCAL, REST, Account, exact
from .stages import MARKET

if TYPE_CHECKING:
    from .enterprise import Enterprise
    from .model import CycleObjects

TAXES = (("VAT", ENTERPRISES), ("CIT", ENTERPRISES), ("CIT", BANKS), ("GAIN", HOUSEHOLDS), ("GAIN", ENTERPRISES))
MANAGEMENT = 0.01  # of guidance money placed, spent on running the guidance funds
MONITORING = 0.002  # of it, spent on watching the share cap


class Government(mesa.Agent):  # type: ignore[misc]
    """What a region and the centre have in common: an account, bonds, and other revenue less other spending."""

    model: CycleObjects

    sector = ""

    def __init__(self, model: CycleObjects) -> None:
        super().__init__(model)
        self.purse = Account(self.sector)
        self.bonds = self.other = self.cash_target = self.usual_programmes = 0.0

    def spend(self, lever: str, amount: float) -> float:
        """Pay for running a lever: wages, in the end."""
        paid = self.model.ledger.pay("OPER", self.purse, self.model.households, amount)
        self.model.tally.charge(lever, "administration", paid)
        return paid

    def coupon_due(self) -> float:
        return float(max(0.0, self.bonds) * self.model.p.coupon / 4.0)

    def pay_coupon(self) -> None:
        """To banks and others, in proportion to the bonds they hold."""
        model = self.model
        pool = model.pool
        held = pool.bonds + model.rest.bonds
        if held <= 0.0:
            return
        total = exact(self.coupon_due())
        part = exact(total * pool.bonds / held)
        self.purse.balance -= part
        for bank, income in zip(model.banks, share_among_banks(model.banks, part), strict=True):
            bank.gain(income)
        model.ledger.record("CPN", self.sector, BANKS, part)
        model.ledger.pay("CPN", self.purse, model.rest.deposits, total - part)

    def settle_other(self, amount: float) -> None:
        """Other revenue, or other spending if it is negative, against the rest of the economy."""
        model = self.model
        if amount >= 0.0:
            model.ledger.pay("GEN", model.rest.deposits, self.purse, amount)
        else:
            model.ledger.pay("GEN", self.purse, model.rest.deposits, -amount)

    def balance_budget(self, taxes: float, programmes: float) -> None:
        """In the burn-in other revenue balances the budget; after it, it grows with an index whatever policy costs."""
        if self.model.burn_in:
            self.usual_programmes = average(self.usual_programmes, programmes, 20.0)
            self.other = -(taxes - programmes - self.coupon_due())
        self.settle_other(self.other * self.model.central.index)

    def freeze_budget(self, taxes: float) -> None:
        """At the opening: other revenue and spending that balance usual taxes, programmes and coupons."""
        self.other = -(taxes - self.usual_programmes - self.coupon_due())

    def move_bonds(self, *, by_banks: bool) -> None:
        """Bring cash to its target by issuing or repaying bonds."""
        gap = self.cash_target - self.purse.balance
        if gap > 0.0:
            self.issue(gap, by_banks=by_banks)
        else:
            self.retire(min(-gap, self.bonds))

    def issue(self, amount: float, *, by_banks: bool) -> None:
        """Banks buy while they have reserves to spare, others buy otherwise."""
        model = self.model
        raised = exact(amount)
        self.bonds += raised
        if by_banks:
            self.purse.balance += raised
            model.pool.bonds += raised
            model.ledger.record("BOND", BANKS, self.sector, raised)
        else:
            model.rest.bonds += raised
            model.ledger.pay("BOND", model.rest.deposits, self.purse, raised)

    def retire(self, amount: float) -> None:
        """Repay bonds, those of others first."""
        model = self.model
        paid = exact(amount)
        to_rest = min(paid, model.rest.bonds)
        self.bonds -= paid
        model.rest.bonds -= to_rest
        model.ledger.pay("BOND", self.purse, model.rest.deposits, to_rest)
        self.purse.balance -= paid - to_rest
        model.pool.bonds -= paid - to_rest
        model.ledger.record("BOND", self.sector, BANKS, paid - to_rest)


class LocalGovernment(Government):
    """A region: taxes, programmes, guidance budget, grants, knowledge of its enterprises."""

    sector = LOCAL

    def __init__(self, model: CycleObjects, number: int) -> None:
        super().__init__(model)
        self.number = number
        self.taxes = self.programmes = self.revenue = self.guidance_budget = 0.0
        self.knowledge, self.research = [0.0] * 9, [0.0] * 9

    @property
    def at_debt_cap(self) -> bool:
        return bool(self.bonds > self.model.p.local_debt_cap * self.revenue)

    def run_guidance(self, placed: float) -> None:
        """What running and watching the local guidance fund costs."""
        for lever, part in (("ggf_local", MANAGEMENT), ("ggf_share_cap", MONITORING)):
            self.programmes += self.spend(lever, part * placed)

    def pay_grant(self, lever: str, payee: Account, amount: float) -> float:
        """Pay a grant and charge its lever."""
        paid = self.model.ledger.pay("GRANT", self.purse, payee, amount)
        self.programmes += paid
        self.model.tally.charge(lever, "outlay", paid)
        return paid

    def support_research(self, eligible: list[Enterprise]) -> None:
        """Pay its ventures a share of last quarter's R&D, cut pro rata above the debt cap to what cash covers."""
        rate = self.model.p.local_pref_grant[self.number] / 100.0
        due = sum(rate * e.rd for e in eligible)
        share = 1.0
        if due > 0.0 and self.at_debt_cap:
            share = min(1.0, max(0.0, self.purse.balance) / due)
        for e in eligible:
            paid = self.pay_grant("local_pref_grant", e.cash, rate * e.rd * share)
            if paid > 0.0:
                self.model.tally.note("grant", e.identity, paid)

    def accumulate_knowledge(self, everywhere: list[float]) -> None:
        """KN' = (1 - delta) KN + R + omega (R of the same sector in the other regions)."""
        p = self.model.p
        keep = 1.0 - quarterly_chance(p.knowledge_decay)
        for j, own in enumerate(self.research):
            self.knowledge[j] = self.knowledge[j] * keep + (own + p.knowledge_diffusion * (everywhere[j] - own))

    def close_budget(self) -> None:
        self.revenue = average(self.revenue, 4.0 * self.taxes, 4.0)
        self.cash_target = self.revenue / 4.0
        self.balance_budget(self.taxes, self.programmes)


class CentralGovernment(Government):
    """The centre: its account lies at the central bank."""

    sector = CENTRAL

    def __init__(self, model: CycleObjects) -> None:
        super().__init__(model)
        self.central_budget = self.national_budget = 0.0
        self.index = 1.0

    @property
    def treasury(self) -> Account:
        return self.purse

    def run_guidance(self, placed: float) -> None:
        for lever, part in (("ggf_central", MANAGEMENT), ("ggf_share_cap", MONITORING)):
            self.spend(lever, part * placed)

    def taxes(self) -> float:
        """Taxes of the quarter, from the ledger."""
        return sum(self.model.ledger.flow(code, payer, CENTRAL) for code, payer in TAXES)

    def programmes(self) -> float:
        """Calls answered less distributions received, and running cost."""
        flow = self.model.ledger.flow
        answered = flow("CALL", CENTRAL, FUNDS) - flow("DIST", FUNDS, CENTRAL)
        return float(answered + flow("OPER", CENTRAL, HOUSEHOLDS))

    def close_budget(self) -> None:
        taxes = self.taxes()
        if self.model.burn_in:
            self.cash_target = average(self.cash_target, taxes, 4.0)
        self.balance_budget(taxes, self.programmes())


class RestOfEconomy(mesa.Agent):  # type: ignore[misc]
    """Customers, suppliers, the central bank, and holders of bonds outside banks."""

    model: CycleObjects

    def __init__(self, model: CycleObjects) -> None:
        super().__init__(model)
        self.deposits = Account(REST)
        self.bonds = 0.0


class BankingPool:
    """Reserves and bonds, which banks hold together."""

    def __init__(self) -> None:
        self.reserves = self.bonds = 0.0

    def settle(self, model: CycleObjects) -> None:
        """Reserves follow from what crosses the Treasury; banks that are short sell bonds to the central bank."""
        moved = model.ledger.out_of_treasury()
        wanted = model.p.reserve_target_low * model.deposits()
        sold = exact(max(0.0, min(wanted - (self.reserves + moved), self.bonds)))
        self.bonds -= sold
        model.rest.bonds += sold
        self.reserves += moved + sold


def support_research(model: CycleObjects) -> None:
    """Regions pay grants on last quarter's research to enterprises with venture history up to the market stage."""
    eligible: list[list[Enterprise]] = [[] for _ in model.regions]
    for e in model.register:
        if e.venture and e.stage <= MARKET and e.rd > 0.0:
            eligible[e.region].append(e)
    for region in model.regions:
        region.support_research(eligible[region.number])


def accumulate_knowledge(model: CycleObjects) -> None:
    """Research adds to knowledge; in the burn-in the regions' mean is the reference."""
    sectors = range(9)
    everywhere = [sum(region.research[j] for region in model.regions) for j in sectors]
    for region in model.regions:
        region.accumulate_knowledge(everywhere)
    if model.burn_in:
        n = len(model.regions)
        model.memory.knowledge_ref = [sum(region.knowledge[j] for region in model.regions) / n for j in sectors]


def close_budgets(model: CycleObjects) -> None:
    """Other revenue and spending, bonds to cash targets, reserves."""
    p, central = model.p, model.central
    if not model.burn_in:
        central.index *= 1.0 + quarterly_rate(p.government_index)
    for region in model.regions:
        region.close_budget()
    central.close_budget()
    by_banks = model.pool.reserves > p.reserve_target_high * model.deposits()
    for government in (*model.regions, central):
        government.move_bonds(by_banks=by_banks)
    model.pool.settle(model)
