"""How the long tests ended last, by file: kept in last.json whenever whole files of them are played."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.statistical.moments import commit, keep, stored

SECTION = "long_tests"


def is_whole(marks: str, words: str, places: Iterable[str]) -> bool:
    """Whether pytest was asked for all long tests of what it was given: no word, no single test."""
    return marks == "long" and not words and not any("::" in place for place in places)


def by_file(stats: Mapping[str, Iterable[Any]]) -> dict[str, dict[str, float]]:
    """Tests that passed and failed, and minutes, by file, from pytest's reports; set-up counts as time."""
    found: dict[str, dict[str, float]] = {}
    for outcome, reports in stats.items():
        for report in reports:
            if not hasattr(report, "duration"):
                continue
            row = found.setdefault(report.nodeid.partition("::")[0], {"passed": 0, "failed": 0, "minutes": 0.0})
            row["minutes"] += report.duration / 60.0
            if outcome in ("passed", "failed", "error"):
                row["passed" if outcome == "passed" else "failed"] += 1
    return {
        file: row | {"minutes": round(row["minutes"], 1)} for file, row in found.items() if row["passed"] + row["failed"]
    }


def keep_tests(found: Mapping[str, Mapping[str, float]]) -> None:
    """Write how files ended, each with the commit under test; files that were not played keep what they had."""
    if found:
        before = stored().get(SECTION, {}).get("files", {})
        keep(SECTION, {"files": before | {file: {"commit": commit(), **row} for file, row in found.items()}})
