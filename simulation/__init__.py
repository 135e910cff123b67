"""Agent-based simulator of the technology-industry-finance cycle.

    import simulation as tif

    tif.compare("baseline", "open_exits", seeds=20).effects     paired effects with intervals
    tif.run("baseline", ipo_window=1.5).indicators              one scenario, one table
    tif.levers("listing"), tif.indicators("exit")               what can be changed, what is measured

Names are imported when they are first used, so that `import simulation` is quick.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from . import indicators

__all__ = [
    "CycleModel", "__version__", "compare", "describe", "discover", "explain", "indicators", "interactions", "levers",
    "load_scenario", "notebook_size", "open_results", "optimise", "plots", "response", "run", "sensitivity", "sweep",
]  # fmt: skip

_HOMES = {
    "CycleModel": "mesa_model",
    "compare": "experiments.compare",
    "describe": "scenario.describe",
    "discover": "experiments.discovery",
    "explain": "experiments.explain",
    "interactions": "experiments.interactions",
    "levers": "experiments.lists",
    "load_scenario": "scenario.load",
    "notebook_size": "experiments.notebook_size",
    "open_results": "experiments.results",
    "optimise": "experiments.optimise",
    "response": "experiments.response",
    "run": "experiments.runs",
    "sensitivity": "experiments.sensitivity",
    "sweep": "experiments.sweep",
}


class _Indicators(ModuleType):
    """The room `indicators`, which is also the public function that lists them."""

    def __call__(self, word: str = "") -> Any:
        """All indicators, or those in which a word occurs, as a DataFrame."""
        return import_module("simulation.experiments.lists").indicators(word)


indicators.__class__ = _Indicators


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("simulation.experiments.manifest").program_version()
    if name == "plots":
        return import_module("simulation.plots")
    if name in _HOMES:
        return getattr(import_module(f"simulation.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
