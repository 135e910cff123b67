"""The command that calibrates: screen, play points, infer, try on other seeds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .shared import INTERRUPTED, Again, Out, Replace, Workers, app, command_line, stop, told


@app.command()
@told
def calibrate(
    plan: Annotated[str, typer.Argument(help="A plan: a file, or a name in scenarios/fits.")] = "2023-12",
    quick: Annotated[bool, typer.Option("--quick", help="Few points of a tiny economy: a DRAFT.")] = False,
    out: Out = None, again: Again = False, replace: Replace = False, workers: Workers = 0,
    release: Annotated[
        bool, typer.Option("--release", help="Put the result into scenarios/calibrations, where scenarios find it.")
    ] = False,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write its page too, e.g. docs/calibration.md.")
    ] = None,
) -> None:  # fmt: skip
    """Fit assumptions to published moments: posterior ranges, what stayed open, and whether known ones are found."""
    from simulation.errors import UsageError
    from simulation.experiments.calibration import files
    from simulation.experiments.calibration.fit import calibrate as fit
    from simulation.experiments.calibration.plan import read_plan
    from simulation.experiments.calibration.play import Ledger
    from simulation.experiments.conduct import Way
    from simulation.experiments.execute import Interrupted

    if page is not None and page.suffix != ".md":
        raise UsageError.at("--page", page.as_posix(), "a file that ends in .md")
    asked = read_plan(plan)
    asked = asked.smaller() if quick else asked
    folder = out if out is not None else Path("results") / f"calibration-{asked.name}"
    if files.is_answered(folder, asked.hash, again, replace):
        print(f"{folder.as_posix()} holds the answer already: nothing is played (--again works it out anew).")
    else:
        folder.parent.mkdir(parents=True, exist_ok=True)
        ledger = Ledger.open(files.ledger_of(folder, asked.runs_hash))
        many = f"{len(asked.candidates)} candidates, {len(asked.moments)} moments"
        print(f"Calibrating {asked.title}: {many}.", flush=True)
        try:
            found = fit(asked, ledger, Way(workers, crashes=folder.parent), lambda text: print(text, flush=True))
        except Interrupted:
            stop(f"Interrupted; {len(ledger.known)} runs are kept. The same command goes on.", INTERRUPTED)
        notes = files.save(found, folder, asked.hash, command_line(), quick)
        print("".join(f"{note}\n" for note in notes), end="", file=sys.stderr)
    print(f"Results: {folder.as_posix()}/ (calibration.md, figures/, tables)")
    if release:
        print(f"Calibration: {files.release(folder)[0].as_posix()}")
    if page is not None:
        print(f"Page: {files.write_page(folder, page)[0].as_posix()}")
