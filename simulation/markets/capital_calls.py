"""Capital calls and fees: partners pay what funds ask of them, funds pay their managers."""

from __future__ import annotations

from ..accounting.chart import CALL_CG, CALL_E, CALL_H, CALL_LG, MANAGEMENT_FEE, VEHICLE_IN, VEHICLE_OUT
from ..accounting.ledger import exact, pay, share_out
from ..agents.enterprise import CASH, LEADER, PUBLIC, STAGE
from ..agents.government import BONDS_OUT, PROGRAMMES, PURSE, REVENUE
from ..agents.investor import (
    CALLED, COMMITTED_0, COST_HELD, DEPOSITS, FUND_ALIVE, FUND_REGION, KIND, LP_CENTRAL, LP_E, LP_H, LP_LOCAL, LP_STATE,
    PAID_0, PARTNERS, PREFERRED, SECONDARY_FUND, SIZE, STATUS, TERM, VINTAGE,
)  # fmt: skip
from ..agents.population import CORPORATE, HOUSEHOLDS, TREASURY
from ..agents.tally import CALLED_CAPITAL, CENTRAL, COST_GGF_CENTRAL, COST_GGF_LOCAL, COST_S_FUND, LOCAL, OUTLAY
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Matrix, Vector
from ..scenario.parameter import parameter

FEE = parameter("management_fee")
FEE_QUARTERS = parameter("fee_quarters")
DEBT_CAP = parameter("local_debt_cap")
HIGHEST_CALL = 0.1  # of their cash that corporate partners put into the joint vehicle in a quarter


@rule
def call_capital(f: int, amount: float, fund: Matrix, fund_code: Codes, account: Vector, region: Matrix, flows: Vector,
                 tally: Matrix, cost: Cube) -> float:  # fmt: skip
    """Call an exact `amount` for fund f from its partners pro rata to commitments;
    the last partner takes the remainder.
    """
    left = exact(amount)
    called = left
    weights = 0.0
    for k in range(PARTNERS):
        weights += fund[COMMITTED_0 + k, f]
    r = fund_code[FUND_REGION, f]
    for k in range(PARTNERS):
        weight = fund[COMMITTED_0 + k, f]
        if weight <= 0.0:
            continue
        part = share_out(weight, weights, left)
        weights -= weight
        left -= part
        fund[PAID_0 + k, f] += part
        if k == LP_H:
            pay(flows, CALL_H, account, HOUSEHOLDS, fund[DEPOSITS], f, part)
        elif k == LP_E:
            pay(flows, CALL_E, account, CORPORATE, fund[DEPOSITS], f, part)
        elif k == LP_CENTRAL:
            pay(flows, CALL_CG, account, TREASURY, fund[DEPOSITS], f, part)
            cost[COST_S_FUND if fund_code[KIND, f] == SECONDARY_FUND else COST_GGF_CENTRAL, CENTRAL, OUTLAY] += part
        else:
            pay(flows, CALL_LG, region[PURSE], r, fund[DEPOSITS], f, part)
            region[PROGRAMMES, r] += part
            if k == LP_LOCAL:
                cost[COST_GGF_LOCAL, LOCAL, OUTLAY] += part
        if fund_code[KIND, f] == SECONDARY_FUND:
            tally[CALLED_CAPITAL, PARTNERS] += part
        else:
            tally[CALLED_CAPITAL, k] += part
    fund[CALLED, f] += called
    fund[PREFERRED, f] += called
    return called


@rule
def can_answer(fund: Matrix, fund_code: Codes, f: int, amount: float, account: Vector, region: Matrix,
               policy: Matrix) -> bool:  # fmt: skip
    """Whether partners can pay a call: the corporate vehicle has cash, so has a local government at its debt cap."""
    share = amount / max(1e-9, fund[SIZE, f])
    if fund[COMMITTED_0 + LP_E, f] * share > account[CORPORATE]:
        return False
    r = fund_code[FUND_REGION, f]
    local = (fund[COMMITTED_0 + LP_LOCAL, f] + fund[COMMITTED_0 + LP_STATE, f]) * share
    may_borrow = region[BONDS_OUT, r] <= policy[DEBT_CAP, 0] * region[REVENUE, r]
    return bool(may_borrow or local <= region[PURSE, r])


@rule
def quarterly_fee(fund: Matrix, fund_code: Codes, f: int, t: int, policy: Matrix) -> float:
    """Management fee of a quarter: of commitments for the first years, of the cost still held after, none in the
    extension.
    """
    age = t - fund_code[VINTAGE, f]
    if age >= fund_code[TERM, f]:
        return 0.0
    base = fund[SIZE, f] if age < policy[FEE_QUARTERS, 0] else fund[COST_HELD, f]
    return float(policy[FEE, 0] / 4.0 * base)


@kernel
def pay_fees(fund: Matrix, fund_code: Codes, used: int, t: int, policy: Matrix, account: Vector, region: Matrix,
             flows: Vector, tally: Matrix, cost: Cube) -> None:  # fmt: skip
    """Funds pay their managers, calling the money from partners as far as commitments go."""
    for f in range(1, used):
        if fund_code[STATUS, f] != FUND_ALIVE:
            continue
        owed = min(
            quarterly_fee(fund, fund_code, f, t, policy), max(0.0, fund[SIZE, f] - fund[CALLED, f]) + fund[DEPOSITS, f]
        )
        missing = owed - fund[DEPOSITS, f]
        if missing > 0.0 and can_answer(fund, fund_code, f, missing, account, region, policy):
            call_capital(f, missing, fund, fund_code, account, region, flows, tally, cost)
        pay(flows, MANAGEMENT_FEE, fund[DEPOSITS], f, account, HOUSEHOLDS, min(owed, fund[DEPOSITS, f]))


@kernel
def call_secondary(fund: Matrix, fund_code: Codes, amount: float, account: Vector, region: Matrix, flows: Vector,
                   tally: Matrix, cost: Cube) -> None:  # fmt: skip
    """Call the secondary fund's money of the quarter."""
    call_capital(0, amount, fund, fund_code, account, region, flows, tally, cost)


@kernel
def fill_vehicle(firm: Matrix, firm_code: Codes, used: int, account: Vector, flows: Vector, target: float) -> None:
    """Leaders and listed companies keep the joint vehicle of corporate partners at `target`, in proportion to cash."""
    cash = 0.0
    for i in range(used):
        if firm_code[STAGE, i] >= 3 and (firm_code[LEADER, i] == 1 or firm_code[STAGE, i] == PUBLIC):
            cash += firm[CASH, i]
    missing = target - account[CORPORATE]
    if cash <= 0.0:
        return
    part = min(HIGHEST_CALL, missing / cash) if missing > 0.0 else missing / cash
    left = -exact(missing)
    for i in range(used):
        if firm_code[STAGE, i] >= 3 and (firm_code[LEADER, i] == 1 or firm_code[STAGE, i] == PUBLIC):
            if part > 0.0:
                pay(flows, VEHICLE_IN, firm[CASH], i, account, CORPORATE, part * firm[CASH, i])
            else:
                left -= pay(flows, VEHICLE_OUT, account, CORPORATE, firm[CASH], i, min(left, -part * firm[CASH, i]))
