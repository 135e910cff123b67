"""Which files make up a scenario: the one asked for, those it extends in turn, and the history at the end."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulation.errors import Faults, Place, ScenarioError, UserError, nearest_name
from simulation.scenario.grammar import Content, read_content
from simulation.scenario.yaml_text import read_text
from simulation.scenario.yaml_tree import Scalar, Table, read_tree, shortened, tree_of

LONGEST_CHAIN = 10
MOST_CLIMBS = 3
SUFFIXES = (".yaml", ".yml")
NO_SCENARIOS = ("sweeps", "searches", "targets", "calibrations", "fits")  # folders of other kinds of files
PACKAGE = Path(__file__).resolve().parents[1]
# beside the package in a checkout, inside it in an installed wheel
BESIDE, INSIDE = PACKAGE.parent / "scenarios", PACKAGE / "_scenarios"
PROJECT_SCENARIOS = INSIDE if INSIDE.is_dir() and not BESIDE.is_dir() else BESIDE


def read_chain(
    source: str | os.PathLike[str] | Mapping[str, Any], faults: Faults
) -> tuple[list[Content], Content | None]:
    """Contents from the scenario's own file to the one that extends nothing, and the history named there, if any.

    Faults are noted; reading goes on with the next file as long as one can be found.
    """
    content = _first(source, faults)
    chain: list[Content] = []
    seen: list[Path] = [] if isinstance(source, Mapping) or content is None else [_identity(content)]
    while content is not None:
        chain.append(content)
        content = _next(content, seen, faults) if content.extends is not None else None
    asked = chain[-1].history if chain else None
    history = _read_named(asked, chain[-1], True, faults) if asked is not None else None
    return chain, history


def scenario_names() -> dict[str, list[Path]]:
    """Scenarios known by name, i.e. by file name without ending: those in `scenarios` here, then the project's own."""
    found: dict[str, list[Path]] = {}
    for folder in dict.fromkeys(folder.resolve() for folder in (Path("scenarios"), PROJECT_SCENARIOS)):
        here: dict[str, list[Path]] = {}
        for path in _scenarios_in(folder) if folder.is_dir() else ():
            for name in sorted({path.stem, path.relative_to(folder).with_suffix("").as_posix()}):
                here.setdefault(name, []).append(path)
        found = here | found
    return found


def _scenarios_in(folder: Path) -> list[Path]:
    """Scenario files of a folder; designs, targets and histories are no scenarios."""
    paths = [path for path in folder.rglob("*.yaml") if not set(path.relative_to(folder).parts) & set(NO_SCENARIOS)]
    return sorted(path for path in paths if not path.stem.startswith("history"))


def _first(source: str | os.PathLike[str] | Mapping[str, Any], faults: Faults) -> Content | None:
    """The scenario asked for."""
    if isinstance(source, Mapping):
        tree = tree_of(source, Place(""), faults)
        return read_content(tree, "scenario", Path(), False, faults) if isinstance(tree, Table) else None
    text = os.fspath(source)
    is_name = isinstance(source, str) and not text.endswith(SUFFIXES)
    if is_name and (text.replace("-", "_") in scenario_names() or not _exists(text)):
        path = _by_name(text, Place(shortened(text) or '""'), faults)
        return None if path is None else _read_file(path, _shown(path), None, False, faults)
    return _read_file(Path(text), Path(text).as_posix()[:200], None, False, faults)


def _exists(text: str) -> bool:
    try:
        return bool(text) and Path(text).exists()
    except (OSError, ValueError):
        return False


def _shown(path: Path) -> str:
    """A path as an error names it: from the current folder if it lies below."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _identity(content: Content) -> Path:
    return (content.folder / Path(content.shown).name).resolve()


def _by_name(name: str, place: Place, faults: Faults) -> Path | None:
    """The file of a scenario known by name; None after noting that there is none, or more than one."""
    known = scenario_names()
    paths = known.get(name) or known.get(name.replace("-", "_"), [])
    if len(paths) == 1:
        return paths[0]
    found = f'"{shortened(name)}", '
    if paths:
        faults.add(place, f"{found}a name of {len(paths)} scenarios", " or ".join(map(_shown, paths)))
        return None
    names = sorted(key for key in known if "/" not in key)
    allowed = "a YAML file (its name ends in .yaml)" + (f", or one of {', '.join(names)}" if names else "")
    near = nearest_name(name, known)
    faults.add(place, f"{found}which is neither a file nor the name of a scenario", allowed, near)
    return None


def _read_file(path: Path, shown: str, asked: Place | None, is_history: bool, faults: Faults) -> Content | None:
    try:
        text = read_text(path, shown, ScenarioError, asked)
    except UserError as error:
        faults.found.extend(error.faults)
        return None
    tree = read_tree(text, shown, faults)
    return None if tree is None else read_content(tree, shown, path.parent, is_history, faults)


def _next(content: Content, seen: list[Path], faults: Faults) -> Content | None:
    """The file that this one extends, unless that closes a circle."""
    assert content.extends is not None
    following = _read_named(content.extends, content, False, faults)
    if following is None:
        return None
    identity = _identity(following)
    if identity in seen:
        names = " -> ".join(path.name for path in [*seen[seen.index(identity) :], identity])
        faults.add(
            content.extends.place,
            f"files that extend one another in a circle: {names}",
            "a chain that ends in a file without `extends:`",
            "",
            "delete one of these `extends:` lines",
        )
        return None
    seen.append(identity)
    if len(seen) > LONGEST_CHAIN:
        faults.add(
            content.extends.place, f"a chain of more than {LONGEST_CHAIN} files", "a shorter chain of `extends:`"
        )
        return None
    return following


def _read_named(asked: Scalar, content: Content, is_history: bool, faults: Faults) -> Content | None:
    """The file that another names by a path relative to itself, or by a scenario's name."""
    name = asked.text.strip()
    if not name.endswith(SUFFIXES) and re.fullmatch(r"\w[\w-]*", name) and not is_history:
        path = _by_name(name, asked.place, faults)
        return None if path is None else _read_file(path, _shown(path), asked.place, False, faults)
    if not _is_allowed_path(name, asked.place, faults):
        return None
    path = content.folder / name
    shown = os.path.normpath(Path(content.shown).parent / name) if content.shown != "scenario" else name
    return _read_file(path, Path(shown).as_posix(), asked.place, is_history, faults)


def _is_allowed_path(name: str, place: Place, faults: Faults) -> bool:
    """Whether a path is relative, a YAML file and nearby; a scenario may not reach for any file of the machine."""
    parts = re.split(r"[/\\]", name)
    allowed = f"a path relative to this file, ending in .yaml, that climbs at most {MOST_CLIMBS} folders"
    shown = f'"{shortened(name)}"' if name.isprintable() else "a path with invisible characters"
    if parts[0] in ("", "~") or ":" in parts[0]:
        advice = "write it relative to this file, so that the folder can be moved or shared"
        faults.add(place, f"{shown}, an absolute path", allowed, "", advice)
    elif parts.count("..") > MOST_CLIMBS:
        faults.add(place, f"{shown}, which climbs {parts.count('..')} folders", allowed)
    elif not name.endswith(SUFFIXES) or not name.isprintable():
        faults.add(place, shown, allowed)
    else:
        return True
    return False
