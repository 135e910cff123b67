"""Write docs/statistics.md from last.json: `python -m tests.statistical.show`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulation.experiments.validation_page import PARTS
from simulation.indicators.definitions import INDICATORS
from tests.statistical.moments import stored

PAGE = Path("docs/statistics.md")
KEPT = "## How many times fewer runs pairing needs"  # from here on the page is written by hand
SCORED = ("PASS", "WARN", "FAIL")


def moments(part: Mapping[str, Any]) -> list[str]:
    """What 2021 to 2023 gave beside what is published, good or bad."""
    lines = [
        f"Commit {part['commit']}, baseline, {part['seeds']} seeds, scale {part['scale']}, mean of 2021-2023 (flows a year, national).",
        "Defaults were set by hand with these figures in view, so this table is a description, not a validation.",
        "",
        "| indicator | unit | model | published | source |",
        "|---|---|---|---|---|",
    ]
    for name, row in part["rows"].items():
        low, high = row["published"]
        published = f"{low:g}" if low == high else f"{low:g}-{high:g}"
        record = INDICATORS[name]
        lines.append(f"| {record.label_en} | {record.unit} | {row['model']:,.4g} | {published} | {row['source']} |")
    return lines


def replayed(part: Mapping[str, Any]) -> list[str]:
    """History and validation played again: the verdicts of each part, and history target by target."""
    rows: list[Mapping[str, str]] = part["rows"]
    lines = [
        "## History and validation played again",
        "",
        f"Commit {part['commit']}, baseline with calibration {part['calibration']}, {part['seeds']} seeds, scale {part['scale']}. The test asks that every",
        "verdict and number of [validation](validation.md) comes out again, misses as well; reasons of misses stand there.",
        "",
        "| part | PASS | WARN | FAIL |",
        "|---|---|---|---|",
    ]
    for key, title in PARTS.items():
        found = Counter(row["verdict"] for row in rows if row["part"] == key)
        lines.append(f"| {title} | {' | '.join(str(found[word]) for word in SCORED)} |")
    lines += ["", "| verdict | history | unit | model (5 to 95 % of seeds) | band | missed |", "|---|---|---|---|---|---|"]
    for row in rows:
        if row["part"] == "history":
            band = " to ".join(end for end in (row["band_low"], row["band_high"]) if end)
            band = band if row["band_low"] else f"at most {band}"
            lines.append(
                f"| {row['verdict']} | {row['label_en']} | {row['unit']} | {row['value']} ({row['low']} to {row['high']}) | {band} | "
                f"{row['missed'].removeprefix('missed: ')} |"
            )
    return lines


def ended(files: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """How the long tests ended, by file."""
    passed, failed = (sum(row[key] for row in files.values()) for key in ("passed", "failed"))
    lines = [
        f"`make test-long`: {passed} tests passed, {failed} failed. Each row tells of the last time the file was played whole.",
        "",
        "| tests | passed | failed | minutes | commit |",
        "|---|---|---|---|---|",
    ]
    for file, row in sorted(files.items()):
        name = file.removeprefix("tests/").removesuffix(".py").replace("test_", "").replace("_", " ")
        lines.append(f"| {name.replace('/', ': ')} | {row['passed']} | {row['failed']} | {row.get('minutes', '')} | {row['commit']} |")
    return lines


def page() -> str:
    """The page as text: what the long tests gave last."""
    last = stored()
    lines = ["# What the long tests gave last", ""]
    if "long_tests" in last:
        lines += [*ended(last["long_tests"]["files"]), "", "## Moments of 2021 to 2023", ""]
    lines += moments(last["moments_2021_2023"])
    if "scorecard" in last:
        lines += ["", *replayed(last["scorecard"])]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    _, mark, below = PAGE.read_text(encoding="utf-8").partition(KEPT) if PAGE.exists() else ("", "", "")
    PAGE.write_text(page() + (f"\n{mark}{below}" if mark else ""), encoding="utf-8")
    print(f"wrote {PAGE}")
