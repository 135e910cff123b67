"""What is measured: the definition of every indicator, with its unit, formula and wanted direction."""

from simulation.indicators.definitions import INDICATORS
from simulation.indicators.record import Indicator

__all__ = ["INDICATORS", "Indicator"]
