"""Terms of guidance money: first loss, upside give-up, return duty, herding into hot sectors, mandate for early stages.

They are written into a fund when it closes and act where the fund chooses, pays out and ends.
"""

from __future__ import annotations

import numpy as np

from ..accounting.chart import CALL_CG, CALL_LG, DISTRIBUTION_E, DISTRIBUTION_H
from ..accounting.ledger import exact, pay, share_out
from ..agents.enterprise import N_SECTORS, REGION, SECTOR, average
from ..agents.government import BONDS_OUT, PROGRAMMES, PURSE, REVENUE
from ..agents.investor import (
    CALLED, COMMITTED_0, DEPOSITS, DISTRIBUTED, DUTY_LEFT, FIRST_LOSS, FUND_ALIVE, FUND_REGION, GIVE_UP, GUIDED_FUND,
    HELD_VALUE, KIND, LP_CENTRAL, LP_E, LP_H, LP_LOCAL, NATIONAL, PAID_0, PARTNERS, PRIVATE_BACK, PROMISED,
    PROMISED_SECTOR, STATUS, VINTAGE,
)  # fmt: skip
from ..agents.population import CORPORATE, FUND_LOSS, HOUSEHOLDS, PAST_EQUITY, TREASURY, Population
from ..agents.programmes import guidance_preference
from ..agents.tally import (
    CALLED_CAPITAL, CENTRAL, COST_FIRST_LOSS, DISTRIBUTED_CASH, EXPECTED_LOSS, LOCAL, OUTLAY,
)  # fmt: skip
from ..engine.jit import rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .capital_calls import DEBT_CAP

FIRST_LOSS_SHARE = parameter("first_loss")
GIVE_UP_SHARE = parameter("upside_giveup")
DUTY_MULTIPLE = parameter("reinvest_multiple")
TOLERANCE = parameter("fault_tolerance")
GUIDANCE_BAR = parameter("guidance_early_bar")
TOLERANT_BAR = parameter("early_bar_tolerance")
MANDATE = parameter("early_mandate")
CENTRAL_MANDATE = parameter("early_mandate_central")
HERDING = parameter("hot_sector_herding")
LOCAL_BONUS = parameter("local_bonus")

FUNDS_REMEMBERED = 40.0  # ended funds over which the loss of private partners is remembered
HOT_QUARTERS = 4  # a sector's money of so many quarters is compared with that of as many before


@rule
def early_bar(careful: float, tolerant: float, tolerance: float) -> float:
    """Largest share of the value after a first early round that government-backed funds ask for: .28 + .20 phi."""
    return careful + tolerant * tolerance


@rule
def mandate_of(fund: Matrix, fund_code: Codes, f: int, policy: Matrix) -> float:
    """Share of its money that a fund must put into stages 0 and 1: what its strictest guidance partner asks."""
    mandate = policy[MANDATE, 0]
    if fund[COMMITTED_0 + LP_CENTRAL, f] > 0.0 and fund_code[NATIONAL, f] == 0:
        mandate = max(mandate, policy[CENTRAL_MANDATE, 0])
    return float(mandate)


@rule
def lead_bonus(fund: Matrix, fund_code: Codes, f: int, firm_code: Codes, i: int, t: int, policy: Matrix) -> float:
    """What a candidate gains in the ranking of lead f beyond ln(value/ticket).

    a_L while a return duty is open and the firm is at home, a_L again in a sector that was promised, a_H for firms on
    the list in the eight fields where guidance funds serve the list first.
    """
    bonus = 0.0
    if fund[DUTY_LEFT, f] > 0.0 and firm_code[REGION, i] == fund_code[FUND_REGION, f]:
        bonus += policy[LOCAL_BONUS, 0]
    if fund_code[PROMISED_SECTOR, f] == firm_code[SECTOR, i]:
        bonus += policy[LOCAL_BONUS, 0]
    if fund_code[KIND, f] == GUIDED_FUND:
        bonus += guidance_preference(firm_code, i, t, policy)
    return bonus


@rule
def meet_duty(fund: Matrix, fund_code: Codes, f: int, r: int, amount: float) -> None:
    """Money that fund f invests in region r counts towards its return duty if that is its local government's region."""
    if fund_code[FUND_REGION, f] == r:
        fund[DUTY_LEFT, f] = max(0.0, fund[DUTY_LEFT, f] - amount)


