"""Equity: enterprises seek rounds, lead funds value and choose, insiders and syndicates join, cash is paid."""

from __future__ import annotations

import math

import numpy as np

from ..agents.balances import column_sum
from ..agents.enterprise import (
    BELIEF, CAPEX_WANTED, CASH, FAILED_TESTS, FIRST_ROUND, GAP, ID, LAST_ROUND, MARKET, N_REGIONS, ORIGIN, PILOT, PROOF,
    PROTOTYPE, REGION, SECTOR, STAGE, VALUE, VENTURE, average, clip,
)  # fmt: skip
from ..agents.government import BONDS_OUT, PURSE, REVENUE
from ..agents.information import meeting_chance
from ..agents.investor import (
    CALLED, COMMITTED_0, DEALS, DUTY_LEFT, FOCUS, FUND_ALIVE, FUND_ID, FUND_REGION, GUIDED_FUND, HURDLE, KIND, LP_E,
    LP_LOCAL, LP_STATE, NATIONAL, ON_PLATFORM, PACE, PACE_EARLY, SIZE, STATUS, UNUSED, UNUSED_EARLY, VINTAGE,
    price_of_round,
)  # fmt: skip
from ..agents.population import (
    CORPORATE, NEXT_GAP, NEXT_ROUND, PAST_EQUITY, PAST_PRESSURE_0, RAISED, RAISED_NEXT, REF_PRESSURE_0,
)  # fmt: skip
from ..agents.strategic import tests_allowed
from ..agents.tally import (
    BELOW_BAR, ENTERPRISE_REFUSED, EQUITY_PAID, EQUITY_SOUGHT, LATER_ROUNDS, LATER_WAIT, NO_MEETING, NO_MONEY,
    REFUSED_EQUITY, SEEKING, SEEKING_FIRST, SEEKING_STAGE, add,
)  # fmt: skip
from ..agents.valuation import BURN, TICKET, clause_odds, project_ticket, value_company
from ..engine.draws import normal_cdf, purpose, uniform, uniforms
from ..engine.jit import kernel, rule
from ..engine.matching import first_above
from ..engine.table import Codes, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .capital_calls import DEBT_CAP, FEE, FEE_QUARTERS
from .fundraising import INVESTING
from .guidance_terms import GUIDANCE_BAR, TOLERANCE, TOLERANT_BAR, duty_share, early_bar, lead_bonus, mandate_of
from .mechanism import Mechanism, Quarter, Stage
from .rounds import EARLY, LATER_BAR, MOST_GIVERS, ROUND_QUARTERS, ROUND_WEIGHT, budget_of, close_rounds

MEETING_HELD = parameter("meeting_with_holders")
HOME_BIAS = parameter("home_bias")
BARGAINING = parameter("bargaining")
PRESSURE = parameter("price_pressure")
PRICE_FLOOR = parameter("price_floor")
TICKET_FLOOR = parameter("ticket_3_floor")
TICKET_COVER = parameter("ticket_cover")
CAPEX_SHARE = parameter("ticket_capex_share")
FIRST_BAR = parameter("first_round_bar")
FOLLOW_ON = parameter("follow_on_preference")
CARRY_OVER = parameter("pace_carry")
REFUSAL = parameter("enterprise_refusal")
RUNWAY = parameter("runway_seek")
SMALLEST_NEED = parameter("smallest_need")
SPACING = parameter("round_spacing")

ALMOST = 0.999  # of what partners could pay, so that rounding never asks for more

DRAW_MEETING = purpose("meets a financier")
DRAW_LEAD = purpose("lead fund met")
DRAW_TURN = purpose("turn of a lead fund")
DRAW_REFUSAL = purpose("enterprise refuses government money")


@rule
def pace_of(dry: float, quarters_left: float) -> float:
    """What a fund invests in a quarter: dry powder over the quarters left of its investing period (CNY mn)."""
    return max(0.0, dry) / max(1.0, quarters_left)


@kernel
def set_pace(fund: Matrix, fund_code: Codes, used: int, t: int, policy: Matrix, account: Vector,
             region: Matrix) -> None:  # fmt: skip
    """Each fund plans its quarter: pace, what it carried over, and what guidance money keeps for early projects."""
    for f in range(1, used):
        fund[PACE, f] = 0.0
        fund[PACE_EARLY, f] = 0.0
        fund_code[DEALS, f] = 0
        age = t - fund_code[VINTAGE, f]
        if fund_code[STATUS, f] != FUND_ALIVE or age >= policy[INVESTING, 0]:
            continue
        fees = policy[FEE, 0] / 4.0 * fund[SIZE, f] * max(0.0, policy[FEE_QUARTERS, 0] - age)
        dry = max(0.0, fund[SIZE, f] - fund[CALLED, f] - fees)
        base = pace_of(dry, policy[INVESTING, 0] - age)
        limit = policy[CARRY_OVER, 0] * base
        ring = 0.0
        if fund_code[KIND, f] == GUIDED_FUND and fund_code[FOCUS, f] != EARLY and fund_code[NATIONAL, f] == 0:
            ring = mandate_of(fund, fund_code, f, policy) * base
            fund[PACE_EARLY, f] = min(ring + fund[UNUSED_EARLY, f], dry)
        fund[PACE, f] = min(base - ring + min(fund[UNUSED, f], limit), dry - fund[PACE_EARLY, f])
    limit_to_means(fund, fund_code, used, policy, account, region)


