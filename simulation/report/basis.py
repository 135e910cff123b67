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

ALL_LEVERS = "All levers"
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


def in_window(material: Material, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table that lie in the window."""
    first, last = material.span
    return table[(table["quarter"] >= first) & (table["quarter"] <= last)]


def public_cost(material: Material) -> pd.DataFrame:
    """Present values of the window, a row a scenario, seed and lever: cost less receipts, claims held at the end, net.

    `cost` is what the indicator of public cost counts; net = cost less claims is what --equal-cost counts.
    """
    table = in_window(material, material.table("public_cost"))
    claim = table["component"] == label("cost_component", "claim")
    against = table["component"].isin([label("cost_component", component) for component in COUNTED_AGAINST])
    value = table["present_value"]
    parts = table[["scenario", "seed", "lever"]].assign(
        cost=value.where(~claim, 0.0) * np.where(against, -1.0, 1.0), claims=value.where(claim, 0.0)
    )
    sums = parts.groupby(["scenario", "seed", "lever"], sort=False).sum().reset_index()
    return sums.assign(net=sums["cost"] - sums["claims"])


def cost_by_lever(material: Material) -> pd.DataFrame:
    """Public cost less that of the baseline by lever and in all, CNY bn of 2024Q1 over the window, means over seeds."""
    import pandas as pd

    columns = ["cost", "claims", "net"]
    sums = public_cost(material).groupby(["scenario", "lever"], sort=False)[columns].sum() / len(material.seeds)
    base = sums.loc[material.names[0]]
    rows = []
    for name in material.names[1:]:
        policy = sums.loc[name] if name in sums.index else base * 0.0
        gaps = policy.subtract(base, fill_value=0.0)
        gaps = gaps[gaps.abs().max(axis=1) > 1e-9].sort_values("net", key=lambda net: -net.abs(), kind="stable")
        rows += [{"scenario": name, "lever": lever, **gap} for lever, gap in gaps.to_dict("index").items()]
        rows.append({"scenario": name, "lever": ALL_LEVERS, **gaps.sum().to_dict()})
    return pd.DataFrame(rows, columns=["scenario", "lever", *columns])


def refusals(material: Material) -> pd.DataFrame:
    """Refusals a year over the window by market and reason, a column a scenario; the most frequent ones first."""
    table = in_window(material, material.table("refusals"))
    runs = max(1, table["seed"].nunique())
    counts = table.groupby(["market", "reason", "scenario"], sort=False)["count"].sum().unstack(fill_value=0.0)
    counts = counts.reindex(columns=[name for name in material.names if name in counts]) / runs / material.years
    order = counts.max(axis=1).sort_values(ascending=False, kind="stable").index
    return counts.loc[order[:MOST_REASONS]].reset_index().rename_axis(columns=None)
