"""Reading a design from YAML: every fault is noted with its line, what is allowed and the nearest name."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import DesignError, Faults, Place, UserError, nearest_name
from ..scenario.load import load_scenario
from ..scenario.parameter import CATALOGUE, Parameter, number
from ..scenario.scenario import Scenario
from ..scenario.yaml_text import read_text
from ..scenario.yaml_tree import Items, Node, Scalar, Table, describe_node, read_tree
from .design import KEEPABLE, METHODS, SAMPLED, Axis, Design, Point, Value, find_record
from .options import Window, read_seeds, read_window

KEYS = (
    "name", "title", "author", "description", "base", "method", "vary", "points", "list", "table", "assumptions",
    "seeds", "quarters", "scale", "window", "keep", "second_order",
)  # fmt: skip
MOST_POINTS = 1_000_000
MOST_ENDS = 16  # levers of a factorial design


def read_design(path: str | Path) -> Design:
    """The design in a file. Errors: DesignError with every fault, ScenarioError if the base cannot be read."""
    shown = Path(path).as_posix()
    faults = Faults(DesignError)
    tree = read_tree(read_text(Path(path), shown, DesignError), shown, faults)
    faults.stop()
    if not isinstance(tree, Table):
        raise DesignError.at(shown, "nothing", "base, vary and seeds")
    return Reader(tree, Path(path), faults).design()


def plain_of(node: Node) -> Any:
    """A node as plain lists, dicts, numbers and text."""
    if isinstance(node, Items):
        return [plain_of(item) for item in node.items]
    if isinstance(node, Table):
        return {key: plain_of(item) for key, item in node.items.items()}
    return node.value if isinstance(node.value, float | bool) or node.value is None else node.text


class Reader:
    """Reads the keys of a design, noting every fault with its line; searches and calibrations read theirs with it."""

    def __init__(self, tree: Table, path: Path, faults: Faults) -> None:
        self.tree, self.path, self.faults = tree, path, faults

    def design(self) -> Design:
        """The whole design. Errors: DesignError."""
        for key, place in self.tree.keys.items():
            if key not in KEYS:
                found = f"{key}, which is not a key of a design"
                self.faults.add(place, found, ", ".join(KEYS), nearest_name(key, KEYS))
        base = self.base()
        method = self.method()
        axes = self.axes(method)
        listed = self.listed()
        draws = int(self.whole("points", 0, 1, MOST_POINTS)) if method in SAMPLED else 0
        if method in SAMPLED and draws == 0:
            self.faults.add(self.place("points"), f"method {method} without points", "points: 64, for example")
        second = self.second_order(method)
        if listed and axes:
            self.faults.add(self.place("vary"), "both a list of points and something to vary", "one of them")
        if not listed and not axes:
            allowed = "vary: {lever: [values]}, list: [{lever: value}], or table: file.csv"
            self.faults.add(self.place("vary"), "nothing to vary", allowed)
        if method == "factorial" and len(axes) > MOST_ENDS:
            self.faults.add(self.place("method"), f"{len(axes)} parameters", f"at most {MOST_ENDS}; morris takes more")
        seeds = self.seeds()
        quarters = int(self.whole("quarters", 60, 1, 120))
        scale = self.whole("scale", 0.05, 0.001, 1.0)
        window = self.window(quarters)
        keep = self.keep()
        self.faults.stop()
        name = self.text("name") or self.path.stem
        design = Design(
            name, self.text("title") or name, base, "listed" if listed else method, axes, draws, listed, seeds,
            quarters, scale, window, keep, self.path.as_posix(), second,
        )  # fmt: skip
        self.check_values(design)
        self.faults.stop()
        return design

    def place(self, key: str) -> Place:
        """Where a key stands, or the file if it is missing."""
        return self.tree.keys.get(key, Place(self.path.as_posix()))

    def text(self, key: str) -> str:
        """Text behind a key, or nothing."""
        node = self.tree.items.get(key)
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.faults.add(node.place, f"{key}: {describe_node(node)}", "text")
            return ""
        return node.text.strip()

    def second_order(self, method: str) -> bool:
        """Whether a Sobol design also has the points that interactions of pairs need."""
        asked = self.text("second_order").lower()
        if asked not in ("", "false", "true") or (asked == "true" and method != "sobol"):
            self.faults.add(
                self.place("second_order"), f"second_order: {asked} with method {method}", "true with method sobol"
            )
        return asked == "true"

    def whole(self, key: str, usual: float, low: float, high: float) -> float:
        """A number within bounds."""
        node = self.tree.items.get(key)
        if node is None:
            return usual
        value = node.value if isinstance(node, Scalar) else None
        whole = key in ("points", "quarters")
        if not isinstance(value, float) or not low <= value <= high or (whole and value != int(value)):
            kind = "a whole number" if whole else "a number"
            self.faults.add(node.place, f"{key}: {describe_node(node)}", f"{kind} from {number(low)} to {number(high)}")
            return usual
        return value

    def count(self, key: str, usual: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        node = self.tree.items.get(key)
        if node is None:
            return usual
        value = node.value if isinstance(node, Scalar) else None
        if not isinstance(value, float) or not low <= value <= high or value != int(value):
            allowed = f"a whole number from {number(low)} to {number(high)}"
            self.faults.add(node.place, f"{key}: {describe_node(node)}", allowed)
            return usual
        return int(value)

    def seeds_behind(self, key: str, usual: tuple[int, ...]) -> tuple[int, ...]:
        """Seeds of the search or hold-out seeds; at least two, so that there is an interval."""
        node = self.tree.items.get(key)
        if node is None:
            return usual
        asked = plain_of(node)
        words: Any = str(int(asked)) if isinstance(asked, float) and asked == int(asked) else asked
        try:
            chosen = read_seeds(words if isinstance(words, str) else [int(s) for s in words], [])
        except (TypeError, ValueError):
            chosen = ()
        if len(chosen) < 2:
            allowed = "a number of seeds, 1-20, or 1,4,9; at least two of them"
            self.faults.add(node.place, f"{key}: {describe_node(node)}", allowed)
        return chosen

    def base(self) -> Scenario:
        """The scenario that is varied, found from the design's own folder or by name."""
        named = self.text("base")
        if not named:
            self.faults.add(self.place("base"), "no base", "base: ../baseline.yaml, or the name of a scenario")
            self.faults.stop()
        beside = self.path.parent / named
        try:
            how = {"assumptions": "posterior"} if self.text("assumptions") == "posterior" else {}
            return load_scenario(str(beside) if beside.is_file() else named, how)
        except UserError as error:
            here = self.place("base")
            own = (named, "overrides")
            faults = [replace(fault, place=here) if fault.place.file in own else fault for fault in error.faults]
            raise DesignError(faults) from None

    def method(self) -> str:
        """How points are made."""
        asked = self.text("method") or "grid"
        if asked not in METHODS:
            near = nearest_name(asked, METHODS)
            self.faults.add(self.place("method"), f"method: {asked}", ", ".join(METHODS), near)
            return "grid"
        return asked

    def axes(self, method: str) -> tuple[Axis, ...]:
        """What is varied, with its values or its range; `assumptions: ranges` adds every uncertain parameter."""
        node = self.tree.items.get("vary")
        found: dict[str, Axis] = {}
        if isinstance(node, Table):
            for name, item in node.items.items():
                record = find_record(name, node.keys[name], self.faults)
                found[name] = self.axis(record, item, method)
        elif node is not None:
            self.faults.add(node.place, f"vary: {describe_node(node)}", "a map such as {early_mandate: [0.2, 0.8]}")
        how = self.text("assumptions") or "fixed"
        if how == "ranges" and method in (*SAMPLED, "factorial", "one_at_a_time"):
            for record in CATALOGUE.values():
                if record.role == "uncertain" and record.id not in found:
                    found[record.id] = Axis(record.id, (record.low, record.high), record.low, record.high)
        elif how not in ("fixed", "posterior"):
            allowed = "fixed, posterior, or ranges with method latin, sobol, morris or one_at_a_time"
            self.faults.add(self.place("assumptions"), f"assumptions: {how}", allowed)
        return tuple(found.values())

    def axis(self, record: Parameter, node: Node, method: str) -> Axis:
        """One parameter: a list of values, {from, to, steps}, or the word range for the catalogue's own range."""
        low, high = record.low, record.high
        if isinstance(node, Scalar) and node.text == "range":
            if method == "grid":
                allowed = "values for a grid, e.g. {from: 0.5, to: 2, steps: 5}"
                self.faults.add(node.place, f"{record.id}: range", allowed)
            return Axis(record.id, (low, high), low, high)
        if isinstance(node, Items) and node.items:
            values = tuple(self.value(record, item) for item in node.items)
            numbers = [value for value in values if isinstance(value, float)]
            return Axis(record.id, values, min(numbers, default=low), max(numbers, default=high))
        if isinstance(node, Table) and {"from", "to"} <= set(node.items) <= {"from", "to", "steps"}:
            ends = [self.value(record, node.items[key]) for key in ("from", "to")]
            steps = plain_of(node.items["steps"]) if "steps" in node.items else (2.0 if method != "grid" else None)
            if not isinstance(steps, float) or steps != int(steps) or not 2 <= steps <= 1000:
                self.faults.add(node.place, f"{record.id}: steps {steps}", "steps: a whole number from 2 to 1000")
                steps = 2.0
            if all(isinstance(end, float) for end in ends):
                first, last = float(ends[0]), float(ends[1])
                count = int(steps)
                values = tuple(first + (last - first) * k / (count - 1) for k in range(count))
                return Axis(record.id, values, min(first, last), max(first, last))
        else:
            allowed = "a list of values, {from: a, to: b, steps: n}, or range"
            empty = "an empty list" if isinstance(node, Items) else describe_node(node)
            self.faults.add(node.place, f"{record.id}: {empty}", allowed)
        return Axis(record.id, (low, high), low, high)

    def value(self, record: Parameter, node: Node) -> Value:
        """A number within the range, or an entry as in a scenario."""
        if isinstance(node, Scalar) and isinstance(node.value, float):
            if not record.low <= node.value <= record.high:
                self.faults.add(node.place, f"{record.id}: {node.text}", record.allowed)
            return node.value
        if isinstance(node, Table | Items):
            return json.dumps(plain_of(node))
        self.faults.add(node.place, f"{record.id}: {describe_node(node)}", f"a number, {record.allowed}")
        return record.low

    def listed(self) -> tuple[Point, ...]:
        """Points written out under `list:` or in the CSV file named by `table:`."""
        points: list[Point] = []
        node = self.tree.items.get("list")
        if node is not None and not isinstance(node, Items):
            self.faults.add(node.place, f"list: {describe_node(node)}", "a list of maps {lever: value}")
        for item in node.items if isinstance(node, Items) else ():
            if not isinstance(item, Table):
                self.faults.add(item.place, describe_node(item), "a map {lever: value}")
                continue
            records = {key: find_record(key, item.keys[key], self.faults) for key in item.items}
            points.append({key: self.value(records[key], value) for key, value in item.items.items()})
        if self.text("table"):
            points += self.from_csv(self.path.parent / self.text("table"))
        return tuple(points)

    def from_csv(self, path: Path) -> list[Point]:
        """Points of a CSV file: a column a parameter, a row a point; an empty cell leaves the baseline."""
        shown = path.as_posix()
        rows = list(csv.reader(read_text(path, shown, DesignError, self.place("table")).lstrip("\ufeff").splitlines()))
        if len(rows) < 2:
            self.faults.add(Place(shown), "no points", "a line of names, then a line of values for every point")
            return []
        records = [find_record(name.strip(), Place(shown, 1), self.faults) for name in rows[0]]
        points: list[Point] = []
        for line, row in enumerate(rows[1:], 2):
            if len(row) != len(records):
                self.faults.add(Place(shown, line), f"{len(row)} values", f"{len(records)}, one for every name")
                continue
            cells = zip(records, row, strict=True)
            nodes = {record: read_cell(cell, Place(shown, line)) for record, cell in cells if cell.strip()}
            points.append({record.id: self.value(record, node) for record, node in nodes.items()})
        return points

    def seeds(self) -> tuple[int, ...]:
        """The seeds, 1 to 20 if nothing is said."""
        node = self.tree.items.get("seeds")
        if node is None:
            return tuple(range(1, 21))
        asked = plain_of(node)
        noted: list[Any] = []
        words = str(int(asked)) if isinstance(asked, float) and asked == int(asked) else asked
        chosen = read_seeds(words if isinstance(words, str) else [int(s) for s in words], noted) if words else ()
        if not chosen:
            allowed = "a number of seeds, 1-20, or 1,4,9; at least one"
            self.faults.add(node.place, f"seeds: {describe_node(node)}", allowed)
        return chosen

    def window(self, quarters: int) -> Window:
        """The quarters over which `runs` sums up every run."""
        noted: list[Any] = []
        span = read_window(self.text("window") or None, quarters, "run", noted)
        for fault in noted:
            self.faults.add(self.place("window"), fault.found, fault.allowed, "", fault.next)
        return span

    def keep(self) -> tuple[str, ...]:
        """The tables kept of every run; `runs`, one row a run, is always kept."""
        node = self.tree.items.get("keep")
        if node is None:
            return ()
        items = node.items if isinstance(node, Items) else [node]
        names = [item.text for item in items if isinstance(item, Scalar)]
        for name in names:
            if name not in KEEPABLE:
                self.faults.add(node.place, f"keep: {name}", ", ".join(KEEPABLE), nearest_name(name, KEEPABLE))
        return tuple(dict.fromkeys(names))

    def check_values(self, design: Design) -> None:
        """Entries that are more than a number are read once as a scenario would read them."""
        values = [(axis.name, value) for axis in design.axes for value in axis.values]
        values += [(name, value) for point in design.listed for name, value in point.items()]
        for name, value in dict.fromkeys(pair for pair in values if isinstance(pair[1], str)):
            try:
                load_scenario(design.base, {name: value})
            except UserError as error:
                first = error.faults[0]
                self.faults.add(self.place("vary"), f"{name}: {first.found}", first.allowed, first.nearest, first.next)


def read_cell(cell: str, place: Place) -> Scalar:
    """A cell of a CSV file as a value."""
    try:
        return Scalar(place, cell.strip(), float(cell))
    except ValueError:
        return Scalar(place, cell.strip(), cell.strip())
