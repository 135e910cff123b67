"""Fitting: everything from the screening to the posterior, its recovery of known parameters, and other seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import norm, qmc

from ...engine.table import Floats
from ..conduct import Way
from ..targets import Target
from .emulator import Emulator, fit
from .plan import CalibrationPlan, Free, units_of
from .play import Ledger, play_points
from .posterior import Observed, draw, intervals, log_likelihood
from .screen import paths, scores

LEVELS = (0.5, 0.9)  # shares that the intervals of the recovery should cover
TAIL = float(norm.ppf(0.95))  # a band is taken as nine tenths of what the published number may be
SEED_POINTS, SEED_RECOVERY, SEED_DRAWS = 1, 2, 3
WORST = 0.2  # share of runs in which a moment may be undefined
PREDICTED = 24  # draws that are played on hold-out seeds


@dataclass(frozen=True)
class Recovery:
    """Known parameters found again: truth, middle and ends (levels, 2, points, parameters), in the unit cube."""

    truth: Floats
    middle: Floats
    ends: Floats

    def coverage(self) -> Floats:
        """Share of intervals (levels, parameters) that hold the truth."""
        held = (self.ends[:, 0] <= self.truth) & (self.truth <= self.ends[:, 1])
        found: Floats = held.mean(axis=1)
        return found


@dataclass(frozen=True)
class Tried:
    """Moments (points, seeds, moments) on hold-out seeds: of the base as it is, of the fitted values, of draws."""

    base: Floats
    fitted: Floats
    drawn: Floats


@dataclass
class Fit:
    """What a calibration has found; everything about parameters is in the unit cube of their ranges."""

    plan: CalibrationPlan
    screened: dict[str, float] = field(default_factory=dict)
    free: tuple[Free, ...] = ()
    moments: tuple[Target, ...] = ()
    dropped: tuple[str, ...] = ()
    units: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    played: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    emulator: Emulator | None = None
    observed: Observed | None = None
    noise: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    posterior: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    named_by: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    recovery: Recovery | None = None
    tried: Tried | None = None

    @property
    def fitted(self) -> Floats:
        """The values that a calibration stands for: the mean of the posterior."""
        found: Floats = self.posterior.mean(axis=0)
        return found

    def contraction(self) -> Floats:
        """How much narrower than its range a parameter has become: 1 - sd of the posterior / sd of the range."""
        found: Floats = 1.0 - self.posterior.std(axis=0) * np.sqrt(12.0)
        return found


def logs(values: Floats) -> Floats:
    """log(1 + x), the form in which moments are compared; a share or count below zero would be a fault."""
    found: Floats = np.log1p(np.maximum(values, 0.0))
    return found


def tolerance(targets: tuple[Target, ...]) -> Floats:
    """Standard deviation, in logs, of what each published number may be: its band, wider for a weaker source."""
    bands = np.array([(logs(np.array(one.high)) - logs(np.array(one.low))) / (2.0 * TAIL) for one in targets])
    found: Floats = bands / np.sqrt([one.weight for one in targets])
    return found


def filled(moments: Floats) -> Floats:
    """Moments with the mean of its runs where one is undefined."""
    means = np.nanmean(moments.reshape(-1, moments.shape[-1]), axis=0)
    return np.where(np.isnan(moments), means, moments)


def seed_noise(moments: Floats) -> Floats:
    """Covariance (moments, moments) of one seed around the mean of its point, pooled over points."""
    gaps = moments - moments.mean(axis=1, keepdims=True)
    flat = gaps.reshape(-1, moments.shape[-1])
    found: Floats = np.atleast_2d(flat.T @ flat) / max(1, len(flat) - moments.shape[0])
    return found


def calibrate(plan: CalibrationPlan, ledger: Ledger, way: Way, tell: Callable[[str], None]) -> Fit:
    """Everything in order. Errors: RunFailed; Interrupted after Ctrl-C, when the ledger keeps what was finished."""
    found = Fit(plan, moments=plan.moments, free=plan.candidates)
    _screen(found, ledger, way)
    tell(f"Fitted: {len(found.free)} of {len(plan.candidates)} candidates.")
    count = len(found.free)
    found.units = np.asarray(qmc.LatinHypercube(count, rng=np.random.default_rng(SEED_POINTS)).random(plan.points))
    played = play_points(plan, found.free, found.units, plan.seeds, ledger, way, "Points")
    _choose_moments(found, played)
    _infer(found, logs(played))
    if plan.refine:
        more = found.posterior[np.linspace(0, len(found.posterior) - 1, plan.refine).astype(int)]
        again = play_points(plan, found.free, more, plan.seeds, ledger, way, "Points of the posterior")
        found.units = np.vstack([found.units, more])
        played = np.concatenate([played, again])
        _infer(found, logs(played))
    tell(f"Posterior of {count} parameters from {len(found.units)} points and {len(found.moments)} moments.")
    found.named_by = identified(found)
    if plan.recovery:
        found.recovery = recover(found, ledger, way)
    found.tried = try_out(found, ledger, way)
    return found


def kept_places(found: Fit) -> list[int]:
    """Places, among the moments of the plan, of those that are used."""
    return [place for place, one in enumerate(found.plan.moments) if one in found.moments]


def _screen(found: Fit, ledger: Ledger, way: Way) -> None:
    """Keep the candidates that move the moments most."""
    plan = found.plan
    if not plan.paths or len(plan.candidates) <= plan.keep:
        return
    units = paths(plan.candidates, plan.paths)
    played = play_points(plan, plan.candidates, units, plan.seeds[:1], ledger, way, "Screening")[:, 0]
    defined = np.isnan(played).mean(axis=0) <= WORST
    targets = tuple(one for one, is_there in zip(plan.moments, defined, strict=True) if is_there)
    moments = filled(logs(played[:, defined]))
    noise = np.median(np.abs(np.diff(moments, axis=0)), axis=0) / 0.95  # most steps of a path change little else
    spread = np.sqrt(noise**2 + tolerance(targets) ** 2)
    found_scores = scores(plan.candidates, units, moments, spread, np.array([one.weight for one in targets]))
    order = np.argsort(-found_scores)
    found.screened = {plan.candidates[k].name: float(found_scores[k]) for k in order}
    found.free = tuple(plan.candidates[k] for k in sorted(order[: plan.keep]))


def _choose_moments(found: Fit, played: Floats) -> None:
    """Leave out moments that many runs do not define."""
    rare = np.isnan(played).reshape(-1, played.shape[-1]).mean(axis=0) > WORST
    found.moments = tuple(one for one, is_rare in zip(found.plan.moments, rare, strict=True) if not is_rare)
    found.dropped = tuple(one.id for one, is_rare in zip(found.plan.moments, rare, strict=True) if is_rare)


def _infer(found: Fit, played: Floats) -> None:
    """Emulator, what is observed, noise and posterior from the points played so far (in logs)."""
    found.played = filled(played[:, :, kept_places(found)])
    means = found.played.mean(axis=1)
    found.emulator = fit(found.units, means)
    found.noise = found.emulator.covariance + seed_noise(found.played) / found.played.shape[1]
    published = logs(np.array([one.value for one in found.moments]))
    low, high = np.quantile(means, [0.01, 0.99], axis=0)
    ends = [logs(np.array([getattr(one, end) for one in found.moments])) for end in ("low", "high")]
    missed = (high < ends[0]) | (low > ends[1])
    reach = np.where(missed, np.maximum(low - published, published - high), 0.0)
    found.observed = Observed(published, tolerance(found.moments) ** 2, reach)
    likelihood = log_likelihood(found.emulator, found.observed, found.noise)
    found.posterior = draw(likelihood, len(found.free), SEED_DRAWS)


def identified(found: Fit) -> Floats:
    """What each moment says of each parameter (parameters, moments): the contraction that is lost without it."""
    assert found.emulator is not None
    assert found.observed is not None
    whole = found.contraction()
    lost = []
    for place in range(len(found.moments)):
        variance = found.observed.variance.copy()
        variance[place] = 1e6
        without = Observed(found.observed.value, variance, found.observed.reach)
        points = draw(log_likelihood(found.emulator, without, found.noise), len(found.free), SEED_DRAWS)
        lost.append(whole - (1.0 - points.std(axis=0) * np.sqrt(12.0)))
    return np.array(lost).T


def recover(found: Fit, ledger: Ledger, way: Way) -> Recovery:
    """Find the parameters of points that were never played, from their moments on seeds that were never used."""
    assert found.emulator is not None
    plan = found.plan
    rng = np.random.default_rng(SEED_RECOVERY)
    truth = np.asarray(qmc.LatinHypercube(len(found.free), rng=rng).random(plan.recovery))
    seeds = plan.holdout[: len(plan.seeds)]
    played = play_points(plan, found.free, truth, seeds, ledger, way, "Recovery")
    seen = filled(logs(played[:, :, kept_places(found)])).mean(axis=1)
    noise = found.noise + seed_noise(found.played) / len(seeds)
    nothing = np.zeros(seen.shape[1])
    middle, ends = [], []
    for k, moments in enumerate(seen):
        likelihood = log_likelihood(found.emulator, Observed(moments, nothing, nothing), noise)
        points = draw(likelihood, len(found.free), 100 + k)
        middle.append(np.median(points, axis=0))
        ends.append([intervals(points, level) for level in LEVELS])
    return Recovery(truth, np.array(middle), np.array(ends).transpose(1, 2, 0, 3))


def try_out(found: Fit, ledger: Ledger, way: Way) -> Tried:
    """Play the base as it is, the fitted values and some draws on seeds that the fit has not seen."""
    plan = found.plan
    base = units_of(found.free, plan.before(found.free)[np.newaxis])
    some = found.posterior[np.linspace(0, len(found.posterior) - 1, PREDICTED).astype(int)]
    all_points = np.vstack([base, found.fitted[np.newaxis], some])
    first = play_points(plan, found.free, all_points[:2], plan.holdout, ledger, way, "Hold-out seeds")
    drawn = play_points(plan, found.free, all_points[2:], plan.holdout[:1], ledger, way, "Draws on hold-out seeds")
    places = kept_places(found)
    return Tried(first[0][:, places], first[1][:, places], drawn[:, 0][:, places])

