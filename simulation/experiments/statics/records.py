"""What a comparison of the comparative statics is made of: arms that are played and claims that are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Expected = Literal["up", "down", "same", "report"]
Window = tuple[int, int]  # first and last quarter after the change, both included; 0 = 2024Q1
HORIZON = (0, 39)
LONG = (0, 59)
BASE = "base"


@dataclass(frozen=True)
class Arm:
    """A future played from 2024Q1 on. levers and assumptions hold from then on; the past is that of the baseline.

    quarters: how many are played. followed: whether enterprises are followed, for what public money bought.
    """

    name: str
    label_en: str
    label_zh: str
    levers: Mapping[str, float] = field(default_factory=dict)
    assumptions: Mapping[str, float] = field(default_factory=dict)
    quarters: int = 40
    followed: bool = False


@dataclass(frozen=True)
class Claim:
    """A measure, what was expected of it, and the arms between which it is taken.

    kind: effect   the measure in arm `to` less that in arm `start`
          bend     (to - middle) less (middle - start): below zero if the second step adds less than the first
          gap      change of `measure` less change of `other`, each in % of its start
          lag      quarters from the peak of the effect on `other` to that of the effect on `measure`
          bought   a figure of what extra public money bought, arm `to` against arm `against`, less the same of `start`
    reference: the value with which the interval is compared.
    """

    id: str
    measure: str
    expected: Expected
    start: str
    to: str
    window: Window = HORIZON
    kind: Literal["effect", "bend", "gap", "lag", "bought"] = "effect"
    other: str = ""
    middle: str = ""
    against: str = ""
    reference: float = 0.0
    words: str = ""  # what the claim says, where its measure alone does not


@dataclass(frozen=True)
class Comparison:
    """One of the twelve: its number, what is changed, arms and claims."""

    number: str
    label_en: str
    label_zh: str
    arms: tuple[Arm, ...]
    claims: tuple[Claim, ...]
    remark: str = ""
