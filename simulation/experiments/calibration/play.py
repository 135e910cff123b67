"""Playing points: the moments of every point and seed, kept line by line so that a stopped calibration goes on."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...engine.table import Floats
from ...scenario.load import load_scenario
from ...scenario.quarters import BURN_IN_QUARTERS
from ..columns import Outcome
from ..conduct import Way
from ..execute import Interrupted, compile_once, execute
from ..facts.record import Missing, Seen
from ..job import Job
from ..progress import meter
from ..targets import Target
from ..validation import seen_of
from .plan import CalibrationPlan, Free, values_of

BATCH = 4  # runs a process between two looks at them; their long tables are let go afterwards
Key = tuple[str, int]


@dataclass
class Ledger:
    """Moments of finished runs by point and seed, in a file of one line a run; a torn last line is left out."""

    path: Path | None
    known: dict[Key, tuple[float, ...]] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path | None) -> Ledger:
        """What a file holds already."""
        ledger = cls(path)
        for line in path.read_text(encoding="utf-8").splitlines() if path is not None and path.is_file() else ():
            try:
                row = json.loads(line)
                values = tuple(math.nan if value is None else float(value) for value in row["moments"])
                ledger.known[row["point"], int(row["seed"])] = values
            except (ValueError, KeyError, TypeError):
                continue
        return ledger

    def add(self, key: Key, moments: Sequence[float]) -> None:
        """One more run."""
        self.known[key] = tuple(moments)
        if self.path is not None:
            kept = [None if math.isnan(value) else value for value in moments]
            line = json.dumps({"point": key[0], "seed": key[1], "moments": kept})
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def name_of(changes: dict[str, float]) -> str:
    """A point as text, by which its runs are known again."""
    return json.dumps(changes, sort_keys=True)


def changes_of(free: Sequence[Free], row: Floats) -> dict[str, float]:
    """A point as values by parameter."""
    return {one.name: float(value) for one, value in zip(free, row, strict=True)}


def play_points(
    plan: CalibrationPlan, free: tuple[Free, ...], units: Floats, seeds: Sequence[int], ledger: Ledger, way: Way,
    told: str,
) -> Floats:  # fmt: skip
    """Moments (points, seeds, moments) of points of the unit cube; what the ledger holds is not played again.

    Errors: RunFailed; Interrupted after Ctrl-C, when everything finished is in the ledger.
    """
    points = [changes_of(free, row) for row in values_of(free, units)]
    todo = [
        (changes, seed) for changes in points for seed in seeds if (name_of(changes), seed) not in ledger.known
    ]  # fmt: skip
    size = BATCH * way.processes
    quarters = (BURN_IN_QUARTERS + plan.quarters) * len(todo)
    with meter(float(quarters), told, way.quiet) as shown:
        if todo:
            compile_once(shown)
        for first in range(0, len(todo), size):
            jobs = [_job(plan, changes, seed, way) for changes, seed in todo[first : first + size]]
            try:
                outcomes, stopped = execute(jobs, way.processes, shown), None
            except Interrupted as error:
                outcomes, stopped = error.finished, error
            for outcome in outcomes:
                ledger.add((outcome.scenario, outcome.seed), moments_of(plan.moments, outcome, plan.scale))
            if stopped is not None:
                raise stopped
    rows = [[ledger.known[name_of(changes), seed] for seed in seeds] for changes in points]
    return np.array(rows, dtype=np.float64).reshape(len(points), len(seeds), len(plan.moments))


def _job(plan: CalibrationPlan, changes: dict[str, float], seed: int, way: Way) -> Job:
    """A run of a point; nothing is shared, because an assumption changes the burn-in as well."""
    pair = name_of(changes), load_scenario(plan.base, changes)
    return Job(seed, (pair,), plan.quarters, plan.scale, plan.quarters, True, False, way.crashes)


def moments_of(targets: Sequence[Target], outcome: Outcome, scale: float) -> tuple[float, ...]:
    """The moments of a run; NaN where one is not defined in it."""
    seen = seen_of(outcome, scale)
    return tuple(_measured(target, seen) for target in targets)


def _measured(target: Target, seen: Seen) -> float:
    try:
        return target.measure(seen).value
    except Missing:
        return math.nan