@rule
def limit_to_means(fund: Matrix, fund_code: Codes, used: int, policy: Matrix, account: Vector, region: Matrix) -> None:
    """Funds plan no more than the corporate vehicle, and local governments at their debt cap, could pay together."""
    corporate = 0.0
    local = np.zeros(region.shape[1])
    for f in range(1, used):
        plan = (fund[PACE, f] + fund[PACE_EARLY, f]) / max(1e-9, fund[SIZE, f])
        corporate += plan * fund[COMMITTED_0 + LP_E, f]
        local[fund_code[FUND_REGION, f]] += plan * (fund[COMMITTED_0 + LP_LOCAL, f] + fund[COMMITTED_0 + LP_STATE, f])
    for f in range(1, used):
        r = fund_code[FUND_REGION, f]
        able = 1.0
        if fund[COMMITTED_0 + LP_E, f] > 0.0 and corporate > account[CORPORATE]:
            able = ALMOST * max(0.0, account[CORPORATE]) / corporate
        capped = region[BONDS_OUT, r] > policy[DEBT_CAP, 0] * region[REVENUE, r]
        has_local = fund[COMMITTED_0 + LP_LOCAL, f] + fund[COMMITTED_0 + LP_STATE, f] > 0.0
        if capped and has_local and local[r] > region[PURSE, r]:
            able = min(able, ALMOST * max(0.0, region[PURSE, r]) / local[r])
        fund[PACE, f] *= able
        fund[PACE_EARLY, f] *= able


@rule
def round_size(firm: Matrix, firm_code: Codes, i: int, policy: Matrix) -> float:
    """Money sought: the stage's ticket, or at the market stage clip(6 (gap + .7 growth investment), floor, ticket)."""
    stage = firm_code[STAGE, i]
    if stage < MARKET:
        return project_ticket(policy, stage, firm_code[SECTOR, i])
    wanted = policy[TICKET_COVER, 0] * (firm[GAP, i] + policy[CAPEX_SHARE, 0] * firm[CAPEX_WANTED, i])
    return clip(wanted, policy[TICKET_FLOOR, 0], policy[TICKET + 3, 0])


@rule
def is_seeking(firm: Matrix, firm_code: Codes, i: int, t: int, policy: Matrix) -> bool:
    """An enterprise looks for investors when cash covers less than three quarters of its needs, not right after a
    round.
    """
    stage = firm_code[STAGE, i]
    if stage < PROOF or stage > MARKET or firm_code[VENTURE, i] == 0:
        return False
    if firm_code[FAILED_TESTS, i] >= tests_allowed(firm, i, policy):
        return False
    need = firm[GAP, i] + (policy[BURN + stage, firm_code[SECTOR, i]] if stage < MARKET else 0.0)
    if stage >= PILOT:
        need += policy[CAPEX_SHARE, 0] * firm[CAPEX_WANTED, i]
    recent = firm_code[LAST_ROUND, i] >= 0 and t - firm_code[LAST_ROUND, i] < policy[SPACING, 0]
    return need > policy[SMALLEST_NEED, 0] and firm[CASH, i] < policy[RUNWAY, 0] * need and not recent


@kernel
def find_seekers(firm: Matrix, firm_code: Codes, used: int, head: Ints, policy: Matrix, memory: Matrix, seed: int,
                 t: int, seekers: Ints, tickets: Vector, tally: Matrix) -> int:  # fmt: skip
    """List the enterprises that seek equity and meet a financier (rows, tickets); returns how many."""
    count = 0
    clause = clause_odds(policy)
    for i in range(used):
        if not is_seeking(firm, firm_code, i, t, policy):
            continue
        stage, j = firm_code[STAGE, i], firm_code[SECTOR, i]
        ticket = round_size(firm, firm_code, i, policy)
        add(tally, SEEKING, j, firm_code[REGION, i], firm_code[ORIGIN, i], 1.0)
        add(tally, EQUITY_SOUGHT, j, firm_code[REGION, i], firm_code[ORIGIN, i], ticket)
        tally[SEEKING_STAGE, stage] += 1.0
        if firm_code[FIRST_ROUND, i] < 0:
            tally[SEEKING_FIRST, 0] += 1.0
        chance = meeting_chance(firm_code, i, t, policy, memory)
        if head[i] >= 0:
            chance = max(chance, policy[MEETING_HELD, 0])
        if uniform(seed, DRAW_MEETING, firm_code[ID, i], t) >= chance:
            tally[REFUSED_EQUITY, NO_MEETING] += 1.0
            continue
        firm[VALUE, i], firm[BELIEF, i] = value_company(
            firm, firm_code, i, 1.0, 0.0, 0.0, 1.0, clause, policy, memory, seed, t
        )
        seekers[count] = i
        tickets[count] = ticket
        count += 1
    return count


