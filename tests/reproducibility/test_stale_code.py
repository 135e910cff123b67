"""The worst bug of compiled code: an old kernel that still plays an old rule. A changed file must change the result."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simulation.engine.jit import PACKAGE, source_hash
from tests.helpers.process import in_fresh_process

# A kernel of one file calls a rule of another, whose source is then changed.
LOOK = """
import numpy as np
from simulation.agents.enterprise import FIRM, PUBLIC, STAGE, SALES, SHARES
from simulation.agents.population import LISTED_VALUE, MEMORY
from simulation.engine import jit
from simulation.engine.table import Table
from simulation.markets.public_market import price_companies
firm = Table(FIRM, 1, 1)
firm.code[STAGE, 0], firm.num[SALES, 0], firm.num[SHARES, 0] = PUBLIC, 10.0, 100.0
memory = np.zeros((len(MEMORY.columns), 9))
price_companies(firm.num, firm.code, 1, 7.0, 1.0, memory)
tell([memory[LISTED_VALUE, 0], jit.CACHE_FOLDER.name, sum(1 for _ in jit.CACHE_FOLDER.rglob("*.nbc"))])
"""
RULE = "return 4.0 * multiple * index * max(sales"


@pytest.fixture
def copied(tmp_path) -> Path:
    """A copy of the package that may be changed."""
    shutil.copytree(PACKAGE, tmp_path / "simulation", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_rule_changes_the_result_of_a_kernel_in_another_file(copied, tmp_path):
    def look():
        return in_fresh_process(LOOK, package=copied, TIF_CACHE=str(tmp_path / "cache"))

    file = copied / "simulation" / "markets" / "listing.py"
    before, folder, kept = look()
    assert (before, kept) == (280.0, 1)
    change(file, RULE, RULE.replace("4.0", "8.0"))
    after, other_folder, _ = look()
    assert (after, other_folder != folder) == (560.0, True)
    change(file, RULE.replace("4.0", "8.0"), RULE)
    assert look() == [280.0, folder, 1]


@pytest.mark.parametrize("name", ("engine/draws.py", "scenario/catalogue/01_levers.yaml"))
def test_every_file_on_which_a_kernel_may_depend_counts(copied, name):
    before = source_hash(copied / "simulation")
    with (copied / "simulation" / name).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert source_hash(copied / "simulation") != before


def test_a_new_file_and_a_renamed_one_count(copied):
    package = copied / "simulation"
    hashes = [source_hash(package)]
    (package / "markets" / "insurance.py").write_text("", encoding="utf-8")
    hashes.append(source_hash(package))
    (package / "markets" / "insurance.py").rename(package / "markets" / "guarantee.py")
    hashes.append(source_hash(package))
    assert len(set(hashes)) == 3


def test_the_hash_does_not_depend_on_where_the_package_lies(copied):
    assert source_hash(copied / "simulation") == source_hash(PACKAGE)


def test_debug_and_bounds_have_caches_of_their_own():
    code = "from simulation.engine import jit\ntell(jit.CACHE_FOLDER.name)"
    assert len({in_fresh_process(code, **switch) for switch in ({}, {"TIF_DEBUG": "1"}, {"TIF_BOUNDS": "1"})}) == 3
