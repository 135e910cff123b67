"""The command that validates: play the baseline or take a folder, measure, write the scorecard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import (
    INTERRUPTED,
    Again,
    Csv,
    NoCache,
    NoFigures,
    Out,
    Quick,
    Replace,
    Settings,
    Workers,
    app,
    command_line,
    stop,
    told,
)  # fmt: skip

if TYPE_CHECKING:
    from simulation.experiments.validate import Validation
    from simulation.scenario.scenario import Scenario


@app.command()
@told
def validate(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Finished results, or a validation.", show_default=False)
    ] = None,
    seeds: Annotated[str | None, typer.Option(help="As for run. Default: 20.")] = None,
    scale: Annotated[float | None, typer.Option(help="Share of the country's enterprises. Default: 0.05.")] = None,
    quick: Quick = False, out: Out = None, csv: Csv = False, no_figures: NoFigures = False, again: Again = False,
    replace: Replace = False, no_cache: NoCache = False, workers: Workers = 0, settings: Settings = None,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the scorecard as a page too, e.g. docs/validation.md.")
    ] = None,
) -> None:  # fmt: skip
    """Set the baseline against published numbers and stylised facts; write a scorecard with a figure each."""
    from simulation.errors import UsageError
    from simulation.experiments.manifest import read_manifest
    from simulation.experiments.validation_files import KIND, draw_again, write_page

    if page is not None and page.suffix != ".md":
        raise UsageError.at("--page", page.as_posix(), "a file that ends in .md")
    there = read_manifest(folder) if folder is not None and folder.is_dir() else None
    if folder is not None and (seeds is not None or scale is not None or quick):
        raise UsageError.at(folder.as_posix(), "a folder and --seeds, --scale or --quick", "one of them")
    complete = True
    if folder is not None and there is not None and there.get("kind") == KIND:
        place = folder
        if again:
            print("".join(f"{note}\n" for note in draw_again(folder)), end="", file=sys.stderr)
    elif folder is not None:
        place = out if out is not None else folder / "validation"
        complete = _of_folder(folder, place, csv, no_figures, again, replace)
    else:
        place = out if out is not None else Path("results") / "validation"
        complete = _play(place, seeds, scale, quick, csv, no_figures, again, replace, no_cache, workers, settings)
    _say(place)
    if page is not None:
        for written in write_page(place, page)[:1]:
            print(f"Page: {written.as_posix()}")
    if not complete:
        stop("Interrupted; the seeds that were finished are kept and scored.", INTERRUPTED)


def _of_folder(folder: Path, place: Path, csv: bool, no_figures: bool, again: bool, replace: bool) -> bool:
    from simulation.experiments.results import open_results
    from simulation.experiments.validate import of_folder
    from simulation.experiments.validation_files import is_answered

    manifest = open_results(folder).manifest
    validation = of_folder(folder, lambda text: print(text, flush=True))
    if not is_answered(place, validation, again, replace):
        _save(validation, place, manifest | {"command": command_line()}, csv, no_figures)
    return True


def _play(
    place: Path, seeds: str | None, scale: float | None, quick: bool, csv: bool, no_figures: bool, again: bool,
    replace: bool, no_cache: bool, workers: int, settings: list[str] | None,
) -> bool:  # fmt: skip
    from simulation.experiments.conduct import Way
    from simulation.experiments.execute import Interrupted
    from simulation.experiments.failure import failure_text
    from simulation.experiments.job import RunFailed
    from simulation.experiments.validate import announce, play, to_play
    from simulation.experiments.validation_files import is_answered
    from simulation.scenario.load import parse_settings

    validation = to_play(seeds, scale, quick, command_line(), parse_settings(settings or []))
    plan = validation.plan
    assert plan is not None
    if is_answered(place, validation, again, replace):
        print(f"{place.as_posix()} holds the answer already: nothing is played (--again plays it anew).")
        return True
    way = Way(workers, not no_cache, False, place.parent)
    print(announce(validation, way), flush=True)
    try:
        play(validation, way)
    except Interrupted:
        stop("Interrupted before a seed was finished; nothing was written.", INTERRUPTED)
    except RunFailed as failed:
        stop(failure_text(plan, failed, [], []), 1)
    about: dict[str, Any] = {
        "draft": plan.draft, "command": command_line(), "quarters": plan.quarters, "scale": plan.scale,
        "scenarios": [_about(name, scenario) for name, scenario in zip(plan.names, plan.scenarios, strict=True)],
    }  # fmt: skip
    _save(validation, place, about, csv, no_figures)
    return validation.complete


def _about(name: str, scenario: Scenario) -> dict[str, Any]:
    """A scenario that was played: its name, and the calibration behind its values if there is one."""
    from simulation.scenario.calibration import written_calibrated

    made = scenario.calibrated
    fitted = {"calibrated": written_calibrated(made)} if made is not None else {}
    return {"name": name, "hash": scenario.hash, "title": scenario.title, **fitted}


def _save(validation: Validation, place: Path, about: dict[str, Any], csv: bool, no_figures: bool) -> None:
    from simulation.experiments.validation_files import save

    notes = save(validation, place, about, not no_figures, csv)
    print("".join(f"{note}\n" for note in notes), end="", file=sys.stderr)


def _say(place: Path) -> None:
    """The scorecard in a few lines, then where everything is."""
    from simulation.experiments.validation_files import open_validation
    from simulation.experiments.validation_page import summary_words

    card = open_validation(place).table("scorecard")
    for row in card[card["verdict"].isin(["PASS", "WARN", "FAIL", "not scored"])].itertuples():
        print(f"{row.verdict:<11}{row.label_en:<58}{row.value:>10.4g}  {row.unit}")
    print()
    print("\n".join(summary_words(card)))
    print(f"Results: {place.as_posix()}/ (scorecard.md, scorecard.parquet, figures/)")
