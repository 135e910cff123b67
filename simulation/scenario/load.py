"""From a scenario file to a frozen Scenario: its chain of files, overrides on top, every fault told at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.errors import Faults, Place, ScenarioError
from simulation.scenario.chain import read_chain
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
    parts = _Parts.of_scenario(source) if isinstance(source, Scenario) else _Parts.of_chain(*read_chain(source, faults))
    parts.add(_overriding(overrides or {}, without, faults))
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

    @classmethod
    def of_chain(cls, chain: list[Content], history: Content | None) -> _Parts:
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
        for content in reversed(chain[:-1]):
            parts.add(content)
        return parts

    @classmethod
    def of_scenario(cls, scenario: Scenario) -> _Parts:
        """The parts of a scenario that is complete already."""
        heads = {key: str(getattr(scenario, key)) for key in HEADS}
        history, root, policy = scenario.timeline.stages
        return cls(
            heads,
            scenario.files,
            history,
            root,
            dict(policy),
            dict(scenario.timeline.settings),
            dict(scenario.mechanisms),
        )

    def add(self, content: Content) -> None:
        """One more file down the chain: it replaces a lever's entries whole; `baseline` removes them."""
        for name, entries in content.entries.items():
            self.policy.pop(name, None)
            if entries:
                self.policy[name] = entries
        self.assumptions |= content.assumptions
        self.mechanisms |= content.mechanisms

    def assemble(self, faults: Faults) -> Scenario:
        """The frozen scenario; entries that leave a range are noted."""
        mechanisms = {key: self.mechanisms.get(key, True) for key in OPTIONAL_MECHANISMS}
        neutral = [
            record.id
            for record in CATALOGUE.values()
            if record.neutral is not None and not mechanisms.get(record.mechanism, True)
        ]
        timeline = Timeline(self.assumptions, neutral, (self.history, self.root, self.policy), faults)
        name, title, author, description, reference = (self.heads.get(key, "") for key in HEADS)
        return Scenario(name, title, author, description, reference, self.files, mechanisms, timeline)


def _overriding(overrides: Mapping[str, Any], without: Sequence[str], faults: Faults) -> Content:
    """Overrides as one more file at the end of the chain."""
    content = Content("overrides", Path())
    for name, value in overrides.items():
        place = Place(f"override {name}")
        node = value if isinstance(value, Scalar | Items | Table) else _node_of(value, place, faults)
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
