"""Moments of the baseline in 2021-2023 beside published orders of magnitude, and the result file of the long tier."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulation.indicators.definitions import INDICATORS

LAST = Path(__file__).with_name("last.json")
YEARS_2021_2023 = slice(0, 12)


@dataclass(frozen=True)
class Moment:
    """One indicator, the published range it is compared with, its source, and the range in which the cycle is alive."""

    indicator: str
    published: tuple[float, float]
    source: str
    alive: tuple[float, float]


MOMENTS = (
    Moment("equity_deals", (9388, 12327), "VC15, VC19; 2023 from memory", (4000, 16000)),
    Moment("equity_invested", (693, 1423), "Zero2IPO annual reviews 2021-23", (150, 1500)),
    Moment("first_time_share", (34, 50), "VC31 with a band of 8 points", (30, 75)),
    Moment("exits_ipo", (217, 267), "EXIT25", (120, 330)),
    Moment("exits_acquisition_holdings", (253, 253), "EXIT03 counts holdings", (50, 8000)),
    Moment("tvpi", (1.49, 2.09), "EXIT21", (1.0, 3.0)),
    Moment("government_commitment_share", (65.6, 77.8), "VC30 and LP report 2024", (50, 90)),
    Moment("npl_ratio", (1.3, 1.9), "BANK07", (0.2, 4.0)),
    Moment("borrower_share", (45, 47), "LOAN30", (25, 65)),
    Moment("mean_loan_rate", (3.95, 4.45), "RATE07, RATE11", (3.0, 5.5)),
    Moment("outcomes_below_1x", (50, 65), "INTL07, US", (40, 80)),
    Moment("outcomes_above_10x", (4, 4), "INTL09, US", (0.2, 10)),
    Moment("bank_capital_ratio", (13.9, 15.1), "BANK03", (12, 17)),
    Moment("rd_spending", (1520, 1763), "RND01 x RND03 x .68", (1000, 3000)),
)


def yearly(values: np.ndarray, indicator: str) -> float:
    """Mean over seeds and quarters of 2021-2023; flows are given a year. values: (seeds, quarters, indicators)."""
    series = values[:, YEARS_2021_2023, list(INDICATORS).index(indicator)]
    factor = 4.0 if INDICATORS[indicator].aggregate == "flow" else 1.0
    return float(factor * np.nanmean(series))


def commit() -> str:
    """Short hash of the commit under test, or 'unknown' outside a repository."""
    try:
        found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def stored() -> dict[str, Any]:
    """What last.json holds."""
    return json.loads(LAST.read_text(encoding="utf-8")) if LAST.exists() else {}


def keep(section: str, content: Mapping[str, object]) -> None:
    """Write one section of last.json with the commit under test, keeping the others."""
    whole = stored() | {section: {"commit": commit(), **content}}
    LAST.write_text(json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
