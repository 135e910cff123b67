"""Origination: projects of universities, parks and spin-outs, serial founders, and market firms that come and go."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .chance import clip, pick, purpose, quarterly_chance, quarterly_rate
from .enterprise import Enterprise
from .stages import ACQUIRED, DEAD, MARKET, NO_ORIGIN, PARK, PUBLIC, SERIAL, SPINOUT, UNIVERSITY

if TYPE_CHECKING:
    from .model import CycleObjects

VENTURE_BIT = 1 << 27
RANK_BITS = 19
PATH_SHIFT = 28  # two bits a generation above the root's number name the founder line
MOST_GENERATIONS = 15
OTHER_SECTOR = 8

CANDIDATES = purpose("candidates of a quarter")
DRAW_ORIGIN = purpose("origin")
DRAW_SECTOR = purpose("sector")
DRAW_REGION = purpose("region")
DRAW_ENTRY = purpose("entry")
DRAW_LEAVE = purpose("market firm leaves")
DRAW_RESTART = purpose("founder restarts")
DRAW_RETIRE = purpose("founder retires")
DRAW_RELEASE = purpose("founders released")


def entry_rate(model: CycleObjects, origin: int, region: int) -> float:
    """Entry over its mean: it follows funding a year ago, exits two years ago and a push by origin, within bounds."""
    p, memory = model.p, model.memory
    if origin <= PARK:
        push = 1.0 + p.conversion_response * p.conversion_grant[region]
    else:
        push = memory.relative("leader_research", 0)
    funding = math.pow(memory.relative("funding_rate", 3), p.funding_response)
    exits = math.pow(memory.relative("exit_value", 7), p.exit_response)
    return clip(funding * exits * push, p.origination_floor, p.origination_ceiling)


def projects_enter(model: CycleObjects) -> None:
    """Candidates of a fixed maximal process enter with probability rate/ceiling: no lever shifts another draw."""
    p, draws = model.p, model.draws
    mean = p.projects_per_year * model.scale / 4.0 * p.origination_ceiling
    candidates = draws.poisson(mean, draws.uniform(CANDIDATES, 0, model.t))
    rates = [[entry_rate(model, origin, region) for region in range(6)] for origin in range(3)]
    for rank in range(candidates):
        identity = VENTURE_BIT | (model.t << RANK_BITS) | rank
        u = draws.uniform(DRAW_ORIGIN, identity, 0)
        by_park = p.origin_share_university + p.origin_share_park
        origin = UNIVERSITY if u < p.origin_share_university else PARK if u < by_park else SPINOUT
        region = pick(p.region_share, draws.uniform(DRAW_REGION, identity, 0))
        if draws.uniform(DRAW_ENTRY, identity, 0) < rates[origin][region] / p.origination_ceiling:
            sector = pick(p.sector_share, draws.uniform(DRAW_SECTOR, identity, 0))
            enter(model, Enterprise(model, identity, sector, region, origin, venture=True), 0.0, 0.0)


def enter(model: CycleObjects, e: Enterprise, mean_quality: float, extra: float) -> None:
    """A project takes its seat and starts."""
    model.register.enter(e)
    e.start_project(mean_quality, extra)
    if e.origin <= PARK:
        convert(e)
    model.tally.entered += 1.0
    model.tally.note("birth", e.identity, e.cash.balance, float(e.origin))


def convert(e: Enterprise) -> None:
    """Conversion grant: half to a university's project, half to the university; all of it to a park's."""
    model = e.model
    grant = model.p.conversion_grant[e.region]
    if grant <= 0.0:
        return
    region = model.regions[e.region]
    part = 0.5 if e.origin == UNIVERSITY else 1.0
    region.pay_grant("conversion_grant", e.cash, grant * part)
    if part < 1.0:
        region.pay_grant("conversion_grant", model.households, grant * (1.0 - part))


class Founder:
    """Somebody who has left a company and may start the next one."""

    def __init__(self, identity: int, sector: int, region: int, flag: int, free_at: int, proceeds: float) -> None:
        self.identity, self.sector, self.region = identity, sector, region
        self.flag = flag  # 1 after success, 2 after failure
        self.free_at, self.proceeds = free_at, proceeds


def founders_restart(model: CycleObjects) -> None:
    """Founders in the pool retire, or start a new project in their sector and region."""
    p, draws, t = model.p, model.draws, model.t
    hazard = quarterly_chance(p.founder_restart_hazard)
    waiting: list[Founder] = []
    restarting: list[Founder] = []
    for founder in model.pool_of_founders:
        if draws.uniform(DRAW_RETIRE, founder.identity, t) < p.founder_retirement:
            continue
        starts = founder.free_at <= t and draws.uniform(DRAW_RESTART, founder.identity, t) < hazard
        (restarting if starts else waiting).append(founder)
    model.pool_of_founders = waiting
    for founder in restarting:
        e = Enterprise(model, founder.identity, founder.sector, founder.region, SERIAL, venture=True)
        e.serial = founder.flag
        mean = p.founder_quality_success if founder.flag == 1 else p.founder_quality_failed
        enter(model, e, mean, p.founder_reinvestment * founder.proceeds)
        model.tally.entered_serial += 1.0


def founders_leave(model: CycleObjects) -> None:
    """Founders of ventures that listed, were acquired or stopped this quarter join the pool."""
    for e in model.register.everybody():
        if e.venture and not e.released and e.stage in (PUBLIC, ACQUIRED, DEAD):
            e.released = True
            release(e)


def release(e: Enterprise) -> None:
    """After an exit the mean number of founders (a chance for the fraction), after a failure one with a chance."""
    model, p = e.model, e.model.p
    generation = ((e.identity >> PATH_SHIFT).bit_length() + 1) // 2
    if generation >= MOST_GENERATIONS:
        return
    u = model.draws.uniform(DRAW_RELEASE, e.identity, 0)
    if e.stage == DEAD:
        people = 1 if u < p.failed_founder_share else 0
    else:
        mean = p.founders_released
        people = int(mean) + (1 if u < mean - int(mean) else 0)
    free_at = model.t + (int(p.founder_exclusion) if e.redemption_debt > 0.0 else 0)
    for child in range(min(3, people)):
        identity = e.identity | (child + 1) << (PATH_SHIFT + 2 * generation)
        flag = 2 if e.stage == DEAD else 1
        model.pool_of_founders.append(Founder(identity, e.sector, e.region, flag, free_at, e.founder_cash / people))


def market_sector(model: CycleObjects, u: float) -> int:
    """Sector of a market firm: the eight named fields share a part, in proportion to their project shares."""
    p = model.p
    if u >= p.market_named_share:
        return OTHER_SECTOR
    named = p.sector_share[:OTHER_SECTOR]
    total, below = sum(named), 0.0
    for j, share in enumerate(named):
        below += p.market_named_share * share / total
        if u < below:
            return j
    return OTHER_SECTOR - 1


def new_market_firm(model: CycleObjects, identity: int, size: float) -> Enterprise:
    """A firm without venture history, with a mature product and the capital it needs."""
    draws = model.draws
    sector = market_sector(model, draws.uniform(DRAW_SECTOR, identity, 0))
    region = pick(model.p.region_share, draws.uniform(DRAW_REGION, identity, 0))
    e = Enterprise(model, identity, sector, region, NO_ORIGIN, venture=False)
    model.register.enter(e)
    e.settle_in_market(e.draw_mature(size))
    return e


def market_firms_come_and_go(model: CycleObjects) -> None:
    """Firms without venture history and without debt leave at a hazard; they are replaced and grow in number."""
    p, t = model.p, model.t
    hazard = quarterly_chance(p.market_exit_rate)
    for e in model.register:
        if e.stage != MARKET or e.venture or e.debt > 0.0:
            continue
        if model.draws.uniform(DRAW_LEAVE, e.identity, t) < hazard:
            e.pay_shareholders("DIV", e.cash.balance)
            e.leave(DEAD)
    model.memory.market_firms *= 1.0 + quarterly_rate(p.market_entry_growth)
    there = sum(1 for e in model.register if e.stage >= MARKET and not e.venture)
    for rank in range(int(model.memory.market_firms) - there):
        e = new_market_firm(model, (t << RANK_BITS) | rank, p.market_entry_sales)
        e.pay_in(e.sales)
