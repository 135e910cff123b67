"""What one lever does over its range: paired differences from its value in the baseline, over a sweep.

simulation.response("results/listing-window", "ipo_window")
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DesignError, ResultsError, UsageError, nearest_name
from .effects import mean_interval
from .swept import Array, Swept, chosen_indicators, factor_words, indicator_words, sweep_first

if TYPE_CHECKING:
    import pandas as pd


def response(
    sweep: str | os.PathLike[str], factor: str | None = None, indicators: str | None = None, *, quiet: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """One row an indicator and value of a factor, averaged over the other factors of the sweep.

    sweep: a folder of a grid or a one-at-a-time design, or the design file, which is swept first. factor: which one, if
    several are varied. indicators: ids with commas, the headline ones if nothing is said. Columns: factor, its labels
    and unit, indicator, label, unit, value, mean, low, high, reference (the baseline's value of the factor where it is
    played, else the lowest), difference from it with difference_low and difference_high (paired by seed, 95 % t
    intervals), reference_mean, seeds. Errors: UsageError, DesignError, ResultsError.
    """
    import pandas as pd

    swept = sweep_first(Path(sweep), quiet=quiet)
    name = factor_of(swept, factor)
    values, y = curve(swept, name)
    reference = reference_of(swept, name, values)
    rows: list[dict[str, Any]] = []
    for indicator in chosen_indicators(swept, indicators):
        column = y[:, :, swept.place_of(indicator)]
        if np.isfinite(column).all():
            rows += rows_of(swept, name, indicator, values, column, reference)
    return pd.DataFrame(rows)


def factor_of(swept: Swept, factor: str | None) -> str:
    """The factor asked for, or the only one. Errors: UsageError."""
    if factor is None and len(swept.factors) == 1:
        return swept.factors[0]
    if factor is None or factor not in swept.factors:
        raise UsageError.at(
            f"factor {factor}", "no factor that this sweep varies", ", ".join(swept.factors),
            nearest_name(factor or "", swept.factors),
        )  # fmt: skip
    return factor


def curve(swept: Swept, factor: str) -> tuple[Array, Array]:
    """Values of the factor, and seeds x values x indicators of the seeds that are complete. Errors: DesignError."""
    where, x = swept.folder.as_posix(), swept.x[:, swept.factors.index(factor)]
    alone = swept.method == "one_at_a_time"
    if alone:
        x = np.where(np.isnan(swept.x).all(axis=1), swept.in_force().get(factor, np.nan), x)
    values = np.unique(x[np.isfinite(x)])
    points = [np.flatnonzero(x == value) for value in values]
    if len(values) < 2 or (len({len(chosen) for chosen in points}) > 1 and not alone):
        raise DesignError.at(where, f"a design of method {swept.method} without equal numbers of points a value",
                             "a grid or method one_at_a_time with two values or more")  # fmt: skip
    complete = np.flatnonzero(swept.played[:, np.concatenate(points)].all(axis=1))
    if not len(complete):
        raise ResultsError.at(where, f"no seed with all its runs ({swept.progress})", "one complete seed or more")
    return values, np.stack([swept.y[complete][:, chosen].mean(axis=1) for chosen in points], axis=1)


def reference_of(swept: Swept, factor: str, values: Array) -> int:
    """The place of the baseline's value, or of the lowest where the baseline's is not played."""
    here = swept.in_force().get(factor, np.nan)
    same = np.flatnonzero(np.isclose(values, here))
    return int(same[0]) if len(same) else 0


def rows_of(
    swept: Swept, factor: str, indicator: str, values: Array, y: Array, reference: int
) -> list[dict[str, Any]]:
    """The rows of one indicator; y is seeds x values."""
    head: dict[str, Any] = factor_words(factor) | indicator_words(indicator)
    head |= {"reference": float(values[reference]), "reference_mean": float(y[:, reference].mean()), "seeds": len(y)}
    rows = []
    for place, value in enumerate(values):
        row = head | {"value": float(value)}
        row |= dict(zip(("mean", "low", "high"), mean_interval(y[:, place]), strict=True))
        gap = mean_interval(y[:, place] - y[:, reference])
        rows.append(row | dict(zip(("difference", "difference_low", "difference_high"), gap, strict=True)))
    return rows
