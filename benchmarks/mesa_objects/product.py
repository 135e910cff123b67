"""The product of an enterprise: users adopt it, it learns by use, capacity follows, and the market validates it."""

from __future__ import annotations

import math

from .chance import average, clip, purpose
from .money import exact
from .stages import MARKET, PILOT
from .traits import Traits

DRAW_DEMAND = purpose("firm demand")
DRAW_COST = purpose("firm cost")
DRAW_USERS = purpose("users")


class Product(Traits):
    """What an enterprise sells."""

    def care(self, failure: float) -> float:
        """Effort against failures that nobody insures: clip(zeta f delta / (2 c), 0, 1)."""
        p = self.model.p
        return clip(p.effort_power * failure * p.damage / (2.0 * p.effort_cost), 0.0, 1.0)

    def trade(self) -> None:
        """Demand moves, users adopt, capacity follows, and the quarter's sales are known."""
        model, p = self.model, self.model.p
        if self.stage >= MARKET:
            noise = p.demand_noise
            draw = model.draws.normal(DRAW_DEMAND, self.identity, model.t)
            self.potential *= math.exp(noise * draw - noise * noise / 2.0)
        shock = p.cost_noise * model.draws.normal(DRAW_COST, self.identity, model.t)
        self.cost_shock = p.cost_persistence * self.cost_shock + shock
        wanted = self.potential
        if self.venture:
            self.learn()
            wanted = self.sales_wanted()
        reserve = self.gap + (p.burn[PILOT][self.sector] if self.stage == PILOT else 0.1 * self.sales)
        before = self.sales
        self.sales = self.invest(wanted, reserve)
        self.sales_trend = average(self.sales_trend, self.sales, 8.0)
        self.output += self.sales
        if self.venture:
            self.report_product(before)

    def intrinsic_failure(self, output: float) -> float:
        """Failure in use before care: f0 (1 + Q/M)^-b."""
        p = self.model.p
        learnt = 1.0 + output / self.potential
        return float(p.initial_failure[self.sector] * math.pow(learnt, -p.learning_failure[self.sector]))

    def learn(self) -> None:
        """Unit cost and failure fall as output grows."""
        p = self.model.p
        self.intrinsic = self.intrinsic_failure(self.output)
        self.failure = self.intrinsic * (1.0 - p.effort_power * self.care(self.intrinsic))
        self.unit_cost = math.pow(1.0 + self.output / self.potential, -p.learning_cost[self.sector])

    def sales_wanted(self) -> float:
        """Sales that users would buy: Bass diffusion, quicker the more a user gains."""
        p = self.model.p
        performance = p.performance_base * math.exp(p.performance_quality * self.quality) / math.sqrt(self.unit_cost)
        benefit = performance - 1.0 - self.failure * p.damage * (1.0 + p.user_risk)
        innovation = p.innovation * math.exp(p.adoption_elasticity * benefit)
        imitation = p.imitation * (1.0 if self.validated_at >= 0 else 0.5)
        growth = (innovation + imitation * self.sales / self.potential) * (self.potential - self.sales)
        wanted = self.sales + growth
        if self.stage == PILOT:
            wanted = min(wanted, p.pilot_share * self.potential)
        return float(min(max(wanted, 0.0), max(self.potential, 0.0)))

    def invest(self, wanted: float, reserve: float) -> float:
        """Capital wears down and is bought as far as cash above a reserve goes; returns the sales then possible."""
        model, p = self.model, self.model.p
        intensity = p.capital_intensity[self.sector]
        self.capital -= exact(self.capital * p.depreciation)
        self.capex_wanted = max(0.0, 4.0 * intensity * wanted - self.capital)
        affordable = min(self.capex_wanted, max(0.0, self.cash.balance - reserve))
        self.capex_paid = model.ledger.pay("CAPEX", self.cash, model.rest.deposits, affordable)
        self.capital += self.capex_paid
        return float(min(wanted, self.capital / (4.0 * intensity)))

    def report_product(self, before: float) -> None:
        """What the statistics office learns of a new product; and the market's verdict on it."""
        model = self.model
        tally = model.tally
        if self.sales > 0.0 and self.first_sale < 0:
            self.first_sale = model.t
        tally.failed_sales += self.sales * self.failure
        tally.new_product_sales += self.sales
        tally.unit_costs += self.unit_cost
        tally.new_products += 1.0
        if self.validated_at < 0:
            self.seek_validation(self.sales - before)

    def seek_validation(self, growth: float) -> None:
        """New users come with sales; a product is validated once failure has fallen enough and it has users."""
        model, p = self.model, self.model.p
        if growth > 0.0:
            mean = growth / (p.user_size * self.potential)
            self.users += model.draws.poisson(mean, model.draws.uniform(DRAW_USERS, self.identity, model.t))
        if self.intrinsic > p.validation_failure * p.initial_failure[self.sector] or self.users < p.validation_users:
            return
        self.validated_at = model.t
        age = float(model.t - self.birth)
        model.tally.validated += 1.0
        model.tally.validation_ages.append(age)
        model.tally.note("validation", self.identity, 0.0, age)
