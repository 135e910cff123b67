"""What is to be fitted, as a researcher writes it in YAML: candidates with ranges, moments, points, seeds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...engine.jit import CODE_HASH
from ...engine.table import Floats
from ...errors import DesignError, Faults, Place, nearest_name
from ...scenario.calibration_file import FITTED
from ...scenario.chain import PROJECT_SCENARIOS
from ...scenario.parameter import CATALOGUE, number
from ...scenario.scenario import Scenario
from ...scenario.yaml_text import read_text
from ...scenario.yaml_tree import Node, Scalar, Table, describe_node, read_tree
from ..design_file import Reader
from ..target_file import read_targets
from ..targets import FOLDER, Target

KEYS = (
    "name", "title", "base", "candidates", "keep", "paths", "points", "refine", "seeds", "holdout", "recovery",
    "draws", "quarters", "scale",
)  # fmt: skip
WHOLE = {  # usual value, least, most
    "keep": (15, 1, 15), "paths": (6, 0, 100), "points": (320, 20, 100_000), "refine": (80, 0, 100_000),
    "recovery": (30, 0, 1000), "draws": (200, 1, 10_000), "quarters": (60, 12, 120),
}  # fmt: skip
FITS = PROJECT_SCENARIOS / "fits"
SEEDS, HOLDOUT = (1, 2), tuple(range(101, 107))


@dataclass(frozen=True)
class Free:
    """A parameter that may be fitted, and the range in which."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class CalibrationPlan:
    """Candidates, moments and how much is played; `free` is what is left of the candidates after the screening."""

    name: str
    title: str
    base: Scenario
    candidates: tuple[Free, ...]
    moments: tuple[Target, ...]
    keep: int
    paths: int
    points: int
    refine: int
    seeds: tuple[int, ...]
    holdout: tuple[int, ...]
    recovery: int
    draws: int
    quarters: int
    scale: float

    def identity(self) -> dict[str, object]:
        """What decides a run of a point, by name: code, base, moments, length and scale."""
        digest = hashlib.sha256()
        for path in sorted(FOLDER.glob("*.yaml")):
            digest.update(path.read_bytes())
        return {
            "base": self.base.hash, "moments": [target.id for target in self.moments], "targets": digest.hexdigest(),
            "quarters": self.quarters, "scale": self.scale, "code": CODE_HASH,
        }  # fmt: skip

    @property
    def runs_hash(self) -> str:
        """sha256 (64 hex digits) of it: runs of other plans with the same one can be used as well."""
        return hashlib.sha256(json.dumps(self.identity(), sort_keys=True).encode()).hexdigest()

    @property
    def hash(self) -> str:
        """sha256 (64 hex digits) of the whole question."""
        rest = [[vars(one) for one in self.candidates], self.keep, self.paths, self.points, self.refine,
                self.seeds, self.holdout, self.recovery, self.draws]  # fmt: skip
        return hashlib.sha256(json.dumps([self.runs_hash, rest]).encode()).hexdigest()

    def before(self, free: tuple[Free, ...]) -> Floats:
        """Values of parameters in the base as it is (parameters,)."""
        opening = self.base.timeline.opening
        return np.array([opening[CATALOGUE[one.name].index, 0] for one in free])

    def smaller(self) -> CalibrationPlan:
        """A draft: few points of a small economy, to see that everything works."""
        return replace(
            self, keep=min(self.keep, 4), paths=min(self.paths, 2), points=min(self.points, 24),
            refine=min(self.refine, 4), holdout=self.holdout[:2], recovery=min(self.recovery, 2), scale=0.01,
        )  # fmt: skip


def values_of(free: tuple[Free, ...], units: Floats) -> Floats:
    """Points of the unit cube (points, parameters) as values in the ranges."""
    low, high = (np.array([getattr(one, end) for one in free]) for end in ("low", "high"))
    found: Floats = np.clip(low + units * (high - low), low, high)
    return found


def units_of(free: tuple[Free, ...], values: Floats) -> Floats:
    """The other way round."""
    low, high = (np.array([getattr(one, end) for one in free]) for end in ("low", "high"))
    found: Floats = (values - low) / (high - low)
    return found


