"""Origination: where projects and market firms come from, and which market firms leave by themselves.

Fundable projects from universities, parks and spin-outs enter out of a fixed maximal Poisson process and are thinned,
so
that no lever shifts the draws of another project. Serial founders restart from a pool of conserved persons
(serial_founders).
"""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import (
    CAPITAL_STOCK, E, FLOW, FOUNDER_CAPITAL, GRANT_ENTERPRISE, GRANT_UNIVERSITY, H, TRANSFER, UNLISTED,
)  # fmt: skip
from ..accounting.ledger import annual_hazard, annual_to_quarter, exact, pay
from ..agents.bank import N_BANKS, SHARE
from ..agents.enterprise import (
    BANK, BIRTH, CAPITAL, CASH, DEBT, FIRST_SALE, FOUNDER_SHARES, FOUNDER_VALUE, ID, MARKET, MARKET_AT, NO_ORIGIN,
    N_REGIONS, N_SECTORS, ORIGIN, OUTPUT, PARK, POTENTIAL, PRICE, PROOF, QUALITY, RD_INTENSITY, REGION, SALES,
    SALES_TREND, SECTOR, SHARES, SPINOUT, STAGE, UNIVERSITY, VALIDATED_AT, VENTURE, WEALTH, clip,
)  # fmt: skip
from ..agents.founder import RANK_BITS, VENTURE_BIT
from ..agents.government import PROGRAMMES, PURSE
from ..agents.population import (
    HOUSEHOLDS, MARKET_FIRMS, PAST_EXIT, PAST_FUNDING, PAST_RESEARCH, REF_EXIT, REF_FUNDING, REF_RESEARCH, Population,
)  # fmt: skip
from ..agents.programmes import FOR_CONVERSION, award, research_of_year
from ..agents.shareholders import pay_dividend
from ..agents.tally import BORN, COST_CONVERSION, ENTERED, LOCAL, OUTLAY, STOPPED, add, note
from ..engine.draws import normal, poisson, purpose, uniform, uniforms
from ..engine.jit import kernel, open_rule, rule
from ..engine.table import Codes, Cube, Floats, Ints, Matrix, Table, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage

PROJECTS = parameter("projects_per_year")
SHARE_UNIVERSITY = parameter("origin_share_university")
SHARE_PARK = parameter("origin_share_park")
REGION_SHARE = parameter("region_share")
SECTOR_SHARE = parameter("sector_share")
NAMED_SHARE = parameter("market_named_share")
FUNDING_RESPONSE = parameter("funding_response")
EXIT_RESPONSE = parameter("exit_response")
FLOOR = parameter("origination_floor")
CEILING = parameter("origination_ceiling")
CONVERSION_RESPONSE = parameter("conversion_response")
CONVERSION_GRANT = parameter("conversion_grant")
CAPITAL_LOW = parameter("founder_capital_low")
CAPITAL_HIGH = parameter("founder_capital_high")
POTENTIAL_MEAN = parameter("potential_mean")
POTENTIAL_SPREAD = parameter("potential_spread")
POTENTIAL_NOISE = parameter("potential_noise")
CAPITAL_INTENSITY = parameter("capital_intensity")
INTENSITY = parameter("rd_intensity")
INTENSITY_SPREAD = parameter("rd_intensity_spread")
WEALTH_OPENING = parameter("founder_wealth_opening")
EXIT_RATE = parameter("market_exit_rate")
ENTRY_GROWTH = parameter("market_entry_growth")
ENTRY_SALES = parameter("market_entry_sales")
ENTRY_SPREAD = parameter("market_entry_spread")
MATURE_OUTPUT = 8.0  # quarters of sales behind a firm that enters with a mature product
MATURE_AGE = 40  # quarters since its first sale
FIRST_SHARES = 100.0  # shares of a new enterprise
PROJECT_PART = 0.5  # of a conversion grant that goes to a university's project, the rest to the university
LOWEST_RELATIVE = 1e-3  # of the reference: below it a past value no longer slows entry

CANDIDATES = purpose("candidates of a quarter")
DRAW_ORIGIN = purpose("origin")
DRAW_SECTOR = purpose("sector")
DRAW_REGION = purpose("region")
DRAW_ENTRY = purpose("entry")
DRAW_QUALITY = purpose("quality")
DRAW_POTENTIAL = purpose("potential")
DRAW_INTENSITY = purpose("research intensity")
DRAW_BANK = purpose("main bank")
DRAW_CAPITAL = purpose("founder capital")
DRAW_LEAVE = purpose("market firm leaves")


@rule
def pick(shares: Matrix, row: int, count: int, u: float) -> int:
    """Index k drawn with probability shares[row, k]/sum at probability u."""
    total = 0.0
    for k in range(count):
        total += shares[row, k]
    below = 0.0
    for k in range(count):
        below += shares[row, k] / total
        if u < below:
            return k
    return count - 1


