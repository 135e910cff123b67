"""YAML becomes plain values with their lines: YAML 1.2, no tags, no surprises."""

from __future__ import annotations

import math

import pytest

from simulation.errors import Faults, Place, ScenarioError
from simulation.scenario.yaml_tree import Items, Scalar, Table, describe_node, plain_value, read_tree, tree_of


def tree(text):
    faults = Faults(ScenarioError)
    found = read_tree(text, "a.yaml", faults)
    faults.stop()
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("-2.5", -2.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("+4", 4.0),
        ("010", 10.0),
        ("true", True),
        ("FALSE", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("yes", "yes"),
        ("on", "on"),
        ("No", "No"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("2024Q1", "2024Q1"),
        ("2024-01-01", "2024-01-01"),
        ("1:30", "1:30"),
        ("inf", "inf"),
        ("nan", "nan"),
    ],
)
def test_an_unquoted_word_is_what_yaml_1_2_says(text, value):
    assert plain_value(text) == value


def test_only_the_writings_with_a_point_are_not_finite():
    assert math.isnan(plain_value(".nan"))
    assert plain_value("-.inf") == -math.inf


def test_what_is_quoted_is_text():
    assert tree("a: '1'\nb: \"true\"\nc: |\n  2\n").items["a"].value == "1"
    assert tree('b: "true"').items["b"].value == "true"


def test_every_value_knows_its_line():
    found = tree("# remark\na: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    assert found.keys["a"] == Place("a.yaml", 2)
    items = found.items["b"]
    assert isinstance(items, Items)
    inner = items.items[1]
    assert isinstance(inner, Table)
    assert inner.keys["d"].line == 6


def test_a_byte_order_mark_windows_line_ends_and_chinese_are_read():
    assert tree("a: 上市\r\nb: 2\r\n").items["a"].value == "上市"


def test_an_alias_stands_for_its_anchor():
    found = tree("a: &x {v: 1}\nb: *x\n")
    assert found.items["b"] is found.items["a"]


def test_all_repeated_keys_are_told():
    with pytest.raises(ScenarioError) as caught:
        tree("a: 1\na: 2\nb: {c: 1, c: 2}\na: 3\n")
    assert [fault.place.line for fault in caught.value.faults] == [2, 3, 4]


def test_python_values_become_the_same_tree():
    faults = Faults(ScenarioError)
    found = tree_of({"a": 1, "b": [True, None, "x"], 3: 2.5}, Place(""), faults)
    assert isinstance(found, Table)
    assert found.items["a"] == Scalar(Place("a"), "1", 1.0)
    assert found.items["3"].value == 2.5
    assert not faults.found


def test_what_was_found_is_described_on_one_short_line():
    assert describe_node(Scalar(Place(""), "x" * 500, "x" * 500)) == f'"{"x" * 57}..."'
    assert describe_node(tree("a: [1, 2]").items["a"]) == "a list of 2"
    assert describe_node(tree("a: {b: 1}").items["a"]) == "a map with b"
    assert describe_node(tree("a:").items["a"]) == "nothing"
