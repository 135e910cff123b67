"""What is measured, one function each. Every one runs in a process of its own, so that none disturbs another.

`python -m benchmarks.speed NAME '{"argument": value}'` prints the figures as one line of JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import simulation as tif
from simulation.agents.enterprise import PROOF, STAGE
from simulation.agents.population import Population
from simulation.economy import quarter as schedule
from simulation.economy.opening import MARKET_FIRMS_OPENING, first_population
from simulation.economy.recorder import Recorder
from simulation.economy.run import BURN_IN, advance, finish, policy_of, start
from simulation.engine.jit import compile_all
from simulation.engine.table import Floats
from simulation.experiments import batch
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario

Figures = dict[str, Any]
SEED = 1
PROBE = 0.01  # scale at which the number of enterprises at end-2020 is counted
GIGABYTE = 1e9


@cache
def baseline() -> Scenario:
    """The baseline, read once a process."""
    return load_scenario("baseline")


def living(state: Population) -> int:
    """Enterprises and projects that are alive."""
    return int(np.count_nonzero(state.firm.code[STAGE, : state.firm.used] >= PROOF))


def end_of_2020(enterprises: int, seed: int = SEED) -> Population:
    """The economy after its burn-in, at the scale at which about so many enterprises live at end-2020."""
    scale = enterprises * PROBE / living(start(baseline(), SEED, PROBE))
    return start(baseline(), seed, scale)


def peak_memory() -> float:
    """Most memory that this process has held so far, GB; NaN where the system does not tell."""
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / GIGABYTE


def timed_quarters(state: Population, quarters: int, recorder: Recorder) -> tuple[list[float], list[int]]:
    """Seconds and living enterprises of each quarter played on from a state, indicators included."""
    seconds, alive = [], []
    known: dict[str, float] = {}
    first = state.quarter - BURN_IN
    for quarter in range(first, first + quarters):
        began = time.perf_counter()
        known = advance(state, baseline(), quarter + 1, recorder, known)
        seconds.append(time.perf_counter() - began)
        alive.append(living(state))
    return seconds, alive


def engine(enterprises: int, quarters: int = 8, repeats: int = 3) -> Figures:
    """Seconds per quarter, best of some repeats of the same quarters, and nanoseconds per living enterprise-quarter."""
    state = end_of_2020(enterprises)
    tries = [timed_quarters(state.copy(), quarters, Recorder(detail=False)) for _ in range(repeats)]
    return best_of(tries)


def best_of(tries: list[tuple[list[float], list[int]]]) -> Figures:
    """The fastest of several plays of the same quarters."""
    seconds, alive = min(tries, key=lambda one: sum(one[0]))
    each = sum(seconds) / sum(alive) * 1e9
    count = len(seconds)
    return {"enterprises": sum(alive) / count, "seconds_per_quarter": sum(seconds) / count, "nanoseconds": each}


def opening(enterprises: int, quarters: int = 8, repeats: int = 3, warm_up: int = 8) -> Figures:
    """The engine on exactly what mesa_objects plays: so many market firms, the first quarters of the burn-in."""
    policy = baseline().policy(-1, {})
    state = first_population(SEED, enterprises / policy[MARKET_FIRMS_OPENING, 0], policy)
    burn_in(state, policy, warm_up)
    return best_of([burn_in(state.copy(), policy, quarters) for _ in range(repeats)])


def burn_in(state: Population, policy: Floats, quarters: int) -> tuple[list[float], list[int]]:
    """Seconds and living enterprises of each quarter of the burn-in, with indicators as in a reported quarter."""
    seconds, alive = [], []
    recorder = Recorder(detail=False)
    for _ in range(quarters):
        began = time.perf_counter()
        schedule.play_quarter(state, policy, True, dict(baseline().mechanisms))
        recorder.observe(state, policy, state.quarter - BURN_IN)
        state.quarter += 1
        seconds.append(time.perf_counter() - began)
        alive.append(living(state))
    return seconds, alive


def stages(enterprises: int, quarters: int = 4) -> Figures:
    """Nanoseconds per living enterprise-quarter by stage of the schedule: what bounds a quarter at this size."""
    state = end_of_2020(enterprises)
    spent: dict[str, float] = {}
    usual = schedule.SCHEDULE
    advance(state, baseline(), 1, Recorder(detail=False))
    schedule.SCHEDULE = tuple((replace(stage, play=_watched(stage, spent)), owner) for stage, owner in usual)
    try:
        seconds, alive = timed_quarters(state, quarters, Recorder(detail=False))
    finally:
        schedule.SCHEDULE = usual
    spent["identities and indicators"] = sum(seconds) - sum(spent.values())
    return {name: value / sum(alive) * 1e9 for name, value in spent.items()}


def _watched(stage: Any, spent: dict[str, float]) -> Callable[[Any], None]:
    def play(now: Any) -> None:
        began = time.perf_counter()
        stage.play(now)
        spent[stage.name] = spent.get(stage.name, 0.0) + time.perf_counter() - began

    return play


def national(scale: float = 1.0, quarters: int = 60) -> Figures:
    """A whole run with every table: burn-in and reported quarters, seconds and peak memory."""
    began = time.perf_counter()
    state = start(baseline(), SEED, scale)
    warmed = time.perf_counter()
    recorder = Recorder(detail=True)
    seconds, alive = timed_quarters(state, quarters, recorder)
    finish(state, recorder, policy_of(baseline(), state, {}))
    return {
        "seconds": time.perf_counter() - began, "burn_in_seconds": warmed - began, "peak_gigabytes": peak_memory(),
        "enterprises_first": alive[0], "enterprises_last": alive[-1], "nanoseconds": sum(seconds) / sum(alive) * 1e9,
    }  # fmt: skip


def first_compile() -> Figures:
    """What a command does before its first run; the caller times it with an empty and with a full cache."""
    compile_all()
    return {}


def tiny_run() -> Figures:
    """A run that calls every kernel; the caller times the whole process, with an empty and with a full cache."""
    national(0.002, 8)
    return {}


def first_quarter(scale: float = 0.02) -> Figures:
    """What happens between the start of a process and the end of the first quarter; the caller times it."""
    state = first_population(SEED, scale, policy_of(baseline(), Population.empty(SEED, scale, 1), {}))
    schedule.play_quarter(state, policy_of(baseline(), state, {}), True, dict(baseline().mechanisms))
    return {}


def sweep(enterprises: int = 2000, quarters: int = 60, runs: int = 200, processes: int = 2) -> Figures:
    """Runs a minute of a sweep over a lever from burn-ins on disk; starting the workers is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / f"{seed}.npz") for seed in (1, 2, 3, 4)]
        for seed, path in enumerate(paths, 1):
            end_of_2020(enterprises, seed).save(Path(path))
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            tasks = [(paths[run % 4], 0.5 + run % 7 * 0.25, quarters) for run in range(runs)]
            pool.map(one_run, tasks[: 4 * processes], chunksize=1)
            began = time.perf_counter()
            alive = pool.map(one_run, tasks, chunksize=4)
            seconds = time.perf_counter() - began
    return {"runs_per_minute": 60.0 * runs / seconds, "enterprises": sum(alive) / runs, "runs": runs}


