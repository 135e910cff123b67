"""The figures of a report: each with its caption and the very table it is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import plots
from ..errors import UserError
from ..experiments.figures import OVER_TIME, STEPS
from ..scenario.parameter import label
from .material import Material

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MOST_MONEY_PICTURES = 4
EXITS = ("ipo", "acquisition", "secondary", "redemption", "inkind", "writeoff")
RUN = ["scenario", "seed", "quarter", "date"]
FLOWS = ["line", "code", "payer", "payee", "amount"]
COUNTED = (
    "A step counts an enterprise once, at its first time; numbers are a year, for the whole country. "
    "Events are kept for {detail} of {seeds} seeds."
)


@dataclass(frozen=True)
class Drawing:
    """A figure still to be drawn: `draw(table)` makes it, and the table alone is enough to make it again."""

    name: str
    title: str
    caption: str
    table: pd.DataFrame
    draw: Callable[[pd.DataFrame], Figure] = field(compare=False)
    figure: Figure | None = field(default=None, compare=False)


@dataclass
class Drawings:
    """Figures that can be drawn, and in `missing` a sentence for each that cannot."""

    made: list[Drawing] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, name: str, make: Callable[[], Drawing]) -> None:
        """Add a figure if its table can be had and drawn; a report is not lost for a picture."""
        try:
            drawing = make()
            figure = drawing.draw(drawing.table)
        except UserError as error:
            self.missing.append(f"The figure {name.replace('_', ' ')} is not drawn: {error.faults[0].found}.")
        else:
            self.made.append(replace(drawing, figure=figure))


def drawings_of(material: Material) -> Drawings:
    """All figures of a run or a comparison, in the order in which they are read."""
    drawings = Drawings()
    if material.kind == "sweep":
        return drawings
    if material.kind == "compare" and len(material.seeds) > 1:
        drawings.add("effects", lambda: effects(material))
    drawings.add("over_time", lambda: over_time(material))
    drawings.add("exits", lambda: exits(material))
    if material.has("events"):
        drawings.add("funnel", lambda: funnel(material))
    if material.quarters >= 4:
        for place, name in enumerate(material.names[:MOST_MONEY_PICTURES]):
            drawings.add(f"money_cycle_{place + 1}", partial(money, material, name, place))
    return drawings


def _drawing(material: Material, name: str, title: str, caption: str, table: pd.DataFrame, make: Callable[..., Any],
             **more: Any) -> Drawing:  # fmt: skip
    """A drawing in the look of the report; stamps go in front of the caption."""
    stamp = "".join(f"{word}. " for word in material.stamps)
    luck = f" {material.seeds_in_words[:1].upper()}{material.seeds_in_words[1:]}, scale {material.scale:g}."
    return Drawing(name, title, f"{stamp}{caption}{luck}", table, lambda data: make(data, **more, **material.look))


def effects(material: Material) -> Drawing:
    """What each policy changes, in % of the baseline."""
    caption = (
        f"Change of each indicator against {material.called(material.names[0]).lower()} over {material.window}, "
        "in % of the baseline: mean of the paired differences over seeds (dot) and 95 % interval (bar). "
        "Hollow dots: the interval includes zero."
    )
    return _drawing(material, "effects", "What the policies change", caption, material.effects, plots.effects)


def over_time(material: Material) -> Drawing:
    """Main indicators over time."""
    ids = [name for name in OVER_TIME if material.indicators[name].notna().any()]
    caption = (
        "Median over seeds (line), middle half (dark band) and middle nine tenths (pale band) of the runs. "
        "Flows are sums and ratios means of the last four quarters. Dotted line: the policies begin to differ."
    )
    return _drawing(
        material, "over_time", "Main indicators over time", caption, material.indicators[[*RUN, *ids]],
        lambda data, **look: plots.fan(data, [name for name in ids if name in data], **look),
        parts_at=material.manifest.get("policies_part_at"),
    )  # fmt: skip


def exits(material: Material) -> Drawing:
    """Exits by channel and year."""
    columns = [f"exits_{channel}" for channel in EXITS if f"exits_{channel}" in material.indicators]
    caption = "Enterprises whose investors left, by channel and year: means over seeds; write-offs hang below."
    return _drawing(
        material, "exits", "Exits by channel", caption, material.indicators[[*RUN, *columns]], plots.exits,
        parts_at=material.manifest.get("policies_part_at"),
    )  # fmt: skip


def funnel(material: Material) -> Drawing:
    """From project to exit."""
    wanted = ", ".join(f"'{label('event_kind', kind)}'" for kind in STEPS)
    events = material.results.sql(
        "select scenario, seed, quarter, kind, enterprise, amount, note from events "
        f"where kind in ({wanted}) order by scenario, seed, quarter, enterprise, kind, note"
    )
    order = {name: place for place, name in enumerate(material.names)}
    events = events.sort_values("scenario", key=lambda names: names.map(order), kind="stable")
    counts = plots.funnel_counts(events, scale=material.scale, since=material.span[0])
    caption = f"Enterprises that pass each step from project to exit, from {material.window[:6]} on. " + COUNTED.format(
        detail=events["seed"].nunique(), seeds=len(material.seeds)
    )
    return _drawing(material, "funnel", "From project to exit", caption, counts, plots.funnel)


def money(material: Material, name: str, place: int) -> Drawing:
    """Who paid whom in the last whole year of one scenario."""
    year = 2021 + material.quarters // 4 - 1
    flows = material.results.sql(
        f"select {', '.join(FLOWS)} from flows where scenario = '{name.replace(chr(39), chr(39) * 2)}' "
        f"and quarter // 4 = {year - 2021} order by seed, quarter, line, payer, payee"
    )
    paid = flows.groupby(["line", "code", "payer", "payee"], sort=True)["amount"].sum() / len(material.seeds)
    table = paid.reset_index().assign(year=year, quarter=4 * (year - 2021))
    title = f"The money cycle in {year}: {material.called(name)}"
    caption = (
        f"Who paid whom in {year}, CNY bn, under {material.called(name).lower()}: means over seeds; "
        "ribbons as wide as the amounts."
    )

    def picture(data: pd.DataFrame, **look: Any) -> Figure:
        return plots.money_cycle(data, year, title=title, **look)

    return _drawing(material, f"money_cycle_{place + 1}", title, caption, table, picture)


def money_pictures(drawings: Iterable[Drawing]) -> tuple[list[Drawing], list[Drawing]]:
    """Money-cycle pictures, and all others."""
    found = list(drawings)
    cycle = [one for one in found if one.name.startswith("money_cycle")]
    return cycle, [one for one in found if one not in cycle]
