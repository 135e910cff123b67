"""Enterprises and projects: columns, stages and the technical and commercial rules they live by."""

from __future__ import annotations

import math

import numpy as np

from ..engine.jit import open_rule, rule
from ..engine.table import Layout

FIRM = Layout("firm", "an enterprise or project, from proof of concept to listing")

# What it is
QUALITY = FIRM.column("quality", "sd", "latent quality z, never observed by anyone")
POTENTIAL = FIRM.column("potential", "CNY mn/q", "sales that its product can reach")
RD_INTENSITY = FIRM.column("rd_intensity", "share of sales", "R&D it plans from sales")
# What it has
CASH = FIRM.column("cash", "CNY mn", "bank deposits")
CAPITAL = FIRM.column("capital", "CNY mn", "fixed capital at book value")
DEBT = FIRM.column("debt", "CNY mn", "principal of its bank loans")
PATENTS = FIRM.column("patents", "quality-weighted count", "patent stock")
# What it does
PROGRESS = FIRM.column("progress", "share", "progress towards the next stage test")
SALES = FIRM.column("sales", "CNY mn/q", "sales of the quarter")
SALES_TREND = FIRM.column("sales_trend", "CNY mn/q", "exponential average of sales over 8 quarters")
OUTPUT = FIRM.column("output", "CNY mn", "cumulative output")
UNIT_COST = FIRM.column("unit_cost", "index", "unit cost, 1 at entry", 1.0)
COST_SHOCK = FIRM.column("cost_shock", "share of price", "what its unit cost deviates from the norm")
FAILURE = FIRM.column("failure", "probability/q", "failure in use")
RD = FIRM.column("rd", "CNY mn/q", "R&D paid this quarter")
RD_PLAN = FIRM.column("rd_plan", "CNY mn/q", "R&D planned this quarter")
CAPEX_WANTED = FIRM.column("capex_wanted", "CNY mn/q", "fixed investment that would lift the capacity limit")
GAP = FIRM.column("gap", "CNY mn/q", "operating gap: outlays of the quarter that sales do not cover")
PROFIT = FIRM.column("profit", "CNY mn/q", "profit before tax of the quarter")
CASH_FLOW = FIRM.column("cash_flow", "CNY mn/q", "operating cash flow, exponential average over 4 quarters")
TAX_LOSS = FIRM.column("tax_loss", "CNY mn", "tax losses carried forward")
VAT_CREDIT = FIRM.column("vat_credit", "CNY mn", "input tax base carried forward")
RETAINED = FIRM.column("retained", "CNY mn", "retained profit since birth")
INTEREST_DUE = FIRM.column("interest_due", "CNY mn/q", "interest due this quarter")
PRINCIPAL_DUE = FIRM.column("principal_due", "CNY mn/q", "principal due this quarter")
CAPEX_PAID = FIRM.column("capex_paid", "CNY mn/q", "fixed investment paid this quarter")
# Fiscal years, for the listing tests: the running year and the three before it
SALES_YEAR = [FIRM.column(f"sales_year_{n}", "CNY mn", f"sales of the fiscal year {n} years ago") for n in range(4)]
PROFIT_YEAR = [FIRM.column(f"profit_year_{n}", "CNY mn", f"profit of the fiscal year {n} years ago") for n in range(4)]
RD_YEAR = [FIRM.column(f"rd_year_{n}", "CNY mn", f"R&D of the fiscal year {n} years ago") for n in range(4)]
FLOW_YEAR = [FIRM.column(f"flow_year_{n}", "CNY mn", f"cash flow of the fiscal year {n} years ago") for n in range(4)]
SALES_YEAR_0, PROFIT_YEAR_0, RD_YEAR_0, FLOW_YEAR_0 = SALES_YEAR[0], PROFIT_YEAR[0], RD_YEAR[0], FLOW_YEAR[0]
# Who owns it
SHARES = FIRM.column("shares", "shares", "all shares")
FOUNDER_SHARES = FIRM.column("founder_shares", "shares", "shares of founders and university")
PUBLIC_SHARES = FIRM.column("public_shares", "shares", "listed shares of market investors")
FOUNDER_VALUE = FIRM.column("founder_value", "CNY mn", "carrying value of founder and university shares")
PUBLIC_VALUE = FIRM.column("public_value", "CNY mn", "market value of public shares")
PRICE = FIRM.column("price", "CNY mn/share", "price a share in the last round or on the market")
REDEMPTION_DEBT = FIRM.column("redemption_debt", "CNY mn", "unpaid redemption claims")
WEALTH = FIRM.column("wealth", "CNY mn", "what its founder could pay for a redemption")
FOUNDER_CASH = FIRM.column("founder_cash", "CNY mn", "net proceeds of founders and university so far")
VALUE = FIRM.column("value", "CNY mn", "value before a round at the reference hurdle, last computed")
BELIEF = FIRM.column("belief", "sd", "what financiers think of its quality, last computed")
READINESS = FIRM.column("readiness", "share", "listing readiness")
# What programmes have done for it
SUPPORT = FIRM.column("support", "CNY mn", "public money received, fading over four quarters")
STRATEGIC = FIRM.column("strategic", "share", "largest share of its equity held by one corporate investor")
FRONTIER_GAP = FIRM.column("frontier_gap", "share", "distance to the technology frontier, -1 if never looked at", -1.0)
COST_SAVING = FIRM.column("cost_saving", "share of unit cost", "unit cost saved by solved challenges, fading")
GUARANTEED = FIRM.column("guaranteed", "CNY mn", "loans under public guarantee")
CORPORATE_BUDGET = FIRM.column("corporate_budget", "CNY mn", "what it may still put into shares of young enterprises")
# First use: what is insured and what governments buy
COVERED = FIRM.column("covered", "CNY mn/q", "value of the quarter's sales that is insured, times the cover")
NET_PREMIUM = FIRM.column("net_premium", "CNY mn/q", "premium paid this quarter less the subsidy earned on it")
OWN_LOSS = FIRM.column("own_loss", "share", "its claims a yuan of covered value, exponential average over 8 quarters")
DUE = [FIRM.column(f"due_{n}", "CNY mn", f"premium subsidy to be paid in quarter {n} of the year") for n in range(4)]
DUE_0, DUE_1, DUE_2, DUE_3 = DUE
ORDER_SHARE = FIRM.column("order_share", "share", "part of its sales that governments buy this quarter as first users")
PROCURED = FIRM.column("procured", "CNY mn/q", "sales to governments this quarter")
AID = [FIRM.column(f"aid_{n}", "CNY mn", f"public money of programme {n} in its running year") for n in range(5)]
OVERLAP = FIRM.column("overlap", "CNY mn/q", "public money above its eligible cost in the quarter of its last award")
AID_0 = AID[0]

