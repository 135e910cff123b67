"""`tif new` writes a beginning and a test that fails, where it belongs, and never over a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from simulation import cli
from simulation.errors import UsageError
from simulation.experiments.new import LEVERS, begin
from simulation.scenario.load import load_scenario
from simulation.scenario.records import KNOWN


@pytest.fixture
def project(tmp_path) -> Path:
    """Something like the root of the project."""
    (tmp_path / LEVERS).parent.mkdir(parents=True)
    (tmp_path / LEVERS).write_text("ipo_window:\n  label: there\n", encoding="utf-8")
    (tmp_path / "tests").mkdir()
    return tmp_path


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_in_the_project_everything_has_its_place(project):
    begin("policy", "my-idea", project)
    begin("lever", "grant_ceiling", project)
    begin("mechanism", "fairs", project)
    assert written(project) == {
        "scenarios/policies/my_idea.yaml", "tests/policies/test_my_idea.py", LEVERS, "tests/direction/test_grant_ceiling.py",
        "simulation/markets/fairs.py", "tests/mechanisms/test_fairs.py",
    }  # fmt: skip
    text = (project / LEVERS).read_text(encoding="utf-8")
    assert text.startswith("ipo_window:\n  label: there\n\ngrant_ceiling:\n")
    assert set(YAML(typ="safe").load(text)["grant_ceiling"]) == set(KNOWN)
    assert "from .mechanism import" in (project / "simulation/markets/fairs.py").read_text(encoding="utf-8")


def test_elsewhere_files_are_written_where_one_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(cli.app, ["new", "policy", "my_idea"]).output
    assert "written: my_idea.yaml" in said
    begin("mechanism", "fairs")
    assert written(tmp_path) == {"my_idea.yaml", "test_my_idea.py", "fairs.py", "test_fairs.py"}
    assert load_scenario("my_idea.yaml").name == "my-idea"


def test_its_tests_fail_until_they_are_filled_in(tmp_path):
    begin("mechanism", "fairs", tmp_path)
    begin("lever", "grant_ceiling", tmp_path)
    begin("policy", "my_idea", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=prepend", str(tmp_path)],
        check=False, capture_output=True, text=True, cwd=tmp_path,
        env={**__import__("os").environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])},
    )  # fmt: skip
    assert "7 failed" in done.stdout, done.stdout[-2000:]
    assert "passed" not in done.stdout
    assert "error" not in done.stdout.lower().replace("assertionerror", "")


def test_nothing_is_overwritten(project):
    begin("policy", "my_idea", project)
    (project / "tests" / "mechanisms").mkdir()
    (project / "tests" / "mechanisms" / "test_fairs.py").write_text("mine")
    before = written(project)
    for kind, name in (("policy", "my_idea"), ("mechanism", "fairs"), ("lever", "ipo_window")):
        with pytest.raises(UsageError, match="nothing was written"):
            begin(kind, name, project)
    assert written(project) == before
    assert (project / "tests" / "mechanisms" / "test_fairs.py").read_text() == "mine"


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("polcy", "x", "nearest: policy"),
        ("policy", "My Idea", "nearest: my_idea"),
        ("lever", "2fast", "not a name"),
        ("mechanism", "class", "not a name"),
        ("mechanism", "../fairs", "not a name"),
        ("mechanism", "listing", "a mechanism of that name"),
        ("lever", "lockup", "a parameter of that name"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, kind, name, told):
    with pytest.raises(UsageError, match=told):
        begin(kind, name, tmp_path)
    assert written(tmp_path) == set()
