"""Research of an enterprise: projects work towards their stage tests; everybody patents."""

from __future__ import annotations

import math

from .chance import logistic, purpose, quarterly_chance
from .stages import MARKET, PROTOTYPE, UNIVERSITY
from .traits import Traits

VALLEY = 20  # quarters from the prototype stage to the market

DRAW_TEST = purpose("stage test")
DRAW_PATENTS = purpose("patents")


class Research(Traits):
    """What an enterprise does about new knowledge."""

    def do_research(self) -> None:
        """A project pays its quarter's research, progresses, and takes the test once it is ready."""
        p = self.model.p
        self.rd = 0.0
        self.patents *= 1.0 - quarterly_chance(p.knowledge_decay)
        if self.stage >= MARKET:
            return
        burn = p.burn[self.stage][self.sector]
        spent = self.pay_research(min(burn, self.cash.balance))
        if self.failed_tests >= p.tests_allowed:
            return
        self.progress += self.progress_made(spent, burn)
        if self.progress >= 1.0:
            self.take_test()

    def pay_research(self, amount: float) -> float:
        """Pay for research: wages, and inputs for the rest; the region learns, and patents may come of it."""
        model = self.model
        payees = (model.households, model.rest.deposits)
        paid = model.ledger.pay_two(("WAGE", "INP"), self.cash, payees, amount, model.p.rd_wage_share)
        self.rd += paid
        self.rd_years[0] += paid
        model.regions[self.region].research[self.sector] += paid
        model.tally.rd_spent += paid
        if paid > 0.0:
            self.patent(paid)
        return paid

    def patent(self, spent: float) -> None:
        """Patents of the quarter, each weighted by the quality of its owner; mature firms have the mean number."""
        model = self.model
        number = model.p.patents_per_rd * spent
        if self.venture:
            number = float(model.draws.poisson(number, model.draws.uniform(DRAW_PATENTS, self.identity, model.t)))
        weighted = number * math.exp(model.p.patent_quality * self.quality)
        self.patents += weighted
        model.tally.patents += weighted

    def progress_made(self, spent: float, burn: float) -> float:
        """(1/D) (R/burn)^alpha (1 + psi ln(1 + knowledge nearby over its opening mean))."""
        model, p = self.model, self.model.p
        if spent <= 0.0:
            return 0.0
        known = model.regions[self.region].knowledge[self.sector] / max(1e-9, model.memory.knowledge_ref[self.sector])
        pace = math.pow(spent / burn, p.rd_elasticity) / p.duration[self.stage][self.sector]
        return float(pace * (1.0 + p.spillover * math.log(1.0 + known)))

    def take_test(self) -> None:
        """Pass with a chance that rises with quality; a failure costs half of the stage's work."""
        model, p = self.model, self.model.p
        chance = logistic(p.test_intercept[self.stage] + p.test_quality * self.quality)
        model.tally.tested += 1.0
        if model.draws.uniform(DRAW_TEST, self.identity, model.t) >= chance:
            self.progress = p.retry_progress
            self.failed_tests += 1
            model.tally.note("test_failed", self.identity, 0.0, float(self.stage))
            return
        model.tally.passed += 1.0
        self.stage += 1
        self.failed_tests, self.progress = 0, 0.0
        self.celebrate()
        model.tally.note("test_passed", self.identity, 0.0, float(self.stage))

    def celebrate(self) -> None:
        """Count what a stage passed means for the valley of death, serial founders and universities."""
        tally, t = self.model.tally, self.model.t
        if self.stage == PROTOTYPE:
            tally.started_prototype += 1.0
            self.prototype_at = t
        if self.stage == MARKET:
            self.market_at = t
            tally.crossed_valley += 1.0 if t - self.prototype_at <= VALLEY else 0.0
            tally.serial_in_market += 1.0 if self.serial > 0 else 0.0
            tally.converted += 1.0 if self.origin == UNIVERSITY else 0.0
