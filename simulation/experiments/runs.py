"""run(): play one scenario, or several, and look at the tables that come out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..indicators.definitions import INDICATORS
from ..scenario.load import Source, load_scenario
from ..scenario.parameter import label
from .conduct import Conducted, Way, conduct
from .effects import divided, window_sums
from .manifest import Manifest, manifest_of
from .plan import Plan, make_plan
from .results import write_results
from .store import is_answered
from .tables import frame, known, tables_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SHOWN_DIGITS = 5


def run(
    scenario: Source = "baseline", seeds: int | Sequence[int] = 1, quarters: int = 60, scale: float = 0.1,
    without: Sequence[str] = (), *, workers: int = 0, cache: bool = True, quiet: bool = False, **levers: Any,
) -> Run:  # fmt: skip
    """Play a scenario and return its tables; nothing is written.

    scenario: a name such as "baseline", a file, a dict, or what load_scenario returns. seeds: a number n, meaning 1 to
    n, or a list. quarters: from 2021Q1 on. scale: share of the country's enterprises, 0.001 to 1. without: mechanisms
    to switch off. workers: processes, 0 = all cores. cache: start from pasts on disk. Further names are levers and
    assumptions, with anything that can stand behind the name in a file: run("baseline", ipo_window=1.5).
    Errors: ScenarioError, UsageError, RunFailed.
    """
    loaded = load_scenario(scenario, levers, without)
    plan = make_plan("run", [loaded], seeds, quarters, scale, command="simulation.run")
    return Run(plan, conduct(plan, Way(workers, cache, quiet)))


class Run:
    """What was played: every table as a pandas DataFrame, made when it is asked for.

    The long tables (groups, balance_sheet, events, refusals, enterprises) hold the first three seeds, or the first one
    at scales above 0.3; indicators, flows and public_cost hold all.
    """

    def __init__(self, plan: Plan, conducted: Conducted) -> None:
        self.plan = plan
        self.conducted = conducted
        self.notes: list[str] = []

    def __repr__(self) -> str:
        return f"<Run of {', '.join(self.plan.names)}: {len(self.plan.seeds)} seeds, scale {self.plan.scale:g}>"

    @cached_property
    def arrow(self) -> dict[str, pa.Table]:
        """All tables for Arrow, by name."""
        return tables_of(self.conducted.outcomes)

    def table(self, name: str) -> pd.DataFrame:
        """A table by its name. Errors: UsageError if there is none."""
        return frame(self.arrow[known(name, list(self.arrow))])

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """National indicators: scenario, seed, quarter, date, then a column per indicator."""
        return self.table("indicators")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Indicators by sector, region, origin, stage, board, channel and vintage."""
        return self.table("groups")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Money paid: line, code, payer, payee, programme, amount (CNY bn)."""
        return self.table("flows")

    @cached_property
    def balance_sheet(self) -> pd.DataFrame:
        """Stocks at the end of each quarter: instrument, sector, amount (CNY bn)."""
        return self.table("balance_sheet")

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened: kind, enterprise, other, amount (CNY mn), note."""
        return self.table("events")

    @cached_property
    def refusals(self) -> pd.DataFrame:
        """Refusals: market, reason, count."""
        return self.table("refusals")

    @cached_property
    def enterprises(self) -> pd.DataFrame:
        """Year-ends of a fixed sample of enterprises with venture history (CNY mn)."""
        return self.table("enterprises")

    @cached_property
    def public_cost(self) -> pd.DataFrame:
        """Cost of levers: lever, level, component, amount and present value (CNY bn)."""
        return self.table("public_cost")

    @property
    def look(self) -> dict[str, Any]:
        """What figures of these runs share, to be passed on: `plots.fan(run.indicators, ids, **run.look)`."""
        from .figures import look

        return look(self.plan)

    @property
    def manifest(self) -> Manifest:
        """What was asked, with which versions, when."""
        return manifest_of(self.plan, self.conducted, {name: int(table.num_rows) for name, table in self.arrow.items()})

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row an indicator, one column a year: flows summed, levels and ratios as in effects, means over seeds."""
        return summary_of(self.plan, self.conducted)

    def explain(self, enterprise: int, scenario: str | None = None, seed: int | None = None) -> str:
        """The life of one enterprise in words. Errors: UsageError when nothing is known of it."""
        from .lives import life_of

        return life_of(self.events, enterprise, scenario or self.plan.names[0], seed or self.plan.detailed[0])

    def save(
        self, folder: str | os.PathLike[str] | None = None, *, figures: bool = True, csv: bool = False,
        replace: bool = False, complete: bool = True,
    ) -> Path:  # fmt: skip
        """Write all tables and figures; without a folder's name into results/<scenario>. Errors: ResultsError."""
        from .figures import Figures, figures_of_run

        path = Path(folder) if folder is not None else Path("results") / self.plan.title
        is_answered(path, self.plan, again=True, replace=replace)

        def draw() -> Figures:
            drawn = figures_of_run(self)
            self.notes = drawn.missing
            return drawn

        return write_results(
            path, self.plan, self.conducted, self.arrow, self.summary, draw if figures else None, csv, complete
        )


def measured(conducted: Conducted) -> list[int]:
    """Places of the indicators that hold any number at all."""
    there = np.zeros(len(INDICATORS), dtype=bool)
    for outcome in conducted.outcomes:
        there |= np.isfinite(outcome.indicators).any(axis=0)
    return [int(place) for place in np.flatnonzero(there)]


def summary_of(plan: Plan, conducted: Conducted) -> pd.DataFrame:
    """The table of `Run.summary`."""
    import pandas as pd

    years = [(2021 + first // 4, first, min(first + 3, plan.quarters - 1)) for first in range(0, plan.quarters, 4)]
    chosen = measured(conducted)
    rows = []
    for name in plan.names:
        runs = [outcome for outcome in conducted.outcomes if outcome.scenario == name]
        columns = {str(year): _mean_of(runs, first, last) for year, first, last in years}
        for place in chosen:
            indicator = list(INDICATORS.values())[place]
            head = {
                "scenario": name,
                "indicator": indicator.id,
                "label": indicator.label_en,
                "unit": yearly_unit(indicator.id),
            }
            values = {year: shown(float(column[place])) for year, column in columns.items()}
            rows.append(head | {"group": label("indicator_group", indicator.group)} | values)
    return pd.DataFrame(rows)


def _mean_of(runs: Sequence[Any], first: int, last: int) -> np.ndarray:
    sums = [window_sums(outcome.indicators, outcome.weights, first, last) for outcome in runs]
    values = np.array([divided(num, den) for num, den in sums])
    there = np.isfinite(values)
    return divided(np.where(there, values, 0.0).sum(axis=0), there.sum(axis=0).astype(np.float64))


def yearly_unit(indicator: str) -> str:
    """The unit of an aggregate: a flow is a year's; counts need no word."""
    definition = INDICATORS[indicator]
    return f"{definition.unit} a year" if definition.aggregate == "flow" else definition.unit


def shown(value: float) -> float:
    """A number with the five digits that matter, for people who read it."""
    return float(f"{value:.{SHOWN_DIGITS}g}")
