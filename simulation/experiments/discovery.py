"""Where does something happen? Ranges of levers and assumptions in which an outcome of the runs is frequent (PRIM).

simulation.discover("results/uncertain-parameters", "npl_ratio > 2").boxes
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import UsageError
from ..scenario.parameter import CATALOGUE, label
from . import study
from .outcomes import USUAL_SHARE, Happened, condition, stalls
from .prim_boxes import Array, Box, Kinds, find_boxes, held_out, load_prim, quasi_p
from .swept import Swept, factor_words, seeds_words, sweep_first
from .words import number

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Discovery:
    """Boxes in which an outcome is frequent.

    boxes: a row per box and limited factor: outcome, box, factor, factor_label, factor_label_zh, factor_unit, from, to
    (the box), range_from, range_to (the design), quasi_p, coverage, density, gap, base_rate, runs, cases,
    held_out_coverage, held_out_density. peeling: the boxes on the way. cases: a row a run.
    """

    swept: Swept
    outcome: Happened
    boxes: pd.DataFrame
    peeling: pd.DataFrame
    cases: pd.DataFrame
    asked: dict[str, Any]
    notes: list[str] = field(default_factory=list)

    def brief(self) -> str:
        """What came out: how often it occurred, and every box in words."""
        there, base = int(self.cases["occurred"].sum()), self.cases["occurred"].mean()
        lines = [
            f"Where {self.outcome.words}",
            f"  in {there} of {len(self.cases)} runs ({100 * base:.0f} %; {len(self.swept.x)} points, "
            f"{seeds_words(self.swept)}, {self.swept.progress}, {self.swept.window})",
        ]
        for number_ in self.boxes["box"].unique() if len(self.boxes) else ():
            lines.append(box_in_words(self.boxes[self.boxes["box"] == number_]))
        if self.boxes.empty:
            lines.append("  No box: no ranges of the factors set these runs apart from the others.")
        return "\n".join([*lines, *self.notes])

    def figures(self) -> dict[str, Any]:
        """A figure of every box; none if there is no box."""
        from ..plots import box

        return {
            f"box_{number_}": box(self.boxes, self.cases, int(number_), source=self.swept.source)
            for number_ in (self.boxes["box"].unique() if len(self.boxes) else ())
        }

    def save(self, folder: str | os.PathLike[str] | None = None, figures: bool = True) -> Path:
        """Write tables, figures and the brief into a folder, DIR/discover if none is named. Errors: ResultsError."""
        tables = {"cases": self.cases}
        tables |= {"boxes": self.boxes, "peeling": self.peeling} if len(self.boxes) else {}
        draw = self.figures if figures else None
        return study.write(self.swept, "discover", tables, self.brief(), folder, draw, self.asked)


def discover(
    sweep: str | os.PathLike[str], where: str | None = None, *, share: float = USUAL_SHARE,
    density: float | None = None, workers: int = 0, quiet: bool = False,
) -> Discovery:  # fmt: skip
    """Boxes over a sweep: a folder written by `tif sweep`, or a design file, which is swept first.

    where: comparisons of indicators over the window, e.g. "equity_invested < 300"; without it, where the cycle stalls:
    projects entered or equity invested below `share` of the baseline with the same seed. density: least share of runs
    in a box for which the outcome occurs; without it, the box that separates best.
    Errors: UsageError if hardly any run reached the outcome, ResultsError, DesignError.
    """
    return discover_in(sweep_first(os.fspath(sweep), workers, quiet=quiet), where, share, density, quiet)


def discover_in(
    swept: Swept, where: str | None = None, share: float = USUAL_SHARE, density: float | None = None, quiet: bool = True
) -> Discovery:
    """The same over a sweep that has been read."""
    load_prim()
    if density is not None and not 0.0 < density <= 1.0:
        raise UsageError.at("--density", f"{density:g}", "a share of runs, above 0 and up to 1")
    outcome = condition(swept, where) if where else stalls(swept, share, quiet)
    x, names, notes = numbers_of(swept)
    seed, point = np.nonzero(swept.played)
    runs, hits = x[point], outcome.occurred[seed, point]
    boxes = find_boxes(runs, hits, density)
    outside = held_out(runs, hits, point, density) if boxes else (np.nan, np.nan)
    asked = {"where": where, "share": None if where else share, "density": density}
    return Discovery(
        swept, outcome, box_table(outcome, names, runs, hits, boxes, outside), path_table(boxes),
        case_table(swept, outcome, names, runs, (seed, point), boxes), asked, notes,
    )  # fmt: skip


def numbers_of(swept: Swept) -> tuple[Array, list[str], list[str]]:
    """Points x factors without gaps, the names of the factors, and notes on those left out.

    Where a point leaves the baseline, its value of 2024Q1 stands; factors with entries that are no numbers stay out.
    """
    x = swept.x.copy()
    gaps = np.isnan(x)
    if gaps.any():
        in_force = swept.in_force()
        for place, name in enumerate(swept.factors):
            x[gaps[:, place], place] = in_force.get(name, np.nan)
    usable = [k for k in range(x.shape[1]) if np.isfinite(x[:, k]).all() and np.ptp(x[:, k]) > 0.0]
    left_out = [label("parameter", name) if name in CATALOGUE else name for k, name in enumerate(swept.factors)
                if k not in usable]  # fmt: skip
    if not usable:
        raise UsageError.at(swept.folder.as_posix(), "no factor that takes different numbers", "a design with numbers")
    notes = [f"Left out, as not all values are numbers: {', '.join(left_out)}."] if left_out else []
    return x[:, usable], [swept.factors[k] for k in usable], notes


def box_table(
    outcome: Happened, names: list[str], x: Array, hits: Kinds, boxes: list[Box], outside: tuple[float, float]
) -> pd.DataFrame:
    """A row per box and limited factor, the factor that matters most first."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for place, box in enumerate(boxes, 1):
        about = {
            "coverage": box.coverage, "density": box.density, "gap": box.gap, "base_rate": float(hits.mean()),
            "runs": int(box.inside.sum()), "cases": int((box.inside & hits).sum()),
            "held_out_coverage": outside[0] if place == 1 else np.nan,
            "held_out_density": outside[1] if place == 1 else np.nan,
        }  # fmt: skip
        chance = {k: quasi_p(x, hits, box, k) for k in box.limits}
        for k in sorted(chance, key=lambda one: (chance[one], one)):
            ends = {"from": box.limits[k][0], "to": box.limits[k][1]}
            ends |= {"range_from": float(x[:, k].min()), "range_to": float(x[:, k].max())}
            head = {"outcome": outcome.words, "box": place} | factor_words(names[k])
            rows.append(head | ends | {"quasi_p": chance[k]} | about)
    return pd.DataFrame(rows)


