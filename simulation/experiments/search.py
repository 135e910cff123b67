"""Searches for the best policy mix: levers with ranges, a public budget, goals, and how many candidates are played.

    base: ../baseline.yaml
    levers: {early_mandate: range, ggf_central: {from: 0, to: 120}}
    budget: 200
    goals: [validated_products, social_commitments, npl_ratio]

A candidate is one value for every lever, in force from 2024Q1 to the end. All candidates and the base are played on the
same seeds. A candidate is allowed if its mean public cost beyond the base, as present value over the window, is within
the budget; what is not allowed is kept and marked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..engine.jit import CODE_HASH
from ..indicators.definitions import INDICATORS
from ..indicators.record import Indicator
from ..scenario.parameter import CATALOGUE, Parameter
from ..scenario.quarters import FIRST_POLICY_QUARTER
from ..scenario.scenario import Scenario
from .batch import SUMS
from .design import Design, Point
from .options import Window, window_text

DIGITS = 4  # digits that a value keeps, so that a candidate can be read and typed
Params = dict[str, float | int]


@dataclass(frozen=True)
class Choice:
    """A lever and what the search may choose for it: anything from low to high, or one of some values."""

    name: str
    low: float
    high: float
    values: tuple[float, ...] = ()

    @property
    def record(self) -> Parameter:
        """The lever's record."""
        return CATALOGUE[self.name]

    def value(self, chosen: float) -> float:
        """The value that is played: of a range with four digits, of a list the one at this place."""
        if self.values:
            return self.values[int(chosen)]
        return min(max(float(f"{chosen:.{DIGITS}g}"), self.low), self.high)

    def nearest(self, value: float) -> float | int | None:
        """What the sampler must choose to play this value, or None if the search may not."""
        if not self.values:
            return value if self.low <= value <= self.high else None
        return self.values.index(value) if value in self.values else None


@dataclass(frozen=True)
class Goal:
    """An indicator and the direction in which it is wanted."""

    indicator: str
    better: str

    @property
    def record(self) -> Indicator:
        """The indicator's record."""
        return INDICATORS[self.indicator]

    @property
    def sign(self) -> float:
        """1 if more is better, -1 if less is."""
        return 1.0 if self.better == "higher" else -1.0


@dataclass(frozen=True)
class Search:
    """A search as asked for."""

    name: str
    title: str
    base: Scenario
    choices: tuple[Choice, ...]
    goals: tuple[Goal, ...]
    budget: float
    trials: int
    population: int
    sampler_seed: int
    seeds: tuple[int, ...]
    holdout: tuple[int, ...]
    front_points: int
    quarters: int
    scale: float
    window: Window
    source: str = field(default="", compare=False)

    @property
    def generations(self) -> int:
        """How many times a population is asked for."""
        return self.trials // self.population

    @property
    def runs(self) -> int:
        """Runs of the search with the base, hold-out seeds left out; fewer if candidates come twice."""
        return (self.trials + 1) * len(self.seeds)

    def point(self, params: Params) -> Point:
        """The candidate that the sampler's choice stands for."""
        return {choice.name: choice.value(params[choice.name]) for choice in self.choices}

    def as_now(self) -> Params:
        """The base's own values in 2024Q1 as the sampler would choose them; empty if the search may not choose one."""
        path = self.base.timeline.path[FIRST_POLICY_QUARTER]
        now = {choice.name: choice.nearest(float(path[choice.record.index, 0])) for choice in self.choices}
        return {name: value for name, value in now.items() if value is not None} if None not in now.values() else {}

    def design(self, name: str, points: Sequence[Point], seeds: Sequence[int]) -> Design:
        """Points to be played, as a sweep; a point without values is the base."""
        return Design(
            name, name, self.base, "listed", (), 0, tuple(points), tuple(seeds), self.quarters, self.scale,
            self.window, (SUMS,), self.source,
        )  # fmt: skip

    def identity(self) -> dict[str, object]:
        """What decides which candidates are played, by name; more trials or other hold-out seeds only add to them."""
        return {
            "base": self.base.hash,
            "levers": [[choice.name, choice.low, choice.high, list(choice.values)] for choice in self.choices],
            "goals": [[goal.indicator, goal.better] for goal in self.goals],
            "budget": self.budget,
            "population": self.population,
            "sampler": sampler(self.sampler_seed),
            "seeds": list(self.seeds),
            "quarters": self.quarters,
            "scale": self.scale,
            "window": window_text(self.window),
            "code": CODE_HASH,
        }

    @cached_property
    def hash(self) -> str:
        """sha256 (64 hex digits) of the question and the version of the code."""
        return hashlib.sha256(json.dumps(self.identity(), sort_keys=True).encode()).hexdigest()


def sampler(seed: int) -> str:
    """The sampler in words: its name, its seed, and the version that decides what it draws."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"NSGA-II, seed {seed}, optuna {version('optuna')}"
    except PackageNotFoundError:
        return f"NSGA-II, seed {seed}"
