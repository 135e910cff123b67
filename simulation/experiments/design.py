"""Designs: which points of the space of levers and assumptions are played, as a researcher writes them in YAML.

    base: ../baseline.yaml
    vary: {early_mandate: [0.2, 0.5, 0.8], ipo_window: {from: 0.5, to: 2, steps: 5}}
    seeds: 1-20

`method` is grid (every combination), one_at_a_time, factorial (both ends of every range), latin, sobol or morris (drawn
with SALib), or the points are listed under `list:` or stand in the CSV file named by `table:`.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..engine.jit import CODE_HASH
from ..errors import DesignError, Faults, Place, nearest_name
from ..scenario.parameter import CATALOGUE, Parameter
from ..scenario.scenario import Scenario
from .options import Window, read_window, window_text
from .tables import ABOUT, CALIBRATED, STUDIES

METHODS = ("grid", "one_at_a_time", "factorial", "latin", "sobol", "morris")
SAMPLED = ("latin", "sobol", "morris")
NOT_OF_A_RUN = ("effects", "paths", "equal_cost", "runs", "candidates", "front", "kept_gains", *STUDIES)
OF_A_VALIDATION = ("scorecard", "fact_values", "fact_curves", "yardsticks", "forecasts")
KEEPABLE = tuple(name for name in ABOUT if name not in (*NOT_OF_A_RUN, *OF_A_VALIDATION, *CALIBRATED))
MORRIS_LEVELS = 4

Value = float | str  # a number, or an entry as JSON text, which is YAML as well
Point = dict[str, Value]


@dataclass(frozen=True)
class Axis:
    """One varied parameter: the values of a grid, or the ends of a range for designs that draw from it."""

    name: str
    values: tuple[Value, ...]
    low: float
    high: float


@dataclass(frozen=True)
class Design:
    """A sweep as asked for: a scenario, the points at which it is played, seeds, and what is kept of every run."""

    name: str
    title: str
    base: Scenario
    method: str
    axes: tuple[Axis, ...]
    draws: int
    listed: tuple[Point, ...]
    seeds: tuple[int, ...]
    quarters: int
    scale: float
    window: Window
    keep: tuple[str, ...]
    source: str = field(default="", compare=False)
    second_order: bool = False  # a Sobol design with the points that interactions of pairs need

    @property
    def varied(self) -> tuple[str, ...]:
        """Ids of what is varied, in the order of the design."""
        if self.axes:
            return tuple(axis.name for axis in self.axes)
        return tuple(dict.fromkeys(name for point in self.listed for name in point))

    @property
    def count(self) -> int:
        """Number of points, found without making them."""
        d = len(self.axes)
        if self.method == "listed":
            return len(self.listed)
        if self.method == "grid":
            return int(math.prod(len(axis.values) for axis in self.axes))
        if self.method == "one_at_a_time":
            return 1 + sum(len(axis.values) for axis in self.axes)
        if self.method == "factorial":
            return 1 << d
        each: dict[str, int] = {"latin": 1, "sobol": (2 * d if self.second_order else d) + 2, "morris": d + 1}
        return self.draws * each[self.method]

    @property
    def runs(self) -> int:
        """Number of runs: points times seeds."""
        return self.count * len(self.seeds)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """All points in order, each a value for every varied parameter that it changes."""
        names = self.varied
        if self.method == "listed":
            return self.listed
        if self.method == "grid":
            return tuple(
                dict(zip(names, row, strict=True)) for row in itertools.product(*(a.values for a in self.axes))
            )
        if self.method == "one_at_a_time":
            alone: Iterator[Point] = ({axis.name: value} for axis in self.axes for value in axis.values)
            return ({}, *alone)
        if self.method == "factorial":
            return tuple(
                dict(zip(names, row, strict=True)) for row in itertools.product(*((a.low, a.high) for a in self.axes))
            )
        return tuple(dict(zip(names, (float(x) for x in row), strict=True)) for row in self.drawn())

    def problem(self) -> dict[str, Any]:
        """The ranges in the form that SALib takes."""
        bounds = [[axis.low, axis.high] for axis in self.axes]
        return {"num_vars": len(self.axes), "names": list(self.varied), "bounds": bounds}

    def drawn(self) -> Any:
        """Points of a design that is drawn from the ranges; the same design always draws the same points."""
        from SALib.sample import latin, morris, sobol

        if self.method == "latin":
            return latin.sample(self.problem(), self.draws, seed=1)
        if self.method == "sobol":
            return sobol.sample(self.problem(), self.draws, calc_second_order=self.second_order, seed=1)
        return morris.sample(self.problem(), self.draws, num_levels=MORRIS_LEVELS, seed=1)

    def identity(self) -> dict[str, object]:
        """What decides the numbers, by name."""
        return {
            "base": self.base.hash,
            "method": self.method,
            "varied": list(self.varied),
            "points": hashlib.sha256(json.dumps(self.points).encode()).hexdigest(),
            "seeds": list(self.seeds),
            "quarters": self.quarters,
            "scale": self.scale,
            "window": window_text(self.window),
            "keep": list(self.keep),
            "code": CODE_HASH,
        }

    @cached_property
    def hash(self) -> str:
        """sha256 (64 hex digits) of the question and the version of the code."""
        return hashlib.sha256(json.dumps(self.identity(), sort_keys=True).encode()).hexdigest()


def design_of(
    base: Scenario, vary: Mapping[str, Sequence[float]], seeds: Sequence[int], quarters: int = 60, scale: float = 0.05,
    keep: Sequence[str] = ("indicators",), name: str = "sweep",
) -> Design:  # fmt: skip
    """A grid given in Python. Errors: DesignError."""
    faults = Faults(DesignError)
    records = {key: find_record(key, Place(f"vary {key}"), faults) for key in vary}
    axes = tuple(Axis(key, tuple(values), records[key].low, records[key].high) for key, values in vary.items())
    for key, values in vary.items():
        if not len(values) or not all(records[key].low <= value <= records[key].high for value in values):
            faults.add(Place(f"vary {key}"), f"{list(values)}", f"one value or more, {records[key].allowed}")
    if not vary:
        faults.add(Place("vary"), "nothing to vary", "vary={lever: [values]}")
    faults.stop()
    window = read_window(None, quarters, "run", [])
    return Design(name, name, base, "grid", axes, 0, (), tuple(seeds), quarters, scale, window, tuple(keep))


def find_record(name: str, place: Place, faults: Faults) -> Parameter:
    """The record of a lever or assumption; a fault is noted if there is none."""
    record = CATALOGUE.get(name)
    if record is None or record.role == "external":
        known = [key for key, other in CATALOGUE.items() if other.role != "external"]
        what = "an input of history, which is not varied" if record is not None else "no lever or assumption"
        faults.add(place, f"{name}: {what}", "tif levers lists the levers", nearest_name(name, known))
        return next(iter(CATALOGUE.values()))
    return record
