"""Chance: the keyed draws of the engine, or Python's own random numbers behind the same three questions.

`KeyedDraws` answers the same question with the same number as the engine does, because both key a draw by seed, purpose
and the people concerned. `PythonDraws` ignores the keys; it is what a Mesa model would use, and the yardstick of speed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from random import Random
from typing import Protocol

from simulation.engine import draws

purpose = draws.purpose


class Draws(Protocol):
    """What agents ask of chance."""

    def uniform(self, event: int, who: int, quarter: int, other: int = 0, k: int = 0) -> float:
        """A number in (0, 1)."""

    def normal(self, event: int, who: int, quarter: int, other: int = 0, k: int = 0) -> float:
        """A standard normal number."""

    def poisson(self, mean: float, u: float) -> int:
        """A Poisson number at probability u."""


class KeyedDraws:
    """Numbers that belong to an event: (seed, purpose, who, quarter, other, k)."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def uniform(self, event: int, who: int, quarter: int, other: int = 0, k: int = 0) -> float:
        return float(draws.uniform(self.seed, event, who, quarter, other, k))

    def normal(self, event: int, who: int, quarter: int, other: int = 0, k: int = 0) -> float:
        return float(draws.normal(self.seed, event, who, quarter, other, k))

    def poisson(self, mean: float, u: float) -> int:
        return int(draws.poisson(mean, u))


class PythonDraws:
    """Numbers as they come from Python's own generator."""

    def __init__(self, seed: int) -> None:
        self.source = Random(seed)

    def uniform(self, event: int, who: int, quarter: int, other: int = 0, k: int = 0) -> float:
        return self.source.random()

    def normal(self, event: int, who: int, quarter: int, other: int = 0, k: int = 0) -> float:
        return self.source.gauss(0.0, 1.0)

    def poisson(self, mean: float, u: float) -> int:
        """Inversion up to a mean of 60, a rounded normal above."""
        if mean > 60.0:
            return max(0, math.floor(mean + math.sqrt(mean) * self.source.gauss(0.0, 1.0) + 0.5))
        count, term = 0, math.exp(-max(mean, 0.0))
        below = term
        while below < u and count < 400:
            count += 1
            term *= mean / count
            below += term
        return count


def normal_cdf(x: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-x * 0.7071067811865476)


def logistic(x: float) -> float:
    """1 / (1 + e^-x)."""
    return 1.0 / (1.0 + math.exp(-x))


def add_up(numbers: Iterable[float], start: float = 0.0) -> float:
    """A sum from left to right (Python's own `sum` corrects its rounding from version 3.12 on, the engine does not)."""
    total = start
    for number in numbers:
        total += number
    return total


def clip(x: float, low: float, high: float) -> float:
    """x kept within [low, high]."""
    return min(max(x, low), high)


def average(old: float, new: float, quarters: float) -> float:
    """Exponential average over so many quarters: weight 2/(n+1) on the newest value."""
    return old + (new - old) * 2.0 / (quarters + 1.0)


def quarterly_rate(yearly: float) -> float:
    """The rate a quarter that compounds to a yearly one."""
    return math.pow(1.0 + yearly, 0.25) - 1.0


def quarterly_chance(yearly: float) -> float:
    """The chance a quarter that adds up to a yearly one."""
    return 1.0 - math.pow(max(0.0, 1.0 - yearly), 0.25)


def pick(shares: list[float], u: float) -> int:
    """A place drawn in proportion to its share."""
    total = sum(shares)
    below = 0.0
    for k, share in enumerate(shares):
        below += share / total
        if u < below:
            return k
    return len(shares) - 1
