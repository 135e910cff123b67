"""The folder of an analysis of a sweep: its tables, figures, a brief and a manifest, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ResultsError
from .manifest import read_manifest, versions, write_manifest
from .results import write_csv, write_table
from .store import write_folder
from .swept import Swept
from .tables import ABOUT, from_frame

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("sensitivity", "discover", "interactions")
INHERITED = ("seeds", "quarters", "scale", "draft", "scenarios", "varied", "started")


def write(
    swept: Swept, kind: str, tables: Mapping[str, pd.DataFrame], brief: str,
    folder: str | os.PathLike[str] | None = None, draw: Callable[[], Mapping[str, Any]] | None = None,
    asked: Mapping[str, Any] | None = None,
) -> Path:  # fmt: skip
    """Write an analysis into a folder, DIR/<kind> if none is named; an earlier analysis there is replaced.

    asked: what was asked beyond the sweep itself. Errors: ResultsError, also for a folder with something else.
    """
    place = Path(folder) if folder is not None else swept.folder / kind
    check_place(place)

    def fill(part: Path) -> None:
        for name, data in tables.items():
            write_table(from_frame(data), part / f"{name}.parquet")
            write_csv(data, part / f"{name}.csv")
        (part / "brief.txt").write_text(brief + "\n", encoding="utf-8")
        if draw is not None:
            from ..plots import save

            save(draw(), part / "figures")
        write_manifest(part, manifest_of_study(swept, kind, tables, dict(asked or {})))

    return write_folder(place, fill)


def check_place(folder: Path) -> None:
    """Errors: ResultsError if the folder holds something that is no analysis."""
    if os.path.lexists(folder) and not folder.is_dir():
        raise ResultsError.at(folder.as_posix(), "a file", "a folder, or a name that is free")
    there = read_manifest(folder) if folder.is_dir() else None
    if folder.is_dir() and any(folder.iterdir()) and (there is None or there.get("kind") not in KINDS):
        raise ResultsError.at(
            folder.as_posix(), "a folder with something else", "the folder of an analysis, or a free name", "",
            "choose another name with --out",
        )  # fmt: skip


def manifest_of_study(
    swept: Swept, kind: str, tables: Mapping[str, pd.DataFrame], asked: dict[str, Any]
) -> dict[str, Any]:
    """Of which sweep it is an analysis, how far that had come, and what was asked."""
    question = {"kind": kind, "sweep": swept.manifest["hash"], "runs": int(swept.played.sum()), "asked": asked}
    return {
        "format": 1,
        "kind": kind,
        "hash": hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest(),
        "complete": bool(swept.played.all()),
        "command": f"tif {kind} {swept.folder.as_posix()}",
        "question": question,
        **{key: swept.manifest[key] for key in INHERITED},
        "tables": {name: {"rows": len(data), "about": ABOUT[name]} for name, data in tables.items()},
        "versions": versions(),
    }
