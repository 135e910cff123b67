"""A plan is checked before anything is played, and its hash changes with everything that decides the numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulation.errors import UsageError
from simulation.experiments.conduct import Way, announce
from simulation.experiments.options import seeds_text
from simulation.experiments.plan import make_plan, quick_or
from simulation.scenario.load import load_scenario

BASELINE = load_scenario("baseline")
OPEN = load_scenario("open_exits")
LATE = load_scenario({"name": "late", "extends": "baseline", "levers": {"lockup": {"from": "2026Q1", "value": 2}}})
NO_KNOWLEDGE = load_scenario("baseline", without=["knowledge"])


def plan(*scenarios, seeds=2, quarters=60, scale=0.01, window=None, draft=False):
    return make_plan("compare" if len(scenarios) > 1 else "run", scenarios, seeds, quarters, scale, window, draft)


@pytest.mark.parametrize(
    ("asked", "seeds"),
    [
        (3, (1, 2, 3)),
        ("3", (1, 2, 3)),
        ([7, 5], (7, 5)),
        ("5-8", (5, 6, 7, 8)),
        ("1,4,9-10", (1, 4, 9, 10)),
        ("7-7", (7,)),
    ],
)
def test_seeds_are_a_number_a_range_or_a_list(asked, seeds):
    assert plan(BASELINE, seeds=asked).seeds == seeds


@pytest.mark.parametrize("seeds", [(1,), (1, 2, 3), (5, 6, 7), (1, 4, 9), (7,)])
def test_seeds_in_words_are_read_as_what_they_say(seeds):
    assert plan(BASELINE, seeds=seeds_text(seeds)).seeds == seeds


@pytest.mark.parametrize(
    "asked", [0, -1, "", "x", "3-", "8-5", "1,1", [1, 1], [], [1.5], True, ["a"], 10**6, "9" * 30, [-1], [2**63]]
)
def test_impossible_seeds_are_refused(asked):
    with pytest.raises(UsageError, match="--seeds"):
        plan(BASELINE, seeds=asked)


@pytest.mark.parametrize("scale", [0, -1, 2, float("nan"), float("inf"), "x", True])
def test_impossible_scales_are_refused(scale):
    with pytest.raises(UsageError, match="--scale"):
        plan(BASELINE, scale=scale)


@pytest.mark.parametrize(
    "window", ["", "2024Q1", "2024Q5:2025Q1", "2025Q1:2024Q1", "2024Q1:2036Q1", "2019Q1:2024Q1", "a:b:c"]
)
def test_impossible_windows_are_refused(window):
    with pytest.raises(UsageError, match="--window"):
        plan(BASELINE, OPEN, window=window)


def test_all_faults_of_an_order_are_told_together():
    with pytest.raises(UsageError) as caught:
        plan(BASELINE, seeds=0, quarters=0, scale=0)
    assert [fault.place.file for fault in caught.value.faults] == ["--seeds", "--quarters", "--scale"]


def test_effects_are_taken_from_2024_to_the_last_quarter_unless_said_otherwise():
    assert plan(BASELINE, OPEN).window == (12, 59)
    assert plan(BASELINE, OPEN, quarters=40).window == (12, 39)
    assert plan(BASELINE, OPEN, window="2025Q1:2026Q4").window == (16, 23)


def test_a_comparison_must_reach_the_first_quarter_of_policy():
    with pytest.raises(UsageError, match="13 or more"):
        plan(BASELINE, OPEN, quarters=12)
    assert plan(BASELINE, quarters=12).window == (11, 11)


def test_policies_part_where_the_first_of_them_acts():
    assert plan(BASELINE, LATE).parts_at == 20
    assert plan(BASELINE, LATE, OPEN).parts_at == 12
    assert plan(BASELINE, BASELINE).parts_at is None
    assert plan(BASELINE, NO_KNOWLEDGE).parts_at == 0


def test_common_pasts_end_where_policies_part():
    assert plan(BASELINE, LATE).branch == 20
    assert plan(BASELINE, LATE, NO_KNOWLEDGE).branch == 20
    assert plan(BASELINE, NO_KNOWLEDGE).branch == 12
    assert plan(BASELINE).branch == 12
    assert plan(BASELINE, quarters=4).branch == 4


@pytest.mark.parametrize(
    "other",
    [
        plan(BASELINE, LATE),
        plan(BASELINE, OPEN, seeds=3),
        plan(BASELINE, OPEN, quarters=59),
        plan(BASELINE, OPEN, scale=0.02),
        plan(BASELINE, OPEN, window="2025Q1:2035Q4"),
        plan(BASELINE, OPEN, draft=True),
        plan(OPEN),
    ],
)
def test_the_hash_changes_with_everything_that_decides_the_numbers(other):
    assert other.hash != plan(BASELINE, OPEN).hash


def test_the_hash_does_not_change_with_what_decides_no_number():
    first = plan(BASELINE, OPEN)
    assert replace(first, command="tif compare", sources=("a", "b")).hash == first.hash


def test_two_scenarios_of_one_name_get_two_names():
    assert plan(BASELINE, BASELINE, BASELINE).names == ("baseline", "baseline-again1", "baseline-again2")


def test_the_long_tables_are_kept_for_a_few_seeds_only():
    assert plan(BASELINE, seeds=10).detailed == (1, 2, 3)
    assert plan(BASELINE, seeds=10, scale=1.0).detailed == (1,)


@pytest.mark.parametrize(("seeds", "workers"), [(1, 1), (1, 2), (3, 2), (20, 2), (20, 64)])
def test_jobs_cover_every_run_once(seeds, workers):
    jobs = plan(BASELINE, OPEN, LATE, seeds=seeds).jobs(workers)
    runs = [(name, job.seed) for job in jobs for name, _ in job.scenarios]
    assert sorted(runs) == sorted(
        (name, seed) for name in ("baseline", "open-exits", "late") for seed in range(1, seeds + 1)
    )


def test_quick_means_three_seeds_at_scale_002_unless_others_are_asked_for():
    assert quick_or(None, None, True, "20") == (3, 0.02)
    assert quick_or("5", None, True, "20") == ("5", 0.02)
    assert quick_or(None, None, False, "20") == ("20", 0.1)


def test_what_will_be_played_is_said_before(monkeypatch):
    monkeypatch.setattr("simulation.experiments.speed.is_compiled", lambda: True)
    said = announce(plan(BASELINE, OPEN, seeds=2), Way(workers=2, shared=False))
    assert said.startswith("Playing 2 scenarios, each with 2 seeds, 60 quarters at scale 0.01, on 2 processes: about ")
