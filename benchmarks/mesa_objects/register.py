"""The register of enterprises: a row of seats. Newcomers take the lowest free seat; whoever is served in order of the
register is served in order of seats.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .enterprise import Enterprise


class Register:
    """Seats, and which of them are free."""

    def __init__(self) -> None:
        self.seats: list[Enterprise | None] = []
        self.free: list[int] = []

    def __iter__(self) -> Iterator[Enterprise]:
        """Living enterprises, by seat; those that leave while the round is made are passed over."""
        for seat in range(len(self.seats)):
            enterprise = self.seats[seat]
            if enterprise is not None and enterprise.alive:
                yield enterprise

    def everybody(self) -> Iterator[Enterprise]:
        """The living, and the dead whose seat nobody has taken yet."""
        for enterprise in self.seats:
            if enterprise is not None:
                yield enterprise

    def enter(self, enterprise: Enterprise) -> None:
        """Give a newcomer the lowest free seat, or a new one at the end."""
        if self.free:
            enterprise.seat = heapq.heappop(self.free)
            self.seats[enterprise.seat] = enterprise
        else:
            enterprise.seat = len(self.seats)
            self.seats.append(enterprise)

    def give_up(self, enterprise: Enterprise) -> None:
        heapq.heappush(self.free, enterprise.seat)

    def place(self, enterprise: Enterprise, seat: int) -> None:
        """Put an enterprise on a given seat (a population that is read from elsewhere)."""
        while len(self.seats) <= seat:
            self.seats.append(None)
        enterprise.seat = seat
        self.seats[seat] = enterprise

    def count_free(self) -> None:
        """Find the free seats anew, after enterprises were placed."""
        self.free = [seat for seat, enterprise in enumerate(self.seats) if enterprise is None]
