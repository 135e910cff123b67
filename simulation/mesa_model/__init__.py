"""Mesa's view of the cycle: the model as a `mesa.Model`, its agents as row views. The only room that knows Mesa."""

from __future__ import annotations

from .model import CycleModel
from .views import Bank, Enterprise, Founder, Fund, FundManager, LocalGovernment, RowView

__all__ = ["Bank", "CycleModel", "Enterprise", "Founder", "Fund", "FundManager", "LocalGovernment", "RowView"]
