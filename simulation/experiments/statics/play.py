"""Playing the arms: one past a seed, then one future an arm, looked at after every quarter."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from ...agents import tally as tl
from ...economy.followed import Followed
from ...engine.jit import COMPILED, source_hash, user_cache
from ...scenario.load import load_scenario
from ...scenario.parameter import COLUMNS, label
from ...scenario.quarters import FIRST_POLICY_QUARTER, LONGEST
from ...scenario.scenario import Scenario
from ...scenario.timeline import Entry, Timeline
from ..columns import Outcome
from ..cost import TOTAL, cost_of
from ..effects import Array
from ..execute import cores, processes, quiet_start
from ..job import outcome_of
from ..past import Track, common_past
from ..worth import one_pair
from .records import Arm
from .watches import PATIENCE, WATCHES, FirstSupport

ACTING = (*COMPILED, "scenario/*.py", "indicators/*.py", "experiments/worth.py", "experiments/cost.py",
          "experiments/statics/play.py", "experiments/statics/watches.py")  # fmt: skip
COSTS = {"platform_cost": "platform_institutions", "relending_cost": "relending_quota"}  # figure, lever that costs it
Group = tuple[Sequence[Arm], Sequence[tuple[str, str]]]
Told = Callable[[str], None]


@dataclass(frozen=True)
class Future:
    """One arm of one seed: quarters from 2024Q1 x indicators and x watches (pairs); single figures of the whole run."""

    indicators: Array
    weights: Array
    watched: Array
    figures: dict[str, tuple[float, float]]


Seed = dict[str, Future]


def silent(_: str) -> None:
    """Progress that nobody reads."""


@cache
def baseline() -> Scenario:
    """The baseline from which every arm departs in 2024Q1."""
    return load_scenario("baseline")


def scenario_of(arm: Arm) -> Scenario:
    """The baseline with the arm's levers and assumptions from 2024Q1 on.

    A scenario file holds assumptions for good; here they change with the policy, so that all arms share one past.
    """
    base = baseline()
    scenario = load_scenario(base, dict(arm.levers)) if arm.levers else base
    if arm.assumptions:
        stage = {
            name: (Entry(FIRST_POLICY_QUARTER, LONGEST - 1, (float(value),) * COLUMNS),)
            for name, value in arm.assumptions.items()
        }
        old = scenario.timeline
        scenario = replace(scenario, timeline=Timeline(old.settings, old.neutral, (*old.stages, stage)))
    return replace(scenario, name=arm.name)


def play_seed(seed: int, scale: float, arms: Sequence[Arm], bought: Sequence[tuple[str, str]] = ()) -> Seed:
    """All arms of a seed. bought: pairs of followed arms (against, arm) for what extra public money bought."""
    past = common_past(baseline(), seed, scale, FIRST_POLICY_QUARTER, False)
    futures: Seed = {}
    outcomes: dict[str, Outcome] = {}
    for arm in arms:
        futures[arm.name], outcome = play_arm(past.copy(), arm, seed)
        if arm.followed:
            outcomes[arm.name] = outcome
    for against, name in bought:
        last = FIRST_POLICY_QUARTER + len(futures[name].indicators) - 1
        found = one_pair(outcomes[against], outcomes[name], (FIRST_POLICY_QUARTER, last), scale)
        futures[name].figures.update({f"{key}|{against}": (value, 1.0) for key, value in found.items()})
    return futures


def play_arm(track: Track, arm: Arm, seed: int) -> tuple[Future, Outcome]:
    """One arm from where the policies part."""
    scenario = scenario_of(arm)
    last = FIRST_POLICY_QUARTER + arm.quarters - 1
    if arm.followed:
        track.recorder.followed = Followed.begin(track.state, FIRST_POLICY_QUARTER, last)
    support, watched = FirstSupport(), []
    for quarter in range(FIRST_POLICY_QUARTER, last + 1):
        track.play(scenario, quarter + 1)
        state = track.state
        state.quarter -= 1  # the quarter just played, whose events and tallies are still there
        watched.append([watch.look(state) for watch in WATCHES.values()])
        events = state.event.code[:, : state.event.used]
        support.observe(quarter, events[tl.WHAT], events[tl.WHO], last - PATIENCE)
        state.quarter += 1
    outcome = outcome_of(arm.name, scenario, seed, track)
    costs = cost_of(outcome, (FIRST_POLICY_QUARTER, last))
    amount, present = costs[TOTAL]
    figures = {
        "first_support": support.close(), "net_public_cost": (amount, arm.quarters / 4.0),
        "present_cost": (present, 1.0),
    }  # fmt: skip
    for name, lever in COSTS.items():
        paid = sum(part for (key, _, _), (part, _) in costs.items() if key == label("parameter", lever))
        figures[name] = (paid, arm.quarters / 4.0)
    since = slice(FIRST_POLICY_QUARTER, None)
    return Future(outcome.indicators[since], outcome.weights[since], np.array(watched), figures), outcome


def play_all(
    seeds: Sequence[int], scale: float, groups: Sequence[Group], keep: bool = True, say: Told = silent, workers: int = 0
) -> list[Seed]:
    """All arms of all seeds, seeds side by side on all cores (or on so many workers)."""
    count = min(workers or cores(), len(seeds))
    one = partial(play_groups, scale=scale, groups=groups, keep=keep)
    found: list[Seed] = []
    with processes(count) if count > 1 else nullcontext() as pool:
        with quiet_start(1):
            played = map(one, seeds) if pool is None else pool.map(one, seeds)
        for futures in played:
            found.append(futures)
            say(f"seed {len(found)} of {len(seeds)}")
    return found


def play_groups(seed: int, scale: float, groups: Sequence[Group], keep: bool) -> Seed:
    """All arms of a seed; with `keep` what a group gave is read from the cache if it was played before."""
    futures: Seed = {}
    for arms, bought in groups:
        path = kept(seed, scale, arms, bought) if keep else None
        if path is not None and path.exists():
            futures |= pickle.loads(path.read_bytes())
            continue
        played = play_seed(seed, scale, arms, bought)
        futures |= played
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(pickle.dumps(played, protocol=5))
    return futures


def kept(seed: int, scale: float, arms: Sequence[Arm], bought: Sequence[tuple[str, str]]) -> Path:
    """Where a seed's arms lie in the cache."""
    asked: list[object] = [source_hash(patterns=ACTING), seed, scale, list(WATCHES), list(bought)]
    asked += [[arm.name, scenario_of(arm).hash, arm.quarters, arm.followed] for arm in arms]
    name = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:40]
    return user_cache() / "statics" / f"{name}.seed"