@rule
def main_bank(bank: Matrix, u: float) -> int:
    """A firm's main bank, drawn in proportion to bank size."""
    return pick(bank, SHARE, N_BANKS, u)


@open_rule
def origination_rate(base: float, funding: float, exits: float, by_funding: float, by_exits: float, push: float,
                     low: float, high: float) -> float:  # fmt: skip
    """Entry over its mean: FS_{t-4}^eps_F ES_{t-8}^eps_E phi, within [low, high];
    FS, ES relative to their references.
    """
    return base * clip(math.pow(funding, by_funding) * math.pow(exits, by_exits) * push, low, high)


@rule
def market_sector(policy: Matrix, named: float, u: float) -> int:
    """Sector of a market firm: the eight named fields share `named`, in proportion to their project shares."""
    if u >= named:
        return N_SECTORS - 1
    total = 0.0
    for j in range(N_SECTORS - 1):
        total += policy[SECTOR_SHARE, j]
    below = 0.0
    for j in range(N_SECTORS - 1):
        below += named * policy[SECTOR_SHARE, j] / total
        if u < below:
            return j
    return N_SECTORS - 2


@rule
def found(firm: Matrix, firm_code: Codes, i: int, identity: int, venture: int, sector: int, region: int, origin: int,
          quality: float, seed: int, t: int, policy: Matrix, bank: Matrix) -> None:  # fmt: skip
    """Write the fixed traits of a new enterprise into row i; its founders hold all 100 shares."""
    firm_code[ID, i] = identity
    firm_code[VENTURE, i] = venture
    firm_code[SECTOR, i] = sector
    firm_code[REGION, i] = region
    firm_code[ORIGIN, i] = origin
    firm_code[BIRTH, i] = t
    firm_code[BANK, i] = main_bank(bank, uniform(seed, DRAW_BANK, identity, 0))
    firm[QUALITY, i] = quality
    firm[SHARES, i] = FIRST_SHARES
    firm[FOUNDER_SHARES, i] = FIRST_SHARES
    firm[WEALTH, i] = policy[WEALTH_OPENING, 0]
    spread = policy[INTENSITY_SPREAD, 0]
    draw = normal(seed, DRAW_INTENSITY, identity, 0)
    firm[RD_INTENSITY, i] = policy[INTENSITY, sector] * math.exp(spread * draw - spread * spread / 2.0)


@rule
def pay_in(flows: Vector, changes: Cube, account: Vector, firm: Matrix, i: int, amount: float) -> None:
    """Founders and families pay capital into firm i."""
    paid = pay(flows, FOUNDER_CAPITAL, account, HOUSEHOLDS, firm[CASH], i, amount)
    firm[FOUNDER_VALUE, i] += paid
    firm[PRICE, i] = firm[FOUNDER_VALUE, i] / firm[SHARES, i]
    changes[UNLISTED, H, FLOW] += paid


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
def open_market_firms(rows: Ints, count: int, firm: Matrix, firm_code: Codes, policy: Matrix, seed: int, t: int,
                      size: float, bank: Matrix, flows: Vector, changes: Cube, account: Vector) -> None:  # fmt: skip
    """Existing firms become high-tech enterprises:
    M = S = size M_j e^(spread eps - spread^2/2), capital brought in kind.
    """
    for rank in range(count):
        i = rows[rank]
        identity = (t << RANK_BITS) | rank
        j = market_sector(policy, policy[NAMED_SHARE, 0], uniform(seed, DRAW_SECTOR, identity, 0))
        r = pick(policy, REGION_SHARE, N_REGIONS, uniform(seed, DRAW_REGION, identity, 0))
        found(
            firm, firm_code, i, identity, 0, j, r, NO_ORIGIN, normal(seed, DRAW_QUALITY, identity, 0), seed, t, policy,
            bank,
        )  # fmt: skip
        spread = policy[ENTRY_SPREAD, 0]
        sales = size * policy[POTENTIAL_MEAN, j] * math.exp(
            spread * normal(seed, DRAW_POTENTIAL, identity, 0) - spread * spread / 2.0
        )
        settle_in_market(firm, firm_code, i, sales, t, policy[CAPITAL_INTENSITY, j], changes)
        pay_in(flows, changes, account, firm, i, sales)


@rule
def settle_in_market(firm: Matrix, firm_code: Codes, i: int, sales: float, t: int, intensity: float,
                     changes: Cube) -> None:  # fmt: skip
    """Give firm i a mature, validated product and the capital that its sales need (in kind)."""
    firm[POTENTIAL, i] = sales
    firm[SALES, i] = sales
    firm[SALES_TREND, i] = sales
    firm[OUTPUT, i] = MATURE_OUTPUT * sales
    firm_code[STAGE, i] = MARKET
    firm_code[MARKET_AT, i] = t
    firm_code[FIRST_SALE, i] = t - MATURE_AGE
    firm_code[VALIDATED_AT, i] = t
    capital = exact(4.0 * intensity * sales)
    firm[CAPITAL, i] = capital
    firm[FOUNDER_VALUE, i] = capital
    changes[CAPITAL_STOCK, E, TRANSFER] += capital
    changes[UNLISTED, H, TRANSFER] += capital


