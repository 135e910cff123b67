"""An emulator: every moment as a quadratic function of the parameters, with the error it makes on points left out.

    m_k(u) = a_k + b_k'z + z'C_k z + e_k,   z = 2u - 1 in [-1, 1]

u: point of the unit cube; coefficients by ridge regression, whose penalty has the smallest error on points left out.
Moments are taken as log(1 + x): they are counts, money and shares, none below zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...engine.table import Floats

PENALTIES = np.geomspace(1e-4, 1e3, 29)


def features(units: Floats) -> Floats:
    """1, the parameters, and their products (points, 1 + d + d(d+1)/2)."""
    z = 2.0 * np.atleast_2d(units) - 1.0
    first, second = np.triu_indices(z.shape[1])
    squares = z[:, first] * z[:, second] - np.where(first == second, 1.0 / 3.0, 0.0)
    return np.column_stack([np.ones(len(z)), z, squares])


@dataclass(frozen=True)
class Emulator:
    """coefficients (features, moments); left_out (points, moments): errors on points left out; explained (moments,):
    share of the variance of the moment that it foresees there.
    """

    coefficients: Floats
    left_out: Floats
    explained: Floats

    def __call__(self, units: Floats) -> Floats:
        """Moments (points, moments) at points of the unit cube."""
        found: Floats = features(units) @ self.coefficients
        return found

    @property
    def covariance(self) -> Floats:
        """Covariance of the errors (moments, moments); it holds the noise of the seeds that were played as well."""
        found: Floats = np.atleast_2d(self.left_out.T @ self.left_out / len(self.left_out))
        return found


def fit(units: Floats, moments: Floats) -> Emulator:
    """The emulator of moments (points, moments) at points of the unit cube."""
    x = features(units)
    centre, means = x[:, 1:].mean(axis=0), moments.mean(axis=0)
    u, s, vt = np.linalg.svd(x[:, 1:] - centre, full_matrices=False)
    projected = u.T @ (moments - means)
    best_error = np.full(moments.shape[1], np.inf)
    slopes = np.zeros((x.shape[1] - 1, moments.shape[1]))
    left_out = np.zeros_like(moments)
    for penalty in PENALTIES:
        shrink = (s**2 / (s**2 + penalty))[:, np.newaxis]
        leverage = (u**2 @ shrink)[:, 0] + 1.0 / len(x)
        errors = (moments - means - u @ (shrink * projected)) / (1.0 - leverage)[:, np.newaxis]
        error = (errors**2).mean(axis=0)
        better = error < best_error
        best_error = np.where(better, error, best_error)
        slopes[:, better] = (vt.T @ (shrink / s[:, np.newaxis] * projected))[:, better]
        left_out[:, better] = errors[:, better]
    coefficients = np.vstack([means - centre @ slopes, slopes])
    explained = 1.0 - best_error / np.maximum(moments.var(axis=0), 1e-300)
    return Emulator(coefficients, left_out, np.maximum(explained, 0.0))
