"""From the table of flows to the few ribbons of the money picture: chosen, netted, added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.errors import UsageError
from simulation.plots.tables import check_columns

if TYPE_CHECKING:
    import pandas as pd

SECTORS = ("households", "local", "central", "funds", "banks", "insurers", "market", "enterprises", "rest")

# Ledger code -> what it is called on the picture; the kind, which gives the colour, follows from that.
LABELS = {
    "CALL": "calls", "EQ": "equity", "SEED": "founder", "IPO": "issue", "XSUB": "saving",
    "DIST": "distribution", "MFEE": "fees", "CARRY": "fees", "SELL": "sales", "MA": "acquisitions",
    "RED": "redemptions", "SEC": "secondaries", "DIV": "dividends",
    "LNEW": "lending", "LREP": "lending", "INT": "interest", "RECO": "recoveries", "GFEE": "guarantee",
    "GPAY": "guarantee", "GRANT": "support", "JB": "support", "ISUB": "support", "PROC": "support", "PSUB": "support",
    "VAT": "tax", "CIT": "tax", "GAIN": "tax", "PREM": "insurance", "CLAIM": "insurance",
}  # fmt: skip
KINDS = {
    "money_in": ("calls", "equity", "founder", "issue"),
    "money_back": (
        "distribution", "fees", "sales", "acquisitions", "redemptions", "secondaries", "dividends", "saving",
        "withdrawal",
    ),
    "money_credit": ("lending", "repaying", "interest", "recoveries", "guarantee"),
    "money_support": ("support",),
    "money_tax": ("tax",),
}  # fmt: skip
# Dividends of all market firms, most of which never met an investor, would hide the venture cycle.
VENTURE = tuple(code for code in LABELS if code not in {"DIV", "PREM", "CLAIM"})


@dataclass(frozen=True)
class Flow:
    """Who paid whom how much (CNY bn in the year), what for, and the kind that gives the colour."""

    payer: str
    payee: str
    label: str
    amount: float

    @property
    def kind(self) -> str:
        """The kind of money, `money_other` if it has none."""
        return next((kind for kind, labels in KINDS.items() if self.label in labels), "money_other")


def flows_of_year(table: pd.DataFrame, year: int, codes: Iterable[str]) -> list[Flow]:
    """The flows of a year in the chosen ledger codes, added up by payer, payee and label, largest first.

    Amounts of several runs are averaged. New loans and repayments are netted, so are subscriptions to and withdrawals
    from the public market. A code that has no word of its own is called as its line. Errors: UsageError if columns are
    missing or the year holds no such flow.
    """
    check_columns(table, ("quarter", "code", "payer", "payee", "amount"), "flows")
    rows = table[(table["quarter"] // 4 + 2021 == year) & table["code"].isin(set(codes))]
    if rows.empty:
        years = sorted(set(table["quarter"] // 4 + 2021))
        raise UsageError.at("figure money_cycle", f"no flow of these codes in {year}", f"{years[0]} to {years[-1]}")
    rows = rows.assign(label=rows["code"].map(LABELS).fillna(rows["line" if "line" in rows.columns else "code"]))
    sums = rows.groupby(["label", "payer", "payee"], sort=False)["amount"].sum() / runs_of(rows)
    totals: dict[tuple[str, str, str], float] = {}
    for (label, payer, payee), amount in sums.items():
        line = (sector_of(payer), sector_of(payee), label)
        totals[line] = totals.get(line, 0.0) + amount
    flows = net([Flow(*line, amount) for line, amount in totals.items()], "lending", "repaying")
    return sorted(net(flows, "saving", "withdrawal"), key=lambda flow: -flow.amount)


def runs_of(rows: pd.DataFrame) -> int:
    """How many runs a table holds. Errors: UsageError when it mixes scenarios."""
    if "scenario" in rows.columns and rows["scenario"].nunique() > 1:
        raise UsageError.at("figure money_cycle", "flows of several scenarios", "flows of one scenario at a time")
    return int(rows["seed"].nunique()) if "seed" in rows.columns else 1


def sector_of(name: str) -> str:
    """The sector that a name of the tables stands for. Errors: UsageError when there is no such sector."""
    special = {"central bank": "rest", "public market": "market", "public-market": "market"}
    starts = special | {sector.rstrip("s"): sector for sector in SECTORS}
    for start, sector in starts.items():
        if name.lower().startswith(start):
            return sector
    raise UsageError.at("table flows", f"no sector {name!r}", ", ".join(SECTORS))


def net(flows: Sequence[Flow], label: str, reverse: str) -> list[Flow]:
    """Flows with those of `label` in both directions between two sectors netted: the larger way remains.

    A flow against its usual direction (out of banks, into the market) is called `reverse`.
    """
    both = {(flow.payer, flow.payee): flow.amount for flow in flows if flow.label == label}
    netted = []
    for (payer, payee), amount in both.items():
        left = amount - both.get((payee, payer), 0.0)
        usual = payer == "banks" or payee == "market"
        if left > 0:
            netted.append(Flow(payer, payee, label if usual else reverse, left))
    return [flow for flow in flows if flow.label != label] + netted
