"""Words on the figures of a calibration, in English and Chinese."""

from __future__ import annotations

CALIBRATION: dict[str, tuple[str, str]] = {
    "posterior_title": ("What the moments say about the assumptions", "矩对假设参数的揭示"),
    "posterior_key": (
        "A row a parameter, each on its own range. Dot: fitted value, the mean of the posterior.",
        "每行一个参数，各有范围。白点：拟合值，即后验均值。",
    ),
    "posterior_range": ("range", "取值范围"),
    "posterior_now": ("nine tenths of the posterior", "后验的九成"),
    "posterior_before": ("value before", "原值"),
    "posterior_narrower": ("{} narrower", "收窄{}"),
    "pairs_title": ("Which assumptions can stand in for each other", "哪些假设可以相互替代"),
    "pairs_key": (
        "{} draws of the posterior of the six best known parameters; above the diagonal their correlation.",
        "六个最确定参数的{}个后验抽样；对角线上方为相关系数。",
    ),
    "identified_title": ("Which moment says something about which assumption", "哪个矩揭示哪个假设"),
    "identified_key": (
        "Points by which a parameter would be less narrow without the moment.",
        "去掉该矩后，参数收窄程度减少的百分点。",
    ),
    "moments_title": ("Moments before and after the calibration", "校准前后的矩"),
    "moments_key": (
        "Medians of hold-out seeds, each row on its own scale. At the right: published → fitted.",
        "保留种子的中位数，每行各有标尺。右侧：公布值→拟合值。",
    ),
    "moments_band": ("published band", "公布区间"),
    "moments_before": ("before", "校准前"),
    "moments_now": ("fitted; line: nine tenths of the posterior's draws", "拟合值；线：后验抽样的九成"),
    "moments_unreached": (
        "* {} moments that no point of the ranges reaches: they pull, and do not decide.",
        "* {}个矩在取值范围内无法达到：只起牵引作用，不起决定作用。",
    ),
}
