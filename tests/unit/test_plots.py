"""Figures say what the tables say, in words and not in codes, and leave no trace in matplotlib."""

from __future__ import annotations

import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulation import plots
from simulation.errors import UsageError
from simulation.indicators.definitions import INDICATORS
from simulation.plots import style
from simulation.plots.effects_chart import HEADLINE, verdict
from simulation.plots.exits_chart import yearly_count, yearly_value
from simulation.plots.fan_chart import smooth, spread
from simulation.plots.save import DPI
from simulation.plots.words import WORDS

SCENARIOS = ("baseline", "early_investment", "open_exits", "closed_exits")
PAYMENTS = pd.DataFrame(
    [(4, "CALL", "Households", "Funds", 40.0), (5, "EQ", "Funds", "Enterprises", 60.0),
     (6, "DIST", "Funds", "Households", 30.0)], columns=["quarter", "code", "payer", "payee", "amount"],
)  # fmt: skip
EXITS = ("exits_ipo", "exits_acquisition", "exits_secondary", "exits_redemption", "exits_writeoff")


def words_of(figure: Figure) -> str:
    """All that is written on a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(Text) if text.get_visible())


@pytest.fixture(scope="module")
def indicators() -> pd.DataFrame:
    """Five seeds of four scenarios that part in quarter 12."""
    rng = np.random.default_rng(1)
    ids = ["social_commitments", "flow_dpi", "listing_queue", *EXITS]
    frames = []
    for seed in range(1, 6):
        common = rng.uniform(80, 120, (60, len(ids)))
        for place, scenario in enumerate(SCENARIOS):
            frame = pd.DataFrame(common, columns=ids)
            frame.loc[12:] *= 1 + 0.2 * place
            frames.append(frame.assign(scenario=scenario, seed=seed, quarter=np.arange(60)))
    return pd.concat(frames, ignore_index=True)


def effect(indicator: str, baseline: float, difference: float, half: float, **more: object) -> dict[str, object]:
    """A row of the table of effects."""
    row = {"scenario": "open_exits", "indicator": indicator, "window": "2024Q1:2035Q4", "baseline": baseline,
           "difference": difference, "low": difference - half, "high": difference + half, "seeds": 20}  # fmt: skip
    return row | {"better": "yes" if difference > half else "no" if difference < -half else "unclear"} | more


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    """Two enterprises: one lists, one is stopped; and a fund whose manager bears the first one's number."""
    rows = [(2, "born", 7, 4.0, 0.0), (4, "round", 7, 18.0, 60.0), (8, "test failed", 7, 0.0, 0.0),
            (10, "stage passed", 7, 0.0, 1.0), (18, "stage passed", 7, 0.0, 2.0), (20, "round", 7, 140.0, 600.0),
            (25, "stage passed", 7, 0.0, 3.0), (27, "validated", 7, 0.0, 25.0), (36, "filed", 7, 0.0, 0.0),
            (40, "listed", 7, 1250.0, 0.0), (5, "born", 8, 3.0, 0.0), (16, "stopped", 8, 0.0, 0.0),
            (3, "fund closed", 7, 9999.0, 0.3), (59, "born", 9, 3.0, 0.0)]  # fmt: skip
    return pd.DataFrame(rows, columns=["quarter", "kind", "enterprise", "amount", "note"])


@pytest.fixture(scope="module")
def figures(indicators: pd.DataFrame, events: pd.DataFrame) -> dict[str, Figure]:
    """One figure of every kind."""
    table = pd.DataFrame([effect("social_commitments", 224, 20, 8), effect("flow_dpi", 1.2, 0.01, 0.1)])
    return {
        "fan": plots.fan(indicators, ["social_commitments", "flow_dpi"], parts_at=12, source="five seeds"),
        "effects": plots.effects(table, source="five seeds"),
        "exits": plots.exits(indicators, parts_at=12, source="five seeds"),
        "money": plots.money_cycle(PAYMENTS, 2022, source="five seeds"),
        "funnel": plots.funnel(plots.funnel_counts(events), source="five seeds"),
        "life": plots.life(events, 7, source="five seeds"),
    }


