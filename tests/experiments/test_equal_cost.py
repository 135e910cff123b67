"""Equal cost: the search for the intensity, how a policy is scaled, and what is said where a budget cannot be reached."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.errors import UsageError
from simulation.experiments.compare import compare, comparison_plan, priced_plan
from simulation.experiments.conduct import Way
from simulation.experiments.equal_cost import headroom, scaled, spending_levers, to_budget
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import parameter

GRANT = parameter("local_pref_grant")


@pytest.fixture(scope="module")
def base():
    return load_scenario("baseline")


@pytest.fixture(scope="module")
def policy(base):
    return load_scenario(base, {"local_pref_grant": 12, "ipo_window": 1.5})


@pytest.mark.parametrize("cost", [lambda a: 50.0 * a, lambda a: 10.0 * a**3, lambda a: 200.0 * a / (1.0 + a)])
def test_the_intensity_that_costs_the_budget_is_found(cost):
    intensity, paid, reached = to_budget(cost, 4.0, 40.0)
    assert reached
    assert paid == pytest.approx(40.0, rel=0.01)
    assert cost(intensity) == paid


def test_a_budget_beyond_the_range_is_compared_at_the_most_and_marked():
    assert to_budget(lambda a: 10.0 * a, 2.0, 40.0) == (2.0, 20.0, False)


def test_a_policy_that_saves_money_cannot_cost_a_budget():
    intensity, paid, reached = to_budget(lambda a: -5.0 * a, 2.0, 40.0)
    assert (intensity, reached) == (2.0, False)
    assert paid < 0.0


def test_only_spending_levers_are_scaled(base, policy):
    assert [record.id for record in spending_levers(base, policy)] == ["local_pref_grant"]
    half = scaled(base, policy, 0.5)
    assert np.all(half.timeline.path[12:, GRANT] == 10.0)
    assert np.array_equal(half.timeline.path[:12], base.timeline.path[:12])
    window = parameter("ipo_window")
    assert np.array_equal(half.timeline.path[:, window], policy.timeline.path[:, window])


def test_intensity_one_is_the_policy_and_zero_its_rules_alone(base, policy):
    assert np.array_equal(scaled(base, policy, 1.0).timeline.path, policy.timeline.path)
    assert np.array_equal(scaled(base, policy, 0.0).timeline.path[:, GRANT], base.timeline.path[:, GRANT])


def test_there_is_room_up_to_the_range_and_not_beyond(base, policy):
    assert headroom(base, policy) == pytest.approx((30.0 - 8.0) / 4.0)
    assert scaled(base, policy, 99.0).timeline.path[20, GRANT, 0] == 30.0


def test_a_comparison_at_equal_cost_says_what_each_policy_costs():
    grants = load_scenario("baseline", {"local_pref_grant": 12})
    result = compare(
        "baseline", grants, seeds=1, quarters=20, scale=0.003, workers=1, quiet=True, equal_cost=30.0
    )  # fmt: skip
    row = result.equal_cost.iloc[0]
    assert row["kind"] == "spending"
    assert row["reached"] == (abs(row["public_cost"] - 30.0) <= 0.3)
    present = result.cost.query("component == 'Less receipts and claims'")["present_value"].iloc[0]
    assert present == pytest.approx(row["public_cost"])


def test_a_budget_must_be_one(base, policy):
    plan = comparison_plan([base, policy], seeds=1, quarters=20, scale=0.003)
    with pytest.raises(UsageError, match="no budget"):
        priced_plan(plan, Way(1), -5.0)
