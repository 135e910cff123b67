"""Knowledge: research of the quarter adds to the stock of its sector and region and diffuses to the other regions."""

from __future__ import annotations

from ..accounting.ledger import annual_hazard
from ..agents.enterprise import N_SECTORS
from ..agents.government import KNOWLEDGE_0, RESEARCH_0
from ..agents.population import KNOWLEDGE_REF
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage

DECAY = parameter("knowledge_decay")
DIFFUSION = parameter("knowledge_diffusion")


def play(q: Quarter) -> None:
    """KN' = (1 - delta) KN + R + omega (R of the same sector in the other regions), CNY mn.

    The reference is the mean over regions at the opening; inside the burn-in it moves along.
    """
    s, p = q.state, q.policy
    stock = s.region.num[KNOWLEDGE_0 : KNOWLEDGE_0 + N_SECTORS]
    research = s.region.num[RESEARCH_0 : RESEARCH_0 + N_SECTORS]
    elsewhere = research.sum(axis=1, keepdims=True) - research
    stock *= 1.0 - annual_hazard(p[DECAY, 0])
    stock += research + p[DIFFUSION, 0] * elsewhere
    if q.burn_in:
        s.memory[KNOWLEDGE_REF] = stock.mean(axis=1)


MECHANISM = Mechanism(
    key="knowledge",
    question="Does research make other research easier?",
    core=False,
    neutral={"spillover": 0.0},
    stages=(Stage("knowledge accumulates", play, "research adds to the stock of its sector and region and diffuses"),),
    indicators=("knowledge_stock",),
)
