"""Evaluation of key technologies: applications, packaging, certificates, standards, and whether the label is believed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.accounting import chart
from simulation.agents import programmes
from simulation.agents.enterprise import (
    APPLIED_AT,
    BARRED_UNTIL,
    CERTIFIED_UNTIL,
    FIRM,
    PACKAGED,
    QUALITY,
    STAGE,
)
from simulation.agents.information import information_units, meeting_chance
from simulation.agents.population import CREDIBILITY, LABEL_WORTH, MEMORY, SERVED_SHARE, STANDARDS
from simulation.agents.tally import (
    ADMINISTRATION,
    APPLICATIONS,
    CENTRAL,
    CERTIFICATION,
    COST_EVALUATION,
    COST_STANDARDS,
    OUTLAY,
    WHAT,
)
from simulation.markets import evaluation as rule
from simulation.markets import listing
from simulation.markets.evaluation import ALL, DRESSED_UP, EVALUATED, GRANTED, LAPSED
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, policy_with, series, warmed
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

SCALE = 0.02
NAMES = ("certified_in_force", "certified_false_positive_share", "packaging_share", "label_credibility")


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_standards_make_evaluations_sharper():
    assert rule.evaluation_error(1.0, 0.7, 0.0) == 1.0
    assert rule.evaluation_error(1.0, 0.7, 1.0) == near(0.3)


def test_an_applicant_at_the_bar_is_certified_in_half_of_all_cases():
    chance = plain(rule.certification_chance)
    assert chance(0.5, 0.3, 0.8, 0.5, 0.0) == near(0.5)
    assert chance(0.0, 0.3, 0.8, 0.5, 0.5) == near(0.5)
    assert chance(0.0, 0.3, 0.8, 0.5, 0.0) < 0.5


def test_packaging_pays_when_its_gain_beats_its_cost_and_the_fear_of_being_found_out():
    pays = plain(rule.dresses_up)
    assert pays(0.2, 3.0, 1.0, 0.2, 1.0, 0.3)
    assert not pays(0.2, 2.5, 1.0, 0.2, 1.0, 0.3)
    assert pays(0.2, 2.5, 1.0, 0.2, 0.0, 0.3)
    assert not pays(0.2, 0.0, 1.0, 0.2, 0.0, 0.0)


def test_standards_settle_where_learning_and_ageing_balance():
    v = 0.3
    for _ in range(2000):
        v = rule.next_maturity(v, 0.08, 10.0, 10.0, 0.01)
    assert v == near(0.8)
    assert rule.next_maturity(0.3, 0.08, 0.0, 10.0, 0.01) == near(0.297)


def test_credibility_compares_projects_of_the_same_stage():
    lead = plain(rule.lead_in_tests)
    # 10 and 30 certified tests; others pass half at stage 0 and 90% at stage 1
    tested, passed = np.array([10.0, 30.0, 0.0, 100.0, 100.0, 5.0]), np.array([7.0, 30.0, 0.0, 50.0, 90.0, 5.0])
    assert lead(tested, passed) == near((10 * 0.2 + 30 * 0.1) / 40)
    assert lead(np.zeros(6), np.zeros(6)) == -9.0


def memory_of(credibility: float):
    memory = np.zeros((len(MEMORY.columns), 9))
    memory[CREDIBILITY] = credibility
    return memory


def test_a_label_is_worth_as_much_as_it_is_believed():
    table = rows_of(FIRM, {"stage": 1, "certified_until": 8}, {"stage": 1})
    policy = policy_with(information_label=1.0, meeting_label=0.3, meeting_base=0.85)
    units = plain(information_units)
    meets = plain(meeting_chance)
    for trust in (0.0, 0.5, 1.0):
        assert units(table.code, 0, 8, 0.0, policy, memory_of(trust)) == trust
        assert meets(table.code, 0, 8, policy, memory_of(trust)) == near(1 - np.exp(-0.85 - 0.3 * trust))
    assert units(table.code, 0, 9, 0.0, policy, memory_of(1.0)) == 0.0  # expired
    assert units(table.code, 1, 8, 0.0, policy, memory_of(1.0)) == 0.0


def test_guidance_funds_prefer_certified_firms_of_named_fields_when_their_list_gives_priority():
    table = rows_of(FIRM, {"sector": 0, "certified_until": 8}, {"sector": 8, "certified_until": 8}, {"sector": 0})
    prefers = plain(programmes.guidance_preference)
    on, off = policy_with(label_benefit=0.6), policy_with(label_benefit=0.2)
    assert [prefers(table.code, i, 8, on) for i in range(3)] == [0.3, 0.0, 0.0]
    assert [prefers(table.code, i, 8, off) for i in range(3)] == [0.0, 0.0, 0.0]


def test_the_fifth_listing_set_asks_for_a_certificate_a_marked_field_and_a_high_value():
    firm = {"stage": 3, "rd_year_1": 40.0, "rd_year_2": 40.0, "rd_year_3": 40.0}
    table = rows_of(FIRM, firm | {"sector": 2, "certified_until": 8}, firm | {"sector": 2}, firm | {"sector": 5, "certified_until": 8})
    policy = policy_with(threshold_multiple=2.5, ipo_tightness=1.0, listing_rd_test=60.0)
    distance = plain(listing.distance_to_set_5)
    assert distance(table.num, table.code, 0, 10_000.0, policy, 8) == 0.0
    assert distance(table.num, table.code, 0, 9_999.0, policy, 8) < 0.0
    assert distance(table.num, table.code, 1, 1e9, policy, 8) == distance(table.num, table.code, 2, 1e9, policy, 8) == listing.FAR


def played(quarters: int, look=None, **levers: float):
    state = warmed(scale=SCALE)
    policy = policy_now(state)
    for name, value in levers.items():
        policy[parameter(name)] = value
    rows: list = []
    play_on(state, policy, quarters, each=lambda s, p: rows.append(look(s) if look else None))
    return state, rows


@cache
def usual():
    def look(s):
        return s.flows.copy(), s.cost.copy(), s.tally[APPLICATIONS].copy(), np.count_nonzero(s.event.code[WHAT, : s.event.used] == CERTIFICATION)

    return played(12, look)


def test_evaluations_and_standards_are_paid_by_the_centre():
    for _, cost, applied, _ in usual()[1]:
        assert cost[COST_EVALUATION, CENTRAL, ADMINISTRATION] == pytest.approx(0.05 * applied[EVALUATED], rel=1e-4)
        assert cost[COST_STANDARDS, CENTRAL, OUTLAY] == pytest.approx(90 * SCALE, rel=1e-6)
    without = played(12, lambda s: s.flows.copy(), eval_standard_spend=0.0, eval_capacity=0.0)[1]
    assert sum(flows[chart.OPERATING_CENTRAL] for flows in without) < sum(row[0][chart.OPERATING_CENTRAL] for row in usual()[1])


def test_no_more_are_evaluated_than_capacity_allows_and_each_certificate_is_an_event():
    evaluated = sum(row[2][EVALUATED] for row in usual()[1])
    assert evaluated <= 800 * SCALE * 12 + 1
    assert sum(row[2][GRANTED] for row in usual()[1]) == sum(row[3] for row in usual()[1]) > 0


def test_nobody_holds_a_certificate_longer_than_it_is_valid_or_applies_while_barred():
    state = usual()[0]
    t, code = state.quarter - 1, state.firm.code[:, : state.firm.used]
    assert code[CERTIFIED_UNTIL].max() <= t + 11
    waiting = (code[APPLIED_AT] >= 0) & (code[STAGE] >= 0)
    assert (t - code[APPLIED_AT, waiting]).max() < 4
    assert not (waiting & (code[BARRED_UNTIL] >= t)).any()


def test_with_no_capacity_applications_cease_and_certificates_run_out():
    state, _ = played(13, jb_posts=0.0, eval_capacity=0.0)
    code = state.firm.code[:, : state.firm.used]
    assert not (code[APPLIED_AT] >= 0).any()
    assert not ((code[CERTIFIED_UNTIL] >= state.quarter) & (code[STAGE] >= 0)).any()


def test_without_benefits_nobody_dresses_up():
    _, rows = played(12, lambda s: s.tally[APPLICATIONS, DRESSED_UP], label_benefit=0.0, eval_standard_spend=0.0, packaging_fear=0.0)
    assert sum(rows) == 0.0


def expecting(benefit: float, quarters: int, **levers: float):
    """The economy in which applicants expect so much (CNY mn a year) of a certificate at first."""
    state = warmed(scale=SCALE)
    state.memory[LABEL_WORTH, 0] = benefit
    policy = policy_now(state)
    for name, value in levers.items():
        policy[parameter(name)] = value
    return state, policy, quarters


def test_high_benefits_make_applicants_dress_up_and_standards_find_them_out():
    def run(spend: float, maturity: float):
        state, policy, quarters = expecting(6.0, 4, eval_standard_spend=spend, packaging_fear=0.0, eval_capacity=5000.0)
        state.memory[STANDARDS] = maturity
        applied = np.zeros(9)

        def look(s, _):
            applied[:] += s.tally[APPLICATIONS]

        play_on(state, policy, quarters, each=look)
        return applied, int((state.firm.code[BARRED_UNTIL, : state.firm.used] >= 0).sum())

    (loose, never), (strict, barred) = run(0.0, 0.0), run(500.0, 0.8)
    assert loose[DRESSED_UP] > 0.0 < strict[DRESSED_UP]
    assert never == 0 < barred


def test_fear_of_being_found_out_keeps_applicants_honest_where_standards_are_mature():
    def dressed_up(maturity: float) -> float:
        state, policy, quarters = expecting(6.0, 1, eval_capacity=5000.0)
        state.memory[STANDARDS] = maturity
        play_on(state, policy, quarters)
        return float(state.tally[APPLICATIONS, DRESSED_UP] / state.tally[APPLICATIONS, ALL])

    assert dressed_up(0.0) > dressed_up(0.9)


def test_who_dresses_up_is_weaker_than_who_does_not():
    state, policy, quarters = expecting(6.0, 4, eval_standard_spend=0.0, packaging_fear=0.5)
    state.memory[STANDARDS] = 0.0
    play_on(state, policy, quarters)
    code, quality = state.firm.code[:, : state.firm.used], state.firm.num[QUALITY, : state.firm.used]
    waiting = code[APPLIED_AT] >= 0
    assert quality[waiting & (code[PACKAGED] == 1)].mean() < quality[waiting & (code[PACKAGED] == 0)].mean()


def test_when_the_queue_is_long_applications_lapse_and_fewer_hand_one_in():
    """Congestion of evaluation: a tenth of the capacity leaves applications unread, and applicants learn from it."""
    narrow = played(20, lambda s: s.tally[APPLICATIONS].copy(), eval_capacity=80.0)
    wide = played(20, lambda s: s.tally[APPLICATIONS].copy(), eval_capacity=5000.0)
    lapsed = [sum(row[LAPSED] for row in run[1]) for run in (narrow, wide)]
    handed_in = [sum(row[ALL] for row in run[1][8:]) for run in (narrow, wide)]
    assert lapsed[0] > 0.0
    assert narrow[0].memory[SERVED_SHARE, 0] < 0.5 < wide[0].memory[SERVED_SHARE, 0]
    assert handed_in[0] < handed_in[1]


def test_capacity_lengthens_the_list():
    """One past, one luck: means over three years from 2022."""
    few, many = (series(*started(eval_capacity=value), 16, *NAMES)[4:].mean(axis=0) for value in (200.0, 3000.0))
    assert many[0] > 1.5 * few[0]


def started(**levers: float):
    state = warmed(scale=SCALE)
    policy = policy_now(state)
    for name, value in levers.items():
        policy[parameter(name)] = value
    return state, policy
