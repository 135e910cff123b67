"""The posterior of a calibration in pairs: which parameters can stand in for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.figure import Figure

from simulation.plots.style import GREY, INK, Look, read_look, slide, wrap
from simulation.plots.tables import check_columns

if TYPE_CHECKING:
    import pandas as pd

MOST = 6
DOT = "#0173b2"


def pairs(draws: pd.DataFrame, fitted: pd.DataFrame, **look: Unpack[Look]) -> Figure:
    """Draws of the six best known parameters against each other; correlations stand above the diagonal.

    draws, fitted: tables of a calibration. Errors: UsageError for a missing column.
    """
    check_columns(fitted, ("parameter", "label_en", "label_zh", "range_low", "range_high"), "fitted")
    chosen = fitted.head(MOST).set_index("parameter")
    check_columns(draws, tuple(chosen.index), "draws")
    style = read_look(look)
    with style.rc():
        figure = slide(style, style.word("pairs_title"), style.word("pairs_key", len(draws)))
        count = len(chosen)
        left, bottom, width, height = 0.13, 0.13, 0.84 / count, 0.68 / count
        for i, row in enumerate(chosen.index):
            for j, column in enumerate(chosen.index):
                place = (left + j * width, bottom + (count - 1 - i) * height, 0.92 * width, 0.88 * height)
                axes = figure.add_axes(place)
                axes.grid(visible=False)
                axes.set_xticks([])
                axes.set_yticks([])
                x, y = draws[column].to_numpy(), draws[row].to_numpy()
                if i == j:
                    ends = chosen.loc[row, ["range_low", "range_high"]].to_numpy(dtype=float)
                    axes.hist(x, bins=list(np.linspace(ends[0], ends[1], 25)), color=DOT)
                elif i > j:
                    axes.plot(x, y, ".", color=DOT, ms=3, alpha=0.6)
                    axes.set_xlim(*chosen.loc[column, ["range_low", "range_high"]])
                    axes.set_ylim(*chosen.loc[row, ["range_low", "range_high"]])
                else:
                    axes.axis("off")
                    r = float(np.corrcoef(x, y)[0, 1])
                    strong = abs(r) >= 0.3
                    axes.text(0.5, 0.5, f"{r:+.2f}".replace("-", "\N{MINUS SIGN}"), ha="center", va="center",
                              fontsize=16 if strong else 12, color=INK if strong else GREY)  # fmt: skip
                if j == 0:
                    name = wrap(str(chosen.loc[row, f"label_{style.language}"]), 16)
                    axes.set_ylabel(name, fontsize=11, rotation=0, ha="right", va="center", labelpad=6)
                if i == count - 1:
                    axes.set_xlabel(wrap(str(chosen.loc[column, f"label_{style.language}"]), 20), fontsize=11)
    return figure
