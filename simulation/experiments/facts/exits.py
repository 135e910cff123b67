"""Exits and what they bring: the tables events and closed_holdings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...scenario.parameter import label
from .record import Array, Line, Measured, Missing, Seen, enough, inside, kept_share, measure

if TYPE_CHECKING:
    import pandas as pd

SOLD = ("ipo", "acquisition", "secondary", "redemption")
GRID = np.arange(0.0, 15.25, 0.25)
FOLLOWED = 24  # quarters for which a financed enterprise is followed


def kind(code: str) -> str:
    """The name of a kind of event in the table of events."""
    return label("event_kind", code)


def of_kind(seen: Seen, code: str, window: tuple[int, int] | None = None) -> pd.DataFrame:
    """The events of one kind, in a window if one is given."""
    events = seen.table("events")
    found = events[events["kind"] == kind(code)]
    return found if window is None else inside(found, window)


@measure(x="fact_share_exits", y="fact_share_value")
def top_exit_share(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of the value of all listings (market value) and acquisitions (price) that the largest tenth has (%)."""
    listed, bought = of_kind(seen, "listing", window), of_kind(seen, "acquisition", window)
    values = np.sort(enough(np.concatenate([listed["note"].to_numpy(), bought["amount"].to_numpy()]), 20))[::-1]
    share = 100.0 * values.cumsum() / values.sum()
    rank = 100.0 * np.arange(1, len(values) + 1) / len(values)
    grid = np.linspace(1, 100, 100)
    return Measured(float(np.interp(10.0, rank, share)), (Line("fact_model", grid, np.interp(grid, rank, share)),))


