"""Carrying out a plan: say what will be done and how long it takes, play it, remember how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import speed
from .columns import Outcome
from .execute import Interrupted, compile_once, cores, execute
from .job import Job
from .options import seeds_text
from .plan import Plan
from .progress import duration, meter


@dataclass(frozen=True)
class Conducted:
    """What was played, when it began and how many seconds it took."""

    outcomes: list[Outcome]
    started: str
    seconds: float


@dataclass(frozen=True)
class Way:
    """How a plan is carried out: processes, common pasts shared or not, progress shown or not, folder for crashes,
    threads in each process.
    """

    workers: int = 0
    shared: bool = True
    quiet: bool = False
    crashes: Path | None = None
    threads: int = 1

    def jobs(self, plan: Plan) -> list[Job]:
        """The jobs of a plan."""
        return plan.jobs(self.processes, self.shared, self.crashes, self.threads)

    @property
    def processes(self) -> int:
        """Processes to use: as many as asked for, or one for every `threads` cores."""
        return self.workers if self.workers > 0 else max(1, cores() // self.threads)


def announce(plan: Plan, way: Way) -> str:
    """A sentence that says what will be played and about how long it takes."""
    jobs = way.jobs(plan)
    many = f"{len(plan.scenarios)} scenarios" if len(plan.scenarios) > 1 else f"scenario {plan.names[0]}"
    luck = f"{len(plan.seeds)} seeds" if len(plan.seeds) > 1 else f"seed {seeds_text(plan.seeds).partition('-')[0]}"
    at_once = min(way.processes, len(jobs))
    where = f"on {at_once} processes" if at_once > 1 else "in one process"
    where += f" of {way.threads} threads" if way.threads > 1 else ""
    each = "each " if len(plan.scenarios) > 1 else ""
    take = duration(speed.estimate(_work(plan, way, jobs)))
    return (
        f"Playing {many}, {each}with {luck}, {plan.quarters} quarters at scale {plan.scale:g}, {where}: about {take}."
    )


def conduct(plan: Plan, way: Way, share: Callable[[float], None] | None = None) -> Conducted:
    """Play everything. Errors: RunFailed; Interrupted, which holds the runs that are finished.

    share: who is told of every part of the work that is done (0 to 1), where the plan is a step of something larger.
    """
    jobs = way.jobs(plan)
    work = _work(plan, way, jobs)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    told_by = nullcontext(Share(share, work.quarters)) if share is not None else None
    with told_by or meter(work.quarters, "Playing", way.quiet) as told:
        compile_once(told)
        begun = time.monotonic()
        outcomes = execute(jobs, way.processes, told)
    seconds = time.monotonic() - begun
    speed.remember(work, seconds)
    return Conducted(sorted_by(plan, outcomes), started, seconds)


@dataclass(frozen=True)
class Share:
    """A meter that passes on which part of the work has been done."""

    pass_on: Callable[[float], None]
    total: float

    def say(self, text: str) -> None:
        """Say nothing: the larger work speaks."""

    def advance(self, quarters: float) -> None:
        """Pass on the share of the total."""
        self.pass_on(quarters / max(self.total, 1.0))


def _work(plan: Plan, way: Way, jobs: Sequence[Job]) -> speed.Work:
    return speed.Work(sum(job.work() for job in jobs), plan.scale, way.processes, len(jobs))


def sorted_by(plan: Plan, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Outcomes by scenario, then by seed, in the order of the plan."""
    places = {(name, seed): 0 for name in plan.names for seed in plan.seeds}
    order = {key: place for place, key in enumerate(places)}
    return sorted(outcomes, key=lambda outcome: order[outcome.scenario, outcome.seed])


def rescue(plan: Plan, stopped: Interrupted) -> tuple[Plan, list[Outcome]] | None:
    """What can be kept of an interrupted plan: seeds for which every scenario is finished; None if there is none."""
    done = {(outcome.scenario, outcome.seed) for outcome in stopped.finished}
    seeds = [seed for seed in plan.seeds if all((name, seed) in done for name in plan.names)]
    if not seeds:
        return None
    kept = plan.with_seeds(seeds)
    return kept, sorted_by(kept, [outcome for outcome in stopped.finished if outcome.seed in seeds])
