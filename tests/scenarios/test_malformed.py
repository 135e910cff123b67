"""Whatever is wrong with a scenario, its author is told where, what is allowed and what to do; never a traceback."""

from __future__ import annotations

import fnmatch
import os
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.errors import ScenarioError
from simulation.scenario.load import load_scenario, parse_settings

MALFORMED = Path(__file__).parent / "malformed"
FILES = sorted(path.stem for path in MALFORMED.glob("*.yaml") if path.is_file())
RECIPES = tomllib.loads((MALFORMED / "recipes.toml").read_text(encoding="utf-8"))["recipe"]
BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"


def told(source: object, **arguments: object) -> str:
    """What the user reads."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(source, **arguments)
    assert caught.value.exit_code == 2
    return str(caught.value)


def matches(message: str, expected: str) -> bool:
    """Equal line by line; `...` in an expected line stands for anything."""
    lines, patterns = message.strip().splitlines(), expected.strip().splitlines()
    return len(lines) == len(patterns) and all(
        fnmatch.fnmatchcase(line, pattern.replace("[", "[[]").replace("...", "*"))
        for line, pattern in zip(lines, patterns, strict=True)
    )


@pytest.fixture(autouse=True)
def no_code_is_executed(tmp_path, monkeypatch):
    """Two of the files would leave a trace if anything in them were run."""
    yield
    assert not (MALFORMED / "code-was-executed").exists()


def test_there_are_at_least_sixty_malformed_files_each_with_its_message():
    assert len(FILES) >= 60
    assert {path.stem for path in MALFORMED.glob("*.txt")} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_malformed_file_is_refused_with_its_message(name, monkeypatch):
    monkeypatch.chdir(MALFORMED)
    expected = Path(f"{name}.txt").read_text(encoding="utf-8")
    message = told(f"{name}.yaml")
    assert matches(message, expected), message


@pytest.mark.parametrize("recipe", RECIPES, ids=[recipe["name"] for recipe in RECIPES])
def test_an_odd_file_is_refused_quickly_with_its_message(recipe, tmp_path, monkeypatch):
    data = b"".join(
        (bytes.fromhex(part["hex"]) if "hex" in part else part["text"].encode()) * part.get("times", 1)
        for part in recipe["parts"]
    )
    monkeypatch.chdir(tmp_path)
    Path(f"{recipe['name']}.yaml").write_bytes(data)
    begin = time.process_time()
    message = told(f"{recipe['name']}.yaml")
    assert time.process_time() - begin < 10
    assert matches(message, f"1 fault in the scenario\n\n{recipe['expected']}"), message
    assert max(map(len, message.splitlines())) < 400


def test_a_missing_file_is_told_with_the_nearest_name():
    message = told(BASELINE.with_name("basline.yaml"))
    assert "no such file" in message
    assert "nearest: baseline.yaml" in message


def test_a_folder_is_told_with_a_file_in_it():
    message = told(BASELINE.parent / "policies")
    assert "a folder" in message
    assert "policies/" in message.split("nearest:")[1]


def test_an_unknown_name_is_told_with_the_nearest_name():
    assert "nearest: baseline" in told("bazeline")
    assert "neither a file nor the name" in told("")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_instead_of_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "neither a file nor a folder" in told(tmp_path / "pipe.yaml")


@pytest.mark.parametrize("path", ["a\0b.yaml", "x" * 5000 + ".yaml"])
def test_an_impossible_path_is_refused(path):
    assert "found:" in told(path)


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"ipo_windw": 1}, "nearest: ipo_window"),
        ({"ipo_window": 9}, "out of range"),
        ({"ipo_window": "wide"}, "a number"),
        ({"ipo_window": None}, "nothing"),
        ({"ipo_window": float("nan")}, "finite"),
        ({"ipo_window": [1, 2]}, "entries in braces"),
        ({"ipo_window": object()}, "a object"),
        ({"ipo_window": {"change": float("inf")}}, "change"),
        ({"ipo_window": {"from": "2022Q1", "value": 1}}, "history"),
        ({"lpr_1y": 0.03}, "input from outside"),
        ({"screening_noise": 99}, "out of range"),
        ({"screening_noise": {"from": "2025Q1", "value": 1}}, "all quarters"),
    ],
)
def test_a_wrong_override_is_told_by_the_name_of_the_override(overrides, expected):
    message = told("baseline", overrides=overrides)
    assert f"override {next(iter(overrides))}" in message
    assert expected in message


@pytest.mark.parametrize(
    "setting",
    [
        "ipo_window",
        "=1",
        "ipo_window=1=2",
        "ipo_window={value: 1",
        "ipo_window=",
        "ipo_window=*x",
        "ipo_window=!!python/name:os.system",
        "ipo_window=\t1\t2",
        "ipo_window=a: b: c",
    ],
)
def test_a_wrong_setting_of_the_command_line_is_told_as_it_was_typed(setting):
    with pytest.raises(ScenarioError) as caught:
        load_scenario("baseline", parse_settings([setting]))
    assert f"--set {setting.split()[0]}" in str(caught.value)


def test_a_setting_typed_twice_is_refused():
    with pytest.raises(ScenarioError, match="second time"):
        parse_settings(["ipo_window=1", "ipo_window=2"])


def test_switching_off_what_cannot_be_switched_is_refused():
    assert "nearest: knowledge" in told("baseline", without=["knowlege"])
    assert "core mechanism" in told("baseline", without=["credit"])


def test_a_wrong_dict_is_told_by_the_path_of_its_keys():
    message = told({"extends": "baseline", "levers": {"ipo_window": {"from": "2025Q9", "value": 1}}})
    assert "levers.ipo_window.from" in message


def test_a_dict_that_contains_itself_is_refused():
    endless: dict[str, object] = {}
    endless["levers"] = endless
    assert "nested" in told(endless)


PIECES = [
    "extends: baseline\n",
    "levers:\n",
    "  ipo_window: 1\n",
    "  ggf_local: {change: +20%}\n",
    "mechanisms: {knowledge: false}\n",
    "  lockup: [{from: 2025Q1, value: 2}, {from: 2026Q1, value: 3}]\n",
    "assumptions:\n",
    "  screening_noise: 1.2\n",
    "{",
    "}",
    "[",
    "]",
    ":",
    " ",
    "\n",
    "\t",
    "- ",
    "&a ",
    "*a",
    "!!x ",
    "'",
    '"',
    "|\n",
    ">",
    "%",
    "#",
    ",",
    "when: ",
    "flow_dpi < 1",
    "from: ",
    "2025Q1",
    "value: ",
    "over: 4q",
    "~",
    ".nan",
    "1e999",
    "é",
    "？",
    "<<: ",
    "---\n",
    "...\n",
    "? ",
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_jumble_of_yaml_is_either_a_scenario_or_a_refusal(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "jumble.yaml"
    path.write_text(text, encoding="utf-8")
    refusal = ""
    try:
        scenario = load_scenario(path)
    except ScenarioError as error:
        refusal = str(error)
    assert "found:" in refusal or len(scenario.hash) == 64


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.sampled_from(["2025Q1", "4q", "+20%", "baseline", "flow_dpi < 1", "x", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["from", "until", "value", "over", "change", "when", "for_at_least", "BIO", "YRD", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        ["ipo_window", "rd_super_deduction", "local_pref_grant", "ggf_local", "screening_noise", "potential_mean"]
    ),
    VALUES,
)
def test_any_value_of_an_override_is_either_taken_or_refused(name, value):
    refusal, policy = "", None
    try:
        scenario = load_scenario(BASE, {name: value})
        policy = scenario.policy(40, {"flow_dpi": 0.5}, scenario.nothing_held())
    except ScenarioError as error:
        refusal = str(error)
    assert name in refusal or np.isfinite(policy).all()


BASE = load_scenario(BASELINE)
