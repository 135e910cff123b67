"""The command line `tif`: parse, call, print. Whatever is heavy is imported inside the commands."""

from __future__ import annotations

import sys

from simulation.commands import (  # noqa: F401  (importing them declares the commands)
    ask,
    calibrate,
    links,
    optimise,
    play,
    report,
    study,
    sweep,
    validate,
)  # fmt: skip
from simulation.commands.shared import app


def main() -> None:
    """Entry point of `tif` and of `python -m simulation`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()
