"""Guidance terms and coordination over ten years, in paired experiments; findings that surprise are told as they are."""

from __future__ import annotations

import pytest

from tests.direction.arms import Experiment

pytestmark = pytest.mark.long
PLACES, MANY = Experiment(seeds=8, quarters=40), Experiment(seeds=20, quarters=40)
APART, AS_ONE = "double support, departments apart", "double support, departments as one"

# policy, indicator, quarters after 2024Q1, sign, against
SIGNS = (
    ("first loss", "social_commitments", 0, 40, 1, "baseline"),
    ("first loss", "public_cost", 0, 40, 1, "baseline"),
    ("first loss", "contingent_liabilities", 4, 40, 1, "baseline"),
    ("full fault tolerance", "funded_share", 0, 40, 1, "baseline"),
    ("strict early mandate", "early_equity_share", 0, 40, 1, "baseline"),
    ("strict early mandate", "flow_dpi", 4, 40, -1, "baseline"),
    ("low guidance cap", "social_leverage", 0, 40, 1, "baseline"),
    ("higher guidance cap", "social_leverage", 0, 40, -1, "baseline"),
    ("low guidance cap", "guidance_not_placed", 0, 40, 1, "baseline"),
    ("low guidance cap", "equity_invested", 8, 40, -1, "baseline"),
    (AS_ONE, "overlap_waste", 0, 40, -1, APART),
    (AS_ONE, "public_cost", 0, 40, -1, APART),
)  # fmt: skip


@pytest.mark.parametrize(("policy", "indicator", "first", "last", "sign", "against"), SIGNS, ids=str)
def test_a_term_moves_what_it_is_meant_to_move(policy, indicator, first, last, sign, against):
    k = PLACES.column(against, indicator, first, last).mean()
    if k == 0.0:
        assert PLACES.column(policy, indicator, first, last).min() * sign > 0.0
        return
    effect = PLACES.effect(indicator, policy, first, last, against)
    assert effect.share * sign > effect.margin, f"{effect.share:+.3f} +- {effect.margin:.3f}"


def test_full_fault_tolerance_moves_money_to_early_rounds():
    assert MANY.effect("early_equity_share", "full fault tolerance", 0, 40).is_up


def test_finding_full_fault_tolerance_costs_no_distributions_that_could_be_told_from_luck():
    effect = MANY.effect("flow_dpi", "full fault tolerance", 8, 40)
    assert abs(effect.share) < 0.05
    assert effect.share - effect.margin < 0.0 < effect.share + effect.margin


def test_finding_an_early_mandate_helps_fewer_projects_across_the_valley_than_it_funds():
    """Money moves to early rounds; in the pilot stage it is missing (the graduation crunch): survival rises by less."""
    early = PLACES.effect("early_equity_share", "strict early mandate", 0, 40).share
    assert PLACES.effect("valley_survival", "strict early mandate", 12, 40).share < early


def test_finding_a_strict_return_duty_keeps_money_at_home_without_raising_leverage_or_equity():
    for indicator in ("equity_invested", "social_leverage"):
        assert not PLACES.effect(indicator, "twofold return duty", 0, 40, "no return duty").is_up


def test_finding_double_support_buys_nothing_more():
    """What departments pay above the cost they mean to cover does not bring more research."""
    assert abs(PLACES.effect("rd_spending", AS_ONE, 0, 40, APART).share) < 0.01