def path_table(boxes: list[Box]) -> pd.DataFrame:
    """A row per box that prim passed: box, step, coverage, density, mass, factors."""
    import pandas as pd

    rows = [
        {"box": place, "step": step} | one for place, box in enumerate(boxes, 1) for step, one in enumerate(box.path)
    ]
    return pd.DataFrame(rows)


def case_table(
    swept: Swept, outcome: Happened, names: list[str], x: Array, runs: tuple[Any, Any], boxes: list[Box]
) -> pd.DataFrame:
    """A row a run: point, seed, value behind the outcome, whether it occurred, the box it lies in (0 = none)."""
    import pandas as pd

    seed, point = runs
    inside = np.zeros(len(x), dtype=np.int64)
    for place, box in enumerate(boxes, 1):
        inside[box.inside & (inside == 0)] = place
    head = {"point": point, "seed": np.array(swept.seeds)[seed]}
    told = {"value": outcome.value[seed, point], "occurred": outcome.occurred[seed, point], "box": inside}
    return pd.DataFrame(head | {name: x[:, k] for k, name in enumerate(names)} | told)


def box_in_words(rows: pd.DataFrame) -> str:
    """A box: its limits with labels and units, then how well it does."""
    one = rows.iloc[0]
    limits = "; ".join(limit_in_words(row) for _, row in rows.iterrows())
    outside = ""
    if np.isfinite(one["held_out_density"]):
        outside = (
            f" (on points not used to find it: {100 * one['held_out_density']:.0f} %, "
            f"coverage {100 * one['held_out_coverage']:.0f} %)"
        )
    return (
        f"  Box {one['box']}: {limits}\n"
        f"    there it occurs in {one['cases']} of {one['runs']} runs, density {100 * one['density']:.0f} %{outside}; "
        f"coverage {100 * one['coverage']:.0f} % of all such runs; base rate {100 * one['base_rate']:.0f} %"
    )


def limit_in_words(row: pd.Series) -> str:
    """One limit with label and unit."""
    low, high, unit = row["from"], row["to"], row["factor_unit"]
    if low <= row["range_from"]:
        words = f"up to {number(high)}"
    elif high >= row["range_to"]:
        words = f"from {number(low)}"
    else:
        words = f"from {number(low)} to {number(high)}"
    return f"{row['factor_label']} {words}" + (f" ({unit})" if unit and unit != "count" else "")
