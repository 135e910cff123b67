"""The folder of a validation: scorecard, values, curves, yardsticks, figures, and the same as a page of text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ResultsError
from .figures import put_beside
from .manifest import program_version, read_manifest, versions, write_manifest
from .published import errors, forecasts, read_series
from .results import Results, open_results, write_table
from .store import told_by_disk, write_folder
from .tables import ABOUT, from_frame
from .target_file import read_targets
from .validate import Validation
from .validation import curves_table, scorecard, values_table
from .validation_page import KEY_FIGURES, page_of, printed

if TYPE_CHECKING:
    import pandas as pd

KIND = "validate"


def is_answered(folder: Path, validation: Validation, again: bool, replace: bool) -> bool:
    """Whether the folder holds this validation already. Errors: ResultsError if it holds something else."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return False
    there = read_manifest(folder) if folder.is_dir() else None
    if there is None or there.get("kind") != KIND:
        raise ResultsError.at(
            folder.as_posix(), "a file, or a folder with something else", "the folder of a validation, or a free name",
            "", "choose another name with --out",
        )  # fmt: skip
    if there.get("hash") == validation.hash and there.get("complete", True):
        return not again
    if there.get("complete", True) and not replace:
        found = "a validation of other runs, targets or code"
        advice = "--replace replaces it"
        raise ResultsError.at(folder.as_posix(), found, "a free name, or the same question", "", advice)
    return False


def tables_of(validation: Validation) -> dict[str, pd.DataFrame]:
    """scorecard, fact_values, fact_curves, yardsticks and forecasts of a validation."""
    import pandas as pd

    known = {
        name: {year: float(np.median(values)) for year, values in years.items()}
        for name, years in validation.models.items()
    }
    parts = {series.id: (series, forecasts(series, known.get(series.id, {}))) for series in read_series()}
    return {
        "scorecard": scorecard(validation.targets, validation.findings),
        "fact_values": values_table(validation.findings),
        "fact_curves": curves_table(validation.findings),
        "yardsticks": pd.concat([errors(*part) for part in parts.values()], ignore_index=True),
        "forecasts": pd.concat([rows for _, rows in parts.values()], ignore_index=True),
    }


def save(validation: Validation, folder: Path, manifest: Mapping[str, Any], figures: bool, csv: bool) -> list[str]:
    """Write the folder whole; returns what could not be drawn. Errors: ResultsError."""
    tables = tables_of(validation)
    notes: list[str] = []

    def fill(part: Path) -> None:
        for name, table in tables.items():
            write_table(from_frame(table), part / f"{name}.parquet")
            if csv:
                table.to_csv(part / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
        if figures:
            notes.extend(draw(tables, {**manifest, "seeds": validation.seeds}, part / "figures"))
        whole = manifest_of(validation, tables, manifest)
        write_manifest(part, whole)
        text = page_of(tables, whole, "figures", "" if figures else None)
        (part / "scorecard.md").write_text(text, encoding="utf-8")

    write_folder(folder, fill)
    return notes


def manifest_of(validation: Validation, tables: Mapping[str, pd.DataFrame], about: Mapping[str, Any]) -> dict[str, Any]:
    """The question and the versions with which it was answered."""
    return {
        "format": 1, "kind": KIND, "hash": validation.hash, "complete": validation.complete,
        "draft": about["draft"], "command": about["command"], "question": validation.source,
        "seeds": sorted(validation.seeds), "quarters": about["quarters"], "scale": about["scale"], "started": "",
        "scenarios": about["scenarios"], "versions": versions() | {"tif-cycle": program_version()},
        "tables": {name: {"rows": len(table), "about": ABOUT[name]} for name, table in tables.items()},
    }  # fmt: skip


def draw(tables: Mapping[str, pd.DataFrame], about: Mapping[str, Any], folder: Path) -> list[str]:
    """A figure a measured target, one a part of the scorecard, one of the yardsticks; returns what failed."""
    from .. import plots
    from .figures import Figures

    figures = Figures()
    look = {"source": source_line(about), "draft": bool(about["draft"])}
    card = tables["scorecard"]
    for part in dict.fromkeys(card["part"]):
        figures.draw(f"scorecard_{part}", plots.scorecard, card[card["part"] == part], **look)
    figures.draw("yardsticks", plots.yardsticks, tables["forecasts"], tables["yardsticks"], **look)
    values, curves = tables["fact_values"], tables["fact_curves"]
    measured = card[card["verdict"] != "not measured"].set_index("target", drop=False)
    known = {target.id: target for target in read_targets()}
    for name, row in measured.iterrows():
        picture = known[str(name)].picture
        axes = vars(picture)
        mine = (row, values[values["target"] == name], curves[curves["target"] == name])
        figures.draw(str(name), plots.fact, *mine, **axes, **look)
        plots.save({key: figures.pop(key) for key in list(figures)}, folder)
    return figures.missing


def source_line(about: Mapping[str, Any]) -> str:
    """Where a figure comes from."""
    many = len(about["seeds"])
    seeds = f"{many} seed{'s' if many > 1 else ''}"
    return f"tif-cycle {program_version()}, {seeds}, scale {about['scale']:g}, tif validate"


def draw_again(folder: Path) -> list[str]:
    """Draw the figures of a validation anew from its tables; returns what failed. Errors: ResultsError."""
    results = open_validation(folder)
    with told_by_disk(folder):
        return draw({name: results.table(name) for name in results.tables}, results.manifest, folder / "figures")


def open_validation(folder: Path) -> Results:
    """The results of a validation. Errors: ResultsError if the folder is none."""
    results = open_results(folder)
    if results.manifest.get("kind") != KIND:
        raise ResultsError.at(folder.as_posix(), f"results of tif {results.manifest.get('kind')}", "a validation")
    return results


def write_page(folder: Path, page: Path) -> list[Path]:
    """Write the page of a validation folder; beside it the scorecard as a table, and the figures that it shows.

    Errors: ResultsError.
    """
    results = open_validation(folder)
    tables = {name: results.table(name) for name in results.tables}
    rows = page.with_suffix(".csv")
    with told_by_disk(page):
        copied = put_beside(page, "validation", folder / "figures", KEY_FIGURES)
        shown = "figures/validation" if copied else None
        page.write_text(page_of(tables, results.manifest, shown or "", shown, rows.name), encoding="utf-8")
        printed(tables["scorecard"]).to_csv(rows, index=False, encoding="utf-8", lineterminator="\n")
    return [page, rows, *copied]
