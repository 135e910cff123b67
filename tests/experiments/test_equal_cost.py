"""Equal cost: the search for the intensity, how a policy is scaled, and what is said where a budget cannot be reached."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.errors import UsageError
from simulation.experiments.compare import compare, comparison_plan, priced_plan
from simulation.experiments.conduct import Way
from simulation.experiments.equal_cost import (
    Question,
    at_equal_cost,
    headroom,
    remark,
    scaled,
    spending_levers,
    table_of_costs,
    to_budget,
)
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


@pytest.mark.parametrize("cost", [lambda a: -5.0 * a, lambda a: 30.0 * a - 50.0, lambda a: 0.0])
def test_a_policy_that_costs_nothing_or_saves_money_as_written_is_not_scaled(cost):
    asked = []
    assert to_budget(lambda a: asked.append(a) or cost(a), 99.0, 40.0) == (1.0, cost(1.0), False)
    assert asked == [1.0]


@pytest.mark.parametrize(
    ("kind", "intensity", "paid", "told"),
    [
        ("spending", 1.0, -20.0, "not scaled"), ("spending", 5.5, 30.0, "end of its range"),
        ("spending", 0.0, 60.0, "rules alone"), ("spending", 0.7, 45.0, "no intensity"),
        ("package", 1.0, -20.0, "end of its range"),
    ],
)  # fmt: skip
def test_what_does_not_cost_the_budget_says_why(kind, intensity, paid, told):
    assert told in remark(kind, intensity, paid, 40.0)


def costing(monkeypatch, cost):
    """Let runs cost what a formula of the grant and the listing window says, told in two steps."""

    def of(question, scenario, share=lambda part: None):
        share(0.5)
        share(0.5)
        grant, window = (float(scenario.timeline.path[20, parameter(name), 0]) for name in ("local_pref_grant", "ipo_window"))
        return cost(grant, window)

    monkeypatch.setattr(Question, "cost", of)


def test_a_mixed_policy_that_saves_money_is_compared_as_written_and_marked(base, policy, monkeypatch):
    costing(monkeypatch, lambda grant, window: 10.0 * (grant - 8.0) - 100.0 * (window - 0.3))
    question = Question(base, (1,), 20, 0.003, (12, 19), Way(1, quiet=True))
    mixed, reachable = at_equal_cost(question, [policy, load_scenario(base, {"local_pref_grant": 12})], 100.0)
    assert (mixed.intensity, mixed.reached) == (1.0, False)
    assert mixed.cost == pytest.approx(-80.0)
    assert mixed.scenario.timeline.path[20, GRANT, 0] == 12.0
    assert reachable.reached
    assert reachable.scenario.timeline.path[20, GRANT, 0] == pytest.approx(18.0, abs=0.2)
    table = table_of_costs([mixed, reachable], 100.0)
    assert table["remark"].tolist() == ["costs nothing or saves money as written, so it is not scaled", ""]


def test_the_search_for_an_intensity_shows_how_far_it_is(base, policy, monkeypatch, capsys):
    costing(monkeypatch, lambda grant, window: 10.0 * (grant - 8.0))
    told = []
    monkeypatch.setattr("simulation.experiments.progress.Lines.advance", lambda self, part: told.append((part, self.total)))
    rule = load_scenario(base, {"ipo_window": 1.5})
    at_equal_cost(Question(base, (1,), 20, 0.003, (12, 19), Way(1)), [policy, rule], 100.0)
    assert sum(part for part, _ in told) == pytest.approx(told[0][1])
    said = capsys.readouterr().err
    assert f"{policy.name}: intensity 2.5 costs CNY 100 bn" in said
    assert "grant-alone: intensity" in said


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
