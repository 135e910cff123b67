"""First application: users adopt, products learn by use, capacity follows, and the market validates (or not)."""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import CAPEX, CAPITAL_STOCK, E, FLOW, WRITE_OFF
from ..accounting.ledger import exact, pay
from ..agents.cover import COVER, RATED, damage_felt, damage_left, failure_with_care, may_insure, takes_cover
from ..agents.enterprise import (
    BIRTH, CAPEX_PAID, CAPEX_WANTED, CAPITAL, CASH, COST_SHOCK, COVERED, FAILURE, FIRST_SALE, GAP, ID, MARKET,
    ORDER_SHARE, ORIGIN, OUTPUT, PILOT, POTENTIAL, QUALITY, REGION, SALES, SALES_TREND, SECTOR, STAGE,
    UNIT_COST, USERS, VALIDATED_AT, VENTURE, average, capacity, care, sales_growth, unit_cost_index, user_benefit,
)  # fmt: skip
from ..agents.population import REST
from ..agents.programmes import admit
from ..agents.strategic import offtake
from ..agents.tally import FAILED_SALES, UNIT_COSTS, VALIDATED, WAS_VALIDATED, add, note
from ..engine.blocks import BLOCK, Slices, count_blocks, end_row, first_row
from ..engine.draws import fill_normals, poisson, purpose, uniform
from ..engine.jit import block_kernel, kernel, prange, rule
from ..engine.table import Codes, Cube, Cubes, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage
from .procurement import pull_of_orders

DAMAGE = parameter("damage")
USER_RISK = parameter("user_risk")
INNOVATION = parameter("innovation")
IMITATION = parameter("imitation")
ADOPTION = parameter("adoption_elasticity")
PERFORMANCE = parameter("performance_base")
PERFORMANCE_QUALITY = parameter("performance_quality")
EFFORT_POWER = parameter("effort_power")
EFFORT_COST = parameter("effort_cost")
DEPRECIATION = parameter("depreciation")
PILOT_SHARE = parameter("pilot_share")
USER_SIZE = parameter("user_size")
VALIDATION_FAILURE = parameter("validation_failure")
VALIDATION_USERS = parameter("validation_users")
MATURE_FAILURE = parameter("mature_failure")
LEARNING_COST = parameter("learning_cost")
LEARNING_FAILURE = parameter("learning_failure")
INITIAL_FAILURE = parameter("initial_failure")
INTENSITY = parameter("capital_intensity")
BURN_2 = parameter("burn_2")
DEMAND_NOISE = parameter("demand_noise")
COST_NOISE = parameter("cost_noise")
COST_PERSISTENCE = parameter("cost_persistence")

CASH_KEPT = 0.1  # quarters of sales that a market firm keeps in cash when it invests

DRAW_DEMAND = purpose("firm demand")
DRAW_COST = purpose("firm cost")
DRAW_USERS = purpose("users")


@rule
def demand_under(firm: Matrix, firm_code: Codes, i: int, intrinsic: float, cover: float,
                 policy: Matrix) -> tuple[float, float]:  # fmt: skip
    """Sales a quarter that users would buy of a venture's product under a cover, and its failure in use then: the maker
    takes care for the damage it feels, the user fears the damage that nobody pays for.
    """
    potential, sales = firm[POTENTIAL, i], firm[SALES, i]
    damage = policy[DAMAGE, 0]
    felt = damage_felt(damage, cover, policy[RATED, 0])
    effort = care(policy[EFFORT_POWER, 0], intrinsic, felt, policy[EFFORT_COST, 0])
    failure = failure_with_care(intrinsic, effort, policy[EFFORT_POWER, 0])
    performance = policy[PERFORMANCE, 0] * math.exp(policy[PERFORMANCE_QUALITY, 0] * firm[QUALITY, i]) / math.sqrt(
        firm[UNIT_COST, i]
    )
    benefit = user_benefit(performance, failure, damage_left(damage, cover), policy[USER_RISK, 0])
    imitation = policy[IMITATION, 0] * (1.0 if firm_code[VALIDATED_AT, i] >= 0 else 0.5)
    pioneers = policy[INNOVATION, 0] * math.exp(policy[ADOPTION, 0] * benefit)
    pioneers *= offtake(firm, i, policy) * pull_of_orders(firm[ORDER_SHARE, i])
    wanted = sales + sales_growth(pioneers, imitation, sales, potential)
    if firm_code[STAGE, i] == PILOT:
        wanted = min(wanted, policy[PILOT_SHARE, 0] * potential)
    return min(max(wanted, 0.0), max(potential, 0.0)), failure


