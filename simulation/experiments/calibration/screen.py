"""Screening: which candidates move the moments at all (Morris), so that few parameters are fitted to few moments.

    score_j = sqrt( sum_k w_k (mu*_jk / s_k)^2 / sum_k w_k )

mu*_jk: mean size of the change of moment k when candidate j goes through its range; s_k: how far moment k may be off
(noise of a seed and the band of the target together); w_k: weight of the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...engine.table import Floats
from .plan import Free

LEVELS = 4


def problem(free: Sequence[Free]) -> dict[str, Any]:
    """The unit cube in the form that SALib takes."""
    return {"num_vars": len(free), "names": [one.name for one in free], "bounds": [[0.0, 1.0]] * len(free)}


def paths(free: Sequence[Free], count: int) -> Floats:
    """Points (count (d + 1), d) of Morris paths through the unit cube; the same at each call."""
    from SALib.sample import morris

    found: Floats = morris.sample(problem(free), count, num_levels=LEVELS, seed=1)
    return found


def scores(free: Sequence[Free], units: Floats, moments: Floats, spread: Floats, weights: Floats) -> Floats:
    """The score of each candidate; moments (points, moments), spread and weights (moments,)."""
    from SALib.analyze import morris

    sizes = np.array([
        np.asarray(morris.analyze(problem(free), units, column, num_levels=LEVELS, num_resamples=2)["mu_star"])
        for column in moments.T
    ])  # fmt: skip
    squares = weights[:, np.newaxis] * (sizes / spread[:, np.newaxis]) ** 2
    found: Floats = np.sqrt(squares.sum(axis=0) / weights.sum())
    return found
