"""Links held at their baseline path and impulses, in small economies."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.agents.enterprise import RD, STAGE, VALIDATED_AT, VENTURE
from simulation.agents.founder import VENTURE_BIT
from simulation.agents.population import MEAN_MULTIPLE, PAST_EXIT
from simulation.economy.followed import EXITED, Followed, ranks
from simulation.economy.impulse import Injection
from simulation.economy.links import LINKS, Holding, Recording
from simulation.economy.quarter import play_quarter
from simulation.economy.run import BURN_IN, Recorder, advance, policy_of
from simulation.indicators.definitions import INDICATORS
from simulation.markets import fundraising, origination
from simulation.scenario.load import load_scenario
from tests.helpers.play import baseline, warmed

SCALE, START, END = 0.003, 12, 28
PLACE = {name: place for place, name in enumerate(INDICATORS)}


@pytest.fixture(scope="module")
def policy():
    return load_scenario("open_exits")


@pytest.fixture(scope="module")
def past():
    return warmed(1, SCALE, START)


@pytest.fixture(scope="module")
def base(past):
    """The baseline from 2024Q1 on: the state at its end, its indicators, the path of every link."""
    recording = Recording(LINKS)
    state, recorder = played(past, baseline(), recording)
    return state, recorder, recording.path


def played(past, scenario, around=None, until=END, follow=False):
    """A copy of the past played on."""
    state, recorder = past.copy(), Recorder(False)
    if follow:
        recorder.followed = Followed.begin(state, START, until - 1)
    advance(state, scenario, until, recorder, around=around)
    return state, recorder


def total(recorder, indicator):
    return float(np.nansum(np.array(recorder.indicators)[:, PLACE[indicator]]))


def test_recording_a_path_changes_nothing(past, base):
    assert played(past, baseline())[0].hash() == base[0].hash()


@pytest.mark.parametrize("link", [*LINKS, "all"])
def test_a_link_held_at_the_runs_own_path_changes_nothing(past, base, link):
    held = Holding(LINKS if link == "all" else [link], base[2])
    assert played(past, baseline(), held)[0].hash() == base[0].hash()


def test_the_rule_reads_the_recorded_value_and_the_run_keeps_its_own(past, base, policy):
    (hold,) = LINKS["exits_to_entry"].holds
    assert hold.stage is origination.MECHANISM.stages[0]
    state = played(past, policy)[0]
    own = state.past[PAST_EXIT].copy()
    was = base[2]["exits_to_entry", 0, BURN_IN + END - 1]
    undo = hold.put(state, was, {})
    assert np.array_equal(state.past[PAST_EXIT], was[0][0])
    assert not np.array_equal(state.past[PAST_EXIT], own)
    undo()
    assert np.array_equal(state.past[PAST_EXIT], own)


def test_without_its_links_entry_does_not_feel_a_policy(past, base, policy):
    """Projects answer funding, exits, leaders' research and founders; all four held, a window changes nothing in entry."""
    entry = [link for link in LINKS if link.endswith("_to_entry")]
    assert len(entry) == 4
    assert total(played(past, policy)[1], "projects_entered") != total(base[1], "projects_entered")
    assert total(played(past, policy, Holding(entry, base[2]))[1], "projects_entered") == total(
        base[1], "projects_entered"
    )


def test_without_their_links_commitments_do_not_feel_a_policy(past, base, policy):
    links = ["distributions_to_commitments", "dry_powder_to_commitments"]
    assert total(played(past, policy)[1], "social_commitments") != total(base[1], "social_commitments")
    held = total(played(past, policy, Holding(links, base[2]))[1], "social_commitments")
    assert held == pytest.approx(total(base[1], "social_commitments"), rel=1e-12)


def test_returns_are_what_expectations_are_made_of(past, base, policy):
    """With the multiples held, partners expect what they expect in the baseline."""
    path = base[2]
    for t in range(BURN_IN + START, BURN_IN + END):
        assert ("distributions_to_commitments", 0, t) in path
    state = played(past, policy, Holding(["exits_to_distributions"], path))[0]
    expected = path["distributions_to_commitments", 0, BURN_IN + END - 1][1]
    assert state.memory[MEAN_MULTIPLE] == pytest.approx(expected, rel=1e-4)  # what is given up beside guidance money may move


