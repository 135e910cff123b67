"""Playing the candidates of a search: every generation is a sweep in a folder of its own, so nothing is played twice.

    generations/000/    the base and the first population      generations/001/ ...    what is new in the next ones
    holdout/<hash>/     the base and the front on hold-out seeds

A finished generation is read, an interrupted one goes on. Each store knows its points by their hash, so a search that
is taken up and would ask for other candidates than before is refused instead of mixed up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..errors import InternalError
from .batch import RUNS, SUMS
from .design import Design, Point
from .effects import Effects, Sums, paired
from .evolve import FAILED, Judged
from .execute import Meter
from .manifest import read_manifest
from .results import Results, open_results
from .search import Params, Search
from .sweep import Sweep, run_sweep
from .sweep_store import SweepStore

COST = "present_value"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Measured:
    """A point on some seeds: numerators and denominators (seeds x columns); columns are the goals, then public cost."""

    sums: Sums

    @property
    def complete(self) -> bool:
        """Whether every seed was played to its end."""
        return bool(np.isfinite(self.sums.den[:, -1]).all() and (self.sums.den[:, -1] > 0.0).all())


@dataclass
class Candidate:
    """A candidate that was played: its values, the generation that asked for it first, what was measured."""

    point: Point
    generation: int
    measured: Measured


@dataclass
class Playing:
    """A search under way in its folder."""

    search: Search
    folder: Path
    told: Meter
    workers: int = 0
    cluster: str = ""
    candidates: dict[str, Candidate] = field(default_factory=dict)
    base: Measured | None = None

    def judge(self, generation: int, asked: list[Params]) -> list[Judged]:
        """Play what is new among the candidates of a generation and judge all of them against the base."""
        points = [self.search.point(params) for params in asked]
        new = {key: point for point in points if (key := key_of(point)) not in self.candidates}
        base: list[Point] = [{}] if generation == 0 else []
        if base or new:
            design = self.search.design(f"generation-{generation:03d}", [*base, *new.values()], self.search.seeds)
            found = self.play(design, self.folder / "generations" / f"{generation:03d}")
            if generation == 0:
                self.base = checked_base(found.pop(0), self.folder)
            for (key, point), measured in zip(new.items(), found, strict=True):
                self.candidates[key] = Candidate(point, generation, measured)
        self.told.advance(float((len(asked) - len(new)) * len(self.search.seeds)))
        return [self.judged(self.candidates[key_of(point)]) for point in points]

    def judged(self, candidate: Candidate) -> Judged:
        """Goals as differences from the base, and by how much the budget is exceeded (CNY bn)."""
        found = self.effect(candidate.measured)
        goals, cost = found.difference[:-1], float(found.difference[-1])
        if not candidate.measured.complete or not np.isfinite(found.difference).all():
            return Judged((0.0,) * len(goals), (0.0, FAILED))
        return Judged(tuple(float(goal) for goal in goals), (cost - self.search.budget, 0.0))

    def effect(self, measured: Measured) -> Effects:
        """The paired effect on goals and public cost, on the seeds of the search."""
        assert self.base is not None
        return effect_of(self.search, self.base, measured)

    def holdout(self, points: Sequence[Point]) -> tuple[Measured, list[Measured]]:
        """The base and some candidates on the hold-out seeds."""
        design = self.search.design("holdout", [{}, *points], self.search.holdout)
        found = self.play(design, self.folder / "holdout" / design.hash[:8])
        return checked_base(found[0], self.folder), found[1:]

    def play(self, design: Design, folder: Path) -> list[Measured]:
        """Play what is missing of a design in its folder and measure all its points."""
        store = SweepStore(folder)
        store.open(design, f"tif optimise {self.search.source}")
        store.rebuild()
        if len(store.done() | set(store.quarantined())) < design.runs:
            run_sweep(Sweep(design, store, self.workers, True, self.cluster), told=self.told)
        return measure(self.search, design, open_results(folder))


def key_of(point: Point) -> str:
    """A candidate as something that can be looked up."""
    return json.dumps(point, sort_keys=True)


def checked_base(base: Measured, folder: Path) -> Measured:
    """The base, which must have been played on every seed. Errors: InternalError."""
    if not base.complete:
        raise InternalError(f"the base could not be played on every seed; see quarantine.csv in {folder.as_posix()}")
    return base


def effect_of(search: Search, base: Measured, policy: Measured) -> Effects:
    """Paired effects on the goals and, last, on public cost (present value, CNY bn)."""
    ratio = np.array([*(goal.record.aggregate == "ratio" for goal in search.goals), False])
    return paired(base.sums, policy.sums, ratio)


def measure(search: Search, design: Design, results: Results) -> list[Measured]:
    """Numerators and denominators of all points of a design; runs that failed leave gaps."""
    goals = [goal.indicator for goal in search.goals]
    shape = (design.count, len(design.seeds), len(goals) + 1)
    num, den = np.full(shape, np.nan), np.full(shape, np.nan)
    if set(results.tables) >= {RUNS, SUMS}:
        values, sums = results.table(RUNS), results.table(SUMS)
        place, point = np.divmod(np.asarray(sums["run"]), design.count)
        weights = np.column_stack([*(np.asarray(sums[goal]) for goal in goals), np.ones(len(sums))])
        measured = np.column_stack([*(np.asarray(values[goal]) for goal in goals), np.asarray(sums[COST])])
        den[point, place] = weights
        num[point, place] = np.where(weights > 0.0, measured, 0.0) * weights
    return [Measured(Sums(num[number], den[number])) for number in range(design.count)]


def runs_there(folder: Path) -> int:
    """Runs of a search's generations that lie finished on disk."""
    stores = [SweepStore(path) for path in sorted((folder / "generations").glob("[0-9]*"))]
    return sum(len(store.runs_of(part)) for store in stores for part in store.parts())


def status_of_search(folder: Path) -> str:
    """How far the search in a folder has come, in a few lines."""
    there = read_manifest(folder) or {}
    trials, seeds, population = there["trials"], there["seeds"], there["question"]["population"]
    begun = len(list((folder / "generations").glob("[0-9]*")))
    most = (trials + 1) * len(seeds)
    lines = [
        f"{there['title']}: {trials} candidates in {trials // population} generations, each with {len(seeds)} seeds",
        f"{begun} generations begun, {runs_there(folder)} runs finished; at most {most} are needed",
    ]
    return "\n".join([*lines, "finished" if there["complete"] else f"{there['command']} goes on"])
