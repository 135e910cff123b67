"""Expectations: what agents remember of the quarter, and the reference values frozen at the opening."""

from __future__ import annotations

import numpy as np

from ..agents.bank import BOOK
from ..agents.enterprise import ID, LEADER, MARKET, RD, SALES, STAGE, SUPPORT, average
from ..agents.investor import CALLED, COMMITTED_0, FUND_ALIVE, LP_E, LP_H, SIZE, STATUS, VINTAGE
from ..agents.population import (
    EXIT_VALUE_TREND, FUNDING_RATE, MARKET_TO_EXIT, PAST_CALLED, PAST_DISTRIBUTED, PAST_DRY, PAST_ENTERED, PAST_EXIT,
    PAST_FUNDING, PAST_LOANS, PAST_MULTIPLE, PAST_PRESSURE, PAST_PRIVATE_DIST, PAST_PROTOTYPE, PAST_QUARTERS, PAST_RATE,
    PAST_RESEARCH, PAST_SERIAL, REFERENCE, ROUTE_SHARE, Population,
)  # fmt: skip
from ..agents.programmes import fade_support
from ..agents.tally import (
    ACQUISITION_EXIT, CALLED_CAPITAL, DISTRIBUTED_CASH, ENTERED, ENTERED_SERIAL, EXIT_CHOSEN, EXIT_HOLDINGS, EXIT_MONEY,
    FUNDED_FIRST, LOANS_PAID, REDEMPTION_EXIT, SEEKING_FIRST, STARTED_PROTOTYPE,
)  # fmt: skip
from ..engine.jit import kernel
from ..engine.table import Codes, Floats, Matrix
from ..scenario.parameter import parameter
from .fundraising import INVESTING
from .mechanism import Mechanism, Quarter, Stage

LEADERS = parameter("leaders_share")
REFERENCE_SERIES = (PAST_FUNDING, PAST_EXIT, PAST_MULTIPLE, PAST_DRY, *PAST_PRESSURE, PAST_RATE, PAST_RESEARCH)
REFERENCE_QUARTERS = 20


def dry_powder(state: Population, investing: float) -> tuple[float, float]:
    """Dry powder of funds in their investing period: all of it, and the part of private partners (CNY mn)."""
    return add_dry_powder(state.fund.num, state.fund.code, state.fund.used, state.quarter, investing)


@kernel
def add_dry_powder(fund: Matrix, fund_code: Codes, used: int, t: int, investing: float) -> tuple[float, float]:
    """Add up dry powder and its private part."""
    dry, private = 0.0, 0.0
    for f in range(1, used):
        if fund_code[STATUS, f] == FUND_ALIVE and t - fund_code[VINTAGE, f] < investing:
            left = max(0.0, fund[SIZE, f] - fund[CALLED, f])
            dry += left
            private += left * (fund[COMMITTED_0 + LP_H, f] + fund[COMMITTED_0 + LP_E, f]) / max(fund[SIZE, f], 1e-9)
    return dry, private


@kernel
def research_of_leaders(firm: Matrix, firm_code: Codes, used: int) -> float:
    """R&D paid by the leaders this quarter (CNY mn)."""
    total = 0.0
    for i in range(used):
        if firm_code[LEADER, i] == 1 and firm_code[STAGE, i] >= MARKET:
            total += firm[RD, i]
    return total


def name_leaders(q: Quarter) -> None:
    """Old public support fades; once a year the 1% of market firms with the highest sales are the leaders."""
    s = q.state
    fade_support(s.firm.num[SUPPORT, : s.firm.used])
    if s.quarter % 4 != 0:
        return
    used = s.firm.used
    s.firm.code[LEADER, :used] = 0
    market = np.flatnonzero(s.firm.code[STAGE, :used] >= MARKET)
    count = int(q.policy[LEADERS, 0] * len(market) + 0.5)
    if count == 0:
        return
    sales = s.firm.num[SALES, market]
    least = np.partition(sales, len(market) - count)[len(market) - count]
    near = market[sales >= least]
    order = near[np.lexsort((s.firm.code[ID, near], -s.firm.num[SALES, near]))]
    s.firm.code[LEADER, order[:count]] = 1


