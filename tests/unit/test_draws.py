"""Chance is a function of the event it decides: published known answers, and nothing else moves a draw."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation.engine import draws
from simulation.engine.draws import normal, normal_cdf, normal_quantile, philox, poisson, purpose, uniform
from tests.helpers.process import in_fresh_process
from tests.helpers.rules import compiled, plain

ONES = 0xFFFFFFFF
PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0)
# kat_vectors of Random123 1.14, philox4x32 10: counter and key, then the answer
KNOWN = (
    ((0, 0, 0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (PI, (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
)
EVENT = {"seed": 7, "purpose": 11, "who": 5, "quarter": 3, "other": 2, "k": 1}
MANY = 20_000


def sample(function, count=MANY, **event):
    return np.array([function(**{**EVENT, **event, "who": who}) for who in range(count)])


@pytest.mark.parametrize(("words", "answer"), KNOWN, ids=("zeros", "ones", "pi"))
@pytest.mark.parametrize("form", (plain, compiled), ids=("plain", "compiled"))
def test_philox_gives_the_published_answers(words, answer, form):
    found = form(philox)(*(np.uint64(word) for word in words))
    assert tuple(int(word) for word in found) == answer


@given(*(st.integers(0, 2**32 - 1) for _ in range(2)), st.integers(0, 2**58), st.integers(0, 250), st.integers(0, 2**31))
def test_a_uniform_draw_lies_inside_the_unit_interval(seed, code, who, quarter, other):
    assert 0.0 < uniform(seed, code, who, quarter, other) < 1.0


def test_uniform_draws_are_uniform():
    found = sample(uniform)
    assert stats.kstest(found, "uniform").pvalue > 0.01
    assert len(np.unique(found)) == MANY


def test_normal_draws_are_normal():
    assert stats.kstest(sample(normal), "norm").pvalue > 0.01


@pytest.mark.parametrize("word", EVENT)
def test_each_word_of_an_event_changes_its_draw(word):
    assert uniform(**EVENT) != uniform(**{**EVENT, word: EVENT[word] + 1})


def test_both_halves_of_a_long_id_count():
    assert len({uniform(7, 11, who, 3) for who in (5, 5 + 2**32, 5 + 2**57, 2**32)}) == 4


@pytest.mark.parametrize("word", ("seed", "purpose", "quarter", "other", "k"))
def test_draws_of_two_events_are_uncorrelated(word):
    one, other = sample(uniform), sample(uniform, **{word: EVENT[word] + 1})
    assert abs(np.corrcoef(one, other)[0, 1]) < 4.0 / math.sqrt(MANY)


def test_the_order_of_the_calls_changes_nothing():
    events = [(who, quarter) for who in range(20) for quarter in range(5)]
    forth = {event: uniform(1, 2, *event) for event in events}
    back = {event: uniform(1, 2, *event) for event in reversed(events)}
    assert forth == back


def test_the_normal_quantile_is_accurate_in_both_tails():
    points = np.concatenate([10.0 ** -np.arange(1.0, 300.0), np.linspace(0.001, 0.999, 999), 1.0 - 2.0 ** -np.arange(2.0, 53.0)])
    quantile = compiled(normal_quantile)
    found = np.array([quantile(u) for u in points])
    assert np.allclose(found, stats.norm.ppf(points), rtol=1e-14, atol=1e-15)


def test_the_normal_distribution_function_inverts_the_quantile():
    cdf, quantile = compiled(normal_cdf), compiled(normal_quantile)
    points = np.linspace(0.001, 0.999, 333)
    assert np.allclose([cdf(quantile(u)) for u in points], points, rtol=1e-13)
    assert cdf(0.0) == 0.5


@pytest.mark.parametrize("mean", (0.01, 0.7, 6.0, 59.0))
def test_poisson_numbers_invert_the_distribution(mean):
    points = np.linspace(0.0005, 0.9995, 1000)
    assert [poisson(mean, u) for u in points] == stats.poisson.ppf(points, mean).tolist()


@pytest.mark.parametrize("mean", (0.3, 5.0, 59.9, 60.1, 400.0))
def test_poisson_numbers_have_the_mean_and_variance_asked_for(mean):
    found = np.array([poisson(mean, u) for u in sample(uniform)])
    assert abs(found.mean() - mean) < 4.0 * math.sqrt(mean / MANY)
    assert found.var() == pytest.approx(mean, rel=0.06)


def test_nothing_happens_at_mean_zero():
    assert poisson(0.0, 0.999999) == 0
    assert poisson(-1.0, 0.999999) == 0


def test_a_purpose_is_a_number_made_from_its_name_alone():
    assert purpose("a") == 0xE40C292C >> 1  # FNV-1a of "a", published
    assert purpose("quality") == purpose("quality")


def test_a_name_that_would_share_a_number_is_refused(monkeypatch):
    monkeypatch.setattr(draws, "_PURPOSES", {"somebody else": purpose("a")})
    with pytest.raises(ValueError, match="share a key: a"):
        purpose("a")


def test_no_two_purposes_of_the_model_share_a_number():
    import simulation.economy.quarter  # noqa: F401  (declares every purpose)

    assert len(set(draws._PURPOSES.values())) == len(draws._PURPOSES) > 30


SAMPLE = """
from simulation.engine import jit
from simulation.engine.draws import normal, poisson, uniform
assert jit.DEBUG
bits = [f(3, 5, who, who % 7, who % 3).hex() for f in (uniform, normal) for who in (*range(300), 2**40, 2**57 + 1)]
tell(bits + [poisson(m, uniform(1, 2, 3, int(m))) for m in (0.5, 20.0, 59.0, 61.0, 300.0)])
"""


def test_draws_have_the_same_bits_with_the_jit_off():
    ids = (*range(300), 2**40, 2**57 + 1)
    here = [f(3, 5, who, who % 7, who % 3).hex() for f in (uniform, normal) for who in ids]
    here += [poisson(m, uniform(1, 2, 3, int(m))) for m in (0.5, 20.0, 59.0, 61.0, 300.0)]
    assert in_fresh_process(SAMPLE, TIF_DEBUG="1") == here
