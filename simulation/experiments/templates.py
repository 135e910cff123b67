"""What `tif new` writes: commented beginnings, each with a test that fails until it is filled in. NAME is replaced."""

from __future__ import annotations

POLICY = """\
name: DASHED
title: What a reader should call it
author: who you are
description: >-
  One or two sentences: what changes, and what it asks.
reference: where the idea comes from
extends: BASE

levers:
  # Take the # away before what you want; `tif levers` lists all levers with their ranges. Dates begin in 2024Q1.
  # early_mandate: 0.5                                  # from 2024Q1 to the end
  # ggf_central: {from: 2024Q1, until: 2027Q4, value: 60}   # until is included; then the baseline again
  # ggf_local: {change: +20%}                           # of the baseline's value, quarter by quarter
  # ipo_window: {from: 2025Q1, over: 4q, value: 1}      # reached in equal steps over a year
  # local_pref_grant: {value: {NOE: 16}}                # one region; the others keep the baseline
  # redemption_limit: {when: redemption_claims_outstanding > 50, value: 1}   # last quarter's national value
"""

POLICY_TEST = """\
\"\"\"What NAME should do: the test fails until the policy sets a lever and the claim below is yours.\"\"\"

{IMPORTS}import simulation as tif

POLICY = "FILE"


def changes_a_lever():
    return bool(tif.load_scenario(POLICY).timeline.stages[-1])


def test_it_changes_a_lever():
    assert changes_a_lever(), "take the # away before a lever in FILE"


{MARK}def test_it_does_what_it_promises():
    assert changes_a_lever()
    effects = tif.compare("baseline", POLICY, seeds=8, scale=0.02, quiet=True).effects.set_index("indicator")
    promised = effects.loc["projects_entered"]  # the indicator that it should move: `tif indicators`
    assert promised["low"] > 0.0
"""

LEVER = """
NAME:
  label: {en: TITLE, zh: 中文名称}          # short, unlike every other label
  value: 0                      # in force from 2020 on; dated changes belong in scenarios/history.yaml
  unit: what one unit is
  range: [0, 1]                 # what a scenario may ask for
  neutral: 0                    # the value at which it does nothing by itself
  role: lever
  kind: rule                    # spending if more of it costs public money
  by: none                      # or sector, or region
  mechanism: MECHANISM         # the mechanism whose rule reads it
  description: A sentence that says what it sets.
  source: A
"""

LEVER_TEST = """\
\"\"\"NAME is read by a rule, and moves what it should: the tests fail until both are so.\"\"\"

from pathlib import Path

import pytest

import simulation
from simulation.scenario.parameter import CATALOGUE


def test_the_catalogue_has_it():
    assert "NAME" in CATALOGUE


def test_a_rule_reads_it():
    files = Path(simulation.__file__).parent.glob("*/*.py")
    read = [path.name for path in files if 'parameter("NAME")' in path.read_text(encoding="utf-8")]
    assert read, 'write NAME_INDEX = parameter("NAME") beside the rule that uses it'


def test_it_moves_what_it_should():
    pytest.fail("say which indicator it moves and which way; tests/direction shows how, under paired seeds")
"""

MECHANISM = """\
\"\"\"TITLE: say in one sentence what happens here.\"\"\"

from __future__ import annotations

from ROOT.markets.mechanism import Mechanism, Quarter, Stage

# Positions of the levers and assumptions that the rules read, by their names in the catalogue:
# MY_LEVER = parameter("my_lever")            (from ROOT.scenario.parameter import parameter)
#
# A rule is a small pure function under @rule: a sentence, the formula with its legend and units.
# A kernel under @kernel goes through a table once and holds only order and money
# (from ROOT.engine.jit import kernel, rule). Money moves by `pay` of accounting/ledger.py, which books both sides;
# public money is charged where it is paid: cost[COST_..., level, component]. Chance comes from engine/draws.py.


def play(q: Quarter) -> None:
    \"\"\"Say what happens in this step of the quarter.\"\"\"


MECHANISM = Mechanism(
    key="NAME",
    question="",  # what a reader would ask of it
    core=False,
    neutral={},  # values at which it changes nothing: {"my_lever": 0.0}
    stages=(Stage("TITLE_SMALL", play, ""),),  # name, function, what happens in a few words
    lines=(),  # ledger codes on which it moves money
    events=(),  # kinds of events that it writes down
    indicators=(),  # what shows its work
)
"""

MECHANISM_TEST = """\
\"\"\"NAME: the record is complete, and what it should do is a claim; both tests fail until they are so.\"\"\"

import pytest
from IMPORT import MECHANISM

from simulation.experiments.contract import check_mechanism


def test_the_record_is_complete():
    assert check_mechanism(MECHANISM) == []


def test_it_does_what_it_should():
    pytest.fail("state a known answer of each rule, where the money goes, and which way the lever moves what it should")
"""
