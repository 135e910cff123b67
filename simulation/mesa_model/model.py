"""CycleModel: the whole cycle as a `mesa.Model`, for teaching, Mesa's tools and the dashboard."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from numbers import Integral, Real
from typing import Any

import mesa
from mesa.agent import AgentSet

from ..agents.population import Population
from ..economy.opening import first_population
from ..economy.recorder import Recorder
from ..economy.run import BURN_IN, advance, policy_of
from ..errors import Fault, Place, UsageError, nearest_name
from ..experiments.past import common_past
from ..indicators.definitions import INDICATORS
from ..scenario.load import Source, load_scenario
from ..scenario.parameter import CATALOGUE
from ..scenario.quarters import format_quarter
from ..scenario.scenario import Scenario
from .views import KINDS, RowView, Views

HIGHEST_SEED = 2**32 - 1
SEED_ADVICE = {"seed": "the seed is called rng", "seeds": "the seed is called rng, and a model has one"}


class CycleModel(mesa.Model):
    """The technology-industry-finance cycle, one quarter a step, from 2021Q1.

    scenario: a file, a dict, a known name or a Scenario. rng: the seed, a whole number. scale: size of the economy,
    1 = national. burn_in: start after 80 quarters of constant policy; they are played when the first model of a seed,
    scale and set of assumptions is made, which takes as long as 80 steps, and then kept on disk. Without burn-in a
    young economy without venture history starts, good for a first look only. Further keyword arguments override levers
    (from 2024Q1) or assumptions (in all quarters), e.g. ipo_window=1.5.

    The numbers are those of a run of the same scenario, seed and scale. `datacollector` holds a column for each
    indicator and a row for each quarter played. `running` turns False at the scenario's horizon.
    Raises UsageError for an argument and ScenarioError for a scenario that cannot be played.

    Mesa 3.5 keeps the names `scenario` and `time` for itself, hence `policy` and `date`. Its sliders look for a
    parameter of the name `kwargs`.
    """

    def __init__(
        self, scenario: Source = "baseline", rng: int = 1, scale: float = 0.02, burn_in: bool = True, **kwargs: float
    ) -> None:
        seed, size = _seed(rng), _scale(scale)
        super().__init__(rng=seed)
        if hasattr(self, "_scenario"):
            self._scenario = None  # when its dashboard resets a model, Mesa 3.5 would pass this one on as `scenario`
        self.policy: Scenario = load_scenario(scenario, _settings(kwargs)).of_seed(seed)
        self.state = burnt_in(self.policy, seed, size) if burn_in else young(self.policy, seed, size)
        self.recorder = Recorder(detail=False)
        self.indicators: dict[str, float] = {}
        self.views_made = 0
        self._views = Views(self)
        reporters = {name: partial(reading, name=name) for name in INDICATORS}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def step(self) -> None:
        """Play one quarter and collect its indicators."""
        self.indicators = advance(self.state, self.policy, self.quarter + 1, self.recorder, self.indicators)
        self.datacollector.collect(self)
        self.running = self.quarter < self.policy.horizon

    @property
    def quarter(self) -> int:
        """Quarters played since 2021Q1, and so the number of the quarter to come (0 = 2021Q1)."""
        return self.state.quarter - BURN_IN

    @property
    def date(self) -> str:
        """The quarter played last, such as 2024Q1; 2020Q4 before the first step."""
        return format_quarter(self.quarter - 1)

    @property
    def agents_by_type(self) -> Mapping[type[RowView], AgentSet]:
        """Views of the living by kind, e.g. model.agents_by_type[Enterprise]; made when a kind is asked for."""
        return self._views

    @property
    def agent_types(self) -> list[type[RowView]]:
        """Every kind of which there are views."""
        return list(KINDS)

    @property
    def agents(self) -> AgentSet:
        """Views of all that live, of every kind; one kind is cheaper to ask for."""
        return AgentSet([view for kind in KINDS for view in self._views[kind]], random=self.random)


def reading(model: CycleModel, name: str) -> float:
    """Last quarter's national value of an indicator; NaN if it has none."""
    return model.indicators.get(name, math.nan)


def burnt_in(policy: Scenario, seed: int, scale: float) -> Population:
    """The economy of 2021Q1 after its burn-in, from the pasts kept on disk if it is there."""
    return common_past(policy, seed, scale, 0, detail=False).state


def young(policy: Scenario, seed: int, scale: float) -> Population:
    """An economy of 2021Q1 that has only its market firms, banks, managers and governments."""
    state = first_population(seed, scale, policy_of(policy, Population.empty(seed, scale, 1), {}))
    state.quarter = BURN_IN
    return state


def _seed(rng: Any) -> int:
    if is_number(rng) and isinstance(rng, Integral) and 0 <= int(rng) <= HIGHEST_SEED:
        return int(rng)
    found, allowed = f"{rng!r:.80}, which is no seed", f"a whole number from 0 to {HIGHEST_SEED}"
    advice = "in mesa.batch_run give seeds as a parameter, rng=[1, 2, 3]; Mesa 3.5 takes them as its own argument rng"
    raise UsageError.at("CycleModel(rng=...)", found, allowed, next=advice)


def _scale(scale: Any) -> float:
    if is_number(scale) and 0.0 < float(scale) <= 1.0:
        return float(scale)
    found, allowed = f"{scale!r:.80}, which is no scale", "a number above 0 and up to 1, which is the national economy"
    raise UsageError.at("CycleModel(scale=...)", found, allowed)


def _settings(given: Mapping[str, Any]) -> dict[str, float]:
    """Lever settings as plain numbers; UsageError with every unknown name and every value that is no number."""
    faults = []
    for name, value in given.items():
        place = Place(f"CycleModel({name}=...)")
        if name not in CATALOGUE:
            found, advice = f"{name}, which is neither a lever nor an assumption", SEED_ADVICE.get(name, "")
            faults.append(Fault(place, found, nearest="" if advice else nearest_name(name, CATALOGUE), next=advice))
        elif not is_number(value):
            advice = "write dates, and values by sector or region, in a scenario"
            faults.append(Fault(place, f"{value!r:.80}", "a number", next=advice))
    if faults:
        raise UsageError(faults)
    return {name: float(value) for name, value in given.items()}


def is_number(value: Any) -> bool:
    """Whether a value is a single real number of Python or NumPy."""
    return isinstance(value, Real) and not isinstance(value, bool)
