"""Run a notebook from its percent script and write it beside the script, outputs included and kept small.

The script NN_name.py is the source; NN_name.ipynb is made from it and is never edited by hand.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
LARGEST = 300_000  # bytes of a notebook with its outputs
LONGEST = 3600  # seconds a cell may take
KEPT = ("kernelspec", "jupytext")


def scripts(words: tuple[str, ...] = ()) -> list[Path]:
    """The scripts in order, or those whose name begins with or contains one of the words."""
    found = sorted(HERE.glob("[0-9][0-9]_*.py"))
    return [path for path in found if not words or any(word in path.stem for word in words)]


def read_script(path: Path) -> NotebookNode:
    """The notebook of a script, without outputs; its cells have the same ids each time."""
    notebook = jupytext.read(path, fmt="py:percent")
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"{path.stem[:2]}-{place:02d}"
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata = nbformat.from_dict({key: notebook.metadata[key] for key in KEPT if key in notebook.metadata})
    return notebook


def execute(path: Path, folder: Path, quick: bool = False) -> NotebookNode:
    """The notebook of a script with its outputs, played in `folder`; raises CellExecutionError if a cell fails.

    quick: a tiny economy, which only shows that every cell works.
    """
    notebook = read_script(path)
    client = NotebookClient(notebook, timeout=LONGEST, resources={"metadata": {"path": str(folder)}})
    package = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")]))
    client.execute(env=os.environ | {"TIF_NOTEBOOK_QUICK": "1" if quick else "", "PYTHONPATH": package})
    return tidy(notebook)


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Only what a reader wants to see: no times, no progress, no version of the kernel."""
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = list(wanted(cell.outputs))
    return notebook


def wanted(outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Outputs but for standard error and for pictures' text twins; a table is kept as HTML and as text."""
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue
        data = output.get("data", {})
        if "image/png" in data:
            output["data"] = {"image/png": data["image/png"], "text/plain": "A figure"}
        if data or output.output_type != "display_data":
            yield output


def write(path: Path, quick: bool = False) -> Path:
    """Execute a script in the project's folder and write the notebook beside it; ValueError if it grew too large."""
    target = path.with_suffix(".ipynb")
    text = nbformat.writes(execute(path, HERE.parent, quick)) + "\n"
    if len(text) > LARGEST:
        raise ValueError(f"{target.name}: {len(text):,} bytes, more than {LARGEST:,}: show fewer figures")
    target.write_text(text, encoding="utf-8")
    return target
