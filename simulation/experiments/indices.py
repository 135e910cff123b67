"""Morris and Sobol indices through SALib, with a dummy factor that stands for luck.

With the same seeds at every point, a column that no scenario reads changes nothing: its indices are exactly zero and
say nothing about noise. The dummy here is luck itself: a step that leaves every factor where it is and plays the point
with other luck. It is taken from the seeds that were played. What a seed adds at all points alike is set aside, since
pairing cancels it; the rest is split at random into two halves of h seeds, and

    step = (mean of one half - mean of the other) x sqrt(h / n)      n  seeds of the point

which has the variance of the difference between two means over n seeds each. So large are the steps of a factor that
has no effect of its own and merely reshuffles luck. SALib then treats the dummy as it treats any factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .effects import student

Array = NDArray[np.float64]

RESAMPLES = 500
DUMMY = "dummy"
LUCK = 20260101  # seed of the splits and of the bootstrap
FEWEST = 4  # trajectories or base samples below which nothing is said


@dataclass(frozen=True)
class Blocks:
    """One indicator over the complete blocks of a design (a trajectory, or a Saltelli group).

    x: blocks x rows x factors. y: blocks x rows, means over the seeds. step: a change of luck in every block, empty
    where a block has a single seed. other: a second such step, for designs with second-order indices.
    """

    x: Array
    y: Array
    step: Array
    other: Array
    seeds: float

    @property
    def lucky(self) -> bool:
        """Whether every block can show luck."""
        return bool(len(self.step)) and bool(np.isfinite(self.step).all() and np.isfinite(self.other).all())


@dataclass(frozen=True)
class Index:
    """One measure of every factor, the dummy last if there is one: value and 95 % interval."""

    value: Array
    low: Array
    high: Array


Indices = dict[str, Index]


def blocks_of(x: Array, y: Array, rows: int) -> Blocks | None:
    """Complete blocks of `rows` points; y is seeds x points of one indicator. None if none is complete.

    A seed counts in a block if it was played, and has a value, at every point of it.
    """
    luck = np.random.default_rng(LUCK)
    values = y.reshape(len(y), -1, rows)
    there: NDArray[np.bool_] = np.array(np.all(np.isfinite(values), axis=2), ndmin=2)
    kept = [int(block) for block in np.flatnonzero(there.any(axis=0))]
    if not kept:
        return None
    shift = shared_luck(values[:, kept], there[:, kept])
    means, steps, others = [], [], []
    for block in kept:
        played = there[:, block]
        seeds = values[played, block]
        means.append(seeds.mean(axis=0))
        steps.append(change_of_luck(seeds[:, 0] - shift[played], luck))
        others.append(change_of_luck(seeds[:, -1] - shift[played], luck))
    shaped = x.reshape(-1, rows, x.shape[1])[kept]
    return Blocks(shaped, np.array(means), np.array(steps), np.array(others), float(there[:, kept].sum(axis=0).mean()))


def shared_luck(values: Array, there: NDArray[np.bool_]) -> Array:
    """What each seed adds at all points alike: its mean distance from the means of the points it was played at."""
    weight = there[:, :, None].astype(np.float64)
    known = np.where(weight > 0.0, values, 0.0)
    gaps = (known - known.sum(axis=0) / np.maximum(weight.sum(axis=0), 1.0)) * weight
    return np.asarray(gaps.sum(axis=(1, 2)) / np.maximum(weight.sum(axis=(1, 2)) * values.shape[2], 1.0))


def change_of_luck(values: Array, luck: np.random.Generator) -> float:
    """A difference with the variance of that between two means over as many seeds as there are; see the module."""
    half = len(values) // 2
    if half == 0:
        return float("nan")
    order = luck.permutation(len(values))
    gap = values[order[:half]].mean() - values[order[half : 2 * half]].mean()
    return float(gap * np.sqrt(half / len(values)))


def morris_indices(blocks: Blocks, levels: int) -> Indices:
    """mu, mu* and sigma of the elementary effects, in units of the indicator for the whole range of the factor.

    mu* has a bootstrap interval over trajectories, mu a t interval, sigma none.
    """
    from SALib.analyze import morris

    x, y = with_dummy_step(blocks) if blocks.lucky else (blocks.x, blocks.y)
    count, rows, factors = x.shape
    flat_x, flat_y = x.reshape(count * rows, factors), y.ravel()
    found = morris.analyze(problem(factors), flat_x, flat_y, num_resamples=RESAMPLES, num_levels=levels, seed=LUCK)
    mu, star, sigma, half = (
        np.asarray(found[key], dtype=np.float64) for key in ("mu", "mu_star", "sigma", "mu_star_conf")
    )
    spread = student(np.array([max(count - 1, 1)]))[0] * sigma / np.sqrt(count)
    empty = np.full(len(mu), np.nan)
    return {
        "mu": Index(mu, mu - spread, mu + spread),
        "mu_star": Index(star, np.maximum(star - half, 0.0), star + half),
        "sigma": Index(sigma, empty, empty),
    }


def with_dummy_step(blocks: Blocks) -> tuple[Array, Array]:
    """Trajectories with one more factor and one more step at the end, in which only luck changes."""
    column = np.zeros((*blocks.x.shape[:2], 1))
    x = np.concatenate([blocks.x, column], axis=2)
    last = x[:, -1:].copy()
    last[:, :, -1] = 1.0
    y = np.concatenate([blocks.y, blocks.y[:, -1:] + blocks.other[:, None]], axis=1)
    return np.concatenate([x, last], axis=1), y


def sobol_indices(blocks: Blocks, second_order: bool) -> tuple[Indices, Index | None]:
    """First and total order indices (shares of the variance over the ranges), and second order where asked.

    Intervals are SALib's, from a bootstrap over the base samples. The second-order index is a square array whose
    upper triangle is filled; the dummy is left out of it.
    """
    from SALib.analyze import sobol

    factors = blocks.x.shape[2]
    y = with_dummy_points(blocks, second_order) if blocks.lucky else blocks.y
    many = factors + (1 if blocks.lucky else 0)
    found = sobol.analyze(problem(many), y.ravel(), calc_second_order=second_order, num_resamples=RESAMPLES, seed=LUCK)
    indices = {name: interval(found[key], found[f"{key}_conf"]) for name, key in (("first", "S1"), ("total", "ST"))}
    if not second_order:
        return indices, None
    pairs = interval(found["S2"][:factors, :factors], found["S2_conf"][:factors, :factors])
    return indices, pairs


def with_dummy_points(blocks: Blocks, second_order: bool) -> Array:
    """Saltelli groups with the points of one more factor: A under another luck, and B under another luck."""
    y, factors = blocks.y, blocks.x.shape[2]
    changed = y[:, :1] + blocks.step[:, None]
    parts = [y[:, : factors + 1], changed, y[:, factors + 1 : -1]]
    if second_order:
        parts.append(y[:, -1:] + blocks.other[:, None])
    return np.concatenate([*parts, y[:, -1:]], axis=1)


def interval(value: Any, half: Any) -> Index:
    """A value with what lies on either side of it."""
    value, half = np.asarray(value, dtype=np.float64), np.asarray(half, dtype=np.float64)
    return Index(value, value - half, value + half)


def problem(factors: int) -> dict[str, Any]:
    """Factors as SALib wants them; ranges play no part in the analysis."""
    names = [f"x{place}" for place in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}
