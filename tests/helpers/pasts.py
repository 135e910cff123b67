"""A cache of its own for a file of tests; importing the fixture is enough."""

from __future__ import annotations

import pytest

from simulation.experiments import past, speed


@pytest.fixture(name="pasts", autouse=True, scope="module")
def own_cache(tmp_path_factory):
    """Pasts and speeds are kept in a fresh folder, so that no test starts from what another run left."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "user_cache", lambda: folder)
        patch.setattr(speed, "user_cache", lambda: folder)
        yield
