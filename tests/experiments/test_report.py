"""A report says what the tables say, stands alone, can be redrawn from its own files, and is whole or not there."""

from __future__ import annotations

import base64
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer

import simulation as tif
from simulation.commands.report import report as command
from simulation.errors import ResultsError
from simulation.report import pictures, write
from simulation.report.drawings import Drawings, drawings_of
from simulation.report.findings import clear_effects, findings_text, sentence
from simulation.report.material import open_material
from simulation.report.numbers import figure, read, signed
from simulation.report.pictures import png
from simulation.report.worth import priced, worth_table
from simulation.report.write import write_report
from simulation.scenario.parameter import CATALOGUE
from tests.helpers.pasts import own_cache  # noqa: F401

SCALE, QUARTERS = 0.004, 20
TARGETS = {"src", "poster", "data", "action", "background", "srcset", "xlink:href"}
IN_FIGURES = {".svg", ".png", ".csv", ".txt"}


class Loads(HTMLParser):
    """Everything that a browser would load, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        links = TARGETS | ({"href"} if tag == "link" else set())
        self.found += [value or "" for name, value in attrs if name in links]
        self.found += [value for name, value in attrs if name == "style" and value and "url(" in value]


@pytest.fixture(scope="module")
def comparison(pasts):
    return tif.compare("baseline", "open_exits", seeds=3, quarters=QUARTERS, scale=SCALE, workers=1, quiet=True)


@pytest.fixture(scope="module")
def folder(comparison, tmp_path_factory) -> Path:
    """Results of a comparison with their report."""
    path = comparison.save(tmp_path_factory.mktemp("results") / "mine", figures=False)
    write_report(path)
    return path


@pytest.fixture(autouse=True)
def coarse(folder, monkeypatch):
    """After the first report, which is written in full, pictures are small, since they take most of the time."""
    monkeypatch.setattr(write, "PRINT_DPI", 20)
    monkeypatch.setattr(pictures, "PAGE_DPI", 20)


@pytest.fixture(scope="module")
def page(folder) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def copy_of(folder: Path, to: Path, **changes: object) -> Path:
    """The results without their report, with some entries of the manifest changed."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("report.html", "brief"))
    manifest = json.loads((to / "manifest.json").read_text(encoding="utf-8"))
    (to / "manifest.json").write_text(json.dumps(manifest | changes), encoding="utf-8")
    return to


def csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def test_the_page_loads_nothing_but_itself(page):
    seen = Loads()
    seen.feed(page)
    assert seen.found
    assert all(value.startswith("data:image/") for value in seen.found)
    assert {"script", "link", "iframe", "object", "embed"} & set(seen.tags) == set()
    style = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert "url(" not in style
    assert "@import" not in style
    for vector in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page):
        inside = base64.b64decode(vector).decode()
        assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', inside))


def test_the_page_answers_each_question_in_both_languages(page):
    for anchor in ("question", "scenarios", "effects", "figures", "cycle", "cost", "assumptions", "refusals", "sources"):
        assert f'id="{anchor}"' in page
    for name in ("ipo_window", "s_fund_public"):
        assert f"{CATALOGUE[name].label_en} ({CATALOGUE[name].label_zh})" in page
        assert name not in page
    assert "新增验证产品" in page


