"""From the columns of single runs to the tables of an experiment: names instead of codes, dates beside quarters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..errors import UsageError, nearest_name
from ..indicators.definitions import INDICATORS
from ..scenario.parameter import label
from ..scenario.quarters import format_quarter
from .columns import Coded, Column, Outcome, Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ABOUT = {
    "indicators": "national indicators, a row per scenario, seed and quarter",
    "weights": "weights of the indicators: the denominator of a ratio, 1 otherwise, 0 where there is no value",
    "groups": "indicators by sector, region, origin, stage, board, channel or vintage",
    "flows": "money paid: line, payer, payee, programme, amount in CNY bn",
    "balance_sheet": "stocks at the end of the quarter by instrument and sector, in CNY bn",
    "events": "what happened to enterprises and funds; amounts in CNY mn, not divided by scale",
    "refusals": "refusals by market and reason",
    "enterprises": "year-ends of a fixed sample of enterprises with venture history; amounts in CNY mn",
    "market_firms": "year-ends of a fixed sample of all enterprises on the market; flows of the year, CNY mn",
    "funds": "year-ends of the funds of fifteen vintages: cash called and paid back so far, value; amounts in CNY mn",
    "closed_holdings": "holdings of funds closed in the year: cost and what came back, CNY mn",
    "public_cost": "cost of levers by level of government and component, in CNY bn",
    "equal_cost": "how far each policy was scaled to cost the budget, and whether it could",
    "runs": "a row a run of a sweep: every indicator over the window (flows a year, levels at its end)",
    "run_sums": "a row a run of a sweep: present value of public cost, then the indicators' denominators",
    "candidates": "policies that a search has played, a row each: levers, goals, public cost, what became of them",
    "front": "policies of the Pareto front against the baseline, on the seeds of the search and on hold-out seeds",
    "kept_gains": "how much of the gains found by a search hold-out seeds confirm",
    "effects": "paired differences of the indicators' aggregates over the window, with 95 % intervals",
    "paths": "the same quarter by quarter",
    "worth": "what public money bought: cost per additional outcome, additionality, deadweight, with 95 % intervals",
    "impulse": "cycle gain: what comes back of money injected once, with 95 % intervals",
    "links": "share of each policy's effect that travels through each link of the cycle, with interval and delay",
    "sensitivity": "how much each factor of a Morris or Sobol design moves each indicator, beside the dummy",
    "sensitivity_pairs": "second-order Sobol indices: what two factors do only together",
    "boxes": "ranges of the factors in which an outcome is frequent, with coverage and density (PRIM)",
    "peeling": "coverage and density of every box on the way to those chosen",
    "cases": "the runs behind the boxes: point, seed, factors, whether the outcome occurred, the box it lies in",
    "interactions": "what two factors do alone and together, and how much more or less than the sum, with intervals",
    "surface": "indicators and public cost over the grid of two factors, with intervals",
    "scorecard": "a row a target of a validation: value over seeds, band, verdict, role, source",
    "fact_values": "the value of every target of a validation on every seed",
    "fact_curves": "the curves behind them, a row a point",
    "yardsticks": "errors of the model and of two simple forecasts on published series",
    "fitted": "assumptions that a calibration fitted: range, value, posterior, coverage of known parameters",
    "moments": "published moments, and what the model gives before and after a calibration on hold-out seeds",
    "draws": "equally likely draws of the posterior, a column a parameter",
    "identified": "how much less narrow the posterior of a parameter would be without a moment",
    "points": "the points of a calibration with the means of their moments",
    "screened": "candidates of a calibration with the score of the screening",
    "forecasts": "the forecasts of these series, a row a year",
}
CALIBRATED = ("fitted", "moments", "draws", "identified", "points", "screened")
STUDIES = ("sensitivity", "sensitivity_pairs", "boxes", "peeling", "cases", "interactions", "surface")
STAGES = ("concept", "prototype", "pilot", "market", "queue", "listed")
DATES = tuple(format_quarter(quarter) for quarter in range(121))


def tables_of(outcomes: Sequence[Outcome]) -> dict[str, pa.Table]:
    """All tables of a list of runs, in the order of the runs; a table that no run recorded is left out."""
    names = list(dict.fromkeys(outcome.scenario for outcome in outcomes))
    made = {}
    for name in ABOUT:
        parts = [(outcome, table) for outcome in outcomes if (table := rows_of(name, outcome)) is not None]
        if parts:
            made[name] = join([headed(table, outcome, names) for outcome, table in parts])
    return made


def rows_of(name: str, outcome: Outcome) -> Table | None:
    """One table of one run as columns, or None if it was not recorded."""
    if name in ("indicators", "weights"):
        values = outcome.indicators if name == "indicators" else outcome.weights
        numbered: Table = {"quarter": np.arange(len(values), dtype=np.int64)}
        return numbered | {indicator: values[:, place] for place, indicator in enumerate(INDICATORS)}
    table = outcome.tables.get(name) or None  # a run without a year-end has no enterprises
    if table is not None and name == "enterprises" and "stage" in table:
        return table | {"stage": stage_names(table["stage"])}
    if table is not None and name == "groups":
        return with_labels(table)
    return table


def stage_names(column: Column) -> Coded:
    """Stages by their names; what is beyond the listed ones is an empty cell."""
    codes = np.asarray(column, dtype=np.int16)
    return Coded(np.where(codes < len(STAGES), codes, -1), tuple(label("stage", stage) for stage in STAGES))


def with_labels(table: Table) -> Table:
    """The indicator's label beside its id."""
    ids = table["indicator"]
    if not isinstance(ids, Coded):
        return table
    labels = Coded(ids.codes, tuple(INDICATORS[name].label_en if name in INDICATORS else name for name in ids.names))
    return {"quarter": table["quarter"], "indicator": ids, "label": labels} | table


