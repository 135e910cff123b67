"""Chinese labels beside English words of tables, found again in the records that both come from."""

from __future__ import annotations

from functools import cache

from ..agents.tally import REASONS
from ..economy import run as economy
from ..scenario.parameter import CATALOGUE, label

assert economy  # importing the schedule declares every market's reasons for refusal


@cache
def mechanisms() -> dict[str, str]:
    """Chinese label of every mechanism by its English one."""
    keys = dict.fromkeys([*(record.mechanism for record in CATALOGUE.values()), *REASONS])
    return {label("mechanism", key): label("mechanism", key, "zh") for key in keys}


@cache
def reasons() -> dict[str, str]:
    """Chinese label of every reason for refusal by its English one."""
    codes = dict.fromkeys(code for market in REASONS.values() for code in market)
    return {label("refusal_reason", code): label("refusal_reason", code, "zh") for code in codes}


@cache
def parameters() -> dict[str, str]:
    """Chinese label of every lever and assumption by its English one."""
    return {record.label_en: record.label_zh for record in CATALOGUE.values()}
