"""Financing: equity, commitments, loans, docking events."""

from typing import Final

from simulation.indicators.record import Group, Indicator

GROUP: Final[Group] = "financing"

FINANCING: Final = (
    Indicator(
        "equity_invested", "F1", "Equity invested", "股权投资额", "CNY bn", GROUP,
        "money paid in equity rounds",
        "flow", "higher", split=("sector", "region", "stage", "origin"),
    ),
    Indicator(
        "equity_deals", "F2", "Equity rounds", "股权融资轮数", "count", GROUP,
        "equity rounds closed",
        "flow", "higher", split=("sector", "region", "stage", "origin"),
    ),
    Indicator(
        "funded_share", "F3", "Seekers who got a round", "获投比例", "%", GROUP,
        "firms that closed a round / firms that sought one",
        "ratio", "higher", split=("sector", "region", "stage", "origin"),
    ),
    Indicator(
        "early_equity_share", "F4", "Equity in early stages", "早期投资占比", "%", GROUP,
        "equity in proof of concept and prototypes / equity invested",
        "ratio", "higher",
    ),
    Indicator(
        "small_deal_share", "F5", "Small rounds", "小额投资占比", "%", GROUP,
        "rounds of at most CNY 50 mn / rounds",
        "ratio", "higher",
    ),
    Indicator(
        "hard_tech_share", "F6", "Equity in certified technology", "认定企业投资占比", "%", GROUP,
        "equity in certified firms / equity invested",
        "ratio", "higher",
    ),
    Indicator(
        "median_pre_money", "F7", "Median value before a round", "投前估值中位数", "CNY mn", GROUP,
        "median value of firms before their round of the quarter",
        "level", "none", split=("stage",),
    ),
    Indicator(
        "dry_powder", "F8", "Uninvested fund money", "基金未投资金", "CNY bn", GROUP,
        "commitments of funds in their investing period that are not yet invested",
        "level", "none",
    ),
    Indicator(
        "dry_powder_private", "F8", "Uninvested private money", "社会资本未投资金", "CNY bn", GROUP,
        "private investors' share of uninvested fund money",
        "level", "none",
    ),
    Indicator(
        "social_commitments", "F9", "Private commitments", "社会资本认缴", "CNY bn", GROUP,
        "commitments of private investors to funds",
        "flow", "higher",
    ),
    Indicator(
        "government_commitment_share", "F10", "State share of commitments", "政府出资占比", "%", GROUP,
        "guidance and other state commitments / all commitments",
        "ratio", "none",
    ),
    Indicator(
        "social_leverage", "F11", "Private per guidance yuan", "引导基金杠杆", "x", GROUP,
        "private commitments / guidance commitments; empty without guidance money",
        "ratio", "higher",
    ),
    Indicator(
        "corporate_investment", "F12", "Corporate investment", "产业资本直投", "CNY bn", GROUP,
        "equity that enterprises buy directly",
        "flow", "higher",
    ),
    Indicator(
        "mlt_loans", "F13", "Technology loans", "科技中长期贷款", "CNY bn", GROUP,
        "medium and long-term loans to the firms of the model",
        "level", "higher", split=("sector",),
    ),
    Indicator(
        "mlt_loan_growth", "F13", "Growth of technology loans", "科技中长期贷款增速", "% a year", GROUP,
        "technology loans / their value four quarters before, less 1",
        "ratio", "none",
    ),
    Indicator(
        "preferential_loans", "F14", "Preferential loans", "优惠贷款", "CNY bn", GROUP,
        "loans with relending or an interest subsidy",
        "level", "none",
    ),
    Indicator(
        "relending_balance", "F14", "Relending", "再贷款余额", "CNY bn", GROUP,
        "relending owed by banks",
        "level", "none",
    ),
    Indicator(
        "relending_drawn_share", "F14", "Relending quota used", "再贷款额度使用率", "%", GROUP,
        "relending / quota",
        "ratio", "higher",
    ),
    Indicator(
        "mean_loan_rate", "F15", "Rate on new loans", "新发贷款利率", "% a year", GROUP,
        "rates of new technology loans, weighted by amount",
        "ratio", "lower",
    ),
    Indicator(
        "mean_loan_spread", "F15", "Spread on new loans", "新发贷款利差", "pp", GROUP,
        "rate on new technology loans less their prime rate, weighted by amount",
        "ratio", "lower",
    ),
    Indicator(
        "loan_approval_rate", "F16", "Loan applications approved", "贷款批准率", "%", GROUP,
        "approved applications / applications",
        "ratio", "higher",
    ),
    Indicator(
        "borrower_share", "F16", "Market firms with a loan", "有贷企业占比", "%", GROUP,
        "market firms with a loan / market firms",
        "ratio", "higher",
    ),
    Indicator(
        "platform_financing", "F17", "Financing through the platform", "平台促成融资", "CNY bn", GROUP,
        "loans and equity between members of the platform",
        "flow", "higher",
    ),
    Indicator(
        "platform_financing_growth", "F17", "Growth of platform financing", "平台融资增速", "% a year", GROUP,
        "platform financing of four quarters / that of the four before, less 1",
        "ratio", "higher",
    ),
    Indicator(
        "event_projects", "F18", "Projects at docking events", "对接活动项目", "count", GROUP,
        "projects shown at docking events",
        "flow", "none",
    ),
    Indicator(
        "event_signed", "F18", "Intentions signed at events", "活动签约数", "count", GROUP,
        "projects that signed an intention",
        "flow", "higher",
    ),
    Indicator(
        "event_intention_amount", "F18", "Amount of intentions", "意向签约金额", "CNY bn", GROUP,
        "stated amount of signed intentions, which is not financing",
        "flow", "none",
    ),
    Indicator(
        "event_closed_share", "F18", "Intentions financed in a year", "意向落实率", "%", GROUP,
        "signed projects financed within four quarters / signed projects",
        "ratio", "higher",
    ),
    Indicator(
        "event_landings", "F18", "Projects that moved region", "异地落户数", "count", GROUP,
        "projects of docking events that moved to another region",
        "flow", "none",
    ),
    Indicator(
        "financing_gap", "F19", "Financing gap", "融资缺口", "%", GROUP,
        "equity and loans sought and not found / sought",
        "ratio", "lower", split=("sector", "region", "stage"),
    ),
    Indicator(
        "regional_concentration", "F20", "Regional concentration of equity", "投资区域集中度", "index", GROUP,
        "sum of squared regional shares of equity invested",
        "ratio", "lower",
    ),
    Indicator(
        "first_time_share", "F21", "First financings", "首次融资占比", "%", GROUP,
        "first equity rounds / equity rounds",
        "ratio", "none",
    ),
    Indicator(
        "managers_declining", "F22", "State money declined", "婉拒政府资金比例", "%", GROUP,
        "offers of guidance money that managers decline / offers",
        "ratio", "lower",
    ),
    Indicator(
        "guidance_not_placed", "F23", "Guidance money not placed", "引导资金未落实", "%", GROUP,
        "guidance money offered and not placed / offered",
        "ratio", "lower",
    ),
)
