"""The schema for editors accepts what the program accepts and marks the commonest mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulation.scenario.parameter import CATALOGUE
from simulation.scenario.schema import scenario_schema

jsonschema = pytest.importorskip("jsonschema")
FOLDER = Path(__file__).parents[2] / "scenarios"
OTHERS = {"sweeps", "searches", "targets", "calibrations", "fits"}  # other kinds of files
SCENARIOS = sorted(path for path in FOLDER.rglob("*.yaml") if OTHERS.isdisjoint(path.parts))


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(json.dumps(scenario_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_and_history_of_the_project_is_accepted(validator, path):
    from ruamel.yaml import YAML

    assert not list(validator.iter_errors(YAML(typ="safe").load(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    "levers",
    [
        {"ipo_window": 1.5},
        {"ipo_window": "baseline"},
        {"ggf_local": {"change": "+20%"}},
        {"rd_super_deduction": {"value": {"LAE": 120}}},
        {"ipo_window": [{"from": "2025Q1", "over": "4q", "value": 1.5}, {"from": "2029Q1", "value": 1}]},
        {"s_fund_public": {"when": "flow_dpi < 1", "value": 30, "for_at_least": "4q"}},
        None,
    ],
)
def test_every_form_of_an_entry_is_accepted(validator, levers):
    assert validator.is_valid({"extends": "baseline", "levers": levers})


@pytest.mark.parametrize(
    "scenario",
    [
        {"lever": {}},
        {"levers": {"ipo_windw": 1}},
        {"levers": {"ipo_window": 9}},
        {"levers": {"ipo_window": {"from": "2025", "value": 1}}},
        {"levers": {"ipo_window": {"value": 1, "change": "+5"}}},
        {"levers": {"ipo_window": {}}},
        {"levers": {"screening_noise": 1}},
        {"levers": {"rd_super_deduction": {"value": {"XXX": 1}}}},
        {"mechanisms": {"credit": False}},
        {"mechanisms": {"knowledge": "no"}},
        {"levers": {"ipo_window": {"value": 1, "for_at_least": "4q"}}},
        {"assumptions": {"ipo_window": 1}},
    ],
)
def test_the_commonest_mistakes_are_marked(validator, scenario):
    assert not validator.is_valid(scenario)


def test_an_editor_can_show_the_label_of_every_parameter():
    text = json.dumps(scenario_schema(), ensure_ascii=False)
    assert all(record.label_en in text and record.label_zh in text for record in CATALOGUE.values())
