"""Reading targets from YAML: every fault with its line, what is allowed and the nearest name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ..errors import DesignError, Faults, Place, nearest_name
from ..indicators.definitions import INDICATORS
from ..scenario.parameter import number
from ..scenario.quarters import LONGEST, format_quarter, parse_quarter
from ..scenario.yaml_text import read_text
from ..scenario.yaml_tree import Items, Node, Scalar, Table, describe_node, read_tree
from .facts.all_facts import MEASURES
from .options import Window
from .targets import ROLES, Role, Target, codes_in, files_in, reference

FILE_KEYS = ("title", "role", "targets")
KEYS = (
    "label", "number", "indicator", "measure", "not_measured", "over", "value", "band", "unit", "source", "year",
    "role", "weight", "note", "missed_because",
)  # fmt: skip
DEFINITIONS = ("indicator", "measure", "not_measured")
NEEDED = ("label", "source")
UNKNOWN = "not known: "  # how a reason begins that nobody has found
LEAST_WORDS = 5


def read_targets(files: Sequence[Path] | None = None) -> tuple[Target, ...]:
    """The targets in some files, by default all of scenarios/targets. Errors: DesignError with every fault."""
    faults = Faults(DesignError)
    found: list[Target] = []
    places: dict[str, Place] = {}
    for path in files if files is not None else files_in():
        reader = _File(path, faults, places)
        found += reader.targets()
    check_roles(found, places, faults)
    faults.stop()
    return tuple(found)


def check_roles(targets: Sequence[Target], places: dict[str, Place], faults: Faults) -> None:
    """A quantity that something was fitted to cannot be evidence as well: one role for each."""
    roles: dict[str, Target] = {}
    for target in targets:
        if target.not_measured:
            continue
        first = roles.setdefault(target.quantity, target)
        if first.role != target.role:
            found = f"{target.id}: {target.quantity} to {target.role}, which {first.id} is to {first.role}"
            faults.add(places[target.id], found, "one role for a quantity, so that nothing fitted is called evidence")


def is_sentence(said: str, goes_on: bool = False) -> bool:
    """Whether a text is an English sentence of some words; goes_on: it follows others and may begin small."""
    begins = said[:1].isalnum() and (goes_on or not said[:1].islower())
    return said.isascii() and begins and said.endswith(".") and len(said.split()) >= LEAST_WORDS


class _File:
    """Reads one file, noting faults and where each target stands."""

    def __init__(self, path: Path, faults: Faults, places: dict[str, Place]) -> None:
        self.path, self.faults, self.places = path, faults, places

    def targets(self) -> list[Target]:
        """All targets of the file."""
        shown = self.path.as_posix()
        tree = read_tree(read_text(self.path, shown, DesignError), shown, self.faults)
        if tree is None:
            return []
        for key, place in tree.keys.items():
            if key not in FILE_KEYS:
                found = f"{key}, which is not a key of a file of targets"
                self.faults.add(place, found, ", ".join(FILE_KEYS), nearest_name(key, FILE_KEYS))
        usual = self.role(tree, "validate")
        listed = tree.items.get("targets")
        if not isinstance(listed, Table):
            self.faults.add(tree.place, "no targets", "targets: {name: {label: ..., indicator: ...}}")
            return []
        read: list[Target] = []
        for name, node in listed.items.items():
            place = listed.keys[name]
            if name in self.places:
                self.faults.add(place, f"{name}, a target named before", f"another name; see {self.places[name]}")
                continue
            self.places[name] = place
            if not isinstance(node, Table):
                self.faults.add(node.place, f"{name}: {describe_node(node)}", f"a map of {', '.join(KEYS)}")
                continue
            read.append(self.target(name, node, usual))
        return read

    def target(self, name: str, node: Table, usual: Role) -> Target:
        """One target; a part that cannot be read is noted and filled with something harmless."""
        for key, place in node.keys.items():
            if key not in KEYS:
                self.faults.add(place, f"{key}, which no target has", ", ".join(KEYS), nearest_name(key, KEYS))
        for key in NEEDED:
            if key not in node.items:
                self.faults.add(self.places[name], f"{name} without {key}", f"{key}: ...")
        kind, quantity = self.definition(name, node)
        measured = kind != "not_measured"
        value, (low, high) = self.value(name, node, measured)
        label_en, label_zh = self.label(name, node)
        source = self.text(node, "source")
        return Target(
            name, label_en, label_zh, self.path.stem, quantity if measured else "", self.window(name, node, measured),
            value, low, high, self.text(node, "unit"), source, self.text(node, "year"), self.role(node, usual),
            self.weight(name, node, source), self.text(node, "note"), "" if measured else quantity,
            self.text(node, "number"), self.reason(name, node, measured),
        )  # fmt: skip

    def definition(self, name: str, node: Table) -> tuple[str, str]:
        """What is computed: an indicator, a measure, or why nothing is."""
        there = [key for key in DEFINITIONS if key in node.items]
        if len(there) != 1:
            found = f"{name} with {', '.join(there) or 'nothing to compute'}"
            self.faults.add(self.places[name], found, "one of indicator, measure, not_measured")
            return "not_measured", "?"
        kind, item = there[0], node.items[there[0]]
        word = item.text if isinstance(item, Scalar) else describe_node(item)
        known = list(INDICATORS if kind == "indicator" else MEASURES)
        if kind != "not_measured" and word not in known:
            allowed = "tif indicators lists them" if kind == "indicator" else ", ".join(sorted(MEASURES))
            self.faults.add(item.place, f"{word}: no such {kind}", allowed, nearest_name(word, known))
            return "not_measured", "?"
        return kind, word

    def window(self, name: str, node: Table, measured: bool) -> Window:
        """The quarters over which it is computed, written 2021Q1:2023Q4."""
        item = node.items.get("over")
        if item is None:
            if measured:
                self.faults.add(self.places[name], f"{name} without over", "over: 2021Q1:2023Q4")
            return 0, 0
        first, _, last = (item.text if isinstance(item, Scalar) else "").partition(":")
        try:
            window = parse_quarter(first.strip()), parse_quarter((last or first).strip())
        except ValueError:
            window = (1, 0)
        if not 0 <= window[0] <= window[1] < LONGEST:
            allowed = f"two quarters such as 2021Q1:2023Q4, from {format_quarter(0)} on, the first before the second"
            self.faults.add(item.place, f"over: {describe_node(item)}", allowed)
            return 0, 0
        return window

    def value(self, name: str, node: Table, measured: bool) -> tuple[float, tuple[float, float]]:
        """The published number and the band around it, both ends included; `none` leaves an end open."""
        item, band = node.items.get("value"), node.items.get("band")
        value = item.value if isinstance(item, Scalar) else None
        if item is not None and not isinstance(value, float):
            self.faults.add(item.place, f"value: {describe_node(item)}", "a number")
        number_of = float(value) if isinstance(value, float) else math.nan
        if band is None:
            if measured:
                self.faults.add(self.places[name], f"{name} without band", "band: [low, high]; none leaves an end open")
            return number_of, (-math.inf, math.inf)
        ends = [self.end(node) for node in band.items] if isinstance(band, Items) else []
        if len(ends) != 2 or None in ends:
            self.faults.add(band.place, f"band: {describe_node(band)}", "[low, high]; none leaves an end open")
            return number_of, (-math.inf, math.inf)
        low = -math.inf if ends[0] == "none" else float(ends[0] or 0.0)
        high = math.inf if ends[1] == "none" else float(ends[1] or 0.0)
        if not low < high or (math.isinf(low) and math.isinf(high)):
            self.faults.add(band.place, f"band: {number(low)} to {number(high)}", "a low end below the high one")
        elif not (math.isnan(number_of) or low <= number_of <= high):
            self.faults.add(band.place, f"band that leaves the value {number(number_of)} out", "low <= value <= high")
        return number_of, (low, high)

    @staticmethod
    def end(node: Node) -> str | None:
        """One end of a band as text, or None if it is neither a number nor `none`."""
        if not isinstance(node, Scalar):
            return None
        if node.text == "none":
            return "none"
        return repr(node.value) if isinstance(node.value, float) and math.isfinite(node.value) else None

    def label(self, name: str, node: Table) -> tuple[str, str]:
        """The label in both languages."""
        item = node.items.get("label")
        words = item.items if isinstance(item, Table) else {}
        found = [words[key].text if isinstance(words.get(key), Scalar) else "" for key in ("en", "zh")]  # type: ignore[union-attr]
        if item is not None and not all(found):
            self.faults.add(item.place, f"{name}: label {describe_node(item)}", "{en: ..., zh: ...}")
        return found[0], found[1]

    def role(self, node: Table, usual: Role) -> Role:
        """What the target is for."""
        item = node.items.get("role")
        if item is None:
            return usual
        word = item.text if isinstance(item, Scalar) else describe_node(item)
        for role in ROLES:
            if word == role:
                return role
        self.faults.add(item.place, f"role: {word}", ", ".join(ROLES), nearest_name(word, ROLES))
        return usual

    def weight(self, name: str, node: Table, source: str) -> float:
        """Weight by reliability; what is only remembered has none, and a code must stand in the reference data."""
        item = node.items.get("weight")
        codes = codes_in(source)
        rows = reference()
        for code in codes:
            if code not in rows:
                where = node.items["source"].place
                self.faults.add(where, f"{code}: no such row", "a row of reference.csv", nearest_name(code, rows))
        remembered = bool(codes) and all(rows.get(code, {}).get("status") == "memory" for code in codes)
        usual = 0.0 if remembered or "not_measured" in node.items else 1.0
        if item is None:
            return usual
        value = item.value if isinstance(item, Scalar) else None
        if not isinstance(value, float) or not 0.0 <= value <= 1.0:
            self.faults.add(item.place, f"weight: {describe_node(item)}", "a number from 0 to 1")
            return usual
        if remembered and value > 0.0:
            found = f"{name}: weight {number(value)} for what is only remembered ({', '.join(codes)})"
            self.faults.add(item.place, found, "weight: 0, until the number is checked at its source")
        return value

    def reason(self, name: str, node: Table, measured: bool) -> str:
        """Why the band is missed: an English sentence, or `not known:` and what was looked at."""
        item = node.items.get("missed_because")
        if item is None:
            return ""
        said = self.text(node, "missed_because")
        if not measured:
            found = f"{name}: a reason for a miss of what is not measured"
            self.faults.add(item.place, found, "missed_because only beside an indicator or a measure")
        elif not is_sentence(said.removeprefix(UNKNOWN), said.startswith(UNKNOWN)):
            allowed = f"an English sentence with a full stop, or {UNKNOWN}and what was looked at"
            self.faults.add(item.place, f"missed_because: {said or describe_node(item)}", allowed)
        return said

    @staticmethod
    def text(node: Table, key: str) -> str:
        """A text, empty if it is not there."""
        item = node.items.get(key)
        return item.text.strip() if isinstance(item, Scalar) else ""
