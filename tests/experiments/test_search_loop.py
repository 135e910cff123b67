"""The ask-and-tell loop on problems whose answer is known, with a judge that computes instead of playing."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.experiments.evolve import FAILED, Judged, best, evolve, spread
from simulation.experiments.search import Choice

PLANE = (Choice("x", 0.0, 5.0), Choice("y", 0.0, 3.0))
BOTH_LOWER = ("lower", "lower")


def binh_korn(params):
    """Binh and Korn (1997): two goals to be low, two constraints; the answer is y = x up to 3, then y = 3."""
    x, y = params["x"], params["y"]
    goals = (4.0 * x * x + 4.0 * y * y, (x - 5.0) ** 2 + (y - 5.0) ** 2)
    return Judged(goals, ((x - 5.0) ** 2 + y * y - 25.0, 7.7 - (x - 8.0) ** 2 - (y + 3.0) ** 2))


def searched(judge, choices=PLANE, directions=BOTH_LOWER, population=24, generations=40, seed=1, first=None):
    """All candidates of a search with their judgements."""
    judged = []

    def remember(generation, candidates):
        assert len(candidates) == population
        judged.extend((params, judge(params)) for params in candidates)
        return [found for _, found in judged[-population:]]

    asked = evolve(choices, directions, population, generations, seed, remember, first)
    assert [params for generation in asked for params in generation] == [params for params, _ in judged]
    return judged


def front_of(judged, signs=(-1.0, -1.0)):
    goals = np.array([found.goals for _, found in judged]) * signs
    return goals[best(goals, np.array([found.allowed for _, found in judged]))]


def volume(goals, corner):
    """Area beaten by a front of two goals (more is better) above a corner."""
    area, height = 0.0, corner[1]
    for x, y in sorted(goals.tolist(), reverse=True):
        if x > corner[0] and y > height:
            area += (x - corner[0]) * (y - height)
            height = y
    return area


def true_front():
    """The exact front of Binh and Korn."""
    x = np.linspace(0.0, 5.0, 4001)
    y = np.minimum(x, 3.0)
    return -np.column_stack([4.0 * x * x + 4.0 * y * y, (x - 5.0) ** 2 + (y - 5.0) ** 2])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_front_of_a_known_problem_is_found(seed):
    found, corner = front_of(searched(binh_korn, seed=seed)), (-140.0, -50.0)
    share = volume(found, corner) / volume(true_front(), corner)
    assert 0.97 < share <= 1.0


def test_chance_alone_finds_less_of_it_than_the_search():
    rng, corner = np.random.default_rng(1), (-140.0, -50.0)
    drawn = [{"x": float(x), "y": float(y)} for x, y in rng.uniform(0.0, [5.0, 3.0], (24 * 40, 2))]
    by_chance = front_of([(params, binh_korn(params)) for params in drawn])
    assert volume(front_of(searched(binh_korn)), corner) > volume(by_chance, corner)


def test_no_point_of_the_front_breaks_a_constraint_although_breaking_it_would_pay():
    def more_is_dearer(params):
        cost = 100.0 * params["x"]
        return Judged((params["x"], -params["y"]), (cost - 200.0,))

    judged = searched(more_is_dearer, directions=("higher", "higher"), generations=20)
    front = front_of(judged, (1.0, 1.0))
    assert 1.9 < front[:, 0].max() <= 2.0
    assert any(params["x"] > 2.0 for params, _ in judged)


def test_a_candidate_that_failed_is_never_a_parent_of_the_front():
    def fails_where_it_would_be_best(params):
        if params["x"] < 1.0:
            return Judged((0.0, 0.0), (0.0, FAILED))
        return Judged((params["x"], params["y"]), (0.0, 0.0))

    front = front_of(searched(fails_where_it_would_be_best, generations=20))
    assert -1.2 < front[:, 0].max() <= -1.0


def test_the_same_search_asks_for_the_same_candidates_and_another_seed_for_others():
    one, again, other = (searched(binh_korn, generations=5, seed=seed) for seed in (7, 7, 8))
    assert one == again
    assert one != other


def test_more_generations_go_on_from_the_same_beginning():
    short, long = searched(binh_korn, generations=3), searched(binh_korn, generations=6)
    assert long[: len(short)] == short


def test_the_search_begins_with_the_candidate_it_is_given():
    first = {"x": 1.25, "y": 2.5}
    assert searched(binh_korn, generations=1, first=first)[0][0] == first


def test_one_goal_is_a_search_as_well():
    judged = searched(lambda params: Judged(((params["x"] - 2.0) ** 2,)), PLANE[:1], ("lower",), 8, 20)
    assert front_of(judged, (-1.0,)).max() > -0.01


def test_values_from_a_list_are_drawn_by_their_place():
    choices = (Choice("x", 0.0, 2.0, (0.0, 0.5, 2.0)),)
    judged = searched(lambda params: Judged((abs(params["x"] - 1.0),)), choices, ("lower",), 4, 3)
    assert {params["x"] for params, _ in judged} <= {0, 1, 2}
    assert {choices[0].value(params["x"]) for params, _ in judged} <= {0.0, 0.5, 2.0}


def test_best_leaves_out_what_is_beaten_or_not_allowed_and_keeps_ties():
    goals = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.5], [9.0, 9.0], [1.0, 0.0]])
    allowed = np.array([True, True, True, False, True])
    assert best(goals, allowed).tolist() == [True, True, False, False, True]
    assert not best(goals, np.zeros(5, dtype=bool)).any()


def test_spread_keeps_the_ends_and_then_what_lies_far_away():
    goals = np.array([[0.0, 10.0], [0.1, 9.9], [5.0, 5.0], [9.9, 0.1], [10.0, 0.0]])
    assert sorted(spread(goals, 3)) == [0, 2, 4]
    assert sorted(spread(goals, 9)) == [0, 1, 2, 3, 4]
    assert spread(goals[:1], 3) == [0]
