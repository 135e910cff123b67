"""From the catalogue's YAML to checked records: every default has a label, a unit, a range, a role, a source."""

from __future__ import annotations

import math
import re
from pathlib import Path

from simulation.errors import CatalogueError, Faults, nearest_name
from simulation.scenario.parameter import CODES, ROLES, Catalogue, Parameter, number, widen
from simulation.scenario.yaml_text import read_text
from simulation.scenario.yaml_tree import Items, Node, Scalar, Table, describe_node, read_tree

LABELS_FILE = "labels.yaml"
KINDS = ("spending", "rule")
SPLITS = ("none", "sector", "region")
NEEDED = ("label", "value", "unit", "range", "role", "by", "mechanism", "description", "source")
KNOWN = (*NEEDED, "neutral", "kind")

_ID = re.compile(r"[a-z][a-z0-9_]*")


def parse_catalogue(folder: Path) -> Catalogue:
    """All records of a folder in the order of file names and lines; raises CatalogueError with every fault found."""
    faults = Faults(CatalogueError)
    parameters: dict[str, Parameter] = {}
    labels: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        tree = read_tree(read_text(path, path.name, CatalogueError), path.name, faults)
        if tree is not None and path.name == LABELS_FILE:
            labels = _labels(tree, faults)
        elif tree is not None:
            for name in tree.items:
                _add_record(name, tree, path.name, parameters, faults)
    faults.stop()
    return Catalogue(parameters, labels)


def _add_record(name: str, tree: Table, file: str, parameters: dict[str, Parameter], faults: Faults) -> None:
    place, node = tree.keys[name], tree.items[name]
    if name in parameters:
        faults.add(place, f"{name}, which {parameters[name].file} declares already", "each parameter once")
    elif not _ID.fullmatch(name):
        faults.add(place, name, "small letters, digits and _ in the name of a parameter")
    elif not isinstance(node, Table):
        faults.add(place, f"{name}: {describe_node(node)}", f"a record with {', '.join(NEEDED)}")
    else:
        record = _Record(node, faults)
        parameter = record.read(name, len(parameters), file.removesuffix(".yaml"))
        if parameter is not None:
            parameters[name] = parameter


class _Record:
    """Reads the fields of one record and notes what is wrong with them."""

    def __init__(self, table: Table, faults: Faults) -> None:
        self.table = table
        self.faults = faults
        self.before = len(faults.found)

    def read(self, name: str, index: int, file: str) -> Parameter | None:
        """The parameter, or None after noting why not."""
        self.check_keys(name)
        if len(self.faults.found) > self.before:
            return None
        by, role = self.choice("by", SPLITS), self.choice("role", ROLES)
        kind = self.choice("kind", KINDS) if role == "lever" else ""
        low, high = self.range()
        value = self.value(by)
        neutral = self.number(self.table.items["neutral"]) if "neutral" in self.table.items else None
        self.check_range(name, low, high, value, neutral if role == "lever" else None)
        if role != "lever" and "kind" in self.table.items:
            self.fault("kind", f"a kind on a parameter that is {role}", "kind only where role is lever")
        if len(self.faults.found) > self.before:
            return None
        english, chinese = label_pair(self.table.items["label"], self.faults)
        texts = {key: self.text(key) for key in ("unit", "mechanism", "description", "source")}
        record = Parameter(
            name,
            index,
            english,
            chinese,
            value,
            texts["unit"],
            low,
            high,
            neutral,
            role,
            kind,
            by,
            texts["mechanism"],
            texts["description"],
            texts["source"],
            file,
        )
        return record if len(self.faults.found) == self.before else None

    def fault(self, key: str, found: str, allowed: str) -> None:
        self.faults.add(self.table.keys.get(key, self.table.place), found, allowed)

    def check_keys(self, name: str) -> None:
        for key in self.table.items:
            if key not in KNOWN:
                self.faults.add(
                    self.table.keys[key], f"{key} in the record {name}", ", ".join(KNOWN), nearest_name(key, KNOWN)
                )
        for key in NEEDED:
            if key not in self.table.items:
                self.faults.add(self.table.place, f"{name} without {key}", f"every record has {', '.join(NEEDED)}")

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        node = self.table.items.get(key)
        text = node.text if isinstance(node, Scalar) else ""
        if text not in allowed:
            self.fault(key, f"{key}: {describe_node(node) if node else 'nothing'}", " or ".join(allowed))
        return text

    def text(self, key: str) -> str:
        node = self.table.items[key]
        if isinstance(node, Scalar) and node.value is not None and node.text.strip():
            return " ".join(node.text.split())
        self.fault(key, f"{key}: {describe_node(node)}", "text")
        return ""

    def number(self, node: Node) -> float:
        if isinstance(node, Scalar) and isinstance(node.value, float) and math.isfinite(node.value):
            return node.value
        self.faults.add(node.place, describe_node(node), "a finite number")
        return math.nan

    def range(self) -> tuple[float, float]:
        node = self.table.items["range"]
        if not isinstance(node, Items) or len(node.items) != 2:
            self.fault("range", f"range: {describe_node(node)}", "[lowest, highest]")
            return math.nan, math.nan
        return self.number(node.items[0]), self.number(node.items[1])

    def value(self, by: str) -> float | tuple[float, ...]:
        node = self.table.items["value"]
        if not isinstance(node, Table):
            return self.number(node)
        codes = CODES.get(by, ())
        if tuple(node.items) != codes:
            self.fault(
                "value",
                f"value: {describe_node(node)}, by: {by}",
                f"one number, or all of {', '.join(codes)} in this order",
            )
            return math.nan
        return widen(tuple(self.number(item) for item in node.items.values()))

    def check_range(
        self, name: str, low: float, high: float, value: float | tuple[float, ...], neutral: float | None
    ) -> None:
        if not low < high:
            self.fault(
                "range", f"{name} with the range {number(low) if low == low else low} to {high}", "lowest below highest"
            )
        for key, one in [("value", v) for v in (value if isinstance(value, tuple) else (value,))] + [
            ("neutral", neutral)
        ]:
            if one is not None and (one < low or one > high):
                self.fault(
                    key, f"{name} with {key} {number(one)}", f"a number in its range, {number(low)} to {number(high)}"
                )


def label_pair(node: Node, faults: Faults) -> tuple[str, str]:
    """English and Chinese label of a record or a code."""
    if isinstance(node, Table) and set(node.items) == {"en", "zh"}:
        english, chinese = node.items["en"], node.items["zh"]
        if isinstance(english, Scalar) and isinstance(chinese, Scalar) and english.text and chinese.text:
            return english.text, chinese.text
    faults.add(node.place, f"label: {describe_node(node)}", "{en: English, zh: 中文}")
    return "", ""


def _labels(tree: Table, faults: Faults) -> dict[str, dict[str, dict[str, str]]]:
    """Labels by group and code, e.g. sector -> AER -> en."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for group, node in tree.items.items():
        if not isinstance(node, Table):
            faults.add(tree.keys[group], f"{group}: {describe_node(node)}", "a map of codes with their labels")
            continue
        pairs = {code: label_pair(item, faults) for code, item in node.items.items()}
        found[group] = {code: {"en": english, "zh": chinese} for code, (english, chinese) in pairs.items()}
    return found
