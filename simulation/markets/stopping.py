"""Stopping: projects that failed their tests or ran out of cash, and enterprises in default, are wound up."""

from __future__ import annotations

from ..accounting.chart import F
from ..agents.bank import BORROWER, LOAN_OPEN
from ..agents.enterprise import (
    ARREARS, BIRTH, CASH, DEFAULTED_AT, FAILED_TESTS, FIRST_ROUND, GAP, ID, LAST_ROUND, PILOT, PUBLIC, QUEUE, SECTOR,
    STAGE, VENTURE, average,
)  # fmt: skip
from ..agents.insolvency import liquidate
from ..agents.investor import HOLDER_SECTOR
from ..agents.population import LGD
from ..agents.strategic import tests_allowed
from ..agents.tally import EXITS, EXIT_HOLDINGS, LOAN_LOSSES, STOP, WRITE_OFF_EXIT, note
from ..agents.valuation import BURN
from ..engine.claims import chains
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .credit import CAPITAL_SALE, LEAVE, is_leaving
from .guarantee import call_guarantees
from .mechanism import Mechanism, Quarter, Stage

HAZARD = parameter("stop_hazard")
LOW_CASH = parameter("stop_cash")
PATIENCE = parameter("stop_quarters")

DRAW_STOP = purpose("stops for want of cash")
GOES_ON, FAILED_ITS_TESTS, NO_CASH, DEFAULTED, CLOSES, STARTS_AFRESH = range(6)


@rule
def has_venture_risk(firm_code: Codes, i: int) -> bool:
    """Whether firm i was born as a project and is not listed yet: nobody else fails tests or runs out of cash."""
    return bool(firm_code[VENTURE, i] == 1 and firm_code[STAGE, i] != PUBLIC)


@rule
def must_stop(firm: Matrix, firm_code: Codes, i: int, indebted: bool, policy: Matrix, seed: int, t: int) -> int:
    """Why an enterprise stops; GOES_ON if it does not, STARTS_AFRESH if it survives a default that was resolved."""
    stage = firm_code[STAGE, i]
    if not has_venture_risk(firm_code, i):
        if firm_code[DEFAULTED_AT, i] < 0 or indebted:
            return GOES_ON
        leaves = stage != PUBLIC and is_leaving(seed, firm_code[ID, i], t, policy[LEAVE, 0])
        return CLOSES if leaves else STARTS_AFRESH
    if firm_code[FAILED_TESTS, i] >= tests_allowed(firm, i, policy):
        return FAILED_ITS_TESTS
    if firm_code[DEFAULTED_AT, i] >= 0:
        return DEFAULTED
    need = firm[GAP, i] + (policy[BURN + stage, firm_code[SECTOR, i]] if stage <= PILOT else 0.0)
    quiet = t - max(firm_code[LAST_ROUND, i], firm_code[BIRTH, i]) >= policy[PATIENCE, 0]
    if stage <= QUEUE and quiet and firm[CASH, i] < policy[LOW_CASH, 0] * need:
        return NO_CASH if uniform(seed, DRAW_STOP, firm_code[ID, i], t) < policy[HAZARD, 0] else GOES_ON
    return GOES_ON


@kernel
def stop(firm: Matrix, firm_code: Codes, used: int, loan: Matrix, loan_code: Codes, loan_head: Ints, loan_next: Ints,
         holding: Matrix, holding_code: Codes, head: Ints, following: Ints, fund: Matrix, fund_code: Codes,
         bank: Matrix, region: Matrix, account: Vector, flows: Vector, changes: Cube, multiples: Matrix, seen: Ints,
         policy: Matrix, seed: int, t: int, tally: Matrix, cost: Cube, event: Matrix, event_code: Codes,
         event_used: int) -> int:  # fmt: skip
    """Wind up whoever must stop; a firm that survives its resolved default starts afresh. Returns events used."""
    for i in range(used):
        if firm_code[STAGE, i] < 0 or (firm_code[DEFAULTED_AT, i] < 0 and not has_venture_risk(firm_code, i)):
            continue
        reason = must_stop(firm, firm_code, i, loan_head[i] >= 0, policy, seed, t)
        if reason == STARTS_AFRESH:
            firm_code[DEFAULTED_AT, i] = -1
            firm_code[ARREARS, i] = 0
        if reason in (GOES_ON, STARTS_AFRESH):
            continue
        stage = firm_code[STAGE, i]
        if firm_code[FIRST_ROUND, i] >= 0:
            tally[EXITS, WRITE_OFF_EXIT] += 1.0
            h = head[i]
            while h >= 0:
                if holding_code[HOLDER_SECTOR, h] == F:
                    tally[EXIT_HOLDINGS, WRITE_OFF_EXIT] += 1.0
                h = following[h]
        event_used = call_guarantees(
            i, loan_head, loan_next, firm_code, loan, loan_code, bank, region, account, flows, tally, cost, event,
            event_code, event_used,
        )  # fmt: skip
        liquidate(
            i, policy[CAPITAL_SALE, 0], t, firm, firm_code, loan, loan_code, loan_head, loan_next, holding,
            holding_code, head, following, fund, fund_code, bank, region, account, flows, changes, multiples, seen,
            tally, cost,
        )  # fmt: skip
        event_used = note(event, event_code, event_used, STOP, firm_code[ID, i], reason, 0.0, float(stage))
    return event_used


def play(q: Quarter) -> None:
    """Whoever must stop is wound up."""
    s = q.state
    head, following = q.holders()
    loan_head, loan_next = chains(s.loan, BORROWER, LOAN_OPEN, s.firm.used)
    s.event.reserve(s.firm.used + s.loan.used)
    s.event.used = stop(
        s.firm.num, s.firm.code, s.firm.used, s.loan.num, s.loan.code, loan_head, loan_next, s.holding.num,
        s.holding.code, head, following, s.fund.num, s.fund.code, s.bank.num, s.region.num, s.account, s.flows,
        s.changes, s.multiples, s.multiples_seen, q.policy, s.seed, s.quarter, s.tally, s.cost, s.event.num,
        s.event.code, s.event.used,
    )  # fmt: skip
    q.holdings_changed()
    if s.tally[LOAN_LOSSES, 1] > 0.0:
        s.memory[LGD, 0] = average(s.memory[LGD, 0], s.tally[LOAN_LOSSES, 0] / s.tally[LOAN_LOSSES, 1], 8.0)


MECHANISM = Mechanism(
    key="stopping",
    question="When does an enterprise give up, and who gets what is left?",
    stages=(Stage("enterprises stop", play, "failed, penniless and defaulted enterprises are wound up, banks first"),),
    lines=("LIQ", "RECO", "DIV"),
    events=("death",),
    indicators=("exits_writeoff", "valley_survival"),
)
