"""What a result rests on: what the scenarios change, the assumptions behind those levers, cost by lever, refusals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from ..experiments.cost import COUNTED_AGAINST
from ..experiments.manifest import changed_parameters
from ..scenario.describe import policy_lines
from ..scenario.parameter import CATALOGUE, Parameter, label, number
from ..scenario.scenario import Scenario
from .material import Material

if TYPE_CHECKING:
    import pandas as pd

MOST_REASONS = 12
ASSUMED = ("A", "A;", "A,", "A:")


def changed(material: Material) -> list[Parameter]:
    """Records in which any scenario differs from the first one or from its baseline, or that a sweep varies."""
    if material.kind == "sweep":
        return [CATALOGUE[name] for name in material.manifest["varied"] if name in CATALOGUE]
    found: dict[str, None] = {}
    for scenario in material.scenarios or []:
        found |= dict.fromkeys([*scenario.timeline.stages[-1], *scenario.timeline.settings])
    base = material.manifest["scenarios"][0].get("resolved", {})
    for entry in material.manifest["scenarios"][1:]:
        names = changed_parameters(base, entry.get("resolved", {}))
        found |= {name: None for name in CATALOGUE if label("parameter", name) in names}
    return [CATALOGUE[name] for name in found if name in CATALOGUE]


def differences(scenario: Scenario) -> list[str]:
    """What a scenario changes, a line an entry, with the Chinese label beside the English one."""
    lines = [in_both(line) for line in policy_lines(scenario)]
    for name, setting in scenario.timeline.settings.items():
        record = CATALOGUE[name]
        values = dict.fromkeys(number(value) for value in setting if value == value)
        lines.append(f"{record.label_en} ({record.label_zh}): assumed {', '.join(values)} {record.unit}")
    off = [key for key, on in scenario.mechanisms.items() if not on]
    return lines + [f"{label('mechanism', key)} ({label('mechanism', key, 'zh')}): switched off" for key in off]


def in_both(line: str) -> str:
    """A line that begins with an English label, the Chinese one behind it."""
    fitting = [record for record in CATALOGUE.values() if line.startswith(record.label_en)]
    if not fitting:
        return line
    record = max(fitting, key=lambda one: len(one.label_en))
    return f"{record.label_en} ({record.label_zh}){line[len(record.label_en):]}"


def is_assumed(record: Parameter) -> bool:
    """Whether the catalogue marks a value as an assumption of ours."""
    return record.source == "A" or record.source.startswith(ASSUMED)


def assumptions(records: Iterable[Parameter]) -> pd.DataFrame:
    """The records marked A of the mechanisms to which some levers belong, the levers themselves among them."""
    import pandas as pd

    levers = list(records)
    mechanisms = dict.fromkeys(record.mechanism for record in levers)
    chosen = [
        record for mechanism in mechanisms for record in CATALOGUE.values()
        if record.mechanism == mechanism and is_assumed(record)
    ]  # fmt: skip
    names = {record.id for record in levers}
    return pd.DataFrame(
        [
            {
                "mechanism": label("mechanism", record.mechanism),
                "label": record.label_en,
                "label_zh": record.label_zh,
                "value": _values(record),
                "unit": record.unit,
                "range": f"{number(record.low)} to {number(record.high)}",
                "changed": "changed here" if record.id in names else "",
                "description": record.description,
                "source": record.source,
            }
            for record in chosen
        ],
        columns=["mechanism", "label", "label_zh", "value", "unit", "range", "changed", "description", "source"],
    )  # fmt: skip


def _values(record: Parameter) -> str:
    values = record.columns[: len(record.codes) or 1]
    if len(set(values)) == 1:
        return number(values[0])
    return f"{number(min(values))} to {number(max(values))} by {record.by}"


def cost_by_lever(material: Material) -> pd.DataFrame:
    """Public cost against the baseline by lever: present value of the window, CNY bn of 2024Q1, mean over seeds."""
    import pandas as pd

    table = material.table("public_cost")
    first, last = material.span
    table = table[(table["quarter"] >= first) & (table["quarter"] <= last)]
    against = [label("cost_component", component) for component in COUNTED_AGAINST]
    amount = table["present_value"] * np.where(table["component"].isin(against), -1.0, 1.0)
    sums = table.assign(net=amount).groupby(["scenario", "lever"], sort=False)["net"].sum() / len(material.seeds)
    base, rows = material.names[0], []
    for name in material.names[1:]:
        for lever in dict.fromkeys(table["lever"]):
            before, after = (float(sums.get((one, lever), 0.0)) for one in (base, name))
            if abs(after - before) > 1e-9:
                both = {"baseline": before, "policy": after, "difference": after - before}
                rows.append({"scenario": name, "lever": lever, **both})
    columns = ["scenario", "lever", "baseline", "policy", "difference"]
    found = pd.DataFrame(rows, columns=columns)
    found = found.sort_values("difference", key=lambda gaps: -gaps.abs(), kind="stable")
    found = found.sort_values("scenario", key=lambda names: names.map(material.names.index), kind="stable")
    return found.reset_index(drop=True)


def refusals(material: Material) -> pd.DataFrame:
    """Refusals a year over the window by market and reason, a column a scenario; the most frequent ones first."""
    table = material.table("refusals")
    first, last = material.span
    table = table[(table["quarter"] >= first) & (table["quarter"] <= last)]
    runs = max(1, table["seed"].nunique())
    counts = table.groupby(["market", "reason", "scenario"], sort=False)["count"].sum().unstack(fill_value=0.0)
    counts = counts.reindex(columns=[name for name in material.names if name in counts]) / runs / material.years
    order = counts.max(axis=1).sort_values(ascending=False, kind="stable").index
    return counts.loc[order[:MOST_REASONS]].reset_index().rename_axis(columns=None)
