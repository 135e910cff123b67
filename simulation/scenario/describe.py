"""A scenario in plain words, so that a reader can check the policy before anything runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from simulation.scenario.parameter import CATALOGUE, Parameter, label, number
from simulation.scenario.quarters import FIRST_POLICY_QUARTER, HORIZON, LONGEST, format_quarter
from simulation.scenario.scenario import Scenario
from simulation.scenario.timeline import Array, Columns, Entry, entry_values
from simulation.scenario.when import Condition

END = format_quarter(HORIZON - 1)


def describe(scenario: Scenario) -> str:
    """The text of `tif check`: what the policy changes and when, what is assumed, switched off, to be noted."""
    sections = [
        list(_heading(scenario)),
        list(_policy(scenario)),
        list(_titled("Assumptions, in all quarters:", _assumptions(scenario))),
        list(_titled("Switched off:", (label("mechanism", key) for key, on in scenario.mechanisms.items() if not on))),
        list(_titled("Note:", _notes(scenario))),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield title
        yield from (f"  {line}" for line in found)


def _heading(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name
    if scenario.author:
        yield f"by {scenario.author}"
    if scenario.description:
        yield scenario.description
    if scenario.files:
        yield f"read from {', '.join(scenario.files)}"


def _policy(scenario: Scenario) -> Iterator[str]:
    """Lines of the entries that differ from the baseline; for a baseline, what is in force when policies can begin."""
    stage = scenario.timeline.stages[-1]
    if len(scenario.files) > 1 and not _is_baseline(scenario) and not stage:
        yield "The policy changes no lever: everything stays as in the baseline."
    elif not stage:
        yield from _titled(f"In force in {format_quarter(FIRST_POLICY_QUARTER)}:", _in_force(scenario))
    else:
        yield from _titled("The policy, against the baseline:", policy_lines(scenario))
        yield "Everything else stays as in the baseline."


def _is_baseline(scenario: Scenario) -> bool:
    """Whether the scenario consists of one file and the history that it names."""
    return len(scenario.files) <= 2 and bool(scenario.timeline.stages[0])


def _in_force(scenario: Scenario) -> Iterator[str]:
    row = scenario.timeline.path[FIRST_POLICY_QUARTER]
    for record in CATALOGUE.values():
        if record.role == "lever":
            for columns, who in _groups(record, [row[record.index]]):
                yield f"{record.label_en}{who}: {_figure(row[record.index][columns[0]])} {record.unit}"


def policy_lines(scenario: Scenario) -> Iterator[str]:
    """One line for each entry of the policy and each group of sectors or regions that it treats alike."""
    before = scenario.timeline.baseline()
    for name, entries in scenario.timeline.stages[-1].items():
        record = CATALOGUE[name]
        base = before.path[:, record.index]
        current = base.copy()
        for entry in entries:
            values = entry_values(entry, base, current, before.opening[record.index])
            follows = any(other.when is None and other.first <= entry.last + 1 <= other.last for other in entries)
            yield from _entry_lines(record, entry, base, current, values, follows)
            touched = ~np.isnan(values)
            if entry.when is None:
                current[touched] = values[touched]


def _entry_lines(
    record: Parameter, entry: Entry, base: Array, current: Array, values: Array, follows: bool
) -> Iterator[str]:
    """Lines of one entry; `follows` says that another takes over when it ends."""
    reached = min(entry.first + entry.over - 1, entry.last)
    before = base[entry.first] if entry.change or entry.when or entry.first == 0 else current[entry.first - 1]
    after = values[reached]
    for columns, who in _groups(record, [before, after, np.array(entry.columns)]):
        column = columns[0]
        if math.isnan(after[column]):
            continue
        change = f" ({_change(entry.columns[column], entry.change)} the baseline)" if entry.change else ""
        yield (
            f"{record.label_en}{who}: {_figure(before[column])} -> {_figure(after[column])} {record.unit}{change}, "
            f"{_dates(entry, follows)}{_condition(entry)}"
        )


def _change(amount: float, kind: str) -> str:
    return f"{100 * amount:+.6g} % of" if kind == "percent" else f"{amount:+.6g} on"


def _figure(value: float) -> str:
    """A number with at most four digits after the point, e.g. 0.3 or 17000."""
    return number(round(float(value), 4)) if abs(value) >= 0.001 else number(float(value))


def _dates(entry: Entry, follows: bool) -> str:
    """When an entry is in force."""
    first, last = format_quarter(entry.first), format_quarter(entry.last)
    afterwards = "" if follows else ", then the baseline again"
    if entry.over > 1:
        steps = f"over {first}-{format_quarter(entry.first + entry.over - 1)}"
        return steps if entry.last >= LONGEST - 1 else f"{steps}, until {last}{afterwards}"
    if entry.last >= LONGEST - 1:
        return f"from {first}"
    return f"{f'in {first}' if entry.last == entry.first else f'{first}-{last}'}{afterwards}"


def _condition(entry: Entry) -> str:
    if entry.when is None:
        return ""
    least = f", for at least {entry.hold} quarters" if entry.hold > 1 else ""
    return f", in quarters after {_in_words(entry.when)}{least}; otherwise as in the baseline"


def _in_words(condition: Condition) -> str:
    """A condition with the indicators' labels."""
    from simulation.indicators.definitions import INDICATORS

    return " or ".join(
        " and ".join(f"{INDICATORS[one.indicator].label_en} {one.sign} {one.number:g}" for one in group)
        for group in condition.groups
    )


