"""Designs: the points they stand for, and what is said of the ones that cannot be carried out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulation.errors import DesignError
from simulation.experiments.design_file import read_design
from simulation.scenario.parameter import CATALOGUE

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios" / "sweeps").glob("*.yaml"))
GOOD = """
base: baseline
vary: {early_mandate: [0.1, 0.5], ipo_window: {from: 0.5, to: 1.5, steps: 3}}
seeds: 1-3
"""


def design(folder, text):
    path = folder / "design.yaml"
    path.write_text(text, encoding="utf-8")
    return read_design(path)


def fault(folder, text):
    with pytest.raises(DesignError) as caught:
        design(folder, text)
    return str(caught.value)


def test_a_grid_is_every_combination_in_order(tmp_path):
    found = design(tmp_path, GOOD)
    assert found.varied == ("early_mandate", "ipo_window")
    assert (found.count, found.runs) == (6, 18)
    assert found.points[0] == {"early_mandate": 0.1, "ipo_window": 0.5}
    assert [point["ipo_window"] for point in found.points[:3]] == [0.5, 1.0, 1.5]


def test_one_at_a_time_begins_with_the_baseline(tmp_path):
    found = design(tmp_path, GOOD + "method: one_at_a_time\n")
    assert found.count == len(found.points) == 6
    assert found.points[0] == {}
    assert {"early_mandate": 0.5} in found.points


@pytest.mark.parametrize(("method", "count"), [("latin", 8), ("sobol", 8 * 4), ("morris", 8 * 3), ("factorial", 4)])
def test_drawn_designs_have_the_points_they_announce_and_draw_them_again(tmp_path, method, count):
    text = f"base: baseline\nmethod: {method}\nvary: {{early_mandate: range, ipo_window: {{from: 0.5, to: 2}}}}\n"
    text += "" if method == "factorial" else "points: 8\n"
    found = design(tmp_path, text)
    assert found.count == len(found.points) == count
    assert found.points == design(tmp_path, text).points
    assert all(0.0 <= point["early_mandate"] <= 1.0 and 0.5 <= point["ipo_window"] <= 2.0 for point in found.points)


def test_points_can_be_listed_or_stand_in_a_table(tmp_path):
    (tmp_path / "points.csv").write_text("early_mandate,ipo_window\n0.2,1\n,2\n", encoding="utf-8")
    found = design(tmp_path, "base: baseline\nlist: [{lockup: 2}]\ntable: points.csv\nseeds: 2\n")
    assert found.points == ({"lockup": 2.0}, {"early_mandate": 0.2, "ipo_window": 1.0}, {"ipo_window": 2.0})
    assert found.varied == ("lockup", "early_mandate", "ipo_window")


def test_values_may_be_dated_entries(tmp_path):
    found = design(tmp_path, "base: baseline\nvary: {ipo_window: [0.3, {from: 2025Q1, value: 1.5}]}\nseeds: 1\n")
    assert json.loads(found.points[1]["ipo_window"]) == {"from": "2025Q1", "value": 1.5}


def test_ranges_add_every_uncertain_assumption(tmp_path):
    found = design(tmp_path, "base: baseline\nmethod: latin\npoints: 4\nassumptions: ranges\nseeds: 1\n")
    assert len(found.varied) > 30


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("base: baseline\nvary: {early_mandat: [0.1]}\n", "early_mandate"),
        ("base: baseline\nvary: {early_mandate: []}\n", "an empty list"),
        ("base: baseline\nvary: {early_mandate: [3]}\n", "0 to 1"),
        ("base: baseline\nvary: {early_mandate: range}\n", "values for a grid"),
        ("base: baseline\nvary: {early_mandate: [0.1]}\nseeds: 0\n", "seeds"),
        ("base: baseline\nvary: {early_mandate: [0.1]}\nmethod: sobal\n", "sobol"),
        ("base: baseline\nmethod: latin\nvary: {early_mandate: range}\n", "without points"),
        ("base: nowhere\nvary: {early_mandate: [0.1]}\n", "nowhere"),
        ("vary: {early_mandate: [0.1]}\n", "no base"),
        ("base: baseline\n", "nothing to vary"),
        ("base: baseline\nvary: {early_mandate: [0.1]}\nkeep: [indicaters]\n", "indicators"),
        ("base: baseline\nvary: {early_mandate: [0.1]}\nquarters: 0\n", "1 to 120"),
        ("base: baseline\nvary: {early_mandate: [0.1]}\nscale: 2\n", "0.001 to 1"),
        ("base: baseline\nvary: {early_mandate: [0.1]}\nlist: [{lockup: 2}]\n", "one of them"),
        ("base: baseline\nvary: {lpr_1y: [0.03]}\n", "an input of history"),
        ("base: baseline\nvary: {ipo_window: [{from: 1999Q1, value: 1}]}\n", "1999Q1"),
        ("base: baseline\ntable: nothing.csv\n", "no such file"),
        ("base: baseline\nassumptions: posterior\nvary: {early_mandate: [0.1]}\n", "posterior"),
        ("base: baseline\nbase: baseline\nvary: {early_mandate: [0.1]}\n", "base"),
    ],
)
def test_a_design_that_cannot_be_carried_out_is_told_with_its_line(tmp_path, text, told):
    said = fault(tmp_path, text)
    assert told in said
    assert "design.yaml" in said or "nothing.csv" in said


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_design_of_the_project_can_be_carried_out(path):
    found = read_design(path)
    assert found.runs == len(found.points) * len(found.seeds) > 0


def test_a_sobol_design_may_carry_the_points_that_pairs_need(tmp_path):
    text = "base: baseline\nmethod: sobol\npoints: 8\nsecond_order: true\nvary: {early_mandate: range, lockup: range}\n"
    found = design(tmp_path, text)
    assert found.count == len(found.points) == 8 * 6
    assert found.hash != design(tmp_path, text.replace("true", "false")).hash
    assert "true with method sobol" in fault(tmp_path, text.replace("method: sobol", "method: morris"))
    assert "true with method sobol" in fault(tmp_path, text.replace("true", "perhaps"))


def test_the_screening_that_is_shipped_moves_every_lever():
    shipped = next(path for path in SHIPPED if path.stem == "morris_levers")
    assert set(read_design(shipped).varied) == {name for name, one in CATALOGUE.items() if one.role == "lever"}
