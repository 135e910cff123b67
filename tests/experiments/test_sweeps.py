"""Sweeps: resumed they give the tables of an uninterrupted one; what fails is set apart; two at once are refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pandas as pd
import pytest

from simulation.errors import DesignError, ResultsError, UsageError
from simulation.experiments import batch as batches
from simulation.experiments.design_file import read_design
from simulation.experiments.results import open_results
from simulation.experiments.sweep import Sweep, not_too_many, run_sweep, store_of, sweep
from simulation.experiments.sweep_store import SweepStore, status_of
from simulation.scenario.chain import PROJECT_SCENARIOS

TEXT = """
name: small
base: baseline
vary: {early_mandate: [0.1, 0.5], ipo_window: [0.5, 1.0, 1.5]}
seeds: 1-2
quarters: 14
scale: 0.003
keep: [indicators]
"""


@pytest.fixture
def design(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return read_design(path)


def play(design, folder, **how):
    store = SweepStore(folder)
    store.open(design)
    return run_sweep(Sweep(design, store, 1, True, **how))


def tables(folder):
    results = open_results(folder)
    return {name: results.table(name) for name in results.tables}


def test_a_sweep_has_a_row_for_every_run_and_quarter(design, tmp_path):
    results = play(design, tmp_path / "out")
    runs, quarters = results.table("runs"), results.table("indicators")
    assert runs["run"].tolist() == list(range(12))
    assert runs["seed"].tolist() == [1] * 6 + [2] * 6
    assert len(quarters) == 12 * 14
    assert results.points["early_mandate"].tolist() == [0.1] * 3 + [0.5] * 3
    joined = results.sql("select count(*) as n from runs join points using (point) where early_mandate > 0.3")
    assert joined["n"].tolist() == [6]


def test_a_run_of_a_sweep_is_the_run_played_alone(design, tmp_path):
    import simulation as tif

    results = play(design, tmp_path / "out")
    alone = tif.run("baseline", [2], 14, 0.003, workers=1, quiet=True, early_mandate=0.5, ipo_window=1.5)
    swept = results.table("indicators").query("run == 11")
    assert swept["exit_value"].tolist() == alone.indicators["exit_value"].tolist()


def test_interrupted_and_resumed_equals_uninterrupted(design, tmp_path, monkeypatch):
    whole = play(design, tmp_path / "whole")
    played = []

    def stop_after_five(batch, task):
        if len(played) == 5:
            raise KeyboardInterrupt
        played.append(task.run)
        return original(batch, task)

    original = batches.play_task
    monkeypatch.setattr(batches, "play_task", stop_after_five)
    monkeypatch.setattr("simulation.experiments.sweep.LARGEST_BATCH", 2)
    with pytest.raises(KeyboardInterrupt):
        play(design, tmp_path / "out")
    assert 0 < len(SweepStore(tmp_path / "out").done()) < 12
    monkeypatch.setattr(batches, "play_task", lambda batch, task: (played.append(task.run), original(batch, task))[1])
    finished = SweepStore(tmp_path / "out").done()
    before = len(played)
    play(design, tmp_path / "out")
    assert not finished & set(played[before:])
    for name, table in tables(whole.folder).items():
        pd.testing.assert_frame_equal(table, tables(tmp_path / "out")[name])


def test_killed_at_any_moment_it_goes_on(design, tmp_path):
    program = (
        "import sys; from simulation.experiments.sweep import sweep; "
        "sweep(sys.argv[1], sys.argv[2], workers=2, quiet=True)"
    )
    arguments = [sys.executable, "-c", program, design.source, str(tmp_path / "out")]
    for wait in (1.0, 3.0):
        process = subprocess.Popen(arguments, start_new_session=True)
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(arguments, check=True, timeout=300)
    whole = play(design, tmp_path / "whole")
    for name, table in tables(whole.folder).items():
        pd.testing.assert_frame_equal(table, tables(tmp_path / "out")[name])


DYING = """
import os, sys
from simulation.experiments import optimise, sweep, search_files, sweep_store
from simulation.experiments.design_file import read_design
from simulation.experiments.search_file import read_search
from pathlib import Path

kind, file, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
asked = read_design(file) if kind == "sweep" else read_search(file)

def begin(place):
    if kind == "sweep":
        sweep_store.SweepStore(place).open(asked)
    else:
        search_files.open_search(asked, place, "")

deaths = 0
for step in range(1, 100):
    place = folder / str(step)
    child = os.fork()
    if child == 0:
        seen = 0
        def die(event, arguments):
            global seen
            if event in ("open", "os.mkdir", "os.rename", "os.rmdir", "shutil.rmtree", "os.scandir"):
                seen += 1
                if seen == step:
                    os._exit(9)
        sys.addaudithook(die)
        begin(place)
        os._exit(0)
    died = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    begin(place)
    begin(place)
    assert sorted(path.name for path in folder.iterdir()) == [str(step)], "something is left beside the folder"
    sweep_store.shutil.rmtree(place)
    deaths += died
    if not died:
        break
