"""Indicators that need the counterfactual run, as rows of the table of effects: P6, P7, P9 and, with an impulse, H1.

A figure of what money bought has no value in the baseline: its row holds the figure as `policy`, with its interval, and
neither baseline nor difference. The cycle gain has both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..indicators.definitions import INDICATORS
from ..scenario.parameter import label
from .effects import Array
from .gain import of_gains
from .options import window_text
from .plan import Plan

if TYPE_CHECKING:
    import pandas as pd

NONE = float("nan")
UNDEFINED = "undefined"
NUMBERS = ("baseline", "policy", "difference", "low", "high", "percent")


def worth_rows(plan: Plan, worth: pd.DataFrame) -> pd.DataFrame:
    """Rows of effects from the table of what money bought."""
    rows = [
        head(plan, str(row["scenario"]), str(row["indicator"]))
        | {"baseline": NONE, "policy": row["value"], "difference": NONE, "low": row["low"], "high": row["high"]}
        | {"percent": NONE, "better": "unclear", "seeds": int(row["seeds"]), "seeds_needed": None}
        for row in worth.to_dict("records")
        if row["indicator"]
    ]
    return table_of(rows)


def gain_rows(plan: Plan, gains: dict[str, Array]) -> pd.DataFrame:
    """Rows of effects for the cycle gain: that of the baseline, that of the policy, and their difference."""
    rows = []
    for name in plan.names[1:]:
        found = of_gains(gains[plan.names[0]], gains[name])
        numbers = {key: float(getattr(found, key)[0]) for key in NUMBERS}
        clear = bool(found.clear[0])
        better = "unclear" if not clear else "yes" if numbers["difference"] > 0.0 else "no"
        needed = None if np.isnan(found.needed[0]) else int(found.needed[0])
        more = {"better": better, "seeds": int(found.seeds[0]), "seeds_needed": needed}
        rows.append(head(plan, name, "cycle_gain") | numbers | more)
    return table_of(rows)


def head(plan: Plan, scenario: str, indicator: str) -> dict[str, object]:
    """The words in front of a row."""
    record = INDICATORS[indicator]
    return {
        "scenario": scenario, "indicator": indicator, "label": record.label_en, "unit": record.unit,
        "group": label("indicator_group", record.group), "window": window_text(plan.window),
    }  # fmt: skip


def table_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    """The rows as a table with the types of the table of effects."""
    import pandas as pd

    table = pd.DataFrame(rows)
    return table.assign(seeds_needed=pd.array(table["seeds_needed"].tolist(), dtype="Int64")) if rows else table


def in_words(effects: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """The summary with `undefined` where a figure that needs the counterfactual has no value."""
    empty = effects["indicator"].map(lambda name: INDICATORS[name].paired) & effects["policy"].isna()
    return summary.assign(policy=summary["policy"].astype(object).mask(empty, UNDEFINED)) if empty.any() else summary
