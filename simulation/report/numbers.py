"""Numbers as a report writes them: four digits that matter, commas in thousands, a sign where it is a change."""

from __future__ import annotations

import math

DIGITS = 4
MISSING = "\N{EN DASH}"


def figure(value: float) -> str:
    """A number with four digits that matter, never as a power of ten; a dash where there is none."""
    if not math.isfinite(value):
        return MISSING
    if value == 0.0:
        return "0"
    after = max(0, DIGITS - 1 - math.floor(math.log10(abs(value))))
    text = f"{float(f'{value:.{DIGITS - 1}e}'):,.{min(after, 12)}f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short == "-0" else short


def signed(value: float) -> str:
    """A change: the same with a plus in front of what is above zero."""
    text = figure(value)
    return f"+{text}" if value > 0 and text != "0" else text


def interval(low: float, high: float) -> str:
    """An interval in words: low to high."""
    return f"{figure(low)} to {figure(high)}" if math.isfinite(low) and math.isfinite(high) else "no interval"


def read(text: str) -> float:
    """The number that `figure` or `signed` wrote."""
    return float(text.replace(",", ""))
