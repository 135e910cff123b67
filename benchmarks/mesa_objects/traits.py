"""What an enterprise is, has and owes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from .money import ENTERPRISES, Account
from .stages import PILOT, PROOF

if TYPE_CHECKING:
    from .bank import Bank, Loan
    from .model import CycleObjects
    from .ownership import Holding

class Traits(mesa.Agent):  # type: ignore[misc]
    """What an enterprise is; `identity` is its permanent number, `seat` its place in the register."""

    model: CycleObjects

    def __init__(
        self, model: CycleObjects, identity: int, sector: int, region: int, origin: int, *, venture: bool
    ) -> None:
        super().__init__(model)
        self.identity, self.sector, self.region, self.origin, self.venture = identity, sector, region, origin, venture
        self.seat = -1
        self.birth = model.t
        self.stage = PROOF
        self.bank: Bank
        self.cash = Account(ENTERPRISES)
        self.loans: list[Loan] = []
        self.holdings: list[Holding] = []
        self.start_blank()

    def start_blank(self) -> None:
        """Everything a newcomer does not have yet."""
        self.quality = self.potential = self.rd_intensity = self.patents = self.capital = 0.0
        self.progress = self.sales = self.sales_trend = self.output = self.cost_shock = self.failure = 0.0
        self.unit_cost = 1.0
        self.rd = self.rd_plan = self.capex_wanted = self.capex_paid = self.gap = self.profit = self.cash_flow = 0.0
        self.tax_loss = self.vat_credit = self.retained = self.interest_due = self.principal_due = 0.0
        self.sales_years, self.profit_years, self.rd_years, self.flow_years = ([0.0] * 4 for _ in range(4))
        self.shares = self.founder_shares = 100.0
        self.public_shares = self.price = self.redemption_debt = self.wealth = self.founder_cash = 0.0
        self.belief = self.readiness = 0.0
        self.market_at = self.prototype_at = self.validated_at = self.first_sale = -1
        self.round_at = [-1] * 4
        self.first_round = self.last_round = self.defaulted_at = self.filed_at = self.listed_at = self.tutored_at = -1
        self.failed_tests = self.users = self.rounds = self.arrears = self.retry_at = self.serial = 0
        self.board = -1
        self.eligible = self.leader = self.released = False

    @property
    def debt(self) -> float:
        """Principal of its bank loans (CNY mn)."""
        return sum(loan.principal for loan in self.loans)

    @property
    def alive(self) -> bool:
        return self.stage >= PROOF

    def need(self) -> float:
        """Money a quarter that sales do not bring: the operating gap, and the burn of a project's stage."""
        burn = self.model.p.burn[self.stage][self.sector] if self.stage <= PILOT else 0.0
        return float(self.gap + burn)
