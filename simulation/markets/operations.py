"""Operations: what enterprises earn and pay in a quarter, from sales to taxes, research and dividends.

Payments are capped by cash in the order premium, inputs and wages, refunds, taxes, interest, principal (credit),
research, dividend.
"""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import (
    CIT_CENTRAL, CIT_LOCAL, INPUTS, SALES as SALES_LINE, VAT_CENTRAL, VAT_LOCAL, WAGES,
)  # fmt: skip
from ..accounting.ledger import pay, pay_split
from ..agents.cover import (
    DRAW_FAILURE, RATED, compensate, count_first_sales, cover_held, damage_felt, pay_premium,
)  # fmt: skip
from ..agents.enterprise import (
    CAPEX_PAID, CAPITAL, CASH, CASH_FLOW, COST_SAVING, COST_SHOCK, COVERED, FAILURE, FIRST_ROUND, FIRST_SALE,
    FLOW_YEAR, FLOW_YEAR_0, GAP, ID, INTEREST_DUE, MARKET, NET_PREMIUM, N_SECTORS, ORIGIN, PILOT, POTENTIAL,
    PRINCIPAL_DUE, PROCURED, PROFIT, PROFIT_YEAR, PROFIT_YEAR_0, QUEUE, RD, RD_INTENSITY, RD_PLAN, RD_YEAR, REGION,
    RETAINED, SALES, SALES_TREND, SALES_YEAR, SALES_YEAR_0, SECTOR, STAGE, TAX_LOSS, UNIT_COST, VALIDATED_AT,
    VAT_CREDIT, VENTURE, WEALTH, ageing, average, care, dividend, unit_cost_share,
)  # fmt: skip
from ..agents.government import PURSE, RESEARCH_0, TAXES
from ..agents.population import HOUSEHOLDS, LISTING_WAIT, REST, SECTOR_DEMAND, TREASURY
from ..agents.shareholders import pay_dividend, pay_owners
from ..agents.tally import (
    CENTRAL, COST_RD_DEDUCTION, FIRST_ORDERS, INDUCED_TAX, LOCAL, RD_MARKET, RD_SPENT, REVENUE, SALES_FUNDED,
    TAX_EXPENDITURE, VALUE_ADDED, add,
)  # fmt: skip
from ..engine.blocks import Slices, count_blocks, end_row, first_row
from ..engine.draws import normal, purpose, uniform
from ..engine.jit import block_kernel, kernel, open_rule, prange, rule
from ..engine.table import Codes, Cube, Cubes, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .application import BURN_2, DAMAGE, DEPRECIATION, EFFORT_COST, EFFORT_POWER
from .development import patent, pay_research
from .mechanism import Mechanism, Quarter, Stage
from .tax_relief import SUPER_DEDUCTION, extra_deduction

COST_INITIAL = parameter("unit_cost_initial")
COST_FLOOR = parameter("unit_cost_floor")
COST_KEPT = parameter("cost_fall_kept")
OVERHEAD = parameter("overhead")
LAUNCH_OVERHEAD = parameter("launch_overhead")
LAUNCH_QUARTERS = parameter("launch_quarters")
INPUT_SHARE = parameter("input_share")
VAT_RATE = parameter("vat_rate")
CIT_RATE = parameter("cit_rate")
VAT_CENTRAL_SHARE = parameter("central_vat_share")
CIT_CENTRAL_SHARE = parameter("central_income_tax_share")
ELASTICITY = parameter("rd_elasticity")
WAGE_SHARE = parameter("rd_wage_share")
AGEING = parameter("product_ageing")
AGEING_OFFSET = parameter("ageing_offset")
DIVIDEND_SHARE = parameter("dividend_share")
DIVIDEND_FLOOR = parameter("dividend_cash_floor")
DIVIDEND_KEEP = parameter("dividend_excess_sales")
DIVIDEND_CAPITAL = parameter("dividend_excess_capital")
SECTOR_NOISE = parameter("sector_demand_noise")
DEMAND_SHOCK = parameter("demand_shock")
SECTOR_PERSISTENCE = parameter("sector_demand_persistence")
SALARY = parameter("founder_salary")
SAVING = parameter("founder_saving")

