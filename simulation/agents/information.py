"""What financiers can know about an enterprise and how likely it meets one: the sums to which every label adds."""

from __future__ import annotations

import math

from ..engine.jit import rule
from ..engine.table import Codes, Matrix
from ..scenario.parameter import parameter
from .enterprise import MEMBER_AT, ROADSHOW_UNTIL, SHORTLISTED_UNTIL, VALIDATED_AT
from .programmes import label_weight

VALIDATED_UNITS = parameter("information_validated")
MEETING = parameter("meeting_base")
LABEL_UNITS = parameter("information_label")
SHORTLIST_UNITS = parameter("information_shortlist")
LABEL_MEETING = parameter("meeting_label")
ROADSHOW_UNITS = parameter("information_roadshow")
PLATFORM_UNITS = parameter("information_platform")
PLATFORM_DEPTH = parameter("platform_depth")
PLATFORM_MEETING = parameter("meeting_platform")
PLATFORM_SATURATION = parameter("platform_saturation")
INSTITUTIONS = parameter("platform_institutions")


@rule
def information_units(firm_code: Codes, i: int, t: int, on_platform: float, policy: Matrix, memory: Matrix) -> float:
    """Information units n_i about firm i: what validation and labels add to a financier's own look.

    on_platform: 1 for a financier on the industry-finance platform, whose members it sees better; else 0.
    """
    units = 0.0
    if firm_code[VALIDATED_AT, i] >= 0:
        units += policy[VALIDATED_UNITS, 0]
    units += policy[LABEL_UNITS, 0] * label_weight(firm_code, i, t, memory)
    if firm_code[SHORTLISTED_UNTIL, i] >= t:
        units += policy[SHORTLIST_UNITS, 0]
    if firm_code[ROADSHOW_UNTIL, i] >= t:
        units += policy[ROADSHOW_UNITS, 0]
    if on_platform > 0.0 and firm_code[MEMBER_AT, i] >= 0:
        units += policy[PLATFORM_UNITS, 0] * policy[PLATFORM_DEPTH, 0]
    return float(units)


@rule
def meeting_chance(firm_code: Codes, i: int, t: int, policy: Matrix, memory: Matrix) -> float:
    """Chance that firm i, seeking equity without holders, meets a suitable financier this quarter: 1 - e^-rate."""
    if firm_code[ROADSHOW_UNTIL, i] >= t:
        return 1.0  # it has signed an intention: the signatories hear it
    rate = policy[MEETING, 0]
    rate += policy[LABEL_MEETING, 0] * label_weight(firm_code, i, t, memory)
    if firm_code[MEMBER_AT, i] >= 0 and policy[INSTITUTIONS, 0] > 0.0:
        reach = 1.0 - math.exp(-policy[INSTITUTIONS, 0] / policy[PLATFORM_SATURATION, 0])
        rate += policy[PLATFORM_MEETING, 0] * reach
    return 1.0 - math.exp(-rate)