def moments_to_fit(quarters: int) -> tuple[Target, ...]:
    """Targets of role `calibrate` that have weight and end within the run."""
    return tuple(
        target for target in read_targets()
        if target.role == "calibrate" and target.weight > 0.0 and not target.not_measured
        and target.window[1] < quarters
    )  # fmt: skip


def read_plan(named: str) -> CalibrationPlan:
    """The plan in a file or known by name in scenarios/fits. Errors: DesignError with every fault."""
    path = Path(named) if named.endswith(".yaml") else FITS / f"{named}.yaml"
    known = sorted(other.stem for other in FITS.glob("*.yaml"))
    if not path.is_file() and not named.endswith(".yaml"):
        raise DesignError.at(named, "no such plan", f"{', '.join(known)}, or a file", nearest_name(named, known))
    shown = path.as_posix()
    faults = Faults(DesignError)
    tree = read_tree(read_text(path, shown, DesignError), shown, faults)
    faults.stop()
    if not isinstance(tree, Table):
        raise DesignError.at(shown, "nothing", "base, candidates and seeds")
    return _PlanReader(tree, path, faults).plan()


class _PlanReader(Reader):
    """Reads the keys of a plan, noting every fault with its line."""

    def plan(self) -> CalibrationPlan:
        """The whole plan. Errors: DesignError."""
        for key, place in self.tree.keys.items():
            if key not in KEYS:
                found = f"{key}, which is not a key of a calibration"
                self.faults.add(place, found, ", ".join(KEYS), nearest_name(key, KEYS))
        base = self.base()
        counts = {key: self.count(key, *bounds) for key, bounds in WHOLE.items()}
        name = self.text("name") or self.path.stem
        plan = CalibrationPlan(
            name, self.text("title") or name, base, self.candidates(), moments_to_fit(counts["quarters"]),
            seeds=self.seeds_behind("seeds", SEEDS), holdout=self.seeds_behind("holdout", HOLDOUT),
            scale=self.whole("scale", 0.05, 0.001, 1.0), **counts,
        )  # fmt: skip
        both = sorted(set(plan.seeds) & set(plan.holdout))
        if both:
            self.faults.add(self.place("holdout"), f"seed {both[0]} in both", "seeds that the fit never sees")
        self.faults.stop()
        return plan

    def candidates(self) -> tuple[Free, ...]:
        """Assumptions that may be fitted, with their ranges."""
        table = self.tree.items.get("candidates")
        if not isinstance(table, Table) or not table.items:
            allowed = "candidates: {screening_noise: range, hurdle_level: {from: 0.7, to: 1.2}}"
            self.faults.add(self.place("candidates"), "nothing to fit", allowed)
            return ()
        found = [self.candidate(name, node, table.keys[name]) for name, node in table.items.items()]
        return tuple(free for free in found if free is not None)

    def candidate(self, name: str, node: Node, place: Place) -> Free | None:
        """One of them."""
        record = CATALOGUE.get(name)
        if record is None or record.role not in FITTED:
            known = [key for key, other in CATALOGUE.items() if other.role in FITTED]
            self.faults.add(place, f"{name}: no assumption", "one of the catalogue", nearest_name(name, known))
            return None
        if record.codes:
            self.faults.add(place, f"{name}: a value a {record.by}", "an assumption with one value")
            return None
        if isinstance(node, Scalar) and node.text == "range":
            return Free(name, record.low, record.high)
        ends = [node.items.get(key) for key in ("from", "to")] if isinstance(node, Table) else []
        low, high = (end.value if isinstance(end, Scalar) else None for end in (*ends, None, None)[:2])
        if isinstance(low, float) and isinstance(high, float) and record.low <= low < high <= record.high:
            return Free(name, low, high)
        allowed = f"range, or {{from: a, to: b}} within {number(record.low)} to {number(record.high)}"
        self.faults.add(node.place, f"{name}: {describe_node(node)}", allowed)
        return None
