"""Whatever the levers, assumptions and switches, the books close: hundreds of points of the whole space and its corners."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.economy.measures import measure
from simulation.economy.quarter import MECHANISMS
from simulation.economy.run import BURN_IN
from simulation.indicators.definitions import INDICATORS
from simulation.scenario.parameter import CATALOGUE, DEFAULTS, OPTIONAL_MECHANISMS, parameter
from tests.helpers.play import newborn, play_on, policy_now, warmed

QUARTERS = 24
POINTS = max(300, settings.default.max_examples) if settings.default else 300
LEVERS = [record for record in CATALOGUE.values() if record.role == "lever"]
ASSUMPTIONS = [record for record in CATALOGUE.values() if record.role == "uncertain"]
# Medians and ratios are empty in a quarter in which nothing of the kind happened; everything else has a value.
MAY_BE_EMPTY = {"median_pre_money", "time_to_market"} | {i.id for i in INDICATORS.values() if i.aggregate == "ratio"}


def value_of(record):
    """A value of one record: a corner of its range, its neutral or usual value, or anywhere in between."""
    corners = {float(record.low), float(record.high), record.columns[0], record.columns[0] if record.neutral is None else record.neutral}
    return st.sampled_from(sorted(corners)) | st.floats(record.low, record.high)


POSITIONS = st.lists(st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0.0, 1.0), min_size=len(ASSUMPTIONS), max_size=len(ASSUMPTIONS))
OFF = st.lists(st.sampled_from(OPTIONAL_MECHANISMS), max_size=len(OPTIONAL_MECHANISMS) // 2, unique=True)
LEVER_VALUES = st.tuples(*(value_of(record) for record in LEVERS))


def with_levers(policy, values):
    for record, value in zip(LEVERS, values, strict=True):
        policy[record.index] = value
    return policy


def with_assumptions(policy, positions):
    """Assumptions at these positions of their ranges; those by sector keep their differences as far as the range allows."""
    for record, position in zip(ASSUMPTIONS, positions, strict=True):
        if record.by == "none":
            policy[record.index] = record.low + (record.high - record.low) * position
        else:
            policy[record.index] = np.clip(np.array(record.columns) * 4.0 ** (2.0 * position - 1.0), record.low, record.high)
    return policy


def without(policy, off):
    """The policy with what belongs to mechanisms that are off at its neutral value, and the switches."""
    for key in off:
        for name, value in MECHANISMS[key].neutral.items():
            policy[parameter(name)] = value
    return policy, dict.fromkeys(off, False)


def demand_values(state, policy):
    """Every number that belongs to a quarter is there and finite; a ratio may be empty, but never half so."""
    for name, (value, weight) in measure(state, policy, state.quarter - BURN_IN).items():
        assert np.isfinite(value) or (name in MAY_BE_EMPTY and weight == 0.0), (name, value, weight)


@settings(max_examples=POINTS // 2)
@given(LEVER_VALUES, OFF)
def test_the_books_of_a_grown_economy_close_under_any_policy(values, off):
    state = warmed()
    policy, switches = without(with_levers(policy_now(state), values), off)
    play_on(state, policy, QUARTERS, switches=switches, each=demand_values)


@settings(max_examples=POINTS)
@given(LEVER_VALUES, POSITIONS, OFF, st.integers(0, 2**31))
def test_the_books_of_a_young_economy_close_under_any_policy_and_assumption(values, positions, off, seed):
    policy, switches = without(with_assumptions(with_levers(DEFAULTS.copy(), values), positions), off)
    play_on(newborn(policy, seed=seed), policy, QUARTERS, switches=switches, each=demand_values)


@settings(max_examples=20)
@given(LEVER_VALUES, LEVER_VALUES)
def test_policies_may_turn_from_one_corner_to_another_every_year(one, other):
    state = warmed()
    policies = [with_levers(policy_now(state), values) for values in (one, other)]
    for year in range(8):
        play_on(state, policies[year % 2], 4, each=demand_values)


@pytest.mark.parametrize("record", LEVERS, ids=lambda record: record.id)
@pytest.mark.parametrize("end", ("low", "high"))
def test_the_books_close_at_each_end_of_each_lever(record, end):
    state = warmed()
    policy = policy_now(state)
    policy[record.index] = getattr(record, end)
    play_on(state, policy, QUARTERS, each=demand_values)