DRAW_SECTOR_DEMAND = purpose("sector demand")


@rule
def production_cost(firm: Matrix, i: int, policy: Matrix, venture: bool) -> float:
    """Unit cost as a share of sales: c0 if mature, falling with learning for a venture, plus the firm's own shock;
    less what solved challenges save.
    """
    kept = 1.0 - firm[COST_SAVING, i]
    if not venture:
        return float((policy[COST_INITIAL, 0] + firm[COST_SHOCK, i]) * kept)
    share = unit_cost_share(firm[UNIT_COST, i], policy[COST_INITIAL, 0], policy[COST_FLOOR, 0], policy[COST_KEPT, 0])
    return float((firm[COST_SHOCK, i] + share) * kept)


@rule
def overheads(firm: Matrix, firm_code: Codes, i: int, policy: Matrix, venture: bool, t: int) -> float:
    """Overheads of a quarter: a share of sales, or of their trend if higher, and launch costs when sales begin."""
    cost = float(policy[OVERHEAD, 0] * max(firm[SALES, i], firm[SALES_TREND, i]))
    if venture and firm_code[STAGE, i] >= MARKET and t - firm_code[FIRST_SALE, i] < policy[LAUNCH_QUARTERS, 0]:
        cost += policy[LAUNCH_OVERHEAD, 0] * policy[BURN_2, firm_code[SECTOR, i]]
    return cost


@open_rule
def next_demand(factor: float, persistence: float, shock: float) -> float:
    """Sector demand as a factor on sales: F' = F^persistence e^shock, around 1."""
    return math.pow(factor, persistence) * math.exp(shock)


@kernel
def move_demand(memory: Matrix, policy: Matrix, seed: int, t: int) -> None:
    """The demand of each sector moves."""
    for j in range(N_SECTORS):
        shock = policy[SECTOR_NOISE, 0] * normal(seed, DRAW_SECTOR_DEMAND, j, t) + policy[DEMAND_SHOCK, j]
        memory[SECTOR_DEMAND, j] = next_demand(memory[SECTOR_DEMAND, j], policy[SECTOR_PERSISTENCE, 0], shock)


@rule
def plan_block(firm: Matrix, firm_code: Codes, lo: int, hi: int, policy: Matrix, t: int) -> None:
    """Enterprises plan R&D and see which outlays of the quarter their sales will not cover."""
    for i in range(lo, hi):
        stage = firm_code[STAGE, i]
        if stage < PILOT:
            firm[GAP, i] = 0.0
            continue
        venture = firm_code[VENTURE, i] == 1
        firm[RD_PLAN, i] = firm[RD_INTENSITY, i] * firm[SALES, i] if stage >= MARKET else 0.0
        margin = (1.0 - production_cost(firm, i, policy, venture)) * firm[SALES, i]
        service = firm[INTEREST_DUE, i] + firm[PRINCIPAL_DUE, i]
        outlays = overheads(firm, firm_code, i, policy, venture, t) + firm[RD_PLAN, i] + service
        firm[GAP, i] = max(0.0, outlays - margin)


@block_kernel
def plan(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, t: int) -> None:
    """Enterprises plan, block by block."""
    for b in prange(count_blocks(used)):
        plan_block(firm, firm_code, first_row(b), end_row(b, used), policy, t)


