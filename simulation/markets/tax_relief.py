"""Tax relief: the super-deduction of R&D from profit, and the deduction of early investment from partners' gains.

Both act where tax is computed (operations, distribution) through the pure rules of this file; there is no stage of its
own.
"""

from __future__ import annotations

from ..engine.jit import rule
from ..scenario.parameter import parameter
from .mechanism import Mechanism

SUPER_DEDUCTION = parameter("rd_super_deduction")
VC_DEDUCTION = parameter("vc_tax_deduction")
EARLY_HOLDING = parameter("early_holding_quarters")


@rule
def extra_deduction(percent: float, research: float) -> float:
    """What the super-deduction takes off taxable profit: percent/100 x R&D (CNY mn)."""
    return percent / 100.0 * research


@rule
def early_deduction(percent: float, cost: float, age: int, quarters: float, is_early: bool) -> float:
    """Deduction earned by an early holding in the quarter in which it has been held long enough:
    percent/100 x cost (CNY mn).
    """
    return percent / 100.0 * cost if is_early and age == int(quarters) else 0.0


MECHANISM = Mechanism(
    key="tax_relief",
    question="What do tax deductions for R&D and early investment cost, and whom do they move?",
    core=False,
    neutral={"rd_super_deduction": 0.0, "vc_tax_deduction": 0.0},
    stages=(),
    indicators=("public_cost",),
)
