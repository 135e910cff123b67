"""Enterprises followed through a window: what each got from the public and from investors, did, and became.

A comparison puts the same enterprise of two runs side by side: ids belong to keyed events, so they are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..accounting.chart import E, H
from ..agents.enterprise import ACQUIRED, ID, MARKET, PUBLIC, QUEUE, RD, STAGE, SUPPORT
from ..agents.investor import (
    BOUGHT_AT, COMMITTED_0, COMPANY, COST, HOLDER, HOLDER_SECTOR, LP_CENTRAL, LP_E, LP_H, LP_LOCAL, SIZE,
)  # fmt: skip
from ..agents.population import Population
from ..agents.programmes import SUPPORT_KEPT
from ..engine.table import Floats, Ints

MONEY = ("support", "public_equity", "private_equity", "rd")
EXITED = 4  # rank of an enterprise that is listed or was acquired; 0-3 are its stages, -1 not yet born
Columns = dict[str, np.ndarray]


@dataclass
class Followed:
    """Adds up, by enterprise, quarters `first` to `last`; begin it with the state before the first quarter it sees."""

    first: int
    last: int
    ids: Ints
    seen: Floats  # public support remembered at the end of the quarter before
    alive: np.ndarray
    living: np.ndarray
    before: np.ndarray
    reached: np.ndarray
    money: Floats
    gone: list[Columns] = field(default_factory=list)
    sources: list[tuple[int, float, float, float]] = field(default_factory=list)

    @classmethod
    def begin(cls, state: Population, first: int, last: int) -> Followed:
        """Follow everybody in the state, and whoever enters later."""
        used = state.firm.used
        stage = state.firm.code[STAGE, :used]
        rank = np.where(stage >= 0, ranks(stage), -1).astype(np.int8)
        return cls(
            first, last, state.firm.code[ID, :used].copy(), state.firm.num[SUPPORT, :used].copy(), stage >= 0,
            living(stage), rank, rank.copy(), np.zeros((len(MONEY), used)),
        )  # fmt: skip

    def observe(self, state: Population, quarter: int) -> None:
        """See the quarter that has just been played."""
        used = state.firm.used
        ids, stage = state.firm.code[ID, :used], state.firm.code[STAGE, :used]
        fresh = self._renew(ids)
        seen = state.firm.num[SUPPORT, :used].copy()
        rank = ranks(stage)
        if quarter < self.first:
            self.before = self.reached = np.where(stage >= 0, rank, -1).astype(np.int8)
        elif quarter <= self.last:
            public, private, other = equity_of(state)
            self.money[0] += np.maximum(seen - SUPPORT_KEPT * self.seen, 0.0)
            self.money[1] += public
            self.money[2] += private
            self.money[3] += np.where(self.alive | fresh, state.firm.num[RD, :used], 0.0)
            self.reached = np.maximum(self.reached, rank)
            in_bn = 1.0 / (1000.0 * state.scale)
            sums = (float(part.sum()) * in_bn for part in (private, public, other))
            self.sources.append((quarter, *sums))  # type: ignore[arg-type]  # three numbers
        self.seen, self.alive = seen, stage >= 0
        if quarter <= self.last:
            self.living = living(stage)

    def _renew(self, ids: Ints) -> np.ndarray:
        """Put rows that have a new enterprise aside and begin them anew; returns which rows are new."""
        known = len(self.ids)
        more = len(ids) - known
        if more > 0:
            self.ids = np.append(self.ids, np.full(more, -1))
            self.seen = np.append(self.seen, np.zeros(more))
            self.alive = np.append(self.alive, np.zeros(more, dtype=bool))
            self.living = np.append(self.living, np.zeros(more, dtype=bool))
            self.before = np.append(self.before, np.full(more, -1, dtype=np.int8))
            self.reached = np.append(self.reached, np.full(more, -1, dtype=np.int8))
            self.money = np.concatenate([self.money, np.zeros((len(MONEY), more))], axis=1)
        fresh: np.ndarray = self.ids != ids
        left = np.flatnonzero(fresh & (self.ids >= 0))
        if len(left):
            self.gone.append(self._rows(left))
        rows = np.flatnonzero(fresh)
        self.ids[rows] = ids[rows]
        self.seen[rows] = 0.0
        self.before = self.before.copy()
        self.before[rows] = self.reached[rows] = -1
        self.money[:, rows] = 0.0
        return fresh

    def _rows(self, rows: Ints) -> Columns:
        sums = {name: self.money[place, rows].astype(np.float32) for place, name in enumerate(MONEY)}
        return {
            "enterprise": self.ids[rows].copy(), **sums, "before": self.before[rows].astype(np.int8),
            "reached": self.reached[rows].astype(np.int8), "alive": self.living[rows].copy(),
        }  # fmt: skip

    def table(self) -> Columns:
        """enterprise, support, public_equity, private_equity, rd (CNY mn in the window), before, reached, alive.

        before, reached: rank at the start of the window and the highest in it; alive: in business, listed or acquired
        at its end. Who was gone before the window is left out.
        """
        parts = [*self.gone, self._rows(np.arange(len(self.ids)))]
        whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        there = whole["reached"] >= 0
        return {name: values[there] for name, values in whole.items()}

    def source_table(self) -> Columns:
        """quarter, private, public, other: equity put into enterprises by who gave it (CNY bn, national)."""
        names = ("quarter", "private", "public", "other")
        return {name: np.array(values) for name, values in zip(names, zip(*self.sources, strict=True), strict=True)}


def ranks(stage: Ints) -> np.ndarray:
    """How far an enterprise has come: its stage (waiting to list counts as on the market), 4 once listed or acquired,
    -1 when it has stopped.
    """
    rank = np.where(stage == QUEUE, MARKET, np.where((stage == PUBLIC) | (stage == ACQUIRED), EXITED, stage))
    return np.maximum(rank, -1).astype(np.int8)


def living(stage: Ints) -> np.ndarray:
    """Who is in business, or went on in the hands of an acquirer."""
    return np.asarray((stage >= 0) | (stage == ACQUIRED))


def equity_of(state: Population) -> tuple[Floats, Floats, Floats]:
    """Equity paid in this quarter by enterprise (CNY mn): public (guidance money, direct local stakes), private
    (households, corporate partners, corporate stakes), and other state partners without policy strings.

    A fund's money is split as its commitments are. Stakes bought from other funds are not new money.
    """
    used, parts = state.firm.used, np.zeros((3, state.firm.used))
    code, num = state.holding.code[:, : state.holding.used], state.holding.num[:, : state.holding.used]
    new = np.flatnonzero((code[BOUGHT_AT] == state.quarter) & (code[HOLDER] != 0))
    by_fund = new[code[HOLDER, new] > 0]
    fund = state.fund.num[:, code[HOLDER, by_fund]]
    size = np.maximum(fund[SIZE], 1e-9)
    public = (fund[COMMITTED_0 + LP_CENTRAL] + fund[COMMITTED_0 + LP_LOCAL]) / size
    private = (fund[COMMITTED_0 + LP_H] + fund[COMMITTED_0 + LP_E]) / size
    for place, share in enumerate((public, private, 1.0 - public - private)):
        parts[place] += np.bincount(code[COMPANY, by_fund], share * num[COST, by_fund], used)
    direct = new[code[HOLDER, new] < 0]
    is_private = np.isin(code[HOLDER_SECTOR, direct], (H, E))
    for place, rows in ((0, direct[~is_private]), (1, direct[is_private])):
        parts[place] += np.bincount(code[COMPANY, rows], num[COST, rows], used)
    return parts[0], parts[1], parts[2]
