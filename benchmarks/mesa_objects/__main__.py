"""Seconds per quarter of the object model: `python -m benchmarks.mesa_objects --enterprises 2000 --quarters 4`."""

from __future__ import annotations

import argparse
import time

from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import CATALOGUE

from .opening import open_model

WARM_UP = 8  # quarters before the clock starts, so that there are projects, funds and loans


def main() -> None:
    """Time the model and print a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enterprises", type=int, default=2000, help="enterprises at the opening")
    parser.add_argument("--quarters", type=int, default=4, help="quarters that are timed")
    parser.add_argument("--warm-up", type=int, default=WARM_UP, help="quarters before the clock starts")
    parser.add_argument("--random", choices=("python", "keyed"), default="python", help="where chance comes from")
    wanted = parser.parse_args()
    policy = load_scenario("baseline").policy(-1, {})
    value = CATALOGUE["market_firms_opening"].value
    scale = wanted.enterprises / float(value if not isinstance(value, tuple) else value[0])
    model = open_model(lambda _: policy, scale, random=wanted.random)
    for _ in range(wanted.warm_up):
        model.step()
    start = time.perf_counter()
    for _ in range(wanted.quarters):
        model.step()
    seconds = (time.perf_counter() - start) / wanted.quarters
    living = sum(1 for _ in model.register)
    each = seconds / living * 1e6
    print(f"{living} enterprises, {wanted.random} numbers: {seconds:.3f} s a quarter, {each:.1f} us an enterprise")


if __name__ == "__main__":
    main()
