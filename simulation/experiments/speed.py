"""How long a piece of work will take on this machine, learnt from the last ones.

seconds = (fixed + rate x scale) x quarters / processes + start. `rate` is remembered in the user's cache.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from ..engine.jit import is_compiled, user_cache

FIXED = 0.002  # seconds a quarter takes however few agents there are
RATE = 0.3  # seconds a quarter takes at scale 1, before this machine has been measured
START = 1.0  # seconds until worker processes are ready
COMPILE = 60.0


@dataclass(frozen=True)
class Work:
    """Quarters to be played at a scale, on so many processes, in jobs of equal size."""

    quarters: float
    scale: float
    workers: int
    jobs: int

    @property
    def rounds(self) -> float:
        """Quarters that the busiest process plays."""
        at_once = max(1, min(self.workers, self.jobs))
        return self.quarters / self.jobs * -(-self.jobs // at_once) if self.jobs else 0.0


def estimate(work: Work) -> float:
    """Seconds that the work will take, compilation included if it is still to be done."""
    waiting = 0.0 if is_compiled() else COMPILE
    start = START if min(work.workers, work.jobs) > 1 else 0.0
    return waiting + start + work.rounds * (FIXED + known_rate() * work.scale)


def known_rate() -> float:
    """Seconds a quarter takes at scale 1 on this machine, as last measured."""
    try:
        rate = float(json.loads(_file().read_text(encoding="utf-8"))["seconds_per_quarter_at_scale_1"])
    except (OSError, ValueError, KeyError, TypeError):
        return RATE
    return rate if 0.01 * RATE < rate < 100.0 * RATE else RATE


def remember(work: Work, seconds: float) -> None:
    """Take note of how long a piece of work took, unless it was too small to tell."""
    start = START if min(work.workers, work.jobs) > 1 else 0.0
    if work.scale * work.rounds < 1.0 or seconds <= start:
        return
    measured = max((seconds - start) / work.rounds - FIXED, 0.0) / work.scale
    rate = 0.5 * (known_rate() + measured)
    part = _file().with_name(f"speed.{os.getpid()}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({"seconds_per_quarter_at_scale_1": rate}), encoding="utf-8")
        part.replace(_file())
    except OSError:
        return


def _file() -> Path:
    return user_cache() / "speed.json"
