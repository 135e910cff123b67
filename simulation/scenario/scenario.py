"""Scenario: everything a run needs to know about policy and assumptions, frozen, with a hash of its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.calibration import Calibrated
from simulation.scenario.parameter import CATALOGUE, Parameter
from simulation.scenario.quarters import BURN_IN_QUARTERS, HORIZON, LONGEST, format_quarter
from simulation.scenario.timeline import Array, Held, Timeline


@dataclass(frozen=True, eq=False)
class Scenario:
    """A policy with its assumptions, laid over history.

    `mechanisms` holds every mechanism that can be switched off; `files` the chain of files read, the scenario's own
    first. Quarters are counted from 2021Q1 = 0 (see quarters.py); negative ones are the burn-in.
    """

    name: str
    title: str
    author: str
    description: str
    reference: str
    files: tuple[str, ...]
    mechanisms: Mapping[str, bool]
    timeline: Timeline
    horizon: int = HORIZON
    calibrated: Calibrated | None = None

    def policy(self, quarter: int, last: Mapping[str, float], held: Held | None = None) -> Array:
        """The policy array of a quarter: float64, parameters x 9, C-ordered, fresh at each call.

        A single value fills its row; values by sector take the columns in order; values by region the first six, and
        the last of them is repeated. last: last quarter's national indicators, for entries with `when`. held: memory of
        `for_at_least`, changed in place; begin with `nothing_held()` and keep it in State. Raises InternalError if a
        condition needs one of them and it is missing.
        """
        return self.timeline.policy(quarter, last, held)

    def of_seed(self, seed: int) -> Scenario:
        """The scenario as a seed plays it: with its own draw of the assumptions if these are drawn, else itself."""
        if self.calibrated is None or not self.calibrated.is_sampled:
            return self
        timeline = self.timeline
        settings = timeline.settings | self.calibrated.of_seed(seed)
        return replace(self, timeline=Timeline(settings, timeline.neutral, timeline.stages), calibrated=None)

    def nothing_held(self) -> Held:
        """Memory of `for_at_least` before the first quarter, an int64 array of fixed shape for State."""
        return self.timeline.nothing_held()

    @cached_property
    def hash(self) -> str:
        """sha256 (64 hex digits) of what the scenario does; names, titles and the way it was written do not matter."""
        text = json.dumps(self.resolved(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def past_hash(self, quarter: int, scale: float) -> str:
        """Hash of everything that can act before `quarter`: runs with equal ones and the same seed share their past."""
        parts = [self.timeline.past_hash(quarter), sorted(self.mechanisms.items()), float(scale), max(quarter, 0)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def diverges_from(self, other: Scenario) -> int:
        """First quarter in which the two can differ: -80 if from the burn-in on, 120 if never."""
        if dict(self.mechanisms) != dict(other.mechanisms) or self.drawn() != other.drawn():
            return -BURN_IN_QUARTERS
        return self.timeline.diverges_from(other.timeline)

    def drawn(self) -> dict[str, object]:
        """The draws from which seeds take their assumptions; empty if all seeds have the same."""
        made = self.calibrated
        return made.resolved() if made is not None and made.is_sampled else {}

    def resolved(self) -> dict[str, object]:
        """What the scenario does, fit for JSON: opening values, dated changes, conditions and mechanisms by name."""
        timeline = self.timeline
        opening = {name: _written(record, timeline.opening[record.index]) for name, record in CATALOGUE.items()}
        changes = {
            name: _changes(record, timeline.path[:, record.index], timeline.opening[record.index])
            for name, record in CATALOGUE.items()
        }
        records = list(CATALOGUE.values())
        conditions = [
            {
                "parameter": records[layer.index].id,
                "when": str(layer.entry.when),
                "for_at_least": layer.entry.hold,
                "values": _changes(records[layer.index], layer.values, np.full(layer.values.shape[1], np.nan)),
            }
            for layer in timeline.layers
        ]
        return {
            "mechanisms": dict(sorted(self.mechanisms.items())),
            "opening": opening,
            "changes": {name: dated for name, dated in changes.items() if dated},
            "conditions": conditions,
            **({"drawn": self.drawn()} if self.drawn() else {}),
        }


def _written(record: Parameter, columns: NDArray[np.float64]) -> object:
    """A row of the policy array as a number, or a map by code; None where a column is not touched."""
    values = [None if np.isnan(value) else float(value) + 0.0 for value in columns]
    if len(set(values)) == 1:
        return values[0]
    return dict(zip(record.codes, values, strict=False))


def _changes(record: Parameter, path: Array, before: NDArray[np.float64]) -> dict[str, object]:
    """Quarters in which a value changes, with the new value; `before` holds until the first of them."""
    earlier = np.concatenate([before[np.newaxis], path[:-1]])
    same = (earlier == path) | (np.isnan(earlier) & np.isnan(path))
    return {
        format_quarter(int(quarter)): _written(record, path[quarter])
        for quarter in np.flatnonzero(~same.all(axis=1))
        if quarter < LONGEST
    }
