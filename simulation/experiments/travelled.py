"""How much of a policy's effect travels through each link of the cycle, and with what delay.

Per seed: d effect of the policy, h effect of the same policy with the link held at its baseline path; d - h went
through the link. share = 100 x sum_s (d - h) / sum_s d, Fieller's interval; undefined where d cannot be told from zero.
Below zero the link works against the policy, above 100 something else does. Links are cut one at a time, so shares need
not add up.
delay: quarters from the start of the policies until the mean over four quarters of d - h, over the seeds, first reaches
half of its peak; its interval resamples seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..economy.links import LINKS
from ..indicators.definitions import INDICATORS
from .columns import Outcome
from .effects import Array, Sums, divided, paired, window_sums
from .options import Window
from .plan import Plan
from .quotient import quotient
from .runs import yearly_unit
from .variants import EVERY, sets_of, variants_of

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES = (
    "exit_value", "flow_dpi", "social_commitments", "equity_invested", "projects_entered", "rd_spending",
    "validated_products", "mlt_loans",
)  # fmt: skip
LABELS = {EVERY: ("All of these links", "以上全部环节", "every link of this list at once")}
RESAMPLES = 400
YEAR = 4


def links_table(plan: Plan, outcomes: Sequence[Outcome], variants: Sequence[Outcome]) -> pd.DataFrame:
    """scenario, link, label, label_zh, held, indicator, indicator_label, unit, effect, effect_low, effect_high,
    through, through_low, through_high, share, low, high, delay, delay_low, delay_high, says, seeds.

    effect and through: policy less baseline and the part through the link (flows a year, levels at the window's end).
    share, low, high in %.
    """
    import pandas as pd

    plain = {(one.scenario, one.seed): one for one in outcomes}
    base = [plain[plan.names[0], seed] for seed in plan.seeds]
    rows: list[dict[str, object]] = []
    for name in plan.names[1:]:
        full = [plain[name, seed] for seed in plan.seeds]
        for link, _ in sets_of(plan.freeze):
            found = variants_of(variants, link, name)
            held = [found[seed] for seed in plan.seeds]
            rows += [
                {"scenario": name, **words_of(link), **figures(base, full, held, indicator, plan.window, plan.parts_at)}
                for indicator in OUTCOMES
            ]
    return pd.DataFrame(rows)


def words_of(link: str) -> dict[str, str]:
    """Id, labels and what is held."""
    label, label_zh, held = LABELS.get(link) or (LINKS[link].label_en, LINKS[link].label_zh, LINKS[link].sentence)
    return {"link": link, "label": label, "label_zh": label_zh, "held": held}


def figures(
    base: Sequence[Outcome], full: Sequence[Outcome], held: Sequence[Outcome], indicator: str, window: Window,
    start: int | None,
) -> dict[str, object]:  # fmt: skip
    """The figures of one policy, link and indicator; runs in the order of the seeds."""
    place = list(INDICATORS).index(indicator)
    before, after, cut = (values(runs, place, window) for runs in (base, full, held))
    effect, through = change(before, after), change(cut, after)
    share = quotient(100.0 * (after - cut), after - before)
    begin = window[0] if start is None else start
    gap = np.array([a.indicators[:, place] - b.indicators[:, place] for a, b in zip(full, held, strict=True)])
    delay = delays(gap[:, begin : window[1] + 1], float(through["through"]))
    told = {"effect": effect["through"], "effect_low": effect["through_low"], "effect_high": effect["through_high"]}
    return {
        "indicator": indicator, "indicator_label": INDICATORS[indicator].label_en, "unit": yearly_unit(indicator),
        **told, **through, "share": share.value, "low": share.low, "high": share.high, **delay,
        "says": says(share.undefined, through), "seeds": len(base),
    }  # fmt: skip


def values(runs: Sequence[Outcome], place: int, window: Window) -> Array:
    """One indicator over the window, an entry per seed."""
    sums = [window_sums(run.indicators, run.weights, *window) for run in runs]
    return np.array([float(divided(num[place : place + 1], den[place : place + 1])[0]) for num, den in sums])


def change(before: Array, after: Array) -> dict[str, float]:
    """Mean paired change with its t interval."""
    one = np.ones((len(before), 1))
    found = paired(Sums(before[:, None], one), Sums(after[:, None], one), np.zeros(1, dtype=bool))
    return {
        "through": float(found.difference[0]), "through_low": float(found.low[0]), "through_high": float(found.high[0])
    }  # fmt: skip


def delays(gap: Array, through: float) -> dict[str, float]:
    """delay, delay_low, delay_high in quarters, from what went through the link by seed and quarter."""
    delay = half_peak(gap.mean(axis=0), through)
    if np.isnan(delay) or len(gap) < 2:
        return {"delay": delay, "delay_low": float("nan"), "delay_high": float("nan")}
    chosen = np.random.default_rng(0).integers(len(gap), size=(RESAMPLES, len(gap)))
    ends = [half_peak(gap[rows].mean(axis=0), through) for rows in chosen]
    low, high = np.nanquantile(ends, [0.025, 0.975], method="nearest") if np.isfinite(ends).any() else (np.nan, np.nan)
    return {"delay": delay, "delay_low": float(low), "delay_high": float(high)}


def half_peak(path: Array, direction: float) -> float:
    """First quarter in which the mean over four quarters reaches half of its peak in the direction of the whole."""
    if not direction or np.isnan(direction) or len(path) < YEAR:
        return float("nan")
    smooth = np.convolve(np.nan_to_num(path) * np.sign(direction), np.full(YEAR, 1.0 / YEAR), mode="valid")
    peak = smooth.max()
    return float(np.argmax(smooth >= 0.5 * peak) + YEAR - 1) if peak > 0.0 else float("nan")


def says(undefined: bool, through: dict[str, float]) -> str:
    """What a reader must know about a share."""
    if undefined:
        return "undefined: the policy has no clear effect here"
    if not through["through"]:
        return "nothing goes this way"
    if not (through["through_low"] > 0.0 or through["through_high"] < 0.0):
        return "unclear: the interval of what goes this way holds zero"
    return "clear"
