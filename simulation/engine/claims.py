"""Long tables of claims (holdings, loans): linked lists per issuer and per holder, and compaction in order."""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .table import Ints, Table

NONE = -1


@kernel
def link(owner: Ints, open_: Ints, used: int, head: Ints, following: Ints) -> None:
    """Chain the open rows of each owner, oldest first: head[owner] -> row, following[row] -> next row or -1.

    owner, open_, following: one entry a row; head: one entry an owner (any length above the largest owner).
    """
    for k in range(head.shape[0]):
        head[k] = NONE
    for row in range(used, following.shape[0]):
        following[row] = NONE
    for row in range(used - 1, -1, -1):
        following[row] = NONE
        if open_[row] != 0 and owner[row] >= 0:
            following[row] = head[owner[row]]
            head[owner[row]] = row


def chains(claims: Table, owner: int, open_: int, owners: int, room: int = 0) -> tuple[Ints, Ints]:
    """Build (head, following) for the code column `owner` of a claims table, with `room` spare rows at the end."""
    head = np.empty(max(1, owners), dtype=np.int64)
    following = np.empty(claims.used + room + 1, dtype=np.int64)
    link(claims.code[owner], claims.code[open_], claims.used, head, following)
    return head, following


def compact(claims: Table, open_: int) -> None:
    """Drop closed rows, keeping the order of the open ones."""
    claims.keep(np.flatnonzero(claims.code[open_, : claims.used]))
