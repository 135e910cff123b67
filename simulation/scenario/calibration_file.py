"""Reading a calibration: a YAML file with values by parameter, and a CSV file of draws beside it."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path

from simulation.errors import Faults, Place, ScenarioError, nearest_name
from simulation.scenario.calibration import Calibration
from simulation.scenario.parameter import CATALOGUE, number
from simulation.scenario.yaml_text import read_text
from simulation.scenario.yaml_tree import Scalar, Table, describe_node, read_tree

FITTED = ("uncertain", "fixed")  # roles of parameters that may be fitted


def calibrations_in(folder: Path) -> dict[str, Path]:
    """Calibrations by name, oldest first."""
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_calibration(path: Path, place: Place, faults: Faults) -> Calibration | None:
    """The calibration in a file with its draws in the CSV file beside it; None after noting what is wrong."""
    shown = path.as_posix()
    tree = read_tree(read_text(path, shown, ScenarioError, place), shown, faults)
    table = tree.items.get("parameters") if isinstance(tree, Table) else None
    if not isinstance(table, Table) or not table.items:
        faults.add(Place(shown), "no parameters", "parameters: {screening_noise: {value: 1.1}, ...}; see tif calibrate")
        return None
    values: dict[str, float] = {}
    for name, node in table.items.items():
        record = CATALOGUE.get(name)
        if record is None or record.role not in FITTED:
            known = [key for key, other in CATALOGUE.items() if other.role in FITTED]
            faults.add(table.keys[name], f"{name}: no assumption", "one of the catalogue", nearest_name(name, known))
            continue
        given = node.items.get("value") if isinstance(node, Table) else node
        value = given.value if isinstance(given, Scalar) else None
        if not isinstance(value, float) or not record.low <= value <= record.high:
            faults.add(node.place, f"{name}: {describe_node(given or node)}", f"value: a number, {record.allowed}")
            continue
        values[name] = value
    beside = path.with_suffix(".csv")
    return Calibration(path.stem, values, _draws(beside, values, faults) if beside.is_file() else (), shown)


def _draws(path: Path, values: Mapping[str, float], faults: Faults) -> tuple[tuple[float, ...], ...]:
    """The rows of a CSV file with a column a parameter, in the order of `values`."""
    shown = path.as_posix()
    rows = list(csv.DictReader(read_text(path, shown, ScenarioError).splitlines()))
    if not rows or set(rows[0]) != set(values):
        faults.add(Place(shown, 1), "other columns than the calibration has parameters", ", ".join(values))
        return ()
    draws = []
    for line, row in enumerate(rows, 2):
        try:
            draw = tuple(float(row[name] or "") for name in values)
        except (TypeError, ValueError):
            draw = (math.nan,) * len(values)
        for name, value in zip(values, draw, strict=True):
            record = CATALOGUE[name]
            if not record.low <= value <= record.high:
                faults.add(Place(shown, line), f"{name}: {number(value)}", record.allowed)
        draws.append(draw)
    return tuple(draws)
