"""Leads and lags of quarterly series; growth over four quarters unless a docstring says otherwise."""

from __future__ import annotations

import numpy as np

from .exits import of_kind
from .record import Array, Line, Measured, Missing, Seen, correlation, measure, slope

LAGS = np.arange(-8, 9)


def span(values: Array, window: tuple[int, int]) -> Array:
    """The quarters of a window."""
    return values[window[0] : window[1] + 1]


def growth(values: Array) -> Array:
    """Growth over four quarters: log(x_t / x_t-4), empty in the first four and where a value is not positive."""
    known = np.where(values > 0.0, values, np.nan)
    out = np.full(len(values), np.nan)
    out[4:] = np.log(known[4:] / known[:-4])
    return out


def sums(values: Array) -> Array:
    """Sum of a quarter and the three before it."""
    out = np.full(len(values), np.nan)
    for t in range(3, len(values)):
        out[t] = values[t - 3 : t + 1].sum()
    return out


def at_lags(x: Array, y: Array) -> Array:
    """Correlation of x_t with y_t+k for each lag k; empty where too little is left."""
    found = []
    for lag in LAGS:
        a, b = (x[: len(x) - lag], y[lag:]) if lag >= 0 else (x[-lag:], y[:lag])
        try:
            found.append(correlation(a, b))
        except Missing:
            found.append(np.nan)
    return np.array(found)


def lagged(x: Array, y: Array) -> tuple[Line, ...]:
    """The cross-correlation as a line."""
    return (Line("fact_model", LAGS.astype(np.float64), at_lags(x, y)),)


def without_trend(values: Array) -> Array:
    """Logarithm less its own straight line; empty where the value is not positive."""
    logs = np.log(np.where(values > 0.0, values, np.nan))
    time = np.arange(len(logs), dtype=np.float64)
    there = np.isfinite(logs)
    rise = slope(time, logs)
    gap: Array = logs - logs[there].mean() - rise * (time - time[there].mean())
    return gap


@measure(x="fact_lag", y="fact_correlation")
def commitments_follow_exits(seen: Seen, window: tuple[int, int]) -> Measured:
    """Correlation of exit value with private commitments of the next four quarters (logs less straight lines)."""
    exits = without_trend(span(seen.series("exit_value"), window))
    commitments = without_trend(span(seen.series("social_commitments"), window))
    after = np.full(len(exits), np.nan)
    for t in range(len(exits) - 4):
        after[t] = commitments[t + 1 : t + 5].mean()
    return Measured(correlation(exits, after), lagged(exits, commitments))


@measure(x="fact_lag", y="fact_correlation")
def research_cyclical(seen: Seen, window: tuple[int, int]) -> Measured:
    """Correlation of growth of R&D and growth of value added, over four quarters."""
    research, output = (span(growth(sums(seen.series(i))), window) for i in ("rd_spending", "value_added"))
    return Measured(correlation(output, research), lagged(output, research))


@measure(x="fact_lag", y="fact_correlation")
def credit_cyclical(seen: Seen, window: tuple[int, int]) -> Measured:
    """Highest correlation of growth of value added with growth of loans 0 to 4 quarters later."""
    levels = (sums(seen.series("value_added")), seen.series("mlt_loans"))
    output, loans = (span(growth(values), window) for values in levels)
    lags = at_lags(output, loans)
    return Measured(float(np.nanmax(lags[(LAGS >= 0) & (LAGS <= 4)])), lagged(output, loans))


@measure(x="fact_lag", y="fact_correlation")
def bad_loans_cyclical(seen: Seen, window: tuple[int, int]) -> Measured:
    """Correlation of growth of value added with the change of the bad loan ratio, over four quarters."""
    output = span(growth(sums(seen.series("value_added"))), window)
    ratio = seen.series("npl_ratio")
    change = np.full(len(ratio), np.nan)
    change[4:] = ratio[4:] - ratio[:-4]
    change = span(change, window)
    return Measured(correlation(output, change), lagged(output, change))


@measure(x="fact_lag", y="fact_correlation")
def defaults_cyclical(seen: Seen, window: tuple[int, int]) -> Measured:
    """Correlation of growth of value added with the loan default rate."""
    output = span(growth(sums(seen.series("value_added"))), window)
    rate = span(seen.series("default_rate"), window)
    return Measured(correlation(output, rate), lagged(output, rate))


@measure(x="fact_lag", y="fact_correlation")
def listings_persist(seen: Seen, window: tuple[int, int]) -> Measured:
    """Correlation of companies listed in a quarter with those of the quarter before."""
    listed = span(seen.series("exits_ipo"), window)
    return Measured(correlation(listed[1:], listed[:-1]), lagged(listed, listed))


@measure(x="fact_year", y="fact_growth_percent")
def venture_swings(seen: Seen, window: tuple[int, int]) -> Measured:
    """How much more yearly equity invested swings than value added: ratio of standard deviations of growth (x)."""
    lines, spread = [], []
    for indicator, word in (("equity_invested", "fact_equity"), ("value_added", "fact_output")):
        values = span(seen.series(indicator), window)
        years = values[: 4 * (len(values) // 4)].reshape(-1, 4).sum(axis=1)
        if len(years) < 6 or not (years > 0.0).all():
            raise Missing("six years with investment")
        rise = np.diff(np.log(years))
        spread.append(float(rise.std(ddof=1)))
        first = 2022.0 + window[0] // 4
        lines.append(Line(word, np.arange(first, first + len(rise)), 100.0 * rise))
    return Measured(spread[0] / spread[1], tuple(lines))


@measure(x="fact_log_sales", y="fact_loan_rate", shape="points")
def loan_rate_on_size(seen: Seen, window: tuple[int, int]) -> Measured:
    """Points by which the rate on a new loan changes with tenfold sales of the borrower; below 0 it falls with size."""
    loans = of_kind(seen, "loan", window)
    firms = seen.table("market_firms")[["quarter", "enterprise", "sales"]]
    joined = loans.assign(quarter=loans["quarter"] // 4 * 4 - 1).merge(firms, on=["quarter", "enterprise"])
    joined = joined[joined["sales"] > 0.0]
    if len(joined) < 50:
        raise Missing("50 loans of sampled enterprises")
    size, rate = np.log10(joined["sales"].to_numpy()), 100.0 * joined["note"].to_numpy()
    group = np.minimum(9, (10 * np.argsort(np.argsort(size)) // len(size)))
    x = np.array([np.median(size[group == k]) for k in range(10)])
    y = np.array([rate[group == k].mean() for k in range(10)])
    return Measured(slope(size, rate), (Line("fact_model", x * np.log(10.0), y),))
