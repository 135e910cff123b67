"""Figures of effects over time and of responses to one lever; every figure shows itself in a notebook."""

from __future__ import annotations

from io import BytesIO

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulation import plots
from simulation.errors import UsageError
from simulation.plots.paths_chart import REACH, smoothed

QUARTERS = np.arange(40)


def words_of(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text) if text.get_visible())


def path_rows(scenario: str, indicator: str, effect: float, half: float) -> pd.DataFrame:
    acts = np.where(QUARTERS >= 20, effect, 0.0)
    return pd.DataFrame({
        "scenario": scenario, "indicator": indicator, "quarter": QUARTERS, "baseline": 50.0, "difference": acts,
        "low": acts - half, "high": acts + half, "seeds": 5,
    })  # fmt: skip


@pytest.fixture
def table() -> pd.DataFrame:
    ids = ("equity_invested", "npl_ratio")
    return pd.concat([path_rows(name, one, sign * 5.0, 2.0) for one in ids
                      for name, sign in (("credit-crunch", -1), ("lp-retreat", 1))])  # fmt: skip


def test_a_path_is_in_percent_of_the_baseline_over_four_quarters(table):
    path = smoothed(table[(table["scenario"] == "credit-crunch") & (table["indicator"] == "equity_invested")])
    assert path.loc[19, "difference"] == 0.0
    assert list(path.loc[20:23, "difference"]) == [-2.5, -5.0, -7.5, -10.0]
    assert path.loc[30, ["low", "high"]].tolist() == pytest.approx([-14.0, -6.0])


def test_a_quarter_without_a_baseline_has_no_percentage():
    empty = path_rows("x", "exits_ipo", 1.0, 1.0).assign(baseline=0.0)
    assert smoothed(empty).isna().all().all()
    plots.paths(empty.assign(indicator="exits_ipo"), ["exits_ipo"])


def test_paths_have_a_panel_an_indicator_and_words_for_all(table):
    figure = plots.paths(
        table, ["equity_invested", "npl_ratio"], parts_at=20, until=27, source="five seeds",
        names={"credit-crunch": "Credit crunch", "lp-retreat": "Partners retreat"},
    )  # fmt: skip
    assert len(figure.axes) == 2
    written = words_of(figure)
    for words in ("Equity invested", "Bad loan ratio", "Credit crunch", "5 paired runs", "Source: five seeds"):
        assert words in written
    assert "credit-crunch" not in written
    assert "cut" not in written


def test_bands_far_beyond_the_lines_are_cut_and_that_is_said(table):
    wide = table.assign(low=table["difference"] - 500, high=table["difference"] + 500)
    figure = plots.paths(wide, ["equity_invested"])
    assert "cut" in words_of(figure)
    assert max(np.abs(figure.axes[0].get_ylim())) <= 1.1 * REACH * 10 + 1e-9


def test_paths_refuse_what_they_cannot_draw(table):
    with pytest.raises(UsageError, match="no indicator"):
        plots.paths(table, ["equity"])
    with pytest.raises(UsageError, match="nothing to draw"):
        plots.paths(table, ["exits_ipo"])
    with pytest.raises(UsageError, match="no column"):
        plots.paths(table.drop(columns="low"), ["npl_ratio"])


@pytest.fixture
def response() -> pd.DataFrame:
    values = [0.1, 0.3, 1.0]
    rows = []
    for indicator in ("equity_invested", "npl_ratio"):
        for value, change in zip(values, (-20.0, 0.0, 40.0), strict=True):
            rows.append({
                "factor": "ipo_window", "factor_label": "Listing window", "factor_label_zh": "上市窗口",
                "factor_unit": "x 290 reviews a year", "indicator": indicator, "value": value, "reference": 0.3,
                "reference_mean": 200.0, "difference": change, "difference_low": change - 4,
                "difference_high": change + 4, "seeds": 6,
            })  # fmt: skip
    return pd.DataFrame(rows)


def test_a_response_is_in_percent_of_the_level_at_the_reference(response):
    figure = plots.response(response, source="six seeds")
    line = next(line for line in figure.axes[0].lines if len(line.get_xdata()) == 3)
    assert list(line.get_xdata()) == [0.1, 0.3, 1.0]
    assert list(line.get_ydata()) == [-10.0, 0.0, 20.0]
    written = words_of(figure)
    for words in ("listing window", "value 0.3 of the baseline", "6 paired runs", "200 CNY bn a year"):
        assert words in written
    assert "ipo_window" not in written


def test_a_response_refuses_what_it_cannot_draw(response):
    with pytest.raises(UsageError, match="nothing to draw"):
        plots.response(response, ["exits_ipo"])
    with pytest.raises(UsageError, match="no column"):
        plots.response(response.drop(columns="reference"))


def test_a_figure_shows_itself_as_a_small_picture_and_can_still_be_saved(response, tmp_path):
    figure = plots.response(response)
    shown = figure._repr_png_()
    assert matplotlib.image.imread(BytesIO(shown)).shape[:2] == (540, 959)
    assert len(shown) < 60_000
    assert figure._repr_png_() == shown
    (saved,) = plots.save({"response": figure}, tmp_path)
    assert matplotlib.image.imread(saved).shape[:2] == (1200, 2133)
