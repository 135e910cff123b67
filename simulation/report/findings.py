"""Findings: one sentence in fixed words for every effect whose interval excludes zero, its public cost with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..experiments.effects import by_chance
from ..experiments.words import is_clear
from ..indicators.definitions import INDICATORS
from .material import Material
from .numbers import figure, interval
from .worth import COST

if TYPE_CHECKING:
    import pandas as pd

NO_INTERVALS = "With one seed there are no intervals, so that no finding can be stated; ask for --seeds 20."
PLAIN = {"0-1": "on a scale from 0 to 1", "index": "index points", "sd": "standard deviations"}
WHEN = {
    "flow": "over {window}",
    "level": "in the last four quarters of {window}",
    "ratio": "over {window}",
}


def clear_effects(material: Material) -> pd.DataFrame:
    """The effects whose interval excludes zero, in the order of the table."""
    effects = material.effects
    return effects[[is_clear(row) for _, row in effects.iterrows()]]


def findings_text(material: Material) -> str:
    """findings.md: stamps, a section a policy, a sentence an effect, and how many of them chance would give."""
    lines = ["# Findings", *(f"**{stamp}**" for stamp in material.stamps)]
    if len(material.seeds) < 2:
        return "\n\n".join([*lines, NO_INTERVALS]) + "\n"
    lines.append(
        f"Differences from {material.called(material.names[0]).lower()}, {material.window}, {material.seeds_in_words}, "
        f"scale {material.scale:g}. An effect is listed if its 95 % interval excludes zero. Public cost is the "
        "indicator of the effects table: claims held at the end are not taken off."
    )
    clear = clear_effects(material)
    for name in material.names[1:]:
        found = [f"- {sentence(material, row)}" for _, row in clear[clear["scenario"] == name].iterrows()]
        lines += [f"## {material.called(name)}", "\n".join(found) or "No interval excludes zero."]
    known = int((material.effects["low"].notna() & material.effects["difference"].notna()).sum())
    lines.append(
        f"{len(clear)} of {known} intervals exclude zero; {by_chance(known)} would by chance alone if no policy "
        "changed anything."
    )
    return "\n\n".join(lines) + "\n"


def sentence(material: Material, row: pd.Series) -> str:
    """One effect: who, what, rises or falls, by how much, interval, levels, window, seeds, public cost."""
    definition = INDICATORS[str(row["indicator"])]
    way = "rises" if row["difference"] > 0 else "falls"
    when = WHEN[definition.aggregate].format(window=row["window"])
    who = f"Under {material.called(str(row['scenario'])).lower()}, {row['label']} ({definition.label_zh})"
    amount = with_unit(abs(row["difference"]), points(row["unit"]))
    certainty = f"95 % interval of the difference {interval(row['low'], row['high'])}"
    levels = f"from {figure(row['baseline'])} to {with_unit(row['policy'], row['unit'])}"
    parts = [f"{who} {way} by {amount} ({certainty}), {levels}, {when}", f"{int(row['seeds'])} seeds"]
    return "; ".join([*parts, *cost_part(material, row)]) + "."


def points(unit: str) -> str:
    """The unit of a difference: of two percentages it is percentage points."""
    return unit.replace("%", "percentage points", 1) if unit.startswith("%") else unit


def with_unit(value: float, unit: str) -> str:
    """A number with its unit; a count needs no word for it."""
    return f"{figure(value)} {PLAIN.get(unit, unit).removeprefix('count').strip()}".strip()


def cost_part(material: Material, row: pd.Series) -> Iterator[str]:
    """The public cost of the policy; nothing in the sentence about the cost itself."""
    effects = material.effects
    own = effects[(effects["scenario"] == row["scenario"]) & (effects["indicator"] == COST)]
    if row["indicator"] != COST and len(own):
        cost = own.iloc[0]
        yield (
            f"public cost {figure(cost['difference'])} {cost['unit']} "
            f"(95 % interval {interval(cost['low'], cost['high'])})"
        )
