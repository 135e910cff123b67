"""The ask-and-tell loop on problems whose answer is known, with a judge that computes instead of playing."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.experiments.evolve import FAILED, Judged, best, evolve, spread
from simulation.experiments.search import Choice

LEVERS = tuple(Choice(f"x{place}", 0.0, 1.0) for place in range(4))
BOTH_LOWER = ("lower", "lower")
CORNER = (-1.0, -2.0)


def known(params, most=0.75):
    """ZDT1 (Zitzler, Deb and Thiele 2000) in four levers, two goals to be low, with a limit on the first lever.

    The best have all other levers at zero: second goal = 1 - sqrt(first goal).
    """
    first, *rest = (params[choice.name] for choice in LEVERS)
    far = 1.0 + 3.0 * sum(rest)
    return Judged((first, far * (1.0 - (first / far) ** 0.5)), (first - most,))


def searched(judge, choices=LEVERS, directions=BOTH_LOWER, population=24, generations=40, seed=1, first=None):
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


def share_of_the_true_front(judged, most=0.75):
    """What part of the area beaten by the exact front is beaten by what was found."""
    x = np.linspace(0.0, most, 4001)
    return volume(front_of(judged), CORNER) / volume(-np.column_stack([x, 1.0 - np.sqrt(x)]), CORNER)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_front_of_a_known_problem_is_found(seed):
    assert 0.92 < share_of_the_true_front(searched(known, generations=40, seed=seed)) <= 1.0


def test_chance_alone_finds_much_less_of_it():
    rows = np.random.default_rng(1).uniform(size=(24 * 40, len(LEVERS)))
    drawn = [{choice.name: float(x) for choice, x in zip(LEVERS, row, strict=True)} for row in rows]
    assert share_of_the_true_front([(params, known(params)) for params in drawn]) < 0.6


def test_the_search_learns_to_keep_a_constraint_although_breaking_it_would_pay():
    def dear(params):
        return Judged((-params["x0"], params["x1"]), (100.0 * params["x0"] - 30.0,))

    judged = searched(dear, LEVERS[:2], generations=20)
    allowed = [found.allowed for _, found in judged]
    assert np.mean(allowed[:24]) <= 0.5 < 0.55 < np.mean(allowed[240:])
    assert 0.28 < front_of(judged)[:, 0].max() <= 0.3


def test_a_candidate_that_failed_is_never_a_parent_of_the_front():
    def fails_where_it_would_be_best(params):
        if params["x0"] < 0.2:
            return Judged((0.0, 0.0), (0.0, FAILED))
        return Judged((params["x0"], params["x1"]), (0.0, 0.0))

    front = front_of(searched(fails_where_it_would_be_best, LEVERS[:2], generations=20))
    assert -0.22 < front[:, 0].max() <= -0.2


def test_the_same_search_asks_for_the_same_candidates_and_another_seed_for_others():
    one, again, other = (searched(known, generations=5, seed=seed) for seed in (7, 7, 8))
    assert one == again
    assert one != other


def test_more_generations_go_on_from_the_same_beginning():
    short, long = searched(known, generations=3), searched(known, generations=6)
    assert long[: len(short)] == short


def test_the_search_begins_with_the_candidate_it_is_given():
    first = {"x0": 0.25, "x1": 0.5, "x2": 0.75, "x3": 1.0}
    assert searched(known, generations=1, first=first)[0][0] == first


def test_one_goal_is_a_search_as_well():
    judged = searched(lambda params: Judged(((params["x0"] - 0.4) ** 2,)), LEVERS[:1], ("lower",), 8, 20)
    assert front_of(judged, (-1.0,)).max() > -0.001


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
