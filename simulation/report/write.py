"""Writing a report beside its results: report.html and brief/, both whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from ..errors import ResultsError
from ..experiments.progress import meter
from ..experiments.results import write_csv
from ..experiments.store import building, told_by_disk
from .basis import changed
from .drawings import Drawing, drawings_of
from .findings import findings_text
from .material import Material, open_material
from .methods import methods_text
from .page import MARK, page
from .pictures import PRINT_DPI, inline, png, svg
from .sheets import Sheet, sheets_of
from .sources import bibliography, used

PAGE, BRIEF, PART, OLD = "report.html", "brief", ".report.part", ".report.old"
OURS = "methods.md"  # a brief of ours has this file


def write_report(folder: str | os.PathLike[str], out: str | os.PathLike[str] | None = None, quiet: bool = True) -> Path:
    """Write report.html and brief/ for a results folder, into it or into `out`; returns the path of the page.

    An earlier report is replaced, anything else in the way is refused. Errors: ResultsError, and nothing is left.
    """
    material = open_material(Path(folder))
    target = Path(out) if out is not None else Path(folder)
    with told_by_disk(target):
        refuse_strangers(target)
    with meter(steps_of(material), "Writing", quiet) as told, building(target, PART) as part:
        fill(material, part, told.advance)
        move(part, target)
    return target / PAGE


def steps_of(material: Material) -> float:
    """Parts of the work, of about the same length."""
    return 3.0 if material.kind == "sweep" else 3.0 + 6.0


def refuse_strangers(target: Path) -> None:
    """Refuse to write over what is no report. Errors: ResultsError."""
    if os.path.lexists(target) and not target.is_dir():
        raise ResultsError.at(target.as_posix(), "a file", "a folder, or a name that is free")
    html, brief = target / PAGE, target / BRIEF
    if os.path.lexists(html) and MARK not in html.read_text(encoding="utf-8", errors="replace")[:600]:
        raise ResultsError.at(html.as_posix(), "a file that is no report of tif", "a free name", "", "choose --out")
    if os.path.lexists(brief) and not (brief / OURS).is_file() and (not brief.is_dir() or any(brief.iterdir())):
        raise ResultsError.at(brief.as_posix(), "something that is no brief of tif", "a free name", "", "choose --out")


def move(part: Path, target: Path) -> None:
    """Put page and brief in place of earlier ones, which come back if that fails."""
    old = target / OLD
    shutil.rmtree(old, ignore_errors=True)
    old.mkdir()
    put: list[str] = []
    try:
        for name in (BRIEF, PAGE):
            if (target / name).exists():
                (target / name).replace(old / name)
            put.append(name)
            (part / name).replace(target / name)
    except OSError:
        for name in put:
            if (old / name).exists():
                if (target / name).is_dir():
                    shutil.rmtree(target / name)
                (old / name).replace(target / name)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def fill(material: Material, part: Path, advance: Callable[[float], None]) -> None:
    """Make everything in the folder `part`."""
    brief = part / BRIEF
    (brief / "figures").mkdir(parents=True)
    (brief / "tables").mkdir()
    drawings = drawings_of(material)
    advance(1.0)
    images: dict[str, str] = {}
    for drawing in drawings.made:
        images[drawing.name] = write_figure(drawing, brief / "figures")
        advance(6.0 / len(drawings.made))
    sheets = sheets_of(material)
    for sheet in sheets.values():
        write_sheet(sheet, brief / "tables")
    advance(1.0)
    sources = used(material, changed(material))
    write_text(brief / "references.bib", bibliography(sources))
    write_text(brief / "methods.md", methods_text(material))
    write_text(brief / "captions.md", captions(drawings.made, drawings.missing))
    if material.kind == "compare":
        write_text(brief / "findings.md", findings_text(material))
    write_text(part / PAGE, page(material, drawings, images, sheets, sources))
    advance(1.0)


def write_figure(drawing: Drawing, folder: Path) -> str:
    """SVG, PNG at 300 dpi, caption and the table it is drawn from; returns the picture as a page carries it."""
    figure = drawing.figure or drawing.draw(drawing.table)
    image = svg(figure)
    (folder / f"{drawing.name}.svg").write_bytes(image)
    (folder / f"{drawing.name}.png").write_bytes(png(figure, PRINT_DPI))
    write_text(folder / f"{drawing.name}.txt", f"{drawing.title}. {drawing.caption}\n")
    write_csv(drawing.table, folder / f"{drawing.name}.csv")
    carried = inline(image, figure)
    figure.clear()
    return carried


def write_sheet(sheet: Sheet, folder: Path) -> None:
    """A table as CSV with all its digits and as Markdown for people."""
    write_csv(sheet.data, folder / f"{sheet.name}.csv")
    write_text(folder / f"{sheet.name}.md", sheet.markdown())


def captions(drawings: list[Drawing], missing: list[str]) -> str:
    """captions.md: every figure with its files and caption."""
    parts = ["# Figures"]
    for one in drawings:
        files = f"`figures/{one.name}.svg`, `.png` (300 dpi), drawn from `figures/{one.name}.csv`"
        parts.append(f"## {one.title}\n\n{one.caption}\n\n{files}")
    return "\n\n".join([*parts, *missing]) + "\n"


def write_text(path: Path, text: str) -> None:
    """A text file in UTF-8 with plain line ends on every system."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