@rule
def write_terms(fund: Matrix, fund_code: Codes, f: int, promise: int, policy: Matrix) -> None:
    """Terms in force when a fund with guidance money closes stay with it for life."""
    fund[GIVE_UP, f] = policy[GIVE_UP_SHARE, 0]
    fund[FIRST_LOSS, f] = policy[FIRST_LOSS_SHARE, 0]
    fund[DUTY_LEFT, f] = policy[DUTY_MULTIPLE, 0] * fund[COMMITTED_0 + LP_LOCAL, f]
    fund_code[PROMISED_SECTOR, f] = promise if fund[COMMITTED_0 + LP_LOCAL, f] > 0.0 else -1


@rule
def gain_part(cash: float, before: float, called: float) -> float:
    """Part of a distribution by which all distributions exceed paid-in capital (CNY mn)."""
    return min(cash, max(0.0, before + cash - called))


@rule
def extra_share(give_up: float, guidance: float, private: float) -> float:
    """What private partners receive more of a gain, over their own part of it: UG x guidance / private paid-in."""
    return give_up * guidance / private if private > 0.0 else 0.0


@rule
def weight_of(fund: Matrix, f: int, k: int, give_up: float) -> float:
    """Weight of partner kind k in a distribution: paid-in capital, guidance partners less what they give up."""
    paid = float(fund[PAID_0 + k, f])
    private = fund[PAID_0 + LP_H, f] + fund[PAID_0 + LP_E, f]
    if give_up <= 0.0 or private <= 0.0:
        return paid
    if k <= LP_E:
        guidance = fund[PAID_0 + LP_CENTRAL, f] + fund[PAID_0 + LP_LOCAL, f]
        return exact(paid * (1.0 + extra_share(give_up, guidance, private)))
    return exact(paid * (1.0 - give_up)) if k <= LP_LOCAL else paid


@rule
def worth_of(f: int, head: Ints, following: Ints, holding: Matrix) -> float:
    """Fair value of what fund f still holds (CNY mn)."""
    worth = 0.0
    h = head[f]
    while h >= 0:
        worth += holding[HELD_VALUE, h]
        h = following[h]
    return worth


@rule
def private_loss(paid: float, back: float) -> float:
    """What private partners have lost when their fund ends: max(0, paid in - received, in kind included), CNY mn."""
    return max(0.0, paid - back)


@rule
def settle_first_loss(f: int, worth: float, fund: Matrix, fund_code: Codes, policy: Matrix, account: Vector,
                      region: Matrix, flows: Vector, memory: Matrix, tally: Matrix, cost: Cube) -> float:  # fmt: skip
    """When fund f ends, guidance partners pay private ones their share of the loss; the promise leaves the books.

    A local government at its debt cap pays from cash only; what it cannot pay lapses. Returns what was paid.
    """
    private, everyone = fund[PAID_0 + LP_H, f] + fund[PAID_0 + LP_E, f], 0.0
    for k in range(PARTNERS):
        everyone += fund[PAID_0 + k, f]
    if fund_code[KIND, f] != GUIDED_FUND or private <= 0.0:
        return 0.0
    loss = private_loss(private, fund[PRIVATE_BACK, f] + worth * private / everyone)
    memory[FUND_LOSS, 0] = average(memory[FUND_LOSS, 0], loss / private, FUNDS_REMEMBERED)
    central, local = fund[COMMITTED_0 + LP_CENTRAL, f], fund[COMMITTED_0 + LP_LOCAL, f]
    if fund[FIRST_LOSS, f] <= 0.0 or central + local <= 0.0:
        return 0.0
    part = central / (central + local)
    cost[COST_FIRST_LOSS, CENTRAL, EXPECTED_LOSS] -= fund[PROMISED, f] * part
    cost[COST_FIRST_LOSS, LOCAL, EXPECTED_LOSS] -= fund[PROMISED, f] * (1.0 - part)
    fund[PROMISED, f] = 0.0
    due = exact(fund[FIRST_LOSS, f] * loss)
    by_central = exact(due * part)
    by_local = due - by_central
    r = fund_code[FUND_REGION, f]
    if region[BONDS_OUT, r] > policy[DEBT_CAP, 0] * region[REVENUE, r]:
        by_local = min(by_local, max(0.0, region[PURSE, r]))
    pay(flows, CALL_CG, account, TREASURY, fund[DEPOSITS], f, by_central)
    by_local = pay(flows, CALL_LG, region[PURSE], r, fund[DEPOSITS], f, by_local)
    region[PROGRAMMES, r] += by_local
    cost[COST_FIRST_LOSS, CENTRAL, OUTLAY] += by_central
    cost[COST_FIRST_LOSS, LOCAL, OUTLAY] += by_local
    book_compensation(f, by_central, by_local, private, fund, account, flows, tally)
    return float(by_central + by_local)


