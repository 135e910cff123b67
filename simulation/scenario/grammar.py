"""The grammar of one file: which keys it may have, and what each of them means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from simulation.errors import Faults, Place, nearest_name
from simulation.scenario.calibration import USES
from simulation.scenario.entries import Dates, EntryReader
from simulation.scenario.parameter import CATALOGUE, CORE, OPTIONAL_MECHANISMS, Parameter, label
from simulation.scenario.quarters import FIRST_POLICY_QUARTER
from simulation.scenario.timeline import Columns, Entry
from simulation.scenario.values import ValueReader
from simulation.scenario.yaml_tree import Node, Scalar, Table, describe_node, shortened

HEADS = ("name", "title", "author", "description", "reference")
SECTIONS = ("levers", "inputs", "mechanisms", "calibration", "assumptions")
POLICY_KEYS = (*HEADS, "extends", *SECTIONS)
ROOT_KEYS = (*HEADS, "history", *SECTIONS)  # a file that extends nothing
HISTORY_KEYS = (*HEADS, "levers", "inputs")
SECTION_OF = {"lever": "levers", "uncertain": "assumptions", "fixed": "assumptions", "external": "inputs"}

HISTORY_DATES = Dates(earliest=0, default=0)
ROOT_DATES = Dates(earliest=0, default=FIRST_POLICY_QUARTER)
POLICY_DATES = Dates(earliest=FIRST_POLICY_QUARTER, default=FIRST_POLICY_QUARTER)

_NAME = re.compile(r"[^\W_][\w.-]{0,59}")


@dataclass
class Content:
    """What one file says; an empty tuple of entries stands for `lever: baseline`."""

    shown: str
    folder: Path
    heads: dict[str, str] = field(default_factory=dict)
    extends: Scalar | None = None
    history: Scalar | None = None
    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    mechanisms: dict[str, bool] = field(default_factory=dict)
    assumptions: dict[str, Columns] = field(default_factory=dict)
    calibration: Scalar | None = None  # the name of one, or of its file
    use: str = ""  # how its values are taken: fixed or posterior


def read_content(tree: Table, shown: str, folder: Path, is_history: bool, faults: Faults) -> Content:
    """Everything a file says, with its faults noted."""
    content = Content(shown, folder)
    reader = _ContentReader(tree, content, is_history, faults)
    reader.check_keys()
    reader.read_heads()
    reader.read_references()
    for section in ("levers", "inputs"):
        if section in reader.known:
            reader.read_entries(section)
    if not is_history:
        read_mechanisms(reader.section("mechanisms"), content, faults)
        reader.read_calibration()
        read_assumptions(reader.assumptions(), content, faults)
    return content


class _ContentReader:
    """Reads the sections of one file into a Content."""

    def __init__(self, tree: Table, content: Content, is_history: bool, faults: Faults) -> None:
        self.tree = tree
        self.content = content
        self.is_history = is_history
        self.faults = faults
        policy = "extends" in tree.items
        self.known = HISTORY_KEYS if is_history else POLICY_KEYS if policy else (*ROOT_KEYS, "extends")

    def check_keys(self) -> None:
        """Only keys of this kind of file; a lever at the top level is told where it belongs."""
        kind = "a history file" if self.is_history else "a scenario"
        if not self.is_history and "extends" in self.tree.items:
            kind = "a scenario that extends another"
        for key in self.tree.items:
            if key in self.known:
                continue
            advice, near = "", nearest_name(key, self.known)
            if key in CATALOGUE:
                advice, near = f"indent it below `{SECTION_OF[CATALOGUE[key].role]}:`", ""
            elif key == "history":
                advice, near = "put history in the file at the end of the chain, e.g. baseline.yaml", ""
            elif key in (*ROOT_KEYS, *POLICY_KEYS):
                advice, near = "put it in the scenario that names this history file", ""
            found = f"{shortened(key)}, which is not a key of {kind}"
            self.faults.add(self.tree.keys[key], found, ", ".join(self.known), near, advice)

    def section(self, key: str) -> Table | None:
        """The map below a key; nothing below it is as good as an empty map."""
        node = self.tree.items.get(key)
        if node is None or isinstance(node, Table):
            return node
        if not (isinstance(node, Scalar) and node.value is None):
            self.faults.add(
                node.place, f"{key}: {describe_node(node)}", f"lines such as `  key: value`, indented below `{key}:`"
            )
        return None

    def read_heads(self) -> None:
        """Name, title and so on: free text, but the name also becomes a folder's name."""
        for key in HEADS:
            node = self.tree.items.get(key)
            if node is None:
                continue
            if not isinstance(node, Scalar) or node.value is None:
                self.faults.add(node.place, f"{key}: {describe_node(node)}", "text on one line, or after `|` or `>`")
                continue
            self.content.heads[key] = node.text.strip()
        name = self.content.heads.get("name")
        if name is not None and not _NAME.fullmatch(name):
            self.faults.add(
                self.tree.items["name"].place,
                f'name: "{shortened(name)}"',
                "letters, digits, -, _ and points, at most 60: the name becomes the name of a folder",
            )

    def read_references(self) -> None:
        """The files named by `extends` and `history`; a file that extends another inherits its history."""
        self.content.extends = self.file_name("extends")
        self.content.history = self.file_name("history")

    def file_name(self, key: str) -> Scalar | None:
        """The text behind `extends` or `history`."""
        return self.text_of(key, f"the name of one file, e.g. {key}: ../baseline.yaml")

    def text_of(self, key: str, allowed: str) -> Scalar | None:
        """The text behind a key that this kind of file may have; anything else is noted."""
        node = self.tree.items.get(key)
        if node is None or key not in self.known:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node
        self.faults.add(node.place, f"{key}: {describe_node(node)}", allowed)
        return None

    def read_calibration(self) -> None:
        """The name behind `calibration`."""
        self.content.calibration = self.text_of("calibration", "the name of one, e.g. calibration: 2023-12")

    def assumptions(self) -> Table | None:
        """The map below `assumptions`; instead of one, a word that says how those of a calibration are taken."""
        node = self.tree.items.get("assumptions")
        if isinstance(node, Scalar) and isinstance(node.value, str):
            if node.text in USES:
                self.content.use = node.text
            else:
                allowed = f"{' or '.join(USES)}, or lines such as `  screening_noise: 1.2` below it"
                near = nearest_name(node.text, USES)
                self.faults.add(node.place, f"assumptions: {shortened(node.text)}", allowed, near)
            return None
        return self.section("assumptions")

    def read_entries(self, section: str) -> None:
        """The entries below `levers` or `inputs`."""
        table = self.section(section)
        for name in table.items if table is not None else ():
            assert table is not None
            record = known_parameter(name, table.keys[name], section, self.faults)
            if record is None:
                continue
            entries = EntryReader(record, self.faults, self.dates()).read(table.items[name])
            if entries == () and self.content.extends is None:
                self.faults.add(
                    table.items[name].place,
                    f"{name}: baseline in a file that extends nothing",
                    "a value",
                    "",
                    "delete the line",
                )
            elif entries is not None:
                self.content.entries[name] = entries

    def dates(self) -> Dates:
        """The quarters that this file may name."""
        if self.is_history:
            return HISTORY_DATES
        return POLICY_DATES if "extends" in self.tree.items else ROOT_DATES


