"""A target: one published number, what it is compared with on the model's tables, and how far it may be off."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from ..indicators.definitions import INDICATORS
from ..scenario.chain import PROJECT_SCENARIOS
from .facts.all_facts import MEASURES
from .facts.record import Measured, Missing, Picture, Seen
from .options import Window

Role = Literal["calibrate", "implementation check", "validate"]
ROLES: tuple[Role, ...] = ("calibrate", "implementation check", "validate")
FOLDER = PROJECT_SCENARIOS / "targets"
CODE = re.compile(r"\b[A-Z]{3,5}\d{2}\b|\bVC\d{2}\b")


@dataclass(frozen=True)
class Target:
    """value and band are in `unit`; an open end of the band is infinite. weight: 0 to 1, by reliability of the source.

    quantity: an indicator's id or the name of a measure; empty if `not_measured` says why nothing is computed.
    missed_because: why the model as built misses the band, told only where it does.
    """

    id: str
    label_en: str
    label_zh: str
    part: str
    quantity: str
    window: Window
    value: float
    low: float
    high: float
    unit: str
    source: str
    year: str
    role: Role
    weight: float
    note: str = ""
    not_measured: str = ""
    number: str = ""
    missed_because: str = ""

    @property
    def definition(self) -> str:
        """What is computed, in a sentence."""
        if self.not_measured:
            return ""
        if self.quantity in INDICATORS:
            return f"Indicator {INDICATORS[self.quantity].label_en}: {INDICATORS[self.quantity].formula}."
        return MEASURES[self.quantity].about

    @property
    def picture(self) -> Picture:
        """How its curves are drawn."""
        return MEASURES[self.quantity].picture if self.quantity in MEASURES else Picture()

    def measure(self, seen: Seen) -> Measured:
        """The number of one seed. Errors: facts.record.Missing if the tables do not hold what it needs."""
        if self.not_measured:
            raise Missing(self.not_measured)
        seen.reach(self.window)
        if self.quantity in INDICATORS:
            return Measured(seen.over(self.quantity, self.window))
        return MEASURES[self.quantity].function(seen, self.window)

    def holds(self, value: float) -> bool:
        """Whether a value lies in the band."""
        return self.low <= value <= self.high

    @property
    def band(self) -> str:
        """The band in words."""
        if math.isinf(self.low):
            return f"at most {self.high:g}"
        return f"at least {self.low:g}" if math.isinf(self.high) else f"{self.low:g} to {self.high:g}"


@cache
def reference() -> dict[str, dict[str, str]]:
    """Rows of the reference data that targets cite, by code: quantity, value, unit, year, source, address, status."""
    with (FOLDER / "reference.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def codes_in(source: str) -> list[str]:
    """Codes of reference data that a source line names."""
    return CODE.findall(source)


def files_in(folder: Path | None = None) -> list[Path]:
    """The files of targets, in order of their names; published series lie in a folder of their own."""
    return sorted((folder or FOLDER).glob("*.yaml"))
