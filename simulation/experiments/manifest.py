"""The manifest: what was asked, with which versions, when and where; the only file of a results folder with a time."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.jit import CACHE_FOLDER
from ..scenario.parameter import CATALOGUE, label
from ..scenario.scenario import Scenario
from ..scenario.written import written_of
from .columns import DETAILED, YEARLY, Outcome
from .options import seeds_text
from .tables import ABOUT

if TYPE_CHECKING:
    from .conduct import Conducted
    from .plan import Plan

FILE = "manifest.json"
FORMAT = 1
LIBRARIES = ("numpy", "numba", "llvmlite", "scipy", "pandas", "pyarrow", "matplotlib", "seaborn")
MOST_DIFFERENCES = 6
MODEL_HASH = CACHE_FOLDER.name  # of the compiled code and the catalogue: what a quarter does
Manifest = dict[str, Any]


def program_version() -> str:
    """Version of the program as installed."""
    return _version_of("tif-cycle") or "0 (not installed)"


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def versions() -> dict[str, str]:
    """Versions of the program, of Python and of the libraries."""
    own = {"tif-cycle": program_version(), "python": platform.python_version()}
    return own | {name: _version_of(name) for name in LIBRARIES}


def manifest_of(plan: Plan, conducted: Conducted, rows: Mapping[str, int], complete: bool = True) -> Manifest:
    """Everything by which the results can be understood and made again."""
    return {
        "format": FORMAT,
        "kind": plan.kind,
        "hash": plan.hash,
        "complete": complete,
        "draft": plan.draft,
        "command": plan.command,
        **{key: value for key, value in plan.identity().items() if key not in ("kind", "scenarios", "draft")},
        "scenarios": [_scenario(name, scenario) for name, scenario in zip(plan.names, plan.scenarios, strict=True)],
        "model": MODEL_HASH,
        "policies_part_at": plan.parts_at,
        "tables": {name: _table(name, count, plan) for name, count in rows.items()},
        "results_hash": results_hash(conducted.outcomes),
        "versions": versions(),
        "platform": f"{platform.system()} {platform.machine()}, {sys.byteorder}-endian",
        "started": conducted.started,
        "seconds": round(conducted.seconds, 1),
    }


def _scenario(name: str, scenario: Scenario) -> dict[str, object]:
    heads = {key: getattr(scenario, key) for key in ("title", "author", "description", "reference")}
    return {
        "name": name, **heads, "files": list(scenario.files), "hash": scenario.hash, "resolved": scenario.resolved(),
        "written": written_of(scenario),
    }  # fmt: skip


def _table(name: str, rows: int, plan: Plan) -> dict[str, object]:
    about: dict[str, object] = {"rows": rows, "about": ABOUT[name]}
    return about | ({"seeds": list(plan.detailed)} if name in (*DETAILED, *YEARLY) else {})


def results_hash(outcomes: Iterable[Outcome]) -> str:
    """sha256 over indicators and money paid of every run: on one platform the same question gives the same hash."""
    digest = hashlib.sha256()
    for outcome in outcomes:
        digest.update(f"{outcome.scenario} {outcome.seed} ".encode())
        digest.update(outcome.indicators.tobytes())
        digest.update(np.asarray(outcome.tables["flows"]["amount"]).tobytes())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder, or None if it has none that can be read."""
    return read_manifest_file(folder / FILE)


def read_manifest_file(path: Path) -> Manifest | None:
    """The manifest in a file, or None if it holds none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "hash" in found and "kind" in found else None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest as JSON that people can read, whole or not at all."""
    text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
    part = folder / f".{FILE}.part"
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(folder / FILE)


def differences(plan: Plan, there: Manifest) -> list[str]:
    """In what the results in a folder answer another question than the plan, in words."""
    asked, told = plan.identity(), []
    names = {
        "kind": "command", "quarters": "quarters", "scale": "scale", "window": "window", "draft": "draft",
        "code": "version of the code",
    }  # fmt: skip
    for key, name in names.items():
        if there.get(key) != asked[key]:
            told.append(f"{name}: {there.get(key)} there, {asked[key]} asked")
    if there.get("seeds") != asked["seeds"]:
        told.append(f"seeds: {seeds_text(there.get('seeds') or [0])} there, {seeds_text(plan.seeds)} asked")
    told += _scenario_differences(plan, {str(entry.get("name")): entry for entry in there.get("scenarios", [])})
    return told[:MOST_DIFFERENCES] + (["and more"] if len(told) > MOST_DIFFERENCES else [])


def _scenario_differences(plan: Plan, there: Mapping[str, Any]) -> list[str]:
    if list(there) != list(plan.names):
        return [f"scenarios: {', '.join(there)} there, {', '.join(plan.names)} asked"]
    told = []
    for name, scenario in zip(plan.names, plan.scenarios, strict=True):
        if there[name].get("hash") != scenario.hash:
            changed = changed_parameters(there[name].get("resolved") or {}, scenario.resolved())
            told.append(f"scenario {name}: other values of {', '.join(changed) or 'something'}")
    return told


def changed_parameters(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Labels of the parameters and mechanisms in which two resolved scenarios differ."""
    found: dict[str, None] = {}
    for part in ("opening", "changes", "mechanisms"):
        old, new = before.get(part, {}), after.get(part, {})
        for key in dict.fromkeys([*old, *new]):
            if json.dumps(old.get(key)) != json.dumps(new.get(key)):
                found[label("parameter", key) if key in CATALOGUE else key] = None
    if json.dumps(before.get("conditions")) != json.dumps(after.get("conditions")):
        found["conditions"] = None
    return list(found)


def about_folder(manifest: Manifest) -> str:
    """A results folder in a few lines."""
    seeds = seeds_text(manifest["seeds"])
    names = ", ".join(entry["name"] for entry in manifest["scenarios"])
    lines = [
        f"{manifest['kind']} of {names}",
        f"seeds {seeds}, {manifest['quarters']} quarters, scale {manifest['scale']:g}"
        + (", DRAFT" if manifest["draft"] else "") + ("" if manifest["complete"] else ", INTERRUPTED"),
        f"made {manifest['started']} by tif-cycle {manifest['versions']['tif-cycle']}: {manifest['command']}",
    ]  # fmt: skip
    return "\n".join(lines)
