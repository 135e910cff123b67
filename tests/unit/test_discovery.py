"""PRIM finds a box that is known, says how good it is, and refuses thresholds that nobody reached."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.errors import UsageError
from simulation.experiments import outcomes
from simulation.experiments.discovery import discover_in
from simulation.experiments.prim_boxes import find_boxes, held_out
from tests.helpers.swept import LEVERS, made_up

pytest.importorskip("prim")
TRUE = {"early_mandate": (0.6, 1.0), "ipo_window": (0.0, 0.4)}


def in_the_box(x):
    """Low equity where the first is above .6 and the second below .4; the other two do nothing."""
    return np.where((x[:, 0] > 0.6) & (x[:, 1] < 0.4), 100.0, 400.0)


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(3).random((400, 4))


def test_a_known_box_is_found_with_its_two_factors(points):
    found = discover_in(made_up(points, in_the_box, "latin"), "equity_invested < 300")
    rows = found.boxes[found.boxes["box"] == 1].set_index("factor")
    assert set(rows.index) == set(TRUE)
    assert rows.loc["early_mandate", "from"] == pytest.approx(0.6, abs=0.05)
    assert rows.loc["ipo_window", "to"] == pytest.approx(0.4, abs=0.05)
    assert rows["coverage"].iloc[0] > 0.9
    assert rows["density"].iloc[0] > 0.9
    assert rows["held_out_density"].iloc[0] > 0.85
    assert (rows["quasi_p"] < 1e-6).all()


def test_coverage_and_density_are_those_of_the_cases(points):
    found = discover_in(made_up(points, in_the_box, "latin", noise=100.0), "equity_invested < 300")
    cases, one = found.cases, found.boxes.iloc[0]
    inside = cases["box"] == 1
    assert one["density"] == pytest.approx(cases.loc[inside, "occurred"].mean())
    assert one["coverage"] == pytest.approx((inside & cases["occurred"]).sum() / cases["occurred"].sum())
    assert one["base_rate"] == pytest.approx(cases["occurred"].mean())
    for factor, low, high in found.boxes[found.boxes["box"] == 1][["factor", "from", "to"]].itertuples(index=False):
        assert cases.loc[inside, factor].between(low, high).all()


def test_a_box_is_told_with_labels_and_units(points):
    said = discover_in(made_up(points, in_the_box, "latin"), "equity_invested < 300").brief()
    assert "Where Equity invested < 300 CNY bn a year" in said
    assert "Early-stage mandate from 0.6" in said
    assert "(share of invested cost)" in said
    assert "early_mandate" not in said


def test_pure_luck_gives_no_box_that_holds_elsewhere(points):
    cases = np.random.default_rng(1).random(len(points)) < 0.3
    for box in find_boxes(points, cases):
        assert box.density < 0.8
    _, density = held_out(points, cases, np.arange(len(points)), None)
    assert np.isnan(density) or density < 0.45


def test_a_least_density_is_kept(points):
    cases = (points[:, 0] > 0.5) & (np.random.default_rng(1).random(len(points)) < points[:, 1])
    assert find_boxes(points, cases, 0.85)[0].density >= 0.85
    assert find_boxes(points, cases)[0].coverage > find_boxes(points, cases, 0.85)[0].coverage


def test_whole_numbers_and_grids_are_peeled_as_well():
    points = np.array(np.meshgrid(range(5), range(5), range(4))).reshape(3, -1).T.astype(float)
    cases = (points[:, 0] >= 3) & (points[:, 1] <= 1)
    box = find_boxes(points, cases)[0]
    assert (box.coverage, box.density) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("equity_invested < 50", "no run reached it; Equity invested lies between 100 and 400 CNY bn a year"),
        ("equity_invested < 500", "it occurred in all 800 runs"),
        ("equity_investd < 50", "equity_invested"),
        ("equity_invested", "without a comparison"),
        ("npl_ratio > 2", "which is not an indicator"),
    ],
)
def test_a_condition_that_sets_nothing_apart_is_told(points, where, told):
    with pytest.raises(UsageError) as caught:
        discover_in(made_up(points, in_the_box, "latin"), where)
    assert told in str(caught.value)


def test_stalling_is_measured_against_the_baseline_of_the_same_seed(points, monkeypatch):
    sweep = made_up(points, in_the_box, "latin", indicator="equity_invested")
    both = type(sweep)(sweep.folder, sweep.manifest, sweep.factors, sweep.x, np.repeat(sweep.y, 2, axis=2),
                       ("projects_entered", "equity_invested"))  # fmt: skip
    both.y[:, :, 0] = 1000.0
    monkeypatch.setattr(outcomes, "baseline_of", lambda *_: np.array([[1000.0, 410.0], [1000.0, 600.0]]))
    found = discover_in(both)
    assert found.cases.groupby("seed")["occurred"].mean()[2] == 1.0  # 400 of 600 is a stall, 400 of 410 is none
    assert found.cases.groupby("seed")["occurred"].mean()[1] < 0.5
    with pytest.raises(UsageError, match=r"the lowest is 16\.7 % of the baseline"):
        discover_in(both, share=0.1)
    with pytest.raises(UsageError, match="between 0 and 1"):
        discover_in(both, share=80)


def test_factors_are_the_levers_of_the_design():
    assert set(TRUE) <= set(LEVERS)


def test_a_box_is_saved_with_its_figure(points, tmp_path):
    import pandas as pd

    found = discover_in(made_up(points, in_the_box, "latin", noise=80.0), "equity_invested < 300")
    folder = found.save(tmp_path / "out")
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "boxes.parquet"), found.boxes)
    assert (folder / "figures" / "box_1.png").exists()
    assert pd.read_parquet(folder / "peeling.parquet")["coverage"].iloc[0] == 1.0
