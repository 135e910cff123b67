"""Validating: play the baseline seed by seed, or take a finished folder, measure every target, write the scorecard."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.jit import CODE_HASH
from ..errors import ResultsError, UsageError
from ..scenario.load import load_scenario
from . import speed
from .columns import Outcome
from .conduct import Way
from .execute import Interrupted, compile_once, cores, execute
from .facts.record import Seen
from .job import Job
from .options import seeds_text
from .plan import Plan, make_plan
from .progress import duration, meter
from .published import read_series
from .results import Results, open_results
from .target_file import read_targets
from .targets import FOLDER, Target
from .validation import Findings, seen_of

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario

SEEDS, SCALE, QUARTERS = "20", 0.05, 60
EVENT_SEEDS, EVENT_QUARTERS = 10, 12
EVENT = "event_xiongan"
BATCH = 2  # seeds a process between two looks at them; their long tables are let go afterwards


@dataclass
class Validation:
    """What is asked (targets, seeds, scale) and what has been found."""

    targets: tuple[Target, ...]
    plan: Plan | None
    source: dict[str, Any]
    findings: Findings = field(default_factory=Findings)
    models: dict[str, dict[int, list[float]]] = field(default_factory=dict)
    complete: bool = True
    changes: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def hash(self) -> str:
        """sha256 of the question: runs, targets and series as they are written, version of the code."""
        digest = hashlib.sha256(json.dumps([self.source, CODE_HASH], sort_keys=True).encode())
        for path in sorted(FOLDER.rglob("*.*")):
            if path.is_file():
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def take(self, seed: int, seen: Seen) -> None:
        """Measure all targets and series on one seed."""
        self.findings.add(self.targets, seed, seen)
        for series in read_series():
            years = self.models.setdefault(series.id, {})
            for year, value in series.model(seen).items():
                years.setdefault(year, []).append(value)

    @property
    def seeds(self) -> list[int]:
        """Seeds that have been measured."""
        return self.findings.seeds


def to_play(
    seeds: Any, scale: float | None, quick: bool, command: str, changes: Mapping[str, Any] | None = None
) -> Validation:
    """The validation of the baseline with some changes. Errors: UsageError, DesignError, ScenarioError."""
    from .plan import QUICK_SCALE, QUICK_SEEDS

    luck = seeds if seeds is not None else QUICK_SEEDS if quick else SEEDS
    size = scale if scale is not None else QUICK_SCALE if quick else SCALE
    plan = make_plan("run", [load_scenario("baseline", changes)], luck, QUARTERS, size, None, quick, command)
    return Validation(read_targets(), plan, plan.identity(), changes=dict(changes or {}))


def announce(validation: Validation, way: Way) -> str:
    """What will be played and about how long it takes."""
    plan = validation.plan
    assert plan is not None
    jobs = [job for batch in batches(plan, way, validation.changes) for job in batch]
    work = speed.Work(sum(job.work() for job in jobs), plan.scale, way.processes, len(jobs))
    return (
        f"Playing the baseline with {len(plan.seeds)} seeds at scale {plan.scale:g} and the docking event of 2023 with "
        f"{min(len(plan.seeds), EVENT_SEEDS)}, then measuring {len(validation.targets)} targets: about "
        f"{duration(speed.estimate(work) + 6.0 * len(plan.seeds) / max(1, cores()))}."
    )


def batches(plan: Plan, way: Way, changes: Mapping[str, Any] | None = None) -> list[list[Job]]:
    """Jobs a few seeds at a time, every seed with its long tables; the event's runs beside the first ten."""
    event: Scenario = load_scenario(EVENT, changes)
    size = max(1, BATCH * way.processes)
    made = []
    for first in range(0, len(plan.seeds), size):
        chosen = plan.seeds[first : first + size]
        base = [_job(plan, way, seed, "baseline", plan.scenarios[0], plan.quarters, True) for seed in chosen]
        with_event = [seed for seed in chosen if seed in plan.seeds[:EVENT_SEEDS]]
        made.append(base + [_job(plan, way, seed, EVENT, event, EVENT_QUARTERS, False) for seed in with_event])
    return made


