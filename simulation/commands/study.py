"""Commands that ask what a sweep says: sensitivity, discover and interactions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import INTERRUPTED, NoFigures, Workers, app, stop, told

if TYPE_CHECKING:
    from simulation.experiments.swept import Swept

Sweep = Annotated[
    str, typer.Argument(metavar="DIR", help="The folder of a sweep, or a design file, which is swept first.")
]
Place = Annotated[Path | None, typer.Option("--out", help="Folder of the analysis. Default: inside that of the sweep.")]
Shown = Annotated[str | None, typer.Option("--indicators", metavar="ID,ID", help="What figures and text show.")]


@app.command()
@told
def sensitivity(
    sweep: Sweep, indicators: Shown = None, out: Place = None, no_figures: NoFigures = False, workers: Workers = 0,
) -> None:  # fmt: skip
    """Which factors of a Morris or Sobol design matter, beside a dummy that shows luck."""
    swept = _read(sweep, workers, out)
    from simulation.experiments.sensitivity import sensitivity_of

    _write(sensitivity_of(swept, indicators, quiet=False), out, no_figures)


@app.command()
@told
def discover(
    sweep: Sweep,
    stalls: Annotated[bool, typer.Option("--stalls", help="Where the cycle stalls (the default).")] = False,
    where: Annotated[str | None, typer.Option(metavar="CONDITION", help='E.g. "equity_invested < 300".')] = None,
    share: Annotated[float | None, typer.Option(help="Of the baseline, below which it stalls. Default: 0.8.")] = None,
    density: Annotated[float | None, typer.Option(help="Least share of the runs in a box. Default: best gap.")] = None,
    out: Place = None, no_figures: NoFigures = False, workers: Workers = 0,
) -> None:  # fmt: skip
    """Ranges of levers and assumptions in which an outcome is frequent (PRIM boxes)."""
    from simulation.errors import UsageError

    if where and (stalls or share is not None):
        raise UsageError.at("--where", "--where together with --stalls or --share", "one of them")
    swept = _read(sweep, workers, out)
    from simulation.experiments.discovery import discover_in
    from simulation.experiments.outcomes import USUAL_SHARE

    found = discover_in(swept, where, USUAL_SHARE if share is None else share, density, quiet=False)
    _write(found, out, no_figures)


@app.command()
@told
def interactions(
    sweep: Sweep, indicators: Shown = None,
    levers: Annotated[str | None, typer.Option(metavar="ID,ID", help="One pair. Default: all pairs.")] = None,
    out: Place = None, no_figures: NoFigures = False, workers: Workers = 0,
) -> None:  # fmt: skip
    """Whether two levers of a grid are complements or substitutes, with public cost on the surface."""
    swept = _read(sweep, workers, out)
    from simulation.experiments.interactions import interactions_of

    _write(interactions_of(swept, indicators, levers), out, no_figures)


def _read(sweep: str, workers: int, out: Path | None) -> Swept:
    """The sweep, played first if a design is named; a place that cannot be written is told before."""
    from simulation.experiments.study import check_place
    from simulation.experiments.swept import sweep_first

    if out is not None:
        check_place(out)
    try:
        return sweep_first(sweep, workers)
    except KeyboardInterrupt:
        stop("Interrupted; what is finished is kept. The same command goes on.", INTERRUPTED)
        raise


def _write(found: Any, out: Path | None, no_figures: bool) -> None:
    """Say what came out and where it is."""
    print(found.brief())
    folder = found.save(out, figures=not no_figures)
    print(f"Results: {folder.as_posix()}/")
    first = next(iter(sorted((folder / "figures").glob("*.png"))), None)
    if first is not None:
        print(f"Look first at {first.as_posix()}")
