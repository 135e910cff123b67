"""Fund-raising: managers raise funds, private partners answer past multiples, state money follows, fees are paid."""

from __future__ import annotations

import math

import numpy as np

from ..accounting.ledger import exact
from ..agents.investor import (
    COMMITTED_0, FOCUS, FUND_ALIVE, FUND_FREE, FUND_ID, FUND_REGION, GUIDED_FUND, HURDLE, INVESTED, KIND, LAST_FUND,
    LP_CENTRAL, LP_E, LP_H, LP_LOCAL, LP_STATE, MANAGER, MANAGER_FOCUS, MANAGER_REGION, MARKET_FUND, NATIONAL,
    NATIONAL_OFFER, OFFER_CENTRAL, OFFER_LOCAL, PARTNERS, PROMISE, RAISING, SIZE, STATUS, TARGET, TERM, VINTAGE,
    commitment_response, net_with_terms,
)  # fmt: skip
from ..agents.population import (
    HOUSEHOLDS, MEAN_MULTIPLE, PAST_COMMITTED, PAST_DRY, PAST_MULTIPLE, REF_DRY, REF_MULTIPLE, TYPE_SHARE,
    WAITING_MONEY,
)  # fmt: skip
from ..agents.tally import BELOW_MINIMUM, COMMITMENTS, FUND_CLOSED_EVENT, REFUSED_FUNDRAISING, note
from ..engine.draws import normal, purpose, uniforms
from ..engine.jit import kernel, open_rule, rule
from ..engine.table import Codes, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .capital_calls import FEE, call_secondary, fill_vehicle, pay_fees
from .guidance_terms import FIRST_LOSS_SHARE, GIVE_UP_SHARE, guidance_beside, write_terms
from .mechanism import Mechanism, Quarter, Stage

PRIVATE = parameter("private_commitments")
APPETITE = parameter("partner_appetite")
STATE_MONEY = parameter("state_commitments")
OUTCOME_WEIGHT = parameter("outcome_weight")
OUTCOME_ELASTICITY = parameter("outcome_elasticity")
RISK_AVERSION = parameter("lp_risk_aversion")
OVERHANG = parameter("overhang")
FLOOR = parameter("commitment_floor")
HOUSEHOLD_SHARE = parameter("household_share")
INVESTING = parameter("investing_quarters")
CARRY_SHARE = parameter("carried_interest")
PREFERRED_RETURN = parameter("preferred_return")
RERAISE = parameter("reraise_invested")
FIRST_CLOSE = parameter("first_close")
HURDLE_SPREAD = parameter("hurdle_spread")
FUND_TERM = parameter("fund_term")
SHARE_CAP = parameter("ggf_share_cap")
JOINT_CAP = parameter("joint_cap_multiple")
JOINT_MAXIMUM = parameter("joint_cap_maximum")
PARTNER_TAX = parameter("partner_tax")
CENTRAL_OFFER = parameter("ggf_central")
LOCAL_OFFER = parameter("ggf_local")
S_FUND = parameter("s_fund_public")
S_PRIVATE = parameter("secondary_private")
MEMORY_OF_MULTIPLES = parameter("history_of_multiples")

FOCUS_EARLY = parameter("focus_early")
FOCUS_GROWTH = parameter("focus_growth")
FOCUS_LATE = parameter("focus_late")
WITH_GUIDANCE = parameter("with_guidance_opening")

LOWEST_MULTIPLE = 0.05  # x paid-in: partners take no expectation below it
LOWEST_BACKED, HIGHEST_BACKED = 0.2, 0.95  # share of private money that goes to managers with guidance money
HOUSEHOLD_LIMIT = 0.1  # of household deposits a year, at most, into private commitments
VEHICLE_SHARE = 0.15  # of undrawn corporate commitments that the joint vehicle keeps in cash
TYPE_QUARTERS = 20.0  # over which the split of private money by type is remembered
MOST_QUARTERS = 1024  # vintages that a fund id has room for

DRAW_HURDLE = purpose("fund hurdle")
DRAW_ORDER = purpose("order of managers")


