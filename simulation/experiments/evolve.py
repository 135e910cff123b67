"""NSGA-II by ask and tell: whole generations are asked for, judged elsewhere and told, so every repeat is the same.

The study lives in memory. Told the same judgements in the same order, a sampler with the same seed asks for the same
candidates; a search that was interrupted is taken up by telling the stored judgements again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from .search import Choice, Params

FAILED = 1e9  # violation of a candidate that could not be judged, worse than any budget


@dataclass(frozen=True)
class Judged:
    """What is known of a candidate: its goals, and by how much it breaks each constraint (0 or less: it does not)."""

    goals: tuple[float, ...]
    violations: tuple[float, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it keeps every constraint."""
        return all(value <= 0.0 for value in self.violations)


Judge = Callable[[int, list[Params]], Sequence[Judged]]


def evolve(
    choices: Sequence[Choice], directions: Sequence[str], population: int, generations: int, seed: int, judge: Judge,
    first: Params | None = None,
) -> list[list[Params]]:  # fmt: skip
    """Play a search and return what was asked for in every generation.

    directions: "higher" or "lower" for each goal. judge(generation, candidates) gives a judgement for each candidate.
    first: a candidate with which the first generation begins. Errors: UsageError if Optuna is not installed.
    """
    study = new_study(directions, population, seed)
    space = {choice.name: distribution(choice) for choice in choices}
    if first:
        study.enqueue_trial(first)
    asked: list[list[Params]] = []
    for generation in range(generations):
        trials = [study.ask(space) for _ in range(population)]
        candidates = [dict(trial.params) for trial in trials]
        for trial, judged in zip(trials, judge(generation, candidates), strict=True):
            for place, violation in enumerate(judged.violations):
                trial.set_constraint(f"{place}", violation)
            study.tell(trial, list(judged.goals))
        asked.append(candidates)
    return asked


def new_study(directions: Sequence[str], population: int, seed: int) -> Any:
    """A study in memory with a named sampler and its seed."""
    optuna = load_optuna()
    ways = ["maximize" if direction == "higher" else "minimize" for direction in directions]
    sampler = optuna.samplers.NSGAIISampler(population_size=population, seed=seed)
    return optuna.create_study(storage=optuna.storages.InMemoryStorage(), sampler=sampler, directions=ways)


def load_optuna() -> Any:
    """Optuna, which says nothing by itself. Errors: UsageError if it is not installed."""
    try:
        import optuna
    except ImportError:
        raise UsageError.at(
            "tif optimise", "Optuna is not installed", "the extra `optimise`", "", "pip install 'tif-cycle[optimise]'"
        ) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def distribution(choice: Choice) -> Any:
    """What the sampler may draw for a lever: a number of a range, or a place in a list."""
    from optuna.distributions import FloatDistribution, IntDistribution

    if choice.values:
        return IntDistribution(0, len(choice.values) - 1)
    return FloatDistribution(choice.low, choice.high)


def best(goals: NDArray[np.float64], allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows of `goals` (candidates x goals, more is better) are allowed and beaten by no other allowed one.

    a beats b if a is at least as good in every goal and better in one.
    """
    front = np.zeros(len(goals), dtype=bool)
    among = goals[allowed]
    for place in np.flatnonzero(allowed):
        mine = goals[place]
        front[place] = not np.any(np.all(among >= mine, axis=1) & np.any(among > mine, axis=1))
    return front


def spread(goals: NDArray[np.float64], count: int) -> list[int]:
    """At most `count` rows of `goals` (candidates x goals, more is better) that lie far from each other.

    The best in each goal first, then always the one whose nearest chosen neighbour is farthest, every goal measured in
    parts of its range over the rows.
    """
    width = np.ptp(goals, axis=0)
    scaled = (goals - goals.min(axis=0)) / np.where(width > 0.0, width, 1.0)
    chosen = list(dict.fromkeys(int(place) for place in np.argmax(goals, axis=0)))[:count]
    while len(chosen) < min(count, len(goals)):
        far = np.linalg.norm(scaled[:, np.newaxis] - scaled[chosen], axis=2).min(axis=1)
        far[chosen] = -1.0
        chosen.append(int(np.argmax(far)))
    return chosen
