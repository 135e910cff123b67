"""Links of the cycle that can be cut: where one series of the economy feeds a rule, and how to hold it at another path.

A link is cut by letting a rule of one run read what the same rule read in another run of the same seed (the baseline).
Around the stage in which the rule lies, the rows it reads are overwritten with the recorded ones and put back after it,
so that the run's own series go on and are measured. With the run's own path nothing changes, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..accounting.ledger import exact
from ..agents.enterprise import ID, N_SECTORS, VALIDATED_AT, VENTURE
from ..agents.government import KNOWLEDGE_0, RECEIPTS_YEAR, REVENUE
from ..agents.investor import COMMITTED_0, FUND_ALIVE, LP_E, LP_H, PARTNERS, SIZE, STATUS, VINTAGE
from ..agents.population import (
    CREDIBILITY, LGD, LISTED_PRICE, LISTED_SHARE, LISTING_WAIT, MARKET_TO_EXIT, MEAN_MULTIPLE, NEXT_GAP, NEXT_ROUND,
    PAST_DRY, PAST_EXIT, PAST_FUNDING, PAST_RESEARCH, ROUTE_LOSS, ROUTE_SHARE, Population,
)  # fmt: skip
from ..engine.table import Floats, Ints, Table
from ..markets import (
    acquisition, corporate_venture, credit, development, equity, fundraising, listing, local_support, origination,
    serial_founders,
)  # fmt: skip
from ..markets.mechanism import Mechanism, Quarter, Stage

Undo = Callable[[], None]
Notes = dict[str, float]  # what a hold remembers between the quarters of one run
MOST_AT_ONCE = 4.0  # x its private commitments, to which a new fund is scaled at most; the rest waits for the next


def nothing() -> None:
    """Nothing to put back."""


class Hold:
    """One place of a link: the stage, what is recorded of the baseline there, and how it is put in its place."""

    def __init__(self, mechanism: Mechanism, stage: int) -> None:
        self.stage = mechanism.stages[stage]

    def before(self, state: Population) -> Any:
        """What is recorded before the stage plays."""

    def after(self, state: Population) -> Any:
        """What is recorded after it."""

    def put(self, state: Population, was: Any, notes: Notes) -> Undo:
        """Overwrite before the stage; returns how to undo it after the stage."""
        return nothing

    def put_after(self, state: Population, was: Any, notes: Notes) -> None:
        """Overwrite after the stage."""


class Rows(Hold):
    """Rows of an array (memory, past) or of a table of regions that a stage reads; `kept`: not put back afterwards,
    for rows which the stage itself carries on.
    """

    def __init__(self, mechanism: Mechanism, stage: int, array: str, rows: Iterable[int], kept: bool = False) -> None:
        super().__init__(mechanism, stage)
        self.array, self.rows, self.kept = array, list(rows), kept

    def _of(self, state: Population) -> Floats:
        return state.region.num if self.array == "region" else np.asarray(state.arrays[self.array])

    def before(self, state: Population) -> Floats:
        """A copy of the rows."""
        return self._of(state)[self.rows].copy()

    def put(self, state: Population, was: tuple[Floats, Any], notes: Notes) -> Undo:
        """The recorded rows instead of the run's own."""
        array, own = self._of(state), self.before(state)
        array[self.rows] = was[0]

        def undo() -> None:
            array[self.rows] = own

        return nothing if self.kept else undo


class Returns(Hold):
    """What holdings closed in the past gave, from which partners form expectations."""

    def before(self, state: Population) -> tuple[Floats, Ints]:
        """Copies of the multiples and of how many there are."""
        return state.multiples.copy(), state.multiples_seen.copy()

    def put(self, state: Population, was: tuple[tuple[Floats, Ints], Any], notes: Notes) -> Undo:
        """The recorded multiples instead of the run's own."""
        own = self.before(state)
        state.multiples[:], state.multiples_seen[:] = was[0]

        def undo() -> None:
            state.multiples[:], state.multiples_seen[:] = own

        return undo


class Expectations(Hold):
    """The net multiples that partners expect, however they were formed: nothing is seen and they stand in memory."""

    def after(self, state: Population) -> Floats:
        """A copy of what partners expected in this quarter."""
        expected: Floats = state.memory[MEAN_MULTIPLE].copy()
        return expected

    def put(self, state: Population, was: tuple[Any, Floats], notes: Notes) -> Undo:
        """Partners see no multiples and expect the recorded ones."""
        seen = state.multiples_seen.copy()
        state.multiples_seen[:] = 0
        state.memory[MEAN_MULTIPLE] = was[1]

        def undo() -> None:
            state.multiples_seen[:] = seen

        return undo


