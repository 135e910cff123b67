"""What each optional mechanism does in the baseline: the same economy with and without it, on the same seeds.

python -m simulation.experiments.mechanism_effects [SEEDS] [SCALE]     plays and writes docs/effects.md anew
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..indicators.definitions import INDICATORS
from ..scenario.parameter import OPTIONAL_MECHANISMS, label
from .compare import Comparison, compare
from .references import DOCS, line

if TYPE_CHECKING:
    import pandas as pd

COMMAND = "python -m simulation.experiments.mechanism_effects"
SHOWN = (
    "projects_entered", "rd_spending", "equity_invested", "equity_deals", "social_commitments", "mlt_loans",
    "validated_products", "first_orders", "value_added", "exits_ipo", "exits_acquisition", "exit_value", "flow_dpi",
    "npl_ratio", "default_rate", "public_cost",
)  # fmt: skip
SEEDS, SCALE = 12, 0.03


def without_each(seeds: int, scale: float) -> Comparison:
    """The baseline against itself without one mechanism after the other, switched off from the burn-in on."""
    absent = [
        {"name": f"without-{key}", "title": f"Without: {label('mechanism', key)}", "extends": "baseline",
         "mechanisms": {key: False}}
        for key in OPTIONAL_MECHANISMS
    ]  # fmt: skip
    return compare("baseline", *absent, seeds=seeds, scale=scale)


def effect_lines(effects: pd.DataFrame) -> list[str]:
    """A line a mechanism and indicator whose interval excludes zero, strongest first within a mechanism."""
    lines = []
    for key in OPTIONAL_MECHANISMS:
        rows = effects[(effects["scenario"] == f"without-{key}") & effects["indicator"].isin(SHOWN)]
        clear = rows[(rows["low"] > 0.0) | (rows["high"] < 0.0)]
        clear = clear.reindex(clear["percent"].abs().sort_values(ascending=False).index)
        name = label("mechanism", key)
        if clear.empty:
            lines.append(line((name, "none of those looked at moves clearly", "", "", "")))
        for row in clear.itertuples():
            share = f"{row.percent:+.1f} %" if row.percent == row.percent else ""
            interval = f"{row.difference:+.3g} ({row.low:+.3g} to {row.high:+.3g})"
            lines.append(line((name, INDICATORS[row.indicator].label_en, f"{row.baseline:.4g}", interval, share)))
            name = ""
    return lines


def page(effects: pd.DataFrame, seeds: int, scale: float) -> str:
    """The page docs/effects.md."""
    looked = ", ".join(INDICATORS[name].label_en for name in SHOWN)
    looked_at = effects[effects["indicator"].isin(SHOWN)]
    clear = int(((looked_at["low"] > 0.0) | (looked_at["high"] < 0.0)).sum())
    intro = (
        "The baseline without one mechanism, against the baseline with it: a plus means that the figure is higher "
        f"where the mechanism is missing. {seeds} paired seeds, scale {scale:g}, means of 2024Q1 to 2035Q4, 95 % "
        "intervals. A mechanism is absent from the burn-in on, so an economy that never had it is compared with one "
        f"that always did. Only effects whose interval excludes zero are listed: {clear} of {len(looked_at)}, of which "
        f"about {len(looked_at) / 20:.0f} would by chance alone. Looked at: {looked}."
    )
    heads = ("Without", "Indicator", "Baseline", "Difference (95 %)", "Of baseline")
    return "\n".join([
        f"<!-- Made by `{COMMAND}`; run it again instead of editing this page. -->", "",
        "# What each mechanism does in the baseline", "",
        intro, "", line(heads), line(["---"] * len(heads)), *effect_lines(effects), "",
    ])  # fmt: skip


def main(arguments: list[str]) -> None:
    """Play and write the page."""
    seeds = int(arguments[0]) if arguments else SEEDS
    scale = float(arguments[1]) if len(arguments) > 1 else SCALE
    effects = without_each(seeds, scale).effects
    (DOCS / "effects.md").write_text(page(effects, seeds, scale), encoding="utf-8")
    print("written: docs/effects.md")


if __name__ == "__main__":
    main(sys.argv[1:])
