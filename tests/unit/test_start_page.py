"""docs/start.md and docs/guide.md work: their commands are typed one after the other, their Python is executed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.scenario.load import load_scenario
from tests.architecture.source import ROOT

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = "wider_window.yaml"
PLAYED = ("run", "compare")


def blocks(page: str) -> list[tuple[str, str]]:
    return BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


def typed(block: str) -> list[list[str]]:
    """The words of every `tif` command of a block, without remarks."""
    lines = (line.split("  #")[0].rstrip() for line in block.splitlines() if line.startswith("tif "))
    return [[word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)][1:] for line in lines]


def do(folder: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=600,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"


def test_the_policy_on_the_page_is_one(tmp_path):
    (text,) = (block for kind, block in blocks("start.md") if kind == "yaml")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    scenario = load_scenario(str(tmp_path / FILE))
    assert f"{scenario.name}.yaml" == FILE
    assert scenario.title == "A wider listing window"


@pytest.mark.long
def test_every_line_of_the_first_pages_works(tmp_path):
    for page in ("start.md", "guide.md"):
        for kind, block in blocks(page):
            if kind == "yaml":
                (tmp_path / FILE).write_text(block, encoding="utf-8")
            elif kind == "python":
                do(tmp_path, "-c", block.replace("scale=0.01", "scale=0.01, workers=1"))
            for words in typed(block):
                if "ID" not in words:
                    do(tmp_path, "-m", "simulation", *words, *(["--workers", "1"] if words[0] in PLAYED else []))
    assert (tmp_path / "results" / "compare-wider_window" / "figures" / "effects.png").is_file()
    assert (tmp_path / "results" / "compare-wider_window" / "report.html").is_file()
