"""The catalogue is the only home of default values, and importing it is cheap."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from simulation.errors import InternalError
from simulation.scenario import parameter as module
from simulation.scenario.parameter import (
    CATALOGUE,
    CORE,
    DEFAULTS,
    N_PARAMETERS,
    OPTIONAL_MECHANISMS,
    REGIONS,
    SECTORS,
    label,
    number,
    parameter,
    read_catalogue,
)


def test_a_parameters_position_is_its_place_in_the_catalogue():
    assert [record.index for record in CATALOGUE.values()] == list(range(N_PARAMETERS))
    assert [parameter(name) for name in CATALOGUE] == list(range(N_PARAMETERS))
    assert DEFAULTS.shape == (N_PARAMETERS, 9)


def test_an_unknown_parameter_is_told_with_the_nearest_name():
    with pytest.raises(InternalError, match="ipo_window"):
        parameter("ipo_windw")


def test_defaults_are_the_values_of_the_records_by_column():
    assert set(DEFAULTS[parameter("ggf_local")]) == {190}
    assert list(DEFAULTS[parameter("duration_0")]) == [5, 3, 6, 5, 4, 2, 4, 4, 4]
    shares = DEFAULTS[parameter("region_share")]
    assert shares[: len(REGIONS)].sum() == pytest.approx(1)
    assert set(shares[len(REGIONS) :]) == {shares[len(REGIONS) - 1]}
    with pytest.raises(ValueError):
        DEFAULTS[0, 0] = 1


def test_every_record_holds_together():
    for record in CATALOGUE.values():
        assert record.low < record.high
        assert all(record.low <= value <= record.high for value in record.columns), record.id
        assert record.neutral is None or record.role != "lever" or record.low <= record.neutral <= record.high
        assert (record.role == "lever") == bool(record.kind)
        assert record.mechanism in (*CORE, *OPTIONAL_MECHANISMS)
        assert record.label_en != record.label_zh
        assert record.unit
        assert record.source
        assert record.description.endswith((".", ")"))


def test_labels_of_parameters_are_told_apart():
    for language in ("label_en", "label_zh"):
        labels = [getattr(record, language) for record in CATALOGUE.values()]
        assert len(set(labels)) == len(labels), sorted(one for one in labels if labels.count(one) > 1)


def test_every_mechanism_that_can_be_switched_off_has_a_neutral_value():
    for key in OPTIONAL_MECHANISMS:
        assert any(record.mechanism == key and record.neutral is not None for record in CATALOGUE.values()), key


def test_every_code_has_a_label_in_both_languages():
    for group, codes in (("sector", SECTORS), ("region", REGIONS), ("mechanism", (*CORE, *OPTIONAL_MECHANISMS))):
        for code in codes:
            assert label(group, code) != code
            assert label(group, code, "zh") != label(group, code)
    assert label("parameter", "ipo_window") == "Listing window"
    with pytest.raises(InternalError, match="XYZ"):
        label("sector", "XYZ")


def test_numbers_are_written_as_people_write_them():
    assert [number(value) for value in (0.3, 17000.0, 172200000.0, -0.004, float("inf"))] == [
        "0.3",
        "17000",
        "172200000",
        "-0.004",
        "inf",
    ]


# --- the cache ---


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TIF_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_cache_gives_the_same_catalogue_as_the_files(cache):
    parsed, cached = read_catalogue(), read_catalogue()
    assert len(list(cache.rglob("*.json"))) == 1
    assert parsed == cached
    assert np.array_equal(module._defaults(cached.parameters), DEFAULTS)


def test_a_changed_catalogue_is_parsed_anew(cache, tmp_path):
    folder = tmp_path / "catalogue"
    folder.mkdir()
    text = (module.CATALOGUE_FOLDER / "01_levers.yaml").read_text(encoding="utf-8")
    (folder / "01_levers.yaml").write_text(text, encoding="utf-8")
    assert read_catalogue(folder).parameters["ggf_local"].value == 190
    (folder / "01_levers.yaml").write_text(text.replace("value: 190", "value: 191"), encoding="utf-8")
    assert read_catalogue(folder).parameters["ggf_local"].value == 191


@pytest.mark.parametrize("garbage", ["", "{", "[]", "{}", json.dumps({"fields": [], "records": [[1]], "labels": {}})])
def test_a_damaged_cache_is_replaced(cache, garbage):
    read_catalogue()
    (file,) = cache.rglob("*.json")
    file.write_text(garbage, encoding="utf-8")
    assert read_catalogue().parameters == CATALOGUE
    assert len(file.read_text(encoding="utf-8")) > 1000


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("TIF_CACHE", str(tmp_path / "file"))
    assert read_catalogue().parameters == CATALOGUE


def test_importing_scenarios_loads_no_yaml_no_pydantic_and_no_engine():
    code = (
        "import sys; import simulation.scenario.load; "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('ruamel', 'pydantic', 'numba', 'pandas', 'matplotlib', 'mesa') or m.startswith('simulation.engine')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
