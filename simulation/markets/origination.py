"""Origination: where fundable projects come from.

Projects from universities, parks and spin-outs enter out of a fixed maximal Poisson process and are thinned, so that
no lever shifts the draws of another project. Serial founders restart from a pool of conserved persons
(serial_founders); market firms come and leave in their own file (market_firms).
"""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import GRANT_ENTERPRISE, GRANT_UNIVERSITY
from ..accounting.ledger import pay
from ..agents.enterprise import (
    CASH, N_REGIONS, N_SECTORS, PARK, POTENTIAL, PROOF, SPINOUT, STAGE, UNIVERSITY, clip,
)  # fmt: skip
from ..agents.founder import RANK_BITS, VENTURE_BIT
from ..agents.government import PROGRAMMES, PURSE
from ..agents.newcomer import REGION_SHARE, found, fresh_rows, pay_in, pick
from ..agents.population import (
    HOUSEHOLDS, PAST_EXIT, PAST_FUNDING, PAST_RESEARCH, REF_EXIT, REF_FUNDING, REF_RESEARCH, SPECIAL_EVENTS, Population,
)  # fmt: skip
from ..agents.programmes import FOR_CONVERSION, award, research_of_year
from ..agents.tally import BORN, COST_CONVERSION, ENTERED, LOCAL, OUTLAY, add, note
from ..engine.draws import normal, poisson, purpose, uniform, uniforms
from ..engine.jit import kernel, open_rule, rule
from ..engine.table import Codes, Cube, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .market_firms import play_market_firms
from .mechanism import Mechanism, Quarter, Stage

PROJECTS = parameter("projects_per_year")
SHARE_UNIVERSITY = parameter("origin_share_university")
SHARE_PARK = parameter("origin_share_park")
SECTOR_SHARE = parameter("sector_share")
FUNDING_RESPONSE = parameter("funding_response")
EXIT_RESPONSE = parameter("exit_response")
FLOOR = parameter("origination_floor")
CEILING = parameter("origination_ceiling")
CONVERSION_RESPONSE = parameter("conversion_response")
CONVERSION_GRANT = parameter("conversion_grant")
SPECIAL_RESPONSE = parameter("special_roadshow_response")
CAPITAL_LOW = parameter("founder_capital_low")
CAPITAL_HIGH = parameter("founder_capital_high")
POTENTIAL_MEAN = parameter("potential_mean")
POTENTIAL_SPREAD = parameter("potential_spread")
POTENTIAL_NOISE = parameter("potential_noise")
PROJECT_PART = 0.5  # of a conversion grant that goes to a university's project, the rest to the university
LOWEST_RELATIVE = 1e-3  # of the reference: below it a past value no longer slows entry

CANDIDATES = purpose("candidates of a quarter")
DRAW_ORIGIN = purpose("origin")
DRAW_SECTOR = purpose("sector")
DRAW_REGION = purpose("region")
DRAW_ENTRY = purpose("entry")
DRAW_QUALITY = purpose("quality")
DRAW_POTENTIAL = purpose("potential")
DRAW_CAPITAL = purpose("founder capital")



@open_rule
def origination_rate(base: float, funding: float, exits: float, by_funding: float, by_exits: float, push: float,
                     low: float, high: float) -> float:  # fmt: skip
    """Entry over its mean: FS_{t-4}^eps_F ES_{t-8}^eps_E phi, within [low, high];
    FS, ES relative to their references.
    """
    return base * clip(math.pow(funding, by_funding) * math.pow(exits, by_exits) * push, low, high)


@rule
def start_project(firm: Matrix, firm_code: Codes, i: int, identity: int, sector: int, region: int, origin: int,
                  mean_quality: float, extra: float, seed: int, t: int, policy: Matrix, bank: Matrix, flows: Vector,
                  changes: Cube, account: Vector) -> None:  # fmt: skip
    """A project enters at proof of concept with its founders' capital (CNY mn, uniform) plus `extra`."""
    quality = mean_quality + normal(seed, DRAW_QUALITY, identity, 0)
    found(firm, firm_code, i, identity, 1, sector, region, origin, quality, seed, t, policy, bank)
    spread = policy[POTENTIAL_SPREAD, sector]
    noise = policy[POTENTIAL_NOISE, 0]
    chance = normal(seed, DRAW_POTENTIAL, identity, 0)
    scale = spread * quality - spread * spread / 2.0 + noise * chance - noise * noise / 2.0
    firm[POTENTIAL, i] = policy[POTENTIAL_MEAN, sector] * math.exp(scale)
    firm_code[STAGE, i] = PROOF
    low, high = policy[CAPITAL_LOW, 0], policy[CAPITAL_HIGH, 0]
    pay_in(flows, changes, account, firm, i, low + (high - low) * uniform(seed, DRAW_CAPITAL, identity, 0) + extra)


@rule
def birthplace(identity: int, seed: int, policy: Matrix, rates: Matrix, ceiling: float) -> tuple[int, int]:
    """Origin and region of a candidate that enters, at probability rate/ceiling; (-1, -1) if it does not."""
    u = uniform(seed, DRAW_ORIGIN, identity, 0)
    origin = SPINOUT
    if u < policy[SHARE_UNIVERSITY, 0]:
        origin = UNIVERSITY
    elif u < policy[SHARE_UNIVERSITY, 0] + policy[SHARE_PARK, 0]:
        origin = PARK
    r = pick(policy, REGION_SHARE, N_REGIONS, uniform(seed, DRAW_REGION, identity, 0))
    if uniform(seed, DRAW_ENTRY, identity, 0) >= rates[origin, r] / ceiling:
        return -1, -1
    return origin, r


