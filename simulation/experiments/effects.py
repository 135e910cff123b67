"""Effects: the same seeds under two policies, what differs between them, and how sure one can be.

Each indicator is brought to one number a run by num / den:
  flow    num = sum of the window's values,                den = years of the window
  level   num = sum of value x weight, last four quarters, den = sum of their weights (1, or 0 without a value)
  ratio   num = sum of value x weight over the window,     den = sum of weights
The effect on flows and levels is the mean over seeds of the paired difference, with a t interval. The effect on a ratio
is the difference of the ratios of sums over all seeds, with a bootstrap interval over pairs of runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..indicators.definitions import INDICATORS

Array = NDArray[np.float64]
Kinds = NDArray[np.bool_]

CONFIDENCE = 0.95
RESAMPLES = 2000
FEW = 8  # seeds below which resampling says little: a t interval on linearised ratios is used instead
MANY = 1e9
GRID = 2000  # seeds up to which the number needed is found exactly


@dataclass(frozen=True)
class Sums:
    """Numerators and denominators of one scenario: arrays (seeds x columns)."""

    num: Array
    den: Array


@dataclass(frozen=True)
class Effects:
    """One value a column: means of both arms, difference, interval, spread over pairs, pairs used."""

    baseline: Array
    policy: Array
    difference: Array
    low: Array
    high: Array
    spread: Array
    seeds: NDArray[np.int64]

    @property
    def percent(self) -> Array:
        """100 x difference / |baseline|, empty where the baseline is zero."""
        return 100.0 * divided(self.difference, np.abs(self.baseline))

    @property
    def clear(self) -> Kinds:
        """Whether the interval excludes zero."""
        return np.asarray((self.low > 0.0) | (self.high < 0.0))

    @property
    def needed(self) -> Array:
        """Seeds that an effect of this size needs for an interval that excludes zero; empty if it is zero."""
        return seeds_needed(self.difference, self.spread)


def window_sums(values: Array, weights: Array, first: int, last: int) -> tuple[Array, Array]:
    """Numerator and denominator of every indicator over quarters first..last (both included) of one run."""
    weighted = np.where(weights > 0.0, values * weights, 0.0)
    num, den = weighted[first : last + 1].sum(axis=0), weights[first : last + 1].sum(axis=0)
    tail = slice(max(first, last - 3), last + 1)
    num = np.where(of_kind("level"), weighted[tail].sum(axis=0), num)
    den = np.where(of_kind("level"), weights[tail].sum(axis=0), den)
    flows = values[first : last + 1].sum(axis=0)
    years = np.where(np.isfinite(flows), (last + 1 - first) / 4.0, 0.0)
    return np.where(of_kind("flow"), np.nan_to_num(flows), num), np.where(of_kind("flow"), years, den)


def quarter_sums(values: Array, weights: Array) -> tuple[Array, Array]:
    """The same for every single quarter, flattened (quarters x indicators); flows stay those of a quarter."""
    there = np.isfinite(values)
    den = np.where(of_kind("ratio"), weights, 1.0) * there
    return (np.where(there, values, 0.0) * den).ravel(), den.ravel()


@cache
def of_kind(kind: Literal["flow", "level", "ratio"]) -> Kinds:
    """Which indicators are aggregated in this way."""
    return np.array([indicator.aggregate == kind for indicator in INDICATORS.values()])


def paired(base: Sums, policy: Sums, ratio: Kinds) -> Effects:
    """Effects of a policy against the baseline, column by column; row i of both arms has the same seed.

    A pair counts only where both arms have a value. With fewer than two pairs there is no interval.
    """
    valid = (base.den > 0.0) & (policy.den > 0.0) & np.isfinite(base.num) & np.isfinite(policy.num)
    count = valid.sum(axis=0)
    arms = [np.where(valid, array, 0.0) for array in (base.num, base.den, policy.num, policy.den)]
    before, after = (_level(num, den, valid, ratio) for num, den in (arms[:2], arms[2:]))
    gaps = _influence(arms, valid, ratio, (before, after))
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where(valid, gaps, 0.0).sum(axis=0) / count
        spread = np.sqrt(np.where(valid, (gaps - centre) ** 2, 0.0).sum(axis=0) / (count - 1.0))
        spread = np.where(count > 1, spread, np.nan)
        half = student(np.maximum(count - 1, 1)) * spread / np.sqrt(count)
    low, high = after - before - half, after - before + half
    resampled = ratio & (count >= FEW)
    if resampled.any():
        low[resampled], high[resampled] = bootstrap([arm[:, resampled] for arm in arms], valid[:, resampled])
    return Effects(before, after, after - before, low, high, spread, count.astype(np.int64))


def _level(num: Array, den: Array, valid: Kinds, ratio: Kinds) -> Array:
    """One arm's value: ratio of sums over seeds for a ratio, mean over seeds otherwise."""
    means = divided(np.where(valid, divided(num, den), 0.0).sum(axis=0), valid.sum(axis=0).astype(np.float64))
    return np.where(ratio, divided(num.sum(axis=0), den.sum(axis=0)), means)


