"""Cover of first use: what a maker weighs, pays and is relieved of, and what its users get when the product fails.

The maker insures, the user is compensated. These rules are called where users adopt (application) and where accounts
are settled (operations); at a cover of zero every one of them returns what it was given.
"""

from __future__ import annotations

from ..accounting.chart import (
    CLAIM_CENTRAL, CLAIM_LOCAL, CLAIM_REST, PREMIUM, REFUND, REFUND_CENTRAL, REFUND_LOCAL,
)  # fmt: skip
from ..accounting.ledger import exact, pay
from ..engine.draws import purpose, uniform
from ..engine.jit import rule
from ..engine.table import Codes, Cube, Matrix, Vector
from ..scenario.parameter import parameter
from .enterprise import (
    CASH, CATALOGUED_AT, COVERED, COVERED_AT, DUE_0, FIRST_SALE, ID, MARKET, NET_PREMIUM, OWN_LOSS, PILOT, PROCURED,
    SALES, SECTOR, STAGE, UNIT_COST, average, care, unit_cost_share,
)  # fmt: skip
from .government import PROGRAMMES, PURSE
from .insurer import ACCEPTS, INSURER_SHARE, N_INSURERS, OWN_FUNDS, PREMIUMS, premium_rate
from .population import CLAIM_TREND, COVER_TREND, REST, TREASURY
from .programmes import FOR_PREMIUM, award
from .tally import (
    CENTRAL, CLAIMS_PAID, COST_FIRST_USE, COVERED_VALUE, COVER_TOO_DEAR, FIRST_SALES, INSURER_FULL, LOCAL,
    NO_CASH_FOR_PREMIUM, PREMIUMS_PAID, RECEIPT, REFUSED_INSURANCE,
)  # fmt: skip

COVER = parameter("ins_cover")
SUBSIDY = parameter("ins_premium_subsidy")
RATED = parameter("experience_rating")
LOAD = parameter("insurance_load")
COVER_QUARTERS = parameter("insurance_quarters")
SUBSIDY_QUARTERS = parameter("premium_subsidy_quarters")
RATE_CAP = parameter("premium_rate_cap")
DAMAGE = parameter("damage")
EFFORT_POWER = parameter("effort_power")
EFFORT_COST = parameter("effort_cost")
INITIAL_FAILURE = parameter("initial_failure")
COST_INITIAL = parameter("unit_cost_initial")
COST_FLOOR = parameter("unit_cost_floor")
COST_KEPT = parameter("cost_fall_kept")

LOSS_MEMORY = 8.0  # quarters over which insurers learn loss rates
YEAR = 4  # quarters: a subsidy earned now is paid so much later

DRAW_INSURER = purpose("insurer")
DRAW_FAILURE = purpose("failure in use")


@rule
def damage_felt(damage: float, cover: float, rated: float) -> float:
    """Damage that a maker reckons with when it chooses care: delta_u [1 - (1 - mon) min(cov, 1)].

    damage: share of the contract that a failure destroys; cover: share of it that is insured; rated: weight of own
    claims in the next premium. Without cover it is the damage itself.
    """
    return damage * (1.0 - (1.0 - rated) * min(cover, 1.0))


@rule
def damage_left(damage: float, cover: float) -> float:
    """Damage that no insurer pays for: delta_u [1 - cov]+."""
    return damage * max(0.0, 1.0 - cover)


@rule
def failure_with_care(intrinsic: float, effort: float, power: float) -> float:
    """Failure in use: f_I (1 - zeta a)."""
    return intrinsic * (1.0 - power * effort)


@rule
def cost_of_failures(failure: float, left: float, effort: float, care_cost: float) -> float:
    """What failures cost the maker a yuan of sales: refunds nobody insured, f delta_u [1 - cov]+, and care, c_a a^2."""
    return failure * left + care_cost * effort * effort


@rule
def premium_subsidy(subsidised: float, premium: float, rate_cap: float, covered: float) -> float:
    """Premium subsidy: sigma min(premium, cap x covered value) (CNY mn)."""
    return subsidised * min(premium, rate_cap * covered)


@rule
def cover_pays(net_premium: float, avoided: float, margin: float, more_sales: float) -> bool:
    """Whether a maker wants cover: net premium <= costs of failures avoided + a year's margin on the sales it adds."""
    return net_premium <= avoided + 4.0 * margin * more_sales


@rule
def sells_first(first_sale: int, t: int, quarters: float) -> bool:
    """Whether a product is in its first `quarters` quarters of sale, or before its first sale."""
    return bool(first_sale < 0 or t - first_sale < quarters)


