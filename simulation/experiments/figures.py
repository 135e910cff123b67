"""The figures of a results folder; the plots are loaded here, inside functions, because workers never need them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import UserError
from ..scenario.parameter import label
from .columns import Coded, Outcome
from .manifest import program_version
from .plan import Plan
from .tables import frame, headed, join
from .words import plain_name

if TYPE_CHECKING:
    import pandas as pd

    from .compare import Comparison
    from .runs import Run

OVER_TIME = (
    "projects_entered", "equity_invested", "social_commitments", "validated_products", "exits_ipo", "flow_dpi",
    "listing_queue", "npl_ratio",
)  # fmt: skip
LOOPS = ("social_commitments", "equity_invested", "projects_entered", "rd_spending", "validated_products")
STEPS = ("birth", "round", "test_passed", "validation", "listing", "acquisition")


def source_line(plan: Plan, seeds: int | None = None) -> str:
    """Where a figure comes from; `seeds` says how many of the plan's it shows, all if it is not given."""
    shown = "" if seeds in (None, len(plan.seeds)) else f"{seeds} of "
    many = f"{shown}{len(plan.seeds)} seed{'s' if len(plan.seeds) > 1 else ''}"
    whole = ", ".join(scenario.hash[:8] for scenario in plan.scenarios) if len(plan.scenarios) == 1 else plan.hash[:8]
    kind = "scenario" if len(plan.scenarios) == 1 else "comparison"
    return f"tif-cycle {program_version()}, {many}, scale {plan.scale:g}, {kind} {whole}"


def look(plan: Plan, seeds: int | None = None) -> dict[str, Any]:
    """What all figures of a plan share: source line, draft stamp, names in plain words."""
    return {
        "source": source_line(plan, seeds),
        "draft": plan.draft,
        "names": {name: plain_name(name) for name in plan.names},
    }


class Figures(dict[str, Any]):
    """Figures by name; `missing` says which could not be drawn, since tables must not be lost for a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: list[str] = []

    def draw(self, name: str, make: Callable[..., Any], *table: Any, **look: Any) -> None:
        """Draw one figure, or note why not."""
        try:
            self[name] = make(*table, **look)
        except Exception as error:
            reason = error.faults[0].found if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
            self.missing.append(f"Figure {name} is not drawn: {reason}.")


def figures_of_run(run: Run) -> Figures:
    """Main indicators over time, exits by channel, the money cycle of the last year, the funnel."""
    figures = Figures()
    draw_runs(figures, run, None)
    return figures


def figures_of_comparison(comparison: Comparison) -> Figures:
    """Effects first, then what the runs show: over time, exits, the baseline's money cycle, the funnel."""
    from .. import plots

    figures, plan = Figures(), comparison.plan
    if len(plan.seeds) > 1:
        figures.draw("effects", plots.effects, comparison.effects, **look(plan))
    if comparison.links is not None:
        for scenario, indicator in loops_of(comparison.links):
            name = f"loop-{scenario}-{indicator}".replace("_", "-")
            figures.draw(name, plots.loop, comparison.links, scenario, indicator, **look(plan))
    draw_runs(figures, comparison.runs, plan.parts_at)
    return figures


def loops_of(links: pd.DataFrame) -> list[tuple[str, str]]:
    """Scenario and indicator of the loops worth drawing: where the effect is clear and something clearly travels."""
    clear = links[(links["says"] == "clear") & links["indicator"].isin(LOOPS)]
    return list(dict.fromkeys(zip(clear["scenario"], clear["indicator"], strict=True)))


def draw_runs(figures: Figures, run: Run, parts_at: int | None) -> None:
    """What the runs of a plan show; the money cycle is that of the last whole year in the first scenario."""
    from .. import plots

    plan, indicators, outcomes = run.plan, run.indicators, run.conducted.outcomes
    ids = [indicator for indicator in OVER_TIME if indicators[indicator].notna().any()]
    figures.draw("fan", plots.fan, indicators, ids, parts_at=parts_at, **look(plan))
    figures.draw("exits", plots.exits, indicators, parts_at=parts_at, **look(plan))
    if plan.quarters >= 4:
        first = [outcome for outcome in outcomes if outcome.scenario == plan.names[0]]
        year = 2021 + plan.quarters // 4 - 1
        figures.draw("money_cycle", plots.money_cycle, table_of("flows", first, plan), year, **look(plan))
    steps = steps_of(outcomes, plan)
    if len(steps):
        counts = plots.funnel_counts(steps, scale=plan.scale, since=plan.window[0])
        figures.draw("funnel", plots.funnel, counts, **look(plan, len(plan.detailed)))


def table_of(name: str, outcomes: Iterable[Outcome], plan: Plan) -> pd.DataFrame:
    """One table of some runs."""
    return frame(join([headed(outcome.tables[name], outcome, plan.names) for outcome in outcomes]))


def steps_of(outcomes: Iterable[Outcome], plan: Plan) -> pd.DataFrame:
    """The events that the funnel counts, of the runs that recorded events; most events are of other kinds."""
    import pandas as pd

    wanted = {label("event_kind", kind) for kind in STEPS}
    parts = []
    for outcome in outcomes:
        table = outcome.tables.get("events")
        if table is None or not isinstance(table["kind"], Coded):
            continue
        kind = table["kind"]
        rows = np.flatnonzero(np.isin(kind.codes, [place for place, name in enumerate(kind.names) if name in wanted]))
        chosen = {name: np.asarray(values)[rows] for name, values in table.items() if not isinstance(values, Coded)}
        parts.append(headed({**chosen, "kind": Coded(kind.codes[rows], kind.names)}, outcome, plan.names))
    return frame(join(parts)) if parts else pd.DataFrame()


def put_beside(page: Path, part: str, drawn: Path, names: Sequence[str]) -> list[Path]:
    """Copy the figures of a results folder to figures/`part` beside a page; returns those that there were."""
    beside = page.parent / "figures" / part
    beside.mkdir(parents=True, exist_ok=True)
    there = [drawn / f"{name}.png" for name in names if (drawn / f"{name}.png").is_file()]
    return [Path(shutil.copyfile(path, beside / path.name)) for path in there]
