"""The common past: quarters that scenarios share are played once per seed, kept on disk and branched from.

A past is known by everything that can act in it: code, seed, scale, policy before its end, and what is recorded. Its
state and its recorded rows lie in `<user cache>/pasts/`; the least recently used files go when they exceed a limit.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import os
import pickle
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..agents.population import Population
from ..economy.quarter import Around
from ..economy.recorder import Recorder
from ..economy.run import BURN_IN, Progress, advance, start
from ..engine.jit import CODE_HASH, user_cache
from ..scenario.quarters import FIRST_POLICY_QUARTER
from ..scenario.scenario import Scenario

LIMIT_GB = 4.0
FORGOTTEN = 3600.0  # seconds after which a part file belongs to a process that died


@dataclass
class Track:
    """A run under way: its state, the rows recorded so far, and last quarter's national indicators for conditions."""

    state: Population
    recorder: Recorder
    last: dict[str, float]

    @classmethod
    def begin(cls, scenario: Scenario, seed: int, scale: float, detail: bool, threads: int = 1) -> Track:
        """Burn-in and opening; the track stands at the first reported quarter."""
        return cls(start(scenario, seed, scale, threads), Recorder(detail), {})

    @property
    def quarter(self) -> int:
        """The next quarter to be played, 2021Q1 = 0."""
        return self.state.quarter - BURN_IN

    def play(
        self, scenario: Scenario, until: int, progress: Progress | None = None, threads: int = 1,
        around: Around | None = None,
    ) -> None:  # fmt: skip
        """Play up to (not including) quarter `until`; `around` goes around the stages of every quarter."""
        if self.quarter < until:
            self.last = advance(self.state, scenario, until, self.recorder, self.last, progress, threads, around)

    def copy(self) -> Track:
        """An independent twin, from which another future can be played; recorded rows are shared, lists are not."""
        twin = copy.copy(self.recorder)
        for name, value in vars(twin).items():
            if isinstance(value, list):
                setattr(twin, name, list(value))
        twin.year_ends = self.recorder.year_ends.copy()
        return Track(self.state.copy(), twin, dict(self.last))


def past_key(scenario: Scenario, seed: int, scale: float, until: int, detail: bool) -> str:
    """Name of a past (40 hex digits): equal for runs that cannot differ before quarter `until`."""
    parts = [CODE_HASH, scenario.past_hash(until, scale), seed, until, detail]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


def common_past(scenario: Scenario, seed: int, scale: float, until: int, detail: bool, threads: int = 1) -> Track:
    """The past up to quarter `until`: from disk, or played, from an earlier one if there is one, and kept."""
    key = past_key(scenario, seed, scale, until, detail)
    found = read_past(key, scenario, seed, scale)
    if found is not None and found.quarter == until:
        return found
    if until > FIRST_POLICY_QUARTER:
        track = common_past(scenario, seed, scale, FIRST_POLICY_QUARTER, detail, threads)
    else:
        track = Track.begin(scenario, seed, scale, detail, threads)
    track.play(scenario, until, None, threads)
    keep_past(key, track)
    return track


def past_work(scenario: Scenario, seed: int, scale: float, until: int, detail: bool) -> float:
    """Quarters that must be played to stand at quarter `until`, given what lies on disk."""
    for known in (until, min(until, FIRST_POLICY_QUARTER)):
        if (pasts_folder() / f"{past_key(scenario, seed, scale, known, detail)}.npz").exists():
            return float(until - known)
    return float(BURN_IN + until)


def pasts_folder() -> Path:
    """Where pasts lie."""
    return user_cache() / "pasts"


def read_past(key: str, scenario: Scenario, seed: int, scale: float) -> Track | None:
    """The past of that name, or None if it is not there or cannot be read."""
    path = pasts_folder() / f"{key}.npz"
    if not path.exists():
        return None
    state = Population.empty(seed, scale, 1)
    state.held = scenario.nothing_held()
    try:
        state.restore(path)
        recorder, last = pickle.loads(path.with_suffix(".rows").read_bytes())
        os.utime(path)
    except Exception:  # whatever is wrong with a file of the cache, the quarters can be played again
        return None
    return Track(state, recorder, last)


def keep_past(key: str, track: Track) -> None:
    """Write a past, rows first, so that a state never lies there without them; a full disk only means no cache."""
    path = pasts_folder() / f"{key}.npz"
    rows = path.with_suffix(".rows")
    part = rows.with_name(f"{rows.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(pickle.dumps((track.recorder, track.last), protocol=5))
        part.replace(rows)
        track.state.save(path)
        trim(path.parent, limit())
    except OSError:
        remove([part, rows, path.with_name(f"{path.name}.{os.getpid()}.part")])


def limit() -> float:
    """Bytes that pasts may take; TIF_PASTS_GB changes the default of 4 GB."""
    try:
        return 1e9 * float(os.environ.get("TIF_PASTS_GB", LIMIT_GB))
    except ValueError:
        return 1e9 * LIMIT_GB


def trim(folder: Path, most: float) -> None:
    """Remove the pasts used longest ago until the folder holds at most `most` bytes, and parts left by the dead."""
    sizes: dict[Path, tuple[float, int]] = {}
    for path in sorted(folder.iterdir()):
        with contextlib.suppress(OSError):
            status = path.stat()
            if path.suffix == ".part" and time.time() - status.st_mtime > FORGOTTEN:
                path.unlink()
            elif path.suffix == ".npz":
                rows = path.with_suffix(".rows")
                sizes[path] = (status.st_mtime, status.st_size + (rows.stat().st_size if rows.exists() else 0))
    total = sum(size for _, size in sizes.values())
    for path, (_, size) in sorted(sizes.items(), key=lambda item: item[1]):
        if total <= most:
            break
        remove([path, path.with_suffix(".rows")])
        total -= size


def remove(paths: Iterable[Path]) -> None:
    """Remove files that may be gone already or open elsewhere."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
