"""What public money bought: cost per additional outcome, additionality and deadweight.

Per seed, policy less baseline: C extra public cost (present value), O extra outcome, m_i extra public money of
enterprise i beside its pair, the enterprise of the same id in the baseline run of the same seed.

  cost per outcome   sum_s C / sum_s O
  additionality      sum over i with m_i > 0 of (R_i policy - R_i baseline) / sum of these m_i,      R: R&D or equity
  deadweight         100 x sum of m_i over those whose pair did at least as well / sum of these m_i

m is direct support (grants, bounties, subsidies, guarantees), equity (guidance money in rounds, direct local stakes) or
both: whichever of them enterprises clearly get more of in all, since what only moves between enterprises is no policy.
A pair did at least as well if it reached the same stage or a later one and is in business if its twin is. With less
than clearly more money or outcome (interval of the difference above or below zero), the figure is undefined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..agents.enterprise import MARKET
from ..agents.founder import VENTURE_BIT
from ..indicators.definitions import INDICATORS
from .columns import Outcome, Table
from .conduct import Conducted
from .cost import TOTAL, cost_of
from .effects import Array
from .options import Window
from .plan import Plan
from .quotient import Quotient, quotient

if TYPE_CHECKING:
    import pandas as pd

MN = 1000.0  # CNY mn in a CNY bn
PLACE = {name: place for place, name in enumerate(INDICATORS)}


@dataclass(frozen=True)
class Bought:
    """A figure: its id, the indicator it is reported under (or none), label, unit, and what it is a quotient of."""

    id: str
    indicator: str
    label: str
    label_zh: str
    unit: str
    part: str
    whole: str
    guard: str  # this difference must be clear for the figure to mean anything


FIGURES = (
    Bought("per_validated_product", "cost_per_validated_product", "Cost per extra validated product",
           "每增验证产品成本", "CNY mn", "cost_mn", "validated", "validated"),
    Bought("per_survivor", "cost_per_survivor", "Cost per extra project that reaches the market", "每增存活项目成本",
           "CNY mn", "cost_mn", "survivors", "survivors"),
    Bought("per_rd", "cost_per_rd", "Cost per extra yuan of R&D", "每增研发成本", "x", "cost", "rd", "rd"),
    Bought("per_private_equity", "", "Cost per extra yuan of private equity", "每增民间股权成本", "x", "cost",
           "private_equity", "private_equity"),
    Bought("additionality_rd", "additionality", "Extra R&D per extra public yuan, enterprises that got it",
           "每元额外公共资金的研发增量", "x", "pair_rd", "pair_money", "net_money"),
    Bought("additionality_equity", "", "Extra private equity per extra public yuan, enterprises that got it",
           "每元额外公共资金的民间股权增量", "x", "pair_equity", "pair_money", "net_money"),
    Bought("deadweight", "deadweight", "Public money to enterprises that do as well without it", "无谓支出", "%",
           "pair_wasted", "pair_money", "net_money"),
)  # fmt: skip
KINDS = {"support": "direct support", "public_equity": "guidance money and local stakes"}
BOTH = "both"
PAIRED = ("net_money", "pair_money", "pair_wasted", "pair_rd", "pair_equity")
Amounts = dict[str, Array]  # what is compared, an entry per seed


def worth_table(plan: Plan, conducted: Conducted) -> pd.DataFrame:
    """scenario, figure, indicator, label, label_zh, unit, value, low, high, extra_part, extra_whole, says, seeds.

    extra_part and extra_whole: numerator and denominator, means over seeds (money in CNY bn, cost per product and
    survivor in CNY mn). says: undefined and why, or what the sign means.
    """
    import pandas as pd

    runs = {(outcome.scenario, outcome.seed): outcome for outcome in conducted.outcomes}
    rows: list[dict[str, object]] = []
    for name in plan.names[1:]:
        pairs = [(runs[plan.names[0], seed], runs[name, seed]) for seed in plan.seeds]
        rows += figures_of(name, extra_amounts(pairs, plan.window, plan.scale))
    return pd.DataFrame(rows)


def figures_of(scenario: str, extra: Amounts) -> list[dict[str, object]]:
    """All figures of one policy from its extra amounts."""
    rows: list[dict[str, object]] = []
    kind = kind_of(extra)
    extra = extra | {name: extra[f"{name}_{kind}"] for name in PAIRED}
    for one in FIGURES:
        found = guarded(extra[one.part], extra[one.whole], extra[one.guard])
        part, whole = float(extra[one.part].mean()), float(extra[one.whole].mean())
        rows.append({
            "scenario": scenario, "figure": one.id, "indicator": one.indicator, "label": one.label,
            "label_zh": one.label_zh, "unit": one.unit, "value": found.value, "low": found.low, "high": found.high,
            "extra_part": part, "extra_whole": whole, "says": says(one, found, extra, kind), "seeds": found.seeds,
        })  # fmt: skip
    return rows


def kind_of(extra: Amounts) -> str:
    """The kind of public money that enterprises clearly get more of in all; both kinds if it is neither or each."""
    risen = [kind for kind in KINDS if is_more(extra[f"net_money_{kind}"])]
    return risen[0] if len(risen) == 1 else BOTH


def is_more(guard: Array) -> bool:
    """Whether a difference is clear and above zero."""
    return bool(guard.sum() > 0.0) and not quotient(np.ones_like(guard), guard).undefined


def guarded(part: Array, whole: Array, guard: Array) -> Quotient:
    """The quotient, undefined unless the guarded difference is clear of zero."""
    if quotient(np.ones_like(guard), guard).undefined:
        return Quotient(float("nan"), float("nan"), float("nan"), len(guard))
    return quotient(part, whole)


def says(one: Bought, found: Quotient, extra: Amounts, kind: str) -> str:
    """What a reader must know about a figure before its number."""
    if found.undefined:
        if one.guard == "net_money":
            return "undefined: enterprises do not clearly get more public money"
        return "undefined: the outcome does not move" if not extra[one.whole].any() else (
            "undefined: no clear change of the outcome"
        )
    if one.guard == "net_money":
        return f"money: {KINDS.get(kind, ' and '.join(KINDS.values()))}"
    dearer, more = float(extra[one.part].sum()) > 0.0, float(extra[one.whole].sum()) > 0.0
    if more:
        return "more, at a cost" if dearer else "more, and public money is saved"
    return "less, and it costs" if dearer else "less, and public money is saved"


def extra_amounts(pairs: list[tuple[Outcome, Outcome]], window: Window, scale: float) -> Amounts:
    """Policy less baseline by seed: cost, outcomes, and the sums over pairs of enterprises."""
    rows = [one_pair(base, policy, window, scale) for base, policy in pairs]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def one_pair(base: Outcome, policy: Outcome, window: Window, scale: float) -> dict[str, float]:
    """The extra amounts of one seed: CNY bn of 2024Q1 and national counts; sums over enterprises in CNY bn as paid."""
    before, after = aggregates(base, window, scale), aggregates(policy, window, scale)
    extra = {name: after[name] - before[name] for name in before}
    return extra | {"cost_mn": MN * extra["cost"]} | pairs_of(followed(base), followed(policy), scale)


def followed(outcome: Outcome) -> dict[str, np.ndarray]:
    """The enterprises of a run; none if nobody was followed."""
    table = outcome.tables.get("followed")
    return {name: np.asarray(values) for name, values in table.items()} if table else {}


def aggregates(outcome: Outcome, window: Window, scale: float) -> dict[str, float]:
    """Cost and outcomes of one run over the window; yuan of later quarters are discounted as public cost is."""
    first, last = window
    factor = discounts(outcome.tables["public_cost"], len(outcome.indicators))[first : last + 1]
    inside = outcome.indicators[first : last + 1]
    equity = np.zeros(len(outcome.indicators))
    sources = outcome.tables.get("equity_sources")
    if sources:
        equity[np.asarray(sources["quarter"], dtype=np.int64)] = np.asarray(sources["private"])
    return {
        "cost": cost_of(outcome, window)[TOTAL][1],
        "validated": float(np.nansum(inside[:, PLACE["validated_products"]])),
        "rd": float(np.nansum(inside[:, PLACE["rd_spending"]] * factor)),
        "private_equity": float((equity[first : last + 1] * factor).sum()),
        "survivors": survivors(followed(outcome)) / scale,
    }


def discounts(public_cost: Table, quarters: int) -> Array:
    """Present value of a yuan by quarter, read off the table of public cost; 1 where nothing was paid."""
    factor = np.ones(quarters)
    amount, present = (np.asarray(public_cost[name], dtype=np.float64) for name in ("amount", "present_value"))
    paid = np.flatnonzero(amount != 0.0)
    factor[np.asarray(public_cost["quarter"], dtype=np.int64)[paid]] = present[paid] / amount[paid]
    return factor


def survivors(table: dict[str, np.ndarray]) -> float:
    """Projects with venture history that reach the market in the window."""
    if not table:
        return 0.0
    venture = (table["enterprise"] & VENTURE_BIT) != 0
    return float((venture & (table["before"] < MARKET) & (table["reached"] >= MARKET)).sum())


def pairs_of(base: dict[str, np.ndarray], policy: dict[str, np.ndarray], scale: float) -> dict[str, float]:
    """Sums over pairs (CNY bn, national) by kind of public money: net extra money of all enterprises; of those that got
    more of it than their pair: the money, 100 x what of it was wasted, extra R&D and extra private equity.
    """
    if not base or not policy:
        return {f"{name}_{kind}": 0.0 for name in PAIRED for kind in (*KINDS, BOTH)}
    twin = twins(base, policy["enterprise"])
    money = (*KINDS, "private_equity", "rd")
    extra = {name: policy[name].astype(np.float64) - twin[name] for name in money}
    extra[BOTH] = extra["support"] + extra["public_equity"]
    reached = policy["reached"].astype(np.float64)
    as_well = (twin["reached"] > reached) | (
        (twin["reached"] == reached) & (~policy["alive"].astype(bool) | (twin["alive"] > 0.0))
    )
    sums: dict[str, float] = {}
    for kind in (*KINDS, BOTH):
        more = np.maximum(extra[kind], 0.0)
        got = more > 0.0
        found = (
            net_of(base, policy, kind), more.sum(), 100.0 * more[as_well].sum(), extra["rd"][got].sum(),
            extra["private_equity"][got].sum(),
        )  # fmt: skip
        sums |= {f"{name}_{kind}": float(value) / (MN * scale) for name, value in zip(PAIRED, found, strict=True)}
    return sums


def net_of(base: dict[str, np.ndarray], policy: dict[str, np.ndarray], kind: str) -> float:
    """Public money of all enterprises of the policy run less that of the baseline run (CNY mn of the model)."""
    names = KINDS if kind == BOTH else (kind,)
    return sum(float(policy[name].sum(dtype=np.float64) - base[name].sum(dtype=np.float64)) for name in names)


def twins(base: dict[str, np.ndarray], ids: np.ndarray) -> dict[str, Array]:
    """What the enterprises of these ids got and became in the baseline run; who is not there got nothing."""
    order = np.argsort(base["enterprise"], kind="stable")
    place = np.minimum(np.searchsorted(base["enterprise"], ids, sorter=order), len(order) - 1)
    row = order[place]
    there = base["enterprise"][row] == ids
    missing = {"reached": -1.0}
    return {
        name: np.where(there, values[row].astype(np.float64), missing.get(name, 0.0)) for name, values in base.items()
    }
