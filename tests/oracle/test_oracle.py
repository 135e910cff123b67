"""The engine against an independent oracle: the same economy told by Python objects agrees to 1e-9 in every indicator.

The objects (benchmarks/mesa_objects) share the catalogue and the keyed draws with the engine, and no rule. Two
stretches are compared: the first quarters of a burn-in from an opening of their own, and twelve quarters of a grown
economy in a scenario in which everything happens often.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks.mesa_objects import CycleObjects
from benchmarks.mesa_objects.from_state import from_state
from benchmarks.mesa_objects.measures import measure as measure_objects
from benchmarks.mesa_objects.opening import open_model
from simulation.agents import tally
from simulation.agents.population import ACCOUNT, MEMORY, PAST, Population
from simulation.economy.measures import measure
from simulation.economy.opening import first_population, set_balance_sheets
from simulation.economy.quarter import play_quarter
from simulation.economy.run import BURN_IN
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import OPTIONAL_MECHANISMS, parameter
from simulation.scenario.scenario import Scenario

OBJECTS = Path(__file__).resolve().parents[2] / "benchmarks" / "mesa_objects"
QUARTERS = 12
SEED = 3
SCALE = 0.002  # some 420 enterprises at the opening
SLOTS = 6.0  # times the reviews of the scenario: at this scale fewer than one a quarter would be served
OFTEN = 5
# What the objects do not tell of mechanisms they know: terms of guidance money, limits and stakes of local governments
UNTOLD = (
    "first_loss", "upside_giveup", "reinvest_multiple", "fault_tolerance", "hot_sector_herding", "direct_stake_share",
    "local_limit_strictness",
)  # fmt: skip
POLICY_SPACE = 12  # 2024Q1, the first quarter in which the levers of a scenario act
LAYOUTS = {"account": ACCOUNT, "memory": MEMORY, "past": PAST}
KNOWN = (
    "acquisition", "guidance_funds", "knowledge", "local_support", "redemption", "secondary", "serial_founders",
    "tax_relief",
)  # optional mechanisms that the objects know
UNKNOWN = tuple(key for key in OPTIONAL_MECHANISMS if key not in KNOWN)
CORE = {"screening_cost": 0}  # the screening effort of banks is part of the core; without cost it is full, as in objects
CORE_KINDS = tally.EVENT_KINDS[: tally.GRANT + 1]  # kinds of events of the optional mechanisms follow
MAY_SHARE = ("simulation.scenario", "simulation.engine.draws", "simulation.engine.state", "simulation.engine.table")


def untold(policy: np.ndarray) -> np.ndarray:
    """A policy without what the objects do not tell."""
    policy[[parameter(name) for name in UNTOLD]] = 0.0
    return policy


def started(scenario: Scenario) -> Population:
    """The engine's economy at 2021Q1, grown without what the objects do not tell."""
    policy = untold(np.ascontiguousarray(scenario.policy(-BURN_IN, {})))
    state = first_population(SEED, SCALE, policy)
    for quarter in range(BURN_IN):
        state.quarter = quarter
        play_quarter(state, policy, True, dict(scenario.mechanisms))
    set_balance_sheets(state, policy)
    state.quarter = BURN_IN
    return state


@dataclass
class Compared:
    """One quarter, told twice: {indicator: value} and {kind of event: number}."""

    quarter: int
    engine: dict[str, float]
    objects: dict[str, float]
    engine_events: Counter[str]
    object_events: Counter[str]

    def differences(self) -> list[str]:
        """Indicators that do not agree; shares of a whole may differ by rounding of the whole."""
        assert self.objects.keys() <= self.engine.keys()
        found = []
        for name, other in self.objects.items():
            value = self.engine[name]
            both_empty = math.isnan(value) and math.isnan(other)
            if not both_empty and not math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-12):
                found.append(f"quarter {self.quarter}, {name}: engine {value!r}, objects {other!r}")
        return found


