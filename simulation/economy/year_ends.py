"""Year-ends of enterprises on the market, of funds, and of holdings closed in the year: what the stylised facts read.

Columns are kept narrow (32-bit numbers, small codes): a result travels between processes, and many are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..accounting.chart import F
from ..agents.enterprise import (
    BIRTH, CAPITAL, DEBT, FLOW_YEAR, ID, MARKET, PATENTS, RD_YEAR, SALES_YEAR, STAGE, VENTURE,
)  # fmt: skip
from ..agents.investor import (
    BOUGHT_AT, BOUGHT_STAGE, CALLED, COMPANY_ID, COST, DEPOSITS, DISTRIBUTED, FAIR_VALUE, FOCUS, FUND_ALIVE, FUND_ID,
    HOLDER, HOLDER_SECTOR, HOLDING_OPEN, KIND, MANAGER, RECEIVED, SIZE, STATUS, TARGET, VINTAGE,
)  # fmt: skip
from ..agents.population import Population
from ..engine.draws import purpose, uniforms
from ..scenario.quarters import BURN_IN_QUARTERS

Columns = dict[str, np.ndarray]

SAMPLE = purpose("sample of enterprises on the market")
SAMPLED = 2500  # of 460 000 at full scale; a smaller economy keeps a larger share
IDS = ("enterprise", "fund")
FUND_YEARS = 15  # years since its closing in which a fund is recorded


@dataclass
class YearEnds:
    """Three tables, a row a year-end each: market_firms, funds, closed_holdings."""

    parts: dict[str, list[Columns]] = field(default_factory=dict)

    def observe(self, state: Population, quarter: int) -> None:
        """Add the year that has just ended."""
        seen = (
            ("market_firms", market_firms(state)),
            ("funds", funds(state)),
            ("closed_holdings", closed_holdings(state)),
        )
        for name, columns in seen:
            rows = len(next(iter(columns.values())))
            whole = {"quarter": np.full(rows, quarter, dtype=np.int16)} | columns
            self.parts.setdefault(name, []).append({key: narrow(key, column) for key, column in whole.items()})

    def copy(self) -> YearEnds:
        """An independent twin; the years seen so far are shared, the lists of them are not."""
        return YearEnds({name: list(parts) for name, parts in self.parts.items()})

    def tables(self) -> dict[str, Columns]:
        """All years in one; empty before the first year-end."""
        return {
            name: {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
            for name, parts in self.parts.items()
        }


def narrow(name: str, column: np.ndarray) -> np.ndarray:
    """32 bits for what has 64, but for ids: nobody reads a stylised fact at more than seven digits."""
    if column.dtype == np.float64:
        return column.astype(np.float32)
    return column.astype(np.int32) if column.dtype == np.int64 and name not in IDS else column


def market_firms(state: Population) -> Columns:
    """A fixed sample of all enterprises on the market; sales, R&D and cash flow are the year's, CNY mn."""
    used = state.firm.used
    num, code = state.firm.num, state.firm.code
    rows = np.flatnonzero(code[STAGE, :used] >= MARKET)
    keep = min(1.0, SAMPLED / (460_000.0 * state.scale))
    rows = rows[uniforms(0, SAMPLE, code[ID, rows], 0) < keep]
    return {
        "enterprise": code[ID, rows], "stage": code[STAGE, rows].astype(np.int8), "venture": code[VENTURE, rows] == 1,
        "birth": code[BIRTH, rows] - BURN_IN_QUARTERS, "sales": num[SALES_YEAR[1], rows],
        "rd": num[RD_YEAR[1], rows], "capital": num[CAPITAL, rows], "cash_flow": num[FLOW_YEAR[1], rows],
        "debt": num[DEBT, rows], "patents": num[PATENTS, rows],
    }  # fmt: skip


def funds(state: Population) -> Columns:
    """Funds closed in the last fifteen years: cash called and paid back so far, and value, CNY mn."""
    used = state.fund.used
    num, code = state.fund.num, state.fund.code
    young = state.quarter - code[VINTAGE, :used] < 4 * FUND_YEARS
    rows = np.flatnonzero(young & (num[CALLED, :used] > 0.0))
    rows = rows[rows > 0]  # row 0 is the standing secondary fund
    return {
        "fund": code[FUND_ID, rows], "focus": code[FOCUS, rows], "fund_kind": code[KIND, rows],
        "vintage": code[VINTAGE, rows] - BURN_IN_QUARTERS, "alive": code[STATUS, rows] == FUND_ALIVE,
        "target": state.manager.num[TARGET, code[MANAGER, rows]], "size": num[SIZE, rows],
        "called": num[CALLED, rows], "distributed": num[DISTRIBUTED, rows],
        "value": num[FAIR_VALUE, rows] + num[DEPOSITS, rows],
    }  # fmt: skip


def closed_holdings(state: Population) -> Columns:
    """Holdings of funds that were closed in the year: what was paid for them and what came back, CNY mn."""
    used = state.holding.used
    num, code = state.holding.num, state.holding.code
    closed = (code[HOLDING_OPEN, :used] == 0) & (code[HOLDER_SECTOR, :used] == F) & (code[HOLDER, :used] > 0)
    rows = np.flatnonzero(closed & (num[COST, :used] > 0.0))
    return {
        "enterprise": code[COMPANY_ID, rows], "bought": code[BOUGHT_AT, rows] - BURN_IN_QUARTERS,
        "bought_stage": code[BOUGHT_STAGE, rows], "cost": num[COST, rows], "received": num[RECEIVED, rows],
    }  # fmt: skip
