"""The model: a quarter of the technology-industry-finance cycle, played by objects.

Written the way a Mesa user would: one Python object an agent, plain loops, no compiled code. It shares with the engine
the catalogue of parameters and the keyed draws, and nothing else; every rule is told here a second time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import mesa
import numpy as np
from numpy.typing import NDArray

from . import credit, equity, exits, expectations, fundraising, government, listing, origination
from .bank import Bank, Loan
from .chance import KeyedDraws, PythonDraws, pick, purpose
from .enterprise import Enterprise
from .fund import Fund, Vehicle
from .government import BankingPool, CentralGovernment, LocalGovernment, RestOfEconomy
from .manager import Manager
from .market import PublicMarket
from .memory import Board, Memory
from .money import BANKS, CENTRAL, ENTERPRISES, HOUSEHOLDS, LOCAL, Account, Ledger, exact
from .ownership import Holding
from .policy import Policy
from .register import Register
from .stages import MARKET, PILOT
from .tally import Tally

DRAW_SECTOR_DEMAND = purpose("sector demand")
Step = Callable[["CycleObjects"], None]


class CycleObjects(mesa.Model):  # type: ignore[misc]
    """The cycle; `step()` plays a quarter. `policies` gives the policy array of a quarter, 0 = first of the burn-in."""

    def __init__(
        self,
        policies: Callable[[int], NDArray[np.float64]],
        scale: float,
        seed: int = 1,
        *,
        mechanisms: Mapping[str, bool] | None = None,
        random: str = "keyed",
        multiples: int = 40,
    ) -> None:
        super().__init__(seed=seed)
        self.policies, self.scale = policies, scale
        self.switches = dict(mechanisms or {})
        self.draws = PythonDraws(seed) if random == "python" else KeyedDraws(seed)
        self.t = self.next_quarter = 0
        self.burn_in = False
        self.p = Policy(policies(0))
        self.ledger, self.tally, self.memory = Ledger(), Tally(), Memory()
        self.register = Register()
        self.households = Account(HOUSEHOLDS)
        self.vehicle, self.market, self.rest = Vehicle(self), PublicMarket(self), RestOfEconomy(self)
        self.central = CentralGovernment(self)
        self.regions = [LocalGovernment(self, number) for number in range(6)]
        self.pool = BankingPool()
        self.banks: list[Bank] = []
        self.managers: list[Manager] = []
        self.funds: list[Fund] = []
        self.new_funds: list[Fund] = []
        self.holdings: list[Holding] = []
        self.loans: list[Loan] = []
        self.loan_numbers = 0
        self.pool_of_founders: list[origination.Founder] = []
        self.multiples = [Board(multiples) for _ in range(6)]

    @property
    def secondary_fund(self) -> Fund:
        return self.funds[0]

    def is_on(self, mechanism: str) -> bool:
        return self.switches.get(mechanism, True)

    def next_loan_number(self) -> int:
        self.loan_numbers += 1
        return self.loan_numbers

    def main_bank(self, u: float) -> Bank:
        """A bank drawn in proportion to size."""
        return self.banks[pick([bank.share for bank in self.banks], u)]

    def remember_multiple(self, kind: int, multiple: float) -> None:
        """A holding was closed: what it gave back for a yuan of cost."""
        self.multiples[kind].write(multiple)
        self.tally.closed += 1.0
        self.tally.closed_below += 1.0 if multiple < 1.0 else 0.0
        self.tally.closed_above += 1.0 if multiple >= 10.0 else 0.0

    def deposits(self) -> float:
        """Deposits at banks: those of everybody but the centre (CNY mn)."""
        accounts = [self.households, self.vehicle.account, self.market.account, self.rest.deposits]
        accounts += [region.purse for region in self.regions] + [fund.cash for fund in self.funds]
        return sum(account.balance for account in accounts) + sum(e.cash.balance for e in self.register)

    def step(self) -> None:
        """Play one quarter: every stage in order; mechanisms that are off are left out."""
        self.t = self.next_quarter
        self.p = Policy(self.policies(self.t))
        self.ledger, self.tally = Ledger(), Tally()
        self.memory.now.clear()
        self.holdings = [holding for holding in self.holdings if holding.open]
        for bank in self.banks:
            bank.income = 0.0
        for region in self.regions:
            region.taxes = region.programmes = 0.0
        for mechanism, stage in SCHEDULE:
            if self.is_on(mechanism):
                stage(self)
        self.next_quarter += 1


def plan(model: CycleObjects) -> None:
    for e in model.register:
        e.plan()


def managers_get_ready(model: CycleObjects) -> None:
    for manager in model.managers:
        manager.get_ready()


def offer_guidance(model: CycleObjects) -> None:
    model.guidance = fundraising.GuidanceMoney(model)
    model.guidance.offer()


def do_research(model: CycleObjects) -> None:
    for region in model.regions:
        region.research = [0.0] * 9
    for e in model.register:
        e.do_research()


def trade(model: CycleObjects) -> None:
    for e in model.register:
        if e.stage >= PILOT:
            e.trade()


def settle_accounts(model: CycleObjects) -> None:
    """Demand of a whole sector moves; then every enterprise settles its accounts."""
    move_demand(model)
    for e in model.register:
        if e.stage >= PILOT:
            e.settle_accounts()


def move_demand(model: CycleObjects) -> None:
    """Sector demand as a factor on sales: F' = F^persistence e^shock."""
    p, memory = model.p, model.memory
    for j, factor in enumerate(memory.sector_demand):
        shock = p.sector_demand_noise * model.draws.normal(DRAW_SECTOR_DEMAND, j, model.t)
        memory.sector_demand[j] = math.pow(factor, p.sector_demand_persistence) * math.exp(shock)


