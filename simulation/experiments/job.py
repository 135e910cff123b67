"""A job: one seed, the scenarios to play on it, and the columns that come out. This is what a worker does.

Nothing here or below loads pandas, pyarrow or figures, so that workers start fast and stay small.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..agents.tally import EVENT_KINDS
from ..economy.followed import Followed
from ..economy.quarter import Around
from ..economy.run import BURN_IN, finish, policy_of
from ..engine.jit import use_threads
from ..errors import InternalError
from ..scenario.parameter import label
from ..scenario.quarters import format_quarter
from ..scenario.scenario import Scenario
from .columns import ALWAYS, DETAILED, Coded, Outcome, Table, coded
from .past import Track, common_past, past_key, past_work

Advance = Callable[[float], None]


@dataclass(frozen=True)
class Job:
    """One seed and the scenarios that are played on it.

    parts_at: quarter up to which the common past is shared. detail: whether the long tables are recorded. shared:
    False plays every scenario from its start and touches no cache. crashes: folder for the state of a run that fails.
    threads: how many play the blocks of one economy side by side; no number depends on it. followed: first and last
    quarter through which enterprises are followed, or None.
    """

    seed: int
    scenarios: tuple[tuple[str, Scenario], ...]
    quarters: int
    scale: float
    parts_at: int
    detail: bool = True
    shared: bool = True
    crashes: Path | None = None
    threads: int = 1
    followed: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """A scenario whose assumptions are drawn is played with the draw of the job's seed."""
        own = tuple((name, scenario.of_seed(self.seed)) for name, scenario in self.scenarios)
        object.__setattr__(self, "scenarios", own)

    def work(self) -> float:
        """Quarters to be played, burn-in included, given the pasts that lie on disk."""
        count = len(self.scenarios)
        if not self.shared:
            return float((BURN_IN + self.quarters) * count)
        pasts = {self.key(scenario): scenario for _, scenario in self.scenarios}
        before = sum(self.work_before(scenario) for scenario in pasts.values())
        return before + (self.quarters - self.parts_at) * count

    def play(self, tell: Advance) -> list[Outcome]:
        """Play all scenarios, each quarter they share only once. Errors: RunFailed."""
        pasts: dict[str, Track] = {}
        return [self.play_one(name, scenario, pasts, tell) for name, scenario in self.scenarios]

    def play_one(
        self, name: str, scenario: Scenario, pasts: dict[str, Track], tell: Advance, around: Around | None = None
    ) -> Outcome:
        """Play one scenario from where the policies part; `around` goes around its stages from there on."""
        track = _branch(self, name, scenario, pasts, tell)
        with _failing(self, name, track):
            if self.followed is not None:
                track.recorder.followed = Followed.begin(track.state, *self.followed)
            track.play(scenario, self.quarters, lambda done, total: tell(1.0), self.threads, around)
        return outcome_of(name, scenario, self.seed, track)

    def is_single(self) -> bool:
        """Whether one scenario is played, once."""
        return type(self) is Job and len(self.scenarios) == 1

    def key(self, scenario: Scenario) -> str:
        """Name of the past of one of its scenarios."""
        return past_key(scenario, self.seed, self.scale, self.parts_at, self.detail)

    def work_before(self, scenario: Scenario) -> float:
        """Quarters to be played until the policies part."""
        return past_work(scenario, self.seed, self.scale, self.parts_at, self.detail)


class RunFailed(InternalError):
    """A run that stopped by our fault: args are scenario, seed, quarter in words, reason, and the saved state or ''."""

    def __str__(self) -> str:
        scenario, seed, quarter, reason, _ = self.args
        return f"scenario {scenario}, seed {seed}, {quarter}: {reason}"


def nothing(_: float) -> None:
    """Progress that nobody watches."""


def play_job(job: Job, tell: Advance = nothing) -> list[Outcome]:
    """Play all scenarios of a job, each quarter they share only once. Errors: RunFailed."""
    use_threads(job.threads)
    return job.play(tell)