@rule
def book_compensation(f: int, by_central: float, by_local: float, private: float, fund: Matrix, account: Vector,
                      flows: Vector, tally: Matrix) -> None:  # fmt: skip
    """The fund passes what guidance partners paid on to private partners, pro rata to what they paid in."""
    paid = by_central + by_local
    to_households = share_out(fund[PAID_0 + LP_H, f], private, paid)
    pay(flows, DISTRIBUTION_H, fund[DEPOSITS], f, account, HOUSEHOLDS, to_households)
    pay(flows, DISTRIBUTION_E, fund[DEPOSITS], f, account, CORPORATE, paid - to_households)
    tally[CALLED_CAPITAL, LP_CENTRAL] += by_central
    tally[CALLED_CAPITAL, LP_LOCAL] += by_local
    tally[DISTRIBUTED_CASH, LP_H] += to_households
    tally[DISTRIBUTED_CASH, LP_E] += paid - to_households
    fund[PAID_0 + LP_CENTRAL, f] += by_central
    fund[PAID_0 + LP_LOCAL, f] += by_local
    fund[CALLED, f] += paid
    fund[DISTRIBUTED, f] += paid
    fund[PRIVATE_BACK, f] += paid


@rule
def duty_share(duty: float, dry: float) -> float:
    """Share of a fund's search that an open return duty ties to its region: min(1, duty / money not yet called)."""
    return min(1.0, duty / max(dry, 1e-9)) if duty > 0.0 else 0.0


def guidance_beside(state: Population) -> float:
    """Guidance money committed beside a yuan of private money in the funds that have it now."""
    used = state.fund.used
    guided = (state.fund.code[KIND, :used] == GUIDED_FUND) & (state.fund.code[STATUS, :used] == FUND_ALIVE)
    committed = [float(state.fund.num[COMMITTED_0 + k, :used][guided].sum()) for k in range(PARTNERS)]
    private = committed[LP_H] + committed[LP_E]
    return (committed[LP_CENTRAL] + committed[LP_LOCAL]) / private if private > 0.0 else 0.0


def hot_sector(state: Population) -> int:
    """The sector among the eight fields in which equity invested rose most over a year (CNY mn); -1 before two years
    are known.
    """
    if int(state.past_length[0]) < 2 * HOT_QUARTERS:
        return -1
    money = state.past[PAST_EQUITY[: N_SECTORS - 1]]
    rise = money[:, :HOT_QUARTERS].sum(axis=1) - money[:, HOT_QUARTERS : 2 * HOT_QUARTERS].sum(axis=1)
    return int(np.argmax(rise)) if rise.max() > rise.min() else -1


def promise_first_losses(state: Population) -> None:
    """The first loss of funds that closed this quarter is charged as governments expect it from funds that have ended:
    share x usual loss x private commitments, at the level that promised.
    """
    fund, code, used = state.fund.num, state.fund.code, state.fund.used
    new = np.flatnonzero((code[VINTAGE, :used] == state.quarter) & (code[KIND, :used] == GUIDED_FUND))
    for f in new[fund[FIRST_LOSS, new] > 0.0]:
        central, local = fund[COMMITTED_0 + LP_CENTRAL, f], fund[COMMITTED_0 + LP_LOCAL, f]
        if central + local <= 0.0:
            continue
        private = fund[COMMITTED_0 + LP_H, f] + fund[COMMITTED_0 + LP_E, f]
        fund[PROMISED, f] = fund[FIRST_LOSS, f] * state.memory[FUND_LOSS, 0] * private
        part = central / (central + local)
        state.cost[COST_FIRST_LOSS, CENTRAL, EXPECTED_LOSS] += fund[PROMISED, f] * part
        state.cost[COST_FIRST_LOSS, LOCAL, EXPECTED_LOSS] += fund[PROMISED, f] * (1.0 - part)
