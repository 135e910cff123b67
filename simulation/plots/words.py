"""The words that stand on figures, in English and Chinese; labels of indicators come from their definitions."""

from __future__ import annotations

from typing import Literal

from simulation.plots.words_calibration import CALIBRATION
from simulation.plots.words_responses import RESPONSES
from simulation.plots.words_studies import STUDIES
from simulation.plots.words_units import CHINESE_UNITS
from simulation.plots.words_validation import VALIDATION

Language = Literal["en", "zh"]

WORDS: dict[str, tuple[str, str]] = {
    "draft": ("DRAFT", "草稿"),
    "no_font": ("no Chinese font on this machine: labels in English", ""),
    "source": ("Source: {}", "来源：{}"),
    "baseline": ("Baseline", "基准"),
    # indicators over time
    "fan_title": ("How the cycle develops under each policy", "不同政策下循环的走势"),
    "fan_key": (
        "Line: median of {} runs. Dark band: half of the runs; pale band: nine in ten.",
        "线：{}次运行的中位数；深色带：一半的运行；浅色带：九成的运行。",
    ),
    "fan_yearly": (
        "Flows: sum, shares and rates: mean of the last four quarters.",
        "流量为最近四个季度之和，比率为最近四个季度的平均。",
    ),
    "policies_part": ("policies start", "政策开始"),
    "a_year": ("{} a year", "{}/年"),
    # effects
    "effects_title": ("What each policy changes", "各项政策带来的变化"),
    "effects_axis": ("difference from the baseline, % of the baseline", "与基准之差，占基准的%"),
    "effects_key": (
        "{}, {} (stocks at its end). Dot: mean; bar: 95% interval of {} paired runs.",
        "{}，{}（存量取期末）。点：均值；横线：{}对运行的95%区间。",
    ),
    "against_baseline": ("Difference from the baseline in % of it", "与基准之差占基准的%"),
    "better": ("better", "改善"),
    "worse": ("worse", "恶化"),
    "changed": ("changed, neither good nor bad", "有变化，无好坏之分"),
    "unclear": ("unclear: interval includes zero", "不明确：区间包含零"),
    "by_chance": (
        "{found} of the {shown} intervals shown exclude zero; about {chance} would by chance alone.",
        "图中{shown}个区间有{found}个不含零；仅凭偶然约有{chance}个。",
    ),
    "beyond": ("Arrowheads lie beyond the axis.", "箭头表示超出坐标范围。"),
    "left_out": ("Not shown, baseline zero or empty: {}.", "未显示（基准为零或空）：{}。"),
    "innovation": ("Innovation", "创新"),
    "financing": ("Financing", "融资"),
    "industry": ("Industry", "产业"),
    "stability": ("Financial stability", "金融稳定"),
    "public_finance": ("Public finance", "财政"),
    "cycle": ("Cycle", "循环"),
    # exits
    "exits_title": ("How investors leave enterprises", "投资者如何退出企业"),
    "exits_key": ("Enterprises a year, mean of {} runs.", "每年企业数，{}次运行的均值。"),
    "exits_value_title": ("What investors receive when they leave", "投资者退出所得"),
    "exits_value_key": ("Exit value, CNY bn a year, mean of {} runs.", "退出价值，十亿元/年，{}次运行的均值。"),
    "exits_start_key": ("Dotted: policies start.", "虚线：政策开始。"),
    "exits_lost_key": ("Write-offs on their own scale below.", "核销另用下方坐标。"),
    "exits_table": ("A year, {}–{}", "{}–{}年平均"),
    "ipo": ("Listing", "上市"),
    "acquisition": ("Acquisition", "并购"),
    "secondary": ("Secondary sale", "二手转让"),
    "redemption": ("Redemption", "回购"),
    "inkind": ("Handed over in kind", "实物分配"),
    "writeoff": ("Write-off", "核销"),
    # the money cycle
    "money_title": ("Who paid whom in {}", "{}年谁付钱给谁"),
    "money_title_of": ("Who paid whom in {}: {}", "{}年谁付钱给谁：{}"),
    "money_key": (
        "CNY bn. The width of a ribbon is the amount, its point the receiver.",
        "十亿元。带宽表示金额，箭头指向收款方。",
    ),
    "money_net": ("Loans: new less repaid.", "贷款为新发放减偿还。"),
    "money_inside": ("CNY {} bn paid inside sectors", "部门内部支付{}十亿元"),
    "money_small": ("{} flows too small to see, together CNY {} bn", "{}项过小的流量，合计{}十亿元"),
    "money_not_drawn": ("Not drawn: {}.", "未画出：{}。"),
    "money_both": ("pays {} · gets {}", "付{} · 收{}"),
    "money_in": ("Money into enterprises", "投入企业"),
    "money_back": ("Exits and money back to investors", "退出并回到投资者"),
    "money_credit": ("Bank credit", "银行信贷"),
    "money_support": ("Public support", "公共支持"),
    "money_tax": ("Taxes", "税收"),
    "money_other": ("Other", "其他"),
    "households": ("Households and\ninvestors", "居民与\n投资者"),
    "local": ("Local\ngovernments", "地方政府"),
    "central": ("Central\ngovernment", "中央政府"),
    "funds": ("Funds", "基金"),
    "banks": ("Banks", "银行"),
    "insurers": ("Insurers", "保险公司"),
    "market": ("Public market", "公开市场"),
    "enterprises": ("Enterprises", "企业"),
    "rest": ("Rest of the\neconomy", "其他部门"),
    "calls": ("Capital calls", "实缴出资"),
    "equity": ("Equity rounds", "股权融资"),
    "founder": ("Founders' capital", "创始人出资"),
    "issue": ("Issues at listing", "上市募资"),
    "saving": ("Savings into shares", "居民购股"),
    "withdrawal": ("Withdrawn from shares", "赎回"),
    "distribution": ("Distributions", "基金分配"),
    "fees": ("Fees and carry", "管理费与收益分成"),
    "sales": ("Shares sold", "减持"),
    "acquisitions": ("Acquisitions", "并购款"),
    "redemptions": ("Redemptions", "回购款"),
    "secondaries": ("Secondary sales", "二手份额"),
    "dividends": ("Dividends", "分红"),
    "lending": ("Net new loans", "新增贷款净额"),
    "repaying": ("Net loan repayment", "净还款"),
    "interest": ("Interest", "利息"),
    "recoveries": ("Recoveries", "清收"),
    "guarantee": ("Guarantees", "担保"),
    "support": ("Grants and subsidies", "补助与补贴"),
    "tax": ("Taxes", "税收"),
    "insurance": ("Insurance", "保险"),
    # funnel
    "funnel_title": ("From project to exit: who gets through", "从项目到退出：谁能走完"),
    "funnel_key": ("Enterprises that reach each step in a year.", "每年到达各阶段的企业数。"),
    "funnel_share": ("Below: share of the projects that enter.", "下方：占进入项目的比例。"),
    "funnel_outline": (
        "Below: share of the projects that enter ({0}), or change from {0} (dashed).",
        "下方：占进入项目的比例（{0}），或相对{0}（虚线）的变化。",
    ),
    "entered": ("Projects enter", "项目进入"),
    "first_round": ("First round", "首轮融资"),
    "prototype": ("Prototype", "样机"),
    "pilot": ("Pilot", "中试"),
    "on_market": ("On the market", "进入市场"),
    "validated": ("Product validated", "产品验证"),
    "exit": ("Listed or acquired", "上市或并购"),
    # the life of one enterprise
    "life_title": ("The life of enterprise {}", "企业{}的一生"),
    "life_key": (
        "Each mark is an event, its number the money paid in CNY mn.",
        "每个标记是一个事件，数字为金额（百万元）。",
    ),
    "life_unlabelled": ("Some marks have no words for want of room.", "部分标记因空间不足未加文字。"),
    "life_total": ("CNY {} mn", "{}百万元"),
    "lane_development": ("Development", "研发"),
    "lane_equity": ("Equity", "股权"),
    "lane_credit": ("Credit", "信贷"),
    "lane_support": ("Public support", "公共支持"),
    "lane_market": ("Market", "市场"),
    "lane_exit": ("Exit", "退出"),
    "lane_other": ("Other", "其他"),
    "stage_0": ("Proof of concept", "概念验证"),
    "stage_1": ("Prototype", "样机"),
    "stage_2": ("Pilot", "中试"),
    "stage_3": ("On the market", "进入市场"),
    "stage_5": ("Listed", "已上市"),
    # searches
    "front_title": ("The best mixes within CNY {} bn of public money", "公共资金{}十亿元以内的最优政策组合"),
    "front_key": (
        "Change from the baseline in % of it. Up and right is better in every panel.",
        "与基准之差占基准的%。每幅图中越靠右上越好。",
    ),
    "front_key_one": (
        "Change from the baseline in % of it, and what it costs. Up is better, left is cheaper.",
        "与基准之差占基准的%及其成本。越靠上越好，越靠左越省。",
    ),
    "front_foot": (
        "Numbered: points of the front on hold-out seeds; the line leads back to where the search saw them.",
        "编号点：前沿在留出种子上的结果；连线指向搜索时的结果。",
    ),
    "front_thinned": (
        "{} candidates are on the front; those numbered lie evenly on it.", "前沿共{}个候选，编号者均匀分布其上。",
    ),
    "on_front": ("on the front", "前沿"),
    "dominated": ("beaten by another", "被其他方案胜过"),
    "over_budget": ("over the budget", "超出预算"),
    "less_is_better": ("{} (less is better)", "{}（越低越好）"),
    "public_cost": ("Public cost", "公共成本"),
    "public_cost_axis": ("Public cost beyond the baseline, CNY bn", "相对基准的公共成本，十亿元"),
    "gains_title": ("Does the gain hold on seeds the search never saw?", "在搜索未见过的种子上，收益是否成立？"),
    "gains_key": (
        "Difference from the baseline with its 95% interval; costs in CNY bn, goals in % of the baseline.",
        "与基准之差及95%区间；成本为十亿元，目标为占基准的%。",
    ),
    "gains_foot": (
        "Search intervals are too narrow: the points were chosen on these seeds. Only hold-out intervals count.",
        "搜索区间偏窄：各点正是按这些种子挑选的，应以留出区间为准。",
    ),
    "searched": ("seeds of the search ({})", "搜索种子（{}个）"),
    "held_out": ("hold-out seeds ({})", "留出种子（{}个）"),
    "budget": ("budget", "预算"),
    "better_right": ("better →", "更好 →"),
    "better_left": ("← better", "← 更好"),
    "mixes_title": ("What the best mixes are made of", "最优组合由什么构成"),
    "mixes_key": (
        "Lever values at each point of the front; darker is higher in the range searched. Below: what it brings.",
        "前沿各点的杠杆取值，颜色越深越接近搜索范围上限。下方：效果。",
    ),
    "mixes_foot": ("Cost and changes are those on {} seeds.", "成本与变化为{}种子上的结果。"),
    "hold-out": ("hold-out", "留出"),
    "search": ("search", "搜索"),
    "mixes_cost": ("Public cost beyond the baseline, CNY bn", "相对基准的公共成本，十亿元"),
    "mixes_gain": ("{}, change in %", "{}，变化%"),
    # the loop
    "loop_title": ("{}: how its effect on {} travels", "{}：对“{}”的影响如何传导"),
    "loop_key": (
        "Share of the effect that is lost when one link is held at its baseline path; 95% interval, {} paired seeds. "
        "q: quarters to half of it.",
        "将某一环节固定在基准路径时消失的影响份额；95%区间，{}个配对种子。“季”：达到一半所需季度。",
    ),
    "loop_forward": ("carries the effect", "传导影响"),
    "loop_backward": ("works against it", "抵消影响"),
    "loop_faint": ("unclear", "不明确"),
    "loop_material": ("people and goods, not held", "人员与产品，未固定"),
    "loop_every": ("All links at once: {}% ({} to {}).", "全部环节同时固定：{}%（{}至{}）。"),
    "loop_others": ("Also: {}.", "另有：{}。"),
    "loop_share": ("{} to {}", "{}至{}"),
    "loop_delay": ("{} q", "{}季"),
    "loop_returns": ("Investors'\nreturns", "投资者回报"),
    "loop_commitments": ("Private\ncommitments", "民间承诺出资"),
    "loop_rounds": ("Funds and\nrounds", "基金与融资轮"),
    "loop_development": ("Research and\ntests", "研发与测试"),
    "loop_market": ("Market and\nvalidation", "市场与验证"),
    "loop_exits": ("Exits", "退出"),
    "loop_entry": ("New projects", "新项目"),
    "loop_credit": ("Bank credit", "银行信贷"),
    "loop_support": ("Local support", "地方支持"),
    "carry_exits_to_distributions": ("multiples paid", "退出倍数"),
    "carry_distributions_to_commitments": ("net returns expected", "预期净回报"),
    "carry_dry_powder_to_commitments": ("idle money", "闲置资金"),
    "carry_commitments_to_rounds": ("money in new funds", "新基金资金"),
    "carry_prospects_to_rounds": ("exit prospects", "退出前景"),
    "carry_later_rounds_to_rounds": ("later rounds", "后续轮次"),
    "carry_validation_to_rounds": ("validation seen", "验证信息"),
    "carry_funding_to_entry": ("funding rate", "融资率"),
    "carry_exits_to_entry": ("exit value", "退出金额"),
    "carry_founders_to_entry": ("founders", "连续创业者"),
    "carry_research_to_entry": ("leaders' research", "龙头研发"),
    "carry_validation_to_credit": ("validation seen", "验证信息"),
    "carry_losses_to_credit": ("loan losses", "贷款损失"),
    "carry_prices_to_exits": ("share prices", "股价"),
    "carry_knowledge_to_research": ("knowledge", "知识"),
    "carry_distributions_to_support": ("public proceeds", "公共回收"),
}
WORDS |= CALIBRATION | RESPONSES | STUDIES | VALIDATION

UNITS: dict[str, tuple[str, str]] = {
    "CNY bn": ("CNY bn", "十亿元"),
    "CNY mn": ("CNY mn", "百万元"),
    "count": ("number", "个"),
    "x": ("times", "倍"),
    "%": ("%", "%"),
    "%/y": ("% a year", "%/年"),
    "pp": ("percentage points", "百分点"),
    "quarters": ("quarters", "季度"),
    "0 or 1": ("0 or 1", "0或1"),
    "0-1": ("from 0 to 1", "0至1"),
    "sd": ("standard deviations", "标准差"),
    "index": ("index", "指数"),
}
UNITS |= {unit: (unit, chinese) for unit, chinese in CHINESE_UNITS.items()}


def unit_words(unit: str, language: Language) -> str:
    """A unit as it is read out; one that is not in the list stands as it is."""
    return UNITS.get(unit, (unit, unit))[language == "zh"]


def word(key: str, language: Language, *values: object, **named: object) -> str:
    """The word or sentence `key` in `language`, with its gaps filled in order or by name."""
    return WORDS[key][language == "zh"].format(*values, **named)
