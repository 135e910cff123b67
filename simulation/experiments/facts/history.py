"""Quantities of 2021 to 2023 and of programmes that are no indicator by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .exits import of_kind
from .record import Array, Measured, Missing, Seen, inside, measure

if TYPE_CHECKING:
    import pandas as pd

CLAIMS = "claims paid to"  # how the lines of claims begin


def by_year(values: Array, window: tuple[int, int]) -> tuple[float, float]:
    """Sums over the first and over the last year of a window."""
    return float(values[window[0] : window[0] + 4].sum()), float(values[window[1] - 3 : window[1] + 1].sum())


def change(values: Array, window: tuple[int, int]) -> float:
    """Change from the first year of a window to the last (%)."""
    before, after = by_year(values, window)
    return 100.0 * (after / before - 1.0) if before > 0.0 else float("nan")


def all_commitments(seen: Seen) -> Array:
    """Commitments of all partners to funds, CNY bn a quarter: the denominator of the state's share."""
    return seen.weight("government_commitment_share") / (1000.0 * seen.scale)


@measure()
def commitments(seen: Seen, window: tuple[int, int]) -> Measured:
    """Commitments of all partners to funds, CNY bn a year."""
    seen.reach(window)
    return Measured(float(all_commitments(seen)[window[0] : window[1] + 1].sum()) * 4.0 / (window[1] + 1 - window[0]))


@measure()
def commitments_change(seen: Seen, window: tuple[int, int]) -> Measured:
    """Change of the commitments of all partners to funds from the first year of the window to the last (%)."""
    seen.reach(window)
    return Measured(change(all_commitments(seen), window))


@measure()
def investment_change(seen: Seen, window: tuple[int, int]) -> Measured:
    """Change of equity invested from the first year of the window to the last (%)."""
    seen.reach(window)
    return Measured(change(seen.series("equity_invested"), window))


@measure()
def research_of_market_firms(seen: Seen, window: tuple[int, int]) -> Measured:
    """R&D of enterprises on the market, CNY bn a year: R&D intensity times its denominator, their sales."""
    seen.reach(window)
    spent = seen.series("rd_intensity") / 100.0 * seen.weight("rd_intensity") / (1000.0 * seen.scale)
    return Measured(float(spent[window[0] : window[1] + 1].sum()) * 4.0 / (window[1] + 1 - window[0]))


def insured(seen: Seen, window: tuple[int, int]) -> float:
    """Value of first sales under cover, CNY bn a year."""
    seen.reach(window)
    value = seen.series("insured_order_share") / 100.0 * seen.weight("insured_order_share") / (1000.0 * seen.scale)
    return float(np.nansum(value[window[0] : window[1] + 1])) * 4.0 / (window[1] + 1 - window[0])


def claims(seen: Seen, window: tuple[int, int]) -> float:
    """Claims that insurers paid, CNY bn a year."""
    flows: pd.DataFrame = inside(seen.table("flows"), window)
    paid = flows[flows["line"].str.startswith(CLAIMS)]
    return float(paid["amount"].sum()) * 4.0 / (window[1] + 1 - window[0])


@measure()
def insured_value(seen: Seen, window: tuple[int, int]) -> Measured:
    """Value of first sales insured against failure in use, CNY bn a year."""
    return Measured(insured(seen, window))


@measure()
def claims_paid(seen: Seen, window: tuple[int, int]) -> Measured:
    """Claims that insurers of first use paid, CNY bn a year."""
    seen.reach(window)
    return Measured(claims(seen, window))


@measure()
def claims_of_insured(seen: Seen, window: tuple[int, int]) -> Measured:
    """Claims paid over value insured (%)."""
    value = insured(seen, window)
    if not value > 0.0:
        raise Missing("insured sales")
    return Measured(100.0 * claims(seen, window) / value)


@measure()
def insured_projects(seen: Seen, window: tuple[int, int]) -> Measured:
    """Enterprises that bought cover for the first time, a year (national count)."""
    seen.reach(window)
    bought = of_kind(seen, "cover", window)
    return Measured(len(bought) / seen.scale * 4.0 / (window[1] + 1 - window[0]))


def of_the_event(seen: Seen, indicator: str, window: tuple[int, int]) -> Measured:
    """What the docking event of 2023Q4 adds to an indicator: scenario event-xiongan less the baseline, same seed."""
    there = seen.tables.get("event_indicators")
    if there is None or there.empty:
        raise Missing("scenario event-xiongan on the same seeds; tif validate without a folder plays it")
    with_event = there[indicator].to_numpy(dtype=np.float64)[window[0] : window[1] + 1]
    return Measured(float(np.nansum(with_event) - np.nansum(seen.series(indicator)[window[0] : window[1] + 1])))


@measure()
def docking_shown(seen: Seen, window: tuple[int, int]) -> Measured:
    """Projects shown at the docking event."""
    return of_the_event(seen, "event_projects", window)


@measure()
def docking_signed(seen: Seen, window: tuple[int, int]) -> Measured:
    """Projects that signed an intention at the docking event."""
    return of_the_event(seen, "event_signed", window)


@measure()
def docking_amount(seen: Seen, window: tuple[int, int]) -> Measured:
    """Stated amount of the intentions signed at the docking event (CNY bn)."""
    return of_the_event(seen, "event_intention_amount", window)
