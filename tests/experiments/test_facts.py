"""Facts on made-up tables: each measure finds what was put in, and says so when there is nothing to find."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.experiments.facts.all_facts import MEASURES
from simulation.experiments.facts.record import Missing, hill, kept_share
from simulation.indicators.definitions import INDICATORS
from simulation.plots.words import WORDS

from .made_up import events, funds, indicators, market_firms, seen

WHOLE = (0, 59)


def value(name: str, tables, window=WHOLE) -> float:
    """The value of a measure on made-up tables."""
    return MEASURES[name].function(tables, window).value


def test_no_measure_has_the_name_of_an_indicator_and_every_axis_has_words():
    assert not set(MEASURES) & set(INDICATORS)
    axes = {word for one in MEASURES.values() for word in (one.picture.x, one.picture.y) if word}
    assert axes - set(WORDS) == set()
    assert all(one.about.endswith((".", ")")) for one in MEASURES.values())


@pytest.mark.parametrize("exponent", [1.06, 2.0])
def test_hill_finds_the_exponent_of_a_pareto_tail(exponent):
    uniform = (np.arange(20_000) + 0.5) / 20_000
    assert hill(uniform ** (-1.0 / exponent), 0.1) == pytest.approx(exponent, rel=0.03)


def test_a_pareto_tail_of_sizes_is_found_and_a_log_normal_body_has_no_skewness():
    draws = np.random.default_rng(1)
    pareto = market_firms(np.tile(50.0 * (draws.pareto(1.1, 4000) + 1.0), (15, 1)))
    assert value("size_tail", seen(market_firms=pareto)) == pytest.approx(1.1, abs=0.12)
    lognormal = market_firms(np.tile(np.exp(draws.normal(4.0, 1.3, 4000)), (15, 1)))
    assert value("size_body", seen(market_firms=lognormal)) == pytest.approx(0.0, abs=0.12)
    assert value("size_body", seen(market_firms=pareto)) > 1.0


def walk(draw, years: int = 8, count: int = 600) -> pd.DataFrame:
    """Enterprises whose logarithm of sales takes steps that `draw` gives for (count, size of each)."""
    logs = np.random.default_rng(2).normal(4.0, 1.3, count)
    rows = [logs]
    for _ in range(years - 1):
        rows.append(rows[-1] + draw(count, rows[-1]))
    return market_firms(np.exp(np.array(rows)))


def test_laplace_growth_has_shape_one_and_normal_growth_shape_two():
    draws = np.random.default_rng(3)
    laplace = walk(lambda count, _: draws.laplace(0.0, 0.1, count))
    normal = walk(lambda count, _: draws.normal(0.0, 0.1, count))
    assert value("growth_shape", seen(market_firms=laplace)) == pytest.approx(1.0, abs=0.12)
    assert value("growth_shape", seen(market_firms=normal)) == pytest.approx(2.0, abs=0.3)


def test_growth_that_varies_less_with_size_is_found_and_growth_that_does_not_is_told_apart():
    draws = np.random.default_rng(4)
    scaled = walk(lambda count, logs: draws.normal(0.0, 1.0, count) * 0.3 * np.exp(-0.2 * logs))
    same = walk(lambda count, _: draws.normal(0.0, 0.2, count))
    assert value("growth_scaling", seen(market_firms=scaled)) == pytest.approx(0.2, abs=0.04)
    assert value("growth_scaling", seen(market_firms=same)) == pytest.approx(0.0, abs=0.03)
    assert value("gibrat", seen(market_firms=same)) == pytest.approx(1.0, abs=0.01)


def test_hazards_peak_where_enterprises_were_made_to_go():
    draws = np.random.default_rng(5)
    count, years = 3000, 15
    birth = draws.integers(-40, 40, count)
    age_at_end = np.where(draws.random(count) < 0.5, draws.integers(4, 7, count), 99)
    sales = np.zeros((years, count))
    for year in range(years):
        age = (4 * year + 4 - birth) // 4
        sales[year] = np.where((age >= 0) & (age <= age_at_end) & (4 * year + 3 >= birth), 10.0, 0.0)
    there = seen(market_firms=market_firms(sales, birth))
    assert 4.0 <= value("hazard_peak", there) <= 6.0


def test_five_year_survival_is_the_share_that_was_kept():
    birth = np.zeros(1000, dtype=int)
    sales = np.ones((15, 1000))
    sales[3:, :400] = 0.0
    assert value("entrants_left", seen(market_firms=market_firms(sales, birth))) == pytest.approx(60.0)


def test_kaplan_meier_counts_only_those_still_watched():
    ages, ended = np.array([1.0, 2.0, 2.0, 5.0]), np.array([True, False, True, False])
    assert kept_share(ages, ended, np.array([0.0, 1.0, 2.0, 9.0])) == pytest.approx([1.0, 0.75, 0.5, 0.5])


def test_skewed_exits_bring_most_value_and_equal_ones_do_not():
    def exits(values):
        return seen(events=events(*((4, "listing", firm, 0, 1.0, worth) for firm, worth in enumerate(values))))

    assert value("top_exit_share", exits([100.0] * 5 + [1.0] * 45)) == pytest.approx(100.0 * 500.0 / 545.0)
    assert value("top_exit_share", exits([7.0] * 50)) == pytest.approx(10.0)


def test_the_j_curve_turns_when_more_comes_back_than_is_called():
    called = np.array([30.0, 60.0, 90.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0])
    back = np.array([0.0, 0.0, 0.0, 0.0, 0.1, 0.3, 0.6, 0.9, 1.2, 1.5, 1.6, 1.7, 1.7, 1.7, 1.7])
    table = funds(np.tile(back, (10, 1)), called)
    assert value("j_curve", seen(funds=table), (0, 3)) == 5.0
    assert value("dpi_one_typical", seen(funds=table), (0, 3)) == 9.0


def test_funds_that_never_return_their_cash_say_so_by_a_year_beyond_the_last():
    table = funds(np.tile(np.linspace(0.0, 0.8, 15), (10, 1)), np.full(15, 100.0))
    assert value("dpi_one_top", seen(funds=table), (0, 3)) == 16.0


def test_guidance_funds_are_measured_against_what_they_wanted():
    table = funds(np.zeros((10, 15)), np.full(15, 10.0)).assign(fund_kind=1)
    table.loc[table["fund"] < 7, "size"] = 50.0
    assert value("guidance_raised", seen(funds=table), (0, 3)) == pytest.approx(65.0)
    assert value("guidance_reached", seen(funds=table), (0, 3)) == pytest.approx(30.0)


def test_holdings_are_counted_by_multiple_and_by_money():
    multiples = np.repeat([0.5, 2.0, 7.0, 20.0], [65, 25, 6, 4])
    closed = pd.DataFrame({"quarter": 7, "enterprise": range(100), "cost": 10.0, "received": 10.0 * multiples})
    assert value("multiples_apart", seen(closed_holdings=closed)) == pytest.approx(0.2 + 0.3 + 0.1)
    best = 4 * 20.0 + 2 * 7.0
    assert value("top_holdings_share", seen(closed_holdings=closed)) == pytest.approx(100.0 * best / multiples.sum())


def test_rounds_one_after_another_are_counted_and_timed():
    born = [(0, "birth", firm, -1, 1.0, 0.0) for firm in range(40)]
    first = [(2, "round", firm, 0, 20.0, 80.0) for firm in range(40)]
    second = [(8, "round", firm, 0, 20.0, 80.0) for firm in range(20)]
    tables = seen(events=events(*born, *first, *second))
    assert value("second_round", tables, (0, 35)) == pytest.approx(50.0)
    assert value("fourth_round", tables, (0, 35)) == 0.0
    assert value("time_between_rounds", tables, (0, 35)) == pytest.approx(1.5)
    assert value("dilution", tables, (0, 35)) == pytest.approx(20.0)


def test_failures_on_the_star_board_leave_other_boards_out():
    star = [(4, "withdrawal", 1, 0, 0.0, 2.0), (4, "refusal", 2, 0, 0.0, 2.0), (4, "listing", 3, 0, 1.0, 9.0)]
    other = [(4, "withdrawal", firm, 1, 0.0, 2.0) for firm in range(10, 20)]
    tables = seen(events=events(*star, *other))
    assert value("star_failures", tables, (4, 7)) == pytest.approx(100.0 * 2 / 3)
    assert value("star_withdrawals", tables, (4, 7)) == pytest.approx(1 / 0.1 * 10 / 12)


def test_commitments_that_follow_exits_are_told_from_those_that_do_not():
    draws = np.random.default_rng(6)
    exits = np.exp(draws.normal(0.0, 0.5, 60))
    follow = np.exp(np.convolve(np.log(exits), np.ones(4) / 4)[:60])
    other = np.exp(draws.normal(0.0, 0.5, 60))
    following = seen(**indicators(exit_value=exits, social_commitments=np.roll(follow, 1)))
    assert value("commitments_follow_exits", following) > 0.3
    assert abs(value("commitments_follow_exits", seen(**indicators(exit_value=exits, social_commitments=other)))) < 0.3


def test_cyclical_signs_are_found():
    time = np.arange(60)
    wave = np.sin(time / 4.0)
    output, counter = np.exp(0.01 * time + 0.05 * wave), 2.0 - 0.5 * (wave - np.roll(wave, 4))
    tables = seen(**indicators(
        value_added=output, mlt_loans=np.exp(0.01 * time + 0.1 * wave), default_rate=counter, npl_ratio=2.0 - wave,
        rd_spending=output,
    ))  # fmt: skip
    assert value("credit_cyclical", tables, (12, 59)) > 0.5
    assert value("defaults_cyclical", tables, (12, 59)) < -0.5
    assert value("bad_loans_cyclical", tables, (12, 59)) < -0.5
    assert value("research_cyclical", tables, (12, 59)) == pytest.approx(1.0)


def test_quantities_of_history_come_from_denominators_and_years():
    tables = seen(**indicators(government_commitment_share=70.0, rd_intensity=5.0, weight=100_000.0), scale=0.1)
    assert value("commitments", tables, (0, 3)) == pytest.approx(4000.0)
    assert value("research_of_market_firms", tables, (0, 3)) == pytest.approx(200.0)
    falling = np.repeat([100.0, 80.0, 60.0], 4)
    equity = seen(quarters=12, **indicators(12, equity_invested=falling))
    assert value("investment_change", equity, (0, 7)) == pytest.approx(-20.0)


def test_the_event_is_what_its_scenario_adds_on_the_same_seed():
    base, more = (indicators(event_projects=amount, event_signed=amount) for amount in (4.0, 62.0))
    tables = seen(event_indicators=more["indicators"], **base)
    assert value("docking_shown", tables, (11, 11)) == pytest.approx(58.0)
    with pytest.raises(Missing, match="event-xiongan"):
        value("docking_shown", seen(**base), (11, 11))


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_a_measure_without_its_table_says_what_is_missing(name):
    with pytest.raises(Missing):
        MEASURES[name].function(seen(indicators=pd.DataFrame(), weights=pd.DataFrame()), (0, 11))
