"""The comparative statics: twelve changes of policy, what was expected, what is found, and what stands behind it.

python -m simulation.experiments.comparative_statics [SEEDS] [SCALE]
    plays them and writes docs/statics.md and tests/statistical/statics.json anew; what was played is kept in the cache
"""

from __future__ import annotations

import json
import sys

from ..engine.jit import compile_all
from ..errors import UsageError
from .references import DOCS
from .statics.comparisons import COMPARISONS, groups
from .statics.measures import evaluate
from .statics.page import page, records_of
from .statics.play import play_all

SEEDS, SCALE = 30, 0.02
SIGNS = DOCS.parent / "tests" / "statistical" / "statics.json"
USAGE = "SEEDS (2 or more) and SCALE (0.001 to 1), e.g. 30 0.02"


def asked(arguments: list[str]) -> tuple[int, float]:
    """Seeds and scale. Errors: UsageError."""
    try:
        seeds = int(arguments[0]) if arguments else SEEDS
        scale = float(arguments[1]) if len(arguments) > 1 else SCALE
    except ValueError:
        raise UsageError.at("comparative_statics", " ".join(arguments), USAGE) from None
    if seeds < 2 or not 0.001 <= scale <= 1.0:
        raise UsageError.at("comparative_statics", " ".join(arguments), USAGE)
    return seeds, scale


def main(arguments: list[str]) -> None:
    """Play, judge and write."""
    seeds, scale = asked(arguments)
    compile_all(say=print)
    played = play_all(range(1, seeds + 1), scale, groups(), say=lambda text: print(text, flush=True))
    found = {claim.id: evaluate(claim, played) for one in COMPARISONS for claim in one.claims}
    (DOCS / "statics.md").write_text(page(found, seeds, scale), encoding="utf-8")
    told = json.dumps(records_of(found, seeds, scale), indent=1, sort_keys=True)
    SIGNS.write_text(told + "\n", encoding="utf-8")
    print("written: docs/statics.md, tests/statistical/statics.json")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except UsageError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
