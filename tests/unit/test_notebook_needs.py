"""What notebooks ask of the package: sizes, responses, fates, effects in words, other windows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import simulation as tif
from simulation.errors import DesignError, UsageError
from simulation.experiments import response as responses
from simulation.experiments.fates import fates_of
from simulation.experiments.notebook_size import SWITCH
from simulation.experiments.words import effect_in_words, with_sign
from tests.helpers.swept import made_up


def test_a_notebook_plays_as_large_as_it_says_unless_told_to_be_quick(monkeypatch):
    monkeypatch.delenv(SWITCH, raising=False)
    assert tif.notebook_size(seeds=8, scale=0.02) == {"seeds": 8, "quarters": 60, "scale": 0.02}
    monkeypatch.setenv(SWITCH, "1")
    assert tif.notebook_size(seeds=8, scale=0.02) == {"seeds": 2, "quarters": 28, "scale": 0.004}
    assert tif.notebook_size(seeds=1, scale=0.002, quarters=8) == {"seeds": 1, "quarters": 8, "scale": 0.002}


def response_of(monkeypatch, swept, factor=None):
    monkeypatch.setattr(responses, "sweep_first", lambda path, quiet: swept)
    monkeypatch.setattr(type(swept), "in_force", lambda self: {"ipo_window": 0.3})
    return tif.response("made-up", factor, "equity_invested")


def test_a_response_is_paired_and_starts_at_the_baselines_value(monkeypatch):
    points = np.array([[value] for value in (0.1, 0.3, 1.0, 2.0)])
    swept = made_up(points, lambda x: 100 + 10 * x[:, 0], "grid", seeds=4, factors=["ipo_window"])
    swept.y[:] += np.arange(4.0)[:, None, None] * 50  # luck of a seed, the same at all points: pairing cancels it
    table = response_of(monkeypatch, swept)
    assert list(table["value"]) == [0.1, 0.3, 1.0, 2.0]
    assert set(table["reference"]) == {0.3}
    np.testing.assert_allclose(table["difference"], [-2.0, 0.0, 7.0, 17.0])
    np.testing.assert_allclose(table["difference_low"], table["difference_high"], atol=1e-9)
    assert (table["high"] - table["low"] > 50).all()
    assert set(table["factor_label"]) == {"Listing window"}


def test_a_response_averages_over_the_other_factor(monkeypatch):
    points = np.array([[a, b] for a in (0.3, 1.0) for b in (0.1, 0.5)])
    swept = made_up(points, lambda x: 10 * x[:, 0] + x[:, 1], "grid", factors=["ipo_window", "early_mandate"])
    table = response_of(monkeypatch, swept, "ipo_window")
    np.testing.assert_allclose(table["difference"], [0.0, 7.0])
    np.testing.assert_allclose(table["mean"], [3.3, 10.3])


def test_a_one_at_a_time_design_has_its_baseline_point(monkeypatch):
    points = np.array([[np.nan, np.nan], [1.0, np.nan], [2.0, np.nan], [np.nan, 0.5]])
    swept = made_up(points, lambda x: np.array([3.0, 5.0, 8.0, 99.0]), "one_at_a_time",
                    factors=["ipo_window", "early_mandate"])  # fmt: skip
    table = response_of(monkeypatch, swept, "ipo_window")
    assert list(table["value"]) == [0.3, 1.0, 2.0]
    np.testing.assert_allclose(table["difference"], [0.0, 2.0, 5.0])


def test_a_response_needs_a_named_lever_and_a_grid(monkeypatch):
    points = np.array([[0.3, 0.1], [1.0, 0.5], [1.0, 0.7]])
    swept = made_up(points, lambda x: x[:, 0], "listed", factors=["ipo_window", "early_mandate"])
    with pytest.raises(UsageError, match="no factor that this sweep varies"):
        response_of(monkeypatch, swept)
    with pytest.raises(DesignError, match="without equal numbers"):
        response_of(monkeypatch, swept, "ipo_window")


EVENTS = pd.DataFrame(
    [
        ("baseline", 1, 3, "Project founded", 7, 4.0), ("policy", 1, 3, "Project founded", 7, 4.0),
        ("baseline", 1, 9, "Closed", 7, 0.0), ("policy", 1, 12, "Listed", 7, 900.0), ("policy", 1, 30, "Closed", 7, 0.0),
        ("policy", 1, 8, "Equity round", 7, 20.0), ("baseline", 1, 8, "Equity round", 7, 15.0),
        ("policy", 1, 20, "Project founded", 8, 4.0),
        ("baseline", 1, 5, "Equity round", 9, 50.0), ("policy", 1, 5, "Equity round", 9, 50.0),
        ("baseline", 1, 5, "Loan granted", 10, 50.0), ("baseline", 2, 5, "Equity round", 11, 50.0),
    ],
    columns=["scenario", "seed", "quarter", "kind", "enterprise", "amount"],
)  # fmt: skip


def test_fates_are_told_of_the_same_enterprise_in_both_worlds():
    fates = fates_of(EVENTS, "baseline", "policy", 1)
    assert list(fates.index) == [7, 8, 9]
    assert list(fates["baseline"]) == ["Closed", "Not founded", "Going on"]
    assert list(fates["policy"]) == ["Listed", "Going on", "Going on"]
    assert list(fates["raised policy"]) == [20.0, 0.0, 50.0]
    assert list(fates["raised baseline"]) == [15.0, 0.0, 50.0]
    assert list(fates["differs"]) == [True, True, False]


def test_fates_need_events():
    with pytest.raises(UsageError, match="no events"):
        fates_of(EVENTS, "baseline", "policy", 5)


def effect(**more: object) -> pd.Series:
    row = {"label": "Equity invested", "unit": "CNY bn a year", "baseline": 200.0, "difference": 18.0, "low": 14.0,
           "high": 22.0}  # fmt: skip
    return pd.Series(row | more)


def test_an_effect_is_said_in_percent_with_its_interval():
    assert effect_in_words(effect()) == "Equity invested +9.0 % (+7.0 to +11)"
    assert effect_in_words(effect(low=-14.0)) == "Equity invested +9.0 % (−7.0 to +11), unclear"
    assert effect_in_words(effect(difference=0.0)) == "Equity invested unchanged"
    assert effect_in_words(effect(baseline=0.0)) == "Equity invested +18 CNY bn a year (+14 to +22)"
    bought = effect(baseline=np.nan, difference=np.nan, policy=3.0, unit="CNY bn", low=2.0, high=5.0)
    assert effect_in_words(bought) == "Equity invested 3 CNY bn (2 to 5)"
    assert effect_in_words(effect(low=np.nan, high=np.nan)) == "Equity invested +9.0 % (one seed, no interval)"


@pytest.mark.parametrize(("value", "said"), [(12.34, "+12"), (-1.23, "−1.2"), (0.456, "+0.46"), (0.0, "0.00")])
def test_a_sign_stands_before_a_change(value, said):
    assert with_sign(value) == said
