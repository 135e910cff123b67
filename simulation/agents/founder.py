"""Founders who have left a company and wait to start the next one: conserved persons."""

from __future__ import annotations

from ..engine.table import Layout

FOUNDERS = Layout("founder", "a founder between two companies")
PROCEEDS = FOUNDERS.column("proceeds", "CNY mn", "net proceeds of the last company")
FOUNDER_ID = FOUNDERS.code("id", "id of the company that this founder will start")
FOUNDER_SECTOR = FOUNDERS.code("sector", "sector")
FOUNDER_REGION = FOUNDERS.code("region", "region")
FOUNDER_FLAG = FOUNDERS.code("flag", "1 after success, 2 after failure")
FOUNDER_FREE_AT = FOUNDERS.code("free_at", "first quarter in which this founder may start again")
FOUNDER_WAITING = FOUNDERS.code("waiting", "1 while in the pool")

PATH_SHIFT = 28  # the low 28 bits of an enterprise id name its root; two bits a generation above name the founder path
VENTURE_BIT = 1 << 27
RANK_BITS = 19


def root_id(venture: bool, quarter: int, rank: int) -> int:
    """Id of an enterprise that enters by itself: kind, quarter of entry and rank in the maximal process."""
    return (VENTURE_BIT if venture else 0) | (quarter << RANK_BITS) | rank


def generation(enterprise: int) -> int:
    """How many companies of the same founder line came before (0 for a first-time founder)."""
    path = enterprise >> PATH_SHIFT
    return (path.bit_length() + 1) // 2


def child_id(enterprise: int, child: int) -> int:
    """Id of the next company of founder number `child` (0-2) of `enterprise`."""
    return enterprise | (child + 1) << (PATH_SHIFT + 2 * generation(enterprise))
