"""A box: the ranges of factors in which an outcome is frequent, and the runs inside and outside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.errors import UsageError
from simulation.plots.factors import bare, factor_name, fit
from simulation.plots.style import GREY, INK, Look, Style, legend_row, number, read_look, slide, wrap
from simulation.plots.tables import check_columns

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "outcome", "box", "factor", "factor_label", "factor_label_zh", "factor_unit", "from", "to", "range_from",
    "range_to", "coverage", "density", "base_rate", "runs", "cases", "held_out_coverage", "held_out_density",
)  # fmt: skip
YES, NO = "#d55e00", "#9fb4c4"
ROOM = 8


def box(boxes: pd.DataFrame, cases: pd.DataFrame, number_: int = 1, **look: Unpack[Look]) -> Figure:
    """One box of `discover`: its ranges as bars, and the runs over its two most important factors.

    `boxes` and `cases` are the tables of that name. Errors: UsageError for missing columns or no such box.
    """
    check_columns(boxes, COLUMNS, "boxes")
    rows = boxes[boxes["box"] == number_]
    if rows.empty:
        raise UsageError.at("figure box", f"no box {number_}", f"1 to {int(boxes['box'].max())}")
    check_columns(cases, ("point", "occurred", *rows["factor"].head(2)), "cases")
    style, one = read_look(look), rows.iloc[0]
    with style.rc():
        figure = slide(style, title(one, style), *texts(one, style))
        fit(figure.texts[0], 0.975 * figure.bbox.width)
        bars(figure.add_axes((0.05, 0.15, 0.4, 0.58)), rows.head(ROOM), style)
        axes = figure.add_axes((0.56, 0.19, 0.41, 0.57))
        if len(rows) > 1:
            legend_row(figure, [(style.word("box_occurs"), YES), (style.word("box_not"), NO)])
            plane(axes, rows, cases, style)
        else:
            line(axes, rows.iloc[0], cases, style)
    return figure


def title(one: pd.Series, style: Style) -> str:
    """The outcome, short enough for a slide."""
    words = str(one["outcome"]).partition(":")[0]
    return style.word("box_title", words)


def texts(one: pd.Series, style: Style) -> tuple[str, str]:
    """How good the box is, on the runs it was found on and on others; and the outcome in full where it is longer."""
    shares = [f"{100 * one[key]:.0f}" for key in ("density", "base_rate", "coverage")]
    key = style.word("box_key", int(one["cases"]), int(one["runs"]), *shares)
    told = str(one["outcome"]).partition(":")[2].strip()
    told = f"{told[:1].upper()}{told[1:]}.\n" if told else ""
    if not np.isfinite(one["held_out_density"]):
        return key, told.strip()
    outside = (f"{100 * one[f'held_out_{name}']:.0f}" for name in ("density", "coverage"))
    lead, left = one["density"] - one["base_rate"], one["held_out_density"] - one["base_rate"]
    lucky = style.word("box_luck") if left < 0.5 * lead else ""
    return key, f"{told}{style.word('box_outside', *outside)} {lucky}".strip()


def bars(axes: Axes, rows: pd.DataFrame, style: Style) -> None:
    """The range of every limited factor as a pale bar, the part inside the box in colour, with its ends."""
    for height, (_, row) in zip(range(0, -len(rows), -1), rows.iterrows(), strict=True):
        whole = row["range_to"] - row["range_from"]
        ends = [(row[end] - row["range_from"]) / whole for end in ("from", "to")]
        axes.barh(height, 1, 0.2, color="#e3e3e3", zorder=1)
        axes.barh(height, ends[1] - ends[0], 0.2, left=ends[0], color=YES, zorder=2)
        name = axes.text(0, height + 0.2, factor_name(row, style), fontsize=14, fontweight="bold", color=INK)
        fit(name, axes.get_window_extent().x1)
        unit = style.unit(str(row["factor_unit"]).removeprefix("count"))
        axes.text(1, height + 0.2, unit, fontsize=11.5, color=GREY, ha="right")
        for end, place, side in (("from", ends[0], "left"), ("to", ends[1], "right")):
            edge = row[end] in (row["range_from"], row["range_to"])
            where = 0.0 if edge and end == "from" else 1.0 if edge else place
            flip = {"left": "right", "right": "left"} if ends[1] - ends[0] < 0.3 and not edge else {}
            axes.text(
                where, height - 0.3, number(float(row[end])), fontsize=11.5, va="center",
                ha=flip.get(side, side), color=GREY if edge else YES, fontweight="normal" if edge else "bold",
            )  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_ylim(-max(len(rows), 4) + 0.35, 0.75)
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_yticks([])
    bare(axes)
    axes.set_title(style.word("box_ranges"), loc="left", fontsize=12, color=GREY, pad=10)


def plane(axes: Axes, rows: pd.DataFrame, cases: pd.DataFrame, style: Style) -> None:
    """Points over the two factors that matter most: the fuller the circle, the more of its runs show the outcome."""
    one, two = rows.iloc[0], rows.iloc[1]
    x, y = str(one["factor"]), str(two["factor"])
    points = cases.groupby("point").agg({x: "first", y: "first", "occurred": "mean"})
    points = points.groupby([x, y], as_index=False).mean() if points.duplicated([x, y]).any() else points
    pad: list[Rectangle] = [
        Rectangle((one["from"], two["from"]), one["to"] - one["from"], two["to"] - two["from"], fc="#fbe3d3", ec="none",
                  zorder=1),
        Rectangle((one["from"], two["from"]), one["to"] - one["from"], two["to"] - two["from"], fc="none", ec=YES,
                  lw=2.2, zorder=2, clip_on=False),
    ]  # fmt: skip
    for patch in pad:
        axes.add_patch(patch)
    for share, colour in ((points["occurred"] < 0.5, NO), (points["occurred"] >= 0.5, YES)):
        part = points[share]
        axes.scatter(part[x], part[y], s=46, color=colour, edgecolor="white", lw=0.7, zorder=3, clip_on=False)
    dress(axes, one, two, style)


def line(axes: Axes, one: pd.Series, cases: pd.DataFrame, style: Style) -> None:
    """With a single factor: the share of runs that show the outcome, along it."""
    import pandas as pd

    x = str(one["factor"])
    bins: Any = np.unique(np.quantile(cases[x], np.linspace(0, 1, 11)))
    if cases[x].nunique() > 12:
        group = pd.cut(cases[x], bins, include_lowest=True)
        shares = cases.groupby(group, observed=True).agg({x: "mean", "occurred": "mean"})
    else:
        shares = cases.groupby(x).agg({"occurred": "mean"}).reset_index()
    axes.axvspan(one["from"], one["to"], color="#fbe3d3", lw=0, zorder=0)
    axes.plot(shares[x], 100 * shares["occurred"], "o-", color=YES, lw=2.4, ms=8, clip_on=False)
    axes.set_ylim(0, 100)
    axes.set_ylabel(style.word("box_share"))
    axes.set_xlabel(axis_name(one, style))
    axes.set_xlim(one["range_from"], one["range_to"])
    bare(axes)


def dress(axes: Axes, one: pd.Series, two: pd.Series, style: Style) -> None:
    """Axes named by label and unit."""
    for ends, row in ((axes.set_xlim, one), (axes.set_ylim, two)):
        room = 0.03 * (row["range_to"] - row["range_from"])
        ends(row["range_from"] - room, row["range_to"] + room)
    axes.set_xlabel(axis_name(one, style), color=INK)
    axes.set_ylabel(axis_name(two, style), color=INK)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: number(value))
    bare(axes)


def axis_name(row: pd.Series, style: Style) -> str:
    """Label and unit of a factor."""
    unit = str(row["factor_unit"])
    name = factor_name(row, style)
    return wrap(f"{name} ({style.unit(unit)})" if unit not in ("", "count") else name, 60)
