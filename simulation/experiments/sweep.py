"""Sweeps: many runs, streamed to disk in parts; killed at any moment they lose nothing that was finished."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from ..errors import DesignError, Fault, UsageError
from ..scenario.load import Source, load_scenario
from ..scenario.quarters import BURN_IN_QUARTERS
from . import speed
from .batch import Batch, Task, Written, play_batch
from .cluster import play_on_cluster
from .design import Design, design_of
from .design_file import read_design
from .execute import Meter, compile_once, cores, processes, quiet_start
from .options import Seeds, read_seeds
from .progress import duration, meter
from .results import Results, open_results
from .store import told_by_disk
from .sweep_store import SweepStore

MOST_RUNS = 100_000  # beyond which a sweep is only begun when told so
LONGEST_BATCH, SHORTEST_BATCH, LARGEST_BATCH = 6.0, 0.5, 100  # seconds, seconds, runs
SHARES = 4  # parts for every process into which what is left could be cut at any time
AHEAD = 2  # batches waiting for every process


@dataclass
class Sweep:
    """A sweep under way in its folder."""

    design: Design
    store: SweepStore
    workers: int = 0
    quiet: bool = False
    cluster: str = ""  # address of a Dask scheduler; empty for local processes

    @property
    def processes(self) -> int:
        """Processes to use."""
        return self.workers if self.workers > 0 else cores()

    def seconds_a_run(self) -> float:
        """What one run takes on this machine, as known from earlier ones."""
        work = speed.Work(float(self.design.quarters), self.design.scale, 1, 1)
        return max(1e-3, work.rounds * (speed.FIXED + speed.known_rate() * self.design.scale))

    def announce(self, left: int) -> str:
        """A sentence that says what will be played and about how long it takes."""
        seconds = left * self.seconds_a_run() / self.processes + len(self.design.seeds) * BURN_IN_QUARTERS * (
            speed.FIXED + speed.known_rate() * self.design.scale
        )
        done = self.design.runs - left
        where = f"on {self.processes} processes" if self.processes > 1 else "in one process"
        there = f", {done} of them done already" if done else ""
        return (
            f"Sweep of {self.design.count} points with {len(self.design.seeds)} seeds, {self.design.runs} runs{there}, "
            f"{self.design.quarters} quarters at scale {self.design.scale:g}, "
            + (f"on the cluster at {self.cluster}." if self.cluster else f"{where}: about {duration(seconds)}.")
        )

    def tasks(self, done: set[int]) -> Iterator[Task]:
        """The runs that are left, seed by seed, so that runs with a common past follow each other."""
        for place, seed in enumerate(self.design.seeds):
            for number, point in enumerate(self.design.points):
                run = place * self.design.count + number
                if run not in done:
                    yield Task(run, number, seed, point)

    def batches(self, done: set[int]) -> Iterator[Batch]:
        """The runs that are left, in batches of one seed and some seconds each, shorter towards the end."""
        left = self.design.runs - len(done)
        waiting: list[Task] = []
        for task in self.tasks(done):
            if waiting and (len(waiting) >= self.largest_batch(left) or task.seed != waiting[0].seed):
                left -= len(waiting)
                yield self.batch(waiting)
                waiting = []
            waiting.append(task)
        if waiting:
            yield self.batch(waiting)

    def largest_batch(self, left: int) -> int:
        """Runs in the next batch: a part of what is left, so that all processes come to an end together."""
        each = self.seconds_a_run()
        share = left // (SHARES * self.processes) if self.processes > 1 else left
        return max(1, min(LARGEST_BATCH, int(LONGEST_BATCH / each), max(int(SHORTEST_BATCH / each), share)))

    def batch(self, tasks: Sequence[Task]) -> Batch:
        """A batch named by its first run and its length."""
        d = self.design
        name = f"{tasks[0].run:08d}-{len(tasks)}"
        return Batch(self.store.folder, name, d.base, tuple(tasks), d.quarters, d.scale, d.window, d.keep)

    def note(self, batch: Batch, written: Written, told: Meter) -> list[Task]:
        """Enter a finished batch into the ledger; returns the runs to be tried again."""
        if written.runs:
            self.store.note_done(written.name, written.runs)
        told.advance(float(len(written.runs)))
        again = set(self.store.note_failed(written.failed)) if written.failed else set()
        return [task for task in batch.tasks if task.run in again]

    def to_begin(self, waiting: Iterator[Batch], again: list[Task], running: int, workers: int) -> list[Batch]:
        """Batches to hand out now; a run that is tried again is played alone, so that no other can be blamed."""
        if again:
            return [] if running else [self.batch([again.pop(0)])]
        found = (next(waiting, None) for _ in range(AHEAD * workers - running))
        return [batch for batch in found if batch is not None]

    def died(self, batch: Batch) -> list[Task]:
        """A process died with a batch: its runs are tried again, alone, so that the guilty one is found."""
        if len(batch.tasks) > 1:
            return list(batch.tasks)
        reason = {batch.tasks[0].run: "the process died, most likely for want of memory"}
        return [batch.tasks[0]] if self.store.note_failed(reason) else []


def run_sweep(sweep: Sweep, tell: Callable[[str], None] = print, told: Meter | None = None) -> Results:
    """Play what is left of a sweep and return its results; the folder must be open. Errors: ResultsError.

    told: who is told of every run, where this sweep is a part of something larger.
    """
    store, design = sweep.store, sweep.design
    with store.locked(), told_by_disk(store.folder):
        store.rebuild()
        store.forget_failures()
        done = store.done()
        if not sweep.quiet and told is None:
            tell(sweep.announce(design.runs - len(done)))
        left = float(design.runs - len(done))
        with nullcontext(told) if told is not None else meter(left, "Sweeping", sweep.quiet) as progress:
            compile_once(progress)
            if sweep.cluster:
                play_on_cluster(sweep, sweep.cluster, done, progress)
            elif sweep.processes <= 1:
                play_here(sweep, done, progress)
            else:
                play_on_processes(sweep, done, progress)
        store.write_quarantine(design)
    return open_results(store.folder)


def play_here(sweep: Sweep, done: set[int], told: Meter) -> None:
    """Play all batches in this process."""
    again: list[Task] = []
    for batch in sweep.batches(done):
        again += sweep.note(batch, play_batch(batch), told)
    while again:
        task = again.pop(0)
        single = sweep.batch([task])
        again += sweep.note(single, play_batch(single), told)


def play_on_processes(sweep: Sweep, done: set[int], told: Meter) -> None:
    """Play batches on spawned processes, a few ahead of them; processes that die are started again."""
    waiting = sweep.batches(done)
    again: list[Task] = []
    while True:
        with processes(sweep.processes) as pool:
            running: dict[Future[Written], Batch] = {}
            broken = False
            while not broken:
                for batch in sweep.to_begin(waiting, again, len(running), sweep.processes):
                    with quiet_start(1):
                        running[pool.submit(play_batch, batch)] = batch
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    batch = running.pop(future)
                    try:
                        again += sweep.note(batch, future.result(), told)
                    except BrokenProcessPool:
                        again += sweep.died(batch)
                        broken = True
            for batch in running.values():
                again += sweep.died(batch)
        told.say("A worker process ended unexpectedly; its runs are played again, one by one.")


def sweep(
    design: str | os.PathLike[str] | Design | None = None, out: str | os.PathLike[str] | None = None, *,
    base: Source = "baseline", vary: Mapping[str, Sequence[float]] | None = None, seeds: Seeds = 20, quarters: int = 60,
    scale: float = 0.05, keep: Sequence[str] = ("indicators",), workers: int = 0, quiet: bool = False,
    fork: bool = False,
) -> Results:  # fmt: skip
    """Play a design file, or a grid given by `vary`, and return its results; what is finished is never played again.

    out: folder of results, results/<name> if nothing is said. fork: where the folder holds another sweep, or one of
    another version of the code, use one of its own beside it. Errors: DesignError, ScenarioError, ResultsError.
    """
    if design is None:
        faults: list[Fault] = []
        chosen = read_seeds(seeds, faults)
        if faults:
            raise UsageError(faults)
        design = design_of(load_scenario(base), dict(vary or {}), chosen, quarters, scale, keep)
    elif not isinstance(design, Design):
        design = read_design(os.fspath(design))
    store = store_of(design, Path(out) if out is not None else Path("results") / design.name, fork)
    store.open(design)
    return run_sweep(Sweep(design, store, workers, quiet))


def says_done(store: SweepStore, design: Design) -> str:
    """How many runs are done and how many were given up, in a sentence."""
    given_up = len(store.quarantined())
    said = f"{len(store.done())} of {design.runs} runs are finished"
    return said + (f", {given_up} failed three times (quarantine.csv says why)" if given_up else "")


def not_too_many(design: Design, certain: bool) -> None:
    """Errors: DesignError for a very large sweep, unless one is certain."""
    if design.runs > MOST_RUNS and not certain:
        raise DesignError.at(
            design.source or design.name, f"{design.runs:,} runs", f"up to {MOST_RUNS:,}", "", "--yes begins it anyway"
        )


def store_of(design: Design, folder: Path, fork: bool) -> SweepStore:
    """The store in a folder, or in one of its own beside it if the folder holds another sweep and `fork` is asked."""
    store = SweepStore(folder)
    return SweepStore(fork_of(folder, design)) if fork and store.belongs_to_another(design) else store


def fork_of(folder: Path, design: Design) -> Path:
    """The folder in which a changed design is kept apart from the one in `folder`."""
    return folder.with_name(f"{folder.name}-{design.hash[:8]}")