@measure()
def ipo_exit_share(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of listings in the holdings that funds sold (%): listing, acquisition, secondary sale, redemption.

    Write-offs and transfers in kind are left out, since published counts are of exits that brought money.
    """
    counts = {channel: seen.over(f"exits_{channel}_holdings", window) for channel in SOLD}
    return Measured(100.0 * counts["ipo"] / max(1e-9, sum(counts.values())))


def holdings_sold(seen: Seen, window: tuple[int, int]) -> float:
    """Holdings that funds sold, a year: listing, acquisition, secondary sale, redemption."""
    return sum(seen.over(f"exits_{channel}_holdings", window) for channel in SOLD)


@measure()
def exits_change(seen: Seen, window: tuple[int, int]) -> Measured:
    """Change of the number of holdings sold from the first year of the window to the last (%)."""
    first, last = (holdings_sold(seen, (q, q + 3)) for q in (window[0], window[1] - 3))
    return Measured(100.0 * (last / first - 1.0) if first > 0.0 else float("nan"))


@measure(x="fact_share_holdings", y="fact_share_money")
def top_holdings_share(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of the money that came back which the best 6% of closed holdings brought, by multiple (%)."""
    closed = inside(seen.table("closed_holdings"), window)
    enough(closed["received"].to_numpy(dtype=np.float64), 50)
    best = closed.assign(multiple=closed["received"] / closed["cost"]).sort_values("multiple", ascending=False)
    share = 100.0 * (best["received"].cumsum() / best["received"].sum()).to_numpy()
    rank = 100.0 * np.arange(1, len(best) + 1) / len(best)
    grid = np.linspace(0.5, 100, 200)
    return Measured(float(np.interp(6.0, rank, share)), (Line("fact_model", grid, np.interp(grid, rank, share)),))


PUBLISHED_BINS = (64.8, 25.3, 5.9, 4.0)  # below 1x, 1 to 5, 5 to 10, above: Correlation Ventures, 2004-2013


@measure(x="fact_multiple", y="fact_percent_holdings", shape="bars")
def multiples_apart(seen: Seen, window: tuple[int, int]) -> Measured:
    """Sum of differences between the shares of closed holdings below 1x, 1-5x, 5-10x, above 10x and the published ones
    (percentage points).
    """
    closed = inside(seen.table("closed_holdings"), window)
    multiple = enough((closed["received"] / closed["cost"]).to_numpy(dtype=np.float64), 50)
    counts, _ = np.histogram(multiple, bins=[-1.0, 1.0, 5.0, 10.0, np.inf])
    shares = 100.0 * counts / counts.sum()
    places = np.arange(4.0)
    lines = (Line("fact_model", places, shares), Line("fact_published", places, np.array(PUBLISHED_BINS)))
    return Measured(float(np.abs(shares - PUBLISHED_BINS).sum()), lines)


def first_rounds(seen: Seen, window: tuple[int, int]) -> pd.Series:
    """Quarter of the first round of every enterprise founded since 2021 whose first round lies in the window."""
    rounds = of_kind(seen, "round").groupby("enterprise")["quarter"].min()
    born = of_kind(seen, "birth")["enterprise"]
    first: pd.Series = rounds[rounds.index.isin(born) & (rounds >= window[0]) & (rounds <= window[1])]
    if len(first) < 30:
        raise Missing(f"30 enterprises with a first round in the window; this seed has {len(first)}")
    return first


def exit_ages(seen: Seen, first: pd.Series, code: str) -> pd.Series:
    """Years from the first round to an event of this kind, for those that had one."""
    when = of_kind(seen, code).groupby("enterprise")["quarter"].min()
    both = when[when.index.isin(first.index)]
    ages: pd.Series = (both - first[both.index]) / 4.0
    return ages


@measure(x="fact_years_first_round", y="fact_percent_without_exit")
def listing_later_than_sale(seen: Seen, window: tuple[int, int]) -> Measured:
    """Median years from first round to listing less those to acquisition; above 0 listing takes longer.

    Of enterprises first financed in the window; each route with four enterprises or more.
    """
    first = first_rounds(seen, window)
    lines, medians = [], []
    end = seen.quarters - 1
    for code, word in (("listing", "ipo"), ("acquisition", "acquisition")):
        ages = exit_ages(seen, first, code)
        medians.append(float(np.median(enough(ages.to_numpy(), 4))))
        seen_for = ((end - first) / 4.0).to_numpy().copy()
        ended = first.index.isin(ages.index)
        seen_for[ended] = ages.reindex(first.index[ended]).to_numpy()
        lines.append(Line(word, GRID, 100.0 * kept_share(seen_for, ended, GRID)))
    return Measured(medians[0] - medians[1], tuple(lines))


@measure()
def founders_with_nothing(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of closures in the ends of enterprises with equity rounds (%): closures, listings, acquisitions."""
    financed = of_kind(seen, "round")["enterprise"].unique()
    ends = [of_kind(seen, code, window) for code in ("death", "listing", "acquisition")]
    counts = [int(found["enterprise"].isin(financed).sum()) for found in ends]
    if sum(counts) < 20:
        raise Missing("20 ended enterprises with equity rounds")
    return Measured(100.0 * counts[0] / sum(counts))


@measure()
def hot_cohorts_fail(seen: Seen, window: tuple[int, int]) -> Measured:
    """How many more of those first financed in the busier half of the quarters close within six years (points).

    Busier: more first rounds than the median quarter of the window.
    """
    seen.reach((window[0], window[1] + FOLLOWED))
    first = first_rounds(seen, window)
    ages = exit_ages(seen, first, "death")
    failed = first.index.isin(ages[ages * 4.0 <= FOLLOWED].index)
    count = first.value_counts().reindex(range(window[0], window[1] + 1), fill_value=0)
    hot = first.map(count > count.median()).to_numpy(dtype=bool)
    enough(failed[hot].astype(np.float64), 15)
    enough(failed[~hot].astype(np.float64), 15)
    return Measured(100.0 * float(failed[hot].mean() - failed[~hot].mean()))


def cumulative_share(waits: Array, had: np.ndarray, years: Array) -> Array:
    """Share that has had an event by each age (%), with those not followed so long left out in the usual way."""
    return 100.0 * (1.0 - kept_share(waits, had, years))
