"""The catalogue is complete, in words a reader understands, and the shipped scenarios stay inside it."""

import re
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simulation.scenario.quarters import parse_quarter

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "simulation" / "scenario" / "catalogue"
SCENARIOS = ROOT / "scenarios"
LONGEST_LABEL = 40
COLUMNS = {"sector": 9, "region": 6}
CHINESE = re.compile(r"[一-鿿]")

LEVERS = {
    "ggf_central", "ggf_local", "ggf_share_cap", "early_mandate", "fund_term", "vc_tax_deduction", "rd_super_deduction",
    "local_pref_grant", "conversion_grant", "ipo_window", "ipo_tightness", "lockup", "ma_offer_boost", "s_fund_public",
    "redemption_limit", "label_benefit", "jb_posts", "jb_public_share", "jb_upfront", "eval_capacity", "eval_standard_spend",
    "relending_quota", "relending_rate", "relending_ratio", "interest_subsidy",
    "ma_interest_subsidy", "guarantee_coverage", "guarantee_fee", "risk_weight_cert",
    "roadshow_events", "platform_institutions", "platform_depth",
    "incubator_slots", "listing_guidance",
    "ins_premium_subsidy", "ins_cover", "first_use_procurement",
    "first_loss", "upside_giveup", "reinvest_multiple", "fault_tolerance", "dept_coordination", "vertical_linkage",
}


def read(path: Path):
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


FILES = [path for path in sorted(FOLDER.glob("*.yaml")) if path.name != "labels.yaml"]
RECORDS = {name: record for path in FILES for name, record in read(path).items()}
LABELS = read(FOLDER / "labels.yaml")
POLICIES = sorted((SCENARIOS / "policies").glob("*.yaml"))


def values(record) -> list[float]:
    value = record["value"]
    return list(value.values()) if isinstance(value, dict) else [value]


def entries(written) -> list[dict]:
    """Dated entries of a lever or an input as a list of maps, whatever short form they have."""
    items = written if isinstance(written, list) else [written]
    return [item if isinstance(item, dict) else {"value": item} for item in items]


def numbers(entry) -> list[float]:
    value = entry.get("value", [])
    return list(value.values()) if isinstance(value, dict) else [] if value == [] else [value]


def total(*names: str) -> float:
    return sum(sum(values(RECORDS[name])) for name in names)


def test_no_parameter_is_declared_twice():
    assert len(RECORDS) == sum(len(read(path)) for path in FILES)


def test_exactly_these_parameters_are_levers():
    assert {name for name, record in RECORDS.items() if record["role"] == "lever"} == LEVERS


def test_levers_come_first_in_the_policy_array():
    assert set(list(RECORDS)[: len(LEVERS)]) == LEVERS


@pytest.mark.parametrize("name", RECORDS)
def test_record_is_complete(name):
    record = RECORDS[name]
    needed = {"label", "value", "unit", "range", "role", "by", "mechanism", "description", "source"}
    assert needed <= set(record) <= needed | {"neutral", "kind"}
    assert all(str(record[field]).strip() for field in needed)
    assert record["role"] in {"lever", "uncertain", "fixed", "external"}
    assert ("kind" in record) == (record["role"] == "lever")


@pytest.mark.parametrize("name", RECORDS)
def test_default_lies_in_its_range(name):
    low, high = RECORDS[name]["range"]
    assert low < high
    assert all(low <= value <= high for value in values(RECORDS[name]))


@pytest.mark.parametrize("name", [name for name, record in RECORDS.items() if record["by"] != "none"])
def test_value_by_sector_or_region_names_all_of_them_in_order(name):
    record = RECORDS[name]
    if isinstance(record["value"], dict):
        assert list(record["value"]) == list(LABELS[record["by"] + "s"])
        assert len(record["value"]) == COLUMNS[record["by"]]


@pytest.mark.parametrize("name", sorted(LEVERS))
def test_neutral_value_of_a_lever_can_be_set_by_a_scenario(name):
    low, high = RECORDS[name]["range"]
    assert low <= RECORDS[name].get("neutral", low) <= high


def test_only_the_share_cap_has_no_neutral_value_of_its_own():
    assert {name for name in LEVERS if "neutral" not in RECORDS[name]} == {"ggf_share_cap"}


@pytest.mark.parametrize("names", [
    ("sector_share",), ("region_share",),
    ("origin_share_university", "origin_share_park", "origin_share_spinout"),
    ("focus_early", "focus_growth", "focus_late"),
], ids=lambda names: names[0])
def test_shares_add_to_one(names):
    assert total(*names) == pytest.approx(1, abs=1e-12)


def test_published_government_share_of_commitments_follows_from_the_defaults():
    state = total("ggf_central", "ggf_local", "state_commitments")
    assert state / (state + total("private_commitments")) == pytest.approx(0.656, abs=0.003)


def test_switch_of_every_optional_mechanism_has_an_entry_to_neutralise():
    optional = {"tax_relief", "local_support", "guidance_funds", "acquisition", "secondary", "redemption",
                "serial_founders", "knowledge"}
    assert optional <= {record["mechanism"] for record in RECORDS.values() if "neutral" in record}


def test_every_mechanism_has_a_name():
    assert {record["mechanism"] for record in RECORDS.values()} <= set(LABELS["mechanisms"])


def test_labels_of_parameters_are_short_and_tell_them_apart():
    for language in ("en", "zh"):
        labels = Counter(record["label"][language] for record in RECORDS.values())
        assert [label for label, count in labels.items() if count > 1 or len(label) > LONGEST_LABEL] == []


