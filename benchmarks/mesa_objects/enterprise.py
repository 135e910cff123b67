"""An enterprise or project: what it is, has and owes, and how it comes into the world and leaves it."""

from __future__ import annotations

import math

from .books import Books
from .chance import purpose
from .money import exact
from .ownership import HAS_CLAUSE
from .stages import DEAD, MARKET

MATURE_OUTPUT = 8.0  # quarters of sales behind a mature product

DRAW_QUALITY = purpose("quality")
DRAW_POTENTIAL = purpose("potential")
DRAW_INTENSITY = purpose("research intensity")
DRAW_BANK = purpose("main bank")
DRAW_CAPITAL = purpose("founder capital")


class Enterprise(Books):
    """One enterprise, from its birth to its end."""

    def draw_traits(self, quality: float) -> None:
        """Quality, research intensity, main bank and founder's wealth."""
        model, p = self.model, self.model.p
        self.quality = quality
        self.wealth = p.founder_wealth_opening
        self.bank = model.main_bank(model.draws.uniform(DRAW_BANK, self.identity, 0))
        spread = p.rd_intensity_spread
        draw = model.draws.normal(DRAW_INTENSITY, self.identity, 0)
        self.rd_intensity = p.rd_intensity[self.sector] * math.exp(spread * draw - spread * spread / 2.0)

    def start_project(self, mean_quality: float, extra: float) -> None:
        """Begin at proof of concept with the founders' capital and what a serial founder adds."""
        draws, p = self.model.draws, self.model.p
        self.draw_traits(mean_quality + draws.normal(DRAW_QUALITY, self.identity, 0))
        spread, noise = p.potential_spread[self.sector], p.potential_noise
        chance = draws.normal(DRAW_POTENTIAL, self.identity, 0)
        scale = spread * self.quality - spread * spread / 2.0 + noise * chance - noise * noise / 2.0
        self.potential = p.potential_mean[self.sector] * math.exp(scale)
        low, high = p.founder_capital_low, p.founder_capital_high
        self.pay_in(low + (high - low) * draws.uniform(DRAW_CAPITAL, self.identity, 0) + extra)

    def pay_in(self, amount: float) -> None:
        """Founders and families put money into their enterprise."""
        paid = self.model.ledger.pay("SEED", self.model.households, self.cash, amount)
        self.price = (self.capital + paid) / self.shares

    def settle_in_market(self, sales: float) -> None:
        """A mature, validated product and the capital its sales need, brought in kind."""
        t = self.model.t
        self.potential = self.sales = self.sales_trend = sales
        self.output = MATURE_OUTPUT * sales
        self.stage, self.market_at, self.validated_at, self.first_sale = MARKET, t, t, t - 40
        self.capital = exact(4.0 * self.model.p.capital_intensity[self.sector] * sales)

    def draw_mature(self, size: float) -> float:
        """Quality of an existing firm, and its sales: lognormal around `size` times the mean of the sector."""
        draws, p = self.model.draws, self.model.p
        self.draw_traits(draws.normal(DRAW_QUALITY, self.identity, 0))
        spread = p.market_entry_spread
        draw = draws.normal(DRAW_POTENTIAL, self.identity, 0)
        return float(size * p.potential_mean[self.sector] * math.exp(spread * draw - spread * spread / 2.0))

    @property
    def clause_held(self) -> float:
        """Share of the funds' shares that carry a redemption clause not yet enforced."""
        by_funds = [h for h in self.holdings if h.fund is not None]
        held = sum(h.shares for h in by_funds)
        return sum(h.shares for h in by_funds if h.clause == HAS_CLAUSE) / held if held > 0.0 else 0.0

    def leave(self, stage: int) -> None:
        """It exists no more; its seat in the register is free for a newcomer."""
        self.stage = stage
        self.model.register.give_up(self)
        self.remove()

    def sell_capital(self, wanted: float, price: float) -> None:
        """Sell as much capital as raises `wanted`, at `price` a yuan of book value."""
        sold = exact(min(self.capital, wanted / price)) if price > 0.0 else 0.0
        self.model.ledger.pay("LIQ", self.model.rest.deposits, self.cash, sold * price)
        self.capital -= sold

    def liquidate(self) -> None:
        """Wind up: sell all capital, pay the banks, then the shareholders; what is left of every claim is lost."""
        price = self.model.p.capital_sale
        self.sell_capital(self.capital * price, price)
        self.capital = 0.0
        for loan in list(self.loans):
            loan.recover()
        self.pay_shareholders("DIV", self.cash.balance)
        for holding in list(self.holdings):
            holding.close()
        self.leave(DEAD)
