"""A batch: some runs of a sweep with one seed, played one after the other by a worker that writes their tables itself.

Nothing here loads pandas or figures. A run that fails does not stop its batch: it is told to the coordinator.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import traceback
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..indicators.definitions import INDICATORS
from ..scenario.load import load_scenario
from ..scenario.quarters import FIRST_POLICY_QUARTER
from ..scenario.scenario import Scenario
from .columns import ALWAYS, Outcome, Table
from .cost import TOTAL, cost_of
from .design import Point
from .effects import divided, window_sums
from .job import outcome_of
from .past import Track, common_past, past_key
from .tables import headed, join, rows_of

RUNS = "runs"
SUMS = "run_sums"
MOST_PASTS = 4
_PASTS: dict[str, Track] = {}  # common pasts this process has read last


@dataclass(frozen=True)
class Task:
    """One run: its number in the sweep, its point and what the point changes, its seed."""

    run: int
    point: int
    seed: int
    changes: Point


@dataclass(frozen=True)
class Batch:
    """Runs that are played together and written as one part."""

    folder: Path
    name: str
    base: Scenario
    tasks: tuple[Task, ...]
    quarters: int
    scale: float
    window: tuple[int, int]
    keep: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """What a batch gave: the runs in its part, the sums of its files, and the runs that failed with the reason."""

    name: str
    runs: tuple[int, ...]
    sums: dict[str, str]
    failed: dict[int, str]


def play_batch(batch: Batch) -> Written:
    """Play every run of a batch and write them as the part `parts/<name>`; runs that fail are left out and told."""
    outcomes: list[tuple[Task, Outcome]] = []
    failed: dict[int, str] = {}
    for task in batch.tasks:
        try:
            outcomes.append((task, play_task(batch, task)))
        except Exception:
            failed[task.run] = traceback.format_exc()
    sums = write_part(batch, outcomes) if outcomes else {}
    return Written(batch.name, tuple(task.run for task, _ in outcomes), sums, failed)


def play_task(batch: Batch, task: Task) -> Outcome:
    """Play one run from the past that it shares with others, or from its own beginning if it shares none."""
    base = batch.base.of_seed(task.seed)
    scenario = load_scenario(base, task.changes) if task.changes else base
    track = beginning(batch, base, scenario, task.seed)
    track.play(scenario, batch.quarters)
    return outcome_of(f"{task.run}", scenario, task.seed, track, needed(batch.keep))


def needed(keep: tuple[str, ...]) -> tuple[str, ...]:
    """The tables of a run from which those that are kept are made."""
    return tuple(name for name in ALWAYS if name in keep or (name == "public_cost" and SUMS in keep))


def beginning(batch: Batch, base: Scenario, scenario: Scenario, seed: int) -> Track:
    """A track at the quarter in which policies part; assumptions change the past, which is then played anew."""
    until = min(FIRST_POLICY_QUARTER, batch.quarters)
    if scenario is not base and base.diverges_from(scenario) < until:
        return Track.begin(scenario, seed, batch.scale, False)
    key = past_key(scenario, seed, batch.scale, until, False)
    if key not in _PASTS:
        while len(_PASTS) >= MOST_PASTS:
            _PASTS.pop(next(iter(_PASTS)))
        _PASTS[key] = common_past(scenario, seed, batch.scale, until, False)
    return _PASTS[key].copy()


def write_part(batch: Batch, outcomes: list[tuple[Task, Outcome]]) -> dict[str, str]:
    """Write the tables of a batch beside their place, then move them there; returns sha256 sums by file."""
    import pyarrow.parquet as pq

    part = batch.folder / "parts" / batch.name
    building = part.with_name(f".{batch.name}.{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    sums = {}
    try:
        for name in (RUNS, *batch.keep):
            rows = [table for task, outcome in outcomes if (table := numbered(name, batch, task, outcome))]
            if not rows:
                continue
            path = building / f"{name}.parquet"
            pq.write_table(join(rows), path, compression="zstd", store_schema=False)
            sums[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
            keep_on_disk(path)
        about = {"runs": [task.run for task, _ in outcomes], "sums": sums}
        (building / "part.json").write_text(json.dumps(about), encoding="utf-8")
        keep_on_disk(building / "part.json")
        shutil.rmtree(part, ignore_errors=True)
        building.replace(part)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return sums


def keep_on_disk(path: Path) -> None:
    """Have the operating system put a file on the disk before anything relies on it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def numbered(name: str, batch: Batch, task: Task, outcome: Outcome) -> Table | None:
    """One table of a run with run, point and seed in front."""
    if name == RUNS:
        table: Table | None = aggregates(outcome, batch.window)
    elif name == SUMS:
        table = sums_of(outcome, batch.window)
    else:
        table = rows_of(name, outcome)
        if table is not None:
            table = headed(table, outcome, (outcome.scenario,))
            table.pop("scenario")
    if table is None:
        return None
    first = next(iter(table.values()))
    rows = len(first) if isinstance(first, np.ndarray) else len(first.codes)
    head: Table = {"run": np.full(rows, task.run, dtype=np.int64), "point": np.full(rows, task.point, dtype=np.int64)}
    head["seed"] = np.full(rows, task.seed, dtype=np.int64)
    return head | {key: column for key, column in table.items() if key not in head}


def aggregates(outcome: Outcome, window: tuple[int, int]) -> Table:
    """One row: every indicator over the window (flows a year, levels at the end, ratios of sums)."""
    values = divided(*window_sums(outcome.indicators, outcome.weights, *window))
    return {indicator: values[place : place + 1] for place, indicator in enumerate(INDICATORS)}


def sums_of(outcome: Outcome, window: tuple[int, int]) -> Table:
    """One row: present value of all levers' net public cost (CNY bn of 2024Q1), then each indicator's denominator.

    With `runs` these give numerators again, so that ratios can be taken over the sums of several runs.
    """
    _, weights = window_sums(outcome.indicators, outcome.weights, *window)
    cost = np.array([cost_of(outcome, window)[TOTAL][1]])
    head: Table = {"present_value": cost}
    return head | {name: weights[place : place + 1] for place, name in enumerate(INDICATORS)}
