"""An outcome of runs: a condition on indicators, or a cycle that stalls; whether it was reached by any run at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.jit import CODE_HASH
from ..errors import ResultsError, UsageError
from ..indicators.definitions import INDICATORS
from ..scenario.when import COMPARE, EXAMPLE, Comparison, ConditionError, parse_condition
from .batch import aggregates
from .conduct import Way, conduct
from .options import read_window
from .plan import make_plan
from .swept import Array, Swept, indicator_words
from .words import number, with_unit

LINKS = ("projects_entered", "equity_invested")  # what enters the cycle, and the money that moves through it
USUAL_SHARE = 0.8
FEWEST_RUNS = 5


@dataclass(frozen=True)
class Happened:
    """An outcome: what it is in words, seeds x points whether it occurred, a number behind it and its name."""

    words: str
    occurred: NDArray[np.bool_]
    value: Array
    value_label: str


def stalls(swept: Swept, share: float = USUAL_SHARE, quiet: bool = True) -> Happened:
    """The cycle stalls where projects entered or equity invested fall below `share` of the baseline.

    The baseline is played with the sweep's own seeds, quarters and scale, and every run is compared with the baseline
    of its seed. Errors: UsageError, ResultsError if the baseline is not there as it was or the code has changed.
    """
    if not 0.0 < share < 1.0:
        raise UsageError.at("--share", f"{share:g}", "a share of the baseline between 0 and 1, e.g. 0.8")
    before = baseline_of(swept, quiet)
    places = [swept.place_of(name) for name in LINKS]
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = swept.y[:, :, places] / before[:, None, places]
        worst = np.where(np.isfinite(parts).any(axis=2), np.fmin.reduce(parts, axis=2), np.nan)
        occurred = worst < share
    names = " or ".join(INDICATORS[name].label_en.lower() for name in LINKS)
    words = f"the cycle stalls: {names} below {100 * share:g} % of the baseline with the same seed"
    found = Happened(words, occurred, 100.0 * worst, "worst link, % of the baseline")
    lowest = f"the lowest is {number(100 * float(np.nanmin(worst)))} % of the baseline"
    reached(swept, found, f"--stalls --share {share:g}", lowest, "a share that some runs reach, with --share")
    return found


def baseline_of(swept: Swept, quiet: bool) -> Array:
    """Indicators of the scenario that was varied: seeds x indicators, played as the sweep was."""
    if swept.manifest["question"]["code"] != CODE_HASH:
        raise ResultsError.at(
            swept.folder.as_posix(), "a sweep played by another version of the code, so without a baseline",
            "the version of the code that played it", "", "use --where, which needs no baseline; or sweep anew",
        )  # fmt: skip
    unchanged = np.flatnonzero(np.isnan(swept.x).all(axis=1))
    if len(unchanged) and swept.method == "one_at_a_time" and swept.played[:, unchanged[0]].all():
        return swept.y[:, unchanged[0]]
    quarters, scale = int(swept.manifest["quarters"]), float(swept.manifest["scale"])
    plan = make_plan("run", [swept.base()], list(swept.seeds), quarters, scale, swept.window)
    window = read_window(swept.window, quarters, "run", [])
    values = [aggregates(outcome, window) for outcome in conduct(plan, Way(quiet=quiet)).outcomes]
    return np.array([[float(np.asarray(row[name])[0]) for name in swept.indicators] for row in values])


def condition(swept: Swept, text: str) -> Happened:
    """Runs for which comparisons such as "npl_ratio > 2 and exits_ipo < 100" hold. Errors: UsageError."""
    try:
        asked = parse_condition(text, swept.indicators)
    except ConditionError as wrong:
        raise UsageError.at(f'--where "{text}"', wrong.found, f"comparisons, {EXAMPLE}", wrong.nearest) from None
    occurred = np.zeros(swept.played.shape, dtype=bool)
    for group in asked.groups:
        together = np.ones_like(occurred)
        for one in group:
            values = swept.y[:, :, swept.place_of(one.indicator)]
            together &= np.isfinite(values) & COMPARE[one.sign](values, one.number)  # type: ignore[arg-type]
        occurred |= together
    first = asked.groups[0][0]
    words = " or ".join(" and ".join(map(in_words, group)) for group in asked.groups)
    found = Happened(
        words, occurred, swept.y[:, :, swept.place_of(first.indicator)], INDICATORS[first.indicator].label_en
    )
    best = "; ".join(best_of(swept, group) for group in asked.groups)
    reached(swept, found, f'--where "{text}"', best, "a threshold that some runs reach and others do not")
    return found


def in_words(one: Comparison) -> str:
    """A comparison with label and unit."""
    unit = indicator_words(one.indicator)["unit"]
    return f"{INDICATORS[one.indicator].label_en} {one.sign} {with_unit(one.number, unit)}"


def best_of(swept: Swept, group: Sequence[Comparison]) -> str:
    """How far the runs came towards each comparison."""
    told = []
    for one in group:
        values = swept.y[:, :, swept.place_of(one.indicator)]
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        unit = indicator_words(one.indicator)["unit"]
        told.append(f"{INDICATORS[one.indicator].label_en} lies between {number(low)} and {with_unit(high, unit)}")
    return ", ".join(told)


def reached(swept: Swept, found: Happened, option: str, best: str, allowed: str) -> None:
    """Errors: UsageError if the outcome occurred in hardly any run, or in every one."""
    runs = int(swept.played.sum())
    cases = int((found.occurred & swept.played).sum())
    if cases == runs:
        raise UsageError.at(option, f"it occurred in all {runs} runs, so nothing sets them apart; {best}", allowed)
    if cases < FEWEST_RUNS:
        many = "no run" if cases == 0 else f"{cases} of {runs} runs"
        raise UsageError.at(option, f"{many} reached it; {best}", f"{allowed} ({FEWEST_RUNS} runs or more)")