class Deliveries(Hold):
    """Private money in the funds that close: what partners promise goes on, what reaches funds is the recorded amount.

    New funds' private commitments are scaled so that from the first quarter on as much has arrived as in the baseline.
    """

    def after(self, state: Population) -> float:
        """Private commitments of the funds that closed this quarter (CNY mn)."""
        return float(private_of(state, closed_now(state)).sum())

    def put_after(self, state: Population, was: tuple[Any, float], notes: Notes) -> None:
        """Scale the new funds' private commitments to what is due."""
        rows = closed_now(state)
        due = notes.get("due", 0.0) + was[1]
        own = float(private_of(state, rows).sum())
        notes["due"] = due
        if own <= 0.0 or own == due:
            notes["due"] = due - own
            return
        factor = min(max(0.0, due) / own, MOST_AT_ONCE)
        fund = state.fund.num
        for f in rows:
            for partner in (LP_H, LP_E):
                fund[COMMITTED_0 + partner, f] = exact(fund[COMMITTED_0 + partner, f] * factor)
            total = 0.0
            for partner in range(PARTNERS):
                total += float(fund[COMMITTED_0 + partner, f])
            fund[SIZE, f] = total
        notes["due"] = due - float(private_of(state, rows).sum())


def closed_now(state: Population) -> Ints:
    """Rows of the funds that closed this quarter."""
    code, used = state.fund.code, state.fund.used
    return np.flatnonzero((code[VINTAGE, :used] == state.quarter) & (code[STATUS, :used] == FUND_ALIVE))


def private_of(state: Population, rows: Ints) -> Floats:
    """Commitments of private partners by fund (CNY mn)."""
    fund = state.fund.num
    return np.asarray(fund[COMMITTED_0 + LP_H, rows] + fund[COMMITTED_0 + LP_E, rows])


class Pool(Hold):
    """The founders who wait to start again."""

    def before(self, state: Population) -> Table:
        """A copy of the pool."""
        return state.founder.copy()

    def put(self, state: Population, was: tuple[Table, Any], notes: Notes) -> Undo:
        """The recorded pool instead of the run's own, for good: nobody may start twice."""
        state.founder = was[0].copy()
        return nothing


class Validations(Hold):
    """Which products of enterprises with venture history are validated; who never is in the baseline is not here."""

    def before(self, state: Population) -> tuple[Ints, Ints]:
        """Ids in ascending order and the quarter of their validation."""
        used = state.firm.used
        code = state.firm.code[:, :used]
        rows = np.flatnonzero((code[VENTURE] == 1) & (code[VALIDATED_AT] >= 0))
        rows = rows[np.argsort(code[ID, rows], kind="stable")]
        return code[ID, rows].copy(), code[VALIDATED_AT, rows].copy()

    def put(self, state: Population, was: tuple[tuple[Ints, Ints], Any], notes: Notes) -> Undo:
        """The recorded validations instead of the run's own."""
        used, (ids, when) = state.firm.used, was[0]
        code = state.firm.code
        rows = np.flatnonzero(code[VENTURE, :used] == 1)
        own = code[VALIDATED_AT, rows].copy()
        if len(ids):
            place = np.minimum(np.searchsorted(ids, code[ID, rows]), len(ids) - 1)
            code[VALIDATED_AT, rows] = np.where(ids[place] == code[ID, rows], when[place], -1)
        else:
            code[VALIDATED_AT, rows] = -1

        def undo() -> None:
            state.firm.code[VALIDATED_AT, rows] = own

        return undo


@dataclass(frozen=True)
class Link:
    """A link that can be cut: its id, what it is called, what is held, in a sentence, and the places to do it."""

    id: str
    label_en: str
    label_zh: str
    sentence: str
    holds: tuple[Hold, ...] = field(repr=False)


PROSPECTS = (LISTED_PRICE, LISTED_SHARE, ROUTE_SHARE, ROUTE_LOSS, LISTING_WAIT, MARKET_TO_EXIT)
FUND, EQUITY, LEND, ENTER = fundraising.MECHANISM, equity.MECHANISM, credit.MECHANISM, origination.MECHANISM
STAKES = corporate_venture.MECHANISM

