"""What is kept of the long tests: whole files only, with their failures, and files that were not played as they were."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from tests.statistical import moments, show
from tests.statistical.tier import by_file, is_whole, keep_tests


def report(test: str, seconds: float) -> SimpleNamespace:
    return SimpleNamespace(nodeid=f"tests/{test}", duration=seconds)


REPORTS = {
    "": [report("a/test_one.py::test_x", 60.0), SimpleNamespace(nodeid="a warning")],  # set-up, and no test at all
    "passed": [report("a/test_one.py::test_x", 30.0), report("a/test_one.py::test_y[k::1]", 30.0)],
    "failed": [report("b/test_two.py::test_z", 6.0)],
    "error": [report("b/test_two.py::test_w", 0.0)],
    "skipped": [report("c/test_three.py::test_v", 0.0)],
}


def test_reports_are_counted_by_file_and_setting_up_takes_time():
    assert by_file(REPORTS) == {
        "tests/a/test_one.py": {"passed": 2, "failed": 0, "minutes": 2.0},
        "tests/b/test_two.py": {"passed": 0, "failed": 2, "minutes": 0.1},
    }


@pytest.mark.parametrize(
    ("marks", "words", "places", "whole"),
    [
        ("long", "", ["tests"], True),
        ("long", "", ["tests/soak/test_soak.py"], True),
        ("long", "statics", ["tests"], False),
        ("long", "", ["tests/soak/test_soak.py::test_one"], False),
        ("not long", "", ["tests"], False),
        ("", "", ["tests"], False),
    ],
)
def test_only_whole_files_of_the_long_tier_are_kept(marks, words, places, whole):
    assert is_whole(marks, words, places) is whole


def test_files_that_were_not_played_keep_what_they_had(tmp_path, monkeypatch):
    last = tmp_path / "last.json"
    last.write_text('{"long_tests": {"commit": "old", "files": {"tests/c.py": {"passed": 9}}}, "other": 1}', encoding="utf-8")
    monkeypatch.setattr(moments, "LAST", last)
    keep_tests(by_file(REPORTS))
    found = json.loads(last.read_text(encoding="utf-8"))
    assert found["other"] == 1
    assert found["long_tests"]["files"]["tests/c.py"] == {"passed": 9}
    assert found["long_tests"]["files"]["tests/b/test_two.py"]["failed"] == 2


def test_the_shown_page_is_that_of_what_was_kept():
    assert show.PAGE.read_text(encoding="utf-8").startswith(show.page() + f"\n{show.KEPT}")


def test_the_page_tells_what_failed():
    files = {file: {"commit": "abc", **row} for file, row in by_file(REPORTS).items()}
    lines = show.ended(files)
    assert lines[0].startswith("`make test-long`: 2 tests passed, 2 failed.")
    assert "| b: two | 0 | 2 | 0.1 | abc |" in lines
