"""Expectations: leaders are named once a year, and at the end of a quarter everybody learns what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chance import average
from .fundraising import dry_powder
from .stages import MARKET
from .tally import ACQUISITION, REDEMPTION

if TYPE_CHECKING:
    from .model import CycleObjects



def name_leaders(model: CycleObjects) -> None:
    """Once a year the 1% of market firms with the highest sales are the leaders."""
    if model.t % 4 != 0:
        return
    everybody = list(model.register)
    for e in everybody:
        e.leader = False
    market = sorted((e for e in everybody if e.stage >= MARKET), key=lambda e: (-e.sales, e.identity))
    for e in market[: int(model.p.leaders_share * len(market) + 0.5)]:
        e.leader = True


def learn(model: CycleObjects) -> None:
    """Averages of funding, exits, routes and times."""
    memory, tally = model.memory, model.tally
    if tally.seeking_first > 0.0:
        memory.funding_rate = average(memory.funding_rate, tally.funded_first / tally.seeking_first, 4.0)
    money = sum(tally.exit_money)
    memory.exit_value_trend = average(memory.exit_value_trend, money, 4.0) if model.t else money
    routes = tally.exit_holdings[ACQUISITION : REDEMPTION + 1]
    if sum(routes) > 0.0:
        shares = [n / sum(routes) for n in routes]
        pairs = zip(memory.route_share, shares, strict=True)
        memory.route_share = [average(old, new, 8.0) for old, new in pairs]
    if tally.exit_choices > 0.0:
        memory.market_to_exit = average(memory.market_to_exit, tally.exit_chosen / tally.exit_choices, 8.0)


def remember(model: CycleObjects) -> None:
    """Learn; then the series move on, and usual values follow inside the burn-in."""
    memory, tally, now = model.memory, model.tally, model.memory.now
    learn(model)
    now["funding_rate"] = memory.funding_rate
    now["exit_value"] = memory.exit_value_trend
    now["private_dry"] = dry_powder(model)[1]
    now["distributed"] = sum(tally.distributed)
    now["called"] = sum(tally.called)
    now["private_distributed"] = sum(tally.distributed[:2])
    now["loans"] = sum(bank.book for bank in model.banks)
    now["entered"] = tally.entered
    now["prototype"] = tally.started_prototype
    now["serial"] = tally.entered_serial
    now["loan_rate"] = tally.loans_paid_rate / tally.loans_paid if tally.loans_paid > 0.0 else 0.0
    now["leader_research"] = sum(e.rd for e in model.register if e.leader)
    memory.push()
    if model.burn_in:
        memory.set_references()
