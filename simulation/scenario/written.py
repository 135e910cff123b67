"""A scenario as JSON and back: by this a manifest carries all it takes to play a run again, without its files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from simulation.errors import Faults, Place, ScenarioError, nearest_name
from simulation.scenario.calibration import calibrated_of, written_calibrated
from simulation.scenario.grammar import HEADS
from simulation.scenario.parameter import CATALOGUE, COLUMNS, OPTIONAL_MECHANISMS
from simulation.scenario.quarters import format_quarter, parse_quarter
from simulation.scenario.scenario import Scenario
from simulation.scenario.timeline import Columns, Entry, Stage, Timeline
from simulation.scenario.when import Comparison, Condition

STAGES = ("history", "baseline", "policy")
Json = dict[str, Any]


def written_of(scenario: Scenario) -> Json:
    """The entries, assumptions and mechanisms of a scenario, fit for JSON; no number loses a digit."""
    stages = zip(STAGES, scenario.timeline.stages, strict=True)
    return {
        "assumptions": {name: _columns(columns) for name, columns in scenario.timeline.settings.items()},
        "mechanisms": dict(sorted(scenario.mechanisms.items())),
        **({"calibrated": written_calibrated(scenario.calibrated)} if scenario.calibrated is not None else {}),
        **{stage: {name: [_entry(one) for one in entries] for name, entries in held.items()} for stage, held in stages},
    }


def scenario_of(heads: Mapping[str, Any], written: Json) -> Scenario:
    """The scenario that `written_of` wrote down; heads: name, title, author, description, reference, files.

    Errors: ScenarioError when this version does not know a parameter or mechanism, or cannot read an entry.
    """
    _refuse_unknown(str(heads.get("name", "")), written)
    try:
        settings = {name: _read_columns(columns) for name, columns in written["assumptions"].items()}
        stages: list[Stage] = [
            {name: tuple(_read_entry(one) for one in entries) for name, entries in written[stage].items()}
            for stage in STAGES
        ]
        mechanisms = {key: bool(on) for key, on in written["mechanisms"].items()}
        calibrated = calibrated_of(written["calibrated"]) if "calibrated" in written else None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found = f"a scenario that cannot be read ({type(error).__name__}: {error})"
        raise ScenarioError.at("manifest", found, "scenarios as tif run and tif compare write them") from error
    off = [
        record.id for record in CATALOGUE.values()
        if record.neutral is not None and not mechanisms.get(record.mechanism, True)
    ]  # fmt: skip
    name, title, author, description, reference = (str(heads.get(key, "")) for key in HEADS)
    files = tuple(str(file) for file in heads.get("files", ()))
    timeline = Timeline(settings, off, stages)
    return Scenario(
        name, title, author, description, reference, files, mechanisms, timeline, calibrated=calibrated
    )


def _refuse_unknown(name: str, written: Json) -> None:
    """Name every parameter and mechanism of another version that this one does not have."""
    faults = Faults(ScenarioError)
    place = Place(f"scenario {name} in the manifest")
    used = [key for part in ("assumptions", *STAGES) for key in written.get(part) or {}]
    for known, keys, what in (
        (tuple(CATALOGUE), used, "parameter"),
        (OPTIONAL_MECHANISMS, written.get("mechanisms") or {}, "mechanism"),
    ):
        for key in dict.fromkeys(keys):
            if key not in known:
                faults.add(place, f"the {what} {key}, which this version does not have", "", nearest_name(key, known))
    faults.stop()


def _entry(entry: Entry) -> Json:
    found: Json = {
        "from": format_quarter(entry.first),
        "until": format_quarter(entry.last),
        "columns": _columns(entry.columns),
    }
    if entry.change:
        found["change"] = entry.change
    if entry.over > 1:
        found["over"] = entry.over
    if entry.when is not None:
        found["when"] = [[[one.indicator, one.sign, one.number] for one in group] for group in entry.when.groups]
        found["for_at_least"] = entry.hold
    return found


def _read_entry(found: Json) -> Entry:
    when = found.get("when")
    groups = tuple(tuple(Comparison(name, sign, float(value)) for name, sign, value in group) for group in when or ())
    return Entry(
        parse_quarter(found["from"]),
        parse_quarter(found["until"]),
        _read_columns(found["columns"]),
        str(found.get("change", "")),
        int(found.get("over", 1)),
        Condition(groups) if when else None,
        int(found.get("for_at_least", 1)),
        Place("manifest"),
    )


def _columns(columns: Columns) -> float | list[float | None]:
    """One number where all nine columns are alike; None for a column that is not touched."""
    values = [None if math.isnan(value) else float(value) for value in columns]
    return values[0] if values[0] is not None and len(set(values)) == 1 else values


def _read_columns(found: float | list[float | None]) -> Columns:
    values = found if isinstance(found, list) else [found] * COLUMNS
    if len(values) != COLUMNS:
        raise ValueError(f"{len(values)} columns")
    return tuple(math.nan if value is None else float(value) for value in values)
