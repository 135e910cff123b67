"""How figures are kept: the machine in a few words, a file a day in history/, a table for the README."""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FOLDER = Path(__file__).parent
HISTORY = FOLDER / "history"
LIBRARIES = ("numpy", "numba", "mesa")


@dataclass(frozen=True)
class Figure:
    """One measured number: what it is, its value and unit, and what we aim at."""

    part: str
    what: str
    value: float
    unit: str
    aim: str = ""

    @property
    def text(self) -> str:
        """The value to three digits, with its unit."""
        shown = f"{self.value:,.0f}" if self.value >= 1000 else f"{self.value:.3g}"
        return f"{shown} {self.unit}".strip()


def machine() -> dict[str, str]:
    """System, processor, cores and versions: enough to compare figures, nothing that names a computer."""
    installed = {}
    for name in LIBRARIES:
        try:
            installed[name] = version(name)
        except PackageNotFoundError:
            installed[name] = "not installed"
    system, cores = f"{platform.system()} {platform.machine()}", str(os.cpu_count())
    here = {"system": system, "processor": processor(), "cores": cores, "python": platform.python_version()}
    return here | installed


def processor() -> str:
    """Model of the processor as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def today() -> str:
    """The date as figures carry it."""
    return datetime.date.today().isoformat()


def keep(figures: Iterable[Figure], details: dict[str, object], folder: Path = HISTORY) -> Path:
    """Write history/<date>.json; parts measured earlier on the same day stay unless they were measured again."""
    path = folder / f"{today()}.json"
    kept: dict[str, dict[str, object]] = {"figures": {}, "details": {}}
    if path.exists():
        kept |= json.loads(path.read_text(encoding="utf-8"))
    fresh: dict[str, list[dict[str, object]]] = {}
    for figure in figures:
        fresh.setdefault(figure.part, []).append(asdict(figure))
    both = {"figures": {**kept["figures"], **fresh}, "details": {**kept["details"], **details}}
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"date": today(), "machine": machine(), **both}, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def table(figures: Iterable[Figure]) -> str:
    """The figures as a section in Markdown, ready for the README."""
    words = machine()
    versions = ", ".join(f"{name} {words[name]}" for name in LIBRARIES)
    where = f"{words['processor']}, {words['cores']} cores, {words['system']}; Python {words['python']}, {versions}."
    rows = [f"| {figure.what} | {figure.text} | {figure.aim} |" for figure in figures]
    return "\n".join([f"### {today()}", "", where, "", "| what | measured | aim |", "|---|---:|---:|", *rows, ""])
