"""Docking events: projects show themselves to financiers, a leader and a region; intentions are signed, some come true.

An intention is no financing: a signed project meets a financier for certain for a year, and is better known.
"""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import GRANT_ENTERPRISE, OPERATING_CENTRAL
from ..accounting.ledger import pay
from ..agents.bank import BORROWER, LENT_AT, LOAN_OPEN
from ..agents.enterprise import (
    BIRTH, CASH, FIT, ID, INTENTION_MET, LAST_ROUND, LEADER, MARKET, N_REGIONS, ORIGIN, PARK, PILOT, REGION,
    ROADSHOW_UNTIL, SECTOR, STAGE,
)  # fmt: skip
from ..agents.government import BONDS_OUT, PROGRAMMES, PURSE, REVENUE
from ..agents.national import Values, count, money, share
from ..agents.newcomer import REGION_SHARE, pick
from ..agents.orders import place_order
from ..agents.population import (
    EVENT_SLOTS, HOUSEHOLDS, INTENTIONS, INTENTIONS_MET, SPECIAL_EVENTS, SPECIAL_SLOTS, TREASURY, Population,
)  # fmt: skip
from ..agents.programmes import FOR_GRANT, award, is_certified
from ..agents.tally import (
    ADMINISTRATION, CENTRAL, COST_EVENTS, COST_GRANT, DOCKING_ORDER, EVENT_AMOUNT, EVENT_LANDINGS, EVENT_PROJECTS,
    INTENTION, LANDING, LOCAL, OUTLAY, ROADSHOW, note,
)  # fmt: skip
from ..agents.valuation import BURN
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.matching import first_above
from ..engine.table import Codes, Cube, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .capital_calls import DEBT_CAP
from .equity import is_seeking
from .intentions import BAR, STATED, judge, lowest_hurdles, score_of, signs
from .local_support import GRANT_RATE
from .mechanism import Mechanism, Quarter, Stage
from .virtual_event import play_showcase

EVENTS = parameter("roadshow_events")
PROJECTS = parameter("projects_per_event")
SPECIAL = parameter("special_event_share")
FIELDS = parameter("event_fields")
ORDER = parameter("event_order")
ORDER_CHANCE = parameter("event_order_chance")
LANDING_QUARTERS = parameter("landing_quarters")
MOVING_COST = parameter("moving_cost")
EVENT_COST = parameter("event_cost")
SHOWCASE = parameter("xiongan_event")

INTENTION_QUARTERS = 4  # in which a signed project is sure to meet a financier
RING = 8  # quarters of intentions remembered

DRAW_LEADER = purpose("leader met at an event")
DRAW_HOST = purpose("region met at an event")
DRAW_ATTACHED = purpose("attachment to the home region")
DRAW_ORDER = purpose("order after an event")


@rule
def may_attend(firm: Matrix, firm_code: Codes, i: int, t: int, policy: Matrix) -> bool:
    """A project may apply if it looks for money, is in a named field, is not new and has no intention running."""
    if firm_code[STAGE, i] > PILOT or firm_code[BIRTH, i] >= t or firm_code[ROADSHOW_UNTIL, i] >= t:
        return False
    return bool(policy[FIELDS, firm_code[SECTOR, i]] > 0.5 and is_seeking(firm, firm_code, i, t, policy))


@rule
def moves(offered: float, at_home: float, cost: float, u: float) -> bool:
    """Whether a project moves: what it gets there exceeds what it gives up by its attachment to home.

    Attachment -c ln(u) is exponential with mean c; all in CNY mn.
    """
    return offered - at_home > -cost * math.log(u)


@kernel
def find_candidates(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, memory: Matrix, seed: int, t: int,
                    rows: Ints, scores: Vector, listed: Ints) -> int:  # fmt: skip
    """Projects that may attend, the organisers' scores, and who is on the list of key technologies (1); returns
    how many.
    """
    found = 0
    for i in range(used):
        if may_attend(firm, firm_code, i, t, policy):
            rows[found] = i
            scores[found] = score_of(firm, firm_code, i, policy, memory, seed)
            listed[found] = 1 if is_certified(firm_code, i, t) else 0
            found += 1
    return found


