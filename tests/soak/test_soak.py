"""Thirty years of every written policy: all identities hold (they raise otherwise), no indicator is lost on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulation.economy.run import play
from simulation.scenario.load import load_scenario

pytestmark = pytest.mark.long
POLICIES = sorted(Path("scenarios/policies").glob("*.yaml"))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_policy_survives_thirty_years(path: Path) -> None:
    played = play(load_scenario(path), 1, 120, 0.02, detail=False)
    assert played.indicators.shape[0] == 120
    assert np.isfinite(played.state.account).all()
