"""The STAR board: applications that fail, withdrawals, and what waiting does to R&D."""

from __future__ import annotations

import numpy as np

from ...scenario.parameter import label
from .exits import of_kind
from .record import Line, Measured, Missing, Seen, enough, measure

STAR = 0  # the board's number in the events of listing


def on_star(seen: Seen, code: str, window: tuple[int, int]) -> int:
    """Events of a kind on the STAR board."""
    found = of_kind(seen, code, window)
    return int((found["other"] == STAR).sum())


@measure()
def star_failures(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of STAR applications decided in the window that were refused or withdrawn (%)."""
    seen.reach(window)
    failed = on_star(seen, "withdrawal", window) + on_star(seen, "refusal", window)
    decided = failed + on_star(seen, "listing", window)
    if decided < 3:
        raise Missing(f"three decided applications; this seed has {decided}")
    return Measured(100.0 * failed / decided)


@measure()
def star_withdrawals(seen: Seen, window: tuple[int, int]) -> Measured:
    """STAR applications withdrawn in ten months of the window (national count)."""
    seen.reach(window)
    months = 3.0 * (window[1] + 1 - window[0])
    return Measured(on_star(seen, "withdrawal", window) / seen.scale * 10.0 / months)


@measure()
def star_listings(seen: Seen, window: tuple[int, int]) -> Measured:
    """Companies with investors that list on the STAR board, a year (national count)."""
    seen.reach(window)
    return Measured(on_star(seen, "listing", window) / seen.scale / ((window[1] + 1 - window[0]) / 4.0))


def around_the_queue(seen: Seen, window: tuple[int, int], column: str) -> tuple[float, tuple[Line, ...]]:
    """Mean change (%) of a column of the sampled enterprises from the year-end before the queue to the last one in it,
    and its level at the year-ends around the first one in the queue (100 at the one before).
    """
    from ..tables import STAGES

    sample = seen.table("enterprises")
    sample = sample[(sample["quarter"] >= window[0] - 3) & (sample["quarter"] <= window[1] + 12)]
    waiting = sample[sample["stage"] == label("stage", STAGES[4])]
    first = waiting.groupby("enterprise")["quarter"].min()
    last = waiting.groupby("enterprise")["quarter"].max()
    values = sample.pivot_table(index="enterprise", columns="quarter", values=column, aggfunc="last")
    before, within, around = [], [], {shift: [] for shift in range(-2, 4)}  # type: ignore[var-annotated]
    for enterprise, quarter in first.items():
        row = values.loc[enterprise]
        base = row.get(quarter - 4, np.nan)
        if not base > 0.0:
            continue
        before.append(base)
        within.append(row.get(last[enterprise], np.nan))
        for shift, kept in around.items():
            kept.append(100.0 * row.get(quarter + 4 * shift, np.nan) / base)
    change = enough(np.log(np.maximum(np.array(within), 1e-9) / np.array(before)) if before else np.zeros(0), 5)
    line = [float(np.nanmedian(kept)) if np.isfinite(kept).any() else np.nan for kept in around.values()]
    lines = (Line("fact_model", np.array(list(around), dtype=np.float64), np.array(line)),)
    return 100.0 * (float(np.exp(np.median(change))) - 1.0), lines


@measure(x="fact_years_queue", y="fact_rd_index")
def queued_research(seen: Seen, window: tuple[int, int]) -> Measured:
    """Median change of quarterly R&D from the year-end before an enterprise queues to the last one in the queue (%)."""
    return Measured(*around_the_queue(seen, window, "rd"))


@measure(x="fact_years_queue", y="fact_patent_index")
def queued_patents(seen: Seen, window: tuple[int, int]) -> Measured:
    """Median change of the patents held over the same time (%)."""
    return Measured(*around_the_queue(seen, window, "patents"))
