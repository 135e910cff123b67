"""Figures of searches say what the tables say, with labels and not ids, in either language."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulation import plots
from simulation.errors import UsageError
from simulation.plots.style import chinese_font

GOALS = (("validated_products", "higher", 100.0), ("social_commitments", "higher", 200.0), ("npl_ratio", "lower", 2.0))


def words_of(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text) if text.get_visible())


def front_table(goals=GOALS, samples=("search", "hold-out")) -> pd.DataFrame:
    rows = []
    for point, sample, (indicator, wanted, base) in product((1, 2, 3), samples, goals):
        gain = base * (0.1 * point if sample == "search" else 0.05 * point) * (1 if wanted == "higher" else -1)
        rows.append(
            {"point": point, "sample": sample, "indicator": indicator, "wanted": wanted, "baseline": base,
             "difference": gain, "low": gain - 0.02 * base, "high": gain + 0.02 * base, "seeds": 6,
             "public_cost": 90.0 * point, "public_cost_low": 80.0 * point, "public_cost_high": 100.0 * point}
        )  # fmt: skip
    return pd.DataFrame(rows)


def candidates_table(goals=GOALS) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    status = ["on the front"] * 5 + ["within the budget"] * 10 + ["over the budget"] * 5
    values = {indicator: rng.normal(0, 0.1 * base, 20) for indicator, _, base in goals}
    return pd.DataFrame({"status": status, "public_cost": rng.uniform(0, 500, 20), **values})


def levers_table() -> pd.DataFrame:
    row = {"lever": "early_mandate", "label_en": "Early-stage mandate", "label_zh": "早期投资比例要求", "unit": "share",
           "base": 0.1, "base_place": -0.1}  # fmt: skip
    return pd.DataFrame([row | {"point": point, "value": 0.2 * point, "place": 0.3 * point} for point in (1, 2, 3)])


@pytest.mark.parametrize(("count", "panels"), [(1, 1), (2, 1), (3, 3)])
def test_the_front_has_a_panel_for_every_pair_of_goals(count, panels):
    figure = plots.front(front_table(GOALS[:count]), candidates_table(GOALS[:count]), 300.0)
    assert len(figure.axes) == panels
    said = words_of(figure)
    assert "Newly validated products" in said
    assert "validated_products" not in said
    assert "5 candidates are on the front" in said
    assert "CNY 300 bn" in said


def test_an_axis_on_which_less_is_better_runs_backwards_and_says_so():
    axes = plots.front(front_table(GOALS[1:]), candidates_table(GOALS[1:]), 300.0).axes[0]
    assert axes.yaxis_inverted()
    assert not axes.xaxis_inverted()
    assert "less is better" in axes.get_ylabel()


def test_a_numbered_point_stands_where_hold_out_seeds_put_it():
    axes = plots.front(front_table(GOALS[:2]), candidates_table(GOALS[:2]), 300.0).axes[0]
    places = {text.get_text(): text.get_position() for text in axes.texts}
    assert places["2"] == pytest.approx((10.0, 10.0))
    alone = plots.front(front_table(GOALS[:2], ("search",)), candidates_table(GOALS[:2]), 300.0).axes[0]
    assert {text.get_text(): text.get_position() for text in alone.texts}["2"] == pytest.approx((20.0, 20.0))


def test_gains_show_cost_with_the_budget_and_each_goal_on_both_kinds_of_seeds():
    figure = plots.gains(front_table(), 300.0)
    assert len(figure.axes) == 4
    said = words_of(figure)
    for words in ("Public cost", "budget 300", "Bad loan ratio", "seeds of the search (6)", "hold-out seeds (6)"):
        assert words in said
    dots = [line.get_xdata()[0] for line in figure.axes[1].lines if line.get_marker() == "o"]
    assert sorted(dots) == pytest.approx([5.0, 10.0, 10.0, 15.0, 20.0, 30.0])


def test_mixes_show_every_lever_at_every_point_and_what_it_brings():
    said = words_of(plots.mixes(levers_table(), front_table()))
    for words in ("Early-stage mandate, share", "0.2", "0.4", "0.6", "+180", "Bad loan ratio, change in %", "hold-out"):
        assert words in said
    assert "early_mandate" not in said


@pytest.mark.skipif(chinese_font() is None, reason="no Chinese font here")
def test_figures_speak_chinese():
    figures = (
        plots.front(front_table(), candidates_table(), 300.0, language="zh"),
        plots.gains(front_table(), 300.0, language="zh"), plots.mixes(levers_table(), front_table(), language="zh"),
    )  # fmt: skip
    for figure in figures:
        assert not set("abcdefghij") & set(words_of(figure).replace("tif-cycle", ""))


def test_a_table_without_its_columns_is_told():
    with pytest.raises(UsageError, match="no column wanted"):
        plots.front(front_table().drop(columns="wanted"), candidates_table(), 300.0)
    with pytest.raises(UsageError, match="no column npl_ratio"):
        plots.front(front_table(), candidates_table().drop(columns="npl_ratio"), 300.0)
    with pytest.raises(UsageError, match="no column place"):
        plots.mixes(levers_table().drop(columns="place"), front_table())
