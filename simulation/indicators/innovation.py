"""Innovation: projects, R&D, patents, certified technology."""

from typing import Final

from simulation.indicators.record import Group, Indicator

GROUP: Final[Group] = "innovation"

INNOVATION: Final = (
    Indicator(
        "projects_entered", "I1", "New projects", "新增项目", "count", GROUP,
        "projects with venture history born in the quarter",
        "flow", "higher", split=("sector", "region", "origin"),
    ),
    Indicator(
        "rd_spending", "I2", "R&D spending", "研发支出", "CNY bn", GROUP,
        "R&D paid by projects and market firms",
        "flow", "higher", split=("sector", "region", "stage"),
    ),
    Indicator(
        "rd_intensity", "I3", "R&D intensity of market firms", "市场企业研发强度", "%", GROUP,
        "R&D / sales of market firms",
        "ratio", "higher", split=("sector",),
    ),
    Indicator(
        "stage_pass_rate", "I4", "Stage tests passed", "阶段检验通过率", "%", GROUP,
        "tests passed / tests taken",
        "ratio", "none", split=("sector", "stage"),
    ),
    Indicator(
        "patents", "I5", "Patents, weighted by quality", "质量加权专利", "index", GROUP,
        "sum of new patents, each weighted by its quality",
        "flow", "higher",
    ),
    Indicator(
        "certified_in_force", "I6", "Certified technologies", "在有效期认定技术", "count", GROUP,
        "firms whose certificate is in force",
        "level", "none", split=("sector",),
    ),
    Indicator(
        "certified_mean_quality", "I7", "Quality of certified firms", "认定企业平均质量", "sd", GROUP,
        "mean quality of firms whose certificate is in force",
        "ratio", "higher",
    ),
    Indicator(
        "certified_false_positive_share", "I8", "Certified below average quality", "误认比例", "%", GROUP,
        "certified firms with quality below the mean / certified firms",
        "ratio", "lower",
    ),
    Indicator(
        "label_credibility", "I9", "Credibility of the label", "认定公信力", "0-1", GROUP,
        "smoothed lead of certified firms in stage tests / 0.25, between 0 and 1",
        "level", "higher",
    ),
    Indicator(
        "competition_completion_rate", "I10", "Open competitions delivered", "揭榜任务完成率", "%", GROUP,
        "challenges delivered by their deadline / challenges due",
        "ratio", "higher",
    ),
    Indicator(
        "bids_per_challenge", "I11", "Bids per challenge", "每榜投标数", "count", GROUP,
        "bids / challenges posted",
        "ratio", "higher",
    ),
    Indicator(
        "leader_gap_closed", "I12", "Technology gap closed", "龙头技术差距弥合", "%", GROUP,
        "gap closed by challenges / gap posted",
        "ratio", "higher",
    ),
    Indicator(
        "knowledge_stock", "I13", "Stock of knowledge", "知识存量", "CNY bn", GROUP,
        "knowledge of all sectors and regions after decay and diffusion",
        "level", "higher",
    ),
    Indicator(
        "university_projects_converted", "I14", "University projects on the market", "高校项目转化数", "count", GROUP,
        "projects of university origin that reach the market",
        "flow", "higher",
    ),
    Indicator(
        "packaging_share", "I15", "Applicants who dress up", "包装申报比例", "%", GROUP,
        "applicants for a certificate who dress up their case / applicants",
        "ratio", "lower",
    ),
)
