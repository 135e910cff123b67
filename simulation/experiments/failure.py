"""What is said when a run fails by our fault: what happened, where its state lies, one command that repeats it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from .job import RunFailed
from .plan import Plan


def failure_text(plan: Plan, failed: RunFailed, settings: Sequence[str] = (), without: Sequence[str] = ()) -> str:
    """The message of a run that failed."""
    scenario, seed, quarter, reason, saved = failed.args
    lines = [
        "The program failed; this is not your fault, and no result was written.",
        f"  scenario {scenario}, seed {seed}, {quarter}",
        f"  {reason}",
    ]
    if saved:
        lines.append(f"  saved: {saved}.txt, and the state if there was one as {saved}.npz")
    return "\n".join([*lines, f"  repeat: {repeat(plan, str(scenario), int(seed), settings, without)}"])


def repeat(plan: Plan, scenario: str, seed: int, settings: Sequence[str], without: Sequence[str]) -> str:
    """The command that plays the run again, alone and from its start."""
    source = dict(zip(plan.names, plan.sources, strict=False)).get(scenario, scenario)
    words = [
        "tif",
        "run",
        source,
        "--seeds",
        f"{seed}-{seed}",
        "--scale",
        f"{plan.scale:g}",
        "--quarters",
        str(plan.quarters),
    ]
    for setting in settings:
        words += ["--set", setting]
    for key in without:
        words += ["--without", key]
    return shlex.join([*words, "--workers", "1", "--no-cache", "--again", "--out", "results/repeat"])
