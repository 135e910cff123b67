"""First orders between enterprises: both sides are one sector, so what is taken is counted beside what is paid."""

from __future__ import annotations

from ..accounting.chart import ORDERS
from ..accounting.ledger import pay
from ..engine.jit import rule
from ..engine.table import Matrix, Vector
from .enterprise import CASH
from .tally import ORDERS_TAKEN


@rule
def place_order(flows: Vector, firm: Matrix, buyer: int, maker: int, amount: float, tally: Matrix) -> float:
    """Enterprise `buyer` pays a first order (CNY mn) of `maker` out of its cash; returns what was paid."""
    paid = pay(flows, ORDERS, firm[CASH], buyer, firm[CASH], maker, amount)
    tally[ORDERS_TAKEN, 0] += paid
    return paid
