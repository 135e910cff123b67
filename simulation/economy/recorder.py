"""The recorder: rows of every table that a run gives, kept as plain arrays until the run is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from ..accounting.chart import LINES, SECTORS
from ..agents import tally as tl
from ..agents.enterprise import (
    BIRTH, CAPITAL, CASH, DEBT, FIRST_ROUND, ID, ORIGIN, QUALITY, RD, REGION, ROUNDS, SALES, SECTOR, STAGE,
    VALIDATED_AT, VALUE, VENTURE,
)  # fmt: skip
from ..agents.government import BONDS_OUT, REVENUE
from ..agents.investor import CALLED, DISTRIBUTED, VINTAGE
from ..agents.population import Population
from ..engine.draws import purpose, uniforms
from ..engine.table import Floats
from ..indicators.definitions import INDICATORS
from ..scenario.parameter import REGIONS as REGION_CODES, SECTORS as SECTOR_CODES, label, parameter
from ..scenario.quarters import BURN_IN_QUARTERS
from .books import net_worth_rows
from .followed import Followed
from .measures import direct_stakes, measure, present_value, public_claims

Columns = dict[str, np.ndarray]
CLAIMS_SHARE = parameter("horizon_claims_share")
SAMPLE = purpose("sample of enterprises")
SAMPLED = 1000

# indicator, dimension, tally row, 1 if it is money and 0 if it is a count
GROUPS: tuple[tuple[str, str, int, int], ...] = (
    ("projects_entered", "sector", tl.ENTERED, 0),
    ("projects_entered", "region", tl.ENTERED + 1, 0),
    ("projects_entered", "origin", tl.ENTERED + 2, 0),
    ("rd_spending", "sector", tl.RD_SPENT, 1),
    ("rd_spending", "region", tl.RD_SPENT + 1, 1),
    ("rd_spending", "origin", tl.RD_SPENT + 2, 1),
    ("equity_invested", "sector", tl.EQUITY_PAID, 1),
    ("equity_invested", "region", tl.EQUITY_PAID + 1, 1),
    ("equity_invested", "origin", tl.EQUITY_PAID + 2, 1),
    ("equity_invested", "stage", tl.EQUITY_STAGE, 1),
    ("equity_deals", "sector", tl.FUNDED, 0),
    ("equity_deals", "region", tl.FUNDED + 1, 0),
    ("equity_deals", "stage", tl.FUNDED_STAGE, 0),
    ("validated_products", "sector", tl.VALIDATED, 0),
    ("validated_products", "region", tl.VALIDATED + 1, 0),
    ("validated_products", "origin", tl.VALIDATED + 2, 0),
    ("value_added", "sector", tl.VALUE_ADDED, 1),
    ("value_added", "region", tl.VALUE_ADDED + 1, 1),
    ("exit_value", "channel", tl.EXIT_MONEY, 1),
    ("exits", "channel", tl.EXITS, 0),
    ("exits_ipo", "board", tl.LISTED_BOARD, 0),
)
# indicator, dimension, tally row of the part, tally row of the whole
RATIOS: tuple[tuple[str, str, int, int], ...] = (
    ("stage_pass_rate", "stage", tl.PASSED, tl.TESTED),
    ("funded_share", "sector", tl.FUNDED, tl.SEEKING),
    ("funded_share", "region", tl.FUNDED + 1, tl.SEEKING + 1),
    ("funded_share", "stage", tl.FUNDED_STAGE, tl.SEEKING_STAGE),
)


@cache
def names_of(dimension: str) -> tuple[str, ...]:
    """English names of the groups of a dimension, in the order of the tallies."""
    codes: dict[str, tuple[str, ...]] = {
        "sector": SECTOR_CODES, "region": REGION_CODES, "origin": ("university", "park", "spinout", "serial", "market"),
        "stage": ("concept", "prototype", "pilot", "market"),
        "channel": ("ipo", "acquisition", "secondary", "redemption", "writeoff"), "board": ("star", "bse", "other"),
    }  # fmt: skip
    group = "exit_channel" if dimension == "channel" else dimension
    return tuple(label(group, code) for code in codes[dimension])


@dataclass
class Recorder:
    """Collects a run quarter by quarter; `detail` switches the long tables (events, enterprises) on."""

    detail: bool = True
    quarters: list[int] = field(default_factory=list)
    indicators: list[list[float]] = field(default_factory=list)
    weights: list[list[float]] = field(default_factory=list)
    flows: list[Floats] = field(default_factory=list)
    cost: list[Floats] = field(default_factory=list)
    discount: list[float] = field(default_factory=list)
    groups: list[tuple[int, str, str, str, float]] = field(default_factory=list)
    balance: list[tuple[int, str, str, float]] = field(default_factory=list)
    refusals: list[tuple[int, str, str, float]] = field(default_factory=list)
    events: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    enterprises: list[Columns] = field(default_factory=list)
    followed: Followed | None = None

    def observe(self, state: Population, policy: Floats, quarter: int) -> dict[str, float]:
        """Record the quarter that has just been played;
        returns the national indicators for conditions of the next one.
        """
        values = measure(state, policy, quarter)
        self.quarters.append(quarter)
        self.indicators.append([values[name][0] if name in values else np.nan for name in INDICATORS])
        self.weights.append([values[name][1] if name in values else 0.0 for name in INDICATORS])
        self.flows.append(state.flows / (1000.0 * state.scale))
        self.cost.append(state.cost / (1000.0 * state.scale))
        self.discount.append(present_value(policy, quarter))
        if self.followed is not None:
            self.followed.observe(state, quarter)
        if self.detail:
            self._long_tables(state, quarter)
        return {name: value for name, (value, _) in values.items()}

    def _long_tables(self, state: Population, quarter: int) -> None:
        scale = state.scale
        for name, dimension, row, money in GROUPS:
            factor = 1.0 / (1000.0 * scale) if money else 1.0 / scale
            for k, group in enumerate(names_of(dimension)):
                self.groups.append((quarter, name, dimension, group, float(state.tally[row, k]) * factor))
        for name, dimension, part, whole in RATIOS:
            for k, group in enumerate(names_of(dimension)):
                if state.tally[whole, k] > 0.0:
                    self.groups.append(
                        (quarter, name, dimension, group, 100.0 * float(state.tally[part, k] / state.tally[whole, k]))
                    )
        for r, group in enumerate(names_of("region")):
            ratio = float(state.region.num[BONDS_OUT, r] / max(1e-9, state.region.num[REVENUE, r]))
            self.groups.append((quarter, "local_debt_ratio", "region", group, ratio))
        if quarter % 4 == 3:
            self._vintages(state, quarter)
            self._sample(state, quarter)
        for (instrument, sector), amount in net_worth_rows(state).items():
            names = label("instrument", instrument), label("account_sector", sector)
            self.balance.append((quarter, *names, amount / (1000.0 * scale)))
        for market, row in zip(tl.REASONS, tl.REFUSED, strict=True):
            for k, reason in enumerate(tl.REASONS[market]):
                if state.tally[row, k]:
                    words = label("mechanism", market), label("refusal_reason", reason)
                    self.refusals.append((quarter, *words, float(state.tally[row, k]) / scale))
        used = state.event.used
        num, code = state.event.num[:, :used], state.event.code[:, :used]
        written = (code[tl.WHAT], code[tl.WHO], code[tl.OTHER], num[tl.AMOUNT], num[tl.NOTE])
        when = np.full(used, quarter, dtype=np.int16)
        self.events.append((when, written[0].astype(np.int8), *(column.copy() for column in written[1:])))

    def _vintages(self, state: Population, quarter: int) -> None:
        vintage = state.fund.code[VINTAGE, 1 : state.fund.used]
        for year in np.unique(vintage // 4):
            chosen = vintage // 4 == year
            called = float(state.fund.num[CALLED, 1 : state.fund.used][chosen].sum())
            if called > 0.0:
                returned = float(state.fund.num[DISTRIBUTED, 1 : state.fund.used][chosen].sum())
                self.groups.append((quarter, "dpi_by_vintage", "vintage", str(2001 + int(year)), returned / called))

    def _sample(self, state: Population, quarter: int) -> None:
        """Year-end rows of a fixed sample of enterprises with venture history (the same ids in every scenario)."""
        used = state.firm.used
        rows = np.flatnonzero((state.firm.code[STAGE, :used] >= 0) & (state.firm.code[VENTURE, :used] == 1))
        keep = min(1.0, SAMPLED / (40_000.0 * state.scale))
        rows = rows[uniforms(0, SAMPLE, state.firm.code[ID, rows], 0) < keep]
        num, code = state.firm.num, state.firm.code
        words = {name: np.array(names_of(name)) for name in ("sector", "region", "origin")}
        self.enterprises.append({
            "quarter": np.full(len(rows), quarter),
            "enterprise": code[ID, rows],
            "sector": words["sector"][code[SECTOR, rows]],
            "region": words["region"][code[REGION, rows]],
            "origin": words["origin"][code[ORIGIN, rows]],
            "stage": code[STAGE, rows],
            "birth": code[BIRTH, rows] - BURN_IN_QUARTERS,
            "rounds": code[ROUNDS, rows],
            "first_round": code[FIRST_ROUND, rows] - BURN_IN_QUARTERS,
            "validated": code[VALIDATED_AT, rows] >= 0,
            "quality": num[QUALITY, rows],
            "cash": num[CASH, rows],
            "capital": num[CAPITAL, rows],
            "debt": num[DEBT, rows],
            "sales": num[SALES, rows],
            "rd": num[RD, rows],
            "value": num[VALUE, rows],
        })  # fmt: skip

    def close(self, state: Population, policy: Floats) -> None:
        """At the horizon the public's claims on funds count against the cost of the levers that paid for them."""
        if not self.cost:
            return
        share = policy[CLAIMS_SHARE, 0] / (1000.0 * state.scale)
        central, local, secondary = public_claims(state)
        self.cost[-1] = self.cost[-1].copy()
        self.cost[-1][tl.COST_GGF_CENTRAL, tl.CENTRAL, tl.CLAIM_HELD] += share * central
        self.cost[-1][tl.COST_GGF_LOCAL, tl.LOCAL, tl.CLAIM_HELD] += share * local
        self.cost[-1][tl.COST_S_FUND, tl.CENTRAL, tl.CLAIM_HELD] += share * secondary
        self.cost[-1][tl.COST_STAKES, tl.LOCAL, tl.CLAIM_HELD] += share * direct_stakes(state)

    def flow_columns(self) -> Columns:
        """flows: quarter, line, code, payer, payee, programme, amount (CNY bn, national);
        lines that are zero are left out.
        """
        table = np.array(self.flows).reshape(len(self.quarters), len(LINES))
        when, line = np.nonzero(table)
        words = {
            "line": [x.meaning for x in LINES],
            "code": [x.code for x in LINES],
            "payer": [label("account_sector", SECTORS[x.payer]) for x in LINES],
            "payee": [label("account_sector", SECTORS[x.payee]) for x in LINES],
            "programme": [label("ledger_code", x.code) for x in LINES],
        }
        quarter = np.array(self.quarters, dtype=np.int64)[when]
        named = {key: np.array(values)[line] for key, values in words.items()}
        return {"quarter": quarter, **named, "amount": table[when, line]}

    def cost_columns(self) -> Columns:
        """public_cost: quarter, lever, level, component, amount, present_value (CNY bn, national)."""
        table = np.array(self.cost).reshape(len(self.quarters), *tl.COST_SHAPE)
        when, lever, level, component = np.nonzero(table)
        amount = table[when, lever, level, component]
        return {
            "quarter": np.array(self.quarters, dtype=np.int64)[when],
            "lever": np.array([label("parameter", name) for name in tl.COSTED])[lever],
            "level": np.array([label("government", name) for name in tl.LEVELS])[level],
            "component": np.array([label("cost_component", name) for name in tl.COMPONENTS])[component],
            "amount": amount,
            "present_value": amount * np.array(self.discount)[when],
        }

    def event_columns(self) -> Columns:
        """events: quarter, kind, enterprise, other, amount (CNY mn), note.

        A large run has millions of them, so the recorder gives up its own pieces while it puts them together.
        """
        pieces, self.events = [list(column) for column in zip(*self.events, strict=True)], []
        quarter, what, who, other, amount, note = [_joined(column) for column in pieces] or [np.zeros(0)] * 6
        kinds = np.array([label("event_kind", kind) for kind in tl.EVENT_KINDS], dtype=object)
        return {
            "quarter": quarter.astype(np.int32), "kind": kinds[what.astype(np.int8)], "enterprise": who, "other": other,
            "amount": amount, "note": note,
        }  # fmt: skip


def _joined(pieces: list[np.ndarray]) -> np.ndarray:
    """The pieces of a column as one array; the pieces are let go."""
    whole = np.concatenate(pieces)
    pieces.clear()
    return whole


def columns(rows: Sequence[tuple[object, ...]], names: tuple[str, ...]) -> Columns:
    """Turn a list of rows into named columns."""
    if not rows:
        return {name: np.zeros(0) for name in names}
    return {name: np.array(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
