"""Insurers: columns, and what an insurer knows, asks for and needs in own funds."""

from __future__ import annotations

from ..engine.jit import rule
from ..engine.table import Layout

INSURERS = Layout("insurer", "an insurer of first use; its only asset are deposits, it owes nothing else")
OWN_FUNDS = INSURERS.column("own_funds", "CNY mn", "deposits, which are all its equity")
INSURER_SHARE = INSURERS.column("share", "share", "of the market: chance that a maker turns to it")
PREMIUMS = INSURERS.column("premiums", "CNY mn/q", "premiums of the quarter")
PREMIUM_TREND = INSURERS.column("premium_trend", "CNY mn/q", "premiums, exponential average over 4 quarters")
ACCEPTS = INSURERS.column("accepts", "1 or 0", "1 if it takes on cover this quarter", 1.0)

MARKET_SHARES = (0.40, 0.25, 0.15, 0.10, 0.10)  # A
N_INSURERS = len(MARKET_SHARES)
UNBOUND = 1e9  # solvency of an insurer that has written nothing


@rule
def premium_rate(pooled: float, own: float, rated: float, load: float) -> float:
    """Premium a yuan of covered value: [(1 - mon) fair_j + mon own_i] (1 + load).

    pooled, own: claims a yuan of covered value learnt for the field and for the maker; rated: weight of own claims.
    """
    return ((1.0 - rated) * pooled + rated * own) * (1.0 + load)


@rule
def solvency(own_funds: float, premium_trend: float) -> float:
    """Own funds over half of a year's premiums (premium_trend: CNY mn/q)."""
    return own_funds / (2.0 * premium_trend) if premium_trend > 0.0 else UNBOUND


@rule
def funds_missing(own_funds: float, premium_trend: float, target: float) -> float:
    """What shareholders pay in to bring solvency to the target: [target x half of a year's premiums - equity]+."""
    return max(0.0, target * 2.0 * premium_trend - own_funds)


@rule
def funds_to_spare(own_funds: float, premium_trend: float, ceiling: float) -> float:
    """Dividend: own funds beyond a ceiling of solvency (all of them once nothing is covered any more)."""
    return max(0.0, own_funds - ceiling * 2.0 * premium_trend)
