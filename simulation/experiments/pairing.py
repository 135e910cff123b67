"""How many times fewer runs a comparison on paired seeds needs than one on independent seeds, indicator by indicator.

An interval of given width needs a number of runs proportional to the variance of a difference:
times fewer = (variance of the baseline + variance of the policy) / variance of the paired difference, over seeds.
Interval: the same on resampled seeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import UsageError
from ..indicators.definitions import INDICATORS
from ..scenario.parameter import label
from .effects import Array, divided, window_sums
from .options import read_window

if TYPE_CHECKING:
    import pandas as pd

    from .results import Results

FEWEST = 3
RESAMPLES = 1000


def pairing_of(results: Results) -> pd.DataFrame:
    """scenario, indicator, label, group, sd_baseline, sd_policy, sd_difference, correlation, times_fewer, low, high,
    seeds.

    Errors: UsageError if the results are no comparison with three seeds or more.
    """
    manifest = results.manifest
    names, seeds = [str(entry["name"]) for entry in manifest["scenarios"]], list(manifest["seeds"])
    if len(names) < 2 or len(seeds) < FEWEST:
        found = f"{len(names)} scenario{'s' if len(names) > 1 else ''}, {len(seeds)} seeds"
        raise UsageError.at(results.folder.as_posix(), found, f"a comparison with {FEWEST} seeds or more")
    window = read_window(str(manifest["window"]), int(manifest["quarters"]), "compare", [])
    values, weights = results.table("indicators"), results.table("weights")
    ids = [name for name in INDICATORS if name in values.columns]
    arms = {name: run_values(values, weights, name, seeds, window) for name in names}
    return pairing_table(arms, ids)


def run_values(
    values: pd.DataFrame, weights: pd.DataFrame, scenario: str, seeds: list[int], window: tuple[int, int]
) -> Array:
    """Every indicator over the window, seeds x indicators."""
    rows = []
    for seed in seeds:
        parts = [
            table[(table["scenario"] == scenario) & (table["seed"] == seed)].sort_values("quarter")[list(INDICATORS)]
            for table in (values, weights)
        ]
        rows.append(divided(*window_sums(parts[0].to_numpy(), parts[1].to_numpy(), *window)))
    return np.array(rows)


def pairing_table(arms: dict[str, Array], ids: list[str]) -> pd.DataFrame:
    """The table of `pairing_of` from the values of each arm (seeds x indicators), the baseline first."""
    import pandas as pd

    (_, base), *policies = arms.items()
    rows = []
    for name, policy in policies:
        for place, indicator in enumerate(ids):
            valid = np.isfinite(base[:, place]) & np.isfinite(policy[:, place])
            row = one_row(base[valid, place], policy[valid, place])
            if row:
                record = INDICATORS[indicator]
                head = {"scenario": name, "indicator": indicator, "label": record.label_en}
                rows.append(head | {"group": label("indicator_group", record.group)} | row)
    return pd.DataFrame(rows)


def one_row(base: Array, policy: Array) -> dict[str, float]:
    """The figures of one indicator; nothing if it does not vary or too few seeds have it."""
    if len(base) < FEWEST or not base.std() or not policy.std():
        return {}
    chosen = np.random.default_rng(0).integers(len(base), size=(RESAMPLES, len(base)))
    with np.errstate(divide="ignore", invalid="ignore"):
        times = times_fewer(base[None], policy[None])[0]
        low, high = np.nanquantile(times_fewer(base[chosen], policy[chosen]), [0.025, 0.975], method="nearest")
        together = float(np.corrcoef(base, policy)[0, 1])
    return {
        "sd_baseline": float(base.std(ddof=1)), "sd_policy": float(policy.std(ddof=1)),
        "sd_difference": float((policy - base).std(ddof=1)), "correlation": together, "times_fewer": float(times),
        "low": float(low), "high": float(high), "seeds": len(base),
    }  # fmt: skip


def times_fewer(base: Array, policy: Array) -> Array:
    """(var base + var policy) / var (policy - base) along the last axis; infinite where the difference never varies."""
    apart = base.var(axis=-1, ddof=1) + policy.var(axis=-1, ddof=1)
    return np.asarray(apart / (policy - base).var(axis=-1, ddof=1))
