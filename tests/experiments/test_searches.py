"""Searches played for real, very small: resumption, the budget, hold-out seeds, what is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from simulation.errors import DesignError, InternalError, ResultsError
from simulation.experiments import batch as batches
from simulation.experiments.compare import compare
from simulation.experiments.optimise import not_too_many, optimise
from simulation.experiments.results import open_results
from simulation.experiments.search_file import read_search
from simulation.experiments.search_play import status_of_search
from simulation.scenario.load import load_scenario

TEXT = """
name: small
title: A small search
base: baseline
levers: {local_pref_grant: {from: 6, to: 30}, early_mandate: range, ipo_window: [0.1, 0.3, 1.5]}
budget: 2
goals: [rd_spending, early_equity_share]
trials: 12
population: 4
seeds: 1-2
holdout: 31-33
front_points: 3
quarters: 14
scale: 0.003
"""
QUIET = {"workers": 1, "quiet": True, "figures": False}


def search(folder, text=TEXT, name="search.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_search(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A search from beginning to end, the runs it played, and its folder."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        played = counting(patch)
        found = optimise(search(folder), folder / "out", workers=1, quiet=True)
    return found, played


def counting(patch, stop_after=None):
    """Note what is played, and interrupt after so many runs."""
    original, played = batches.play_task, []

    def play(batch, task):
        if stop_after is not None and len(played) >= stop_after:
            raise KeyboardInterrupt
        played.append((tuple(sorted(task.changes.items())), task.seed))
        return original(batch, task)

    patch.setattr(batches, "play_task", play)
    return played


def same(one, other):
    for name in ("candidates", "front", "kept_gains"):
        pd.testing.assert_frame_equal(*(open_results(found.folder).table(name) for found in (one, other)))


def test_every_candidate_is_played_once_on_every_seed_and_so_is_the_base(whole):
    found, played = whole
    assert len(played) == len(set(played))
    searched = [(point, seed) for point, seed in played if seed < 31]
    points = {tuple(sorted(row.items())) for row in found.candidates[["local_pref_grant", "early_mandate", "ipo_window"]].to_dict("records")}
    assert set(searched) == {(point, seed) for point in points | {()} for seed in (1, 2)}
    assert {seed for _, seed in played} == {1, 2, 31, 32, 33}


@pytest.mark.parametrize("runs", [3, 11, 27])
def test_interrupted_and_resumed_it_gives_the_same_front_and_repeats_nothing(whole, tmp_path, monkeypatch, runs):
    with monkeypatch.context() as patch:
        patch.setattr("simulation.experiments.sweep.LARGEST_BATCH", 1)
        first = counting(patch, runs)
        with pytest.raises(KeyboardInterrupt):
            optimise(search(tmp_path), tmp_path / "out", **QUIET)
    assert not (tmp_path / "out" / "lock").exists()
    second = counting(monkeypatch)
    found = optimise(search(tmp_path), tmp_path / "out", **QUIET)
    assert len(first) == runs
    assert not set(first) & set(second)
    assert sorted(first + second) == sorted(whole[1])
    same(found, whole[0])


def test_a_finished_search_plays_nothing(whole, monkeypatch):
    played = counting(monkeypatch)
    found = optimise(whole[0].search, whole[0].folder, **QUIET)
    assert played == []
    pd.testing.assert_frame_equal(found.front, whole[0].front)


@pytest.mark.long
def test_killed_at_any_moment_it_goes_on(whole, tmp_path):
    path = search(tmp_path).source
    arguments = [sys.executable, "-m", "simulation", "optimise", path, "--out", str(tmp_path / "out"), "--no-figures"]
    for wait in (3.0, 6.0):
        process = subprocess.Popen(arguments, start_new_session=True)
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    done = subprocess.run(arguments, check=True, timeout=300, capture_output=True, text=True)
    assert "Point" in done.stdout
    for name in ("candidates", "front"):
        pd.testing.assert_frame_equal(open_results(tmp_path / "out").table(name), open_results(whole[0].folder).table(name))


def test_more_trials_go_on_where_fewer_stopped(whole, tmp_path, monkeypatch):
    short = search(tmp_path, TEXT.replace("trials: 12", "trials: 8"), "short.yaml")
    first = counting(monkeypatch)
    before = optimise(short, tmp_path / "out", **QUIET)
    searched = [run for run in first if run[1] < 31]
    found = optimise(search(tmp_path), tmp_path / "out", **QUIET)
    again = [run for run in first[len(searched) :] if run[1] < 31]
    assert not set(searched) & set(again)
    same(found, whole[0])
    assert len(before.candidates) < len(found.candidates)


def test_the_budget_parts_what_is_kept_from_what_is_over_it(whole):
    table, search = whole[0].candidates, whole[0].search
    over = table["status"] == "over the budget"
    assert over.any()
    assert (~over).any()
    assert ((table["public_cost"] > search.budget) == over).all()
    assert (table.loc[table["status"] == "on the front", "public_cost"] <= search.budget).all()


def test_nothing_within_the_budget_beats_a_point_of_the_front(whole):
    table = whole[0].candidates
    goals = ["rd_spending", "early_equity_share"]
    front = table[table["status"] == "on the front"][goals].to_numpy()
    rest = table[table["status"] == "within the budget"][goals].to_numpy()
    for point in front:
        assert not np.any((rest >= point).all(axis=1) & (rest > point).any(axis=1))
    for point in rest:
        assert np.any((front >= point).all(axis=1) & (front > point).any(axis=1))


def test_a_point_of_the_front_is_a_scenario_that_compare_plays_to_the_same_numbers(whole):
    found = whole[0]
    point, search = found.points[0], found.search
    path = found.folder / "front" / "small-01.yaml"
    assert load_scenario(str(path)).hash == load_scenario(search.base, point.candidate.point).hash
    for sample, seeds in {"search": search.seeds, "hold-out": search.holdout}.items():
        result = compare("baseline", str(path), seeds=list(seeds), quarters=14, scale=0.003, workers=1, quiet=True)
        cost = result.cost.query("component == 'Less receipts and claims'")["present_value"].iloc[0]
        rows = found.front[(found.front["point"] == 1) & (found.front["sample"] == sample)]
        for _, row in rows.iterrows():
            effect = result.effects.query("indicator == @row.indicator").iloc[0]
            for name in ("baseline", "policy", "difference", "low", "high"):
                assert row[name] == pytest.approx(effect[name], rel=1e-9, abs=1e-9)
            assert row["public_cost"] == pytest.approx(cost)


def test_the_front_stands_on_both_kinds_of_seeds_and_what_is_kept_follows(whole):
    front, kept = whole[0].front, whole[0].kept
    assert front.groupby(["point", "indicator"])["sample"].agg(list).map(lambda both: both == ["search", "hold-out"]).all()
    assert front.groupby("sample")["seeds"].unique().map(list).to_dict() == {"hold-out": [3], "search": [2]}
    for _, row in kept.iterrows():
        table = front[front["indicator"] == row["indicator"]].pivot(index="point", columns="sample", values="difference")
        gaining = table[table["search"] > 0]
        assert row["points"] == len(gaining)
        assert row["holdout"] == pytest.approx(gaining["hold-out"].mean(), nan_ok=True)


def test_results_open_and_are_said(whole):
    found = whole[0]
    results = open_results(found.folder)
    assert results.tables == ("candidates", "front", "kept_gains")
    assert "optimise of baseline" in str(results)
    assert (found.folder / "brief.txt").read_text(encoding="utf-8").strip() == found.brief()
    assert "R&D spending" in found.brief()
    assert "rd_spending" not in found.brief()
    summary = (found.folder / "summary.csv").read_text(encoding="utf-8-sig")
    assert "Local preferential grant (% of R&D)" in summary
    assert sorted(path.stem for path in (found.folder / "figures").glob("*.png")) == ["front", "gains", "mixes"]
    assert found.notes == []
    status = status_of_search(found.folder)
    assert "A small search: 12 candidates in 3 generations, each with 2 seeds" in status
    assert status.endswith("finished")
    assert not list(found.folder.glob(".*"))


def test_a_changed_search_is_refused_or_kept_apart(whole, tmp_path):
    other = search(tmp_path, TEXT.replace("budget: 2\n", "budget: 3\n"))
    with pytest.raises(ResultsError, match="budget"):
        optimise(other, whole[0].folder, **QUIET)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.txt").write_text("do not touch", encoding="utf-8")
    with pytest.raises(ResultsError, match="something else"):
        optimise(other, tmp_path / "thesis", **QUIET)


def test_two_searches_in_one_folder_are_refused(whole, tmp_path):
    lock = whole[0].folder / "lock"
    lock.write_text(f'{{"pid": {os.getppid()}, "host": "{os.uname().nodename}"}}', encoding="utf-8")
    try:
        with pytest.raises(ResultsError, match="is writing here"):
            optimise(whole[0].search, whole[0].folder, **QUIET)
    finally:
        lock.unlink()


def test_a_candidate_that_cannot_be_played_is_marked_and_not_on_the_front(tmp_path, monkeypatch):
    original = batches.play_task

    def fails(batch, task):
        if task.changes and task.changes["early_mandate"] > 0.5:
            raise ValueError("books do not close")
        return original(batch, task)

    monkeypatch.setattr(batches, "play_task", fails)
    found = optimise(search(tmp_path, TEXT.replace("trials: 12", "trials: 8")), tmp_path / "out", **QUIET)
    failed = found.candidates["status"] == "failed"
    assert failed.any()
    assert (failed == (found.candidates["early_mandate"] > 0.5)).all()
    assert "books do not close" in (tmp_path / "out" / "generations" / "000" / "quarantine.csv").read_text("utf-8-sig")


def test_without_a_base_there_is_nothing_to_compare_with(tmp_path, monkeypatch):
    def fails(batch, task):
        raise ValueError("books do not close")

    monkeypatch.setattr(batches, "play_task", fails)
    with pytest.raises(InternalError, match="the base could not be played"):
        optimise(search(tmp_path), tmp_path / "out", **QUIET)


def test_where_nothing_is_within_the_budget_it_is_said(tmp_path):
    text = TEXT.replace("trials: 12", "trials: 4").replace("budget: 2\n", "budget: 0\n")
    text = text.replace(TEXT.splitlines()[4], "levers: {rd_super_deduction: {from: 180, to: 200}}")
    found = optimise(search(tmp_path, text), tmp_path / "out", **QUIET)
    assert found.points == []
    assert "No candidate is within the budget" in found.brief()
    assert set(found.candidates["status"]) == {"over the budget"}


def test_a_very_large_search_is_only_begun_by_those_who_are_certain(tmp_path):
    large = search(tmp_path, TEXT.replace("trials: 12", "trials: 99996"))
    with pytest.raises(DesignError, match="199,994 runs"):
        not_too_many(large, certain=False)
    not_too_many(large, certain=True)
