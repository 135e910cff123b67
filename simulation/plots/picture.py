"""A slide that shows itself: a notebook draws the last figure of a cell without being asked."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DPI = 72  # 960 pixels across: the width of a page
COLOURS = 128  # a picture of a few colours is a third as large, and no eye sees it


class Slide(Figure):
    """A figure that notebooks show as a small PNG, without pyplot and without any setting."""

    def _repr_png_(self) -> bytes:
        """The slide as PNG (960 x 540 pixels); the figure stays as it is and can be saved afterwards."""
        from PIL import Image

        from .style import quiet_fonts

        drawn, picture = BytesIO(), BytesIO()
        canvas: Any = FigureCanvasAgg(self)
        with quiet_fonts():
            before = self.dpi
            self.set_dpi(DPI)
            canvas.print_png(drawn, metadata={"Software": None})
            self.set_dpi(before)
        with Image.open(drawn) as whole:
            few = whole.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(picture, "PNG", optimize=True)
        return picture.getvalue()
