"""Write figures to files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from simulation.plots.style import quiet_fonts

DPI = 160


def save(figures: Mapping[str, Figure], folder: Path | str) -> list[Path]:
    """Write each figure to `<folder>/<name>.png` (2133 x 1200 pixels) and forget what it drew.

    The folder is made if it is not there. Returns the paths in the order of `figures`. Errors: OSError when the
    folder cannot be written; the caller tells the user.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return [write(figure, folder / f"{name}.png") for name, figure in figures.items()]


def write(figure: Figure, path: Path) -> Path:
    """Write one figure as PNG without a date in it, so that the same figure gives the same bytes."""
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    with quiet_fonts(), path.open("wb") as file:
        canvas.print_png(file, metadata={"Software": "tif-cycle"})
    figure.clear()
    return path
