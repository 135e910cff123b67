"""The policy in force in a quarter, by the names of the catalogue: `p.lpr_5y`, `p.burn[stage][sector]`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.parameter import CATALOGUE

BY_STAGE = {"duration": 3, "burn": 3, "test_intercept": 3, "signal_noise": 4, "hurdle": 4, "ticket": 4}


class Policy:
    """One number a parameter; a list where it differs by sector or region; a list of them where by stage too."""

    def __init__(self, array: NDArray[np.float64]) -> None:
        for record in CATALOGUE.values():
            row = [float(x) for x in array[record.index]]
            setattr(self, record.id, row[: len(record.codes)] if record.codes else row[0])
        for name, stages in BY_STAGE.items():
            setattr(self, name, [getattr(self, f"{name}_{stage}") for stage in range(stages)])

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"no parameter {name!r} in the catalogue")
