"""A mechanism is a record: what it asks, what neutral means, which stages, lines, events and indicators are its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..agents.investor import COMPANY, HOLDING_OPEN
from ..agents.national import Values
from ..agents.population import Population
from ..engine.claims import chains
from ..engine.table import Floats, Ints


@dataclass
class Quarter:
    """What a stage is given: the population, the policy in force, switches, and scratch that lasts one quarter."""

    state: Population
    policy: Floats
    burn_in: bool
    switches: dict[str, bool]
    threads: int = 1
    scratch: dict[str, Any] = field(default_factory=dict)

    @property
    def t(self) -> int:
        """Model quarter, 0 = first of the burn-in."""
        return self.state.quarter

    def on(self, key: str) -> bool:
        """Whether mechanism `key` is switched on."""
        return self.switches.get(key, True)

    def holders(self) -> tuple[Ints, Ints]:
        """Linked list of open holdings per enterprise (head, following), kept until a stage changes holdings."""
        known: tuple[Ints, Ints] | None = self.scratch.get("holders")
        if known is None or len(known[0]) < self.state.firm.used:
            known = chains(self.state.holding, COMPANY, HOLDING_OPEN, self.state.firm.used)
            self.scratch["holders"] = known
        return known

    def holdings_changed(self) -> None:
        """A stage has bought, closed or handed over holdings: the linked list must be made anew."""
        self.scratch.pop("holders", None)


Play = Callable[[Quarter], None]
Measure = Callable[[Population, Floats], Values]


@dataclass(frozen=True)
class Stage:
    """One step of the quarter: the call and what it reads and writes, for the printed schedule."""

    name: str
    play: Play
    sentence: str


@dataclass(frozen=True)
class Mechanism:
    """The record of one mechanism; the schedule, catalogue checks and documentation are built from it.

    measure: gives the mechanism's own national indicators at the end of a quarter.
    """

    key: str
    question: str
    stages: tuple[Stage, ...]
    core: bool = True
    neutral: dict[str, float] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    measure: Measure | None = None
