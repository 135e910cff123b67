"""Ids say what a thing is: no two enterprises, and no two founders' next companies, can have the same one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulation.agents.founder import RANK_BITS, child_id, generation, root_id
from simulation.markets.serial_founders import MOST_GENERATIONS, path_length
from tests.helpers.rules import plain

ROOTS = st.tuples(st.booleans(), st.integers(0, 199), st.integers(0, 2**RANK_BITS - 1))
PATHS = st.lists(st.integers(0, 2), max_size=MOST_GENERATIONS)


def follow(root: int, path: list[int]) -> int:
    for child in path:
        root = child_id(root, child)
    return root


def test_a_venture_is_told_from_a_market_firm():
    assert root_id(False, 0, 5) == 5
    assert root_id(True, 0, 5) == 2**27 + 5
    assert root_id(False, 3, 5) == 3 * 2**19 + 5


@given(st.tuples(ROOTS, PATHS), st.tuples(ROOTS, PATHS))
def test_two_lives_have_two_ids(one, other):
    same = follow(root_id(*one[0]), one[1]) == follow(root_id(*other[0]), other[1])
    assert same == (one == other)


@given(ROOTS, PATHS)
def test_an_id_tells_how_many_companies_came_before(root, path):
    identity = follow(root_id(*root), path)
    assert generation(identity) == len(path)
    assert plain(path_length)(identity) == len(path)


@given(ROOTS, PATHS)
def test_ids_fit_into_64_bits_with_their_sign(root, path):
    assert 0 <= follow(root_id(*root), path) < 2**63


def test_a_family_of_four_generations_has_as_many_ids_as_companies():
    family = [root_id(True, 80, 1)]
    everybody = list(family)
    for _ in range(4):
        family = [child_id(parent, child) for parent in family for child in range(3)]
        everybody += family
    assert len(set(everybody)) == len(everybody) == 1 + 3 + 9 + 27 + 81