ID = FIRM.code("id", "permanent id: kind, quarter and rank in the maximal entry process, founder path")
STAGE = FIRM.code(
    "stage", "0-2 development, 3 market, 4 in the listing queue, 5 listed, -1 dead, -2 acquired, -9 free row", -9
)
SECTOR = FIRM.code("sector", "sector")
REGION = FIRM.code("region", "region")
ORIGIN = FIRM.code("origin", "0 university, 1 park, 2 spin-out, 3 serial founder, 4 none")
VENTURE = FIRM.code("venture", "1 if born as a fundable project")
BIRTH = FIRM.code("birth", "quarter of birth")
MARKET_AT = FIRM.code("market_at", "quarter in which it reached the market, -1 before", -1)
PROTOTYPE_AT = FIRM.code("prototype_at", "quarter in which it reached the prototype stage, -1 before", -1)
FAILED_TESTS = FIRM.code("failed_tests", "failed tests at this stage")
USERS = FIRM.code("users", "users of the product")
VALIDATED_AT = FIRM.code("validated_at", "quarter of market validation, -1 before", -1)
FIRST_SALE = FIRM.code("first_sale", "quarter of the first sale, -1 before", -1)
ROUND_AT = [FIRM.code(f"round_at_{s}", f"quarter of the first round at stage {s}, -1 if none", -1) for s in range(4)]
ROUND_AT_0 = ROUND_AT[0]
FIRST_ROUND = FIRM.code("first_round", "quarter of the first equity round, -1 before", -1)
LAST_ROUND = FIRM.code("last_round", "quarter of the last equity round, -1 before", -1)
ROUNDS = FIRM.code("rounds", "equity rounds closed")
BANK = FIRM.code("bank", "main bank")
ARREARS = FIRM.code("arrears", "quarters in arrears")
DEFAULTED_AT = FIRM.code("defaulted_at", "quarter of default, -1 if none", -1)
FILED_AT = FIRM.code("filed_at", "quarter of filing for listing, -1 if not in the queue", -1)
LISTED_AT = FIRM.code("listed_at", "quarter of listing, -1 before", -1)
RETRY_AT = FIRM.code("retry_at", "first quarter in which it may file again")
TUTORED_AT = FIRM.code("tutored_at", "quarter in which tutoring began, -1 before", -1)
BOARD = FIRM.code("board", "0 STAR, 1 BSE, 2 other", -1)
ELIGIBLE = FIRM.code("eligible", "1 if truly eligible when it filed")
LEADER = FIRM.code("leader", "1 for chain leaders of the year")
SERIAL = FIRM.code("serial", "0 first-time, 1 serial after success, 2 serial after failure")
CERTIFIED_UNTIL = FIRM.code(
    "certified_until", "last quarter on the list of key technologies (certificate or challenge won), -1 if never", -1
)
SHORTLISTED_UNTIL = FIRM.code("shortlisted_until", "last quarter in which a challenge's shortlist informs, -1", -1)
ROADSHOW_UNTIL = FIRM.code("roadshow_until", "last quarter in which a docking event helps it, -1 if none", -1)
MEMBER_AT = FIRM.code("member_at", "quarter in which it joined the industry-finance platform, -1 before", -1)
INTENTION_MET = FIRM.code("intention_met", "1 once financing has followed the intention signed at its last event")
CATALOGUED_AT = FIRM.code("catalogued_at", "quarter in which its product entered the insurance catalogue, -1", -1)
COVERED_AT = FIRM.code("covered_at", "quarter in which it first bought cover, -1 before", -1)
INCUBATED_AT = FIRM.code("incubated_at", "quarter in which it entered listing incubation, -1 if outside", -1)
FIRST_LOAN = FIRM.code("first_loan", "quarter of its first bank loan, -1 before", -1)
PROPOSED = FIRM.code("proposed", "1 if its local government proposed it for incubation and pays for its place")
RELEASED = FIRM.code("released", "1 once its founders have left for the pool")
COMPETITIVE = FIRM.code("competitive", "1 for the fastest-growing market firms of the year, by sector and region")
NEED_SINCE = FIRM.code("need_since", "quarter since which its R&D need waits to be put to competition, -1 if none", -1)
POSTED_UNTIL = FIRM.code("posted_until", "deadline of the challenge that it has posed, -1 if none runs", -1)
CHALLENGE_UNTIL = FIRM.code("challenge_until", "last quarter of work on a challenge that it has won, -1 if never", -1)
APPLIED_AT = FIRM.code("applied_at", "quarter of its waiting application for a certificate, -1 if none", -1)
PACKAGED = FIRM.code("packaged", "1 if that application is dressed up")
BARRED_UNTIL = FIRM.code("barred_until", "last quarter in which it may not apply for a certificate, -1 if free", -1)
AIDED_AT = FIRM.code("aided_at", "quarter of its last award, -1 before", -1)
ADMITTED_AT = FIRM.code("admitted_at", "quarter in which an agency first admitted or validated it, -1 before", -1)

