"""Imports point one way, heavy libraries stay where they belong, and what must start fast imports little."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, Source, sources

# A room may import rooms of a lower rank and itself; the package's own public names count as a room.
RANK = {
    "errors": 0,
    "engine": 1,
    "indicators": 1,
    "scenario": 2,
    "accounting": 2,
    "agents": 3,
    "markets": 4,
    "economy": 5,
    "plots": 5,
    "experiments": 6,
    "report": 7,
    "app": 7,
    "mesa_model": 7,
    "__init__": 8,
    "commands": 9,
    "cli": 10,
    "__main__": 11,
}
PLOTS_MAY_KNOW = {"errors", "indicators"}
THE_MODEL = {"errors", "engine", "indicators", "scenario", "accounting", "agents", "markets", "economy"}

# Who may import a library at all, as beginnings of paths. Whoever is not listed here does not know it.
HOME = {
    "numba": ["simulation/engine/jit.py"],
    "mesa": ["simulation/mesa_model/"],
    "matplotlib": ["simulation/plots/", "simulation/report/"],
    "seaborn": ["simulation/plots/"],
    "solara": ["simulation/app/"],
}
HEAVY = ("pandas", "matplotlib", "seaborn", "mesa")
TABLES = {"pandas", "pyarrow", "duckdb"}
SLOW_TO_IMPORT = (*HEAVY, "numba", "scipy", "SALib", "pyarrow", "duckdb", "networkx")


def target_room(name: str) -> str:
    """The room that an import inside the package reaches; `simulation.run` is a public name of `__init__`."""
    part = name.split(".")[1] if "." in name else "__init__"
    return part if part in RANK else "__init__"


def wrong_way(source: Source) -> list[str]:
    """The imports of one file that reach a room it must not know."""
    faults = []
    for imported in source.imports():
        if imported.library != PACKAGE:
            continue
        room = target_room(imported.name)
        allowed = room in PLOTS_MAY_KNOW if source.room == "plots" else RANK[room] < RANK[source.room]
        if room != source.room and not allowed:
            faults.append(source.at(imported.line, f"{source.room} imports {room}"))
    return faults


def loaded_by(code: str, libraries: tuple[str, ...], folder: Path) -> set[str]:
    """The libraries among those named that a fresh process has loaded after running `code`."""
    program = f"{code}\nimport sys\nprint('\\nloaded', *(name for name in {libraries!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("loaded")[2].split())


def test_every_file_lives_in_a_known_room() -> None:
    assert sources()
    assert [source.path for source in sources() if source.room not in RANK] == []


def test_imports_point_one_way() -> None:
    assert [fault for source in sources() for fault in wrong_way(source)] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("simulation/engine/table.py", "from simulation.accounting.ledger import post"),
        ("simulation/engine/table.py", "from ..accounting import ledger"),
        ("simulation/engine/table.py", "from .. import economy"),
        ("simulation/markets/credit.py", "def late():\n    import simulation.economy.run"),
        ("simulation/accounting/ledger.py", "from simulation.scenario.parameter import parameter"),
        ("simulation/plots/fan.py", "from simulation.engine.state import State"),
        ("simulation/economy/run.py", "from ..plots.fan import fan"),
        ("simulation/experiments/compare.py", "from simulation import run"),
    ],
)
def test_an_import_that_points_the_wrong_way_is_seen(path: str, text: str) -> None:
    assert len(wrong_way(Source(path, text))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("simulation/markets/credit.py", "from ..agents.bank import BANK\nfrom . import equity"),
        ("simulation/plots/fan.py", "from ..indicators.definitions import INDICATORS"),
        ("simulation/__init__.py", "from .experiments.compare import compare"),
        ("simulation/cli.py", "from simulation import run\nfrom simulation.errors import UserError"),
    ],
)
def test_an_import_that_points_the_right_way_is_allowed(path: str, text: str) -> None:
    assert wrong_way(Source(path, text)) == []


@pytest.mark.parametrize("library", HOME)
def test_a_library_is_imported_only_in_its_home(library: str) -> None:
    strangers = [
        source.at(imported.line, library)
        for source in sources()
        for imported in source.imports()
        if imported.library == library and not source.path.startswith(tuple(HOME[library]))
    ]
    assert strangers == []


def test_the_model_knows_no_tables_of_others() -> None:
    users = [
        source.at(imported.line, imported.name)
        for source in sources()
        for imported in source.imports()
        if source.room in THE_MODEL and imported.library in TABLES
    ]
    assert users == []


@pytest.mark.parametrize("module", ["simulation.economy.run", "simulation.experiments.execute"])
def test_a_worker_loads_no_plots_pandas_or_mesa(module: str, tmp_path: Path) -> None:
    assert loaded_by(f"import {module}", HEAVY, tmp_path) == set()


def test_importing_the_package_loads_no_plots_pandas_or_mesa(tmp_path: Path) -> None:
    assert loaded_by("import simulation", HEAVY, tmp_path) == set()


def test_help_loads_nothing_slow(tmp_path: Path) -> None:
    ask = (
        "import sys; from simulation.cli import main; sys.argv = ['tif', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    assert loaded_by(ask, SLOW_TO_IMPORT, tmp_path) == set()


def test_the_check_of_loaded_libraries_can_fail(tmp_path: Path) -> None:
    assert loaded_by("import json", ("json", "pandas"), tmp_path) == {"json"}


def test_the_package_is_installed_from_this_folder(tmp_path: Path) -> None:
    where = f"import simulation; assert simulation.__file__.startswith({str(ROOT)!r}), simulation.__file__"
    assert loaded_by(where, (), tmp_path) == set()