@rule
def highest_share(firm_code: Codes, i: int, held: bool, backed: bool, policy: Matrix) -> float:
    """Largest share of the post-money value that a lead asks for."""
    if held:
        return float(policy[LATER_BAR, 0])
    early = backed and firm_code[STAGE, i] <= PROTOTYPE
    if not early:
        return float(policy[FIRST_BAR, 0])
    return float(early_bar(policy[GUIDANCE_BAR, 0], policy[TOLERANT_BAR, 0], policy[TOLERANCE, 0]))


@rule
def appeal(value: float, ticket: float, held: bool, policy: Matrix) -> float:
    """How a lead ranks what it would buy: ln(value/ticket), and the preference for those that have holders."""
    return float(math.log(value / ticket) + (policy[FOLLOW_ON, 0] if held else 0.0))


@kernel
def choose_leads(rows: Ints, tickets: Vector, funds: Ints, cumulative: Matrix, group: int, firm: Matrix,
                 firm_code: Codes, head: Ints, fund: Matrix, fund_code: Codes, policy: Matrix, memory: Matrix,
                 pressure: float, seed: int, t: int, leads: Ints, scores: Vector, values: Vector,
                 tally: Matrix) -> None:  # fmt: skip
    """Each enterprise meets one lead fund, drawn in proportion to budget and home bias, which accepts or refuses the
    round.

    leads[k] = fund or -1, scores[k] = appeal + bonus of guidance terms, values[k] = value at its hurdle.
    """
    n, clause = funds.shape[0], clause_odds(policy)
    for k in range(rows.shape[0]):
        i = rows[k]
        leads[k] = -1
        scores[k] = 0.0
        if n == 0 or cumulative[firm_code[REGION, i], n - 1] <= 0.0:
            tally[REFUSED_EQUITY, NO_MONEY] += 1.0
            continue
        target = uniform(seed, DRAW_LEAD, firm_code[ID, i], t) * cumulative[firm_code[REGION, i], n - 1]
        f = funds[first_above(cumulative[firm_code[REGION, i]], 0, n, target)]
        on_platform = float(fund_code[ON_PLATFORM, f])
        value, _ = value_company(
            firm, firm_code, i, fund[HURDLE, f], 0.0, on_platform, 1.0, clause, policy, memory, seed, t
        )
        held = head[i] >= 0
        if tickets[k] > highest_share(firm_code, i, held, fund_code[KIND, f] == GUIDED_FUND, policy) * value * pressure:
            tally[REFUSED_EQUITY, BELOW_BAR] += 1.0
            continue
        if uniform(seed, DRAW_REFUSAL, firm_code[ID, i], t) < policy[REFUSAL, 0] * normal_cdf(firm[BELIEF, i]) * (
            1.0 if fund_code[KIND, f] == GUIDED_FUND else 0.0):  # fmt: skip
            tally[REFUSED_EQUITY, ENTERPRISE_REFUSED] += 1.0
            continue
        leads[k] = f
        scores[k] = appeal(value, tickets[k], held, policy) + lead_bonus(fund, fund_code, f, firm_code, i, t, policy)
        values[k] = value


@kernel
def keep_unused(fund: Matrix, used: int, policy: Matrix) -> None:
    """Pace not spent is carried over; unspent early money stays ring-fenced."""
    for f in range(1, used):
        fund[UNUSED, f] = fund[PACE, f]
        fund[UNUSED_EARLY, f] = fund[PACE_EARLY, f]


@kernel
def weigh_leads(fund: Matrix, fund_code: Codes, used: int, group: int, bias: float, funds: Ints,
                cumulative: Matrix) -> tuple[int, float]:  # fmt: skip
    """Funds that may lead in a stage group and their cumulative weights by region: budget x home bias at home, budget
    less what a return duty ties to its region elsewhere; returns how many they are, and their joint budget.
    """
    n, joint = 0, 0.0
    for f in range(1, used):
        budget = budget_of(fund, fund_code, f, group)
        if budget <= 0.0:
            continue
        away = 1.0 - duty_share(fund[DUTY_LEFT, f], fund[SIZE, f] - fund[CALLED, f])
        for r in range(N_REGIONS):
            before = cumulative[r, n - 1] if n > 0 else 0.0
            cumulative[r, n] = before + budget * (bias if fund_code[FUND_REGION, f] == r else away)
        funds[n] = f
        n += 1
        joint += budget
    return n, joint


