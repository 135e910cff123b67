"""From a scenario file to a frozen Scenario: its chain of files, overrides on top, every fault told at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.errors import Faults, Place, ScenarioError, nearest_name
from simulation.scenario.calibration import USES, Calibrated, Calibration
from simulation.scenario.calibration_file import calibrations_in, read_calibration
from simulation.scenario.chain import PROJECT_SCENARIOS, read_chain
from simulation.scenario.entries import EntryReader
from simulation.scenario.grammar import (
    HEADS,
    POLICY_DATES,
    Content,
    is_switchable,
    known_parameter,
    read_assumptions,
)
from simulation.scenario.parameter import CATALOGUE, OPTIONAL_MECHANISMS, Parameter
from simulation.scenario.scenario import Scenario
from simulation.scenario.timeline import Columns, Entry, Stage, Timeline
from simulation.scenario.yaml_tree import Items, Node, Scalar, Table, read_node, tree_of

Source = str | os.PathLike[str] | Mapping[str, Any] | Scenario


def load_scenario(source: Source, overrides: Mapping[str, Any] | None = None, without: Sequence[str] = ()) -> Scenario:
    """The scenario in a file, in a dict, or known by name (`baseline`), with overrides and without some mechanisms.

    overrides: levers take the value from 2024Q1 on, uncertain and fixed parameters in all quarters; a value may be
    anything that can stand behind the name in a file. A Scenario as source is taken as it is, which is quick in
    a sweep. Raises ScenarioError with every fault found.
    """
    faults = Faults(ScenarioError)
    if isinstance(source, Scenario):
        parts = _Parts.of_scenario(source)
    else:
        parts = _Parts.of_chain(*read_chain(source, faults), faults)
    parts.add(_overriding(overrides or {}, without, faults), faults)
    faults.stop()
    scenario = parts.assemble(faults)
    faults.stop()
    return scenario


def parse_settings(settings: Iterable[str]) -> dict[str, Node]:
    """Overrides from the command line, each `parameter=value`; written as in a file, e.g. x={change: +20%}."""
    faults = Faults(ScenarioError)
    found: dict[str, Node] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        place = Place(f"--set {setting}")
        if not equals or not name.strip():
            faults.add(place, f'"{setting}"', "parameter=value, e.g. ipo_window=1.5")
        elif name.strip() in found:
            faults.add(place, f"{name.strip()} a second time", "each parameter once")
        else:
            node = read_node(value, place.file, faults, lines=False)
            found[name.strip()] = node or Scalar(place, "", None)
    faults.stop()
    return found


@dataclass
class _Parts:
    """What a scenario is put together from, while files are still being added."""

    heads: dict[str, str]
    files: tuple[str, ...]
    history: Stage
    root: Stage
    policy: dict[str, tuple[Entry, ...]]
    assumptions: dict[str, Columns]
    mechanisms: dict[str, bool]
    calibration: Calibration | None = None
    use: str = "fixed"

    @classmethod
    def of_chain(cls, chain: list[Content], history: Content | None, faults: Faults) -> _Parts:
        """Files from the scenario's own to the one that extends nothing, and the history that this one names."""
        if not chain:
            return cls({}, (), {}, {}, {}, {}, {})
        top, root = chain[0], chain[-1]
        heads = {"name": Path(top.shown).stem or "scenario", **top.heads}
        files = tuple(content.shown for content in [*chain, *([history] if history else [])])
        parts = cls(
            heads,
            files,
            history.entries if history else {},
            root.entries,
            {},
            dict(root.assumptions),
            dict(root.mechanisms),
        )
        parts.take(root, faults)
        for content in reversed(chain[:-1]):
            parts.add(content, faults)
        return parts

    @classmethod
    def of_scenario(cls, scenario: Scenario) -> _Parts:
        """The parts of a scenario that is complete already."""
        heads = {key: str(getattr(scenario, key)) for key in HEADS}
        history, root, policy = scenario.timeline.stages
        made = scenario.calibrated
        fitted = set(made.calibration.values) - made.own if made is not None else set()
        return cls(
            heads,
            scenario.files,
            history,
            root,
            dict(policy),
            {name: columns for name, columns in scenario.timeline.settings.items() if name not in fitted},
            dict(scenario.mechanisms),
            made.calibration if made is not None else None,
            made.use if made is not None else "fixed",
        )

    def add(self, content: Content, faults: Faults) -> None:
        """One more file down the chain: it replaces a lever's entries whole; `baseline` removes them."""
        for name, entries in content.entries.items():
            self.policy.pop(name, None)
            if entries:
                self.policy[name] = entries
        self.assumptions |= content.assumptions
        self.mechanisms |= content.mechanisms
        self.take(content, faults)

    def take(self, content: Content, faults: Faults) -> None:
        """The calibration that a file names, and how its values are taken; a later file has the last word."""
        if content.calibration is not None:
            self.calibration = named_calibration(content.calibration, content.folder, faults)
        if content.use:
            self.use = content.use
        if self.use == "posterior" and (self.calibration is None or not self.calibration.draws):
            there = "one without draws" if self.calibration is not None else "no calibration"
            allowed = "a calibration with draws, e.g. calibration: 2023-12"
            faults.add(Place(content.shown), f"assumptions: posterior with {there}", allowed)
            self.use = "fixed"

    def assemble(self, faults: Faults) -> Scenario:
        """The frozen scenario; entries that leave a range are noted."""
        mechanisms = {key: self.mechanisms.get(key, True) for key in OPTIONAL_MECHANISMS}
        neutral = [
            record.id
            for record in CATALOGUE.values()
            if record.neutral is not None and not mechanisms.get(record.mechanism, True)
        ]
        made = self.calibration
        fitted = made.settings() if made is not None else {}
        calibrated = Calibrated(made, self.use, frozenset(self.assumptions)) if made is not None else None
        timeline = Timeline(fitted | self.assumptions, neutral, (self.history, self.root, self.policy), faults)
        name, title, author, description, reference = (self.heads.get(key, "") for key in HEADS)
        return Scenario(
            name, title, author, description, reference, self.files, mechanisms, timeline, calibrated=calibrated
        )


