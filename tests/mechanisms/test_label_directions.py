"""Which way the levers of the label move the list, in paired experiments; findings that surprise are told as they are."""

from __future__ import annotations

import pytest

from tests.direction.arms import POLICIES, Experiment

pytestmark = pytest.mark.long
LABELS, MANY = Experiment(seeds=8, quarters=40), Experiment(seeds=20, quarters=40)
WIDE = {"eval_capacity": 3000, "local_pref_grant": 30}
POLICIES |= {
    "wide evaluation": {"eval_capacity": 3000},
    "narrow evaluation": {"eval_capacity": 200},
    "no standards": {"eval_standard_spend": 0},
    "many challenges": {"jb_posts": 200},
    "rich and unguarded": WIDE | {"label_benefit": 1, "eval_standard_spend": 0},
    "rich and guarded": WIDE | {"label_benefit": 1, "eval_standard_spend": 450},
    "unguarded without benefits": WIDE | {"label_benefit": 0, "eval_standard_spend": 0},
}
SIGNS = (
    ("wide evaluation", "certified_in_force", "baseline", 1),
    ("narrow evaluation", "certified_in_force", "baseline", -1),
    ("no standards", "certified_false_positive_share", "baseline", 1),
    ("many challenges", "certified_in_force", "baseline", 1),
    ("many challenges", "rd_spending", "baseline", 1),
    ("rich and unguarded", "certified_false_positive_share", "unguarded without benefits", 1),
    ("rich and unguarded", "certified_mean_quality", "unguarded without benefits", -1),
    ("rich and unguarded", "label_credibility", "unguarded without benefits", -1),
    ("rich and unguarded", "certified_false_positive_share", "rich and guarded", 1),
    ("rich and unguarded", "packaging_share", "rich and guarded", 1),
)


@pytest.mark.parametrize(("policy", "indicator", "against", "sign"), SIGNS, ids=str)
def test_a_lever_of_the_label_moves_the_list(policy, indicator, against, sign):
    effect = LABELS.effect(indicator, policy, 16, 40, against)
    assert effect.share * sign > effect.margin, f"{effect.share:+.3f} +- {effect.margin:.3f}"


def test_nobody_dresses_up_for_a_certificate_without_benefits_and_many_do_for_a_rich_one():
    without = LABELS.column("unguarded without benefits", "packaging_share", 0, 40)
    assert without.max() == 0.0
    assert LABELS.column("rich and unguarded", "packaging_share", 5, 16).mean() > 10.0


def test_finding_dressing_up_dies_out_in_some_economies_and_lasts_in_others():
    """Applicants learn what holders got ahead of others; where local budgets are at their limits that is little."""
    late = LABELS.column("rich and unguarded", "packaging_share", 28, 40)
    assert late.min() == 0.0
    assert late.max() > 30.0


def test_finding_standards_keep_weak_firms_off_the_list_and_hardly_move_its_credibility():
    """Most of the list is past its stage tests; the tests that financiers see are few and say little about standards."""
    effect = LABELS.effect("label_credibility", "rich and unguarded", 16, 40, "rich and guarded")
    assert not effect.is_up
    assert abs(effect.share) < 0.3


def test_finding_benefits_make_the_list_longer_and_worse():
    """With grants for the certified more are on the list than without any benefit, at the same capacity, and weaker ones."""
    against = "unguarded without benefits"
    assert MANY.effect("certified_in_force", "rich and unguarded", 16, 40, against).is_up
    assert MANY.effect("certified_mean_quality", "rich and unguarded", 16, 40, against).is_down