def play(q: Quarter) -> None:
    """Funds plan, enterprises seek, and rounds close: early, then growth, then late."""
    s, p = q.state, q.policy
    head, following = q.holders()
    set_pace(s.fund.num, s.fund.code, s.fund.used, s.quarter, p, s.account, s.region.num)
    s.memory[RAISED, :4] *= 1.0 - ROUND_WEIGHT
    s.memory[RAISED_NEXT, :6] *= 1.0 - ROUND_WEIGHT
    seekers, tickets = np.empty(s.firm.used, dtype=np.int64), np.empty(s.firm.used)
    count = find_seekers(
        s.firm.num, s.firm.code, s.firm.used, head, p, s.memory, s.seed, s.quarter, seekers, tickets, s.tally
    )
    seekers, tickets = seekers[:count].copy(), tickets[:count].copy()
    stages = s.firm.code[STAGE, seekers]
    for group, chosen in enumerate((stages <= 1, stages == PILOT, stages == MARKET)):
        fund_group(q, group, seekers[chosen], tickets[chosen], head, following)
    s.now[PAST_EQUITY] = s.tally[EQUITY_PAID]
    q.holdings_changed()
    keep_unused(s.fund.num, s.fund.used, p)
    learn_later_rounds(q)


def fund_group(q: Quarter, group: int, rows: Ints, tickets: Floats, head: Ints, following: Ints) -> None:
    """One stage group of the equity market: price, choice of leads, rounds."""
    s, p = q.state, q.policy
    funds, cumulative = np.empty(s.fund.used, dtype=np.int64), np.empty((N_REGIONS, s.fund.used))
    count, dry = weigh_leads(s.fund.num, s.fund.code, s.fund.used, group, p[HOME_BIAS, 0], funds, cumulative)
    funds = funds[:count]
    sought = float(column_sum(tickets, len(tickets)))
    s.now[PAST_PRESSURE_0 + group] = dry / sought if sought > 0.0 else 1.0
    pressure = price_of_round(
        p[BARGAINING, 0], dry, sought, s.memory[REF_PRESSURE_0 + group, 0], p[PRESSURE, 0], p[PRICE_FLOOR, 0]
    )
    q.scratch[f"pressure {group}"] = pressure
    if len(rows) == 0:
        return
    leads, scores, values = np.empty(len(rows), dtype=np.int64), np.empty(len(rows)), np.zeros(len(rows))
    choose_leads(
        rows, tickets, funds, cumulative, group, s.firm.num, s.firm.code, head, s.fund.num, s.fund.code, p, s.memory,
        pressure, s.seed, s.quarter, leads, scores, values, s.tally,
    )  # fmt: skip
    met = np.flatnonzero(leads >= 0)
    turn = uniforms(s.seed, DRAW_TURN, s.fund.code[FUND_ID, leads[met]], s.quarter)
    order = met[np.lexsort((s.firm.code[ID, rows[met]], -scores[met], turn))]
    s.holding.reserve((MOST_GIVERS + 1) * len(met))
    s.event.reserve(2 * len(met))
    s.holding.used, s.event.used = close_rounds(
        order, rows, tickets, leads, values, funds, group, pressure, s.firm.num, s.firm.code, head, following,
        s.holding.num, s.holding.code, s.holding.used, s.fund.num, s.fund.code, p, s.memory, s.seed, s.quarter,
        s.account, s.region.num, s.flows, s.changes, s.cost, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


def learn_later_rounds(q: Quarter) -> None:
    """Chance of a later round = enterprises raising at s' after s over those raising at s, averaged over 20 q."""
    memory, tally = q.state.memory, q.state.tally
    for k, before in enumerate((0, 0, 0, 1, 1, 2)):
        if memory[RAISED, before] > 1.0:
            observed = min(1.0, memory[RAISED_NEXT, k] / memory[RAISED, before])
            memory[NEXT_ROUND, k] = average(memory[NEXT_ROUND, k], observed, ROUND_QUARTERS)
        if tally[LATER_ROUNDS, k] > 0.0:
            waited = tally[LATER_WAIT, k] / tally[LATER_ROUNDS, k]
            memory[NEXT_GAP, k] = average(memory[NEXT_GAP, k], waited, ROUND_QUARTERS)


MECHANISM = Mechanism(
    key="equity",
    question="Which enterprises find investors, at what price and with whom?",
    stages=(Stage("equity rounds", play, "enterprises seek, leads value and choose, insiders and syndicates join"),),
    lines=("EQ", "CALL"),
    events=("round",),
    indicators=("equity_invested", "equity_deals", "funded_share", "median_pre_money", "valuation_pressure"),
)