_ALL = (
    Link("exits_to_distributions", "Exits to returns", "退出到回报",
         "what closed holdings gave their funds, before fees and tax", (Returns(FUND, 1),)),
    Link("distributions_to_commitments", "Returns to commitments", "回报到承诺出资",
         "the net returns that private partners expect when they commit", (Expectations(FUND, 1),)),
    Link("dry_powder_to_commitments", "Idle money to commitments", "闲置资金到承诺出资",
         "private money not yet called, which makes partners commit less", (Rows(FUND, 1, "past", [PAST_DRY]),)),
    Link("commitments_to_rounds", "Commitments to rounds", "承诺出资到融资轮",
         "private money in the funds that close", (Deliveries(FUND, 1),)),
    Link("prospects_to_rounds", "Exit prospects to rounds", "退出前景到融资轮",
         "share price, listing chance, waits and losses with which investors value enterprises",
         (Rows(EQUITY, 0, "memory", PROSPECTS), Rows(STAKES, 0, "memory", PROSPECTS))),
    Link("later_rounds_to_rounds", "Later rounds to rounds", "后续轮次到融资轮",
         "chance of later rounds and the time to them, as investors have seen them",
         (Rows(EQUITY, 0, "memory", [NEXT_ROUND, NEXT_GAP], kept=True),)),
    Link("validation_to_rounds", "Validation to rounds", "市场验证到融资轮",
         "which products investors know to be validated", (Validations(EQUITY, 0),)),
    Link("funding_to_entry", "Funding to entry", "融资率到创业",
         "share of first rounds sought that closed, a year before", (Rows(ENTER, 0, "past", [PAST_FUNDING]),)),
    Link("exits_to_entry", "Exits to entry", "退出到创业",
         "exit value two years before", (Rows(ENTER, 0, "past", [PAST_EXIT]),)),
    Link("research_to_entry", "Leaders' research to entry", "龙头研发到创业",
         "R&D of chain leaders, from which spin-outs come", (Rows(ENTER, 0, "past", [PAST_RESEARCH]),)),
    Link("founders_to_entry", "Founders to entry", "连续创业者到创业",
         "founders who wait to start again", (Pool(serial_founders.MECHANISM, 0),)),
    Link("validation_to_credit", "Validation to credit", "市场验证到信贷",
         "which products banks know to be validated", (Validations(LEND, 1),)),
    Link("losses_to_credit", "Loan losses to credit", "贷款损失到信贷",
         "loss given default that banks have seen", (Rows(LEND, 1, "memory", [LGD]),)),
    Link("label_to_finance", "Label to finance", "认定标签到融资",
         "credibility of certificates before investors and banks",
         (Rows(EQUITY, 0, "memory", [CREDIBILITY]), Rows(LEND, 1, "memory", [CREDIBILITY]))),
    Link("prices_to_exits", "Share prices to exits", "股价到退出",
         "listed price index in filings, issues and offers of acquirers",
         (Rows(listing.MECHANISM, 0, "memory", [LISTED_PRICE]), Rows(acquisition.MECHANISM, 0, "memory",
                                                                      [LISTED_PRICE]))),
    Link("knowledge_to_research", "Knowledge to research", "知识到研发",
         "knowledge of a sector and region, which speeds projects up",
         (Rows(development.MECHANISM, 0, "region", range(KNOWLEDGE_0, KNOWLEDGE_0 + N_SECTORS)),)),
    Link("taxes_to_support", "Taxes to local support", "税收到地方支持",
         "taxes of the last year in the spending limits of local governments",
         (Rows(local_support.MECHANISM, 0, "region", [REVENUE]),)),
    Link("distributions_to_support", "Distributions to local support", "分配到地方支持",
         "fund distributions of the last year in the same limits",
         (Rows(local_support.MECHANISM, 0, "region", [RECEIPTS_YEAR]),)),
)  # fmt: skip
LINKS: dict[str, Link] = {link.id: link for link in _ALL}

Path = dict[tuple[str, int, int], tuple[Any, Any]]  # link, place of the hold, quarter: what was read before and after


def at(stage: Stage, links: Iterable[str]) -> Iterator[tuple[str, int, Hold]]:
    """The holds of some links that lie in a stage."""
    for name in links:
        for place, hold in enumerate(LINKS[name].holds):
            if hold.stage is stage:
                yield name, place, hold


class Recording:
    """Goes around the stages of a run and records the path of every link; changes nothing."""

    def __init__(self, links: Iterable[str]) -> None:
        self.links = tuple(links)
        self.path: Path = {}

    def __call__(self, stage: Stage, q: Quarter) -> None:
        """Play a stage and record what its rules read."""
        here = list(at(stage, self.links))
        before = [hold.before(q.state) for _, _, hold in here]
        stage.play(q)
        for (name, place, hold), was in zip(here, before, strict=True):
            self.path[name, place, q.state.quarter] = was, hold.after(q.state)


class Holding:
    """Goes around the stages of a run and holds links at a recorded path, in the quarters that were recorded."""

    def __init__(self, links: Iterable[str], path: Path) -> None:
        self.links, self.path = tuple(links), path
        self.notes: dict[tuple[str, int], Notes] = {}

    def __call__(self, stage: Stage, q: Quarter) -> None:
        """Play a stage with the recorded values in place of the run's own."""
        t = q.state.quarter
        here = [
            (hold, self.path[name, place, t], self.notes.setdefault((name, place), {}))
            for name, place, hold in at(stage, self.links)
            if (name, place, t) in self.path
        ]
        undo = [hold.put(q.state, was, notes) for hold, was, notes in here]
        stage.play(q)
        for back in reversed(undo):
            back()
        for hold, was, notes in here:
            hold.put_after(q.state, was, notes)
