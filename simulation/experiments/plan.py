"""A plan: what is asked for, checked before anything is played, with a hash by which its results are known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

from ..engine.jit import CODE_HASH
from ..errors import Fault, UsageError
from ..scenario.quarters import FIRST_POLICY_QUARTER, LONGEST
from ..scenario.scenario import Scenario
from .job import Job
from .options import Seeds, Window, note, read_seeds, read_window, window_text

SMALLEST_SCALE, LARGEST_SCALE = 0.001, 1.0
DETAILED_SEEDS = 3
LARGE = 0.3  # scale from which the long tables are kept for one seed only
QUICK_SEEDS, QUICK_SCALE = 3, 0.02
BALANCE = 4  # jobs per process that make the last one to finish a small part of the whole


@dataclass(frozen=True)
class Plan:
    """Scenarios (the baseline first, if they are compared), seeds, quarters, scale and window.

    freeze: links of the cycle to hold at their baseline path, one after the other. impulse: share of a year's private
    commitments to inject once, 0 for none.
    """

    kind: Literal["run", "compare"]
    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    quarters: int = 60
    scale: float = 0.1
    window: Window = (0, 59)
    draft: bool = False
    command: str = ""
    sources: tuple[str, ...] = field(default=())
    freeze: tuple[str, ...] = ()
    impulse: float = 0.0

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios, made different where two are the same."""
        names: list[str] = []
        for scenario in self.scenarios:
            taken = sum(name == scenario.name or name.startswith(f"{scenario.name}-again") for name in names)
            names.append(f"{scenario.name}-again{taken}" if taken else scenario.name)
        return tuple(names)

    @property
    def title(self) -> str:
        """Name of the results folder, unless another is asked for."""
        if self.kind == "run":
            return self.names[0]
        more = len(self.names) - 2
        return f"compare-{self.names[1]}" + (f"-and-{more}-more" if more > 0 else "")

    @cached_property
    def hash(self) -> str:
        """sha256 (64 hex digits) of everything that decides the numbers: the question and the version of the code."""
        return hashlib.sha256(json.dumps(self.identity(), sort_keys=True).encode()).hexdigest()

    def identity(self) -> dict[str, object]:
        """What the hash is made of, by name."""
        return {
            "kind": self.kind,
            "scenarios": {name: scenario.hash for name, scenario in zip(self.names, self.scenarios, strict=True)},
            "seeds": list(self.seeds),
            "quarters": self.quarters,
            "scale": self.scale,
            "window": window_text(self.window),
            "draft": self.draft,
            "code": CODE_HASH,
            **({"freeze": list(self.freeze)} if self.freeze else {}),
            **({"impulse": self.impulse} if self.impulse else {}),
        }

    @property
    def parts_at(self) -> int | None:
        """First reported quarter in which a policy can differ from the baseline; None if none does."""
        first = [self.scenarios[0].diverges_from(other) for other in self.scenarios[1:]]
        return next((max(0, quarter) for quarter in sorted(first) if quarter < self.quarters), None)

    @property
    def branch(self) -> int:
        """Quarter at which common pasts end: where the policies part; who differs before has a past of its own."""
        first = [self.scenarios[0].diverges_from(other) for other in self.scenarios[1:]]
        return min(min((quarter for quarter in first if quarter >= 0), default=FIRST_POLICY_QUARTER), self.quarters)

    @property
    def detailed(self) -> tuple[int, ...]:
        """Seeds for which the long tables (events, enterprises, groups, ...) are kept."""
        return self.seeds[: 1 if self.scale > LARGE else DETAILED_SEEDS]

    def jobs(self, workers: int, shared: bool = True, crashes: Path | None = None, threads: int = 1) -> list[Job]:
        """One job a seed, or several if there are fewer seeds than the processes can share evenly."""
        pairs = tuple(zip(self.names, self.scenarios, strict=True))
        parts = min(len(pairs), max(1, -(-BALANCE * workers // len(self.seeds)))) if workers > 1 else 1
        return [
            Job(
                seed, chunk, self.quarters, self.scale, self.branch, seed in self.detailed, shared, crashes, threads,
                self.window if self.kind == "compare" else None,
            )
            for chunk in split(pairs, parts)
            for seed in self.seeds
        ]

    def with_seeds(self, seeds: Sequence[int]) -> Plan:
        """The same question asked of other seeds."""
        return replace(self, seeds=tuple(seeds))


def split(pairs: tuple[tuple[str, Scenario], ...], parts: int) -> list[tuple[tuple[str, Scenario], ...]]:
    """The scenarios in `parts` pieces of nearly equal length, in order."""
    ends = [round(len(pairs) * part / parts) for part in range(parts + 1)]
    return [pairs[first:last] for first, last in pairwise(ends) if last > first]


def quick_or(seeds: Seeds | None, scale: float | None, quick: bool, usual: Seeds) -> tuple[Seeds, float]:
    """Seeds and scale as asked for, else those of a draft, else the usual ones."""
    luck = seeds if seeds is not None else QUICK_SEEDS if quick else usual
    return luck, scale if scale is not None else QUICK_SCALE if quick else 0.1


def make_plan(
    kind: Literal["run", "compare"], scenarios: Iterable[Scenario], seeds: Seeds, quarters: int,
    scale: float, window: str | None = None, draft: bool = False, command: str = "", sources: Iterable[str] = (),
) -> Plan:  # fmt: skip
    """A plan with every number checked. Errors: UsageError with all faults."""
    faults: list[Fault] = []
    chosen = read_seeds(seeds, faults)
    if isinstance(quarters, bool) or not isinstance(quarters, int) or not 1 <= quarters <= LONGEST:
        note(faults, "--quarters", quarters, f"1 to {LONGEST}; 60 ends in 2035Q4")
    if isinstance(scale, bool) or not isinstance(scale, int | float) or not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        note(faults, "--scale", scale, f"{SMALLEST_SCALE:g} to {LARGEST_SCALE:g}; 1 = all enterprises of the country")
    if faults:
        raise UsageError(faults)
    span = read_window(window, quarters, kind, faults)
    if faults:
        raise UsageError(faults)
    return Plan(kind, tuple(scenarios), chosen, quarters, float(scale), span, draft, command, tuple(sources))
