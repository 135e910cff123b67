"""The posterior: parameters in their ranges, weighed by how well the emulated moments fit what was observed.

    log p(u) = -1/2 (m(u) - t)' S^-1 (m(u) - t)   in the unit cube, 0 outside

m: emulated moments; t: observed; S: errors of the emulator, noise of the seeds, and how exact the observation is.
Drawn by tempering: particles go from the prior to the posterior in steps that keep half of them, each followed by
Metropolis moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...engine.table import Floats
from .emulator import Emulator

PARTICLES = 2000
MOVES = 12
KEPT = 0.5  # share of particles that a step of the temperature leaves worth something


@dataclass(frozen=True)
class Observed:
    """What the moments are compared with: values, and variances of what is observed and of how far the model is off.

    All in log(1 + x). reach: distance of each value from what played points gave, 0 if some lie in its band; a moment
    that no point reaches is given that distance as tolerance: it pulls, and does not decide.
    """

    value: Floats
    variance: Floats
    reach: Floats


def log_likelihood(emulator: Emulator, observed: Observed, noise: Floats) -> Callable[[Floats], Floats]:
    """The function above; noise: covariance (moments, moments) of emulator and seeds."""
    spread = noise + np.diag(observed.variance + observed.reach**2)
    inverse = np.linalg.inv(spread)

    def of(units: Floats) -> Floats:
        gap = emulator(units) - observed.value
        found: Floats = -0.5 * np.einsum("ij,jk,ik->i", gap, inverse, gap)
        return found

    return of


def draw(likelihood: Callable[[Floats], Floats], dimensions: int, seed: int, particles: int = PARTICLES) -> Floats:
    """Equally likely points (particles, dimensions) of the posterior in the unit cube; the same seed draws the same."""
    rng = np.random.default_rng(seed)
    points = rng.random((particles, dimensions))
    value = likelihood(points)
    heat = 0.0
    while heat < 1.0:
        step = _step(value, 1.0 - heat)
        weights = np.exp(step * (value - value.max()))
        chosen = _resampled(weights / weights.sum(), rng)
        points, value = points[chosen], value[chosen]
        heat += step
        spread = np.linalg.cholesky(np.cov(points.T).reshape(dimensions, dimensions) + 1e-8 * np.eye(dimensions))
        size = 2.38 / np.sqrt(dimensions)
        for _ in range(MOVES):
            tried = points + size * rng.standard_normal(points.shape) @ spread.T
            inside = ((tried >= 0.0) & (tried <= 1.0)).all(axis=1)
            new = np.where(inside, likelihood(np.clip(tried, 0.0, 1.0)), -np.inf)
            taken = np.log(rng.random(particles)) < heat * (new - value)
            points[taken], value[taken] = tried[taken], new[taken]
            size *= 1.15 if taken.mean() > 0.25 else 0.87
    return points


def _step(value: Floats, most: float) -> float:
    """The largest step of the temperature after which `KEPT` of the particles count."""

    def effective(step: float) -> float:
        weights = np.exp(step * (value - value.max()))
        return float(weights.sum() ** 2 / (weights**2).sum() / len(value))

    if effective(most) >= KEPT:
        return most
    low, high = 0.0, most
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(middle) >= KEPT else (low, middle)
    return max(low, 1e-6)


def _resampled(weights: Floats, rng: np.random.Generator) -> np.ndarray:
    """Places of particles drawn with these weights, as evenly as can be (systematic resampling)."""
    ends = np.cumsum(weights)
    asked = (rng.random() + np.arange(len(weights))) / len(weights)
    return np.minimum(np.searchsorted(ends, asked), len(weights) - 1)


def intervals(points: Floats, level: float) -> Floats:
    """Ends (2, parameters) of the middle part of the points that has this share of them."""
    found: Floats = np.quantile(points, [0.5 - level / 2.0, 0.5 + level / 2.0], axis=0)
    return found
