"""How long enterprises last: hazards by age and survival, from the year-ends of market_firms."""

from __future__ import annotations

import numpy as np

from .record import Array, Line, Measured, Missing, Seen, enough, inside, measure, slope

OLDEST = 20  # years up to which hazards are looked at
AT_RISK = 30


def hazards(seen: Seen, window: tuple[int, int]) -> tuple[Array, Array]:
    """Ages in whole years, and the share of enterprises of that age that are gone a year later.

    Whoever is no longer on the market a year later is gone: closed, or bought (which few are).
    """
    table = inside(seen.table("market_firms"), window)
    last = table["quarter"].max()
    there = table[table["quarter"] < last]
    alive = set(zip(table["quarter"], table["enterprise"], strict=True))
    gone = np.array([(q + 4, e) not in alive for q, e in zip(there["quarter"], there["enterprise"], strict=True)])
    age = ((there["quarter"] + 1 - there["birth"]) // 4).to_numpy()
    ages = np.array([a for a in range(OLDEST + 1) if np.count_nonzero(age == a) >= AT_RISK], dtype=np.float64)
    if len(ages) < 5:
        raise Missing(f"{AT_RISK} enterprises of each of five ages")
    return ages, np.array([gone[age == a].mean() for a in ages])


@measure(x="fact_age", y="fact_hazard")
def hazard_peak(seen: Seen, window: tuple[int, int]) -> Measured:
    """Age at which most enterprises on the market leave it (years), hazards smoothed over three ages."""
    ages, hazard = hazards(seen, window)
    smooth = np.convolve(hazard, np.ones(3) / 3, mode="valid")
    return Measured(float(ages[1:-1][int(np.argmax(smooth))]), (Line("fact_model", ages, 100.0 * hazard),))


@measure(x="fact_age", y="fact_hazard")
def hazard_on_age(seen: Seen, window: tuple[int, int]) -> Measured:
    """Points of yearly hazard by which a tenfold age changes the hazard; below 0 it falls with age."""
    ages, hazard = hazards(seen, window)
    return Measured(
        100.0 * slope(np.log10(ages + 1.0), hazard), (Line("fact_model", ages, 100.0 * hazard),)
    )


@measure(x="fact_years_on_market", y="fact_percent_left")
def entrants_left(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of enterprises that came to the market without venture history and are there five years later (%)."""
    seen.reach(window)
    table = inside(seen.table("market_firms"), window)
    table = table[~table["venture"]]
    first = table.groupby("enterprise")["quarter"].min()
    last = table.groupby("enterprise")["quarter"].max()
    birth = table.groupby("enterprise")["birth"].first()
    end = int(table["quarter"].max())
    fresh = (first - birth < 4) & (birth >= 0)
    years, left = np.arange(0, 11), []
    for year in years:
        known = fresh & (first + 4 * year <= end)
        there = float((last[known] >= first[known] + 4 * year).mean()) if known.sum() >= AT_RISK else np.nan
        left.append(100.0 * there)
    enough(np.array(left[5:6]), 1)
    return Measured(left[5], (Line("fact_model", years.astype(np.float64), np.array(left)),))
