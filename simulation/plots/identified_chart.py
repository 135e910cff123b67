"""Which moment says something about which parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.figure import Figure

from simulation.plots.style import INK, Look, read_look, slide
from simulation.plots.tables import check_columns

if TYPE_CHECKING:
    import pandas as pd

LEAST = 2.0  # points that are written into a cell


def identified(lost: pd.DataFrame, fitted: pd.DataFrame, moments: pd.DataFrame, **look: Unpack[Look]) -> Figure:
    """A map of parameters and moments: how much wider the posterior of a parameter is without the moment, in points.

    lost, fitted, moments: the tables `identified`, `fitted` and `moments` of a calibration. Errors: UsageError for a
    missing column.
    """
    check_columns(lost, ("parameter", "moment", "lost"), "identified")
    style = read_look(look)
    name = f"label_{style.language}"
    columns, rows = fitted.set_index("parameter")[name], moments.set_index("moment")[name]
    table = lost.pivot_table(index="moment", columns="parameter", values="lost").loc[rows.index, columns.index]
    with style.rc():
        figure = slide(style, style.word("identified_title"), style.word("identified_key"))
        axes = figure.add_axes((0.36, 0.08, 0.52, 0.58))
        axes.grid(visible=False)
        shown = np.clip(100.0 * table.to_numpy(), 0.0, None)
        top = max(10.0, float(shown.max()))
        axes.imshow(shown, aspect="auto", cmap="Blues", vmin=0.0, vmax=top)
        for (y, x), value in np.ndenumerate(shown):
            if value >= LEAST:
                ink = "white" if value > 0.55 * top else INK
                axes.text(x, y, f"{value:.0f}", ha="center", va="center", fontsize=11, color=ink)
        axes.set_yticks(range(len(rows)), list(rows), fontsize=11.5)
        axes.xaxis.tick_top()
        axes.set_xticks(range(len(columns)), list(columns), fontsize=11, rotation=35, ha="left", rotation_mode="anchor")
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
    return figure
