"""Effects in words: a brief for people who read no tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..indicators.definitions import INDICATORS
from .effects import by_chance
from .options import window_text

if TYPE_CHECKING:
    import pandas as pd

    from .plan import Plan

HEADLINE = (
    "projects_entered", "rd_spending", "equity_invested", "funded_share", "social_commitments", "mlt_loans",
    "validated_products", "value_added", "npl_ratio", "public_cost", "exits_ipo", "exit_value", "flow_dpi",
    "listing_queue", "recycling_ratio",
)  # fmt: skip
IN_BRIEF = 6


def plain_name(scenario: str) -> str:
    """What a scenario is called in a sentence: its name with spaces and a capital letter."""
    words = scenario.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def number(value: float) -> str:
    """A number as people say it: three digits that matter, commas in thousands."""
    size = abs(value)
    if size != size:
        return "none"
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or size == 0 else 3
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(value: float, unit: str) -> str:
    """A number with its unit; a count needs no word for it."""
    unit = unit.removeprefix("count").strip()
    return f"{number(value)}{'' if unit.startswith('%') or not unit else ' '}{unit}"


def is_clear(row: pd.Series) -> bool:
    """Whether the interval of an effect excludes zero; a figure without a baseline is no effect."""
    return bool(row["difference"] == row["difference"] and (row["low"] > 0 or row["high"] < 0))


def meaning(row: pd.Series) -> str:
    """The verdict on an effect in a word or two."""
    if row["difference"] == 0:
        return "no change"
    if not is_clear(row):
        return "unclear"
    if INDICATORS[row["indicator"]].better == "none":
        return "changed"
    return "better" if row["better"] == "yes" else "worse"


def sentence(row: pd.Series) -> str:
    """One effect as a sentence."""
    before, after = with_unit(row["baseline"], ""), with_unit(row["policy"], row["unit"])
    interval = f"95 % interval of the difference {number(row['low'])} to {number(row['high'])}"
    percent = f" ({row['percent']:+.0f} %)" if row["percent"] == row["percent"] else ""
    return f"{row['label']}: from {before} to {after}{percent}, {meaning(row)}; {interval}"


def effect_in_words(row: pd.Series) -> str:
    """One effect as part of a sentence: "Equity invested +9.1 % (+7.3 to +11)"; in its unit where the baseline is zero.

    change = 100 x difference / |baseline| and its interval likewise.
    """
    name = str(row["label"])
    if row["difference"] != row["difference"]:  # what money bought has a value and no baseline
        return f"{name} {with_unit(row['policy'], row['unit'])} ({number(row['low'])} to {number(row['high'])})"
    if row["difference"] == 0:
        return f"{name} unchanged"
    share = 100.0 / abs(row["baseline"]) if row["baseline"] else 1.0
    unit = " %" if row["baseline"] else f" {str(row['unit']).removeprefix('count').strip()}".rstrip()
    change, low, high = (with_sign(row[key] * share) for key in ("difference", "low", "high"))
    interval = f" ({low} to {high})" if row["low"] == row["low"] else " (one seed, no interval)"
    doubt = ", unclear" if row["low"] == row["low"] and not is_clear(row) else ""
    return f"{name} {change}{unit}{interval}{doubt}"


def with_sign(value: float) -> str:
    """A change with its sign and two digits that matter, a true minus sign, none on zero."""
    size = abs(value)
    text = f"{value:+,.{0 if size >= 10 else 1 if size >= 1 else 2}f}".replace("-", "\N{MINUS SIGN}")
    return text[1:] if not text.strip("+0.\N{MINUS SIGN}") else text


def headline(effects: pd.DataFrame) -> pd.DataFrame:
    """The rows of the headline indicators, in their order."""
    order = {indicator: place for place, indicator in enumerate(HEADLINE)}
    rows = effects[effects["indicator"].isin(order)]
    return rows.sort_values("indicator", key=lambda column: column.map(order), kind="stable")


def chance_line(effects: pd.DataFrame) -> str:
    """How many intervals exclude zero, and how many would by chance."""
    known = effects[effects["low"].notna() & effects["difference"].notna()]
    clear = int(((known["low"] > 0) | (known["high"] < 0)).sum())
    return (
        f"{clear} of {len(known)} intervals exclude zero; about {by_chance(len(known))} would by chance alone, "
        "if no policy changed anything."
    )


def brief_of(plan: Plan, effects: pd.DataFrame) -> str:
    """What came out, in a few sentences a policy: its clearest headline effects, then the warning about chance."""
    luck = f"{len(plan.seeds)} seeds" if len(plan.seeds) > 1 else "one seed, so without intervals"
    parts = [
        f"Effects against {plain_name(plan.names[0]).lower()}, {window_text(plan.window)}, {luck}, scale {plan.scale:g}"
        + (" (DRAFT)" if plan.draft else "")
    ]
    for name in plan.names[1:]:
        rows = headline(effects[effects["scenario"] == name])
        clear = rows[[is_clear(row) for _, row in rows.iterrows()]] if len(rows) else rows
        lines = [f"  {sentence(row)}" for _, row in clear.head(IN_BRIEF).iterrows()]
        parts.append("\n".join([f"{plain_name(name)}:", *(lines or ["  no headline indicator changes clearly"])]))
    return "\n\n".join([*parts, chance_line(effects)])
