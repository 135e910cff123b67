"""A scenario that names a calibration takes its values, or a draw of them for every seed."""

from __future__ import annotations

import json
import pickle

import pytest

from simulation.errors import ScenarioError
from simulation.experiments.job import Job
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import CATALOGUE
from simulation.scenario.written import scenario_of, written_of

NOISE, OFFERS = "screening_noise", "offer_hazard"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "made.yaml"
    path.write_text(f"parameters:\n  {NOISE}: {{value: 1.1, low: 1, high: 1.2}}\n  {OFFERS}: 0.03\n")
    path.with_suffix(".csv").write_text(f"{OFFERS},{NOISE}\n0.02,1.0\n0.04,1.2\n")
    return path


def value(scenario, name: str) -> float:
    return float(scenario.policy(-1, {})[CATALOGUE[name].index, 0])


def test_values_of_a_calibration_hold_from_the_burn_in_on(file):
    scenario = load_scenario("baseline", {"calibration": file.as_posix()})
    assert (value(scenario, NOISE), value(scenario, OFFERS)) == (1.1, 0.03)
    assert scenario.of_seed(7) is scenario
    by_hand = load_scenario("baseline", {NOISE: 1.1, OFFERS: 0.03})
    assert scenario.hash == by_hand.hash
    assert scenario.past_hash(12, 0.05) == by_hand.past_hash(12, 0.05)


def test_every_seed_has_its_own_draw_and_a_job_plays_it(file):
    drawn = load_scenario("baseline", {"calibration": file.as_posix(), "assumptions": "posterior"})
    rows = [(value(drawn.of_seed(seed), OFFERS), value(drawn.of_seed(seed), NOISE)) for seed in (1, 2, 3)]
    assert rows == [(0.02, 1.0), (0.04, 1.2), (0.02, 1.0)]
    (name, played), = Job(2, (("x", drawn),), 4, 0.01, 4).scenarios
    assert name == "x"
    assert played.hash == load_scenario("baseline", {NOISE: 1.2, OFFERS: 0.04}).hash
    assert pickle.loads(pickle.dumps(Job(2, (("x", drawn),), 4, 0.01, 4))).scenarios[0][1].hash == played.hash


def test_an_assumption_that_a_scenario_sets_itself_wins(file):
    drawn = load_scenario("baseline", {"calibration": file.as_posix(), "assumptions": "posterior", OFFERS: 0.05})
    assert value(drawn.of_seed(1), OFFERS) == 0.05
    assert value(drawn.of_seed(1), NOISE) == 1.0
    changed = load_scenario(drawn, {"early_mandate": 0.5})
    assert value(changed.of_seed(2), NOISE) == 1.2
    assert drawn.diverges_from(changed) > 0  # the same draws on the same seed: only the lever parts them


def test_drawn_and_fixed_assumptions_are_different_scenarios(file):
    fixed = load_scenario("baseline", {"calibration": file.as_posix()})
    drawn = load_scenario(fixed, {"assumptions": "posterior"})
    assert fixed.hash != drawn.hash
    assert fixed.diverges_from(drawn) < 0
    assert load_scenario(drawn, {"assumptions": "fixed"}).hash == fixed.hash


def test_a_manifest_carries_the_draws(file):
    drawn = load_scenario("baseline", {"calibration": file.as_posix(), "assumptions": "posterior"})
    again = scenario_of({"name": "x"}, json.loads(json.dumps(written_of(drawn))))
    assert again.hash == drawn.hash
    assert again.of_seed(2).hash == drawn.of_seed(2).hash


def test_a_scenario_file_names_one_beside_it_or_by_name(file, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("extends: baseline\ncalibration: made.yaml\nassumptions: posterior\n")
    assert value(load_scenario(policy.as_posix()).of_seed(1), OFFERS) == 0.02


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("calibration: nothing-like-it", "nothing-like-it"),
        ("assumptions: posterior", "no calibration"),
        ("calibration: made.yaml\nassumptions: posteror", "posterior"),
        ("calibration: [1]", "the name of one"),
        ("calibration: wrong.yaml", "screening_noise"),
        ("calibration: far.yaml", "0.6 to 1.6"),
        ("calibration: empty.yaml", "no parameters"),
    ],
)
def test_mistakes_are_told_with_their_place(file, tmp_path, text, told):
    (tmp_path / "wrong.yaml").write_text("parameters: {screening_nois: 1}\n")
    (tmp_path / "far.yaml").write_text("parameters: {screening_noise: {value: 9}}\n")
    (tmp_path / "empty.yaml").write_text("title: x\n")
    policy = tmp_path / "policy.yaml"
    policy.write_text(f"extends: baseline\n{text}\n")
    with pytest.raises(ScenarioError) as error:
        load_scenario(policy.as_posix())
    assert told in error.value.render()


def test_draws_out_of_range_or_of_other_parameters_are_refused(file):
    file.with_suffix(".csv").write_text(f"{NOISE},{OFFERS}\n1.0,7\n")
    with pytest.raises(ScenarioError) as error:
        load_scenario("baseline", {"calibration": file.as_posix()})
    assert "made.csv:2" in error.value.render()
    file.with_suffix(".csv").write_text(f"{NOISE}\n1.0\n")
    with pytest.raises(ScenarioError) as error:
        load_scenario("baseline", {"calibration": file.as_posix()})
    assert "other columns" in error.value.render()
