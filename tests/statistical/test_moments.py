"""The baseline is a living cycle of plausible size; what it gives is written beside what is published, good or bad."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.economy.run import play
from simulation.scenario.load import load_scenario
from tests.statistical.moments import MOMENTS, Moment, keep, yearly

pytestmark = pytest.mark.long

SEEDS = range(1, 7)
SCALE = 0.05


@pytest.fixture(scope="module")
def baseline() -> np.ndarray:
    """Indicators of the baseline, (seeds, quarters, indicators), written to last.json beside the published figures."""
    scenario = load_scenario("scenarios/baseline.yaml")
    values = np.array([play(scenario, seed, 60, SCALE, detail=False).indicators for seed in SEEDS])
    rows = {
        moment.indicator: {"model": round(yearly(values, moment.indicator), 4), "published": moment.published, "source": moment.source}
        for moment in MOMENTS
    }
    keep("moments_2021_2023", {"seeds": len(SEEDS), "scale": SCALE, "rows": rows})
    return values


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.indicator)
def test_the_cycle_of_2021_to_2023_is_alive(baseline: np.ndarray, moment: Moment) -> None:
    low, high = moment.alive
    assert low <= yearly(baseline, moment.indicator) <= high


@pytest.mark.parametrize("indicator", ["equity_invested", "projects_entered", "dry_powder", "mlt_loans", "rd_spending", "funded_cohort_sales"])
def test_no_stock_or_flow_dies_or_explodes_in_sixty_quarters(baseline: np.ndarray, indicator: str) -> None:
    from simulation.indicators.definitions import INDICATORS

    series = baseline[:, :, list(INDICATORS).index(indicator)]
    first, last = np.nanmean(series[:, 4:12]), np.nanmean(series[:, 52:])
    assert 0.25 < last / first < 4.0
