"""The money cycle as a picture: who paid whom over a year, in ribbons as wide as the amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Unpack

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from simulation.errors import UsageError
from simulation.plots.money_flows import VENTURE, Flow, flows_of_year
from simulation.plots.money_layout import ACROSS, BAR, LEFT, RIGHT, Ribbon, arrange, centre_line, outline
from simulation.plots.style import GREY, INK, Look, Style, legend_row, number, read_look, slide

if TYPE_CHECKING:
    import pandas as pd

PALETTE = sns.color_palette("colorblind").as_hex()
COLOURS = {
    "money_in": PALETTE[0], "money_back": PALETTE[1], "money_credit": PALETTE[4], "money_support": PALETTE[2],
    "money_tax": "#8c8c8c", "money_other": PALETTE[5],
}  # fmt: skip
OVER: dict[str, Any] = {"zorder": 8, "path_effects": [withStroke(linewidth=3, foreground="white")]}
LABELLED = 16


def money_cycle(flows: pd.DataFrame, year: int, *, codes: Iterable[str] = VENTURE, **look: Unpack[Look]) -> Figure:
    """Who paid whom in a year: sectors as bars, flows as ribbons as wide as the amount.

    `flows` has columns quarter (2021Q1 = 0), code, payer, payee and amount (CNY bn), of one scenario; with a column
    seed the picture is the mean of the runs. `codes` are the ledger codes to show, by default the venture cycle.

    Errors: UsageError for missing columns, several scenarios, an unknown sector or a year without such flows.
    """
    everything = flows_of_year(flows, year, codes)
    drawn, small, inside = sift(everything)
    if not drawn:
        raise UsageError.at("figure money_cycle", f"no money moved between sectors in {year}")
    style = read_look(look)
    with style.rc():
        key = f"{style.word('money_key')} {style.word('money_net')}"
        figure = slide(style, title_of(flows, year, style), key, foot(small, inside, style))
        kinds = [kind for kind in COLOURS if any(flow.kind == kind for flow in drawn)]
        legend_row(figure, [(style.word(kind), COLOURS[kind]) for kind in kinds])
        axes = figure.add_axes((0.02, 0.085, 0.96, 0.72), xlim=(0, 16), ylim=(-0.2, 9.2), frameon=False)
        axes.set_axis_off()
        draw(axes, drawn, style)
    return figure


def title_of(flows: pd.DataFrame, year: int, style: Style) -> str:
    """The year, and the scenario if the table names one."""
    if "scenario" not in flows.columns:
        return style.word("money_title", year)
    return style.word("money_title_of", year, style.name(str(flows["scenario"].iloc[0])))


def sift(flows: Sequence[Flow]) -> tuple[list[Flow], list[Flow], float]:
    """Flows worth drawing (from three thousandths of the sum), those too small, the sum inside sectors."""
    between = [flow for flow in flows if flow.payer != flow.payee and flow.amount > 0]
    floor = 0.003 * sum(flow.amount for flow in between)
    inside = sum(flow.amount for flow in flows if flow.payer == flow.payee)
    return (
        [flow for flow in between if flow.amount >= floor],
        [flow for flow in between if flow.amount < floor],
        inside,
    )


def foot(small: Sequence[Flow], inside: float, style: Style) -> str:
    """What is not drawn."""
    parts = []
    if small:
        parts.append(style.word("money_small", len(small), number(sum(flow.amount for flow in small))))
    if inside > 0:
        parts.append(style.word("money_inside", number(inside)))
    return style.word("money_not_drawn", "; ".join(parts)) if parts else ""


def draw(axes: Axes, flows: Sequence[Flow], style: Style) -> None:
    """Ribbons, bars, names and the labels of the largest flows."""
    layout = arrange(flows)
    largest_first = sorted(layout.ribbons, key=lambda ribbon: -ribbon.width)
    for ribbon in largest_first:
        colour = COLOURS[ribbon.flow.kind]
        axes.add_patch(Polygon(outline(ribbon), closed=True, fc=colour, ec="white", lw=0.6, alpha=0.75))
    taken = []
    for sector, y in layout.middle.items():
        height = layout.height[sector]
        axes.add_patch(Rectangle((ACROSS[sector] - BAR / 2, y - height / 2), BAR, height, fc=INK, ec="none", zorder=5))
        taken.append(name_sector(axes, sector, y, height, flows, style))
    for ribbon in largest_first[:LABELLED]:
        label(axes, ribbon, taken, style)


def name_sector(axes: Axes, sector: str, y: float, height: float, flows: Sequence[Flow], style: Style) -> Bbox:
    """The name of a sector beside its bar with what it pays and gets; returns the room the words take."""
    paid = sum(flow.amount for flow in flows if flow.payer == sector)
    got = sum(flow.amount for flow in flows if flow.payee == sector)
    x = ACROSS[sector]
    if sector in LEFT or sector in RIGHT:
        side = "right" if sector in LEFT else "left"
        x, y = x + (-0.2 if sector in LEFT else 0.2), y + 0.05
    else:
        side = "center"
        lines = style.word(sector).count("\n") + 1
        y = y + height / 2 + 0.35 if sector == "market" else y - height / 2 - 0.08 - 0.3 * lines
    name = axes.text(x, y, style.word(sector), ha=side, va="bottom", fontsize=14, fontweight="bold", **OVER)
    both = style.word("money_both", number(paid), number(got))
    sums = axes.text(x, y - 0.05, both, ha=side, va="top", fontsize=10, color=GREY, **OVER)
    return Bbox.union([name.get_window_extent(), sums.get_window_extent()])


def label(axes: Axes, ribbon: Ribbon, taken: list[Bbox], style: Style) -> None:
    """Name and amount on a ribbon, where they hit nothing that is already written; `taken` grows by their room."""
    line = centre_line(ribbon)
    words = f"{style.said(ribbon.flow.label)} {number(ribbon.flow.amount)}"
    text = axes.text(0, 0, words, ha="center", va="center", fontsize=11, **OVER)
    best = None
    for part in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82):
        text.set_position(tuple(line[int(part * (len(line) - 1))]))
        box = text.get_window_extent().padded(2)
        hit = sum(overlap(box, other) for other in taken)
        if best is None or hit < best[0]:
            best = (hit, text.get_position(), box)
        if hit == 0:
            break
    if best is not None:
        text.set_position(best[1])
        taken.append(best[2])


def overlap(one: Bbox, other: Bbox) -> float:
    """The area two boxes share (square pixels)."""
    shared = Bbox.intersection(one, other)
    return 0.0 if shared is None else float(shared.width * shared.height)
