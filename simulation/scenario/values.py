"""The grammar of values: a number in its range, a change of the base path, or either of them by sector or region."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from simulation.errors import Faults, Place, nearest_name
from simulation.scenario.parameter import CODES, Parameter, label, number, widen
from simulation.scenario.timeline import UNTOUCHED, Columns
from simulation.scenario.yaml_tree import Items, Node, Scalar, Table, describe_node, shortened

_CHANGE = re.compile(r"([-+]?)(\d+(?:\.\d*)?|\.\d+)\s*(%?)")


@dataclass(frozen=True, slots=True)
class ValueReader:
    """Reads values of one parameter and notes every fault in them."""

    record: Parameter
    faults: Faults

    @property
    def example(self) -> str:
        """One correct entry for this parameter."""
        value = self.record.value if isinstance(self.record.value, float) else self.record.value[0]
        dated = self.record.role in ("lever", "external")
        written = f"{{from: 2025Q1, until: 2027Q4, value: {number(value)}}}" if dated else number(value)
        return f"e.g. {self.record.id}: {written}"

    def read_value(self, node: Node) -> Columns:
        """A value for all columns, or for the sectors or regions named in a map."""
        if isinstance(node, Table):
            return self.read_map(node, self.read_number)
        value = self.read_number(node)
        return (value,) * len(UNTOUCHED)

    def read_map(self, table: Table, read: Callable[[Node, str], float]) -> Columns:
        """Values by code; the columns of codes that are not named stay untouched."""
        record = self.record
        if not record.codes:
            allowed = f"one number: {record.id} is not split by sector or region"
            self.faults.add(table.place, f"{record.id} with {describe_node(table)}", allowed)
            return UNTOUCHED
        if not table.items:
            self.faults.add(table.place, f"{record.id} with an empty map", self.known_codes())
        for code in table.items:
            if code not in record.codes:
                self.unknown_code(code, table.keys[code])
        named = table.items
        return widen(tuple(read(named[code], code) if code in named else math.nan for code in record.codes))

    def known_codes(self) -> str:
        """The codes a map may use, with their names."""
        return ", ".join(f"{code} {label(self.record.by, code)}" for code in self.record.codes)

    def unknown_code(self, code: str, place: Place) -> None:
        """A sector or region that does not exist, or one of the other kind."""
        other = "region" if self.record.by == "sector" else "sector"
        if code in CODES[other]:
            found = f"{code}, a {other}; {self.record.id} is split by {self.record.by}"
        else:
            found = f"{shortened(code)}, which is not a {self.record.by}"
        by_name = {label(self.record.by, known).lower().replace(" ", "_"): known for known in self.record.codes}
        near = nearest_name(code.upper(), self.record.codes) if code.upper() in self.record.codes else ""
        near = near or by_name.get(nearest_name(code, by_name), "") or nearest_name(code.upper(), self.record.codes)
        self.faults.add(place, found, self.known_codes(), near)

    def read_number(self, node: Node, code: str = "") -> float:
        """A finite number within the parameter's range."""
        record, name = self.record, f"{self.record.id} {code}".strip()
        if not isinstance(node, Scalar) or not isinstance(node.value, float):
            allowed = f"a number, {record.allowed}"
            self.faults.add(node.place, f"{name}: {describe_node(node)}", allowed, "", self.advice(node))
        elif not math.isfinite(node.value):
            self.faults.add(node.place, f"{name}: {shortened(node.text)}", f"a finite number, {record.allowed}")
        elif not record.low <= node.value <= record.high:
            found = f"{name}: {shortened(node.text)}, out of range"
            self.faults.add(node.place, found, record.allowed, "", self.share_hint(node.value))
        else:
            return node.value
        return math.nan

    def share_hint(self, percentage: float) -> str:
        """A hint where a percentage was probably written for a share."""
        share = percentage / 100
        meant = self.record.high <= 1 < percentage <= 100 and self.record.low <= share
        return f"a share is written as a fraction: {number(share)}" if meant else ""

    def advice(self, node: Node) -> str:
        """What to do about something that is not a number."""
        if isinstance(node, Items):
            return f"for several periods write a list of entries with dates, {self.example}"
        if isinstance(node, Table):
            return self.example
        text = node.text.strip()
        if re.fullmatch(r"[-+]?\d+,\d+", text):
            return f"write {text.replace(',', '.')} with a point"
        if re.fullmatch(r"[-+]?\d+(\.\d*)?", text):
            return "write the number without quotes"
        if re.fullmatch(r"\d+(\.\d*)?\s?%", text):
            return self.percent_advice(float(text.rstrip("% ")))
        if re.fullmatch(r"\d{1,3}([ _,']\d{3})+", text):
            return f"write {re.sub(r'[^0-9]', '', text)} without marks between the digits"
        if text.lower() in ("yes", "no", "on", "off", "true", "false"):
            return "only mechanisms are switched, by true or false; this has a value"
        return self.example

    def percent_advice(self, percentage: float) -> str:
        """How to write 70%: 0.7 for a share, 70 where the unit is % already."""
        value = percentage / 100 if self.record.high <= 1 else percentage
        return f"write {number(value)}; for a change of the baseline write {{change: +{number(percentage)}%}}"

    def read_change(self, node: Node) -> tuple[str, Columns]:
        """An amount or a percentage by which the base path is changed, for all columns or by code."""
        nodes = list(node.items.values()) if isinstance(node, Table) else [node]
        kinds = {kind for kind in map(self.change_kind, nodes) if kind}
        if len(kinds) > 1:
            found = f"changes in % beside changes without % for {self.record.id}"
            self.faults.add(node.place, found, "one kind in an entry")
        kind = next(iter(kinds), "")
        if isinstance(node, Table):
            return kind, self.read_map(node, self.change_amount)
        return kind, (self.change_amount(node),) * len(UNTOUCHED)

    def change_kind(self, node: Node) -> str:
        """percent or absolute; empty after noting that it is neither."""
        text = node.text.strip() if isinstance(node, Scalar) else ""
        match = _CHANGE.fullmatch(text)
        finite = math.isfinite(self.change_amount(node))
        if finite and isinstance(node, Scalar) and isinstance(node.value, float) and node.place.line is None:
            return "absolute"
        if finite and match is not None and match[1]:
            return "percent" if match[3] else "absolute"
        allowed = "+20%, -20%, or an amount with its sign such as +5"
        advice = f"put a sign before it: +{text}" if match is not None and finite else ""
        self.faults.add(node.place, f"change: {describe_node(node)}", allowed, "", advice)
        return ""

    def change_amount(self, node: Node, code: str = "") -> float:
        """The amount; percentages in hundredths; NaN for what is neither."""
        if isinstance(node, Scalar) and isinstance(node.value, float):
            return node.value
        match = _CHANGE.fullmatch(node.text.strip()) if isinstance(node, Scalar) else None
        if match is None:
            return math.nan
        amount = float(match[1] + match[2])
        return amount / 100 if match[3] else amount
