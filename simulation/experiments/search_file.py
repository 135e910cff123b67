"""Reading a search from YAML, as designs are read: every fault with its line, what is allowed and the nearest name."""

from __future__ import annotations

from pathlib import Path

from ..errors import DesignError, Faults, nearest_name
from ..indicators.definitions import INDICATORS
from ..scenario.parameter import CATALOGUE
from ..scenario.quarters import FIRST_POLICY_QUARTER
from ..scenario.yaml_text import read_text
from ..scenario.yaml_tree import Items, Node, Scalar, Table, describe_node, read_tree
from .design import find_record
from .design_file import Reader
from .search import Choice, Goal, Search

KEYS = (
    "name", "title", "author", "description", "base", "levers", "budget", "goals", "trials", "population",
    "sampler_seed", "seeds", "holdout", "front_points", "quarters", "scale", "window",
)  # fmt: skip
TRIALS, POPULATION, MOST_TRIALS, MOST_POPULATION = 240, 24, 100_000, 1000
FRONT, MOST_FRONT = 12, 100  # points of the front that are checked on hold-out seeds and written as scenarios
MOST_GOALS = 3  # beyond which nearly every candidate is on the front, and no figure shows it
MOST_BUDGET = 100_000.0
SEEDS, HOLDOUT = tuple(range(1, 11)), tuple(range(1001, 1021))
DIRECTIONS = ("higher", "lower")


def read_search(path: str | Path) -> Search:
    """The search in a file. Errors: DesignError with every fault."""
    shown = Path(path).as_posix()
    faults = Faults(DesignError)
    tree = read_tree(read_text(Path(path), shown, DesignError), shown, faults)
    faults.stop()
    if not isinstance(tree, Table):
        raise DesignError.at(shown, "nothing", "base, levers, budget and goals")
    return _SearchReader(tree, Path(path), faults).search()


