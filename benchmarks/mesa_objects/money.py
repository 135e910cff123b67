"""Money: accounts, and a ledger that moves both sides of a payment at once and remembers what flowed from whom to whom.

Amounts are rounded once, to multiples of 2^-20 CNY mn; such numbers add without error, so nothing leaks.
"""

from __future__ import annotations

import math
from collections import defaultdict

UNIT = 2.0**-20

HOUSEHOLDS, ENTERPRISES, FUNDS, BANKS, LOCAL, CENTRAL, MARKET, REST = (
    "households", "enterprises", "funds", "banks", "local", "central", "market", "rest",
)  # fmt: skip


def exact(amount: float) -> float:
    """The amount rounded to a multiple of 2^-20 CNY mn."""
    return math.floor(amount / UNIT + 0.5) * UNIT


def share_out(weight: float, weights_left: float, left: float) -> float:
    """One holder's part of what is left; the last holder takes all of it."""
    if weight >= weights_left:
        return left
    return min(left, exact(left * weight / weights_left))


class Account:
    """A balance that belongs to somebody of an account sector."""

    __slots__ = ("balance", "sector")

    def __init__(self, sector: str, balance: float = 0.0) -> None:
        self.sector = sector
        self.balance = balance


class Ledger:
    """Payments of a quarter, added up by (code, sector that pays, sector that is paid)."""

    def __init__(self) -> None:
        self.flows: defaultdict[tuple[str, str, str], float] = defaultdict(float)

    def pay(self, code: str, payer: Account, payee: Account, amount: float) -> float:
        """Move an amount; returns what moved."""
        moved = exact(amount)
        payer.balance -= moved
        payee.balance += moved
        self.flows[code, payer.sector, payee.sector] += moved
        return moved

    def pay_two(
        self, codes: tuple[str, str], payer: Account, payees: tuple[Account, Account], amount: float, share: float
    ) -> float:
        """Move an amount to two payees, `share` of it to the first and the exact rest to the second."""
        moved = exact(amount)
        first = exact(moved * share)
        self.pay(codes[0], payer, payees[0], first)
        self.pay(codes[1], payer, payees[1], moved - first)
        return moved

    def record(self, code: str, payer: str, payee: str, amount: float) -> None:
        """Note a flow whose two sides the caller has moved (bonds and reserves, which are pooled over banks)."""
        self.flows[code, payer, payee] += amount

    def flow(self, code: str, payer: str, payee: str) -> float:
        """What flowed this quarter under a code from one sector to another (CNY mn)."""
        return self.flows.get((code, payer, payee), 0.0)

    def out_of_treasury(self) -> float:
        """What left the central government's account for the others, net: bank reserves rise by it."""
        total = 0.0
        for (_, payer, payee), amount in self.flows.items():
            total += amount * ((payer == CENTRAL) - (payee == CENTRAL))
        return total
