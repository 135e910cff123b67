"""A quotient of two sums over seeds, with an interval that says when there is none.

value = sum_s n_s / sum_s d_s. Interval: Fieller's, exact for normal means and free of resampling,

  [R - g c/v + -  t/|b| sqrt(w - 2 R c + R^2 v - g (w - c^2/v))] / (1 - g),   g = t^2 v / b^2,

R quotient, b mean of d, w, v, c variances and covariance of the means of n and d, t Student's quantile. With g >= 1 the
denominator cannot be told from zero: the quotient is undefined.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .effects import Array, student

NONE = math.nan


@dataclass(frozen=True)
class Quotient:
    """A quotient with its interval; NaN throughout where it is undefined, interval NaN with a single seed."""

    value: float
    low: float
    high: float
    seeds: int

    @property
    def undefined(self) -> bool:
        """Whether there is no value."""
        return math.isnan(self.value)


def quotient(num: Array, den: Array) -> Quotient:
    """The quotient of the sums of two arrays with an entry per seed."""
    count = len(den)
    if count == 0 or not np.isfinite(num).all() or not np.isfinite(den).all() or den.sum() == 0.0:
        return Quotient(NONE, NONE, NONE, count)
    value = float(num.sum() / den.sum())
    if count == 1:
        return Quotient(value, NONE, NONE, count)
    t = float(student(np.array([count - 1]))[0])
    b = float(den.mean())
    w, v = float(num.var(ddof=1)) / count, float(den.var(ddof=1)) / count
    c = float(((num - num.mean()) * (den - den.mean())).sum()) / (count - 1) / count
    g = t * t * v / (b * b)
    if g >= 1.0:
        return Quotient(NONE, NONE, NONE, count)
    inner = w - 2.0 * value * c + value * value * v - (g * (w - c * c / v) if v > 0.0 else 0.0)
    centre = value - (g * c / v if v > 0.0 else 0.0)
    half = t / abs(b) * math.sqrt(max(0.0, inner))
    return Quotient(value, (centre - half) / (1.0 - g), (centre + half) / (1.0 - g), count)
