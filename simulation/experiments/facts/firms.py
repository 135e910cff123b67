"""Sizes and growth of enterprises on the market: the year-ends of the sample in the table market_firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...scenario.parameter import DEFAULTS, parameter
from .record import Array, Line, Measured, Missing, Seen, enough, hill, inside, measure, slope

if TYPE_CHECKING:
    import pandas as pd

TAIL = 0.10  # largest share of enterprises that a tail is fitted to
GROWTH_TAIL = 0.05
CLASSES = 10
YOUNG = 8  # years; Brown, Fazzari and Petersen call firms young for fifteen years after listing
DEPRECIATION = parameter("depreciation")


def sizes(seen: Seen, window: tuple[int, int], column: str = "sales") -> Array:
    """Positive sizes at the last year-end of the window."""
    seen.reach(window)
    table = inside(seen.table("market_firms"), window)
    if table.empty:
        raise Missing("a year-end in the window")
    last = table[table["quarter"] == table["quarter"].max()][column].to_numpy(dtype=np.float64)
    return enough(last[last > 0.0], 50)


def pairs(seen: Seen, window: tuple[int, int]) -> pd.DataFrame:
    """Each enterprise in two years running, two years after its birth or later: columns of both years, _next the later.

    The first full year of sale is left out, since the year before it was not a whole one.
    """
    table = inside(seen.table("market_firms"), window)
    later = table.assign(quarter=table["quarter"] - 4)
    both = table.merge(later, on=["quarter", "enterprise"], suffixes=("", "_next"))
    both = both[(both["sales"] > 0.0) & (both["sales_next"] > 0.0) & (both["birth"] <= both["quarter"] - 8)]
    if len(both) < 100:
        raise Missing(f"at least 100 pairs of year-ends; this seed has {len(both)}")
    growth = np.log(both["sales_next"] / both["sales"])
    return both.assign(growth=growth - growth.groupby(both["quarter"]).transform("mean"))


@measure(x="fact_sales", y="fact_share_larger", shape="points", log_x=True, log_y=True)
def size_tail(seen: Seen, window: tuple[int, int]) -> Measured:
    """Tail exponent of sales: Hill's estimator on the largest tenth of the enterprises on the market."""
    values = np.sort(sizes(seen, window))[::-1]
    rank = np.arange(1, len(values) + 1) / len(values)
    shown = np.unique(np.geomspace(1, len(values), 60).astype(int)) - 1
    return Measured(hill(values, TAIL), (Line("fact_model", values[shown], rank[shown]),))


@measure(x="fact_log_sales", y="fact_density")
def size_body(seen: Seen, window: tuple[int, int]) -> Measured:
    """Skewness of the logarithm of sales, 0 for a log-normal distribution."""
    logs = np.log(sizes(seen, window))
    scaled = (logs - logs.mean()) / logs.std()
    density, edges = np.histogram(scaled, bins=np.linspace(-4, 4, 33), density=True)
    middle = (edges[1:] + edges[:-1]) / 2
    normal = np.exp(-(middle**2) / 2) / np.sqrt(2 * np.pi)
    return Measured(
        float((scaled**3).mean()), (Line("fact_model", middle, density), Line("fact_normal", middle, normal))
    )


@measure(x="fact_growth", y="fact_density", log_y=True)
def growth_shape(seen: Seen, window: tuple[int, int]) -> Measured:
    """Shape b of the Subbotin distribution of yearly growth of sales (log differences, less the year's mean).

    Density ~ exp(-|g/a|^b): b = 1 is Laplace (a tent in logarithms), b = 2 normal.
    """
    from scipy.stats import gennorm

    growth = pairs(seen, window)["growth"].to_numpy()
    shape = float(gennorm.fit(growth, floc=float(np.median(growth)))[0])
    edges = np.linspace(-4, 4, 41)
    density, _ = np.histogram(growth / growth.std(), bins=edges, density=True)
    middle = (edges[1:] + edges[:-1]) / 2
    laplace = np.exp(-np.sqrt(2) * np.abs(middle)) / np.sqrt(2)
    seen_there = density > 0
    return Measured(
        shape, (Line("fact_model", middle[seen_there], density[seen_there]), Line("fact_laplace", middle, laplace))
    )


@measure(x="fact_growth_size", y="fact_share_larger", shape="points", log_x=True, log_y=True)
def growth_tail(seen: Seen, window: tuple[int, int]) -> Measured:
    """Tail exponent of the density of yearly growth: 1 + Hill's estimator on the largest twentieth of |growth|."""
    size = np.sort(np.abs(pairs(seen, window)["growth"].to_numpy()))[::-1]
    rank = np.arange(1, len(size) + 1) / len(size)
    shown = np.unique(np.geomspace(1, len(size), 60).astype(int)) - 1
    return Measured(1.0 + hill(size, GROWTH_TAIL), (Line("fact_model", size[shown], rank[shown]),))


