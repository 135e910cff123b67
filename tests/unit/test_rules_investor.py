"""How financiers form beliefs, price rounds and answer past returns, in numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.agents import investor as rule
from simulation.agents.population import MEAN_MULTIPLE, MEMORY, MULTIPLES
from simulation.markets.distribution import carried_interest
from simulation.markets.equity import pace_of
from simulation.markets.fundraising import judge_types, opening_shares, power
from simulation.scenario.parameter import DEFAULTS, parameter
from tests.helpers.play import policy_with
from tests.helpers.rules import plain

POSITIVE = st.floats(0.01, 100.0)


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_a_signal_as_noisy_as_the_world_is_half_believed():
    assert plain(rule.belief)(2.0, 1.0, 0.0, 0.0) == (1.0, 0.5)


def test_three_units_of_information_sharpen_a_belief():
    assert plain(rule.belief)(2.0, 1.0, 3.0, 0.0) == (near(1.6), near(0.2))  # noise 1/2: variance .25/1.25


def test_a_founder_with_a_record_is_believed_in_before_any_signal():
    mean, _ = plain(rule.belief)(0.5, 1.0, 0.0, 0.5)
    assert mean == 0.5
    assert plain(rule.belief)(0.0, 1.0, 0.0, 0.5)[0] == 0.25


@given(st.floats(-4.0, 4.0), st.floats(0.1, 3.0), st.floats(0.0, 10.0), st.floats(0.01, 10.0))
def test_information_never_makes_a_belief_vaguer(signal, noise, units, more):
    belief = plain(rule.belief)
    mean, variance = belief(signal, noise, units, 0.0)
    closer, sharper = belief(signal, noise, units + more, 0.0)
    assert sharper < variance < 1.0
    assert abs(closer - signal) <= abs(mean - signal)


def test_two_tries_at_even_odds_pass_three_times_in_four():
    assert plain(rule.chance_of_stage)(0.0, 0.9, 0.0, 0.5, 2.0) == 0.75
    assert plain(rule.chance_of_stage)(0.0, 0.9, 0.0, 0.5, 1.0) == 0.5


@given(st.floats(-3.0, 3.0), st.floats(0.01, 2.0), st.floats(0.0, 0.9))
def test_a_better_belief_raises_the_expected_chance_unless_tests_are_blind(mean, more, variance):
    chance = plain(rule.chance_of_stage)
    assert chance(0.4, 0.9, mean + more, variance, 2.0) > chance(0.4, 0.9, mean, variance, 2.0)
    assert chance(0.4, 0.0, mean + more, variance, 2.0) == chance(0.4, 0.0, mean, variance, 2.0)


def test_an_unknown_project_is_worth_the_mean_potential():
    assert plain(rule.expected_potential)(50.0, 1.2, 0.0, 1.0) == 50.0
    assert plain(rule.expected_potential)(50.0, 1.0, 1.0, 0.0) == near(50.0 * math.sqrt(math.e))


def test_money_in_plenty_raises_the_price_of_a_round_up_to_its_value():
    price = rule.price_of_round
    assert price(0.6, 100.0, 50.0, 2.0, 0.5, 0.3) == near(0.6)  # at the usual dry powder per yuan sought
    assert price(0.4, 400.0, 50.0, 2.0, 0.5, 0.3) == near(0.8)  # four times as much: sqrt(4)
    assert price(0.6, 1e6, 50.0, 2.0, 0.5, 0.3) == 1.0
    assert price(0.6, 0.0, 50.0, 2.0, 0.5, 0.3) == 0.3


@given(POSITIVE, POSITIVE, POSITIVE, st.floats(0.0, 0.5))
def test_scarcer_money_never_raises_the_price(dry, sought, more, pressure):
    price = rule.price_of_round
    assert price(0.65, dry, sought + more, 1.0, pressure, 0.3) <= price(0.65, dry, sought, 1.0, pressure, 0.3)


def test_the_bargaining_share_is_the_price_while_nothing_is_known():
    assert rule.price_of_round(0.65, 10.0, 0.0, 1.0, 0.2, 0.3) == 0.65
    assert rule.price_of_round(0.65, 10.0, 5.0, 0.0, 0.2, 0.3) == 0.65


def test_commitments_follow_past_multiples_by_the_weight_partners_give_them():
    answer = rule.commitment_response
    assert answer(0.7, 1.0, 0.6, 1.0, 0.5) == 1.0
    assert answer(0.5, 4.0, 0.5, 1.0, 0.5) == 1.5  # half of them see doubled attraction
    assert answer(1.0, 0.25, 0.5, 1.0, 0.5) == 0.5
    assert answer(0.0, 9.0, 0.5, 1.0, 0.5) == 1.0


def test_dry_powder_that_waits_holds_new_commitments_back():
    assert rule.commitment_response(0.7, 1.0, 0.6, 4.0, 0.5) == 0.5


@given(POSITIVE, POSITIVE, POSITIVE)
def test_better_outcomes_raise_and_overhang_lowers_commitments(multiple, better, dry):
    answer = rule.commitment_response
    assert answer(0.7, multiple + better, 0.6, dry, 0.5) > answer(0.7, multiple, 0.6, dry, 0.5)
    assert answer(0.7, multiple, 0.6, dry + better, 0.5) < answer(0.7, multiple, 0.6, dry, 0.5)


def test_a_tripled_investment_leaves_partners_with_2_16_after_fees_carry_and_tax():
    # 3 x .9 = 2.7 back; 1.08^5 = 1.4693280768; carry .24613438464; kept 2.45386561536; tax .290773123072
    assert plain(rule.net_multiple)(3.0, 0.02, 0.08, 0.2, 5.0, 0.2) == near(2.163092492288)


def test_below_the_preferred_return_there_is_no_carry_and_below_cost_no_tax():
    net = plain(rule.net_multiple)
    assert net(1.5, 0.02, 0.08, 0.2, 5.0, 0.2) == near(1.28)  # 1.35 back, .35 gain taxed at a fifth
    assert net(1.0, 0.02, 0.08, 0.2, 5.0, 0.2) == near(0.9)
    assert net(0.0, 0.02, 0.08, 0.2, 5.0, 0.2) == 0.0


@given(st.floats(0.0, 20.0), st.floats(0.01, 5.0))
def test_partners_keep_a_part_of_every_further_yuan_but_never_all(gross, more):
    net = plain(rule.net_multiple)
    gained = net(gross + more, 0.02, 0.08, 0.2, 5.0, 0.2) - net(gross, 0.02, 0.08, 0.2, 5.0, 0.2)
    assert 0.0 < gained < more


def test_carry_is_a_fifth_of_what_exceeds_capital_and_preferred_return():
    assert plain(carried_interest)(150.0, 100.0, 0.2) == 10.0
    assert plain(carried_interest)(90.0, 100.0, 0.2) == 0.0


def test_a_fund_spreads_its_money_over_the_quarters_left():
    assert plain(pace_of)(160.0, 16.0) == 10.0
    assert plain(pace_of)(160.0, 0.0) == 160.0
    assert plain(pace_of)(-5.0, 4.0) == 0.0


def judged(rows: dict[int, list[float]], weight: float) -> np.ndarray:
    """Mean multiples by type after closed holdings with these gross multiples; fees, carry, tax and risk aversion off."""
    multiples, seen = np.zeros((len(MULTIPLES.columns), 50)), np.zeros(6, dtype=np.int64)
    for kind, values in rows.items():
        multiples[kind, : len(values)] = values
        seen[kind] = len(values)
    memory = np.repeat(MEMORY.fresh()[0][:, None], 9, axis=1)
    free = policy_with(management_fee=0.0, carried_interest=0.0, partner_tax=0.0, lp_risk_aversion=0.0)
    judge_types(multiples, seen, memory, free, weight, 0.0)
    return memory[MEAN_MULTIPLE]


def test_partners_pool_what_they_know_of_all_types_of_funds():
    found = judged({0: [2.0, 4.0], 3: [0.0, 0.0]}, weight=2.0)
    assert found[6] == near(1.5)
    assert found[0] == near(2.25)  # own mean 3 and pooled 1.5, two and two
    assert found[3] == near(0.75)
    assert found[1] == near(1.5)


def test_partners_who_have_seen_nothing_keep_their_opening_view():
    assert (judged({}, weight=40.0) == 1.0).all()


def test_a_spread_of_outcomes_puts_risk_averse_partners_off():
    multiples, seen = np.zeros((6, 4)), np.array([2, 0, 0, 0, 0, 0])
    multiples[0, :2] = (1.0, 3.0)
    memory = np.zeros((len(MEMORY.columns), 9))
    judge_types(multiples, seen, memory, policy_with(management_fee=0, carried_interest=0, partner_tax=0, lp_risk_aversion=1.0), 0.0, 0.0)
    assert memory[MEAN_MULTIPLE, 0] == near(1.5)  # mean 2, standard deviation 1, half of it taken off


def test_private_money_is_split_by_focus_and_by_company_of_the_state():
    shares = opening_shares(DEFAULTS)
    backed = DEFAULTS[parameter("with_guidance_opening"), 0]
    assert shares.sum() == near(1.0)
    assert shares[3:].sum() == near(backed)
    assert shares[:3] / shares[:3].sum() == near([0.4, 0.33, 0.27])


def test_a_power_of_nothing_is_not_an_error():
    assert power(4.0, 0.5) == 2.0
    assert power(0.0, 1.0) == 1e-9
