"""What the claims need and no table holds: looks at the state after every quarter, a numerator and a denominator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...agents import tally as tl
from ...agents.bank import BOOK, EFFORT_GUARANTEED, EFFORT_PLAIN
from ...agents.enterprise import (
    FAILURE,
    FIRST_SALE,
    ID,
    OUTPUT,
    PILOT,
    POTENTIAL,
    PUBLIC,
    QUALITY,
    QUEUE,
    RD,
    REGION,
    SALES,
    SECTOR,
    STAGE,
    VENTURE,
)  # fmt: skip
from ...agents.investor import BOUGHT_AT, COMMITTED_0, COMPANY, COST, FUND_REGION, HOLDER, LP_LOCAL
from ...agents.population import Population
from ...scenario.parameter import CATALOGUE

Pair = tuple[float, float]
MN = 1000.0


@dataclass(frozen=True)
class Watch:
    """A look at the state: label, unit, how it is put together over a window, and the look itself."""

    label_en: str
    label_zh: str
    unit: str
    aggregate: str  # flow or ratio, as for indicators
    look: Callable[[Population], Pair]


def queue_research(state: Population) -> Pair:
    """R&D of enterprises that wait for a listing decision, and their number."""
    used = state.firm.used
    waits = (state.firm.code[STAGE, :used] == QUEUE) & (state.firm.code[VENTURE, :used] == 1)
    return float(state.firm.num[RD, :used][waits].sum()), float(waits.sum())


def quality_at(kind: int) -> Callable[[Population], Pair]:
    """Sum of the quality of enterprises to which an event of the kind happened, and their number."""

    def look(state: Population) -> Pair:
        used, events = state.firm.used, state.event.used
        who = state.event.code[tl.WHO, :events][state.event.code[tl.WHAT, :events] == kind]
        found = np.isin(state.firm.code[ID, :used], who)
        return float(state.firm.num[QUALITY, :used][found].sum()), float(found.sum())

    return look


def local_equity(state: Population) -> Pair:
    """Equity that funds with local guidance money put into their own region, and all they put in (CNY bn)."""
    used = state.holding.used
    code, cost = state.holding.code[:, :used], state.holding.num[COST, :used]
    new = np.flatnonzero((code[BOUGHT_AT] == state.quarter) & (code[HOLDER] > 0))
    fund = code[HOLDER, new]
    bound = state.fund.num[COMMITTED_0 + LP_LOCAL, fund] > 0.0
    home = state.firm.code[REGION, code[COMPANY, new]] == state.fund.code[FUND_REGION, fund]
    whole = MN * state.scale
    return 100.0 * float(cost[new][bound & home].sum()) / whole, float(cost[new][bound].sum()) / whole


def funded_share(first: int, last: int) -> Callable[[Population], Pair]:
    """Rounds closed over enterprises seeking, of stages first to last, in %."""

    def look(state: Population) -> Pair:
        stages = slice(first, last + 1)
        return 100.0 * float(state.tally[tl.FUNDED_STAGE, stages].sum()), float(
            state.tally[tl.SEEKING_STAGE, stages].sum()
        )

    return look


def total_loss(state: Population) -> Pair:
    """Principal written off, CNY bn, national."""
    return float(state.tally[tl.LOAN_LOSSES, 0]) / (MN * state.scale), 1.0


def public_loss(state: Population) -> Pair:
    """Guarantee payouts, CNY bn, national."""
    return float(state.tally[tl.GUARANTEE_CALLS, 0]) / (MN * state.scale), 1.0


def bank_loss(state: Population) -> Pair:
    """Principal written off that no guarantor pays for."""
    return total_loss(state)[0] - public_loss(state)[0], 1.0


def effort(column: int) -> Callable[[Population], Pair]:
    """Screening effort of banks, weighted by their loans."""

    def look(state: Population) -> Pair:
        book = state.bank.num[BOOK]
        return float((state.bank.num[column] * book).sum()), float(book.sum())

    return look


def failure_at_given_output(state: Population) -> Pair:
    """Failures of products in their insurable quarters, and those that their cumulative output alone would give.

    The quotient is 1 - zeta a: below 1 by the care that makers take, whatever they have learnt.
    """
    used = state.firm.used
    num, code = state.firm.num[:, :used], state.firm.code[:, :used]
    young = CATALOGUE["insurance_quarters"].value
    limit = float(young if isinstance(young, int | float) else young[0])
    since = state.quarter - code[FIRST_SALE]
    chosen = (code[VENTURE] == 1) & (code[STAGE] >= PILOT) & (code[STAGE] < PUBLIC) & (num[SALES] > 0.0)
    rows = np.flatnonzero(chosen & (code[FIRST_SALE] >= 0) & (since < limit))
    sector = code[SECTOR, rows]
    first, power = (np.broadcast_to(np.asarray(CATALOGUE[name].value, dtype=np.float64), (9,))[sector]
                    for name in ("initial_failure", "learning_failure"))  # fmt: skip
    learnt = 1.0 + np.maximum(num[OUTPUT, rows] - num[SALES, rows], 0.0) / num[POTENTIAL, rows]
    sales = num[SALES, rows]
    return float((sales * num[FAILURE, rows]).sum()), float((sales * first * learnt**-power).sum())


WATCHES: dict[str, Watch] = {
    "queue_research": Watch("R&D of a company in the listing queue", "排队企业研发支出", "CNY mn a quarter", "ratio",
                            queue_research),
    "listed_quality": Watch("Quality of companies at listing", "上市企业质量", "sd", "ratio", quality_at(tl.LISTING)),
    "funded_quality": Watch("Quality of enterprises that close a round", "获投企业质量", "sd", "ratio",
                            quality_at(tl.ROUND)),
    "local_share": Watch("Invested at home by funds with local guidance money", "本地引导基金本地投资占比", "%",
                         "ratio", local_equity),
    "early_funded": Watch("Seekers at the first two stages who got a round", "早期求资企业获投率", "%", "ratio",
                          funded_share(0, 1)),
    "pilot_funded": Watch("Seekers at the pilot stage who got a round", "中试阶段求资企业获投率", "%", "ratio",
                          funded_share(2, 2)),
    "total_loss": Watch("Loan principal lost", "贷款本金损失", "CNY bn", "flow", total_loss),
    "public_loss": Watch("Loan loss paid by guarantors", "担保代偿损失", "CNY bn", "flow", public_loss),
    "bank_loss": Watch("Loan loss left with banks", "银行自担损失", "CNY bn", "flow", bank_loss),
    "effort_plain": Watch("Screening effort, loans without guarantee", "无担保贷款审查努力", "share", "ratio",
                          effort(EFFORT_PLAIN)),
    "effort_guaranteed": Watch("Screening effort, guaranteed loans", "担保贷款审查努力", "share", "ratio",
                               effort(EFFORT_GUARANTEED)),
    "care_left": Watch("Failures in use at given output, insurable products", "给定产量下使用故障", "x of careless",
                       "ratio", failure_at_given_output),
}  # fmt: skip

SUPPORT = (tl.GRANT, tl.GUARANTEE, tl.RELENDING, tl.INTEREST_SUBSIDY, tl.LOCAL_STAKE, tl.FIRST_USE, tl.CO_FUNDED,
           tl.SUBSIDY_PAID, tl.INCUBATION)  # fmt: skip
PATIENCE = 8  # quarters after which the wait for a first support counts as this long


@dataclass
class FirstSupport:
    """Quarters from a certificate to the first public support after it, at most PATIENCE, of those certified."""

    certified: dict[int, int] = field(default_factory=dict)
    waits: list[int] = field(default_factory=list)

    def observe(self, quarter: int, kind: np.ndarray, who: np.ndarray, last: int) -> None:
        """See a quarter's events; who is certified after `last` is left out."""
        if quarter <= last:
            for one in who[kind == tl.CERTIFICATION].tolist():
                self.certified.setdefault(one, quarter)
        for one in who[np.isin(kind, SUPPORT)].tolist():
            since = self.certified.get(one, -1)
            if 0 <= since <= quarter:
                self.waits.append(min(quarter - since, PATIENCE))
                self.certified[one] = -1

    def close(self) -> Pair:
        """Sum of waits and their number; who never got support counts with PATIENCE."""
        never = sum(since >= 0 for since in self.certified.values())
        return float(sum(self.waits) + PATIENCE * never), float(len(self.waits) + never)
