"""The folder of a sweep: parts that workers write, a ledger of what is done, a lock, the design as it was asked.

    manifest.json     the question, its hash, versions         points.csv      what each point changes
    parts/<name>/     tables of some runs, and part.json       ledger.sqlite   runs that are done, tried, given up
    lock              who is writing here now                  quarantine.csv  runs that failed three times, and why

Parts are the truth. The ledger is made anew from them whenever it is missing, damaged or asked for.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ResultsError
from .design import Design
from .manifest import program_version, read_manifest, versions, write_manifest
from .store import open_folder

TRIES = 3
SCHEMA = """
create table if not exists done (run integer primary key, part text not null);
create table if not exists failed (run integer primary key, tries integer not null, reason text not null);
"""


@dataclass
class SweepStore:
    """The folder of one sweep."""

    folder: Path

    @property
    def ledger(self) -> Path:
        """The SQLite file."""
        return self.folder / "ledger.sqlite"

    def open(self, design: Design, command: str = "") -> None:
        """Make the folder, or go on in it if it belongs to the same question. Errors: ResultsError."""
        there = read_manifest(self.folder) if self.folder.is_dir() else None
        if there is not None and there.get("hash") != design.hash:
            self.refuse(design, there)
        if there is None:

            def fill(part: Path) -> None:
                (part / "parts").mkdir()
                self.write_points(design, part)
                write_manifest(part, manifest_of_sweep(design, command))

            open_folder(self.folder, "a sweep", fill)

    def belongs_to_another(self, design: Design) -> bool:
        """Whether the folder holds something that is not this sweep."""
        there = read_manifest(self.folder) if self.folder.is_dir() else None
        return there is not None and there.get("hash") != design.hash

    def refuse(self, design: Design, there: dict[str, Any]) -> None:
        """Tell in what the sweep in this folder differs from the one asked for."""
        if there.get("kind") != "sweep":
            found = f"results of tif {there.get('kind')}"
        else:
            asked = design.identity()
            names = {"base": "baseline", "code": "version of the code", "points": "points of the design"}
            told = there.get("question", {})
            changed = [names.get(key, key) for key, value in asked.items() if told.get(key) != value]
            found = f"a sweep that differs in: {', '.join(changed)}"
        raise ResultsError.at(
            self.folder.as_posix(), found, "the same design and the same version of the code", "",
            "--fork keeps the new sweep apart in a folder of its own, --out NAME names one",
        )  # fmt: skip

    def write_points(self, design: Design, folder: Path) -> None:
        """points.csv: a row a point, a column a varied parameter; empty where the baseline stays."""
        with (folder / "points.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["point", *design.varied])
            for number, point in enumerate(design.points):
                writer.writerow([number, *(point.get(name, "") for name in design.varied)])

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process. Errors: ResultsError if another process that lives holds it."""
        path = self.folder / "lock"
        mine = json.dumps({"pid": os.getpid(), "host": socket.gethostname()})
        for _ in range(2):
            try:
                with path.open("x", encoding="utf-8") as file:
                    file.write(mine)
                break
            except FileExistsError:
                if not self.is_stale(path):
                    raise ResultsError.at(
                        self.folder.as_posix(), f"another sweep is writing here ({self.holder(path)})",
                        "one sweep a folder at a time", "",
                        f"wait for it, choose another folder with --out, or delete {path.as_posix()} if it is dead",
                    ) from None  # fmt: skip
                path.unlink(missing_ok=True)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def holder(self, path: Path) -> str:
        """Who holds the lock, in words."""
        try:
            who = json.loads(path.read_text(encoding="utf-8"))
            return f"process {who['pid']} on {who['host']}"
        except (OSError, ValueError, KeyError):
            return "unknown process"

    def is_stale(self, path: Path) -> bool:
        """Whether the process that took the lock on this machine is no more."""
        try:
            who = json.loads(path.read_text(encoding="utf-8"))
            if who["host"] != socket.gethostname():
                return False
            os.kill(int(who["pid"]), 0)
        except ProcessLookupError:
            return True
        except (ValueError, KeyError):
            return True
        except OSError:
            return False
        return int(who["pid"]) == os.getpid()

    @contextlib.contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """The ledger, made anew from the parts if it is damaged."""
        base = sqlite3.connect(self.ledger, timeout=30.0)
        try:
            base.executescript(SCHEMA)
        except sqlite3.DatabaseError:
            base.close()
            self.ledger.unlink(missing_ok=True)
            base = sqlite3.connect(self.ledger, timeout=30.0)
            base.executescript(SCHEMA)
        try:
            with base:
                yield base
        finally:
            base.close()

    def rebuild(self) -> int:
        """Fill the ledger from the parts and remove what is half-written; returns the runs that are done."""
        for leftover in (self.folder / "parts").glob(".*"):
            shutil.rmtree(leftover, ignore_errors=True)
        rows = [(run, part.name) for part in self.parts() for run in self.runs_of(part)]
        with self.connected() as base:
            base.execute("delete from done")
            base.executemany("insert or replace into done values (?, ?)", rows)
        return len({run for run, _ in rows})

    def parts(self) -> list[Path]:
        """Folders of the finished parts."""
        return sorted(path.parent for path in (self.folder / "parts").glob("[!.]*/part.json"))

    def runs_of(self, part: Path) -> list[int]:
        """The runs in a part."""
        return [int(run) for run in json.loads((part / "part.json").read_text(encoding="utf-8"))["runs"]]

    def done(self) -> set[int]:
        """Runs that are finished."""
        with self.connected() as base:
            return {int(run) for (run,) in base.execute("select run from done")}

    def note_done(self, part: str, runs: tuple[int, ...]) -> None:
        """Runs whose part is written."""
        with self.connected() as base:
            base.executemany("insert or replace into done values (?, ?)", [(run, part) for run in runs])
            base.executemany("delete from failed where run = ?", [(run,) for run in runs])

    def note_failed(self, failed: dict[int, str]) -> list[int]:
        """Count a failed try of some runs; returns those that may be tried again."""
        with self.connected() as base:
            for run, reason in failed.items():
                base.execute(
                    "insert into failed values (?, 1, ?) on conflict (run) do update set tries = tries + 1, reason = ?",
                    (run, reason, reason),
                )
            tries = dict(base.execute("select run, tries from failed").fetchall())
        return [run for run in failed if tries[run] < TRIES]

    def quarantined(self) -> dict[int, str]:
        """Runs that were given up, with the last line of what went wrong."""
        with self.connected() as base:
            rows = base.execute("select run, reason from failed where tries >= ?", (TRIES,)).fetchall()
        return {int(run): str(reason).strip().splitlines()[-1] for run, reason in rows}

    def forget_failures(self) -> None:
        """Give runs that failed earlier another three tries."""
        with self.connected() as base:
            base.execute("delete from failed")

    def write_quarantine(self, design: Design) -> None:
        """quarantine.csv: the runs that were given up, how to repeat one, and why."""
        path = self.folder / "quarantine.csv"
        given_up = self.quarantined()
        if not given_up:
            path.unlink(missing_ok=True)
            return
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["run", "point", "seed", "reason"])
            for run, reason in sorted(given_up.items()):
                place, point = divmod(run, design.count)
                writer.writerow([run, point, design.seeds[place], reason])