@rule
def sales_wanted(firm: Matrix, firm_code: Codes, i: int, policy: Matrix, memory: Matrix, insurer: Matrix, seed: int,
                 t: int, tally: Matrix) -> tuple[float, float, float]:  # fmt: skip
    """Sales a quarter that users would buy, intrinsic failure, and the cover that the maker takes; updates unit cost
    and failure in use of a venture's product.
    """
    j = firm_code[SECTOR, i]
    potential = firm[POTENTIAL, i]
    learnt = 1.0 + firm[OUTPUT, i] / potential
    intrinsic = policy[INITIAL_FAILURE, j] * math.pow(learnt, -policy[LEARNING_FAILURE, j])
    firm[UNIT_COST, i] = unit_cost_index(firm[OUTPUT, i], potential, policy[LEARNING_COST, j])
    wanted, failure = demand_under(firm, firm_code, i, intrinsic, 0.0, policy)
    cover = 0.0
    if may_insure(firm_code, i, t, policy):
        insured, eased = demand_under(firm, firm_code, i, intrinsic, policy[COVER, j], policy)
        if takes_cover(firm, firm_code, i, intrinsic, wanted, insured, policy, memory, insurer, seed, t, tally):
            wanted, failure, cover = insured, eased, policy[COVER, j]
    firm[FAILURE, i] = failure
    return wanted, intrinsic, cover


@rule
def invest_in_capacity(flows: Vector, changes: Cube, firm: Matrix, i: int, account: Vector, wanted: float,
                       reserve: float, depreciation: float, intensity: float) -> float:  # fmt: skip
    """Wear down capital, buy what the wanted sales need as far as cash above `reserve` goes;
    returns the sales possible.
    """
    worn = exact(firm[CAPITAL, i] * depreciation)
    firm[CAPITAL, i] -= worn
    changes[CAPITAL_STOCK, E, WRITE_OFF] -= worn
    needed = max(0.0, 4.0 * intensity * wanted - firm[CAPITAL, i])
    firm[CAPEX_WANTED, i] = needed
    paid = pay(flows, CAPEX, firm[CASH], i, account, REST, min(needed, max(0.0, firm[CASH, i] - reserve)))
    firm[CAPITAL, i] += paid
    firm[CAPEX_PAID, i] = paid
    changes[CAPITAL_STOCK, E, FLOW] += paid
    return min(wanted, capacity(firm[CAPITAL, i], intensity))


@rule
def apply_block(firm: Matrix, firm_code: Codes, lo: int, hi: int, policy: Matrix, memory: Matrix, insurer: Matrix,
                seed: int, t: int, flows: Vector, changes: Cube, account: Vector, tally: Matrix,
                luck: Matrix) -> None:  # fmt: skip
    """Demand moves, makers take cover, users adopt, firms invest and sell, and some products are validated.

    luck: room for the draws of the block (demand, cost, and one row to work in).
    """
    for row, what in ((0, DRAW_DEMAND), (1, DRAW_COST)):
        fill_normals(seed, what, firm_code[ID], lo, hi, t, luck[2], luck[row])
    noise = policy[DEMAND_NOISE, 0]
    for i in range(lo, hi):
        stage = firm_code[STAGE, i]
        if stage < PILOT:
            continue
        j = firm_code[SECTOR, i]
        if stage >= MARKET:
            firm[POTENTIAL, i] *= math.exp(noise * luck[0, i - lo] - noise * noise / 2.0)
        shock = policy[COST_NOISE, 0] * luck[1, i - lo]
        firm[COST_SHOCK, i] = policy[COST_PERSISTENCE, 0] * firm[COST_SHOCK, i] + shock
        venture = firm_code[VENTURE, i] == 1
        intrinsic = policy[MATURE_FAILURE, 0] * policy[INITIAL_FAILURE, j]
        wanted, cover = firm[POTENTIAL, i], 0.0
        if venture:
            wanted, intrinsic, cover = sales_wanted(firm, firm_code, i, policy, memory, insurer, seed, t, tally)
        reserve = firm[GAP, i] + (policy[BURN_2, j] if stage == PILOT else CASH_KEPT * firm[SALES, i])
        before = firm[SALES, i]
        sales = invest_in_capacity(
            flows, changes, firm, i, account, wanted, reserve, policy[DEPRECIATION, 0], policy[INTENSITY, j]
        )
        firm[SALES, i] = sales
        firm[SALES_TREND, i] = average(firm[SALES_TREND, i], sales, 8.0)
        firm[OUTPUT, i] += sales
        if venture:
            firm[COVERED, i] = cover * sales
            if sales > 0.0 and firm_code[FIRST_SALE, i] < 0:
                firm_code[FIRST_SALE, i] = t
            tally[FAILED_SALES, 0] += sales * firm[FAILURE, i]
            tally[FAILED_SALES, 1] += sales
            tally[UNIT_COSTS, 0] += firm[UNIT_COST, i]
            tally[UNIT_COSTS, 1] += 1.0
            if firm_code[VALIDATED_AT, i] < 0:
                seek_validation(firm, firm_code, i, sales - before, intrinsic, policy, seed, t, tally)


