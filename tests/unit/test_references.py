"""The reference pages say what the records say, and are made anew by one command."""

from __future__ import annotations

import pytest

from simulation.accounting.chart import LINES
from simulation.economy.quarter import SCHEDULE
from simulation.experiments.references import COMMAND, DOCS, PAGES, write_pages
from simulation.indicators.definitions import INDICATORS
from simulation.scenario.parameter import CATALOGUE


@pytest.mark.parametrize("name", PAGES)
def test_the_page_in_docs_is_up_to_date(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), f"run: {COMMAND}"


def test_pages_name_every_record():
    assert all(f"`{name}`" in PAGES["levers.md"]() for name, one in CATALOGUE.items() if one.role == "lever")
    assert all(f"`{name}`" in PAGES["indicators.md"]() for name in INDICATORS)
    assert all(one.meaning in PAGES["accounts.md"]() for one in LINES)
    assert all(stage.sentence in PAGES["schedule.md"]() for stage, _ in SCHEDULE)


@pytest.mark.parametrize("name", PAGES)
def test_every_line_of_a_table_has_the_cells_of_its_heading(name):
    wide = 0
    for line in PAGES[name]().splitlines():
        wide = line.count("|") if line.startswith("|") and not wide else wide if line.startswith("|") else 0
        assert line.count("|") in (0, wide)


def test_only_pages_that_differ_are_written(tmp_path):
    assert {path.name for path in write_pages(tmp_path)} == set(PAGES)
    (tmp_path / "levers.md").write_text("old")
    assert [path.name for path in write_pages(tmp_path)] == ["levers.md"]