def known_parameter(name: str, place: Place, section: str, faults: Faults) -> Parameter | None:
    """The record of a name that may stand in a section; None after noting that it may not."""
    fitting = {key for key, record in CATALOGUE.items() if SECTION_OF[record.role] == section}
    if name in fitting:
        return CATALOGUE[name]
    what = {"levers": "a lever", "assumptions": "an uncertain or fixed parameter", "inputs": "an input from outside"}[
        section
    ]
    if name in CATALOGUE:
        right = SECTION_OF[CATALOGUE[name].role]
        called = {"levers": "a lever", "assumptions": "an assumption", "inputs": "an input from outside"}[right]
        faults.add(
            place, f"{name} below `{section}:`, although it is {called}", what, "", f"put it below `{right}:`"
        )
        return None
    near = _by_label(name, 1.0) or nearest_name(name, fitting) or nearest_name(name, CATALOGUE, likeness=0.8)
    near = near or _by_label(name)
    faults.add(
        place,
        f"{shortened(name)}, which is not {what}",
        f"{what} of the catalogue; `tif levers WORD` searches it",
        _with_label(near),
    )
    return None


def _with_label(name: str) -> str:
    return f"{name} ({label('parameter', name)})" if name else ""


def _by_label(name: str, likeness: float = 0.6) -> str:
    """The parameter whose English or Chinese label is what somebody wrote."""
    names = {record.label_en.lower().replace(" ", "_"): key for key, record in CATALOGUE.items()}
    names |= {record.label_zh: key for key, record in CATALOGUE.items()}
    return names.get(nearest_name(name, names, likeness), "")


def read_mechanisms(table: Table | None, content: Content, faults: Faults) -> None:
    """Mechanisms switched off or on."""
    for key in table.items if table is not None else ():
        assert table is not None
        node = table.items[key]
        if not is_switchable(key, table.keys[key], faults):
            continue
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            content.mechanisms[key] = node.value
        else:
            faults.add(node.place, f"{key}: {describe_node(node)}", "true or false", "", _truth_hint(node))


def _truth_hint(node: Node) -> str:
    word = node.text.lower() if isinstance(node, Scalar) else ""
    meant = {
        "no": "false",
        "off": "false",
        "0": "false",
        "yes": "true",
        "on": "true",
        "1": "true",
        "false": "false",
        "true": "true",
    }
    return f"write {meant[word]} without quotes" if word in meant else ""


def is_switchable(key: str, place: Place, faults: Faults) -> bool:
    """Whether a mechanism can be switched off; notes why not."""
    if key in OPTIONAL_MECHANISMS:
        return True
    allowed = ", ".join(OPTIONAL_MECHANISMS)
    if key in CORE:
        advice = "change its levers or assumptions instead"
        faults.add(place, f"{key}, a core mechanism that every run has", allowed, "", advice)
    else:
        faults.add(
            place, f"{shortened(key)}, which is not a mechanism", allowed, nearest_name(key, OPTIONAL_MECHANISMS)
        )
    return False


def read_assumptions(table: Table | None, content: Content, faults: Faults) -> None:
    """Constant values of uncertain and fixed parameters."""
    for name in table.items if table is not None else ():
        assert table is not None
        record = known_parameter(name, table.keys[name], "assumptions", faults)
        node = table.items[name]
        if record is None:
            continue
        if isinstance(node, Table) and {"from", "until", "value", "change", "when"} & set(node.items):
            faults.add(
                node.place,
                f"{name}: {describe_node(node)}",
                "a plain number: assumptions hold in all quarters",
                "",
                f"write {name}: followed by the number",
            )
            continue
        before = len(faults.found)
        columns = ValueReader(record, faults).read_value(node)
        if len(faults.found) == before:
            content.assumptions[name] = columns
