"""Incubation: places in which enterprises get readier for listing, and guidance on the thresholds.

Half of the places are the STAR incubator's, which takes enterprises of its own region first; a third are filled on the
proposal of local governments, region after region, each with its readiest; the rest go to the readiest of all.
"""

from __future__ import annotations

import numpy as np

from ..accounting.chart import OPERATING_CENTRAL, OPERATING_LOCAL
from ..accounting.ledger import pay
from ..agents.enterprise import (
    CERTIFIED_UNTIL, ID, INCUBATED_AT, MARKET, N_REGIONS, PROPOSED, READINESS, REGION, STAGE, VALIDATED_AT, VENTURE,
)  # fmt: skip
from ..agents.government import PROGRAMMES, PURSE
from ..agents.population import HOUSEHOLDS, PLACES_GIVEN, TREASURY
from ..agents.programmes import INCUBATOR_PRIORITY, OFFER_INCUBATOR, has_priority, is_known
from ..agents.shareholders import has_fund
from ..agents.tally import (
    ADMINISTRATION, CENTRAL, COST_INCUBATOR, COST_LISTING_GUIDANCE, INCUBATION, LOCAL, note,
)  # fmt: skip
from ..engine.draws import purpose, uniforms
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import REGIONS, parameter
from .mechanism import Mechanism, Quarter, Stage

PLACES = parameter("incubator_slots")
GUIDANCE = parameter("listing_guidance")
STEP = parameter("incubation_step")
HEAD_START = parameter("incubation_head_start")

PLACE_COST = 0.15  # CNY mn a quarter and place
GUIDANCE_COST = 7.5  # CNY mn a quarter at full guidance
STAR_REGION = REGIONS.index("BTH")
ANYWHERE = N_REGIONS
TURNS = 6  # of six places the STAR incubator fills the first, third and fifth, local governments the second and sixth
OPEN_TURN = 3

DRAW_TIE = purpose("place in listing incubation")


@rule
def error_left(noise: float, guidance: float) -> float:
    """Error with which a guided firm sees its distance to the thresholds: noise x (1 - guidance), log points."""
    return noise * (1.0 - guidance)


def counted_from(filed_at: Ints, incubated_at: Ints, head_start: float) -> Vector:
    """Quarter from which a filing counts in the queue: that of the filing, earlier by the head start if incubated."""
    return filed_at - head_start * (incubated_at >= 0)


@rule
def occupies_place(firm: Matrix, firm_code: Codes, i: int) -> bool:
    """A place is kept until its enterprise is ready, files, or is gone."""
    return bool(firm_code[INCUBATED_AT, i] >= 0 and firm_code[STAGE, i] == MARKET and firm[READINESS, i] < 1.0)


@kernel
def teach(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, region: Matrix, account: Vector, flows: Vector,
          cost: Cube) -> int:  # fmt: skip
    """Enterprises in incubation get readier, their proposers pay for the places; returns the places still taken."""
    taken = 0
    for i in range(used):
        if not occupies_place(firm, firm_code, i):
            continue
        r = firm_code[REGION, i]
        if firm_code[PROPOSED, i] == 1:
            paid = pay(flows, OPERATING_LOCAL, region[PURSE], r, account, HOUSEHOLDS, PLACE_COST)
            region[PROGRAMMES, r] += paid
            cost[COST_INCUBATOR, LOCAL, ADMINISTRATION] += paid
        else:
            paid = pay(flows, OPERATING_CENTRAL, account, TREASURY, account, HOUSEHOLDS, PLACE_COST)
            cost[COST_INCUBATOR, CENTRAL, ADMINISTRATION] += paid
        firm[READINESS, i] = min(1.0, firm[READINESS, i] + policy[STEP, 0])
        if firm[READINESS, i] < 1.0:
            taken += 1
    return taken


@kernel
def served_later(rows: Ints, firm_code: Codes, policy: Matrix, seed: int, t: int) -> Vector:
    """1 for candidates that stand behind those known to be on the list, where these have priority; else 0."""
    later = np.zeros(rows.shape[0])
    if has_priority(policy, INCUBATOR_PRIORITY):
        for k in range(rows.shape[0]):
            later[k] = 0.0 if is_known(firm_code, rows[k], OFFER_INCUBATOR, policy, seed, t) else 1.0
    return later


