"""Serial founders: people who leave a company join a pool, and start again; nobody is counted twice."""

from __future__ import annotations

import numpy as np

from ..accounting.ledger import annual_hazard
from ..agents.enterprise import (
    ACQUIRED, DEAD, FOUNDER_CASH, ID, PUBLIC, REDEMPTION_DEBT, REGION, RELEASED, SECTOR, SERIAL, SERIAL_FOUNDER, STAGE,
    VENTURE,
)  # fmt: skip
from ..agents.founder import (
    FOUNDER_FLAG, FOUNDER_FREE_AT, FOUNDER_ID, FOUNDER_REGION, FOUNDER_SECTOR, FOUNDER_WAITING, PATH_SHIFT, PROCEEDS,
)  # fmt: skip
from ..agents.newcomer import fresh_rows
from ..agents.tally import BORN, ENTERED, ENTERED_SERIAL, add, note
from ..engine.claims import compact
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage
from .origination import start_project

RESTART = parameter("founder_restart_hazard")
RETIREMENT = parameter("founder_retirement")
PEOPLE = parameter("founders_released")
FAILED_SHARE = parameter("failed_founder_share")
REINVESTED = parameter("founder_reinvestment")
QUALITY_SUCCESS = parameter("founder_quality_success")
QUALITY_FAILED = parameter("founder_quality_failed")
EXCLUSION = parameter("founder_exclusion")

DRAW_RESTART = purpose("founder restarts")
DRAW_RETIRE = purpose("founder retires")
DRAW_RELEASE = purpose("founders released")
MOST_GENERATIONS = 15


@rule
def path_length(identity: int) -> int:
    """How many companies of the same founder line came before."""
    path = identity >> PATH_SHIFT
    length = 0
    while path > 0:
        length += 1
        path >>= 2
    return length


@rule
def people_released(stage: int, mean: float, failed_share: float, u: float) -> int:
    """How many founders leave: after an exit the mean number (whole part plus a keyed chance), after a failure one with
    a chance.
    """
    if stage == DEAD:
        return 1 if u < failed_share else 0
    return int(mean) + (1 if u < mean - int(mean) else 0)


@kernel
def release(firm: Matrix, firm_code: Codes, used: int, founder: Matrix, founder_code: Codes, founders: int,
            policy: Matrix, seed: int, t: int) -> int:  # fmt: skip
    """Founders of companies that listed, were acquired or stopped this quarter join the pool;
    returns pool rows used.
    """
    for i in range(used):
        stage = firm_code[STAGE, i]
        if firm_code[VENTURE, i] == 0 or firm_code[RELEASED, i] == 1 or stage not in (PUBLIC, ACQUIRED, DEAD):
            continue
        firm_code[RELEASED, i] = 1
        identity = firm_code[ID, i]
        generation = path_length(identity)
        if generation >= MOST_GENERATIONS:
            continue
        people = people_released(
            stage, policy[PEOPLE, 0], policy[FAILED_SHARE, 0], uniform(seed, DRAW_RELEASE, identity, 0)
        )
        for child in range(min(3, people)):
            founder_code[FOUNDER_ID, founders] = identity | ((child + 1) << (PATH_SHIFT + 2 * generation))
            founder_code[FOUNDER_SECTOR, founders] = firm_code[SECTOR, i]
            founder_code[FOUNDER_REGION, founders] = firm_code[REGION, i]
            founder_code[FOUNDER_FLAG, founders] = 2 if stage == DEAD else 1
            excluded = int(policy[EXCLUSION, 0]) if firm[REDEMPTION_DEBT, i] > 0.0 else 0
            founder_code[FOUNDER_FREE_AT, founders] = t + excluded
            founder_code[FOUNDER_WAITING, founders] = 1
            founder[PROCEEDS, founders] = firm[FOUNDER_CASH, i] / people
            founders += 1
    return founders