@rule
def may_insure(firm_code: Codes, i: int, t: int, policy: Matrix) -> bool:
    """Cover is offered for new products of pilots and market firms in their first quarters of sale."""
    stage = firm_code[STAGE, i]
    young = sells_first(firm_code[FIRST_SALE, i], t, policy[COVER_QUARTERS, 0])
    return bool(policy[COVER, firm_code[SECTOR, i]] > 0.0 and PILOT <= stage <= MARKET and young)


@rule
def is_subsidised(firm_code: Codes, i: int, t: int, policy: Matrix) -> bool:
    """Premiums for products in the catalogue are subsidised in their first quarters of sale."""
    return bool(
        policy[SUBSIDY, 0] > 0.0
        and firm_code[CATALOGUED_AT, i] >= 0
        and sells_first(firm_code[FIRST_SALE, i], t, policy[SUBSIDY_QUARTERS, 0])
    )


@rule
def cover_held(firm: Matrix, firm_code: Codes, i: int, policy: Matrix) -> float:
    """Share of the damage that is insured this quarter for firm i."""
    return float(policy[COVER, firm_code[SECTOR, i]]) if firm[COVERED, i] > 0.0 else 0.0


@rule
def loss_expected(j: int, policy: Matrix) -> float:
    """Claims a yuan of covered value that insurers expect of a field before they know any: f0 delta_u."""
    return float(policy[INITIAL_FAILURE, j] * policy[DAMAGE, 0])


@rule
def rate_asked(firm: Matrix, firm_code: Codes, i: int, policy: Matrix, memory: Matrix) -> float:
    """Premium rate for firm i: from what its field and it itself have claimed, or what is expected before that."""
    j = firm_code[SECTOR, i]
    expected = loss_expected(j, policy)
    pooled = memory[CLAIM_TREND, j] / memory[COVER_TREND, j] if memory[COVER_TREND, j] > 0.0 else expected
    own = firm[OWN_LOSS, i] if firm_code[COVERED_AT, i] >= 0 else expected
    return float(premium_rate(pooled, own, policy[RATED, 0], policy[LOAD, 0]))


@rule
def insurer_of(insurer: Matrix, seed: int, identity: int) -> int:
    """The insurer to which an enterprise turns, drawn by market share once and for all."""
    u = uniform(seed, DRAW_INSURER, identity, 0)
    below = 0.0
    for k in range(N_INSURERS - 1):
        below += insurer[INSURER_SHARE, k]
        if u < below:
            return k
    return N_INSURERS - 1


@rule
def takes_cover(firm: Matrix, firm_code: Codes, i: int, intrinsic: float, bare: float, insured: float, policy: Matrix,
                memory: Matrix, insurer: Matrix, seed: int, t: int, tally: Matrix) -> bool:  # fmt: skip
    """Whether firm i takes cover this quarter: it must pay, and an insurer must have room.

    bare, insured: sales that users would buy without and with cover (CNY mn/q).
    """
    j = firm_code[SECTOR, i]
    cover, damage = policy[COVER, j], policy[DAMAGE, 0]
    power, care_cost = policy[EFFORT_POWER, 0], policy[EFFORT_COST, 0]
    usual = care(power, intrinsic, damage, care_cost)
    eased = care(power, intrinsic, damage_felt(damage, cover, policy[RATED, 0]), care_cost)
    avoided = insured * (
        cost_of_failures(failure_with_care(intrinsic, usual, power), damage, usual, care_cost)
        - cost_of_failures(failure_with_care(intrinsic, eased, power), damage_left(damage, cover), eased, care_cost)
    )
    margin = 1.0 - unit_cost_share(
        firm[UNIT_COST, i], policy[COST_INITIAL, 0], policy[COST_FLOOR, 0], policy[COST_KEPT, 0]
    )
    premium = cover * insured * rate_asked(firm, firm_code, i, policy, memory)
    back = 0.0
    if is_subsidised(firm_code, i, t, policy):
        back = premium_subsidy(policy[SUBSIDY, 0], premium, policy[RATE_CAP, 0], cover * insured)
    if not cover_pays(premium - back, avoided, margin, insured - bare):
        tally[REFUSED_INSURANCE, COVER_TOO_DEAR] += 1.0
        return False
    if insurer[ACCEPTS, insurer_of(insurer, seed, firm_code[ID, i])] == 0.0:
        tally[REFUSED_INSURANCE, INSURER_FULL] += 1.0
        return False
    return True