def _influence(arms: list[Array], valid: Kinds, ratio: Kinds, levels: tuple[Array, Array]) -> Array:
    """What each pair contributes: its own difference, or its linearised part of the difference of two ratios."""
    base_num, base_den, num, den = arms
    count = valid.sum(axis=0)
    plain = divided(num, den) - divided(base_num, base_den)
    parts = [
        divided(n - level * d, d.sum(axis=0) / np.maximum(count, 1))
        for n, d, level in ((num, den, levels[1]), (base_num, base_den, levels[0]))
    ]
    return np.where(ratio, parts[0] - parts[1], plain)


def bootstrap(arms: list[Array], valid: Kinds) -> tuple[Array, Array]:
    """Percentile interval of the difference of two ratios of sums, seeds drawn in pairs with replacement.

    The percentiles are moved outwards as a t interval would be (expanded percentile: Hesterberg 2015), because with n
    pairs the plain ones are too narrow: tail = Phi(-sqrt(n / (n-1)) t(n-1)). Draws come from a generator with seed 0.
    """
    low, high = np.empty(valid.shape[1]), np.empty(valid.shape[1])
    patterns, which = np.unique(valid, axis=1, return_inverse=True)
    for place in range(patterns.shape[1]):
        columns = np.flatnonzero(which.ravel() == place)
        rows = np.flatnonzero(patterns[:, place])
        low[columns], high[columns] = _resampled([arm[np.ix_(rows, columns)] for arm in arms])
    return low, high


def _resampled(arms: list[Array]) -> tuple[Array, Array]:
    pairs = arms[0].shape[0]
    times = np.random.default_rng(0).multinomial(pairs, np.full(pairs, 1.0 / pairs), size=RESAMPLES).astype(np.float64)
    base_num, base_den, num, den = (times @ arm for arm in arms)
    gaps = np.ascontiguousarray((num / den - base_num / base_den).T)
    place = tail(pairs) * (RESAMPLES - 1)
    lower, share = int(place), place - int(place)
    upper = RESAMPLES - 1 - lower
    gaps.partition([lower, lower + 1, upper - 1, upper], axis=1)
    low = gaps[:, lower] * (1.0 - share) + gaps[:, lower + 1] * share
    return low, gaps[:, upper] * (1.0 - share) + gaps[:, upper - 1] * share


@cache
def tail(pairs: int) -> float:
    """Share of resamples left outside on each side."""
    from scipy.special import ndtr

    return float(ndtr(-np.sqrt(pairs / (pairs - 1.0)) * student(np.array([pairs - 1]))[0]))


def student(freedom: NDArray[np.int64]) -> Array:
    """The t quantile of a two-sided 95 % interval."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, 0.5 + CONFIDENCE / 2.0))


def mean_interval(values: Array) -> tuple[float, float, float]:
    """Mean of what is there, an entry a seed, and the ends of its 95 % t interval; no ends for fewer than two."""
    there = values[np.isfinite(values)]
    count, mean = len(there), float(there.mean()) if len(there) else float("nan")
    if count < 2:
        return mean, float("nan"), float("nan")
    half = float(student(np.array([count - 1]))[0] * there.std(ddof=1) / np.sqrt(count))
    return mean, mean - half, mean + half


def divided(part: Array, whole: Array) -> Array:
    """part / whole, empty where the whole is zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole != 0.0, part / whole, np.nan)


def seeds_needed(difference: Array, spread: Array) -> Array:
    """Smallest n with t(n-1) x spread / sqrt(n) < |difference|.

    Empty for a difference of zero, an unknown spread, or where more than a billion seeds would be needed.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        noise = spread / np.abs(difference)
    seeds = np.arange(2, GRID + 1)
    reach = np.sqrt(seeds) / student(seeds - 1)
    exact = 2.0 + np.searchsorted(reach, noise, side="right")
    rough = np.ceil((noise * student(np.array([GRID]))[0]) ** 2)
    needed = np.where(noise < reach[-1], exact, rough)
    return np.where(np.isfinite(noise) & (difference != 0.0) & (needed <= MANY), needed, np.nan)


def by_chance(count: int) -> str:
    """How many of `count` intervals would exclude zero although nothing had changed."""
    expected = (1.0 - CONFIDENCE) * count
    return f"{expected:.0f}" if expected >= 1 else f"{expected:.1g}"
