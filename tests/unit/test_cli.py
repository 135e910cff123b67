"""The command line says what it will do, does it, and tells mistakes in a block with an exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import simulation as tif
from simulation import cli
from simulation.errors import IdentityError
from simulation.experiments import conduct, past, speed
from simulation.experiments.execute import Interrupted
from simulation.experiments.job import play_job
from simulation.experiments.past import Track
from simulation.scenario.parameter import CATALOGUE

SMALL = ["--scale", "0.003", "--workers", "1", "--no-figures"]
PUBLIC = [
    "CycleModel",
    "__version__",
    "compare",
    "describe",
    "discover",
    "explain",
    "indicators",
    "interactions",
    "levers",
    "load_scenario",
    "notebook_size",
    "open_results",
    "optimise",
    "plots",
    "response",
    "run",
    "sensitivity",
    "sweep",
]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Every command starts in an empty folder with an empty cache."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(past, "user_cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(speed, "user_cache", lambda: tmp_path / "cache")
    return tmp_path


def tif_says(*words: str, code: int = 0) -> str:
    """What a command prints, after checking its exit code and that nobody saw a traceback."""
    done = CliRunner().invoke(cli.app, list(words))
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


def folders(here: Path) -> list[str]:
    return sorted(path.name for path in (here / "results").iterdir()) if (here / "results").exists() else []


def test_a_run_is_announced_played_and_written(here):
    said = tif_says("run", "baseline", "--quarters", "6", *SMALL)
    assert said.startswith("Playing scenario baseline, with seed 1, 6 quarters at scale 0.003, in one process: about ")
    assert "Results: results/baseline/" in said
    assert len(tif.open_results("results/baseline").table("indicators")) == 6
    assert folders(here) == ["baseline"]


def test_the_same_run_again_is_not_played(monkeypatch):
    words = ["run", "baseline", "--quarters", "4", *SMALL]
    tif_says(*words)
    monkeypatch.setattr(conduct, "execute", None)
    assert "results/baseline holds the answer already" in tif_says(*words)
    assert "failed" in tif_says(*words, "--again", code=1)


def test_another_run_of_the_same_name_is_refused_unless_it_may_replace(here):
    tif_says("run", "baseline", "--quarters", "4", *SMALL)
    assert "quarters: 4 there, 5 asked" in tif_says("run", "baseline", "--quarters", "5", *SMALL, code=2)
    tif_says("run", "baseline", "--quarters", "5", "--replace", *SMALL)
    tif_says("run", "baseline", "--quarters", "6", "--out", "elsewhere", *SMALL)
    assert folders(here) == ["baseline"]
    assert (here / "elsewhere" / "manifest.json").exists()


def test_a_run_can_change_levers_and_switch_mechanisms_off():
    tif_says(
        "run", "baseline", "--quarters", "3", "--set", "screening_noise=1.2", "--without", "knowledge", "--csv", *SMALL
    )
    manifest = tif.open_results("results/baseline").manifest
    assert manifest["scenarios"][0]["resolved"]["mechanisms"]["knowledge"] is False
    assert manifest["scenarios"][0]["resolved"]["opening"]["screening_noise"] == 1.2
    assert Path("results/baseline/flows.csv").exists()


def test_a_comparison_prints_effects_in_words():
    said = tif_says("compare", "baseline", "open_exits", "closed_exits", "--seeds", "2", "--quarters", "14", *SMALL)
    assert said.startswith("Playing 3 scenarios, each with 2 seeds, 14 quarters")
    for words in (
        "Open exits",
        "Closed exits",
        "Companies listed",
        "intervals exclude zero; about",
        "Results: results/compare-open-exits-and-1-more/",
    ):
        assert words in said
    assert "exits_ipo" not in said


def test_a_quick_comparison_is_a_draft():
    said = tif_says(
        "compare", "baseline", "open_exits", "--quick", "--scale", "0.003", "--quarters", "16", "--workers", "1"
    )
    assert "Look first at results/compare-open-exits/figures/effects.png, a DRAFT" in said
    manifest = tif.open_results("results/compare-open-exits").manifest
    assert (manifest["seeds"], manifest["draft"]) == ([1, 2, 3], True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "bazeline"], "nearest: baseline"),
        (["run", "baseline", "--seeds", "none"], "--seeds"),
        (["run", "baseline", "--scale", "7"], "--scale"),
        (["run", "baseline", "--quarters", "0"], "--quarters"),
        (["run", "baseline", "--set", "ipo_windw=1"], "nearest: ipo_window"),
        (["run", "baseline", "--set", "ipo_window"], "parameter=value"),
        (["run", "baseline", "--without", "credit"], "core mechanism"),
        (["compare", "baseline", "open_exits", "--window", "2024"], "--window"),
        (["compare", "baseline", "open_exits", "--quarters", "9"], "13 or more"),
        (["check", "nothing.yaml"], "no such file"),
        (["levers", "zzz"], "nothing that contains this word"),
        (["indicators", "zzz"], "nothing that contains this word"),
        (["links", "zzz"], "nothing that contains this word"),
        (["compare", "baseline", "open_exits", "--freeze", "exits_to_entri"], "exits_to_entry"),
        (["pairing", "nothing"], "no such folder"),
        (["explain", "nowhere"], "no such folder"),
    ],
)
def test_a_mistake_is_told_in_a_block_and_leaves_nothing(here, words, told):
    said = tif_says(*words, code=2)
    assert told in said
    assert "found:" in said
    assert folders(here) == []


@pytest.mark.parametrize("words", [["rum"], ["run"], ["run", "baseline", "--sede", "1"], ["compare", "baseline"]])
def test_a_command_that_is_not_understood_ends_with_2(words):
    tif_says(*words, code=2)


def test_a_fault_of_ours_ends_with_1_and_says_how_to_repeat_it(here, monkeypatch):
    def break_books(self, scenario, until, progress=None, threads=1, around=None):
        raise IdentityError("deposits of funds do not close")

    monkeypatch.setattr(Track, "play", break_books)
    said = tif_says("run", "baseline", "--set", "lockup=2", *SMALL, "--no-cache", code=1)
    assert "this is not your fault" in said
    assert "deposits of funds do not close" in said
    assert "repeat: tif run baseline --seeds 1-1 --scale 0.003 --quarters 60 --set lockup=2" in said
    assert folders(here) == ["crash-baseline-seed1.npz", "crash-baseline-seed1.txt"]


def test_a_fault_outside_a_run_ends_with_1_as_well(monkeypatch):
    monkeypatch.setattr(conduct, "execute", None)
    said = tif_says("run", "baseline", *SMALL, code=1)
    assert "TypeError" in said
    assert "repeat: tif" in said


def interrupting(monkeypatch, after: int):
    """Let the user stop the work after so many jobs."""

    def stopped(jobs, workers, told):
        raise Interrupted([outcome for job in jobs[:after] for outcome in play_job(job)])

    monkeypatch.setattr(conduct, "execute", stopped)


def test_finished_seeds_of_an_interrupted_comparison_are_kept_and_replaced_later(monkeypatch):
    words = ["compare", "baseline", "open_exits", "--seeds", "3", "--quarters", "14", *SMALL]
    with monkeypatch.context() as patch:
        interrupting(patch, 2)
        said = tif_says(*words, code=130)
    assert "2 of 3 seeds are finished and kept in results/compare-open-exits" in said
    kept = tif.open_results("results/compare-open-exits")
    assert (kept.manifest["complete"], kept.manifest["seeds"]) == (False, [1, 2])
    assert set(kept.table("effects")["seeds"]) >= {2}
    tif_says(*words)
    assert tif.open_results("results/compare-open-exits").manifest["complete"]


def test_an_early_interruption_leaves_nothing(here, monkeypatch):
    interrupting(monkeypatch, 0)
    assert "nothing was written" in tif_says("run", "baseline", *SMALL, code=130)
    assert folders(here) == []


# `tif` in a process that hears Ctrl-C even if the tests run in a shell's background job, which does not
LISTENING = "import signal as s; s.signal(s.SIGINT, s.default_int_handler); from simulation.cli import main; main()"


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_control_c_ends_a_real_run_with_130(here):
    command = [
        sys.executable,
        "-c",
        LISTENING,
        "run",
        "baseline",
        "--scale",
        "0.05",
        "--seeds",
        "4",
        "--quarters",
        "120",
        "--workers",
        "2",
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert running.stdout.readline().startswith("Playing")
    time.sleep(1.5)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in told) == (130, False), told
    assert "Interrupted" in told


def test_check_tells_the_policy_in_words_and_plays_nothing(here):
    said = tif_says("check", "open_exits", "--set", "lockup=2")
    assert "Listing window: 0.3 -> 1 x 290 reviews a year, from 2024Q1" in said
    assert "Lock-up of investors" in said
    assert folders(here) == []


def test_the_schema_is_json():
    assert json.loads(tif_says("schema"))["title"] == "tif-cycle scenario"


def test_all_levers_are_listed_and_one_is_told_in_full():
    said = tif_says("levers")
    assert all(name in said for name, record in CATALOGUE.items() if record.role == "lever")
    assert CATALOGUE["ipo_window"].description in tif_says("levers", "ipo_window")


def test_indicators_are_found_by_a_word_in_english_or_chinese():
    assert "Distributions to calls" in tif_says("indicators", "flow_dpi")
    assert "exits_ipo" in tif_says("indicators", "上市")


def test_the_schedule_lists_the_steps_of_a_quarter():
    said = tif_says("schedule")
    assert said.index("Fund-raising") < said.index("Distribution of proceeds")


def test_a_results_folder_is_explained(here):
    tif_says("run", "baseline", "--quarters", "8", *SMALL)
    said = tif_says("explain", "results/baseline")
    assert "run of baseline" in said
    assert "Ticket above the bar" in said
    life = said.rpartition("--enterprise ID):")[2].split()[0]
    assert tif_says("explain", "results/baseline", "--enterprise", life).startswith(
        f"Enterprise {life} (baseline, seed 1)"
    )
    tif_says("explain", "results/baseline", "--enterprise", "999999999999", code=2)
    tif_says("explain", "results/baseline", "--scenario", "x", code=2)
    split = tif_says("explain", "results/baseline", "--indicator", "funded_share", "--quarter", "2022Q4")
    assert split.startswith("Seekers who got a round (firms that closed a round / firms that sought one)")
    assert "nearest: funded_share" in tif_says("explain", "results/baseline", "--indicator", "fundd_share", code=2)


def test_versions_are_told():
    said = tif_says("version")
    assert said.startswith(f"tif-cycle {tif.__version__}\npython ")
    assert "numba" in said
    assert tif_says("--version") == said


def test_help_names_every_command():
    said = tif_says("--help")
    for command in ("run", "compare", "check", "schema", "levers", "indicators", "schedule", "explain", "new", "version"):
        assert f"\n  {command} " in said


def test_the_public_names_are_these():
    assert tif.__all__ == PUBLIC
    assert dir(tif) == sorted(PUBLIC)


@pytest.mark.parametrize("name", [name for name in PUBLIC if name not in ("CycleModel", "__version__")])
def test_every_public_name_is_there(name):
    assert callable(getattr(tif, name)) or name == "plots"


def test_a_name_that_is_not_public_is_not_there():
    with pytest.raises(AttributeError, match="no attribute 'rum'"):
        tif.rum  # noqa: B018


def test_indicators_are_a_room_and_a_list():
    assert "flow_dpi" in tif.indicators.INDICATORS
    assert tif.indicators("flow_dpi").loc["flow_dpi", "label"] == "Distributions to calls"
    assert tif.levers("ipo_window").loc["ipo_window", "range"] == "0 to 3"