print(deaths)
"""


@pytest.mark.parametrize("kind", ["sweep", "search"])
def test_killed_at_every_step_of_making_its_folder_it_goes_on(kind, design, tmp_path):
    file = design.source if kind == "sweep" else str(PROJECT_SCENARIOS / "searches" / "best_mix.yaml")
    (tmp_path / "folders").mkdir()
    arguments = [sys.executable, "-c", DYING, kind, file, str(tmp_path / "folders")]
    told = subprocess.run(arguments, check=True, timeout=120, capture_output=True, text=True)
    assert int(told.stdout) >= 4


def test_batches_become_shorter_towards_the_end_and_hold_every_run_once(design, tmp_path, monkeypatch):
    monkeypatch.setattr(Sweep, "seconds_a_run", lambda self: 0.1)
    many = replace(design, seeds=tuple(range(1, 41)))
    batches = list(Sweep(many, SweepStore(tmp_path), 2).batches(done={0, 1}))
    sizes = [len(batch.tasks) for batch in batches]
    assert [task.run for batch in batches for task in batch.tasks] == list(range(2, 240))
    assert max(sizes) == 6  # a batch has one seed, with six points
    assert sizes[-4:] == [5, 1, 5, 1]  # half a second
    assert max(len(batch.tasks) for batch in Sweep(many, SweepStore(tmp_path), 1).batches(set())) == 6


def test_a_run_that_fails_three_times_is_set_apart_and_the_rest_goes_on(design, tmp_path, monkeypatch):
    tried = []

    def fail_one(batch, task):
        tried.append(task.run)
        if task.run == 4:
            raise ValueError("books do not close")
        return original(batch, task)

    original = batches.play_task
    monkeypatch.setattr(batches, "play_task", fail_one)
    results = play(design, tmp_path / "out")
    assert tried.count(4) == 3
    assert len(results.table("runs")) == 11
    assert "books do not close" in (tmp_path / "out" / "quarantine.csv").read_text(encoding="utf-8-sig")
    assert "run 4 failed three times" in status_of(tmp_path / "out")
    monkeypatch.setattr(batches, "play_task", original)
    assert len(play(design, tmp_path / "out").table("runs")) == 12
    assert not (tmp_path / "out" / "quarantine.csv").exists()


def test_a_changed_design_is_refused_or_kept_apart(design, tmp_path):
    play(design, tmp_path / "out")
    path = tmp_path / "other.yaml"
    path.write_text(TEXT.replace("1-2", "1-3"), encoding="utf-8")
    other = read_design(path)
    with pytest.raises(ResultsError, match="seeds"):
        SweepStore(tmp_path / "out").open(other)
    assert store_of(other, tmp_path / "out", fork=True).folder.name.startswith("out-")
    assert store_of(design, tmp_path / "out", fork=True).folder.name == "out"


def test_two_sweeps_in_one_folder_are_refused_and_a_dead_one_is_not_waited_for(design, tmp_path):
    store = SweepStore(tmp_path / "out")
    store.open(design)
    lock = tmp_path / "out" / "lock"
    living = json.dumps({"pid": os.getppid(), "host": os.uname().nodename})
    lock.write_text(living, encoding="utf-8")
    with pytest.raises(ResultsError, match="another sweep is writing"):
        run_sweep(Sweep(design, store, 1, True))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    lock.write_text(json.dumps({"pid": dead.pid, "host": os.uname().nodename}), encoding="utf-8")
    assert len(run_sweep(Sweep(design, store, 1, True)).table("runs")) == 12
    assert not lock.exists()


def test_the_ledger_is_made_anew_from_the_parts(design, tmp_path):
    play(design, tmp_path / "out")
    (tmp_path / "out" / "ledger.sqlite").write_bytes(b"this is no ledger")
    assert "12 of 12 runs are finished" in status_of(tmp_path / "out", rebuild=True)


def test_a_folder_with_something_else_is_not_touched(design, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("do not touch", encoding="utf-8")
    with pytest.raises(ResultsError, match="something else"):
        SweepStore(tmp_path / "mine").open(design)


def test_a_grid_can_be_given_in_python(tmp_path):
    results = sweep(
        out=tmp_path / "out", vary={"ipo_window": [0.5, 1.0]}, seeds=1, quarters=12, scale=0.003, workers=1, quiet=True
    )
    assert len(results.table("runs")) == 2


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"vary": {"ipo_window": []}}, DesignError), ({"vary": {"ipo_window": [99]}}, DesignError),
        ({"vary": {"ipo_windo": [1]}}, DesignError), ({"vary": {}}, DesignError),
        ({"vary": {"ipo_window": [1]}, "seeds": 0}, UsageError),
    ],
)  # fmt: skip
def test_a_grid_in_python_that_cannot_be_played_is_told(tmp_path, asked, error):
    with pytest.raises(error):
        sweep(out=tmp_path / "out", quiet=True, **asked)
    assert not (tmp_path / "out").exists()


def test_a_very_large_sweep_is_only_begun_by_those_who_are_certain(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text(TEXT.replace("[0.5, 1.0, 1.5]", "{from: 0.5, to: 2, steps: 1000}").replace("1-2", "1-1000"), "utf-8")
    design = read_design(path)
    with pytest.raises(DesignError, match="2,000,000 runs"):
        not_too_many(design, certain=False)
    not_too_many(design, certain=True)


def test_a_full_disk_is_told_and_what_is_finished_is_kept(design, tmp_path, monkeypatch):
    written = []

    def full(batch, outcomes):
        if written:
            raise OSError(28, "No space left on device")
        written.append(batch.name)
        return original(batch, outcomes)

    original = batches.write_part
    monkeypatch.setattr("simulation.experiments.sweep.LARGEST_BATCH", 3)
    monkeypatch.setattr(batches, "write_part", full)
    with pytest.raises(ResultsError, match="the disk is full"):
        play(design, tmp_path / "out")
    assert len(SweepStore(tmp_path / "out").done()) == 3
    monkeypatch.setattr(batches, "write_part", original)
    assert len(play(design, tmp_path / "out").table("runs")) == 12
