"""Reference pages made from the records they describe: levers, indicators, the schedule, the accounts.

`simulation/report/documents.py` writes them, with the pages of reference_model.py, into docs/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from ..accounting.chart import INSTRUMENTS, LINES, SECTORS
from ..indicators.definitions import INDICATORS
from ..scenario.parameter import CATALOGUE, label, number
from .lists import indicator_rows, lever_rows
from .target_file import read_targets

DOCS = Path(__file__).resolve().parents[2] / "docs"
COMMAND = "python -m simulation.report.documents"
MADE = f"<!-- Made by `{COMMAND}` from the records of the program; edit those, not this page. -->"


def table(columns: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> list[str]:
    """A Markdown table: headings by key, then a line a row."""
    return [
        line(columns.values()), line("---" for _ in columns), *(line(row[key] for key in columns) for row in rows), "",
    ]  # fmt: skip


def line(cells: Iterable[str]) -> str:
    """One line of a table; a bar inside a cell would end it."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def page(title: str, intro: str, body: Sequence[str]) -> str:
    """A whole page: the mark that it is made, its title, a sentence, and what follows."""
    return "\n".join([MADE, "", f"# {title}", "", intro, "", *body]).rstrip("\n") + "\n"


def levers_page() -> str:
    """Every lever, by mechanism, with what it costs to know of it: value, range, neutral value, source."""
    columns = {
        "name": "Lever", "label": "What it is", "label_zh": "名称", "baseline": "Baseline 2024Q1", "unit": "Unit",
        "range": "Range", "neutral": "Neutral", "kind": "Kind", "by": "By", "description": "Description",
        "source": "Source",
    }  # fmt: skip
    rows = [row | {"name": f"`{row['id']}`", "neutral": _neutral(row["id"])} for row in lever_rows()]
    body: list[str] = []
    for mechanism in dict.fromkeys(row["mechanism"] for row in rows):
        body += [f"## {mechanism}", "", *table(columns, (row for row in rows if row["mechanism"] == mechanism))]
    intro = (
        f"{len(rows)} levers. Baseline: the value in force in the first quarter that a policy may change. Neutral: the "
        "value at which the lever does nothing by itself. Sources: A assumption, D derived, K known but not checked, "
        "else a code of the reference data or a text."
    )
    return page("Policy levers", intro, body)


def _neutral(name: str) -> str:
    value = CATALOGUE[name].neutral
    return "" if value is None else number(value)


def indicators_page() -> str:
    """Every indicator, by group, with its formula and how it is put together over a window."""
    columns = {
        "name": "Indicator", "code": "Code", "label": "What it is", "label_zh": "名称", "unit": "Unit",
        "formula": "Formula", "aggregate": "Over a window", "better": "Better", "split": "Also by", "paired": "Runs",
        "published": "Published to compare",
    }  # fmt: skip
    published = _published()
    rows = [
        row | {
            "name": f"`{row['id']}`", "paired": "paired" if INDICATORS[row["id"]].paired else "",
            "published": published.get(row["id"], ""),
        }
        for row in indicator_rows()
    ]  # fmt: skip
    body: list[str] = []
    for group in dict.fromkeys(row["group"] for row in rows):
        body += [f"## {group}", "", *table(columns, (row for row in rows if row["group"] == group))]
    intro = (
        f"{len(rows)} indicators, national and quarterly. Paired ones compare two runs and are empty in a single one; "
        "an indicator of a mechanism that is off, or not built, is empty as well. Published to compare: sources of the "
        "numbers that `tif validate` sets it against ([validation](validation.md)); most have none."
    )
    return page("Indicators", intro, body)


def _published() -> dict[str, str]:
    """Sources of the published numbers that targets set against an indicator, by its id."""
    found: dict[str, dict[str, None]] = {}
    for target in read_targets():
        if target.quantity in INDICATORS and not target.not_measured:
            found.setdefault(target.quantity, {})[target.source] = None
    return {name: "; ".join(sources) for name, sources in found.items()}


def schedule_page() -> str:
    """The steps of a quarter with their files, and the record of every mechanism."""
    from ..economy.quarter import MECHANISMS, SCHEDULE

    steps = [
        {
            "step": str(place), "stage": stage.name, "what": stage.sentence, "mechanism": label("mechanism", one.key),
            "file": f"`{stage.play.__module__.removeprefix('simulation.').replace('.', '/')}.py`",
        }
        for place, (stage, one) in enumerate(SCHEDULE, 1)
    ]  # fmt: skip
    records = [
        {
            "key": f"`{key}`", "name": label("mechanism", key), "question": one.question,
            "off": "core" if one.core else ", ".join(f"`{name}` = {number(x)}" for name, x in one.neutral.items()),
            "lines": ", ".join(one.lines), "indicators": ", ".join(f"`{name}`" for name in one.indicators),
        }
        for key, one in MECHANISMS.items()
    ]  # fmt: skip
    body = table(
        {"step": "", "stage": "Stage", "what": "What happens", "mechanism": "Mechanism", "file": "File"}, steps
    )
    told = "Off is the same, to the last bit, as the neutral values named; a core mechanism has no switch."
    body += ["## Mechanisms", "", told, ""]
    heads = {"key": "Key", "name": "Mechanism", "question": "Question", "off": "Off is", "lines": "Ledger codes"}
    body += table(heads | {"indicators": "Indicators"}, records)
    return page("What happens in a quarter", "The stages in order. `tif schedule` prints the same list.", body)


def accounts_page() -> str:
    """Sectors, instruments and every flow line."""
    names = [label("account_sector", sector) for sector in SECTORS]
    lines = [
        {"code": one.code, "payer": names[one.payer], "payee": names[one.payee], "meaning": one.meaning}
        for one in LINES
    ]  # fmt: skip
    body = [f"## The {len(LINES)} flow lines", ""]
    body += table({"code": "Code", "payer": "Payer", "payee": "Payee", "meaning": "For what"}, lines)
    body += [f"## The {len(SECTORS)} sectors", "", *(f"- {name}" for name in names), ""]
    body += ["## Instruments whose changes are booked", ""]
    body += [f"- {label('instrument', instrument)}" for instrument in INSTRUMENTS]
    intro = (
        "Money moves on declared lines only, on both sides at once. Balances of a run are in its "
        "`balance_sheet.parquet`, flows in `flows.parquet`. [Matrices](matrices.md) shows lines and instruments by "
        "sector, and what is checked."
    )
    return page("Accounts", intro, body)


PAGES: dict[str, Callable[[], str]] = {
    "levers.md": levers_page,
    "indicators.md": indicators_page,
    "schedule.md": schedule_page,
    "accounts.md": accounts_page,
}
