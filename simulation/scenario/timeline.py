"""Dated entries laid over a base path: the value of every parameter in every quarter, sector and region.

A timeline is built in stages (history, the root file, the policy). In each stage an entry is laid over the path that
the stages before it left, so outside its dates that path holds. Entries with a condition are kept apart and laid on
each quarter, when last quarter's indicators are known.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulation.errors import Faults, InternalError, Place, ScenarioError
from simulation.scenario.parameter import CATALOGUE, COLUMNS, DEFAULTS, N_PARAMETERS, Parameter, number, parameter
from simulation.scenario.quarters import BURN_IN_QUARTERS, LONGEST, format_quarter
from simulation.scenario.when import Condition

Columns = tuple[float, ...]  # a value for each of the nine columns; NaN = this column is not touched
Array = NDArray[np.float64]
Held = NDArray[np.int64]

MOST_CONDITIONS = 4  # conditional entries that one lever may have
UNTOUCHED: Columns = (math.nan,) * COLUMNS


@dataclass(frozen=True, slots=True)
class Entry:
    """What a scenario says about one parameter between two quarters (both included).

    `columns` is a value to be reached, or the amount of a change ("absolute", or "percent" in hundredths) of the base
    path. The value is approached in equal steps over `over` quarters. With `when` the entry acts only in quarters after
    the condition held, and then for at least `hold` quarters.
    """

    first: int
    last: int
    columns: Columns
    change: str = ""
    over: int = 1
    when: Condition | None = None
    hold: int = 1
    place: Place = field(default=Place(""), compare=False)


Stage = Mapping[str, tuple[Entry, ...]]


@dataclass(frozen=True, slots=True)
class Layer:
    """A conditional entry worked out: values by quarter and column, NaN where it does not act."""

    index: int
    position: int
    entry: Entry
    values: Array

    def acts(self, quarter: int, last: Mapping[str, float], held: Held | None) -> bool:
        """Whether it is in force; an entry that has to last is remembered in `held`."""
        entry = self.entry
        if entry.when is None or not entry.first <= min(quarter, LONGEST - 1) <= entry.last:
            return False
        true = entry.when.holds(last)
        if entry.hold == 1:
            return true
        if held is None:
            raise InternalError("a scenario with for_at_least needs `held` from State; see Timeline.nothing_held")
        if true:
            held[self.index, self.position] = quarter + entry.hold - 1
        return bool(true or quarter <= held[self.index, self.position])

    def past(self, quarter: int) -> tuple[object, ...]:
        """Everything by which it can act before `quarter`, in a form that can be compared and hashed."""
        entry = self.entry
        return self.index, self.position, entry.first, str(entry.when), entry.hold, self.values[:quarter].tobytes()


class Timeline:
    """The policy array of every quarter, and what remains to be decided when indicators are known."""

    def __init__(
        self,
        settings: Mapping[str, Columns],
        neutral: Iterable[str],
        stages: Iterable[Stage],
        faults: Faults | None = None,
    ) -> None:
        self.settings = dict(settings)
        self.neutral = tuple(sorted(neutral))
        self.stages = tuple(dict(stage) for stage in stages)
        self.opening = _opening(self.settings, self.neutral)
        self.path = np.repeat(self.opening[np.newaxis], LONGEST, axis=0)
        self.layers: list[Layer] = []
        noted = Faults(ScenarioError) if faults is None else faults
        for stage in self.stages:
            for name, entries in stage.items():
                if name not in self.neutral:
                    self._lay(CATALOGUE[name], entries, noted)
        if faults is None:
            noted.stop()

    def __reduce__(self) -> tuple[type[Timeline], tuple[object, ...]]:
        return Timeline, (self.settings, self.neutral, self.stages)

    def _lay(self, record: Parameter, entries: tuple[Entry, ...], faults: Faults) -> None:
        """Lay a stage's entries over one parameter; later entries win, and hide earlier conditional ones."""
        base = self.path[:, record.index].copy()
        for entry in entries:
            values = entry_values(entry, base, self.path[:, record.index], self.opening[record.index])
            _check_range(record, entry, values, faults)
            touched = ~np.isnan(values)
            if entry.when is None:
                self.path[:, record.index][touched] = values[touched]
                for layer in self.layers:
                    if layer.index == record.index:
                        layer.values[touched] = math.nan
            else:
                position = sum(layer.index == record.index for layer in self.layers)
                if position == MOST_CONDITIONS:
                    faults.add(
                        entry.place,
                        f"more than {MOST_CONDITIONS} entries with `when` for {record.id}",
                        f"at most {MOST_CONDITIONS}",
                        "",
                        "join conditions with `or`",
                    )
                self.layers.append(Layer(record.index, position, entry, values))

    @staticmethod
    def nothing_held() -> Held:
        """Memory of `for_at_least` before the first quarter: int64, parameters x conditional entries, for State."""
        return np.full((N_PARAMETERS, MOST_CONDITIONS), -1, dtype=np.int64)

    def policy(self, quarter: int, last: Mapping[str, float], held: Held | None = None) -> Array:
        """The policy array of a quarter, a fresh float64 array (parameters x 9); negative quarters are the burn-in."""
        if quarter < 0:
            return self.opening.copy()
        row = np.array(self.path[min(quarter, LONGEST - 1)])
        for layer in self.layers:
            if layer.acts(quarter, last, held):
                values = layer.values[min(quarter, LONGEST - 1)]
                touched = ~np.isnan(values)
                row[layer.index, touched] = values[touched]
        return row

    def baseline(self) -> Timeline:
        """The same without the last stage: what holds where the policy says nothing."""
        return Timeline(self.settings, self.neutral, self.stages[:-1])

    def past_hash(self, quarter: int) -> str:
        """Hash (64 hex digits) of everything that can act before `quarter`."""
        digest = hashlib.sha256(json.dumps(list(CATALOGUE)).encode())
        digest.update((self.opening + 0.0).tobytes())
        digest.update((self.path[: max(quarter, 0)] + 0.0).tobytes())
        for layer in self.layers:
            if layer.entry.first < quarter:
                digest.update(repr(layer.past(quarter)).encode())
        return digest.hexdigest()

    def diverges_from(self, other: Timeline) -> int:
        """First quarter in which the two can differ: the start of the burn-in, a quarter, or LONGEST if none."""
        if not np.array_equal(self.opening, other.opening):
            return -BURN_IN_QUARTERS
        unequal = (self.path != other.path).any(axis=(1, 2))
        first = int(unequal.argmax()) if unequal.any() else LONGEST
        return min([first, *_unequal_layers(self.layers, other.layers)])


