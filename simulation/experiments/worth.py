"""What public money bought: cost per additional outcome, additionality and deadweight.

Per seed, policy less baseline: C extra public cost (present value), O extra outcome, m_i extra public money of
enterprise i beside its pair, the enterprise of the same id in the baseline run of the same seed.

  cost per outcome   sum_s C / sum_s O
  additionality      sum over i with m_i > 0 of (R_i policy - R_i baseline) / sum of these m_i,      R: R&D or equity
  deadweight         100 x sum of m_i over those whose pair did at least as well / sum of these m_i

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
NEEDED = tuple(dict.fromkeys(name for one in FIGURES for name in (one.part, one.whole, one.guard)))
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
    for one in FIGURES:
        found = guarded(extra[one.part], extra[one.whole], extra[one.guard])
        part, whole = float(extra[one.part].mean()), float(extra[one.whole].mean())
        rows.append({
            "scenario": scenario, "figure": one.id, "indicator": one.indicator, "label": one.label,
            "label_zh": one.label_zh, "unit": one.unit, "value": found.value, "low": found.low, "high": found.high,
            "extra_part": part, "extra_whole": whole, "says": says(one, found, extra), "seeds": found.seeds,
        })  # fmt: skip
    return rows


def guarded(part: Array, whole: Array, guard: Array) -> Quotient:
    """The quotient, undefined unless the guarded difference is clear of zero."""
    if quotient(np.ones_like(guard), guard).undefined:
        return Quotient(float("nan"), float("nan"), float("nan"), len(guard))
    return quotient(part, whole)


def says(one: Bought, found: Quotient, extra: Amounts) -> str:
    """What a reader must know about a figure before its number."""
    if found.undefined:
        if one.guard == "net_money":
            return "undefined: enterprises do not clearly get more public money"
        return "undefined: the outcome does not move" if not extra[one.whole].any() else (
            "undefined: no clear change of the outcome"
        )
    if one.guard == "net_money":
        return "of the extra money"
    dearer, more = float(extra[one.part].sum()) > 0.0, float(extra[one.whole].sum()) > 0.0
    if more:
        return "more, at a cost" if dearer else "more, and public money is saved"
    return "less, and it costs" if dearer else "less, and public money is saved"


def extra_amounts(pairs: list[tuple[Outcome, Outcome]], window: Window, scale: float) -> Amounts:
    """Policy less baseline by seed: cost, outcomes, and the sums over pairs of enterprises."""
    rows = [one_pair(base, policy, window, scale) for base, policy in pairs]
    return {name: np.array([row[name] for row in rows]) for name in NEEDED}


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
    """Sums over pairs (CNY bn, national): net extra public money; of enterprises that got more of it than their pair:
    the money, what of it was wasted (in % of yuan), extra R&D and extra private equity.
    """
    if not base or not policy:
        return dict.fromkeys(("net_money", "pair_money", "pair_wasted", "pair_rd", "pair_equity"), 0.0)
    order = np.argsort(base["enterprise"], kind="stable")
    place = np.minimum(np.searchsorted(base["enterprise"], policy["enterprise"], sorter=order), len(order) - 1)
    row = order[place]
    there = base["enterprise"][row] == policy["enterprise"]

    def twin(name: str, missing: float = 0.0) -> Array:
        return np.where(there, base[name][row].astype(np.float64), missing)

    money = {name: policy[name].astype(np.float64) for name in ("support", "public_equity", "private_equity", "rd")}
    public = money["support"] + money["public_equity"]
    extra = public - twin("support") - twin("public_equity")
    more = np.where(extra > 0.0, extra, 0.0)
    reached, twin_reached = policy["reached"].astype(np.float64), twin("reached", -1.0)
    as_well = (twin_reached > reached) | ((twin_reached == reached) & (~policy["alive"] | (twin("alive") > 0.0)))
    to_bn = 1.0 / (MN * scale)
    of_base = float(base["support"].sum(dtype=np.float64) + base["public_equity"].sum(dtype=np.float64))
    got = more > 0.0
    return {
        "net_money": (float(public.sum()) - of_base) * to_bn,
        "pair_money": float(more.sum()) * to_bn,
        "pair_wasted": 100.0 * float(more[as_well].sum()) * to_bn,
        "pair_rd": float((money["rd"] - twin("rd"))[got].sum()) * to_bn,
        "pair_equity": float((money["private_equity"] - twin("private_equity"))[got].sum()) * to_bn,
    }
