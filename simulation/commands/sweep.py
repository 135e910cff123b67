"""Commands that play designs: sweep and status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .shared import INTERRUPTED, Out, Workers, app, command_line, stop, told


@app.command()
@told
def sweep(
    design: Annotated[str, typer.Argument(help="A design file, e.g. scenarios/sweeps/early_x_exits.yaml.")],
    workers: Workers = 0, out: Out = None,
    cluster: Annotated[str, typer.Option(metavar="ADDRESS", help="A Dask scheduler, e.g. tcp://10.0.0.1:8786.")] = "",
    fork: Annotated[bool, typer.Option("--fork", help="Keep a changed design apart in a folder of its own.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Begin a very large sweep without being asked.")] = False,
) -> None:  # fmt: skip
    """Play every point of a design on every seed; go on where an earlier call stopped."""
    from simulation.experiments.design_file import read_design
    from simulation.experiments.sweep import Sweep, not_too_many, run_sweep, says_done, store_of

    asked = read_design(design)
    not_too_many(asked, yes)
    store = store_of(asked, out if out is not None else Path("results") / asked.name, fork)
    store.open(asked, command_line())
    under_way = Sweep(asked, store, workers, cluster=cluster)
    try:
        run_sweep(under_way)
    except KeyboardInterrupt:
        stop(f"Interrupted; {says_done(store, asked)}. The same command goes on.", INTERRUPTED)
    print(says_done(store, asked))
    print(f"Results: {store.folder.as_posix()}/ (simulation.open_results opens them; table runs has a row a run)")


@app.command()
@told
def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep or a search.", show_default=False)],
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the ledger anew from the parts.")] = False,
) -> None:
    """Say how far a sweep or a search has come."""
    from simulation.experiments.manifest import read_manifest
    from simulation.experiments.search_play import status_of_search
    from simulation.experiments.sweep_store import status_of

    searched = (read_manifest(folder) or {}).get("kind") == "optimise"
    print(status_of_search(folder) if searched else status_of(folder, rebuild))
