"""National figures: how a quarter's counts and money become indicators, each with its weight."""

from __future__ import annotations

import math

from .investor import FUND_ALIVE, PROMISED, STATUS
from .population import CONTINGENT, Population

Values = dict[str, tuple[float, float]]  # indicator id -> (value, weight); weight 1 for flows and levels


def share(part: float, whole: float, factor: float = 100.0) -> tuple[float, float]:
    """A ratio and its weight; empty where the whole is zero."""
    return (factor * part / whole, whole) if whole > 0.0 else (math.nan, 0.0)


def count(state: Population, amount: float) -> tuple[float, float]:
    """A number of the model's agents or events as a national count."""
    return float(amount) / state.scale, 1.0


def money(state: Population, amount: float) -> tuple[float, float]:
    """CNY mn of the model as national CNY bn."""
    return float(amount) / 1000.0 / state.scale, 1.0


def promises(state: Population) -> float:
    """Expected loss (CNY mn) on what governments have promised and not yet paid or been let off: a line a promise."""
    used = state.fund.used
    first_losses = float(state.fund.num[PROMISED, :used][state.fund.code[STATUS, :used] == FUND_ALIVE].sum())
    guarantees = float(state.memory[CONTINGENT].sum())
    return first_losses + guarantees
