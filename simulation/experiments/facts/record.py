"""What a fact is measured on, what it gives, and how its figure is to be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import InternalError
from ...indicators.definitions import INDICATORS
from ..effects import divided, window_sums

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Shape = Literal["line", "points", "bars"]
FEWEST = 8  # observations below which a distribution says nothing


class Missing(Exception):
    """The results do not hold what a fact needs; the text says what."""


@dataclass(frozen=True)
class Seen:
    """The tables of one seed of one scenario. scale: share of the country's enterprises; quarters: reported ones."""

    scale: float
    quarters: int
    tables: Mapping[str, pd.DataFrame]

    def table(self, name: str) -> pd.DataFrame:
        """A table. Errors: Missing if it was not kept for this seed or has no rows."""
        found = self.tables.get(name)
        if found is None or found.empty:
            raise Missing(f"table {name}, kept for the first seeds only")
        return found

    def series(self, indicator: str) -> Array:
        """An indicator quarter by quarter. Errors: Missing if it is empty throughout."""
        values: Array = self.table("indicators")[indicator].to_numpy(dtype=np.float64)
        if not np.isfinite(values).any():
            raise Missing(f"indicator {INDICATORS[indicator].label_en}, empty in this run")
        return values

    def weight(self, indicator: str) -> Array:
        """The denominators of an indicator quarter by quarter (CNY mn or counts of the run, not of the country)."""
        found: Array = self.table("weights")[indicator].to_numpy(dtype=np.float64)
        return found

    def over(self, indicator: str, window: tuple[int, int]) -> float:
        """An indicator over a window of quarters, put together as everywhere else: flows a year, levels at its end."""
        self.reach(window)
        place = list(INDICATORS).index(indicator)
        names = list(INDICATORS)
        values, weights = (self.table(name)[names].to_numpy(dtype=np.float64) for name in ("indicators", "weights"))
        num, den = window_sums(values, weights, *window)
        return float(divided(num, den)[place])

    def reach(self, window: tuple[int, int]) -> None:
        """Errors: Missing if the run ends before the window does."""
        if self.quarters <= window[1]:
            raise Missing("a longer run")


@dataclass(frozen=True)
class Line:
    """A curve of a figure: a word of plots/words.py or a plain name, and its points."""

    name: str
    x: Array
    y: Array


@dataclass(frozen=True)
class Measured:
    """One number for one seed, and the curves that show where it comes from."""

    value: float
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Picture:
    """How the curves of a fact are drawn: axes as words of plots/words.py."""

    x: str = ""
    y: str = ""
    shape: Shape = "line"
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class Measure:
    """A function of the tables of one seed and a window (first and last quarter), with its picture."""

    name: str
    function: Callable[[Seen, tuple[int, int]], Measured]
    picture: Picture = field(default_factory=Picture)

    @property
    def about(self) -> str:
        """The first sentence of its docstring."""
        return " ".join((self.function.__doc__ or "").split("\n\n")[0].split())


MEASURES: dict[str, Measure] = {}


def measure(**picture: object) -> Callable[[Callable[[Seen, tuple[int, int]], Measured]], Measure]:
    """Enter a function into MEASURES under its own name."""

    def enter(function: Callable[[Seen, tuple[int, int]], Measured]) -> Measure:
        if function.__name__ in MEASURES:
            raise InternalError(f"two measures named {function.__name__}")
        made = Measure(function.__name__, function, Picture(**picture))  # type: ignore[arg-type]
        MEASURES[made.name] = made
        return made

    return enter


def inside(table: pd.DataFrame, window: tuple[int, int]) -> pd.DataFrame:
    """The rows of a table whose quarter lies in the window."""
    return table[(table["quarter"] >= window[0]) & (table["quarter"] <= window[1])]


def enough(values: Array, least: int = FEWEST) -> Array:
    """The finite values. Errors: Missing if there are too few of them."""
    kept: Array = values[np.isfinite(values)]
    if len(kept) < least:
        raise Missing(f"at least {least} observations; this seed has {len(kept)}")
    return kept


def hill(values: Array, share: float) -> float:
    """Tail exponent a of P(X > x) ~ x^-a, from the largest `share` of positive values (Hill's estimator).

    1/a = mean of log(x_i / x_k) over the k largest values, x_k the smallest of them.
    """
    positive = np.sort(enough(values[values > 0.0]))[::-1]
    count = max(FEWEST, round(share * len(positive)))
    logs = np.log(positive[:count])
    return float(1.0 / max(1e-9, (logs - logs[-1])[:-1].mean()))


def slope(x: Array, y: Array) -> float:
    """Slope of the least-squares line of y on x. Errors: Missing with too few points or no spread of x."""
    kept = np.isfinite(x) & np.isfinite(y)
    enough(x[kept], 5)
    spread = x[kept] - x[kept].mean()
    if not (spread**2).sum() > 0.0:
        raise Missing("a spread of the explaining variable")
    return float((spread * y[kept]).sum() / (spread**2).sum())


def correlation(x: Array, y: Array) -> float:
    """Correlation of two series where both are there. Errors: Missing with too few points or a constant series."""
    kept = np.isfinite(x) & np.isfinite(y)
    enough(x[kept])
    a, b = x[kept] - x[kept].mean(), y[kept] - y[kept].mean()
    size = float(np.sqrt((a**2).sum() * (b**2).sum()))
    if not size > 0.0:
        raise Missing("series that move")
    return float((a * b).sum() / size)


def kept_share(ages: Array, ended: NDArray[np.bool_], grid: Array) -> Array:
    """Kaplan-Meier share still there at each age of `grid`; `ages`: age at the end or when last seen."""
    left = np.ones(len(grid))
    for age in np.unique(ages[ended]):
        at_risk = np.count_nonzero(ages >= age)
        left[grid >= age] *= 1.0 - np.count_nonzero(ended & (ages == age)) / at_risk
    return left
