"""compare(): the same seeds under a baseline and under policies, and what differs between them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import Fault, UsageError, nearest_name
from ..indicators.definitions import INDICATORS
from ..scenario.load import Source, load_scenario
from ..scenario.parameter import label
from ..scenario.quarters import format_quarter
from .columns import Outcome
from .conduct import Conducted, Way, conduct
from .cost import cost_table
from .counterfactual import gain_rows, in_words, worth_rows
from .effects import Effects, Sums, of_kind, paired, quarter_sums, window_sums
from .equal_cost import Question, at_equal_cost, table_of_costs
from .gain import gains, impulse_table
from .options import read_window, window_text
from .plan import Plan, make_plan
from .results import write_results
from .runs import Run, measured, shown, yearly_unit
from .store import is_answered
from .tables import from_frame
from .travelled import links_table
from .variants import play_variants, with_variants
from .worth import worth_table

if TYPE_CHECKING:
    import pandas as pd


def compare(
    base: Source, *policies: Source, seeds: int | Sequence[int] = 20, window: str | None = None, quarters: int = 60,
    scale: float = 0.1, without: Sequence[str] = (), workers: int = 0, cache: bool = True, quiet: bool = False,
    equal_cost: float | None = None, freeze: Sequence[str] = (), impulse: float = 0.0, **levers: Any,
) -> Comparison:  # fmt: skip
    """Play a baseline and policies on the same seeds and return the paired effects; nothing is written.

    base, policies: names, files, dicts or scenarios. window: quarters over which effects are taken, "2024Q1:2035Q4" if
    nothing is said. without and levers act on all scenarios alike. equal_cost: a budget in CNY bn of 2024Q1, to which
    every policy is scaled before it is compared. freeze: links of the cycle to hold at their baseline path ("all", or
    ids of `tif links`), which gives `.links`. impulse: share of a year's private commitments injected once, e.g. 0.01,
    which gives `.impulse`. The rest as in `run`.
    Errors: ScenarioError, UsageError, RunFailed.
    """
    loaded = [load_scenario(source, levers, without) for source in (base, *policies)]
    plan = comparison_plan(
        loaded, seeds=seeds, quarters=quarters, scale=scale, window=window, command="simulation.compare"
    )
    way = Way(workers, cache, quiet)
    plan, costs = priced_plan(with_variants(plan, freeze, impulse), way, equal_cost)
    conducted = conduct(plan, way)
    return Comparison(plan, conducted, costs, play_variants(plan, way, conducted))


def priced_plan(plan: Plan, way: Way, budget: float | None) -> tuple[Plan, pd.DataFrame | None]:
    """The plan with every policy scaled to a budget, and the table that says how; as it is without a budget."""
    if budget is None:
        return plan, None
    if not 0.0 < budget < 1e6:
        raise UsageError.at(f"--equal-cost {budget:g}", "no budget", "CNY bn of 2024Q1 above 0, e.g. 100")
    question = Question(plan.scenarios[0], plan.seeds, plan.quarters, plan.scale, plan.window, way)
    found = at_equal_cost(question, plan.scenarios[1:], budget)
    scenarios = (plan.scenarios[0], *(one.scenario for one in found))
    return replace(plan, scenarios=scenarios), table_of_costs(found, budget)


def comparison_plan(scenarios: Sequence[Any], **asked: Any) -> Plan:
    """The plan of a comparison. Errors: UsageError when there is nothing to compare with, or as in make_plan."""
    if len(scenarios) < 2:
        raise UsageError.at(
            "compare", "no policy", "a baseline and one policy or more", next="tif run plays a single scenario"
        )
    return make_plan("compare", scenarios, **asked)


class Comparison:
    """Effects of policies against a baseline: `.effects`, `.paths`, `.cost`, `.worth`, `.runs`, `.brief()`, `.save()`.

    With variants also `.links` and `.impulse`, which are None without them.
    """

    def __init__(
        self, plan: Plan, conducted: Conducted, equal_cost: pd.DataFrame | None = None, variants: Sequence[Outcome] = ()
    ) -> None:
        self.variants = list(variants)
        self.plan = plan
        self.conducted = conducted
        self.equal_cost = equal_cost
        self.notes: list[str] = []

    def __repr__(self) -> str:
        policies = ", ".join(self.plan.names[1:])
        return f"<Comparison of {policies} with {self.plan.names[0]}: {len(self.plan.seeds)} seeds>"

    @cached_property
    def runs(self) -> Run:
        """The runs of all scenarios, with their tables."""
        return Run(self.plan, self.conducted)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """One row a policy and indicator: baseline, policy, difference, interval, percent, better, seeds needed."""
        first, last = self.plan.window
        sums = {
            name: self._sums(name, lambda run: window_sums(run.indicators, run.weights, first, last))
            for name in self.plan.names
        }
        ratio, extra = of_kind("ratio"), {"window": window_text(self.plan.window)}
        tables = [
            effect_rows(name, paired(sums[self.plan.names[0]], sums[name], ratio), measured(self.conducted), extra)
            for name in self.plan.names[1:]
        ]
        tables.append(worth_rows(self.plan, self.worth))
        if self.impulse is not None:
            tables.append(gain_rows(self.plan, gains(self.plan, self.conducted.outcomes, self.variants)))
        return _below(tables)

    @cached_property
    def worth(self) -> pd.DataFrame:
        """What public money bought: cost per additional outcome, additionality, deadweight, with intervals."""
        return worth_table(self.plan, self.conducted)

    @cached_property
    def impulse(self) -> pd.DataFrame | None:
        """The cycle gain by scenario."""
        asked = self.variants and self.plan.impulse
        return impulse_table(self.plan, self.conducted.outcomes, self.variants) if asked else None

    @cached_property
    def links(self) -> pd.DataFrame | None:
        """What of each policy's effects travels through each link held, with interval and delay."""
        asked = self.variants and self.plan.freeze
        return links_table(self.plan, self.conducted.outcomes, self.variants) if asked else None

    @cached_property
    def paths(self) -> pd.DataFrame:
        """The same for every quarter; flows are those of the quarter."""
        sums = {
            name: self._sums(name, lambda run: quarter_sums(run.indicators, run.weights)) for name in self.plan.names
        }
        quarters = self.plan.quarters
        ratio = np.tile(of_kind("ratio"), quarters)
        places = [
            quarter * len(INDICATORS) + place for place in measured(self.conducted) for quarter in range(quarters)
        ]
        base = self.plan.names[0]
        tables = [effect_rows(name, paired(sums[base], sums[name], ratio), places, {}) for name in self.plan.names[1:]]
        return _below(tables)

    def _sums(self, name: str, of_run: Any) -> Sums:
        """Numerators and denominators of all runs of a scenario, a row per seed."""
        runs: list[Outcome] = [outcome for outcome in self.conducted.outcomes if outcome.scenario == name]
        parts = [of_run(run) for run in runs]
        return Sums(np.array([num for num, _ in parts]), np.array([den for _, den in parts]))

    @cached_property
    def cost(self) -> pd.DataFrame:
        """Public cost against the baseline, by lever, level and component and in all, CNY bn a year."""
        return cost_table(self.plan, self.conducted)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The effects with the digits that matter, for people who read them."""
        numbers = ["baseline", "policy", "difference", "low", "high", "percent"]
        return in_words(self.effects, self.effects.assign(**{name: self.effects[name].map(shown) for name in numbers}))

    @property
    def look(self) -> dict[str, Any]:
        """What figures of this comparison share, to be passed on: `plots.effects(found.effects, **found.look)`."""
        from .figures import look

        return look(self.plan)

    def said(self, policy: str, indicator: str) -> str:
        """One effect as part of a sentence: label, change in % with its 95 % interval, and `unclear` where it is.

        Errors: UsageError with the nearest name for a policy or an indicator that is not there.
        """
        from .words import effect_in_words

        rows = self.effects
        for column, asked in (("scenario", policy), ("indicator", indicator)):
            there = list(dict.fromkeys(rows[column]))
            if asked not in there:
                raise UsageError.at(
                    f"{column} {asked}", "not in this comparison", ", ".join(there[:12]), nearest_name(asked, there)
                )
            rows = rows[rows[column] == asked]
        return effect_in_words(rows.iloc[0])

    def over(self, window: str) -> Comparison:
        """The same runs with effects over another window, e.g. "2028Q1:2035Q4"; nothing is played again.

        Without `.worth`, `.links` and `.impulse`, which follow enterprises through the window that was played.
        Errors: UsageError for quarters that were not played.
        """
        faults: list[Fault] = []
        span = read_window(window, self.plan.quarters, "compare", faults)
        if faults:
            raise UsageError(faults)
        other = Comparison(replace(self.plan, window=span), self.conducted, self.equal_cost)
        other.__dict__["worth"] = self.worth.iloc[:0]
        return other

    def fates(self, policy: str, seed: int | None = None) -> pd.DataFrame:
        """What became of each enterprise in the baseline and under a policy, of one seed (the first).

        One row an enterprise with venture history; columns: the names of both scenarios (Listed | Acquired | Closed |
        Going on | Not founded), `raised NAME` (equity in rounds, CNY mn) and differs. Errors: UsageError.
        """
        from .fates import fates_of

        if policy not in self.plan.names[1:]:
            near = nearest_name(policy, self.plan.names)
            raise UsageError.at(f"policy {policy}", "not in this comparison", ", ".join(self.plan.names[1:]), near)
        return fates_of(self.runs.events, self.plan.names[0], policy, seed or self.plan.detailed[0])

    def brief(self) -> str:
        """What came out, in a few sentences a policy."""
        from .words import brief_of

        return brief_of(self.plan, self.effects)

    def save(
        self, folder: str | os.PathLike[str] | None = None, *, figures: bool = True, csv: bool = False,
        replace: bool = False, complete: bool = True,
    ) -> Path:  # fmt: skip
        """Write all tables and figures; without a folder's name into results/compare-<policy>. Errors: ResultsError."""
        from .figures import Figures, figures_of_comparison

        path = Path(folder) if folder is not None else Path("results") / self.plan.title
        is_answered(path, self.plan, again=True, replace=replace)
        tables = self.runs.arrow | {"effects": from_frame(self.effects), "paths": from_frame(self.paths)}
        if self.equal_cost is not None:
            tables["equal_cost"] = from_frame(self.equal_cost)
        for name, table in (("worth", self.worth), ("impulse", self.impulse), ("links", self.links)):
            if table is not None:
                tables[name] = from_frame(table)

        def draw() -> Figures:
            drawn = figures_of_comparison(self)
            self.notes = drawn.missing
            return drawn

        return write_results(
            path, self.plan, self.conducted, tables, self.summary, draw if figures else None, csv, complete
        )


