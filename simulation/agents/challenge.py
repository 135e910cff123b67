"""Challenges: an R&D need of an enterprise, put to open competition, and the project that works on it."""

from __future__ import annotations

import math

from ..engine.jit import rule
from ..engine.table import Layout
from .enterprise import clip, logistic

CHALLENGES = Layout("challenge", "one winner's work on one challenge, from award to delivery or failure")
BOUNTY = CHALLENGES.column("bounty", "CNY mn", "bounty promised")
REST_DUE = CHALLENGES.column("rest_due", "CNY mn", "what is paid on delivery, to the first who delivers")
PUBLIC_PART = CHALLENGES.column("public_part", "share", "part of the bounty that governments have promised")
CENTRAL_PART = CHALLENGES.column("central_part", "share", "part of the public money that is central")
CHALLENGE_OPEN = CHALLENGES.code("open", "1 while the winner works on it")
POSTER = CHALLENGES.code("poster", "row of the enterprise that posed it")
POSTER_ID = CHALLENGES.code("poster_id", "id of that enterprise")
SOLVER = CHALLENGES.code("solver", "row of the winner")
SOLVER_ID = CHALLENGES.code("solver_id", "id of the winner")
SOLVER_STAGE = CHALLENGES.code("solver_stage", "stage of the winner at the award")
DEADLINE = CHALLENGES.code("deadline", "last quarter in which it may be delivered")
POSTED, BIDS, WON, DELIVERED, UNDELIVERED = range(5)  # what is counted of challenges in a quarter


@rule
def next_gap(gap: float, drift: float, held_off: float, effort: float) -> float:
    """Technology gap of the next quarter: clip(G + drift - held_off min(1, R/R_plan), 0, 1)."""
    return clip(gap + drift - held_off * min(1.0, effort), 0.0, 1.0)


@rule
def bounty_of(gap: float, size: float, burn: float, floor: float, ceiling: float) -> float:
    """Bounty of a challenge: clip(size G burn, floor, ceiling) (CNY mn); burn: prototype spending of the sector."""
    return clip(size * gap * burn, floor, ceiling)


@rule
def pays_back(own_part: float, saving: float, unit_cost: float, sales: float, quarters: float) -> bool:
    """Whether a need is worth its price: saving x unit cost x sales a quarter x quarters >= own part of the bounty."""
    return saving * unit_cost * sales * quarters >= own_part


@rule
def hears(reach: float, suitable: int) -> float:
    """Chance that a suitable project hears of a call that reaches `reach` of them."""
    return min(1.0, reach / suitable) if suitable > 0 else 0.0


@rule
def bid_chance(intercept: float, pull: float, bounty: float, burn: float) -> float:
    """Chance that a project that heard of a call bids: logistic(a0 + a1 ln(bounty/burn))."""
    return logistic(intercept + pull * math.log(bounty / burn))
