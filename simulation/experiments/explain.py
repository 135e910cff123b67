"""Why something came out: lives worth reading, one life as a story, an indicator's change split into its terms."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..errors import UsageError, nearest_name
from .lives import life_of
from .terms import terms_of
from .words import number
from .worth_reading import worth_reading

if TYPE_CHECKING:
    from .results import Results


def explain(
    folder: str | os.PathLike[str], enterprise: int | None = None, indicator: str | None = None,
    quarter: str | None = None, scenario: str | None = None, seed: int | None = None,
) -> str:  # fmt: skip
    """What `tif explain` says of a results folder: lives worth reading, one life, or an indicator's terms.

    quarter: with indicator, e.g. "2026Q1", against a year before. Errors: ResultsError, UsageError.
    """
    from .results import open_results

    return explain_folder(open_results(folder), enterprise, indicator, quarter, scenario, seed)


def explain_folder(
    results: Results, enterprise: int | None = None, indicator: str | None = None, quarter: str | None = None,
    scenario: str | None = None, seed: int | None = None,
) -> str:  # fmt: skip
    """The text of `tif explain`. Errors: UsageError for what is not in the results or does not go together."""
    names = [str(entry["name"]) for entry in results.manifest["scenarios"]]
    if scenario is not None and scenario not in names:
        raise UsageError.at(
            f"--scenario {scenario}", "not in these results", ", ".join(names), nearest_name(scenario, names)
        )
    seeds = [int(one) for one in results.manifest["seeds"]]
    if seed is not None and seed not in seeds:
        raise UsageError.at(f"--seed {seed}", "not in these results", ", ".join(map(str, seeds[:12])))
    if indicator is not None and enterprise is not None:
        raise UsageError.at("--indicator", "together with --enterprise", "one of the two")
    if quarter is not None and indicator is None:
        raise UsageError.at(f"--quarter {quarter}", "without --indicator", "--indicator ID --quarter 2026Q1")
    if indicator is not None:
        return terms_of(results, indicator, quarter, scenario, seed)
    chosen = scenario or names[0]
    of_run = f"scenario = '{chosen}' and seed = {with_events(results, chosen, seed)}"
    if enterprise is not None:
        events = results.sql(f"select * from events where {of_run} and enterprise = {int(enterprise)}")
        return life_of(events, enterprise, chosen, with_events(results, chosen, seed))
    return overview(results, chosen, of_run)


def with_events(results: Results, scenario: str, seed: int | None) -> int:
    """A seed whose events are kept: the one asked for, or the first. Errors: UsageError if there is none."""
    place = "events" if seed is None else f"--seed {seed}"
    if "events" not in results.tables:
        raise UsageError.at(place, "no events in these results", "results whose events were kept")
    kept = results.sql(f"select distinct seed from events where scenario = '{scenario}' order by seed")["seed"]
    if len(kept) == 0 or (seed is not None and seed not in set(kept)):
        raise UsageError.at(place, "no events of it are kept", ", ".join(map(str, kept)) or "a scenario with events")
    return int(kept.iloc[0]) if seed is None else seed


def overview(results: Results, scenario: str, of_run: str) -> str:
    """What lies in the folder, why applicants were refused, and lives worth reading."""
    lines = [str(results)]
    if "refusals" in results.tables:
        refused = results.sql(
            f"select market, reason, sum(count) * 4.0 / {int(results.manifest['quarters'])} as yearly from refusals "
            f"where {of_run} group by market, reason order by market, yearly desc"
        )
        lines += ["", f"Refusals in {scenario}, {of_run.rpartition('and ')[2].replace(' =', '')}:"]
        lines += [f"  {row.market}: {row.reason}, {number(row.yearly)} a year" for row in refused.itertuples()]
    lives = worth_reading(results, of_run)
    return "\n".join([*lines, "", "Lives worth reading (--enterprise ID):", *(lives or ["  none on record"])])
