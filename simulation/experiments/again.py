"""Playing a run again from its manifest alone, and proving that the same bits came out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..engine.jit import CODE_HASH
from ..errors import ResultsError, ScenarioError, UsageError, nearest_name
from ..scenario.scenario import Scenario
from ..scenario.written import scenario_of
from .manifest import FILE, MODEL_HASH, Manifest, read_manifest, read_manifest_file, versions
from .options import seeds_text
from .plan import Plan, make_plan
from .variants import with_variants


def manifest_at(path: Path) -> tuple[Path, Manifest]:
    """The manifest of a file or folder, and the file. Errors: ResultsError with the nearest manifest if it is none."""
    file = path / FILE if path.is_dir() else path
    found = read_manifest_file(file)
    if found is None:
        what = "no manifest that can be read" if path.exists() else "no such file or folder"
        raise ResultsError.at(path.as_posix(), what, f"a results folder, or its {FILE}", nearest_results(path))
    return file, found


def nearest_results(path: Path) -> str:
    """The results folder most like a path that is none: among its neighbours, else in results/."""
    parent = path.parent if path.name != FILE else path.parent.parent
    name = path.name if path.name != FILE else path.parent.name
    for place in dict.fromkeys([path, parent, Path("results")]):
        there = sorted(one.parent.name for one in place.glob(f"*/{FILE}")) if place.is_dir() else []
        if there:
            near = nearest_name(name, there)
            return (place / near).as_posix() if near else ", ".join((place / one).as_posix() for one in there[:4])
    return ""


def scenarios_in(manifest: Manifest) -> list[Scenario] | None:
    """The scenarios that a manifest carries, or None if it was written by a version that did not keep them."""
    entries = manifest["scenarios"]
    if not all("written" in entry for entry in entries):
        return None
    return [scenario_of(entry, entry["written"]) for entry in entries]


def plan_again(path: Path, kind: str, command: str = "") -> tuple[Plan, Manifest]:
    """The plan of a manifest, checked to be the same question to the same model.

    Errors: ResultsError when there is no manifest, it is of another command, the text of the scenarios is not in it or
    not what it was, or the code that made it is not the one at hand.
    """
    file, manifest = manifest_at(path)
    place = file.as_posix()
    if manifest["kind"] != kind:
        right = f"tif {manifest['kind']} --from {place}" if manifest["kind"] in ("run", "compare") else ""
        raise ResultsError.at(place, f"the manifest of {manifest['kind']}", f"one of tif {kind}", "", right)
    refuse_other_model(place, manifest)
    scenarios = _scenarios(place, manifest)
    plan = make_plan(
        "compare" if kind == "compare" else "run", scenarios, list(manifest["seeds"]), manifest["quarters"],
        manifest["scale"], manifest["window"], manifest["draft"], command, [str(s.name) for s in scenarios],
    )  # fmt: skip
    plan = with_variants(plan, manifest.get("freeze", ()), manifest.get("impulse", 0.0))
    if manifest["code"] == CODE_HASH and plan.hash != manifest["hash"]:
        raise ResultsError.at(
            place,
            "a question that does not have its hash: the file was changed, or asks for more than it says",
            "the manifest as it was written",
        )
    return plan, manifest


def refuse_other_model(place: str, manifest: Manifest) -> None:
    """Refuse a manifest whose model is not the one at hand. Errors: ResultsError that names both versions."""
    if manifest.get("code") == CODE_HASH or manifest.get("model") == MODEL_HASH:
        return
    there, here = manifest.get("versions", {}), versions()
    other = [f"{name} {there[name]} (here {here[name]})" for name in here if there.get(name, here[name]) != here[name]]
    raise ResultsError.at(
        place,
        f"made by another version of the code: {manifest.get('code')}" + (f", {', '.join(other)}" if other else ""),
        f"the version at hand, {CODE_HASH}",
        "",
        f"check out and install tif-cycle {there.get('tif-cycle', '')} as it was on {manifest.get('started', '')[:10]}"
        ", or ask the question anew without --from",
    )


def _scenarios(place: str, manifest: Manifest) -> list[Scenario]:
    try:
        scenarios = scenarios_in(manifest)
    except ScenarioError as error:
        raise ResultsError(error.faults) from error
    if scenarios is None:
        raise ResultsError.at(
            place, "no text of the scenarios: an earlier version did not keep it", "a manifest with `written`", "",
            f"type the command again: {manifest.get('command', '')}",
        )  # fmt: skip
    for entry, scenario in zip(manifest["scenarios"], scenarios, strict=True):
        if scenario.hash != entry["hash"]:
            raise ResultsError.at(
                place, f"a scenario {entry['name']} that does not do what its hash says",
                "the text as it was written, and the catalogue it was written for", "",
                "take the manifest from where the results were first made",
            )  # fmt: skip
    return scenarios


def refuse_other_options(typed: Mapping[str, Any]) -> None:
    """--from asks the whole question; whatever else would change it is refused. Errors: UsageError."""
    given = [name for name, value in typed.items() if value not in (None, False, [], "")]
    if given:
        raise UsageError.at(
            f"--from with {', '.join(given)}", "two questions at once", "--from alone, with --out, --workers or --csv",
            "", "leave the others out, or ask anew without --from",
        )  # fmt: skip


def costs_beside(path: Path, manifest: Manifest) -> Any:
    """The table of policies scaled to a budget that lies beside a manifest; None if there was none.

    The manifest carries the scaled policies, so that they are played as they are and not scaled again.
    Errors: ResultsError when the table is told of but is not there.
    """
    if "equal_cost" not in manifest["tables"]:
        return None
    import pandas as pd

    file = (path if path.is_dir() else path.parent) / "equal_cost.parquet"
    if not file.is_file():
        raise ResultsError.at(
            file.as_posix(), "not there, although the policies were scaled to a budget", "the manifest in its folder"
        )
    return pd.read_parquet(file)


def differing_tables(folder: Path, there: Manifest) -> list[str]:
    """Tables of a folder whose bytes are not those that a manifest tells of; all of them if the results differ."""
    here = read_manifest(folder) or {}
    ours = here.get("tables", {})
    names = [
        name for name, table in there["tables"].items()
        if "sha256" in table and ours.get(name, {}).get("sha256") != table["sha256"]
    ]  # fmt: skip
    if here.get("results_hash") != there["results_hash"]:
        return names or list(there["tables"])
    return names


def said_same(folder: Path, manifest: Manifest) -> tuple[bool, str]:
    """Whether the tables in a folder are those of a manifest, bit for bit, and that in a sentence."""
    names = differing_tables(folder, manifest)
    if not names:
        count = len(manifest["tables"])
        return True, f"The same bits: all {count} tables equal those of the manifest ({manifest['results_hash'][:16]})."
    here, there = versions(), manifest["versions"]
    other = [f"{name} {here[name]} instead of {there.get(name)}" for name in here if here[name] != there.get(name)]
    why = f"; other versions: {', '.join(other)}" if other else ""
    same = "" if (read_manifest(folder) or {}).get("results_hash") != manifest["results_hash"] else (
        "; indicators and flows are the same numbers"
    )  # fmt: skip
    return False, f"Not the same bits: {', '.join(names)} differ from the manifest{why}{same}."


def question_of(manifest: Manifest) -> str:
    """What a manifest asks, in a line."""
    names = ", ".join(entry["name"] for entry in manifest["scenarios"])
    return f"{manifest['kind']} of {names}, seeds {seeds_text(manifest['seeds'])}, scale {manifest['scale']:g}"
