"""docs/extend.md works: its edits are made in a copy of the project, which is then played without the compiler."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from simulation.economy.quarter import MECHANISMS
from simulation.experiments.contract import check_mechanism
from simulation.markets.mechanism import Mechanism, Stage
from tests.helpers.process import ROOT, in_fresh_process

PAGE = (ROOT / "docs" / "extend.md").read_text(encoding="utf-8")
LEVER, INDICATOR, ONE_FILE = re.split(r"## An indicator in two edits|## A mechanism in one file", PAGE)
EDIT = re.compile(r"^(At the end of|New file|In) `([^`]+)`:\n\n((?:```\w+\n.*?```\n+)+)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
QUARTERS = 3

PLAY = """
import numpy as np
from simulation.agents.enterprise import CASH
from simulation.economy.opening import first_population
from simulation.economy.quarter import MECHANISMS, play_quarter
from simulation.experiments.contract import check_mechanism
from simulation.scenario.parameter import DEFAULTS, parameter

def played(name, value, switches):
    policy = DEFAULTS.copy()
    policy[parameter(name)] = value
    state = first_population(1, 0.001, policy)
    cost = 0.0
    for _ in range({quarters}):
        play_quarter(state, policy, True, switches)
        cost += float(state.cost.sum())
        state.quarter += 1
    return state, cost
"""


def edits(part: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [(how, path, BLOCK.findall(blocks)) for how, path, blocks in EDIT.findall(part)]


def apply(part: str, copy: Path) -> None:
    """Make the edits of a part of the page."""
    for how, path, blocks in edits(part):
        file = copy / path
        before = "" if how == "New file" else file.read_text(encoding="utf-8")
        if how == "New file":
            assert not file.exists()
        for kind, block in blocks:
            before = patched(before, block) if kind == "diff" else before + block
        file.write_text(before, encoding="utf-8")


def patched(text: str, diff: str) -> str:
    lines = diff.splitlines()
    old = "".join(f"{line[1:]}\n" for line in lines if line[0] in " -")
    new = "".join(f"{line[1:]}\n" for line in lines if line[0] in " +")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


@pytest.fixture
def copied(tmp_path) -> Path:
    """A copy of the package and its scenarios that may be changed."""
    shutil.copytree(ROOT / "simulation", tmp_path / "simulation", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    return tmp_path


def in_copy(copied: Path, code: str):
    program = PLAY.replace("{quarters}", str(QUARTERS)) + code
    return in_fresh_process(program, package=copied, TIF_DEBUG="1", TIF_CACHE=str(copied / "cache"))


def test_a_lever_takes_two_edits_and_acts(copied):
    assert [path for _, path, _ in edits(LEVER)] == [
        "simulation/scenario/catalogue/01_levers.yaml", "simulation/markets/knowledge.py",
    ]  # fmt: skip
    apply(LEVER, copied)
    none, some, more = in_copy(copied, """
from simulation.agents.government import KNOWLEDGE_0
tell([float(played("data_sharing", value, {})[0].region.num[KNOWLEDGE_0:KNOWLEDGE_0 + 9].sum()) for value in (0, 0.2, 0.5)])
""")  # fmt: skip
    assert none < some < more


def test_an_indicator_takes_two_edits_and_is_measured(copied):
    assert len({path for _, path, _ in edits(INDICATOR)}) == 2
    apply(INDICATOR, copied)
    listed, value, weight = in_copy(copied, """
from simulation.economy.measures import measure
from simulation.indicators.definitions import INDICATORS
state = played("ipo_window", 1.0, {})[0]
tell(["knowledge_lead" in INDICATORS, *measure(state, DEFAULTS, 0)["knowledge_lead"]])
""")  # fmt: skip
    assert listed
    assert 100.0 / 6.0 < value < 100.0
    assert weight > 0.0


def test_a_mechanism_is_one_file_that_is_announced_and_acts(copied):
    assert sum(how == "New file" for how, _, _ in edits(ONE_FILE)) == 1
    apply(ONE_FILE, copied)
    missing, off, none, some, costs = in_copy(copied, """
one = MECHANISMS["vouchers"]
off, free = played("voucher", 0.0, {"vouchers": False}), played("voucher", 0.0, {})
some = played("voucher", 0.5, {})
tell([check_mechanism(one), off[0].hash(), free[0].hash(), some[0].hash(), [off[1], free[1], some[1]]])
""")  # fmt: skip
    assert missing == []
    assert off == none != some
    assert costs[0] == costs[1] < costs[2]


@pytest.mark.parametrize("key", MECHANISMS)
def test_every_record_of_the_model_is_complete(key):
    assert check_mechanism(MECHANISMS[key]) == []


def play(q):
    pass


WRONG = Mechanism(
    key="Fairs", question="fairs", core=False, neutral={"ipo_windw": 1.0, "lockup": 3.0},
    stages=(Stage("fairs", play, ""),), lines=("GRNT",), events=("birthh",), indicators=("exits_ip",),
)  # fmt: skip


def test_what_is_missing_in_a_record_is_told_in_words():
    told = "\n".join(check_mechanism(WRONG))
    for words in (
        "lower-case letters", "labels.yaml: below `mechanisms:`", "with a question mark", "with `mechanism: Fairs`",
        "ipo_windw is not in the catalogue; the nearest is ipo_window", "lockup is 3 here and 4.0 in the catalogue",
        "no step of SCHEDULE names this record", "the stage `fairs` is not a step of SCHEDULE", "play has no docstring",
        "a sentence that says what happens", "GRNT is not declared in simulation/accounting/chart.py; the nearest is GRANT",
        "the nearest is birth", "the nearest is exits_ipo",
    ):  # fmt: skip
        assert words in told, told