@kernel
def choose_restarts(founder_code: Codes, founders: int, hazard: float, retirement: float, seed: int, t: int,
                    chosen: Ints) -> int:  # fmt: skip
    """Each founder in the pool retires or restarts at a hazard;
    returns how many restart (their pool rows in `chosen`).
    """
    count = 0
    for k in range(founders):
        if founder_code[FOUNDER_WAITING, k] == 0:
            continue
        identity = founder_code[FOUNDER_ID, k]
        if uniform(seed, DRAW_RETIRE, identity, t) < retirement:
            founder_code[FOUNDER_WAITING, k] = 0
        elif founder_code[FOUNDER_FREE_AT, k] <= t and uniform(seed, DRAW_RESTART, identity, t) < hazard:
            founder_code[FOUNDER_WAITING, k] = 0
            chosen[count] = k
            count += 1
    return count


@kernel
def restart(rows: Ints, chosen: Ints, founder: Matrix, founder_code: Codes, firm: Matrix, firm_code: Codes,
            policy: Matrix, seed: int, t: int, bank: Matrix, flows: Vector, changes: Cube, account: Vector,
            tally: Matrix, event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """The chosen founders start new projects in their sector and region; returns events used."""
    for n in range(chosen.shape[0]):
        k, i = chosen[n], rows[n]
        flag = founder_code[FOUNDER_FLAG, k]
        j, r = founder_code[FOUNDER_SECTOR, k], founder_code[FOUNDER_REGION, k]
        mean = policy[QUALITY_SUCCESS, 0] if flag == 1 else policy[QUALITY_FAILED, 0]
        start_project(
            firm, firm_code, i, founder_code[FOUNDER_ID, k], j, r, SERIAL_FOUNDER, mean,
            policy[REINVESTED, 0] * founder[PROCEEDS, k], seed, t, policy, bank, flows, changes, account,
        )  # fmt: skip
        firm_code[SERIAL, i] = flag
        add(tally, ENTERED, j, r, SERIAL_FOUNDER, 1.0)
        tally[ENTERED_SERIAL, flag - 1] += 1.0
        event_used = note(event, event_code, event_used, BORN, firm_code[ID, i], -1, 0.0, float(SERIAL_FOUNDER))
    return event_used


def play_restart(q: Quarter) -> None:
    """Founders from the pool start new projects."""
    s, p = q.state, q.policy
    chosen = np.empty(s.founder.used, dtype=np.int64)
    count = choose_restarts(
        s.founder.code, s.founder.used, annual_hazard(p[RESTART, 0]), p[RETIREMENT, 0], s.seed, s.quarter, chosen
    )
    rows = fresh_rows(s.firm, count)
    s.event.reserve(count)
    s.event.used = restart(
        rows, chosen[:count], s.founder.num, s.founder.code, s.firm.num, s.firm.code, p, s.seed, s.quarter, s.bank.num,
        s.flows, s.changes, s.account, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    compact(s.founder, FOUNDER_WAITING)


def play_release(q: Quarter) -> None:
    """Founders of companies that ended or listed this quarter join the pool."""
    s = q.state
    s.founder.reserve(3 * s.firm.used)  # an upper bound that costs no memory until it is used
    s.founder.used = release(
        s.firm.num, s.firm.code, s.firm.used, s.founder.num, s.founder.code, s.founder.used, q.policy, s.seed, s.quarter
    )


MECHANISM = Mechanism(
    key="serial_founders",
    question="Do exits and failures bring founders back?",
    core=False,
    neutral={"founder_restart_hazard": 0.0},
    stages=(
        Stage("serial founders restart", play_restart, "founders in the pool retire or start a new project"),
        Stage("founders are released", play_release, "founders of companies that listed, were sold or stopped wait"),
    ),
    lines=("SEED",),
    events=("birth",),
    indicators=("serial_founder_share", "serial_founder_success", "founders_excluded"),
)
