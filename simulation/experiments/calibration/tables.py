"""The tables of a calibration: parameters, moments, draws, what identifies what, points played, candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...engine.table import Floats
from ...scenario.parameter import CATALOGUE
from .fit import LEVELS, Fit, Tried, logs, tolerance
from .plan import values_of
from .posterior import intervals

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 0.9  # share of the posterior between the ends that are shown
STRONG, WEAK = 0.5, 0.2  # contraction from which a parameter counts as found, and below which as left open


def tables_of(found: Fit) -> dict[str, pd.DataFrame]:
    """Every table by name."""
    return {
        "fitted": parameters(found), "moments": moments(found), "draws": draws(found), "identified": identified(found),
        "points": points(found), "screened": screened(found),
    }  # fmt: skip


def parameters(found: Fit) -> pd.DataFrame:
    """A row a parameter: range, value before, value fitted, ends of the posterior, how much narrower, coverage."""
    import pandas as pd

    names = [one.name for one in found.free]
    records = [CATALOGUE[name] for name in names]
    ends = values_of(found.free, intervals(found.posterior, SHOWN))
    contraction = found.contraction()
    table = pd.DataFrame({
        "parameter": names, "label_en": [one.label_en for one in records],
        "label_zh": [one.label_zh for one in records],
        "unit": [one.unit for one in records], "range_low": [one.low for one in found.free],
        "range_high": [one.high for one in found.free], "before": found.plan.before(found.free),
        "value": values_of(found.free, found.fitted), "low": ends[0], "high": ends[1], "contraction": contraction,
        "found": ["found" if c >= STRONG else "left open" if c < WEAK else "narrowed" for c in contraction],
    })  # fmt: skip
    if found.recovery is not None:
        for level, row in zip(LEVELS, found.recovery.coverage(), strict=True):
            table[f"covered_{level * 100:.0f}"] = 100.0 * row
        gaps = found.recovery.middle - found.recovery.truth
        table["recovery_r2"] = 1.0 - (gaps**2).mean(axis=0) / found.recovery.truth.var(axis=0)
    return table.sort_values("contraction", ascending=False, ignore_index=True)


def moments(found: Fit) -> pd.DataFrame:
    """A row a moment: published, before and after on hold-out seeds, spread of the posterior's draws, distance."""
    import pandas as pd

    assert found.emulator is not None
    assert found.observed is not None
    rows = []
    tried = found.tried
    for k, one in enumerate(found.moments):
        before, after, low, high = (np.nan,) * 4
        if tried is not None:
            before, after = (float(np.nanmedian(values[:, k])) for values in (tried.base, tried.fitted))
            low, high = (float(end) for end in np.nanquantile(tried.drawn[:, k], [0.05, 0.95]))
        rows.append({
            "moment": one.id, "label_en": one.label_en, "label_zh": one.label_zh, "unit": one.unit,
            "published": one.value, "band_low": one.low, "band_high": one.high, "weight": one.weight,
            "before": before, "fitted": after, "drawn_low": low, "drawn_high": high,
            "explained": float(found.emulator.explained[k]), "reached": bool(found.observed.reach[k] == 0.0),
            "source": one.source,
        })  # fmt: skip
    return pd.DataFrame(rows)


def distance(found: Fit, values: Floats) -> Floats:
    """Weighted root mean square of the gaps of each seed, in standard deviations of what was published (seeds,).

    d = sqrt( sum_k w_k ((log(1 + m_k) - log(1 + t_k)) / s_k)^2 / sum_k w_k ),   s_k = width of the band / (2 x 1.645)
    """
    assert found.observed is not None
    weights = np.array([one.weight for one in found.moments])
    spread = tolerance(found.moments) * np.sqrt(weights)
    gaps = (logs(values) - found.observed.value) / spread
    mean: Floats = np.sqrt(np.nansum(weights * gaps**2, axis=1) / weights.sum())
    return mean


def distances(found: Fit) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation over hold-out seeds of the distance, before and after, and over draws."""
    tried: Tried | None = found.tried
    if tried is None:
        return {}
    values = {"before": tried.base, "fitted": tried.fitted, "drawn": tried.drawn}
    each = {name: distance(found, rows) for name, rows in values.items()}
    return {name: (float(d.mean()), float(d.std(ddof=1)) if len(d) > 1 else 0.0) for name, d in each.items()}


def draws(found: Fit) -> pd.DataFrame:
    """Equally likely draws of the posterior, a column a parameter: as many as the plan asks for."""
    import pandas as pd

    places = np.linspace(0, len(found.posterior) - 1, found.plan.draws).astype(int)
    values = values_of(found.free, found.posterior[places])
    return pd.DataFrame(values, columns=[one.name for one in found.free])


def identified(found: Fit) -> pd.DataFrame:
    """parameter, moment, lost: how much of the contraction of a parameter is lost without a moment."""
    import pandas as pd

    rows = [
        (one.name, target.id, float(found.named_by[j, k]))
        for j, one in enumerate(found.free)
        for k, target in enumerate(found.moments)
    ]
    return pd.DataFrame(rows, columns=["parameter", "moment", "lost"])


def points(found: Fit) -> pd.DataFrame:
    """The points played: parameters, then the mean of each moment over the seeds, as it is (not in logs)."""
    import pandas as pd

    values = pd.DataFrame(values_of(found.free, found.units), columns=[one.name for one in found.free])
    means = pd.DataFrame(np.expm1(found.played.mean(axis=1)), columns=[one.id for one in found.moments])
    return pd.concat([values, means], axis=1)


def screened(found: Fit) -> pd.DataFrame:
    """candidate, score, kept."""
    import pandas as pd

    kept = {one.name for one in found.free}
    rows = [
        (name, CATALOGUE[name].label_en, CATALOGUE[name].label_zh, score, name in kept)
        for name, score in found.screened.items()
    ]
    return pd.DataFrame(rows, columns=["parameter", "label_en", "label_zh", "score", "kept"])