class TestEveryFigure:
    def test_is_a_wide_slide_with_a_title_and_a_source(self, figures):
        for figure in figures.values():
            assert tuple(figure.get_size_inches()) == style.SLIDE
            assert "Source: five seeds" in words_of(figure)

    def test_speaks_in_words_and_not_in_codes(self, figures, indicators):
        for figure in figures.values():
            written = words_of(figure).replace("\n", " ")
            for code in (*SCENARIOS[1:], *indicators.columns, "CALL", "DIST", "LNEW", "H5"):
                assert f" {code} " not in f" {written} " or code in {"scenario", "seed", "quarter"}

    def test_leaves_pyplot_and_its_settings_alone(self, indicators):
        before = dict(mpl.rcParams)
        plots.fan(indicators, ["flow_dpi"])
        assert dict(mpl.rcParams) == before
        assert plt.get_fignums() == []

    def test_is_saved_at_slide_size_and_twice_the_same(self, indicators, tmp_path):
        draw = lambda: plots.fan(indicators, ["flow_dpi"], parts_at=12)
        paths = plots.save({"one": draw(), "two": draw()}, tmp_path / "figures")
        assert [path.name for path in paths] == ["one.png", "two.png"]
        assert mpl.image.imread(paths[0]).shape[:2] == (round(style.SLIDE[1] * DPI), int(style.SLIDE[0] * DPI))
        assert paths[0].read_bytes() == paths[1].read_bytes()

    @pytest.mark.parametrize("draft", [True, False])
    def test_is_stamped_when_it_is_a_draft_only(self, indicators, draft):
        assert ("DRAFT" in words_of(plots.fan(indicators, ["flow_dpi"], draft=draft))) == draft

    def test_carries_the_given_title_names_and_colours(self, indicators):
        names, colours = {"open_exits": "Window open"}, {"open_exits": "red"}
        figure = plots.fan(indicators, ["flow_dpi"], title="Our title", names=names, colours=colours)
        assert "Our title" in words_of(figure)
        assert "Window open" in words_of(figure)
        assert any(line.get_color() == "red" for line in figure.axes[0].lines)

    def test_falls_back_to_english_and_says_so_without_a_chinese_font(self, indicators, monkeypatch):
        monkeypatch.setattr(style, "chinese_font", lambda: None)
        written = words_of(plots.fan(indicators, ["flow_dpi"], language="zh"))
        assert "no Chinese font" in written
        assert INDICATORS["flow_dpi"].label_en in written

    def test_is_chinese_where_there_is_a_font(self, indicators, monkeypatch):
        monkeypatch.setattr(style, "chinese_font", lambda: "DejaVu Sans")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # the stand-in has no Chinese letters
            written = words_of(plots.exits(indicators, language="zh"))
        assert WORDS["exits_title"][1] in written
        assert WORDS["exits_title"][0] not in written


def test_every_word_is_there_in_both_languages_with_the_same_gaps():
    for key, (english, chinese) in WORDS.items():
        assert english.count("{") == chinese.count("{") or key == "no_font", key


def test_policies_keep_their_colours_with_and_without_the_baseline():
    with_base = style.scenario_colours(SCENARIOS, {})
    without = style.scenario_colours(SCENARIOS[1:], {})
    assert without == {scenario: with_base[scenario] for scenario in SCENARIOS[1:]}
    assert len(set(with_base.values())) == len(SCENARIOS)


@pytest.mark.parametrize(
    ("value", "words"),
    [(1234567.0, "1,234,567"), (120.4, "120"), (12.34, "12.3"), (1.5, "1.5"), (0.8, "0.8"), (0.0, "0"), (-3.0, "−3")],
)
def test_numbers_have_the_figures_that_matter(value, words):
    assert style.number(value) == words


@pytest.mark.parametrize(("value", "words"), [(12.3, "+12"), (-0.24, "−0.2"), (0.0, "0"), (-0.01, "0.0"), (3.0, "+3")])
def test_differences_carry_their_sign(value, words):
    assert style.signed(value) == words


