"""Claims: each owner's open rows in order of age, and compaction that loses none of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.claims import NONE, chains, compact
from simulation.engine.table import Layout, Table

CLAIM = Layout("claim", "something that somebody owns")
WORTH = CLAIM.column("worth", "CNY mn", "its value")
OPEN = CLAIM.code("open", "1 while held")
OWNER = CLAIM.code("owner", "whose it is", -1)

ROWS = st.lists(st.tuples(st.integers(-1, 6), st.booleans()), max_size=40)


def claims_of(rows) -> Table:
    table = Table(CLAIM, 2)
    first = table.append(len(rows))
    for row, (owner, is_open) in enumerate(rows, first):
        table.code[OWNER, row], table.code[OPEN, row], table.num[WORTH, row] = owner, int(is_open), row
    return table


def walk(head, following, owner) -> list[int]:
    found, row = [], head[owner]
    while row != NONE:
        found.append(int(row))
        row = following[row]
    return found


@given(ROWS)
def test_each_owner_finds_its_open_claims_oldest_first(rows):
    head, following = chains(claims_of(rows), OWNER, OPEN, 7)
    for owner in range(7):
        assert walk(head, following, owner) == [k for k, (whose, held) in enumerate(rows) if held and whose == owner]


def test_an_owner_without_claims_has_an_empty_list():
    head, _ = chains(claims_of([(0, False), (2, True)]), OWNER, OPEN, 4)
    assert head.tolist() == [NONE, NONE, 0 + 1, NONE]


def test_there_is_room_for_claims_made_within_the_quarter():
    _, following = chains(claims_of([(0, True)]), OWNER, OPEN, 1, room=10)
    assert len(following) > 10
    assert (following[1:] == NONE).all()


@given(ROWS)
def test_compaction_drops_closed_claims_and_keeps_the_order_of_the_others(rows):
    table = claims_of(rows)
    compact(table, OPEN)
    kept = [(k, owner) for k, (owner, held) in enumerate(rows) if held]
    assert table.used == len(kept)
    assert table.num[WORTH, : table.used].tolist() == [k for k, _ in kept]
    assert table.code[OWNER, : table.used].tolist() == [owner for _, owner in kept]


@given(ROWS)
def test_compaction_changes_no_list(rows):
    def worths(table):
        head, following = chains(table, OWNER, OPEN, 7)
        return [[table.num[WORTH, row] for row in walk(head, following, owner)] for owner in range(7)]

    table = claims_of(rows)
    before = worths(table)
    compact(table, OPEN)
    assert worths(table) == before