@block_kernel
def apply_first(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, memory: Matrix, insurer: Matrix, seed: int,
                t: int, flows: Matrix, changes: Cubes, account: Matrix, tally: Cube) -> None:  # fmt: skip
    """First application, block by block."""
    for b in prange(count_blocks(used)):
        apply_block(
            firm, firm_code, first_row(b), end_row(b, used), policy, memory, insurer, seed, t, flows[b], changes[b],
            account[b], tally[b], np.empty((3, BLOCK)),
        )  # fmt: skip


@rule
def seek_validation(firm: Matrix, firm_code: Codes, i: int, growth: float, intrinsic: float, policy: Matrix, seed: int,
                    t: int, tally: Matrix) -> None:  # fmt: skip
    """New users come with sales; a product is validated once its failure has fallen enough and it has users."""
    j = firm_code[SECTOR, i]
    if growth > 0.0:
        mean = growth / (policy[USER_SIZE, 0] * firm[POTENTIAL, i])
        firm_code[USERS, i] += poisson(mean, uniform(seed, DRAW_USERS, firm_code[ID, i], t))
    if intrinsic > policy[VALIDATION_FAILURE, 0] * policy[INITIAL_FAILURE, j]:
        return
    if firm_code[USERS, i] < policy[VALIDATION_USERS, 0]:
        return
    firm_code[VALIDATED_AT, i] = t
    admit(firm_code, i, t)
    add(tally, VALIDATED, j, firm_code[REGION, i], firm_code[ORIGIN, i], 1.0)


@kernel
def note_validations(firm_code: Codes, used: int, t: int, event: Matrix, event_code: Codes, event_used: int) -> int:
    """Write down whose product was validated this quarter; returns events used."""
    for i in range(used):
        if firm_code[VALIDATED_AT, i] == t and firm_code[VENTURE, i] == 1:
            age = float(t - firm_code[BIRTH, i])
            event_used = note(event, event_code, event_used, WAS_VALIDATED, firm_code[ID, i], -1, 0.0, age)
    return event_used


def play(q: Quarter) -> None:
    """Enterprises from the pilot stage on invest in capacity and sell."""
    s = q.state
    slices = Slices(s.firm.used)
    apply_first(q.threads)(
        s.firm.num, s.firm.code, s.firm.used, q.policy, s.memory, s.insurer.num, s.seed, s.quarter, slices.of(s.flows),
        slices.of(s.changes), slices.of(s.account), slices.of(s.tally),
    )  # fmt: skip
    slices.fold()
    s.event.reserve(int(s.tally[VALIDATED].sum()))
    s.event.used = note_validations(
        s.firm.code, s.firm.used, s.quarter, s.event.num, s.event.code, s.event.used
    )


MECHANISM = Mechanism(
    key="application",
    question="Do users adopt the product, and does it learn from use?",
    stages=(Stage("users adopt and products learn", play, "users adopt, capacity follows, products are validated"),),
    lines=("CAPEX",),
    events=("validation",),
    indicators=("validated_products", "time_to_market", "first_orders", "unit_cost_index", "failure_rate_in_use"),
)
