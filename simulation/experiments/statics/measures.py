"""From what was played to a number a claim: the difference, its interval and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...indicators.definitions import INDICATORS
from ..effects import Array, Effects, Sums, divided, mean_interval, paired, window_sums
from ..runs import yearly_unit
from .play import Future, Seed
from .records import Claim, Window
from .watches import PATIENCE, WATCHES

PLACE = {name: place for place, name in enumerate(INDICATORS)}
WATCH = {name: place for place, name in enumerate(WATCHES)}
SMOOTHED = 4  # quarters over which paths are averaged before their peaks are compared
RESAMPLES = 2000
WHOLE_RUN = ("first_support", "net_public_cost", "present_cost")
Pairs = tuple[Array, Array]


@dataclass(frozen=True)
class Made:
    """A measure put together of indicators: label, unit, and numerator and denominator of a run."""

    label_en: str
    label_zh: str
    unit: str
    pair: Callable[[Future, Window], tuple[float, float]]


def total(future: Future, name: str, window: Window) -> float:
    """Sum of an indicator over a window."""
    return float(np.nansum(future.indicators[window[0] : window[1] + 1, PLACE[name]]))


def acquisition_share(future: Future, window: Window) -> tuple[float, float]:
    """Companies acquired over companies listed or acquired, in %."""
    bought = total(future, "exits_acquisition", window)
    return 100.0 * bought, bought + total(future, "exits_ipo", window)


def cost_per_product(future: Future, window: Window) -> tuple[float, float]:
    """Net public cost over newly validated products, CNY mn."""
    return 1000.0 * future.figures["net_public_cost"][0], total(future, "validated_products", window)


MADE: dict[str, Made] = {
    "acquisition_share": Made("Acquired among companies listed or acquired", "并购占退出企业比重", "%",
                              acquisition_share),
    "cost_per_product": Made("Net public cost of all levers per validated product", "每个验证产品的净公共成本",
                             "CNY mn", cost_per_product),
    "first_support": Made(f"Quarters from certificate to first support (at most {PATIENCE})",
                          "认定到首次获支持的季度数", "quarters",
                          lambda future, window: future.figures["first_support"]),
    "net_public_cost": Made("Net public cost of all levers", "全部政策净公共成本", "CNY bn a year",
                            lambda future, window: future.figures["net_public_cost"]),
    "present_cost": Made("Net public cost of all levers, present value", "净公共成本现值", "CNY bn",
                         lambda future, window: future.figures["present_cost"]),
    "platform_cost": Made("Public cost of the platform", "平台公共成本", "CNY bn a year",
                          lambda future, window: future.figures["platform_cost"]),
    "relending_cost": Made("Public cost of relending", "再贷款公共成本", "CNY bn a year",
                           lambda future, window: future.figures["relending_cost"]),
}  # fmt: skip
BOUGHT = {"pair_equity": ("Extra private equity per extra public yuan", "每元额外公共资金带动民间股权", "x"),
          "pair_same": ("Deadweight", "无谓支出", "%")}  # fmt: skip
RATIOS = ("acquisition_share", "cost_per_product", "first_support")


def label_of(name: str) -> str:
    """English label of a measure."""
    if name in INDICATORS:
        return INDICATORS[name].label_en
    return BOUGHT[name][0] if name in BOUGHT else (WATCHES.get(name) or MADE[name]).label_en


def unit_of(name: str) -> str:
    """Unit of a measure over a window."""
    if name in INDICATORS:
        return yearly_unit(name)
    if name in BOUGHT:
        return BOUGHT[name][2]
    return f"{WATCHES[name].unit} a year" if name in WATCHES and WATCHES[name].aggregate == "flow" else (
        WATCHES.get(name) or MADE[name]
    ).unit


def is_ratio(name: str) -> bool:
    """Whether a measure is a ratio of sums over seeds."""
    if name in INDICATORS:
        return INDICATORS[name].aggregate == "ratio"
    return WATCHES[name].aggregate == "ratio" if name in WATCHES else name in RATIOS


def pair_of(future: Future, name: str, window: Window) -> tuple[float, float]:
    """Numerator and denominator of a measure in one run."""
    if name in INDICATORS:
        num, den = window_sums(future.indicators, future.weights, *window)
        return float(num[PLACE[name]]), float(den[PLACE[name]])
    if name in WATCHES:
        seen = future.watched[window[0] : window[1] + 1, WATCH[name]]
        years = (window[1] + 1 - window[0]) / 4.0
        return float(seen[:, 0].sum()), years if WATCHES[name].aggregate == "flow" else float(seen[:, 1].sum())
    return MADE[name].pair(future, window)


def sums(seeds: Sequence[Seed], arm: str, name: str, window: Window) -> Sums:
    """A measure in one arm: a row a seed, one column."""
    pairs = np.array([pair_of(seed[arm], name, window) for seed in seeds], dtype=np.float64).reshape(-1, 2)
    return Sums(pairs[:, :1], pairs[:, 1:])


def by_seed(seeds: Sequence[Seed], arm: str, name: str, window: Window) -> Array:
    """A measure in one arm, a value a seed."""
    found = sums(seeds, arm, name, window)
    return divided(found.num, found.den)[:, 0]


@dataclass(frozen=True)
class Found:
    """What a claim came to: level in both arms, the value judged and its 95 % interval, and the value in % of start."""

    start: float
    to: float
    value: float
    low: float
    high: float
    percent: float
    seeds: int


def evaluate(claim: Claim, seeds: Sequence[Seed]) -> Found:
    """The value of a claim over all seeds."""
    if claim.kind == "effect":
        return effect(claim, seeds)
    if claim.kind == "lag":
        return lag(claim, seeds)
    if claim.kind == "bought":
        return bought(claim, seeds)
    if claim.kind == "bend":
        low, middle, high = (
            by_seed(seeds, arm, claim.measure, claim.window) for arm in (claim.start, claim.middle, claim.to)
        )
        return mean_of(high - 2.0 * middle + low, low, high)
    return gap(claim, seeds)


def effect(claim: Claim, seeds: Sequence[Seed]) -> Found:
    """Difference of two arms, as in every comparison of the program."""
    arms = [sums(seeds, arm, claim.measure, claim.window) for arm in (claim.start, claim.to)]
    return found_of(paired(arms[0], arms[1], np.array([is_ratio(claim.measure)])))


def found_of(one: Effects) -> Found:
    """The first column of effects."""
    return Found(
        float(one.baseline[0]), float(one.policy[0]), float(one.difference[0]), float(one.low[0]), float(one.high[0]),
        float(one.percent[0]), int(one.seeds[0]),
    )  # fmt: skip


def mean_of(values: Array, start: Array, to: Array) -> Found:
    """Mean over seeds with a t interval."""
    there = np.isfinite(values)
    if not there.any():
        return Found(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 0)
    centre, low, high = mean_interval(values)
    level = float(start[there].mean())
    share = 100.0 * centre / abs(level) if level else np.nan
    return Found(level, float(to[there].mean()), centre, low, high, share, int(there.sum()))


def gap(claim: Claim, seeds: Sequence[Seed]) -> Found:
    """Gain of one measure less gain of the other, each in % of its mean in the first arm."""
    gains = []
    for name in (claim.measure, claim.other):
        start, to = (by_seed(seeds, arm, name, claim.window) for arm in (claim.start, claim.to))
        gains.append(100.0 * (to - start) / abs(np.nanmean(start)))
    return mean_of(gains[0] - gains[1], gains[1], gains[0])


def smooth(path: Array) -> Array:
    """Means over SMOOTHED quarters along the last axis; a quarter without a value counts as zero."""
    summed = np.cumsum(np.nan_to_num(path), axis=-1)
    before = np.concatenate([np.zeros((*path.shape[:-1], SMOOTHED)), summed[..., :-SMOOTHED]], axis=-1)
    return np.asarray((summed - before)[..., SMOOTHED - 1 :] / SMOOTHED)


def lag(claim: Claim, seeds: Sequence[Seed]) -> Found:
    """Quarters from the peak of one effect to that of the other, in paths averaged over seeds and SMOOTHED quarters.

    Interval: percentiles over resampled seeds (generator with seed 0).
    """
    window = slice(claim.window[0], claim.window[1] + 1)
    paths = [
        np.array([seed[claim.to].indicators[window, PLACE[name]] - seed[claim.start].indicators[window, PLACE[name]]
                  for seed in seeds])
        for name in (claim.other, claim.measure)
    ]  # fmt: skip
    first, second = (int(np.argmax(smooth(path.mean(axis=0)))) for path in paths)
    chosen = np.random.default_rng(0).integers(len(seeds), size=(RESAMPLES, len(seeds)))
    peaks = [np.argmax(smooth(path)[chosen].mean(axis=1), axis=-1) for path in paths]
    low, high = np.percentile(peaks[1] - peaks[0], [2.5, 97.5])
    return Found(first, second, float(second - first), float(low), float(high), np.nan, len(seeds))


def bought(claim: Claim, seeds: Sequence[Seed]) -> Found:
    """What extra public money bought in one arm less in the other, both against the arm without the money.

    Money: guidance money and local stakes for equity, direct support for deadweight.
    """
    kind = "public_equity" if claim.measure == "pair_equity" else "support"
    arms = []
    for arm in (claim.start, claim.to):
        rows = [
            [seed[arm].figures[f"{part}_{kind}|{claim.against}"][0] for part in (claim.measure, claim.other)]
            for seed in seeds
        ]
        pairs = np.array(rows, dtype=np.float64)
        arms.append(Sums(pairs[:, :1], pairs[:, 1:]))
    return found_of(paired(arms[0], arms[1], np.array([True])))


def sign(claim: Claim, found: Found) -> int:
    """1 or -1 if the interval lies above or below the reference, 0 if it holds it or there is none."""
    if found.low > claim.reference:
        return 1
    return -1 if found.high < claim.reference else 0


def verdict(claim: Claim, found: Found) -> str:
    """As expected, contrary, not told from luck, or reported."""
    if not np.isfinite(found.value):
        return "not measured"
    seen = sign(claim, found)
    if claim.expected == "report":
        return {1: "reported: up", -1: "reported: down", 0: "reported: not told from luck"}[seen]
    if claim.expected == "same":
        return "contrary" if seen else "as expected"
    if not seen:
        return "not told from luck"
    return "as expected" if (seen > 0) == (claim.expected == "up") else "contrary"
