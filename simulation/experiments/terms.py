"""An indicator's change between two quarters, or between a policy and its baseline, split into its terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import UsageError, nearest_name
from ..indicators.definitions import INDICATORS
from ..indicators.record import Indicator
from ..scenario.quarters import format_quarter, likely_quarter, parse_quarter
from .words import number, plain_name, with_unit

if TYPE_CHECKING:
    import pandas as pd

    from .results import Results

YEAR = 4
MOST = 6  # groups and flow lines named, the largest changes first
TINY = 1e-9


@dataclass(frozen=True)
class Moment:
    """A scenario in a quarter, as SQL asks for it and as a reader is told."""

    scenario: str
    quarter: int
    seeds: str

    @property
    def where(self) -> str:
        """Condition for SQL."""
        return f"scenario = '{self.scenario}' and quarter = {self.quarter}{self.seeds}"

    def __str__(self) -> str:
        return f"{plain_name(self.scenario)} {format_quarter(self.quarter)}"


def terms_of(
    results: Results, indicator: str, quarter: str | None, scenario: str | None, seed: int | None
) -> str:
    """The change of an indicator against the same quarter a year before or, for a policy, against the baseline."""
    record = known_indicator(indicator)
    now, before = moments(results, quarter, scenario, seed)
    lines = [f"{record.label_en} ({record.formula})", *change(results, record, before, now)]
    lines += [*groups(results, record, before, now), *flows(results, record, before, now)]
    return "\n".join(lines)


def known_indicator(name: str) -> Indicator:
    """The record of an indicator. Errors: UsageError with the nearest name."""
    if name not in INDICATORS:
        raise UsageError.at(
            f"--indicator {name}", "no such indicator", "an id of `tif indicators`", nearest_name(name, INDICATORS)
        )
    return INDICATORS[name]


def moments(results: Results, quarter: str | None, scenario: str | None, seed: int | None) -> tuple[Moment, Moment]:
    """The moment asked for and the one it is compared with."""
    names = [str(entry["name"]) for entry in results.manifest["scenarios"]]
    seeds = "" if seed is None else f" and seed = {seed}"
    chosen = scenario or names[0]
    now = Moment(chosen, read_quarter(results, quarter), seeds)
    if chosen != names[0]:
        return now, Moment(names[0], now.quarter, seeds)
    return now, Moment(chosen, max(0, now.quarter - YEAR), seeds)


def read_quarter(results: Results, written: str | None) -> int:
    """A quarter of the results, the last one if none is named. Errors: UsageError."""
    last = int(results.manifest["quarters"]) - 1
    if written is None:
        return last
    allowed = f"{format_quarter(1)} to {format_quarter(last)}"
    try:
        quarter = parse_quarter(written)
    except ValueError:
        raise UsageError.at(f"--quarter {written}", "no quarter", allowed, likely_quarter(written)) from None
    if not 1 <= quarter <= last:
        raise UsageError.at(f"--quarter {written}", "not in these results", allowed)
    return quarter


def change(results: Results, record: Indicator, before: Moment, now: Moment) -> Iterator[str]:
    """The two values, and for a ratio what its numerator and its denominator did."""
    (old, old_weight), (new, new_weight) = (weighted(results, record, moment) for moment in (before, now))
    if old != old or new != new:
        empty = before if old != old else now
        yield f"  It has no value in {empty}: nothing of the kind happened, or its mechanism is not there."
        return
    unit = record.unit
    yield f"  {before}: {with_unit(old, unit)}"
    yield f"  {now}: {with_unit(new, unit)}, a change of {signed(new - old)}{percent(old, new)}"
    if record.aggregate != "ratio" or old_weight <= TINY or old * old_weight == 0.0:
        return
    top, _, bottom = record.formula.partition(" / ")
    with_old_base = new * new_weight / old_weight  # had the denominator stayed
    above, below = percent(old * old_weight, new * new_weight), percent(old_weight, new_weight)
    yield f"  of which numerator, {top}{above}: {signed(with_old_base - old)}"
    yield f"  of which denominator, {bottom or 'its base'}{below}: {signed(new - with_old_base)}"


def weighted(results: Results, record: Indicator, moment: Moment) -> tuple[float, float]:
    """Mean value over the seeds (a ratio: ratio of sums) and mean weight, NaN without a value."""
    found = results.sql(
        f"select i.{record.id} as value, w.{record.id} as weight from indicators i join weights w "
        f"using (scenario, seed, quarter) where {moment.where.replace('scenario', 'i.scenario', 1)}"
    )
    found = found[(found["weight"] > 0.0) & found["value"].notna()]
    if found.empty:
        return float("nan"), 0.0
    total = float(found["weight"].sum())
    return float((found["value"] * found["weight"]).sum() / total), total / len(found)


def groups(results: Results, record: Indicator, before: Moment, now: Moment) -> Iterator[str]:
    """The same change by sector, region, stage and so on, where it is recorded; the largest changes first."""
    if "groups" not in results.tables:
        return
    which, keys = f"indicator = '{record.id}'", 'dimension, "group" as name'
    values = side_by_side(results, "groups", which, keys, "value", before, now)
    for dimension, rows in values.groupby("dimension", sort=False):
        told = largest(rows, record.aggregate == "flow")
        if told:
            yield f"  by {dimension}: {'; '.join(told)}"


def flows(results: Results, record: Indicator, before: Moment, now: Moment) -> Iterator[str]:
    """Lines of the ledger on which the mechanisms that the indicator belongs to move money."""
    from ..economy.quarter import MECHANISMS

    codes = sorted({code for one in MECHANISMS.values() if record.id in one.indicators for code in one.lines})
    if not codes or "flows" not in results.tables:
        return
    chosen = ", ".join(f"'{code}'" for code in codes)
    values = side_by_side(results, "flows", f"code in ({chosen})", "line as name", "amount", before, now)
    told = largest(values, False)
    if told:
        yield f"  money beside it, CNY bn: {'; '.join(told)}"


def side_by_side(
    results: Results, table: str, which: str, keys: str, value: str, before: Moment, now: Moment
) -> pd.DataFrame:
    """Mean over the seeds of a long table at both moments; what is missing at one of them is zero there."""
    plain = ", ".join(part.rpartition(" as ")[2] for part in keys.split(", "))
    sides = [
        f"select {keys}, sum({value}) / (select count(distinct seed) from {table} where {moment.where}) as {side} "
        f"from {table} where {which} and {moment.where} group by all"
        for side, moment in (("old", before), ("new", now))
    ]
    return results.sql(
        f"select {plain}, coalesce(old, 0) as old, coalesce(new, 0) as new from ({sides[0]}) full join ({sides[1]}) "
        f"using ({plain}) order by abs(coalesce(new, 0) - coalesce(old, 0)) desc, {plain}"
    )


def largest(rows: pd.DataFrame, shares: bool) -> list[str]:
    """The largest changes of a table with `name`, `old` and `new`, the rest in one entry if the parts add up."""
    moved = rows[(rows["new"] - rows["old"]).abs() > TINY]
    first = moved.head(MOST)
    triples = zip(first["name"], first["old"], first["new"], strict=True)
    told = [f"{name} {number(old)} -> {number(new)}" for name, old, new in triples]
    rest = moved.iloc[MOST:]
    if shares and len(rest):
        told.append(f"others {signed(float((rest['new'] - rest['old']).sum()))}")
    return told


def signed(value: float) -> str:
    """A change with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def percent(old: float, new: float) -> str:
    """A change in percent in brackets, or nothing where it has no meaning."""
    return f" ({100.0 * (new - old) / abs(old):+.0f} %)" if abs(old) > TINY else ""
