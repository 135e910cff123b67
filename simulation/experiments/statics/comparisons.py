"""The twelve comparisons of the comparative statics: the only place where arms and claims are written down.

A claim's expectation stands as it was written before anything was played. `report` expects nothing: it is published as
found; most of these are there to see by which way a sign comes about.
"""

from __future__ import annotations

from collections.abc import Mapping

from .records import BASE, LONG, Arm, Claim, Comparison, Expected, Window

Group = tuple[tuple[Arm, ...], tuple[tuple[str, str], ...]]
LATE = (20, 39)
ALL_YEARS = (0, 39)
NO_SUPPORT = {
    "local_pref_grant": 0.0, "conversion_grant": 0.0, "interest_subsidy": 0.0, "guarantee_coverage": 0.0,
    "first_use_procurement": 0.0,
}  # fmt: skip
# What brings the dearer arms of C3 to the net public cost of the first: see the page
EQUAL_COST: Mapping[str, float] = {"cap40": 0.181, "cap80": 0.173}
ENTRY_FIXED = {"funding_response": 0.0, "exit_response": 0.0}
GUIDANCE = {"ggf_central": 45.0, "ggf_local": 190.0}


def _between(
    prefix: str, start: str, to: str, expected: Mapping[str, Expected], window: Window = ALL_YEARS
) -> tuple[Claim, ...]:
    """A claim on each measure between the same two arms."""
    return tuple(Claim(f"{prefix}.{name}", name, sign, start, to, window) for name, sign in expected.items())


def _cap(share: float, name: str) -> Arm:
    factor = EQUAL_COST.get(name, 1.0)
    levers = {key: value * factor for key, value in GUIDANCE.items()} | {"ggf_share_cap": share}
    return Arm(name, f"Cap {share:.0%}", f"上限{share:.0%}", levers, quarters=60, followed=True)