@kernel
def sign_intentions(rows: Ints, values: Vector, tickets: Vector, leaders: Ints, cumulative: Matrix, met: Ints,
                    firm: Matrix, firm_code: Codes, policy: Matrix, memory: Matrix, seed: int, t: int, region: Matrix,
                    flows: Vector, tally: Matrix, cost: Cube, event: Matrix, event_code: Codes,
                    event_used: int) -> int:  # fmt: skip
    """Every project meets a leader (met[k]), drawn by fit; who convinces signs and is courted by a region.
    Returns events used.
    """
    n = leaders.shape[0]
    for k in range(rows.shape[0]):
        i = rows[k]
        identity, j = firm_code[ID, i], firm_code[SECTOR, i]
        tally[EVENT_PROJECTS, 0] += 1.0
        event_used = note(event, event_code, event_used, ROADSHOW, identity, -1, 0.0, values[k] / tickets[k])
        met[k] = -1
        if n > 0 and cumulative[j, n - 1] > 0.0:
            target = uniform(seed, DRAW_LEADER, identity, t) * cumulative[j, n - 1]
            met[k] = leaders[first_above(cumulative[j], 0, n, target)]
        if not signs(values[k], tickets[k], policy[BAR, 0]):
            continue
        stated = policy[STATED, 0] * tickets[k]
        tally[EVENT_PROJECTS, 1] += 1.0
        tally[EVENT_AMOUNT, 0] += stated
        memory[INTENTIONS, t % RING] += 1.0
        firm_code[ROADSHOW_UNTIL, i] = t + INTENTION_QUARTERS - 1
        firm_code[INTENTION_MET, i] = 0
        event_used = note(event, event_code, event_used, INTENTION, identity, -1, stated, tickets[k])
        event_used = meet_region(
            i, firm, firm_code, policy, seed, t, region, flows, tally, cost, event, event_code, event_used
        )
    return event_used


@rule
def meet_region(i: int, firm: Matrix, firm_code: Codes, policy: Matrix, seed: int, t: int, region: Matrix,
                flows: Vector, tally: Matrix, cost: Cube, event: Matrix, event_code: Codes,
                event_used: int) -> int:  # fmt: skip
    """A region, drawn by research, offers a year of grants at once for moving; grants of the year to come count too.
    Returns events used.
    """
    home, identity = firm_code[REGION, i], firm_code[ID, i]
    r = pick(policy, REGION_SHARE, N_REGIONS, uniform(seed, DRAW_HOST, identity, t))
    burn = policy[BURN + firm_code[STAGE, i], firm_code[SECTOR, i]]
    year = policy[LANDING_QUARTERS, 0] * burn
    offer = policy[GRANT_RATE, r] / 100.0 * year
    can_pay = offer <= region[PURSE, r] and region[BONDS_OUT, r] <= policy[DEBT_CAP, 0] * region[REVENUE, r]
    if r == home or offer <= 0.0 or not can_pay:
        return event_used
    at_home = policy[GRANT_RATE, home] / 100.0 * year
    u = uniform(seed, DRAW_ATTACHED, identity, 0)
    if not moves(offer + policy[GRANT_RATE, r] / 100.0 * year, at_home, policy[MOVING_COST, 0] * burn, u):
        return event_used
    wanted = award(firm, firm_code, i, FOR_GRANT, offer, year, policy, seed, t)
    paid = pay(flows, GRANT_ENTERPRISE, region[PURSE], r, firm[CASH], i, wanted)
    region[PROGRAMMES, r] += paid
    cost[COST_GRANT, LOCAL, OUTLAY] += paid
    firm_code[REGION, i] = r
    tally[EVENT_LANDINGS, 0] += 1.0
    return note(event, event_code, event_used, LANDING, identity, r, paid, float(home))


