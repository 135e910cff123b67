"""Tables made up so that a fact is known to hold or to fail on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulation.experiments.facts.record import Seen
from simulation.indicators.definitions import INDICATORS
from simulation.scenario.parameter import label

QUARTERS = 60


def seen(scale: float = 0.1, quarters: int = QUARTERS, **tables: pd.DataFrame) -> Seen:
    """Tables of one seed."""
    return Seen(scale, quarters, tables)


def indicators(quarters: int = QUARTERS, weight: float = 1.0, **columns: Any) -> dict[str, pd.DataFrame]:
    """The tables indicators and weights: the named columns, all others empty."""
    values = pd.DataFrame({name: np.full(quarters, np.nan) for name in INDICATORS})
    for name, column in columns.items():
        values[name] = column
    weights = values.notna() * weight
    return {name: table.assign(quarter=range(quarters)) for name, table in (("indicators", values), ("weights", weights))}


def events(*rows: tuple[int, str, int, int, float, float]) -> pd.DataFrame:
    """The table of events: quarter, kind, enterprise, other, amount, note."""
    table = pd.DataFrame(rows, columns=["quarter", "kind", "enterprise", "other", "amount", "note"])
    return table.assign(kind=[label("event_kind", kind) for kind in table["kind"]])


def market_firms(sales: np.ndarray, birth: np.ndarray | None = None) -> pd.DataFrame:
    """Year-ends of enterprises: sales (years x enterprises), zero for whoever is not there."""
    count = sales.shape[1]
    born = np.full(count, -40) if birth is None else birth
    year, firm = np.nonzero(sales > 0.0)
    there = sales[year, firm]
    return pd.DataFrame({
        "quarter": 4 * year + 3, "enterprise": firm, "birth": born[firm], "venture": False, "sales": there,
        "rd": 0.05 * there, "capital": there, "cash_flow": 0.1 * there, "debt": 0.0, "patents": 1.0,
    })  # fmt: skip


def funds(dpi: np.ndarray, called: np.ndarray, vintage: int = 0) -> pd.DataFrame:
    """Year-ends of funds: cash returned over cash called (funds x years), and cash called (years, % of size)."""
    rows = []
    for fund, line in enumerate(dpi):
        for year, (back, paid) in enumerate(zip(line, called, strict=True)):
            rows.append((vintage + 4 * year + 3, fund, vintage, 0, 100.0, 100.0, paid, back * paid))
    names = ["quarter", "fund", "vintage", "fund_kind", "target", "size", "called", "distributed"]
    return pd.DataFrame(rows, columns=names)