@kernel
def leave_market(firm: Matrix, firm_code: Codes, used: int, hazard: float, seed: int, t: int, holding: Matrix,
                 holding_code: Codes, head: Ints, following: Ints, fund: Matrix, region: Matrix, account: Vector,
                 flows: Vector, changes: Cube, tally: Matrix) -> int:  # fmt: skip
    """Market firms without venture history and without debt leave at the given hazard:
    cash to the owners, capital in kind.
    """
    left = 0
    for i in range(used):
        if firm_code[STAGE, i] != MARKET or firm_code[VENTURE, i] != 0 or firm[DEBT, i] > 0.0:
            continue
        if uniform(seed, DRAW_LEAVE, firm_code[ID, i], t) >= hazard:
            continue
        left += 1
        pay_dividend(flows, firm, i, firm[CASH, i], holding, holding_code, head, following, fund, region, account)
        changes[CAPITAL_STOCK, E, TRANSFER] -= firm[CAPITAL, i]
        changes[UNLISTED, H, TRANSFER] -= firm[FOUNDER_VALUE, i]
        firm[CAPITAL, i] = 0.0
        firm[FOUNDER_VALUE, i] = 0.0
        firm_code[STAGE, i] = -1
        add(tally, STOPPED, firm_code[SECTOR, i], firm_code[REGION, i], firm_code[ORIGIN, i], 1.0)
    return left


@kernel
def count_market_firms(firm_code: Codes, used: int) -> int:
    """How many market firms without venture history there are."""
    count = 0
    for i in range(used):
        if firm_code[STAGE, i] >= MARKET and firm_code[VENTURE, i] == 0:
            count += 1
    return count


def fresh_rows(table: Table, count: int) -> Ints:
    """`count` rows for newcomers: rows of the dead first, lowest first, then new ones; all at their initial values."""
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    free = np.flatnonzero(table.code[STAGE, : table.used] < 0)[:count]
    if len(free):
        floats, codes = table.layout.fresh()
        table.num[:, free] = floats[:, None]
        table.code[:, free] = codes[:, None]
    more = count - len(free)
    first = table.append(more) if more else 0
    return np.concatenate([free, np.arange(first, first + more)]).astype(np.int64)


def entry_rates(q: Quarter) -> Floats:
    """Entry over its mean by origin (university, park, spin-out) and region, shape (3, 6)."""
    state, p = q.state, q.policy
    funding, exits = relative(state, PAST_FUNDING, REF_FUNDING, 3), relative(state, PAST_EXIT, REF_EXIT, 7)
    rates = np.empty((3, N_REGIONS))
    for origin in range(3):
        for r in range(N_REGIONS):
            push = 1.0 + p[CONVERSION_RESPONSE, 0] * p[CONVERSION_GRANT, r] if origin <= PARK else relative(
                state, PAST_RESEARCH, REF_RESEARCH, 0
            )
            rates[origin, r] = origination_rate(
                1.0, funding, exits, p[FUNDING_RESPONSE, 0], p[EXIT_RESPONSE, 0], push, p[FLOOR, 0], p[CEILING, 0]
            )
    return rates


def relative(state: Population, series: int, reference: int, lag: int) -> float:
    """A past value over its reference; 1 while either is missing."""
    usual = float(state.memory[reference, 0])
    if int(state.arrays["past_length"][0]) <= lag or usual <= 0.0:
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


def play_market_firms(q: Quarter) -> None:
    """Market firms without venture history leave, are replaced, and grow in number."""
    s, p = q.state, q.policy
    head, following = q.holders()
    leave_market(
        s.firm.num, s.firm.code, s.firm.used, annual_hazard(p[EXIT_RATE, 0]), s.seed, s.quarter, s.holding.num,
        s.holding.code, head, following, s.fund.num, s.region.num, s.account, s.flows, s.changes, s.tally,
    )  # fmt: skip
    s.memory[MARKET_FIRMS, 0] *= 1.0 + annual_to_quarter(p[ENTRY_GROWTH, 0])
    missing = int(s.memory[MARKET_FIRMS, 0]) - count_market_firms(s.firm.code, s.firm.used)
    rows = fresh_rows(s.firm, missing)
    open_market_firms(
        rows, max(0, missing), s.firm.num, s.firm.code, p, s.seed, s.quarter, p[ENTRY_SALES, 0], s.bank.num, s.flows,
        s.changes, s.account,
    )  # fmt: skip


MECHANISM = Mechanism(
    key="origination",
    question="Where do projects and market firms come from?",
    stages=(
        Stage("projects enter", play_projects, "universities, parks and spin-outs start projects"),
        Stage("market firms enter and leave", play_market_firms, "firms without venture history leave, are replaced"),
    ),
    lines=("SEED", "GRANT", "DIV"),
    events=("born",),
    indicators=("projects_entered",),
)
