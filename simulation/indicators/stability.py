"""Financial stability: banks, insurers, guarantees, redemption."""

from typing import Final

from simulation.indicators.record import Group, Indicator

GROUP: Final[Group] = "stability"

STABILITY: Final = (
    Indicator(
        "bank_capital_ratio", "S1", "Bank capital ratio", "银行资本充足率", "%", GROUP,
        "bank capital / risk-weighted assets",
        "ratio", "higher",
    ),
    Indicator(
        "banks_at_limit", "S1", "Banks at their limit", "触及上限银行占比", "%", GROUP,
        "banks that use over 99% of their technology allocation / banks",
        "ratio", "lower",
    ),
    Indicator(
        "bank_allocation_use", "S1", "Technology allocation used", "科技额度使用率", "%", GROUP,
        "capital used by technology loans / capital allotted",
        "ratio", "none",
    ),
    Indicator(
        "npl_ratio", "S2", "Bad loan ratio", "不良贷款率", "%", GROUP,
        "non-performing technology loans / technology loans",
        "ratio", "lower",
    ),
    Indicator(
        "default_rate", "S3", "Loan default rate", "贷款违约率", "% a year", GROUP,
        "technology loans that default in the quarter, a year / performing loans",
        "ratio", "lower",
    ),
    Indicator(
        "insurer_loss_ratio", "S4", "Insurer loss ratio", "保险赔付率", "%", GROUP,
        "claims / premiums earned",
        "ratio", "lower",
    ),
    Indicator(
        "insurer_solvency", "S4", "Insurer solvency", "保险偿付能力", "%", GROUP,
        "equity of insurers / half of annual premiums",
        "ratio", "higher",
    ),
    Indicator(
        "guarantee_call_rate", "S5", "Guarantee call rate", "担保代偿率", "% a year", GROUP,
        "payouts a year / guaranteed loans",
        "ratio", "lower",
    ),
    Indicator(
        "listed_price_index", "S6", "Listed price level", "上市股价指数", "index", GROUP,
        "price level of listed firms, 1 = anchor",
        "level", "none",
    ),
    Indicator(
        "valuation_pressure", "S7", "Price against value", "估值压力", "x", GROUP,
        "value after the round / the lead's own value, mean of rounds",
        "ratio", "none",
    ),
    Indicator(
        "overdue_funds", "S8", "Overdue funds", "超期基金数", "count", GROUP,
        "funds past their term with companies unsold",
        "level", "lower",
    ),
    Indicator(
        "redemptions_claimed", "S9", "Redemptions claimed", "主张回购金额", "CNY bn", GROUP,
        "redemption claims enforced in the quarter",
        "flow", "lower",
    ),
    Indicator(
        "redemptions_paid", "S9", "Redemptions paid", "回购付款金额", "CNY bn", GROUP,
        "money paid on redemption claims",
        "flow", "none",
    ),
    Indicator(
        "redemption_claims_outstanding", "S9", "Unpaid redemption claims", "未付回购金额", "CNY bn", GROUP,
        "redemption claims enforced and unpaid",
        "level", "lower",
    ),
    Indicator(
        "sell_orders_rationed", "S10", "Sell orders not filled", "未成交减持比例", "%", GROUP,
        "sell orders after lock-up not filled / offered",
        "ratio", "lower",
    ),
)
