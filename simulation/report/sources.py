"""Sources: what the catalogue and the methods cite, found in its words and written as BibTeX.

A source line of the catalogue names reference data by a code (GUAR02: scenarios/targets/reference.csv) or a text by its
first author and year (literature.yaml). A, D and K stand for an assumption, a derivation and something known but not
checked: no source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..experiments.targets import CODE, reference
from ..scenario.parameter import CATALOGUE, Parameter
from ..scenario.yaml_text import read_text
from .material import Material

HERE = Path(__file__).parent
PLAIN = ("type", "cited", "model", "seen", "unverified")
UNVERIFIED = "bibliographic details from memory, not checked"
SPECIAL = str.maketrans({"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$"})


@dataclass(frozen=True)
class Entry:
    """One entry: key, BibTeX type, fields, whether every report rests on it, and how the catalogue names it."""

    key: str
    type: str
    fields: tuple[tuple[str, str], ...]
    model: bool
    named: str

    def bibtex(self, keywords: str) -> str:
        """The entry as BibTeX; keywords say what it was used for."""
        fields = [*self.fields, ("keywords", keywords)]
        return "\n".join([f"@{self.type}{{{self.key},", *(f"  {name} = {{{text}}}," for name, text in fields), "}"])

    def is_cited_in(self, text: str) -> bool:
        """Whether a source line names this entry."""
        return re.search(self.named, text) is not None

    def __str__(self) -> str:
        found = dict(self.fields)
        parts = [found.get(name, "") for name in ("author", "title", "journal", "howpublished", "year", "url", "note")]
        if found.get("eprint"):
            parts.append(f"arXiv {found['eprint']}")
        return ". ".join(re.sub(r"[{}]|\\(?=[&%#_$])", "", part) for part in parts if part)


@cache
def entries() -> tuple[Entry, ...]:
    """All entries: texts first, then reference data."""
    return (*_texts(), *_data())


def _texts() -> list[Entry]:
    from ruamel.yaml import YAML

    from ..errors import CatalogueError

    text = read_text(HERE / "literature.yaml", "literature.yaml", CatalogueError)
    return [entry_of(key, record) for key, record in YAML(typ="safe").load(text).items()]


def entry_of(key: str, record: Mapping[str, Any]) -> Entry:
    """A record of literature.yaml as an entry; one whose details nobody has checked says so in its note."""
    surname = re.split(r"[,{} ]", str(record["author"]).lstrip("{"), maxsplit=1)[0]
    author = rf"\b{re.escape(surname)}\b[^0-9;]*{record['year']}"
    named = re.escape(record["cited"]) if "cited" in record else author
    fields = {name: str(value) for name, value in record.items() if name not in PLAIN}
    if record.get("unverified"):
        fields["note"] = "; ".join(part for part in (fields.get("note", ""), UNVERIFIED) if part)
    return Entry(key, record["type"], tuple(fields.items()), bool(record.get("model")), named)


def _data() -> list[Entry]:
    return [_datum(row) for row in reference().values()]


def _datum(row: dict[str, str]) -> Entry:
    status = "" if row["status"] == "seen" else "; from memory, not checked"
    fields = {
        "title": f"{row['quantity']}: {row['value']} {row['unit']}".translate(SPECIAL),
        "howpublished": row["source"].translate(SPECIAL),
        "url": row["address"],
        "note": f"reference data {row['id']}, of {row['year']}{status}".translate(SPECIAL),
    }
    return Entry(row["id"], "misc", tuple((k, v) for k, v in fields.items() if v), False, rf"\b{row['id']}\b")


def cited_in(texts: Iterable[str]) -> list[Entry]:
    """The entries that some source lines name, each once."""
    lines = list(texts)
    return [entry for entry in entries() if any(entry.is_cited_in(line) for line in lines)]


def unknown_codes(texts: Iterable[str]) -> list[str]:
    """Codes of reference data that no entry stands for."""
    known = {entry.key for entry in entries()}
    return sorted({code for text in texts for code in CODE.findall(text)} - known)


def scenario_references(material: Material) -> list[Entry]:
    """What the scenario files themselves refer to, a text each."""
    told = dict.fromkeys(str(entry.get("reference") or "") for entry in material.manifest["scenarios"])
    return [
        Entry(f"scenario{place}", "misc", (("title", text.translate(SPECIAL)),), False, "")
        for place, text in enumerate((text for text in told if text), 1)
    ]


@dataclass(frozen=True)
class Used:
    """Sources in three groups: of the levers that changed, of the scenarios, of the model and everything else in it."""

    levers: list[Entry]
    scenarios: list[Entry]
    model: list[Entry]


def used(material: Material, changed: Iterable[Parameter]) -> Used:
    """The sources of a report."""
    levers = cited_in(record.source for record in changed)
    other = cited_in(record.source for record in CATALOGUE.values())
    model = [entry for entry in entries() if (entry.model or entry in other) and entry not in levers]
    return Used(levers, scenario_references(material), model)


def bibliography(sources: Used) -> str:
    """references.bib."""
    groups = (("lever that changed", sources.levers), ("scenario", sources.scenarios), ("model", sources.model))
    return "\n\n".join(entry.bibtex(word) for word, group in groups for entry in group) + "\n"
