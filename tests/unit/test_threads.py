"""Blocks of rows: they cover a table, their slices are added in one order, and threads change no bit of a run."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.economy.run import play
from simulation.engine.blocks import BLOCK, Slices, blocks, count_blocks, end_row, first_row
from simulation.engine.jit import DEBUG, KERNELS, THREADED
from simulation.scenario.load import load_scenario

ROWS = (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 7)


@pytest.mark.parametrize("rows", ROWS)
def test_compiled_blocks_are_the_blocks(rows):
    assert [(first_row(b), end_row(b, rows)) for b in range(count_blocks(rows))] == blocks(rows)


@pytest.mark.parametrize("shape", [(3,), (3, 9), (6, 9, 4)])
def test_slices_are_added_in_the_order_of_the_blocks(shape):
    total = np.full(shape, 0.1)
    slices = Slices(3 * BLOCK)
    parts = slices.of(total)
    parts[:] = np.array([1e16, 1.0, -1e16]).reshape(3, *(1 for _ in shape))
    slices.fold()
    assert parts.shape == (3, *shape)
    assert np.all(total == ((0.1 + 1e16) + 1.0) - 1e16)


def test_a_table_without_rows_adds_nothing():
    total = np.ones(4)
    slices = Slices(0)
    slices.of(total)
    slices.fold()
    assert np.all(total == 1.0)


@pytest.mark.skipif(DEBUG, reason="nothing is compiled")
def test_the_twin_for_threads_is_kept_apart_from_the_kernel():
    names = [kernel.py_func.__qualname__ for kernel in KERNELS]
    assert THREADED
    assert [twin.py_func.__qualname__ for twin in THREADED if twin.py_func.__qualname__ in names] == []


@pytest.mark.skipif(DEBUG, reason="nothing runs side by side")
def test_one_and_two_threads_give_the_same_state():
    one, two = (play(load_scenario("baseline"), 1, 3, 0.05, detail=False, threads=threads) for threads in (1, 2))
    assert one.state.firm.used > 2 * BLOCK
    assert one.state.hash() == two.state.hash()
    assert np.array_equal(one.indicators, two.indicators, equal_nan=True)
