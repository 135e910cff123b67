"""Relending: the central bank refinances part of the loans that large banks make to enterprises on the list."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import CR, FLOW, RELENDING, RELENDING_DRAWN, RELENDING_INTEREST, RELENDING_REPAID
from ..accounting.ledger import exact, pay_central_bank, refinance
from ..agents.bank import (
    EQUITY, INCOME, LOAN_OPEN, OWED, OWED_0, PRINCIPAL, RELENDING_QUARTERS, RELENT, SUBSIDY,
)  # fmt: skip
from ..agents.enterprise import CAPEX_WANTED, CAPITAL, FIRST_LOAN, GAP
from ..agents.national import Values, money, share
from ..agents.population import Population
from ..agents.programmes import is_certified
from ..agents.tally import CONCESSION, COST_RELENDING, QUASI
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Floats, Matrix, Vector
from ..scenario.parameter import parameter
from .closure import charge
from .mechanism import Mechanism, Quarter, Stage

QUOTA = parameter("relending_quota")
RATE = parameter("relending_rate")
RATIO = parameter("relending_ratio")
PASS_THROUGH = parameter("relending_pass_through")
BANKS = parameter("relending_banks")
FUNDING_COST = parameter("mlf_1y")
DEPRECIATION = parameter("depreciation")
LIQUIDITY = parameter("liquidity_quarters")
YEAR = 4  # quarters after which relending falls due or is extended


@rule
def saving(policy: Matrix) -> float:
    """What a yuan of relending saves a bank a year: [cost of funds - relending rate]+."""
    return float(max(0.0, policy[FUNDING_COST, 0] - policy[RATE, 0] / 100.0))


@rule
def funding_cost(refinanced: float, policy: Matrix) -> float:
    """Cost of funds of a loan of which the share `refinanced` is drawn from the central bank (a year)."""
    return float(policy[FUNDING_COST, 0] - refinanced * saving(policy))


@rule
def passed_on(refinanced: float, policy: Matrix) -> float:
    """By how much a refinanced loan is cheaper to its borrower: pass-through x ratio x saving (a year)."""
    return float(policy[PASS_THROUGH, 0] * refinanced * saving(policy))


@rule
def is_for_equipment(firm: Matrix, i: int, policy: Matrix) -> bool:
    """Whether a loan to firm i is mainly for equipment: fixed investment of a year is no less than the outlays it
    covers.
    """
    worn = policy[DEPRECIATION, 0] * firm[CAPITAL, i]
    return bool(firm[CAPEX_WANTED, i] + 3.0 * worn >= policy[LIQUIDITY, 0] * firm[GAP, i])


@rule
def ratio_offered(firm: Matrix, firm_code: Codes, i: int, b: int, quota_left: float, policy: Matrix,
                  t: int) -> float:  # fmt: skip
    """Part of a loan to firm i that bank b can refinance: large banks, firms on the list, first loan or equipment."""
    if quota_left <= 0.0 or b >= policy[BANKS, 0] or saving(policy) <= 0.0 or not is_certified(firm_code, i, t):
        return 0.0
    eligible = firm_code[FIRST_LOAN, i] < 0 or is_for_equipment(firm, i, policy)
    return policy[RATIO, 0] / 100.0 if eligible else 0.0


@rule
def draw_relending(b: int, amount: float, bank: Matrix, flows: Vector, changes: Cube) -> float:
    """Bank b draws `amount` (CNY mn) from the central bank; returns what was drawn."""
    drawn = refinance(flows, RELENDING_DRAWN, bank[OWED], b, amount)
    bank[OWED_0, b] += drawn
    changes[RELENDING, CR, FLOW] += drawn
    return drawn


@rule
def grow_older(b: int, extended: bool, bank: Matrix) -> float:
    """Relending of bank b is a quarter older; returns what falls due: all after three years, and after each year what
    is not extended.
    """
    due = float(bank[OWED_0 + RELENDING_QUARTERS - 1, b])
    for age in range(RELENDING_QUARTERS - 1, 0, -1):
        bank[OWED_0 + age, b] = bank[OWED_0 + age - 1, b]
    bank[OWED_0, b] = 0.0
    if not extended:
        for age in range(YEAR, RELENDING_QUARTERS, YEAR):
            due += bank[OWED_0 + age, b]
            bank[OWED_0 + age, b] = 0.0
    return due


@kernel
def service_relending(bank: Matrix, policy: Matrix, quota: float, flows: Vector, changes: Cube, cost: Cube) -> None:
    """Banks pay interest on what they owe and repay or extend what falls due, whatever has become of the loans.

    A bank that owes the central bank needs less of the funds that banks share: the others pay it the cost of funds.
    """
    total, pooled = 0.0, 0.0
    for b in range(bank.shape[1]):
        total += bank[OWED, b]
        paid = pay_central_bank(flows, RELENDING_INTEREST, bank[EQUITY], b, bank[OWED, b] * policy[RATE, 0] / 400.0)
        spared = exact(bank[OWED, b] * policy[FUNDING_COST, 0] / 4.0)
        bank[EQUITY, b] += spared
        bank[INCOME, b] += spared - paid
        pooled += spared
    if pooled > 0.0:
        charge(bank, pooled)
    cost[COST_RELENDING, QUASI, CONCESSION] += total * saving(policy) / 4.0
    extended = saving(policy) > 0.0 and total <= quota
    for b in range(bank.shape[1]):
        changes[RELENDING, CR, FLOW] -= pay_central_bank(
            flows, RELENDING_REPAID, bank[OWED], b, grow_older(b, extended, bank)
        )


def quota_of(s: Population, policy: Floats) -> float:
    """The quota at the model's scale (CNY mn)."""
    return float(policy[QUOTA, 0] * 1000.0 * s.scale)


def quota_left(s: Population, policy: Floats) -> float:
    """What may still be drawn (CNY mn)."""
    return quota_of(s, policy) - float(s.bank.num[OWED].sum())


def play(q: Quarter) -> None:
    """Interest, repayment and extension of relending."""
    s = q.state
    service_relending(s.bank.num, q.policy, quota_of(s, q.policy), s.flows, s.changes, s.cost)


def measure(s: Population, policy: Floats) -> Values:
    """Preferential loans; relending outstanding, also against its quota."""
    num, code = s.loan.num[:, : s.loan.used], s.loan.code[:, : s.loan.used]
    preferential = (code[LOAN_OPEN] == 1) & ((code[RELENT] == 1) | (num[SUBSIDY] > 0.0))
    owed = float(s.bank.num[OWED].sum())
    return {
        "preferential_loans": money(s, np.sum(num[PRINCIPAL][preferential])),
        "relending_balance": money(s, owed),
        "relending_drawn_share": share(owed, quota_of(s, policy)),
    }


MECHANISM = Mechanism(
    key="relending",
    question="Does cheap central-bank money reach new borrowers, or does it only replace other loans?",
    core=False,
    neutral={"relending_quota": 0.0, "relending_ratio": 0.0},
    stages=(
        Stage("relending due", play, "banks pay interest on relending, repay or extend what falls due"),
    ),
    lines=("RLN", "RLI"),
    events=("relending",),
    indicators=("preferential_loans", "relending_balance", "relending_drawn_share"),
    measure=measure,
)
