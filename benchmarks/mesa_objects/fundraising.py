"""Fund-raising: private partners follow past multiples, guidance and other state money joins, funds close."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .chance import add_up
from .fund import CENTRAL, CORPORATE, HOUSEHOLD, LOCAL
from .money import exact

if TYPE_CHECKING:
    from .manager import Manager
    from .model import CycleObjects

YEARS_OF_FEES = 5.0
CARRIED_OVER = 3.0  # quarters of guidance money, besides the present one


def waiting_managers(model: CycleObjects) -> list[Manager]:
    """Managers who raise, the one whose last fund is oldest first."""
    return sorted((m for m in model.managers if m.raising), key=lambda m: m.waiting())


def rank_managers(model: CycleObjects) -> None:
    """Rank of the own record, 0 to 1; one half without a record."""
    for manager in model.managers:
        manager.record, manager.rank = manager.own_record(), 0.5
    known = sorted((m for m in model.managers if m.record >= 0.0), key=lambda m: (m.record, m.number))
    if len(known) > 1:
        for place, manager in enumerate(known):
            manager.rank = place / (len(known) - 1)


class GuidanceMoney:
    """Guidance money of one quarter: the general central budget, the national fund's, and those of the regions."""

    def __init__(self, model: CycleObjects) -> None:
        p = model.p
        revenue = [region.revenue for region in model.regions]
        total = sum(revenue)
        shares = [x / total if total > 0.0 else 1.0 / len(revenue) for x in revenue]
        unit = 1000.0 * model.scale / 4.0
        at_centre = (p.ggf_central * (1.0 - p.national_growth_share), p.ggf_central * p.national_growth_share)
        fresh = [x * unit for x in (*at_centre, *(p.ggf_local * share for share in shares))]
        central = model.central
        carried = [central.central_budget, central.national_budget, *(r.guidance_budget for r in model.regions)]
        self.model = model
        self.budgets = [min(old, CARRIED_OVER * new) + new for old, new in zip(carried, fresh, strict=True)]
        self.left = list(self.budgets)
        model.tally.guidance_offered += sum(fresh)

    def offer(self) -> None:
        """Offer up to the share cap of each target; the national fund serves growth and late managers only."""
        rank_managers(self.model)
        for manager in waiting_managers(self.model):
            wanted = self.model.p.ggf_share_cap * manager.target
            source = 1 if manager.focus > 0 and self.left[1] > 0.0 else 0
            manager.offer_central = self.take(manager, wanted, source, 0, 1.0)
            manager.national_offer = manager.offer_central > 0.0 and source == 1
            manager.offer_local = self.take(manager, wanted, 2 + manager.region, 1, self.model.p.local_decline)

    def take(self, manager: Manager, wanted: float, source: int, level: int, discount: float) -> float:
        """What a manager takes of an offer; what is declined goes to the next one."""
        amount: float = min(wanted, self.left[source])
        if amount <= 0.0 or not manager.accepts(level, discount):
            return 0.0
        self.left[source] -= amount
        return amount

    def book(self) -> None:
        """What was placed leaves the budgets; running the funds has its cost."""
        model = self.model
        placed = [0.0] * len(self.budgets)
        for fund in model.new_funds:
            placed[1 if fund.national else 0] += fund.committed[CENTRAL]
            placed[2 + fund.region] += fund.committed[LOCAL]
        left = [budget - part for budget, part in zip(self.budgets, placed, strict=True)]
        model.central.central_budget, model.central.national_budget = left[0], left[1]
        model.tally.guidance_placed += sum(placed)
        model.central.run_guidance(placed[0] + placed[1])
        for region in model.regions:
            region.guidance_budget = left[2 + region.number]
            region.run_guidance(placed[2 + region.number])


def net_multiple(model: CycleObjects, gross: float) -> float:
    """What a private partner keeps of a gross multiple after fees, preferred return, carry and tax."""
    p = model.p
    back = gross * (1.0 - p.management_fee * YEARS_OF_FEES)
    kept = back - p.carried_interest * max(0.0, back - math.pow(1.0 + p.preferred_return, YEARS_OF_FEES))
    return float(kept - p.partner_tax * max(0.0, kept - 1.0))


def adjusted_mean(model: CycleObjects, groups: list[list[float]]) -> float:
    """Mean less a mark-down for the spread: mean - 1/2 rho sd."""
    n = sum(len(group) for group in groups)
    mean = add_up(add_up(group) for group in groups) / n
    square = add_up(add_up(x * x for x in group) for group in groups) / n
    return float(mean - 0.5 * model.p.lp_risk_aversion * math.sqrt(max(0.0, square - mean * mean)))


def judge_types(model: CycleObjects) -> None:
    """Risk-adjusted net multiple of each type of fund, shrunk towards that of all funds together."""
    net = [[net_multiple(model, gross) for gross in board.places] for board in model.multiples]
    if not any(net):
        return
    pooled = max(0.05, adjusted_mean(model, net))
    weight = model.p.history_of_multiples
    for k, kept in enumerate(net):
        own, n = (adjusted_mean(model, [kept]), float(len(kept))) if kept else (pooled, 0.0)
        model.memory.mean_multiple[k] = max(0.05, (n * own + weight * pooled) / (n + weight))
    model.memory.mean_multiple[6] = pooled


