"""Conditions of a dated entry: comparisons of indicators with numbers, joined by `and` and `or`; never evaluated."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from simulation.errors import InternalError, nearest_name

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
MOST_COMPARISONS = 20
EXAMPLE = "e.g. npl_ratio < 2.5 and flow_dpi > 0.8"

_TOKEN = re.compile(
    r"\s*(?:(<=|>=|==|!=|<|>)|([A-Za-z_]\w*)|([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))|(\S))"
)


class ConditionError(ValueError):
    """What is wrong with the text of a condition, with the nearest indicator where a name is unknown."""

    def __init__(self, found: str, nearest: str = "") -> None:
        super().__init__(found, nearest)
        self.found = found
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Comparison:
    """An indicator's national value of last quarter against a number."""

    indicator: str
    sign: str
    number: float

    def holds(self, last: Mapping[str, float]) -> bool:
        """Whether it is true; an indicator without a value (NaN) makes every comparison false."""
        try:
            value = float(last[self.indicator])
        except KeyError:
            raise InternalError(f"a condition asks for {self.indicator}, which last quarter does not report") from None
        return not math.isnan(value) and COMPARE[self.sign](value, self.number)

    def __str__(self) -> str:
        return f"{self.indicator} {self.sign} {self.number:.15g}"


@dataclass(frozen=True, slots=True)
class Condition:
    """Comparisons in groups: all of a group must hold, one group suffices (`and` binds tighter than `or`)."""

    groups: tuple[tuple[Comparison, ...], ...]

    def holds(self, last: Mapping[str, float]) -> bool:
        """Whether the condition is true of last quarter's national indicators."""
        return any(all(comparison.holds(last) for comparison in group) for group in self.groups)

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators it asks for, each once."""
        return tuple(dict.fromkeys(comparison.indicator for group in self.groups for comparison in group))

    def __str__(self) -> str:
        return " or ".join(" and ".join(map(str, group)) for group in self.groups)


def parse_condition(text: str, indicators: Collection[str]) -> Condition:
    """The condition written in `text`; ConditionError for unknown indicators and for anything but comparisons."""
    tokens = _tokens(text)
    groups: list[list[Comparison]] = [[]]
    for place in range(0, len(tokens) + 1, 4):
        groups[-1].append(_comparison(tokens[place : place + 3], indicators))
        if place + 3 >= len(tokens):
            break
        joint = tokens[place + 3]
        if joint not in ("and", "or"):
            raise ConditionError(f"{joint!r} where `and`, `or` or the end is expected")
        if joint == "or":
            groups.append([])
    if sum(map(len, groups)) > MOST_COMPARISONS:
        raise ConditionError(f"more than {MOST_COMPARISONS} comparisons")
    return Condition(tuple(map(tuple, groups)))


def _tokens(text: str) -> list[str]:
    """Words, numbers and signs of comparison; everything else is refused."""
    tokens = []
    for match in _TOKEN.finditer(text.strip()):
        if match[4] is not None:
            raise ConditionError(f"the sign {match[4]}")
        tokens.append(match[1] or match[2] or match[3])
    return tokens


def _comparison(tokens: list[str], indicators: Collection[str]) -> Comparison:
    if not tokens:
        raise ConditionError("no comparison")
    if tokens[0] in COMPARE or tokens[0] in ("and", "or") or not tokens[0].isidentifier():
        raise ConditionError(f"{tokens[0]!r} where the name of an indicator is expected")
    if tokens[0] not in indicators:
        raise ConditionError(f"{tokens[0]}, which is not an indicator", nearest_name(tokens[0], indicators))
    if len(tokens) < 2 or tokens[1] not in COMPARE:
        raise ConditionError(f"{tokens[0]} without a comparison")
    if len(tokens) < 3 or tokens[2] in COMPARE or tokens[2].isidentifier():
        raise ConditionError(f"{tokens[0]} {tokens[1]} without a number after it")
    if not math.isfinite(float(tokens[2])):
        raise ConditionError(f"the number {tokens[2]}, which is too large")
    return Comparison(tokens[0], tokens[1], float(tokens[2]))
