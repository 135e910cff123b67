"""The cycle as a Mesa model: the same numbers, views of the living, and what Mesa's own tools do with it."""

from __future__ import annotations

import gc
import inspect
import pickle
import subprocess
import sys
import warnings
import weakref
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from simulation.agents.bank import EQUITY
from simulation.agents.enterprise import CASH, ID, PROOF, STAGE
from simulation.economy.run import play
from simulation.errors import ScenarioError, UsageError
from simulation.indicators.definitions import INDICATORS
from simulation.mesa_model import Bank, CycleModel, Enterprise, Founder, Fund, FundManager, LocalGovernment
from simulation.mesa_model.views import KINDS
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import CATALOGUE

SMALL = 0.004
QUARTERS = 8


def played(quarters: int = QUARTERS, **arguments: Any) -> CycleModel:
    """A small model after a few quarters."""
    model = CycleModel(**{"scale": SMALL, **arguments})
    for _ in range(quarters):
        model.step()
    return model


@pytest.fixture(scope="module")
def model() -> CycleModel:
    """A model that no test changes."""
    return played()


@pytest.fixture(scope="module")
def saved(model: CycleModel) -> bytes:
    """The same model, pickled."""
    return pickle.dumps(model)


def test_the_numbers_are_those_of_a_run() -> None:
    model = played(rng=3, ipo_window=1.5)
    run = play(load_scenario("baseline", {"ipo_window": 1.5}), 3, QUARTERS, SMALL, detail=False)
    collected = model.datacollector.get_model_vars_dataframe()
    assert list(collected.columns) == list(INDICATORS)
    assert np.array_equal(collected.to_numpy(float), run.indicators, equal_nan=True)
    assert model.state.hash() == run.state.hash()


def test_the_same_seed_gives_the_same_model_and_another_seed_another(model: CycleModel) -> None:
    assert played().state.hash() == model.state.hash()
    assert played(rng=2).state.hash() != model.state.hash()


def test_looking_at_agents_changes_nothing(model: CycleModel) -> None:
    watched = CycleModel(scale=SMALL)
    for _ in range(QUARTERS):
        watched.agents_by_type[Enterprise].shuffle_do("values")
        watched.step()
    assert watched.state.hash() == model.state.hash()


def test_a_step_is_a_quarter_and_the_model_stops_at_its_horizon() -> None:
    model = CycleModel(scale=SMALL, burn_in=False)
    assert (model.date, model.quarter, model.running) == ("2020Q4", 0, True)
    model.run_model()
    assert (model.date, model.steps, model.running) == ("2035Q4", 60, False)


def test_a_lever_acts_from_2024_and_an_assumption_always() -> None:
    usual, generous = played(12), played(12, rd_super_deduction=200)
    assert usual.state.hash() == generous.state.hash()
    for model in (usual, generous):
        model.step()
    assert usual.state.hash() != generous.state.hash()
    assert played(1, screening_noise=1.5).state.hash() != played(1).state.hash()


