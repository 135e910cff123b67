"""Explanations: a life is told in sentences, and an indicator's change adds up from its terms."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import simulation as tif
from simulation.errors import UsageError
from simulation.experiments import past, speed
from simulation.experiments.explain import explain_folder
from simulation.experiments.lives import SENTENCES, life_of
from simulation.scenario.parameter import label
from simulation.scenario.quarters import format_quarter


def events(*rows: tuple[int, str, int, float, float]) -> pd.DataFrame:
    """A table of events of enterprise 7: quarter, code of the kind, other, amount, note."""
    table = pd.DataFrame(rows, columns=["quarter", "code", "other", "amount", "note"])
    names = [label("event_kind", code) for code in table.pop("code")]
    dates = [format_quarter(quarter) for quarter in table["quarter"]]
    return table.assign(kind=names, date=dates, scenario="baseline", seed=1, enterprise=7)


LIFE = events(
    (0, "birth", -1, 4.0, 0.0),
    (2, "round", 12, 25.0, 75.0),
    (5, "round", 30, 100.0, 100.0),
    (9, "filing", 0, 900.0, 0.2),
    (14, "listing", 0, 200.0, 1200.0),
)


def test_a_life_is_told_in_sentences_with_price_and_stake():
    told = life_of(LIFE, 7, "baseline", 1)
    assert "2021Q1  It was founded out of a university with CNY 4 mn." in told
    assert "Fund 12 led a round of CNY 25 mn. The company was valued at CNY 75 mn before it, so 25 % of it" in told
    assert "It went public on the STAR Market" in told


def test_at_an_exit_it_says_who_got_what():
    told = life_of(LIFE, 7, "baseline", 1)
    # the rounds leave .75 x .5 = .375 to those before; 1 200 - 200 is what the old shares are worth
    assert "had paid CNY 125 mn in 2 rounds; their shares were worth about CNY 625 mn, 5 times that" in told
    assert "About CNY 375 mn remained with founders" in told


def test_a_life_that_began_before_the_record_divides_nothing():
    told = life_of(LIFE.iloc[1:], 7, "baseline", 1)
    assert "It existed before 2021" in told
    assert "how much of it belongs to whom is not on record" in told


def test_routine_payments_are_summed_up():
    grants = events(*((quarter, "grant", 1, 2.0, 0.0) for quarter in range(5)))
    told = life_of(grants, 7, "baseline", 1)
    assert "2021Q1 to 2022Q1: 5 grants, CNY 10 mn in all." in told
    assert told.count("\n") == 2


def test_a_kind_without_a_sentence_is_told_by_its_name():
    assert "Technology certified: CNY 3 mn." in life_of(events((4, "certification", -1, 3.0, 0.0)), 7, "baseline", 1)


@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_every_sentence_can_be_told_of_odd_figures(kind):
    for other, amount, note in ((-1, 0.0, 0.0), (99, 1e6, float("nan")), (0, 0.5, 3.0)):
        told = life_of(events((4, kind, other, amount, note)), 7, "baseline", 1)
        assert not re.search(r"[{}]", told)


def test_an_unknown_enterprise_is_refused():
    with pytest.raises(UsageError, match="nothing recorded of it"):
        life_of(LIFE, 8, "baseline", 1)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A small comparison on disk."""
    folder = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "user_cache", lambda: folder / "cache")
        patch.setattr(speed, "user_cache", lambda: folder / "cache")
        answer = tif.compare("baseline", "open_exits", seeds=2, quarters=20, scale=0.004, workers=1, quiet=True)
        answer.save(folder / "found", figures=False)
    return tif.open_results(folder / "found")


def figures(line: str) -> list[float]:
    return [float(text.replace(",", "")) for text in re.findall(r"[-+]?\d[\d,]*\.?\d*", line)]


def test_the_overview_names_lives_with_a_reason_each(found):
    lives = explain_folder(found).rpartition("(--enterprise ID):")[2].strip().splitlines()
    assert len(lives) >= 3
    for line in lives:
        life, _, why = line.strip().partition("  ")
        assert why
        assert explain_folder(found, enterprise=int(life)).startswith(f"Enterprise {life} (baseline, seed 1)")


def test_refusals_of_the_overview_are_a_year_s(found):
    table = found.table("refusals")
    mine = table[(table["scenario"] == "baseline") & (table["seed"] == 1) & (table["reason"] == "Met no financier")]
    line = next(line for line in explain_folder(found).splitlines() if "Met no financier" in line)
    assert figures(line)[-1] == pytest.approx(mine["count"].sum() / 5, rel=1e-2)  # 20 quarters


def test_parts_of_a_ratio_add_up_to_its_change(found):
    lines = explain_folder(found, indicator="funded_share", quarter="2025Q2", scenario="open-exits").splitlines()
    whole = next(line for line in lines if "a change of" in line)
    parts = [figures(line.rpartition("): ")[2])[0] for line in lines if "of which" in line]
    assert len(parts) == 2
    assert sum(parts) == pytest.approx(figures(whole.partition("a change of")[2])[0], abs=0.02)


def test_a_policy_is_compared_with_the_baseline_and_the_baseline_with_a_year_before(found):
    assert "Baseline 2025Q2" in explain_folder(found, indicator="exits_ipo", quarter="2025Q2", scenario="open-exits")
    assert "Baseline 2024Q2" in explain_folder(found, indicator="exits_ipo", quarter="2025Q2")


def test_groups_of_a_flow_add_up_to_the_whole(found):
    told = explain_folder(found, indicator="equity_invested", quarter="2025Q4")
    whole = next(line for line in told.splitlines() if "a change of" in line)
    by_stage = next(line for line in told.splitlines() if "by stage" in line)
    pairs = re.findall(r"([\d.,]+) -> ([\d.,]+)", by_stage)
    moved = sum(float(new.replace(",", "")) - float(old.replace(",", "")) for old, new in pairs)
    assert moved == pytest.approx(figures(whole.partition("a change of")[2])[0], abs=0.5)
    assert "equity rounds paid by funds" in told


def test_an_indicator_without_a_value_says_so(found):
    assert "It has no value" in explain_folder(found, indicator="relending_drawn_share", quarter="2021Q3")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"indicator": "funded_shar"}, "nearest: funded_share"),
        ({"indicator": "funded_share", "quarter": "2025-06"}, "nearest: 2025Q2"),
        ({"indicator": "funded_share", "quarter": "2040Q1"}, "2021Q2 to 2025Q4"),
        ({"indicator": "funded_share", "enterprise": 3}, "one of the two"),
        ({"quarter": "2025Q1"}, "without --indicator"),
        ({"scenario": "open-exit"}, "nearest: open-exits"),
        ({"seed": 9}, "not in these results"),
        ({"enterprise": 12345}, "nothing recorded of it"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_there(found, asked, told):
    with pytest.raises(UsageError, match=re.escape(told)):
        explain_folder(found, **asked)
