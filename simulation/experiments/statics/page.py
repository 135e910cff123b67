"""The page docs/statics.md and the list of signs found that the long test asks for again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from ..effects import by_chance
from ..references import line
from .comparisons import COMPARISONS, EQUAL_COST, all_arms
from .measures import Found, label_of, sign, unit_of, verdict
from .notes import MECHANISMS, REMARKS
from .records import BASE, Claim, Comparison, Window

COMMAND = "python -m simulation.experiments.comparative_statics"
EXPECTED = {"up": "up", "down": "down", "same": "unchanged", "report": "report"}
Results = Mapping[str, Found]


def records_of(found: Results, seeds: int, scale: float) -> dict[str, Any]:
    """What was found, fit for JSON: seeds, scale, and by claim value, interval, sign and verdict."""
    claims = {
        claim.id: {
            "value": rounded(found[claim.id].value), "low": rounded(found[claim.id].low),
            "high": rounded(found[claim.id].high), "sign": sign(claim, found[claim.id]),
            "verdict": verdict(claim, found[claim.id]),
        }
        for one in COMPARISONS for claim in one.claims
    }  # fmt: skip
    return {"seeds": seeds, "scale": scale, "claims": claims}


def rounded(value: float) -> float | None:
    """Six digits; nothing where there is no number."""
    return float(f"{value:.6g}") if isfinite(value) else None


def page(found: Results, seeds: int, scale: float) -> str:
    """The whole page."""
    judged = [(claim, verdict(claim, found[claim.id])) for one in COMPARISONS for claim in one.claims]
    lines = [
        f"<!-- Made by `{COMMAND} {seeds} {scale:g}`; run it again instead of editing this page. -->", "",
        "# Comparative statics", "", *intro(judged, found, seeds, scale), "",
    ]  # fmt: skip
    for one in COMPARISONS:
        lines += section(one, found)
    return "\n".join(lines).rstrip("\n") + "\n"


def intro(judged: Sequence[tuple[Claim, str]], found: Results, seeds: int, scale: float) -> list[str]:
    """How it was played, how to read the tables, and the count of verdicts."""
    expecting = [word for claim, word in judged if claim.expected != "report"]
    counts = ", ".join(
        f"{expecting.count(word)} {word}" for word in ("as expected", "contrary", "not told from luck", "not measured")
    )
    moving = sum(sign(claim, found[claim.id]) != 0 for claim, _ in judged)
    same = sum(claim.expected == "same" for claim, _ in judged)
    return [
        f"Twelve changes of policy from 2024Q1 on, {seeds} paired seeds, scale {scale:g}, the baseline's past in all "
        f"arms. The signs expected were written down before anything was played. Of {len(expecting)} expectations: "
        f"{counts}. {same} of them expect no change: these are as expected when the interval holds zero, which a "
        f"wide interval does too. {len(judged) - len(expecting)} further figures are reported without expectation.",
        "",
        f"{moving} of all {len(judged)} intervals exclude zero (or the reference named); about "
        f"{by_chance(len(judged))} would by chance alone if nothing had any effect. Which ones these are cannot be "
        "said, so a single sign near the edge of its interval is weak evidence.",
        "",
        "Intervals are 95 %, from paired differences: t intervals for flows and levels, resampled pairs for ratios. "
        "Means of the quarters named (0 = 2024Q1); a level is the mean of the last four of them. Where assumptions "
        "are changed to see through which of them a sign comes, they change in 2024Q1 as the policy does, in both "
        "arms; a scenario file cannot date an assumption. At this scale few companies list (the baseline's window is "
        f"{0.3 * 290 * scale / 4:.2g} reviews a quarter): listing counts and what follows from them are lumpy.",
        "",
        "`make test-long` plays everything again and asks for every sign that was clear. Results depend on the scale.",
    ]


def section(one: Comparison, found: Results) -> list[str]:
    """One comparison: what is changed, its table, and what stands behind contrary signs."""
    names = {arm.name: arm.label_en for arm in all_arms()}
    heads = ("From", "To", "Measure", "Quarters", "Expected", "At the start", "Difference (95 %)", "In %", "Verdict")
    lines = [f"## {one.number}: {one.label_en}", "", line(heads), line(["---"] * len(heads))]
    for claim in one.claims:
        start = names[claim.start] if claim.start != BASE else base_name(one)
        to = names[claim.to] if claim.to != BASE else base_name(one)
        lines.append(line((start, to, *cells(claim, found[claim.id]))))
    lines.append("")
    for text in (one.remark, cost_remark(one), REMARKS.get(one.number, "")):
        lines += [text, ""] if text else []
    for claim in one.claims:
        if verdict(claim, found[claim.id]) == "contrary":
            told = MECHANISMS.get(claim.id, "The mechanism was not established.")
            lines += [f"**Contrary: {measure_words(claim)}.** {told}", ""]
    return lines


def base_name(one: Comparison) -> str:
    """What the baseline is called within a comparison."""
    return {
        "C1": "Window 0.3 (baseline)", "C2": "Thresholds 1 (baseline)", "C5": "Coverage 0.8 (baseline)",
        "C6": "Mandate 0.1 (baseline)", "C10": "Clauses allowed (baseline)", "C11": "22 institutions (baseline)",
    }.get(one.number, "Baseline")  # fmt: skip


def cost_remark(one: Comparison) -> str:
    """At which share of the baseline's guidance money the arms of C3 cost the same."""
    if one.number != "C3":
        return ""
    shares = ", ".join(f"{100 * share:g} %" for share in EQUAL_COST.values())
    return (
        "Equal cost: guidance offers of the caps 0.4 and 0.8 are multiplied so that net public cost of all levers over "
        f"60 quarters is near that of the cap 0.1 with all of the baseline's offers ({shares} of them). The shares "
        "were found at scale 0.02: by linear steps with 6 seeds, which left the cap 0.4 dearer by 20 % with 30 seeds, "
        "then by one step more with these. How equal the costs are stands in the table."
    )


def measure_words(claim: Claim) -> str:
    """The measure of a claim, with what it says where that is more."""
    words = f" ({claim.words})" if claim.words else ""
    return f"{label_of(claim.measure)}{words}"


def cells(claim: Claim, one: Found) -> tuple[str, ...]:
    """Measure, window, expectation, level, difference with interval, percent, verdict."""
    unit = {"gap": "points of %", "lag": "quarters"}.get(claim.kind, unit_of(claim.measure))
    level = "" if claim.kind in ("gap", "lag") else number(one.start)
    interval = f"{number(one.value, True)} ({number(one.low, True)} to {number(one.high, True)}) {unit}"
    share = f"{one.percent:+.1f}" if isfinite(one.percent) and claim.kind not in ("gap", "lag") else ""
    if claim.kind == "lag":
        interval = f"{one.value:.0f} ({one.low:.0f} to {one.high:.0f}) quarters"
    return (
        measure_words(claim), window_words(claim.window), EXPECTED[claim.expected], level,
        interval if isfinite(one.value) else "no value", share, verdict(claim, one),
    )  # fmt: skip


def window_words(window: Window) -> str:
    """First and last quarter after the change."""
    return f"{window[0]} to {window[1]}"


def number(value: float, signed: bool = False) -> str:
    """Three digits that matter, without powers of ten; a sign where it is a difference."""
    if not isfinite(value):
        return "none"
    text = f"{value:+,.3g}" if signed else f"{value:,.4g}"
    return f"{value:+,.0f}" if signed and "e" in text else f"{value:,.0f}" if "e" in text else text
