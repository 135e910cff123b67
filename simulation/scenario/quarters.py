"""Quarters as people write them ("2024Q1") and as the engine counts them (2021Q1 = 0, 2024Q1 = 12, 2035Q4 = 59)."""

from __future__ import annotations

import re

FIRST_YEAR = 2021
BURN_IN_QUARTERS = 80  # quarters -80 to -1, played with constant 2020 policy and thrown away
FIRST_POLICY_QUARTER = 12  # 2024Q1: before it lies history
HORIZON = 60  # quarters reported by default: 2021Q1 to 2035Q4
LONGEST = 120  # quarters a scenario can date: 2021Q1 to 2050Q4; the last values hold afterwards

_WRITTEN = re.compile(r"(\d{4})Q([1-4])")
_LENGTH = re.compile(r"([1-9]\d{0,2})q")


def parse_quarter(text: str) -> int:
    """Number of a quarter written like 2024Q1; ValueError for any other writing."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return 4 * (int(match[1]) - FIRST_YEAR) + int(match[2]) - 1


def format_quarter(quarter: int) -> str:
    """A quarter's number as text, e.g. 12 -> "2024Q1"."""
    return f"{FIRST_YEAR + quarter // 4:04d}Q{quarter % 4 + 1}"


def parse_length(text: str) -> int:
    """A number of quarters written like 4q; ValueError for any other writing."""
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return int(match[1])


def likely_quarter(text: str) -> str:
    """The quarter that a date in another writing (2024-05-01, 2024 q2, Q2 2024) probably means, or an empty text."""
    year, quarter, month = (
        re.search(form, text) for form in (r"(?:19|20)\d\d", r"[qQ]\s?([1-4])\b", r"\d{4}[-/.](\d\d?)\b")
    )
    if year is None or (quarter is None and re.search(r"[qQ]\s?\d", text)):
        return ""
    if quarter is not None:
        return f"{year[0]}Q{quarter[1]}"
    number = int(month[1]) if month is not None else 1
    return f"{year[0]}Q{(number - 1) // 3 + 1}" if 1 <= number <= 12 else ""
