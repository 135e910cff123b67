"""Indicators are the columns of every result: unique, named in two languages, and told how to be added up."""

import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from ruamel.yaml import YAML

from simulation.indicators.definitions import INDICATORS, index_by_id
from simulation.indicators.record import Aggregate, Better, Group

LABELS = YAML(typ="safe").load(
    (Path(__file__).parents[2] / "simulation" / "scenario" / "catalogue" / "labels.yaml").read_text(encoding="utf-8"))
LONGEST_LABEL = 40
LETTER = {"innovation": "I", "financing": "F", "industry": "D", "stability": "S", "public_finance": "P", "cycle": "H"}
LAST_CODE = {"I": 15, "F": 23, "D": 11, "S": 10, "P": 9, "H": 14}
DIMENSIONS = {"sector", "region", "stage", "origin", "board", "channel", "vintage"}


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda indicator: indicator.id)
class TestEveryIndicator:
    def test_belongs_to_the_group_of_its_code(self, indicator):
        assert indicator.code[0] == LETTER[indicator.group]

    def test_is_named_briefly_in_both_languages(self, indicator):
        assert len(indicator.label_en) <= LONGEST_LABEL
        assert indicator.label_en[0].isupper()
        assert re.search(r"[一-鿿]", indicator.label_zh)

    def test_has_a_unit_and_a_formula_in_words(self, indicator):
        assert indicator.unit
        assert len(indicator.formula.split()) > 2

    def test_is_aggregated_judged_and_split_in_a_known_way(self, indicator):
        assert indicator.aggregate in get_args(Aggregate)
        assert indicator.better in get_args(Better)
        assert set(indicator.split) <= DIMENSIONS

    def test_share_or_rate_of_flows_is_never_summed(self, indicator):
        if indicator.unit.startswith("%") or indicator.unit in {"x", "pp", "quarters"}:
            assert indicator.aggregate != "flow"

    def test_ratio_says_what_is_divided_or_averaged(self, indicator):
        if indicator.aggregate == "ratio":
            assert re.search(r" / |mean|weighted|less|shares", indicator.formula)


def test_no_two_indicators_share_a_name():
    for language in ("en", "zh"):
        labels = Counter(indicator.label(language) for indicator in INDICATORS.values())
        assert [label for label, count in labels.items() if count > 1] == []


def test_no_code_is_left_out():
    expected = {f"{letter}{number}" for letter, last in LAST_CODE.items() for number in range(1, last + 1)}
    assert {indicator.code for indicator in INDICATORS.values()} == expected


def test_groups_come_one_after_the_other():
    order = [indicator.group for indicator in INDICATORS.values()]
    assert list(dict.fromkeys(order)) == list(get_args(Group))
    assert order == sorted(order, key=get_args(Group).index)


def test_groups_have_names():
    assert set(LABELS["indicator_groups"]) == set(get_args(Group))


def test_every_exit_channel_is_counted_in_holdings():
    counted = [name for name in INDICATORS if name.endswith("_holdings")]
    assert {name.removeprefix("exits_").removesuffix("_holdings") for name in counted} == set(LABELS["exit_channels"])


def test_exactly_the_comparative_indicators_need_a_second_run():
    assert {indicator.id for indicator in INDICATORS.values() if indicator.paired} == {
        "cost_per_validated_product", "cost_per_survivor", "cost_per_rd", "additionality", "deadweight", "cycle_gain"}


def test_label_follows_the_language():
    assert INDICATORS["flow_dpi"].label() == "Distributions to calls"
    assert INDICATORS["flow_dpi"].label("zh") == "分配与实缴比"


def test_an_id_declared_twice_is_refused():
    one = INDICATORS["patents"]
    with pytest.raises(ValueError, match="'patents' is declared twice"):
        index_by_id([one, one])
