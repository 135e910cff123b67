"""A sweep read for analysis: what was varied, and every indicator of every run, as arrays; runs not there are empty."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DesignError, Place, ResultsError, UsageError, UserError, nearest_name
from ..indicators.definitions import INDICATORS
from ..scenario.load import load_scenario
from ..scenario.parameter import CATALOGUE
from ..scenario.quarters import FIRST_POLICY_QUARTER
from ..scenario.scenario import Scenario
from .design import Design
from .design_file import read_design
from .options import seeds_text
from .results import Results, open_results

Array = NDArray[np.float64]
SHOWN = (
    "projects_entered", "rd_spending", "equity_invested", "funded_share", "social_commitments", "validated_products",
    "value_added", "npl_ratio", "exits_ipo", "exit_value", "flow_dpi", "public_cost",
)  # fmt: skip


@dataclass(frozen=True)
class Swept:
    """The runs of a sweep, finished or not.

    x: points x factors, empty where a point leaves the baseline or has an entry that is more than a number.
    y: seeds x points x indicators over the window (flows a year, levels at its end), empty where there is no run.
    """

    folder: Path
    manifest: dict[str, Any]
    factors: tuple[str, ...]
    x: Array
    y: Array
    indicators: tuple[str, ...]

    @property
    def method(self) -> str:
        """How the points were made: grid, morris, sobol, ..."""
        return str(self.manifest["question"]["method"])

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds asked for."""
        return tuple(self.manifest["seeds"])

    @property
    def played(self) -> NDArray[np.bool_]:
        """Seeds x points: whether the run is there."""
        return np.asarray(np.isfinite(self.y).any(axis=2))

    @property
    def window(self) -> str:
        """The quarters over which runs are summed up."""
        return str(self.manifest["question"]["window"])

    @property
    def progress(self) -> str:
        """How many of the runs are there, in words."""
        there, asked = int(self.played.sum()), self.played.size
        return f"all {asked} runs" if there == asked else f"{there} of {asked} runs"

    @property
    def source(self) -> str:
        """Where a figure comes from."""
        many = f"{len(self.seeds)} seed{'s' if len(self.seeds) > 1 else ''}"
        version, scale = self.manifest["versions"]["tif-cycle"], self.manifest["scale"]
        return (
            f"tif-cycle {version}, sweep {self.manifest['hash'][:8]}, {len(self.x)} points, {many}, "
            f"{self.progress}, scale {scale:g}"
        )

    def place_of(self, indicator: str) -> int:
        """The column of an indicator. Errors: UsageError with the nearest name."""
        if indicator not in self.indicators:
            raise UsageError.at(
                f"indicator {indicator}", "no indicator of this sweep", "tif indicators lists them",
                nearest_name(indicator, self.indicators),
            )  # fmt: skip
        return self.indicators.index(indicator)

    def base(self) -> Scenario:
        """The scenario that was varied. Errors: ResultsError if it can no longer be found as it was."""
        asked = self.manifest["scenarios"][0]
        named = [str(self.folder.parent / asked["name"]), asked["name"], *asked.get("files", [])]
        for name in named:
            try:
                found = load_scenario(name)
            except UserError:
                continue
            if found.hash == asked["hash"]:
                return found
        raise ResultsError.at(
            self.folder.as_posix(), f"the scenario {asked['name']} that was varied is not there as it was",
            "the folder from which tif sweep was called, with the scenario unchanged", "", "use --where instead",
        )  # fmt: skip

    def range_of(self, factor: str) -> tuple[float, float]:
        """The range of a factor in the design, or that of its values if the design names none."""
        values = self.x[:, self.factors.index(factor)]
        low, high = self.manifest.get("ranges", {}).get(factor) or (np.nanmin(values), np.nanmax(values))
        return float(low), float(high)

    def in_force(self) -> dict[str, float]:
        """What each factor is in the baseline in the first quarter of policy; nothing if the baseline is not found."""
        try:
            policy = self.base().policy(FIRST_POLICY_QUARTER, {})
        except ResultsError:
            return {}
        return {name: float(policy[CATALOGUE[name].index, 0]) for name in self.factors if name in CATALOGUE}


