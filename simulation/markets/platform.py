"""The industry-finance platform: enterprises register, institutions cooperate, and members find and know each other."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import OPERATING_CENTRAL
from ..accounting.ledger import pay
from ..agents.bank import N_BANKS, PLATFORM_BANK, SHARE
from ..agents.enterprise import BANK, ID, MEMBER_AT, PROOF, STAGE, VENTURE
from ..agents.information import INSTITUTIONS, PLATFORM_DEPTH
from ..agents.investor import MANAGER, ON_PLATFORM, TARGET
from ..agents.national import Values, money, share
from ..agents.population import HOUSEHOLDS, PAST_PLATFORM, TREASURY, Population
from ..agents.tally import ADMINISTRATION, CENTRAL, COST_DEPTH, COST_PLATFORM, MEMBERSHIP, PLATFORM_PAID, note
from ..engine.draws import purpose, uniform, uniforms
from ..engine.jit import kernel, open_rule, rule
from ..engine.table import Codes, Floats, Matrix
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage

BANK_PART = parameter("platform_bank_share")
JOIN_ALONE = parameter("platform_joining")
JOIN_OTHERS = parameter("platform_imitation")
INSTITUTION_COST = parameter("platform_cost")
DEPTH_COST = parameter("platform_depth_cost")

DRAW_JOIN = purpose("joins the platform")
DRAW_ASK = purpose("asks a bank of the platform")
DRAW_BANK_ASKED = purpose("bank of the platform asked")
DRAW_MANAGER = purpose("last manager on the platform")


@open_rule
def joining_chance(members: float, alone: float, imitation: float) -> float:
    """Chance that an enterprise registers in a quarter: p_m + q_m m, m = members as a share of enterprises."""
    return min(1.0, alone + imitation * members)


@open_rule
def cooperating_banks(institutions: float, part: float, banks: int) -> int:
    """How many of the cooperating institutions are banks: min(all banks, round(part x N))."""
    return min(banks, int(part * institutions + 0.5))


@rule
def bank_asked(firm_code: Codes, i: int, bank: Matrix, policy: Matrix, seed: int, t: int) -> int:
    """The bank to which firm i applies: its main bank; a member whose main bank is not on the platform turns to one
    that is, with the platform's depth as the chance, drawn in proportion to size.
    """
    own = firm_code[BANK, i]
    if firm_code[MEMBER_AT, i] < 0 or policy[PLATFORM_DEPTH, 0] <= 0.0 or bank[PLATFORM_BANK, own] > 0.0:
        return int(own)
    if uniform(seed, DRAW_ASK, firm_code[ID, i], t) >= policy[PLATFORM_DEPTH, 0]:
        return int(own)
    total = 0.0
    for b in range(bank.shape[1]):
        total += bank[PLATFORM_BANK, b] * bank[SHARE, b]
    target = uniform(seed, DRAW_BANK_ASKED, firm_code[ID, i], t) * total
    for b in range(bank.shape[1]):
        target -= bank[PLATFORM_BANK, b] * bank[SHARE, b]
        if target < 0.0:
            return b
    return int(own)


@kernel
def count_members(firm_code: Codes, used: int) -> tuple[int, int]:
    """Enterprises and projects that are alive, and those of them on the platform."""
    alive, members = 0, 0
    for i in range(used):
        if firm_code[STAGE, i] >= PROOF:
            alive += 1
            members += 1 if firm_code[MEMBER_AT, i] >= 0 else 0
    return alive, members


@kernel
def join(firm_code: Codes, used: int, chance: float, seed: int, t: int, event: Matrix, event_code: Codes,
         event_used: int) -> int:  # fmt: skip
    """Enterprises register one by one, by a draw of their own; the register names ventures. Returns events used."""
    for i in range(used):
        if firm_code[STAGE, i] < PROOF or firm_code[MEMBER_AT, i] >= 0:
            continue
        if uniform(seed, DRAW_JOIN, firm_code[ID, i], t) < chance:
            firm_code[MEMBER_AT, i] = t
            if firm_code[VENTURE, i] == 1:
                event_used = note(event, event_code, event_used, MEMBERSHIP, firm_code[ID, i], -1, 0.0, 0.0)
    return event_used


def name_institutions(state: Population, institutions: float, bank_part: float) -> None:
    """Banks, largest first, and managers, largest first, are on the platform; managers are as thinned as the model.

    A fraction of a manager stands for a chance: the next one in size is there if its own draw lies below it.
    """
    bank, fund, manager = state.bank.num, state.fund, state.manager
    banks = cooperating_banks(institutions, bank_part, N_BANKS)
    bank[PLATFORM_BANK] = 0.0
    bank[PLATFORM_BANK, np.argsort(-bank[SHARE], kind="stable")[:banks]] = 1.0
    rows = np.arange(manager.used)
    largest = np.lexsort((rows, -manager.num[TARGET, : manager.used]))
    wanted = min(float(manager.used), max(0.0, institutions - banks) * state.scale)
    present = np.zeros(manager.used, dtype=np.int64)
    present[largest[: int(wanted)]] = 1
    following = largest[int(wanted) : int(wanted) + 1]
    present[following] = uniforms(state.seed, DRAW_MANAGER, following, 0) < wanted - int(wanted)
    fund.code[ON_PLATFORM, 1 : fund.used] = present[fund.code[MANAGER, 1 : fund.used]]


def pay_costs(q: Quarter) -> None:
    """The central government pays for each institution, and for the square of the platform's depth."""
    s, p = q.state, q.policy
    yearly = (
        (COST_PLATFORM, p[INSTITUTION_COST, 0] * p[INSTITUTIONS, 0]),
        (COST_DEPTH, p[DEPTH_COST, 0] * p[PLATFORM_DEPTH, 0] * p[PLATFORM_DEPTH, 0]),
    )
    for lever, amount in yearly:
        paid = pay(s.flows, OPERATING_CENTRAL, s.account, TREASURY, s.account, HOUSEHOLDS, amount * s.scale / 4.0)
        s.cost[lever, CENTRAL, ADMINISTRATION] += paid


