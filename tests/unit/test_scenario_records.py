"""A catalogue that does not hold together is refused with the record and the line."""

from __future__ import annotations

import pytest

from simulation.errors import CatalogueError
from simulation.scenario.records import parse_catalogue

GOOD = """
window:
  label: {en: Window, zh: 窗口}
  value: 1
  unit: x
  range: [0, 3]
  neutral: 1
  role: lever
  kind: rule
  by: none
  mechanism: listing
  description: A lever.
  source: A
"""


def parse(tmp_path, text, labels=None):
    (tmp_path / "01_test.yaml").write_text(text, encoding="utf-8")
    if labels is not None:
        (tmp_path / "labels.yaml").write_text(labels, encoding="utf-8")
    return parse_catalogue(tmp_path)


def test_a_good_record_is_read(tmp_path):
    record = parse(tmp_path, GOOD).parameters["window"]
    assert (record.value, record.low, record.high, record.neutral, record.file) == (1, 0, 3, 1, "01_test")
    assert record.allowed == "0 to 3 (x)"


def test_a_value_by_region_fills_nine_columns(tmp_path):
    text = GOOD.replace("by: none", "by: region").replace(
        "value: 1", "value: {BTH: 1, YRD: 1, GBA: 1, CEN: 1, WES: 1, NOE: 2}"
    )
    assert parse(tmp_path, text).parameters["window"].columns == (1, 1, 1, 1, 1, 2, 2, 2, 2)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value: 1", "value: 4", "window with value 4"),
        ("value: 1", "value: wide", "a finite number"),
        ("value: 1", "value: .nan", "a finite number"),
        ("value: 1", "value: {AER: 1}", "one number, or all of"),
        ("range: [0, 3]", "range: [3, 0]", "lowest below highest"),
        ("range: [0, 3]", "range: 3", "[lowest, highest]"),
        ("neutral: 1", "neutral: 9", "window with neutral 9"),
        ("role: lever", "role: leaver", "lever or uncertain"),
        ("role: lever", "role: fixed", "kind only where role is lever"),
        ("kind: rule", "kind: rules", "spending or rule"),
        ("  kind: rule\n", "", "kind: nothing"),
        ("by: none", "by: stage", "none or sector or region"),
        ("  source: A\n", "", "window without source"),
        ("source: A", "sauce: A", "nearest: source"),
        ("unit: x", "unit:", "unit: nothing"),
        ("{en: Window, zh: 窗口}", "Window", "{en: English, zh: 中文}"),
        ("{en: Window, zh: 窗口}", "{en: Window, net, zh: 窗口}", "a map with en, net, zh"),
        ("window:", "Window:", "small letters"),
    ],
)
def test_a_faulty_record_is_told_with_its_line(tmp_path, old, new, told):
    with pytest.raises(CatalogueError) as caught:
        parse(tmp_path, GOOD.replace(old, new, 1))
    assert told in str(caught.value)
    assert "01_test.yaml:" in str(caught.value)


def test_a_parameter_declared_in_two_files_is_refused(tmp_path):
    (tmp_path / "02_again.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(CatalogueError, match="01_test declares already"):
        parse(tmp_path, GOOD)


def test_labels_are_read_by_group_and_code(tmp_path):
    labels = parse(tmp_path, GOOD, "sectors:\n  BIO: {en: Biomedicine, zh: 生物医药}\n").labels
    assert labels == {"sectors": {"BIO": {"en": "Biomedicine", "zh": "生物医药"}}}
    with pytest.raises(CatalogueError, match=r"labels\.yaml:2"):
        parse(tmp_path, GOOD, "sectors:\n  BIO: Biomedicine\n")
