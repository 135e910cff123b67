"""`python -m benchmarks`: measure, print, keep. Single thread unless a line says otherwise."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from .record import FOLDER, HISTORY, Figure, keep, table

ROOT = FOLDER.parent
SINGLE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
AIMS = {2_000: 30, 10_000: 100, 50_000: 200}
NUMBER = r"\d+\.?\d*(?:[eE][-+]?\d+)?"
Details = dict[str, object]


def call(arguments: list[str], environment: dict[str, str] | None = None) -> tuple[float, str]:
    """Run Python in a process of its own; returns seconds from its start to its end, and what it printed."""
    command, around = [sys.executable, *arguments], {**os.environ, **SINGLE, **(environment or {})}
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=around, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return time.perf_counter() - began, done.stdout


def measure(name: str, **arguments: float) -> dict[str, float]:
    """Figures of one function of speed.py."""
    _, printed = call(["-m", "benchmarks.speed", name, json.dumps(arguments)])
    figures: dict[str, float] = json.loads(printed.splitlines()[-1])
    return figures


def note(text: str) -> None:
    """Tell what goes on, beside the results."""
    print(text, file=sys.stderr, flush=True)


def objects(options: argparse.Namespace, details: Details) -> Iterator[Figure]:
    """(a) The engine and the same rules written as Mesa objects, both from the opening, after eight quarters."""
    for size in options.sizes:
        fast = measure("opening", enterprises=size, quarters=options.quarters)
        details[f"engine {size}"] = fast
        yield Figure("objects", f"engine, {size:,} enterprises", 1e3 * fast["seconds_per_quarter"], "ms a quarter")
        if importlib.util.find_spec("benchmarks.mesa_objects.__main__") is None:
            note("benchmarks/mesa_objects cannot be run: no ratio to Mesa objects.")
            continue
        quarters = max(2, min(options.quarters, 40_000 // size))
        _, printed = call(["-m", "benchmarks.mesa_objects", "--enterprises", str(size), "--quarters", str(quarters)])
        slow = seconds_told(printed)
        details[f"objects {size}"] = {"printed": printed.strip(), "seconds_per_quarter": slow}
        yield Figure("objects", f"Mesa objects, {size:,} enterprises", 1e3 * slow, "ms a quarter")
        ratio = slow / fast["seconds_per_quarter"]
        aim = f">= {AIMS[size]} x" if size in AIMS else ""
        yield Figure("objects", f"- Mesa objects over engine, {size:,} enterprises", ratio, "x", aim)


def seconds_told(printed: str) -> float:
    """The seconds per quarter that the object model prints ("0.031 s a quarter"), or else the last number."""
    told = re.findall(rf"({NUMBER}) s a quarter", printed) or re.findall(NUMBER, printed)
    return float(told[-1])


def national(options: argparse.Namespace, details: Details) -> Iterator[Figure]:
    """(b) The national economy to the horizon, every table kept."""
    done = measure("national", scale=options.scale, quarters=options.national_quarters)
    details["national"] = done
    size = f"scale {options.scale:g}, burn-in and {options.national_quarters} quarters"
    yield Figure("national", size, done["seconds"], "s", "<= 60 s")
    yield Figure("national", "- of which burn-in", done["burn_in_seconds"], "s")
    yield Figure("national", "- peak memory", done["peak_gigabytes"], "GB", "<= 1.5 GB")
    yield Figure("national", "- enterprises in the last quarter", done["enterprises_last"], "")


def scaling(options: argparse.Namespace, details: Details) -> Iterator[Figure]:
    """(c) Cost of an enterprise-quarter in a small and in a large economy, and the stages in which it grows."""
    cost = {}
    for size, repeats in ((options.small, 3), (options.large, 1)):
        done = measure("engine", enterprises=size, quarters=options.quarters, repeats=repeats)
        cost[size] = done["nanoseconds"]
        details[f"scaling {size}"] = {**done, "stages": measure("stages", enterprises=size)}
        yield Figure("scaling", f"an enterprise-quarter at {size:,} enterprises", cost[size], "ns")
    yield Figure("scaling", "- large over small", cost[options.large] / cost[options.small], "x", "<= 1.3 x")
    small, large = (details[f"scaling {size}"]["stages"] for size in (options.small, options.large))  # type: ignore[index]
    for name in sorted(large, key=large.__getitem__, reverse=True)[:5]:
        what = f"- {name}, {options.large:,} ({small[name]:.0f} ns at {options.small:,})"
        yield Figure("scaling", what, large[name], "ns")


def starting(options: argparse.Namespace, details: Details) -> Iterator[Figure]:
    """(d) The first compile, the first quarter with a full cache, and the first words."""
    with tempfile.TemporaryDirectory() as cache:
        compiling = ["-m", "benchmarks.speed", "first_compile", "{}"]
        cold, warm = (call(compiling, {"TIF_CACHE": cache})[0] for _ in range(2))
        call(["-m", "benchmarks.speed", "tiny_run", "{}"], {"TIF_CACHE": cache})
        quarters = [call(["-m", "benchmarks.speed", "first_quarter", "{}"], {"TIF_CACHE": cache})[0] for _ in range(6)]
    details["starting"] = {"cold": cold, "warm": warm, "first_quarter": quarters}
    compile_what = "first compile, as every command does it, on two processes"
    yield Figure("starting", compile_what, cold - warm, "s", "<= 30 s")
    first_what = "start of Python to the end of the first quarter, full cache"
    yield Figure("starting", first_what, min(quarters[1:]), "s", "<= 1.2 s")
    if importlib.util.find_spec("simulation.cli") is None:
        note("simulation.cli is missing: `tif --help` is not timed.")
        return
    shown = min(call(["-m", "simulation", "--help"])[0] for _ in range(5))
    yield Figure("starting", "`tif --help`", shown, "s", "<= 0.4 s")


def sweep(options: argparse.Namespace, details: Details) -> Iterator[Figure]:
    """(e) A sweep of small runs on two processes."""
    done = measure("sweep", enterprises=options.sizes[0], quarters=60, runs=options.runs)
    details["sweep"] = done
    what = f"sweep of {options.sizes[0]:,} enterprises over 60 quarters, 2 processes"
    yield Figure("sweep", what, done["runs_per_minute"], "runs a minute", ">= 1,500")
    whole = measure("scale_out", enterprises=options.sizes[0], runs=options.runs)
    details["scale_out"] = whole
    yield Figure("sweep", "- `tif sweep` over its bare runs, one process", whole["overhead_percent"], "% more", "<= 5 %")
    yield Figure("sweep", "- two processes, of twice one", whole["efficiency_percent"], "%", ">= 90 %")


PARTS: dict[str, Callable[[argparse.Namespace, Details], Iterator[Figure]]] = {
    "objects": objects, "national": national, "scaling": scaling, "starting": starting, "sweep": sweep,
}  # fmt: skip


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="measure only these parts")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(AIMS), help="enterprises against Mesa objects")
    parser.add_argument("--quarters", type=int, default=8, help="quarters timed at each size")
    parser.add_argument("--scale", type=float, default=1.0, help="scale of the national run")
    parser.add_argument("--national-quarters", type=int, default=60, help="reported quarters of the national run")
    parser.add_argument("--small", type=int, default=10_000, help="enterprises of the small economy of `scaling`")
    parser.add_argument("--large", type=int, default=460_000, help="enterprises of the large economy of `scaling`")
    parser.add_argument("--runs", type=int, default=200, help="runs of the sweep")
    parser.add_argument("--out", type=Path, default=HISTORY, help="folder for <date>.json")
    parser.add_argument("--readme", action="store_true", help="append the table to benchmarks/README.md")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Measure the parts asked for, print each figure at once, then keep them and print the table."""
    options = options_of(arguments)
    note("Compiling, if this version of the code has not been compiled yet (up to a minute) ...")
    call(["-m", "benchmarks.speed", "tiny_run", "{}"])
    figures: list[Figure] = []
    details: Details = {}
    for part in options.only:
        for figure in PARTS[part](options, details):
            figures.append(figure)
            note(f"  {figure.what}: {figure.text}" + (f" (aim {figure.aim})" if figure.aim else ""))
    kept = keep(figures, details, options.out)
    written = table(figures)
    print(written)
    if options.readme:
        with (FOLDER / "README.md").open("a", encoding="utf-8") as readme:
            readme.write(f"\n{written}")
    note(f"Kept in {os.path.relpath(kept)}")


if __name__ == "__main__":
    main()