def candidates(q: Quarter) -> Ints:
    """Validated or certified ventures on the market that are not ready: certified ones first if they have priority,
    then the readiest, ties by lot.
    """
    s = q.state
    code, used = s.firm.code, s.firm.used
    fit = (code[VENTURE, :used] == 1) & (code[STAGE, :used] == MARKET) & (code[INCUBATED_AT, :used] < 0)
    fit &= (code[VALIDATED_AT, :used] >= 0) | (code[CERTIFIED_UNTIL, :used] >= s.quarter)
    rows = np.flatnonzero(fit & (s.firm.num[READINESS, :used] < 1.0))
    later = served_later(rows, code, q.policy, s.seed, s.quarter)
    lot = uniforms(s.seed, DRAW_TIE, code[ID, rows], s.quarter)
    return rows[np.lexsort((lot, -s.firm.num[READINESS, rows], later))]


@rule
def first_from(whose: int, order: Ints, passed: Ints, firm_code: Codes, head: Ints, following: Ints,
               holding_code: Codes) -> int:  # fmt: skip
    """The first in order that is outside, held by a fund, and of region `whose` (or anywhere); -1 if none is left.

    passed: how far the order has been looked through, by region and for anywhere.
    """
    while passed[whose] < order.shape[0]:
        i = order[passed[whose]]
        at_home = whose == ANYWHERE or firm_code[REGION, i] == whose
        if at_home and firm_code[INCUBATED_AT, i] < 0 and has_fund(i, head, following, holding_code):
            return int(i)
        passed[whose] += 1
    return -1


@rule
def proposing_region(given: int) -> int:
    """Region whose turn it is to propose, when `given` places have been given before; -1 if no region's.

    Of six places the second and the sixth are proposed, by one region after the other.
    """
    turn = given % TURNS
    if turn == 1:
        return (2 * (given // TURNS)) % N_REGIONS
    return (2 * (given // TURNS) + 1) % N_REGIONS if turn == TURNS - 1 else -1


@kernel
def admit(order: Ints, free: int, firm: Matrix, firm_code: Codes, head: Ints, following: Ints, holding_code: Codes,
          t: int, memory: Matrix, event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """Give the free places, turn by turn; returns events used."""
    passed = np.zeros(N_REGIONS + 1, dtype=np.int64)
    for _ in range(free):
        given = int(memory[PLACES_GIVEN, 0])
        region = proposing_region(given)
        i = -1
        for step in range(N_REGIONS if region >= 0 else 0):  # a region without a candidate leaves its turn to the next
            if i < 0:
                i = first_from(
                    (region + step) % N_REGIONS, order, passed, firm_code, head, following, holding_code
                )  # fmt: skip
        if region < 0 and given % TURNS != OPEN_TURN:
            i = first_from(STAR_REGION, order, passed, firm_code, head, following, holding_code)
        if i < 0:
            i = first_from(ANYWHERE, order, passed, firm_code, head, following, holding_code)
        if i < 0:
            break
        memory[PLACES_GIVEN, 0] += 1.0
        firm_code[INCUBATED_AT, i] = t
        firm_code[PROPOSED, i] = 1 if region >= 0 else 0
        proposer = firm_code[REGION, i] if region >= 0 else -1
        event_used = note(
            event, event_code, event_used, INCUBATION, firm_code[ID, i], proposer, 0.0, firm[READINESS, i]
        )
    return event_used


def play(q: Quarter) -> None:
    """Guidance is paid, enterprises in incubation learn, and free places are given."""
    s, p = q.state, q.policy
    advice = GUIDANCE_COST * p[GUIDANCE, 0] * s.scale
    if advice > 0.0:
        paid = pay(s.flows, OPERATING_CENTRAL, s.account, TREASURY, s.account, HOUSEHOLDS, advice)
        s.cost[COST_LISTING_GUIDANCE, CENTRAL, ADMINISTRATION] += paid
    taken = teach(s.firm.num, s.firm.code, s.firm.used, p, s.region.num, s.account, s.flows, s.cost)
    free = int(p[PLACES, 0] * s.scale + 0.5) - taken
    if free <= 0:
        return
    order = candidates(q)
    head, following = q.holders()
    s.event.reserve(free)
    s.event.used = admit(
        order, free, s.firm.num, s.firm.code, head, following, s.holding.code, s.quarter, s.memory,
        s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


MECHANISM = Mechanism(
    key="incubation",
    question="Does help with listing bring more listings, or a longer queue?",
    core=False,
    neutral={"incubator_slots": 0.0, "listing_guidance": 0.0},
    stages=(Stage("listing incubation", play, "enterprises in incubation get readier, free places are given"),),
    lines=("OPER",),
    events=("incubation",),
    indicators=("listing_queue", "listing_wait", "listing_failure_share"),
)