@rule
def pay_premium(flows: Vector, firm: Matrix, firm_code: Codes, i: int, policy: Matrix, memory: Matrix, insurer: Matrix,
                book: Matrix, seed: int, t: int, tally: Matrix) -> None:  # fmt: skip
    """Firm i pays, before anything else, for the cover it took; the subsidy it earns is remembered until it is paid.
    Who cannot pay has no cover.

    insurer: what insurers were at the start of the quarter; book: the block's slice of their books.
    """
    j = firm_code[SECTOR, i]
    k = insurer_of(insurer, seed, firm_code[ID, i])
    premium = exact(firm[COVERED, i] * rate_asked(firm, firm_code, i, policy, memory))
    if premium > firm[CASH, i]:
        tally[REFUSED_INSURANCE, NO_CASH_FOR_PREMIUM] += 1.0
        firm[COVERED, i] = 0.0
        return
    pay(flows, PREMIUM, firm[CASH], i, book[OWN_FUNDS], k, premium)
    earned = 0.0
    if is_subsidised(firm_code, i, t, policy):
        wanted = exact(premium_subsidy(policy[SUBSIDY, 0], premium, policy[RATE_CAP, 0], firm[COVERED, i]))
        earned = exact(award(firm, firm_code, i, FOR_PREMIUM, wanted, 4.0 * premium, policy, seed, t))
        firm[DUE_0 + t % YEAR, i] = earned
        tally[PREMIUMS_PAID, 1] += premium
    if firm_code[COVERED_AT, i] < 0:
        firm_code[COVERED_AT, i] = t
        firm[OWN_LOSS, i] = loss_expected(j, policy)
    firm[NET_PREMIUM, i] = premium - earned
    book[PREMIUMS, k] += premium
    tally[PREMIUMS_PAID, 0] += premium
    tally[COVERED_VALUE, j] += firm[COVERED, i]


@rule
def count_first_sales(firm: Matrix, firm_code: Codes, i: int, policy: Matrix, t: int, tally: Matrix) -> None:
    """Count sales in the first quarters of sale, and those of them that are under cover."""
    if firm_code[STAGE, i] <= MARKET and sells_first(firm_code[FIRST_SALE, i], t, policy[COVER_QUARTERS, 0]):
        tally[FIRST_SALES, 0] += firm[SALES, i]
        if firm[COVERED, i] > 0.0:
            tally[FIRST_SALES, 1] += firm[SALES, i]


@rule
def pay_users(flows: Vector, line_rest: int, line_local: int, line_central: int, payer: Vector, k: int, amount: float,
              public_share: float, account: Vector, region: Matrix, r: int, cost: Cube) -> float:  # fmt: skip
    """Pay the users of a product that failed: governments by their share in its sales, half central, else the rest."""
    total = exact(amount)
    public = exact(total * public_share)
    if public > 0.0:
        central = pay(flows, line_central, payer, k, account, TREASURY, 0.5 * public)
        local = pay(flows, line_local, payer, k, region[PURSE], r, public - central)
        region[PROGRAMMES, r] -= local
        cost[COST_FIRST_USE, CENTRAL, RECEIPT] += central
        cost[COST_FIRST_USE, LOCAL, RECEIPT] += local
    pay(flows, line_rest, payer, k, account, REST, total - public)
    return total


@rule
def compensate(flows: Vector, firm: Matrix, firm_code: Codes, i: int, r: int, sales: float, failed: bool,
               policy: Matrix, account: Vector, region: Matrix, insurer: Matrix, book: Matrix, seed: int,
               tally: Matrix, cost: Cube) -> None:  # fmt: skip
    """If the product failed, the insurer pays the insured part of the damage and the maker the rest, as far as it can;
    the insurer remembers what this maker has claimed.

    sales: what the damage is reckoned on (CNY mn/q); cover is reckoned on the value insured.
    """
    cover = cover_held(firm, firm_code, i, policy)
    public = firm[PROCURED, i] / sales if firm[PROCURED, i] > 0.0 and sales > 0.0 else 0.0
    public = min(public, 1.0)
    claimed = 0.0
    if failed and cover > 0.0:
        k = insurer_of(insurer, seed, firm_code[ID, i])
        claimed = pay_users(
            flows, CLAIM_REST, CLAIM_LOCAL, CLAIM_CENTRAL, book[OWN_FUNDS], k, policy[DAMAGE, 0] * firm[COVERED, i],
            public, account, region, r, cost,
        )  # fmt: skip
        tally[CLAIMS_PAID, firm_code[SECTOR, i]] += claimed
    if failed:
        pay_users(
            flows, REFUND, REFUND_LOCAL, REFUND_CENTRAL, firm[CASH], i,
            min(damage_left(policy[DAMAGE, 0], cover) * sales, firm[CASH, i]), public, account, region, r, cost,
        )  # fmt: skip
    if cover > 0.0:
        firm[OWN_LOSS, i] = average(firm[OWN_LOSS, i], claimed / firm[COVERED, i], LOSS_MEMORY)
