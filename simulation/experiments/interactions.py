"""Do two levers help or hinder each other? Interactions over a grid of two factors, paired by seed, with intervals.

Over levels u of one factor and v of the other, both scaled to 0..1, with c and d the levels less their means:

    interaction = sum of c_u d_v y(u,v) / (sum of c_u^2 x sum of d_v^2)                      of every seed
    corner      = y(1,1) - y(1,0) - y(0,1) + y(0,0)

Both are what the two do together beyond the sum of what each does alone, when both go through their whole range; on a
2 x 2 grid they are the same, on a larger one the first uses all cells. Intervals are t intervals over seeds.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DesignError, UsageError, nearest_name
from ..indicators.definitions import INDICATORS
from . import study
from .effects import by_chance, mean_interval
from .swept import (
    Array,
    Swept,
    chosen_indicators,
    factor_words,
    indicator_words,
    not_of_method,
    seeds_words,
    sweep_first,
    varies,
)
from .words import number

if TYPE_CHECKING:
    import pandas as pd

COST = "public_cost"
MOST_PAIRS = 10
Interval = tuple[float, float, float]


@dataclass(frozen=True)
class Grid:
    """Two factors with their levels, and every indicator of every cell: seeds x first x second x indicators."""

    first: str
    second: str
    u: Array
    v: Array
    y: Array
    seeds: tuple[int, ...]


@dataclass
class Interactions:
    """What pairs of factors do alone and together.

    table: a row per pair and indicator: indicator, label, unit, group, first, first_label, ..., second, ...,
    first_alone, second_alone, together, corner, interaction, each with _low and _high, verdict, seeds. surface: a row
    per pair, indicator and cell: values of both factors, mean, low, high, difference from the lowest corner and step
    from the lowest value of the first factor (both paired, with intervals), public_cost.
    """

    swept: Swept
    shown: tuple[str, ...]
    table: pd.DataFrame
    surface: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    def brief(self) -> str:
        """What came out, in a sentence an indicator."""
        known = self.table[self.table["interaction_low"].notna()]
        clear = int(((known["interaction_low"] > 0) | (known["interaction_high"] < 0)).sum())
        lines = [
            f"Interactions in {self.swept.manifest['title']}: {seeds_words(self.swept)}, {self.swept.progress}, "
            f"{self.swept.window}"
        ]
        for _, row in self.table[self.table["indicator"].isin(self.shown)].iterrows():
            lines.append(f"  {sentence(row)}")
        chance = (
            f"{clear} of {len(known)} interactions exclude zero; about {by_chance(len(known))} would by chance alone."
        )
        return "\n".join([*lines, *([chance] if len(known) else []), *self.notes])

    def figures(self) -> dict[str, Any]:
        """The surface of every indicator shown, with public cost on it, for every pair."""
        from ..plots import surface

        drawn = {}
        for first, second in self.table[["first", "second"]].drop_duplicates().itertuples(index=False):
            for name in self.shown:
                if name != COST:
                    drawn[f"surface_{first}_{second}_{name}"] = self.draw(surface, first, second, name)
        return drawn

    def draw(self, make: Any, first: str, second: str, indicator: str, **look: Any) -> Any:
        """One surface."""
        rows = {"first": first, "second": second, "indicator": indicator}
        tables = [one.loc[(one[list(rows)] == list(rows.values())).all(axis=1)] for one in (self.surface, self.table)]
        return make(*tables, **({"source": self.swept.source} | look))

    def plot(self, indicator: str, first: str = "", second: str = "", **look: Any) -> Any:
        """The surface of one indicator for a pair, the only one if none is named. Errors: UsageError."""
        from ..plots import surface

        one = self.table.iloc[0]
        self.swept.place_of(indicator)
        return self.draw(surface, first or one["first"], second or one["second"], indicator, **look)

    def save(self, folder: str | os.PathLike[str] | None = None, figures: bool = True) -> Path:
        """Write tables, figures and brief into a folder, DIR/interactions if none is named. Errors: ResultsError."""
        tables = {"interactions": self.table, "surface": self.surface}
        return study.write(self.swept, "interactions", tables, self.brief(), folder, self.figures if figures else None)


def interactions(
    sweep: str | os.PathLike[str], indicators: str | None = None, levers: str | None = None, *, workers: int = 0,
    quiet: bool = False,
) -> Interactions:  # fmt: skip
    """Interactions over a grid: a folder written by `tif sweep`, or a design file, which is swept first.

    levers: two ids with a comma; all pairs of the design otherwise, the other factors averaged. indicators: ids with
    commas that brief and figures show. Errors: DesignError if it is no grid, UsageError, ResultsError.
    """
    return interactions_of(sweep_first(os.fspath(sweep), workers, quiet=quiet), indicators, levers)


def interactions_of(swept: Swept, indicators: str | None = None, levers: str | None = None) -> Interactions:
    """The same over a sweep that has been read."""
    import pandas as pd

    if swept.method not in ("grid", "factorial", "listed"):
        raise not_of_method(swept, "a grid or a factorial design; tif sensitivity takes morris and sobol")
    shown = chosen_indicators(swept, indicators)
    pairs = pairs_of(swept, levers)
    names = [name for name, differs in zip(swept.indicators, varies(swept), strict=True) if differs]
    rows: list[dict[str, Any]] = []
    cells: list[dict[str, Any]] = []
    baseline = swept.in_force()
    for first, second in pairs:
        grid = grid_of(swept, first, second)
        for name in names:
            y = grid.y[:, :, :, swept.place_of(name)]
            whole = np.isfinite(y).all(axis=(1, 2))
            if whole.any():
                rows.append(row_of(grid, name, y[whole]))
                cost = (
                    grid.y[whole][:, :, :, swept.place_of(COST)]
                    if COST in swept.indicators
                    else np.full_like(y, np.nan)
                )
                cells += cells_of(grid, name, y[whole], cost, baseline)
    few = min(int(row["seeds"]) for row in rows)
    notes = ["One complete seed: no intervals. Play two seeds or more."] if few < 2 else []
    return Interactions(swept, shown, pd.DataFrame(rows), pd.DataFrame(cells), notes)


def pairs_of(swept: Swept, levers: str | None) -> list[tuple[str, str]]:
    """The pair asked for, or all pairs. Errors: UsageError, DesignError."""
    if levers:
        names = [name.strip() for name in levers.split(",")]
        for name in names:
            if name not in swept.factors:
                raise UsageError.at(
                    f"--levers {levers}", f"{name}, which this sweep does not vary", ", ".join(swept.factors),
                    nearest_name(name, swept.factors),
                )  # fmt: skip
        if len(names) != 2 or names[0] == names[1]:
            raise UsageError.at(f"--levers {levers}", f"{len(names)} names", "two different ones with a comma")
        return [(names[0], names[1])]
    pairs = list(combinations(swept.factors, 2))
    if not pairs or len(pairs) > MOST_PAIRS:
        found = f"{len(swept.factors)} varied, which makes {len(pairs)} pairs"
        raise DesignError.at(swept.folder.as_posix(), found, "2 to 5 factors, or a pair named with --levers a,b")
    return pairs


def grid_of(swept: Swept, first: str, second: str) -> Grid:
    """The cells of two factors for the seeds that are complete, other factors averaged. Errors: DesignError."""
    one, two = (swept.x[:, swept.factors.index(name)] for name in (first, second))
    u, v = np.unique(one), np.unique(two)
    where = swept.folder.as_posix()
    if not (np.isfinite(u).all() and np.isfinite(v).all()):
        raise DesignError.at(where, "values that are no numbers", "a grid of numbers")
    if len(u) < 2 or len(v) < 2:
        raise DesignError.at(where, f"{len(u)} x {len(v)} values of the pair", "two values or more of both")
    cell = [[np.flatnonzero((one == a) & (two == b)) for b in v] for a in u]
    sizes = {len(points) for row in cell for points in row}
    if len(sizes) > 1 or 0 in sizes:
        found = "no grid: some combinations of the two are missing or stand more often than others"
        raise DesignError.at(where, found, "every combination equally often")
    complete = np.flatnonzero(swept.played.all(axis=1))
    if not len(complete):
        found = f"no seed with all its runs ({swept.progress})"
        raise DesignError.at(where, found, "one seed or more, better eight", "", "finish the sweep with tif sweep")
    y = np.stack(
        [np.stack([swept.y[complete][:, points].mean(axis=1) for points in row], axis=1) for row in cell], axis=1
    )
    return Grid(first, second, u, v, y, tuple(swept.seeds[place] for place in complete))


def bilinear(u: Array, v: Array, y: Array) -> Array:
    """The interaction of every seed, per whole range of both factors; y is seeds x levels x levels."""
    c, d = ((level - level.min()) / np.ptp(level) for level in (u, v))
    c, d = c - c.mean(), d - d.mean()
    return np.asarray(np.einsum("i,j,sij->s", c, d, y) / ((c @ c) * (d @ d)))


def row_of(grid: Grid, indicator: str, y: Array) -> dict[str, Any]:
    """What a pair does to one indicator."""
    low, first, second, both = y[:, 0, 0], y[:, -1, 0], y[:, 0, -1], y[:, -1, -1]
    told = {
        "first_alone": first - low, "second_alone": second - low, "together": both - low,
        "corner": both - first - second + low, "interaction": bilinear(grid.u, grid.v, y),
    }  # fmt: skip
    row = indicator_words(indicator) | pair_words(grid)
    for name, level in (("first", grid.u), ("second", grid.v)):
        row |= {f"{name}_from": float(level[0]), f"{name}_to": float(level[-1])}
    for name, values in told.items():
        row |= dict(zip((name, f"{name}_low", f"{name}_high"), mean_interval(values), strict=True))
    return row | {"verdict": verdict(indicator, row), "seeds": len(y)}


def pair_words(grid: Grid) -> dict[str, Any]:
    """Labels and units of both factors as columns of a table."""
    words: dict[str, Any] = {}
    for name, factor in (("first", grid.first), ("second", grid.second)):
        told = factor_words(factor)
        words |= {name: factor} | {f"{name}{key[6:]}": word for key, word in told.items() if key != "factor"}
    return words


def verdict(indicator: str, row: dict[str, Any]) -> str:
    """Complements: together they do more good than the sum; substitutes: less; by the interval of the interaction."""
    if not (row["interaction_low"] > 0.0 or row["interaction_high"] < 0.0):
        return "unclear"
    better = INDICATORS[indicator].better
    if better == "none":
        return "more than the sum" if row["interaction"] > 0.0 else "less than the sum"
    return "complements" if (row["interaction"] > 0.0) == (better == "higher") else "substitutes"


def cells_of(grid: Grid, indicator: str, y: Array, cost: Array, baseline: dict[str, float]) -> list[dict[str, Any]]:
    """A row a cell."""
    head = indicator_words(indicator) | pair_words(grid)
    head |= {"first_baseline": baseline.get(grid.first, np.nan), "second_baseline": baseline.get(grid.second, np.nan)}
    rows = []
    for i, a in enumerate(grid.u):
        for j, b in enumerate(grid.v):
            row = head | {"first_value": float(a), "second_value": float(b)}
            row |= dict(zip(("mean", "low", "high"), mean_interval(y[:, i, j]), strict=True))
            gap = mean_interval(y[:, i, j] - y[:, 0, 0])
            row |= dict(zip(("difference", "difference_low", "difference_high"), gap, strict=True))
            step = mean_interval(y[:, i, j] - y[:, 0, j])
            row |= dict(zip(("step", "step_low", "step_high"), step, strict=True))
            rows.append(row | {"public_cost": float(cost[:, i, j].mean()), "seeds": len(y)})
    return rows


def sentence(row: pd.Series) -> str:
    """One pair and indicator in words."""
    alone = f"{row['first_label']} alone {signed(row['first_alone'])}, {row['second_label']} alone "
    alone += (
        f"{signed(row['second_alone'])}, together {signed(row['together'])} {row['unit'].replace('count', '').strip()}"
    )
    interval = f" ({number(row['interaction_low'])} to {number(row['interaction_high'])})"
    interval = interval if np.isfinite(row["interaction_low"]) else ""
    beyond = f"beyond the sum over the whole grid {signed(row['interaction'])}{interval}"
    return f"{row['label']}: {alone}; {beyond}: {row['verdict']}"


def signed(value: float) -> str:
    """A number with its sign."""
    return f"{'+' if value > 0 else ''}{number(value)}"
