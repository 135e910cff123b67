"""History and validation played again: 20 seeds at scale 0.05 with the released calibration, every verdict as shipped.

docs/validation.csv is written by the command that writes docs/validation.md. A target that passes there must pass again,
one that is missed must be missed again on the same side; and since the model repeats itself to the last bit, medians and
spreads are the same to the printed digits.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from simulation.experiments.conduct import Way
from simulation.experiments.validate import play, to_play
from simulation.experiments.validation import scorecard
from simulation.experiments.validation_page import printed
from tests.statistical.moments import keep

pytestmark = pytest.mark.long

CALIBRATION = "2023-12"
SHIPPED = pd.read_csv(Path(__file__).parents[2] / "docs" / "validation.csv", dtype=str, keep_default_na=False).set_index("target")
NUMBERS = ["value", "low", "high", "seeds"]

# What was found for 2021 to 2023: PASS, or the verdict and the side on which the band is missed.
HISTORY = {
    "loan_growth_2021": "PASS", "loan_growth_2022": "PASS", "loan_growth_2023": "FAIL below",
    "platform_growth_2023": "PASS",
    "event_shown": "PASS", "event_signed": "PASS", "event_amount": "PASS",
    "fundraising_2022": "PASS", "fundraising_2023": "PASS",
    "investment_2022": "PASS", "investment_2023": "WARN above",
    "exits_2022": "WARN above", "exits_2023": "PASS",
    "bank_capital_2023": "FAIL below", "bad_loans_2023": "PASS",
}  # fmt: skip


def told(row: pd.Series) -> str:
    """The verdict of a row of the scorecard, with the side on which a band is missed."""
    return " ".join([row["verdict"], *(side for side in ("above", "below") if f" {side} " in row["missed"])])


@pytest.fixture(scope="module")
def card() -> pd.DataFrame:
    """The scorecard as it is printed, a row a target; written to last.json."""
    validation = play(to_play(None, None, False, "", {"calibration": CALIBRATION}), Way(quiet=True))
    assert validation.plan is not None
    found = printed(scorecard(validation.targets, validation.findings)).set_index("target")
    kept = found.drop(columns=["label_zh", "missed_because"]).reset_index()
    keep("scorecard", {
        "calibration": CALIBRATION, "seeds": len(validation.seeds), "scale": validation.plan.scale,
        "rows": kept.to_dict("records"),
    })  # fmt: skip
    return found


def test_the_same_targets_are_measured_on_twenty_seeds(card: pd.DataFrame) -> None:
    assert list(card.index) == list(SHIPPED.index)
    assert card.loc["loan_growth_2023", "seeds"] == "20"


@pytest.mark.parametrize("target", HISTORY)
def test_history_comes_out_as_it_was_found(card: pd.DataFrame, target: str) -> None:
    assert told(card.loc[target]) == HISTORY[target]


def test_all_of_history_is_claimed(card: pd.DataFrame) -> None:
    assert set(HISTORY) == set(card.index[card["part"] == "history"])


@pytest.mark.parametrize("target", SHIPPED.index)
def test_a_verdict_comes_out_again_with_its_numbers(card: pd.DataFrame, target: str) -> None:
    assert told(card.loc[target]) == told(SHIPPED.loc[target])
    assert card.loc[target, NUMBERS].to_dict() == SHIPPED.loc[target, NUMBERS].to_dict()
