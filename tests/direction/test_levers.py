"""Which way each lever moves what it is meant to move, in paired experiments; findings that surprise are told as they are."""

from __future__ import annotations

import pytest

from tests.direction.arms import FEWEST, Experiment

pytestmark = pytest.mark.long
LEVERS = Experiment(seeds=8, quarters=40)

# policy, indicator, quarters after 2024Q1, sign
SIGNS = (
    ("open window", "exits_ipo", 0, 8, 1),
    ("open window", "flow_dpi", 4, 16, 1),
    ("open window", "social_commitments", 8, 24, 1),
    ("open window", "projects_entered", 10, 28, 1),
    ("open window", "listing_wait", 2, 24, -1),
    ("open window", "exits_redemption", 4, 24, -1),
    ("open window", "outcomes_below_1x", 8, 24, -1),
    ("open window", "rd_spending", 8, 40, 1),
    ("twice the guidance money", "government_commitment_share", 0, 12, 1),
    ("twice the guidance money", "public_cost", 0, 16, 1),
    ("twice the guidance money", "social_leverage", 0, 12, -1),
    ("higher guidance cap", "government_commitment_share", 0, 16, 1),
    ("early mandate", "early_equity_share", 0, 16, 1),
    ("early mandate", "projects_entered", 4, 24, 1),
    ("early mandate", "median_pre_money", 0, 16, -1),
    ("early mandate", "social_commitments", 8, 24, -1),
    ("looser thresholds", "listing_queue", 0, 16, 1),
    ("looser thresholds", "listing_wait", 4, 16, 1),
    ("longer lock-up", "flow_dpi", 0, 8, -1),
    ("longer lock-up", "social_commitments", 0, 8, -1),
    ("no new redemption clauses", "redemptions_claimed", 20, 40, -1),
    ("no new redemption clauses", "exits_redemption", 20, 40, -1),
    ("more acquisition offers", "exits_acquisition", 0, 12, 1),
    ("more acquisition offers", "exit_value", 0, 12, 1),
    ("more acquisition offers", "flow_dpi", 0, 12, 1),
    ("more acquisition offers", "projects_entered", 8, 28, 1),
    ("public secondary money", "secondary_discount", 0, 16, -1),
    ("public secondary money", "public_cost", 0, 16, 1),
    ("larger local grants", "public_cost", 0, 16, 1),
    ("larger local grants", "rd_spending", 0, 16, 1),
    ("full super-deduction", "induced_tax", 0, 16, -1),
    ("no super-deduction", "induced_tax", 0, 16, 1),
    ("larger conversion grants", "projects_entered", 0, 16, 1),
    ("larger conversion grants", "public_cost", 0, 16, 1),
    ("no guarantee coverage", "loan_approval_rate", 0, 16, -1),
    ("no guarantee coverage", "mean_loan_rate", 0, 16, 1),
    ("no guarantee coverage", "contingent_liabilities", 4, 16, -1),
    ("dear guarantees", "public_cost", 0, 16, -1),
)


@pytest.mark.parametrize(("policy", "indicator", "first", "last", "sign"), SIGNS, ids=str)
def test_a_lever_moves_what_it_is_meant_to_move(policy, indicator, first, last, sign):
    effect = LEVERS.effect(indicator, policy, first, last)
    assert effect.share * sign > effect.margin, f"{effect.share:+.3f} +- {effect.margin:.3f}"


def test_research_falls_where_grants_that_all_could_have_are_taken_away():
    assert LEVERS.effect("rd_spending", "no local grants", 0, 16, "local grants to all").is_down


COUNTED = (
    ("exits_ipo", "baseline", 0, 8), ("exits_acquisition", "baseline", 0, 12), ("exits_redemption", "no new redemption clauses", 20, 40),
    ("projects_entered", "baseline", 0, 16), ("exits_secondary", "baseline", 0, 16), ("equity_deals", "early mandate", 0, 16),
)  # fmt: skip


@pytest.mark.parametrize(("indicator", "policy", "first", "last"), COUNTED, ids=str)
def test_what_is_compared_happens_often_enough(indicator, policy, first, last):
    assert LEVERS.events(indicator, policy, first, last) >= FEWEST


def test_looser_thresholds_fill_the_queue_but_list_nobody_more_while_the_window_binds():
    effect = LEVERS.effect("exits_ipo", "looser thresholds", 0, 16)
    assert abs(effect.share) < 0.05


def test_finding_public_secondary_money_pays_better_prices_for_as_many_stakes():
    """Offers bind, not cash: the number of stakes sold hardly moves, their discount falls by a quarter."""
    assert abs(LEVERS.effect("exits_secondary", "public secondary money", 4, 24).share) < 0.03
    assert LEVERS.effect("secondary_discount", "public secondary money", 0, 16).share < -0.15


def test_finding_research_does_not_answer_to_the_super_deduction():
    """Research is planned from sales; tax relief reaches it through cash alone, which seldom binds a firm that pays tax."""
    for policy in ("full super-deduction", "no super-deduction"):
        assert abs(LEVERS.effect("rd_spending", policy, 0, 40).share) < 0.01


def test_finding_guidance_money_does_not_crowd_private_commitments_out():
    """The overhang counts private dry powder only, and filled funds wait less: private commitments even rise a little."""
    assert not LEVERS.effect("social_commitments", "twice the guidance money", 4, 32).is_down


def test_finding_a_venture_deduction_moves_no_money_into_early_projects():
    """Partners do not look at the deduction when they commit, so it only costs tax."""
    effect = LEVERS.effect("early_equity_share", "no venture deduction", 0, 32)
    assert abs(effect.share) < 0.05


def test_investors_price_the_protection_that_a_barred_clause_would_have_given():
    """Without the redemption route a round is worth less: the price falls, by less than a quarter."""
    effect = LEVERS.effect("median_pre_money", "no new redemption clauses", 0, 24)
    assert effect.is_down
    assert effect.share > -0.25


def test_finding_guarantees_neither_raise_nor_lower_defaults():
    """Banks look less closely at what others insure, but what they could see decides the payments of few borrowers."""
    assert abs(LEVERS.effect("default_rate", "no guarantee coverage", 0, 16).share) < 0.05
