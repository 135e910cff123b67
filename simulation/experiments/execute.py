"""Spreading jobs over local processes: compiled first, few threads each, nothing lost when one of them dies."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Protocol

from ..engine.jit import compile_all
from ..errors import InternalError
from .columns import Outcome
from .job import Job, play_job

DEATHS = 3  # times that worker processes may die before a job is given up
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")


class Meter(Protocol):
    """Who is told how far the work has come, in quarters played."""

    def say(self, text: str) -> None:
        """A sentence worth reading."""

    def advance(self, quarters: float) -> None:
        """So many quarters more have been played."""


class Interrupted(KeyboardInterrupt):
    """The user stopped the work; `finished` holds what was done by then."""

    def __init__(self, finished: list[Outcome]) -> None:
        self.finished = finished
        super().__init__("interrupted")


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(jobs: Sequence[Job], workers: int, meter: Meter) -> list[Outcome]:
    """Play all jobs on at most `workers` processes; outcomes come back in the order of the jobs.

    A single job, or a single worker, is played in this process. Errors: RunFailed; Interrupted with what is finished.
    """
    done: dict[int, list[Outcome]] = {}
    try:
        compile_once(meter)
        if min(workers, len(jobs)) <= 1:
            for place, job in enumerate(jobs):
                done[place] = play_job(job, meter.advance)
        else:
            play_in_pool(jobs, workers, meter, done)
    except KeyboardInterrupt:
        raise Interrupted(in_order(done)) from None
    return in_order(done)


def in_order(done: dict[int, list[Outcome]]) -> list[Outcome]:
    """Outcomes in the order of their jobs, whatever the order in which they were finished."""
    return [outcome for place in sorted(done) for outcome in done[place]]


def compile_once(meter: Meter) -> None:
    """Compile all kernels before any worker starts, if this version has not been compiled on this machine yet."""
    with contextlib.suppress(OSError):
        compile_all(say=meter.say)


def play_in_pool(jobs: Sequence[Job], workers: int, meter: Meter, done: dict[int, list[Outcome]]) -> None:
    """Play jobs on spawned processes, filling `done`; if one dies, play what is unfinished again on fewer of them.

    Errors: InternalError when processes have died three times; whatever a job raises.
    """
    work = [job.work() for job in jobs]
    for _ in range(DEATHS):
        missing = [place for place in range(len(jobs)) if place not in done]
        if not missing:
            return
        with processes(min(workers, len(missing))) as pool:
            places = submit(pool, jobs, missing)
            for future in as_completed(places):
                if not isinstance(future.exception(), BrokenProcessPool):
                    done[places[future]] = future.result()
                    meter.advance(work[places[future]])
        if len(done) < len(jobs):
            meter.say("A worker process ended unexpectedly; the unfinished runs are played again, on fewer processes.")
            workers = max(1, workers // 2)
    if len(done) < len(jobs):
        raise InternalError(
            f"worker processes died {DEATHS} times, most likely for want of memory; "
            "try a smaller --scale or --workers 1"
        )


def submit(pool: ProcessPoolExecutor, jobs: Sequence[Job], places: Sequence[int]) -> dict[Future[list[Outcome]], int]:
    """Hand jobs to a pool, which starts its processes here; a pool that breaks meanwhile keeps those it took."""
    futures: dict[Future[list[Outcome]], int] = {}
    with quiet_start(jobs[0].threads), contextlib.suppress(BrokenProcessPool):
        for place in places:
            futures[pool.submit(play_job, jobs[place])] = place
    return futures


@contextlib.contextmanager
def processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of spawned processes that is stopped at once when anything goes wrong."""
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=stay_with_parent)
    try:
        yield pool
    except BaseException:
        started = list((getattr(pool, "_processes", None) or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in started:
            process.terminate()
        raise
    pool.shutdown()


def stay_with_parent() -> None:
    """In a worker: Ctrl-C reaches every process of a terminal, but only the coordinator answers it; and a coordinator
    that is killed leaves nobody behind who waits for work.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=leave_after, args=(parent.sentinel,), daemon=True).start()


def leave_after(sentinel: int) -> None:
    """Wait for the end of the process that a sentinel stands for, and end this one at once."""
    wait([sentinel])
    os._exit(1)


@contextlib.contextmanager
def quiet_start(count: int) -> Iterator[None]:
    """While processes start: `count` threads each, and the user's own script is not run again in them.

    Spawned processes import `__main__` anew unless it has neither a spec nor a file; a script without
    `if __name__ == "__main__":` would start processes without end.
    """
    main: dict[str, object] = vars(sys.modules["__main__"])
    hidden: dict[str, object] = {name: main[name] for name in ("__spec__", "__file__") if name in main}
    threads = {name: os.environ.get(name) for name in THREADS}
    main["__spec__"] = None
    main.pop("__file__", None)
    os.environ.update(dict.fromkeys(THREADS, str(count)))
    try:
        yield
    finally:
        main.update(hidden)
        for name, value in threads.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