def _opening(settings: Mapping[str, Columns], neutral: Iterable[str]) -> Array:
    """Values in force during the burn-in: the catalogue's, the assumptions made, neutral ones of what is off."""
    opening = DEFAULTS.copy()
    for name, columns in settings.items():
        values = np.array(columns)
        opening[parameter(name)] = np.where(np.isnan(values), opening[parameter(name)], values)
    for name in neutral:
        opening[parameter(name)] = CATALOGUE[name].neutral
    return opening


def entry_values(entry: Entry, base: Array, current: Array, opening: Array) -> Array:
    """Values of an entry by quarter and column, NaN outside its dates and columns.

    base: path before this stage, current: path with earlier entries laid, both (quarters x 9); opening: (9,).
    """
    values = np.full_like(base, math.nan)
    target = np.array(entry.columns)
    dates = slice(entry.first, entry.last + 1)
    done = np.minimum(np.arange(1, entry.last - entry.first + 2) / entry.over, 1.0)[:, np.newaxis]
    if entry.change == "percent":
        values[dates] = base[dates] * (1.0 + target * done)
    elif entry.change == "absolute":
        values[dates] = base[dates] + target * done
    else:
        start = current[entry.first - 1] if entry.first > 0 else opening
        values[dates] = np.where(done == 1.0, target, start + (target - start) * done)
    return values


def _check_range(record: Parameter, entry: Entry, values: Array, faults: Faults) -> None:
    """Note an entry that leaves the parameter's range, as a change may; plain values were checked on reading."""
    touched = values[~np.isnan(values)]
    if not entry.change or touched.size == 0:
        return
    slack = 1e-9 * max(abs(record.low), abs(record.high))
    for extreme in (float(touched.min()), float(touched.max())):
        if not record.low - slack <= extreme <= record.high + slack:
            quarter = int(np.argwhere(values == extreme)[0][0])
            faults.add(
                entry.place,
                f"a change that takes {record.id} to {number(extreme)} in {format_quarter(quarter)}",
                record.allowed,
                "",
                "make the change smaller",
            )
            return
    if entry.change == "percent" and not touched.any():
        faults.add(
            entry.place,
            f"a change of {record.id} in %, although it is 0 in the baseline in all these quarters",
            "a change in % of something above 0",
            "",
            "write `value:`, or a change without %",
        )


def _unequal_layers(ours: list[Layer], theirs: list[Layer]) -> list[int]:
    """First quarters from which conditional entries of two timelines can act differently."""
    found = []
    mine = {(layer.index, layer.position): layer for layer in ours}
    yours = {(layer.index, layer.position): layer for layer in theirs}
    for key in mine.keys() | yours.keys():
        one, two = mine.get(key), yours.get(key)
        if one is None or two is None or one.past(0) != two.past(0):
            found.append(min(layer.entry.first for layer in (one, two) if layer is not None))
        else:
            unequal = ~((one.values == two.values) | (np.isnan(one.values) & np.isnan(two.values))).all(axis=1)
            found += [int(unequal.argmax())] if unequal.any() else []
    return found
