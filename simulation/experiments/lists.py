"""Lists for people: levers, indicators and the schedule, with the words they are searched by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from ..errors import TifError, UsageError, nearest_name
from ..indicators.definitions import INDICATORS
from ..scenario.load import load_scenario
from ..scenario.parameter import CATALOGUE, Parameter, label
from ..scenario.parameter import number as plain
from ..scenario.quarters import FIRST_POLICY_QUARTER

if TYPE_CHECKING:
    import pandas as pd

WAYS = {"flow": "summed over a year", "level": "mean of the last four quarters", "ratio": "ratio of sums"}
Row = dict[str, str]


def lever_rows(word: str = "") -> list[Row]:
    """One row a lever whose id, label, mechanism or description holds the word. Errors: UsageError if none does."""
    values = _in_force()
    rows = [_lever(record, values[record.index]) for record in CATALOGUE.values() if record.role == "lever"]
    return matching(rows, word, "tif levers")


def _lever(record: Parameter, values: np.ndarray) -> Row:
    width = len(record.codes) or 1
    alike = len({float(value) for value in values[:width]}) == 1
    return {
        "id": record.id, "label": record.label_en, "label_zh": record.label_zh,
        "baseline": plain(round(float(values[0]), 4)) if alike else f"by {record.by}", "unit": record.unit,
        "range": f"{plain(record.low)} to {plain(record.high)}", "by": "" if record.by == "none" else record.by,
        "kind": label("lever_kind", record.kind) if record.kind else "",
        "mechanism": label("mechanism", record.mechanism), "description": record.description, "source": record.source,
    }  # fmt: skip


def _in_force() -> np.ndarray:
    """Values of the baseline in 2024Q1, or the catalogue's if there is no baseline here."""
    try:
        return np.asarray(load_scenario("baseline").policy(FIRST_POLICY_QUARTER, {}))
    except TifError:
        return np.array([record.columns for record in CATALOGUE.values()])


def indicator_rows(word: str = "") -> list[Row]:
    """One row an indicator whose id, code, label, group or formula holds the word. Errors: UsageError if none does."""
    rows = [
        {
            "id": one.id, "code": one.code, "label": one.label_en, "label_zh": one.label_zh, "unit": one.unit,
            "group": label("indicator_group", one.group), "better": "" if one.better == "none" else one.better,
            "aggregate": WAYS[one.aggregate], "split": ", ".join(one.split), "formula": one.formula,
        }
        for one in INDICATORS.values()
    ]  # fmt: skip
    return matching(rows, word, "tif indicators")


def matching(rows: list[Row], word: str, command: str) -> list[Row]:
    """The rows in which the word occurs. Errors: UsageError with the nearest id if there is none."""
    sought = word.lower().strip()
    found = [row for row in rows if any(sought in text.lower() for text in row.values())]
    if not found:
        near = nearest_name(word, [row["id"] for row in rows], 0.4)
        raise UsageError.at(f"{command} {word}", "nothing that contains this word", "any word, or none for all", near)
    return found


def levers(word: str = "") -> pd.DataFrame:
    """All levers, or those in which a word occurs: id, label, value in the baseline in 2024Q1, unit, range, source."""
    return _frame(lever_rows(word))


def indicators(word: str = "") -> pd.DataFrame:
    """All indicators, or those in which a word occurs: id, label, unit, group, wanted direction, formula."""
    return _frame(indicator_rows(word))


def _frame(rows: Iterable[Row]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows)).set_index("id")


def link_rows(word: str = "") -> list[Row]:
    """One row a link of the cycle that can be held whose id, label or sentence holds the word. Errors: UsageError."""
    from ..economy.links import LINKS

    rows = [
        {
            "id": link.id, "label": link.label_en, "label_zh": link.label_zh, "held": link.sentence,
            "where": ", ".join(dict.fromkeys(hold.stage.name for hold in link.holds)),
        }
        for link in LINKS.values()
    ]  # fmt: skip
    return matching(rows, word, "tif links")


def schedule_rows() -> list[Row]:
    """The steps of a quarter in order."""
    from ..economy.quarter import SCHEDULE

    return [
        {
            "step": str(place),
            "stage": stage.name,
            "what": stage.sentence,
            "mechanism": label("mechanism", mechanism.key),
        }
        for place, (stage, mechanism) in enumerate(SCHEDULE, 1)
    ]