def test_a_scenario_may_be_a_name_a_file_a_dict_or_a_scenario(project: Path) -> None:
    known = load_scenario("baseline")
    sources = ["baseline", project / "scenarios" / "baseline.yaml", {"extends": "baseline"}, known]
    hashes = {CycleModel(source, scale=SMALL, burn_in=False).policy.hash for source in sources}
    assert hashes == {known.hash}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"ipo_windw": 1.5}, "nearest: ipo_window"),
        ({"seed": 3}, "the seed is called rng"),
        ({"ipo_window": [1, 2]}, "a number"),
        ({"ipo_window": True}, "a number"),
        ({"rng": None}, "a whole number from 0"),
        ({"rng": 1.5}, "a whole number from 0"),
        ({"rng": -1}, "a whole number from 0"),
        ({"scale": 0}, "a number above 0"),
        ({"scale": "small"}, "a number above 0"),
    ],
)
def test_an_impossible_argument_is_told(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        CycleModel(**arguments)


def test_all_unknown_names_are_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        CycleModel(ipo_windw=1, early_mandat=1)
    assert [fault.nearest for fault in caught.value.faults] == ["ipo_window", "early_mandate"]


def test_a_value_out_of_range_is_told_as_in_a_scenario() -> None:
    with pytest.raises(ScenarioError, match="ipo_window"):
        CycleModel(ipo_window=99)


def test_numpy_numbers_are_taken() -> None:
    model = CycleModel(scale=np.float64(SMALL), rng=np.int64(4), burn_in=False, ipo_window=np.float32(1.5))
    assert model.state.seed == 4


def test_no_parameter_of_the_catalogue_is_hidden_by_an_argument() -> None:
    names = set(inspect.signature(CycleModel).parameters)
    assert not names & set(CATALOGUE)
    assert next(iter(inspect.signature(CycleModel.__init__).parameters)) == "self"


def test_mesa_sliders_accept_the_signature() -> None:
    parameters = inspect.signature(CycleModel.__init__).parameters.values()
    assert [p.name for p in parameters if p.kind == p.VAR_KEYWORD] == ["kwargs"]
    assert not any(p.kind == p.VAR_POSITIONAL for p in parameters)


def test_there_is_one_view_for_each_living_enterprise(model: CycleModel) -> None:
    code = model.state.firm.code[:, : model.state.firm.used]
    views = list(model.agents_by_type[Enterprise])
    assert [view.id for view in views] == code[ID, code[STAGE] >= PROOF].tolist()
    assert next(iter(model.agents_by_type[Enterprise])) is views[0]


def test_views_are_made_only_when_asked_for() -> None:
    model = CycleModel(scale=SMALL, burn_in=False)
    assert model.views_made == 0
    banks = model.agents_by_type[Bank]
    assert model.views_made == len(banks) == 30
    assert len(model.agents) == model.views_made > 30


def test_every_kind_of_agent_can_be_looked_at(model: CycleModel) -> None:
    assert set(model.agents_by_type) == set(model.agent_types) == set(KINDS)
    counts = Counter(type(agent) for agent in model.agents)
    assert counts == Counter({kind: len(model.agents_by_type[kind]) for kind in KINDS})
    assert all(counts[kind] for kind in (Enterprise, Fund, FundManager, Bank, LocalGovernment, Founder))


def test_properties_read_the_table(model: CycleModel) -> None:
    for kind in KINDS:
        view = list(model.agents_by_type[kind])[-1]
        for name, value in view.values().items():
            assert getattr(view, name) == pytest.approx(value, nan_ok=True), name
    assert "CNY mn" in (Enterprise.cash.__doc__ or "")
    firm = next(iter(model.agents_by_type[Enterprise]))
    assert (firm.sector_name, firm.region_name, firm.stage_name) != ("", "", "")
    cash = model.agents_by_type[Enterprise].agg("cash", sum)
    assert cash == pytest.approx(model.state.firm.num[CASH, model.state.firm.code[STAGE] >= PROOF].sum())


def test_a_view_can_only_be_read(model: CycleModel) -> None:
    with pytest.raises(AttributeError):
        next(iter(model.agents_by_type[Bank])).equity = 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_no_column_hides_a_name_of_mesa_or_of_a_view(kind: type) -> None:
    columns = [column.name for column in (*kind.layout.columns, *kind.layout.codes) if column.name != "id"]
    assert not set(columns) & set(dir(kind.__mro__[1]))
    assert len(set(columns)) == len(columns)


def test_a_view_follows_its_agent_and_tells_when_it_is_gone() -> None:
    model = played(4)
    before = {kind: list(model.agents_by_type[kind]) for kind in (Enterprise, Fund, Founder)}
    for _ in range(QUARTERS):
        model.step()
    for kind, views in before.items():
        living = {view.id: view for view in model.agents_by_type[kind]}
        assert all((view.id in living) == view.is_alive for view in views)
        kept, gone = [v for v in views if v.is_alive], [v for v in views if not v.is_alive]
        assert kept
        assert gone
        assert all(living[view.id] is view for view in kept)
        key = kind.key
        assert key is not None
        assert all(model.state.tables[kind.table].code[key, view.row] == view.id for view in kept)
        with pytest.raises(UsageError, match=f"{kind.__name__} {gone[0].id}.*\n.*left the model by 2023Q4"):
            gone[0].values()


def test_a_pickled_model_goes_on_as_if_nothing_had_happened(saved: bytes) -> None:
    twins = [pickle.loads(saved) for _ in range(2)]
    straight = played(QUARTERS + 4)
    for twin in twins:
        list(twin.agents)
        again = pickle.loads(pickle.dumps(twin))
        for _ in range(4):
            again.step()
        assert again.state.hash() == straight.state.hash()
        assert again.steps == straight.steps
        assert again.datacollector.get_model_vars_dataframe().equals(straight.datacollector.get_model_vars_dataframe())
        numbers = [agent.unique_id for agent in again.agents]
        assert len(set(numbers)) == len(numbers)


def test_another_process_goes_on_with_the_same_bits(saved: bytes, project: Path, tmp_path: Path) -> None:
    (tmp_path / "model.pickle").write_bytes(saved)
    program = (
        "import pickle, pathlib, sys\n"
        "model = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "model.step()\nprint(model.state.hash())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "model.pickle")]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.strip() == played(QUARTERS + 1).state.hash()


def batch(processes: int) -> list[dict[str, Any]]:
    """Two windows by two seeds with Mesa's own runner; three quarters each, all collected."""
    parameters: dict[str, Any] = {"scale": SMALL, "burn_in": False, "ipo_window": [0.5, 1.5]}
    options = {"number_processes": processes, "data_collection_period": 1, "display_progress": False}
    run = partial(mesa.batch_run, CycleModel, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        if mesa.__version__ < "3.5":  # max_steps + 1 quarters; seeds as a parameter
            return run({**parameters, "rng": [1, 2]}, iterations=1, max_steps=2)
        return run(parameters, rng=[1, 2], max_steps=3)


@pytest.mark.parametrize("processes", [1, 2])
def test_mesa_batch_run_gives_the_same_numbers(processes: int) -> None:
    rows = batch(processes)
    assert len(rows) == 2 * 2 * 3
    direct = CycleModel(scale=SMALL, burn_in=False, rng=2, ipo_window=1.5)
    for _ in range(3):
        direct.step()
    mine = sorted((r for r in rows if r["rng"] == 2 and r["ipo_window"] == 1.5), key=lambda row: row["Step"])
    for name in INDICATORS:
        assert [row[name] for row in mine] == pytest.approx(direct.datacollector.model_vars[name], abs=0, nan_ok=True)


def test_a_model_with_views_is_freed() -> None:
    model = CycleModel(scale=SMALL, burn_in=False)
    assert len(model.agents)
    seen = weakref.ref(model)
    del model
    gc.collect()
    assert seen() is None


def test_mesa_collects_from_agents_of_a_kind() -> None:
    model = CycleModel(scale=SMALL, burn_in=False)
    collector = mesa.DataCollector(agenttype_reporters={Bank: {"equity": "equity"}})
    collector.collect(model)
    assert collector.get_agenttype_vars_dataframe(Bank)["equity"].tolist() == model.state.bank.num[EQUITY].tolist()