def _below(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(tables, ignore_index=True)


def effect_rows(scenario: str, found: Effects, places: Sequence[int], extra: dict[str, str]) -> pd.DataFrame:
    """Effects as a table: of whole windows, or of quarters if `extra` names no window.

    places: columns of `found` in the order of the rows; column = quarter x number of indicators + indicator.
    """
    import pandas as pd

    chosen = np.asarray(places)
    quarter, which = np.divmod(chosen, len(INDICATORS))
    indicators = [list(INDICATORS.values())[place] for place in which]
    dates: dict[str, object] = {**extra} or {
        "quarter": quarter,
        "date": [format_quarter(int(number)) for number in quarter],
    }
    table = {
        "scenario": scenario,
        "indicator": [indicator.id for indicator in indicators],
        "label": [indicator.label_en for indicator in indicators],
        "unit": [yearly_unit(indicator.id) if extra else indicator.unit for indicator in indicators],
        "group": [label("indicator_group", indicator.group) for indicator in indicators],
        **dates,
        **{
            name: getattr(found, name)[chosen]
            for name in ("baseline", "policy", "difference", "low", "high", "percent")
        },
        "better": [
            verdict(indicator.better, float(low), float(high))
            for indicator, low, high in zip(indicators, found.low[chosen], found.high[chosen], strict=True)
        ],
        "seeds": found.seeds[chosen],
        "seeds_needed": pd.array(found.needed[chosen], dtype="Int64"),
    }
    return pd.DataFrame(table)


def verdict(wanted: str, low: float, high: float) -> str:
    """Whether a change is for the better: yes, no, or unclear if the interval holds zero or no direction is wanted."""
    if wanted == "none" or not (low > 0.0 or high < 0.0):
        return "unclear"
    return "yes" if (low > 0.0) == (wanted == "higher") else "no"
