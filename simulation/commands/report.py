"""The command that writes a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .shared import app, told


@app.command()
@told
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of results.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Where to write. Default: into DIR.", show_default=False)] = None,
) -> None:
    """Write one HTML page and a brief (figures, tables, methods, findings, sources) about results."""
    from simulation.report.write import BRIEF, write_report

    page = write_report(folder, out, quiet=False)
    print(f"Report: {page.as_posix()} (opens in any browser, needs no network)")
    print(f"Brief: {(page.parent / BRIEF).as_posix()}/ (figures, tables, methods.md, references.bib)")
