"""Published yearly series, and what two simple forecasts make of them: no change, and a first-order autoregression.

level   from the end of 2020 on, knowing nothing later: three years at once
change  a year ahead: last year's published value, moved by what the forecast says of the change
Errors are root mean squares: of logarithms times 100 (about %) for amounts and counts, of points for growth rates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..errors import DesignError, Faults, nearest_name
from ..indicators.definitions import INDICATORS
from ..scenario.yaml_text import read_text
from ..scenario.yaml_tree import Items, Node, Scalar, Table, describe_node, read_tree
from .facts.all_facts import MEASURES
from .facts.record import Missing, Seen
from .targets import FOLDER

if TYPE_CHECKING:
    import pandas as pd

YEARS = (2021, 2022, 2023)
ORIGIN = 2020
KEYS = ("label", "indicator", "measure", "scale", "unit", "values", "memory", "source", "note")
SCALES = ("level", "log")
FORECASTS = ("model", "no change", "AR(1)")


@dataclass(frozen=True)
class Series:
    """A published series: a value a year; `memory`: years that rest on rows nobody checked."""

    id: str
    label_en: str
    label_zh: str
    quantity: str
    scale: Literal["level", "log"]
    unit: str
    values: Mapping[int, float]
    memory: tuple[int, ...]
    source: str
    note: str

    def model(self, seen: Seen) -> dict[int, float]:
        """What one seed has in each year; years that it does not reach are left out."""
        found = {}
        for year in YEARS:
            window = (4 * (year - 2021), 4 * (year - 2021) + 3)
            try:
                seen.reach(window)
                last = (window[1], window[1]) if self.scale == "level" else window
                value = (
                    seen.over(self.quantity, last) if self.quantity in INDICATORS
                    else MEASURES[self.quantity].function(seen, window).value
                )  # fmt: skip
            except Missing:
                continue
            if math.isfinite(value):
                found[year] = value
        return found

    def scaled(self, value: float) -> float:
        """A value on the scale on which errors are taken."""
        return math.log(value) if self.scale == "log" else value

    def shown(self, value: float) -> float:
        """Back from that scale."""
        return math.exp(value) if self.scale == "log" else value


def read_series(path: Path | None = None) -> tuple[Series, ...]:
    """The published series in a file. Errors: DesignError with every fault."""
    file = path or FOLDER / "series" / "published.yaml"
    shown, faults = file.as_posix(), Faults(DesignError)
    tree = read_tree(read_text(file, shown, DesignError), shown, faults)
    faults.stop()
    listed = tree.items.get("series") if tree is not None else None
    if not isinstance(listed, Table):
        raise DesignError.at(shown, "no series", "series: {name: {label: ..., indicator: ..., values: {2021: ...}}}")
    found = [_one(name, node, faults) for name, node in listed.items.items() if _is_map(name, node, faults)]
    faults.stop()
    return tuple(found)


def _is_map(name: str, node: Node, faults: Faults) -> bool:
    if isinstance(node, Table):
        return True
    faults.add(node.place, f"{name}: {describe_node(node)}", f"a map of {', '.join(KEYS)}")
    return False


def _one(name: str, node: Node, faults: Faults) -> Series:
    assert isinstance(node, Table)
    for key, place in node.keys.items():
        if key not in KEYS:
            faults.add(place, f"{key}, which no series has", ", ".join(KEYS), nearest_name(key, KEYS))
    texts = {key: item.text for key, item in node.items.items() if isinstance(item, Scalar)}
    quantity = texts.get("indicator") or texts.get("measure") or ""
    if quantity not in (INDICATORS if "indicator" in texts else MEASURES):
        near = nearest_name(quantity, [*INDICATORS, *MEASURES])
        faults.add(node.place, f"{name}: {quantity or 'nothing to compute'}", "an indicator or a measure", near)
    if texts.get("scale") not in SCALES:
        faults.add(node.place, f"{name}: scale {texts.get('scale', 'missing')}", ", ".join(SCALES))
    label = node.items.get("label")
    words = label.items if isinstance(label, Table) else {}
    named = [item.text if isinstance(item := words.get(key), Scalar) else "" for key in ("en", "zh")]
    if not all(named):
        faults.add(node.place, f"{name} without label", "label: {en: ..., zh: ...}")
    values = _values(name, node, faults)
    memory = node.items.get("memory")
    remembered = [item.value for item in memory.items if isinstance(item, Scalar)] if isinstance(memory, Items) else []
    return Series(
        name, named[0], named[1], quantity, "log" if texts.get("scale") == "log" else "level", texts.get("unit", ""),
        values, tuple(int(year) for year in remembered if isinstance(year, float)), texts.get("source", ""),
        texts.get("note", ""),
    )  # fmt: skip


def _values(name: str, node: Table, faults: Faults) -> dict[int, float]:
    item = node.items.get("values")
    found: dict[int, float] = {}
    for year, value in item.items.items() if isinstance(item, Table) else ():
        number = value.value if isinstance(value, Scalar) else None
        if year.isdecimal() and isinstance(number, float):
            found[int(year)] = number
        else:
            faults.add(value.place, f"{name}: {year}: {describe_node(value)}", "a year and a number, e.g. 2021: 31.8")
    if not found:
        faults.add(node.place, f"{name} without values", "values: {2021: 31.8, 2022: 33.8}")
    return found


def autoregression(past: Sequence[float]) -> tuple[float, float] | None:
    """(c, f) of x_t = c + f x_t-1 by least squares, from three values or more; None if that cannot be done.

    With three values the line goes through both pairs, so that it says little; with fewer it is not defined.
    """
    values = np.array(past, dtype=np.float64)
    if len(values) < 3 or not np.ptp(values[:-1]) > 0.0:
        return None
    factor, constant = np.polyfit(values[:-1], values[1:], 1)
    return float(constant), float(factor)


def forecasts(series: Series, model: Mapping[int, float]) -> pd.DataFrame:
    """A row a year, forecast and horizon: series, horizon, forecast, year, published, value (empty if there is none).

    model: the median over seeds in each year.
    """
    import pandas as pd

    there = {year: series.scaled(value) for year, value in series.values.items()}
    mine = {year: series.scaled(value) for year, value in model.items() if series.scale == "level" or value > 0.0}
    rows = []
    for horizon in ("level", "change"):
        for year in YEARS:
            if year not in there:
                continue
            for name in FORECASTS:
                value = _forecast(name, horizon, year, there, mine)
                shown = series.shown(value) if math.isfinite(value) else math.nan
                rows.append((series.id, horizon, name, year, series.values[year], shown))
    return pd.DataFrame(rows, columns=["series", "horizon", "forecast", "year", "published", "value"])


def _forecast(name: str, horizon: str, year: int, there: Mapping[int, float], mine: Mapping[int, float]) -> float:
    """One forecast on the scale of errors."""
    known = ORIGIN if horizon == "level" else year - 1
    if known not in there:
        return math.nan
    past = [there[y] for y in sorted(there) if y <= known]
    if name == "no change":
        return past[-1]
    if name == "AR(1)":
        fitted = autoregression(past)
        value = past[-1]
        for _ in range(year - known):
            value = math.nan if fitted is None else fitted[0] + fitted[1] * value
        return value
    if horizon == "level":
        return mine.get(year, math.nan)
    return past[-1] + mine[year] - mine[year - 1] if year in mine and year - 1 in mine else math.nan


def errors(series: Series, rows: pd.DataFrame) -> pd.DataFrame:
    """Root mean square errors: a row a horizon with the model's, those of both forecasts, and who is better.

    Every error of a row is over the same years: those that the model and no change both have.
    """
    import pandas as pd

    scale = 100.0 if series.scale == "log" else 1.0
    out = []
    for horizon, part in rows.groupby("horizon", sort=False):
        table = part.pivot(index="year", columns="forecast", values="value").reindex(columns=list(FORECASTS))
        published = part.drop_duplicates("year").set_index("year")["published"]
        years = table.index[table["model"].notna() & table["no change"].notna()]
        found = {}
        for name in FORECASTS:
            values = table.loc[years, name]
            both = zip(values, published[years], strict=True)
            gaps = [series.scaled(value) - series.scaled(told) for value, told in both if not math.isnan(value)]
            found[name] = scale * float(np.sqrt(np.mean(np.square(gaps)))) if len(gaps) == len(years) > 0 else math.nan
        rivals = [name for name in FORECASTS[1:] if not math.isnan(found[name])]
        beaten = [name for name in rivals if found["model"] < found[name]]
        words = "beats " + " and ".join(beaten) if beaten else "beats none" if len(years) else "not measured"
        left = [name for name in rivals if name not in beaten]
        words += f"; worse than {' and '.join(left)}" if left and beaten else ""
        unit = "% (logs)" if series.scale == "log" else "points"
        out.append((
            series.id, series.label_en, series.label_zh, horizon, f"{years.min()}-{years.max()}" if len(years) else "",
            found["model"], found["no change"], found["AR(1)"], unit, words,
        ))  # fmt: skip
    names = ["series", "label_en", "label_zh", "horizon", "years", "model", "no_change", "ar1", "unit", "verdict"]
    return pd.DataFrame(out, columns=names)
