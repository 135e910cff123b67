"""Sensitivity, discovery and interactions over real sweeps: one command each, a folder whole or none, mistakes told."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from matplotlib.text import Text
from typer.testing import CliRunner

import simulation as tif
from simulation import cli, plots
from simulation.errors import ResultsError
from simulation.experiments.design_file import read_design
from simulation.experiments.results import open_results
from simulation.experiments.sweep import Sweep, run_sweep
from simulation.experiments.sweep_store import SweepStore
from simulation.plots.words_studies import STUDIES

SIZE = "seeds: 1-2\nquarters: 16\nscale: 0.003\n"
MORRIS = "name: m\nbase: baseline\nmethod: morris\npoints: 4\nvary: {ipo_window: range, lockup: range}\n" + SIZE
GRID = "name: g\nbase: baseline\nvary: {early_mandate: [0.1, 0.7], ipo_window: [0.1, 0.6, 1.5]}\n" + SIZE


def played(folder, text):
    path = folder / "design.yaml"
    path.write_text(text, encoding="utf-8")
    store = SweepStore(folder / "sweep")
    store.open(read_design(path))
    run_sweep(Sweep(read_design(path), store, 1, True))
    return store.folder


@pytest.fixture(scope="module")
def morris(tmp_path_factory):
    return played(tmp_path_factory.mktemp("morris"), MORRIS)


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return played(tmp_path_factory.mktemp("grid"), GRID)


def tif_says(*words, code=0):
    done = CliRunner().invoke(cli.app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


def words_of(figure):
    return "\n".join(text.get_text() for text in figure.findobj(Text) if text.get_visible())


def test_sensitivity_of_a_sweep_is_one_command_and_one_line_of_pandas(morris, tmp_path):
    said = tif_says("sensitivity", morris, "--out", tmp_path / "s", "--indicators", "exits_ipo,equity_invested")
    assert "4 trajectories, 2 seeds, all 24 runs" in said
    table = pd.read_parquet(tmp_path / "s" / "sensitivity.parquet")
    assert set(table["factor"]) == {"ipo_window", "lockup", "dummy"}
    assert set(table["measure"]) == {"mu", "mu_star", "sigma"}
    pd.testing.assert_frame_equal(table, open_results(tmp_path / "s").table("sensitivity"))
    figures = sorted(path.name for path in (tmp_path / "s" / "figures").iterdir())
    assert figures[-2:] == ["tornado_equity_invested.png", "tornado_exits_ipo.png"]
    assert json.loads((tmp_path / "s" / "manifest.json").read_text(encoding="utf-8"))["complete"]


def test_the_same_question_gives_the_same_bytes_and_replaces_itself(morris):
    folders = [tif.sensitivity(morris, quiet=True).save(figures=False) for _ in range(2)]
    assert folders == [morris / "sensitivity"] * 2
    first = (morris / "sensitivity" / "sensitivity.parquet").read_bytes()
    tif.sensitivity(morris, quiet=True).save(figures=False)
    assert (morris / "sensitivity" / "sensitivity.parquet").read_bytes() == first
    assert not list(morris.glob(".*"))
    assert "24 of 24 runs are finished" in tif_says("status", morris)  # the sweep still stands beside it


def test_a_design_file_is_swept_first_and_resumed(morris, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(MORRIS, encoding="utf-8")
    said = tif_says("sensitivity", "small.yaml", "--no-figures", "--workers", "1")
    assert "Results: results/m/sensitivity/" in said
    ours = pd.read_parquet("results/m/sensitivity/sensitivity.parquet")
    pd.testing.assert_frame_equal(ours, tif.sensitivity(morris, quiet=True).table)


def test_interactions_of_a_grid_show_labels_and_public_cost(grid, tmp_path):
    said = tif_says("interactions", grid, "--out", tmp_path / "i", "--indicators", "exits_ipo")
    assert "Early-stage mandate alone" in said
    assert "by chance alone" in said
    cells = pd.read_parquet(tmp_path / "i" / "surface.parquet")
    runs = open_results(grid).table("runs")
    first = cells[(cells["indicator"] == "exits_ipo") & (cells["first_value"] == 0.7) & (cells["second_value"] == 1.5)]
    assert first["mean"].iloc[0] == pytest.approx(runs.loc[runs["point"] == 5, "exits_ipo"].mean())
    assert first["public_cost"].iloc[0] == pytest.approx(runs.loc[runs["point"] == 5, "public_cost"].mean())
    assert (first["first_baseline"].iloc[0], first["second_baseline"].iloc[0]) == (0.1, 0.3)
    assert (tmp_path / "i" / "figures" / "surface_early_mandate_ipo_window_exits_ipo.png").stat().st_size > 10_000


def test_a_surface_is_drawn_in_words_and_can_be_drawn_alone(grid):
    found = tif.interactions(grid, quiet=True)
    written = words_of(found.plot("exits_ipo", title="Early money and exits"))
    assert "Early money and exits" in written
    assert "Listing window" in written
    assert "public cost" in written
    assert "ipo_window" not in written


def test_stalls_are_looked_for_against_a_baseline_that_is_played(grid):
    said = tif_says("discover", grid, "--stalls", "--share", "0.05", code=2)
    assert "no run reached it; the lowest is" in said
    assert "% of the baseline" in said
    assert not (grid / "discover").exists()


def test_discovery_writes_the_box_it_found(grid, tmp_path):
    runs = open_results(grid).table("runs")
    middle = float(f"{runs['equity_invested'].median():.6g}")
    said = tif_says("discover", grid, "--where", f"equity_invested < {middle}", "--out", tmp_path / "d")
    assert "Where Equity invested <" in said
    assert "No box" in said  # twelve runs are too few
    cases = pd.read_parquet(tmp_path / "d" / "cases.parquet")
    assert len(cases) == len(runs)
    assert cases["occurred"].sum() == (runs["equity_invested"] < middle).sum()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sensitivity", "nowhere"), "no such folder"),
        (("sensitivity", "GRID"), "method morris or sobol"),
        (("interactions", "MORRIS"), "a grid or a factorial design"),
        (("sensitivity", "MORRIS", "--indicators", "exits_ip"), "exits_ipo"),
        (("discover", "GRID", "--where", "exits_ipo < 1", "--stalls"), "one of them"),
        (("discover", "GRID", "--where", "exits_ipo << 1"), "comparison"),
        (("discover", "GRID", "--where", "exits_ipo < 1e9"), "in all 12 runs"),
        (("sensitivity", "MORRIS", "--out", "MINE"), "a folder with something else"),
    ],
)
def test_a_mistake_is_told_in_a_block(words, told, morris, grid, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("do not touch", encoding="utf-8")
    folders = {"GRID": grid, "MORRIS": morris, "MINE": tmp_path / "mine"}
    assert told in tif_says(*(folders.get(word, word) for word in words), code=2)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_sweep_without_a_finished_run_is_told(tmp_path):
    path = tmp_path / "design.yaml"
    path.write_text(GRID, encoding="utf-8")
    SweepStore(tmp_path / "sweep").open(read_design(path))
    with pytest.raises(ResultsError, match="without a finished run"):
        tif.sensitivity(tmp_path / "sweep")


def test_words_of_studies_are_known_to_figures():
    assert set(STUDIES) <= set(plots.words.WORDS)
