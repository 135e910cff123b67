"""A results folder is whole or not there, answers one question, and can be opened again."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pandas as pd
import pytest

import simulation as tif
from simulation.errors import ResultsError, UsageError
from simulation.experiments import past, results, speed, store
from simulation.experiments.columns import DETAILED

SCALE = 0.003
FILES = {"market_firms.parquet", "funds.parquet", "closed_holdings.parquet"} | {
    "manifest.json",
    "summary.csv",
    *(
        f"{name}.parquet"
        for name in (
            "indicators",
            "weights",
            "groups",
            "flows",
            "balance_sheet",
            "events",
            "refusals",
            "enterprises",
            "public_cost",
        )
    ),
}


@pytest.fixture(autouse=True, scope="module")
def pasts(tmp_path_factory):
    """A cache of its own for this file."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "user_cache", lambda: folder)
        patch.setattr(speed, "user_cache", lambda: folder)
        yield


@pytest.fixture(scope="module")
def run(pasts):
    return tif.run("baseline", seeds=4, quarters=8, scale=SCALE, workers=1, quiet=True)


@pytest.fixture(scope="module")
def comparison(pasts):
    return tif.compare("baseline", "open_exits", seeds=2, quarters=16, scale=SCALE, workers=1, quiet=True)


def listing(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_run_leaves_every_file(run, tmp_path):
    folder = run.save(tmp_path / "new" / "mine", figures=False)
    assert {path.name for path in folder.iterdir()} == FILES
    assert listing(tmp_path / "new")[0] == "mine"


def test_a_comparison_leaves_effects_paths_and_figures(comparison, tmp_path):
    folder = comparison.save(tmp_path / "mine")
    assert {path.name for path in folder.iterdir()} == FILES | {
        "effects.parquet", "paths.parquet", "worth.parquet", "figures",
    }
    assert {path.name for path in (folder / "figures").iterdir()} >= {
        "effects.png",
        "fan.png",
        "exits.png",
        "funnel.png",
    }
    assert [note for note in comparison.notes if "money_cycle" not in note] == []


def test_tables_come_back_as_they_were(run, tmp_path):
    there = tif.open_results(run.save(tmp_path / "mine", figures=False))
    for name in there.tables:
        pd.testing.assert_frame_equal(there.table(name), run.table(name), check_dtype=False)
    with pytest.raises(UsageError, match=r"nearest: *indicators"):
        there.table("indicator")


def test_sql_knows_every_table_by_its_name(run, tmp_path):
    there = tif.open_results(run.save(tmp_path / "it's mine", figures=False))
    answer = there.sql("select count(distinct seed) as seeds, max(date) as last from indicators")
    assert answer.to_dict("records") == [{"seeds": 4, "last": "2022Q4"}]
    with pytest.raises(UsageError, match="sql"):
        there.sql("select nonsense from nowhere")


def test_long_tables_hold_the_first_three_seeds_and_the_manifest_says_so(run):
    assert set(run.events["seed"]) == {1, 2, 3}
    assert set(run.flows["seed"]) == {1, 2, 3, 4}
    assert all(run.manifest["tables"][name]["seeds"] == [1, 2, 3] for name in DETAILED)


def test_the_manifest_says_by_what_the_results_can_be_made_again(run):
    told = json.loads(json.dumps(run.manifest))
    assert told["scenarios"][0]["name"] == "baseline"
    assert told["scenarios"][0]["resolved"]["opening"]
    assert {"tif-cycle", "python", "numpy", "numba"} <= set(told["versions"])
    assert (told["seeds"], told["scale"], told["quarters"], told["complete"]) == ([1, 2, 3, 4], SCALE, 8, True)
    assert len(told["results_hash"]) == 64


def test_only_the_manifest_holds_a_time(pasts, tmp_path):
    twice = [tif.run("baseline", seeds=[2], quarters=5, scale=SCALE, quiet=True, cache=False) for _ in range(2)]
    folders = [one.save(tmp_path / str(place), figures=False) for place, one in enumerate(twice)]
    for name in FILES - {"manifest.json"}:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name
    assert twice[0].manifest["results_hash"] == twice[1].manifest["results_hash"]


def test_csv_opens_in_a_spreadsheet(run, tmp_path):
    folder = run.save(tmp_path / "mine", figures=False, csv=True)
    for name in ("summary", "indicators", "flows"):
        assert (folder / f"{name}.csv").read_bytes().startswith(b"\xef\xbb\xbf"), name
    assert len(pd.read_csv(folder / "indicators.csv")) == 32


def test_parquet_holds_plain_words(run, tmp_path):
    folder = run.save(tmp_path / "mine", figures=False)
    table = pd.read_parquet(folder / "flows.parquet")
    assert table["payer"].iloc[0] in set(run.flows["payer"])
    assert not isinstance(table["payer"].dtype, pd.CategoricalDtype)


def test_the_same_question_is_known_again(run, tmp_path):
    folder = tmp_path / "mine"
    assert not store.is_answered(folder, run.plan)
    run.save(folder, figures=False)
    assert store.is_answered(folder, run.plan)
    assert not store.is_answered(folder, run.plan, again=True)


def test_another_question_is_refused_with_the_differences(run, comparison, pasts, tmp_path):
    folder = run.save(tmp_path / "mine", figures=False)
    before = listing(folder)
    other = tif.run("baseline", seeds=1, quarters=6, scale=SCALE, quiet=True, lockup=2)
    with pytest.raises(ResultsError) as caught:
        other.save(folder)
    told = str(caught.value)
    assert "quarters: 8 there, 6 asked" in told
    assert "seeds: 4 there, 1 asked" in told
    assert "scenario baseline: other values of Lock-up of investors" in told
    assert "--replace" in told
    with pytest.raises(ResultsError, match="command: run there, compare asked"):
        store.is_answered(folder, comparison.plan)
    assert listing(folder) == before
    other.save(folder, figures=False, replace=True)
    assert len(tif.open_results(folder).table("indicators")) == 6
    assert listing(tmp_path) == ["mine", *(f"mine/{name}" for name in sorted(FILES))]


def test_results_of_an_interrupted_run_do_not_stand_in_the_way(run, tmp_path):
    folder = run.save(tmp_path / "mine", figures=False, complete=False)
    assert not tif.open_results(folder).manifest["complete"]
    assert "INTERRUPTED" in str(tif.open_results(folder))
    assert not store.is_answered(folder, run.plan)


def test_what_is_no_results_folder_is_never_touched(run, tmp_path):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter1.txt").write_text("years of work")
    with pytest.raises(ResultsError, match="a folder with something else"):
        run.save(folder, figures=False, replace=True)
    assert listing(tmp_path) == ["thesis", "thesis/chapter1.txt"]


def test_an_empty_folder_may_be_used(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert (run.save(tmp_path / "empty", figures=False) / "manifest.json").exists()


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_in_the_way_is_told(run, tmp_path, name):
    (tmp_path / "file").write_text("here")
    with pytest.raises(ResultsError, match=r"a file|in the way"):
        run.save(tmp_path / name, figures=False)
    assert listing(tmp_path) == ["file"]


@pytest.mark.parametrize("name", ["", ".", "..", "a\0b"])
def test_a_folder_without_a_name_is_refused(run, name):
    with pytest.raises(ResultsError, match="not a name"):
        run.save(Path(name), figures=False)


def test_a_path_that_is_too_long_is_told(run, tmp_path):
    with pytest.raises(ResultsError, match="too long"):
        run.save(tmp_path / ("x" * 300), figures=False)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_told_before_anything_is_played(run, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o555)
    with pytest.raises(ResultsError, match="no permission"):
        store.is_answered(tmp_path / "locked" / "mine", run.plan)
    assert listing(tmp_path) == ["locked"]


def test_no_permission_is_told_before_anything_is_played(run, tmp_path, monkeypatch):
    def denied(self, *args, **options):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(ResultsError, match="no permission to write here") as caught:
        store.is_answered(tmp_path / "results" / "mine", run.plan)
    assert caught.value.exit_code == 2
    assert listing(tmp_path) == []


@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_is_told_and_leaves_nothing_behind(run, comparison, tmp_path, monkeypatch, there):
    folder = tmp_path / "results" / "mine"
    if there:
        comparison.save(folder, figures=False)
    before = listing(tmp_path)
    write = results.write_table

    def full(table, path):
        if path.name == "events.parquet":
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        write(table, path)

    monkeypatch.setattr(results, "write_table", full)
    with pytest.raises(ResultsError, match="the disk is full"):
        run.save(folder, figures=False, replace=True)
    assert listing(tmp_path) == before


def test_old_results_come_back_if_new_ones_cannot_be_moved(run, comparison, tmp_path, monkeypatch):
    folder = comparison.save(tmp_path / "mine", figures=False)
    before, move = listing(tmp_path), Path.replace

    def stuck(self, target):
        if self.name == ".mine.part":
            raise OSError(errno.EACCES, "in use")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", stuck)
    with pytest.raises(ResultsError):
        run.save(folder, figures=False, replace=True)
    assert listing(tmp_path) == before


def test_old_results_come_back_after_a_crash_in_the_middle_of_a_swap(run, tmp_path):
    run.save(tmp_path / "mine", figures=False).rename(tmp_path / ".mine.old")
    assert store.is_answered(tmp_path / "mine", run.plan)


def test_a_figure_that_cannot_be_drawn_costs_no_table(run, tmp_path, monkeypatch):
    def broken(*args, **options):
        raise ZeroDivisionError("no enterprises")

    monkeypatch.setattr("simulation.plots.fan", broken)
    folder = run.save(tmp_path / "mine")
    assert "Figure fan is not drawn: ZeroDivisionError: no enterprises." in run.notes
    assert (folder / "indicators.parquet").exists()


@pytest.mark.parametrize("name", ["nothing", "empty", "file"])
def test_what_holds_no_results_cannot_be_opened(tmp_path, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(ResultsError, match="a folder written by tif run or tif compare"):
        tif.open_results(tmp_path / name)
