"""The shipped shocks hit what they say, when they say it, and let go again."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.economy.run import Recorder, advance
from simulation.indicators.definitions import INDICATORS
from simulation.scenario.load import load_scenario
from simulation.scenario.quarters import parse_quarter
from tests.helpers.play import START_2024, baseline, warmed

SCALE = 0.02
SEEDS = (1, 2)
LAST = 32  # two years after 2026
Y2026 = slice(parse_quarter("2026Q1") - START_2024, parse_quarter("2026Q4") - START_2024 + 1)
SHOCKS = ("listing_freeze", "credit_crunch", "lp_retreat", "demand_slump")


@cache
def played(name: str) -> np.ndarray:
    """Indicators from 2024Q1 on, seeds x quarters x indicators, all from one past a seed."""
    scenario = baseline() if name == "baseline" else load_scenario(f"scenarios/shocks/{name}.yaml")
    rows = []
    for seed in SEEDS:
        recorder = Recorder(False)
        advance(warmed(seed, SCALE, START_2024), scenario, LAST, recorder)
        rows.append(recorder.indicators)
    return np.array(rows)


def of(name: str, indicator: str) -> np.ndarray:
    return played(name)[:, :, list(INDICATORS).index(indicator)]


@pytest.mark.parametrize("name", SHOCKS)
def test_before_a_shock_nothing_differs(name):
    before = slice(0, Y2026.start)
    assert np.array_equal(played(name)[:, before], played("baseline")[:, before], equal_nan=True)
    assert not np.array_equal(played(name)[:, Y2026], played("baseline")[:, Y2026], equal_nan=True)


def test_no_company_lists_while_listing_is_frozen_and_some_do_afterwards():
    listed = of("listing_freeze", "exits_ipo")
    assert listed[:, Y2026].sum() == 0.0
    assert listed[:, Y2026.stop :].sum() > 0.0


def test_in_a_credit_crunch_loans_are_dearer_and_fewer():
    crunch, usual = (of(name, "mlt_loans")[:, Y2026.stop - 1] for name in ("credit_crunch", "baseline"))
    assert (crunch < usual).all()
    dearer = of("credit_crunch", "mean_loan_rate") - of("baseline", "mean_loan_rate")
    assert (dearer[:, Y2026] > 1.0).all()


def test_partners_who_retreat_commit_less_and_come_back():
    change = of("lp_retreat", "social_commitments") / of("baseline", "social_commitments") - 1.0
    assert (change[:, Y2026] < -0.4).all()


def test_a_slump_takes_value_added_down_and_demand_comes_back():
    change = of("demand_slump", "value_added") / of("baseline", "value_added") - 1.0
    trough = change[:, Y2026.stop - 1]
    assert (trough < -0.1).all()
    assert (change[:, -1] > trough).all()
