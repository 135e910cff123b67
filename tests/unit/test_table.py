"""Tables grow, shrink and copy without losing or inventing a number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.blocks import BLOCK, blocks
from simulation.engine.table import Layout, Table

LAYOUT = Layout("thing", "a thing with money and a name")
MONEY = LAYOUT.column("money", "CNY mn", "what it has")
PRICE = LAYOUT.column("price", "index", "what it costs", 1.5)
NAME = LAYOUT.code("name", "who it is", -1)


def filled(rows: int, capacity: int = 4) -> Table:
    table = Table(LAYOUT, capacity)
    first = table.append(rows)
    table.num[MONEY, first : first + rows] = np.arange(rows)
    table.code[NAME, first : first + rows] = np.arange(rows) + 100
    return table


def names(table: Table) -> list[int]:
    return table.code[NAME, : table.used].tolist()


def test_columns_are_numbered_in_the_order_of_their_declaration():
    assert (MONEY, PRICE, NAME) == (0, 1, 0)
    assert [column.name for column in LAYOUT.columns] == ["money", "price"]


def test_a_fresh_row_holds_the_initial_values():
    table = Table(LAYOUT)
    row = table.append(1)
    assert (table.num[MONEY, row], table.num[PRICE, row], table.code[NAME, row]) == (0.0, 1.5, -1)


def test_a_row_taken_again_is_fresh():
    table = filled(3)
    table.keep(np.array([0]))
    row = table.append(1)
    assert (row, table.num[MONEY, row], table.code[NAME, row]) == (1, 0.0, -1)


def test_growing_keeps_every_number():
    table = filled(3, capacity=2)
    table.append(1000)
    assert names(table)[:3] == [100, 101, 102]
    assert table.num[MONEY, :3].tolist() == [0.0, 1.0, 2.0]
    assert (table.num[PRICE, : table.used] == 1.5).all()


@given(st.integers(1, 50), st.integers(0, 200))
def test_reserved_room_is_there_and_growth_is_rare(rows, more):
    table = filled(rows)
    before = table.capacity
    table.reserve(more)
    assert table.capacity >= table.used + more
    assert table.capacity == before or table.capacity >= before + before // 2
    assert (table.num[PRICE, table.used : table.used + more] == 1.5).all()


@given(st.sets(st.integers(0, 19)))
def test_keeping_some_rows_keeps_their_order_and_nothing_else(kept):
    table = filled(20)
    table.keep(np.array(sorted(kept), dtype=np.int64))
    assert names(table) == [100 + row for row in sorted(kept)]
    assert (table.code[NAME, table.used : 20] == -1).all()


def test_a_copy_is_independent():
    table = filled(3)
    twin = table.copy()
    twin.num[MONEY, 0] = 9.0
    twin.append(5)
    assert table.num[MONEY, 0] == 0.0
    assert (table.used, names(twin)[:3]) == (3, names(table))


def test_arrays_are_c_ordered_one_row_a_column():
    table = filled(5, capacity=1)
    assert table.num.flags.c_contiguous
    assert table.code.flags.c_contiguous
    assert table.num.shape[0] == len(LAYOUT.columns)


@pytest.mark.parametrize("rows", (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK))
def test_blocks_cover_every_row_once(rows):
    covered = [row for lo, hi in blocks(rows) for row in range(lo, hi)]
    assert covered == list(range(rows))
    assert all(hi - lo <= BLOCK for lo, hi in blocks(rows))