@pytest.mark.parametrize("group", LABELS)
def test_names_of_codes_are_short_and_in_both_languages(group):
    for label in LABELS[group].values():
        assert set(label) == {"en", "zh"}
        assert len(label["en"]) <= LONGEST_LABEL
        assert CHINESE.search(label["zh"])


def test_chinese_labels_are_chinese():
    latin = {name for name, record in RECORDS.items() if not CHINESE.search(record["label"]["zh"])}
    assert latin == set()


@pytest.mark.parametrize("name", RECORDS)
def test_description_is_a_sentence(name):
    assert re.match(r"[A-Z].*[.]$", RECORDS[name]["description"])


WRITTEN = [*FILES, FOLDER / "labels.yaml", *sorted(SCENARIOS.rglob("*.yaml"))]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_file_is_plain_yaml_without_anchors_or_tags(path):
    assert not re.search(r"(^|[\s\[{,:])[&*!][A-Za-z]", path.read_text(encoding="utf-8"))


HISTORY = read(SCENARIOS / "history.yaml")
ANNOUNCED = {"reinvest_multiple", "relending_quota"}  # levers whose later change was known when the baseline was set
DATED = {**HISTORY["levers"], **HISTORY["inputs"]}


def test_history_dates_every_external_input():
    assert {name for name, record in RECORDS.items() if record["role"] == "external"} == set(HISTORY["inputs"])


def test_history_dates_levers_only_under_levers():
    assert set(HISTORY["levers"]) <= LEVERS


@pytest.mark.parametrize("name", DATED)
def test_history_begins_in_2021_runs_forward_and_ends_before_policy(name):
    quarters = [parse_quarter(entry["from"]) for entry in entries(DATED[name])]
    assert quarters[0] == 0
    assert quarters == sorted(set(quarters))
    assert quarters[-1] < parse_quarter("2024Q1")


@pytest.mark.parametrize("name", DATED)
def test_history_stays_in_the_range_of_its_record(name):
    low, high = RECORDS[name]["range"]
    assert all(low <= value <= high for entry in entries(DATED[name]) for value in numbers(entry))


def test_listing_window_narrows_in_the_second_half_of_2023():
    window = {entry["from"]: entry["value"] for entry in DATED["ipo_window"]}
    assert window == {"2021Q1": 1, "2023Q3": 0.77, "2023Q4": 0.30}
    assert window["2023Q3"] == pytest.approx((2 * 1 + window["2023Q4"]) / 3, abs=0.01)


def test_number_of_market_firms_follows_the_published_counts():
    firms = RECORDS["market_firms_opening"]["value"]
    for entry, published in zip(DATED["market_entry_growth"], (330_000, 400_000, 460_000), strict=True):
        firms *= 1 + entry["value"]
        assert firms == pytest.approx(published, rel=0.01)


def test_lending_guidance_is_the_lead_of_technology_loans_over_all_loans():
    lead = 1.0
    for technology, everything in ((1.318, 1.116), (1.338, 1.111), (1.319, 1.106)):
        lead *= technology / everything
    assert DATED["guidance_share"][-1]["value"] == pytest.approx(lead, abs=0.01)


def test_baseline_changes_no_lever_after_history_but_those_announced():
    baseline = read(SCENARIOS / "baseline.yaml")
    assert baseline["history"] == "history.yaml"
    assert set(baseline.get("levers", {})) <= ANNOUNCED
    assert set(baseline["inputs"]) <= set(HISTORY["inputs"])


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_policy_says_who_what_and_why(path):
    policy = read(path)
    assert list(policy) == ["name", "title", "author", "description", "reference", "extends", "levers"]
    assert policy["name"] == path.stem.replace("_", "-")
    assert (path.parent / policy["extends"]).resolve() == (SCENARIOS / "baseline.yaml").resolve()


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_policy_moves_levers_inside_their_range(path):
    for name, written in read(path)["levers"].items():
        low, high = RECORDS[name]["range"]
        assert name in LEVERS
        assert all(low <= value <= high for entry in entries(written) for value in numbers(entry))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_policy_differs_from_what_is_in_force(path):
    for name, written in read(path)["levers"].items():
        in_force = entries(DATED[name])[-1]["value"] if name in DATED else RECORDS[name]["value"]
        assert any("change" in entry or numbers(entry) != [in_force] for entry in entries(written))


def test_guide_lists_every_shipped_policy():
    guide = (SCENARIOS / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in POLICIES if f"policies/{path.name}" not in guide] == []


SHOCKS = sorted((SCENARIOS / "shocks").glob("*.yaml"))


@pytest.mark.parametrize("path", SHOCKS, ids=lambda path: path.stem)
def test_shock_says_when_it_comes_and_when_it_is_over(path):
    shock = read(path)
    assert list(shock)[:6] == ["name", "title", "author", "description", "reference", "extends"]
    assert shock["name"] == path.stem.replace("_", "-")
    dated = {**shock.get("levers", {}), **shock.get("inputs", {})}
    for name, written in dated.items():
        low, high = RECORDS[name]["range"]
        assert all({"from", "until"} <= set(entry) for entry in entries(written))
        assert all(low <= value <= high for entry in entries(written) for value in numbers(entry))


def test_guide_lists_every_shock():
    guide = (SCENARIOS / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in SHOCKS if f"shocks/{path.name}" not in guide] == []


def test_no_policy_moves_what_comes_from_outside():
    assert [path.name for path in POLICIES if "inputs" in read(path)] == []
