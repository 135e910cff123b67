"""The cycle: a listing window moves exits, exits move money back, money moves commitments, and projects follow."""

from __future__ import annotations

import pytest

from tests.direction.arms import FEWEST, Experiment

CYCLE = Experiment(seeds=4, quarters=28)
OPENING = {"policy": "open window"}
CLOSING = {"policy": "closed window", "against": "normal window"}


def test_the_events_compared_are_many():
    assert CYCLE.events("exits_ipo", "normal window", 0, 12) > FEWEST
    assert CYCLE.events("exits_ipo", "baseline", 0, 12) > FEWEST
    assert CYCLE.events("projects_entered", "closed window", 10, 28) > 100 * FEWEST


@pytest.mark.parametrize(("indicator", "first", "last"), (("exits_ipo", 0, 8), ("exit_value", 0, 8), ("flow_dpi", 4, 16)))
def test_a_wider_window_brings_listings_and_then_money_back(indicator, first, last):
    assert CYCLE.effect(indicator, first=first, last=last, **OPENING).is_up


def test_partners_commit_more_two_years_after_the_window_opens():
    assert CYCLE.effect("social_commitments", first=8, last=24, **OPENING).is_up


def test_more_projects_enter_two_and_a_half_years_after_the_window_opens():
    assert CYCLE.effect("projects_entered", first=10, last=28, **OPENING).is_up


@pytest.mark.parametrize(("indicator", "first", "last"), (("exits_ipo", 0, 8), ("exit_value", 0, 8), ("flow_dpi", 4, 16)))
def test_a_closed_window_dries_up_listings_and_then_money_back(indicator, first, last):
    assert CYCLE.effect(indicator, first=first, last=last, **CLOSING).is_down


def test_a_closed_listing_window_lowers_new_commitments_two_years_later():
    assert CYCLE.effect("social_commitments", first=8, last=24, **CLOSING).is_down


def test_fewer_projects_enter_after_the_window_closes():
    assert CYCLE.effect("projects_entered", first=10, last=28, **CLOSING).is_down


def test_the_wait_for_a_listing_falls_when_the_window_opens_and_rises_when_it_closes():
    assert CYCLE.effect("listing_wait", first=2, last=16, **OPENING).is_down
    assert CYCLE.effect("listing_wait", first=2, last=16, **CLOSING).is_up


def test_commitments_answer_later_than_exits():
    early = CYCLE.effect("social_commitments", first=0, last=4, **OPENING)
    late = CYCLE.effect("social_commitments", first=8, last=24, **OPENING)
    assert late.share > 3.0 * abs(early.share)
    assert CYCLE.effect("exits_ipo", first=0, last=4, **OPENING).is_up
