"""What public programmes have in common: who is on the list, who is served first, what one agency leaves to another.

Agencies that know of each other (lever dept_coordination) do two things: they pay only what the others leave uncovered
(`award`), and they offer their programmes to enterprises that another agency has admitted (`admit`, `is_offered`).
"""

from __future__ import annotations

import math

from ..engine.draws import purpose, uniform
from ..engine.jit import rule
from ..engine.table import Codes, Floats, Matrix
from ..scenario.parameter import parameter
from .enterprise import (
    ADMITTED_AT, AIDED_AT, AID_0, CERTIFIED_UNTIL, ID, INTEREST_DUE, MARKET, N_SECTORS, OVERLAP, PROOF, RD, RD_PLAN,
    SECTOR, STAGE, SUPPORT,
)  # fmt: skip
from .population import CREDIBILITY

LABEL_BENEFIT = parameter("label_benefit")
COORDINATION = parameter("dept_coordination")
LINKAGE = parameter("vertical_linkage")
FILED_LOCALLY = parameter("filed_locally")
STAGE_BURN = parameter("burn_0")
# Programmes that can give certified enterprises priority, in the order in which label_benefit switches them on
GRANT_PRIORITY, GUARANTEE_PRIORITY, GUIDANCE_PRIORITY, INCUBATOR_PRIORITY, CATALOGUE_PRIORITY = range(5)
# Programmes that pay an enterprise for costs of its own: research (the first three), interest, premium
SUPPORT_KEPT = 0.75  # of remembered support, a quarter later; so a steady stream is remembered as a year of it
LEAD_BONUS = parameter("lead_bonus_label")
FOR_CHALLENGE, FOR_GRANT, FOR_CONVERSION, FOR_INTEREST, FOR_PREMIUM = range(5)
PROGRAMMES_PAID = 5
# Programmes that are open without application to who is admitted elsewhere: grants that follow the list, and these
OFFER_GUARANTEE, OFFER_INCUBATOR, OFFER_CATALOGUE, OFFER_EVALUATION = range(5, 9)

DRAW_SEES = purpose("agency sees an award")
DRAW_PASSED_ON = purpose("admission passed on")
DRAW_FILED = purpose("application filed locally")
DRAW_FORWARDED = purpose("application forwarded")


@rule
def is_certified(firm_code: Codes, i: int, t: int) -> bool:
    """Whether firm i is on the list of key technologies: certified, or winner of a challenge, and not expired."""
    return bool(firm_code[CERTIFIED_UNTIL, i] >= t)


@rule
def label_weight(firm_code: Codes, i: int, t: int, memory: Matrix) -> float:
    """What others make of firm i's place on the list: the label's credibility C; 0 for a firm that is not on it."""
    return float(memory[CREDIBILITY, 0]) if is_certified(firm_code, i, t) else 0.0


@rule
def guidance_preference(firm_code: Codes, i: int, t: int, policy: Matrix) -> float:
    """Head start (log of value/ticket) of certified firms of the named fields before a lead with government money."""
    hard = firm_code[SECTOR, i] < N_SECTORS - 1 and is_certified(firm_code, i, t)
    return float(policy[LEAD_BONUS, 0]) if hard and has_priority(policy, GUIDANCE_PRIORITY) else 0.0


@rule
def has_priority(policy: Matrix, programme: int) -> bool:
    """Whether a programme serves certified enterprises first: the first floor(5 x label benefit + .5) of five do."""
    return bool(programme < math.floor(5.0 * policy[LABEL_BENEFIT, 0] + 0.5))


@rule
def support(firm: Matrix, i: int, amount: float) -> None:
    """Remember public money that firm i was given (CNY mn; the memory fades over four quarters)."""
    firm[SUPPORT, i] += amount


def fade_support(support: Floats) -> None:
    """A quarter passes: enterprises remember three quarters of the public support that they had in mind."""
    support *= SUPPORT_KEPT


@rule
def research_of_year(firm: Matrix, firm_code: Codes, i: int, policy: Matrix) -> float:
    """R&D of a firm-year (CNY mn): four quarters of what it does or plans now; a project plans its burn."""
    stage = firm_code[STAGE, i]
    planned = firm[RD_PLAN, i]
    if PROOF <= stage < MARKET:
        planned = policy[STAGE_BURN + stage, firm_code[SECTOR, i]]
    return float(4.0 * max(firm[RD, i], planned))


@rule
def interest_of_year(firm: Matrix, i: int) -> float:
    """Interest of a firm-year (CNY mn): four times what is due this quarter."""
    return float(4.0 * firm[INTEREST_DUE, i])


@rule
def same_cost(programme: int, other: int) -> bool:
    """Whether two programmes pay for the same cost: research (challenge, grant, conversion), else only themselves."""
    return bool(programme == other or (programme <= FOR_CONVERSION and other <= FOR_CONVERSION))


