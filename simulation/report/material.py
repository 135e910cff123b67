"""What a report is made from: the manifest of a results folder, its scenarios and its tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ResultsError, ScenarioError
from ..experiments.again import nearest_results, scenarios_in
from ..experiments.manifest import FILE, Manifest, file_hash, read_manifest
from ..experiments.options import seeds_text
from ..experiments.results import Results
from ..experiments.words import plain_name
from ..scenario.quarters import parse_quarter
from ..scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("run", "compare", "sweep")
NEEDED = {
    "run": ("indicators", "flows"),
    "compare": ("indicators", "flows", "public_cost", "effects"),
    "sweep": ("runs",),
}


@dataclass(frozen=True)
class Material:
    """A results folder, opened: manifest, scenarios and tables by name."""

    results: Results

    @property
    def manifest(self) -> Manifest:
        """What was asked, with which versions."""
        return self.results.manifest

    @property
    def kind(self) -> str:
        """run, compare or sweep."""
        return str(self.manifest["kind"])

    @cached_property
    def names(self) -> list[str]:
        """Names of the scenarios, the baseline first."""
        return [str(entry["name"]) for entry in self.manifest["scenarios"]]

    @cached_property
    def scenarios(self) -> list[Scenario] | None:
        """The scenarios, or None where an earlier or another version wrote them in a way that cannot be read."""
        try:
            return scenarios_in(self.manifest)
        except ScenarioError:
            return None

    @property
    def seeds(self) -> list[int]:
        """Random seeds that were played."""
        return [int(seed) for seed in self.manifest["seeds"]]

    @property
    def seeds_in_words(self) -> str:
        """seed 4, or 20 seeds (1 to 20)."""
        many = len(self.seeds)
        words = f"{self.seeds[0]}\N{EN DASH}{self.seeds[-1]}" if _runs_on(self.seeds) else seeds_text(self.seeds)
        return f"{many} seeds ({words})" if many > 1 else f"one seed ({self.seeds[0]})"

    @property
    def quarters(self) -> int:
        """Reported quarters."""
        return int(self.manifest["quarters"])

    @property
    def scale(self) -> float:
        """Share of the country's enterprises that was played."""
        return float(self.manifest["scale"])

    @property
    def window(self) -> str:
        """The quarters over which effects are taken, e.g. 2024Q1:2035Q4."""
        return str(self.manifest.get("window") or self.manifest["question"]["window"])

    @cached_property
    def span(self) -> tuple[int, int]:
        """First and last quarter of the window."""
        first, _, last = self.window.partition(":")
        return parse_quarter(first), parse_quarter(last)

    @property
    def years(self) -> float:
        """Length of the window in years."""
        return (self.span[1] + 1 - self.span[0]) / 4.0

    @property
    def stamps(self) -> list[str]:
        """What must be said before anything else: DRAFT, INTERRUPTED."""
        said = ["DRAFT"] if self.manifest["draft"] else []
        return said + ([] if self.manifest["complete"] and not self.unfinished else ["INTERRUPTED"])

    @cached_property
    def unfinished(self) -> int:
        """Runs of a sweep that are not there yet."""
        if self.kind != "sweep":
            return 0
        done = self.results.sql("select count(distinct run) as runs from runs")
        return len(self.results.points) * len(self.seeds) - int(done["runs"].iloc[0])

    @property
    def look(self) -> dict[str, Any]:
        """What all figures share: source line, draft stamp, names in plain words."""
        version = self.manifest["versions"].get("tif-cycle", "")
        results = self.manifest["hash"][:8]
        source = f"tif-cycle {version}, {self.seeds_in_words}, scale {self.scale:g}, results {results}"
        return {"source": source, "draft": bool(self.stamps), "names": {name: self.called(name) for name in self.names}}

    @property
    def manifest_hash(self) -> str:
        """sha256 of the manifest file."""
        return file_hash(self.results.folder / FILE)

    def has(self, table: str) -> bool:
        """Whether a table is there."""
        return table in self.results.tables

    def table(self, name: str) -> pd.DataFrame:
        """A table for pandas."""
        return self.results.table(name)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """National indicators of every scenario, seed and quarter."""
        return self.table("indicators")

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Paired effects, a row a policy and indicator."""
        return self.table("effects")

    def called(self, name: str) -> str:
        """What a scenario is called in a sentence."""
        return plain_name(name)


def _runs_on(seeds: list[int]) -> bool:
    return len(seeds) > 1 and seeds == list(range(seeds[0], seeds[0] + len(seeds)))


def open_material(folder: Path) -> Material:
    """The material in a results folder.

    Errors: ResultsError when it holds no results, results of another kind, or lacks a table.
    """
    manifest = read_manifest(folder) if folder.is_dir() else None
    if manifest is None:
        found = "a folder without results" if folder.is_dir() else "a file" if folder.exists() else "no such folder"
        allowed = "a folder written by tif run, tif compare or tif sweep"
        raise ResultsError.at(folder.as_posix(), found, allowed, nearest_results(folder))
    if manifest["kind"] not in KINDS:
        raise ResultsError.at(folder.as_posix(), f"results of tif {manifest['kind']}", f"results of {', '.join(KINDS)}")
    material = Material(Results(folder))
    missing = [name for name in NEEDED[material.kind] if not material.has(name)]
    if missing:
        raise ResultsError.at(
            folder.as_posix(), f"results without the table {', '.join(missing)}", "a whole results folder", "",
            f"play it again: tif {material.kind} --from {(folder / FILE).as_posix()}"
            if material.kind != "sweep" else f"go on with it: {manifest['command']}",
        )  # fmt: skip
    return material
