"""What a mechanism's record must hold, and in words what is missing in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..accounting.chart import LINES
from ..agents.tally import EVENT_KINDS
from ..economy.quarter import MECHANISMS, SCHEDULE
from ..errors import InternalError, nearest_name
from ..indicators.definitions import INDICATORS
from ..markets.mechanism import Mechanism
from ..scenario.parameter import CATALOGUE, OPTIONAL_MECHANISMS, label

CATALOGUE_FILE = "simulation/scenario/catalogue/01_levers.yaml"
LABELS_FILE = "simulation/scenario/catalogue/labels.yaml"
SCHEDULE_FILE = "simulation/economy/quarter.py"


def check_mechanism(mechanism: Mechanism) -> list[str]:
    """What is missing or wrong in a record, a sentence each; an empty list if nothing is."""
    return [*_name(mechanism), *_switch(mechanism), *_stages(mechanism), *_names(mechanism)]


def _name(one: Mechanism) -> Iterator[str]:
    if not (one.key.isidentifier() and one.key == one.key.lower()):
        yield f"key {one.key!r}: lower-case letters, digits and _, like `local_support`"
    try:
        label("mechanism", one.key)
    except InternalError:
        yield f"{LABELS_FILE}: below `mechanisms:` a line `{one.key}: {{en: ..., zh: ...}}`"
    if not one.question.strip().endswith("?"):
        yield "question: the question a reader would ask of it, with a question mark"


def _switch(one: Mechanism) -> Iterator[str]:
    """A mechanism that is not core says at which values it is not there."""
    if one.core:
        return
    if one.key not in OPTIONAL_MECHANISMS:
        yield f"{CATALOGUE_FILE}: a lever or an assumption with `mechanism: {one.key}`"
    if not one.neutral:
        yield "neutral: the values at which it changes nothing, e.g. {'my_lever': 0.0}"
    for name, value in one.neutral.items():
        record = CATALOGUE.get(name)
        if record is None:
            yield f"neutral: {name} is not in the catalogue{_near(name, CATALOGUE)}"
        elif record.neutral != value:
            yield f"neutral: {name} is {value:g} here and {record.neutral} in the catalogue"
        elif record.mechanism != one.key:
            yield f"neutral: {name} belongs to the mechanism {record.mechanism} in the catalogue"


def _stages(one: Mechanism) -> Iterator[str]:
    if MECHANISMS.get(one.key) is not one:
        yield f"{SCHEDULE_FILE}: no step of SCHEDULE names this record"
    for stage in one.stages:
        steps = sum(scheduled is stage for scheduled, _ in SCHEDULE)
        if steps != 1:
            told = "is not a step of SCHEDULE" if not steps else f"is a step {steps} times"
            yield f"{SCHEDULE_FILE}: the stage `{stage.name}` {told}"
        if not stage.sentence.strip():
            yield f"stage `{stage.name}`: a sentence that says what happens"
        if not (stage.play.__doc__ or "").strip():
            yield f"stage `{stage.name}`: {stage.play.__name__} has no docstring"


def _names(one: Mechanism) -> Iterator[str]:
    """Ledger codes, kinds of events and indicators that nobody declared."""
    codes = dict.fromkeys(line.code for line in LINES)
    yield from _unknown("lines", one.lines, codes, "simulation/accounting/chart.py")
    yield from _unknown("events", one.events, dict.fromkeys(EVENT_KINDS), "simulation/agents/tally.py")
    yield from _unknown("indicators", one.indicators, INDICATORS, "simulation/indicators/")


def _unknown(field: str, given: Iterable[str], known: Mapping[str, object], where: str) -> Iterator[str]:
    for name in given:
        if name not in known:
            yield f"{field}: {name} is not declared in {where}{_near(name, known)}"


def _near(name: str, known: Iterable[str]) -> str:
    by_small = {one.lower(): one for one in known}  # ledger codes are written large
    near = nearest_name(name, by_small)
    return f"; the nearest is {by_small[near]}" if near else ""