def scale_out(enterprises: int = 2000, quarters: int = 60, runs: int = 200, repeats: int = 2) -> Figures:
    """What a sweep costs beyond the runs in it, and what a second process brings, its start counted; best of repeats.

    Runs are timed inside the sweep that holds them, and one and two processes take turns, because machines that are
    shared change their pace from minute to minute.
    """
    values = [0.2 + 1.6 * k / (runs // 2 - 1) for k in range(runs // 2)]
    asked = {"vary": {"ipo_window": values}, "seeds": 2, "quarters": quarters, "scale": enterprises / 460_000.0}
    spent: dict[int, list[float]] = {1: [], 2: []}
    beyond = []
    played, play_task = [0.0], batch.play_task

    def timed(*task: Any) -> Any:
        began = time.perf_counter()
        outcome = play_task(*task)
        played[0] += time.perf_counter() - began
        return outcome

    batch.play_task = timed
    with tempfile.TemporaryDirectory() as folder:
        tif.sweep(**asked | {"vary": {"ipo_window": values[:2]}}, workers=1, out=Path(folder) / "first", quiet=True)
        for turn in range(repeats):
            for workers, seconds in spent.items():
                played[0], began = 0.0, time.perf_counter()
                tif.sweep(**asked, workers=workers, out=Path(folder) / f"{turn}-{workers}", quiet=True)
                seconds.append(time.perf_counter() - began)
                if workers == 1:
                    beyond.append(100.0 * (seconds[-1] / played[0] - 1.0))
    batch.play_task = play_task
    return {
        "overhead_percent": min(beyond), "efficiency_percent": 100.0 * min(spent[1]) / (2.0 * min(spent[2])),
        "runs": runs, "one_process": spent[1], "two_processes": spent[2], "beyond_percent": beyond,
    }  # fmt: skip


@cache
def burn_in_of(path: str) -> Population:
    """A burn-in from disk, read once a process, as the workers of a sweep do."""
    state = Population.empty(SEED, 1.0, 1)
    state.restore(Path(path))
    return state


def one_run(task: tuple[str, float, int]) -> int:
    """One run of the sweep: a restored burn-in, a listing window, some quarters; returns the enterprises at the end."""
    path, window, quarters = task
    scenario = load_scenario(baseline(), {"ipo_window": window})
    state = burn_in_of(path).copy()
    advance(state, scenario, quarters, Recorder(detail=False))
    return living(state)


MEASURES: dict[str, Callable[..., Figures]] = {
    one.__name__: one for one in (engine, opening, stages, national, first_compile, tiny_run, first_quarter, sweep, scale_out)
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](**json.loads(sys.argv[2]))))
