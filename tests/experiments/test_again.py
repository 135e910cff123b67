"""A manifest alone plays a run again to the bit, and says why when it cannot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer

import simulation as tif
from simulation.commands import play
from simulation.errors import ResultsError, ScenarioError, UsageError
from simulation.experiments import again, manifest
from simulation.experiments.again import plan_again, said_same
from simulation.scenario.describe import describe
from simulation.scenario.load import load_scenario
from simulation.scenario.written import scenario_of, written_of
from tests.helpers.pasts import own_cache  # noqa: F401

SCALE, QUARTERS = 0.003, 16
HEADS = ("name", "title", "author", "description", "reference", "files")


@pytest.fixture(scope="module")
def policy(tmp_path_factory) -> Path:
    """A policy with everything that an entry can have."""
    file = tmp_path_factory.mktemp("files") / "mine.yaml"
    file.write_text(
        "title: Mine\nextends: baseline\n"
        "levers:\n"
        "  ipo_window: [{from: 2024Q1, over: 4q, value: 1.5}, {from: 2024Q4, value: 1}]\n"
        "  ggf_local: {change: +20%, until: 2025Q1}\n"
        "  ggf_central: {when: npl_ratio < 2.5, value: 61.1, for_at_least: 2q}\n"
        "  ins_cover: {value: {LAE: 1.2, BMF: 1.2}}\n"
        "mechanisms: {secondary: false}\n",
        encoding="utf-8",
    )
    return file


@pytest.fixture(scope="module")
def folder(pasts, policy, tmp_path_factory) -> Path:
    """Results of a comparison, far from the scenario file, which is gone."""
    made = tif.compare("baseline", policy, seeds=[3, 7], quarters=QUARTERS, scale=SCALE, workers=1, quiet=True)
    path = made.save(tmp_path_factory.mktemp("results") / "mine", figures=False)
    policy.unlink()
    return path


def changed(folder: Path, to: Path, **changes: Any) -> Path:
    """A copy of the manifest with some entries changed, alone in a folder."""
    to.mkdir(parents=True)
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (to / "manifest.json").write_text(json.dumps(told | changes), encoding="utf-8")
    return to


def test_every_shipped_scenario_can_be_written_down_and_read_back(project):
    for file in sorted([*project.glob("scenarios/policies/*.yaml"), *project.glob("scenarios/shocks/*.yaml")]):
        scenario = load_scenario(file)
        heads = {key: getattr(scenario, key) for key in HEADS}
        back = scenario_of(heads, json.loads(json.dumps(written_of(scenario))))
        assert back.hash == scenario.hash, file.name
        assert back.past_hash(40, 0.1) == scenario.past_hash(40, 0.1), file.name
        assert describe(back) == describe(scenario), file.name


def test_conditions_and_dates_survive(folder, policy):
    plan, told = plan_again(folder, "compare")
    assert plan.hash == told["hash"]
    assert [scenario.hash for scenario in plan.scenarios] == [entry["hash"] for entry in told["scenarios"]]
    assert "61.1" in describe(plan.scenarios[1])
    assert not policy.exists()


def test_the_command_plays_a_comparison_again_to_the_bit(folder, tmp_path, capsys):
    play.compare(source=folder / "manifest.json", out=tmp_path / "again", no_figures=True, workers=1, no_cache=True)
    assert "The same bits: all 15 tables" in capsys.readouterr().out
    for file in folder.glob("*.parquet"):
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_run_is_played_again_from_a_manifest_under_another_name(pasts, tmp_path, capsys):
    made = tif.run("closed_exits", seeds=2, quarters=5, scale=SCALE, workers=1, quiet=True)
    path = made.save(tmp_path / "run", figures=False)
    alone = shutil.copy(path / "manifest.json", tmp_path / "to-a-colleague.json")
    play.run(source=Path(alone), out=tmp_path / "again", no_figures=True, workers=1)
    assert "The same bits" in capsys.readouterr().out


def test_other_bits_are_told_and_end_with_one(folder, tmp_path, capsys):
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    told["tables"]["effects"]["sha256"] = "0" * 64
    place = changed(folder, tmp_path / "other", tables=told["tables"])
    with pytest.raises(typer.Exit) as ended:
        play.compare(source=place, out=folder, no_figures=True, workers=1)
    assert ended.value.exit_code == 1
    assert "Not the same bits: effects differ" in capsys.readouterr().err
    assert said_same(folder, told | {"results_hash": "0" * 64})[0] is False


def test_another_version_of_the_code_is_refused_with_both_versions(folder, tmp_path):
    old = {"numba": "0.1", "tif-cycle": "0.0.9"}
    place = changed(folder, tmp_path / "old", code="c0ffee", model="deadbeef", versions=old)
    with pytest.raises(ResultsError, match=r"another version of the code: c0ffee, tif-cycle 0.0.9.*numba 0.1"):
        plan_again(place, "compare")


def test_code_that_differs_outside_the_model_may_try(folder, tmp_path):
    place = changed(folder, tmp_path / "near", code="c0ffee")
    plan, told = plan_again(place, "compare")
    assert told["model"] == manifest.MODEL_HASH
    assert plan.seeds == tuple(told["seeds"])


def test_a_manifest_without_its_scenarios_is_refused(folder, tmp_path):
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    bare = [{key: value for key, value in entry.items() if key != "written"} for entry in told["scenarios"]]
    with pytest.raises(ResultsError, match="no text of the scenarios"):
        plan_again(changed(folder, tmp_path / "bare", scenarios=bare), "compare")


def test_a_scenario_that_was_changed_by_hand_is_refused(folder, tmp_path):
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    told["scenarios"][1]["written"]["policy"]["ipo_window"][1]["columns"] = 0.9
    with pytest.raises(ResultsError, match="does not do what its hash says"):
        plan_again(changed(folder, tmp_path / "forged", scenarios=told["scenarios"]), "compare")
    with pytest.raises(ResultsError, match="does not have its hash"):
        plan_again(changed(folder, tmp_path / "seeds", seeds=[1, 2]), "compare")


def test_unknown_parameters_of_another_version_are_named_with_the_nearest(folder):
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["scenarios"][1]
    told["written"]["policy"]["ipo_windw"] = told["written"]["policy"].pop("ipo_window")
    with pytest.raises(ScenarioError, match=r"ipo_windw, which this version does not have[\s\S]*nearest: ipo_window"):
        scenario_of(told, told["written"])
    with pytest.raises(ScenarioError, match="cannot be read"):
        scenario_of(told, {})


def test_the_wrong_command_and_the_wrong_place_are_told(folder):
    with pytest.raises(ResultsError, match=r"manifest of compare[\s\S]*tif compare --from"):
        plan_again(folder, "run")
    with pytest.raises(ResultsError, match=r"no such file[\s\S]*nearest: .*mine"):
        plan_again(folder.with_name("mime"), "compare")
    with pytest.raises(ResultsError, match="no manifest that can be read"):
        plan_again(folder / "effects.parquet", "compare")


def test_from_asks_the_whole_question():
    with pytest.raises(UsageError, match="--from with --seeds, --set"):
        again.refuse_other_options({"a scenario": None, "--seeds": "3", "--set": ["a=1"], "--quarters": False})


def test_without_scenario_and_manifest_the_command_says_what_it_wants(capsys):
    for command in (play.run, play.compare):
        with pytest.raises(typer.Exit) as ended:
            command()
        assert ended.value.exit_code == 2
        assert "or --from MANIFEST" in capsys.readouterr().err


def test_policies_scaled_to_a_budget_are_played_as_they_were_scaled(pasts, tmp_path, capsys):
    made = tif.compare(
        "baseline", "bigger_grants", seeds=2, quarters=QUARTERS, scale=SCALE, workers=1, quiet=True, equal_cost=5
    )
    path = made.save(tmp_path / "priced", figures=False)
    play.compare(source=path, out=tmp_path / "again", no_figures=True, workers=1)
    assert "The same bits: all 16 tables" in capsys.readouterr().out
    (path / "equal_cost.parquet").unlink()
    with pytest.raises(typer.Exit):
        play.compare(source=path, out=tmp_path / "third", no_figures=True, workers=1)
    assert "policies were scaled to a budget" in capsys.readouterr().err
