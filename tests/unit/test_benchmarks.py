"""Benchmarks: how figures are kept and shown. What they measure is never asserted."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from benchmarks.__main__ import PARTS, options_of, seconds_told
from benchmarks.record import Figure, keep, machine, table, today

FIGURES = [
    Figure("national", "whole run", 41.234, "s", "<= 60 s"),
    Figure("sweep", "small runs", 1523.4, "runs a minute"),
]


def test_a_table_shows_value_unit_and_aim() -> None:
    text = table(FIGURES)
    assert f"### {today()}" in text
    assert "| whole run | 41.2 s | <= 60 s |" in text
    assert "| small runs | 1,523 runs a minute |  |" in text


def test_parts_measured_earlier_on_a_day_are_kept(tmp_path: Path) -> None:
    keep(FIGURES, {"national": {"seconds": 41.234}}, tmp_path)
    path = keep([Figure("sweep", "small runs", 1600.0, "runs a minute")], {}, tmp_path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == f"{today()}.json"
    assert [figure["value"] for figure in kept["figures"]["national"]] == [41.234]
    assert [figure["value"] for figure in kept["figures"]["sweep"]] == [1600.0]
    assert kept["details"] == {"national": {"seconds": 41.234}}


def test_the_machine_is_described_and_not_named() -> None:
    told = " ".join(machine().values())
    assert str(os.cpu_count()) in told
    assert socket.gethostname() not in told
    assert os.sep not in told


def test_the_seconds_of_the_object_model_are_read_from_its_line() -> None:
    line = "2210 enterprises, python random numbers: 0.130 s a quarter, 58.8 us an enterprise"
    assert seconds_told(line) == 0.13
    assert seconds_told("1.5e-2\n") == 0.015


def test_a_single_part_can_be_asked_for() -> None:
    assert options_of([]).only == list(PARTS)
    assert options_of(["--only", "sweep"]).only == ["sweep"]
    with pytest.raises(SystemExit):
        options_of(["--only", "nothing"])