@rule
def settle_block(firm: Matrix, firm_code: Codes, lo: int, hi: int, policy: Matrix, memory: Matrix, insurer: Matrix,
                 seed: int, t: int, flows: Vector, account: Vector, region: Matrix, book: Matrix, tally: Matrix,
                 cost: Cube) -> None:  # fmt: skip
    """Sales come in (governments have paid for theirs); premiums, inputs, wages, refunds and taxes go out.

    insurer: what insurers were at the start of the quarter; book: the block's slice of their books.
    """
    for i in range(lo, hi):
        stage = firm_code[STAGE, i]
        if stage < PILOT:
            continue
        j, r = firm_code[SECTOR, i], firm_code[REGION, i]
        venture = firm_code[VENTURE, i] == 1
        sales = firm[SALES, i] * memory[SECTOR_DEMAND, j]
        bought = firm[PROCURED, i]
        revenue = bought + pay(flows, SALES_LINE, account, REST, firm[CASH], i, max(0.0, sales - bought))
        firm[NET_PREMIUM, i] = 0.0
        if venture:
            if firm[COVERED, i] > 0.0:
                pay_premium(flows, firm, firm_code, i, policy, memory, insurer, book, seed, t, tally)
            count_first_sales(firm, firm_code, i, policy, t, tally)
        variable = production_cost(firm, i, policy, venture) * sales
        if venture:
            felt = damage_felt(policy[DAMAGE, 0], cover_held(firm, firm_code, i, policy), policy[RATED, 0])
            effort = care(policy[EFFORT_POWER, 0], firm[FAILURE, i], felt, policy[EFFORT_COST, 0])
            variable += policy[EFFORT_COST, 0] * effort * effort * sales
        bill = variable + overheads(firm, firm_code, i, policy, venture, t)
        inputs = policy[INPUT_SHARE, 0]
        paid = pay_split(
            flows, INPUTS, WAGES, firm[CASH], i, account, REST, account, HOUSEHOLDS, min(bill, firm[CASH, i]), inputs
        )
        if venture:
            failed = uniform(seed, DRAW_FAILURE, firm_code[ID, i], t) < firm[FAILURE, i]
            compensate(
                flows, firm, firm_code, i, r, sales, failed, policy, account, region, insurer, book, seed, tally, cost
            )
        vat = pay_vat(flows, firm, i, r, account, region, policy, revenue - firm[CAPEX_PAID, i] - inputs * paid
                      - (1.0 - policy[WAGE_SHARE, 0]) * (firm[RD, i] + firm[RD_PLAN, i]))  # fmt: skip
        worn = firm[CAPITAL, i] * policy[DEPRECIATION, 0]
        profit = revenue - paid - worn - firm[INTEREST_DUE, i] - vat - firm[RD, i] - firm[RD_PLAN, i]
        profit -= firm[NET_PREMIUM, i]
        pay_income_tax(flows, firm, i, j, r, account, region, policy, profit, cost, tally)
        tally[INDUCED_TAX, CENTRAL] += vat * policy[VAT_CENTRAL_SHARE, 0]
        tally[INDUCED_TAX, LOCAL] += vat * (1.0 - policy[VAT_CENTRAL_SHARE, 0])
        firm[PROFIT_YEAR_0, i] += profit
        firm[SALES_YEAR_0, i] += revenue
        firm[FLOW_YEAR_0, i] += profit + worn
        firm[CASH_FLOW, i] = average(firm[CASH_FLOW, i], profit + worn + firm[INTEREST_DUE, i], 4.0)
        firm[WEALTH, i] += policy[SALARY, 0] * policy[SAVING, 0] / 4.0
        add(tally, REVENUE, j, r, firm_code[ORIGIN, i], revenue if stage >= MARKET else 0.0)
        add(tally, VALUE_ADDED, j, r, firm_code[ORIGIN, i], revenue - inputs * paid)
        if firm_code[FIRST_ROUND, i] >= 0:
            tally[SALES_FUNDED, 0] += revenue
        if venture and t - firm_code[FIRST_SALE, i] < 4:
            tally[FIRST_ORDERS, 0] += revenue


@block_kernel
def settle_accounts(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, memory: Matrix, insurer: Matrix,
                    seed: int, t: int, flows: Matrix, account: Matrix, region: Cube, book: Cube, tally: Cube,
                    cost: Cubes) -> None:  # fmt: skip
    """Accounts are settled block by block; each block has its slice of the shared arrays."""
    for b in prange(count_blocks(used)):
        settle_block(
            firm, firm_code, first_row(b), end_row(b, used), policy, memory, insurer, seed, t, flows[b], account[b],
            region[b], book[b], tally[b], cost[b],
        )  # fmt: skip


