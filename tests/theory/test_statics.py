"""Comparative statics: every sign that was clear when docs/statics.md was made is found again (long), and the parts that
find it measure what they say (quick)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest

from simulation.errors import UsageError
from simulation.experiments.comparative_statics import SIGNS, asked
from simulation.experiments.references import DOCS
from simulation.experiments.statics.comparisons import COMPARISONS, all_arms, groups
from simulation.experiments.statics.measures import (
    PLACE,
    WATCH,
    Found,
    by_seed,
    evaluate,
    label_of,
    sign,
    smooth,
    unit_of,
    verdict,
)
from simulation.experiments.statics.page import records_of, section
from simulation.experiments.statics.play import Future, Seed, baseline, play_all, play_seed, scenario_of
from simulation.experiments.statics.records import BASE, Arm, Claim
from simulation.experiments.statics.watches import PATIENCE, WATCHES, FirstSupport
from simulation.indicators.definitions import INDICATORS
from simulation.scenario.parameter import parameter
from simulation.scenario.quarters import FIRST_POLICY_QUARTER

CLAIMS = {claim.id: claim for one in COMPARISONS for claim in one.claims}


@cache
def recorded() -> dict[str, Any]:
    """What docs/statics.md was made from."""
    return json.loads(SIGNS.read_text(encoding="utf-8"))


CLEAR = [name for name, row in recorded()["claims"].items() if row["sign"]]


@pytest.fixture(scope="module")
def played() -> list[Seed]:
    """All arms at the documented seeds and scale, played anew."""
    return play_all(range(1, recorded()["seeds"] + 1), recorded()["scale"], groups(), keep=False)


@pytest.mark.long
@pytest.mark.parametrize("name", CLEAR)
def test_a_sign_that_was_clear_is_found_again(played: list[Seed], name: str) -> None:
    assert sign(CLAIMS[name], evaluate(CLAIMS[name], played)) == recorded()["claims"][name]["sign"]


# Quick from here on: the list, the page, and the measures on made-up runs.


def test_seeds_played_side_by_side_are_the_same_as_one_after_the_other() -> None:
    some = [(arms[:1], ()) for arms, _ in groups()[:1]]
    alone, beside = (play_all([1, 2], 0.002, some, keep=False, workers=workers) for workers in (1, 2))
    for one, other in zip(alone, beside, strict=True):
        assert one.keys() == other.keys()
        for name, future in one.items():
            np.testing.assert_array_equal(future.indicators, other[name].indicators)
            assert future.figures == other[name].figures


def test_all_twelve_comparisons_have_arms_and_claims() -> None:
    assert [one.number for one in COMPARISONS] == [f"C{n}" for n in range(1, 13)]
    for one in COMPARISONS:
        assert one.arms
        assert any(claim.expected != "report" for claim in one.claims)
        assert one.label_en
        assert one.label_zh
        assert all(arm.label_en and arm.label_zh for arm in one.arms)


def test_every_claim_is_between_arms_that_are_played_and_within_their_quarters() -> None:
    arms = {arm.name: arm for arm in all_arms()}
    assert len(arms) == len(all_arms())
    assert len(CLAIMS) == sum(len(one.claims) for one in COMPARISONS)
    for one in COMPARISONS:
        own = {arm.name for arm in one.arms} | {BASE}
        for claim in one.claims:
            named = {claim.start, claim.to, *filter(None, (claim.middle, claim.against))}
            assert named <= own, claim.id
            assert all(claim.window[1] < arms[name].quarters for name in named), claim.id
            assert label_of(claim.measure)
            assert unit_of(claim.measure)
            assert claim.kind != "bought" or all(arms[name].followed for name in named)


def test_no_arm_differs_from_the_baseline_before_2024Q1_and_one_is_the_baseline_itself() -> None:
    first = {arm.name: scenario_of(arm).diverges_from(baseline()) for arm in all_arms()}
    same = [name for name, quarter in first.items() if quarter != FIRST_POLICY_QUARTER]
    assert same == [BASE, "cover10"]  # cover 1 stands beside 0.5 and 1.2 under its own name
    assert min(first.values()) == FIRST_POLICY_QUARTER


def test_an_assumption_of_an_arm_holds_from_2024Q1_on() -> None:
    arm = next(arm for arm in all_arms() if arm.assumptions)
    path = scenario_of(arm).timeline.path
    for name, value in arm.assumptions.items():
        assert (path[FIRST_POLICY_QUARTER:, parameter(name)] == value).all()
        assert (path[FIRST_POLICY_QUARTER - 1, parameter(name)] != value).all()


def test_the_page_says_what_the_list_of_signs_says() -> None:
    text = (DOCS / "statics.md").read_text(encoding="utf-8")
    assert f"{recorded()['seeds']} paired seeds, scale {recorded()['scale']:g}" in text
    assert set(recorded()["claims"]) == set(CLAIMS)
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ") and line.count("|") == 10]
    verdicts = [cells[-1].removesuffix(" |") for cells in rows if cells[0] != "| From" and "---" not in cells[0]]
    assert verdicts == [recorded()["claims"][claim.id]["verdict"] for one in COMPARISONS for claim in one.claims]


def test_every_contrary_sign_on_the_page_has_its_mechanism() -> None:
    text = (DOCS / "statics.md").read_text(encoding="utf-8")
    contrary = sum(row["verdict"] == "contrary" for row in recorded()["claims"].values())
    assert text.count("**Contrary: ") == contrary


def future(figures: dict[str, tuple[float, float]] | None = None, quarters: int = 40, **series: Any) -> Future:
    """A run in which only the named indicators and watches have values."""
    values, weights = np.zeros((quarters, len(INDICATORS))), np.zeros((quarters, len(INDICATORS)))
    watched = np.zeros((quarters, len(WATCHES), 2))
    for name, path in series.items():
        if name in WATCHES:
            watched[:, WATCH[name]] = path
        else:
            values[:, PLACE[name]], weights[:, PLACE[name]] = path, 1.0
    return Future(values, weights, watched, figures or {})


def seeds(*pairs: tuple[Future, Future]) -> list[Seed]:
    return [{"a": start, "b": to} for start, to in pairs]


def test_a_watch_is_a_ratio_of_sums_and_a_flow_is_a_year_s() -> None:
    run = future(queue_research=np.array([[6.0, 3.0]] * 20 + [[0.0, 0.0]] * 20), bank_loss=np.array([[2.0, 1.0]] * 40))
    played = seeds((run, run))
    assert by_seed(played, "a", "queue_research", (0, 39))[0] == 2.0
    assert by_seed(played, "a", "bank_loss", (0, 39))[0] == pytest.approx(8.0)


def test_the_share_of_acquisitions_leaves_other_exits_out() -> None:
    run = future(exits_acquisition=3.0, exits_ipo=1.0, exits_writeoff=50.0)
    assert by_seed(seeds((run, run)), "a", "acquisition_share", (0, 39))[0] == pytest.approx(75.0)


def test_an_effect_has_the_sign_of_the_difference_and_an_interval_over_seeds() -> None:
    played = seeds(*((future(projects_entered=10.0 + n), future(projects_entered=12.0 + n + 0.1 * (n % 2))) for n in range(8)))
    found = evaluate(Claim("x", "projects_entered", "up", "a", "b"), played)
    assert found.value == pytest.approx(8.2)
    assert 8.0 < found.low < found.value < found.high < 8.5
    assert verdict(Claim("x", "projects_entered", "down", "a", "b"), found) == "contrary"


def test_an_increment_that_shrinks_bends_down() -> None:
    played = [
        {"a": future(equity_deals=1.0 + n), "m": future(equity_deals=5.0 + n), "b": future(equity_deals=6.0 + 1.01 * n)}
        for n in range(4)
    ]  # fmt: skip
    found = evaluate(Claim("x", "equity_deals", "down", "a", "b", kind="bend", middle="m"), played)
    assert found.value == pytest.approx(4.0 * (-3.0 + 0.01 * 1.5))
    assert sign(CLAIMS["C11.bend.platform_financing"], found) == -1


def test_the_gap_of_two_gains_is_in_points_of_percent() -> None:
    played = seeds(*(
        (future(funded_share=10.0, valley_survival=20.0), future(funded_share=15.0 + 0.1 * n, valley_survival=22.0))
        for n in (-1, 0, 1)
    ))  # fmt: skip
    found = evaluate(Claim("x", "valley_survival", "down", "a", "b", kind="gap", other="funded_share"), played)
    assert found.value == pytest.approx(10.0 - 50.0)


def hill(peak: int) -> np.ndarray:
    return np.exp(-0.5 * ((np.arange(40) - peak) / 3.0) ** 2)


def test_the_lag_is_counted_from_peak_to_peak() -> None:
    flat = future(exits_ipo=0.0, projects_entered=0.0)
    played = seeds(*((flat, future(exits_ipo=hill(10), projects_entered=hill(19))) for _ in range(3)))
    claim = Claim("x", "projects_entered", "up", "a", "b", kind="lag", other="exits_ipo", reference=3.5)
    found = evaluate(claim, played)
    assert (found.value, found.low, found.high) == (9.0, 9.0, 9.0)
    assert verdict(claim, found) == "as expected"
    played = seeds(*((flat, future(exits_ipo=hill(10), projects_entered=hill(12))) for _ in range(3)))
    assert verdict(claim, evaluate(claim, played)) == "contrary"


def test_smoothing_is_a_mean_of_four_quarters() -> None:
    assert smooth(np.array([[4.0, 0.0, 0.0, 0.0, 8.0, np.nan]])).tolist() == [[1.0, 2.0, 2.0]]


def test_what_public_money_bought_is_a_ratio_of_sums_over_seeds() -> None:
    def arm(equity: float, money: float) -> Future:
        return future({"pair_equity_public_equity|none": (equity, 1.0), "money_public_equity|none": (money, 1.0)})

    played = seeds((arm(1.0, 2.0), arm(3.0, 2.0)), (arm(1.0, 2.0), arm(1.0, 2.0)))
    claim = Claim("x", "pair_equity", "report", "a", "b", kind="bought", other="money", against="none")
    found = evaluate(claim, played)
    assert (found.start, found.to, found.value) == (0.5, 1.0, 0.5)


@pytest.mark.parametrize(
    ("expected", "low", "high", "says"),
    [
        ("up", 1.0, 2.0, "as expected"), ("up", -2.0, -1.0, "contrary"), ("up", -1.0, 2.0, "not told from luck"),
        ("down", -2.0, -1.0, "as expected"), ("same", -1.0, 2.0, "as expected"), ("same", 1.0, 2.0, "contrary"),
        ("report", 1.0, 2.0, "reported: up"), ("report", -1.0, 2.0, "reported: not told from luck"),
        ("up", np.nan, np.nan, "not measured"),
    ],
)  # fmt: skip
def test_verdicts(expected: Any, low: float, high: float, says: str) -> None:
    middle = 0.5 * (low + high)
    found = Found(1.0, 1.0, middle, low, high, 0.0, 30)
    assert verdict(Claim("x", "equity_deals", expected, "a", "b"), found) == says


def test_the_wait_for_support_counts_who_never_gets_any_as_the_longest() -> None:
    from simulation.agents import tally as tl

    seen = FirstSupport()
    events: Sequence[tuple[int, list[int], list[int]]] = (
        (12, [tl.GRANT, tl.CERTIFICATION, tl.CERTIFICATION], [1, 1, 2]),  # the grant came in the quarter itself
        (13, [tl.CERTIFICATION], [3]),
        (15, [tl.GRANT, tl.GRANT], [3, 3]),
        (30, [tl.CERTIFICATION], [4]),  # too late to be followed
    )
    for quarter, kinds, who in events:
        seen.observe(quarter, np.array(kinds), np.array(who), 20)
    assert seen.close() == (0.0 + 2.0 + PATIENCE, 3.0)


def test_what_was_contrary_is_followed_by_its_mechanism() -> None:
    one = COMPARISONS[1]
    found = {claim.id: Found(1.0, 0.5, -0.5, -0.7, -0.3, -50.0, 30) for claim in one.claims}
    text = "\n".join(section(one, found))
    assert text.count("**Contrary: ") == sum(claim.expected in ("up", "same") for claim in one.claims)


def test_the_list_of_signs_has_no_number_where_there_is_none() -> None:
    found = {name: Found(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 0) for name in CLAIMS}
    row = records_of(found, 2, 0.01)["claims"]["C1.lag"]
    assert row == {"value": None, "low": None, "high": None, "sign": 0, "verdict": "not measured"}


@pytest.mark.parametrize("arguments", [["many"], ["1"], ["30", "2"], ["30", "x"]])
def test_seeds_and_scale_that_cannot_be_played_are_refused(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        asked(arguments)


def test_a_small_economy_gives_every_watch_and_figure() -> None:
    arms = (Arm(BASE, "Baseline", "基准", quarters=4, followed=True), Arm("open", "Open", "放宽", {"ipo_window": 1.5}, quarters=4, followed=True))
    played = play_seed(1, 0.005, arms, ((BASE, "open"),))
    assert played["open"].watched.shape == (4, len(WATCHES), 2)
    assert played["open"].indicators.shape == (4, len(INDICATORS))
    assert "pair_equity_public_equity|base" in played["open"].figures
    assert by_seed([played], BASE, "early_funded", (0, 3))[0] > 0.0
    share = by_seed([played], BASE, "care_left", (0, 3))[0]
    assert 0.5 < share <= 1.01