@measure(x="fact_sales", y="fact_growth_sd", shape="points", log_x=True, log_y=True)
def growth_scaling(seen: Seen, window: tuple[int, int]) -> Measured:
    """Exponent b in sd(growth) ~ size^-b, by least squares over ten classes of size."""
    both = pairs(seen, window)
    group = both["sales"].rank(pct=True).mul(CLASSES).clip(upper=CLASSES - 0.01).astype(int)
    size = both.groupby(group)["sales"].median().to_numpy()
    spread = both.groupby(group)["growth"].std().to_numpy()
    return Measured(-slope(np.log(size), np.log(spread)), (Line("fact_model", size, spread),))


@measure(x="fact_log_sales", y="fact_log_sales_next", shape="points")
def gibrat(seen: Seen, window: tuple[int, int]) -> Measured:
    """Slope of the logarithm of sales on that of the year before, 1 if growth does not depend on size (Gibrat)."""
    both = pairs(seen, window)
    before, after = np.log(both["sales"].to_numpy()), np.log(both["sales_next"].to_numpy())
    shown = slice(None, None, max(1, len(before) // 200))
    return Measured(slope(before, after), (Line("fact_model", before[shown], after[shown]),))


@measure(x="fact_log_sales", y="fact_log_intensity", shape="points")
def rd_on_size(seen: Seen, window: tuple[int, int]) -> Measured:
    """Slope of log(R&D / sales) on log(sales) over enterprises with R&D at the last year-end, 0 if independent."""
    seen.reach(window)
    table = inside(seen.table("market_firms"), window)
    last = table[(table["quarter"] == table["quarter"].max()) & (table["sales"] > 0.0) & (table["rd"] > 0.0)]
    size, part = np.log(last["sales"].to_numpy()), np.log((last["rd"] / last["sales"]).to_numpy())
    enough(size, 50)
    shown = slice(None, None, max(1, len(size) // 200))
    return Measured(slope(size, part), (Line("fact_model", size[shown], part[shown]),))


@measure(x="fact_patents", y="fact_share_larger", shape="points", log_x=True, log_y=True)
def patents_power(seen: Seen, window: tuple[int, int]) -> Measured:
    """Exponent of the density of patents an enterprise holds: 1 + Hill's estimator on the largest tenth."""
    values = np.sort(sizes(seen, window, "patents"))[::-1]
    rank = np.arange(1, len(values) + 1) / len(values)
    shown = np.unique(np.geomspace(1, len(values), 60).astype(int)) - 1
    return Measured(1.0 + hill(values, TAIL), (Line("fact_model", values[shown], rank[shown]),))


def investment_rates(seen: Seen, window: tuple[int, int]) -> Array:
    """Gross investment of the year over capital at its beginning: capital / capital before - (1 - d)^4, d a quarter."""
    both = pairs(seen, window)
    both = both[both["capital"] > 0.0]
    kept = (1.0 - float(DEFAULTS[DEPRECIATION, 0])) ** 4
    return enough((both["capital_next"] / both["capital"]).to_numpy() - kept, 100)


def rate_lines(rates: Array) -> tuple[Line, ...]:
    """How investment rates are spread, in classes of two points."""
    density, edges = np.histogram(np.clip(rates, -0.2, 0.8), bins=np.arange(-0.2, 0.82, 0.02))
    return (Line("fact_model", 100.0 * edges[:-1], 100.0 * density / density.sum()),)


@measure(x="fact_investment_rate", y="fact_percent_firms")
def investment_inaction(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of years of enterprises with gross investment below 2% of capital (%)."""
    rates = investment_rates(seen, window)
    return Measured(100.0 * float((np.abs(rates) < 0.02).mean()), rate_lines(rates))


@measure(x="fact_investment_rate", y="fact_percent_firms")
def investment_spikes(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of years of enterprises with gross investment above 20% of capital (%)."""
    rates = investment_rates(seen, window)
    return Measured(100.0 * float((rates > 0.2).mean()), rate_lines(rates))


@measure()
def rd_of_the_young(seen: Seen, window: tuple[int, int]) -> Measured:
    """How much more R&D follows cash flow in enterprises below 8 years: their slope over that of older ones (x).

    R&D / capital on cash flow / capital, least squares, highest and lowest hundredth of both left out.
    """
    table = inside(seen.table("market_firms"), window)
    table = table[table["capital"] > 0.0]
    flow, rd = table["cash_flow"] / table["capital"], table["rd"] / table["capital"]
    usual = flow.between(*flow.quantile([0.01, 0.99])) & rd.between(*rd.quantile([0.01, 0.99]))
    young = (table["quarter"] - table["birth"]) < 4 * YOUNG
    slopes = [slope(flow[usual & who].to_numpy(), rd[usual & who].to_numpy()) for who in (young, ~young)]
    if slopes[1] <= 0.0:
        raise Missing("R&D of older enterprises that rises with cash flow")
    return Measured(slopes[0] / slopes[1])
