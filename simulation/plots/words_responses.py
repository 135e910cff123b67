"""Words on the figures of effects over time and of responses to one lever, in English and Chinese."""

from __future__ import annotations

RESPONSES: dict[str, tuple[str, str]] = {
    "paths_title": ("How the effects unfold", "影响如何随时间展开"),
    "paths_key": (
        "Difference from the baseline over four quarters. Band: at least the 95% interval of {} paired runs.",
        "与基准之差，四个季度之和。带：不窄于{}对运行的95%区间。",
    ),
    "paths_cut": ("Bands that leave a panel are cut.", "超出面板的带被截去。"),
    "paths_unit": ("% of the baseline", "占基准的%"),
    "response_title": ("What the lever does over its range: {}", "政策杠杆在取值范围内的作用：{}"),
    "response_key": (
        "Difference from the value {} of the baseline (ring), mean of {} paired runs; bars: 95% intervals.",
        "与基准取值{}（圆圈）之差，{}对运行的均值；竖线：95%区间。",
    ),
    "response_axis": ("across: {}", "横轴：{}"),
    "response_unit": ("change in %, from {}", "变化%，起点{}"),
}
