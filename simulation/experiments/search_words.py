"""What a search found, in sentences and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..scenario.parameter import label, number
from ..scenario.quarters import FIRST_POLICY_QUARTER
from .effects import by_chance
from .figures import Figures
from .manifest import program_version
from .options import seeds_text, window_text
from .search_tables import HELD_OUT, ON_FRONT, OVER, still_best
from .words import number as said
from .words import plain_name, with_unit

if TYPE_CHECKING:
    import pandas as pd

    from .optimise import Optimised
    from .search import Search


def brief_of_search(found: Optimised) -> str:
    """What was searched, what the front looks like, and what hold-out seeds say about it."""
    search, status = found.search, found.candidates["status"]
    goals = ", ".join(f"{goal.record.label_en} ({goal.better})" for goal in search.goals)
    levers = ", ".join(choice.record.label_en for choice in search.choices)
    parts = [
        f"{search.title}: {goals}, within CNY {number(search.budget)} bn of public cost beyond the "
        f"{plain_name(search.base.name).lower()} (present value, {window_text(search.window)}). Levers: {levers}.",
        f"{len(status)} different candidates were played on seeds {seeds_text(search.seeds)} at scale "
        f"{search.scale:g}; {int((status == OVER).sum())} cost more than the budget, "
        f"{int((status == ON_FRONT).sum())} are on the front.",
    ]
    if not found.points:
        parts.append("No candidate is within the budget: widen the ranges towards the base, or the budget.")
        return "\n\n".join(parts)
    lines = [gain_line(row) for _, row in found.kept.iterrows()]
    held = found.front[found.front["sample"] == HELD_OUT]
    within = int(held.groupby("point")["within_budget"].first().sum())
    lines.append(
        f"Of {len(found.points)} points checked, {within} stay within the budget on hold-out seeds "
        f"{seeds_text(search.holdout)}, and {still_best(search, found.points)} are then beaten by no other."
    )
    chance = by_chance(len(held))
    lines.append(f"About {chance} of the {len(held)} hold-out intervals would exclude zero by chance alone.")
    return "\n\n".join([*parts, "\n".join(lines)])


def gain_line(row: pd.Series) -> str:
    """How much of one goal's gain is kept, in a sentence."""
    if not row["clear_search"]:
        return f"{row['label']}: no point of the front gains clearly, even on the seeds of the search."
    one = row["points"] == 1
    who = "the one point that gains" if one else f"the {row['points']} points that gain"
    held = "excludes" if one else "exclude"
    return (
        f"{row['label']}: {who} gain{'s' if one else ''} {with_unit(row['search'], row['unit'])} on the seeds of the "
        f"search (mean) and {with_unit(row['holdout'], row['unit'])} on hold-out seeds: {row['kept']:.0f} % is kept; "
        f"{row['clear']} of {row['points']} hold-out intervals {held} zero."
    )


def levers_table(search: Search, found: Optimised) -> pd.DataFrame:
    """A row a point and lever: its value, the base's in 2024Q1 and where both lie in the range, 0 to 1."""
    import pandas as pd

    path = search.base.timeline.path[FIRST_POLICY_QUARTER]
    rows = []
    for choice in search.choices:
        width, before = choice.high - choice.low, float(path[choice.record.index, 0])
        for point in found.points:
            value = float(point.candidate.point[choice.name])
            rows.append(
                {
                    "point": point.number, "lever": choice.name, "label_en": choice.record.label_en,
                    "label_zh": label("parameter", choice.name, "zh"), "unit": choice.record.unit, "low": choice.low,
                    "high": choice.high, "value": value, "place": (value - choice.low) / width, "base": before,
                    "base_place": (before - choice.low) / width,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def figures_of_search(found: Optimised) -> Figures:
    """The front with its hold-out check, and the levers behind each point."""
    from .. import plots

    search, figures = found.search, Figures()
    style: dict[str, Any] = {"source": source_line(search), "names": {search.base.name: plain_name(search.base.name)}}
    figures.draw("front", plots.front, found.front, found.candidates, search.budget, **style)
    figures.draw("gains", plots.gains, found.front, search.budget, **style)
    figures.draw("mixes", plots.mixes, levers_table(search, found), found.front, **style)
    found.notes = figures.missing
    return figures


def source_line(search: Search) -> str:
    """Where a figure comes from."""
    return (
        f"tif-cycle {program_version()}, {len(search.seeds)} search and {len(search.holdout)} hold-out seeds, "
        f"scale {search.scale:g}, search {search.hash[:8]}"
    )


def show_front(front: pd.DataFrame) -> None:
    """Print the front: a row a point, public cost and goals in % of the base, search and hold-out below each other."""
    from rich import box
    from rich.table import Table

    from .show import console, effect_cell

    if front.empty:
        return
    title = "The front: change in % of the base with 95 % interval"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for heading in ("Point", "Seeds", "Public cost, CNY bn", *dict.fromkeys(front["label"])):
        table.add_column(heading, justify="left" if heading in ("Point", "Seeds") else "right")
    for (point, sample), rows in front.groupby(["point", "sample"], sort=False):
        first = rows.iloc[0]
        ends = (said(float(first[f"public_cost{end}"])) for end in ("_low", "_high"))
        over = "" if first["within_budget"] else " over budget"
        cost = f"{said(float(first['public_cost']))} ({' to '.join(ends)}){over}"
        table.add_row(f"{point}", str(sample), cost, *(effect_cell(row) for _, row in rows.iterrows()))
    console().print(table)