def usual_shares(model: CycleObjects) -> list[float]:
    """Usual split of private money: by focus, without and with guidance money."""
    p = model.p
    focus = [p.focus_early, p.focus_growth, p.focus_late]
    backed = p.with_guidance_opening
    return [part * f / sum(focus) for part in (1.0 - backed, backed) for f in focus]


def tilted_shares(model: CycleObjects, multiple: list[float]) -> list[float]:
    """The usual split, tilted towards types that gave more; types with guidance money keep between 20 and 95%."""
    usual = usual_shares(model)
    mean = sum(u * m for u, m in zip(usual, multiple, strict=True))
    elasticity = model.p.outcome_elasticity
    weights = [u * math.pow(max(m / mean, 1e-9), elasticity) for u, m in zip(usual, multiple, strict=True)]
    total = sum(weights)
    weights = [w / total for w in weights]
    backed = sum(weights[3:])
    kept = min(0.95, max(0.2, backed))
    plain = [w / (1.0 - backed) for w in weights[:3]] if backed < 1.0 else [u / sum(usual[3:]) for u in usual[3:]]
    return [(1.0 - kept) * w for w in plain] + [w * (kept / backed) for w in weights[3:]]


def private_money(model: CycleObjects) -> list[float]:
    """Private commitments of the quarter by type (CNY mn): they follow multiples and shun money that lies idle."""
    p, memory = model.p, model.memory
    judge_types(model)
    base = p.private_commitments * 1000.0 * model.scale / 4.0
    multiple, usual = memory.mean_multiple, memory.reference["multiple"]
    idle, usual_idle = memory.series("private_dry")[0], memory.reference["private_dry"]
    dry = idle / usual_idle if usual_idle > 0.0 and idle > 0.0 else 1.0
    crowding = math.pow(dry, -p.overhang)
    money = []
    for weight, m in zip(tilted_shares(model, multiple[:6]), multiple[:6], strict=True):
        outcome = math.pow(m / usual if usual > 0.0 else 1.0, p.outcome_elasticity)
        money.append(base * weight * ((1.0 - p.outcome_weight) + p.outcome_weight * outcome) * crowding)
    memory.now["multiple"] = multiple[6]
    total = sum(money)
    target = min(max(total, p.commitment_floor * base), 0.1 / 4.0 * max(0.0, model.households.balance))
    return [x * (target / total) for x in money] if total > 0.0 else money


def raise_funds(model: CycleObjects) -> None:
    """Private, state and guidance money meet the managers who raise; who has waited longest is filled first."""
    p, memory = model.p, model.memory
    private = private_money(model)
    fresh = [*private, p.state_commitments * 1000.0 * model.scale / 4.0]
    memory.now["committed"] = sum(private)
    money = [new + waiting for new, waiting in zip(fresh, memory.waiting_money, strict=True)]
    state_share = money[6] / sum(money) if sum(money) > 0.0 else 0.0
    model.new_funds = [fund for m in waiting_managers(model) if (fund := m.close_fund(money, state_share)) is not None]
    for fund in model.new_funds:
        for partner, amount in enumerate(fund.committed):
            model.tally.commitments[partner] += amount
    memory.waiting_money = [min(left, new) for left, new in zip(money, fresh, strict=True)]
    if model.is_on("secondary"):
        feed_secondary_fund(model, sum(private))


def feed_secondary_fund(model: CycleObjects, private: float) -> None:
    """Public and private money for the standing secondary fund, called at once."""
    fund, p = model.secondary_fund, model.p
    fund.committed[CENTRAL] = exact(p.s_fund_public * 1000.0 * model.scale / 4.0)
    fund.committed[HOUSEHOLD] = exact(p.secondary_private * private)
    amount = sum(fund.committed)
    fund.size += amount
    if amount > 0.0:
        fund.call(amount)


def pay_fees(model: CycleObjects) -> None:
    """Corporate partners fill their vehicle; funds pay their managers."""
    p = model.p
    venture_funds = [fund for fund in model.funds[1:] if fund.alive]
    committed = sum(fund.committed[CORPORATE] for fund in venture_funds)
    a_quarter = p.private_commitments * 1000.0 * model.scale * (1.0 - p.household_share) / 4.0
    model.vehicle.fill(0.15 * committed + a_quarter)
    for fund in venture_funds:
        fund.pay_fee()


def dry_powder(model: CycleObjects) -> tuple[float, float]:
    """Undrawn money of funds in their investing period: all of it, and the private partners' part (CNY mn)."""
    everything = private = 0.0
    for fund in model.funds[1:]:
        if fund.alive and fund.age < model.p.investing_quarters:
            everything += fund.undrawn
            private += fund.undrawn * (fund.committed[HOUSEHOLD] + fund.committed[CORPORATE]) / max(fund.size, 1e-9)
    return everything, private