def serve_debt(model: CycleObjects) -> None:
    credit.serve_debt(model)
    credit.resolve(model)


def research_and_dividends(model: CycleObjects) -> None:
    for e in model.register:
        if e.stage >= MARKET:
            e.research_and_dividends()
    if model.t % 4 == 3:
        for e in model.register:
            e.turn_year()


def stop(model: CycleObjects) -> None:
    """Whoever must stop is wound up; then banks know what they lost this quarter."""
    exits.stop(model)
    credit.learn_losses(model)


def distribute(model: CycleObjects) -> None:
    """Funds give cash back; those at the end of their life close in kind."""
    alive = [fund for fund in model.funds if fund.alive]
    for fund in alive:
        fund.distribute()
    for fund in alive:
        if not fund.is_secondary and fund.is_overdue():
            fund.end()


def mark(model: CycleObjects) -> None:
    """Holdings are marked to their fair price."""
    for fund in model.funds:
        fund.mark()
    for holding in model.holdings:
        if holding.open and holding.fund is None:
            holding.value = exact(holding.shares * holding.fair_price())


def pay_coupons(model: CycleObjects) -> None:
    for state in (*model.regions, model.central):
        state.pay_coupon()


def close_quarter(model: CycleObjects) -> None:
    """Outside loans, deposit interest, bank costs, tax and dividends; then households spend."""
    for bank in model.banks:
        bank.run_outside_book()
    pay_deposit_interest(model)
    credit.count_bad_loans(model)
    for bank in model.banks:
        bank.close_quarter()
    flow = model.ledger.flow
    sources = (("WAGE", ENTERPRISES), ("DEPI", BANKS), ("OPER", CENTRAL), ("OPER", LOCAL), ("BDIV", BANKS))
    income = sum(flow(code, payer, HOUSEHOLDS) for code, payer in sources)
    model.ledger.pay("CONS", model.households, model.rest.deposits, model.p.consumption * income)


def pay_deposit_interest(model: CycleObjects) -> None:
    """Banks pay interest on every deposit and share the bill by size."""
    rate = model.p.deposit_rate / 4.0
    accounts = [e.cash for e in model.register] + [fund.cash for fund in model.funds] + [r.purse for r in model.regions]
    accounts += [model.households, model.vehicle.account, model.market.account, model.rest.deposits]
    total = 0.0
    for account in accounts:
        paid = exact(max(0.0, account.balance) * rate)
        account.balance += paid
        model.ledger.record("DEPI", BANKS, account.sector, paid)
        total += paid
    for bank, part in zip(model.banks, credit.share_among_banks(model.banks, total), strict=True):
        bank.gain(-part)


# The quarter, in order: the mechanism that owns a step, and the step.
SCHEDULE: tuple[tuple[str, Step], ...] = (
    ("expectations", expectations.name_leaders),
    ("origination", origination.projects_enter),
    ("serial_founders", origination.founders_restart),
    ("origination", origination.market_firms_come_and_go),
    ("credit", credit.bill),
    ("operations", plan),
    ("fundraising", managers_get_ready),
    ("guidance_funds", offer_guidance),
    ("fundraising", fundraising.raise_funds),
    ("guidance_funds", lambda model: model.guidance.book()),
    ("fundraising", fundraising.pay_fees),
    ("equity", lambda model: equity.EquityMarket(model).play()),
    ("credit", credit.lend),
    ("local_support", government.support_research),
    ("development", do_research),
    ("application", trade),
    ("operations", settle_accounts),
    ("credit", serve_debt),
    ("operations", research_and_dividends),
    ("stopping", stop),
    ("listing", listing.play),
    ("acquisition", exits.acquisitions),
    ("secondary", exits.secondary_sales),
    ("redemption", exits.redemptions),
    ("public_market", lambda model: model.market.play()),
    ("distribution", distribute),
    ("distribution", mark),
    ("knowledge", government.accumulate_knowledge),
    ("fiscal", pay_coupons),
    ("closure", close_quarter),
    ("fiscal", government.close_budgets),
    ("serial_founders", origination.founders_leave),
    ("expectations", expectations.remember),
)

__all__ = ["SCHEDULE", "CycleObjects", "Enterprise"]
