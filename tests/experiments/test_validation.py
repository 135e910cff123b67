"""The scorecard: verdicts on made-up values, every target on a tiny real run, the command and its page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulation.errors import ResultsError, UsageError
from simulation.experiments.conduct import Way
from simulation.experiments.facts.record import Seen
from simulation.experiments.results import open_results
from simulation.experiments.runs import run
from simulation.experiments.target_file import read_targets
from simulation.experiments.validate import Validation, of_folder, play, to_play
from simulation.experiments.validation import Findings, scorecard, verdict
from simulation.experiments.validation_files import is_answered, save, write_page
from simulation.experiments.validation_page import fitted_words, reason_words
from simulation.plots import scorecard as draw_scorecard

from .made_up import indicators

SCALE = 0.002
NEEDS_TIME = {"a longer run"}


def target(name: str = "tvpi"):
    """One shipped target."""
    return next(one for one in read_targets() if one.id == name)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1.6, 1.8, 2.0], "PASS"), ([2.0, 2.2, 2.3], "WARN"), ([2.5, 2.6, 2.7], "FAIL"), ([], "not measured"),
        ([1.49], "PASS"), ([2.0901], "FAIL"),
    ],
)  # fmt: skip
def test_a_verdict_follows_from_the_median_and_the_spread(values, found):
    assert verdict(target(), np.array(values)) == found


def test_what_has_no_weight_is_shown_and_not_scored():
    assert verdict(replace(target(), weight=0.0), np.array([9.0])) == "not scored"


def test_a_miss_is_told_with_the_measured_value():
    findings = Findings()
    for seed in (1, 2, 3):
        findings.add([target()], seed, Seen(0.1, 60, indicators(tvpi=2.5 + 0.1 * seed)))
    row = scorecard([target()], findings).iloc[0]
    assert row["verdict"] == "FAIL"
    assert row["missed"] == "missed: 2.7 x is 0.61 above 2.09"
    assert row["missed_because"] == target().missed_because
    assert (row["value"], row["seeds"]) == (pytest.approx(2.7), 3)


def test_a_reason_is_told_only_where_the_target_is_missed():
    findings, why = Findings(), "Listings bring more than published."
    card = {}
    for name, value in (("hit", 1.8), ("missed", 2.7)):
        one = replace(target(), id=name, missed_because=why)
        findings.add([one], 1, Seen(0.1, 60, indicators(tvpi=value)))
        card[name] = scorecard([one], findings).iloc[0]
    assert (card["hit"]["missed_because"], card["missed"]["missed_because"]) == ("", why)
    assert reason_words(why) == f" Reason: {why}"
    assert reason_words("not known: sales were looked at.") == " Reason not known: sales were looked at."


def test_what_cannot_be_measured_says_why():
    findings = Findings()
    findings.add([target()], 1, Seen(0.1, 8, indicators(8, tvpi=2.0)))
    row = scorecard([target()], findings).iloc[0]
    assert (row["verdict"], row["missed"]) == ("not measured", "needs a longer run")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny real run."""
    made = run("baseline", seeds=2, quarters=16, scale=SCALE, workers=1, quiet=True)
    return made.save(tmp_path_factory.mktemp("runs") / "tiny", figures=False)


def test_every_target_is_computed_from_the_tables_of_a_run_or_says_what_it_needs(folder):
    validation = of_folder(folder, lambda _: None)
    values, missing = validation.findings.values, validation.findings.missing
    for one in validation.targets:
        told = any(name == one.id for name, _ in values) or missing.get(one.id)
        assert told, one.id
    indicators_only = [
        one for one in validation.targets if not one.not_measured and one.window[1] < 16 and "_" in one.quantity
    ]
    found = {name for name, _ in values}
    assert {"loan_growth_2023", "tvpi", "firms_with_a_loan", "deals_2022", "fundraising_2023"} <= found
    assert len(found) > len(indicators_only) / 2


def test_a_folder_is_scored_drawn_and_written_as_a_page(folder, tmp_path):
    validation = of_folder(folder, lambda _: None)
    place, about = tmp_path / "card", open_results(folder).manifest
    assert save(validation, place, about, figures=False, csv=True) == []
    assert is_answered(place, of_folder(folder, lambda _: None), again=False, replace=False)
    card = open_results(place).table("scorecard")
    assert set(card["verdict"]) <= {"PASS", "WARN", "FAIL", "not scored", "not measured"}
    page = tmp_path / "docs" / "validation.md"
    page.parent.mkdir()
    assert write_page(place, page) == [page, page.with_suffix(".csv")]
    text = page.read_text(encoding="utf-8")
    rows = pd.read_csv(page.with_suffix(".csv"), dtype=str, keep_default_na=False)
    assert list(rows["target"]) == list(card["target"])
    assert list(rows["verdict"]) == list(card["verdict"])
    assert "[validation.csv](validation.csv)" in text
    assert "Defaults of the model were set by hand" in text
    assert "# Validation" in text
    assert "What is missed" in text
    for row in card[card["verdict"] == "FAIL"].itertuples():
        assert f"- **FAIL** {row.label_en} ({row.role}): missed:" in text
    assert draw_scorecard(card[card["part"] == "history"]).texts


def test_the_page_says_with_which_calibration_it_was_played(tmp_path):
    made = run("calibrated", seeds=1, quarters=1, scale=SCALE, workers=1, quiet=True)
    manifest = open_results(made.save(tmp_path / "fitted", figures=False)).manifest
    assert "Played with calibration 2023-12: 15 assumptions" in fitted_words(manifest)
    assert "means of their posterior" in fitted_words(manifest)
    (one,) = manifest["scenarios"]
    drawn = {"scenarios": [{"calibrated": one["written"]["calibrated"] | {"use": "posterior", "own": ["damage"]}}]}
    assert "14 assumptions, fitted to targets of the role calibrate, have a draw" in fitted_words(drawn)


def test_a_folder_with_something_else_is_not_touched(folder, tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(ResultsError, match="something else"):
        is_answered(tmp_path, Validation((), None, {}), again=False, replace=True)
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_results_of_a_policy_are_not_validated(tmp_path):
    made = run("open_exits", seeds=1, quarters=1, scale=SCALE, workers=1, quiet=True)
    there = made.save(tmp_path / "policy", figures=False)
    with pytest.raises(UsageError, match="first scenario is the baseline"):
        of_folder(there, lambda _: None)


def test_seeds_and_scale_are_checked_before_anything_is_played():
    with pytest.raises(UsageError, match="--seeds"):
        to_play("1,1", None, False, "")


@pytest.mark.long
def test_the_baseline_is_played_with_the_event_of_its_own_seed():
    validation = to_play("1", 0.005, False, "")
    play(validation, Way(1, True, True))
    shown = [value for (name, _), value in validation.findings.values.items() if name == "event_shown"]
    assert shown == [pytest.approx(58.0)]
    assert validation.seeds == [1]
