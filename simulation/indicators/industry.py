"""Industry: validated products, learning, sales."""

from typing import Final

from simulation.indicators.record import Group, Indicator

GROUP: Final[Group] = "industry"

INDUSTRY: Final = (
    Indicator(
        "validated_products", "D1", "Newly validated products", "新增验证产品", "count", GROUP,
        "products validated by users in the quarter",
        "flow", "higher", split=("sector", "region", "origin"),
    ),
    Indicator(
        "time_to_market", "D2", "Time to market", "上市验证周期", "quarters", GROUP,
        "median quarters from birth to validation of the products validated",
        "level", "lower", split=("sector",),
    ),
    Indicator(
        "valley_survival", "D3", "Survival of the valley of death", "死亡谷存活率", "%", GROUP,
        "prototype entrants of 20 quarters ago that reached the market / those entrants",
        "ratio", "higher", split=("sector", "origin"),
    ),
    Indicator(
        "first_orders", "D4", "First orders", "首批订单", "CNY bn", GROUP,
        "sales of products not yet validated",
        "flow", "higher",
    ),
    Indicator(
        "unit_cost_index", "D5", "Unit cost", "单位成本指数", "index", GROUP,
        "mean unit cost of funded products, 1 = at entry",
        "ratio", "lower",
    ),
    Indicator(
        "failure_rate_in_use", "D6", "Failures in use", "使用中失败率", "%", GROUP,
        "sales of funded products that fail in use / their sales",
        "ratio", "lower",
    ),
    Indicator(
        "funded_cohort_sales", "D7", "Sales of funded firms", "获投企业销售", "CNY bn", GROUP,
        "sales of firms with venture history",
        "flow", "higher",
    ),
    Indicator(
        "value_added", "D8", "Value added", "增加值", "CNY bn", GROUP,
        "sales less inputs",
        "flow", "higher", split=("sector", "region"),
    ),
    Indicator(
        "insured_order_share", "D9", "Insured first sales", "投保首用占比", "%", GROUP,
        "sales under cover / sales in the first 12 quarters",
        "ratio", "none",
    ),
    Indicator(
        "size_gini", "D10", "Inequality of firm size", "企业规模基尼系数", "0-1", GROUP,
        "Gini coefficient of sales of market firms",
        "level", "none",
    ),
    Indicator(
        "catalogue_products", "D11", "Products in the catalogue", "目录产品数", "count", GROUP,
        "products in the catalogue for insurance compensation",
        "level", "higher",
    ),
)
