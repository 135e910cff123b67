"""optimise(): the best policy mixes within a public budget, with a check on seeds that no candidate was chosen on."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DesignError
from .evolve import evolve, load_optuna
from .execute import cores
from .manifest import write_manifest
from .progress import duration, meter
from .results import write_csv, write_table
from .search import Search
from .search_file import read_search
from .search_files import folder_of, manifest_of_search, open_search, publish, write_scenarios
from .search_play import Playing, runs_there
from .search_tables import (
    ON_FRONT,
    FrontPoint,
    candidates_table,
    front_of,
    front_table,
    kept_table,
    statuses,
    summary_table,
    with_holdout,
)
from .store import told_by_disk
from .sweep import MOST_RUNS, Sweep
from .sweep_store import SweepStore
from .tables import from_frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Optimised:
    """What a search found: `.front`, `.candidates`, `.kept`, `.summary`, `.brief()`; `.folder` holds all of it."""

    search: Search
    folder: Path
    points: list[FrontPoint]
    candidates: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    @cached_property
    def front(self) -> pd.DataFrame:
        """A row a point, kind of seeds and goal: difference from the base with its interval, public cost beside it."""
        return front_table(self.search, self.points)

    @cached_property
    def kept(self) -> pd.DataFrame:
        """A row a goal: gain found by the search, gain on hold-out seeds, % kept."""
        return kept_table(self.search, self.points)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The front for people who read tables."""
        return summary_table(self.search, self.points)

    def brief(self) -> str:
        """What came out, in a few sentences."""
        from .search_words import brief_of_search

        return brief_of_search(self)


def optimise(
    file: str | os.PathLike[str] | Search, out: str | os.PathLike[str] | None = None, *, workers: int = 0,
    cluster: str = "", fork: bool = False, figures: bool = True, csv: bool = False, quiet: bool = False,
    tell: Callable[[str], None] = print, command: str = "",
) -> Optimised:  # fmt: skip
    """Play a search file and return its front; go on where an earlier call stopped.

    out: folder of results, results/<name> if nothing is said. fork: keep a changed search apart in a folder of its own.
    Errors: DesignError, ScenarioError, ResultsError, UsageError.
    """
    search = file if isinstance(file, Search) else read_search(os.fspath(file))
    load_optuna()
    folder = folder_of(search, Path(out) if out is not None else Path("results") / search.name, fork)
    said = command or f"tif optimise {search.source}"
    open_search(search, folder, said)
    with SweepStore(folder).locked(), told_by_disk(folder):
        found = played(search, folder, workers, cluster, quiet, tell)
        write(found, figures, csv)
        write_manifest(folder, manifest_of_search(search, said, complete=True))
    return found


def played(
    search: Search, folder: Path, workers: int, cluster: str, quiet: bool, tell: Callable[[str], None]
) -> Optimised:
    """Play the search, then its front on hold-out seeds."""
    left = max(search.runs - runs_there(folder), 0)
    if not quiet:
        tell(announce(search, left, workers, cluster))
    with meter(float(left), "Searching", quiet) as told:
        playing = Playing(search, folder, told, workers, cluster)
        evolve_with(playing)
    status = statuses(playing)
    points = front_of(playing, status)
    if points:
        runs = (len(points) + 1) * len(search.holdout)
        if not quiet:
            found = f"{status.count(ON_FRONT)} candidates are on the front"
            tell(f"{found}; {len(points)} of them are now played on hold-out seeds.")
        with meter(float(runs), "Checking on hold-out seeds", quiet) as told:
            playing.told = told
            base, measured = playing.holdout([point.candidate.point for point in points])
        points = with_holdout(search, points, base, measured)
    return Optimised(search, folder, points, candidates_table(playing, status))


def evolve_with(playing: Playing) -> None:
    """Ask, play and tell all generations."""
    search = playing.search
    directions = [goal.better for goal in search.goals]
    evolve(
        search.choices, directions, search.population, search.generations, search.sampler_seed, playing.judge,
        search.as_now(),
    )  # fmt: skip


def announce(search: Search, left: int, workers: int, cluster: str) -> str:
    """A sentence that says what will be played and about how long it takes."""
    design = search.design("estimate", [{}], search.seeds)
    processes = workers if workers > 0 else cores()
    seconds = left * Sweep(design, SweepStore(Path()), workers).seconds_a_run() / processes
    done = search.runs - left
    return (
        f"Search of {search.trials} candidates in {search.generations} generations of {search.population}, each with "
        f"{len(search.seeds)} seeds: {search.runs} runs{f', {done} of them done already' if done else ''}, "
        f"{search.quarters} quarters at scale {search.scale:g}, "
        + (f"on the cluster at {cluster}." if cluster else f"on {processes} processes: about {duration(seconds)}.")
        + f" Then the front is played on {len(search.holdout)} hold-out seeds."
    )


def write(found: Optimised, figures: bool, csv: bool) -> None:
    """Write tables, scenarios and figures of a finished search."""
    tables = {"candidates": found.candidates, "front": found.front, "kept_gains": found.kept}

    def fill(part: Path) -> None:
        for name, table in tables.items():
            write_table(from_frame(table), part / f"{name}.parquet")
            if csv:
                write_csv(table, part / f"{name}.csv")
        write_csv(found.summary, part / "summary.csv")
        (part / "brief.txt").write_text(found.brief() + "\n", encoding="utf-8")
        write_scenarios(found.search, found.points, part / "front")
        if figures and found.points:
            from ..plots import save
            from .search_words import figures_of_search

            save(figures_of_search(found), part / "figures")

    publish(found.folder, fill)


def not_too_many(search: Search, certain: bool) -> None:
    """Errors: DesignError for a very large search, unless one is certain."""
    if search.runs > MOST_RUNS and not certain:
        allowed = f"up to {MOST_RUNS:,}"
        raise DesignError.at(search.source, f"{search.runs:,} runs", allowed, "", "--yes begins it anyway")


def progress_of(folder: Path, search: Search) -> str:
    """How far an interrupted search has come, in a sentence."""
    return f"{min(runs_there(folder), search.runs)} of {search.runs} runs are finished"
