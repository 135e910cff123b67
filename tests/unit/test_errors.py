"""Errors say where, what was found, what is allowed, the nearest name and what to do, all faults in one go."""

from __future__ import annotations

import pickle

import pytest

from simulation import errors
from simulation.errors import Fault, Faults, InternalError, Place, ScenarioError, TifError, UserError, nearest_name


def test_a_block_names_the_place_and_leaves_out_what_is_empty():
    fault = Fault(Place("a.yaml", 7), "wide", "0 to 3", "", "write a number")
    assert fault.block() == "a.yaml:7\n  found:   wide\n  allowed: 0 to 3\n  next:    write a number"
    assert Fault(Place("--set x"), "y").block() == "--set x\n  found:   y"


def test_faults_are_told_once_each_in_the_order_of_their_lines():
    faults = Faults(ScenarioError)
    for line in (9, 2, 9):
        faults.add(Place("a.yaml", line), "fault")
    with pytest.raises(ScenarioError) as caught:
        faults.stop()
    assert [fault.place.line for fault in caught.value.faults] == [2, 9]
    assert str(caught.value).startswith("2 faults in the scenario\n\na.yaml:2\n")


def test_no_fault_stops_nothing():
    Faults(ScenarioError).stop()


def test_mistakes_of_the_user_end_with_2_and_ours_with_1():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, TifError)]
    assert {kind.exit_code for kind in kinds if issubclass(kind, UserError)} == {2}
    assert {kind.exit_code for kind in kinds if issubclass(kind, InternalError)} == {1}
    assert not issubclass(InternalError, UserError)


def test_an_error_survives_the_way_between_processes():
    error = ScenarioError.at(Place("a.yaml", 3), "wide", "a number")
    assert isinstance(error, ScenarioError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("ipo_windw", "ipo_window"), ("IPO-Window", "ipo_window"), ("Lockup", "lockup"), ("moon", ""), ("", "")],
)
def test_the_nearest_name_is_found_or_none(word, expected):
    assert nearest_name(word, ["lockup", "ipo_window", "ipo_tightness"]) == expected
