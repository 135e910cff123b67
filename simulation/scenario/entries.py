"""The grammar of what stands behind a lever: a value, dates, a change, a condition, or a list of these."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from simulation.errors import nearest_name
from simulation.scenario.parameter import CODES
from simulation.scenario.quarters import (
    FIRST_POLICY_QUARTER,
    LONGEST,
    format_quarter,
    likely_quarter,
    parse_length,
    parse_quarter,
)
from simulation.scenario.timeline import Entry
from simulation.scenario.values import ValueReader
from simulation.scenario.when import EXAMPLE, Condition, ConditionError, parse_condition
from simulation.scenario.yaml_tree import Items, Node, Scalar, Table, describe_node, shortened

ENTRY_KEYS = ("from", "until", "value", "over", "change", "when", "for_at_least")
REMOVED = "baseline"


@dataclass(frozen=True, slots=True)
class Dates:
    """Quarters that entries of a file may name, and the one in which they begin when none is named."""

    earliest: int
    default: int

    @property
    def allowed(self) -> str:
        """The span as an error tells it."""
        return f"{format_quarter(self.earliest)} to {format_quarter(LONGEST - 1)}"


@dataclass(frozen=True, slots=True)
class EntryReader(ValueReader):
    """Reads the entries of one parameter of a file and notes every fault in them."""

    dates: Dates

    def read(self, node: Node) -> tuple[Entry, ...] | None:
        """The entries in the order written; an empty tuple for `baseline`; None after noting a fault."""
        before = len(self.faults.found)
        if isinstance(node, Scalar) and node.value == REMOVED:
            return ()
        if isinstance(node, Items):
            if not node.items:
                self.faults.add(
                    node.place, f"{self.record.id} with an empty list", "at least one entry", "", self.example
                )
            entries = self.read_items(node)
        elif isinstance(node, Table):
            entries = [self.read_entry(node)]
        else:
            columns = self.read_value(node)
            entries = [Entry(self.dates.default, LONGEST - 1, columns, place=node.place)]
        if len(self.faults.found) == before:
            self.check_overlaps([entry for entry in entries if entry is not None])
        good = len(self.faults.found) == before
        return tuple(entry for entry in entries if entry is not None) if good else None

    def read_items(self, node: Items) -> list[Entry | None]:
        """The members of a list, each an entry; of several that are none, the first is told."""
        others = [item for item in node.items if not isinstance(item, Table)]
        if others:
            found = f"{describe_node(others[0])} in the list of {self.record.id}"
            self.faults.add(others[0].place, found, "entries in braces, each with a date", "", self.example)
        return [self.read_entry(item) for item in node.items if isinstance(item, Table)]

    def read_entry(self, table: Table) -> Entry | None:
        """An entry written as a map."""
        before = len(self.faults.found)
        self.check_keys(table)
        if len(self.faults.found) > before:
            return None
        items = table.items
        first = self.read_quarter(items["from"], "from") if "from" in items else self.dates.default
        last = self.read_quarter(items["until"], "until") if "until" in items else LONGEST - 1
        over = self.read_length(items["over"], "over") if "over" in items else 1
        hold = self.read_length(items["for_at_least"], "for_at_least") if "for_at_least" in items else 1
        when = self.read_when(items["when"]) if "when" in items else None
        change, columns = (
            self.read_change(items["change"]) if "change" in items else ("", self.read_value(items["value"]))
        )
        if len(self.faults.found) > before:
            return None
        self.check_span(table, first, last, over)
        return Entry(first, last, columns, change, over, when, hold, table.place)

    def check_keys(self, table: Table) -> None:
        """Only known keys, one of value and change, and no keys that contradict each other."""
        codes = [key for key in table.items if key in (*CODES["sector"], *CODES["region"])]
        if codes:
            inside = ", ".join(f"{code}: ..." for code in codes)
            self.faults.add(
                table.place,
                f"{self.record.id} with {', '.join(codes)} directly below it",
                ", ".join(ENTRY_KEYS),
                "",
                f"write {self.record.id}: {{value: {{{inside}}}}}",
            )
            return
        for key in table.items:
            if key not in ENTRY_KEYS:
                self.faults.add(
                    table.keys[key],
                    f"{shortened(key)} in an entry of {self.record.id}",
                    ", ".join(ENTRY_KEYS),
                    nearest_name(key, ENTRY_KEYS),
                )
        self.check_combination(table)

    def check_combination(self, table: Table) -> None:
        """Keys that need or exclude one another."""
        keys, name = table.items, self.record.id
        unknown = any(key not in ENTRY_KEYS for key in keys)
        if "value" in keys and "change" in keys:
            self.faults.add(table.keys["change"], f"both value and change for {name}", "one of the two")
        if "value" not in keys and "change" not in keys and not unknown:
            self.faults.add(
                table.place, f"an entry of {name} without value or change", "one of the two", "", self.example
            )
        if "for_at_least" in keys and "when" not in keys:
            self.faults.add(table.keys["for_at_least"], "for_at_least without when", "both, or neither")
        if "over" in keys and "when" in keys:
            self.faults.add(
                table.keys["over"],
                "over together with when",
                "one of the two",
                "",
                "a conditional entry acts in full at once",
            )

    def read_quarter(self, node: Node, key: str) -> int:
        """A date within the quarters that this file may name."""
        text = node.text.strip() if isinstance(node, Scalar) else ""
        try:
            quarter = parse_quarter(text)
        except ValueError:
            likely = likely_quarter(text)
            self.faults.add(node.place, f"{key}: {describe_node(node)}", "a quarter written like 2025Q1", likely)
            return self.dates.default
        if self.dates.earliest <= quarter < LONGEST:
            return quarter
        history = 0 <= quarter < FIRST_POLICY_QUARTER
        why = (
            "quarters before 2024Q1 are history; only history files and files without `extends:` may date them"
            if history
            else ""
        )
        self.faults.add(node.place, f"{key}: {shortened(text)}", self.dates.allowed, "", why)
        return self.dates.default

    def read_length(self, node: Node, key: str) -> int:
        """A number of quarters such as 4q."""
        text = node.text.strip() if isinstance(node, Scalar) else ""
        try:
            return parse_length(text)
        except ValueError:
            advice = f"write {text}q" if re.fullmatch(r"[1-9]\d{0,2}", text) else ""
            self.faults.add(
                node.place,
                f"{key}: {describe_node(node)}",
                "a number of quarters written like 4q, at least 1q",
                "",
                advice,
            )
            return 1

    def read_when(self, node: Node) -> Condition | None:
        """A condition on last quarter's national indicators."""
        from simulation.indicators.definitions import INDICATORS

        allowed = f"comparisons of indicators with numbers, joined by `and` or `or`, {EXAMPLE}"
        text = node.text if isinstance(node, Scalar) and isinstance(node.value, str) else ""
        if not text:
            self.faults.add(node.place, f"when: {describe_node(node)}", allowed)
            return None
        try:
            return parse_condition(text, INDICATORS)
        except ConditionError as error:
            advice = "`tif indicators` lists them" if "not an indicator" in error.found else ""
            self.faults.add(
                node.place, f"when: {error.found}, in {describe_node(node)}", allowed, error.nearest, advice
            )
            return None

    def check_span(self, table: Table, first: int, last: int, over: int) -> None:
        """Dates in order, and the steps of `over` inside them."""
        if first > last:
            place = table.keys.get("until", table.place)
            self.faults.add(
                place,
                f"from {format_quarter(first)} until {format_quarter(last)}",
                "a first quarter that is not after the last",
                "",
                "exchange the two, or leave `until` out",
            )
        elif over > last - first + 1:
            self.faults.add(
                table.keys["over"],
                f"over {over} quarters in an entry of {last - first + 1}",
                "no more quarters than from the first to the last",
            )

    def check_overlaps(self, entries: list[Entry]) -> None:
        """Entries of one list may overlap, later ones winning, but not contradict or hide one another."""
        for number_of_later, later in enumerate(entries):
            for earlier in entries[:number_of_later]:
                if (
                    str(earlier.when) == str(later.when)
                    and earlier.first == later.first
                    and _share_column(earlier, later)
                ):
                    self.contradiction(earlier, later, f"begin in {format_quarter(later.first)}")
                elif (
                    later.when is None
                    and later.first <= earlier.first
                    and earlier.last <= later.last
                    and _covers(later, earlier)
                ):
                    self.contradiction(earlier, later, "cover the same quarters, so that the first is never in force")

    def contradiction(self, earlier: Entry, later: Entry, what: str) -> None:
        """Note two entries of which only one can be meant."""
        where = (
            f" (the other is on line {earlier.place.line})"
            if earlier.place.line not in (None, later.place.line)
            else ""
        )
        self.faults.add(
            later.place,
            f"two entries of {self.record.id} that {what}{where}",
            "entries of which each is in force at some time",
            "",
            "delete one, or change its dates",
        )


def _columns(entry: Entry) -> set[int]:
    return {column for column, value in enumerate(entry.columns) if not math.isnan(value)}


def _share_column(one: Entry, two: Entry) -> bool:
    return bool(_columns(one) & _columns(two))


def _covers(later: Entry, earlier: Entry) -> bool:
    return _columns(earlier) <= _columns(later)