def play_platform(q: Quarter) -> None:
    """Institutions of the quarter are named, costs paid, and enterprises register."""
    s, p = q.state, q.policy
    name_institutions(s, float(p[INSTITUTIONS, 0]), float(p[BANK_PART, 0]))
    if p[INSTITUTIONS, 0] <= 0.0:
        return
    pay_costs(q)
    alive, members = count_members(s.firm.code, s.firm.used)
    chance = joining_chance(members / max(1, alive), p[JOIN_ALONE, 0], p[JOIN_OTHERS, 0])
    s.event.reserve(alive - members)
    s.event.used = join(
        s.firm.code, s.firm.used, chance, s.seed, s.quarter, s.event.num, s.event.code, s.event.used
    )


def play_count(q: Quarter) -> None:
    """What members lent and paid each other this quarter goes into the series."""
    q.state.now[PAST_PLATFORM] = float(q.state.tally[PLATFORM_PAID].sum())


def measure(s: Population, p: Floats) -> Values:
    """Financing between members, and its growth over a year."""
    year, before = float(s.past[PAST_PLATFORM, :4].sum()), float(s.past[PAST_PLATFORM, 4:8].sum())
    return {
        "platform_financing": money(s, s.past[PAST_PLATFORM, 0]),
        "platform_financing_growth": share(year - before, before),
    }


MECHANISM = Mechanism(
    key="platform",
    question="Does it help enterprises and financiers to meet on one platform?",
    core=False,
    neutral={"platform_institutions": 0.0, "platform_depth": 0.0},
    stages=(
        Stage("platform registers", play_platform, "institutions are named and paid for, enterprises register"),
        Stage("platform financing", play_count, "loans and equity between members of the quarter are added up"),
    ),
    lines=("OPER",),
    events=("membership",),
    indicators=("platform_financing", "platform_financing_growth"),
    measure=measure,
)