def headed(table: Table, outcome: Outcome, names: Sequence[str]) -> Table:
    """The columns with scenario, seed, quarter and date in front."""
    quarter = np.asarray(table["quarter"], dtype=np.int64)
    rows = len(quarter)
    head: Table = {
        "scenario": Coded(np.full(rows, names.index(outcome.scenario), dtype=np.int16), tuple(names)),
        "seed": np.full(rows, outcome.seed, dtype=np.int64),
        "quarter": quarter,
        "date": Coded(quarter.astype(np.int16), DATES),
    }
    return head | {name: values for name, values in table.items() if name not in head}


def join(parts: Sequence[Table]) -> pa.Table:
    """Tables of several runs below each other; words stay coded."""
    import pyarrow as pa

    tables = [pa.table({name: arrow(values) for name, values in part.items()}) for part in parts]
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()


def arrow(column: Column) -> pa.Array:
    """A column for Arrow; words as a dictionary, empty cells as nulls."""
    import pyarrow as pa

    if isinstance(column, Coded):
        codes = pa.array(column.codes.astype(np.int32), mask=column.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(column.names, type=pa.string()))
    return pa.array(np.ascontiguousarray(column))


def plain(table: pa.Table) -> pa.Table:
    """The table with words as plain text."""
    import pyarrow as pa

    types = [field.type.value_type if pa.types.is_dictionary(field.type) else field.type for field in table.schema]
    return table.cast(pa.schema(list(zip(table.column_names, types, strict=True))))


def frame(table: pa.Table) -> pd.DataFrame:
    """The table for pandas, with words as plain text."""
    return plain(table).to_pandas()


def from_frame(data: pd.DataFrame) -> pa.Table:
    """A table made in pandas, without pandas' own marks, so that the file does not depend on its version."""
    import pyarrow as pa

    return pa.Table.from_pandas(data, preserve_index=False).replace_schema_metadata(None)


def known(name: str, names: Sequence[str]) -> str:
    """The name of a table. Errors: UsageError with the nearest name if there is no such table."""
    if name not in names:
        raise UsageError.at(f"table {name}", "no such table", ", ".join(names), nearest_name(name, names))
    return name
