"""JSON schema of scenario files, by which editors complete names and mark mistakes while a file is being written."""

from __future__ import annotations

from typing import Any

from simulation.scenario.calibration import USES
from simulation.scenario.grammar import HEADS, SECTION_OF
from simulation.scenario.parameter import CATALOGUE, OPTIONAL_MECHANISMS, Parameter, label

Schema = dict[str, Any]

QUARTER: Schema = {"type": "string", "pattern": r"^20[2-5][0-9]Q[1-4]$", "description": "A quarter such as 2025Q1."}
LENGTH: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,2}q$", "description": "A number of quarters such as 4q."}
CHANGE: Schema = {
    "anyOf": [{"type": "string", "pattern": r"^[-+](\d+\.?\d*|\.\d+)\s*%?$"}, {"type": "number"}],
    "description": "Change of the baseline: +20% or +5.",
}
TEXTS = {
    "name": "Short name; it becomes the name of a results folder.",
    "title": "What the policy is, in one line.",
    "author": "Who wrote it.",
    "description": "Free text.",
    "reference": "The document, law or paper it follows.",
    "extends": "The file it builds on, relative to this one.",
    "history": "The history file, relative to this one; only in a file that extends nothing.",
    "calibration": "Fitted values of assumptions, by name: a file of scenarios/calibrations.",
    "use": "posterior: every seed takes a draw of the calibration; fixed: all take its values.",
    "when": "Comparisons of indicators with numbers, joined by and/or, e.g. npl_ratio < 2.5.",
}


def scenario_schema() -> Schema:
    """The schema (JSON Schema 2020-12) of scenario, policy and history files, built from the catalogue."""
    keys = (*HEADS, "extends", "history", "calibration")
    texts = {key: {"type": "string", "description": TEXTS[key]} for key in keys}
    sections = {section: _section(section) for section in ("levers", "inputs", "assumptions")}
    switches = {key: {"type": "boolean", "description": label("mechanism", key)} for key in OPTIONAL_MECHANISMS}
    mechanisms = {**_closed(switches), "type": ["object", "null"]}
    sections["assumptions"] = {"anyOf": [{"enum": list(USES), "description": TEXTS["use"]}, sections["assumptions"]]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tif-cycle scenario",
        **_closed({**texts, **sections, "mechanisms": mechanisms}),
        "$defs": {
            "quarter": QUARTER,
            "length": LENGTH,
            "change": CHANGE,
            "condition": {"type": "string", "description": TEXTS["when"]},
        },
    }


def _closed(properties: Schema) -> Schema:
    """An object with these keys and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _section(section: str) -> Schema:
    """Schema of `levers`, `inputs` or `assumptions`; nothing below the key is allowed."""
    records = [record for record in CATALOGUE.values() if SECTION_OF[record.role] == section]
    value = _value if section == "assumptions" else _entries
    return {**_closed({record.id: value(record) for record in records}), "type": ["object", "null"]}


def _value(record: Parameter) -> Schema:
    """A number in the range, or a map of them by sector or region; with the label and description an editor shows."""
    one = {"type": "number", "minimum": record.low, "maximum": record.high}
    told = f"{record.label_en} ({record.label_zh}), {record.unit}. {record.description}"
    return (
        {"description": told, "anyOf": [one, *_by_code(record, one)]} if record.codes else {"description": told, **one}
    )


def _by_code(record: Parameter, one: Schema) -> list[Schema]:
    named = {code: {**one, "description": label(record.by, code)} for code in record.codes}
    return [{**_closed(named), "minProperties": 1}] if named else []


def _entries(record: Parameter) -> Schema:
    """A value, `baseline`, a dated entry, or a list of them."""
    value = _value(record)
    change = {"$ref": "#/$defs/change"}
    entry = {
        **_closed(
            {
                "from": {"$ref": "#/$defs/quarter"},
                "until": {"$ref": "#/$defs/quarter"},
                "value": value,
                "change": {"anyOf": [change, *_by_code(record, change)]},
                "over": {"$ref": "#/$defs/length"},
                "when": {"$ref": "#/$defs/condition"},
                "for_at_least": {"$ref": "#/$defs/length"},
            }
        ),
        "oneOf": [{"required": ["value"]}, {"required": ["change"]}],
        "dependentRequired": {"for_at_least": ["when"]},
    }
    number = {"type": "number", "minimum": record.low, "maximum": record.high}
    return {
        "description": value["description"],
        "anyOf": [number, {"const": "baseline"}, entry, {"type": "array", "items": entry, "minItems": 1}],
    }