def test_text_of_users_is_escaped(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(write, "drawings_of", lambda _: Drawings())
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["scenarios"][1]["description"] = "<script>alert(1)</script>"
    there = copy_of(folder, tmp_path / "mine", scenarios=manifest["scenarios"])
    assert "<script>" not in write_report(there).read_text(encoding="utf-8")


def test_every_figure_has_its_files_and_is_redrawn_from_its_csv_to_the_pixel(folder):
    brief = folder / "brief"
    drawings = drawings_of(open_material(folder))
    assert drawings.missing == []
    assert [one.name for one in drawings.made] == [
        "effects", "over_time", "exits", "funnel", "money_cycle_1", "money_cycle_2",
    ]  # fmt: skip
    captions = (brief / "captions.md").read_text(encoding="utf-8")
    for one in drawings.made:
        files = {path.suffix for path in (brief / "figures").glob(f"{one.name}.*")}
        assert files == IN_FIGURES, one.name
        assert one.caption in captions
        assert one.caption in (brief / "figures" / f"{one.name}.txt").read_text(encoding="utf-8")
        again = one.draw(csv(brief / "figures" / f"{one.name}.csv"))
        assert png(again, 50) == png(one.figure, 50), one.name


def test_pictures_are_fit_for_print(folder):
    from PIL import Image

    with Image.open(folder / "brief" / "figures" / "effects.png") as image:
        assert image.size == (3999, 2250)  # 13.333 x 7.5 inches
        assert round(image.info["dpi"][0]) == 300


def test_findings_are_the_rows_of_the_effects_table_and_no_others(folder):
    material = open_material(folder)
    text = (folder / "brief" / "findings.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    effects = material.effects
    clear = effects[((effects["low"] > 0) | (effects["high"] < 0)) & effects["difference"].notna()]
    assert len(lines) == len(clear) > 0
    costs = effects.set_index(["scenario", "indicator"]).xs("public_cost", level="indicator")
    number = r"(-?[\d,]+(?:\.\d+)?)"
    for line, (_, row) in zip(lines, clear.iterrows(), strict=True):
        assert row["label"] in line
        way = re.search(rf" (rises|falls) by {number}", line)
        ends = re.search(rf"interval of the difference {number} to {number}\)", line)
        levels = re.search(rf", from {number} to {number}", line)
        told = [way[2], *ends.groups(), *levels.groups()]
        sign = 1 if way[1] == "rises" else -1
        there = [sign * row["difference"], row["low"], row["high"], row["baseline"], row["policy"]]
        assert [read(text) for text in told] == pytest.approx(there, rel=6e-4, abs=1e-11)
        assert f"{row['seeds']} seeds" in line
        assert row["window"] in line
        if row["indicator"] != "public_cost":
            cost = re.search(rf"public cost {number} CNY bn a year \(95 % interval {number} to {number}\)", line)
            own = costs.loc[row["scenario"]]
            assert [read(text) for text in cost.groups()] == pytest.approx(
                [own["difference"], own["low"], own["high"]], rel=6e-4, abs=1e-11
            )


def test_findings_are_stated_in_fixed_words(folder):
    material = open_material(folder)
    row = clear_effects(material).iloc[0]
    shape = r"Under [^,]+, .+ \(.+\) (rises|falls) by .+ \(95 % interval .+\), from .+ to .+, (over|in the last four quarters of) .+; \d+ seeds(; public cost .+)?\."
    assert re.fullmatch(shape, sentence(material, row))


def test_one_seed_has_no_findings(folder, pasts, tmp_path):
    made = tif.compare("baseline", "open_exits", seeds=1, quarters=QUARTERS, scale=SCALE, workers=1, quiet=True)
    path = made.save(tmp_path / "one", figures=False)
    assert "no finding can be stated" in findings_text(open_material(path))


def test_cost_and_outcome_are_those_of_the_effects_table_and_of_the_comparison(comparison, folder):
    material = open_material(folder)
    effects = material.effects.set_index(["scenario", "indicator"])["difference"]
    net = comparison.cost.groupby("scenario")["present_value"].last()
    for _, row in worth_table(material).iterrows():
        assert row["cost"] * material.years == pytest.approx(net[row["scenario"]])
        assert row["outcome"] == pytest.approx(effects[row["scenario"], row["indicator"]], abs=1e-9)


def test_a_price_is_cost_over_outcome_with_fiellers_interval():
    cost, outcome = np.array([10.0, 12.0, 11.0, 13.0]), np.array([5.0, 5.5, 6.0, 5.2])
    price = priced(cost, outcome)
    assert price.value == pytest.approx(cost.mean() / outcome.mean())
    t = 3.182446305284263
    for end in (price.low, price.high):  # at the ends, cost - end x outcome is as far from zero as t allows
        gaps = cost - end * outcome
        assert abs(gaps.mean()) / (gaps.std(ddof=1) / 2.0) == pytest.approx(t)
    assert priced(cost, np.array([5.0, -5.0, 1.0, -1.0])).said == "outcome unclear"
    assert priced(-cost, outcome).said == "more of it, and money saved"


def test_numbers_can_be_read_back():
    for value in (0.0, 1.0, -12345.678, 0.00012345, 1e7, -2.5):
        assert read(figure(value)) == pytest.approx(value, rel=6e-4)
        assert read(signed(value)) == pytest.approx(value, rel=6e-4)
    assert figure(1234.5) == "1,234"
    assert signed(2e-14) == "0"
    assert figure(float("nan")) == "\N{EN DASH}"


def test_tables_are_there_for_people_and_programs(folder):
    tables = folder / "brief" / "tables"
    names = {path.stem for path in tables.iterdir()}
    assert names == {"effects", "cost_per_outcome", "cost_by_lever", "scenarios", "assumptions", "refusals"}
    assert all((tables / f"{name}.md").is_file() and (tables / f"{name}.csv").is_file() for name in names)
    pd.testing.assert_frame_equal(
        csv(tables / "effects.csv"), open_material(folder).effects, check_dtype=False, rtol=0, atol=0
    )


def test_cost_by_lever_adds_up_to_the_public_cost_of_the_effects(folder):
    material = open_material(folder)
    effects = material.effects.set_index("indicator")["difference"]
    table = csv(folder / "brief" / "tables" / "cost_by_lever.csv").set_index("lever")
    total = table.loc["All levers"]
    assert total["cost"] / material.years == pytest.approx(effects["public_cost"])
    assert table.drop(index="All levers")["net"].sum() == pytest.approx(total["net"])
    assert total["net"] == pytest.approx(total["cost"] - total["claims"])


def test_assumptions_are_marked_a_and_belong_to_the_levers_that_changed(folder):
    table = csv(folder / "brief" / "tables" / "assumptions.csv")
    assert {"Listing", "Acquisition", "Secondary sales"} == set(table["mechanism"])
    assert set(table["source"].str[0]) == {"A"}
    assert (table["changed"] == "changed here").sum() == 2  # the third lever, the listing window, has a source


def test_methods_say_what_was_done(folder):
    text = (folder / "brief" / "methods.md").read_text(encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for words in ("3 seeds (1\N{EN DASH}3)", f"cale {SCALE}", "2024Q1:2025Q4", manifest["hash"], manifest["results_hash"]):
        assert words in text
    assert "tif compare --from mine/manifest.json" in text


def test_the_bibliography_holds_the_sources_of_levers_and_model(folder):
    text = (folder / "brief" / "references.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{(\w+),$", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) > 30
    assert {"tifcycle", "IPO18", "klein2024", "fieller1954"} <= set(keys)
    assert text.count("{") == text.count("}")


def test_every_code_the_catalogue_cites_has_an_entry():
    from simulation.report.sources import entries, unknown_codes

    lines = [record.source for record in CATALOGUE.values()]
    assert unknown_codes(lines) == []
    texts = [entry for entry in entries() if not entry.model and not entry.key.isupper() and not entry.key[-2:].isdigit()]
    assert [entry.key for entry in texts if not any(entry.is_cited_in(line) for line in lines)] == []


def test_a_text_says_where_its_details_were_seen_or_that_nobody_has_checked_them():
    from ruamel.yaml import YAML

    from simulation.report.sources import HERE

    texts = YAML(typ="safe").load((HERE / "literature.yaml").read_text(encoding="utf-8"))
    assert [key for key, one in texts.items() if one["type"] != "software" and ("seen" in one) == bool(one.get("unverified"))] == []


def test_the_bibliography_says_of_a_text_that_nobody_has_checked_it():
    from simulation.report.sources import UNVERIFIED, entry_of

    record = {"type": "misc", "author": "Somebody, Ann", "title": "A text", "year": 2001, "note": "third edition"}
    assert UNVERIFIED not in entry_of("somebody2001", record | {"seen": "its first page"}).bibtex("model")
    told = entry_of("somebody2001", record | {"unverified": True})
    assert f"note = {{third edition; {UNVERIFIED}}}" in told.bibtex("model")
    assert "unverified" not in dict(told.fields)
    assert UNVERIFIED in str(told)


def test_reference_data_are_kept_once():
    from simulation.experiments.targets import reference
    from simulation.report.sources import entries

    assert set(reference()) <= {entry.key for entry in entries()}
    codes = [entry.key for entry in entries()]
    assert len(codes) == len(set(codes))


def test_the_same_results_give_the_same_report(folder, tmp_path):
    other = write_report(folder, tmp_path / "elsewhere").parent
    files = sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
    assert len(files) > 30
    same = [path for path in files if path.suffix not in (".png", ".html")]  # of which the size is that of the test
    assert [path for path in same if (other / path).read_bytes() != (folder / path).read_bytes()] == []


def test_drafts_and_interrupted_results_are_stamped(folder, tmp_path):
    there = copy_of(folder, tmp_path / "mine", draft=True, complete=False)
    text = write_report(there).read_text(encoding="utf-8")
    for stamp in ("DRAFT", "INTERRUPTED"):
        assert f'<p class="stamp">{stamp}' in text
        for name in ("findings.md", "methods.md", "figures/effects.txt"):
            assert stamp in (there / "brief" / name).read_text(encoding="utf-8")


def test_a_folder_that_is_no_result_is_refused_with_the_nearest_one(folder, tmp_path):
    with pytest.raises(ResultsError, match=r"no such folder[\s\S]*nearest: .*mine"):
        write_report(folder.with_name("mime"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ResultsError, match="without results"):
        write_report(tmp_path / "empty")
    with pytest.raises(ResultsError, match="results of tif optimise"):
        write_report(copy_of(folder, tmp_path / "other", kind="optimise"))
    broken = copy_of(folder, tmp_path / "broken")
    (broken / "effects.parquet").unlink()
    with pytest.raises(ResultsError, match=r"without the table effects[\s\S]*--from"):
        write_report(broken)
    assert not (broken / "report.html").exists()


def test_nothing_is_left_when_writing_fails_and_the_old_report_stays(folder, tmp_path, monkeypatch):
    there = copy_of(folder, tmp_path / "mine")
    before = sorted(path.name for path in there.iterdir())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "drawings_of", lambda _: Drawings())
    monkeypatch.setattr(write, "write_sheet", full)
    with pytest.raises(ResultsError, match="the disk is full"):
        write_report(there)
    assert sorted(path.name for path in there.iterdir()) == before
    with pytest.raises(ResultsError, match="the disk is full"):
        write_report(there, tmp_path / "new" / "place")
    assert not (tmp_path / "new").exists()


def test_what_is_no_report_is_not_written_over(folder, tmp_path):
    there = copy_of(folder, tmp_path / "mine")
    (there / "report.html").write_text("my own notes", encoding="utf-8")
    with pytest.raises(ResultsError, match="no report of tif"):
        write_report(there)
    (there / "report.html").unlink()
    (there / "brief").mkdir()
    (there / "brief" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ResultsError, match="no brief of tif"):
        write_report(there)
    assert (there / "brief" / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_the_command_tells_users_their_mistake(tmp_path, capsys):
    with pytest.raises(typer.Exit) as ended:
        command(tmp_path / "nowhere")
    told = capsys.readouterr().err
    assert ended.value.exit_code == 2
    assert "no such folder" in told
    assert "Traceback" not in told


def test_a_run_has_a_report_without_findings(pasts, tmp_path):
    made = tif.run("early_investment", seeds=2, quarters=8, scale=SCALE, workers=1, quiet=True)
    text = write_report(made.save(tmp_path / "run", figures=False)).read_text(encoding="utf-8")
    assert "Main indicators by year" in text
    assert not (tmp_path / "run" / "brief" / "findings.md").exists()


def test_a_sweep_has_a_report_of_its_points(pasts, tmp_path):
    results = tif.sweep(
        out=tmp_path / "sweep", vary={"early_mandate": [0.1, 0.7], "ipo_window": [0.3, 1.0]}, seeds=2, quarters=16,
        scale=SCALE, workers=1, quiet=True,
    )  # fmt: skip
    text = write_report(results.folder).read_text(encoding="utf-8")
    assert "Early-stage mandate 早期投资比例要求" in text
    assert "INTERRUPTED" not in text
    table = csv(results.folder / "brief" / "tables" / "points.csv")
    runs = results.table("runs").pivot_table(index="seed", columns="point", values="equity_invested")
    told = table[table["indicator"] == "equity_invested"].set_index("point")
    assert told["mean"].to_numpy() == pytest.approx(runs.mean().to_numpy())
    assert told["difference"].to_numpy() == pytest.approx(runs.sub(runs[0], axis=0).mean().to_numpy())
    shutil.rmtree(sorted((results.folder / "parts").iterdir())[0])
    assert '<p class="stamp">INTERRUPTED' in write_report(results.folder).read_text(encoding="utf-8")