@kernel
def place_orders(rows: Ints, met: Ints, fit: Matrix, firm: Matrix, firm_code: Codes, policy: Matrix, seed: int, t: int,
                 flows: Vector, tally: Matrix, event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """A leader that did not buy shares of the project it met may order from it, the likelier the better they fit.
    Returns events used.
    """
    for k in range(rows.shape[0]):
        i, a = rows[k], met[k]
        if a < 0 or firm[CASH, a] < policy[ORDER, 0]:
            continue
        chance = policy[ORDER_CHANCE, 0] * fit[firm_code[SECTOR, i], firm_code[SECTOR, a]]
        if uniform(seed, DRAW_ORDER, firm_code[ID, i], t) < chance:
            paid = place_order(flows, firm, a, i, policy[ORDER, 0], tally)
            event_used = note(
                event, event_code, event_used, DOCKING_ORDER, firm_code[ID, i], firm_code[ID, a], paid, 0.0
            )
    return event_used


@rule
def meet_intention(firm_code: Codes, i: int, memory: Matrix) -> None:
    """Financing has followed the intention of project i: it counts once, for the quarter in which it was signed."""
    firm_code[INTENTION_MET, i] = 1
    memory[INTENTIONS_MET, (firm_code[ROADSHOW_UNTIL, i] - INTENTION_QUARTERS + 1) % RING] += 1.0


@kernel
def follow_up(firm_code: Codes, used: int, loan_code: Codes, loans: int, memory: Matrix, t: int) -> None:
    """Look which signed projects closed a round or got a loan this quarter."""
    for i in range(used):
        if firm_code[ROADSHOW_UNTIL, i] >= t and firm_code[INTENTION_MET, i] == 0 and firm_code[LAST_ROUND, i] == t:
            meet_intention(firm_code, i, memory)
    for row in range(loans):
        if loan_code[LOAN_OPEN, row] == 1 and loan_code[LENT_AT, row] == t:
            i = loan_code[BORROWER, row]
            if firm_code[ROADSHOW_UNTIL, i] >= t and firm_code[INTENTION_MET, i] == 0:
                meet_intention(firm_code, i, memory)


def leaders_of(s: Population) -> tuple[Ints, Floats]:
    """Leaders on the market and their cumulative fit by sector of the project."""
    used = s.firm.used
    rows = np.flatnonzero((s.firm.code[LEADER, :used] == 1) & (s.firm.code[STAGE, :used] >= MARKET))
    return rows, np.ascontiguousarray(np.cumsum(FIT[:, s.firm.code[SECTOR, rows]], axis=1))


def give_places(s: Population, policy: Floats, rows: Ints, scores: Floats, listed: Ints) -> Ints:
    """Who attends: by host region, certified projects first, then by score; special roadshows take universities and
    parks. Places are accumulated; those that nobody fills lapse.
    """
    code = s.firm.code
    order = np.lexsort((code[ID, rows], -scores, -listed))
    region, academic = code[REGION, rows], code[ORIGIN, rows] <= PARK
    places = policy[EVENTS, 0] / 4.0 * policy[PROJECTS, 0] * s.scale
    hosts = policy[REGION_SHARE, :N_REGIONS] / policy[REGION_SHARE, :N_REGIONS].sum()
    taken = np.zeros(len(rows), dtype=np.bool_)
    for slots, part, eligible in (
        (SPECIAL_SLOTS, policy[SPECIAL, 0], academic),
        (EVENT_SLOTS, 1.0 - policy[SPECIAL, 0], np.ones(len(rows), dtype=np.bool_)),
    ):
        for r in range(N_REGIONS):
            s.memory[slots, r] += places * part * hosts[r]
            n = int(s.memory[slots, r])
            s.memory[slots, r] -= n
            taken[order[((region == r) & eligible & ~taken)[order]][:n]] = True
    chosen = rows[taken]
    return chosen[np.argsort(code[ID, chosen], kind="stable")]


def play_events(q: Quarter) -> None:
    """Projects are chosen and shown; intentions, leaders and regions."""
    s, p = q.state, q.policy
    s.memory[[INTENTIONS, INTENTIONS_MET], s.quarter % RING] = 0.0
    s.memory[SPECIAL_EVENTS, s.quarter % 4] = p[EVENTS, 0] / 4.0 * p[SPECIAL, 0]
    held = p[EVENT_COST, 0] * p[EVENTS, 0] / 4.0 * s.scale
    paid = pay(s.flows, OPERATING_CENTRAL, s.account, TREASURY, s.account, HOUSEHOLDS, held)
    s.cost[COST_EVENTS, CENTRAL, ADMINISTRATION] += paid
    if p[EVENTS, 0] > 0.0:
        show_projects(q)
    if p[SHOWCASE, 0] > 0.5 and not q.burn_in:
        play_showcase(q)


def show_projects(q: Quarter) -> None:
    """The events of the quarter."""
    s, p = q.state, q.policy
    n = s.firm.used
    rows, scores, listed = np.empty(n, dtype=np.int64), np.empty(n), np.empty(n, dtype=np.int64)
    found = find_candidates(s.firm.num, s.firm.code, n, p, s.memory, s.seed, s.quarter, rows, scores, listed)
    rows = give_places(s, p, rows[:found], scores[:found], listed[:found])
    values, tickets, met = np.empty(len(rows)), np.empty(len(rows)), np.empty(len(rows), dtype=np.int64)
    judge(rows, s.firm.num, s.firm.code, lowest_hurdles(s, p), p, s.memory, s.seed, s.quarter, values, tickets)
    leaders, cumulative = leaders_of(s)
    s.event.reserve(3 * len(rows))
    s.event.used = sign_intentions(
        rows, values, tickets, leaders, cumulative, met, s.firm.num, s.firm.code, p, s.memory, s.seed, s.quarter,
        s.region.num, s.flows, s.tally, s.cost, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    q.scratch["introduced"] = (rows, met)


def play_follow_up(q: Quarter) -> None:
    """Leaders order from projects they met and did not buy into; intentions that came true are counted."""
    s, p = q.state, q.policy
    if "introduced" in q.scratch:
        rows, met = q.scratch["introduced"]
        s.event.reserve(len(rows))
        s.event.used = place_orders(
            rows, met, FIT, s.firm.num, s.firm.code, p, s.seed, s.quarter, s.flows, s.tally, s.event.num,
            s.event.code, s.event.used,
        )  # fmt: skip
    follow_up(s.firm.code, s.firm.used, s.loan.code, s.loan.used, s.memory, s.quarter)


def measure(s: Population, p: Floats) -> Values:
    """Projects, intentions and landings of the quarter, and what became of the intentions of a year ago."""
    cohort = (s.quarter - INTENTION_QUARTERS + 1) % RING
    return {
        "event_projects": count(s, s.tally[EVENT_PROJECTS, 0]),
        "event_signed": count(s, s.tally[EVENT_PROJECTS, 1]),
        "event_intention_amount": money(s, s.tally[EVENT_AMOUNT, 0]),
        "event_closed_share": share(float(s.memory[INTENTIONS_MET, cohort]), float(s.memory[INTENTIONS, cohort])),
        "event_landings": count(s, s.tally[EVENT_LANDINGS, 0]),
    }


MECHANISM = Mechanism(
    key="docking",
    question="What comes of projects that are shown to financiers, leaders and regions?",
    core=False,
    neutral={"roadshow_events": 0.0, "xiongan_event": 0.0},
    stages=(
        Stage("docking events", play_events, "chosen projects are shown; intentions are signed, regions court them"),
        Stage("intentions are followed up", play_follow_up, "leaders order; financing after intentions is noted"),
    ),
    lines=("OPER", "ORD", "GRANT"),
    events=("roadshow", "intention", "landing", "docking_order"),
    indicators=("event_projects", "event_signed", "event_intention_amount", "event_closed_share", "event_landings"),
    measure=measure,
)
