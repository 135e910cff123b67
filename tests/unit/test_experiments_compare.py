"""run() and compare() give tables with names, paired effects and a brief that says how much is chance."""

from __future__ import annotations

import numpy as np
import pytest

import simulation as tif
from simulation.errors import ScenarioError, UsageError
from simulation.experiments import past, speed
from simulation.experiments.cost import TOTAL
from simulation.experiments.words import brief_of, meaning, number, plain_name
from simulation.indicators.definitions import INDICATORS

EFFECTS = ["scenario", "indicator", "label", "unit", "group", "window", "baseline", "policy", "difference", "low",
           "high", "percent", "better", "seeds", "seeds_needed"]  # fmt: skip
SCALE = 0.005
AGAINST = ("Receipts", "Received in kind", "Claims held at the end")


@pytest.fixture(autouse=True, scope="module")
def pasts(tmp_path_factory):
    """A cache of its own for this file."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "user_cache", lambda: folder)
        patch.setattr(speed, "user_cache", lambda: folder)
        yield


@pytest.fixture(scope="module")
def found(pasts):
    """A comparison of two policies, one of which changes nothing."""
    same = {"name": "same", "extends": "baseline"}
    return tif.compare("baseline", "open_exits", same, seeds=3, quarters=20, scale=SCALE, workers=1, quiet=True)


@pytest.fixture(scope="module")
def one(pasts):
    """A single run."""
    return tif.run("baseline", seeds=[4], quarters=8, scale=SCALE, quiet=True)


def row(effects, scenario, indicator):
    return effects[(effects["scenario"] == scenario) & (effects["indicator"] == indicator)].iloc[0]


def test_a_run_gives_every_table_with_names_and_dates(one):
    assert list(one.indicators.columns[:4]) == ["scenario", "seed", "quarter", "date"]
    assert list(one.indicators.columns[4:]) == list(INDICATORS)
    assert list(one.indicators["date"]) == [f"{year}Q{quarter}" for year in (2021, 2022) for quarter in (1, 2, 3, 4)]
    for name in ("groups", "flows", "balance_sheet", "events", "refusals", "enterprises", "public_cost"):
        table = getattr(one, name)
        assert len(table) > 0, name
        assert list(table.columns[:4]) == ["scenario", "seed", "quarter", "date"], name
        assert set(table["seed"]) == {4}, name


def test_tables_hold_names_and_no_codes(one):
    assert {"Project founded", "Equity round"} <= set(one.events["kind"])
    assert "Biomedicine" in set(one.enterprises["sector"])
    assert set(one.enterprises["stage"]) <= {"Proof of concept", "Prototype", "Pilot and first application", "Market",
                                             "In the listing queue", "Listed"}  # fmt: skip
    assert {"Enterprises", "Households and private investors"} <= set(one.flows["payer"])
    assert "New projects" in set(one.groups["label"])


def test_a_run_of_one_quarter_is_a_run():
    one = tif.run("baseline", quarters=1, scale=SCALE, quiet=True)
    assert len(one.indicators) == 1
    assert "enterprises" not in one.arrow
    with pytest.raises(UsageError, match="no such table"):
        one.table("enterprises")


def test_levers_can_be_given_by_name(one):
    other = tif.run("baseline", seeds=[4], quarters=8, scale=SCALE, quiet=True, screening_noise=1.2)
    assert other.manifest["scenarios"][0]["resolved"]["opening"]["screening_noise"] == 1.2
    assert not np.array_equal(other.indicators["equity_invested"], one.indicators["equity_invested"])


def test_a_wrong_lever_is_refused_before_anything_is_played():
    with pytest.raises(ScenarioError, match="ipo_window"):
        tif.run("baseline", ipo_windw=1)


def test_no_lever_bears_the_name_of_an_argument():
    arguments = {"scenario", "seeds", "quarters", "scale", "without", "workers", "cache", "quiet", "base", "window"}
    assert not arguments & set(tif.levers().index)


def test_a_summary_has_a_row_an_indicator_and_a_column_a_year(one):
    summary = one.summary.set_index("indicator")
    assert list(summary.columns[-2:]) == ["2021", "2022"]
    projects = one.indicators["projects_entered"]
    assert summary.loc["projects_entered", "2022"] == pytest.approx(projects[4:].sum(), rel=1e-4)
    assert summary.loc["projects_entered", "label"] == "New projects"


def test_an_enterprise_is_explained_in_words(one):
    listed = one.events[one.events["kind"] == "Equity round"]["enterprise"].iloc[0]
    told = one.explain(int(listed))
    assert told.splitlines()[0] == f"Enterprise {listed} (baseline, seed 4)"
    assert " led a round of CNY " in told
    with pytest.raises(UsageError, match="nothing recorded"):
        one.explain(-5)


def test_the_tables_of_effects_and_paths_have_the_columns_agreed(found):
    assert list(found.effects.columns) == EFFECTS
    assert list(found.paths.columns) == [*EFFECTS[:5], "quarter", "date", *EFFECTS[6:]]
    assert set(found.effects["scenario"]) == {"open-exits", "same"}
    assert set(found.effects["window"]) == {"2024Q1:2025Q4"}


def test_only_indicators_that_are_measured_have_effects(found):
    measured = {name for name in INDICATORS if found.runs.indicators[name].notna().any()}
    paired = {name for name, one in INDICATORS.items() if one.paired} - {"cycle_gain"}
    assert set(found.effects["indicator"]) == measured | paired
    assert len(found.paths) == 2 * 20 * len(measured)


def test_a_policy_that_changes_nothing_has_effects_of_exactly_zero(found):
    same = found.effects[found.effects["scenario"] == "same"]
    assert (same["difference"].dropna() == 0).all()
    assert set(same["better"]) == {"unclear"}
    assert same["seeds_needed"].isna().all()


def test_before_the_policies_part_every_path_is_the_same(found):
    paths = found.paths[(found.paths["scenario"] == "open-exits") & (found.paths["quarter"] < 12)]
    assert (paths["difference"].dropna() == 0).all()


def test_an_effect_is_the_mean_difference_of_the_runs(found):
    listed = found.runs.indicators.query("quarter >= 12").groupby(["scenario", "seed"])["exits_ipo"].sum() / 2
    gaps = listed["open-exits"] - listed["baseline"]
    effect = row(found.effects, "open-exits", "exits_ipo")
    assert effect["difference"] == pytest.approx(gaps.mean())
    assert effect["high"] - effect["low"] == pytest.approx(2 * 4.3026527 * gaps.std() / np.sqrt(3))
    assert (effect["unit"], effect["group"], effect["seeds"]) == ("count a year", "Health of the cycle", 3)


def test_the_cost_of_policies_adds_up_to_the_indicator(found):
    table = found.runs.public_cost.query("quarter >= 12")
    net = table.assign(signed=table["amount"].where(~table["component"].isin(AGAINST), -table["amount"]))
    by_run = net.groupby(["scenario", "seed"])["signed"].sum() / 2
    total = found.cost[(found.cost["lever"] == TOTAL[0]) & (found.cost["scenario"] == "open-exits")].iloc[0]
    assert total["difference"] == pytest.approx((by_run["open-exits"] - by_run["baseline"]).mean())
    assert (found.cost["low"] <= found.cost["difference"]).all()


def test_what_levers_cost_is_what_the_indicator_says(found):
    table = found.runs.public_cost.query("component != 'Claims held at the end'")
    signed = table["present_value"].where(~table["component"].isin(["Receipts", "Received in kind"]), -table["present_value"])
    assert signed.sum() == pytest.approx(found.runs.indicators["public_cost"].sum())


def test_a_brief_says_what_changed_and_how_much_is_chance(found):
    table = found.effects.copy()
    listed = (table["scenario"] == "open-exits") & (table["indicator"] == "exits_ipo")
    table.loc[listed, ["baseline", "policy", "low", "high", "percent", "better"]] = [
        80.0,
        260.0,
        170.0,
        190.0,
        225.0,
        "yes",
    ]
    brief = brief_of(found.plan, table)
    assert (
        "Companies listed: from 80 to 260 a year (+225 %), better; 95 % interval of the difference 170 to 190" in brief
    )
    assert "Same:\n  no headline indicator changes clearly" in brief
    clear = int(((table["low"] > 0) | (table["high"] < 0)).sum())
    assert f"{clear} of {found.effects['low'].notna().sum()} intervals exclude zero; about " in brief


def test_what_does_not_change_is_said_not_to_change(found):
    assert meaning(row(found.effects, "same", "exits_ipo")) == "no change"


def test_a_comparison_of_one_seed_has_differences_without_intervals():
    found = tif.compare("baseline", "open_exits", seeds=[2], quarters=14, scale=SCALE, workers=1, quiet=True)
    assert found.effects["low"].isna().all()
    assert found.effects["difference"].notna().any()
    assert "0 of 0 intervals" in found.brief()


def test_a_comparison_needs_a_policy():
    with pytest.raises(UsageError, match="no policy"):
        tif.compare("baseline")


def test_numbers_are_told_with_the_digits_that_matter():
    assert [number(value) for value in (12345.6, 12.34, 0.1234, 0.00123, 0.0, -3.0)] == [
        "12,346",
        "12.3",
        "0.12",
        "0.001",
        "0",
        "-3",
    ]
    assert plain_name("early-investment") == "Early investment"


def test_the_same_runs_are_read_over_another_window(found):
    later = found.over("2025Q1:2025Q4")
    assert set(later.effects["window"]) == {"2025Q1:2025Q4"}
    assert later.conducted is found.conducted
    with pytest.raises(UsageError, match="2021Q1 to 2025Q4"):
        found.over("2025Q1:2030Q4")


def test_one_effect_is_said_and_what_is_not_there_is_refused(found):
    assert found.said("same", "equity_invested") == "Equity invested unchanged"
    with pytest.raises(UsageError, match="nearest: open-exits"):
        found.said("open-exit", "equity_invested")
    with pytest.raises(UsageError, match="nearest: equity_invested"):
        found.said("same", "equity_investd")


def test_fates_are_the_same_where_a_policy_changes_nothing(found):
    assert not found.fates("same")["differs"].any()
    assert found.fates("open-exits")["differs"].any()
    with pytest.raises(UsageError, match="not in this comparison"):
        found.fates("baseline")
