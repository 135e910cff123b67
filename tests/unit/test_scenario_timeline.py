"""Entries laid over a base path, column by column and quarter by quarter."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.errors import ScenarioError
from simulation.scenario.parameter import DEFAULTS, parameter
from simulation.scenario.timeline import UNTOUCHED, Entry, Timeline, entry_values
from simulation.scenario.when import parse_condition

NINE = (1.0,) * 9
LOCAL = parameter("ggf_local")
OPENING = np.full(9, 10.0)


def base(start=10.0, step=0.0):
    return np.repeat((start + step * np.arange(120.0))[:, np.newaxis], 9, axis=1)


def values(entry, path=None, current=None):
    path = base() if path is None else path
    return entry_values(entry, path, path if current is None else current, OPENING)[:, 0]


def test_outside_its_dates_an_entry_says_nothing():
    found = values(Entry(12, 20, (5.0,) * 9))
    assert np.isnan(found[:12]).all()
    assert (found[12:21] == 5).all()
    assert np.isnan(found[21:]).all()


def test_a_ramp_starts_from_the_quarter_before_and_hits_its_target_exactly():
    found = values(Entry(12, 119, (0.1 + 0.2,) * 9, over=3))
    assert found[12:14] == pytest.approx([10 + (0.3 - 10) / 3, 10 + 2 * (0.3 - 10) / 3])
    assert (found[14:] == 0.1 + 0.2).all()


def test_a_ramp_in_the_first_quarter_starts_from_the_burn_in():
    assert values(Entry(0, 119, (20.0,) * 9, over=2), base(0.0))[0] == 15


def test_a_change_follows_the_base_path_not_the_entries_before_it():
    path = base(10.0, 1.0)
    assert values(Entry(12, 119, NINE, "absolute"), path, current=base(99.0))[12:15] == pytest.approx([23, 24, 25])
    assert values(Entry(12, 119, (0.5,) * 9, "percent"), path, current=base(99.0))[12:15] == pytest.approx(
        [33, 34.5, 36]
    )


def test_columns_that_are_not_named_stay_untouched():
    columns = (2.0, *UNTOUCHED[1:])
    found = entry_values(Entry(12, 119, columns), base(), base(), OPENING)
    assert (found[12:, 0] == 2).all()
    assert np.isnan(found[:, 1:]).all()


def test_each_stage_is_laid_over_the_path_of_the_stages_before_it():
    history = {"ggf_local": (Entry(0, 119, (200.0,) * 9),)}
    root = {"ggf_local": (Entry(12, 119, (0.1,) * 9, "percent"),)}
    policy = {"ggf_local": (Entry(20, 23, (0.1,) * 9, "percent"),)}
    path = Timeline({}, [], (history, root, policy)).path[:, LOCAL, 0]
    assert list(path[[0, 11, 12, 19]]) == [200, 200, pytest.approx(220), pytest.approx(220)]
    assert list(path[[20, 23, 24]]) == pytest.approx([242, 242, 220])


def test_a_change_that_leaves_the_range_is_told_with_the_first_quarter_of_the_extreme():
    with pytest.raises(ScenarioError, match="1900 in 2024Q1"):
        Timeline({}, [], ({"ggf_local": (Entry(12, 119, (9.0,) * 9, "percent"),)},))


def test_neutral_values_win_over_settings_and_entries():
    timeline = Timeline(
        {"offer_hazard": (0.05,) * 9}, ["offer_hazard", "ggf_local"], ({"ggf_local": (Entry(12, 119, (300.0,) * 9),)},)
    )
    assert timeline.opening[parameter("offer_hazard"), 0] == 0
    assert (timeline.path[:, LOCAL] == 0).all()


def test_settings_leave_unnamed_columns_at_their_defaults():
    setting = (60.0, *UNTOUCHED[1:])
    row = Timeline({"potential_mean": setting}, [], ()).opening[parameter("potential_mean")]
    assert row[0] == 60
    assert np.array_equal(row[1:], DEFAULTS[parameter("potential_mean"), 1:])


def test_an_unconditional_entry_hides_earlier_conditional_ones_only_where_it_acts():
    when = parse_condition("flow_dpi < 1", ["flow_dpi"])
    conditional = Entry(12, 119, (300.0,) * 9, when=when)
    cover = Entry(14, 15, (250.0, *UNTOUCHED[1:]))
    timeline = Timeline({}, [], ({"ggf_local": (conditional, cover)},))
    last = {"flow_dpi": 0.5}
    assert [timeline.policy(quarter, last)[LOCAL, 0] for quarter in (13, 14, 15, 16)] == [300, 250, 250, 300]
    assert timeline.policy(14, last)[LOCAL, 1] == 300


def test_values_after_the_last_dated_quarter_hold():
    when = parse_condition("flow_dpi < 1", ["flow_dpi"])
    timeline = Timeline({}, [], ({"ggf_local": (Entry(12, 119, (300.0,) * 9, when=when),)},))
    assert timeline.policy(400, {"flow_dpi": 0.5})[LOCAL, 0] == 300
    assert timeline.policy(400, {"flow_dpi": 1.5})[LOCAL, 0] == 190
    assert not math.isnan(timeline.policy(400, {"flow_dpi": 1.5}).sum())
