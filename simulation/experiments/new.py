"""`tif new`: the beginning of a policy, a lever or a mechanism, with the test that fails until it is filled in."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from pathlib import Path

from ..errors import UsageError, nearest_name
from ..scenario.parameter import CATALOGUE, CORE, OPTIONAL_MECHANISMS
from . import templates

_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
LEVERS = "simulation/scenario/catalogue/01_levers.yaml"

NOTHING = "nothing was written"

Files = dict[Path, str]


def begin(kind: str, name: str, here: Path | None = None) -> list[Path]:
    """Write the files of a new `kind` and give their paths. Errors: UsageError; then nothing is written."""
    if kind not in KINDS:
        raise UsageError.at(f"tif new {kind}", "no such kind", ", ".join(KINDS), nearest_name(kind, KINDS))
    written = name.replace("-", "_") if kind == "policy" else name
    if not _NAME.fullmatch(written) or keyword.iskeyword(written):
        allowed = "a small letter, then small letters, digits and _, at most 40"
        raise UsageError.at(f"tif new {kind} {name}", "not a name that a file can have", allowed, _nearest(written))
    folder = Path() if here is None else here
    files = KINDS[kind](written, folder)
    for path in files:
        if path.exists() and path != folder / LEVERS:
            raise UsageError.at(path.as_posix(), "a file that is there already", "a new name", next=NOTHING)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def _nearest(name: str) -> str:
    near = re.sub(r"\W+", "_", name.lower()).strip("_0123456789")
    return near if _NAME.fullmatch(near) and not keyword.iskeyword(near) else ""


def in_project(folder: Path) -> bool:
    """Whether a folder is the root of the project, so that everything has its place in it."""
    return (folder / LEVERS).is_file() and (folder / "tests").is_dir()


def policy(name: str, here: Path) -> Files:
    """A scenario that extends the baseline: below scenarios/policies of the project, or here."""
    inside = in_project(here)
    file = here / "scenarios" / "policies" / f"{name}.yaml" if inside else here / f"{name}.yaml"
    test = here / "tests" / "policies" / f"test_{name}.py" if inside else here / f"test_{name}.py"
    shown = file.relative_to(here).as_posix()
    words = {"DASHED": name.replace("_", "-"), "NAME": name, "FILE": shown}
    words["BASE"] = "../baseline.yaml" if inside else "baseline"
    words["{MARK}"] = "@pytest.mark.long\n" if inside else ""  # the project's quick tier leaves it out
    words["{IMPORTS}"] = "import pytest\n\n" if inside else ""
    return {file: filled(templates.POLICY, words), test: filled(templates.POLICY_TEST, words)}


def lever(name: str, here: Path) -> Files:
    """A record at the end of the levers of the project, or in a file of its own here. Errors: UsageError if known."""
    if name in CATALOGUE:
        raise UsageError.at(f"tif new lever {name}", "a parameter of that name", "a new name", next=NOTHING)
    words = {"NAME": name, "TITLE": title(name), "MECHANISM": "listing"}
    record = filled(templates.LEVER, words)
    if not in_project(here):
        test = here / f"test_{name}.py"
        return {here / f"{name}.yaml": record.lstrip("\n"), test: filled(templates.LEVER_TEST, words)}
    known = (here / LEVERS).read_text(encoding="utf-8")
    if re.search(rf"^{name}:", known, re.MULTILINE):
        raise UsageError.at(f"{LEVERS}", f"{name} is there already", "a new name", next=NOTHING)
    test = here / "tests" / "direction" / f"test_{name}.py"
    return {here / LEVERS: known.rstrip("\n") + "\n" + record, test: filled(templates.LEVER_TEST, words)}


def mechanism(name: str, here: Path) -> Files:
    """A file below simulation/markets of the project, or here. Errors: UsageError if there is such a mechanism."""
    if name in (*CORE, *OPTIONAL_MECHANISMS) and not in_project(here):  # in the project its file is the judge
        raise UsageError.at(f"tif new mechanism {name}", "a mechanism of that name", "a new name")
    inside = in_project(here)
    file = here / "simulation" / "markets" / f"{name}.py" if inside else here / f"{name}.py"
    test = here / "tests" / "mechanisms" / f"test_{name}.py" if inside else here / f"test_{name}.py"
    words = {"NAME": name, "TITLE_SMALL": title(name).lower(), "TITLE": title(name), "ROOT": "simulation"}
    words["IMPORT"] = f"simulation.markets.{name}" if inside else name
    text = filled(templates.MECHANISM, words)
    if inside:
        text = text.replace("from simulation.markets.mechanism", "from .mechanism")
        text = text.replace("from simulation.", "from ..")
    return {file: text, test: filled(templates.MECHANISM_TEST, words)}


def title(name: str) -> str:
    """A name as words: grant_ceiling -> Grant ceiling."""
    return name.replace("_", " ").capitalize()


def filled(template: str, words: dict[str, str]) -> str:
    """A template with its words in place."""
    known = "|".join(map(re.escape, words))
    return re.sub(rf"(?<![A-Z])(?:{known})(?![A-Z])", lambda found: words[found[0]], template)


KINDS: dict[str, Callable[[str, Path], Files]] = {"policy": policy, "lever": lever, "mechanism": mechanism}
NEXT = {
    "policy": "Set a lever, say what it does with `tif check {file}`, then compare it: tif compare baseline {file}",
    "lever": "Fill in the record, read it in a rule with parameter(\"{name}\"); docs/extend.md shows both edits.",
    "mechanism": "Write its rules and announce it; the test says what is still missing. docs/extend.md shows one.",
}


def said(kind: str, name: str, paths: list[Path]) -> str:
    """What was written, and what to do next."""
    lines = [f"written: {path.as_posix()}" for path in paths]
    return "\n".join([*lines, NEXT[kind].format(file=paths[0].as_posix(), name=name)])