@kernel
def find_raising(manager: Matrix, manager_code: Codes, used: int, fund: Matrix, fund_code: Codes, t: int,
                 policy: Matrix) -> int:  # fmt: skip
    """A manager raises once its last fund is mostly invested or its investing period is over;
    returns how many raise.
    """
    raising = 0
    for m in range(used):
        last = manager_code[LAST_FUND, m]
        manager[OFFER_CENTRAL, m] = 0.0
        manager[OFFER_LOCAL, m] = 0.0
        manager_code[NATIONAL_OFFER, m] = 0
        manager_code[PROMISE, m] = -1
        ready = last < 0 or t - fund_code[VINTAGE, last] >= policy[INVESTING, 0]
        if last >= 0 and fund[INVESTED, last] >= policy[RERAISE, 0] * fund[SIZE, last]:
            ready = True
        manager_code[RAISING, m] = 1 if ready else 0
        raising += manager_code[RAISING, m]
    return raising


@kernel
def judge_types(multiples: Matrix, seen: Ints, memory: Matrix, policy: Matrix, weight: float, beside: float) -> None:
    """Risk-adjusted net multiple by fund type from the last closed holdings, shrunk towards the pooled mean.

    m_k = max(.05, mean - 1/2 rho sd) of the net multiples; weight n/(n + `weight`). Types with guidance money pass
    through its terms: first loss, and upside give-up on `beside` yuan of guidance money a yuan of private money.
    """
    pooled, pooled_square, count = 0.0, 0.0, 0.0
    means = np.zeros(6)
    spreads = np.zeros(6)
    for k in range(6):
        n = min(seen[k], multiples.shape[1])
        total, square = 0.0, 0.0
        first_loss = policy[FIRST_LOSS_SHARE, 0] if k >= 3 else 0.0
        given = policy[GIVE_UP_SHARE, 0] * beside if k >= 3 else 0.0
        for x in range(n):
            net = net_with_terms(
                multiples[k, x], policy[FEE, 0], policy[PREFERRED_RETURN, 0], policy[CARRY_SHARE, 0], 5.0,
                policy[PARTNER_TAX, 0], first_loss, given,
            )  # fmt: skip
            total += net
            square += net * net
        means[k] = total
        spreads[k] = square
        pooled += total
        pooled_square += square
        count += n
    if count == 0.0:
        return
    pooled_sd = math.sqrt(max(0.0, pooled_square / count - (pooled / count) * (pooled / count)))
    adjusted = max(LOWEST_MULTIPLE, pooled / count - 0.5 * policy[RISK_AVERSION, 0] * pooled_sd)
    memory[MEAN_MULTIPLE, 6] = adjusted
    for k in range(6):
        n = float(min(seen[k], multiples.shape[1]))
        own = adjusted
        if n > 0.0:
            mean = means[k] / n
            sd = math.sqrt(max(0.0, spreads[k] / n - mean * mean))
            own = mean - 0.5 * policy[RISK_AVERSION, 0] * sd
        memory[MEAN_MULTIPLE, k] = max(LOWEST_MULTIPLE, (n * own + weight * adjusted) / (n + weight))


def opening_shares(policy: Floats) -> Floats:
    """Usual split of private money: by focus, without and with guidance money."""
    focus = policy[[FOCUS_EARLY, FOCUS_GROWTH, FOCUS_LATE], 0]
    backed = policy[WITH_GUIDANCE, 0]
    shares: Vector = np.concatenate([(1.0 - backed) * focus, backed * focus]) / focus.sum()
    return shares


def private_money(q: Quarter) -> Floats:
    """Private commitments of the quarter by type (focus without, focus with guidance money), CNY mn.

    C_k = scale c/4 w_k [(1-kappa) + kappa (m_k/m*)^lambda] (dry/dry*)^-overhang, w_k = usual share tilted by
    (m_k/mean)^lambda.
    """
    s, p, money = q.state, q.policy, np.empty(6)
    judge_types(s.multiples, s.multiples_seen, s.memory, p, p[MEMORY_OF_MULTIPLES, 0], guidance_beside(s))
    known = s.memory[REF_DRY, 0] > 0.0 and s.past[PAST_DRY, 0] > 0.0
    dry = s.past[PAST_DRY, 0] / s.memory[REF_DRY, 0] if known else 1.0
    base = p[PRIVATE, 0] * p[APPETITE, 0] * 1000.0 * s.scale / 4.0
    commit_privately(p, s.memory, opening_shares(p), base, dry, s.account[HOUSEHOLDS], money)
    s.now[PAST_MULTIPLE] = s.memory[MEAN_MULTIPLE, 6]
    return money


