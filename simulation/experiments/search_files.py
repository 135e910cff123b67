"""The folder of a search: one question a folder, results put in place whole, front points written as scenarios."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..errors import ResultsError
from ..scenario.parameter import number
from ..scenario.quarters import FIRST_POLICY_QUARTER
from ..scenario.scenario import Scenario
from .manifest import program_version, read_manifest, versions, write_manifest
from .search import Search
from .search_tables import FrontPoint, scenario_name
from .store import open_folder, told_by_disk
from .words import plain_name

ASKED = {
    "base": "base scenario", "levers": "levers or their ranges", "goals": "goals", "budget": "budget",
    "population": "population", "sampler": "sampler, its seed or its version", "seeds": "seeds", "quarters": "quarters",
    "scale": "scale", "window": "window", "code": "version of the code",
}  # fmt: skip
PART = ".results.part"


def folder_of(search: Search, folder: Path, fork: bool) -> Path:
    """The folder, or one of its own beside it if it holds another search and `fork` is asked."""
    there = read_manifest(folder) if folder.is_dir() else None
    if fork and there is not None and there.get("hash") != search.hash:
        return folder.with_name(f"{folder.name}-{search.hash[:8]}")
    return folder


def open_search(search: Search, folder: Path, command: str) -> None:
    """Make the folder, or go on in it if it belongs to the same question. Errors: ResultsError."""
    there = read_manifest(folder) if folder.is_dir() else None
    if there is not None and there.get("hash") != search.hash:
        refuse(search, folder, there)
    if there is None:
        manifest = manifest_of_search(search, command, complete=False)
        open_folder(folder, "a search", lambda part: write_manifest(part, manifest))


def refuse(search: Search, folder: Path, there: dict[str, Any]) -> None:
    """Tell in what the search in this folder differs from the one asked for."""
    told = there.get("question", {})
    changed = [ASKED[key] for key, value in search.identity().items() if told.get(key) != value]
    searched = there.get("kind") == "optimise"
    found = f"a search that differs in: {', '.join(changed)}" if searched else f"results of tif {there.get('kind')}"
    raise ResultsError.at(
        folder.as_posix(), found, "the same search and the same version of the code; more trials may be asked for", "",
        "--fork keeps the new search apart in a folder of its own, --out NAME names one",
    )  # fmt: skip


def manifest_of_search(search: Search, command: str, complete: bool) -> dict[str, Any]:
    """The question and with what it is answered; no time, so that two searches of one question are the same."""
    return {
        "format": 1,
        "kind": "optimise",
        "hash": search.hash,
        "name": search.name,
        "title": search.title,
        "command": command,
        "question": search.identity(),
        "trials": search.trials,
        "seeds": list(search.seeds),
        "holdout": list(search.holdout),
        "quarters": search.quarters,
        "scale": search.scale,
        "draft": False,
        "complete": complete,
        "started": "",
        "scenarios": [{"name": search.base.name, "hash": search.base.hash, "resolved": search.base.resolved()}],
        "versions": versions() | {"tif-cycle": program_version()},
    }


def publish(folder: Path, fill: Callable[[Path], None]) -> None:
    """Make files beside their place and move them there, each whole. Errors: ResultsError."""
    part = folder / PART
    with told_by_disk(folder):
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            fill(part)
            for path in sorted(part.iterdir()):
                place = folder / path.name
                if place.is_dir():
                    shutil.rmtree(place)
                path.replace(place)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def write_scenarios(search: Search, front: Sequence[FrontPoint], folder: Path) -> None:
    """Every point of the front as a scenario file, with a copy of the files it extends, so that the folder can move."""
    folder.mkdir()
    extends = copy_base(search.base, folder / "base")
    for point in front:
        name = scenario_name(search, point.number)
        (folder / f"{name}.yaml").write_text(scenario_text(search, point, f"base/{extends}"), encoding="utf-8")


def copy_base(base: Scenario, folder: Path) -> str:
    """Copy the files of a scenario, keeping where they lie to each other; returns the path of its own one."""
    files = [Path(file).resolve() for file in base.files]
    above = Path(os.path.commonpath([file.parent for file in files]))
    for file in files:
        place = folder / file.relative_to(above)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    return files[0].relative_to(above).as_posix()


def scenario_text(search: Search, point: FrontPoint, extends: str) -> str:
    """A point of the front as a scenario file."""
    held = point.held_out or point.searched
    base = plain_name(search.base.name).lower()
    told = (
        f"A point of the front found by tif optimise within CNY {number(search.budget)} bn of public cost beyond the "
        f"{base}; on {'hold-out' if point.held_out else 'its own'} seeds it costs CNY {held.difference[-1]:.4g} bn."
    )
    lines = [
        f"name: {scenario_name(search, point.number)}",
        f"title: {json.dumps(f'{search.title}, point {point.number}', ensure_ascii=False)}",
        "author: tif optimise",
        f"description: {json.dumps(told, ensure_ascii=False)}",
        f"extends: {extends}",
        "",
        "levers:",
    ]
    path = search.base.timeline.path[FIRST_POLICY_QUARTER]
    for choice in search.choices:
        record, value = choice.record, point.candidate.point[choice.name]
        before = number(float(path[record.index, 0]))
        about = f"{record.label_en}, {record.unit}; {before} in the {base} in 2024Q1"
        lines.append(f"  {choice.name}: {value!r}  # {about}")
    return "\n".join(lines) + "\n"