@rule
def pay_vat(flows: Vector, firm: Matrix, i: int, r: int, account: Vector, region: Matrix, policy: Matrix,
            base: float) -> float:  # fmt: skip
    """Value-added tax on the base net of credit carried forward; a negative base is carried forward."""
    taxed = base - firm[VAT_CREDIT, i]
    firm[VAT_CREDIT, i] = max(0.0, -taxed)
    owed = min(policy[VAT_RATE, 0] * max(0.0, taxed), firm[CASH, i])
    before = region[PURSE, r]
    paid = pay_split(
        flows, VAT_CENTRAL, VAT_LOCAL, firm[CASH], i, account, TREASURY, region[PURSE], r, owed,
        policy[VAT_CENTRAL_SHARE, 0],
    )  # fmt: skip
    region[TAXES, r] += region[PURSE, r] - before
    return paid


@rule
def pay_income_tax(flows: Vector, firm: Matrix, i: int, j: int, r: int, account: Vector, region: Matrix, policy: Matrix,
                   profit: float, cost: Cube, tally: Matrix) -> None:  # fmt: skip
    """Corporate income tax after super-deduction and losses; what the super-deduction saves is a tax expenditure."""
    extra = extra_deduction(policy[SUPER_DEDUCTION, j], firm[RD, i] + firm[RD_PLAN, i])
    taxable = profit - extra - firm[TAX_LOSS, i]
    without = max(0.0, profit - firm[TAX_LOSS, i])
    firm[TAX_LOSS, i] = max(0.0, -taxable)
    share = policy[CIT_CENTRAL_SHARE, 0]
    owed = min(policy[CIT_RATE, 0] * max(0.0, taxable), firm[CASH, i])
    before = region[PURSE, r]
    paid = pay_split(flows, CIT_CENTRAL, CIT_LOCAL, firm[CASH], i, account, TREASURY, region[PURSE], r, owed, share)
    region[TAXES, r] += region[PURSE, r] - before
    saved = policy[CIT_RATE, 0] * (without - max(0.0, taxable))
    cost[COST_RD_DEDUCTION, CENTRAL, TAX_EXPENDITURE] += saved * share
    cost[COST_RD_DEDUCTION, LOCAL, TAX_EXPENDITURE] += saved * (1.0 - share)
    tally[INDUCED_TAX, CENTRAL] += paid * share
    tally[INDUCED_TAX, LOCAL] += paid * (1.0 - share)
    firm[PROFIT, i] = profit - paid
    firm[RETAINED, i] += profit - paid


@rule
def spend_block(firm: Matrix, firm_code: Codes, lo: int, hi: int, policy: Matrix, memory: Matrix, seed: int, t: int,
                flows: Vector, account: Vector, region: Matrix, head: Ints, tally: Matrix) -> None:  # fmt: skip
    """After debt service: market firms pay their research, products age, and owners without funds take what is over."""
    wait = memory[LISTING_WAIT, 0]
    for i in range(lo, hi):
        stage = firm_code[STAGE, i]
        if stage < MARKET:
            continue
        j, r = firm_code[SECTOR, i], firm_code[REGION, i]
        budget = firm[CASH, i] / (wait + 2.0) if stage == QUEUE else firm[CASH, i]
        spent = pay_research(flows, firm, i, account, min(firm[RD_PLAN, i], budget), policy[WAGE_SHARE, 0])
        region[RESEARCH_0 + j, r] += spent
        add(tally, RD_SPENT, j, r, firm_code[ORIGIN, i], spent)
        tally[RD_MARKET, 0] += spent
        patent(firm, firm_code, i, spent, policy, seed, t, tally)
        if firm_code[VENTURE, i] == 1:
            firm[POTENTIAL, i] *= ageing(
                policy[AGEING, 0], policy[AGEING_OFFSET, 0], spent, firm[RD_PLAN, i], policy[ELASTICITY, 0]
            )
        if head[i] < 0 and pays_dividend(firm_code, i):
            paid = pay_owners(flows, firm, i, surplus(firm, i, policy), account)
            firm[RETAINED, i] = max(0.0, firm[RETAINED, i] - paid)


@block_kernel
def spend(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, memory: Matrix, seed: int, t: int, flows: Matrix,
          account: Matrix, region: Cube, head: Ints, tally: Cube) -> None:  # fmt: skip
    """Research and the dividends of firms without funds, block by block."""
    for b in prange(count_blocks(used)):
        spend_block(
            firm, firm_code, first_row(b), end_row(b, used), policy, memory, seed, t, flows[b], account[b], region[b],
            head, tally[b],
        )  # fmt: skip


