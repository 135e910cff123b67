"""Every notebook runs from first cell to last, is paired with its script, and stays small."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from notebooks.execute import LARGEST, execute, read_script, scripts

SCRIPTS = scripts()
NAMES = [path.stem for path in SCRIPTS]
PARTS = ("question", "method", "figure", "mean", "does not mean")


def cells(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def prose(path: Path) -> str:
    words = [source for kind, source in cells(read_script(path)) if kind == "markdown"]
    return "\n".join(words).lower()


def test_there_are_eight():
    assert [name[:2] for name in NAMES] == [f"{number:02d}" for number in range(1, 9)]


@pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)
def test_the_notebook_is_its_script_executed(path):
    kept = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    assert cells(kept) == cells(read_script(path)), "make notebooks writes them anew"
    ran = [cell for cell in kept.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in ran] == list(range(1, len(ran) + 1))
    outputs = [output for cell in ran for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert any("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)
def test_a_notebook_with_its_outputs_is_small_and_names_no_machine(path):
    text = path.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert len(text.encode()) <= LARGEST
    assert str(Path(__file__).resolve().parents[2]) not in text
    assert not any(place in text for place in ("/home/", "/root/", "/tmp/", "Traceback"))


@pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)
def test_a_notebook_reads_as_a_short_paper(path):
    assert [part for part in PARTS if part not in prose(path)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)
def test_a_notebook_holds_no_helper_code_and_no_private_module(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in modules if name.startswith("simulation")]


def test_the_first_notebook_runs(tmp_path):
    ran = execute(SCRIPTS[0], tmp_path, quick=True)
    assert len([cell for cell in ran.cells if cell.cell_type == "code" and cell.outputs]) >= 5


@pytest.mark.long
@pytest.mark.parametrize("path", SCRIPTS[1:], ids=NAMES[1:])
def test_every_other_notebook_runs(path, tmp_path):
    execute(path, tmp_path, quick=True)