FREE_ROW, ACQUIRED, DEAD, PROOF, PROTOTYPE, PILOT, MARKET, QUEUE, PUBLIC = -9, -2, -1, 0, 1, 2, 3, 4, 5
UNIVERSITY, PARK, SPINOUT, SERIAL_FOUNDER, NO_ORIGIN = range(5)
N_SECTORS, N_REGIONS = 9, 6
# Related sectors: AER-MAT AER-LAE LAE-AI AI-AIR BIO-BMF MAT-BMF IWV-MAT
RELATED = ((0, 3), (0, 7), (7, 5), (5, 1), (2, 4), (3, 4), (6, 3))
FIT = np.eye(N_SECTORS)  # 1 in the same sector, .5 in a related one, else 0
for _a, _b in RELATED:
    FIT[_a, _b] = FIT[_b, _a] = 0.5


@rule
def logistic(x: float) -> float:
    """1 / (1 + e^-x)."""
    return 1.0 / (1.0 + math.exp(-x))


@rule
def clip(x: float, low: float, high: float) -> float:
    """x kept within [low, high]."""
    return min(max(x, low), high)


@open_rule
def average(old: float, new: float, quarters: float) -> float:
    """Exponential average with weight 2/(n+1) on the newest value."""
    return old + (new - old) * 2.0 / (quarters + 1.0)