C1 = Comparison(
    "C1", "Listing window from 0.3 to 1.5 times the reviews of 2021-23", "上市窗口由0.3放宽至1.5",
    (Arm("open", "Window 1.5", "窗口1.5", {"ipo_window": 1.5}),
     Arm("closed", "Window 0.06", "窗口0.06", {"ipo_window": 0.06})),
    (
        *_between("C1", BASE, "open", {
            "flow_dpi": "up", "social_commitments": "up", "projects_entered": "up", "recycling_time": "report",
            "exits_ipo": "report", "listing_wait": "report", "exit_value": "report",
        }),
        Claim("C1.lag", "projects_entered", "up", BASE, "open", kind="lag", other="exits_ipo", reference=3.5,
              words="quarters from the peak of listings to the peak of entry, at least 4"),
        *_between("C1.closing", BASE, "closed", {
            "flow_dpi": "report", "social_commitments": "report", "projects_entered": "report", "exit_value": "report",
        }),
    ),
    "The closing (a fifth of the window, as the opening is five times it) stands beside the opening to see which is "
    "slower and weaker.",
)  # fmt: skip
C2 = Comparison(
    "C2", "Listing thresholds from 1 to 0.6 at the same window", "上市门槛由1降至0.6（窗口不变）",
    (Arm("loose", "Thresholds 0.6", "门槛0.6", {"ipo_tightness": 0.6}),),
    _between("C2", BASE, "loose", {
        "listing_wait": "up", "listing_queue": "report", "queue_research": "down", "listed_quality": "down",
        "exits_ipo": "same", "acquisition_share": "up", "exits_acquisition": "report", "listing_withdrawals": "report",
    }),
)  # fmt: skip
C3 = Comparison(
    "C3", "Guidance share cap 0.1, 0.4, 0.8 at equal public cost, 60 quarters",
    "引导基金出资上限0.1、0.4、0.8（等公共成本）",
    (Arm("no_guidance", "No guidance money", "无引导资金", {"ggf_central": 0.0, "ggf_local": 0.0}, quarters=60,
         followed=True),
     _cap(0.1, "cap10"), _cap(0.4, "cap40"), _cap(0.8, "cap80"),
     Arm("cap80_same", "Cap 80%, offers of the cap 40%", "上限80%（与40%同额出资）",
         {key: value * EQUAL_COST["cap40"] for key, value in GUIDANCE.items()} | {"ggf_share_cap": 0.8}, quarters=60)),
    (
        *_between("C3.first", "cap10", "cap40", {
            "social_leverage": "down", "present_cost": "same", "guidance_not_placed": "report",
            "social_commitments": "report", "valuation_pressure": "report", "flow_dpi": "report",
        }, LONG),
        *_between("C3.second", "cap40", "cap80", {
            "social_leverage": "down", "present_cost": "same", "guidance_not_placed": "report",
            "social_commitments": "report", "valuation_pressure": "report", "flow_dpi": "report",
        }, LONG),
        *_between("C3.same_offers", "cap40", "cap80_same", {
            "social_leverage": "report", "guidance_not_placed": "report", "social_commitments": "report",
            "present_cost": "report",
        }, LONG),
        Claim("C3.first.additionality", "pair_equity", "report", "cap10", "cap40", LONG, "bought", "money",
              against="no_guidance", words="against no guidance money"),
        Claim("C3.second.additionality", "pair_equity", "report", "cap40", "cap80", LONG, "bought", "money",
              against="no_guidance", words="against no guidance money"),
    ),
)  # fmt: skip
C4 = Comparison(
    "C4", "Insurance cover 0.5 to 1.2 with a premium subsidy of 0.8", "保险覆盖由0.5提至1.2（保费补贴0.8）",
    (Arm("cover05", "Cover 0.5", "覆盖0.5", {"ins_cover": 0.5, "ins_premium_subsidy": 0.8}),
     Arm("cover12", "Cover 1.2", "覆盖1.2", {"ins_cover": 1.2, "ins_premium_subsidy": 0.8}),
     Arm("cover10", "Cover 1", "覆盖1", {"ins_cover": 1.0, "ins_premium_subsidy": 0.8}),
     Arm("paid05", "Cover 0.5, premium paid up to 5 %", "覆盖0.5、保费全额补贴",
         {"ins_cover": 0.5, "ins_premium_subsidy": 1.0}, {"premium_rate_cap": 0.05}),
     Arm("paid12", "Cover 1.2, premium paid up to 5 %", "覆盖1.2、保费全额补贴",
         {"ins_cover": 1.2, "ins_premium_subsidy": 1.0}, {"premium_rate_cap": 0.05}),
     Arm("careless05", "Cover 0.5, care has no effect", "覆盖0.5、谨慎无效",
         {"ins_cover": 0.5, "ins_premium_subsidy": 0.8}, {"effort_power": 0.0}),
     Arm("careless12", "Cover 1.2, care has no effect", "覆盖1.2、谨慎无效",
         {"ins_cover": 1.2, "ins_premium_subsidy": 0.8}, {"effort_power": 0.0})),
    (
        *_between("C4", "cover05", "cover12", {
            "insured_order_share": "up", "time_to_market": "down", "care_left": "up", "failure_rate_in_use": "report",
            "insurer_loss_ratio": "up", "cost_per_product": "report", "validated_products": "report",
        }),
        *_between("C4.careless", "careless05", "careless12", {
            "care_left": "same", "failure_rate_in_use": "report", "insurer_loss_ratio": "report",
            "insured_order_share": "report",
        }),
        *_between("C4.to_full", "cover05", "cover10", {"insured_order_share": "report", "insurer_solvency": "report"}),
        *_between("C4.beyond", "cover10", "cover12", {"insured_order_share": "report", "insurer_solvency": "report"}),
        *_between("C4.paid", "paid05", "paid12", {"insured_order_share": "report"}),
    ),
)  # fmt: skip
C5 = Comparison(
    "C5", "Guarantee coverage 0.3 to 0.8", "担保比例由0.3提至0.8",
    (Arm("guarantee03", "Coverage 0.3", "担保0.3", {"guarantee_coverage": 0.3}),
     Arm("guarantee055", "Coverage 0.55", "担保0.55", {"guarantee_coverage": 0.55}),
     Arm("free03", "Coverage 0.3, screening costs nothing", "担保0.3、审查无成本", {"guarantee_coverage": 0.3},
         {"screening_cost": 0.0}),
     Arm("free08", "Coverage 0.8, screening costs nothing", "担保0.8、审查无成本", {"guarantee_coverage": 0.8},
         {"screening_cost": 0.0})),
    (
        *_between("C5", "guarantee03", BASE, {
            "loan_approval_rate": "up", "default_rate": "up", "guarantee_call_rate": "up", "bank_loss": "down",
            "public_loss": "up", "total_loss": "report", "effort_guaranteed": "report", "effort_plain": "report",
            "mlt_loans": "report",
        }),
        Claim("C5.convexity", "public_loss", "report", "guarantee03", BASE, kind="bend", middle="guarantee055",
              words="second half of the step less the first: convex if above zero"),
        *_between("C5.free", "free03", "free08", {
            "effort_guaranteed": "same", "effort_plain": "same", "default_rate": "report", "total_loss": "report",
        }),
    ),
)  # fmt: skip
C6 = Comparison(
    "C6", "Early-stage mandate of guidance-backed funds 0.1 to 0.9", "早期投资要求由0.1提至0.9",
    (Arm("mandate", "Mandate 0.9", "要求0.9", {"early_mandate": 0.9}),),
    (
        *_between("C6", BASE, "mandate", {
            "early_funded": "up", "pilot_funded": "down", "valley_survival": "report", "early_equity_share": "report",
            "equity_invested": "report", "social_commitments": "report", "government_commitment_share": "report",
            "guidance_not_placed": "report", "flow_dpi": "report", "funded_quality": "report",
        }),
        Claim("C6.crunch", "valley_survival", "down", BASE, "mandate", kind="gap", other="early_funded",
              words="survival of the valley gains less than the early funded share, both in %"),
    ),
    "Fund supply is not held: the offers of guidance money are the same, and what funds raise is reported.",
)  # fmt: skip
C7 = Comparison(
    "C7", "Benefits of the certificate 0.2 to 1, without and with spending on standards",
    "认定优惠由0.2提至1（无/有标准投入）",
    tuple(
        Arm(f"label{int(10 * benefit)}_{spend}", f"Benefits {benefit:g}, standards {spend}",
            f"优惠{benefit:g}、标准投入{spend}", {"label_benefit": benefit, "eval_standard_spend": float(spend)})
        for spend in (0, 300) for benefit in (0.2, 1.0)
    ),
    (
        *_between("C7", "label2_0", "label10_0", {
            "packaging_share": "up", "certified_false_positive_share": "up", "label_credibility": "down",
            "certified_mean_quality": "down", "certified_in_force": "report",
        }),
        *_between("C7.spend", "label2_300", "label10_300", {
            "packaging_share": "report", "certified_false_positive_share": "same", "label_credibility": "report",
            "certified_mean_quality": "report",
        }),
    ),
)  # fmt: skip
C8 = Comparison(
    "C8", "Return duty of local guidance money 0 to 2 times, 60 quarters", "返投倍数由0提至2（60季度）",
    (Arm("duty0", "No return duty", "无返投要求", {"reinvest_multiple": 0.0}, quarters=60),
     Arm("duty2", "Return duty 2", "返投2倍", {"reinvest_multiple": 2.0}, quarters=60)),
    _between("C8", "duty0", "duty2", {
        "local_share": "up", "funded_quality": "down", "social_leverage": "down", "validated_products": "down",
        "social_commitments": "report", "flow_dpi": "report", "regional_concentration": "report",
        "guidance_not_placed": "report",
    }, LONG),
)  # fmt: skip


