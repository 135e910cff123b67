"""The page: one HTML file with its pictures inside, which needs no network, no script and no other file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..experiments.words import chance_line
from . import methods
from .drawings import Drawings, money_pictures
from .material import Material
from .points import called
from .sheets import Sheet
from .sources import Used

STAMPS = {
    "DRAFT": "few seeds and a small economy; not to be quoted.",
    "INTERRUPTED": "not all seeds or runs that were asked for are in these results.",
}
NUMERIC = (
    "Baseline", "Policy", "Difference", "In %", "Cost less receipts", "Claims held at the end", "Net cost",
    "Net cost, CNY bn a year", "Intensity", "Public cost, CNY bn", "Budget, CNY bn",
)  # fmt: skip
MARK = 'content="tif-cycle report"'  # by this a page of ours is known again


@cache
def template() -> Any:
    """The template; every text that goes in is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("page.html.j2")


def page(
    material: Material, drawings: Drawings, images: Mapping[str, str], sheets: Mapping[str, Sheet], sources: Used
) -> str:
    """The whole page as text; images: every figure as an address that holds it, by name."""
    cycle, others = money_pictures(drawings.made)
    chance = material.kind == "compare" and len(material.seeds) > 1

    def shown(chosen: Sequence[Any]) -> list[dict[str, str]]:
        return [
            {"title": one.title, "caption": one.caption, "image": images[one.name]} for one in chosen
        ]  # fmt: skip

    told: dict[str, Any] = {
        "title": title(material),
        "key": key(material),
        "stamps": {stamp: STAMPS[stamp] for stamp in material.stamps},
        "questions": questions(material),
        "differences": differences(sheets),
        "main": next((sheets[name] for name in ("effects", "summary", "points") if name in sheets), None),
        "chance": chance_line(material.effects) if chance else "",
        "figures": shown(others),
        "missing": drawings.missing,
        "cycle": shown(cycle),
        "money": [sheets[name] for name in ("equal_cost", "cost_per_outcome", "cost_by_lever") if name in sheets],
        "assumptions": sheets.get("assumptions"),
        "refusals": sheets.get("refusals"),
        "methods": method_parts(material),
        "provenance": provenance(material),
        "sources": [
            ("Of the levers that changed", [str(entry) for entry in sources.levers]),
            ("Of the scenarios", [str(entry) for entry in sources.scenarios]),
            ("Of the model", [str(entry) for entry in sources.model]),
        ],
        "numeric": {*NUMERIC, *(material.called(name) for name in material.names), *map(str, range(2021, 2052))},
    }
    return str(template().render(contents=contents(told), **told)).rstrip() + "\n"


def title(material: Material) -> str:
    """What the results are about, in a line."""
    if material.kind == "sweep":
        return str(material.manifest.get("title") or material.manifest["name"])
    heads = [str(entry.get("title") or material.called(str(entry["name"]))) for entry in material.manifest["scenarios"]]
    if material.kind == "run":
        return heads[0]
    more = f" and {len(heads) - 2} more" if len(heads) > 2 else ""
    return f"{heads[1]}{more}, compared with {material.called(material.names[0]).lower()}"


def key(material: Material) -> str:
    """Window, seeds, scale and version under the title."""
    made = str(material.manifest.get("started") or "")[:10]
    parts = [
        material.window.replace(":", "\N{EN DASH}") if material.kind != "run" else f"{material.quarters} quarters",
        material.seeds_in_words, f"scale {material.scale:g}",
        f"tif-cycle {material.manifest['versions'].get('tif-cycle', '')}", f"played {made}" if made else "",
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def questions(material: Material) -> list[dict[str, str]]:
    """Titles and descriptions of the scenarios; of a sweep, what it varies."""
    if material.kind == "sweep":
        return [varied(material)]
    asked = []
    for entry in material.manifest["scenarios"]:
        by = [str(entry.get("author") or ""), str(entry.get("reference") or "")]
        asked.append(
            {
                "called": material.called(str(entry["name"])),
                "title": str(entry.get("title") or ""),
                "description": str(entry.get("description") or ""),
                "source": " · ".join(part for part in by if part),
            }
        )
    return asked


def varied(material: Material) -> dict[str, str]:
    """What a sweep varies, and from which scenario."""
    names = [called(str(name)) for name in material.manifest["varied"]]
    count, base = len(material.results.points), material.called(material.names[0]).lower()
    words = f"What comes out when {', '.join(names)} take other values? {count} points, from {base}."
    missing = f" {material.unfinished} runs are not finished." if material.unfinished else ""
    return {"called": "Sweep", "title": title(material), "description": words + missing, "source": ""}


def differences(sheets: Mapping[str, Sheet]) -> dict[str, list[str]]:
    """What each scenario changes, a line an entry."""
    if "scenarios" not in sheets:
        return {}
    nothing = ["Nothing: the baseline, history to 2023 and the values of 2024Q1 from then on."]
    return {
        called: [next(iter(row.values())) for row in rows] or nothing
        for called, rows in sheets["scenarios"].groups.items()
    }


def method_parts(material: Material) -> list[tuple[str, str]]:
    """The parts of methods.md that a reader of the page needs."""
    parts = [
        ("What was played", methods.played(material)),
        ("Seeds and pairing", methods.pairing(material)),
        ("Window and aggregates", methods.window(material)),
        ("Intervals", methods.intervals(material)),
        ("What an interval means", methods.MEANS if material.kind != "run" and len(material.seeds) > 1 else ""),
        ("Public cost", methods.cost(material)),
    ]
    return [(head, text) for head, text in parts if text]


def provenance(material: Material) -> list[tuple[str, str]]:
    """By what the results are known and made again."""
    manifest = material.manifest
    parts = [
        ("Command", str(manifest["command"])),
        ("The same results again, bit for bit", methods.again(material)),
        ("Hash of question and code", str(manifest["hash"])),
        ("Hash of the results", str(manifest.get("results_hash") or "")),
        ("sha256 of manifest.json", material.manifest_hash),
        ("Code", str(manifest.get("code") or manifest.get("question", {}).get("code", ""))),
        ("Versions", ", ".join(f"{name} {version}" for name, version in manifest["versions"].items() if version)),
        ("Platform", str(manifest.get("platform") or "")),
    ]
    return [(head, text) for head, text in parts if text]


def contents(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Links to the parts that are there."""
    parts = [
        ("question", "Question", True), ("scenarios", "Scenarios", told["differences"]),
        ("effects", "Results", told["main"]), ("figures", "Figures", told["figures"]),
        ("cycle", "Money cycle", told["cycle"]), ("cost", "Cost", told["money"]),
        ("assumptions", "Assumptions", told["assumptions"]), ("refusals", "Refusals", told["refusals"]),
        ("methods", "Methods", True), ("provenance", "Provenance", True), ("sources", "Sources", True),
    ]  # fmt: skip
    return [(anchor, name) for anchor, name, there in parts if there]
