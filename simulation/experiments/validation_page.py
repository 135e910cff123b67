"""The page of a validation: every verdict as it came out, failures first in the summary, in plain words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .published import read_series
from .references import table
from .target_file import UNKNOWN
from .targets import ROLES
from .validation import VERDICTS, counts, digits
from .words import plain_name

if TYPE_CHECKING:
    import pandas as pd

COMMAND = "tif validate --page docs/validation.md"
PARTS = {
    "history": "History 2021 to 2023", "industry": "Industry and innovation", "venture": "Venture finance and exits",
    "credit": "Banks and programmes", "calibration": "Calibration moments", "checks": "Implementation checks",
}  # fmt: skip
KEY_FIGURES = (
    "scorecard_history", "scorecard_industry", "scorecard_venture", "scorecard_credit", "yardsticks", "size_tail",
    "growth_shape", "multiples", "j_curve", "dpi_one_typical", "entrants_left", "second_round",
    "commitments_follow_exits",
)  # fmt: skip
CAPTIONS = {
    "size_tail": "Sizes of enterprises", "growth_shape": "Growth rates", "multiples": "What closed holdings returned",
    "j_curve": "J-curve of funds", "dpi_one_typical": "Cash returned by age of fund",
    "entrants_left": "Survival of enterprises that came to the market", "second_round": "Time between rounds",
    "commitments_follow_exits": "Commitments at leads and lags of exit value",
}  # fmt: skip
ROLE_WORDS = {
    "validate": "Not used in calibration: evidence, as far as it goes.",
    "calibrate": "Free parameters may be fitted to it: describes the fit, no evidence.",
    "implementation check": "A rule or an input contains the number: passing shows that the code is right.",
}
FIRST = "The scorecard of the baseline against published numbers, as it came out."
BY_HAND = "Nothing was tuned to pass.\nDefaults of the model were set by hand with some calibration moments in view."
INTRO = """\
**Verdict.** PASS: the median over seeds lies in the band. WARN: it does not, but the middle nine tenths of the seeds
reach into the band. FAIL: they do not. *not scored*: weight 0 (from memory, or without a checked source).
*not measured*: the tables of a run do not hold what it needs, or the run is too small or too short; the reason is
given. Bands are published ranges or those of the design; where there were none, 10 % of the value, marked A.
V..., 3a ..., 3b ..., 3c ... number the stylised facts of the design. Rare events are rarer in small economies, so
verdicts on listings, funds and tails depend on scale."""


def page_of(
    tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], figures: str, shown: str | None, rows: str = "",
) -> str:  # fmt: skip
    """The page as Markdown. figures: folder of the figures as seen from the page; shown: None leaves them out;
    rows: a file beside the page that holds the scorecard as a table, if there is one.
    """
    card = tables["scorecard"]
    lines = [
        f"<!-- Made by `{command_of(manifest, COMMAND)}` from the scorecard; measure again, do not edit. -->", "",
        "# Validation", "", *runs_lines(manifest), "", f"{FIRST} {fitted_words(manifest)}", "", INTRO, "",
        *([f"The same as a table: [{rows}]({rows}).", ""] if rows else []), *summary(card), *misses(card),
    ]  # fmt: skip
    for part, title in PARTS.items():
        rows = card[card["part"] == part]
        if len(rows):
            lines += [f"## {title}", "", *part_lines(rows)]
            lines += picture(f"scorecard_{part}", title, figures, shown)
    lines += yardstick_lines(tables["yardsticks"]) + picture("yardsticks", "Published series", figures, shown)
    lines += ["## Figures", ""] if shown is not None else []
    for name, caption in CAPTIONS.items():
        if name in set(card.loc[card["verdict"] != "not measured", "target"]):
            lines += picture(name, caption, figures, shown)
    return "\n".join(lines).rstrip("\n") + "\n"


def runs_lines(manifest: Mapping[str, Any]) -> list[str]:
    """What was played."""
    name, seeds = manifest["scenarios"][0]["name"], manifest["seeds"]
    draft = " **A draft: too few seeds and too small an economy to say anything.**" if manifest["draft"] else ""
    cut = " **Interrupted: not all seeds.**" if not manifest["complete"] else ""
    version = manifest["versions"]["tif-cycle"]
    return [
        f"{plain_name(name)}, {len(seeds)} seeds, scale {manifest['scale']:g}, {manifest['quarters']} quarters, "
        f"tif-cycle {version}; `{command_of(manifest, 'tif validate')}` plays it again.{draft}{cut}"
    ]  # fmt: skip


def command_of(manifest: Mapping[str, Any], otherwise: str) -> str:
    """The command by which a validation was played; another one if its runs are those of other results."""
    command = str(manifest["command"])
    return command if command.startswith("tif validate") else otherwise


def fitted_words(manifest: Mapping[str, Any]) -> str:
    """Where the values of assumptions come from: set by hand, or fitted by a calibration."""
    scenario = manifest["scenarios"][0]
    made = scenario.get("calibrated") or scenario.get("written", {}).get("calibrated")
    if not made:
        return BY_HAND
    many = len(set(made["values"]) - set(made["own"]))
    how = "a draw of their posterior for every seed" if made["use"] == "posterior" else "the means of their posterior"
    return (
        "Beyond its calibration nothing was tuned to pass.\n"
        f"Played with calibration {made['name']}: {many} assumptions, fitted to targets of the role calibrate, have "
        f"{how}.\nThe other defaults were set by hand with some of these targets in view."
    )


def summary(card: pd.DataFrame) -> list[str]:
    """How many verdicts of each kind, by role."""
    rows = [
        {"role": str(role), "about": ROLE_WORDS[role]} | {word: str(n) for word, n in counts(card, role).items()}
        for role in reversed(ROLES)
    ]
    columns = {"role": "Role"} | {str(word): str(word) for word in VERDICTS} | {"about": "What it says"}
    return ["## Summary", "", *table(columns, rows)]


def misses(card: pd.DataFrame) -> list[str]:
    """Everything that missed, by how much and why."""
    found = card[card["verdict"].isin(["FAIL", "WARN"])]
    if not len(found):
        return []
    order = found.sort_values("verdict", kind="stable")
    lines = [
        f"- **{row.verdict}** {row.label_en} ({row.role}): {row.missed}." + reason_words(row.missed_because)
        for row in order.itertuples()
    ]
    return ["## What is missed", "", *lines, ""]


def reason_words(reason: str) -> str:
    """The reason of a miss as it follows the miss; empty if none is written down."""
    if reason.startswith(UNKNOWN):
        return f" Reason not known: {reason.removeprefix(UNKNOWN)}"
    return f" Reason: {reason}" if reason else ""


def printed(card: pd.DataFrame) -> pd.DataFrame:
    """The scorecard as the page prints it, a row a target in words and printed digits; empty where there is none."""
    shown = card[["part", "target", "label_en", "label_zh", "role", "verdict"]].copy()
    for column in ("value", "low", "high", "published", "band_low", "band_high"):
        shown[column] = [figure(float(value)) if math.isfinite(value) else "" for value in card[column]]
    for column in ("unit", "window", "seeds", "missed", "missed_because"):
        shown[column] = card[column].astype(str)
    return shown


def part_lines(rows: pd.DataFrame) -> list[str]:
    """The table of one part, then notes, then what is not measured."""
    columns = {
        "verdict": "Verdict", "label": "Quantity", "label_zh": "名称", "value": "Model (5 to 95 % of seeds)",
        "band": "Band", "published": "Published", "unit": "Unit", "window": "When", "seeds": "Seeds", "role": "Role",
        "source": "Source",
    }  # fmt: skip
    measured = rows[rows["verdict"] != "not measured"]
    cells = [
        {
            "verdict": row["verdict"], "label": row["label_en"] + (f" ({row['number']})" if row["number"] else ""),
            "label_zh": row["label_zh"], "value": spread(row), "band": band(row), "published": figure(row["published"]),
            "unit": row["unit"], "window": row["window"], "seeds": str(row["seeds"]), "role": row["role"],
            "source": row["source"],
        }
        for _, row in measured.iterrows()
    ]  # fmt: skip
    out = table(columns, cells) if cells else []
    told = [f"- {row['label_en']}: {row['definition']} {row['note']}".rstrip() for _, row in measured.iterrows()]
    others = rows[rows["verdict"] == "not measured"]
    left = [f"- {row['label_en']}{of_number(row)}: {row['missed']}." for _, row in others.iterrows()]
    out += ["What is computed:", "", *told, ""] if told else []
    return out + (["Not measured:", "", *left, ""] if left else [])


def of_number(row: Mapping[str, Any]) -> str:
    """The number of a fact in brackets."""
    return f" ({row['number']})" if row["number"] else ""


def figure(value: float) -> str:
    """A number with the four digits that matter; an empty cell for none."""
    if math.isnan(value):
        return ""
    return digits(value)


def spread(row: Mapping[str, Any]) -> str:
    """Median and spread over seeds."""
    return f"{figure(row['value'])} ({figure(row['low'])} to {figure(row['high'])})"


def band(row: Mapping[str, Any]) -> str:
    """The band in words."""
    low, high = row["band_low"], row["band_high"]
    if math.isinf(low):
        return f"at most {figure(high)}"
    return f"at least {figure(low)}" if math.isinf(high) else f"{figure(low)} to {figure(high)}"


def picture(name: str, caption: str, figures: str, shown: str | None) -> list[str]:
    """A figure, if figures are shown."""
    return [] if shown is None or name not in KEY_FIGURES else [f"![{caption}]({figures}/{name}.png)", ""]


def yardstick_lines(rows: pd.DataFrame) -> list[str]:
    """Errors of the model and of two simple forecasts on the published series."""
    columns = {
        "label": "Series", "horizon": "Horizon", "years": "Years", "model": "Model", "no_change": "No change",
        "ar1": "AR(1)", "unit": "Error", "verdict": "The model",
    }  # fmt: skip
    cells = [
        {
            "label": row["label_en"], "horizon": row["horizon"], "years": row["years"], "model": figure(row["model"]),
            "no_change": figure(row["no_change"]), "ar1": figure(row["ar1"]) or "not defined", "unit": row["unit"],
            "verdict": row["verdict"],
        }
        for _, row in rows.iterrows()
    ]  # fmt: skip
    intro = (
        "Root mean square errors. *level*: three years at once from the end of 2020; the model starts there too, but "
        "knows the inputs of history.yaml. *change*: a year ahead, last year's published value moved by the change of "
        "the forecast. AR(1) is fitted to the published years before; with three of them it is a line through two "
        "points, with fewer not defined. "
        "So few years decide nothing: the table shows where the model is worse than doing nothing."
    )
    notes = [f"- {series.label_en}: {series.source}. {series.note}".rstrip() for series in read_series()]
    return ["## Against simple forecasts", "", intro, "", *table(columns, cells), *notes, ""]


def summary_words(card: pd.DataFrame) -> Sequence[str]:
    """The scorecard in a few lines for the terminal."""
    lines = []
    for role in reversed(ROLES):
        found = counts(card, role)
        lines.append(f"{role:<21}" + "   ".join(f"{word} {count}" for word, count in found.items() if count))
    return lines
