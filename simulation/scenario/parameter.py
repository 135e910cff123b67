"""Parameters: the records of catalogue/*.yaml, their positions in the policy array, and the labels people read.

The YAML is parsed once and kept as JSON in the user's cache under the hash of its content, so importing this module is
quick in a worker. Sectors and regions are the columns of the policy array; their order is fixed here.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import InternalError, nearest_name

SECTORS = ("AER", "AIR", "BIO", "MAT", "BMF", "AI", "IWV", "LAE", "OTH")
REGIONS = ("BTH", "YRD", "GBA", "CEN", "WES", "NOE")
COLUMNS = len(SECTORS)
CODES = {"sector": SECTORS, "region": REGIONS}
ROLES = ("lever", "uncertain", "fixed", "external")

# Mechanisms that every run has; the others can be switched off under `mechanisms:`.
CORE = (
    "origination",
    "development",
    "application",
    "operations",
    "fundraising",
    "equity",
    "credit",
    "listing",
    "distribution",
    "fiscal",
)

CATALOGUE_FOLDER = Path(__file__).parent / "catalogue"
_CACHE_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Parameter:
    """One record of the catalogue.

    `value` is in force before any dated entry: one number, or one for each of the nine columns of the policy array
    where the record is given by sector or region. `neutral` is the value at which it does nothing by itself.
    """

    id: str
    index: int
    label_en: str
    label_zh: str
    value: float | tuple[float, ...]
    unit: str
    low: float
    high: float
    neutral: float | None
    role: str
    kind: str
    by: str
    mechanism: str
    description: str
    source: str
    file: str

    @property
    def columns(self) -> tuple[float, ...]:
        """The value in each of the nine columns."""
        return self.value if isinstance(self.value, tuple) else (self.value,) * COLUMNS

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the sectors or regions by which a value may be split; empty for a single number."""
        return CODES.get(self.by, ())

    @property
    def allowed(self) -> str:
        """The range with its unit, as an error or a table tells it."""
        return f"{number(self.low)} to {number(self.high)} ({self.unit})"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All parameters in the order of the policy array, and the labels of everything that has a code."""

    parameters: dict[str, Parameter]
    labels: dict[str, dict[str, dict[str, str]]]


def number(value: float) -> str:
    """A number as people write it: 0.3, 17000, 172200000."""
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else f"{value:.6g}"


def widen(values: tuple[float, ...]) -> tuple[float, ...]:
    """Values by sector or region in nine columns; the columns beyond the six regions repeat the last one."""
    return values + values[-1:] * (COLUMNS - len(values))


def user_cache() -> Path:
    """Folder for everything that can be made again; the environment variable TIF_CACHE names another one."""
    named = os.environ.get("TIF_CACHE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "tif-cycle"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tif-cycle"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tif-cycle"


def read_catalogue(folder: Path = CATALOGUE_FOLDER) -> Catalogue:
    """The catalogue in a folder, from the cache if its text has been parsed before; CatalogueError if it is faulty."""
    cached = user_cache() / "catalogue" / f"{_content_hash(folder)}.json"
    catalogue = _kept(cached)
    if catalogue is None:
        from simulation.scenario.records import parse_catalogue

        catalogue = parse_catalogue(folder)
        _keep(catalogue, cached)
    return catalogue


def _kept(path: Path) -> Catalogue | None:
    """What an earlier session parsed; None if there is nothing or it cannot be read."""
    try:
        return _from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _content_hash(folder: Path) -> str:
    digest = hashlib.sha256(f"{_CACHE_FORMAT} {SECTORS} {REGIONS}".encode())
    for path in sorted(folder.glob("*.yaml")):
        digest.update(f"\0{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _from_json(stored: dict[str, Any]) -> Catalogue:
    names = stored["fields"]
    records = [dict(zip(names, row, strict=True)) for row in stored["records"]]
    for record in records:
        if isinstance(record["value"], list):
            record["value"] = tuple(record["value"])
    return Catalogue({record["id"]: Parameter(**record) for record in records}, stored["labels"])


def _keep(catalogue: Catalogue, path: Path) -> None:
    """Write the cache whole or not at all; a folder that cannot be written costs time, nothing else."""
    names = list(Parameter.__dataclass_fields__)
    rows = [[getattr(record, name) for name in names] for record in catalogue.parameters.values()]
    text = json.dumps({"fields": names, "records": rows, "labels": catalogue.labels}, ensure_ascii=False)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError:
        return


def _defaults(parameters: dict[str, Parameter]) -> NDArray[np.float64]:
    values = np.array([record.columns for record in parameters.values()], dtype=np.float64).reshape(-1, COLUMNS)
    values.setflags(write=False)
    return values


_READ = read_catalogue()
CATALOGUE: dict[str, Parameter] = _READ.parameters
N_PARAMETERS = len(CATALOGUE)
DEFAULTS: NDArray[np.float64] = _defaults(CATALOGUE)
OPTIONAL_MECHANISMS: tuple[str, ...] = tuple(sorted({record.mechanism for record in CATALOGUE.values()} - set(CORE)))


def parameter(name: str) -> int:
    """Position of a parameter in the policy array; raises when a module that names an unknown one is imported."""
    if name not in CATALOGUE:
        near = nearest_name(name, CATALOGUE)
        raise InternalError(f"no parameter {name!r} in the catalogue" + (f"; the nearest is {near!r}" if near else ""))
    return CATALOGUE[name].index


def label(group: str, code: str, language: str = "en") -> str:
    """What people call a code, e.g. label("sector", "AER"); also label("parameter", "ipo_window")."""
    if group == "parameter":
        record = CATALOGUE[code]
        return record.label_zh if language == "zh" else record.label_en
    for name in (group, f"{group}s", f"{group}es"):
        if code in _READ.labels.get(name, {}):
            return _READ.labels[name][code][language]
    raise InternalError(f"no label for {group} {code!r} in catalogue/labels.yaml")