def _credit(name: str, words: tuple[str, str], allocation: float, elasticity: float | None) -> tuple[Arm, Arm]:
    assumed = {"allocation": allocation} | ({} if elasticity is None else {"rate_elasticity": elasticity})
    half, whole = (
        Arm(f"{name}_{quota}", f"Quota {quota}, {words[0]}", f"额度{quota}、{words[1]}",
            {"relending_quota": float(quota)}, assumed)
        for quota in (25, 50)
    )  # fmt: skip
    return half, whole


C9 = Comparison(
    "C9", "Relending quota 25 to 50 CNY bn, where half of it binds", "再贷款额度由250亿增至500亿（约束性额度）",
    (*_credit("full", ("bank allocation used up", "银行额度用尽"), 0.0029, None),
     *_credit("slack", ("bank allocation slack", "银行额度宽松"), 0.0087, None),
     *_credit("rigid", ("allocation slack, loans do not follow the rate", "额度宽松、需求不随利率"), 0.0087, 0.0)),
    (
        *_between("C9.full", "full_25", "full_50", {
            "mlt_loans": "same", "relending_cost": "up", "relending_balance": "report",
            "relending_drawn_share": "report", "bank_allocation_use": "report",
        }),
        *_between("C9.slack", "slack_25", "slack_50", {
            "mlt_loans": "up", "mean_loan_rate": "report", "relending_cost": "report", "relending_balance": "report",
            "relending_drawn_share": "report", "bank_allocation_use": "report",
        }),
        *_between("C9.rigid", "rigid_25", "rigid_50", {"mlt_loans": "same", "relending_balance": "report"}),
    ),
    "With a quota that does not bind banks draw about CNY 50 bn (seed 1, scale 0.02), so 25 is half of it.",
)  # fmt: skip
C10 = Comparison(
    "C10", "New redemption clauses barred", "新投资禁止回购条款",
    (Arm("no_clauses", "No new redemption clauses", "新投资无回购条款", {"redemption_limit": 1.0}),
     Arm("steady", "Clauses allowed, entry does not respond", "允许条款、进入不响应", {}, ENTRY_FIXED),
     Arm("steady_none", "No new clauses, entry does not respond", "无新条款、进入不响应", {"redemption_limit": 1.0},
         ENTRY_FIXED)),
    (
        *_between("C10", BASE, "no_clauses", {
            "flow_dpi": "down", "founders_excluded": "down", "projects_entered": "up",
        }, LATE),
        *_between("C10", BASE, "no_clauses", {
            "median_pre_money": "down", "exits_redemption": "report", "equity_deals": "report",
            "serial_founder_share": "report", "redemptions_paid": "report", "valuation_pressure": "report",
            "social_commitments": "report", "exit_value": "report", "funded_share": "report",
        }),
        *_between("C10.steady", "steady", "steady_none", {
            "projects_entered": "report", "founders_excluded": "report", "flow_dpi": "report",
        }, LATE),
    ),
)  # fmt: skip
C11 = Comparison(
    "C11", "Institutions on the platform 5, 22, 60", "平台合作机构5、22、60家",
    (Arm("platform5", "5 institutions", "5家", {"platform_institutions": 5.0}),
     Arm("platform60", "60 institutions", "60家", {"platform_institutions": 60.0})),
    (
        *_between("C11.first", "platform5", BASE, {"loan_approval_rate": "up", "platform_financing": "up"}),
        *_between("C11.second", BASE, "platform60", {"loan_approval_rate": "up", "platform_financing": "up"}),
        Claim("C11.bend.loan_approval_rate", "loan_approval_rate", "down", "platform5", "platform60", kind="bend",
              middle=BASE, words="second increment less the first"),
        Claim("C11.bend.platform_financing", "platform_financing", "down", "platform5", "platform60", kind="bend",
              middle=BASE, words="second increment less the first"),
        *_between("C11.cost", "platform5", "platform60", {"platform_cost": "up", "net_public_cost": "report"}),
    ),
    "The increments are those of 17 and of 38 institutions, as expected of in the specification, not per institution.",
)  # fmt: skip
C12 = Comparison(
    "C12", "Coordination of departments and linkage of centre and regions 0 to 1", "部门协同与央地联动由0提至1",
    (Arm("unsupported", "No direct support", "无直接支持", NO_SUPPORT, followed=True),
     Arm("apart", "Apart", "各自为政", {"dept_coordination": 0.0, "vertical_linkage": 0.0}, followed=True),
     Arm("together", "Together", "协同联动", {"dept_coordination": 1.0, "vertical_linkage": 1.0}, followed=True)),
    (
        *_between("C12", "apart", "together", {
            "first_support": "down", "overlap_waste": "down", "valley_survival": "up", "certified_in_force": "report",
            "net_public_cost": "report",
        }),
        Claim("C12.deadweight", "pair_same", "report", "apart", "together", kind="bought", other="money",
              against="unsupported", words="of direct support, against no direct support"),
    ),
)  # fmt: skip
COMPARISONS = (C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12)


def all_arms(comparisons: tuple[Comparison, ...] = COMPARISONS) -> tuple[Arm, ...]:
    """The common base and every arm."""
    return (Arm(BASE, "Baseline", "基准"), *(arm for one in comparisons for arm in one.arms))


def groups(comparisons: tuple[Comparison, ...] = COMPARISONS) -> tuple[Group, ...]:
    """Arms that are played and kept together: the common base, then those of each comparison.

    With the pairs (against, arm) for which it must be known what extra public money bought.
    """
    found: list[Group] = [(all_arms(())[:1], ())]
    for one in comparisons:
        wanted = [(claim.against, name) for claim in one.claims if claim.kind == "bought"
                  for name in (claim.start, claim.to)]  # fmt: skip
        found.append((one.arms, tuple(dict.fromkeys(wanted))))
    return tuple(found)