class TestFan:
    def test_shows_flows_as_sums_ratios_as_means_and_levels_as_they_are(self, indicators):
        run = indicators.query("scenario == 'open_exits' and seed == 2")
        year = run["quarter"].between(20, 23)
        at_23 = run.index[run["quarter"] == 23][0]
        assert smooth(run, "social_commitments")[at_23] == pytest.approx(run.loc[year, "social_commitments"].sum())
        assert smooth(run, "flow_dpi")[at_23] == pytest.approx(run.loc[year, "flow_dpi"].mean())
        assert smooth(run, "listing_queue")[at_23] == run.loc[at_23, "listing_queue"]

    def test_never_mixes_runs_even_when_rows_are_shuffled(self, indicators):
        shuffled = indicators.sample(frac=1, random_state=3)
        pd.testing.assert_frame_equal(spread(shuffled, "flow_dpi"), spread(indicators, "flow_dpi"))

    def test_draws_the_common_past_once(self, indicators):
        axes = plots.fan(indicators, ["listing_queue"], parts_at=12).axes[0]
        medians = [line for line in axes.lines if len(line.get_xdata()) > 2]
        assert [line.get_xdata()[0] for line in medians].count(2021.25) == 1
        assert sum(line.get_xdata()[0] == 2024 for line in medians) == len(SCENARIOS)

    def test_shows_a_single_scenario_from_its_start(self, indicators):
        axes = plots.fan(indicators.query("scenario == 'baseline'"), ["listing_queue"], parts_at=12).axes[0]
        assert 60 in [len(line.get_xdata()) for line in axes.lines]

    @pytest.mark.parametrize("panels", [1, 2, 3, 5, 8])
    def test_has_a_panel_an_indicator(self, indicators, panels):
        ids = [*EXITS, "social_commitments", "flow_dpi", "listing_queue"][:panels]
        assert len(plots.fan(indicators, ids).axes) == panels

    def test_bears_an_indicator_without_values(self, indicators):
        plots.fan(indicators.assign(cycle_gain=np.nan), ["cycle_gain"], parts_at=12).draw_without_rendering()

    def test_names_the_nearest_indicator_when_one_is_unknown(self, indicators):
        with pytest.raises(UsageError, match="flow_dpi"):
            plots.fan(indicators, ["flow_dpu"])

    def test_says_which_column_is_missing(self, indicators):
        with pytest.raises(UsageError, match="no column tvpi"):
            plots.fan(indicators, ["tvpi"])


class TestEffects:
    def test_writes_the_difference_in_percent_of_the_baseline(self):
        written = words_of(plots.effects(pd.DataFrame([effect("social_commitments", 200, 30, 10)])))
        assert "+15%" in written
        assert "200 CNY bn a year" in written

    @pytest.mark.parametrize(
        ("indicator", "difference", "half", "meaning"),
        [
            ("social_commitments", 30, 10, "better"),
            ("social_commitments", -30, 10, "worse"),
            ("social_commitments", 5, 10, "unclear"),
            ("dry_powder", 30, 10, "changed"),
        ],
    )
    def test_marks_what_is_better_worse_changed_or_unclear(self, indicator, difference, half, meaning):
        row = pd.Series(effect(indicator, 200, difference, half))
        assert verdict(row.rename({"low": "left", "high": "right"})) == meaning

    def test_unclear_effects_are_hollow(self):
        rows = [effect("social_commitments", 200, 5, 10), effect("equity_invested", 400, 50, 10)]
        axes = next(axes for axes in plots.effects(pd.DataFrame(rows)).axes if axes.get_title(loc="left"))
        faces = [line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "o"]
        assert [face == "white" for face in faces] == [True, False]

    def test_says_how_many_intervals_would_exclude_zero_by_chance(self):
        rows = [effect(indicator, 100, 30, 10, scenario=s) for s in SCENARIOS[1:] for indicator in HEADLINE]
        written = words_of(plots.effects(pd.DataFrame(rows)))
        assert f"{len(rows)} of the {len(rows)} intervals shown exclude zero; about 3 would" in written

    def test_names_indicators_that_have_no_percentage(self):
        rows = [effect("social_commitments", 200, 5, 10), effect("first_orders", 0, 5, 1)]
        assert "Not shown, baseline zero or empty: First orders" in words_of(plots.effects(pd.DataFrame(rows)))

    def test_shows_the_headline_when_all_would_not_fit(self):
        rows = [effect(indicator, 100, 5, 10) for indicator in INDICATORS]
        written = words_of(plots.effects(pd.DataFrame(rows)))
        assert all(INDICATORS[indicator].label_en in written for indicator in HEADLINE)
        assert INDICATORS["size_gini"].label_en not in written

    def test_the_headline_names_indicators_that_exist(self):
        assert set(HEADLINE) <= set(INDICATORS)

    def test_refuses_a_table_in_which_nothing_has_a_percentage(self):
        with pytest.raises(UsageError, match="no rows"):
            plots.effects(pd.DataFrame([effect("first_orders", 0, 5, 1)]))


