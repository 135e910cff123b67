"""Validation: targets measured seed by seed, what comes of them over seeds, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from .columns import Outcome
from .facts.record import Line, Missing, Seen
from .tables import frame, tables_of
from .targets import Target

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["PASS", "WARN", "FAIL", "not scored", "not measured"]
VERDICTS: tuple[Verdict, ...] = ("PASS", "WARN", "FAIL", "not scored", "not measured")
SPREAD = (0.05, 0.95)  # quantiles of the values of single seeds that are shown beside the median
SCORE_COLUMNS = (
    "part", "target", "number", "label_en", "label_zh", "value", "low", "high", "seeds", "published", "band_low",
    "band_high", "unit", "verdict", "missed", "missed_because", "role", "weight", "window", "source", "year",
    "definition", "note",
)  # fmt: skip


@dataclass
class Findings:
    """What has been measured so far: a value a target and seed, curves, and why something is missing."""

    values: dict[tuple[str, int], float] = field(default_factory=dict)
    curves: dict[tuple[str, int], tuple[Line, ...]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)

    def add(self, targets: Iterable[Target], seed: int, seen: Seen) -> None:
        """Measure every target on one seed."""
        self.seeds.append(seed)
        for target in targets:
            try:
                measured = target.measure(seen)
            except Missing as reason:
                self.missing.setdefault(target.id, str(reason))
                continue
            if math.isfinite(measured.value):
                self.values[target.id, seed] = measured.value
                self.curves[target.id, seed] = measured.lines
            else:
                self.missing.setdefault(target.id, "a value that is defined in this run")

    def of(self, target: Target) -> np.ndarray:
        """The values of a target, a seed each."""
        return np.array([value for (name, _), value in self.values.items() if name == target.id])


def seen_of(outcome: Outcome, scale: float, event: Outcome | None = None) -> Seen:
    """The tables of one run for measuring; `event`: the same seed with the docking event of 2023."""
    tables = {name: frame(table) for name, table in tables_of([outcome]).items()}
    if event is not None:
        tables["event_indicators"] = frame(tables_of([event])["indicators"])
    return Seen(scale, len(outcome.indicators), tables)


def verdict(target: Target, values: np.ndarray) -> Verdict:
    """PASS: the median over seeds lies in the band; WARN: the middle nine tenths of the seeds reach into it; else FAIL.

    A target without weight is shown and not scored.
    """
    if not len(values):
        return "not measured"
    if target.weight == 0.0:
        return "not scored"
    if target.holds(float(np.median(values))):
        return "PASS"
    low, high = np.quantile(values, SPREAD)
    return "WARN" if low <= target.high and high >= target.low else "FAIL"


def missed(target: Target, value: float, found: Verdict, reason: str) -> str:
    """By how much a band is missed, or why nothing was measured; empty where it holds."""
    if found == "not measured":
        return target.not_measured or f"needs {reason}"
    if found not in ("WARN", "FAIL"):
        return ""
    end = target.low if value < target.low else target.high
    side = "below" if value < target.low else "above"
    return f"missed: {digits(value)} {target.unit} is {digits(abs(value - end))} {side} {digits(end)}"


def digits(value: float) -> str:
    """A number with the four digits that matter, commas in thousands."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def scorecard(targets: Sequence[Target], findings: Findings) -> pd.DataFrame:
    """A row a target: value over seeds (median, 5 and 95 %), band, verdict, and where the number comes from."""
    import pandas as pd

    rows = []
    for target in targets:
        values = findings.of(target)
        value = float(np.median(values)) if len(values) else math.nan
        low, high = np.quantile(values, SPREAD) if len(values) else (math.nan, math.nan)
        found = verdict(target, values)
        rows.append((
            target.part, target.id, target.number, target.label_en, target.label_zh, value, float(low), float(high),
            len(values), target.value, target.low, target.high, target.unit, found,
            missed(target, value, found, findings.missing.get(target.id, "other results")),
            target.missed_because if found in ("WARN", "FAIL") else "", target.role, target.weight,
            "" if target.not_measured else window_words(target), target.source, target.year, target.definition,
            target.note,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))


def window_words(target: Target) -> str:
    """The quarters of a target as they are written."""
    from .options import window_text

    first, _, last = window_text(target.window).partition(":")
    return first if first == last else f"{first} to {last}"


def values_table(findings: Findings) -> pd.DataFrame:
    """The value of every target on every seed: target, seed, value."""
    import pandas as pd

    rows = [(name, seed, value) for (name, seed), value in findings.values.items()]
    return pd.DataFrame(rows, columns=["target", "seed", "value"])


def curves_table(findings: Findings) -> pd.DataFrame:
    """The curves behind them: target, seed, line, x, y."""
    import pandas as pd

    parts = [
        pd.DataFrame({"target": name, "seed": seed, "line": line.name, "x": line.x, "y": line.y})
        for (name, seed), lines in findings.curves.items()
        for line in lines
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["target", "seed", "line", "x", "y"])


def counts(card: pd.DataFrame, role: str = "") -> Mapping[str, int]:
    """How many targets (of a role) got each verdict."""
    rows = card[card["role"] == role] if role else card
    return {word: int((rows["verdict"] == word).sum()) for word in VERDICTS}
