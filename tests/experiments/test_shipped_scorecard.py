"""The page of the shipped validation, its table and the targets say the same; every miss has its reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from simulation.experiments.target_file import read_targets
from simulation.experiments.validation_page import reason_words

DOCS = Path(__file__).parents[2] / "docs"
ASKED = {  # bands that the project was asked to hold history against
    "loan_growth_2021": (28, 37), "loan_growth_2022": (28, 37), "loan_growth_2023": (28, 37),
    "platform_growth_2023": (68 - 15, 68 + 15), "event_shown": (57.5, 58.5), "bank_capital_2023": (14.3, 15.8),
    "bad_loans_2023": (1.3, 1.9),
}  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """The shipped scorecard, a row a target."""
    return pd.read_csv(DOCS / "validation.csv", dtype=str, keep_default_na=False).set_index("target", drop=False)


@pytest.fixture(scope="module")
def page() -> str:
    """The shipped page."""
    return (DOCS / "validation.md").read_text(encoding="utf-8")


def test_the_shipped_scorecard_is_of_the_shipped_targets(rows):
    targets = read_targets()
    assert [target.id for target in targets] == list(rows["target"])
    for target in targets:
        row = rows.loc[target.id]
        assert (row["label_en"], row["role"], row["unit"]) == (target.label_en, target.role, target.unit)
        assert row["missed_because"] in ("", target.missed_because), f"{target.id}: play the validation page again"


def test_every_miss_has_a_reason_and_nothing_else_has(rows):
    missed = set(rows.index[rows["verdict"].isin(["WARN", "FAIL"])])
    assert missed
    assert missed == {target.id for target in read_targets() if target.missed_because}
    assert missed == set(rows.index[rows["missed_because"] != ""])


def test_the_page_tells_every_miss_with_its_reason_and_its_calibration(rows, page):
    for row in rows[rows["verdict"].isin(["WARN", "FAIL"])].itertuples():
        told = f"- **{row.verdict}** {row.label_en} ({row.role}): {row.missed}.{reason_words(row.missed_because)}"
        assert told in page.splitlines()
    assert "Played with calibration 2023-12: 15 assumptions" in page


@pytest.mark.parametrize(("name", "band"), ASKED.items())
def test_history_is_held_against_the_bands_that_were_asked_for(name, band):
    (target,) = [target for target in read_targets() if target.id == name]
    assert (target.low, target.high) == band


@pytest.mark.parametrize("what", ["fundraising", "investment", "exits"])
@pytest.mark.parametrize("year", [2022, 2023])
def test_the_published_direction_of_a_year_is_a_fall(what, year):
    (target,) = [target for target in read_targets() if target.id == f"{what}_{year}"]
    assert target.value < 0.0
    assert target.high == 0.0
