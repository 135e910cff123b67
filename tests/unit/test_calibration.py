"""Emulator, posterior and plan of a calibration: known answers, coverage of known parameters, told mistakes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import qmc, truncnorm

from simulation.errors import DesignError
from simulation.experiments.calibration import emulator as em
from simulation.experiments.calibration import plan as pl
from simulation.experiments.calibration.fit import seed_noise
from simulation.experiments.calibration.play import Ledger
from simulation.experiments.calibration.posterior import Observed, draw, intervals, log_likelihood
from simulation.experiments.calibration.screen import paths, scores

NOISE = 0.1


def model(units: np.ndarray, rng: np.random.Generator, moments: int = 8) -> np.ndarray:
    """A made-up model: every moment a mildly bent function of some parameters, with noise."""
    fixed = np.random.default_rng(7)
    z = 2.0 * units - 1.0
    count = units.shape[1]
    linear = fixed.normal(size=(count, moments)) * (fixed.random((count, moments)) < 0.5)
    bent = fixed.normal(size=(count, count, moments)) * 0.1
    straight = z @ linear + np.einsum("ni,ijk,nj->nk", z, bent, z)
    return straight + NOISE * rng.standard_normal((len(units), moments))


def points(count: int, dimensions: int, seed: int) -> np.ndarray:
    return qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(count)


def test_an_emulator_finds_a_quadratic_function():
    units = points(120, 3, 1)
    z = 2.0 * units - 1.0
    truth = np.column_stack([1.0 + z[:, 0] - 2.0 * z[:, 1] * z[:, 2], 3.0 * z[:, 2] ** 2])
    made = em.fit(units, truth)
    asked = points(50, 3, 2)
    y = 2.0 * asked - 1.0
    np.testing.assert_allclose(
        made(asked), np.column_stack([1.0 + y[:, 0] - 2.0 * y[:, 1] * y[:, 2], 3.0 * y[:, 2] ** 2]), atol=1e-4
    )
    assert (made.explained > 0.9999).all()


def test_errors_on_points_left_out_are_those_of_leaving_them_out():
    units = points(40, 2, 3)
    moments = model(units, np.random.default_rng(3), 1)
    told = em.fit(units, moments).left_out[:, 0]
    x = em.features(units)
    x = np.column_stack([x[:, 0], x[:, 1:] - x[:, 1:].mean(axis=0)])
    errors = []
    for penalty in em.PENALTIES:
        ridge = penalty * np.diag([0.0] + [1.0] * (x.shape[1] - 1))
        rows = [np.arange(len(x)) != k for k in range(len(x))]
        fits = [np.linalg.solve(x[kept].T @ x[kept] + ridge, x[kept].T @ moments[kept, 0]) for kept in rows]
        errors.append(np.array([moments[k, 0] - x[k] @ beta for k, beta in enumerate(fits)]))
    best = min(errors, key=lambda gaps: float((gaps**2).mean()))
    np.testing.assert_allclose(told, best, rtol=1e-6, atol=1e-9)


def test_the_posterior_of_one_straight_moment_is_a_truncated_normal():
    units = points(60, 1, 1)
    made = em.fit(units, units.copy())
    seen = Observed(np.array([0.9]), np.array([0.04]), np.zeros(1))
    drawn = draw(log_likelihood(made, seen, np.zeros((1, 1))), 1, seed=5, particles=8000)
    exact = truncnorm((0.0 - 0.9) / 0.2, (1.0 - 0.9) / 0.2, 0.9, 0.2)
    assert drawn.mean() == pytest.approx(exact.mean(), abs=0.01)
    np.testing.assert_allclose(np.quantile(drawn, [0.1, 0.5, 0.9]), exact.ppf([0.1, 0.5, 0.9]), atol=0.02)


def test_known_parameters_are_covered_at_their_nominal_rate():
    rng = np.random.default_rng(11)
    units = points(200, 5, 4)
    played = np.stack([model(units, rng), model(units, rng)], axis=1)
    made = em.fit(units, played.mean(axis=1))
    noise = made.covariance + seed_noise(played) / 2.0
    truth = points(60, 5, 9)
    seen = (model(truth, rng) + model(truth, rng)) / 2.0
    none = np.zeros(8)
    held = []
    for k, moments in enumerate(seen):
        drawn = draw(log_likelihood(made, Observed(moments, none, none), noise), 5, seed=k, particles=500)
        ends = [intervals(drawn, level) for level in (0.5, 0.9)]
        held.append([(end[0] <= truth[k]) & (truth[k] <= end[1]) for end in ends])
    half, most = np.mean(held, axis=(0, 2))
    assert 0.42 <= half <= 0.68  # 300 intervals, and noise that is counted a little twice
    assert 0.85 <= most <= 0.99


def test_a_moment_out_of_reach_pulls_and_does_not_decide():
    units = points(100, 2, 1)
    made = em.fit(units, np.column_stack([units[:, 0], units[:, 0] + units[:, 1]]))
    asked, exact = np.array([0.2, 9.0]), np.array([0.01, 0.01]) ** 2
    strict = draw(log_likelihood(made, Observed(asked, exact, np.zeros(2)), 1e-6 * np.eye(2)), 2, seed=1)
    lenient = draw(log_likelihood(made, Observed(asked, exact, np.array([0.0, 7.0])), 1e-6 * np.eye(2)), 2, seed=1)
    assert strict[:, 0].mean() > 0.9
    assert lenient[:, 0].mean() == pytest.approx(0.2, abs=0.01)
    assert lenient[:, 1].mean() > 0.5


def test_the_screening_puts_what_moves_the_moments_first():
    free = tuple(pl.Free(name, 0.0, 1.0) for name in ("a", "b", "c"))
    units = paths(free, 6)
    moments = np.column_stack([units[:, 1], 0.2 * units[:, 2]])
    found = scores(free, units, moments, np.ones(2), np.ones(2))
    assert list(np.argsort(-found)) == [1, 2, 0]
    assert found[0] == pytest.approx(0.0, abs=1e-12)


def test_a_ledger_goes_on_after_a_torn_line(tmp_path):
    path = tmp_path / "runs.jsonl"
    ledger = Ledger.open(path)
    ledger.add(("p", 1), [1.0, float("nan")])
    ledger.add(("p", 2), [2.0, 3.0])
    text = path.read_text()
    path.write_text(text + '{"point": "p", "seed": 3, "mom')
    again = Ledger.open(path)
    assert set(again.known) == {("p", 1), ("p", 2)}
    assert np.isnan(again.known["p", 1][1])
    assert json.loads(text.splitlines()[1])["moments"] == [2.0, 3.0]


def test_the_plan_of_the_project_fits_fifteen_of_its_candidates_to_moments_with_weight():
    plan = pl.read_plan("2023-12")
    assert plan.keep <= 15 < len(plan.candidates)
    assert all(one.weight > 0.0 and one.role == "calibrate" for one in plan.moments)
    assert not set(plan.seeds) & set(plan.holdout)
    ends = np.array([[0.0] * len(plan.candidates), [1.0] * len(plan.candidates)])
    np.testing.assert_allclose(pl.units_of(plan.candidates, pl.values_of(plan.candidates, ends)), ends, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("base: baseline\ncandidates: {screening_nois: range}", "screening_noise"),
        ("base: baseline\ncandidates: {early_mandate: range}", "no assumption"),
        ("base: baseline\ncandidates: {burn_0: range}", "one value"),
        ("base: baseline\ncandidates: {screening_noise: {from: 0.1, to: 9}}", "within 0.6 to 1.6"),
        ("base: baseline\ncandidates: {screening_noise: range}\nseeds: 1-3\nholdout: 3-5", "never sees"),
        ("base: baseline\ncandidates: {screening_noise: range}\nkeep: 40", "1 to 15"),
        ("base: baseline\ncandidates: {screening_noise: range}\npoint: 40", "points"),
        ("base: baseline\nkeep: 3", "nothing to fit"),
    ],
)
def test_a_mistake_in_a_plan_is_told(tmp_path, text, told):
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(DesignError) as error:
        pl.read_plan(path.as_posix())
    assert told in error.value.render()
