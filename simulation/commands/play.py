"""Commands that play scenarios: run and compare."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .shared import (
    INTERRUPTED,
    Again,
    Csv,
    EqualCost,
    Freeze,
    From,
    Impulse,
    NoCache,
    NoFigures,
    Out,
    Policies,
    Quarters,
    Quick,
    Replace,
    Scale,
    ScenarioOrFrom,
    Seeds,
    Settings,
    Threads,
    Window,
    Without,
    Workers,
    app,
    command_line,
    load_scenarios,
    stop,
    told,
)  # fmt: skip

if TYPE_CHECKING:
    from simulation.experiments.conduct import Way
    from simulation.experiments.execute import Interrupted
    from simulation.experiments.plan import Plan


@app.command()
@told
def run(
    scenario: ScenarioOrFrom = None, seeds: Seeds = None, scale: Scale = None, quarters: Quarters = 60,
    settings: Settings = None, without: Without = None, out: Out = None, csv: Csv = False,
    no_figures: NoFigures = False, quick: Quick = False, again: Again = False, replace: Replace = False,
    no_cache: NoCache = False, workers: Workers = 0, threads: Threads = 1, source: From = None,
) -> None:  # fmt: skip
    """Play one scenario and write its tables and figures."""
    if source is not None:
        asked = {
            "a scenario": scenario, "--seeds": seeds, "--scale": scale, "--quarters": quarters != 60,
            "--set": settings, "--without": without, "--quick": quick,
        }  # fmt: skip
        return play_again(source, "run", asked, out, replace, csv, no_figures, no_cache, workers, threads)
    if scenario is None:
        raise nothing_named("run", "a scenario, e.g. tif run baseline")
    scenarios = load_scenarios([scenario], settings, without)

    from simulation.experiments.plan import make_plan, quick_or

    luck, size = quick_or(seeds, scale, quick, "1")
    plan = make_plan("run", scenarios, luck, quarters, size, None, quick, command_line(), [scenario])
    _answer(plan, _way(plan, out, workers, no_cache, threads), out, again, replace, csv, no_figures, settings, without)


@app.command()
@told
def compare(
    base: ScenarioOrFrom = None, policies: Policies = None, seeds: Seeds = None, scale: Scale = None,
    quarters: Quarters = 60, window: Window = None, equal_cost: EqualCost = None, freeze: Freeze = None,
    impulse: Impulse = False, settings: Settings = None, without: Without = None, out: Out = None, csv: Csv = False,
    no_figures: NoFigures = False, quick: Quick = False, again: Again = False, replace: Replace = False,
    no_cache: NoCache = False, workers: Workers = 0, threads: Threads = 1, source: From = None,
) -> None:  # fmt: skip
    """Play a baseline and policies on the same seeds; write the effects with their intervals."""
    if source is not None:
        asked = {
            "scenarios": base, "--seeds": seeds, "--scale": scale, "--quarters": quarters != 60, "--window": window,
            "--equal-cost": equal_cost, "--freeze": freeze, "--impulse": impulse, "--set": settings,
            "--without": without, "--quick": quick,
        }  # fmt: skip
        return play_again(source, "compare", asked, out, replace, csv, no_figures, no_cache, workers, threads)
    if base is None or not policies:
        raise nothing_named("compare", "a baseline and a policy, e.g. tif compare baseline open_exits")
    names = [base, *policies]
    scenarios = load_scenarios(names, settings, without)

    from simulation.experiments.plan import make_plan, quick_or
    from simulation.experiments.variants import SHARE, with_variants

    luck, size = quick_or(seeds, scale, quick, "20")
    plan = make_plan("compare", scenarios, luck, quarters, size, window, quick, command_line(), names)
    plan = with_variants(plan, freeze or [], SHARE if impulse else 0.0)
    way, costs = _way(plan, out, workers, no_cache, threads), None
    if equal_cost is not None:
        from simulation.experiments.compare import priced_plan

        print(f"Scaling every policy to CNY {equal_cost:g} bn: about six rounds of runs each.", flush=True)
        plan, costs = priced_plan(plan, way, equal_cost)
        print("" if costs is None else costs.to_string(index=False, float_format="{:.3g}".format))
    _answer(plan, way, out, again, replace, csv, no_figures, settings, without, costs)


def _way(plan: Plan, out: Path | None, workers: int, no_cache: bool, threads: int) -> Way:
    from simulation.experiments.conduct import Way

    return Way(workers, not no_cache, False, _folder(plan, out).parent, threads)


def play_again(
    source: Path, kind: str, asked: dict[str, Any], out: Path | None, replace: bool, csv: bool, no_figures: bool,
    no_cache: bool, workers: int, threads: int,
) -> None:  # fmt: skip
    """Play what a manifest tells of into a folder beside it, and say whether the same bits came out."""
    from simulation.experiments.again import costs_beside, plan_again, refuse_other_options, said_same

    refuse_other_options(asked)
    plan, manifest = plan_again(source, kind, command_line())
    folder = out if out is not None else Path("results") / f"{plan.title}-again"
    way = _way(plan, folder, workers, no_cache, threads)
    _answer(plan, way, folder, False, replace, csv, no_figures, None, None, costs_beside(source, manifest))
    same, words = said_same(folder, manifest)
    print(words) if same else stop(words, 1)


def nothing_named(command: str, allowed: str) -> Exception:
    """The error of a command that was told neither scenarios nor a manifest."""
    from simulation.errors import UsageError

    return UsageError.at(f"tif {command}", "no scenario", f"{allowed}, or --from MANIFEST")


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
    from simulation.experiments.variants import play_variants

    folder = _folder(plan, out)
    if is_answered(folder, plan, again, replace):
        print(f"{folder.as_posix()} holds the answer already: nothing is played (--again plays it anew).")
    else:
        print(announce(plan, way), flush=True)
        load_ahead()
        try:
            conducted = conduct(plan, way)
            variants = play_variants(plan, way, conducted)
        except Interrupted as stopped:
            return _keep(plan, stopped, folder, csv)
        except RunFailed as failed:
            return stop(failure_text(plan, failed, settings or [], without or []), 1)
        result = _result(plan, conducted, costs, variants)
        result.save(folder, figures=not no_figures, csv=csv, replace=True)
        print("".join(f"{note}\n" for note in result.notes), end="", file=sys.stderr)
    _say_results(plan, folder)


def _result(plan: Plan, conducted: Any, costs: Any = None, variants: Any = ()) -> Any:
    from simulation.experiments.compare import Comparison
    from simulation.experiments.runs import Run

    return Comparison(plan, conducted, costs, variants) if plan.kind == "compare" else Run(plan, conducted)


def _keep(plan: Plan, stopped: Interrupted, folder: Path, csv: bool) -> None:
    """After an interruption: write the seeds that are finished, if there are any, marked as incomplete."""
    from simulation.experiments.conduct import Conducted, rescue

    kept = rescue(plan, stopped)
    if kept is None:
        stop("Interrupted before a seed was finished; nothing was written.", INTERRUPTED)
        return
    partly, conducted = kept[0], Conducted(kept[1], "interrupted", 0.0)
    _result(partly, conducted).save(folder, figures=False, csv=csv, replace=True, complete=False)
    done = f"{len(partly.seeds)} of {len(plan.seeds)} seeds are finished and kept in {folder.as_posix()}"
    stop(f"Interrupted; {done}. The same command plays all of them and replaces it.", INTERRUPTED)


def _say_results(plan: Plan, folder: Path) -> None:
    """The headline effects of a comparison, where the results are, and what to look at first."""
    if plan.kind == "compare":
        from simulation.experiments.results import open_results
        from simulation.experiments.show import show_effects
        from simulation.experiments.show_paired import show_paired

        show_effects(open_results(folder).table("effects"), plan.names[0])
        show_paired(open_results(folder))
    print(f"Results: {folder.as_posix()}/ (summary.csv opens in a spreadsheet)")
    first = folder / "figures" / ("effects.png" if plan.kind == "compare" else "fan.png")
    if first.exists():
        print(f"Look first at {first.as_posix()}" + (", a DRAFT" if plan.draft else ""))
