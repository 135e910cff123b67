"""What became of the same enterprises in two worlds that share their luck: one row an enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from ..scenario.parameter import label

if TYPE_CHECKING:
    import pandas as pd

ENDS = ("listing", "acquisition", "death")  # the first one counts: a listed enterprise that closes later was listed
VENTURE = ("birth", "round", "filing", "listing", "acquisition")  # what makes an enterprise one with venture history
GOING_ON, NOT_FOUNDED = "Going on", "Not founded"


def fates_of(events: pd.DataFrame, base: str, policy: str, seed: int) -> pd.DataFrame:
    """A row an enterprise with venture history: its fate in both worlds, equity raised in both (CNY mn), `differs`.

    Ids are the same in both worlds, since an id is the rank in the process of entry and not in the list of those who
    came. An enterprise without an event in a world was not founded there; one without an end goes on.
    Errors: UsageError when no events of the seed are kept.
    """
    import pandas as pd

    kinds = {label("event_kind", kind): kind for kind in (*VENTURE, *ENDS)}
    of_seed = events[(events["seed"] == seed) & events["scenario"].isin([base, policy]) & (events["enterprise"] >= 0)]
    if of_seed.empty:
        raise UsageError.at(f"seed {seed}", "no events of it are kept", "one of the first three seeds")
    told = of_seed.assign(code=of_seed["kind"].map(kinds))
    ventures = sorted(told.loc[told["code"].isin(VENTURE), "enterprise"].unique())
    columns = {}
    for name in (base, policy):
        mine = told[told["scenario"] == name].sort_values("quarter", kind="stable")
        ends = mine[mine["code"].isin(ENDS)].drop_duplicates("enterprise").set_index("enterprise")["kind"].astype(str)
        there = pd.Series(GOING_ON, index=pd.Index(mine["enterprise"].unique()))
        columns[name] = ends.reindex(ventures).fillna(there.reindex(ventures)).fillna(NOT_FOUNDED)
    rounds = told[told["code"] == "round"].groupby(["scenario", "enterprise"], observed=True)["amount"].sum()
    for name in (base, policy):
        raised = rounds.get(name) if name in rounds.index.get_level_values(0) else None
        columns[f"raised {name}"] = 0.0 if raised is None else raised.reindex(ventures).fillna(0.0)
    table = pd.DataFrame(columns, index=pd.Index(ventures, name="enterprise"))
    return table.assign(differs=table[base] != table[policy])
