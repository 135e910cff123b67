"""How projects are chosen for a docking event, what the room thinks of them, and when an intention is signed."""

from __future__ import annotations

import numpy as np

from ..agents.enterprise import ID, PROTOTYPE, QUALITY, SECTOR, STAGE
from ..agents.information import ROADSHOW_UNITS
from ..agents.investor import CALLED, FOCUS, FUND_ALIVE, HURDLE, SIZE, STATUS, VINTAGE
from ..agents.population import STANDARDS, Population
from ..agents.valuation import clause_odds, project_ticket, value_company
from ..engine.draws import normal, purpose
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .fundraising import INVESTING

SCORE_NOISE = parameter("event_score_noise")
BAR = parameter("intention_bar")
STATED = parameter("intention_multiple")

STANDARDS_SHARPEN = 0.7  # part of the noise of a score that mature standards take away

DRAW_SCORE = purpose("score for a docking event")


@rule
def organisers_score(quality: float, noise: float, standards: float, draw: float) -> float:
    """Score by which projects are chosen: z + sigma_E (1 - .7 v) eps, sharper where standards v are mature (sd)."""
    return quality + noise * (1.0 - STANDARDS_SHARPEN * standards) * draw


@rule
def signs(value: float, ticket: float, bar: float) -> bool:
    """An intention is signed if the value is at least theta times the usual ticket: it binds nobody."""
    return value >= bar * ticket


@rule
def score_of(firm: Matrix, firm_code: Codes, i: int, policy: Matrix, memory: Matrix, seed: int) -> float:
    """The organisers' score of project i, the same as long as it stays at its stage."""
    draw = normal(seed, DRAW_SCORE, firm_code[ID, i], 0, 0, firm_code[STAGE, i])
    return organisers_score(firm[QUALITY, i], policy[SCORE_NOISE, 0], memory[STANDARDS, firm_code[SECTOR, i]], draw)


@kernel
def judge(rows: Ints, firm: Matrix, firm_code: Codes, lowest: Vector, policy: Matrix, memory: Matrix, seed: int, t: int,
          values: Vector, tickets: Vector) -> None:  # fmt: skip
    """What the least demanding financier in the room thinks each project is worth, and its usual ticket (CNY mn)."""
    clause = clause_odds(policy)
    for k in range(rows.shape[0]):
        i = rows[k]
        hurdle = lowest[0] if firm_code[STAGE, i] <= PROTOTYPE else lowest[1]
        values[k], _ = value_company(
            firm, firm_code, i, hurdle, policy[ROADSHOW_UNITS, 0], 0.0, 1.0, clause, policy, memory, seed, t
        )
        tickets[k] = project_ticket(policy, firm_code[STAGE, i], firm_code[SECTOR, i])


def lowest_hurdles(s: Population, policy: Floats) -> Floats:
    """Lowest hurdle, over the usual one, among funds with money for stages 0-1 and for stage 2; a region asks for 1."""
    fund, code, used = s.fund.num, s.fund.code, s.fund.used
    open_ = (code[STATUS, 1:used] == FUND_ALIVE) & (s.quarter - code[VINTAGE, 1:used] < policy[INVESTING, 0])
    open_ &= fund[SIZE, 1:used] > fund[CALLED, 1:used]
    return np.array([fund[HURDLE, 1:used][open_ & (code[FOCUS, 1:used] == k)].min(initial=1.0) for k in range(2)])
