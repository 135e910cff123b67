"""A calibration that scenarios name: fitted values of assumptions, and draws of how far they may be off.

`calibration: 2023-12` takes the values of scenarios/calibrations/2023-12.yaml; with `assumptions: posterior` every seed
takes one of the draws that lie beside it, so that an interval over seeds holds what is not known of them as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulation.scenario.parameter import COLUMNS
from simulation.scenario.timeline import Columns

USES = ("fixed", "posterior")


@dataclass(frozen=True)
class Calibration:
    """Fitted values by parameter, and equally likely draws of them, a value a parameter each."""

    name: str
    values: Mapping[str, float]
    draws: tuple[tuple[float, ...], ...] = ()
    file: str = field(default="", compare=False)

    def settings(self, seed: int | None = None) -> dict[str, Columns]:
        """The values as a scenario holds them; those of the draw of a seed: seed 1 takes the first one, and so on."""
        row = self.values.values() if seed is None or not self.draws else self.draws[(seed - 1) % len(self.draws)]
        return {name: (value,) * COLUMNS for name, value in zip(self.values, row, strict=True)}


@dataclass(frozen=True)
class Calibrated:
    """How a scenario uses a calibration; own: assumptions that it sets itself, which no draw replaces."""

    calibration: Calibration
    use: str = "fixed"
    own: frozenset[str] = frozenset()

    @property
    def is_sampled(self) -> bool:
        """Whether every seed has values of its own."""
        return self.use == "posterior" and bool(self.calibration.draws)

    def of_seed(self, seed: int) -> dict[str, Columns]:
        """The values that a seed takes."""
        return {name: columns for name, columns in self.calibration.settings(seed).items() if name not in self.own}

    def resolved(self) -> dict[str, object]:
        """What decides numbers, fit for JSON."""
        names = [name for name in self.calibration.values if name not in self.own]
        draws = [list(draw) for draw in self.calibration.draws]
        return {"names": list(self.calibration.values), "drawn": names, "draws": draws}


def written_calibrated(made: Calibrated) -> dict[str, Any]:
    """A use of a calibration fit for JSON; no number loses a digit."""
    held = made.calibration
    return {
        "name": held.name, "use": made.use, "own": sorted(made.own), "values": dict(held.values),
        "draws": [list(draw) for draw in held.draws] if made.is_sampled else [],
    }  # fmt: skip


def calibrated_of(found: Mapping[str, Any]) -> Calibrated:
    """What `written_calibrated` wrote down. Errors: KeyError, TypeError, ValueError if it cannot be read."""
    values = {str(name): float(value) for name, value in found["values"].items()}
    draws = tuple(tuple(float(value) for value in draw) for draw in found["draws"])
    return Calibrated(Calibration(str(found["name"]), values, draws), str(found["use"]), frozenset(found["own"]))