@rule
def sees(identity: int, programme: int, other: int, policy: Matrix, seed: int) -> bool:
    """Whether the agencies behind two programmes see each other's awards to an enterprise; keyed by the pair."""
    pair = PROGRAMMES_PAID * min(programme, other) + max(programme, other)
    return bool(uniform(seed, DRAW_SEES, identity, 0, pair) < policy[COORDINATION, 0])


@rule
def open_year(firm: Matrix, firm_code: Codes, i: int, t: int) -> None:
    """Awards are remembered within a calendar year, what exceeded the eligible cost within a quarter."""
    last = firm_code[AIDED_AT, i]
    if last // 4 != t // 4:
        for p in range(PROGRAMMES_PAID):
            firm[AID_0 + p, i] = 0.0
    if last != t:
        firm[OVERLAP, i] = 0.0
    firm_code[AIDED_AT, i] = t


@rule
def covered(firm: Matrix, i: int, programme: int) -> float:
    """Public money (CNY mn) of this year for the cost that a programme pays for, all agencies together."""
    total = 0.0
    for p in range(PROGRAMMES_PAID):
        if same_cost(programme, p):
            total += firm[AID_0 + p, i]
    return total


@rule
def left_uncovered(wanted: float, eligible: float, known: float) -> float:
    """What an agency that knows of `known` pays of what it wanted: min(wanted, max(0, eligible - known)), CNY mn."""
    return min(wanted, max(0.0, eligible - known))


@rule
def award(firm: Matrix, firm_code: Codes, i: int, programme: int, wanted: float, eligible: float, policy: Matrix,
          seed: int, t: int) -> float:  # fmt: skip
    """What a programme pays firm i for a cost of which the public may pay `eligible` (CNY mn a firm-year) in all.

    An agency that sees the other agencies' awards pays only what they leave uncovered; one that does not pays `wanted`.
    What exceeds the eligible cost once the awards of several programmes are added up over the year is overlap.
    """
    if wanted <= 0.0:
        return 0.0
    open_year(firm, firm_code, i, t)
    known, informed = firm[AID_0 + programme, i], False
    for p in range(PROGRAMMES_PAID):
        if p != programme and same_cost(programme, p) and policy[COORDINATION, 0] > 0.0:
            if sees(firm_code[ID, i], programme, p, policy, seed):
                informed = True
                known += firm[AID_0 + p, i]
    before = covered(firm, i, programme)
    by_others = before > firm[AID_0 + programme, i]
    paid = left_uncovered(wanted, eligible, known) if informed else wanted
    firm[AID_0 + programme, i] += paid
    if by_others:
        firm[OVERLAP, i] += min(paid, max(0.0, before + paid - eligible))
    support(firm, i, paid)
    return paid


@rule
def admit(firm_code: Codes, i: int, t: int) -> None:
    """An agency admits firm i (to the list, a shortlist, or as validated); the first time is remembered."""
    if firm_code[ADMITTED_AT, i] < 0:
        firm_code[ADMITTED_AT, i] = t


@rule
def passing_on_quarters(coordination: float) -> int:
    """Quarters until other agencies learn of an admission: round(4 (1 - DC))."""
    return int(math.floor(4.0 * (1.0 - coordination) + 0.5))


@rule
def is_offered(firm_code: Codes, i: int, programme: int, policy: Matrix, seed: int, t: int) -> bool:
    """Whether a programme is open to firm i by now without application, because another agency has admitted it."""
    admitted = firm_code[ADMITTED_AT, i]
    if admitted < 0 or t - admitted < passing_on_quarters(policy[COORDINATION, 0]):
        return False
    return bool(uniform(seed, DRAW_PASSED_ON, firm_code[ID, i], 0, programme) < policy[COORDINATION, 0])


@rule
def is_offered_now(firm_code: Codes, i: int, programme: int, policy: Matrix, seed: int, t: int) -> bool:
    """Whether it is this quarter that another agency's admission of firm i reaches a programme."""
    reached = firm_code[ADMITTED_AT, i] + passing_on_quarters(policy[COORDINATION, 0])
    return t == reached and is_offered(firm_code, i, programme, policy, seed, t)


@rule
def is_known(firm_code: Codes, i: int, programme: int, policy: Matrix, seed: int, t: int) -> bool:
    """Whether a programme counts firm i among the list: it is on it, or was admitted by an agency that passes it on."""
    return is_certified(firm_code, i, t) or is_offered(firm_code, i, programme, policy, seed, t)


@rule
def reaches_national_list(identity: int, policy: Matrix, seed: int, t: int) -> bool:
    """Whether an application made in quarter t is considered nationally: half are filed locally and are forwarded with
    probability VL.
    """
    if uniform(seed, DRAW_FILED, identity, t) >= policy[FILED_LOCALLY, 0]:
        return True
    return bool(uniform(seed, DRAW_FORWARDED, identity, t) < policy[LINKAGE, 0])
