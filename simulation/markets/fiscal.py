"""Fiscal: coupons, other public revenue and spending, bonds, and the bank reserves that follow from public payments."""

from __future__ import annotations

from ..accounting.chart import (
    BOND_CENTRAL_BANK, BOND_CENTRAL_REST, BOND_LOCAL_BANK, BOND_LOCAL_REST, BOUNTY_CENTRAL, CALL_CG, CIT_BANK_CENTRAL,
    CIT_CENTRAL, CLAIM_CENTRAL, COUPON_CENTRAL_BANK, COUPON_CENTRAL_REST, COUPON_LOCAL_BANK, COUPON_LOCAL_REST,
    DISTRIBUTION_CG, GAIN_E_CENTRAL, GAIN_H_CENTRAL, GUARANTEE_FEE_CENTRAL, GUARANTEE_PAID_CENTRAL, OPEN_MARKET,
    OPERATING_CENTRAL, OTHER_CENTRAL, OTHER_LOCAL, PREMIUM_SUBSIDY, PROCURED_CENTRAL, RECOVERY_CENTRAL, REFUND_CENTRAL,
    REPAID_CENTRAL_BANK, REPAID_CENTRAL_REST, REPAID_LOCAL_BANK, REPAID_LOCAL_REST, RESERVES as RESERVE_EFFECT,
    SPENDING_CENTRAL, SPENDING_LOCAL, SUBSIDY_CENTRAL, TRANSFER_LOCAL, VAT_CENTRAL,
)  # fmt: skip
from ..accounting.ledger import annual_to_quarter, exact, pay, share_out
from ..agents.balances import total_deposits
from ..agents.bank import EQUITY, INCOME, N_BANKS, SHARE
from ..agents.enterprise import average
from ..agents.government import (
    BONDS_OUT, CASH_TARGET, OTHER, PROGRAMMES, PURSE, RECEIPTS, RECEIPTS_YEAR, REVENUE, TAXES, USUAL_PROGRAMMES,
)  # fmt: skip
from ..agents.population import (
    BANK_BONDS, CENTRAL_BONDS, CENTRAL_OTHER, CENTRAL_TARGET, CENTRAL_USUAL, INDEX, RESERVES, REST, REST_BONDS,
    TREASURY,
)  # fmt: skip
from ..engine.jit import kernel, rule
from ..engine.table import Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage

COUPON = parameter("coupon")
GOVERNMENT_INDEX = parameter("government_index")
RESERVES_HIGH = parameter("reserve_target_high")
RESERVES_LOW = parameter("reserve_target_low")
CENTRAL_TAXES = (VAT_CENTRAL, CIT_CENTRAL, CIT_BANK_CENTRAL, GAIN_H_CENTRAL, GAIN_E_CENTRAL)


@rule
def coupon_due(bonds: float, rate: float) -> float:
    """Coupon of a quarter on bonds outstanding (CNY mn)."""
    return max(0.0, bonds) * rate / 4.0


@rule
def to_banks(bank: Matrix, amount: float) -> None:
    """Credit pooled bond income to the banks' equity by size; the last bank takes the remainder."""
    left, weights = amount, 0.0
    for b in range(N_BANKS):
        weights += bank[SHARE, b]
    for b in range(N_BANKS):
        part = left if b == N_BANKS - 1 else share_out(bank[SHARE, b], weights, left)
        weights -= bank[SHARE, b]
        left -= part
        bank[EQUITY, b] += part
        bank[INCOME, b] += part


@rule
def pay_coupon(flows: Vector, line_bank: int, line_rest: int, purse: Vector, k: int, amount: float, account: Vector,
               bank: Matrix) -> float:  # fmt: skip
    """Pay a coupon to banks and others in proportion to the bonds they hold; returns what was paid."""
    held = account[BANK_BONDS] + account[REST_BONDS]
    if held <= 0.0:
        return 0.0
    total = exact(amount)
    part = exact(total * account[BANK_BONDS] / held)
    purse[k] -= total
    to_banks(bank, part)
    account[REST] += total - part
    flows[line_bank] += part
    flows[line_rest] += total - part
    return total


