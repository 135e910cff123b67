"""Search files: what they stand for, and what is said of the ones that cannot be carried out."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.errors import DesignError
from simulation.experiments.search_file import read_search
from simulation.scenario.chain import scenario_names
from tests.scenarios.test_cli_refusals import assert_refused, tif_in

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios" / "searches").glob("*.yaml"))
GOOD = """
base: baseline
levers: {early_mandate: range, ggf_central: {from: 0, to: 120}, lockup: [4, 2], fund_term: {from: 8, to: 12, steps: 3}}
budget: 200
goals: [validated_products, npl_ratio]
"""


def search(folder, text):
    path = folder / "search.yaml"
    path.write_text(text, encoding="utf-8")
    return read_search(path)


def test_a_lever_takes_its_range_two_ends_or_a_few_values(tmp_path):
    found = search(tmp_path, GOOD)
    chosen = {choice.name: (choice.low, choice.high, choice.values) for choice in found.choices}
    assert chosen == {
        "early_mandate": (0.0, 1.0, ()), "ggf_central": (0.0, 120.0, ()), "lockup": (2.0, 4.0, (2.0, 4.0)),
        "fund_term": (8.0, 12.0, (8.0, 10.0, 12.0)),
    }  # fmt: skip
    assert found.as_now() == {"early_mandate": 0.1, "ggf_central": 45.0, "lockup": 1, "fund_term": 0}
    assert found.point({"early_mandate": 1 / 3, "ggf_central": 119.99999, "lockup": 0, "fund_term": 2}) == {
        "early_mandate": 0.3333, "ggf_central": 120.0, "lockup": 2.0, "fund_term": 12.0,
    }  # fmt: skip


def test_goals_take_the_direction_of_their_record_or_one_that_is_said(tmp_path):
    found = search(tmp_path, GOOD.replace("npl_ratio", "npl_ratio, {dry_powder: lower}"))
    assert [(goal.indicator, goal.better, goal.sign) for goal in found.goals] == [
        ("validated_products", "higher", 1.0), ("npl_ratio", "lower", -1.0), ("dry_powder", "lower", -1.0)
    ]  # fmt: skip


def test_levers_may_be_a_list(tmp_path):
    found = search(tmp_path, GOOD.replace(GOOD.splitlines()[2], "levers: [early_mandate, lockup]"))
    assert [(choice.name, choice.low, choice.high) for choice in found.choices] == [
        ("early_mandate", 0.0, 1.0), ("lockup", 1.0, 12.0)
    ]  # fmt: skip


def test_more_trials_and_other_hold_out_seeds_are_the_same_search(tmp_path):
    one = search(tmp_path, GOOD)
    assert search(tmp_path, GOOD + "trials: 480\nholdout: 501-503\n").hash == one.hash
    for other in ("budget: 201", "seeds: 1-9", "population: 12", "sampler_seed: 2", "scale: 0.1", "quarters: 50"):
        key = other.partition(":")[0]
        lines = [line for line in GOOD.splitlines() if not line.startswith(key)]
        assert search(tmp_path, "\n".join([*lines, other])).hash != one.hash


@pytest.mark.parametrize(
    ("change", "told", "line"),
    [
        ("levers: {early_mandat: range}", "early_mandate", 3),
        ("levers: {early_mandate: {from: 0, to: 3}}", "0 to 1", 3),
        ("levers: {early_mandate: 0.5}", "a list of values", 3),
        ("levers: {early_mandate: [0.5]}", "nothing to choose between", 3),
        ("levers: {early_mandate: {from: 0.5, to: 0.5}}", "nothing to choose between", 3),
        ("levers: {ipo_window: [0.3, {from: 2025Q1, value: 1.5}]}", "nothing to choose between", 3),
        ("levers: {lpr_1y: range}", "an input of history", 3),
        ("levers: {screening_noise: range}", "an assumption, which no policy chooses", 3),
        ("levers: {}", "no lever to choose", 3),
        ("levers: early_mandate", "a list of levers", 3),
        ("budget: -5", "from 0 to", 4),
        ("budget: plenty", "from 0 to", 4),
        ("goals: []", "1 to 3 indicators", 5),
        ("goals: [npl_ratio, npl_ratio]", "named twice", 5),
        ("goals: [npl_ratio, rd_spending, equity_deals, loan_approval_rate]", "4 goals", 5),
        ("goals: [npl_rati]", "npl_ratio", 5),
        ("goals: [dry_powder]", "{dry_powder: higher}", 5),
        ("goals: [{dry_powder: lowr}]", "lower", 5),
        ("goals: [additionality]", "no goal", 5),
        ("goals: npl_ratio", "a list such as", 5),
        ("trials: 100", "96 or 120", 6),
        ("trials: 2", "a whole number from 4", 6),
        ("population: 3", "a whole number from 4", 6),
        ("seeds: 1", "at least two", 6),
        ("seeds: 0", "at least two", 6),
        ("holdout: 8-12", "the search has used: 8, 9, 10", 6),
        ("sampler_seed: -1", "a whole number from 0", 6),
        ("front_points: 0", "a whole number from 1", 6),
        ("quarters: 12", "policies begin in 2024Q1", 6),
        ("window: 2030Q1", "two quarters with a colon", 6),
        ("vary: {early_mandate: range}", "levers", 6),
        ("bugdet: 5", "budget", 6),
    ],
)
def test_a_search_that_cannot_be_carried_out_is_told_with_its_line(tmp_path, change, told, line):
    lines = GOOD.splitlines()
    key = change.partition(":")[0]
    there = [place for place, text in enumerate(lines) if text.startswith(f"{key}:")]
    if there:
        lines[there[0]] = change
    with pytest.raises(DesignError) as caught:
        search(tmp_path, "\n".join(lines if there else [*lines, change]))
    assert told in str(caught.value)
    assert f"search.yaml:{line}\n" in str(caught.value)


@pytest.mark.parametrize(("key", "told"), [("base", "no base"), ("levers", "no lever"), ("budget", "no budget"), ("goals", "0 goals")])
def test_what_is_left_out_is_told(tmp_path, key, told):
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(key))
    with pytest.raises(DesignError, match=told):
        search(tmp_path, text)


def test_the_command_refuses_with_a_block_and_leaves_nothing_behind(tmp_path):
    (tmp_path / "search.yaml").write_text(GOOD.replace("npl_ratio", "npl_rati"), encoding="utf-8")
    assert_refused(tif_in(tmp_path, "optimise", "search.yaml"), "nearest: npl_ratio", tmp_path, {"search.yaml"})
    assert_refused(tif_in(tmp_path, "optimise", "nothing.yaml"), "no such file", tmp_path, {"search.yaml"})


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_search_of_the_project_can_be_carried_out(path):
    found = read_search(path)
    assert found.generations * found.population == found.trials
    assert found.as_now()


def test_searches_are_not_taken_for_scenarios():
    assert not {path.stem for path in SHIPPED} & set(scenario_names())