def play_both(
    state: Population, model: CycleObjects, policy: np.ndarray, scenario: Scenario, *, burn_in: bool
) -> list[Compared]:
    """Play the same quarters with the engine and with the objects."""
    played = []
    first = state.quarter
    for quarter in range(first, first + QUARTERS):
        state.quarter = quarter
        play_quarter(state, policy, burn_in, dict(scenario.mechanisms))
        model.step()
        kinds = state.event.code[tally.WHAT, : state.event.used]
        values = measure(state, policy, quarter - BURN_IN)
        engine = {name: value for name, (value, _) in values.items()}
        events = Counter(tally.EVENT_KINDS[kind] for kind in kinds)
        told = Counter(event.kind for event in model.tally.events)
        played.append(Compared(quarter, engine, measure_objects(model), events, told))
    return played


@pytest.fixture(scope="module")
def grown() -> list[Compared]:
    """Twelve quarters after a burn-in of the engine, in a scenario in which everything happens often."""
    scenario = load_scenario(OBJECTS / "scenario.yaml", CORE, without=UNKNOWN)
    policy = untold(np.ascontiguousarray(scenario.policy(POLICY_SPACE, {})))
    policy[parameter("reviews_per_year")] *= SLOTS
    state = started(scenario)
    model = from_state(state, lambda _: policy, LAYOUTS, mechanisms=scenario.mechanisms)
    assert 350 <= sum(1 for _ in model.register) <= 450
    return play_both(state, model, policy, scenario, burn_in=False)


@pytest.fixture(scope="module")
def opened() -> list[Compared]:
    """The first twelve quarters of a burn-in, each side from its own opening."""
    scenario = load_scenario("baseline", CORE, without=UNKNOWN)
    policy = untold(np.ascontiguousarray(scenario.policy(-1, {})))
    state = first_population(SEED, SCALE, policy)
    model = open_model(lambda _: policy, SCALE, SEED, mechanisms=scenario.mechanisms)
    return play_both(state, model, policy, scenario, burn_in=True)


@pytest.mark.parametrize("stretch", ["grown", "opened"])
def test_every_indicator_agrees(stretch: str, request: pytest.FixtureRequest) -> None:
    quarters: list[Compared] = request.getfixturevalue(stretch)
    differences = [difference for quarter in quarters for difference in quarter.differences()]
    assert not differences, f"{len(differences)} differences, the first of them:\n" + "\n".join(differences[:12])


@pytest.mark.parametrize("stretch", ["grown", "opened"])
def test_the_same_things_happen(stretch: str, request: pytest.FixtureRequest) -> None:
    for quarter in request.getfixturevalue(stretch):
        assert quarter.engine_events == quarter.object_events, f"events of quarter {quarter.quarter}"


def test_every_kind_of_event_happens_often(grown: list[Compared]) -> None:
    happened = sum((quarter.engine_events for quarter in grown), Counter())
    rare = {kind: happened[kind] for kind in CORE_KINDS if happened[kind] < OFTEN}
    assert not rare, f"fewer than {OFTEN} times in {QUARTERS} quarters: {rare}"


def test_the_objects_share_no_rule_with_the_engine() -> None:
    shared = set()
    for path in sorted(OBJECTS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                shared |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                shared |= {f"{node.module}.{alias.name}" for alias in node.names}
    wrong = {name for name in shared if name.startswith("simulation") and not name.startswith(MAY_SHARE)}
    assert not wrong
    assert not {name for name in shared if name.split(".")[0] == "numba"}


def test_the_objects_also_live_on_python_s_own_random_numbers() -> None:
    scenario = load_scenario("baseline", without=UNKNOWN)
    policy = scenario.policy(-1, {})
    model = open_model(lambda _: policy, SCALE, SEED, random="python")
    for _ in range(4):
        model.step()
    values = measure_objects(model)
    assert values["projects_entered"] > 0.0
    assert values["mlt_loans"] > 0.0
