"""What a scenario file means: which value is in force in which quarter, sector and region."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.scenario.chain import scenario_names
from simulation.scenario.describe import describe
from simulation.scenario.load import load_scenario, parse_settings
from simulation.scenario.parameter import CATALOGUE, DEFAULTS, N_PARAMETERS, parameter
from simulation.scenario.quarters import parse_quarter

BASE = load_scenario("baseline")
WHEN = {"when": "flow_dpi < 0.5", "value": 30}
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


# --- mechanisms and assumptions ---


def test_a_mechanism_switched_off_puts_its_entries_at_their_neutral_values_in_all_quarters():
    scenario = policy({"ggf_central": 200}, mechanisms={"guidance_funds": False})
    for quarter in (-80, -1, 0, 12, 59, 200):
        row = scenario.policy(quarter, {})
        assert row[CENTRAL, 0] == row[LOCAL, 0] == 0
        assert row[parameter("ggf_share_cap"), 0] == 0.4  # it has no neutral value
    assert scenario.mechanisms["guidance_funds"] is False
    assert all(on for key, on in scenario.mechanisms.items() if key != "guidance_funds")


def test_without_on_the_command_line_is_the_same_as_false_in_the_file():
    assert load_scenario("baseline", without=["knowledge"]).hash == policy(mechanisms={"knowledge": False}).hash


def test_assumptions_hold_in_all_quarters_and_may_name_single_sectors():
    scenario = policy(assumptions={"screening_noise": 1.2, "potential_mean": {"AER": 60}, "origination_floor": 0.4})
    for quarter in (-80, 0, 59):
        row = scenario.policy(quarter, {})
        assert row[parameter("screening_noise"), 0] == 1.2
        assert list(row[parameter("potential_mean"), :2]) == [60, DEFAULTS[parameter("potential_mean"), 1]]
        assert row[parameter("origination_floor"), 0] == 0.4


# --- overrides ---


def test_overrides_change_levers_from_2024Q1_and_assumptions_everywhere():
    scenario = load_scenario("baseline", {"ipo_window": 1.5, "screening_noise": 0.8})
    assert [value(scenario, "ipo_window", date) for date in ("2023Q4", "2024Q1")] == [0.30, 1.5]
    assert scenario.policy(-1, {})[parameter("screening_noise"), 0] == 0.8


def test_settings_of_the_command_line_may_be_written_as_in_a_file():
    settings_typed = parse_settings(["ggf_local={from: 2025Q1, change: +20%}", " lockup = 8", "ipo_window=baseline"])
    scenario = load_scenario("open-exits", settings_typed)
    assert [value(scenario, "ggf_local", date) for date in ("2024Q4", "2025Q1")] == [190, 228]
    assert (value(scenario, "lockup", "2024Q1"), value(scenario, "ipo_window", "2024Q1")) == (8, 0.30)


def test_overriding_a_scenario_is_the_same_as_overriding_its_file():
    assert (
        load_scenario(BASE, {"ipo_window": 1.5}, ["knowledge"]).hash
        == load_scenario("baseline", {"ipo_window": 1.5}, ["knowledge"]).hash
    )
    assert load_scenario(BASE).hash == BASE.hash


# --- the array ---


def test_the_policy_array_is_fresh_and_as_a_kernel_needs_it():
    first, second = BASE.policy(20, {}), BASE.policy(20, {})
    assert first.shape == (N_PARAMETERS, 9)
    assert first.dtype == np.float64
    assert first.flags.c_contiguous
    assert first.flags.writeable
    first[:] = -1
    assert np.array_equal(second, BASE.policy(20, {}))


def test_a_scenario_can_be_sent_to_another_process():
    scenario = policy(
        {"s_fund_public": WHEN, "ipo_window": {"from": "2025Q1", "over": "4q", "value": 1.5}},
        mechanisms={"knowledge": False},
    )
    sent = pickle.loads(pickle.dumps(scenario))
    assert sent.hash == scenario.hash
    assert sent.past_hash(40, 0.1) == scenario.past_hash(40, 0.1)
    assert len(pickle.dumps(scenario)) < 50_000


# --- hashes and common pasts ---


def test_the_hash_is_of_what_a_scenario_does_not_of_how_it_is_written():
    one = policy({"ipo_window": 1.5, "lockup": 8}, name="one", title="One")
    two = policy(
        {"lockup": {"from": "2024Q1", "value": 8.0}, "ipo_window": {"change": "+1.2"}}, name="two", author="somebody"
    )
    assert one.hash == two.hash
    assert one.hash != BASE.hash
    assert policy({"ipo_window": 0.30}).hash == BASE.hash


def test_scenarios_share_the_past_up_to_the_quarter_in_which_they_diverge():
    scenario = policy({"ipo_window": {"from": "2026Q2", "value": 1}})
    parted = parse_quarter("2026Q2")
    assert BASE.diverges_from(scenario) == scenario.diverges_from(BASE) == parted
    assert BASE.past_hash(parted, 0.1) == scenario.past_hash(parted, 0.1)
    assert BASE.past_hash(parted + 1, 0.1) != scenario.past_hash(parted + 1, 0.1)
    assert BASE.past_hash(parted, 0.1) != BASE.past_hash(parted, 0.2)
    assert BASE.diverges_from(BASE) == 120


def test_assumptions_and_mechanisms_part_scenarios_from_the_burn_in_on():
    for other in (policy(assumptions={"screening_noise": 1.2}), policy(mechanisms={"knowledge": False})):
        assert BASE.diverges_from(other) == -80
        assert BASE.past_hash(0, 0.1) != other.past_hash(0, 0.1)


def test_conditional_entries_part_scenarios_in_the_first_quarter_they_are_in_force():
    scenario = policy({"s_fund_public": {"from": "2027Q1", **WHEN}})
    assert BASE.diverges_from(scenario) == parse_quarter("2027Q1")
    assert scenario.diverges_from(policy({"s_fund_public": {"from": "2027Q1", **WHEN, "value": 31}})) == parse_quarter(
        "2027Q1"
    )
    assert scenario.diverges_from(
        policy({"s_fund_public": {"from": "2027Q1", "until": "2030Q4", **WHEN}})
    ) == parse_quarter("2031Q1")


ENTRY = st.builds(
    lambda first, length, amount, when: {
        "from": f"{2024 + first // 4}Q{first % 4 + 1}",
        "value": amount,
        **({"until": f"{2024 + (first + length) // 4}Q{(first + length) % 4 + 1}"} if length else {}),
        **({"when": when} if when else {}),
    },
    st.integers(0, 30),
    st.integers(0, 12),
    st.sampled_from([0.3, 0.5, 1]),
    st.sampled_from(["", "flow_dpi < 1", "flow_dpi < 2"]),
)
LEVERS = st.dictionaries(st.sampled_from(["ipo_window", "early_mandate"]), ENTRY, max_size=2)


@settings(max_examples=150, deadline=None)
@given(LEVERS, LEVERS, st.integers(0, 70))
def test_equal_pasts_are_hashed_alike_and_unequal_ones_not(ours, theirs, quarter):
    one, two = load_scenario(BASE, ours), load_scenario(BASE, theirs)
    parted = one.diverges_from(two)
    assert parted == two.diverges_from(one)
    assert (one.past_hash(quarter, 1.0) == two.past_hash(quarter, 1.0)) == (quarter <= parted)
    for dpi in (0.5, 1.5, 3.0):
        for before in range(0, min(parted, 70), 7):
            assert np.array_equal(one.policy(before, {"flow_dpi": dpi}), two.policy(before, {"flow_dpi": dpi}))
    if one.hash == two.hash:
        assert parted == 120


# --- what comes with the project ---


@pytest.mark.parametrize(
    "name", sorted({path for paths in scenario_names().values() for path in paths}), ids=lambda path: path.stem
)
def test_every_scenario_of_the_project_loads_and_is_described(name):
    scenario = load_scenario(name)
    text = describe(scenario)
    assert scenario.title in text
    for lever in scenario.timeline.stages[-1]:
        assert CATALOGUE[lever].label_en in text


def test_a_scenario_is_known_by_its_name_with_underscores_or_hyphens_and_by_its_folder():
    assert (
        load_scenario("open_exits").hash
        == load_scenario("open-exits").hash
        == load_scenario("policies/open_exits").hash
    )
