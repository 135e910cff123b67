"""What an enterprise has from a corporate investor with a large stake: off-take, and patience with failed tests."""

from __future__ import annotations

from ..engine.jit import rule
from ..engine.table import Matrix
from ..scenario.parameter import parameter
from .enterprise import STRATEGIC

TESTS_ALLOWED = parameter("tests_allowed")
STRATEGIC_STAKE = parameter("strategic_stake")
STRATEGIC_TESTS = parameter("strategic_tests")
OFFTAKE = parameter("offtake_boost")


@rule
def is_strategic(firm: Matrix, i: int, policy: Matrix) -> bool:
    """Whether one corporate investor holds more of firm i than the share from which it cares as a partner."""
    return bool(firm[STRATEGIC, i] > policy[STRATEGIC_STAKE, 0])


@rule
def tests_allowed(firm: Matrix, i: int, policy: Matrix) -> float:
    """Failed tests at a stage that end a project: the usual number, more with a strategic partner (Chemmanur et al.
    2014).
    """
    return float(policy[TESTS_ALLOWED, 0] + (policy[STRATEGIC_TESTS, 0] if is_strategic(firm, i, policy) else 0.0))


@rule
def offtake(firm: Matrix, i: int, policy: Matrix) -> float:
    """Factor on adoption by first users: 1, and more where a strategic partner takes the product off."""
    return float(1.0 + (policy[OFFTAKE, 0] if is_strategic(firm, i, policy) else 0.0))