@rule
def tilt(weights: Vector, usual: Vector, memory: Matrix, elasticity: float, offered: bool) -> None:
    """Split of private money by type: the usual one tilted to what paid well, with or without guidance money; without
    any on offer nobody waits for it.
    """
    mean, total, backed, usually_backed = 0.0, 0.0, 0.0, 0.0
    for k in range(6):
        mean += usual[k] * memory[MEAN_MULTIPLE, k]
    for k in range(6):
        weights[k] = usual[k] * power(memory[MEAN_MULTIPLE, k] / mean, elasticity)
        if k < 3 or offered:
            total += weights[k]
    for k in range(6):
        weights[k] = weights[k] / total if k < 3 or offered else 0.0
    if not offered:
        return
    for k in range(3, 6):
        backed += weights[k]
        usually_backed += usual[k]
    kept = min(HIGHEST_BACKED, max(LOWEST_BACKED, backed))
    for k in range(3):
        plain = weights[k] / (1.0 - backed) if backed < 1.0 else usual[3 + k] / usually_backed
        weights[3 + k] *= kept / backed
        weights[k] = (1.0 - kept) * plain


@kernel
def commit_privately(policy: Matrix, memory: Matrix, usual: Vector, base: float, dry: float, savings: float,
                     money: Vector) -> None:  # fmt: skip
    """Fill `money` with the private commitments of the quarter by type; the split is remembered.

    base: usual commitments of a quarter; dry: dry powder over its reference; savings: deposits of households (CNY mn).
    """
    weights = np.empty(6)
    offered = policy[CENTRAL_OFFER, 0] + policy[LOCAL_OFFER, 0] > 0.0
    tilt(weights, usual, memory, policy[OUTCOME_ELASTICITY, 0], offered)
    reference, total = memory[REF_MULTIPLE, 0], 0.0
    for k in range(6):
        relative = memory[MEAN_MULTIPLE, k] / reference if reference > 0.0 else 1.0
        money[k] = base * weights[k] * commitment_response(
            policy[OUTCOME_WEIGHT, 0], relative, policy[OUTCOME_ELASTICITY, 0], dry, policy[OVERHANG, 0]
        )
        total += money[k]
        memory[TYPE_SHARE, k] += (weights[k] - memory[TYPE_SHARE, k]) * 2.0 / (TYPE_QUARTERS + 1.0)
    target = min(max(total, policy[FLOOR, 0] * base), HOUSEHOLD_LIMIT / 4.0 * max(0.0, savings))
    if total > 0.0:
        for k in range(6):
            money[k] *= target / total


@open_rule
def power(x: float, exponent: float) -> float:
    """x^exponent by the compiled power, so that the result has the same bits everywhere in the model."""
    return math.pow(max(x, 1e-9), exponent)


