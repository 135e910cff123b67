"""Seeds and windows as people write them, in Python and on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Fault, Place
from ..scenario.quarters import FIRST_POLICY_QUARTER, format_quarter, parse_quarter

MOST_SEEDS = 10_000

Window = tuple[int, int]
Seeds = int | Sequence[int] | str


def note(faults: list[Fault], option: str, found: object, allowed: str, then: str = "") -> None:
    """Add a fault that lies in an option."""
    faults.append(Fault(Place(option), str(found), allowed, "", then))


def read_seeds(seeds: Seeds, faults: list[Fault]) -> tuple[int, ...]:
    """Seeds from a number n (1 to n), a list, or words such as "20", "5-8" and "1,4,9-12"."""
    allowed = f"a number n (seeds 1 to n), 5-8, or 1,4,9; at most {MOST_SEEDS} seeds, none of them twice or below 0"
    try:
        chosen = _seeds_in_words(seeds) if isinstance(seeds, str) else _seeds_in_numbers(seeds)
    except (ValueError, TypeError):
        chosen = ()
    if (
        not chosen
        or len(chosen) > MOST_SEEDS
        or len(set(chosen)) < len(chosen)
        or not 0 <= min(chosen) <= max(chosen) < 2**63
    ):
        note(faults, "--seeds", seeds if isinstance(seeds, int | str) else list(seeds)[:8], allowed)
        return ()
    return chosen


def _seeds_in_numbers(seeds: int | Sequence[int]) -> tuple[int, ...]:
    if isinstance(seeds, bool):
        return ()
    if isinstance(seeds, int):
        return tuple(range(1, min(seeds, MOST_SEEDS + 1) + 1))
    if any(isinstance(seed, bool) or int(seed) != seed for seed in seeds):
        return ()
    return tuple(int(seed) for seed in seeds)


def _seeds_in_words(words: str) -> tuple[int, ...]:
    if words.strip().isdecimal():
        return _seeds_in_numbers(int(words))
    chosen: list[int] = []
    for part in words.split(","):
        first, dash, last = part.strip().partition("-")
        begin, end = int(first), int(last if dash else first)
        chosen += range(begin, min(end, begin + MOST_SEEDS) + 1)
    return tuple(chosen)


def read_window(window: str | None, quarters: int, kind: str, faults: list[Fault]) -> Window:
    """The quarters over which effects are taken, both included; from 2024Q1 to the last one if nothing is said."""
    last = quarters - 1
    ends = f"{format_quarter(0)} to {format_quarter(last)}"
    if window is None:
        if kind == "compare" and last < FIRST_POLICY_QUARTER:
            start = format_quarter(FIRST_POLICY_QUARTER)
            note(faults, "--quarters", quarters, f"{FIRST_POLICY_QUARTER + 1} or more: policies begin in {start}")
        return min(FIRST_POLICY_QUARTER, last), last
    first_text, _, last_text = window.partition(":")
    try:
        first, until = parse_quarter(first_text.strip()), parse_quarter(last_text.strip())
    except ValueError:
        note(faults, "--window", window, "two quarters with a colon, e.g. 2024Q1:2035Q4")
        return 0, 0
    if not 0 <= first <= until <= last:
        note(faults, "--window", window, f"quarters from {ends}, the first before the second", "change --quarters")
    return first, until


def window_text(window: Window) -> str:
    """A window as it is written: 2024Q1:2035Q4."""
    return f"{format_quarter(window[0])}:{format_quarter(window[1])}"


def seeds_text(seeds: Sequence[int]) -> str:
    """Seeds in words that --seeds understands: "20" for 1 to 20, "5-8", "1,4,9"."""
    if list(seeds) == list(range(1, len(seeds) + 1)):
        return str(len(seeds)) if len(seeds) > 1 else "1"
    if len(seeds) > 1 and list(seeds) == list(range(seeds[0], seeds[0] + len(seeds))):
        return f"{seeds[0]}-{seeds[-1]}"
    return ",".join(map(str, seeds)) if len(seeds) > 1 else f"{seeds[0]}-{seeds[0]}"
