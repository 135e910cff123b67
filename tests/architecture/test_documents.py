"""The documents build as a site without a warning, every page can be reached, and what they name is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import typer

from simulation.cli import app
from tests.architecture.source import ROOT

OUTSIDE = ("README.md", "CONTRIBUTING.md", "NOT_MODELLED.md", "scenarios/README.md", "simulation/README.md", "results/README.md")
PAGES = [*(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))), *OUTSIDE]
NOT_IN_NAVIGATION: set[str] = set()
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|`|\s|\()tif ([a-z]+)((?:[^`\n#]|\\\n)*)")
FILE = re.compile(r"`((?:simulation|tests|scenarios|docs|notebooks|benchmarks|agents|markets|economy|engine|accounting|indicators"
                  r"|experiments|policies|shocks|sweeps|plots|report)/[\w./]*\.(?:py|md|yaml|csv))`")  # fmt: skip
TO_BE_MADE = {"docs/extend.md": {"simulation/markets/vouchers.py"}, "docs/notebooks.md": {"notebooks/NN_name.py"}}


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@cache
def commands() -> dict[str, set[str]]:
    """Every command with its options."""
    group = typer.main.get_command(app)
    return {name: {word for one in command.params for word in one.opts} for name, command in group.commands.items()}


def faults_in(whole: str) -> list[str]:
    """Commands and options that a text names and the program does not have."""
    found = []
    for name, rest in COMMAND.findall(whole):
        if name not in commands():
            found.append(f"tif {name}")
            continue
        options = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", re.split(r" {3,}|;|,| and ", rest)[0]))
        found += [f"tif {name} {option}" for option in sorted(options - commands()[name] - {"--help"})]
    return found


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    pytest.importorskip("material")
    pytest.importorskip("mkdocstrings")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path / "site")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr
    for page in ("index", "start", "user_guide", "odd", "matrices", "levers", "parameters", "decisions", "not_modelled", "validation"):
        assert (tmp_path / "site" / f"{page}.html").is_file(), page
    assert "make run" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "common luck" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "the rest as in" in (tmp_path / "site" / "python.html").read_text(encoding="utf-8").lower()


def test_every_page_can_be_reached() -> None:
    listed = set(re.findall(r": ([\w]+\.md)$", text("mkdocs.yml"), re.MULTILINE))
    own = {path.name for path in (ROOT / "docs").glob("*.md")}
    taken_in = set(re.findall(r'^    "(\w+\.md)":', text(".ci/docs_pages.py"), re.MULTILINE))
    assert own - NOT_IN_NAVIGATION <= listed
    assert listed <= own | taken_in
    assert taken_in <= listed


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_title_and_closes_what_it_opens(page: str) -> None:
    whole = text(page)
    assert len(re.findall(r"^```", whole, re.MULTILINE)) % 2 == 0
    plain = FENCE.sub("", whole)
    assert len(re.findall(r"^# ", plain, re.MULTILINE)) == 1
    assert re.findall(r"[^\n]\n#{2,4} .*", plain) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_commands_and_options_that_exist(page: str) -> None:
    assert faults_in(text(page)) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("`tif play baseline`", "tif play"), ("```\ntif run baseline --seed 4\n```", "tif run --seed"),
        ("tif compare a b --equal-costs 100   # a remark", "tif compare --equal-costs"),
    ],
)  # fmt: skip
def test_a_command_that_is_not_there_is_seen(line: str, fault: str) -> None:
    assert faults_in(line) == [fault]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_files_that_exist(page: str) -> None:
    homes = (ROOT, ROOT / "simulation", ROOT / "scenarios")
    named = set(FILE.findall(text(page))) - TO_BE_MADE.get(page, set())
    assert sorted(name for name in named if not any((home / name).exists() for home in homes)) == []