def _job(plan: Plan, way: Way, seed: int, name: str, scenario: Scenario, quarters: int, detail: bool) -> Job:
    return Job(
        seed, ((name, scenario),), quarters, plan.scale, min(plan.branch, quarters), detail, way.shared, way.crashes,
        way.threads,
    )  # fmt: skip


def play(validation: Validation, way: Way) -> Validation:
    """Play and measure batch by batch; after Ctrl-C what is finished is kept and `complete` is False.

    Errors: RunFailed; Interrupted if nothing was finished.
    """
    plan = validation.plan
    assert plan is not None
    todo = batches(plan, way, validation.changes)
    with meter(sum(job.work() for batch in todo for job in batch), "Validating", way.quiet) as told:
        compile_once(told)
        for batch in todo:
            try:
                outcomes = execute(batch, way.processes, told)
            except Interrupted as stopped:
                outcomes, validation.complete = stopped.finished, False
            measure(validation, outcomes, plan.scale)
            if not validation.complete:
                break
    if not validation.seeds:
        raise Interrupted([])
    return validation


def measure(validation: Validation, outcomes: Sequence[Outcome], scale: float) -> None:
    """Measure the baseline's runs among some outcomes, each with the event of its own seed."""
    events = {outcome.seed: outcome for outcome in outcomes if outcome.scenario == EVENT}
    for outcome in outcomes:
        if outcome.scenario == "baseline":
            validation.take(outcome.seed, seen_of(outcome, scale, events.get(outcome.seed)))


def of_folder(folder: Path, tell: Callable[[str], None]) -> Validation:
    """The validation of finished results: its first scenario, long tables for the seeds that kept them.

    Errors: ResultsError if the folder holds no runs, UsageError if its first scenario is not the baseline.
    """
    results = open_results(folder)
    manifest = results.manifest
    if manifest.get("kind") not in ("run", "compare"):
        found = f"results of tif {manifest.get('kind')}"
        raise ResultsError.at(folder.as_posix(), found, "a folder written by tif run or tif compare")
    name = str(manifest["scenarios"][0]["name"])
    if not name.startswith("baseline"):
        found = f"results of scenario {name}"
        raise UsageError.at(folder.as_posix(), found, "results whose first scenario is the baseline")
    validation = Validation(read_targets(), None, {"folder": manifest["hash"]})
    tell(f"Measuring {len(validation.targets)} targets on {len(manifest['seeds'])} seeds of {folder.as_posix()}.")
    tables = {table: results.table(table) for table in results.tables}
    events = _event_indicators(results)
    for seed in manifest["seeds"]:
        mine = {
            table: rows[(rows["seed"] == seed) & (rows["scenario"] == name)].reset_index(drop=True)
            for table, rows in tables.items() if "seed" in rows and "scenario" in rows
        }  # fmt: skip
        if events is not None:
            mine["event_indicators"] = events[events["seed"] == seed]
        validation.take(int(seed), Seen(float(manifest["scale"]), int(manifest["quarters"]), mine))
    return validation


def _event_indicators(results: Results) -> Any:
    """Indicators of the scenario with the docking event, if the folder compares it with the baseline."""
    indicators = results.table("indicators")
    found = indicators[indicators["scenario"].isin(["event-xiongan", EVENT])]
    return found if len(found) else None


def about_runs(validation: Validation, manifest: dict[str, Any] | None = None) -> str:
    """The runs in a few words: seeds, scale, quarters."""
    if validation.plan is not None:
        many, scale = validation.seeds, validation.plan.scale
        return f"baseline, {len(many)} seeds ({seeds_text(sorted(many))}), scale {scale:g}, {QUARTERS} quarters"
    known = manifest or {}
    return f"{known.get('scenarios', [{}])[0].get('name')}, {len(validation.seeds)} seeds, scale {known.get('scale'):g}"
