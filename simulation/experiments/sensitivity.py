"""Which factors matter: Morris or Sobol indices of every indicator over a sweep, on means over the seeds.

    simulation.sensitivity("results/morris-levers").table

Only complete trajectories (Morris) or Saltelli groups (Sobol) count, so a partly finished sweep gives a partial answer.
What a factor must exceed to be more than luck is shown by the dummy (see indices.py).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DesignError
from . import study
from .design import MORRIS_LEVELS
from .indices import DUMMY, FEWEST, Blocks, Index, Indices, blocks_of, morris_indices, sobol_indices
from .progress import meter
from .swept import (
    Swept,
    chosen_indicators,
    factor_words,
    indicator_words,
    not_of_method,
    seeds_words,
    sweep_first,
    varies,
)
from .words import number, with_unit

if TYPE_CHECKING:
    import pandas as pd

KEY = {"morris": "mu_star", "sobol": "total"}  # the measure by which factors are ranked
DUMMY_WORDS = {
    "factor": DUMMY, "factor_label": "Dummy: other luck", "factor_label_zh": "哑变量：偶然因素",
    "factor_unit": "",
}  # fmt: skip
Rows = list[dict[str, Any]]


@dataclass
class Sensitivity:
    """Indices of all indicators: `.table` has a row per indicator, factor and measure, `.pairs` the second order.

    Columns of table: method, indicator, label, unit, group, factor, factor_label, factor_label_zh, factor_unit, from,
    to (the range), measure, value, low, high, percent, noise, beyond_noise, blocks, seeds. percent is value in % of the
    indicator's mean over the design (Morris) or 100 x value (Sobol). noise is the dummy's value of the same measure;
    beyond_noise says whether the interval of the ranking measure lies above it (above zero if there is no dummy).
    """

    swept: Swept
    shown: tuple[str, ...]
    table: pd.DataFrame
    pairs: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    @property
    def method(self) -> str:
        """Morris or sobol."""
        return self.swept.method

    def ranking(self, indicator: str) -> pd.DataFrame:
        """The factors of one indicator, strongest first, with the measure they are ranked by."""
        rows = self.table[(self.table["indicator"] == indicator) & (self.table["measure"] == KEY[self.method])]
        return rows.sort_values("value", ascending=False, kind="stable")

    def brief(self) -> str:
        """What came out, in a few sentences: for every indicator shown the factors beyond the dummy."""
        blocks, kind = int(self.table["blocks"].max()), "trajectories" if self.method == "morris" else "base samples"
        lines = [
            f"Sensitivity ({self.method.capitalize()}) of {self.swept.manifest['title']}: {blocks} {kind}, "
            f"{seeds_words(self.swept)}, {self.swept.progress}, {self.swept.window}"
        ]
        return "\n".join([*lines, *(f"  {self.sentence(name)}" for name in self.shown), *self.notes])

    def sentence(self, indicator: str) -> str:
        """One indicator: the strongest factors with what their whole range does."""
        rows = self.ranking(indicator)
        strong = rows[rows["beyond_noise"] & (rows["factor"] != DUMMY)]
        if rows.empty:
            return f"{indicator_words(indicator)['label']}: no complete block has a value"
        if strong.empty:
            return f"{rows['label'].iloc[0]}: no factor is clearly beyond the dummy"
        told = [f"{row['factor_label']} {self.said(row)}" for _, row in strong.head(3).iterrows()]
        more = f" and {len(strong) - 3} more" if len(strong) > 3 else ""
        return f"{rows['label'].iloc[0]}: {'; '.join(told)}{more}"

    def said(self, row: pd.Series) -> str:
        """The ranking measure of one factor with its interval."""
        if self.method == "sobol":
            ends = f"{number(100 * row['low'])} to {number(100 * row['high'])}"
            return f"{number(row['percent'])} % of the variance ({ends})"
        return f"{with_unit(row['value'], row['unit'])} ({number(row['low'])} to {number(row['high'])})"

    def figures(self) -> dict[str, Any]:
        """A map of factors and indicators, and a tornado for every indicator shown."""
        from ..plots import influence, tornado

        source = self.swept.source
        drawn: dict[str, Any] = {"influence": influence(self.table, self.shown, source=source)}
        return drawn | {f"tornado_{name}": tornado(self.table, name, source=source) for name in self.shown}

    def save(self, folder: str | os.PathLike[str] | None = None, figures: bool = True) -> Path:
        """Write tables, figures and the brief into a folder, DIR/sensitivity if none is named. Errors: ResultsError."""
        tables = {"sensitivity": self.table} | ({"sensitivity_pairs": self.pairs} if len(self.pairs) else {})
        return study.write(
            self.swept, "sensitivity", tables, self.brief(), folder, self.figures if figures else None,
        )  # fmt: skip


def sensitivity(
    sweep: str | os.PathLike[str], indicators: str | None = None, *, workers: int = 0, quiet: bool = False,
) -> Sensitivity:  # fmt: skip
    """Morris or Sobol indices over a sweep: a folder written by `tif sweep`, or a design file, which is swept first.

    indicators: ids with commas that figures and brief show; the tables hold all. Errors: DesignError for a design of
    another method or without enough complete blocks, ResultsError, UsageError.
    """
    return sensitivity_of(sweep_first(os.fspath(sweep), workers, quiet=quiet), indicators, quiet)


def sensitivity_of(swept: Swept, indicators: str | None = None, quiet: bool = True) -> Sensitivity:
    """The same over a sweep that has been read."""
    import pandas as pd

    if swept.method not in KEY:
        raise not_of_method(swept, "method morris or sobol; tif discover and tif interactions take others")
    check_enough(swept)
    shown = chosen_indicators(swept, indicators)
    names = [name for name, differs in zip(swept.indicators, varies(swept), strict=True) if differs]
    rows: Rows = []
    pairs: Rows = []
    with meter(float(len(names)), "Analysing", quiet) as told:
        for name in names:
            found = blocks_of(swept.x, swept.y[:, :, swept.place_of(name)], rows_of_block(swept))
            if found is not None and len(found.y) >= FEWEST and np.ptp(found.y) > 0.0:
                more, second = indices_of(swept, name, found)
                rows += more
                pairs += second
            told.advance(1.0)
    table = pd.DataFrame(rows)
    return Sensitivity(swept, tuple(name for name in shown if name in set(table["indicator"])), table,
                       pd.DataFrame(pairs), notes_of(table))  # fmt: skip


def rows_of_block(swept: Swept) -> int:
    """Points of a trajectory or of a Saltelli group."""
    factors = len(swept.factors)
    if swept.method == "morris":
        return factors + 1
    return (2 * factors if swept.manifest.get("second_order") else factors) + 2


def check_enough(swept: Swept) -> None:
    """Errors: DesignError if fewer than four blocks are complete."""
    rows = rows_of_block(swept)
    complete: NDArray[np.bool_] = np.array(np.all(swept.played.reshape(len(swept.seeds), -1, rows), axis=2), ndmin=2)
    complete = np.array(complete.any(axis=0), ndmin=1)
    if complete.sum() >= FEWEST:
        return
    kind = "trajectories" if swept.method == "morris" else "groups of base samples"
    raise DesignError.at(
        swept.folder.as_posix(), f"{int(complete.sum())} complete {kind} of {rows} points each ({swept.progress})",
        f"{FEWEST} or more", "",
        "finish the sweep with tif sweep" if len(complete) >= FEWEST else "a design with more points",
    )  # fmt: skip


def indices_of(swept: Swept, indicator: str, blocks: Blocks) -> tuple[Rows, Rows]:
    """The rows of one indicator in both tables."""
    if swept.method == "morris":
        return rows_of_indices(swept, indicator, blocks, morris_indices(blocks, MORRIS_LEVELS)), []
    indices, second = sobol_indices(blocks, bool(swept.manifest.get("second_order")))
    rows = rows_of_indices(swept, indicator, blocks, indices)
    return rows, pair_rows(swept, indicator, second) if second is not None else []


def rows_of_indices(swept: Swept, indicator: str, blocks: Blocks, indices: Indices) -> Rows:
    """A row for every factor and measure, the dummy among the factors."""
    level = abs(float(blocks.y.mean()))
    share = 100.0 if swept.method == "sobol" else 100.0 / level if level > 0.0 else np.nan
    heads = [
        factor_words(name) | dict(zip(("from", "to"), swept.range_of(name), strict=True)) for name in swept.factors
    ]
    if blocks.lucky:
        heads.append(DUMMY_WORDS | {"from": np.nan, "to": np.nan})
    rank = indices[KEY[swept.method]]
    bar = float(rank.value[-1]) if blocks.lucky else 0.0
    rows: Rows = []
    for place, head in enumerate(heads):
        beyond = head["factor"] != DUMMY and bool(rank.low[place] > bar)
        for measure, index in indices.items():
            row: dict[str, Any] = {"method": swept.method} | indicator_words(indicator) | head | {"measure": measure}
            row |= {key: float(getattr(index, key)[place]) for key in ("value", "low", "high")}
            row |= {"percent": share * row["value"], "noise": float(index.value[-1]) if blocks.lucky else np.nan}
            rows.append(row | {"beyond_noise": beyond, "blocks": len(blocks.y), "seeds": blocks.seeds})
    return rows


def pair_rows(swept: Swept, indicator: str, second: Index) -> Rows:
    """A row for every pair of factors."""
    rows: Rows = []
    for one in range(len(swept.factors)):
        for two in range(one + 1, len(swept.factors)):
            other = {f"other{key[6:]}": word for key, word in factor_words(swept.factors[two]).items()}
            value = {key: float(getattr(second, key)[one, two]) for key in ("value", "low", "high")}
            rows.append(indicator_words(indicator) | factor_words(swept.factors[one]) | other | value)
    return rows


def notes_of(table: pd.DataFrame) -> list[str]:
    """What a reader must know about the seeds."""
    if table["noise"].isna().all():
        return ["One seed a point: there is no dummy, so nothing shows how much is luck. Play two seeds or more."]
    dull = table.loc[table["noise"].isna(), "label"].drop_duplicates()
    return [f"Without a dummy, for want of a second seed: {', '.join(dull)}."] if len(dull) else []
