"""The docking event of Xiongan, told with virtual projects: they are scored, shown and judged, and never enter.

A pure function of a state: the financiers, beliefs about exits and standards are those of the snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..agents.enterprise import FIRM, ID, PROGRESS, QUALITY, REGION, SECTOR, STAGE, VENTURE
from ..agents.population import Population
from ..agents.tally import EVENT_AMOUNT, EVENT_PROJECTS, INTENTION, ROADSHOW, note
from ..engine.draws import normals, purpose, uniforms
from ..engine.jit import kernel
from ..engine.table import Codes, Floats, Ints, Matrix, Table, Vector
from ..scenario.quarters import BURN_IN_QUARTERS
from .intentions import BAR, STATED, judge, lowest_hurdles, score_of, signs
from .mechanism import Quarter

APPLICANTS = 580
SHOWN = 58  # SEED04
STAGE_SHARES = (0.33, 0.42, 0.25)  # A: riper than the stock of projects
SECTORS = 4  # aerospace information, AI and robotics, biomedicine, new materials (SEED09): the first four columns
BEIJING = 0  # region BTH
WHEN = BURN_IN_QUARTERS + 11  # 2023Q4
FIRST_ID = 1 << 62  # beyond every id of the economy

DRAW_STAGE = purpose("virtual project, stage")
DRAW_FIELD = purpose("virtual project, sector")
DRAW_TALENT = purpose("virtual project, quality")
DRAW_AGE = purpose("virtual project, progress")


@dataclass(frozen=True)
class Showcase:
    """What came of the event: one entry a project shown (ids, stages, values and tickets in CNY mn, 1 if signed)."""

    ids: Ints
    stages: Ints
    quality: Floats
    values: Floats
    tickets: Floats
    signed: np.ndarray
    amount: float

    @property
    def signatures(self) -> int:
        """Projects that signed."""
        return int(np.count_nonzero(self.signed))


@kernel
def score_all(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, memory: Matrix, seed: int,
              scores: Vector) -> None:  # fmt: skip
    """The organisers' score of every applicant."""
    for i in range(used):
        scores[i] = score_of(firm, firm_code, i, policy, memory, seed)


def applicants(seed: int) -> Table:
    """580 virtual projects of one region and four sectors, by keyed draws."""
    table = Table(FIRM, APPLICANTS, APPLICANTS)
    ids = FIRST_ID + np.arange(APPLICANTS, dtype=np.int64)
    table.code[ID] = ids
    table.code[VENTURE] = 1
    table.code[REGION] = BEIJING
    bounds = np.cumsum(STAGE_SHARES)
    table.code[STAGE] = np.minimum(np.searchsorted(bounds, uniforms(seed, DRAW_STAGE, ids, 0)), len(bounds) - 1)
    table.code[SECTOR] = (uniforms(seed, DRAW_FIELD, ids, 0) * SECTORS).astype(np.int64)
    table.num[QUALITY] = normals(seed, DRAW_TALENT, ids, 0)
    table.num[PROGRESS] = uniforms(seed, DRAW_AGE, ids, 0)
    return table


def showcase(state: Population, policy: Floats) -> Showcase:
    """Score the applicants, show the best 58 to the institutions of the state; nothing in the state changes."""
    table = applicants(state.seed)
    scores = np.empty(APPLICANTS)
    score_all(table.num, table.code, APPLICANTS, policy, state.memory, state.seed, scores)
    rows = np.sort(np.lexsort((table.code[ID], -scores))[:SHOWN]).astype(np.int64)
    values, tickets = np.empty(SHOWN), np.empty(SHOWN)
    judge(
        rows, table.num, table.code, lowest_hurdles(state, policy), policy, state.memory, state.seed, state.quarter,
        values, tickets,
    )  # fmt: skip
    signed = values >= policy[BAR, 0] * tickets
    amount = float(policy[STATED, 0]) * float(tickets[signed].sum())
    return Showcase(
        table.code[ID, rows], table.code[STAGE, rows], table.num[QUALITY, rows], values, tickets, signed, amount
    )


def play_showcase(q: Quarter) -> None:
    """In 2023Q4 the event joins the indicators and events of docking, once and in national units."""
    s = q.state
    if s.quarter != WHEN:
        return
    shown = showcase(s, q.policy)
    s.tally[EVENT_PROJECTS, 0] += SHOWN * s.scale
    s.tally[EVENT_PROJECTS, 1] += shown.signatures * s.scale
    s.tally[EVENT_AMOUNT, 0] += shown.amount * s.scale
    s.event.reserve(2 * SHOWN)
    s.event.used = write_down(
        shown.ids, shown.values, shown.tickets, float(q.policy[BAR, 0]), float(q.policy[STATED, 0]), s.event.num,
        s.event.code, s.event.used,
    )  # fmt: skip


@kernel
def write_down(ids: Ints, values: Vector, tickets: Vector, bar: float, stated: float, event: Matrix, event_code: Codes,
               used: int) -> int:  # fmt: skip
    """The event's rows in the table of events; returns how many are used."""
    for k in range(ids.shape[0]):
        used = note(event, event_code, used, ROADSHOW, ids[k], -1, 0.0, values[k] / tickets[k])
        if signs(values[k], tickets[k], bar):
            used = note(event, event_code, used, INTENTION, ids[k], -1, stated * tickets[k], tickets[k])
    return used
