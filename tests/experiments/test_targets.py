"""Targets are data: read with the habits of scenarios, one role a quantity, no weight for what is only remembered."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from simulation.errors import DesignError
from simulation.experiments.facts.all_facts import MEASURES
from simulation.experiments.published import autoregression, errors, forecasts, read_series
from simulation.experiments.target_file import read_targets
from simulation.experiments.targets import codes_in, files_in, reference
from simulation.indicators.definitions import INDICATORS

GOOD = """\
role: validate
targets:
  one:
    label: {en: One, zh: 一}
    indicator: tvpi
    over: 2021Q1:2023Q4
    value: 1.79
    band: [1.49, 2.09]
    unit: x
    source: EXIT21
"""


def written(folder: Path, text: str) -> list[Path]:
    """A file of targets with this text."""
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return [path]


def test_the_shipped_targets_can_be_read_and_have_labels_sources_and_one_role_each():
    targets = read_targets()
    assert len(targets) > 80
    assert all(target.label_en and target.label_zh and target.source for target in targets)
    roles = {}
    for target in targets:
        if not target.not_measured:
            assert roles.setdefault(target.quantity, target.role) == target.role
            assert target.definition.strip()
            assert target.low < target.high


def test_what_is_only_remembered_has_no_weight():
    remembered = {code for code, row in reference().items() if row["status"] == "memory"}
    assert remembered
    for target in read_targets():
        codes = codes_in(target.source)
        if codes and set(codes) <= remembered:
            assert target.weight == 0.0, target.id


def test_every_measure_is_used_by_a_target_or_a_published_series():
    used = {target.quantity for target in read_targets()} | {series.quantity for series in read_series()}
    assert set(MEASURES) - used == set()
    assert used - {""} <= set(MEASURES) | set(INDICATORS)


def test_no_stylised_fact_is_called_evidence_and_calibrated_as_well():
    fitted = {target.quantity for target in read_targets() if target.role == "calibrate"}
    assert not fitted & {target.quantity for target in read_targets() if target.role == "validate" and target.quantity}
    assert {path.stem for path in files_in()} == {"calibration", "checks", "credit", "history", "industry", "venture"}


def test_a_good_file_is_read(tmp_path):
    (target,) = read_targets(written(tmp_path, GOOD))
    assert (target.id, target.quantity, target.window, target.role) == ("one", "tvpi", (0, 11), "validate")
    assert (target.value, target.low, target.high, target.weight) == (1.79, 1.49, 2.09, 1.0)


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("indicator: tvpi", "indicator: tvpx", 5, "tvpx: no such indicator"),
        ("indicator: tvpi", "measure: size_tial", 5, "size_tail"),
        ("indicator: tvpi", "measure: size_tail\n    indicator: tvpi", 3, "one of indicator, measure, not_measured"),
        ("over: 2021Q1:2023Q4", "over: 2021:2023", 6, "two quarters such as 2021Q1:2023Q4"),
        ("over: 2021Q1:2023Q4", "over: 2023Q4:2021Q1", 6, "the first before the second"),
        ("value: 1.79", "value: about two", 7, "a number"),
        ("value: 1.79", "value: 3", 8, "band that leaves the value 3 out"),
        ("band: [1.49, 2.09]", "band: [2.09, 1.49]", 8, "a low end below the high one"),
        ("band: [1.49, 2.09]", "band: 1.49", 8, "[low, high]"),
        ("label: {en: One, zh: 一}", "label: {en: One}", 4, "{en: ..., zh: ...}"),
        ("source: EXIT21", "source: EXIT99", 10, "EXIT99: no such row"),
        ("source: EXIT21", "source: VC23\n    weight: 0.5", 11, "only remembered"),
        ("source: EXIT21", "source: EXIT21\n    weight: 2", 11, "a number from 0 to 1"),
        ("source: EXIT21", "source: EXIT21\n    role: prove", 11, "calibrate, implementation check, validate"),
        ("source: EXIT21", "source: EXIT21\n    wieght: 1", 11, "weight"),
        ("role: validate", "rolle: validate", 1, "role"),
        ("targets:", "tragets:", 2, "targets"),
        ("source: EXIT21", "source: EXIT21\n    missed_because: too high", 11, "an English sentence with a full stop"),
        ("source: EXIT21", "source: EXIT21\n    missed_because: the multiple is far too high.", 11, "an English sentence"),
        ("source: EXIT21", "source: EXIT21\n    missed_because: 上市 multiples of all are too high.", 11, "an English sentence"),
        ("source: EXIT21", "source: EXIT21\n    missed_because: 'not known: '", 11, "what was looked at"),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_is_allowed(tmp_path, old, new, line, told):
    with pytest.raises(DesignError) as raised:
        read_targets(written(tmp_path, GOOD.replace(old, new)))
    text = raised.value.render()
    assert f"mine.yaml:{line}" in text
    assert told in text


@pytest.mark.parametrize("said", ["Listings bring more than published.", "not known: listings and sales were looked at."])
def test_a_reason_of_a_miss_is_a_sentence_or_says_that_it_is_not_known(tmp_path, said):
    (target,) = read_targets(written(tmp_path, GOOD + f'    missed_because: "{said}"\n'))
    assert target.missed_because == said


def test_what_is_not_measured_misses_nothing(tmp_path):
    text = GOOD.split("    over:", maxsplit=1)[0].replace("indicator: tvpi", "not_measured: no table holds it")
    with pytest.raises(DesignError, match="a reason for a miss of what is not measured"):
        read_targets(written(tmp_path, text + "    source: EXIT21\n    missed_because: The model has no table of it.\n"))


def test_two_roles_for_one_quantity_are_refused(tmp_path):
    second = GOOD.split("targets:\n")[1].replace("  one:", "  two:") + "    role: calibrate\n"
    with pytest.raises(DesignError, match="one role for a quantity"):
        read_targets(written(tmp_path, GOOD + second))


def test_all_faults_are_told_at_once(tmp_path):
    text = GOOD.replace("tvpi", "tvpx").replace("value: 1.79", "value: many").replace("EXIT21", "EXIT98")
    with pytest.raises(DesignError) as raised:
        read_targets(written(tmp_path, text))
    assert len(raised.value.faults) == 3


def test_an_autoregression_finds_its_own_law_and_is_not_defined_on_two_values():
    past = [1.0]
    for _ in range(8):
        past.append(2.0 + 0.5 * past[-1])
    assert autoregression(past) == pytest.approx((2.0, 0.5))
    assert autoregression([1.0, 2.0]) is None
    assert autoregression([2.0, 2.0, 2.0]) is None


def test_a_model_that_is_right_beats_no_change_and_one_that_stands_still_ties_with_it():
    series = next(one for one in read_series() if one.id == "investment")
    right = forecasts(series, {year: series.values[year] for year in (2021, 2022, 2023)})
    table = errors(series, right).set_index("horizon")
    assert table.loc["level", "model"] == pytest.approx(0.0)
    assert table.loc["level", "verdict"] == "beats no change and AR(1)"
    still = errors(series, forecasts(series, dict.fromkeys((2021, 2022, 2023), series.values[2020])))
    level = still.set_index("horizon").loc["level"]
    assert level["model"] == pytest.approx(level["no_change"])
    assert "no change" not in level["verdict"].split(";")[0]
    assert math.isnan(errors(series, forecasts(series, {})).iloc[0]["model"])


def test_published_series_agree_with_the_reference_rows_they_cite():
    for series in read_series():
        known = {float(reference()[code]["value"]) for code in codes_in(series.source)}
        remembered = [year for year in series.memory if series.values[year] in known]
        recent = [value for year, value in series.values.items() if year >= 2021]
        assert set(recent) <= known, series.id
        assert len(remembered) == len(series.memory)
