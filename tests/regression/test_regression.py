"""No figure of a small fixed run moves unnoticed; if it moved on purpose: `python -m tests.regression.rewrite`."""

from __future__ import annotations

import pytest

from simulation.indicators.definitions import INDICATORS
from tests.regression.small_run import QUARTERS, machine, played, stored

HERE = stored()["machine"] == machine()


@pytest.mark.parametrize("name", INDICATORS)
def test_figure_has_not_moved(name):
    found, expected = played()["indicators"][name], stored()["indicators"].get(name)
    if HERE:
        assert found == expected
    else:  # another platform or numba: the first quarter agrees closely, later ones in distribution only
        assert found[0] == (None if expected[0] is None else pytest.approx(expected[0], rel=1e-9))


@pytest.mark.skipif(not HERE, reason="the baseline was written on another platform")
def test_the_state_itself_has_not_moved():
    assert played()["hash"] == stored()["hash"]


def test_the_baseline_holds_exactly_the_indicators_of_today():
    assert list(stored()["indicators"]) == list(INDICATORS)
    assert {len(values) for values in stored()["indicators"].values()} == {QUARTERS}
