"""The small fixed run whose every figure is kept, and how it is read and written."""

from __future__ import annotations

import json
import math
import platform
from functools import cache
from pathlib import Path
from typing import Any

BASELINE = Path(__file__).with_name("baseline.json")
SEED, SCALE, QUARTERS = 1, 0.005, 8


def machine() -> dict[str, str]:
    """What decides the last bits of a figure besides the code."""
    import numba

    return {"platform": f"{platform.system()} {platform.machine()}", "numba": numba.__version__}


@cache
def played() -> dict[str, Any]:
    """The run's figures by indicator, its state's hash, and where it was played."""
    from simulation.economy.run import play
    from simulation.indicators.definitions import INDICATORS
    from simulation.scenario.load import load_scenario

    run = play(load_scenario("baseline"), SEED, QUARTERS, SCALE, detail=False)
    figures = {name: [kept(value) for value in column] for name, column in zip(INDICATORS, run.indicators.T, strict=True)}
    return {"machine": machine(), "seed": SEED, "scale": SCALE, "hash": run.state.hash(), "indicators": figures}


def kept(value: float) -> float | None:
    """A figure as JSON keeps it: to the last bit, and nothing where it is empty."""
    return None if math.isnan(value) else float(value)


def stored() -> dict[str, Any]:
    """What the file says."""
    return json.loads(BASELINE.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def write(found: dict[str, Any]) -> None:
    """Write the file anew, one indicator a line, so that a change shows which ones moved."""
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(values)}" for name, values in found["indicators"].items())
    head = ",\n".join(f" {json.dumps(key)}: {json.dumps(found[key])}" for key in ("machine", "seed", "scale", "hash"))
    text = "{\n" + head + ',\n "indicators": {\n' + lines + "\n }\n}\n"
    BASELINE.write_text(text, encoding="utf-8")