def _groups(record: Parameter, rows: list[Array]) -> Iterator[tuple[list[int], str]]:
    """Columns that all rows treat alike, with the sectors or regions they stand for; no name for all of them."""
    alike: dict[tuple[str, ...], list[int]] = {}
    width = len(record.codes) or 1
    for column in range(width):
        alike.setdefault(tuple(repr(float(row[column])) for row in rows), []).append(column)
    for columns in alike.values():
        names = ", ".join(label(record.by, record.codes[column]) for column in columns) if record.codes else ""
        yield columns, "" if len(columns) == width else f" ({names})"


def _assumptions(scenario: Scenario) -> Iterator[str]:
    made = scenario.calibrated
    if made is not None:
        how = f"every seed takes one of its {len(made.calibration.draws)} draws" if made.is_sampled else "its values"
        yield f"Calibration {made.calibration.name}: {how}."
    for name, setting in scenario.timeline.settings.items():
        record = CATALOGUE[name]
        before, after = np.array(record.columns), _filled(setting, record.columns)
        for columns, who in _groups(record, [before, after]):
            old, new = before[columns[0]], after[columns[0]]
            if old != new:
                yield f"{record.label_en}{who}: {_figure(old)} -> {_figure(new)} {record.unit}"


def _filled(setting: Columns, default: Columns) -> Array:
    return np.where(np.isnan(setting), default, setting)


def _notes(scenario: Scenario) -> Iterator[str]:
    """What a reader might not expect."""
    timeline = scenario.timeline
    if not timeline.stages[0]:
        yield "There is no history: without `extends:` the values of 2020 hold in all quarters."
    for name, entries in timeline.stages[-1].items():
        record = CATALOGUE[name]
        late = min(entry.first for entry in entries)
        if name in timeline.neutral:
            yield f"{record.label_en} does nothing, because {label('mechanism', record.mechanism)} is switched off."
        elif late >= HORIZON:
            yield (
                f"{record.label_en} first changes in {format_quarter(late)}; a run ends in {END} "
                f"unless it is asked for --quarters {late + 1} or more."
            )
        elif np.array_equal(
            timeline.path[:, record.index], timeline.baseline().path[:, record.index]
        ) and not _conditional(entries):
            yield f"{record.label_en} has its baseline value in all quarters, so this entry changes nothing."


def _conditional(entries: Iterable[Entry]) -> bool:
    return any(entry.when is not None for entry in entries)
