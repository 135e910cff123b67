"""Health of the cycle: exits, returns, recycling, founders."""

from typing import Final

from simulation.indicators.record import Group, Indicator

GROUP: Final[Group] = "cycle"

CYCLE: Final = (
    Indicator(
        "cycle_gain", "H1", "Cycle gain", "循环增益", "x", GROUP,
        "extra private commitments / money injected once, the injection itself left out",
        "ratio", "higher", paired=True,
    ),
    Indicator(
        "recycling_ratio", "H1", "Proceeds put in again", "回流再投比例", "x", GROUP,
        "commitments of 8 quarters that proceeds could pay / commitments of 8 quarters",
        "ratio", "higher",
    ),
    Indicator(
        "recycling_time", "H2", "Time from call to distribution", "资金循环时间", "quarters", GROUP,
        "quarters from call to distribution, weighted by cash distributed",
        "ratio", "lower",
    ),
    Indicator(
        "dpi_by_vintage", "H3", "Cash returned by vintage", "分年份现金回报", "x", GROUP,
        "distributions / paid-in of funds by year of closing",
        "ratio", "higher", split=("vintage",),
    ),
    Indicator(
        "tvpi", "H4", "Total value to paid-in", "总价值倍数", "x", GROUP,
        "(distributions + net asset value) / paid-in of all funds",
        "ratio", "higher",
    ),
    Indicator(
        "flow_dpi", "H5", "Distributions to calls", "分配与实缴比", "x", GROUP,
        "distributions of 8 quarters / capital calls of 8 quarters",
        "ratio", "higher",
    ),
    Indicator(
        "exit_value", "H6", "Exit value", "退出金额", "CNY bn", GROUP,
        "value of exits: market value at listing, prices paid otherwise",
        "flow", "higher", split=("channel",),
    ),
    Indicator(
        "exits_ipo", "H7", "Companies listed", "上市企业", "count", GROUP,
        "companies with investors that list",
        "flow", "higher", split=("sector", "board"),
    ),
    Indicator(
        "exits_acquisition", "H7", "Companies acquired", "被并购企业", "count", GROUP,
        "companies with investors that are acquired",
        "flow", "none", split=("sector",),
    ),
    Indicator(
        "exits_secondary", "H7", "Companies in secondary sales", "份额转让企业", "count", GROUP,
        "companies of which a holding changes hands in a secondary sale",
        "flow", "none",
    ),
    Indicator(
        "exits_redemption", "H7", "Companies facing redemption", "被回购企业", "count", GROUP,
        "companies against which redemption is enforced",
        "flow", "lower", split=("sector",),
    ),
    Indicator(
        "exits_writeoff", "H7", "Companies written off", "核销企业", "count", GROUP,
        "companies with investors that close",
        "flow", "lower", split=("sector",),
    ),
    Indicator(
        "exits_ipo_holdings", "H7", "Holdings listed", "上市退出笔数", "count", GROUP,
        "fund holdings in companies that list",
        "flow", "higher",
    ),
    Indicator(
        "exits_acquisition_holdings", "H7", "Holdings sold to acquirers", "并购退出笔数", "count", GROUP,
        "fund holdings sold in acquisitions",
        "flow", "none",
    ),
    Indicator(
        "exits_secondary_holdings", "H7", "Holdings sold to other funds", "份额转让笔数", "count", GROUP,
        "fund holdings that change hands in secondary sales",
        "flow", "none",
    ),
    Indicator(
        "exits_redemption_holdings", "H7", "Holdings redeemed", "回购退出笔数", "count", GROUP,
        "fund holdings on which redemption is enforced",
        "flow", "none",
    ),
    Indicator(
        "exits_writeoff_holdings", "H7", "Holdings written off", "核销笔数", "count", GROUP,
        "fund holdings in companies that close",
        "flow", "lower",
    ),
    Indicator(
        "exits_inkind_holdings", "H7", "Holdings handed to investors", "实物分配笔数", "count", GROUP,
        "fund holdings given to investors at the end of a fund",
        "flow", "lower",
    ),
    Indicator(
        "listing_queue", "H8", "Listing queue", "上市排队企业", "count", GROUP,
        "companies that wait for a listing decision",
        "level", "none",
    ),
    Indicator(
        "listing_wait", "H8", "Wait for listing", "上市等待时间", "quarters", GROUP,
        "mean quarters from filing to listing of companies that list",
        "ratio", "lower",
    ),
    Indicator(
        "listing_withdrawals", "H8", "Listing withdrawals", "上市撤回数", "count", GROUP,
        "companies that withdraw their application",
        "flow", "lower",
    ),
    Indicator(
        "listing_failure_share", "H8", "Listing applications that fail", "上市申请失败率", "%", GROUP,
        "withdrawn or refused / decided",
        "ratio", "lower", split=("board",),
    ),
    Indicator(
        "secondary_discount", "H9", "Secondary discount", "份额转让折价", "%", GROUP,
        "1 less price / net asset value, weighted by net asset value sold",
        "ratio", "lower",
    ),
    Indicator(
        "outcomes_below_1x", "H10", "Financings that lose money", "亏损投资占比", "%", GROUP,
        "holdings closed below cost / holdings closed",
        "ratio", "lower",
    ),
    Indicator(
        "outcomes_above_10x", "H10", "Financings that return tenfold", "十倍回报占比", "%", GROUP,
        "holdings closed at ten times cost or more / holdings closed",
        "ratio", "higher",
    ),
    Indicator(
        "serial_founder_share", "H11", "Serial founders among entrants", "连续创业者占比", "%", GROUP,
        "new projects of serial founders / new projects",
        "ratio", "none",
    ),
    Indicator(
        "serial_founder_success", "H11", "Success of serial founders", "连续创业成功率", "%", GROUP,
        "listed or acquired / all ended projects of serial founders",
        "ratio", "higher",
    ),
    Indicator(
        "founders_excluded", "H12", "Founders excluded", "被排除创业者", "count", GROUP,
        "founders kept from founding by unpaid redemption claims",
        "level", "lower",
    ),
    Indicator(
        "time_to_exit", "H13", "Time to exit", "退出时间", "quarters", GROUP,
        "mean quarters from first equity to listing or acquisition",
        "ratio", "lower",
    ),
    Indicator(
        "cycle_state", "H14", "Cycle in expansion", "循环扩张状态", "0 or 1", GROUP,
        "1 if private commitments and new projects both beat their value 8 quarters before in 8 of 12 quarters, else 0",
        "level", "higher",
    ),
)
