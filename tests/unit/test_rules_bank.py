"""How banks judge, price and ration loans, in numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.agents import bank as rule
from simulation.economy.opening import loan_left
from simulation.markets.closure import bank_dividend
from simulation.markets.credit import lending_room
from tests.helpers.rules import plain

MONEY = st.floats(0.0, 1e5)
SHARE = st.floats(0.0, 1.0)


def near(value):
    return pytest.approx(value, rel=1e-12)


def risk(intercept=-4.0, leverage=0.0, quality=0.0, pilot=0.0, age=0.0, validated=0.0):
    return plain(rule.default_probability)(intercept, leverage, quality, pilot, age, validated, 1.2, 0.5, 0.9, 0.3, 0.6)


def test_an_unlevered_newcomer_of_average_quality_defaults_as_the_intercept_says():
    assert risk(0.0) == 0.5
    assert risk() == near(1.0 / (1.0 + math.exp(4.0)))
    assert risk(0.6, validated=1.0) == near(0.5)
    assert risk(0.3, age=2.0 * (math.e - 1.0)) == near(0.5)  # ln(1 + age/2) = 1
    assert risk(-0.9, pilot=1.0) == near(0.5)


@given(SHARE, st.floats(-3.0, 3.0), st.floats(0.0, 60.0), st.floats(0.01, 1.0))
def test_debt_makes_a_firm_riskier_and_quality_age_and_validation_safer(leverage, quality, age, more):
    usual = risk(leverage=leverage, quality=quality, age=age)
    assert risk(leverage=leverage + more, quality=quality, age=age) > usual
    assert risk(leverage=leverage, quality=quality + more, age=age) < usual
    assert risk(leverage=leverage, quality=quality, age=age + more) < usual
    assert risk(leverage=leverage, quality=quality, age=age, validated=1.0) < usual


def test_the_rate_covers_the_expected_loss():
    assert plain(rule.loan_rate)(0.0465, -0.004, 0.02, 0.55) == near(0.0535)


def test_a_bank_lends_when_the_risk_is_bearable_and_pays():
    approves = plain(rule.is_approved)
    assert approves(0.02, 0.08, 0.0535, 0.55, 0.0295)
    assert not approves(0.09, 0.08, 0.50, 0.55, 0.0295)
    assert not approves(0.05, 0.08, 0.0535, 0.55, 0.0295)  # .0535 - .0275 < .0295


def test_a_firm_asks_for_what_its_plans_need_beyond_cash():
    need = plain(rule.credit_need)
    assert need(30.0, 10.0, 25.0, 8.0, 0.5, 1.0, 0.5) == 15.0
    assert need(30.0, 10.0, 99.0, 8.0, 0.5, 1.0, 0.5) == 4.0  # half of replacement
    assert need(30.0, 10.0, 25.0, 8.0, 0.5, 4.0, 0.5) == 7.5  # at four times the usual rate


@given(MONEY, MONEY, MONEY, st.floats(0.5, 2.0), st.floats(0.01, 1.0))
def test_dearer_credit_is_never_asked_for_more(capex, outlays, cash, relative, more):
    need = plain(rule.credit_need)
    assert need(capex, outlays, cash, 1.0, 0.5, relative + more, 0.5) <= need(capex, outlays, cash, 1.0, 0.5, relative, 0.5)


def test_a_loan_is_repaid_in_equal_parts_after_its_grace():
    left, paid = 160.0, []
    for age in range(1, 21):
        due = plain(rule.loan_due)(left, age, 20, 4)
        paid.append(due)
        left -= due
    assert paid[:4] == [0.0] * 4
    assert paid[4:] == near([10.0] * 16)
    assert left == pytest.approx(0.0, abs=1e-9)


def test_what_falls_due_after_maturity_is_all_that_is_left():
    assert plain(rule.loan_due)(7.0, 25, 20, 4) == 7.0


@pytest.mark.parametrize(("age", "left"), ((0, 1.0), (4, 1.0), (12, 0.5), (20, 0.0), (30, 0.0)))
def test_the_opening_takes_loans_as_far_repaid_as_their_age(age, left):
    assert plain(loan_left)(age, 20, 4) == left


def room(equity=1000.0, recent=0.0, book=0.0, guidance=0.0):
    return plain(lending_room)(equity, recent, book, 0.1, guidance, 0.5, 0.1)


def test_a_tenth_of_capital_carries_ten_times_as_much_lending():
    assert room() == near(2000.0)  # 100 of capital, a tenth required of half the amount
    assert room(book=500.0) == near(1500.0)
    assert room(guidance=0.5, book=500.0) == near(2500.0)
    assert room(book=1e6) == 0.0


@given(MONEY, MONEY, st.floats(1.0, 1e4))
def test_losses_take_room_and_capital_gives_it(equity, book, amount):
    assert room(equity + amount, 0.0, book) >= room(equity, 0.0, book)
    assert room(equity, amount, book) <= room(equity, 0.0, book)


def test_a_bank_pays_out_a_share_of_income_and_a_quarter_of_excess_capital():
    pays = plain(bank_dividend)
    assert pays(10.0, 0.3, 100.0, 100.0) == near(3.0)
    assert pays(10.0, 0.3, 108.0, 100.0) == near(5.0)
    assert pays(10.0, 0.3, 80.0, 100.0) == 0.0
    assert pays(-10.0, 0.3, 104.0, 100.0) == near(1.0)
