"""Opening a results folder again: its manifest, its tables for pandas, and SQL over all of them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from ..errors import ResultsError, UsageError
from .manifest import Manifest, about_folder, file_hash, manifest_of, read_manifest, write_manifest
from .store import write_folder
from .tables import ABOUT, known, plain

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from .conduct import Conducted
    from .plan import Plan


@dataclass(frozen=True)
class Results:
    """A results folder: `.manifest`, `.tables`, `.table(name)`, `.sql(query)`; it stands wherever a path may."""

    folder: Path

    @cached_property
    def manifest(self) -> Manifest:
        """What was asked, with which versions, when."""
        return read_manifest(self.folder) or {}

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that are there."""
        return tuple(name for name in ABOUT if self.files(name))

    def files(self, name: str) -> list[str]:
        """The files of a table: one, or in a sweep one in every part."""
        one = self.folder / f"{name}.parquet"
        parts = [one] if one.is_file() else sorted(self.folder.glob(f"parts/[!.]*/{name}.parquet"))
        return [path.as_posix() for path in parts]

    @property
    def points(self) -> pd.DataFrame:
        """The points of a sweep: a row a point, a column a varied parameter, empty where the baseline stays."""
        import pandas as pd

        return pd.read_csv(self.folder / "points.csv", encoding="utf-8-sig")

    def table(self, name: str) -> pd.DataFrame:
        """A table for pandas; of a sweep in the order of its runs. Errors: UsageError if there is no such table."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        files = self.files(known(name, self.tables))
        whole = pa.concat_tables([pq.read_table(file, partitioning=None) for file in files])
        if "run" in whole.column_names:
            whole = whole.sort_by([(key, "ascending") for key in ("run", "quarter") if key in whole.column_names])
        return whole.to_pandas()

    def sql(self, query: str) -> pd.DataFrame:
        """The answer to a query in which every table is known by its name (DuckDB). Errors: UsageError."""
        import duckdb

        with duckdb.connect() as base:
            for name in self.tables:
                paths = ", ".join("'" + file.replace("'", "''") + "'" for file in self.files(name))
                base.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{paths}])")
            if (self.folder / "points.csv").is_file():
                path = (self.folder / "points.csv").as_posix().replace("'", "''")
                base.execute(f"CREATE VIEW points AS SELECT * FROM read_csv('{path}')")
            try:
                return base.execute(query).df()
            except duckdb.Error as error:
                raise UsageError.at("sql", str(error), f"a query over {', '.join(self.tables)}") from error

    def __fspath__(self) -> str:
        return str(self.folder)

    def __str__(self) -> str:
        return f"{self.folder.as_posix()}: {about_folder(self.manifest)}\ntables: {', '.join(self.tables)}"


def open_results(folder: str | os.PathLike[str]) -> Results:
    """The results in a folder. Errors: ResultsError if it is none."""
    path = Path(folder)
    if not path.is_dir() or read_manifest(path) is None:
        found = "a folder without results" if path.is_dir() else "a file" if path.exists() else "no such folder"
        near = sorted(other.parent.name for other in path.parent.glob("*/manifest.json"))
        raise ResultsError.at(path.as_posix(), found, "a folder written by tif run or tif compare", ", ".join(near[:8]))
    return Results(path)


def write_results(
    folder: Path, plan: Plan, conducted: Conducted, tables: Mapping[str, pa.Table], summary: pd.DataFrame,
    draw: Callable[[], Mapping[str, Any]] | None = None, csv: bool = False, complete: bool = True,
) -> Path:  # fmt: skip
    """Write everything into a results folder, whole or not at all; `draw` makes the figures. Errors: ResultsError."""

    def fill(part: Path) -> None:
        with ThreadPoolExecutor(1) as beside:
            writing = beside.submit(write_tables, tables, part, csv)
            if draw is not None:
                from ..plots import save

                save(draw(), part / "figures")
            writing.result()
        write_csv(summary, part / "summary.csv")
        rows = {name: int(table.num_rows) for name, table in tables.items()}
        manifest = manifest_of(plan, conducted, rows, complete)
        for name in tables:
            manifest["tables"][name]["sha256"] = file_hash(part / f"{name}.parquet")
        write_manifest(part, manifest)

    return write_folder(folder, fill)


def write_tables(tables: Mapping[str, pa.Table], folder: Path, csv: bool) -> None:
    """Write every table as Parquet and, if asked, as CSV."""
    for name, table in tables.items():
        write_table(table, folder / f"{name}.parquet")
        if csv:
            write_csv(plain(table).to_pandas(), folder / f"{name}.csv")


def load_ahead() -> None:
    """Load the libraries that writing needs, while processes elsewhere are still playing."""

    def load() -> None:
        with contextlib.suppress(ImportError):
            for name in ("pandas", "pyarrow.parquet", "scipy.special", "simulation.plots"):
                import_module(name)

    Thread(target=load, daemon=True).start()


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet: words as a dictionary inside, as plain text for whoever reads it."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd", store_schema=False)


def write_csv(data: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV that spreadsheets read right: UTF-8 with a mark in front."""
    data.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
