"""The record that describes an indicator."""

from dataclasses import dataclass
from typing import Literal

Group = Literal["innovation", "financing", "industry", "stability", "public_finance", "cycle"]
Aggregate = Literal["flow", "level", "ratio"]
Better = Literal["higher", "lower", "none"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measured quantity: a column of the table of indicators.

    Units: ``unit`` is that of the quarterly value; money is CNY bn at 2023 prices unless the unit says otherwise.
    """

    id: str
    """Name of the column."""
    code: str
    """Short reference used in reports; indicators measured together share one."""
    label_en: str
    label_zh: str
    unit: str
    group: Group
    formula: str
    """What is computed, in words."""
    aggregate: Aggregate
    """flow: summed over a window and given a year; level: mean of the last four quarters; ratio: ratio of sums."""
    better: Better
    """Direction a policy maker wants, or none."""
    split: tuple[str, ...] = ()
    """Dimensions by which it is also recorded: sector, region, stage, origin, board, channel, vintage."""
    paired: bool = False
    """Whether it needs a second run without the policy; in a single run its column is empty."""

    def label(self, language: str = "en") -> str:
        """Name shown to a reader, in English (``en``) or Chinese (``zh``)."""
        return self.label_zh if language == "zh" else self.label_en