@kernel
def pay_coupons(region: Matrix, account: Vector, bank: Matrix, flows: Vector, rate: float) -> None:
    """Coupons of local and central bonds."""
    for r in range(region.shape[1]):
        pay_coupon(
            flows, COUPON_LOCAL_BANK, COUPON_LOCAL_REST, region[PURSE], r, coupon_due(region[BONDS_OUT, r], rate),
            account, bank,
        )  # fmt: skip
    pay_coupon(
        flows, COUPON_CENTRAL_BANK, COUPON_CENTRAL_REST, account, TREASURY, coupon_due(account[CENTRAL_BONDS], rate),
        account, bank,
    )  # fmt: skip


@rule
def settle_other(flows: Vector, line_in: int, line_out: int, purse: Vector, k: int, account: Vector,
                 amount: float) -> None:  # fmt: skip
    """Other revenue (positive) or other spending (negative) of a government, against the rest of the economy."""
    if amount >= 0.0:
        pay(flows, line_in, account, REST, purse, k, amount)
    else:
        pay(flows, line_out, purse, k, account, REST, -amount)


@kernel
def balance_budgets(region: Matrix, account: Vector, flows: Vector, index: float, opening: bool, rate: float) -> None:
    """Other revenue less other spending: balances the budget before the opening, grows with the index after it.

    Before: GEN = -(taxes - programmes - coupons) of the quarter. After: what the opening froze x index, so that policy
    cost and induced tax move bonds only.
    """
    for r in range(region.shape[1]):
        region[REVENUE, r] = average(region[REVENUE, r], 4.0 * region[TAXES, r], 4.0)
        region[CASH_TARGET, r] = region[REVENUE, r] / 4.0
        region[RECEIPTS_YEAR, r] = average(region[RECEIPTS_YEAR, r], 4.0 * region[RECEIPTS, r], 4.0)
        if opening:
            region[USUAL_PROGRAMMES, r] = average(region[USUAL_PROGRAMMES, r], region[PROGRAMMES, r], 20.0)
            coupons = coupon_due(region[BONDS_OUT, r], rate)
            region[OTHER, r] = -(region[TAXES, r] - region[PROGRAMMES, r] - coupons)
        settle_other(flows, OTHER_LOCAL, SPENDING_LOCAL, region[PURSE], r, account, region[OTHER, r] * index)
    taxes = 0.0
    for line in CENTRAL_TAXES:
        taxes += flows[line]
    programmes = flows[CALL_CG] - flows[DISTRIBUTION_CG] + flows[OPERATING_CENTRAL] + flows[TRANSFER_LOCAL]
    programmes += flows[BOUNTY_CENTRAL]
    programmes += flows[SUBSIDY_CENTRAL] + flows[GUARANTEE_PAID_CENTRAL]
    programmes -= flows[GUARANTEE_FEE_CENTRAL] + flows[RECOVERY_CENTRAL]
    programmes += flows[PREMIUM_SUBSIDY] + flows[PROCURED_CENTRAL] - flows[REFUND_CENTRAL] - flows[CLAIM_CENTRAL]
    if opening:
        account[CENTRAL_TARGET] = average(account[CENTRAL_TARGET], taxes, 4.0)
        account[CENTRAL_USUAL] = average(account[CENTRAL_USUAL], programmes, 20.0)
        account[CENTRAL_OTHER] = -(taxes - programmes - coupon_due(account[CENTRAL_BONDS], rate))
    settle_other(flows, OTHER_CENTRAL, SPENDING_CENTRAL, account, TREASURY, account, account[CENTRAL_OTHER] * index)


@kernel
def freeze_budgets(region: Matrix, account: Vector, factor: float, rate: float) -> None:
    """At the opening: other revenue and spending that balance usual taxes (x factor), programmes and coupons."""
    for r in range(region.shape[1]):
        region[REVENUE, r] *= factor
        coupons = coupon_due(region[BONDS_OUT, r], rate)
        region[OTHER, r] = -(region[REVENUE, r] / 4.0 - region[USUAL_PROGRAMMES, r] - coupons)
    account[CENTRAL_TARGET] *= factor
    coupons = coupon_due(account[CENTRAL_BONDS], rate)
    account[CENTRAL_OTHER] = -(account[CENTRAL_TARGET] - account[CENTRAL_USUAL] - coupons)


