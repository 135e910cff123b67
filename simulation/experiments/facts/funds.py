"""Cash of funds over their life: the year-ends in the table funds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .record import Array, Line, Measured, Missing, Seen, inside, measure

if TYPE_CHECKING:
    import pandas as pd

GUIDED = 1  # funds backed by guidance money
FEWEST_FUNDS = 8
OLDEST = 14  # years followed


def aged(seen: Seen, window: tuple[int, int]) -> pd.DataFrame:
    """Funds closed in the window with their age in whole years at each year-end."""
    funds = seen.table("funds")
    funds = funds[(funds["vintage"] >= window[0]) & (funds["vintage"] <= window[1])]
    if funds["fund"].nunique() < FEWEST_FUNDS:
        raise Missing(f"{FEWEST_FUNDS} funds closed in the window; this seed has {funds['fund'].nunique()}")
    return funds.assign(age=(funds["quarter"] - funds["vintage"]) // 4 + 1)


def returned(seen: Seen, window: tuple[int, int]) -> pd.DataFrame:
    """Cash returned over cash called: a row a fund, a column an age in years that all funds have reached."""
    funds = aged(seen, window)
    funds = funds[funds["age"] <= (seen.quarters - 1 - window[1]) // 4 + 1]
    return funds.assign(dpi=funds["distributed"] / funds["called"]).pivot_table(
        index="fund", columns="age", values="dpi", aggfunc="last"
    )


def quantile_lines(table: pd.DataFrame) -> tuple[Line, ...]:
    """Upper quartile, median and lower quartile of cash returned, by age."""
    ages = table.columns.to_numpy(dtype=np.float64)
    words = {0.75: "fact_top_quartile", 0.5: "fact_typical", 0.25: "fact_bottom_quartile"}
    return tuple(Line(word, ages, table.quantile(share).to_numpy()) for share, word in words.items())


def age_of_return(seen: Seen, window: tuple[int, int], share: float) -> Measured:
    """Age at which this quantile of funds has given back what was called; a year more than was seen if it never has."""
    table = returned(seen, window)
    line = table.quantile(share)
    reached = line[line >= 1.0]
    age = float(reached.index[0]) if len(reached) else float(max(table.columns)) + 1.0
    return Measured(age, quantile_lines(table))


@measure(x="fact_age", y="fact_dpi")
def dpi_one_top(seen: Seen, window: tuple[int, int]) -> Measured:
    """Age at which the upper quartile of the funds closed in the window has returned what it called (years)."""
    return age_of_return(seen, window, 0.75)


@measure(x="fact_age", y="fact_dpi")
def dpi_one_typical(seen: Seen, window: tuple[int, int]) -> Measured:
    """Age at which the median of the funds closed in the window has returned what it called (years)."""
    return age_of_return(seen, window, 0.5)


@measure(x="fact_age", y="fact_dpi")
def dpi_one_bottom(seen: Seen, window: tuple[int, int]) -> Measured:
    """Age at which the lower quartile of the funds closed in the window has returned what it called (years)."""
    return age_of_return(seen, window, 0.25)


def net_cash(seen: Seen, window: tuple[int, int]) -> tuple[Array, Array]:
    """Ages in years, and cash returned less cash called by then, % of the size of the funds closed in the window.

    Only ages that every vintage of the window has reached, so that all ages are of the same funds.
    """
    funds = aged(seen, window)
    last = int((seen.quarters - 1 - window[1]) // 4) + 1
    sums = funds[funds["age"] <= min(last, OLDEST)].groupby("age")[["called", "distributed", "size"]].sum()
    if len(sums) < 8:
        raise Missing("funds followed for eight years")
    net = 100.0 * ((sums["distributed"] - sums["called"]) / sums["size"]).to_numpy()
    return sums.index.to_numpy(dtype=np.float64), net


@measure(x="fact_age", y="fact_net_cash")
def j_curve(seen: Seen, window: tuple[int, int]) -> Measured:
    """Age at which the funds closed in the window first return more in a year than they call (years)."""
    ages, net = net_cash(seen, window)
    rising = np.flatnonzero(np.diff(net) > 0.0)
    first = float(ages[rising[0] + 1]) if len(rising) else float(ages[-1]) + 1.0
    return Measured(first, (Line("fact_model", ages, net),))


def guided(seen: Seen, window: tuple[int, int]) -> pd.DataFrame:
    """Funds backed by guidance money and closed in the window, a row each."""
    funds = inside(seen.table("funds"), (0, seen.quarters - 1))
    chosen = funds[(funds["fund_kind"] == GUIDED) & (funds["vintage"] >= window[0]) & (funds["vintage"] <= window[1])]
    once = chosen.drop_duplicates("fund")
    if len(once) < FEWEST_FUNDS:
        raise Missing(f"{FEWEST_FUNDS} funds with guidance money; this seed has {len(once)}")
    return once


@measure()
def guidance_raised(seen: Seen, window: tuple[int, int]) -> Measured:
    """Size of funds backed by guidance money over what they wanted to raise (%), those that closed."""
    once = guided(seen, window)
    return Measured(100.0 * float(once["size"].sum() / once["target"].sum()))


@measure()
def guidance_reached(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of funds backed by guidance money that raised what they wanted (%), of those that closed."""
    once = guided(seen, window)
    return Measured(100.0 * float((once["size"] >= 0.999 * once["target"]).mean()))
