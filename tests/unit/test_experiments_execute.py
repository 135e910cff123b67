"""Runs are the same on one process or several, and nothing finished is lost when one dies or the user stops."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children

import numpy as np
import pytest

from simulation.engine.state import State
from simulation.errors import IdentityError, InternalError
from simulation.experiments import execute as ex
from simulation.experiments import job as jobs_module
from simulation.experiments import past, speed
from simulation.experiments.conduct import rescue
from simulation.experiments.execute import Interrupted, execute, quiet_start
from simulation.experiments.failure import failure_text
from simulation.experiments.job import RunFailed
from simulation.experiments.past import Track
from simulation.experiments.plan import make_plan
from simulation.experiments.progress import Lines, Silent, duration, meter
from simulation.scenario.load import load_scenario

SCENARIOS = [load_scenario("baseline"), load_scenario("open_exits")]
PLAN = make_plan("compare", SCENARIOS, 3, 14, 0.003, sources=["baseline", "scenarios/policies/open_exits.yaml"])


@pytest.fixture(autouse=True)
def pasts(tmp_path, monkeypatch):
    """A cache of its own for every test, as far as this process goes."""
    monkeypatch.setattr(past, "user_cache", lambda: tmp_path)
    monkeypatch.setattr(speed, "user_cache", lambda: tmp_path)


def fingerprints(outcomes):
    """Runs with their numbers."""
    return [
        (one.scenario, one.seed, one.indicators.tobytes(), one.tables["flows"]["amount"].tobytes()) for one in outcomes
    ]


def test_two_processes_give_the_same_bits_as_one():
    jobs = PLAN.jobs(1)
    assert fingerprints(execute(jobs, 2, Silent())) == fingerprints(execute(jobs, 1, Silent()))


def test_runs_of_a_worker_that_is_killed_are_played_again():
    jobs, killed = PLAN.jobs(2), []

    def kill_one():
        for _ in range(600):
            if children := active_children():
                time.sleep(0.5)
                os.kill(children[0].pid, getattr(signal, "SIGKILL", signal.SIGTERM))
                killed.append(children[0].pid)
                return
            time.sleep(0.05)

    killer = threading.Thread(target=kill_one)
    killer.start()
    outcomes = execute(jobs, 2, Silent())
    killer.join()
    assert killed
    assert fingerprints(outcomes) == fingerprints(execute(jobs, 1, Silent()))


def test_processes_that_keep_dying_are_given_up(monkeypatch):
    class Dying:
        def submit(self, *_):
            future: Future = Future()
            future.set_exception(BrokenProcessPool())
            return future

    @contextmanager
    def dying(count):
        counts.append(count)
        yield Dying()

    counts: list[int] = []
    monkeypatch.setattr(ex, "processes", dying)
    with pytest.raises(InternalError, match="died 3 times"):
        execute(PLAN.jobs(4), 4, Silent())
    assert counts == [4, 2, 1]


def test_what_is_finished_survives_an_interruption(monkeypatch):
    played = []

    def play(job, tell):
        if len(played) == 2:
            raise KeyboardInterrupt
        played.append(job)
        return jobs_module.play_job(job)

    monkeypatch.setattr(ex, "play_job", play)
    with pytest.raises(Interrupted) as caught:
        execute(PLAN.jobs(1), 1, Silent())
    plan, kept = rescue(PLAN, caught.value)
    assert plan.seeds == (1, 2)
    assert [(one.scenario, one.seed) for one in kept] == [
        ("baseline", 1),
        ("baseline", 2),
        ("open-exits", 1),
        ("open-exits", 2),
    ]
    assert plan.hash != PLAN.hash


def test_nothing_is_kept_of_seeds_that_are_not_complete():
    assert rescue(PLAN, Interrupted([])) is None


def failing_run(monkeypatch, crashes):
    def break_books(self, scenario, until, progress=None, threads=1, around=None):
        if until == 14:
            raise IdentityError("deposits of funds do not close")
        return play(self, scenario, until, progress)

    play = Track.play
    monkeypatch.setattr(Track, "play", break_books)
    with pytest.raises(RunFailed) as caught:
        execute(PLAN.jobs(1, crashes=crashes), 1, Silent())
    return caught.value


def test_a_run_that_fails_leaves_its_state_and_says_how_to_repeat_it(monkeypatch, tmp_path):
    failed = failing_run(monkeypatch, tmp_path / "results")
    assert "scenario baseline, seed 1, 2024Q1: IdentityError: deposits of funds do not close" in str(failed)
    saved = tmp_path / "results" / "crash-baseline-seed1"
    assert failed.args[4] == saved.as_posix()
    assert "break_books" in saved.with_suffix(".txt").read_text(encoding="utf-8")
    assert saved.with_suffix(".npz").stat().st_size > 10_000
    said = failure_text(PLAN, failed, ["lockup=2"], ["knowledge"])
    assert "repeat: tif run baseline --seeds 1-1 --scale 0.003 --quarters 14 --set lockup=2 --without knowledge" in said
    assert str(pickle.loads(pickle.dumps(failed))) == str(failed)


def test_a_state_that_cannot_be_saved_does_not_hide_what_failed(monkeypatch, tmp_path):
    monkeypatch.setattr(State, "save", lambda self, path: (_ for _ in ()).throw(OSError("full")))
    failed = failing_run(monkeypatch, tmp_path / "results")
    assert "deposits of funds" in str(failed)
    assert failed.args[4] == ""


def test_a_script_without_a_guard_may_start_processes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import simulation as tif\n"
        "found = tif.compare('baseline', 'open_exits', seeds=2, quarters=13, scale=0.002, workers=2, quiet=True)\n"
        "print('once', len(found.effects) > 50)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=300, env=environment, check=False
    )
    assert done.stdout == "once True\n", done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be killed without notice there")
def test_a_coordinator_that_is_killed_leaves_no_worker_behind():
    program = (
        "import time\n"
        "from simulation.experiments.execute import processes, quiet_start\n"
        "with processes(2) as pool:\n"
        "    with quiet_start(1):\n"
        "        begun = [pool.submit(time.sleep, 0.5) for _ in range(2)]\n"
        "    [one.result() for one in begun]\n"
        "    print('waiting', flush=True)\n"
        "    time.sleep(600)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    coordinator = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment)
    assert coordinator.stdout is not None
    assert coordinator.stdout.readline() == "waiting\n"
    coordinator.kill()
    rest, _ = coordinator.communicate(timeout=60)  # ends when the last process that holds the pipe has ended
    assert rest == ""


def test_starting_processes_leaves_the_main_module_as_it_was():
    main, threads = vars(sys.modules["__main__"]), os.environ.get("OMP_NUM_THREADS")
    before = {name: main.get(name) for name in ("__file__", "__spec__")}
    with quiet_start(2):
        assert main["__spec__"] is None
        assert "__file__" not in main
        assert os.environ["NUMBA_NUM_THREADS"] == "2"
    assert {name: main.get(name) for name in ("__file__", "__spec__")} == before
    assert os.environ.get("OMP_NUM_THREADS") == threads


def test_compilation_is_announced_through_the_meter(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(ex, "compile_all", lambda say: say("compiling"))

    class Told(Silent):
        def say(self, text):
            said.append(text)

    ex.compile_once(Told())
    assert said == ["compiling"]


def test_progress_in_a_pipe_is_a_plain_line_now_and_then(monkeypatch):
    out = io.StringIO()
    clock = iter([1.0, 12.0, 13.0, 25.0])
    monkeypatch.setattr("simulation.experiments.progress.time.monotonic", lambda: next(clock))
    lines = Lines(100.0, "Playing", out, begun=0.0, told=0.0)
    for _ in range(4):
        lines.advance(20.0)
    assert out.getvalue() == "Playing: 40 % done, 20 s left\nPlaying: 80 % done, 6 s left\n"


def test_progress_of_a_whole_job_adds_up():
    told: list[float] = []
    job = PLAN.jobs(1)[0]
    work = job.work()
    jobs_module.play_job(job, told.append)
    assert sum(told) == work
    assert job.work() < work  # the past lies on disk now


def test_nobody_is_told_anything_if_quiet(capsys):
    with meter(10.0, "Playing", quiet=True) as told:
        told.say("x")
        told.advance(5.0)
    assert capsys.readouterr() == ("", "")


def test_lengths_of_time_are_told_as_people_say_them():
    assert [duration(seconds) for seconds in (0.2, 7.4, 43, 150, 7200)] == [
        "1 s",
        "7 s",
        "45 s",
        "2 minutes",
        "2.0 hours",
    ]


def test_the_machine_is_measured_by_what_it_has_played():
    work = speed.Work(quarters=1000.0, scale=0.1, workers=1, jobs=1)
    first = speed.estimate(work)
    speed.remember(work, 4 * first)
    assert speed.estimate(work) > 2 * first
    speed.remember(speed.Work(10.0, 0.01, 1, 1), 1000.0)  # too small to tell
    assert speed.estimate(work) < 5 * first


def test_a_result_sent_between_processes_is_light():
    outcome = execute(PLAN.jobs(1)[:1], 1, Silent())[0]
    kind = outcome.tables["events"]["kind"]
    assert kind.codes.dtype == np.int8
    assert len(pickle.dumps(outcome)) < 40 * len(kind.codes) + 400_000
