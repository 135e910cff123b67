"""An impulse: money injected once into private commitments, to see how much of it the cycle brings back."""

from __future__ import annotations

import copy

import numpy as np

from ..agents.investor import FOCUS, GUIDED_FUND, KIND
from ..agents.population import PAST_COMMITTED, WAITING_MONEY
from ..engine.table import Floats
from ..markets import fundraising
from ..markets.mechanism import Quarter, Stage
from .links import closed_now, private_of
from .run import BURN_IN

FUND_TYPES = 6  # focus without, focus with guidance money
CLOSING = fundraising.MECHANISM.stages[1]


class Injection:
    """Goes around the stages of a run and adds `share` of the last year's private commitments, once.

    The money waits beside what partners commit, spread over the types of funds as they spread theirs in that quarter,
    and goes on waiting until funds take it. What partners commit (social_commitments) does not count it.
    """

    def __init__(self, share: float, quarter: int) -> None:
        self.share = share
        self.quarter = BURN_IN + quarter
        self.amount = 0.0  # CNY bn, national
        self.pending: Floats = np.zeros(FUND_TYPES)  # CNY mn of the model, by type of fund
        self.scale = 1.0

    @property
    def left(self) -> float:
        """What no fund has taken yet (CNY bn, national)."""
        return float(self.pending.sum()) / (1000.0 * self.scale)

    def __call__(self, stage: Stage, q: Quarter) -> None:
        """Play a stage; when funds close, the money that is left is there."""
        now = q.state.quarter == self.quarter and self.share > 0.0
        if stage is not CLOSING or not (now or self.pending.any()):
            stage.play(q)
            return
        usual = about_to_commit(q)
        if now:
            self.begin(q, usual)
        waiting = q.state.memory[WAITING_MONEY, :FUND_TYPES]
        before = waiting + self.pending
        waiting += self.pending
        stage.play(q)
        beyond = before - taken(q)  # of what was there beside the quarter's own money, which alone may wait anyway
        self.pending = np.minimum(self.pending, np.maximum(beyond, 0.0))

    def begin(self, q: Quarter, usual: Floats) -> None:
        """The size of the injection and its spread."""
        state = q.state
        amount = self.share * float(state.past[PAST_COMMITTED, :4].sum())
        if usual.sum() > 0.0:
            self.pending = amount * usual / usual.sum()
            self.scale = state.scale
            self.amount = amount / (1000.0 * state.scale)


def about_to_commit(q: Quarter) -> Floats:
    """What private partners will commit this quarter, by type of fund (CNY mn of the model); nothing changes."""
    twin = copy.copy(q.state)
    twin.memory, twin.now = q.state.memory.copy(), q.state.now.copy()
    return fundraising.private_money(Quarter(twin, q.policy, q.burn_in, q.switches, q.threads))


def taken(q: Quarter) -> Floats:
    """Private money in the funds that closed this quarter, by type of fund (CNY mn of the model)."""
    rows, fund = closed_now(q.state), q.state.fund.code
    kind = fund[FOCUS, rows] + np.where(fund[KIND, rows] == GUIDED_FUND, 3, 0)
    return np.asarray(np.bincount(kind, private_of(q.state, rows), FUND_TYPES), dtype=np.float64)
