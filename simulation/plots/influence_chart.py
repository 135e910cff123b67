"""Which factors matter for what: factors down, indicators across, strong effects in colour, luck in grey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.plots.factors import COLOURS, DUMMY, bare, factor_name, fit, manner, ranked
from simulation.plots.style import GREY, INK, Look, Style, legend_row, read_look, signed, slide, wrap
from simulation.plots.style import number as plain
from simulation.plots.tables import check_columns, check_indicators, in_order
from simulation.plots.tornado_chart import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

ROWS, COLUMNS_OF_A_SLIDE = 16, 12


def influence(table: pd.DataFrame, ids: Sequence[str] | None = None, **look: Unpack[Look]) -> Figure:
    """A map of factors and indicators: effect of the whole range in % of the mean (Morris), or total index (Sobol).

    `table` is that of `sensitivity`; `ids` are the indicators to show, up to twelve, else the first of the table.
    Factors beyond the dummy nowhere are left out, the strongest stand on top.
    Errors: UsageError for missing columns or unknown indicators.
    """
    check_columns(table, (*COLUMNS, "percent"), "sensitivity")
    chosen = list(ids if ids else in_order(table["indicator"]))[:COLUMNS_OF_A_SLIDE]
    check_indicators(chosen)
    style = read_look(look)
    rows = {indicator: ranked(table, indicator)[0].set_index("factor") for indicator in chosen}
    order, left_out = strongest(rows)
    method, blocks = str(table["method"].iloc[0]), int(table["blocks"].max())
    with style.rc():
        foot = style.word("influence_foot", left_out) if left_out else ""
        figure = slide(style, style.word("influence_title"), style.word(f"influence_{method}", blocks), foot)
        if method == "morris":
            legend_row(figure, [(style.word(key), COLOURS[key]) for key in ("raises", "lowers", "either")])
        axes = figure.add_axes((0.235, 0.1, 0.75, 0.56))
        for x, indicator in enumerate(chosen):
            top = reach(rows, method)
            for y, factor in enumerate(order):
                if factor in rows[indicator].index:
                    cell(axes, x, y, rows[indicator].loc[factor], top, method)
            luck_cell(axes, x, len(order), rows[indicator])
        name_axes(axes, rows, order, style)
    return figure


def strongest(rows: dict[str, pd.DataFrame]) -> tuple[list[str], int]:
    """Factors beyond the dummy for some indicator, strongest first, or all if there is none; how many are left out."""
    weight: dict[str, float] = {}
    for table in rows.values():
        top = max(float(table["value"].max()), 1e-300)
        for factor, row in table.iterrows():
            weight[str(factor)] = weight.get(str(factor), 0.0) + (row["value"] / top if row["beyond_noise"] else 0.0)
    weight.pop(DUMMY, None)
    strong = sorted((factor for factor in weight if weight[factor] > 0.0), key=lambda factor: -weight[factor])[:ROWS]
    strong = strong or list(weight)[:ROWS]
    return strong, len(weight) - len(strong)


def reach(rows: dict[str, pd.DataFrame], method: str) -> float:
    """The value that has the full colour: nine in ten of the strong cells lie below it."""
    if method == "sobol":
        return 100.0
    strong = [float(row["percent"]) for table in rows.values() for _, row in table.iterrows() if row["beyond_noise"]]
    return max(float(np.quantile(strong, 0.9)), 1e-9) if strong else 1.0


def shades(colour: str) -> Colormap:
    """From nearly white to a colour."""
    return LinearSegmentedColormap.from_list(colour, ["#ffffff", *sns.light_palette(colour, 3)[1:]])


def cell(axes: Axes, x: int, y: int, row: pd.Series, top: float, method: str) -> None:
    """One cell: its colour tells direction and strength, its number the strength."""
    kind = manner(row)
    strength = float(np.clip(row["percent"] / top, 0.0, 1.0))
    if kind == "below_luck":
        colour, ink = (0.957, 0.957, 0.957, 1.0), "#b5b5b5"
    else:
        palette = COLOURS["raises"] if method == "sobol" else COLOURS[kind]
        colour, ink = shades(palette)(0.12 + 0.88 * strength), "white" if strength > 0.55 else INK
    axes.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=colour, lw=0))
    value = row["percent"]
    words = (
        plain(value) if method == "sobol" or kind in ("either", "below_luck") else signed(np.copysign(value, row["mu"]))
    )
    axes.text(x, y, words if value < 1000 else ">1000", ha="center", va="center", fontsize=11, color=ink,
              fontweight="normal" if kind == "below_luck" else "bold")  # fmt: skip


def luck_cell(axes: Axes, x: int, y: int, rows: pd.DataFrame) -> None:
    """The dummy's value in the units of the other cells; it stands in the row below them."""
    first = rows.iloc[0]
    if np.isfinite(first["noise"]) and first["value"] > 0.0:
        words = plain(first["percent"] * first["noise"] / first["value"])
        axes.text(x, y, words, ha="center", va="center", fontsize=11, color=GREY, style="italic")


def name_axes(axes: Axes, rows: dict[str, pd.DataFrame], order: Sequence[str], style: Style) -> None:
    """Factors at the left, indicators above."""
    count = len(rows)
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(len(order) + 0.5, -0.5)
    axes.grid(visible=False)
    bare(axes)
    axes.set_xticks([])
    axes.set_yticks([])
    panel = axes.get_position()
    headings = []
    for x, indicator in enumerate(rows):
        heading = axes.annotate(
            wrap(style.indicator(indicator), max(11, 120 // count)), (x, 1), (0, 8),
            xycoords=("data", "axes fraction"), textcoords="offset points", ha="center", va="bottom", fontsize=11.5,
            color=INK,
        )  # fmt: skip
        room = 0.94 * axes.get_window_extent().width / count
        headings.append((heading, 11.5 * room / heading.get_window_extent().width))
    for heading, _ in headings:
        heading.set_fontsize(max(9.0, min(11.5, *(size for _, size in headings), 11.5)))
    left = (0.035 - panel.x0) / panel.width
    first = next(iter(rows.values()))
    for y, factor in enumerate(order):
        table = next((table for table in rows.values() if factor in table.index), first)
        name = axes.text(
            left, y, factor_name(table.loc[factor], style), transform=axes.get_yaxis_transform(), va="center",
            fontsize=12.5, color=INK,
        )  # fmt: skip
        fit(name, axes.get_window_extent().x0 - 8)
    axes.text(
        left, len(order), style.word("dummy"), transform=axes.get_yaxis_transform(), va="center", fontsize=12.5,
        color=GREY, style="italic",
    )  # fmt: skip