@kernel
def close_funds(order: Ints, rows: Ints, manager: Matrix, manager_code: Codes, money: Vector, state_share: float,
                fund: Matrix, fund_code: Codes, t: int, seed: int, policy: Matrix, placed: Vector, event: Matrix,
                event_code: Codes, event_used: int, tally: Matrix) -> int:  # fmt: skip
    """Who has waited longest is filled first, up to its target: guidance money up to its cap, private and other state
    money for the rest.

    money: private by type (0-5), other state money (6); what is left stays in it. Returns events used.
    """
    closed = 0
    for k in range(order.shape[0]):
        m = order[k]
        offer = manager[OFFER_CENTRAL, m] + manager[OFFER_LOCAL, m]
        kind = manager_code[MANAGER_FOCUS, m] + (3 if offer > 0.0 else 0)
        levels = (1 if manager[OFFER_CENTRAL, m] > 0.0 else 0) + (1 if manager[OFFER_LOCAL, m] > 0.0 else 0)
        cap = policy[SHARE_CAP, 0] if levels == 1 else min(
            policy[JOINT_MAXIMUM, 0], policy[JOINT_CAP, 0] * policy[SHARE_CAP, 0]
        )
        offer = min(offer, cap * manager[TARGET, m])
        rest = manager[TARGET, m] - offer
        private = min(money[kind], rest * (1.0 - state_share))
        state = min(money[6], rest * state_share)
        guidance = offer if cap >= 1.0 else min(offer, cap / (1.0 - cap) * (private + state))
        size = private + state + guidance
        if size < policy[FIRST_CLOSE, 0] * manager[TARGET, m]:
            tally[REFUSED_FUNDRAISING, BELOW_MINIMUM] += 1.0
            continue
        money[kind] -= private
        money[6] -= state
        f = rows[closed]
        closed += 1
        open_fund(
            fund, fund_code, f, m, manager_code, kind >= 3, private, state, guidance, manager, t, seed, policy, placed
        )
        for partner in range(PARTNERS):
            tally[COMMITMENTS, partner] += fund[COMMITTED_0 + partner, f]
        event_used = note(
            event, event_code, event_used, FUND_CLOSED_EVENT, -1, fund_code[FUND_ID, f], size, guidance / size
        )
    return event_used


@rule
def open_fund(fund: Matrix, fund_code: Codes, f: int, m: int, manager_code: Codes, backed: bool, private: float,
              state: float, guidance: float, manager: Matrix, t: int, seed: int, policy: Matrix,
              placed: Vector) -> None:  # fmt: skip
    """Write a new fund into row f with the commitments of its partners."""
    fund_code[FUND_ID, f] = m * MOST_QUARTERS + t + 1  # 0 is the standing secondary fund
    fund_code[STATUS, f] = FUND_ALIVE
    fund_code[MANAGER, f] = m
    fund_code[VINTAGE, f] = t
    fund_code[FOCUS, f] = manager_code[MANAGER_FOCUS, m]
    fund_code[KIND, f] = GUIDED_FUND if backed else MARKET_FUND
    fund_code[FUND_REGION, f] = manager_code[MANAGER_REGION, m]
    fund_code[TERM, f] = int(4.0 * policy[FUND_TERM, 0])
    fund_code[NATIONAL, f] = manager_code[NATIONAL_OFFER, m]
    offered = manager[OFFER_CENTRAL, m] + manager[OFFER_LOCAL, m]
    central = guidance * manager[OFFER_CENTRAL, m] / offered if offered > 0.0 else 0.0
    household = private * policy[HOUSEHOLD_SHARE, 0]
    fund[COMMITTED_0 + LP_H, f] = exact(household)
    fund[COMMITTED_0 + LP_E, f] = exact(private - household)
    fund[COMMITTED_0 + LP_CENTRAL, f] = exact(central)
    fund[COMMITTED_0 + LP_LOCAL, f] = exact(guidance - central)
    fund[COMMITTED_0 + LP_STATE, f] = exact(state)
    if backed:
        write_terms(fund, fund_code, f, manager_code[PROMISE, m], policy)
    placed[0 if manager_code[NATIONAL_OFFER, m] == 0 else 1] += fund[COMMITTED_0 + LP_CENTRAL, f]
    placed[2 + manager_code[MANAGER_REGION, m]] += fund[COMMITTED_0 + LP_LOCAL, f]
    total = 0.0
    for k in range(PARTNERS):
        total += fund[COMMITTED_0 + k, f]
    fund[SIZE, f] = total
    fund[HURDLE, f] = math.exp(policy[HURDLE_SPREAD, 0] * normal(seed, DRAW_HURDLE, fund_code[FUND_ID, f], 0))
    manager_code[LAST_FUND, m] = f


def free_fund_rows(q: Quarter, count: int) -> Ints:
    """Rows for new funds: those that no manager filled last time, then fresh ones (closed funds keep their rows)."""
    fund = q.state.fund
    free = np.flatnonzero(fund.code[STATUS, : fund.used] == FUND_FREE)[:count]
    first = fund.append(count - len(free)) if count > len(free) else 0
    return np.concatenate([free, np.arange(first, first + count - len(free))]).astype(np.int64)


