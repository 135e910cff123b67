"""`tif check` tells a policy in words that its author can check."""

from __future__ import annotations

import pytest

from simulation.scenario.describe import describe
from simulation.scenario.load import load_scenario


def lines(levers=None, **rest):
    return describe(load_scenario({"extends": "baseline", "name": "test", "levers": levers or {}, **rest}))


@pytest.mark.parametrize(
    ("lever", "entry", "expected"),
    [
        ("ipo_window", 1.5, "Listing window: 0.3 -> 1.5 x 290 reviews a year, from 2024Q1"),
        (
            "ipo_window",
            {"from": "2025Q1", "over": "4q", "value": 1.5},
            "Listing window: 0.3 -> 1.5 x 290 reviews a year, over 2025Q1-2025Q4",
        ),
        (
            "ipo_window",
            {"from": "2025Q1", "until": "2026Q4", "over": "4q", "value": 1.5},
            "Listing window: 0.3 -> 1.5 x 290 reviews a year, over 2025Q1-2025Q4, until 2026Q4, "
            "then the baseline again",
        ),
        (
            "ggf_central",
            {"until": "2027Q4", "value": 60},
            "Central guidance fund offers: 45 -> 60 CNY bn a year, 2024Q1-2027Q4, then the baseline again",
        ),
        (
            "ggf_central",
            {"from": "2025Q2", "until": "2025Q2", "value": 60},
            "Central guidance fund offers: 45 -> 60 CNY bn a year, in 2025Q2, then the baseline again",
        ),
        (
            "ggf_local",
            {"change": "+20%"},
            "Local guidance fund offers: 190 -> 228 CNY bn a year (+20 % of the baseline), "
            "from 2024Q1",
        ),
        ("fund_term", {"change": "+1"}, "Fund term: 8 -> 9 years (+1 on the baseline), from 2024Q1"),
        (
            "rd_super_deduction",
            {"value": {"BMF": 120, "LAE": 120}},
            "R&D super-deduction (Biomanufacturing, Low-altitude economy): 100 -> 120 % of R&D, from 2024Q1",
        ),
        (
            "local_pref_grant",
            {"value": {"NOE": 12}},
            "Local preferential grant (Northeast China): 8 -> 12 % of R&D, from 2024Q1",
        ),
    ],
)
def test_an_entry_in_words(lever, entry, expected):
    assert f"  {expected}\n" in lines({lever: entry})


def test_later_entries_start_from_the_earlier_ones():
    text = lines({"ipo_window": [{"from": "2025Q1", "until": "2028Q4", "value": 1.5}, {"from": "2029Q1", "value": 1}]})
    assert "0.3 -> 1.5 x 290 reviews a year, 2025Q1-2028Q4\n" in text
    assert "1.5 -> 1 x 290 reviews a year, from 2029Q1\n" in text


def test_a_condition_is_told_with_the_labels_of_its_indicators():
    from simulation.indicators.definitions import INDICATORS

    text = lines({"s_fund_public": {"when": "npl_ratio < 2.5 or flow_dpi > 1", "value": 30, "for_at_least": "4q"}})
    name, other = INDICATORS["npl_ratio"].label_en, INDICATORS["flow_dpi"].label_en
    assert (
        f"in quarters after {name} < 2.5 or {other} > 1, for at least 4 quarters; otherwise as in the baseline" in text
    )


def test_assumptions_and_mechanisms_are_told_by_their_labels():
    text = lines(assumptions={"screening_noise": 1.2, "potential_mean": {"AER": 60}}, mechanisms={"knowledge": False})
    assert "Noise of screening: 1 -> 1.2 x noise" in text
    assert "Mean potential sales (Aerospace information): 54 -> 60" in text
    assert "Switched off:\n  Knowledge spillovers" in text


def test_a_policy_without_levers_says_so():
    assert "changes no lever" in lines()


def test_the_baseline_tells_what_is_in_force_when_policies_can_begin():
    text = describe(load_scenario("baseline"))
    assert "In force in 2024Q1:" in text
    assert "Listing window: 0.3 x 290 reviews a year" in text
    assert "->" not in text


def test_what_a_reader_might_not_expect_is_noted():
    text = lines(
        {"lockup": {"from": "2040Q1", "value": 8}, "redemption_limit": 0, "ggf_local": 250},
        mechanisms={"guidance_funds": False},
    )
    assert "Lock-up of investors first changes in 2040Q1; a run ends in 2035Q4" in text
    assert "--quarters 77 or more." in text
    assert "Limit on redemption clauses has its baseline value in all quarters" in text
    assert "Local guidance fund offers does nothing, because Government guidance funds is switched off." in text
