"""What public programmes have in common: who is on the list, who is served first, what one agency leaves to another."""

from __future__ import annotations

import math

from ..engine.jit import rule
from ..engine.table import Codes, Floats, Matrix
from ..scenario.parameter import parameter
from .enterprise import CERTIFIED_UNTIL, N_SECTORS, SECTOR, SUPPORT
from .population import CREDIBILITY

LABEL_BENEFIT = parameter("label_benefit")
# Programmes that can give certified enterprises priority, in the order in which label_benefit switches them on
GRANT_PRIORITY, GUARANTEE_PRIORITY, GUIDANCE_PRIORITY, INCUBATOR_PRIORITY, CATALOGUE_PRIORITY = range(5)
# Programmes that pay an enterprise for costs of its own: research (the first three), interest, premium
SUPPORT_KEPT = 0.75  # of remembered support, a quarter later; so a steady stream is remembered as a year of it
LEAD_BONUS = parameter("lead_bonus_label")
FOR_CHALLENGE, FOR_GRANT, FOR_INTEREST, FOR_PREMIUM = range(4)


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
def award(firm: Matrix, firm_code: Codes, i: int, programme: int, wanted: float, eligible: float, policy: Matrix,
          seed: int, t: int) -> float:  # fmt: skip
    """What a programme pays firm i for a cost of which `eligible` (CNY mn) may be paid by the public in all.

    An agency that sees the other agencies' awards pays only what they leave uncovered; one that does not pays `wanted`.
    """
    support(firm, i, wanted)
    return wanted
