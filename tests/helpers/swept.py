"""Sweeps made up from a known function, so that what an analysis should say is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulation.experiments.swept import Swept

Array = NDArray[np.float64]
LEVERS = ("early_mandate", "ipo_window", "lockup", "ggf_local")


def made_up(
    points: Array, value: Callable[[Array], Array], method: str, *, seeds: int = 2, noise: float = 0.0,
    factors: Sequence[str] = LEVERS, indicator: str = "equity_invested", second_order: bool = False,
    folder: Path = Path("made-up"),
) -> Swept:  # fmt: skip
    """A sweep whose runs give value(points) plus noise of its own in every seed, the same at no two points."""
    luck = np.random.default_rng(5)
    exact = value(points)
    y = exact[None, :, None] + noise * luck.standard_normal((seeds, len(points), 1))
    manifest = {
        "kind": "sweep", "hash": "0" * 64, "title": "Made up", "seeds": list(range(1, seeds + 1)), "quarters": 60,
        "scale": 0.05, "draft": False, "started": "", "varied": list(factors), "second_order": second_order,
        "scenarios": [{"name": "baseline", "hash": "none"}], "versions": {"tif-cycle": "0"}, "ranges": {},
        "question": {"method": method, "window": "2024Q1:2035Q4", "code": "none"}, "command": "tif sweep made-up.yaml",
    }  # fmt: skip
    return Swept(folder, manifest, tuple(factors), points, y, (indicator,))
