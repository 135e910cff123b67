"""Development: research at stages 0-2, progress, stage tests and patents."""

from __future__ import annotations

import math

from ..accounting.chart import INPUTS, WAGES
from ..accounting.ledger import annual_hazard, pay_split
from ..agents.enterprise import (
    CASH, CHALLENGE_UNTIL, FAILED_TESTS, ID, MARKET, MARKET_AT, N_SECTORS, ORIGIN, PATENTS, PROGRESS, PROOF, PROTOTYPE,
    PROTOTYPE_AT, QUALITY, RD, RD_YEAR_0, REGION, SECTOR, SERIAL, STAGE, UNIVERSITY, VENTURE, pass_probability,
    progress_made,
)  # fmt: skip
from ..agents.government import KNOWLEDGE_0, RESEARCH_0
from ..agents.population import HOUSEHOLDS, KNOWLEDGE_REF, REST
from ..agents.programmes import is_certified
from ..agents.strategic import tests_allowed
from ..agents.tally import (
    CONVERTED, CROSSED_VALLEY, PASSED, PASSED_CERTIFIED, PATENTS_FILED, RD_SPENT, SERIAL_MARKET, STAGE_PASSED,
    STARTED_PROTOTYPE, TESTED, TESTED_CERTIFIED, TEST_FAILED, add, note,
)  # fmt: skip
from ..engine.blocks import Slices, count_blocks, end_row, first_row
from ..engine.draws import poisson, purpose, uniform
from ..engine.jit import block_kernel, kernel, prange, rule
from ..engine.table import Codes, Cube, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage

DURATION = parameter("duration_0")
BURN = parameter("burn_0")
ELASTICITY = parameter("rd_elasticity")
SPILLOVER = parameter("spillover")
INTERCEPT = parameter("test_intercept_0")
SLOPE = parameter("test_quality")
RETRY = parameter("retry_progress")
PER_RD = parameter("patents_per_rd")
PATENT_QUALITY = parameter("patent_quality")
DECAY = parameter("knowledge_decay")
WAGE_SHARE = parameter("rd_wage_share")
CHALLENGE_HELP = parameter("challenge_help")

VALLEY_QUARTERS = 20  # from prototype to market: who is faster has crossed the valley of death

DRAW_TEST = purpose("stage test")
DRAW_PATENTS = purpose("patents")


@rule
def pay_research(flows: Vector, firm: Matrix, i: int, account: Vector, amount: float, wage_share: float) -> float:
    """Pay R&D: wages to households, the rest for inputs; returns what was paid."""
    paid = pay_split(flows, WAGES, INPUTS, firm[CASH], i, account, HOUSEHOLDS, account, REST, amount, wage_share)
    firm[RD, i] += paid
    firm[RD_YEAR_0, i] += paid
    return paid


@rule
def knowledge_ratio(region: Matrix, memory: Matrix, sector: int, r: int) -> float:
    """Knowledge stock of a sector in a region over the opening mean of the sector."""
    return float(region[KNOWLEDGE_0 + sector, r] / max(1e-9, memory[KNOWLEDGE_REF, sector]))


@rule
def research_block(firm: Matrix, firm_code: Codes, lo: int, hi: int, policy: Matrix, memory: Matrix, region: Matrix,
                   seed: int, t: int, flows: Vector, account: Vector, research: Matrix,
                   tally: Matrix) -> None:  # fmt: skip
    """Projects pay their research, patent and progress. region: knowledge; research: the slice of the block."""
    keep = 1.0 - annual_hazard(policy[DECAY, 0])
    for i in range(lo, hi):
        stage = firm_code[STAGE, i]
        if stage < 0:
            continue
        firm[RD, i] = 0.0
        firm[PATENTS, i] *= keep
        if stage >= MARKET:
            continue
        j, r = firm_code[SECTOR, i], firm_code[REGION, i]
        burn = policy[BURN + stage, j]
        spent = pay_research(flows, firm, i, account, min(burn, firm[CASH, i]), policy[WAGE_SHARE, 0])
        research[RESEARCH_0 + j, r] += spent
        add(tally, RD_SPENT, j, r, firm_code[ORIGIN, i], spent)
        patent(firm, firm_code, i, spent, policy, seed, t, tally)
        if firm_code[FAILED_TESTS, i] >= tests_allowed(firm, i, policy):
            continue
        firm[PROGRESS, i] += progress_made(
            spent, burn, policy[DURATION + stage, j], policy[ELASTICITY, 0], policy[SPILLOVER, 0],
            knowledge_ratio(region, memory, j, r),
        )  # fmt: skip


@block_kernel
def research(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, memory: Matrix, region: Matrix, seed: int,
             t: int, flows: Matrix, account: Matrix, slices: Cube, tally: Cube) -> None:  # fmt: skip
    """Research of projects, block by block."""
    for b in prange(count_blocks(used)):
        research_block(
            firm, firm_code, first_row(b), end_row(b, used), policy, memory, region, seed, t, flows[b], account[b],
            slices[b], tally[b],
        )  # fmt: skip


