"""The command that searches: optimise."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .shared import INTERRUPTED, Csv, NoFigures, Out, Workers, app, command_line, stop, told


@app.command()
@told
def optimise(
    file: Annotated[str, typer.Argument(help="A search file, e.g. scenarios/searches/best_mix.yaml.")],
    workers: Workers = 0, out: Out = None, csv: Csv = False, no_figures: NoFigures = False,
    cluster: Annotated[str, typer.Option(metavar="ADDRESS", help="A Dask scheduler, e.g. tcp://10.0.0.1:8786.")] = "",
    fork: Annotated[bool, typer.Option("--fork", help="Keep a changed search apart in a folder of its own.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Begin a very large search without being asked.")] = False,
) -> None:  # fmt: skip
    """Search the best policy mixes within a public budget; go on where an earlier call stopped."""
    from simulation.experiments.optimise import not_too_many, progress_of
    from simulation.experiments.optimise import optimise as play
    from simulation.experiments.search_file import read_search
    from simulation.experiments.search_files import folder_of
    from simulation.experiments.search_words import show_front

    search = read_search(file)
    not_too_many(search, yes)
    folder = folder_of(search, out if out is not None else Path("results") / search.name, fork)
    try:
        found = play(
            search, folder, workers=workers, cluster=cluster, figures=not no_figures, csv=csv, command=command_line(),
            tell=lambda text: print(text, flush=True),
        )  # fmt: skip
    except KeyboardInterrupt:
        stop(f"Interrupted; {progress_of(folder, search)}. The same command goes on.", INTERRUPTED)
    print("".join(f"{note}\n" for note in found.notes), end="", file=sys.stderr)
    show_front(found.front)
    print(found.brief())
    print(f"Results: {folder.as_posix()}/ (summary.csv opens in a spreadsheet; front/ holds scenarios for tif compare)")
    if (folder / "figures" / "front.png").exists():
        print(f"Look first at {(folder / 'figures' / 'front.png').as_posix()}")