def remember(q: Quarter) -> None:
    """Averages of funding, exits, routes and times; then the series move on, and references inside the burn-in."""
    s = q.state
    memory, tally, now = s.memory, s.tally, s.now
    if tally[SEEKING_FIRST, 0] > 0.0:
        funded = tally[FUNDED_FIRST, 0] / tally[SEEKING_FIRST, 0]
        memory[FUNDING_RATE, 0] = average(memory[FUNDING_RATE, 0], funded, 4.0)
    money = float(tally[EXIT_MONEY].sum())
    memory[EXIT_VALUE_TREND, 0] = average(memory[EXIT_VALUE_TREND, 0], money, 4.0) if s.quarter else money
    routes = tally[EXIT_HOLDINGS, ACQUISITION_EXIT : REDEMPTION_EXIT + 1]
    if routes.sum() > 0.0:
        for k in range(3):
            memory[ROUTE_SHARE, k] = average(memory[ROUTE_SHARE, k], routes[k] / routes.sum(), 8.0)
    if tally[EXIT_CHOSEN, 1] > 0.0:
        waited = tally[EXIT_CHOSEN, 0] / tally[EXIT_CHOSEN, 1]
        memory[MARKET_TO_EXIT, 0] = average(memory[MARKET_TO_EXIT, 0], waited, 8.0)
    now[PAST_FUNDING] = memory[FUNDING_RATE, 0]
    now[PAST_EXIT] = memory[EXIT_VALUE_TREND, 0]
    now[PAST_DRY] = dry_powder(s, q.policy[INVESTING, 0])[1]
    now[PAST_DISTRIBUTED] = tally[DISTRIBUTED_CASH, :5].sum()
    now[PAST_CALLED] = tally[CALLED_CAPITAL, :5].sum()
    now[PAST_PRIVATE_DIST] = tally[DISTRIBUTED_CASH, :2].sum()
    now[PAST_LOANS] = float(s.bank.num[BOOK].sum())
    now[PAST_ENTERED] = tally[ENTERED].sum()
    now[PAST_PROTOTYPE] = tally[STARTED_PROTOTYPE, 0]
    now[PAST_SERIAL] = tally[ENTERED_SERIAL].sum()
    if tally[LOANS_PAID, 0] > 0.0:
        now[PAST_RATE] = tally[LOANS_PAID, 1] / tally[LOANS_PAID, 0]
    now[PAST_RESEARCH] = research_of_leaders(s.firm.num, s.firm.code, s.firm.used)
    push(s)
    if q.burn_in:
        set_references(s)


def push(state: Population) -> None:
    """The quarter's values become the newest entries of the series."""
    past: Floats = state.past
    past[:, 1:] = past[:, :-1].copy()
    past[:, 0] = state.now
    length = state.past_length
    length[0] = min(PAST_QUARTERS, int(length[0]) + 1)


def set_references(state: Population) -> None:
    """Reference value of a series: its mean over up to 20 quarters; frozen once the burn-in is over."""
    n = min(REFERENCE_QUARTERS, int(state.past_length[0]))
    for row, series in zip(REFERENCE, REFERENCE_SERIES, strict=True):
        total = 0.0
        for k in range(n):
            total += float(state.past[series, k])
        state.memory[row, 0] = total / n


MECHANISM = Mechanism(
    key="expectations",
    question="What do agents learn from the quarter?",
    stages=(
        Stage("leaders are named", name_leaders, "once a year the top 1% of market firms by sales become leaders"),
        Stage("expectations", remember, "averages, references and lagged series are updated"),
    ),
    indicators=("recycling_ratio", "cycle_state"),
)