def test_as_much_private_money_reaches_funds_as_in_the_baseline(past, base, policy):
    path = base[2]
    delivered = []

    class Counting(Holding):
        def __call__(self, stage, q):
            super().__call__(stage, q)
            if stage is fundraising.MECHANISM.stages[1]:
                delivered.append(LINKS["commitments_to_rounds"].holds[0].after(q.state))

    holding = Counting(["commitments_to_rounds"], path)
    played(past, policy, holding)
    due = sum(path["commitments_to_rounds", 0, t][1] for t in range(BURN_IN + START, BURN_IN + END))
    left = holding.notes["commitments_to_rounds", 0]["due"]
    assert sum(delivered) + left == pytest.approx(due, abs=0.01)
    assert abs(left) < 0.25 * due


def test_validation_that_banks_do_not_know_of_is_put_back(past, base, policy):
    state = played(past, policy, Holding(["validation_to_credit", "validation_to_rounds"], base[2]))[0]
    code = state.firm.code[:, : state.firm.used]
    late = (code[VENTURE] == 1) & (code[VALIDATED_AT] >= BURN_IN + START)
    assert late.any()
    assert (code[STAGE, late] != 0).all()


def test_every_link_has_labels_in_both_languages():
    for link in LINKS.values():
        assert link.label_en
        assert link.sentence
        assert any(ord(letter) > 0x2E7F for letter in link.label_zh), link.id
        assert link.holds


def test_an_impulse_of_zero_is_none(past, base):
    assert played(past, baseline(), Injection(0.0, START))[0].hash() == base[0].hash()


def test_an_impulse_adds_its_share_of_last_years_commitments_and_nothing_before(past):
    injection = Injection(0.5, START + 1)
    state = past.copy()
    offered = []
    for _ in range(2):
        play_quarter(state, policy_of(baseline(), state, {}), False, {}, 1, injection)
        offered.append(float(state.now[fundraising.PAST_COMMITTED]))
        state.quarter += 1
    last_year = [*past.past[fundraising.PAST_COMMITTED, :3], offered[0]]
    assert injection.amount == pytest.approx(0.5 * sum(last_year) / (1000.0 * SCALE))
    plain = played(past, baseline(), until=START + 2)[1]
    assert offered[1] / (1000.0 * SCALE) == pytest.approx(np.array(plain.indicators)[1, PLACE["social_commitments"]])


def test_money_injected_ends_in_funds(past, base):
    injection = Injection(0.5, START)
    recorder = played(past, baseline(), injection)[1]
    assert 0.0 <= injection.left < injection.amount
    assert total(recorder, "equity_invested") > total(base[1], "equity_invested")


def test_enterprises_that_are_followed_add_up_to_the_country(past):
    """R&D and equity by enterprise sum to the national indicators; nobody is counted twice."""
    recorder = played(past, baseline(), follow=True)[1]
    table, sources = recorder.followed.table(), recorder.followed.source_table()
    assert len(np.unique(table["enterprise"])) == len(table["enterprise"])
    rd = table["rd"].sum(dtype=float) / (1000.0 * SCALE)
    assert rd == pytest.approx(total(recorder, "rd_spending"), rel=1e-5)
    equity = sum(sources[name].sum() for name in ("private", "public", "other"))
    assert equity == pytest.approx(total(recorder, "equity_invested"), rel=1e-9)
    assert set(sources["quarter"]) == set(range(START, END))
    venture = (table["enterprise"] & VENTURE_BIT) != 0
    assert (table["reached"][venture] >= table["before"][venture]).all()
    assert (table["private_equity"][~venture] == 0.0).all()


def test_following_changes_nothing_and_stops_with_its_window(past, base):
    state, recorder = past.copy(), Recorder(False)
    recorder.followed = Followed.begin(state, START + 4, END - 5)
    advance(state, baseline(), END, recorder)
    assert state.hash() == base[0].hash()
    inside = np.array(base[1].indicators)[4 : END - 4 - START, PLACE["rd_spending"]].sum()
    table = recorder.followed.table()
    assert table["rd"].sum(dtype=float) / (1000.0 * SCALE) == pytest.approx(inside, rel=1e-5)
    assert state.firm.num[RD, : state.firm.used].sum() > 0.0


def test_ranks_of_stages():
    assert list(ranks(np.array([0, 1, 2, 3, 4, 5, -1, -2, -9]))) == [0, 1, 2, 3, 3, EXITED, -1, EXITED, -1]
