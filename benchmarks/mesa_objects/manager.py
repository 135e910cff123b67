"""A fund manager: raises one fund after another, weighs offers of guidance money, and is ranked by past funds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from .chance import purpose
from .fund import CENTRAL, CORPORATE, HOUSEHOLD, LOCAL, STATE, Fund

if TYPE_CHECKING:
    from .model import CycleObjects

KNOWN_FROM = 0.25  # of its money called: from here on a fund says something about its manager

DRAW_ORDER = purpose("order of managers")
DRAW_DECLINE = purpose("manager declines guidance money")


class Manager(mesa.Agent):  # type: ignore[misc]
    """One manager with a focus, a region and a target size."""

    model: CycleObjects

    def __init__(self, model: CycleObjects, number: int, focus: int, region: int, target: float) -> None:
        super().__init__(model)
        self.number, self.focus, self.region, self.target = number, focus, region, target
        self.funds: list[Fund] = []
        self.raising = self.national_offer = False
        self.offer_central = self.offer_local = 0.0
        self.record, self.rank = -1.0, 0.5

    @property
    def last_fund(self) -> Fund | None:
        """The youngest fund, while it is alive."""
        return self.funds[-1] if self.funds and self.funds[-1].alive else None

    def get_ready(self) -> None:
        """Raise once the last fund is mostly invested or its investing period is over."""
        p, last = self.model.p, self.last_fund
        self.offer_central = self.offer_local = 0.0
        self.national_offer = False
        self.raising = last is None or last.age >= p.investing_quarters
        if last is not None and last.invested >= p.reraise_invested * last.size:
            self.raising = True

    def waiting(self) -> tuple[int, float, int]:
        """Who raised longest ago is served first, then in keyed order."""
        last = self.last_fund
        turn = self.model.draws.uniform(DRAW_ORDER, self.number, self.model.t)
        return (-1 if last is None else last.vintage, turn, self.number)

    def own_record(self) -> float:
        """(Distributed + fair value)/called of the youngest fund with a quarter of its money called; -1 if none."""
        for fund in reversed(self.funds):
            if fund.called > 0.0 and fund.called >= KNOWN_FROM * fund.size:
                return (fund.distributed + fund.fair_value) / fund.called
        return -1.0

    def accepts(self, level: int, discount: float) -> bool:
        """Better managers more often refuse government money."""
        model = self.model
        u = model.draws.uniform(DRAW_DECLINE, self.number, model.t, 0, level)
        declined = u < model.p.guidance_decline * self.rank * discount
        model.tally.offers += 1.0
        if declined:
            model.tally.offers_declined += 1.0
            model.tally.refusals["manager declined"] += 1
        return not declined

    def highest_guidance_share(self) -> float:
        """Share of the fund that guidance money may have: more if both levels of government join."""
        p = self.model.p
        if self.offer_central > 0.0 and self.offer_local > 0.0:
            return float(min(p.joint_cap_maximum, p.joint_cap_multiple * p.ggf_share_cap))
        if self.offer_central > 0.0 or self.offer_local > 0.0:
            return float(p.ggf_share_cap)
        return 0.0

    def close_fund(self, money: list[float], state_share: float) -> Fund | None:
        """Fill a fund up to its target: guidance money up to its cap, private and other state money for the rest.

        money: private by type (0-5) and other state money (6); what is taken leaves it. None if too little is found.
        """
        model, p = self.model, self.model.p
        cap = self.highest_guidance_share()
        offered = self.offer_central + self.offer_local
        offer = min(offered, cap * self.target)
        kind = self.focus + (3 if offered > 0.0 else 0)
        rest = self.target - offer
        private = min(money[kind], rest * (1.0 - state_share))
        state = min(money[6], rest * state_share)
        guidance = offer if cap >= 1.0 else min(offer, cap / (1.0 - cap) * (private + state))
        size = private + state + guidance
        if size < p.first_close * self.target:
            model.tally.refusals["closed below the minimum"] += 1
            return None
        money[kind] -= private
        money[6] -= state
        fund = Fund(model, self, self.focus, self.region, guided=offered > 0.0)
        fund.national = self.national_offer
        fund.open(self.commitments(private, state, guidance))
        model.funds.append(fund)
        self.funds.append(fund)
        model.tally.note("fund_closed", fund.identity, size, guidance / size)
        return fund

    def commitments(self, private: float, state: float, guidance: float) -> list[float]:
        """Who commits how much, by partner."""
        amounts = [0.0] * 5
        offered = self.offer_central + self.offer_local
        amounts[HOUSEHOLD] = private * self.model.p.household_share
        amounts[CORPORATE] = private - amounts[HOUSEHOLD]
        amounts[CENTRAL] = guidance * self.offer_central / offered if offered > 0.0 else 0.0
        amounts[LOCAL] = guidance - amounts[CENTRAL]
        amounts[STATE] = state
        return amounts
