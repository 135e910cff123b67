"""Figures as files and as parts of a page: SVG with letters as outlines, PNG at 300 dpi, both without a date."""

from __future__ import annotations

import base64
import io
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ..plots.style import quiet_fonts

PRINT_DPI = 300
SCREEN_DPI = 100
PAGE_DPI = 150
LIGHT = 300_000  # bytes up to which a page carries the SVG; text with outlines makes pictures that are lighter as PNG
SETTINGS: dict[Any, Any] = {"svg.fonttype": "path", "svg.hashsalt": "tif-cycle"}


def svg(figure: Figure) -> bytes:
    """The figure as SVG that needs no font and gives the same bytes each time."""
    found = io.BytesIO()
    figure.set_dpi(SCREEN_DPI)
    with mpl.rc_context(SETTINGS), quiet_fonts():
        FigureCanvasSVG(figure).print_svg(found, metadata={"Date": None, "Creator": "tif-cycle"})
    return found.getvalue()


def png(figure: Figure, dpi: int) -> bytes:
    """The figure as PNG."""
    found = io.BytesIO()
    figure.set_dpi(dpi)
    with quiet_fonts():
        FigureCanvasAgg(figure).print_png(found, metadata={"Software": "tif-cycle"})
    return found.getvalue()


def inline(vector: bytes, figure: Figure) -> str:
    """A figure as an address that holds the picture itself: its SVG if that is light, else a PNG."""
    kind, image = ("svg+xml", vector) if len(vector) <= LIGHT else ("png", png(figure, PAGE_DPI))
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"
