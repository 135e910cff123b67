"""What the economy remembers between quarters: beliefs, averages, references and the series of the last 24 quarters."""

from __future__ import annotations

from collections import defaultdict, deque

PAST_QUARTERS = 24
REFERENCE_QUARTERS = 20
# The series of which agents know a usual value.
REFERENCES = (
    "funding_rate", "exit_value", "multiple", "private_dry", "pressure_0", "pressure_1", "pressure_2",
    "loan_rate", "leader_research",
)  # fmt: skip


class Board:
    """The multiples of the holdings closed last: a new one takes the place of the oldest."""

    def __init__(self, size: int) -> None:
        self.size, self.seen = size, 0
        self.places: list[float] = []

    def write(self, multiple: float) -> None:
        if len(self.places) < self.size:
            self.places.append(multiple)
        else:
            self.places[self.seen % self.size] = multiple
        self.seen += 1


class Memory:
    """Beliefs and averages; the numbers here are the openings of the burn-in."""

    def __init__(self) -> None:
        self.listed_price = 1.0
        self.sector_demand = [1.0] * 9
        self.funding_rate = 0.1
        self.exit_value_trend = 0.0
        self.listed_share = 0.6
        self.route_share = [0.22, 0.45, 0.33]  # acquisition, secondary, redemption
        self.route_loss = [0.15, 0.25, 0.40, 0.60]  # listing, acquisition, secondary, redemption
        self.listing_wait = 4.0
        self.market_to_exit = 10.0
        self.next_round = [0.48, 0.26, 0.14, 0.54, 0.29, 0.54]
        self.next_gap = [5.0, 11.0, 16.0, 7.0, 12.0, 6.0]
        self.raised = [0.0] * 4
        self.raised_next = [0.0] * 6
        self.waiting_money = [0.0] * 7
        self.lgd = 0.55
        self.supply_trend = 0.0
        self.supply = 0.0
        self.listed_value = 0.0
        self.slots = 0.0
        self.mean_multiple = [1.0] * 7
        self.knowledge_ref = [1.0] * 9
        self.market_firms = 0.0
        self.reference: defaultdict[str, float] = defaultdict(float)
        self.past: dict[str, deque[float]] = {}
        self.past_length = 0
        self.now: defaultdict[str, float] = defaultdict(float)

    def series(self, name: str) -> deque[float]:
        """A series, newest first, zero before it began."""
        if name not in self.past:
            self.past[name] = deque([0.0] * PAST_QUARTERS, PAST_QUARTERS)
        return self.past[name]

    def newest(self, name: str, first: int, last: int) -> list[float]:
        """Entries first..last-1 of a series, counted back from the newest."""
        return list(self.series(name))[first:last]

    def push(self) -> None:
        """What was noted this quarter becomes the newest entry of every series."""
        for name in dict.fromkeys([*REFERENCES, *self.past, *self.now]):
            self.series(name).appendleft(self.now[name])
        self.past_length = min(PAST_QUARTERS, self.past_length + 1)

    def set_references(self) -> None:
        """The usual value of a series: its mean over up to 20 quarters."""
        n = min(REFERENCE_QUARTERS, self.past_length)
        for name in REFERENCES:
            self.reference[name] = sum(self.newest(name, 0, n)) / n

    def relative(self, name: str, lag: int) -> float:
        """A past value over its reference; 1 while either is missing."""
        usual = self.reference[name]
        if self.past_length <= lag or usual <= 0.0:
            return 1.0
        return max(self.series(name)[lag], 1e-3 * usual) / usual
