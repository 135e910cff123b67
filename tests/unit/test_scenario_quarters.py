"""Quarters are counted from 2021Q1 and written in one way only."""

from __future__ import annotations

import pytest

from simulation.scenario.quarters import format_quarter, likely_quarter, parse_length, parse_quarter


@pytest.mark.parametrize(
    ("text", "number"), [("2021Q1", 0), ("2023Q4", 11), ("2024Q1", 12), ("2035Q4", 59), ("2050Q4", 119), ("2020Q4", -1)]
)
def test_a_quarter_is_read_and_written_back(text, number):
    assert parse_quarter(text) == number
    assert format_quarter(number) == text


@pytest.mark.parametrize("text", ["2024", "2024Q5", "2024Q0", "2024q1", "24Q1", " 2024Q1", "2024Q11", "2024-01-01", ""])
def test_any_other_writing_is_refused(text):
    with pytest.raises(ValueError):
        parse_quarter(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024q3", "2024Q3"),
        ("Q3 2024", "2024Q3"),
        ("2024-08-15", "2024Q3"),
        ("2024/1", "2024Q1"),
        ("2024", "2024Q1"),
        ("2024-13", ""),
        ("2024Q7", ""),
        ("soon", ""),
        ("1789", ""),
    ],
)
def test_the_quarter_that_was_probably_meant(text, meant):
    assert likely_quarter(text) == meant


def test_a_length_is_a_number_of_quarters():
    assert parse_length("4q") == 4
    for text in ("4", "0q", "4 q", "-1q", "4Q", "1000q"):
        with pytest.raises(ValueError):
            parse_length(text)
