"""Where the bars and ribbons of the money picture stand: heights in proportion to amounts, bars never overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from simulation.plots.money_flows import Flow

Lane = frozenset[str]
Part = str | Lane  # a bar, or the lane in which ribbons between two sectors pass others

# How far right each sector stands (of 16): who provides money at the left, who uses it at the right.
ACROSS = {
    "households": 2.3, "local": 2.3, "central": 2.3, "funds": 6.6, "banks": 8.3, "insurers": 10.0, "market": 10.0,
    "rest": 8.3, "enterprises": 13.6,
}  # fmt: skip
# The columns from the top, with the gap below each part.
LEFT: dict[Part, float] = {"households": 0.5, "local": 0.5, "central": 0.0}
MIDDLE: dict[Part, float] = {
    "market": 0.2, Lane({"households", "enterprises"}): 0.2, "funds": 0.75, "insurers": 0.7, "banks": 0.75,
    Lane({"local", "enterprises"}): 0.15, Lane({"central", "enterprises"}): 0.15, "rest": 0.0,
}  # fmt: skip
RIGHT: dict[Part, float] = {"enterprises": 0.0}
LANE_ENDS = (5.6, 10.8)
TOP, BOTTOM, THINNEST = 8.5, 0.7, 0.025  # below the bottom stands the name of the lowest bar
BAR, HEAD = 0.16, 0.24


@dataclass
class Ribbon:
    """A flow with its width and the heights at which it touches its two bars and passes its lane."""

    flow: Flow
    width: float
    at: dict[Part, float] = field(default_factory=dict)

    @property
    def lane(self) -> Lane:
        """The pair of sectors it joins."""
        return Lane({self.flow.payer, self.flow.payee})


@dataclass(frozen=True)
class Layout:
    """The ribbons, and for every sector in the picture the middle and the height of its bar."""

    ribbons: list[Ribbon]
    middle: dict[str, float]
    height: dict[str, float]


def arrange(flows: Sequence[Flow]) -> Layout:
    """Place every bar and ribbon at the largest scale at which all three columns fit on the slide."""
    columns = (LEFT, MIDDLE, RIGHT)
    amounts = {part: amount_at(flows, part) for column in columns for part in column}
    used = [{part: gap for part, gap in column.items() if amounts[part] > 0} for column in columns]
    per_bn = min(scale(column, amounts) for column in used if column)
    places = {part: y for column in used for part, y in stack(column, amounts, per_bn).items()}
    ribbons = [Ribbon(flow, max(per_bn * flow.amount, THINNEST)) for flow in flows]
    for part, y in places.items():
        share_out(ribbons, part, y)
    bars = [part for part in places if isinstance(part, str)]
    return Layout(ribbons, {bar: places[bar] for bar in bars}, {bar: height_of(ribbons, bar) for bar in bars})


def height_of(ribbons: Sequence[Ribbon], bar: str) -> float:
    """The height of a bar: the widths of all ribbons on its fuller side."""
    return max(sum(ribbon.width for ribbon in ribbons if side_of(ribbon.flow, bar) == side) for side in (-1, 1))


def amount_at(flows: Sequence[Flow], part: Part) -> float:
    """CNY bn that a bar has on its fuller side, or that pass a lane."""
    return max(sum(flow.amount for flow in flows if side_of(flow, part) == side) for side in (-1, 1))


def side_of(flow: Flow, part: Part) -> int:
    """Whether a flow touches a bar on its left (-1) or right (1) side or passes a lane (1); 0 if neither."""
    ends = {flow.payer, flow.payee}
    if isinstance(part, frozenset):
        return int(ends == part)
    if part not in ends:
        return 0
    other = flow.payee if part == flow.payer else flow.payer
    return 1 if ACROSS[other] > ACROSS[part] else -1


def scale(column: Mapping[Part, float], amounts: Mapping[Part, float]) -> float:
    """Slide units per CNY bn at which a column fills its height."""
    gaps = sum(list(column.values())[:-1])
    return (TOP - BOTTOM - gaps) / sum(amounts[part] for part in column)


def stack(column: Mapping[Part, float], amounts: Mapping[Part, float], per_bn: float) -> dict[Part, float]:
    """The middle of every part of a column; what the scale leaves free widens the gaps evenly."""
    free = TOP - BOTTOM - sum(list(column.values())[:-1]) - per_bn * sum(amounts[part] for part in column)
    extra = free / (len(column) + 1)
    places, top = {}, TOP - extra
    for part, gap in column.items():
        places[part] = top - per_bn * amounts[part] / 2
        top -= per_bn * amounts[part] + gap + extra
    return places


def share_out(ribbons: Sequence[Ribbon], part: Part, middle: float) -> None:
    """Give every ribbon its height on both sides of a bar or in a lane, without crossings where it can be."""
    for side in (-1, 1):
        mine = [ribbon for ribbon in ribbons if side_of(ribbon.flow, part) == side]
        mine.sort(key=lambda ribbon: order(ribbon, part))
        top = middle + sum(ribbon.width for ribbon in mine) / 2
        for ribbon in mine:
            ribbon.at[part] = top - ribbon.width / 2
            top -= ribbon.width


def order(ribbon: Ribbon, part: Part) -> tuple[int, bool, float]:
    """The order on a bar from the top: by the part the ribbon comes from, what flows to the right before the rest."""
    flow = ribbon.flow
    other = flow.payee if part == flow.payer else flow.payer
    parts = [*MIDDLE] if ribbon.lane in MIDDLE or other in MIDDLE else [*LEFT, *RIGHT]
    rank = parts.index(ribbon.lane if ribbon.lane in MIDDLE else other)
    return rank, ACROSS[flow.payee] < ACROSS[flow.payer], -ribbon.width


def outline(ribbon: Ribbon) -> np.ndarray:
    """The points around a ribbon: upper edge, a point at the payee's bar, lower edge; shape (points, 2)."""
    line, half = centre_line(ribbon), ribbon.width / 2
    tip = line[-1]
    body = line[np.abs(line[:, 0] - tip[0]) >= min(HEAD, ribbon.width)]
    edge = np.array([0.0, half])
    return np.vstack([body + edge, [tip], body[::-1] - edge])


def centre_line(ribbon: Ribbon) -> np.ndarray:
    """The middle of a ribbon from payer to payee: cubic pieces that leave and arrive level; shape (points, 2)."""
    payer, payee = ribbon.flow.payer, ribbon.flow.payee
    towards = np.sign(ACROSS[payee] - ACROSS[payer])
    points = [(ACROSS[payer] + towards * BAR / 2, ribbon.at[payer])]
    if ribbon.lane in ribbon.at:
        points += [(x, ribbon.at[ribbon.lane]) for x in LANE_ENDS[:: int(towards)]]
    points.append((ACROSS[payee] - towards * BAR / 2, ribbon.at[payee]))
    return np.vstack([cubic(start, end) for start, end in pairwise(points)])


def cubic(start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """A Bezier curve with level ends, 60 points: B(t) = (1-t)^3 A + 3 (1-t)^2 t P + 3 (1-t) t^2 Q + t^3 E.

    A and E are the ends; P and Q stand half-way between them, at the heights of A and of E.
    """
    t = np.linspace(0, 1, 60)[:, None]
    half = (start[0] + end[0]) / 2
    a, p, q, e = (np.array(point) for point in (start, (half, start[1]), (half, end[1]), end))
    return np.asarray((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * p + 3 * (1 - t) * t**2 * q + t**3 * e)