@kernel
def take_tests(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, seed: int, t: int, tally: Matrix,
               event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """Projects that are ready take their stage test, one after the other; returns events used."""
    for i in range(used):
        stage = firm_code[STAGE, i]
        if PROOF <= stage < MARKET and firm[PROGRESS, i] >= 1.0:
            if firm_code[FAILED_TESTS, i] < tests_allowed(firm, i, policy):
                event_used = take_test(firm, firm_code, i, policy, seed, t, tally, event, event_code, event_used)
    return event_used


@rule
def patents_drawn(mean: float, seed: int, identity: int, t: int) -> float:
    """How many patents a venture files, drawn around the mean."""
    return float(poisson(mean, uniform(seed, DRAW_PATENTS, identity, t)))


@rule
def patent(firm: Matrix, firm_code: Codes, i: int, spent: float, policy: Matrix, seed: int, t: int,
           tally: Matrix) -> None:  # fmt: skip
    """Patents of the quarter: Poisson(pi R) of quality e^(.3 z) for ventures, their mean for mature firms."""
    if spent <= 0.0:
        return
    count = policy[PER_RD, 0] * spent
    if firm_code[VENTURE, i] == 1:
        count = patents_drawn(count, seed, firm_code[ID, i], t)
    weighted = count * math.exp(policy[PATENT_QUALITY, 0] * firm[QUALITY, i])
    firm[PATENTS, i] += weighted
    tally[PATENTS_FILED, 0] += weighted


@rule
def take_test(firm: Matrix, firm_code: Codes, i: int, policy: Matrix, seed: int, t: int, tally: Matrix, event: Matrix,
              event_code: Codes, event_used: int) -> int:  # fmt: skip
    """One stage test: passing moves the project on, failing sets it back; the second failure ends it (at cash-out)."""
    stage = firm_code[STAGE, i]
    identity = firm_code[ID, i]
    ease = policy[INTERCEPT + stage, 0] + (policy[CHALLENGE_HELP, 0] if firm_code[CHALLENGE_UNTIL, i] >= t else 0.0)
    chance = pass_probability(ease, policy[SLOPE, 0], firm[QUALITY, i])
    tally[TESTED, stage] += 1.0
    listed = is_certified(firm_code, i, t)
    tally[TESTED_CERTIFIED, stage] += 1.0 if listed else 0.0
    if uniform(seed, DRAW_TEST, identity, t) >= chance:
        firm[PROGRESS, i] = policy[RETRY, 0]
        firm_code[FAILED_TESTS, i] += 1
        return note(event, event_code, event_used, TEST_FAILED, identity, -1, 0.0, float(stage))
    tally[PASSED, stage] += 1.0
    tally[PASSED_CERTIFIED, stage] += 1.0 if listed else 0.0
    firm_code[STAGE, i] = stage + 1
    firm_code[FAILED_TESTS, i] = 0
    firm[PROGRESS, i] = 0.0
    if stage + 1 == PROTOTYPE:
        tally[STARTED_PROTOTYPE, 0] += 1.0
        firm_code[PROTOTYPE_AT, i] = t
    if stage + 1 == MARKET:
        firm_code[MARKET_AT, i] = t
        if t - firm_code[PROTOTYPE_AT, i] <= VALLEY_QUARTERS:
            tally[CROSSED_VALLEY, 0] += 1.0
        tally[SERIAL_MARKET, 1 if firm_code[SERIAL, i] > 0 else 0] += 1.0
        if firm_code[ORIGIN, i] == UNIVERSITY:
            tally[CONVERTED, 0] += 1.0
    return note(event, event_code, event_used, STAGE_PASSED, identity, -1, 0.0, float(stage + 1))


def play(q: Quarter) -> None:
    """Projects at stages 0-2 do their research and take their tests."""
    s = q.state
    s.region.num[RESEARCH_0 : RESEARCH_0 + N_SECTORS] = 0.0
    slices = Slices(s.firm.used)
    research(q.threads)(
        s.firm.num, s.firm.code, s.firm.used, q.policy, s.memory, s.region.num, s.seed, s.quarter, slices.of(s.flows),
        slices.of(s.account), slices.of(s.region.num), slices.of(s.tally),
    )  # fmt: skip
    slices.fold()
    s.event.reserve(s.firm.used)
    s.event.used = take_tests(
        s.firm.num, s.firm.code, s.firm.used, q.policy, s.seed, s.quarter, s.tally, s.event.num, s.event.code,
        s.event.used,
    )  # fmt: skip


MECHANISM = Mechanism(
    key="development",
    question="How does a project become a product?",
    stages=(
        Stage("projects do research and take tests", play, "stages 0-2 pay research, progress, pass or fail, patent"),
    ),
    lines=("WAGE", "INP"),
    events=("test_passed", "test_failed"),
    indicators=("stage_pass_rate", "patents", "university_projects_converted"),
)