@rule
def progress_made(spent: float, burn: float, duration: float, elasticity: float, spillover: float,
                  knowledge: float) -> float:  # fmt: skip
    """Progress of a quarter: (1/D) (R/burn)^alpha (1 + psi ln(1 + KN/KN*)).

    spent R, burn: CNY mn/q; duration D: quarters; knowledge: stock of the sector and region over its opening mean.
    """
    if spent <= 0.0:
        return 0.0
    return math.pow(spent / burn, elasticity) / duration * (1.0 + spillover * math.log(1.0 + knowledge))


@rule
def pass_probability(intercept: float, slope: float, quality: float) -> float:
    """Chance to pass a stage test: logistic(beta0 + beta1 z)."""
    return logistic(intercept + slope * quality)


@rule
def unit_cost_index(output: float, reference: float, exponent: float) -> float:
    """Learning by using: (1 + Q/Q0)^-b, 1 at entry (Nagy et al. 2013)."""
    return math.pow(1.0 + output / reference, -exponent)


@rule
def unit_cost_share(index: float, initial: float, floor: float, kept: float) -> float:
    """Unit cost as a share of the price: max(c_min, c0 (1 - keep (1 - u)));
    the rest of the fall is passed on to users.
    """
    return max(floor, initial * (1.0 - kept * (1.0 - index)))


@rule
def care(power: float, failure: float, damage: float, cost: float) -> float:
    """Effort against failures without insurance: clip(zeta f delta_u / (2 c_a), 0, 1); it costs c_a a^2 of sales."""
    return clip(power * failure * damage / (2.0 * cost), 0.0, 1.0)


@rule
def user_benefit(performance: float, failure: float, damage: float, risk: float) -> float:
    """Net benefit of a first user: perf - 1 - f delta_u (1 + r_u)."""
    return performance - 1.0 - failure * damage * (1.0 + risk)


@rule
def sales_growth(innovation: float, imitation: float, sales: float, potential: float) -> float:
    """Bass diffusion: (p + q S/M) (M - S), CNY mn/q."""
    return (innovation + imitation * sales / potential) * (potential - sales)


@rule
def ageing(loss: float, offset: float, paid: float, planned: float, elasticity: float) -> float:
    """Factor on potential as products age and R&D renews them: 1 - delta + offset delta min(1, R/R_plan)^alpha."""
    if planned <= 0.0:
        return 1.0 - loss
    return 1.0 - loss + offset * loss * math.pow(min(1.0, paid / planned), elasticity)


@rule
def capacity(capital: float, intensity: float) -> float:
    """Sales a quarter that capital allows: K / (4 k)."""
    return capital / (4.0 * intensity)


@rule
def dividend(profit_after_tax: float, cash: float, sales: float, capital: float, share: float, keep: float,
             floor: float, per_capital: float) -> float:  # fmt: skip
    """Dividend: max(share of profit, cash - keep S - per_capital K), leaving cash of floor S."""
    wanted = max(share * max(0.0, profit_after_tax), cash - keep * sales - per_capital * capital)
    return max(0.0, min(wanted, cash - floor * sales))