@rule
def issue(flows: Vector, line_bank: int, line_rest: int, purse: Vector, k: int, amount: float, account: Vector,
          by_banks: bool) -> float:  # fmt: skip
    """Issue bonds: banks buy while they have reserves to spare, others buy otherwise."""
    raised = exact(amount)
    purse[k] += raised
    if by_banks:
        account[BANK_BONDS] += raised
        flows[line_bank] += raised
    else:
        account[REST_BONDS] += raised
        account[REST] -= raised
        flows[line_rest] += raised
    return raised


@rule
def retire(flows: Vector, line_bank: int, line_rest: int, purse: Vector, k: int, amount: float,
           account: Vector) -> float:  # fmt: skip
    """Repay bonds, those of others first."""
    paid = exact(amount)
    to_rest = min(paid, account[REST_BONDS])
    purse[k] -= paid
    account[REST] += to_rest
    account[REST_BONDS] -= to_rest
    account[BANK_BONDS] -= paid - to_rest
    flows[line_rest] += to_rest
    flows[line_bank] += paid - to_rest
    return paid


@kernel
def move_bonds(region: Matrix, account: Vector, flows: Vector, by_banks: bool) -> None:
    """Governments bring their cash to target by issuing or repaying bonds."""
    for r in range(region.shape[1]):
        gap = region[CASH_TARGET, r] - region[PURSE, r]
        if gap > 0.0:
            region[BONDS_OUT, r] += issue(
                flows, BOND_LOCAL_BANK, BOND_LOCAL_REST, region[PURSE], r, gap, account, by_banks
            )
        else:
            region[BONDS_OUT, r] -= retire(
                flows, REPAID_LOCAL_BANK, REPAID_LOCAL_REST, region[PURSE], r, min(-gap, region[BONDS_OUT, r]), account
            )
    gap = account[CENTRAL_TARGET] - account[TREASURY]
    if gap > 0.0:
        account[CENTRAL_BONDS] += issue(
            flows, BOND_CENTRAL_BANK, BOND_CENTRAL_REST, account, TREASURY, gap, account, by_banks
        )
    else:
        account[CENTRAL_BONDS] -= retire(
            flows, REPAID_CENTRAL_BANK, REPAID_CENTRAL_REST, account, TREASURY, min(-gap, account[CENTRAL_BONDS]),
            account,
        )  # fmt: skip


@kernel
def settle_reserves(account: Vector, flows: Vector, effect: Vector, deposits: float, low: float) -> None:
    """Bank reserves follow from the lines that cross the Treasury or the central bank; short banks sell it bonds."""
    moved = 0.0
    for line in range(flows.shape[0]):
        moved += effect[line] * flows[line]
    missing = exact(max(0.0, min(low * deposits - (account[RESERVES] + moved), account[BANK_BONDS])))
    account[BANK_BONDS] -= missing
    account[REST_BONDS] += missing
    flows[OPEN_MARKET] += missing
    account[RESERVES] += moved + missing


def play_coupons(q: Quarter) -> None:
    """Coupons, then other revenue and spending."""
    s, p = q.state, q.policy
    pay_coupons(s.region.num, s.account, s.bank.num, s.flows, p[COUPON, 0])


def play_budgets(q: Quarter) -> None:
    """Other revenue and spending, bonds, reserves."""
    s, p = q.state, q.policy
    if not q.burn_in:
        s.account[INDEX] *= 1.0 + annual_to_quarter(p[GOVERNMENT_INDEX, 0])
    balance_budgets(s.region.num, s.account, s.flows, s.account[INDEX], q.burn_in, p[COUPON, 0])
    deposits = total_deposits(s)
    move_bonds(s.region.num, s.account, s.flows, s.account[RESERVES] > p[RESERVES_HIGH, 0] * deposits)
    settle_reserves(s.account, s.flows, RESERVE_EFFECT, total_deposits(s), p[RESERVES_LOW, 0])


MECHANISM = Mechanism(
    key="fiscal",
    question="Who pays for policy in the end?",
    stages=(
        Stage("coupons", play_coupons, "coupons on local and central bonds"),
        Stage("budgets and bonds", play_budgets, "other revenue and spending, bonds to cash targets, reserves"),
    ),
    lines=("CPN", "GEN", "BOND"),
    indicators=("net_fiscal_position", "local_debt_ratio", "public_cost"),
)
