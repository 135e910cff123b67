"""Write docs/statistics.md from last.json: `python -m tests.statistical.show`."""

from __future__ import annotations

import json
from pathlib import Path

from simulation.indicators.definitions import INDICATORS
from tests.statistical.moments import LAST

PAGE = Path("docs/statistics.md")
KEPT = "## How many times fewer runs pairing needs"  # from here on the page is written by hand


def page() -> str:
    """The page as text: what the long tests gave last, beside what is published, good or bad."""
    stored = json.loads(LAST.read_text(encoding="utf-8"))
    part = stored["moments_2021_2023"]
    lines = [
        "# What the long tests gave last",
        "",
        f"Commit {stored['commit']}, baseline, {part['seeds']} seeds, scale {part['scale']}, mean of 2021-2023 (flows a year, national).",
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
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    _, mark, below = PAGE.read_text(encoding="utf-8").partition(KEPT) if PAGE.exists() else ("", "", "")
    PAGE.write_text(page() + (f"\n{mark}{below}" if mark else ""), encoding="utf-8")
    print(f"wrote {PAGE}")
