"""The points of a sweep: means of the main outcomes over seeds, and paired differences from the first point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..experiments.effects import Array, mean_interval
from ..indicators.definitions import INDICATORS
from ..scenario.parameter import CATALOGUE
from .material import Material
from .numbers import figure, interval, signed

if TYPE_CHECKING:
    import pandas as pd

MOST = 40
OUTCOMES = ("validated_products", "equity_invested", "exits_ipo", "flow_dpi", "npl_ratio", "public_cost")
MEANS, GAPS = "Means", "Differences from the first point"


@dataclass(frozen=True)
class Points:
    """Every point and outcome as data, rows for people in two groups, and how many points these leave out."""

    data: pd.DataFrame
    groups: dict[str, list[Mapping[str, str]]]
    left_out: int


def points_of(material: Material) -> Points:
    """The points of a sweep, as far as its runs are finished."""
    import pandas as pd

    runs, grid = material.table("runs"), material.results.points
    varied = [str(name) for name in material.manifest["varied"] if name in grid]
    ids = [name for name in OUTCOMES if name in runs and runs[name].notna().any()]
    by_seed = {name: runs.pivot_table(index="seed", columns="point", values=name, dropna=False) for name in ids}
    records: list[dict[str, object]] = []
    groups: dict[str, list[Mapping[str, str]]] = {MEANS: [], GAPS: []}
    first = int(grid["point"].iloc[0])
    for place, (_, point) in enumerate(grid.iterrows()):
        number = int(point["point"])
        head = {"Point": str(number)} | {called(name): level(point[name]) for name in varied}
        rows = {MEANS: dict(head), GAPS: dict(head)}
        for name in ids:
            values, base = column(by_seed[name], number), column(by_seed[name], first)
            (mean, low, high), (gap, gap_low, gap_high) = mean_interval(values), mean_interval(values - base)
            records.append(
                {
                    "point": number, **{key: point[key] for key in varied}, "indicator": name,
                    "label": INDICATORS[name].label_en, "mean": mean, "low": low, "high": high, "difference": gap,
                    "difference_low": gap_low, "difference_high": gap_high, "seeds": int(np.isfinite(values).sum()),
                }
            )  # fmt: skip
            rows[MEANS][heading(name)] = f"{figure(mean)} ({interval(low, high)})"
            rows[GAPS][heading(name)] = f"{signed(gap)} ({interval(gap_low, gap_high)})" if number != first else ""
        if place < MOST:
            for group, row in rows.items():
                groups[group].append(row)
    return Points(pd.DataFrame(records), groups, max(0, len(grid) - MOST))


def column(table: pd.DataFrame, point: int) -> Array:
    """The values of one point, a value a seed; empty where a run is not finished."""
    found = table[point] if point in table else table.iloc[:, 0] * np.nan
    return np.asarray(found, dtype=np.float64)


def heading(indicator: str) -> str:
    """An outcome with its Chinese label and unit above a column."""
    definition = INDICATORS[indicator]
    unit = f"{definition.unit} a year" if definition.aggregate == "flow" else definition.unit
    return f"{definition.label_en} {definition.label_zh}, {unit}"


def called(name: str) -> str:
    """What a varied parameter is called, in both languages."""
    return f"{CATALOGUE[name].label_en} {CATALOGUE[name].label_zh}" if name in CATALOGUE else name


def level(value: object) -> str:
    """A varied value as it is read: a number, an entry as written, or the baseline where it is empty."""
    if isinstance(value, float | int):
        return figure(float(value)) if value == value else "baseline"
    return str(value)
