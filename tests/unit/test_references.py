"""The pages that are made say what the records say, and are made anew by one command."""

from __future__ import annotations

import re

import pytest

from simulation.accounting.chart import LINES
from simulation.economy.books import net_worth_rows
from simulation.economy.quarter import MECHANISMS, SCHEDULE
from simulation.errors import InternalError
from simulation.experiments import reference_model
from simulation.experiments.references import COMMAND, DOCS
from simulation.indicators.definitions import INDICATORS
from simulation.report import documents
from simulation.report.documents import FILLED, PAGES, write_pages
from simulation.report.source_page import linked
from simulation.scenario.parameter import CATALOGUE, label
from tests.helpers.play import warmed


@pytest.mark.parametrize("name", PAGES)
def test_the_page_in_docs_is_up_to_date(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), f"run: {COMMAND}"


def test_pages_name_every_record():
    levers, parameters, indicators, accounts, schedule, variables = (
        PAGES[f"{name}.md"]() for name in ("levers", "parameters", "indicators", "accounts", "schedule", "variables")
    )
    for name, one in CATALOGUE.items():
        page = levers if one.role == "lever" else parameters
        assert f"| `{name}` | {one.label_en} | {one.label_zh} |" in page
        assert linked(one.source) in page
    assert all(f"`{name}`" in indicators for name in INDICATORS)
    assert all(one.meaning in accounts for one in LINES)
    assert all(stage.sentence in schedule and stage.sentence in PAGES["odd.md"]() for stage, _ in SCHEDULE)
    for kind in (*reference_model.KINDS, *reference_model.SHARED):
        assert all(f"| `{column.name}` | {column.unit} | {column.meaning} |" in variables
                   for column in (*kind.columns, *kind.codes))  # fmt: skip


def test_every_table_of_a_run_is_among_the_kinds_of_agents():
    kinds = {kind.name for kind in (*reference_model.KINDS, *reference_model.SHARED)}
    tables = {table.layout.name for table in warmed().tables.values()}
    assert tables - {"event"} <= kinds


def test_every_mechanism_is_a_submodel_with_its_file():
    told = dict(re.findall(r"^#### (.+) \(`(markets/\w+\.py)`\)\n.", PAGES["odd.md"](), re.MULTILINE))
    assert told == {label("mechanism", key): f"markets/{key}.py" for key in MECHANISMS}


def test_the_balance_sheets_of_a_run_have_the_signs_of_the_matrix():
    made = net_worth_rows(reference_model._where_everybody_has_everything())
    played = net_worth_rows(warmed(quarters=12))
    wrong = {place for place, amount in played.items() if amount * made.get(place, 0.0) <= 0.0 and amount != 0.0}
    assert wrong == set()
    empty = {place for place in made if made[place] and not played.get(place)}
    assert {name for name, _ in empty} <= {"unlisted_equity", "listed_equity"}  # a tiny economy lacks some holders


def test_a_page_without_its_places_is_refused(tmp_path, monkeypatch):
    (tmp_path / "odd.md").write_text("<!-- made: entities -->\n<!-- end -->\n")
    monkeypatch.setattr(documents, "DOCS", tmp_path)
    with pytest.raises(InternalError, match="should have entities, overview, inputs"):
        documents.filled("odd.md")


def test_what_stands_in_a_place_is_made_anew(tmp_path, monkeypatch):
    for name in FILLED:
        stale = (DOCS / name).read_text(encoding="utf-8").replace("| --- |", "| stale |", 1)
        (tmp_path / name).write_text(stale, encoding="utf-8")
    monkeypatch.setattr(documents, "DOCS", tmp_path)
    for name in FILLED:
        assert documents.filled(name) == (DOCS / name).read_text(encoding="utf-8")


def test_codes_of_sources_are_links_to_rows_that_are_there():
    anchors = set(re.findall(r'<a id="(\w+)"></a>', PAGES["sources.md"]()))
    links = {code for name in PAGES for code in re.findall(r"\(sources\.md#(\w+)\)", PAGES[name]())}
    assert links
    assert links <= anchors


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
