"""What a scenario file means: which value is in force in which quarter, sector and region."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulation.errors import InternalError
from simulation.scenario.describe import describe
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import DEFAULTS, REGIONS, SECTORS, parameter
from simulation.scenario.quarters import parse_quarter

BASE = load_scenario("baseline")
WINDOW, CENTRAL, LOCAL, DEDUCTION = (
    parameter(name) for name in ("ipo_window", "ggf_central", "ggf_local", "rd_super_deduction")
)


def policy(levers=None, **rest):
    """The baseline with these levers."""
    return load_scenario({"extends": "baseline", "levers": levers or {}, **rest})


def value(scenario, name, date, last=None, column=0):
    """A value in force in a quarter."""
    return scenario.policy(parse_quarter(date), last or {})[parameter(name), column]


# --- the base path ---


def test_the_burn_in_has_the_catalogue_values():
    assert np.array_equal(BASE.policy(-1, {}), DEFAULTS)
    assert np.array_equal(BASE.policy(-80, {}), DEFAULTS)


def test_history_is_laid_over_the_catalogue_and_holds_until_its_next_entry():
    assert [
        value(BASE, "ipo_window", date) for date in ("2021Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1", "2035Q4")
    ] == [1, 1, 0.77, 0.30, 0.30, 0.30]
    assert value(BASE, "rd_super_deduction", "2021Q4", column=SECTORS.index("AI")) == 75
    assert value(BASE, "rd_super_deduction", "2021Q4", column=SECTORS.index("BIO")) == 100


def test_a_file_that_extends_nothing_and_names_no_history_has_catalogue_values_throughout():
    scenario = load_scenario({"name": "bare"})
    assert np.array_equal(scenario.policy(59, {}), DEFAULTS)
    assert "no history" in describe(scenario)


def test_the_root_file_is_laid_over_history_and_the_policy_over_the_root(tmp_path):
    (tmp_path / "history.yaml").write_text("levers:\n  ggf_local: [{value: 200}, {from: 2023Q1, value: 220}]\n")
    (tmp_path / "root.yaml").write_text("history: history.yaml\nlevers:\n  ggf_local: {from: 2025Q1, value: 240}\n")
    (tmp_path / "policy.yaml").write_text(
        "extends: root.yaml\nlevers:\n  ggf_local: {from: 2026Q1, until: 2026Q4, value: 300}\n"
    )
    scenario = load_scenario(tmp_path / "policy.yaml")
    dates = ("2021Q1", "2022Q4", "2023Q1", "2024Q4", "2025Q1", "2026Q1", "2026Q4", "2027Q1")
    assert [value(scenario, "ggf_local", date) for date in dates] == [200, 200, 220, 220, 240, 300, 300, 240]
    assert scenario.files == tuple(
        (tmp_path / name).as_posix() for name in ("policy.yaml", "root.yaml", "history.yaml")
    )


# --- entries ---


def test_a_bare_number_holds_from_2024Q1_to_the_end():
    scenario = policy({"ipo_window": 1.5})
    assert [value(scenario, "ipo_window", date) for date in ("2023Q4", "2024Q1", "2035Q4", "2050Q4")] == [
        0.30,
        1.5,
        1.5,
        1.5,
    ]
    assert scenario.policy(500, {})[WINDOW, 0] == 1.5


def test_until_is_included_and_then_the_baseline_holds_again():
    scenario = policy({"ggf_central": {"from": "2024Q2", "until": "2027Q4", "value": 60}})
    assert [value(scenario, "ggf_central", date) for date in ("2024Q1", "2024Q2", "2027Q4", "2028Q1")] == [
        45,
        60,
        60,
        45,
    ]


def test_over_approaches_the_value_in_equal_steps_and_reaches_it_in_the_last_of_them():
    scenario = policy({"ipo_window": {"from": "2025Q1", "over": "4q", "value": 1.5}})
    dates = ("2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1")
    assert [value(scenario, "ipo_window", date) for date in dates] == pytest.approx([0.3, 0.6, 0.9, 1.2, 1.5, 1.5])
    assert value(scenario, "ipo_window", "2025Q4") == 1.5


def test_later_entries_of_a_list_win_and_start_from_the_earlier_ones():
    scenario = policy({"ipo_window": [{"from": "2025Q1", "value": 2}, {"from": "2029Q1", "over": "2q", "value": 1}]})
    assert [value(scenario, "ipo_window", date) for date in ("2028Q4", "2029Q1", "2029Q2", "2035Q4")] == [2, 1.5, 1, 1]


def test_a_change_in_percent_follows_the_baseline_quarter_by_quarter(tmp_path):
    (tmp_path / "root.yaml").write_text(
        "levers:\n  ggf_local: [{from: 2024Q1, value: 100}, {from: 2026Q1, value: 200}]\n"
    )
    scenario = load_scenario(written(tmp_path, "ggf_local: {change: +20%}"))
    assert [value(scenario, "ggf_local", date) for date in ("2023Q4", "2025Q4", "2026Q1")] == [190, 120, 240]


def written(folder: Path, line: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(f"extends: root.yaml\nlevers:\n  {line}\n")
    return path


@pytest.mark.parametrize(("change", "expected"), [("+5", 195), ("-5", 185), ("-50%", 95), (5, 195), ("+.5%", 190.95)])
def test_changes_by_an_amount_or_a_percentage(change, expected):
    assert value(policy({"ggf_local": {"change": change}}), "ggf_local", "2024Q1") == pytest.approx(expected)


def test_a_change_over_several_quarters_grows_in_equal_steps():
    scenario = policy({"ggf_local": {"from": "2025Q1", "over": "2q", "change": "+20%"}})
    assert [value(scenario, "ggf_local", date) for date in ("2024Q4", "2025Q1", "2025Q2", "2026Q1")] == pytest.approx(
        [190, 209, 228, 228]
    )


def test_sectors_that_are_not_named_keep_the_baseline():
    row = policy({"rd_super_deduction": {"value": {"LAE": 120, "BMF": 130}}}).policy(12, {})[DEDUCTION]
    assert dict(zip(SECTORS, row, strict=True)) == {**dict.fromkeys(SECTORS, 100), "LAE": 120, "BMF": 130}


def test_regions_take_the_first_six_columns_and_the_last_of_them_is_repeated():
    scenario = policy({"local_pref_grant": {"change": {"YRD": "+2", "NOE": "+4"}}})
    row = scenario.policy(12, {})[parameter("local_pref_grant")]
    assert list(row[: len(REGIONS)]) == [8, 10, 8, 8, 8, 12]
    assert list(row[len(REGIONS) :]) == [12, 12, 12]


def test_a_number_for_a_lever_by_sector_holds_in_all_of_them():
    assert set(policy({"rd_super_deduction": 150}).policy(12, {})[DEDUCTION]) == {150}


# --- extends ---


def chain(tmp_path, *levers):
    """Files that extend one another, the first of them the baseline."""
    before = "baseline"
    for number, text in enumerate(levers):
        path = tmp_path / f"file{number}.yaml"
        path.write_text(f"name: file-{number}\nextends: {before}\n{text}\n")
        before = path.name
    return load_scenario(path)


def test_a_file_further_down_replaces_a_levers_entries_whole(tmp_path):
    scenario = chain(
        tmp_path,
        "levers:\n  ggf_central: {until: 2025Q4, value: 60}\n  ipo_window: 2",
        "levers:\n  ggf_central: {from: 2027Q1, value: 80}",
    )
    assert [value(scenario, "ggf_central", date) for date in ("2024Q1", "2026Q1", "2027Q1")] == [45, 45, 80]
    assert value(scenario, "ipo_window", "2024Q1") == 2


def test_the_word_baseline_removes_an_inherited_entry(tmp_path):
    scenario = chain(tmp_path, "levers:\n  ipo_window: 2\n  lockup: 8", "levers:\n  ipo_window: baseline")
    assert value(scenario, "ipo_window", "2024Q1") == 0.30
    assert value(scenario, "lockup", "2024Q1") == 8


def test_only_the_files_own_name_and_title_count_and_mechanisms_and_assumptions_are_inherited(tmp_path):
    scenario = chain(
        tmp_path,
        "title: Parent\nmechanisms: {knowledge: false, secondary: false}\nassumptions: {screening_noise: 1.2}",
        "mechanisms: {secondary: true}\nassumptions: {bargaining: 0.6}",
    )
    assert (scenario.name, scenario.title) == ("file-1", "")
    assert not scenario.mechanisms["knowledge"]
    assert scenario.mechanisms["secondary"]
    assert value(scenario, "screening_noise", "2024Q1") == 1.2
    assert value(scenario, "bargaining", "2024Q1") == 0.6


def test_a_name_is_taken_from_the_file_if_none_is_given(tmp_path):
    (tmp_path / "window.yaml").write_text("extends: baseline\n")
    assert load_scenario(tmp_path / "window.yaml").name == "window"


# --- conditions ---

WHEN = {"when": "flow_dpi < 0.5", "value": 30}


def test_a_conditional_entry_acts_in_quarters_after_its_condition_held():
    scenario = policy({"s_fund_public": WHEN})
    assert value(scenario, "s_fund_public", "2024Q1", {"flow_dpi": 0.4}) == 30
    assert value(scenario, "s_fund_public", "2024Q1", {"flow_dpi": 0.6}) == 12
    assert value(scenario, "s_fund_public", "2024Q1", {"flow_dpi": float("nan")}) == 12
    assert value(scenario, "s_fund_public", "2023Q4", {"flow_dpi": 0.4}) == 12


def test_a_conditional_entry_acts_only_between_its_dates():
    scenario = policy({"s_fund_public": {"from": "2025Q1", "until": "2025Q4", **WHEN}})
    dates = ("2024Q4", "2025Q1", "2025Q4", "2026Q1")
    assert [value(scenario, "s_fund_public", date, {"flow_dpi": 0.4}) for date in dates] == [12, 30, 30, 12]


def test_for_at_least_keeps_an_entry_on_and_counts_anew_whenever_the_condition_holds():
    scenario = policy({"s_fund_public": {**WHEN, "for_at_least": "3q"}})
    held = scenario.nothing_held()
    path = [0.4, 0.9, 0.9, 0.9, 0.4, 0.4, 0.9, 0.9, 0.9]
    found = [
        scenario.policy(12 + step, {"flow_dpi": dpi}, held)[parameter("s_fund_public"), 0]
        for step, dpi in enumerate(path)
    ]
    assert found == [30, 30, 30, 12, 30, 30, 30, 30, 12]


def test_the_memory_of_for_at_least_belongs_to_the_caller():
    scenario = policy({"s_fund_public": {**WHEN, "for_at_least": "3q"}})
    held = scenario.nothing_held()
    scenario.policy(12, {"flow_dpi": 0.4}, held)
    branch = held.copy()
    assert scenario.policy(13, {"flow_dpi": 0.9}, branch)[parameter("s_fund_public"), 0] == 30
    assert scenario.policy(13, {"flow_dpi": 0.9}, scenario.nothing_held())[parameter("s_fund_public"), 0] == 12
    with pytest.raises(InternalError, match="held"):
        scenario.policy(13, {"flow_dpi": 0.9})


def test_a_later_unconditional_entry_hides_a_conditional_one_and_a_later_conditional_one_wins():
    scenario = policy({"s_fund_public": [WHEN, {"from": "2026Q1", "until": "2026Q4", "value": 20}]})
    assert [value(scenario, "s_fund_public", date, {"flow_dpi": 0.4}) for date in ("2025Q4", "2026Q1", "2027Q1")] == [
        30,
        20,
        30,
    ]
    scenario = policy({"s_fund_public": [{"value": 20}, WHEN, {"when": "flow_dpi < 0.2", "value": 40}]})
    assert [value(scenario, "s_fund_public", "2024Q1", {"flow_dpi": dpi}) for dpi in (0.1, 0.3, 0.9)] == [40, 30, 20]


def test_a_missing_indicator_is_our_fault_and_told_by_name():
    with pytest.raises(InternalError, match="flow_dpi"):
        value(policy({"s_fund_public": WHEN}), "s_fund_public", "2024Q1", {})