def _branch(job: Job, name: str, scenario: Scenario, pasts: dict[str, Track], tell: Advance) -> Track:
    """A track of its own for one scenario, standing where the policies part; a past with one user is not copied."""
    with _failing(job, name, None):
        if not job.shared:
            track = Track.begin(scenario, job.seed, job.scale, job.detail, job.threads)
            tell(BURN_IN)
            return track
        key = job.key(scenario)
        if key not in pasts:
            work = job.work_before(scenario)
            pasts[key] = common_past(scenario, job.seed, job.scale, job.parts_at, job.detail, job.threads)
            tell(work)
        return pasts.pop(key) if job.is_single() else pasts[key].copy()


@contextlib.contextmanager
def _failing(job: Job, name: str, track: Track | None):  # type: ignore[no-untyped-def]
    """Turn whatever goes wrong in a run into RunFailed, with the state saved beside the results if that can be done."""
    try:
        yield
    except Exception as error:
        quarter = format_quarter(track.quarter) if track is not None else "before the policies part"
        saved = _save_crash(job, name, track, traceback.format_exc()) if job.crashes is not None else ""
        raise RunFailed(name, job.seed, quarter, f"{type(error).__name__}: {error}", saved) from error


def _save_crash(job: Job, name: str, track: Track | None, story: str) -> str:
    """Write state and traceback of a run that failed; returns the path without its ending, or '' if that fails too."""
    assert job.crashes is not None
    stem = f"crash-{name}-seed{job.seed}"
    try:
        job.crashes.mkdir(parents=True, exist_ok=True)
        (job.crashes / f"{stem}.txt").write_text(story, encoding="utf-8")
        if track is not None:
            track.state.save(job.crashes / f"{stem}.npz")
    except OSError:
        return ""
    return (job.crashes / stem).as_posix()


def outcome_of(name: str, scenario: Scenario, seed: int, track: Track, always: Collection[str] = ALWAYS) -> Outcome:
    """The tables of a finished run, words as codes: those named in `always`, the long ones if they were recorded."""
    events, track.recorder.events = track.recorder.events, []
    policy = policy_of(scenario, track.state, track.last)
    played = finish(track.state, track.recorder, policy)
    chosen = (*always, *DETAILED) if track.recorder.detail else always
    tables = {key: _coded(getattr(played, key)) for key in chosen if key != "events"}
    if track.recorder.detail:
        tables["events"] = event_table(events)
        tables |= {name: _coded(table) for name, table in track.recorder.year_ends.tables().items()}
    if track.recorder.followed is not None:
        tables["followed"] = dict(track.recorder.followed.table())
        tables["equity_sources"] = dict(track.recorder.followed.source_table())
    return Outcome(name, seed, played.indicators, played.weights, tables)


def event_table(events: list[tuple[np.ndarray, ...]]) -> Table:
    """Events of all quarters in narrow columns; a run at scale 0.1 has most of a million of them."""
    kinds = tuple(label("event_kind", kind) for kind in EVENT_KINDS)
    if not events:
        events = [tuple(np.zeros(0) for _ in range(6))]
    parts = [list(part) for part in zip(*events, strict=True)]
    events.clear()
    types: tuple[type[np.generic], ...] = (np.int16, np.int8, np.int64, np.int64, np.float64, np.float64)
    columns = [_joined(parts[place], kind) for place, kind in enumerate(types)]
    names = ("quarter", "kind", "enterprise", "other", "amount", "note")
    table: Table = dict(zip(names, columns, strict=True))
    return table | {"kind": Coded(columns[1], kinds)}


def _joined(parts: list[np.ndarray], kind: type[np.generic]) -> np.ndarray:
    """The parts of a column as one array of a type; the parts are let go."""
    whole = np.concatenate(parts, dtype=kind, casting="unsafe")
    parts.clear()
    return whole


def _coded(columns: Mapping[str, np.ndarray]) -> Table:
    """Columns with their words as codes."""
    return {name: coded(values) if values.dtype.kind in "UO" else values for name, values in columns.items()}
