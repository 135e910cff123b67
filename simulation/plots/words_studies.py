"""Words on the figures of sensitivity, discovery and interactions, in English and Chinese."""

from __future__ import annotations

STUDIES: dict[str, tuple[str, str]] = {
    # tornado
    "tornado_title": ("{}: what moves it", "{}：受什么影响"),
    "tornado_morris": (
        "Effect of moving a factor through its whole range, {}. Bar: mean size over {} paths; line: 95% interval.",
        "因素走完整个取值范围的影响，{}。条：{}条路径的平均幅度；线：95%区间。",
    ),
    "tornado_sobol": (
        "Share of the variance over all ranges. Dark: by itself; pale: also with others, with its 95% interval. "
        "{1} base samples.",
        "占总方差的%。深色：单独作用；浅色：含与其他因素的共同作用。{1}个基础样本；线：后者的95%区间。",
    ),
    "tornado_luck": (
        "Grey zone: what other luck would do (dummy). A grey bar is not clearly more than that.",
        "灰色区域：偶然因素的影响（哑变量）。灰色条不明显超出。",
    ),
    "tornado_no_luck": (
        "One seed a point: how much of this is luck is not known.",
        "每点只有一个随机种子：无法判断其中多少出于偶然。",
    ),
    "tornado_more": ("Weaker factors not shown: {}.", "另有{}个较弱的因素未显示。"),
    "raises": ("raises it", "提高"),
    "lowers": ("lowers it", "降低"),
    "either": ("either way, depending on the others", "方向取决于其他因素"),
    "dummy": ("Dummy: other luck", "哑变量：偶然因素"),
    "below_luck": ("not clearly beyond the dummy", "不明显超出哑变量"),
    "by_itself": ("by itself", "单独"),
    "with_others": ("with others", "含共同作用"),
    "lowers_axis": ("lowers", "降低"),
    "raises_axis": ("raises", "提高"),
    "range_words": ("{} to {} {}", "{}至{} {}"),
    "variance_axis": ("% of the variance", "占方差的%"),
    # map of factors and indicators
    "influence_title": ("Which factors matter for what", "哪些因素影响什么"),
    "influence_morris": (
        "Effect of a factor's whole range in % of the indicator's mean over the design. {} trajectories. "
        "Pale grey: not clearly beyond the dummy.",
        "因素走完整个范围的影响，占指标均值的%。{}条轨迹。浅灰：不明显超出哑变量。",
    ),
    "influence_sobol": (
        "Share of an indicator's variance in which a factor has a part, %. {} base samples. "
        "Pale grey: not clearly beyond the dummy.",
        "因素参与的方差份额，%。{}个基础样本。浅灰：不明显超出哑变量。",
    ),
    "influence_foot": (
        "Factors beyond the dummy nowhere here, not shown: {}.",
        "{}个均未超出哑变量的因素未显示。",
    ),
    # boxes
    "box_title": ("Where {}", "{}出现在何处"),
    "box_key": (
        "Inside the box it occurs in {} of {} runs ({}%); over all runs in {}%. The box holds {}% of all such runs.",
        "框内{1}次运行中有{0}次出现（{2}%）；全部运行中为{3}%。框内包含全部此类运行的{4}%。",
    ),
    "box_outside": (
        "On points not used to find it: {}% inside the box, which holds {}% of such runs.",
        "在未用于寻找该框的点上：框内{}%，包含{}%的此类运行。",
    ),
    "box_ranges": ("The box: ranges of all factors that limit it", "框：限定它的各因素范围"),
    "box_occurs": ("it occurs", "出现"),
    "box_not": ("it does not", "未出现"),
    "box_share": ("% of runs in which it occurs", "出现的运行占%"),
    # surfaces
    "surface_title": ("{}: {} and {}", "{}：{}与{}"),
    "surface_key": ("{}. {}.", "{}。{}。"),
    "surface_cost": (
        "Lines: public cost, CNY bn a year. Dots: points that were played.",
        "线：公共成本，十亿元/年。点：实际运行。",
    ),
    "surface_dots": ("Dots: points that were played.", "点：实际运行。"),
    "surface_here": ("baseline", "基准"),
    "surface_step": ("Change by {}, at each value of {}", "{}带来的变化（按{}分）"),
    "surface_band": ("Vertical lines: 95% intervals of {} paired seeds.", "竖线：{}对随机种子的95%区间。"),
    "together_sum": (
        "Both through their whole range: {} {} beyond the sum of each alone (95% interval {} to {}): {}",
        "两者同时走完范围：超出各自之和{} {}（95%区间{}至{}）：{}",
    ),
    "together_bare": (
        "Both through their whole range: {} {} beyond the sum of each alone",
        "两者同时走完范围：超出各自之和{} {}",
    ),
    "complements": ("complements", "互补"),
    "substitutes": ("substitutes", "替代"),
    "more than the sum": ("more than the sum", "超过两者之和"),
    "less than the sum": ("less than the sum", "低于两者之和"),
    "no_verdict": ("no clear interaction", "相互作用不明确"),
}
