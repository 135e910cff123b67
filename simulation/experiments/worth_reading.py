"""Which lives are worth reading: one query over the events, then the extreme of each kind of fate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..scenario.parameter import label
from .words import number

if TYPE_CHECKING:
    import pandas as pd

    from .results import Results

KINDS = {
    "born": "birth", "rounds": "round", "passed": "test_passed", "failed": "test_failed", "defaults": "default",
    "filings": "filing", "withdrawals": "withdrawal", "refusals": "refusal", "listings": "listing",
    "acquisitions": "acquisition", "claims": "redemption", "closings": "death", "incubations": "incubation",
}  # fmt: skip
MONEY = {
    "raised": ("round", "amount", "sum"), "price": ("acquisition", "amount", "sum"),
    "worth": ("listing", "note", "max"), "claimed": ("redemption", "amount", "sum"),
}  # fmt: skip

# Why a life is worth reading: the sentence, by what the most extreme one is found, and who may be chosen.
Why = tuple[str, str, Callable[["pd.DataFrame"], "pd.Series"]]
FATES: tuple[Why, ...] = (
    ("went public, worth CNY {worth} mn, the most of all that are on record from their founding", "worth",
     lambda lives: (lives["listings"] > 0) & (lives["born"] > 0)),
    ("went public, worth CNY {worth} mn, the most of those founded before 2021", "worth",
     lambda lives: (lives["listings"] > 0) & (lives["born"] == 0)),
    ("was bought for CNY {price} mn, the highest price", "price", lambda lives: lives["acquisitions"] > 0),
    ("closed after raising CNY {raised} mn, the most money lost", "raised", lambda lives: lives["closings"] > 0),
    ("raised {rounds} rounds, the most", "rounds", lambda lives: lives["born"] > 0),
    ("withdrew {withdrawals} times from the listing queue, the most", "withdrawals",
     lambda lives: lives["withdrawals"] > 1),
    ("was refused by the review and still went public", "worth",
     lambda lives: (lives["refusals"] > 0) & (lives["listings"] > 0)),
    ("owed investors CNY {claimed} mn in redemptions, the most", "claimed", lambda lives: lives["claims"] > 0),
    ("failed {failed} stage tests and reached the market", "failed",
     lambda lives: (lives["failed"] > 0) & (lives["passed"] > 2) & (lives["born"] > 0)),
    ("went through listing incubation and went public", "worth",
     lambda lives: (lives["incubations"] > 0) & (lives["listings"] > 0)),
)  # fmt: skip


def lives_of(results: Results, of_run: str) -> pd.DataFrame:
    """One row an enterprise with what happened how often and for how much; `of_run` says in SQL which run."""
    counts = [f"count(*) filter (kind = '{label('event_kind', kind)}') as {name}" for name, kind in KINDS.items()]
    sums = [
        f"coalesce({how}({column}) filter (kind = '{label('event_kind', kind)}'), 0) as {name}"
        for name, (kind, column, how) in MONEY.items()
    ]
    ventures = " or ".join(
        f"kind = '{label('event_kind', kind)}'" for kind in ("birth", "round", "listing", "acquisition", "filing")
    )
    return results.sql(
        f"select enterprise, count(*) as happened, {', '.join(counts)}, {', '.join(sums)} from events "
        f"where {of_run} and enterprise >= 0 group by enterprise having bool_or({ventures}) order by enterprise"
    )


def worth_reading(results: Results, of_run: str) -> list[str]:
    """Lines `id  why`, each enterprise once, the extreme one of every fate that occurred."""
    lives = lives_of(results, of_run)
    lines: list[str] = []
    named: list[int] = []
    for why, by, who in FATES:
        fitting = lives[who(lives) & ~lives["enterprise"].isin(named)]
        if fitting.empty:
            continue
        one = fitting.loc[fitting[by].idxmax()]
        named.append(int(one["enterprise"]))
        figures = {key: number(float(one[key])) for key in lives.columns}
        lines.append(f"  {int(one['enterprise'])}  {why.format(**figures)}")
    if not lines and len(lives):
        one = lives.loc[lives["happened"].idxmax()]
        lines.append(f"  {int(one['enterprise'])}  has the most events on record")
    return lines
