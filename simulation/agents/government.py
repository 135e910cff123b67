"""Central and local governments: columns of the six regions."""

from __future__ import annotations

from ..engine.table import Layout

REGIONS = Layout("region", "a local government with its guidance fund and other state money")
PURSE = REGIONS.column("purse", "CNY mn", "bank deposits")
BONDS_OUT = REGIONS.column("bonds_out", "CNY mn", "bonds outstanding")
TAXES = REGIONS.column("taxes", "CNY mn/q", "taxes collected this quarter")
REVENUE = REGIONS.column("revenue", "CNY mn/year", "taxes of the last four quarters, exponential average")
PROGRAMMES = REGIONS.column("programmes", "CNY mn/q", "spending on programmes this quarter, receipts deducted")
OTHER = REGIONS.column("other", "CNY mn/q", "other revenue less other spending at the opening")
USUAL_PROGRAMMES = REGIONS.column("usual_programmes", "CNY mn/q", "programmes before the opening, mean of 20 quarters")
CASH_TARGET = REGIONS.column("cash_target", "CNY mn", "deposits it wants to keep")
GRANTS_DUE = REGIONS.column("grants_due", "CNY mn/q", "grants earned by enterprises and not yet paid")
GUIDANCE_BUDGET = REGIONS.column("guidance_budget", "CNY mn", "guidance money not yet committed")
RECEIPTS = REGIONS.column("receipts", "CNY mn/q", "fund distributions and central transfers of this quarter")
RECEIPTS_YEAR = REGIONS.column("receipts_year", "CNY mn/year", "the same over four quarters, exponential average")
TRANSFER_DUE = REGIONS.column("transfer_due", "CNY mn", "central transfer earned by co-funding and not yet paid")
KNOWLEDGE = [REGIONS.column(f"knowledge_{j}", "CNY mn", f"knowledge stock of sector {j}") for j in range(9)]
RESEARCH = [REGIONS.column(f"research_{j}", "CNY mn/q", f"R&D of sector {j} this quarter") for j in range(9)]
KNOWLEDGE_0, RESEARCH_0 = KNOWLEDGE[0], RESEARCH[0]