@kernel
def count_entrants(policy: Matrix, rates: Matrix, ceiling: float, candidates: int, seed: int, t: int) -> int:
    """How many candidates enter, so that rows are made ready for them and for nobody else."""
    count = 0
    for rank in range(candidates):
        origin, _ = birthplace(VENTURE_BIT | (t << RANK_BITS) | rank, seed, policy, rates, ceiling)
        count += 1 if origin >= 0 else 0
    return count


@kernel
def enter_projects(rows: Ints, firm: Matrix, firm_code: Codes, policy: Matrix, rates: Matrix, ceiling: float,
                   candidates: int, seed: int, t: int, bank: Matrix, flows: Vector, changes: Cube, account: Vector,
                   region: Matrix, tally: Matrix, cost: Cube, event: Matrix, event_code: Codes,
                   event_used: int) -> int:  # fmt: skip
    """The candidates who enter start their projects in the rows given; returns events used."""
    entered = 0
    for rank in range(candidates):
        identity = VENTURE_BIT | (t << RANK_BITS) | rank
        origin, r = birthplace(identity, seed, policy, rates, ceiling)
        if origin < 0:
            continue
        j = pick(policy, SECTOR_SHARE, N_SECTORS, uniform(seed, DRAW_SECTOR, identity, 0))
        i = rows[entered]
        entered += 1
        start_project(
            firm, firm_code, i, identity, j, r, origin, 0.0, 0.0, seed, t, policy, bank, flows, changes, account
        )
        if origin <= PARK and policy[CONVERSION_GRANT, r] > 0.0:
            to_project = PROJECT_PART if origin == UNIVERSITY else 1.0
            grant = policy[CONVERSION_GRANT, r]
            awarded = award(
                firm, firm_code, i, FOR_CONVERSION, grant * to_project, research_of_year(firm, firm_code, i, policy),
                policy, seed, t,
            )  # fmt: skip
            paid = pay(flows, GRANT_ENTERPRISE, region[PURSE], r, firm[CASH], i, awarded)
            if to_project < 1.0:
                paid += pay(flows, GRANT_UNIVERSITY, region[PURSE], r, account, HOUSEHOLDS, grant * (1.0 - to_project))
            region[PROGRAMMES, r] += paid
            cost[COST_CONVERSION, LOCAL, OUTLAY] += paid
        add(tally, ENTERED, j, r, origin, 1.0)
        event_used = note(event, event_code, event_used, BORN, identity, -1, firm[CASH, i], float(origin))
    return event_used


@kernel
def rate_entry(policy: Matrix, funding: float, exits: float, research: float, special: float, rates: Matrix) -> None:
    """Entry over its mean by origin and region: grants and `special` roadshows of the last year push universities and
    parks, leaders' research spin-outs.
    """
    for origin in range(3):
        for r in range(N_REGIONS):
            push = 1.0 + policy[CONVERSION_RESPONSE, 0] * policy[CONVERSION_GRANT, r]
            push = push + policy[SPECIAL_RESPONSE, 0] * special if origin <= PARK else research
            rates[origin, r] = origination_rate(
                1.0, funding, exits, policy[FUNDING_RESPONSE, 0], policy[EXIT_RESPONSE, 0], push, policy[FLOOR, 0],
                policy[CEILING, 0],
            )  # fmt: skip


def entry_rates(q: Quarter) -> Floats:
    """Entry over its mean by origin (university, park, spin-out) and region, shape (3, 6)."""
    state, rates = q.state, np.empty((3, N_REGIONS))
    rate_entry(
        q.policy, relative(state, PAST_FUNDING, REF_FUNDING, 3), relative(state, PAST_EXIT, REF_EXIT, 7),
        relative(state, PAST_RESEARCH, REF_RESEARCH, 0), float(state.memory[SPECIAL_EVENTS, :4].sum()), rates,
    )  # fmt: skip
    return rates


def relative(state: Population, series: int, reference: int, lag: int) -> float:
    """A past value over its reference; 1 while either is missing."""
    usual = float(state.memory[reference, 0])
    if int(state.past_length[0]) <= lag or usual <= 0.0:
        return 1.0
    return float(max(state.past[series, lag], LOWEST_RELATIVE * usual) / usual)


def play_projects(q: Quarter) -> None:
    """Universities, parks and spin-outs start projects."""
    s, p = q.state, q.policy
    mean = p[PROJECTS, 0] * s.scale / 4.0 * p[CEILING, 0]
    candidates = int(poisson(mean, uniforms(s.seed, CANDIDATES, np.zeros(1, dtype=np.int64), s.quarter)[0]))
    rates = entry_rates(q)
    rows = fresh_rows(s.firm, count_entrants(p, rates, p[CEILING, 0], candidates, s.seed, s.quarter))
    s.event.reserve(len(rows))
    s.event.used = enter_projects(
        rows, s.firm.num, s.firm.code, p, rates, p[CEILING, 0], candidates, s.seed, s.quarter, s.bank.num, s.flows,
        s.changes, s.account, s.region.num, s.tally, s.cost, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


MECHANISM = Mechanism(
    key="origination",
    question="Where do projects and market firms come from?",
    stages=(
        Stage("projects enter", play_projects, "universities, parks and spin-outs start projects"),
        Stage("market firms enter and leave", play_market_firms, "firms without venture history leave, are replaced"),
    ),
    lines=("SEED", "GRANT", "DIV"),
    events=("birth",),
    indicators=("projects_entered",),
)
