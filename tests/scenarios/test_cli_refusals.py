"""A malformed scenario through the real command: exit code 2, a block, no traceback, no folder left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MALFORMED = Path(__file__).parent / "malformed"
POLICY = "extends: baseline\nlevers:\n  ipo_window: {}\n"


def tif_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(MALFORMED.parents[2]), *filter(None, sys.path)])}
    return subprocess.run(
        [sys.executable, "-m", "simulation", *words], cwd=folder, capture_output=True, text=True, timeout=300,
        env=environment, check=False,
    )  # fmt: skip


def assert_refused(done: subprocess.CompletedProcess[str], told: str, folder: Path, left: set[str]) -> None:
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert {path.name for path in folder.iterdir()} == left


@pytest.mark.parametrize(
    ("name", "told"),
    [("unknown_lever", "nearest:"), ("tab_indent", "found:"), ("python_tag", "found:"), ("alias_of_itself", "found:"),
     ("date_after_the_horizon", "allowed:"), ("when_with_code", "allowed:")],
)  # fmt: skip
def test_a_malformed_file_is_refused_by_the_command(tmp_path, name, told):
    assert_refused(tif_in(tmp_path, "run", str(MALFORMED / f"{name}.yaml")), told, tmp_path, set())


@pytest.mark.parametrize(
    ("value", "told"), [("9", "out of range"), ("wide", "a number"), ("{from: 2023Q1, value: 1}", "history")]
)
def test_a_wrong_value_is_refused_with_its_line(tmp_path, value, told):
    (tmp_path / "mine.yaml").write_text(POLICY.format(value), encoding="utf-8")
    done = tif_in(tmp_path, "compare", "baseline", "mine.yaml", "--quick")
    assert_refused(done, told, tmp_path, {"mine.yaml"})
    assert "mine.yaml:3" in done.stderr


def test_faults_of_scenario_and_order_are_refused_before_a_folder_is_made(tmp_path):
    (tmp_path / "binary.yaml").write_bytes(b"\x00\xff\xfe")
    assert_refused(tif_in(tmp_path, "check", "binary.yaml"), "binary.yaml", tmp_path, {"binary.yaml"})


def test_an_unwritable_place_is_refused_before_anything_is_played(tmp_path):
    (tmp_path / "results").write_text("in the way", encoding="utf-8")
    done = tif_in(tmp_path, "run", "baseline", "--scale", "0.003")
    assert_refused(done, "results/baseline", tmp_path, {"results"})
    assert "Playing" not in done.stdout