@rule
def pays_dividend(firm_code: Codes, i: int) -> bool:
    """Firms on the market with a validated product pay dividends, except while they wait in the listing queue."""
    stage = firm_code[STAGE, i]
    return bool(stage >= MARKET and stage != QUEUE and firm_code[VALIDATED_AT, i] >= 0)


@rule
def surplus(firm: Matrix, i: int, policy: Matrix) -> float:
    """What firm i gives to its shareholders this quarter (CNY mn)."""
    return dividend(
        firm[PROFIT, i], firm[CASH, i], firm[SALES, i], firm[CAPITAL, i], policy[DIVIDEND_SHARE, 0],
        policy[DIVIDEND_KEEP, 0], policy[DIVIDEND_FLOOR, 0], policy[DIVIDEND_CAPITAL, 0],
    )  # fmt: skip


@kernel
def distribute_to_funds(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, flows: Vector, account: Vector,
                        region: Matrix, fund: Matrix, holding: Matrix, holding_code: Codes, head: Ints,
                        following: Ints) -> None:  # fmt: skip
    """Dividends of firms that funds or former partners hold, one firm after the other."""
    for i in range(used):
        if head[i] >= 0 and pays_dividend(firm_code, i):
            paid = pay_dividend(
                flows, firm, i, surplus(firm, i, policy), holding, holding_code, head, following, fund, region, account
            )
            firm[RETAINED, i] = max(0.0, firm[RETAINED, i] - paid)


@kernel
def turn_year(firm: Matrix, used: int, years: Codes) -> None:
    """A fiscal year ends: each yearly figure moves one year back."""
    for row in range(years.shape[0]):
        for i in range(used):
            for n in range(3, 0, -1):
                firm[years[row, n], i] = firm[years[row, n - 1], i]
            firm[years[row, 0], i] = 0.0


def play_plan(q: Quarter) -> None:
    """Enterprises plan the quarter."""
    s = q.state
    plan(q.threads)(s.firm.num, s.firm.code, s.firm.used, q.policy, s.quarter)


def play_accounts(q: Quarter) -> None:
    """Sales, costs and taxes of the quarter."""
    s, p = q.state, q.policy
    move_demand(s.memory, p, s.seed, s.quarter)
    slices = Slices(s.firm.used)
    settle_accounts(q.threads)(
        s.firm.num, s.firm.code, s.firm.used, p, s.memory, s.insurer.num, s.seed, s.quarter, slices.of(s.flows),
        slices.of(s.account), slices.of(s.region.num), slices.of(s.insurer.num), slices.of(s.tally), slices.of(s.cost),
    )  # fmt: skip
    slices.fold()


def play_research(q: Quarter) -> None:
    """Research of market firms, ageing of products and dividends."""
    s = q.state
    head, following = q.holders()
    slices = Slices(s.firm.used)
    spend(q.threads)(
        s.firm.num, s.firm.code, s.firm.used, q.policy, s.memory, s.seed, s.quarter, slices.of(s.flows),
        slices.of(s.account), slices.of(s.region.num), head, slices.of(s.tally),
    )  # fmt: skip
    slices.fold()
    distribute_to_funds(
        s.firm.num, s.firm.code, s.firm.used, q.policy, s.flows, s.account, s.region.num, s.fund.num, s.holding.num,
        s.holding.code, head, following,
    )  # fmt: skip
    if s.quarter % 4 == 3:
        turn_year(s.firm.num, s.firm.used, np.array([SALES_YEAR, PROFIT_YEAR, RD_YEAR, FLOW_YEAR], dtype=np.int64))


MECHANISM = Mechanism(
    key="operations",
    question="What does an enterprise earn, pay and keep?",
    stages=(
        Stage("enterprises plan", play_plan, "planned R&D and the outlays that sales will not cover"),
        Stage("current accounts", play_accounts, "sales, inputs, wages, refunds, value-added and income tax"),
        Stage("research and dividends", play_research, "market firms pay research after debt service, then dividends"),
    ),
    lines=("SALES", "INP", "WAGE", "REFD", "VAT", "CIT", "DIV", "PREM", "CLAIM"),
    indicators=("rd_spending", "rd_intensity", "value_added", "induced_tax"),
)