def named_calibration(named: Scalar, folder: Path, faults: Faults) -> Calibration | None:
    """A calibration known by name in `scenarios/calibrations`, or the one in a file beside the scenario."""
    text = named.text.strip()
    known = calibrations_in(PROJECT_SCENARIOS / "calibrations") | calibrations_in(Path("scenarios") / "calibrations")
    path = folder / text if text.endswith(".yaml") else known.get(text)
    if path is None or not path.is_file():
        faults.add(named.place, f"calibration: {text}", ", ".join(known) or "a file", nearest_name(text, known))
        return None
    return read_calibration(path, named.place, faults)


def _overriding(overrides: Mapping[str, Any], without: Sequence[str], faults: Faults) -> Content:
    """Overrides as one more file at the end of the chain."""
    content = Content("overrides", Path())
    for name, value in overrides.items():
        place = Place(f"override {name}")
        node = value if isinstance(value, Scalar | Items | Table) else _node_of(value, place, faults)
        if name in ("calibration", "assumptions") and isinstance(node, Scalar):
            _calibrating(name, node, content, faults)
            continue
        record = _overridable(name, node.place, faults)
        if record is not None and record.role == "lever":
            entries = EntryReader(record, faults, POLICY_DATES).read(node)
            content.entries |= {} if entries is None else {name: entries}
        elif record is not None:
            read_assumptions(Table(node.place, {name: node}, {name: node.place}), content, faults)
    for key in without:
        if is_switchable(key, Place(f"without {key}"), faults):
            content.mechanisms[key] = False
    return content


def _calibrating(name: str, node: Scalar, content: Content, faults: Faults) -> None:
    """An override of the calibration that is named, or of how its values are taken."""
    if name == "calibration":
        content.calibration = node
    elif node.text in USES:
        content.use = node.text
    else:
        faults.add(node.place, f"assumptions: {node.text}", " or ".join(USES), nearest_name(node.text, USES))


def _node_of(value: object, place: Place, faults: Faults) -> Node:
    if isinstance(value, str):
        return read_node(value, place.file, faults, lines=False) or Scalar(place, "", None)
    return tree_of(value, place, faults)


def _overridable(name: str, place: Place, faults: Faults) -> Parameter | None:
    """The record of a lever or assumption; None after noting that a name is neither."""
    if name in CATALOGUE and CATALOGUE[name].role != "external":
        return CATALOGUE[name]
    section = "assumptions" if name in CATALOGUE else "levers"
    return known_parameter(name, place, section, faults)
