"""Levers at equal cost: scaled, ranked and told apart on made-up numbers; one comparison of the page is found again."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.experiments import equal_ranking as er
from simulation.experiments import robustness as rb
from simulation.experiments.compare import comparison_plan
from simulation.experiments.conduct import Way
from simulation.experiments.equal_cost import Question, headroom, scaled
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import parameter

GOAL = "equity_invested"
GRANT = parameter("local_pref_grant")


def lever(name: str, effects: list[float], reached: bool = True) -> dict:
    return {
        "policy": name, "intensity": 1.5, "cost": 40.1, "reached": reached, "near": reached, "remark": "" if reached else "saves money",
        "effects": {GOAL: effects},
    }  # fmt: skip


LEVERS = [lever("poor", [0.0, 1.0, 2.0]), lever("rich", [5.0, 6.0, 7.5]), lever("idle", [9.0, 9.0, 9.0], reached=False)]


def test_a_ranking_goes_by_effects_and_leaves_out_what_does_not_cost_the_budget():
    assert [one["policy"] for one in er.ranked(LEVERS, GOAL)] == ["rich", "poor"]


def test_two_levers_are_told_apart_by_their_difference_on_the_same_seeds():
    wide, shifted = [0.0, 50.0, 100.0], [1.0, 51.1, 100.9]  # far more spread within a lever than between the two
    assert er.told_apart(er.apart(lever("a", shifted), lever("b", wide), GOAL))
    assert not er.told_apart(er.apart(lever("a", [0.0, 5.0, 1.0]), lever("b", [1.0, 1.0, 1.0]), GOAL))


@pytest.mark.parametrize(
    ("levers", "proportional", "told"),
    [
        (LEVERS, ["rich", "poor", "idle"], "the same order"),
        (LEVERS, ["idle", "rich", "poor"], "the same order"),  # idle does not cost the budget
        (LEVERS, ["poor", "rich", "idle"], "another order, clearly: rich before poor"),
        (
            [lever("poor", [0.0, 9.0, 0.0]), lever("rich", [5.0, 1.0, 4.0])], ["poor", "rich"],
            "another order, but none of the 1 of 1 pairs that turn can be told apart",
        ),
        (LEVERS[:1], ["poor"], "nothing to compare: fewer than two levers cost the budget"),
    ],
)  # fmt: skip
def test_whether_the_rankings_agree_is_said_in_fixed_words(levers, proportional, told):
    assert er.agreement(levers, [(name, 1.0) for name in proportional], GOAL) == told


def test_a_line_a_lever_marks_neighbours_that_cannot_be_told_apart():
    close = [*LEVERS[:2], lever("near", [5.5, 5.5, 7.0])]
    lines = er.lines_of([*close, LEVERS[2]], GOAL)
    assert [cells[0] for cells in lines] == ["rich", "near", "poor", "idle"]
    assert [cells[-1] for cells in lines] == ["cannot be told apart", "", "", "not ranked: saves money"]
    assert lines[2][4] == ""  # nothing stands behind the last


def row(world: str, *order: str) -> dict:
    return {"world": world, "rankings": {GOAL: [(name, 0.0) for name in order]}}


def test_the_world_that_is_added_is_the_one_whose_ranking_turned_most():
    rows = [row("first", "a", "b", "c"), row("one", "b", "a", "c"), row("all", "c", "b", "a"), row("scale", "c", "b", "a")]
    assert er.pairs_turned(rows[0]["rankings"], rows[2]["rankings"]) == 3
    assert list(er.chosen(rows, ["one", "all"])) == [*er.REASONS, "all"]


def costing(monkeypatch, cost):
    """Let scenarios cost what a formula of the grant says; what was played is noted."""
    asked = []

    def of(self, scenario):
        grant = float(scenario.timeline.path[20, GRANT, 0])
        asked.append(grant)
        return cost(grant), np.array([[grant], [grant + 1.0]])

    monkeypatch.setattr(er.Played, "of", of)
    return asked


def levelled(monkeypatch, cost) -> dict:
    costing(monkeypatch, cost)
    base, policy = load_scenario("baseline"), load_scenario("baseline", {"local_pref_grant": 12})
    question = Question(base, (1, 2), 20, 0.003, (12, 19), Way(1, quiet=True))
    return er.levelled(er.Played(question, (GOAL,)), "grants", policy, 40.0) | {"most": headroom(base, policy)}


def test_a_lever_that_saves_money_as_written_is_searched_to_the_end_of_its_range(monkeypatch):
    found = levelled(monkeypatch, lambda grant: (grant - 8.0) * (grant - 14.0))  # -8 as written, 352 at 30
    assert found["reached"]
    assert found["cost"] == pytest.approx(40.0, rel=0.01)
    grant = 8.0 + 4.0 * found["intensity"]
    assert (grant - 8.0) * (grant - 14.0) == pytest.approx(found["cost"], rel=1e-3)
    assert found["effects"][GOAL] == pytest.approx([grant - 8.0] * 2)


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (lambda grant: 8.0 - grant, "saves money at the end of its range"),
        (lambda grant: grant - 8.0, "costs less than the budget at the end of its range"),
        (lambda grant: 0.0 if grant < 20.0 else 90.0, "no intensity found that costs the budget within 1%"),
    ],
)
def test_a_lever_that_does_not_cost_the_budget_says_why(monkeypatch, cost, told):
    found = levelled(monkeypatch, cost)
    assert (found["reached"], found["remark"]) == (False, told)


def test_nothing_is_played_twice(monkeypatch):
    played = []
    monkeypatch.setattr(Question, "runs", lambda self, scenario: played.append(scenario.hash) or [])
    monkeypatch.setattr(Question, "paid", lambda self, runs: 0.0)
    base = load_scenario("baseline")
    board = er.Played(Question(base, (1,), 20, 0.003, (12, 19), Way(1, quiet=True)), ())
    board.of(base)
    board.of(load_scenario("baseline"))
    assert len(played) == 1


def test_only_levers_that_are_missing_are_played(monkeypatch):
    asked = []

    def at_budget(base, policies, goals, seeds, scale, changes, way, budget, say):
        asked.append(list(policies))
        yield from (lever(name, [1.0, 2.0]) for name in policies)

    monkeypatch.setattr(rb, "at_budget", at_budget)
    there = [lever("more_guidance", [0.0, 0.0])]
    told = list(rb.at_equal_cost(rb.World("one", (1, 2), 0.003), "why", Way(1), there=there))
    assert asked == [["bigger_grants", "cheaper_loans", "conversion_grants"]]
    assert [len(row["levers"]) for row in told] == [2, 3, 4]  # told after every lever, so that nothing is lost
    assert list(rb.at_equal_cost(rb.World("one", (1, 2), 0.003), "why", Way(1), there=told[-1]["levers"])) == []


def test_a_lever_whose_cost_is_near_the_budget_is_ranked_and_one_that_is_far_is_not(monkeypatch):
    steps = levelled(monkeypatch, lambda grant: 0.0 if grant <= 8.0 else 38.0 if grant < 20.0 else 90.0)
    assert (steps["reached"], steps["near"], steps["cost"]) == (False, True, 38.0)
    far = levelled(monkeypatch, lambda grant: 0.0 if grant < 20.0 else 90.0)
    assert (far["reached"], far["near"]) == (False, False)
    assert [one["policy"] for one in er.ranked([steps, far | {"policy": "far"}], GOAL)] == ["grants"]


@pytest.mark.long
def test_what_the_page_says_of_levers_at_equal_cost_is_found_again():
    """Every lever of the page's first world, played anew as far as the page says: the same costs and effects."""
    rows, equal = rb.kept()
    world = next(one for one, _ in rb.scaled_worlds(rows) if one.name == equal[0]["world"])
    levers = equal[0]["levers"]
    loaded = [load_scenario(source, world.changes) for source in ("baseline", *(one["policy"] for one in levers))]
    plan = comparison_plan(loaded, seeds=list(world.seeds), quarters=er.QUARTERS, scale=world.scale)
    question = Question(plan.scenarios[0], plan.seeds, plan.quarters, plan.scale, plan.window, Way(quiet=True))
    board = er.Played(question, rb.GOALS)
    none, before = board.of(question.base)
    for one, policy in zip(levers, plan.scenarios[1:], strict=True):
        paid, values = board.of(scaled(question.base, policy, one["intensity"]))
        effects = np.array([one["effects"][goal] for goal in rb.GOALS])
        assert paid - none == pytest.approx(one["cost"], rel=1e-9)
        assert pytest.approx(effects, rel=1e-9, abs=1e-9) == (values - before).T
