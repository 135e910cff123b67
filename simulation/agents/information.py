"""What financiers can know about an enterprise and how likely it meets one: the sums to which every label adds."""

from __future__ import annotations

import math

from ..engine.jit import rule
from ..engine.table import Codes, Matrix
from ..scenario.parameter import parameter
from .enterprise import SHORTLISTED_UNTIL, VALIDATED_AT
from .programmes import label_weight

VALIDATED_UNITS = parameter("information_validated")
MEETING = parameter("meeting_base")
LABEL_UNITS = parameter("information_label")
SHORTLIST_UNITS = parameter("information_shortlist")
LABEL_MEETING = parameter("meeting_label")


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
    return float(units)


@rule
def meeting_chance(firm_code: Codes, i: int, t: int, policy: Matrix, memory: Matrix) -> float:
    """Chance that firm i, seeking equity without holders, meets a suitable financier this quarter: 1 - e^-rate."""
    rate = policy[MEETING, 0]
    rate += policy[LABEL_MEETING, 0] * label_weight(firm_code, i, t, memory)
    return 1.0 - math.exp(-rate)