def status_of(folder: Path, rebuild: bool = False) -> str:
    """How far the sweep in a folder has come, in a few lines. Errors: ResultsError if there is no sweep."""
    there = read_manifest(folder)
    if there is None or there.get("kind") != "sweep":
        raise ResultsError.at(folder.as_posix(), "no sweep", "a folder written by tif sweep")
    store = SweepStore(folder)
    if rebuild or not store.ledger.exists():
        store.rebuild()
    with (folder / "points.csv").open(encoding="utf-8-sig") as file:
        points = sum(1 for _ in file) - 1
    runs, done, given_up = points * len(there["seeds"]), len(store.done()), store.quarantined()
    busy = "; another process is writing" if (folder / "lock").exists() else ""
    lines = [
        f"{there['title']}: {points} points with {len(there['seeds'])} seeds",
        f"{done} of {runs} runs are finished ({100 * done / max(1, runs):.0f} %){busy}",
    ]
    lines += [f"run {run} failed three times: {reason}" for run, reason in sorted(given_up.items())[:5]]
    if len(given_up) > 5:
        lines.append(f"{len(given_up) - 5} more in quarantine.csv")
    if done + len(given_up) < runs:
        lines.append(f"{there['command']} goes on")
    return "\n".join(lines)


def manifest_of_sweep(design: Design, command: str) -> dict[str, Any]:
    """The question and with what it is answered; no time, so that two sweeps of one question are the same."""
    return {
        "format": 1,
        "kind": "sweep",
        "hash": design.hash,
        "name": design.name,
        "title": design.title,
        "command": command or f"tif sweep {design.source}",
        "question": design.identity(),
        "varied": list(design.varied),
        "seeds": list(design.seeds),
        "quarters": design.quarters,
        "scale": design.scale,
        "draft": False,
        "complete": True,
        "started": "",
        "second_order": design.second_order,
        "ranges": {axis.name: [axis.low, axis.high] for axis in design.axes},
        "scenarios": [
            {
                "name": design.base.name, "files": list(design.base.files), "hash": design.base.hash,
                "resolved": design.base.resolved(),
            }
        ],
        "versions": versions() | {"tif-cycle": program_version()},
    }  # fmt: skip