def read_sweep(folder: Path) -> Swept:
    """The sweep in a folder, as far as it has come. Errors: ResultsError."""
    results = open_results(folder)
    if results.manifest.get("kind") != "sweep":
        raise ResultsError.at(
            folder.as_posix(), f"results of tif {results.manifest.get('kind')}", "a folder written by tif sweep"
        )
    if "runs" not in results.tables:
        raise ResultsError.at(
            folder.as_posix(), "a sweep without a finished run", "at least some finished runs", "",
            str(results.manifest.get("command", "tif sweep")),
        )  # fmt: skip
    return swept_of(results)


def swept_of(results: Results) -> Swept:
    """The arrays of a sweep."""
    import pandas as pd

    manifest = results.manifest
    points = results.points
    factors = tuple(str(name) for name in manifest["varied"])
    x = points[list(factors)].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    runs = results.table("runs")
    ids = tuple(name for name in runs.columns if name in INDICATORS)
    y = np.full((len(manifest["seeds"]), len(points), len(ids)), np.nan)
    row = runs["seed"].map({seed: place for place, seed in enumerate(manifest["seeds"])})
    y[row.to_numpy(), runs["point"].to_numpy()] = runs[list(ids)].to_numpy(dtype=np.float64)
    return Swept(results.folder, manifest, factors, x, y, ids)


def sweep_first(source: str | Path, workers: int = 0, out: Path | None = None, quiet: bool = False) -> Swept:
    """The sweep in a folder; a design file is swept first, into results/<name> or `out`. Errors: UserError."""
    path = Path(source)
    if path.is_dir() or path.suffix not in (".yaml", ".yml"):
        return read_sweep(path)
    from .sweep import sweep

    design: Design = read_design(path)
    return swept_of(
        sweep(design, out if out is not None else Path("results") / design.name, workers=workers, quiet=quiet)
    )


def chosen_indicators(swept: Swept, asked: str | None) -> tuple[str, ...]:
    """The indicators named with commas, or the headline ones that vary. Errors: UsageError."""
    if asked:
        names = tuple(name.strip() for name in asked.split(",") if name.strip())
        for name in names:
            swept.place_of(name)
        if names:
            return names
    varying = set(np.array(swept.indicators)[varies(swept)])
    return tuple(name for name in SHOWN if name in varying) or tuple(sorted(varying))[: len(SHOWN)]


def varies(swept: Swept) -> NDArray[np.bool_]:
    """Indicators that differ between runs."""
    values = swept.y.reshape(-1, swept.y.shape[2])
    there = np.isfinite(values)
    low = np.where(there, values, np.inf).min(axis=0)
    high = np.where(there, values, -np.inf).max(axis=0)
    return np.asarray(there.any(axis=0) & (high > low))


def factor_words(factor: str) -> dict[str, str]:
    """Labels and unit of a factor as columns of a table; one that the catalogue no longer has keeps its id."""
    record = CATALOGUE.get(factor)
    if record is None:
        return {"factor": factor, "factor_label": factor, "factor_label_zh": factor, "factor_unit": ""}
    return {
        "factor": factor, "factor_label": record.label_en, "factor_label_zh": record.label_zh,
        "factor_unit": record.unit,
    }  # fmt: skip


def indicator_words(indicator: str) -> dict[str, str]:
    """Label, unit and group of an indicator as columns of a table."""
    one = INDICATORS[indicator]
    unit = f"{one.unit} a year" if one.aggregate == "flow" else one.unit
    return {"indicator": indicator, "label": one.label_en, "unit": unit, "group": one.group}


def not_of_method(swept: Swept, allowed: str) -> DesignError:
    """What is said of a sweep whose design does not fit the question."""
    return DesignError.at(Place(swept.folder.as_posix()), f"a design of method {swept.method}", allowed)


def seeds_words(swept: Swept) -> str:
    """The seeds in words."""
    return f"{len(swept.seeds)} seeds" if len(swept.seeds) > 1 else f"seed {seeds_text(swept.seeds).partition('-')[0]}"