class TestExits:
    def test_a_year_is_the_sum_of_its_quarters_and_the_mean_of_its_seeds(self, indicators):
        rows = indicators.query("scenario == 'open_exits' and 4 <= quarter <= 7")
        assert yearly_count(indicators).loc[("open_exits", 2022), "ipo"] == pytest.approx(rows["exits_ipo"].sum() / 5)

    def test_bars_add_up_to_the_table(self, indicators):
        figure = plots.exits(indicators.query("scenario == 'baseline'"))
        drawn = sum(bar.get_height() for axes in figure.axes for bar in axes.patches)
        assert drawn == pytest.approx(yearly_count(indicators).loc["baseline"].sum().sum())

    def test_takes_exit_value_by_channel_too(self, indicators):
        groups = indicators.melt(["scenario", "seed", "quarter"], ["exits_ipo", "exits_acquisition"], "group")
        groups = groups.assign(indicator="exit_value", dimension="channel")
        groups["group"] = groups["group"].map({"exits_ipo": "Listing", "exits_acquisition": "Acquisition"})
        pd.testing.assert_frame_equal(
            yearly_value(groups), yearly_count(indicators)[["ipo", "acquisition"]], check_names=False
        )
        assert "CNY bn a year" in words_of(plots.exits(groups))

    def test_bears_years_without_any_exit(self, indicators):
        plots.exits(indicators.assign(**dict.fromkeys(EXITS, 0.0))).draw_without_rendering()


class TestFunnel:
    def test_counts_each_enterprise_once_a_step_a_year_and_nationally(self, events):
        counts = plots.funnel_counts(events, scale=0.1).set_index("stage")["count"]
        years = (59 - 2 + 1) / 4
        assert counts["entered"] == pytest.approx(3 / years / 0.1)
        assert counts["first_round"] == pytest.approx(1 / years / 0.1)
        assert counts["exit"] == pytest.approx(1 / years / 0.1)

    def test_a_later_round_is_no_first_round(self, events):
        counts = plots.funnel_counts(events, since=12).set_index("stage")["count"]
        assert counts["first_round"] == 0
        assert counts["pilot"] > 0

    def test_compares_policies_with_the_baseline(self):
        table = pd.DataFrame({"scenario": ["baseline"] * 2 + ["open_exits"] * 2, "stage": ["entered", "exit"] * 2,
                              "count": [1000.0, 20.0, 1100.0, 30.0]})  # fmt: skip
        written = words_of(plots.funnel(table))
        assert "+50%" in written
        assert "2%" in written


class TestLife:
    def test_tells_the_stages_and_what_was_paid(self, events):
        written = words_of(plots.life(events, 7, about="Biomedicine, Yangtze River Delta"))
        for words in ("Biomedicine", "Prototype", "On the market", "Listed", "round 140", "CNY 158 mn", "listed 1,250"):
            assert words in written

    def test_does_not_mistake_a_fund_manager_for_the_enterprise(self, events):
        assert "9,999" not in words_of(plots.life(events, 7))

    def test_ends_where_the_enterprise_does(self, events):
        assert plots.life(events, 8).axes[0].get_xlim()[1] < 2026

    @pytest.mark.parametrize(
        ("names", "shown"),
        [
            ({"born": "Project founded", "stage passed": "Stage test passed", "listed": "Listed"}, "listed 1,250"),
            ({"born": "birth", "stage passed": "test_passed", "listed": "listing"}, "listed 1,250"),
            ({"filed": "sent to the moon"}, "sent to the moon"),
        ],
    )
    def test_knows_events_by_label_by_id_and_keeps_what_it_does_not_know(self, events, names, shown):
        written = words_of(plots.life(events.replace({"kind": names}), 7))
        assert shown in written
        assert "Prototype" in written

    def test_refuses_an_enterprise_to_which_nothing_happened(self, events):
        with pytest.raises(UsageError, match="enterprise 4711"):
            plots.life(events, 4711)

    def test_refuses_events_of_several_runs(self, events):
        with pytest.raises(UsageError, match="seed"):
            plots.life(pd.concat([events.assign(seed=1), events.assign(seed=2)]), 7)


def test_an_empty_table_is_refused_in_a_sentence(indicators):
    with pytest.raises(UsageError, match="no rows"):
        plots.fan(indicators.iloc[:0], ["flow_dpi"])


def test_every_unit_that_a_figure_can_show_has_chinese_words():
    from simulation.experiments.target_file import read_targets
    from simulation.indicators.definitions import INDICATORS
    from simulation.plots.words import UNITS
    from simulation.scenario.parameter import CATALOGUE

    varied = {record.unit for record in CATALOGUE.values() if record.role in ("lever", "uncertain")}
    shown = varied | {one.unit for one in INDICATORS.values()} | {one.unit for one in read_targets() if one.unit}
    assert shown - set(UNITS) == set()
    assert [unit for unit in shown if set("abcdefghij") & set(UNITS[unit][1].replace("Subbotin b", ""))] == []
