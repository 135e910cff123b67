"""Conditions compare indicators with numbers and do nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.scenario.when import COMPARE, Condition, ConditionError, parse_condition

KNOWN = ("npl_ratio", "flow_dpi", "order")


@pytest.mark.parametrize(
    ("text", "npl_ratio", "holds"),
    [
        ("npl_ratio < 2.5", 2.4, True),
        ("npl_ratio < 2.5", 2.5, False),
        ("npl_ratio <= 2.5", 2.5, True),
        ("npl_ratio>-1e-3", 0, True),
        ("npl_ratio >= .5", 0.4, False),
        ("npl_ratio == 2", 2, True),
        ("npl_ratio != 2", 2, False),
        ("  npl_ratio  <  3. ", 2, True),
    ],
)
def test_a_comparison_is_what_it_says(text, npl_ratio, holds):
    assert parse_condition(text, KNOWN).holds({"npl_ratio": npl_ratio}) is holds


@pytest.mark.parametrize(("a", "b", "c"), [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)])
def test_and_binds_tighter_than_or(a, b, c):
    condition = parse_condition("order > 0 or npl_ratio > 0 and flow_dpi > 0", KNOWN)
    assert condition.holds({"order": a, "npl_ratio": b, "flow_dpi": c}) is bool(a or (b and c))


def test_words_that_begin_with_or_and_and_are_names():
    assert parse_condition("order < 1 and order > 0", KNOWN).indicators == ("order",)


@pytest.mark.parametrize("sign", list(COMPARE))
def test_an_indicator_without_a_value_makes_no_comparison_true(sign):
    assert not parse_condition(f"npl_ratio {sign} 1", KNOWN).holds({"npl_ratio": float("nan")})


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda value: round(value, 3))
COMPARISONS = st.builds("{} {} {:.15g}".format, st.sampled_from(KNOWN), st.sampled_from(list(COMPARE)), NUMBERS)


@given(
    st.lists(COMPARISONS, min_size=1, max_size=5), st.lists(st.sampled_from([" and ", " or "]), min_size=4, max_size=4)
)
def test_a_condition_is_written_as_it_was_read(comparisons, joints):
    text = comparisons[0] + "".join(
        joint + comparison for joint, comparison in zip(joints, comparisons[1:], strict=False)
    )
    condition = parse_condition(text, KNOWN)
    assert isinstance(condition, Condition)
    assert parse_condition(str(condition), KNOWN) == condition
    assert str(condition) == text


@given(st.text(alphabet="nplratio_<>=!.0123456789 andor()'\"+-*/\\[]{}:,#@é\n", max_size=30) | st.text(max_size=20))
def test_any_other_text_is_refused_and_nothing_else_happens(text):
    try:
        condition = parse_condition(text, KNOWN)
    except ConditionError as error:
        assert error.found  # noqa: PT017
    else:
        assert set(condition.indicators) <= set(KNOWN)


@pytest.mark.parametrize(
    "text", ["npl_ratio < 1e999", " and ".join(["npl_ratio < 1"] * 21), "npl_ratio < 1.2.3", "npl_ratio < 1x"]
)
def test_numbers_that_are_none_and_endless_conditions_are_refused(text):
    with pytest.raises(ConditionError):
        parse_condition(text, KNOWN)


def test_the_nearest_indicator_is_offered():
    with pytest.raises(ConditionError) as caught:
        parse_condition("flow_dpl < 1", KNOWN)
    assert caught.value.nearest == "flow_dpi"
