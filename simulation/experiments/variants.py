"""Variants of a comparison's runs: the same run with a link of the cycle held at its baseline path, or with an impulse.

Variants are played after the runs proper, from the same pasts. A job plays the baseline once, to record the paths of
its links, then a policy once for every set of links held, or every scenario with the injection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import Fault, Place, UsageError, nearest_name
from ..scenario.quarters import FIRST_POLICY_QUARTER
from .columns import Outcome, Table
from .execute import Interrupted, execute
from .job import Advance, Job
from .past import Track
from .progress import meter

if TYPE_CHECKING:
    from .conduct import Conducted, Way
    from .plan import Plan

ALL = "all"
EVERY = "every_link"  # the variant in which all of them are held at once
IMPULSE = "impulse"
SHARE = 0.01  # of a year's private commitments
MOST_SHARE = 1.0
PER_JOB = 6  # sets of links played after one recording of the baseline


@dataclass(frozen=True)
class VariantJob(Job):
    """A job whose outcomes are variants: of all its scenarios with an injection, or of all but the first with links
    held at the first one's path. held: names of the variants and the links each holds.
    """

    held: tuple[tuple[str, tuple[str, ...]], ...] = ()
    injected: float = 0.0

    def work(self) -> float:
        """Quarters to be played."""
        before = sum(self.work_before(scenario) for scenario in {self.key(s): s for _, s in self.scenarios}.values())
        after = self.quarters - self.parts_at
        return before + after * (len(self.held) + 1 if self.held else len(self.scenarios))

    def play(self, tell: Advance) -> list[Outcome]:
        """Play the variants. Errors: RunFailed."""
        pasts: dict[str, Track] = {}
        return self._hold(pasts, tell) if self.held else self._inject(pasts, tell)

    def _hold(self, pasts: dict[str, Track], tell: Advance) -> list[Outcome]:
        from ..economy.links import Holding, Recording

        recording = Recording(dict.fromkeys(link for _, names in self.held for link in names))
        self.play_one(*self.scenarios[0], pasts, tell, recording)
        return [
            light(self.play_one(name, scenario, pasts, tell, Holding(names, recording.path)), variant)
            for name, scenario in self.scenarios[1:]
            for variant, names in self.held
        ]

    def _inject(self, pasts: dict[str, Track], tell: Advance) -> list[Outcome]:
        from ..economy.impulse import Injection

        outcomes = []
        for name, scenario in self.scenarios:
            injection = Injection(self.injected, FIRST_POLICY_QUARTER)
            played = light(self.play_one(name, scenario, pasts, tell, injection), IMPULSE)
            injected: Table = {"amount": np.array([injection.amount]), "left": np.array([injection.left])}
            outcomes.append(replace(played, tables={"injection": injected}))
        return outcomes


def light(outcome: Outcome, variant: str) -> Outcome:
    """The outcome of a variant, with nothing but its indicators."""
    return replace(outcome, variant=variant, tables={})


def links_asked(names: Sequence[str]) -> tuple[str, ...]:
    """The links to hold, each once; `all` means every one. Errors: UsageError with the nearest id."""
    from ..economy.links import LINKS

    faults = [
        Fault(Place(f"--freeze {name}"), "no such link", f"{ALL}, or ids of `tif links`", nearest_name(name, LINKS))
        for name in names
        if name != ALL and name not in LINKS
    ]
    if faults:
        raise UsageError(faults)
    return tuple(LINKS) if ALL in names else tuple(dict.fromkeys(names))


def with_variants(plan: Plan, freeze: Sequence[str] = (), impulse: float = 0.0) -> Plan:
    """The plan with links to hold and an impulse to give. Errors: UsageError."""
    if not 0.0 <= impulse <= MOST_SHARE:
        raise UsageError.at(
            f"--impulse {impulse:g}", "no share of a year's private commitments", f"0 to {MOST_SHARE:g}, e.g. {SHARE:g}"
        )
    if impulse and plan.quarters <= FIRST_POLICY_QUARTER:
        raise UsageError.at("--impulse", f"{plan.quarters} quarters, which end before 2024Q1", "72, for 60 after it")
    return replace(plan, freeze=links_asked(freeze), impulse=impulse)


def sets_of(links: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The variants that some links ask for: each alone and, if there are several, all of them at once."""
    alone = tuple((link, (link,)) for link in links)
    return (*alone, (EVERY, links)) if len(links) > 1 else alone


def variant_jobs(plan: Plan, way: Way) -> list[VariantJob]:
    """The jobs of a plan's variants: seeds x policies x pieces of the list of links, and seeds with the impulse."""
    pairs = tuple(zip(plan.names, plan.scenarios, strict=True))
    jobs: list[VariantJob] = []
    held = sets_of(plan.freeze)
    for seed in plan.seeds:
        shared: dict[str, Any] = {
            "seed": seed, "quarters": plan.quarters, "scale": plan.scale, "detail": False, "shared": way.shared,
            "crashes": way.crashes, "threads": way.threads,
        }  # fmt: skip
        for pair in pairs[1:]:
            for first in range(0, len(held), PER_JOB):
                piece = held[first : first + PER_JOB]
                jobs.append(
                    VariantJob(scenarios=(pairs[0], pair), parts_at=plan.branch, held=piece, **shared)
                )
        if plan.impulse:
            until = min(plan.branch, FIRST_POLICY_QUARTER)
            jobs.append(VariantJob(scenarios=pairs, parts_at=until, injected=plan.impulse, **shared))
    return jobs


def play_variants(plan: Plan, way: Way, conducted: Conducted) -> list[Outcome]:
    """Play all variants of a plan that has been played; an empty list if it asks for none.

    Errors: RunFailed; Interrupted, which holds the runs proper, so that they are not lost.
    """
    jobs = variant_jobs(plan, way)
    if not jobs:
        return []
    try:
        with meter(sum(job.work() for job in jobs), "Playing variants", way.quiet) as told:
            return execute(jobs, way.processes, told)
    except Interrupted:
        raise Interrupted(conducted.outcomes) from None


def variants_of(outcomes: Sequence[Outcome], variant: str, scenario: str) -> dict[int, Outcome]:
    """The variants of one kind of one scenario, by seed."""
    return {one.seed: one for one in outcomes if one.variant == variant and one.scenario == scenario}
