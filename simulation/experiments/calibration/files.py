"""The folder of a calibration, the file that scenarios name, and the page that tells of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ResultsError
from ...scenario.chain import PROJECT_SCENARIOS
from ..figures import put_beside
from ..manifest import program_version, read_manifest, versions, write_manifest
from ..options import seeds_text
from ..results import open_results, write_table
from ..store import told_by_disk, write_folder
from ..tables import ABOUT, from_frame
from .fit import Fit
from .page import page_of
from .tables import distances, tables_of

if TYPE_CHECKING:
    import pandas as pd

KIND = "calibrate"
FIGURES = ("posterior", "moments", "identified", "pairs")
RELEASED = PROJECT_SCENARIOS / "calibrations"


def is_answered(folder: Path, question: str, again: bool, replace: bool) -> bool:
    """Whether the folder holds this calibration already. Errors: ResultsError if it holds something else."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return False
    there = read_manifest(folder) if folder.is_dir() else None
    if there is None or there.get("kind") != KIND:
        allowed = "the folder of a calibration, or a free name"
        raise ResultsError.at(folder.as_posix(), "a file, or a folder with something else", allowed)
    if there.get("hash") == question:
        return not again
    if not replace:
        found = "a calibration of another plan, other targets or code"
        raise ResultsError.at(folder.as_posix(), found, "a free name", "", "--replace replaces it")
    return False


def ledger_of(folder: Path, question: str) -> Path:
    """The file beside a folder in which finished runs are kept until all are done, and afterwards."""
    return folder.parent / f".{folder.name}-{question[:8]}.jsonl"


def save(found: Fit, folder: Path, question: str, command: str, draft: bool) -> list[str]:
    """Write the folder whole: tables, figures, page, and the calibration itself; returns what could not be drawn."""
    tables = tables_of(found)
    plan = found.plan
    manifest = {
        "format": 1, "kind": KIND, "hash": question, "draft": draft, "command": command, "name": plan.name,
        "title": plan.title, "seeds": list(plan.seeds), "holdout": list(plan.holdout), "quarters": plan.quarters,
        "scale": plan.scale, "runs": runs_of(found), "dropped": list(found.dropped), "distances": distances(found),
        "versions": versions() | {"tif-cycle": program_version()},
        "tables": {name: {"rows": len(table), "about": ABOUT[name]} for name, table in tables.items()},
    }  # fmt: skip
    notes: list[str] = []

    def fill(part: Path) -> None:
        for name, table in tables.items():
            write_table(from_frame(table), part / f"{name}.parquet")
        notes.extend(draw(tables, manifest, part / "figures"))
        write_manifest(part, manifest)
        (part / "calibration.md").write_text(page_of(tables, manifest, "figures"), encoding="utf-8")
        write_calibration(part, tables, manifest)

    write_folder(folder, fill)
    return notes


def runs_of(found: Fit) -> int:
    """How many runs a calibration took."""
    plan = found.plan
    screening = plan.paths * (len(plan.candidates) + 1) if found.screened else 0
    tried = 0 if found.tried is None else 2 * len(plan.holdout) + len(found.tried.drawn)
    return screening + len(found.units) * len(plan.seeds) + plan.recovery * len(plan.seeds) + tried


def draw(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], folder: Path) -> list[str]:
    """The four figures; returns what failed."""
    from ... import plots
    from ..figures import Figures

    figures = Figures()
    source = f"tif-cycle {program_version()}, {manifest['runs']:,} runs, scale {manifest['scale']:g}, tif calibrate"
    look = {"source": source, "draft": bool(manifest["draft"])}
    figures.draw("posterior", plots.posterior, tables["fitted"], **look)
    figures.draw("moments", plots.moments, tables["moments"], **look)
    figures.draw("identified", plots.identified, tables["identified"], tables["fitted"], tables["moments"], **look)
    figures.draw("pairs", plots.pairs, tables["draws"], tables["fitted"], **look)
    plots.save({key: figures.pop(key) for key in list(figures)}, folder)
    return figures.missing


def write_calibration(folder: Path, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> None:
    """NAME.yaml and NAME.csv: what `calibration: NAME` reads."""
    lines = [
        f"# {manifest['title']}, fitted by `{manifest['command']}`: {manifest['runs']:,} runs at scale "
        f"{manifest['scale']:g}, seeds {seeds_text(manifest['seeds'])}.",
        "# value: mean of the posterior; nine tenths of it lie between low and high. Draws are in the CSV file beside.",
        f'title: "{manifest["title"]}"',
        f"made: {manifest['hash'][:16]}",
        "parameters:",
    ]
    for row in tables["fitted"].sort_values("parameter").itertuples():
        values = f"value: {row.value:.6g}, low: {row.low:.6g}, high: {row.high:.6g}"
        lines.append(f"  {row.parameter}: {{{values}}}  # {row.label_en}, {row.unit}; {row.found}")
    (folder / f"{manifest['name']}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    tables["draws"].to_csv(folder / f"{manifest['name']}.csv", index=False, float_format="%.6g", lineterminator="\n")


def release(folder: Path, target: Path = RELEASED) -> list[Path]:
    """Copy the calibration of a folder to where scenarios find it by name."""
    name = str(open_results(folder).manifest["name"])
    with told_by_disk(target):
        target.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.copyfile(folder / f"{name}{end}", target / f"{name}{end}")) for end in (".yaml", ".csv")]


def write_page(folder: Path, page: Path) -> list[Path]:
    """Write the page of a calibration, and its figures beside it."""
    results = open_results(folder)
    tables = {name: results.table(name) for name in results.tables}
    with told_by_disk(page):
        copied = put_beside(page, "calibration", folder / "figures", FIGURES)
        page.write_text(page_of(tables, results.manifest, "figures/calibration"), encoding="utf-8")
    return [page, *copied]
