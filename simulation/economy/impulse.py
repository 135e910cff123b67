"""An impulse: money injected once into private commitments, to see how much of it the cycle brings back."""

from __future__ import annotations

from ..agents.population import PAST_COMMITTED, WAITING_MONEY
from ..markets import fundraising
from ..markets.mechanism import Quarter, Stage
from .run import BURN_IN

FUND_TYPES = 6  # focus without, focus with guidance money
CLOSING = fundraising.MECHANISM.stages[1]


class Injection:
    """Goes around the stages of a run and adds `share` of the last year's private commitments, once.

    The money waits beside what partners commit in the quarter, spread over the types of funds as they spread theirs.
    What partners commit (social_commitments) does not count it.
    """

    def __init__(self, share: float, quarter: int) -> None:
        self.share = share
        self.quarter = BURN_IN + quarter
        self.amount = 0.0  # CNY bn, national

    def __call__(self, stage: Stage, q: Quarter) -> None:
        """Play a stage; before funds close in the quarter chosen, the money is there."""
        if stage is CLOSING and q.state.quarter == self.quarter and self.share:
            self.inject(q)
        stage.play(q)

    def inject(self, q: Quarter) -> None:
        """Put the money beside the commitments of the quarter."""
        state = q.state
        twin = Quarter(state.copy(), q.policy, q.burn_in, q.switches, q.threads)
        usual = fundraising.private_money(twin)  # what partners are about to commit, by type
        amount = self.share * float(state.past[PAST_COMMITTED, :4].sum())
        if usual.sum() > 0.0:
            state.memory[WAITING_MONEY, :FUND_TYPES] += amount * usual / usual.sum()
            self.amount = amount / (1000.0 * state.scale)
