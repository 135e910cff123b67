"""Commands about comparisons: links and pairing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .shared import Word, app, told


@app.command()
@told
def links(word: Word = "") -> None:
    """List the links of the cycle that `tif compare --freeze` can hold at their baseline path."""
    from simulation.experiments.lists import link_rows
    from simulation.experiments.show import show_list

    show_list(link_rows(word), {"id": "Link", "label": "What it is called", "held": "What is held", "where": "Where"})


@app.command()
@told
def pairing(
    results: Annotated[Path, typer.Argument(metavar="RUN", help="A folder of a comparison.", show_default=False)],
    everything: Annotated[bool, typer.Option("--all", help="All indicators, not only the headline ones.")] = False,
) -> None:
    """Say how many times fewer runs the paired seeds of a comparison needed than independent ones would."""
    from simulation.experiments.pairing import pairing_of
    from simulation.experiments.results import open_results
    from simulation.experiments.show_paired import show_pairing

    show_pairing(pairing_of(open_results(results)), everything)