class _SearchReader(Reader):
    """Reads the keys of a search, noting every fault with its line."""

    def search(self) -> Search:
        """The whole search. Errors: DesignError."""
        for key, place in self.tree.keys.items():
            if key not in KEYS:
                self.faults.add(place, f"{key}, which is not a key of a search", ", ".join(KEYS), near_key(key))
        base = self.base()
        choices, goals = self.choices(), self.goals()
        budget = self.budget()
        population = self.count("population", POPULATION, 4, MOST_POPULATION)
        trials = self.count("trials", max(TRIALS // population, 1) * population, 4, MOST_TRIALS)
        self.check_whole_generations(trials, population)
        seeds, holdout = self.seeds_behind("seeds", SEEDS), self.seeds_behind("holdout", HOLDOUT)
        self.check_apart(seeds, holdout)
        shown = self.count("front_points", FRONT, 1, MOST_FRONT)
        sampler_seed = self.count("sampler_seed", 1, 0, 2**31)
        quarters = self.count("quarters", 60, 1, 120)
        if quarters <= FIRST_POLICY_QUARTER:
            allowed = f"{FIRST_POLICY_QUARTER + 1} to 120: policies begin in 2024Q1"
            self.faults.add(self.place("quarters"), f"quarters: {quarters}", allowed)
        scale, window = self.whole("scale", 0.05, 0.001, 1.0), self.window(quarters)
        self.faults.stop()
        name = self.text("name") or self.path.stem
        return Search(
            name, self.text("title") or name, base, choices, goals, budget, trials, population, sampler_seed, seeds,
            holdout, shown, quarters, scale, window, self.path.as_posix(),
        )  # fmt: skip

    def choices(self) -> tuple[Choice, ...]:
        """The levers with what may be chosen for each: a list of ids, or a map from id to a range or values."""
        node = self.tree.items.get("levers")
        found: list[Choice] = []
        if isinstance(node, Items):
            for item in node.items:
                if isinstance(item, Scalar):
                    found += self.choice(item.text, item, Scalar(item.place, "range", None))
                else:
                    self.faults.add(item.place, describe_node(item), "the id of a lever")
        elif isinstance(node, Table):
            for name, item in node.items.items():
                found += self.choice(name, Scalar(node.keys[name], name, None), item)
        elif node is not None:
            self.faults.add(node.place, f"levers: {describe_node(node)}", "a list of levers, or {lever: {from, to}}")
        if not found and not self.faults.found:
            allowed = "levers: [early_mandate, ...], or levers: {early_mandate: {from: 0.1, to: 0.7}}"
            self.faults.add(self.place("levers"), "no lever to choose", allowed)
        return tuple(found)

    def choice(self, name: str, named: Scalar, node: Node) -> list[Choice]:
        """One lever; nothing after noting that there is none of that name or nothing to choose."""
        if name not in CATALOGUE or CATALOGUE[name].role != "lever":
            if name in CATALOGUE and CATALOGUE[name].role != "external":
                self.faults.add(named.place, f"{name}: an assumption, which no policy chooses", "a lever: tif levers")
            else:
                find_record(name, named.place, self.faults)
            return []
        record = CATALOGUE[name]
        if isinstance(node, Scalar) and (node.text == "range" or (node.value is None and not node.text)):
            return [Choice(name, record.low, record.high)]
        axis = self.axis(record, node, "grid" if isinstance(node, Table) and "steps" in node.items else "latin")
        values = tuple(sorted({float(value) for value in axis.values if isinstance(value, float)}))
        if len(values) != len(axis.values) or axis.low >= axis.high:
            allowed = "range, {from: low, to: high}, {from: low, to: high, steps: n}, or a list of several numbers"
            self.faults.add(node.place, f"{name}: nothing to choose between", allowed)
        listed = isinstance(node, Items) or (isinstance(node, Table) and "steps" in node.items)
        return [Choice(name, axis.low, axis.high, values if listed else ())]

    def goals(self) -> tuple[Goal, ...]:
        """The goals: ids of indicators, or {id: higher} where the indicator's record wants no direction."""
        node = self.tree.items.get("goals")
        items = node.items if isinstance(node, Items) else []
        if node is not None and not isinstance(node, Items):
            allowed = "a list such as [validated_products, npl_ratio]"
            self.faults.add(node.place, f"goals: {describe_node(node)}", allowed)
        found = [goal for item in items for goal in self.goal(item)]
        names = [goal.indicator for goal in found]
        if not items or len(items) > MOST_GOALS or len(set(names)) < len(names):
            told = f"{len(items)} goals" if len(set(names)) == len(names) else "a goal named twice"
            self.faults.add(self.place("goals"), told, f"1 to {MOST_GOALS} indicators, each once; tif indicators")
        return tuple(found)

    def goal(self, item: Node) -> list[Goal]:
        """One goal; nothing after noting what is wrong with it."""
        if isinstance(item, Table) and len(item.items) == 1:
            name, asked = next(iter(item.items.items()))
            wanted = asked.text if isinstance(asked, Scalar) else describe_node(asked)
        elif isinstance(item, Scalar):
            name, wanted = item.text, ""
        else:
            self.faults.add(item.place, describe_node(item), "an indicator, or {indicator: higher}")
            return []
        record = INDICATORS.get(name)
        if record is None or record.paired:
            found = f"{name}: no indicator" if record is None else f"{name}: empty in a run of its own, so no goal"
            self.faults.add(item.place, found, "tif indicators lists them", nearest_name(name, INDICATORS))
            return []
        if wanted and wanted not in DIRECTIONS:
            near = nearest_name(wanted, DIRECTIONS)
            self.faults.add(item.place, f"{name}: {wanted}", "higher or lower", near)
        if not wanted and record.better == "none":
            allowed = f"say which: {{{name}: higher}} or {{{name}: lower}}"
            self.faults.add(item.place, f"{name}: {record.label_en}, which is neither good nor bad", allowed)
        return [Goal(name, wanted or record.better)]

    def budget(self) -> float:
        """The public budget, CNY bn of 2024Q1 over the window."""
        if "budget" not in self.tree.items:
            self.faults.add(self.place("budget"), "no budget", "budget: 200, CNY bn of present value beyond the base")
            return 0.0
        return self.whole("budget", 0.0, 0.0, MOST_BUDGET)

    def check_whole_generations(self, trials: int, population: int) -> None:
        """The search asks for whole generations, so trials are a multiple of the population."""
        if trials % population:
            lower = trials // population * population
            near = " or ".join(f"{count}" for count in (lower, lower + population) if count)
            found = f"trials: {trials}, which is no multiple of the population {population}"
            self.faults.add(self.place("trials"), found, f"whole generations, e.g. {near}")

    def check_apart(self, seeds: tuple[int, ...], holdout: tuple[int, ...]) -> None:
        """Hold-out seeds only tell something if no candidate was chosen on them."""
        both = sorted(set(seeds) & set(holdout))
        if both:
            found = f"hold-out seeds that the search has used: {', '.join(map(str, both[:8]))}"
            where = "holdout" if "holdout" in self.tree.items else "seeds"
            self.faults.add(self.place(where), found, "other seeds, e.g. holdout: 1001-1020")


def near_key(key: str) -> str:
    """The nearest key; what designs call `vary` is `levers` here."""
    return "levers" if key == "vary" else nearest_name(key, KEYS)
