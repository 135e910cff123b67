"""How large a notebook plays: as it says itself, or tiny where a test only asks whether it works."""

from __future__ import annotations

import os
from typing import TypedDict

SWITCH = "TIF_NOTEBOOK_QUICK"
TINY_SEEDS, TINY_SCALE, TINY_QUARTERS = 2, 0.004, 28


class Size(TypedDict):
    """Seeds, quarters and scale, to be passed on to run, compare and sweep with two stars."""

    seeds: int
    quarters: int
    scale: float


def notebook_size(seeds: int, scale: float, quarters: int = 60) -> Size:
    """Seeds, quarters and scale of a notebook: `tif.run("baseline", **tif.notebook_size(seeds=4, scale=0.02))`.

    Where the environment variable TIF_NOTEBOOK_QUICK is set, at most 2 seeds, 28 quarters and scale 0.004.
    """
    if os.environ.get(SWITCH, "") in ("", "0"):
        return Size(seeds=seeds, quarters=quarters, scale=scale)
    return Size(seeds=min(seeds, TINY_SEEDS), quarters=min(quarters, TINY_QUARTERS), scale=min(scale, TINY_SCALE))
