"""The tables of a report: for people (a heading a column, numbers as they are said) and for programs (CSV)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..experiments.effects import student
from ..experiments.words import HEADLINE, headline, meaning
from ..indicators.definitions import INDICATORS
from ..scenario.parameter import CATALOGUE
from .basis import assumptions, changed, cost_by_lever, differences, refusals
from .material import Material
from .numbers import figure, interval, signed
from .worth import worth_table

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, str]
MOST_LEVERS = 10
MOST_POINTS = 40
IN_SWEEP = ("validated_products", "equity_invested", "exits_ipo", "flow_dpi", "npl_ratio", "public_cost")


@dataclass(frozen=True)
class Sheet:
    """A table: name of its file, title, what it says, the numbers in full, and rows for people by group."""

    name: str
    title: str
    about: str
    data: pd.DataFrame
    groups: dict[str, list[Row]] = field(default_factory=dict)

    def markdown(self) -> str:
        """The rows for people as Markdown."""
        lines = [f"# {self.title}", self.about]
        for group, rows in self.groups.items():
            lines += [f"## {group}"] if group else []
            lines.append(markdown_table(rows) if rows else "Nothing.")
        return "\n\n".join(line for line in lines if line) + "\n"


def markdown_table(rows: Sequence[Row]) -> str:
    """Rows with the same keys as a Markdown table."""
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads), *([row[head].replace("|", "\\|") for head in heads] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def sheets_of(material: Material) -> dict[str, Sheet]:
    """All tables that the results allow, by name."""
    made: list[Sheet] = []
    if material.kind == "compare":
        made += [effects(material), worth(material)]
        made += [costs(material)] if material.has("public_cost") else []
        made += [equal_cost(material)] if material.has("equal_cost") else []
    elif material.kind == "run":
        made.append(summary(material))
    else:
        made.append(points(material))
    if material.scenarios is not None and material.kind != "sweep":
        made.append(scenarios(material))
    made.append(assumed(material))
    if material.has("refusals"):
        made.append(refused(material))
    return {sheet.name: sheet for sheet in made}


def by_scenario(material: Material, data: pd.DataFrame, row: Callable[[pd.Series], Row]) -> dict[str, list[Row]]:
    """Rows for people, a group a policy."""
    return {
        material.called(name): [row(one) for _, one in data[data["scenario"] == name].iterrows()]
        for name in material.names[1:]
    }


def effects(material: Material) -> Sheet:
    """Headline effects for people, all of them as data."""

    def row(effect: pd.Series) -> Row:
        definition = INDICATORS[effect["indicator"]]
        return {
            "Indicator": definition.label_en, "指标": definition.label_zh, "Unit": str(effect["unit"]),
            "Baseline": figure(effect["baseline"]), "Policy": figure(effect["policy"]),
            "Difference": signed(effect["difference"]), "95 % interval": interval(effect["low"], effect["high"]),
            "In %": signed(effect["percent"]), "Verdict": meaning(effect) if len(material.seeds) > 1 else "one seed",
        }  # fmt: skip

    base = material.called(material.names[0]).lower()
    about = (
        f"Differences from {base}, {material.window}, {material.seeds_in_words}. Flows a year; levels in the last four "
        "quarters; shares and rates as ratios of sums. Differences of percentages are percentage points."
    )
    groups = by_scenario(material, headline(material.effects), row)
    return Sheet("effects", "Main effects", about, material.effects, groups)


def worth(material: Material) -> Sheet:
    """Public cost per additional outcome."""

    def row(price: pd.Series) -> Row:
        known = price["price"] == price["price"]
        unit = str(price["outcome_unit"]).removesuffix("a year").removeprefix("count").strip()
        return {
            "Outcome": price["label"], "结果": price["label_zh"], "Cost, CNY bn a year": signed(price["cost"]),
            "Outcome a year": f"{signed(price['outcome'])} {unit}".strip(),
            "Cost per additional outcome": f"{figure(price['price'])} {price['unit']}" if known else "",
            "95 % interval": interval(price["low"], price["high"]) if known else "", "Remark": price["remark"],
        }  # fmt: skip

    about = (
        "Public cost of a policy divided by what it adds to an outcome, both against the baseline and a year over "
        f"{material.window}. A price is given where the interval of the outcome excludes zero; its interval follows "
        "Fieller (1954). Other outcomes of the same money are not taken off: prices are not to be added up."
    )
    data = worth_table(material)
    return Sheet("cost_per_outcome", "Cost-effectiveness", about, data, by_scenario(material, data, row))


def costs(material: Material) -> Sheet:
    """Public cost by lever."""

    def row(cost: pd.Series) -> Row:
        return {
            "Lever": cost["lever"], "Baseline": figure(cost["baseline"]), "Policy": figure(cost["policy"]),
            "Difference": signed(cost["difference"]),
        }  # fmt: skip

    about = (
        f"Present value of the whole window ({material.window}) in CNY bn of 2024Q1, less receipts and claims, means "
        f"over seeds. Levers that were not moved cost more or less because the economy differs. The {MOST_LEVERS} "
        "largest differences are shown."
    )
    data = cost_by_lever(material)
    groups = {name: rows[:MOST_LEVERS] for name, rows in by_scenario(material, data, row).items()}
    return Sheet("cost_by_lever", "Public cost by lever", about, data, groups)


def equal_cost(material: Material) -> Sheet:
    """How policies were scaled to a budget."""
    data = material.table("equal_cost")
    rows: list[Row] = [
        {
            "Policy": material.called(one["scenario"]), "Kind": one["kind"], "Intensity": figure(one["intensity"]),
            "Public cost, CNY bn": figure(one["public_cost"]), "Budget, CNY bn": figure(one["budget"]),
            "Costs the budget": "yes" if one["reached"] else "no",
        }
        for _, one in data.iterrows()
    ]  # fmt: skip
    about = "The spending levers of a policy were moved the same share of the way until it cost the budget."
    return Sheet("equal_cost", "Policies at equal public cost", about, data, {"": rows})


def summary(material: Material) -> Sheet:
    """Headline indicators of a run by year."""
    import pandas as pd

    data = pd.read_csv(material.results.folder / "summary.csv", encoding="utf-8-sig")
    years = [name for name in data.columns if name.isdecimal()]
    chosen = data[data["indicator"].isin(HEADLINE)]
    rows: list[Row] = [
        {"Indicator": one["label"], "指标": INDICATORS[one["indicator"]].label_zh, "Unit": one["unit"]}
        | {year: figure(one[year]) for year in years}
        for _, one in chosen.iterrows()
    ]
    about = f"Means over {material.seeds_in_words}; flows summed, levels at the end of the year, ratios of sums."
    return Sheet("summary", "Main indicators by year", about, data, {"": rows})


def scenarios(material: Material) -> Sheet:
    """What each scenario changes, in words."""
    import pandas as pd

    groups: dict[str, list[Row]] = {}
    for name, scenario in zip(material.names, material.scenarios or [], strict=True):
        groups[material.called(name)] = [{"Change against the baseline": line} for line in differences(scenario)]
    lines = [(name, line) for name, rows in groups.items() for row in rows for line in row.values()]
    data = pd.DataFrame(lines, columns=["scenario", "change"])
    return Sheet("scenarios", "Scenarios", "What each scenario changes, in words.", data, groups)


def assumed(material: Material) -> Sheet:
    """Assumptions of ours on which the levers that changed rest."""
    data = assumptions(changed(material))
    groups: dict[str, list[Row]] = {}
    for _, one in data.iterrows():
        row = {
            "Assumption": one["label"], "假设": one["label_zh"], "Value": one["value"], "Unit": one["unit"],
            "Range": one["range"], "What it is": one["description"] + (" Changed here." if one["changed"] else ""),
        }  # fmt: skip
        groups.setdefault(one["mechanism"], []).append(row)
    about = (
        "Records of the catalogue marked A (an assumption of ours: no source gives the value) in the mechanisms of the "
        "levers that changed. Values are the catalogue's. Where a conclusion matters, vary them within their ranges."
    )
    return Sheet("assumptions", "Assumptions that matter", about, data, groups)


def refused(material: Material) -> Sheet:
    """Who was refused, where and why."""
    data = refusals(material)
    names = [name for name in material.names if name in data.columns]
    rows: list[Row] = [
        {"Market": one["market"], "Reason": one["reason"]}
        | {material.called(name): figure(one[name]) for name in names}
        for _, one in data.iterrows()
    ]
    about = f"Refusals a year in {material.window}, the whole country, means over the runs that recorded them."
    return Sheet("refusals", "Who is refused, and why", about, data, {"": rows})


def points(material: Material) -> Sheet:
    """Points of a sweep: mean of the main outcomes over seeds with a t interval."""
    import pandas as pd

    runs, grid = material.table("runs"), material.results.points
    varied = [name for name in material.manifest["varied"] if name in grid]
    ids = [name for name in IN_SWEEP if name in runs and runs[name].notna().any()]
    records: list[dict[str, object]] = []
    rows: list[Row] = []
    for _, point in grid.iterrows():
        here = runs[runs["point"] == point["point"]]
        values = {name: point[name] for name in varied}
        row = {"Point": str(point["point"]).removesuffix(".0")}
        row |= {_label(name): _level(value) for name, value in values.items()}
        for name in ids:
            mean, low, high, count = _mean(here[name].to_numpy(np.float64))
            record = {"point": point["point"], **values, "indicator": name, "label": INDICATORS[name].label_en}
            records.append(record | {"mean": mean, "low": low, "high": high, "seeds": count})
            row[INDICATORS[name].label_en] = f"{figure(mean)} ({interval(low, high)})"
        rows.append(row)
    about = (
        f"Means over the seeds that are finished, {material.window}, with 95 % t intervals of the mean. Points share "
        "their luck seed by seed, so that differences between points are surer than these intervals look."
    )
    if len(rows) > MOST_POINTS:
        about += f" The first {MOST_POINTS} of {len(rows)} points are shown; the CSV holds all."
    return Sheet("points", "What came out at each point", about, pd.DataFrame(records), {"": rows[:MOST_POINTS]})


def _label(name: str) -> str:
    return CATALOGUE[name].label_en if name in CATALOGUE else name


def _level(value: object) -> str:
    """A varied value as it is read: a number, an entry as written, or the baseline where it is empty."""
    if isinstance(value, float | int):
        return figure(float(value)) if value == value else "baseline"
    return str(value)


def _mean(values: np.ndarray) -> tuple[float, float, float, int]:
    """Mean, ends of its 95 % t interval, and how many values there are."""
    there = values[np.isfinite(values)]
    if not len(there):
        return float("nan"), float("nan"), float("nan"), 0
    mean = float(there.mean())
    if len(there) < 2:
        return mean, float("nan"), float("nan"), len(there)
    half = float(student(np.array([len(there) - 1]))[0] * there.std(ddof=1) / np.sqrt(len(there)))
    return mean, mean - half, mean + half, len(there)
