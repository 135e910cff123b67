"""The page of sources: every row of reference data and every text that the catalogue or the targets name."""

from __future__ import annotations

from collections.abc import Iterable

from ..experiments.references import page, table
from ..experiments.target_file import read_targets
from ..experiments.targets import CODE, codes_in, reference
from ..scenario.parameter import CATALOGUE
from .sources import Entry, cited_in, entries

CHECKED = {"seen": "seen at its address"}


def sources_page() -> str:
    """Data by code, then texts; with what uses each of them."""
    users = _users()
    heads = {"code": "Code", "what": "What it says", "source": "Source", "status": "Checked", "used": "Used by"}
    known = reference()
    rows = [
        {
            "code": f'<a id="{code.lower()}"></a>{code}',
            "what": f"{row['quantity']}: {row['value']} {row['unit']} ({row['year']})",
            "source": f"[{row['source']}]({row['address']})" if row["address"] else row["source"],
            "status": CHECKED.get(row["status"], "from memory, not checked"),
            "used": _who(code, users),
        }
        for code, row in sorted(known.items())
    ]  # fmt: skip
    body = ["## Reference data", "", *table(heads, rows), "## Texts", ""]
    body += [f"- {entry}" for entry in _texts(users.values())]
    intro = (
        f"{len(rows)} rows of reference data that defaults, inputs and targets name by a code, and the texts that "
        "rules follow. What stands in a source line as a code and not here is a number that the project knows from "
        "memory only."
    )
    return page("Sources", intro, body)


def linked(text: str) -> str:
    """The text of a page with its codes of reference data as links to the page of sources."""
    known = reference()
    return CODE.sub(lambda code: f"[{code[0]}](sources.md#{code[0].lower()})" if code[0] in known else code[0], text)


def _users() -> dict[str, str]:
    """Source lines by what they stand at: parameters and targets, by label."""
    lines = {f"{one.label_en} (parameter)": one.source for one in CATALOGUE.values()}
    return lines | {f"{one.label_en} (target)": one.source for one in read_targets()}


def _who(code: str, users: dict[str, str]) -> str:
    return "; ".join(label for label, source in users.items() if code in codes_in(source))


def _texts(lines: Iterable[str]) -> list[Entry]:
    """Texts that source lines name, and those on which everything rests."""
    cited = cited_in(lines)
    texts = [entry for entry in entries() if entry.type != "misc" or not CODE.fullmatch(entry.key)]
    return [entry for entry in texts if entry.model or entry in cited]
