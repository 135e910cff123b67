"""What is counted in a quarter, the events, and the public cost of levers."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

IPO, ACQUISITION, SECONDARY, REDEMPTION, WRITE_OFF, IN_KIND = range(6)  # ways in which an investor leaves a company

# Kinds of events, by the names the engine gives them.
EVENT_KINDS = (
    "birth", "round", "test_passed", "test_failed", "validation", "loan", "default", "filing", "withdrawal",
    "refusal", "listing", "acquisition", "secondary", "redemption", "death", "fund_closed", "fund_ended", "grant",
)  # fmt: skip


@dataclass
class Event:
    """Something that happened to somebody."""

    kind: str
    who: int
    amount: float = 0.0
    note: float = 0.0


def zeros(n: int) -> list[float]:
    return [0.0] * n


@dataclass
class Tally:
    """Counts and sums of one quarter (money in CNY mn)."""

    entered: float = 0.0
    entered_serial: float = 0.0
    rd_spent: float = 0.0
    rd_market: float = 0.0
    revenue: float = 0.0
    value_added: float = 0.0
    sales_funded: float = 0.0
    tested: float = 0.0
    passed: float = 0.0
    patents: float = 0.0
    converted: float = 0.0
    validated: float = 0.0
    first_orders: float = 0.0
    failed_sales: float = 0.0
    new_product_sales: float = 0.0
    unit_costs: float = 0.0
    new_products: float = 0.0
    started_prototype: float = 0.0
    crossed_valley: float = 0.0
    serial_in_market: float = 0.0
    seeking: float = 0.0
    seeking_first: float = 0.0
    funded: float = 0.0
    funded_first: float = 0.0
    equity_sought: float = 0.0
    equity_by_stage: list[float] = field(default_factory=lambda: zeros(4))
    equity_by_region: list[float] = field(default_factory=lambda: zeros(6))
    small_rounds: float = 0.0
    pressure_sum: float = 0.0
    later_rounds: list[float] = field(default_factory=lambda: zeros(6))
    later_wait: list[float] = field(default_factory=lambda: zeros(6))
    guidance_offered: float = 0.0
    guidance_placed: float = 0.0
    offers: float = 0.0
    offers_declined: float = 0.0
    commitments: list[float] = field(default_factory=lambda: zeros(5))
    called: list[float] = field(default_factory=lambda: zeros(5))
    distributed: list[float] = field(default_factory=lambda: zeros(5))
    time_weighted: float = 0.0
    given_back: float = 0.0
    loans_sought: float = 0.0
    loans_granted: float = 0.0
    loans_paid: float = 0.0
    loans_paid_rate: float = 0.0
    loans_paid_spread: float = 0.0
    credit_sought: float = 0.0
    credit_refused: float = 0.0
    defaulted: float = 0.0
    loan_losses: float = 0.0
    loan_claims: float = 0.0
    exits: list[float] = field(default_factory=lambda: zeros(5))
    exit_holdings: list[float] = field(default_factory=lambda: zeros(6))
    exit_money: list[float] = field(default_factory=lambda: zeros(5))
    exit_time: list[float] = field(default_factory=lambda: zeros(5))
    exit_chosen: float = 0.0
    exit_choices: float = 0.0
    closed_below: float = 0.0
    closed_above: float = 0.0
    closed: float = 0.0
    withdrawn: float = 0.0
    turned_down: float = 0.0
    listed: float = 0.0
    listing_loss: float = 0.0
    sell_orders: float = 0.0
    sold: float = 0.0
    secondary_value: float = 0.0
    secondary_price: float = 0.0
    redemptions_claimed: float = 0.0
    redemptions_paid: float = 0.0
    induced_tax: float = 0.0
    pre_money: list[float] = field(default_factory=list)
    validation_ages: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    events: list[Event] = field(default_factory=list)
    cost: defaultdict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))

    def note(self, kind: str, who: int, amount: float = 0.0, note: float = 0.0) -> None:
        """Write an event down."""
        self.events.append(Event(kind, who, amount, note))

    def charge(self, lever: str, component: str, amount: float) -> None:
        """Charge a lever with public cost (CNY mn)."""
        self.cost[lever, component] += amount

    @property
    def net_cost(self) -> float:
        """Outlays and the like less receipts, and less what guidance money got in kind."""
        against = ("receipt", "in_kind")
        return sum(-amount if component in against else amount for (_, component), amount in self.cost.items())

    @property
    def equity_paid(self) -> float:
        return sum(self.equity_by_region)
