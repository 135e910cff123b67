"""The tables of a report: for people (a heading a column, numbers as they are said) and for programs (CSV)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..experiments.show import signed as percent
from ..experiments.words import HEADLINE, headline, meaning
from ..indicators.definitions import INDICATORS
from .basis import assumptions, changed, cost_by_lever, differences, refusals
from .chinese import mechanisms, parameters, reasons
from .material import Material
from .numbers import figure, interval, signed
from .points import points_of
from .worth import worth_table

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, str]
MOST_LEVERS = 10


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
        made += [effects(material), worth(material), costs(material)]
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
            "In %": percent(effect["percent"]), "Verdict": meaning(effect) if len(material.seeds) > 1 else "one seed",
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
            "Outcome": price["label"], "结果": price["label_zh"], "Net cost, CNY bn a year": signed(price["cost"]),
            "Outcome a year": f"{signed(price['outcome'])} {unit}".strip(),
            "Cost per additional outcome": f"{figure(price['price'])} {price['unit']}" if known else "",
            "95 % interval": interval(price["low"], price["high"]) if known else "", "Remark": price["remark"],
        }  # fmt: skip

    about = (
        "Net public cost of a policy (claims taken off) divided by what it adds to an outcome, both against the "
        f"baseline and a year over {material.window}. A price is given where the interval of the outcome excludes zero "
        "(else: outcome unclear); its interval follows Fieller (1954). Other outcomes of the same money are not taken "
        "off, so that prices are not to be added up."
    )
    data = worth_table(material)
    return Sheet("cost_per_outcome", "Cost-effectiveness", about, data, by_scenario(material, data, row))


def costs(material: Material) -> Sheet:
    """Public cost by lever."""

    def row(cost: pd.Series) -> Row:
        return {
            "Lever": cost["lever"], "政策工具": parameters().get(cost["lever"], "全部"),
            "Cost less receipts": signed(cost["cost"]), "Claims held at the end": signed(cost["claims"]),
            "Net cost": signed(cost["net"]),
        }  # fmt: skip

    about = (
        f"Differences from the baseline over the whole window ({material.window}), present value in CNY bn of 2024Q1, "
        "means over seeds. Claims are what governments still hold in funds at the end; net cost is cost less claims. "
        f"Levers that were not moved cost more or less because the economy differs. The {MOST_LEVERS} largest are "
        "shown."
    )
    data = cost_by_lever(material)
    groups = {name: rows[:-1][:MOST_LEVERS] + rows[-1:] for name, rows in by_scenario(material, data, row).items()}
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
        groups.setdefault(f"{one['mechanism']} ({mechanisms().get(one['mechanism'], '')})", []).append(row)
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
        {
            "Market": f"{one['market']} {mechanisms().get(one['market'], '')}",
            "Reason": one["reason"], "原因": reasons().get(one["reason"], ""),
        }
        | {material.called(name): figure(one[name]) for name in names}
        for _, one in data.iterrows()
    ]
    about = f"Refusals a year in {material.window}, the whole country, means over the runs that recorded them."
    return Sheet("refusals", "Who is refused, and why", about, data, {"": rows})


def points(material: Material) -> Sheet:
    """Points of a sweep: means of the main outcomes, and their differences from the first point."""
    found = points_of(material)
    about = (
        f"{material.window}, {material.seeds_in_words}: flows a year, levels at the end. 95 % t intervals over the "
        "seeds that are finished. All points meet the same luck seed by seed, so that differences, which are taken in "
        "pairs, are surer than the means."
    )
    if found.left_out:
        about += f" {found.left_out} points more are in the CSV."
    return Sheet("points", "What came out at each point", about, found.data, found.groups)
