"""Public finance: cost, tax, debt, and what the money bought."""

from typing import Final

from simulation.indicators.record import Group, Indicator

GROUP: Final[Group] = "public_finance"

PUBLIC_FINANCE: Final = (
    Indicator(
        "public_cost", "P1", "Public cost", "公共成本", "CNY bn", GROUP,
        "present value of outlay, tax not collected, expected loss, concession and administration, less receipts",
        "flow", "lower",
    ),
    Indicator(
        "contingent_liabilities", "P2", "Contingent liabilities", "或有负债", "CNY bn", GROUP,
        "expected loss on guarantees and promises outstanding",
        "level", "lower",
    ),
    Indicator(
        "induced_tax", "P3", "Tax from technology firms", "科技企业税收", "CNY bn", GROUP,
        "value-added, income and gains tax paid by enterprises and partners",
        "flow", "higher",
    ),
    Indicator(
        "net_fiscal_position", "P4", "Net fiscal position", "净财政收支", "CNY bn", GROUP,
        "tax from technology firms less programmes, net of receipts",
        "flow", "higher",
    ),
    Indicator(
        "local_debt_ratio", "P5", "Local debt ratio", "地方债务率", "x", GROUP,
        "local bonds / annual local tax and transfers",
        "ratio", "lower", split=("region",),
    ),
    Indicator(
        "overlap_waste", "P8", "Support above eligible cost", "重复支持金额", "CNY bn", GROUP,
        "public money above a firm's eligible cost",
        "flow", "lower",
    ),
    Indicator(
        "cost_per_validated_product", "P6", "Cost per extra validated product", "每增验证产品成本", "CNY mn", GROUP,
        "extra public cost / extra validated products",
        "ratio", "lower", paired=True,
    ),
    Indicator(
        "cost_per_survivor", "P6", "Cost per extra survivor", "每增存活项目成本", "CNY mn", GROUP,
        "extra public cost / extra projects that reach the market",
        "ratio", "lower", paired=True,
    ),
    Indicator(
        "cost_per_rd", "P6", "Cost per extra yuan of R&D", "每增研发成本", "x", GROUP,
        "extra public cost / extra R&D",
        "ratio", "lower", paired=True,
    ),
    Indicator(
        "additionality", "P7", "Additionality", "政策额外性", "x", GROUP,
        "extra R&D / extra public money of the enterprises that get it",
        "ratio", "higher", paired=True,
    ),
    Indicator(
        "deadweight", "P9", "Deadweight", "无谓支出", "%", GROUP,
        "extra public money to enterprises that come as far without it / extra public money",
        "ratio", "lower", paired=True,
    ),
)
