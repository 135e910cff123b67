"""Commands that ask without playing: check, schema, levers, indicators, schedule, explain, new, version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .shared import ScenarioName, Settings, Without, Word, app, load_scenarios, print_versions, told


@app.command()
@told
def check(scenario: ScenarioName, settings: Settings = None, without: Without = None) -> None:
    """Say in words what a scenario does, without playing it."""
    from simulation.scenario.describe import describe

    for loaded in load_scenarios([scenario], settings, without):
        print(describe(loaded), end="")


@app.command()
@told
def schema() -> None:
    """Print the JSON schema of scenario files, for editors."""
    import json

    from simulation.scenario.schema import scenario_schema

    print(json.dumps(scenario_schema(), indent=1, ensure_ascii=False))


@app.command()
@told
def levers(word: Word = "") -> None:
    """List the levers with unit, range and value in the baseline."""
    from simulation.experiments.lists import lever_rows
    from simulation.experiments.show import show_list

    heads = {
        "id": "Lever",
        "label": "What it is",
        "baseline": "Baseline 2024Q1",
        "unit": "Unit",
        "range": "Range",
        "by": "By",
    }
    show_list(lever_rows(word), heads | {"mechanism": "Mechanism"})


@app.command()
@told
def indicators(word: Word = "") -> None:
    """List the indicators with unit, wanted direction and formula."""
    from simulation.experiments.lists import indicator_rows
    from simulation.experiments.show import show_list

    heads = {"id": "Indicator", "label": "What it is", "unit": "Unit", "better": "Better", "aggregate": "Over a window"}
    show_list(indicator_rows(word), heads | {"formula": "Formula"})


@app.command()
@told
def schedule() -> None:
    """Print what happens in a quarter, in order."""
    from simulation.experiments.lists import schedule_rows
    from simulation.experiments.show import console, rows_table

    columns = {"step": "", "stage": "Stage", "what": "What happens", "mechanism": "Mechanism"}
    console().print(rows_table(schedule_rows(), columns))


@app.command()
@told
def explain(
    results: Annotated[Path, typer.Argument(metavar="RUN", help="A folder of results.", show_default=False)],
    enterprise: Annotated[int | None, typer.Option(help="Id of an enterprise: tell its life.")] = None,
    indicator: Annotated[str | None, typer.Option(help="Id of an indicator: split its change into terms.")] = None,
    quarter: Annotated[
        str | None, typer.Option(help="With --indicator: the quarter, against a year before. Default: the last.")
    ] = None,
    scenario: Annotated[str | None, typer.Option(help="Which scenario. Default: the first.")] = None,
    seed: Annotated[int | None, typer.Option(help="Which seed. Default: the first.")] = None,
) -> None:
    """Name lives worth reading and reasons of refusal; tell one life; or split an indicator's change."""
    from simulation.experiments.explain import explain_folder
    from simulation.experiments.results import open_results

    print(explain_folder(open_results(results), enterprise, indicator, quarter, scenario, seed))


@app.command()
@told
def new(
    kind: Annotated[str, typer.Argument(help="policy, lever or mechanism.", show_default=False)],
    name: Annotated[str, typer.Argument(help="Its name, in small letters.", show_default=False)],
) -> None:
    """Begin a policy, a lever or a mechanism: a commented file and the test that fails until it is filled in."""
    from simulation.experiments.new import begin, said

    print(said(kind, name, begin(kind, name)))


@app.command()
@told
def version() -> None:
    """Print the versions of the program and of what decides its numbers."""
    print_versions()
