"""docs/mechanisms.md names, for every mechanism, a command that plays; here every command is read, not played."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulation.economy.quarter import MECHANISMS
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import OPTIONAL_MECHANISMS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mechanisms.md"
ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| [^|]+ \| `", line)]
COMMANDS = sorted({command for row in ROWS for command in re.findall(r"`tif ([^`]+)`", row)})


def test_every_optional_mechanism_has_a_row_and_every_row_a_command():
    keys = {key for row in ROWS for key in re.findall(r"`([a-z_]+)`", row.split("|")[2])}
    assert set(OPTIONAL_MECHANISMS) <= keys <= set(MECHANISMS)
    assert all("`tif " in row for row in ROWS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_names_scenarios_and_mechanisms_that_exist(command):
    kind, *words = command.split()
    assert kind in ("run", "compare")
    without = [words[words.index("--without") + 1]] if "--without" in words else []
    names = words[: words.index("--without")] if without else words
    for name in names:
        assert load_scenario(name, without=without).name
