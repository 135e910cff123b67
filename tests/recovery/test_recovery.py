"""Parameters that a run was made with can be found again from what it gave.

Training runs at points of a Latin hypercube teach a linear regression from moments to each parameter; runs at points
that it has never seen, with seeds that it has never seen, are the examination. Intervals are as wide as the regression
was wrong in training (leave-one-out), so their coverage is a claim and not a wish.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.stats import qmc
from scipy.stats import t as student

import simulation as tif

pytestmark = pytest.mark.long

# parameter: (low, high); each is scored on all moments below
PRIORS = {"offer_hazard": (0.015, 0.06), "reviews_per_year": (180.0, 400.0), "bargaining": (0.5, 0.85)}
MOMENTS = ("exits_acquisition", "exits_ipo", "valuation_pressure", "median_pre_money", "equity_deals", "listing_queue")
TRAINING, EXAMINED, SCALE, QUARTERS = 40, 20, 0.03, 12
LEVEL = 0.9


def points(count: int, seed: int) -> np.ndarray:
    """Points of a Latin hypercube over the priors (count, parameters)."""
    low, high = np.array(list(PRIORS.values())).T
    return qmc.scale(qmc.LatinHypercube(len(PRIORS), rng=np.random.default_rng(seed)).random(count), low, high)


def moments_of(point: np.ndarray, seed: int) -> np.ndarray:
    """Logarithms of the moments of one run, means over its quarters."""
    values = dict(zip(PRIORS, (float(x) for x in point), strict=True))
    run = tif.run("baseline", [seed], QUARTERS, SCALE, quiet=True, workers=1, cache=False, **values)
    return np.log1p(run.indicators[list(MOMENTS)].mean().to_numpy())


@cache
def samples() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training points and moments, examined points and moments."""
    taught, asked = points(TRAINING, 1), points(EXAMINED, 2)
    return (
        taught, np.array([moments_of(point, 100 + k) for k, point in enumerate(taught)]),
        asked, np.array([moments_of(point, 500 + k) for k, point in enumerate(asked)]),
    )  # fmt: skip


def fit(moments: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients of the regression of a parameter on the moments, and its leave-one-out standard error."""
    design = np.column_stack([np.ones(len(moments)), moments])
    coefficients, *_ = np.linalg.lstsq(design, truth, rcond=None)
    leverage = np.einsum("ij,jk,ik->i", design, np.linalg.pinv(design.T @ design), design)
    left_out = (truth - design @ coefficients) / (1.0 - leverage)
    return coefficients, float(np.sqrt(np.mean(left_out**2)))


@pytest.mark.parametrize("name", list(PRIORS))
def test_a_known_parameter_is_recovered(name):
    taught, taught_moments, asked, asked_moments = samples()
    place = list(PRIORS).index(name)
    coefficients, error = fit(taught_moments, taught[:, place])
    found = np.column_stack([np.ones(EXAMINED), asked_moments]) @ coefficients
    truth = asked[:, place]
    assert np.corrcoef(found, truth)[0, 1] > 0.5
    low, high = PRIORS[name]
    assert np.sqrt(np.mean((found - truth) ** 2)) < (high - low) / np.sqrt(12.0)  # better than the prior's own spread
    half = error * student.ppf(0.5 + LEVEL / 2.0, TRAINING - len(MOMENTS) - 1)
    covered = np.mean(np.abs(found - truth) <= half)
    assert covered >= LEVEL - 2.0 * np.sqrt(LEVEL * (1.0 - LEVEL) / EXAMINED)