def play_ready(q: Quarter) -> None:
    """Managers look whether it is time to raise the next fund."""
    s = q.state
    q.scratch["raising"] = find_raising(
        s.manager.num, s.manager.code, s.manager.used, s.fund.num, s.fund.code, s.quarter, q.policy
    )


def play_raise(q: Quarter) -> None:
    """Private, state and guidance money meet the managers who raise; funds close."""
    s, p = q.state, q.policy
    raising = q.scratch["raising"]
    private = private_money(q)
    fresh = np.append(private, p[STATE_MONEY, 0] * 1000.0 * s.scale / 4.0)
    s.now[PAST_COMMITTED] = float(private.sum())
    money = fresh + s.memory[WAITING_MONEY, :7]
    placed = np.zeros(8)
    order = waiting_order(q)
    rows = free_fund_rows(q, raising)
    s.event.reserve(raising)
    s.event.used = close_funds(
        order, rows, s.manager.num, s.manager.code, money, money[6] / money.sum() if money.sum() > 0.0 else 0.0,
        s.fund.num, s.fund.code, s.quarter, s.seed, p, placed, s.event.num, s.event.code, s.event.used, s.tally,
    )  # fmt: skip
    s.memory[WAITING_MONEY, :7] = np.minimum(money, fresh)
    q.scratch["placed"] = placed
    feed_secondary_fund(q, float(private.sum()))


def waiting_order(q: Quarter) -> Ints:
    """Raising managers, the one whose last fund is oldest first, ties in keyed order."""
    s = q.state
    rows = np.flatnonzero(s.manager.code[RAISING, : s.manager.used] == 1)
    last = s.manager.code[LAST_FUND, rows]
    vintage = np.where(last >= 0, s.fund.code[VINTAGE, last], -1)
    return rows[np.lexsort((rows, uniforms(s.seed, DRAW_ORDER, rows, s.quarter), vintage))]


def feed_secondary_fund(q: Quarter, private: float) -> None:
    """Public and private money for the standing secondary fund, called at once."""
    s, p = q.state, q.policy
    if not q.on("secondary"):
        return
    public = exact(p[S_FUND, 0] * 1000.0 * s.scale / 4.0)
    own = exact(p[S_PRIVATE, 0] * private)
    s.fund.num[COMMITTED_0 + LP_H, 0] = own
    s.fund.num[COMMITTED_0 + LP_CENTRAL, 0] = public
    s.fund.num[SIZE, 0] += own + public
    if own + public > 0.0:
        call_secondary(s.fund.num, s.fund.code, own + public, s.account, s.region.num, s.flows, s.tally, s.cost)


def play_fees(q: Quarter) -> None:
    """Corporate partners fill their vehicle; funds pay management fees."""
    s, p = q.state, q.policy
    undrawn = s.fund.num[COMMITTED_0 + LP_E, 1 : s.fund.used] * (s.fund.code[STATUS, 1 : s.fund.used] == FUND_ALIVE)
    yearly = p[PRIVATE, 0] * 1000.0 * s.scale * (1.0 - p[HOUSEHOLD_SHARE, 0])
    target = VEHICLE_SHARE * float(undrawn.sum()) + yearly / 4.0
    fill_vehicle(s.firm.num, s.firm.code, s.firm.used, s.account, s.flows, target)
    pay_fees(s.fund.num, s.fund.code, s.fund.used, s.quarter, p, s.account, s.region.num, s.flows, s.tally, s.cost)


MECHANISM = Mechanism(
    key="fundraising",
    question="Who gives money to funds, and what makes them give more?",
    stages=(
        Stage("managers get ready", play_ready, "managers whose last fund is mostly invested raise the next one"),
        Stage("funds close", play_raise, "private partners follow past multiples, state and guidance money join"),
        Stage("fees are paid", play_fees, "corporate partners fill their vehicle; funds pay their managers"),
    ),
    lines=("CALL", "MFEE", "CORP"),
    events=("fund_closed",),
    indicators=("social_commitments", "government_commitment_share", "dry_powder"),
)
