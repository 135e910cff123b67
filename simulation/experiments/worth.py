"""What public money bought: cost per additional outcome, additionality and deadweight.

Per seed, policy less baseline: C extra public cost (present value), O extra outcome. Per enterprise i that got public
money in either run, beside its pair (the enterprise of the same id in the other run; an id in one run only has a
pair that got and did nothing): m_i extra public money, r_i extra R&D or equity.

  cost per outcome   sum_s C / sum_s O
  additionality      sum_i r_i / sum_i m_i
  deadweight         100 x sum of m_i over pairs that came equally far / sum_i m_i

Equally far: the same stage reached, and both in business at the end of the window or neither. All enterprises that got
money in either run count, with their sign: to choose those that got more would be to choose those that chance favoured,
since a grant follows research. m is direct support (grants, bounties, subsidies, guarantees), equity (guidance money in
rounds, direct local stakes) or both: whichever of them clearly rises in all. Where money or outcome do not clearly
change, the figure is undefined.
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
    Bought("additionality_rd", "additionality", "Extra R&D per extra public yuan, enterprises that get any",
           "每元额外公共资金的研发增量", "x", "pair_rd", "money", "money"),
    Bought("additionality_equity", "", "Extra private equity per extra public yuan, enterprises that get any",
           "每元额外公共资金的民间股权增量", "x", "pair_equity", "money", "money"),
    Bought("deadweight", "deadweight", "Extra public money to enterprises that come as far without it", "无谓支出", "%",
           "pair_same", "money", "money"),
)  # fmt: skip
KINDS = {"support": "direct support", "public_equity": "guidance money and local stakes"}
BOTH = "both"
PAIRED = ("money", "pair_same", "pair_rd", "pair_equity")
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
    risen = [kind for kind in KINDS if is_more(extra[f"money_{kind}"])]
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
        if one.guard == "money":
            return "undefined: enterprises do not clearly get more public money"
        return "undefined: the outcome does not move" if not extra[one.whole].any() else (
            "undefined: no clear change of the outcome"
        )
    if one.guard == "money":
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
    """Sums over pairs by kind of public money (CNY bn, national): extra money; 100 x the part of it in pairs that came
    equally far; extra R&D and extra private equity of enterprises that got money of the kind in either run.
    """
    if not base or not policy:
        return {f"{name}_{kind}": 0.0 for name in PAIRED for kind in (*KINDS, BOTH)}
    before, after = side_by_side(base, policy)
    before[BOTH], after[BOTH] = (side["support"] + side["public_equity"] for side in (before, after))
    same = (before["reached"] == after["reached"]) & (before["alive"] == after["alive"])
    sums: dict[str, float] = {}
    for kind in (*KINDS, BOTH):
        got = (before[kind] > 0.0) | (after[kind] > 0.0)
        extra = after[kind] - before[kind]
        more = {name: float((after[name] - before[name])[got].sum()) for name in ("rd", "private_equity")}
        found = (float(extra.sum()), 100.0 * float(extra[same].sum()), more["rd"], more["private_equity"])
        sums |= {f"{name}_{kind}": value / (MN * scale) for name, value in zip(PAIRED, found, strict=True)}
    return sums


def side_by_side(base: dict[str, np.ndarray], policy: dict[str, np.ndarray]) -> tuple[dict[str, Array], ...]:
    """Both runs' enterprises in the order of all their ids; who is not in a run got nothing there and reached -1."""
    ids = np.union1d(base["enterprise"], policy["enterprise"])
    sides = []
    for side in (base, policy):
        place = np.searchsorted(ids, side["enterprise"])
        columns = {name: np.full(len(ids), -1.0 if name == "reached" else 0.0) for name in side if name != "enterprise"}
        for name, column in columns.items():
            column[place] = side[name]
        sides.append(columns)
    return tuple(sides)
