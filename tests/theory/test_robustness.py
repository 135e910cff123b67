"""Findings that survive: told apart on made-up numbers, found again on seeds that were never used."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.experiments import robustness as rb
from simulation.experiments.effects import mean_interval
from simulation.indicators.definitions import INDICATORS
from simulation.scenario.parameter import CATALOGUE


def row(world: str, found: tuple[float, float, float]) -> dict:
    return {"world": world, "claims": {"open_exits/flow_dpi": list(found)}}


CLAIM = rb.Claim("open_exits", "flow_dpi")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([(1.0, 0.5, 1.5), (2.0, 1.0, 3.0)], "survives all"),
        ([(1.0, 0.5, 1.5), (2.0, -1.0, 3.0)], "fades"),
        ([(1.0, 0.5, 1.5), (-2.0, -3.0, -1.0)], "turns"),
        ([(1.0, -0.5, 1.5), (2.0, -1.0, 3.0)], "not told from luck"),
        ([(1.0, -0.5, 1.5), (2.0, 1.0, 3.0)], "not told from luck, but elsewhere"),
    ],
)
def test_a_verdict_follows_from_the_intervals(found, verdict):
    rows = [row(f"world {k}", one) for k, one in enumerate(found)]
    assert rb.survives(rows, CLAIM)[0] == verdict


def arms(**values: float) -> dict[str, np.ndarray]:
    """Every arm at ten everywhere but for `arm__indicator`; two seeds."""
    made = {name: np.full((2, len(INDICATORS)), 10.0) for name in ("baseline", *rb.POLICIES, "both")}
    for key, value in values.items():
        arm, _, indicator = key.partition("__")
        made[arm][:, list(INDICATORS).index(indicator)] = value
    return made


def test_worlds_that_have_been_played_are_kept_and_only_the_others_played(monkeypatch):
    asked = []
    monkeypatch.setattr(rb, "played", lambda world: asked.append(world.name) or arms())
    there = [{"world": world.name} for world in rb.worlds(2, 0.01)[:-1]]
    rows = rb.played_worlds(2, 0.01, there)
    assert rows[:-1] == there
    assert asked == [rows[-1]["world"]] == [rb.worlds(2, 0.01)[-1].name]


def test_no_world_is_the_baseline_under_another_name():
    changed = [world.changes for world in rb.worlds(2, 0.01) if set(world.changes) <= set(rb.DEBATABLE)]
    assert all(CATALOGUE[name].value != value for one in changed for name, value in one.items())
    assert {name for one in changed for name in one} == set(rb.DEBATABLE)


def test_an_interaction_is_what_goes_beyond_the_sum():
    made = arms(early_mandate__equity_invested=12.0, open_exits__equity_invested=15.0, both__equity_invested=18.0)
    assert rb.effect(made, rb.Claim("interaction", "equity_invested"))[0] == pytest.approx(1.0)


def test_a_pair_survives_if_it_has_the_same_order_in_every_world():
    nan = float("nan")
    one, other = [("a", 3.0), ("b", 2.0), ("c", 1.0)], [("b", 2.0), ("a", 1.0), ("c", 0.0)]
    assert rb.always_ahead([one, other]) == [("a", "c"), ("b", "c")]
    assert rb.always_ahead([one, [("a", 1.0), ("c", nan), ("b", nan)]]) == []


def test_a_ranking_goes_by_what_a_yuan_buys():
    made = arms(
        bigger_grants__equity_invested=14.0, bigger_grants__public_cost=12.0, more_guidance__equity_invested=13.0,
        more_guidance__public_cost=11.0, cheaper_loans__equity_invested=20.0,
    )  # fmt: skip
    order = rb.ranking(made, "equity_invested")
    assert [name for name, _ in order[:2]] == ["more_guidance", "bigger_grants"]
    assert [value for _, value in order[:2]] == [3.0, 2.0]
    assert all(np.isnan(value) for _, value in order[2:])  # without cost a ranking by cost says nothing


def test_an_interval_is_the_t_interval_of_paired_differences():
    mean, low, high = mean_interval(np.array([1.0, 2.0, 3.0]))
    assert (mean, high - mean, mean - low) == pytest.approx((2.0, 4.302653 / np.sqrt(3), 4.302653 / np.sqrt(3)))


def test_the_page_is_that_of_the_numbers_beside_it():
    rows, equal = rb.kept()
    assert (rb.DOCS / "robustness.md").read_text(encoding="utf-8") == rb.page(rows, equal)
    assert len(rows) >= 20
    assert {one["world"] for one in equal} <= {world.name for world, _ in rb.scaled_worlds(rows)}


@pytest.mark.long
def test_what_survives_everywhere_is_found_again_on_other_seeds():
    rows, _ = rb.kept()
    world = rb.World("again", tuple(range(401, 409)), 0.05)
    found = rb.summary(world, rb.played(world, quiet=True))
    for claim in rb.CLAIMS:
        if rb.survives(rows, claim)[0] == "survives all":
            key = f"{claim.policy}/{claim.indicator}"
            assert rb.sign(tuple(found["claims"][key])) == rb.sign(tuple(rows[0]["claims"][key])), claim.words
