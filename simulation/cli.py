"""The command line `tif`: parse, call, print. Whatever is heavy is imported inside the commands."""

from __future__ import annotations

import functools
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from simulation.errors import TifError, UserError

if TYPE_CHECKING:
    from simulation.experiments.conduct import Way
    from simulation.experiments.execute import Interrupted
    from simulation.experiments.plan import Plan
    from simulation.scenario.scenario import Scenario

Command = TypeVar("Command", bound=Callable[..., Any])
INTERRUPTED = 130

app = typer.Typer(
    name="tif", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Agent-based simulator of the technology-industry-finance cycle: policies in, effects with intervals out.",
)  # fmt: skip

ScenarioName = Annotated[
    str, typer.Argument(help="A file, or a name such as baseline or open_exits.", show_default=False)
]
Policies = Annotated[list[str], typer.Argument(help="One policy or more: files or names.", show_default=False)]
Seeds = Annotated[
    str | None, typer.Option(help="20 = seeds 1 to 20; also 5-8 or 1,4,9. Default: 1 for run, 20 for compare.")
]
Scale = Annotated[float | None, typer.Option(help="Share of the country's enterprises, 0.001 to 1. Default: 0.1.")]
Quarters = Annotated[int, typer.Option(help="Reported quarters from 2021Q1 on; burn-in is extra.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="LEVER=VALUE", help="Change a lever or an assumption, in all scenarios alike."),
]
Without = Annotated[list[str] | None, typer.Option(metavar="MECHANISM", help="Switch a mechanism off.")]
Out = Annotated[Path | None, typer.Option(help="Folder of results. Default: results/NAME.", show_default=False)]
Csv = Annotated[bool, typer.Option("--csv", help="Write CSV beside every table.")]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Draw no figures.")]
Quick = Annotated[bool, typer.Option("--quick", help="3 seeds at scale 0.02, every figure stamped DRAFT.")]
Again = Annotated[bool, typer.Option("--again", help="Play although the folder holds the answer already.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace results of another question.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Play everything, from the burn-in on, in every scenario.")]
Workers = Annotated[int, typer.Option(help="Processes; 0 = all cores.", min=0, max=1024)]
Threads = Annotated[
    int, typer.Option(help="Threads in each process, for one large economy; the numbers stay the same.", min=1, max=256)
]
Window = Annotated[
    str | None, typer.Option(help="Quarters over which effects are taken. Default: 2024Q1 to the last one.")
]
EqualCost = Annotated[
    float | None,
    typer.Option(metavar="BUDGET", help="Scale every policy to this public cost, CNY bn of 2024Q1 over the window."),
]
Word = Annotated[str, typer.Argument(help="Show only what contains this word.", show_default=False)]


def main() -> None:
    """Entry point of `tif` and of `python -m simulation`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()


def told(command: Command) -> Command:
    """Turn errors into messages and exit codes: 2 for a mistake of the user, 1 for our fault, 130 when interrupted."""

    @functools.wraps(command)
    def call(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except UserError as error:
            _stop(error.render(), error.exit_code)
        except KeyboardInterrupt:
            _stop("Interrupted; nothing was written.", INTERRUPTED)
        except (typer.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("TIF_TRACEBACK"):
                raise
            _stop(_our_fault(error), error.exit_code if isinstance(error, TifError) else 1)

    return call  # type: ignore[return-value]


def _our_fault(error: Exception) -> str:
    line = f"{type(error).__name__}: {error}" if not isinstance(error, TifError) else str(error)
    again = f"  repeat: {_command()}  (TIF_TRACEBACK=1 in front shows where)"
    return f"The program failed; this is not your fault.\n  {line}\n{again}"


def _stop(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    raise typer.Exit(code)


def _command() -> str:
    return shlex.join(["tif", *sys.argv[1:]])


@app.command()
@told
def run(
    scenario: ScenarioName, seeds: Seeds = None, scale: Scale = None, quarters: Quarters = 60,
    settings: Settings = None, without: Without = None, out: Out = None, csv: Csv = False,
    no_figures: NoFigures = False, quick: Quick = False, again: Again = False, replace: Replace = False,
    no_cache: NoCache = False, workers: Workers = 0, threads: Threads = 1,
) -> None:  # fmt: skip
    """Play one scenario and write its tables and figures."""
    scenarios = _load([scenario], settings, without)

    from simulation.experiments.plan import make_plan, quick_or

    luck, size = quick_or(seeds, scale, quick, "1")
    plan = make_plan("run", scenarios, luck, quarters, size, None, quick, _command(), [scenario])
    _answer(plan, _way(plan, out, workers, no_cache, threads), out, again, replace, csv, no_figures, settings, without)


@app.command()
@told
def compare(
    base: ScenarioName, policies: Policies, seeds: Seeds = None, scale: Scale = None, quarters: Quarters = 60,
    window: Window = None, equal_cost: EqualCost = None, settings: Settings = None, without: Without = None,
    out: Out = None, csv: Csv = False, no_figures: NoFigures = False, quick: Quick = False, again: Again = False,
    replace: Replace = False, no_cache: NoCache = False, workers: Workers = 0, threads: Threads = 1,
) -> None:  # fmt: skip
    """Play a baseline and policies on the same seeds; write the effects with their intervals."""
    names = [base, *policies]
    scenarios = _load(names, settings, without)

    from simulation.experiments.plan import make_plan, quick_or

    luck, size = quick_or(seeds, scale, quick, "20")
    plan = make_plan("compare", scenarios, luck, quarters, size, window, quick, _command(), names)
    way, costs = _way(plan, out, workers, no_cache, threads), None
    if equal_cost is not None:
        from simulation.experiments.compare import priced_plan

        print(f"Scaling every policy to CNY {equal_cost:g} bn: up to a dozen rounds of runs each.", flush=True)
        plan, costs = priced_plan(plan, way, equal_cost)
        print("" if costs is None else costs.to_string(index=False, float_format="{:.3g}".format))
    _answer(plan, way, out, again, replace, csv, no_figures, settings, without, costs)


def _load(names: list[str], settings: list[str] | None, without: list[str] | None) -> list[Scenario]:
    """The scenarios as written, with what the command line changes in all of them."""
    from simulation.scenario.load import load_scenario, parse_settings

    changes = parse_settings(settings or [])
    return [load_scenario(name, changes, without or []) for name in names]


def _way(plan: Plan, out: Path | None, workers: int, no_cache: bool, threads: int) -> Way:
    from simulation.experiments.conduct import Way

    return Way(workers, not no_cache, False, _folder(plan, out).parent, threads)


def _folder(plan: Plan, out: Path | None) -> Path:
    return out if out is not None else Path("results") / plan.title


def _answer(
    plan: Plan, way: Way, out: Path | None, again: bool, replace: bool, csv: bool, no_figures: bool,
    settings: list[str] | None, without: list[str] | None, costs: Any = None,
) -> None:  # fmt: skip
    """Play a plan and write its folder, unless the answer lies there already; then say what came out."""
    from simulation.experiments.conduct import announce, conduct
    from simulation.experiments.execute import Interrupted
    from simulation.experiments.failure import failure_text
    from simulation.experiments.job import RunFailed
    from simulation.experiments.results import load_ahead
    from simulation.experiments.store import is_answered

    folder = _folder(plan, out)
    if is_answered(folder, plan, again, replace):
        print(f"{folder.as_posix()} holds the answer already: nothing is played (--again plays it anew).")
    else:
        print(announce(plan, way), flush=True)
        load_ahead()
        try:
            conducted = conduct(plan, way)
        except Interrupted as stopped:
            return _keep(plan, stopped, folder, csv)
        except RunFailed as failed:
            return _stop(failure_text(plan, failed, settings or [], without or []), 1)
        result = _result(plan, conducted, costs)
        result.save(folder, figures=not no_figures, csv=csv, replace=True)
        print("".join(f"{note}\n" for note in result.notes), end="", file=sys.stderr)
    _say_results(plan, folder)


def _result(plan: Plan, conducted: Any, costs: Any = None) -> Any:
    from simulation.experiments.compare import Comparison
    from simulation.experiments.runs import Run

    return Comparison(plan, conducted, costs) if plan.kind == "compare" else Run(plan, conducted)


def _keep(plan: Plan, stopped: Interrupted, folder: Path, csv: bool) -> None:
    """After an interruption: write the seeds that are finished, if there are any, marked as incomplete."""
    from simulation.experiments.conduct import Conducted, rescue

    kept = rescue(plan, stopped)
    if kept is None:
        _stop("Interrupted before a seed was finished; nothing was written.", INTERRUPTED)
        return
    partly, conducted = kept[0], Conducted(kept[1], "interrupted", 0.0)
    _result(partly, conducted).save(folder, figures=False, csv=csv, replace=True, complete=False)
    done = f"{len(partly.seeds)} of {len(plan.seeds)} seeds are finished and kept in {folder.as_posix()}"
    _stop(f"Interrupted; {done}. The same command plays all of them and replaces it.", INTERRUPTED)


def _say_results(plan: Plan, folder: Path) -> None:
    """The headline effects of a comparison, where the results are, and what to look at first."""
    if plan.kind == "compare":
        from simulation.experiments.results import open_results
        from simulation.experiments.show import show_effects

        show_effects(open_results(folder).table("effects"), plan.names[0])
    print(f"Results: {folder.as_posix()}/ (summary.csv opens in a spreadsheet)")
    first = folder / "figures" / ("effects.png" if plan.kind == "compare" else "fan.png")
    if first.exists():
        print(f"Look first at {first.as_posix()}" + (", a DRAFT" if plan.draft else ""))


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
    store.open(asked, _command())
    under_way = Sweep(asked, store, workers, cluster=cluster)
    try:
        run_sweep(under_way)
    except KeyboardInterrupt:
        _stop(f"Interrupted; {says_done(store, asked)}. The same command goes on.", INTERRUPTED)
    print(says_done(store, asked))
    print(f"Results: {store.folder.as_posix()}/ (simulation.open_results opens them; table runs has a row a run)")


@app.command()
@told
def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a sweep.", show_default=False)],
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the ledger anew from the parts.")] = False,
) -> None:
    """Say how far a sweep has come."""
    from simulation.experiments.sweep_store import status_of

    print(status_of(folder, rebuild))


@app.command()
@told
def check(scenario: ScenarioName, settings: Settings = None, without: Without = None) -> None:
    """Say in words what a scenario does, without playing it."""
    from simulation.scenario.describe import describe

    for loaded in _load([scenario], settings, without):
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
    from simulation.experiments.manifest import versions

    print("\n".join(f"{name} {number}" for name, number in versions().items() if number))
