"""Which findings survive: other seeds, other scales, fitted values, the posterior, debatable assumptions at both ends.

python -m simulation.experiments.robustness [SEEDS] [SCALE]     plays everything and writes docs/robustness.md anew
python -m simulation.experiments.robustness equal               plays only the levers at equal cost, keeps the rest
python -m simulation.experiments.robustness missing             plays worlds and levers that are missing, keeps the rest
python -m simulation.experiments.robustness worlds              plays the worlds that are missing, keeps the rest
python -m simulation.experiments.robustness page                writes the page again from docs/robustness.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np

from ..indicators.definitions import INDICATORS
from ..scenario.parameter import CATALOGUE, number
from .compare import compare
from .conduct import Way
from .effects import Array, divided, mean_interval, window_sums
from .equal_ranking import BUDGET, Say, at_budget, chosen, digits, section, seeds_of, told, words
from .references import DOCS, line

COMMAND = "python -m simulation.experiments.robustness"
SEEDS, SCALE = 6, 0.03
SCALES = (0.05, 0.1, 0.3)
LARGE = 0.3  # scale from which half as many seeds are played
JSON = DOCS / "robustness.json"
POLICIES = (
    "open_exits", "closed_exits", "early_investment", "early_mandate", "bigger_grants", "more_guidance",
    "cheaper_loans", "conversion_grants",
)  # fmt: skip
BOTH = {
    "name": "both", "title": "Open exits and early mandate", "extends": "open_exits", "levers": {"early_mandate": 0.5},
}  # fmt: skip
FITTED = {"calibration": "2023-12"}
SPENDING = ("bigger_grants", "more_guidance", "cheaper_loans", "conversion_grants")
GOALS = ("validated_products", "equity_invested")
DEBATABLE = (
    "exit_response", "funding_response", "outcome_elasticity", "overhang", "screening_noise", "hurdle_level",
    "bargaining", "first_round_bar", "follow_on_preference",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """Circumstances in which the comparisons are played again."""

    name: str
    seeds: tuple[int, ...]
    scale: float
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """What a policy does to an indicator, or what two do together beyond the sum (`policy` both, minus)."""

    policy: str
    indicator: str

    @property
    def words(self) -> str:
        """The claim as a row of the page begins."""
        return f"{TITLES[self.policy]}: {INDICATORS[self.indicator].label_en}"


TITLES = {
    "open_exits": "Open exits", "closed_exits": "Closed exits", "early_investment": "Early investment",
    "interaction": "Early mandate x open exits, beyond the sum",
}  # fmt: skip
CLAIMS = (
    *(
        Claim(policy, indicator)
        for policy in ("open_exits", "closed_exits", "early_investment")
        for indicator in (
            "exits_ipo", "flow_dpi", "social_commitments", "projects_entered", "equity_invested", "validated_products",
            "public_cost",
        )
    ),
    *(Claim("interaction", indicator) for indicator in ("validated_products", "projects_entered", "equity_invested")),
)  # fmt: skip


def worlds(seeds: int, scale: float) -> list[World]:
    """Everything that is played: the baseline's assumptions first."""
    own = tuple(range(1, seeds + 1))
    ends = [
        World(f"{CATALOGUE[name].label_en} {number(end)}", own, scale, {name: end})
        for name in DEBATABLE
        for end in (CATALOGUE[name].low, CATALOGUE[name].high)
        if end != CATALOGUE[name].value
    ]
    few = own[: max(3, seeds // 2)]
    return [
        World("Baseline's assumptions", own, scale),
        World("Other seeds", tuple(range(201, 201 + seeds)), scale),
        World("Calibration 2023-12", own, scale, FITTED),
        World("Posterior of it", tuple(range(1, 2 * seeds + 1)), scale, FITTED | {"assumptions": "posterior"}),
        *(World(f"Scale {number(size)}", own if size < LARGE else few, size) for size in SCALES),
        *ends,
    ]


def played(world: World, quiet: bool = False) -> dict[str, Array]:
    """Indicators over 2024Q1 to 2035Q4 by arm (seeds x indicators)."""
    found = compare(
        "baseline", *POLICIES, BOTH, seeds=list(world.seeds), scale=world.scale, quiet=quiet, **world.changes
    )
    known = {(one.scenario, one.seed): one for one in found.conducted.outcomes}
    arms = {}
    for name, shown in zip(("baseline", *POLICIES, "both"), found.plan.names, strict=True):
        runs = [known[shown, seed] for seed in world.seeds]
        arms[name] = np.array([divided(*window_sums(one.indicators, one.weights, *found.plan.window)) for one in runs])
    return arms


def effect(arms: Mapping[str, Array], claim: Claim) -> tuple[float, float, float]:
    """Effect of a claim with its interval, in the unit of the indicator."""
    place = list(INDICATORS).index(claim.indicator)
    value = {name: table[:, place] for name, table in arms.items()}
    if claim.policy == "interaction":
        return mean_interval(value["both"] - value["early_mandate"] - value["open_exits"] + value["baseline"])
    return mean_interval(value[claim.policy] - value["baseline"])


def sign(found: tuple[float, float, float]) -> int:
    """1 or -1 if the interval excludes zero, else 0."""
    return 1 if found[1] > 0.0 else -1 if found[2] < 0.0 else 0


def ranking(arms: Mapping[str, Array], goal: str) -> list[tuple[str, float]]:
    """Spending policies by what CNY 1 bn of public cost buys of a goal, best first; means over seeds.

    Every policy is scaled in proportion: effect / public cost. A policy without cost above zero stands last (NaN).
    """
    place, cost = list(INDICATORS).index(goal), list(INDICATORS).index("public_cost")
    wanted = [place, cost]
    each = []
    for name in SPENDING:
        gain, paid = (arms[name][:, wanted] - arms["baseline"][:, wanted]).mean(axis=0)
        each.append((name, float(gain / paid) if paid > 0.0 else float("nan")))
    return sorted(each, key=lambda pair: (np.isnan(pair[1]), -pair[1]))


def summary(world: World, arms: Mapping[str, Array]) -> dict[str, Any]:
    """What is kept of a world, fit for JSON."""
    return {
        "world": world.name, "seeds": len(world.seeds), "scale": world.scale,
        "claims": {f"{one.policy}/{one.indicator}": list(effect(arms, one)) for one in CLAIMS},
        "rankings": {goal: ranking(arms, goal) for goal in GOALS},
    }  # fmt: skip


def survives(rows: Sequence[dict[str, Any]], claim: Claim) -> tuple[str, list[str], list[str]]:
    """Verdict, worlds in which it is not told from luck, and contrary ones; the first row is the finding."""
    key = f"{claim.policy}/{claim.indicator}"
    signs = {row["world"]: sign(tuple(row["claims"][key])) for row in rows}
    first = signs[rows[0]["world"]]
    if first == 0:
        clear = [name for name, one in signs.items() if one]
        return "not told from luck" if not clear else "not told from luck, but elsewhere", [], clear
    unclear = [name for name, one in signs.items() if one == 0]
    contrary = [name for name, one in signs.items() if one == -first]
    verdict = "survives all" if not unclear and not contrary else "turns" if contrary else "fades"
    return verdict, unclear, contrary


def page(rows: Sequence[dict[str, Any]], equal: Sequence[dict[str, Any]]) -> str:
    """The page docs/robustness.md: findings, worlds, the ranking in proportion and that at equal cost."""
    first = rows[0]
    heads = ("Finding", "baseline's assumptions", "verdict", "not clear in", "contrary (or clear) in")
    table = [line(heads), line(("---",) * 5)]
    for claim in CLAIMS:
        mean, low, high = first["claims"][f"{claim.policy}/{claim.indicator}"]
        verdict, unclear, contrary = survives(rows, claim)
        shown = f"{digits(mean)} ({digits(low)} to {digits(high)}) {INDICATORS[claim.indicator].unit}"
        table.append(line((claim.words, shown, verdict, "; ".join(unclear), "; ".join(contrary))))
    many = sum(abs(sign(tuple(found))) for row in rows for found in row["claims"].values())
    cells = len(CLAIMS) * len(rows)
    return "\n".join([
        "# Which findings survive",
        "",
        f"Written by `{COMMAND} {first['seeds']} {first['scale']:g}`: {len(rows)} worlds, the same",
        "comparisons in each; effects over 2024Q1 to 2035Q4, paired by seed, 95 % intervals. *Survives all*: the",
        "same sign, clear of zero, in every world. *Fades*: somewhere not told from luck. *Turns*: somewhere clear",
        "with the other sign. The last column names these, and for findings that are not clear with the baseline's",
        "assumptions the worlds in which they are.",
        f"{many} of {cells} intervals exclude zero; {cells * 0.05:.0f} would by chance alone.",
        "",
        *table,
        "",
        "## Worlds",
        "",
        *(f"- {row['world']}: {row['seeds']} seeds, scale {row['scale']:g}" for row in rows),
        "",
        "Debatable assumptions are those that nobody has measured and on which a link of the cycle hangs: "
        + ", ".join(CATALOGUE[name].label_en.lower() for name in DEBATABLE) + ".",
        "",
        "## Ranking of levers that cost money, in proportion to cost",
        "",
        "Each policy is scaled in proportion to CNY 1 bn of public cost a year (effect / cost, both over the window,",
        "means over seeds): quick, in every world, and true only if effects grow as costs do. The section after",
        "it scales the levers themselves.",
        *proportional(rows),
        "",
        "## Ranking of levers at equal cost",
        "",
        EQUAL,
        *section(equal, rows, GOALS, [world.name for world, _ in scaled_worlds(rows)]),
        "",
    ])  # fmt: skip


EQUAL = (
    "Every lever goes so far that the mean present value of public cost over the window and seeds is the same budget, "
    "within 1 %; intensity 1 is the policy as written, and the search runs to the end of the lever's range. Effects "
    "and differences of neighbours are paired by seed, with 95 % intervals; two neighbours *cannot be told apart* if "
    "the interval of their difference includes zero. Public cost jumps between neighbouring intensities, because one "
    "other decision sets off other luck; where the search ends with a cost within 10 % it is shown and ranked, "
    "beyond that the lever stands below and is not ranked. An intensity close to zero says that luck met the budget, "
    "not the lever: such a row compares nothing."
)


def proportional(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What a yuan buys in every world, as tables."""
    ranks: list[str] = []
    for goal in GOALS:
        top = line(("World", "order, best first (per CNY bn)"))
        ranks += ["", f"### {INDICATORS[goal].label_en}", "", top, line(("---",) * 2)]
        for row in rows:
            order = ", ".join(
                f"{words(name)} {value:+.2g}" if value == value else f"{words(name)} (no cost)"
                for name, value in row["rankings"][goal]
            )
            ranks.append(line((row["world"], order)))
        kept = always_ahead([row["rankings"][goal] for row in rows])
        named = "; ".join(f"{words(better)} before {words(worse)}" for better, worse in kept) or "none"
        ranks += ["", f"Pairs of levers that stand in the same order in every world: {named}."]
    return ranks


def always_ahead(rankings: Sequence[Sequence[tuple[str, float]]]) -> list[tuple[str, str]]:
    """Pairs of levers (better, worse) in the order that they have in every ranking; one without cost ranks nowhere."""
    found = [[name for name, value in ranking if value == value] for ranking in rankings]
    pairs = [set(combinations(names, 2)) for names in found]
    return [pair for pair in combinations(found[0], 2) if all(pair in known for known in pairs)]


def scaled_worlds(rows: Sequence[dict[str, Any]]) -> list[tuple[World, str]]:
    """The worlds in which levers are scaled, with their seeds and the reason why they were chosen."""
    known = {world.name: world for world in worlds(rows[0]["seeds"], rows[0]["scale"])}
    ends = [name for name, world in known.items() if world.changes and set(world.changes) <= set(DEBATABLE)]
    return [
        (replace(known[name], seeds=seeds_of(name, known[name].seeds[0])), reason)
        for name, reason in chosen(rows, ends).items()
    ]


def at_equal_cost(
    world: World, reason: str, way: Way, budget: float = BUDGET, there: Sequence[dict[str, Any]] = (), say: Say = told
) -> Iterator[dict[str, Any]]:
    """Levers that cost money at the same budget in one world, fit for JSON: told anew after every lever.

    there: levers of that world which are not played again.
    """
    levers = list(there)
    missing = [name for name in SPENDING if name not in {one["policy"] for one in levers}]
    if not missing:
        return
    for one in at_budget("baseline", missing, GOALS, world.seeds, world.scale, world.changes, way, budget, say):
        levers.append(one)
        yield row_of(world, reason, budget, levers)


def row_of(world: World, reason: str, budget: float, levers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A world with its levers at equal cost, fit for JSON."""
    return {
        "world": world.name, "reason": reason, "seeds": list(world.seeds), "scale": world.scale, "budget": budget,
        "levers": list(levers),
    }  # fmt: skip


def kept() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What docs/robustness.json holds: worlds, and levers at equal cost."""
    found = json.loads(JSON.read_text(encoding="utf-8"))
    return found["worlds"], found["equal_cost"]


def write(rows: Sequence[dict[str, Any]], equal: Sequence[dict[str, Any]]) -> None:
    """The numbers and the page made from them."""
    JSON.write_text(json.dumps({"worlds": rows, "equal_cost": equal}, indent=1) + "\n", encoding="utf-8")
    (DOCS / "robustness.md").write_text(page(rows, equal), encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    """Play every world and write the page and its numbers; a word in place of numbers keeps what has been played."""
    kind = arguments[0] if arguments and arguments[0] in ("equal", "missing", "worlds", "page") else ""
    rows, equal = kept() if kind else ([], [])
    if kind in ("", "missing", "worlds"):
        seeds, scale = (rows[0]["seeds"], rows[0]["scale"]) if rows else asked(arguments)
        rows = played_worlds(seeds, scale, rows)
    if kind not in ("page", "worlds"):
        play_levers(rows, equal if kind == "missing" else [])
    else:
        write(rows, equal)
    print(f"{DOCS / 'robustness.md'}")


def play_levers(rows: Sequence[dict[str, Any]], there: Sequence[dict[str, Any]]) -> None:
    """Play levers at equal cost, those aside that are there, and write numbers and page after every lever."""
    known = {one["world"]: one for one in there}
    for world, reason in scaled_worlds(rows):
        print(f"Levers at equal cost: {world.name} ...", flush=True)
        old = known.get(world.name, row_of(world, reason, BUDGET, ()))
        same = old["seeds"] == list(world.seeds) and old["scale"] == world.scale and old["budget"] == BUDGET
        for row in at_equal_cost(world, reason, Way(quiet=True), there=old["levers"] if same else ()):
            known[world.name] = row
            write(rows, list(known.values()))
    write(rows, list(known.values()))


def asked(arguments: Sequence[str]) -> tuple[int, float]:
    """Seeds and scale that the command line names."""
    return int(arguments[0]) if arguments else SEEDS, float(arguments[1]) if len(arguments) > 1 else SCALE


def played_worlds(seeds: int, scale: float, there: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """Every world with so many seeds and at this scale, those aside that are there."""
    known = {row["world"]: row for row in there}
    rows = []
    for world in worlds(seeds, scale):
        if world.name not in known:
            print(f"{world.name} ...", flush=True)
        rows.append(known.get(world.name) or summary(world, played(world)))
    return rows


if __name__ == "__main__":
    main(sys.argv[1:])
