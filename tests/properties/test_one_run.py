"""What holds all along a run: ids are never used again, kernels are compiled once, workers stay light."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.agents.enterprise import FREE_ROW, ID, STAGE, VENTURE
from simulation.agents.investor import BOUGHT_AT, COMPANY_ID, FUND_ID, HOLDER, HOLDING_OPEN
from tests.helpers.play import newborn, play_on, policy_with
from tests.helpers.process import in_fresh_process

WHOLE_RUN = """
import sys
from simulation.economy.run import play
from simulation.engine.jit import KERNELS, compile_kernels
from simulation.scenario.load import load_scenario
play(load_scenario("baseline"), 1, 16, 0.002)
compile_kernels()  # those that a small run has no occasion to call
libraries = "pandas", "pyarrow", "matplotlib", "seaborn", "mesa", "networkx", "scipy.linalg", "scipy.stats"
heavy = [name for name in libraries if name in sys.modules]
tell([{kernel.__name__: len(kernel.signatures) for kernel in KERNELS}, heavy])
"""


@cache
def whole_run() -> list:
    return in_fresh_process(WHOLE_RUN)


def test_each_kernel_is_compiled_for_one_signature():
    signatures = whole_run()[0]
    assert len(signatures) > 40
    assert {name: count for name, count in signatures.items() if count != 1} == {}


def test_a_worker_imports_no_library_for_tables_or_figures():
    assert whole_run()[1] == []


def test_other_code_in_the_process_can_still_compile_a_product_of_matrices():
    code = (
        "import numba, numpy as np, simulation.engine.jit\n"
        "found = numba.njit(lambda a: (a @ a, np.cov(a)))(2.0 * np.eye(2))\n"
        "tell([array.tolist() for array in found])"
    )
    assert in_fresh_process(code) == [[[4.0, 0.0], [0.0, 4.0]], [[2.0, -2.0], [-2.0, 2.0]]]


@cache
def histories() -> dict[str, dict]:
    """Where each id of an enterprise and of a fund was seen, over a burn-in and ten years."""
    seen: dict[str, dict] = {"venture": {}, "market firm": {}, "fund": {}}

    def look(state, _):
        code, used = state.firm.code, state.firm.used
        for row in np.flatnonzero(code[STAGE, :used] > FREE_ROW):
            seen["venture" if code[VENTURE, row] else "market firm"].setdefault(int(code[ID, row]), set()).add(int(row))
        for row in np.flatnonzero(state.fund.code[FUND_ID, : state.fund.used] >= 0):
            seen["fund"].setdefault(int(state.fund.code[FUND_ID, row]), set()).add(int(row))
        one_purchase_a_round(state)

    state = newborn(scale=0.005)
    play_on(state, policy_with(), 80, burn_in=True, each=look)
    play_on(state, policy_with(), 40, each=look)
    return seen


def one_purchase_a_round(state) -> None:
    """What names a holding: no fund holds two stakes from the same round of one company (the secondary fund may)."""
    code = state.holding.code[:, : state.holding.used]
    bought = code[[COMPANY_ID, HOLDER, BOUGHT_AT]][:, (code[HOLDING_OPEN] == 1) & (code[HOLDER] > 0)]
    assert len(np.unique(bought, axis=1).T) == bought.shape[1]


@pytest.mark.parametrize("kind", ("venture", "fund"))
def test_an_id_belongs_to_one_life_only(kind):
    lives = histories()[kind]
    assert len(lives) > 50
    assert {identity: rows for identity, rows in lives.items() if len(rows) > 1} == {}


def test_a_market_firm_has_an_id_of_its_own():
    assert {identity: rows for identity, rows in histories()["market firm"].items() if len(rows) > 1} == {}


def test_no_id_serves_both_a_venture_and_a_market_firm():
    assert set(histories()["venture"]) & set(histories()["market firm"]) == set()
