"""Boxes by the Patient Rule Induction Method (Friedman and Fisher 1999, library prim), chosen and pruned by rule.

coverage = cases in the box / all cases         density = cases in the box / runs in the box

Of the boxes that prim passes on its way, the one with the largest gap (share of the cases inside - share of the other
runs inside) is chosen, or, if a least density is asked for, the one with most coverage among those that have it. A
limit is then dropped if that costs less than one point of the gap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError

Array = NDArray[np.float64]
Kinds = NDArray[np.bool_]
Limits = dict[int, tuple[float, float]]

PEEL = 0.05  # share of the runs cut off in a step
LEAST_SHARE, LEAST_RUNS = 0.05, 8  # of a box
SLACK = 0.01
LEAST_GAP = 0.1
MOST_BOXES = 3
FOLDS = 4


@dataclass(frozen=True)
class Box:
    """Limits by the place of a factor, how the box does, and the way that led to it."""

    limits: Limits
    inside: Kinds
    coverage: float
    density: float
    gap: float
    path: list[dict[str, float]] = field(default_factory=list)


def load_prim() -> Any:
    """The library. Errors: UsageError if it is not installed."""
    try:
        import prim
    except ImportError:
        raise UsageError.at(
            "tif discover", "the library prim is not installed", "", "", 'pip install "tif-cycle[discovery]"'
        ) from None
    return prim


def find_boxes(x: Array, cases: Kinds, density: float | None = None) -> list[Box]:
    """Up to three boxes; each is sought among the runs outside the ones before. x: runs x factors, no gaps."""
    boxes: list[Box] = []
    left = np.ones(len(x), dtype=bool)
    while len(boxes) < MOST_BOXES and cases[left].sum() >= max(LEAST_RUNS, 0.1 * cases.sum()):
        found = find_box(x[left], cases[left], density)
        if found is None:
            break
        whole = judge(x, cases, found.limits)
        inside = whole.inside & left
        hits = int((inside & cases).sum())
        boxes.append(Box(found.limits, inside, hits / cases.sum(), hits / max(1, inside.sum()), found.gap, found.path))
        left &= ~whole.inside
    return boxes


def find_box(x: Array, cases: Kinds, density: float | None = None) -> Box | None:
    """The best box of one peeling, or None if no box sets the cases apart."""
    if cases.all() or not cases.any():
        return None
    steps = [judge(x, cases, limits) for limits in peel(x, cases)]
    dense = [step for step in steps if density is not None and step.density >= density]
    if density is not None:
        best = max(dense, key=lambda step: (step.coverage, -len(step.limits)), default=None)
    else:
        best = max(steps, key=lambda step: (round(step.gap, 6), -len(step.limits)))
    if best is None or best.gap < LEAST_GAP or not best.limits:
        return None
    best = pruned(x, cases, best, density)
    path = [{"coverage": step.coverage, "density": step.density, "mass": float(step.inside.mean()),
             "factors": float(len(step.limits))} for step in steps]  # fmt: skip
    return Box(best.limits, best.inside, best.coverage, best.density, best.gap, path)


def peel(x: Array, cases: Kinds) -> list[Limits]:
    """The limits of every box on prim's way, from all runs to the smallest box."""
    import pandas as pd

    prim = load_prim()
    names = [f"x{place}" for place in range(x.shape[1])]
    least = max(LEAST_SHARE, LEAST_RUNS / len(x))
    seeker = prim.Prim(pd.DataFrame(x, columns=names), cases.copy(), peel_alpha=PEEL, mass_min=least)
    found = seeker.find_box()
    low, high = x.min(axis=0), x.max(axis=0)
    way = []
    for step in found._box_lims:
        ends = [(float(step[name][0]), float(step[name][1])) for name in names]
        way.append({k: (a, b) for k, (a, b) in enumerate(ends) if a > low[k] or b < high[k]})
    return way


def judge(x: Array, cases: Kinds, limits: Limits) -> Box:
    """Coverage, density and gap of a box."""
    inside = np.ones(len(x), dtype=bool)
    for place, (low, high) in limits.items():
        inside &= (x[:, place] >= low) & (x[:, place] <= high)
    hits, others = int((inside & cases).sum()), int((inside & ~cases).sum())
    coverage = hits / max(1, int(cases.sum()))
    return Box(limits, inside, coverage, hits / max(1, hits + others), coverage - others / max(1, int((~cases).sum())))


def pruned(x: Array, cases: Kinds, box: Box, density: float | None) -> Box:
    """The box without limits that hardly matter, the least important one first."""
    while len(box.limits) > 1:
        less = [judge(x, cases, {k: v for k, v in box.limits.items() if k != place}) for place in box.limits]
        less = [one for one in less if density is None or one.density >= density]
        best = max(less, key=lambda one: one.gap, default=None)
        if best is None or best.gap < box.gap - SLACK:
            return box
        box = best
    return box


def quasi_p(x: Array, cases: Kinds, box: Box, place: int) -> float:
    """Chance of a density as high if the limit on one factor did nothing (Bryant and Lempert 2010); a guide.

    One-sided binomial: runs in the box, each a case with the density of the box without that limit.
    """
    from scipy.stats import binom

    without = judge(x, cases, {k: v for k, v in box.limits.items() if k != place})
    within = judge(x, cases, box.limits)
    runs, hits = int(within.inside.sum()), int((within.inside & cases).sum())
    return float(binom.sf(hits - 1, runs, without.density))


def held_out(x: Array, cases: Kinds, points: NDArray[np.int64], density: float | None) -> tuple[float, float]:
    """Coverage and density of the first box on points that were not used to find it, four folds of points pooled.

    Empty where no fold gives a box.
    """
    order = np.random.default_rng(0).permutation(np.unique(points))
    inside, tested = np.zeros(len(x), dtype=bool), np.zeros(len(x), dtype=bool)
    for fold in range(FOLDS):
        test = np.isin(points, order[fold::FOLDS])
        found = find_box(x[~test], cases[~test], density)
        if found is not None:
            tested |= test
            inside |= test & judge(x, cases, found.limits).inside
    hits = int((inside & cases).sum())
    if not (tested & cases).any() or not inside.any():
        return float("nan"), float("nan")
    return hits / int((tested & cases).sum()), hits / int(inside.sum())
