"""Distribution: what funds are worth, how their cash goes back to partners, and how a fund ends."""

from __future__ import annotations

from ..accounting.chart import (
    CARRY, CG, DISTRIBUTION_CG, DISTRIBUTION_E, DISTRIBUTION_H, DISTRIBUTION_LG, E, F, GAIN_E_CENTRAL, GAIN_E_LOCAL,
    GAIN_H_CENTRAL, GAIN_H_LOCAL, H, LG, LISTED, REVALUATION, TRANSFER, UNLISTED, X,
)  # fmt: skip
from ..accounting.ledger import annual_to_quarter, exact, pay, pay_split, share_out
from ..agents.enterprise import (
    CASH, FOUNDER_SHARES, FOUNDER_VALUE, GAP, LAST_ROUND, LISTED_AT, PILOT, PRICE, PUBLIC, PUBLIC_SHARES, PUBLIC_VALUE,
    ROUNDS, SECTOR, STAGE,
)  # fmt: skip
from ..agents.government import PROGRAMMES, PURSE, RECEIPTS, TAXES
from ..agents.investor import (
    BOUGHT_AT, BOUGHT_STAGE, CALLED, CLAUSE, COMMITTED_0, COMPANY, COST, DEDUCTION, DEPOSITS, DISTRIBUTED, FAIR_VALUE,
    FUND_ALIVE, FUND_CLOSED, FUND_ID, FUND_REGION, GIVE_UP, HELD_SHARES, HELD_VALUE, HOLDER, HOLDER_REGION,
    HOLDER_SECTOR, HOLDING_OPEN, KIND, LAST_FUND, LP_CENTRAL, LP_E, LP_H, LP_LOCAL, MANAGER, ORIGINAL_SHARES, PAID_0,
    PARTNERS, PREFERRED, PRIVATE_BACK, SECONDARY_FUND, STATUS, TAXED_GAIN, TERM, VINTAGE,
)  # fmt: skip
from ..agents.population import CORPORATE, HOUSEHOLDS, TREASURY
from ..agents.shareholders import book_change, close_holding
from ..agents.tally import (
    CENTRAL, CONCESSION, COST_GGF_CENTRAL, COST_GGF_LOCAL, COST_GIVE_UP, COST_S_FUND, COST_VC_DEDUCTION,
    DISTRIBUTED_CASH, EXIT_HOLDINGS, FIRST_LOSS_PAID, FUND_ENDED_EVENT, INDUCED_TAX, IN_KIND, IN_KIND_EXIT, LOCAL,
    RECEIPT, TAX_EXPENDITURE, TIME_WEIGHTED, note,
)  # fmt: skip
from ..agents.valuation import BURN
from ..engine.blocks import Slices, count_blocks, end_row, first_row
from ..engine.claims import chains
from ..engine.jit import block_kernel, kernel, prange, rule
from ..engine.table import Codes, Cube, Cubes, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .capital_calls import quarterly_fee
from .fundraising import CARRY_SHARE, PARTNER_TAX, PREFERRED_RETURN
from .guidance_terms import extra_share, gain_part, settle_first_loss, weight_of, worth_of
from .mechanism import Mechanism, Quarter, Stage
from .tax_relief import EARLY_HOLDING, VC_DEDUCTION, early_deduction

CENTRAL_SHARE = parameter("central_income_tax_share")
EXTENSION = parameter("extension_quarters")
LOCKUP = parameter("lockup")
LOCKUP_DISCOUNT = parameter("lockup_discount")
MARK_DOWN = parameter("mark_down")
CLAIMS_SHARE = parameter("horizon_claims_share")


@rule
def share_price(firm: Matrix, firm_code: Codes, i: int, t: int, policy: Matrix) -> float:
    """Fair price a share: market price less the lock-up discount;
    last round, halved when cash runs out and no round is open.
    """
    price = float(firm[PRICE, i])
    stage = firm_code[STAGE, i]
    if stage == PUBLIC:
        locked = t - firm_code[LISTED_AT, i] < policy[LOCKUP, 0]
        return float(price * (1.0 - policy[LOCKUP_DISCOUNT, 0])) if locked else price
    need = firm[GAP, i] + (policy[BURN + stage, firm_code[SECTOR, i]] if stage <= PILOT else 0.0)
    if firm[CASH, i] < 2.0 * need and t - firm_code[LAST_ROUND, i] >= 2:
        return float(price * policy[MARK_DOWN, 0])
    return price


@kernel
def mark_holdings(holding: Matrix, holding_code: Codes, used: int, firm: Matrix, firm_code: Codes, fund: Matrix,
                  fund_used: int, t: int, policy: Matrix, changes: Cube) -> None:  # fmt: skip
    """Mark every open holding to its fair price, add up funds, and note early holdings old enough for the tax
    deduction.
    """
    for f in range(fund_used):
        fund[FAIR_VALUE, f] = 0.0
    for h in range(used):
        if holding_code[HOLDING_OPEN, h] == 0:
            continue
        i = holding_code[COMPANY, h]
        sector = holding_code[HOLDER_SECTOR, h]
        instrument = LISTED if firm_code[STAGE, i] == PUBLIC else UNLISTED
        price = share_price(firm, firm_code, i, t, policy)
        book_change(changes, instrument, sector, REVALUATION, holding[HELD_VALUE], h, holding[HELD_SHARES, h] * price)
        if sector == F:
            f = holding_code[HOLDER, h]
            fund[FAIR_VALUE, f] += holding[HELD_VALUE, h]
            fund[DEDUCTION, f] += early_deduction(
                policy[VC_DEDUCTION, 0], holding[COST, h], t - holding_code[BOUGHT_AT, h], policy[EARLY_HOLDING, 0],
                holding_code[BOUGHT_STAGE, h] <= 1,
            )  # fmt: skip


@rule
def mark_block(firm: Matrix, firm_code: Codes, lo: int, hi: int, changes: Cube) -> None:
    """Mark founders' shares after a first round, and the public's shares of listed companies."""
    for i in range(lo, hi):
        stage = firm_code[STAGE, i]
        if stage < 0 or (firm_code[ROUNDS, i] == 0 and stage != PUBLIC):
            continue
        instrument = LISTED if stage == PUBLIC else UNLISTED
        book_change(
            changes, instrument, H, REVALUATION, firm[FOUNDER_VALUE], i, firm[FOUNDER_SHARES, i] * firm[PRICE, i]
        )
        if stage == PUBLIC:
            book_change(changes, LISTED, X, REVALUATION, firm[PUBLIC_VALUE], i, firm[PUBLIC_SHARES, i] * firm[PRICE, i])


@block_kernel
def mark_companies(firm: Matrix, firm_code: Codes, used: int, changes: Cubes) -> None:
    """Companies are marked block by block."""
    for b in prange(count_blocks(used)):
        mark_block(firm, firm_code, first_row(b), end_row(b, used), changes[b])


@rule
def carried_interest(cash: float, preferred: float, share: float) -> float:
    """Carry on cash beyond paid-in capital and preferred return: share x max(0, cash - preferred)."""
    return share * max(0.0, cash - preferred)


@kernel
def distribute(fund: Matrix, fund_code: Codes, used: int, t: int, policy: Matrix, account: Vector, region: Matrix,
               flows: Vector, tally: Matrix, cost: Cube) -> None:  # fmt: skip
    """Each fund gives its cash above a year of fees to its partners: paid-in, 8% a year, then 80/20;
    private gains are taxed.
    """
    grow = 1.0 + annual_to_quarter(policy[PREFERRED_RETURN, 0])
    for f in range(used):
        if fund_code[STATUS, f] != FUND_ALIVE:
            continue
        fund[PREFERRED, f] *= grow
        keep = 4.0 * quarterly_fee(fund, fund_code, f, t, policy)
        if fund_code[KIND, f] == SECONDARY_FUND:
            keep = 4.0 * (fund[COMMITTED_0 + LP_H, f] + fund[COMMITTED_0 + LP_CENTRAL, f])
        cash = exact(max(0.0, fund[DEPOSITS, f] - keep))
        if cash <= 0.0 or fund[CALLED, f] <= 0.0:
            continue
        carry = pay(
            flows, CARRY, fund[DEPOSITS], f, account, HOUSEHOLDS,
            carried_interest(cash, fund[PREFERRED, f], policy[CARRY_SHARE, 0]),
        )  # fmt: skip
        fund[PREFERRED, f] = max(0.0, fund[PREFERRED, f] - (cash - carry))
        give_back(f, cash - carry, fund, fund_code, t, account, region, flows, tally, cost)
        tax_gain(f, fund, fund_code, policy, account, region, flows, tally, cost)


@rule
def give_back(f: int, cash: float, fund: Matrix, fund_code: Codes, t: int, account: Vector, region: Matrix,
              flows: Vector, tally: Matrix, cost: Cube) -> None:  # fmt: skip
    """Pay `cash` to the partners of fund f pro rata to what they paid in; of a gain guidance money gives part up."""
    gain = 0.0
    if fund[GIVE_UP, f] > 0.0:
        gain = exact(gain_part(cash, fund[DISTRIBUTED, f], fund[CALLED, f]))
    pay_partners(f, cash - gain, 0.0, fund, fund_code, account, region, flows, tally, cost)
    if gain > 0.0:
        pay_partners(f, gain, fund[GIVE_UP, f], fund, fund_code, account, region, flows, tally, cost)
        book_give_up(f, gain, fund, cost)
    if fund_code[KIND, f] != SECONDARY_FUND:
        tally[TIME_WEIGHTED, 0] += cash * (t - fund_code[VINTAGE, f])
        tally[TIME_WEIGHTED, 1] += cash
    fund[DISTRIBUTED, f] += cash


@rule
def book_give_up(f: int, gain: float, fund: Matrix, cost: Cube) -> None:
    """The part of a gain that guidance money gives up is a cost of giving it up, not of the money itself."""
    private, everyone = fund[PAID_0 + LP_H, f] + fund[PAID_0 + LP_E, f], 0.0
    for k in range(PARTNERS):
        everyone += fund[PAID_0 + k, f]
    if private <= 0.0:
        return
    central = fund[GIVE_UP, f] * gain * fund[PAID_0 + LP_CENTRAL, f] / everyone
    local = fund[GIVE_UP, f] * gain * fund[PAID_0 + LP_LOCAL, f] / everyone
    cost[COST_GIVE_UP, CENTRAL, CONCESSION] += central
    cost[COST_GIVE_UP, LOCAL, CONCESSION] += local
    cost[COST_GGF_CENTRAL, CENTRAL, CONCESSION] -= central
    cost[COST_GGF_LOCAL, LOCAL, CONCESSION] -= local


@rule
def pay_partners(f: int, cash: float, give_up: float, fund: Matrix, fund_code: Codes, account: Vector, region: Matrix,
                 flows: Vector, tally: Matrix, cost: Cube) -> None:  # fmt: skip
    """Pay an exact `cash` to the partners of fund f by their weights; the last partner takes the remainder."""
    left, weights = cash, 0.0
    for k in range(PARTNERS):
        weights += weight_of(fund, f, k, give_up)
    secondary = fund_code[KIND, f] == SECONDARY_FUND
    r = fund_code[FUND_REGION, f]
    for k in range(PARTNERS):
        weight = weight_of(fund, f, k, give_up)
        if weight <= 0.0:
            continue
        part = share_out(weight, weights, left)
        weights -= weight
        left -= part
        fund[PRIVATE_BACK, f] += part if k <= LP_E else 0.0
        if k == LP_H:
            pay(flows, DISTRIBUTION_H, fund[DEPOSITS], f, account, HOUSEHOLDS, part)
        elif k == LP_E:
            pay(flows, DISTRIBUTION_E, fund[DEPOSITS], f, account, CORPORATE, part)
        elif k == LP_CENTRAL:
            pay(flows, DISTRIBUTION_CG, fund[DEPOSITS], f, account, TREASURY, part)
            cost[COST_S_FUND if secondary else COST_GGF_CENTRAL, CENTRAL, RECEIPT] += part
        else:
            pay(flows, DISTRIBUTION_LG, fund[DEPOSITS], f, region[PURSE], r, part)
            region[PROGRAMMES, r] -= part
            region[RECEIPTS, r] += part
            if k == LP_LOCAL:
                cost[COST_GGF_LOCAL, LOCAL, RECEIPT] += part
        tally[DISTRIBUTED_CASH, PARTNERS if secondary else k] += part


@rule
def tax_gain(f: int, fund: Matrix, fund_code: Codes, policy: Matrix, account: Vector, region: Matrix, flows: Vector,
             tally: Matrix, cost: Cube) -> None:  # fmt: skip
    """Partners' tax of households and corporate partners on what exceeds paid-in capital, after the early-investment
    deduction.
    """
    gain = max(0.0, fund[DISTRIBUTED, f] - fund[CALLED, f])
    fresh = gain - fund[TAXED_GAIN, f]
    if fresh <= 0.0:
        return
    fund[TAXED_GAIN, f] = gain
    deducted = min(fresh, fund[DEDUCTION, f])
    fund[DEDUCTION, f] -= deducted
    rate, share = policy[PARTNER_TAX, 0], policy[CENTRAL_SHARE, 0]
    r = fund_code[FUND_REGION, f]
    private = (fund[PAID_0 + LP_H, f] + fund[PAID_0 + LP_E, f]) / fund[CALLED, f]
    cost[COST_VC_DEDUCTION, CENTRAL, TAX_EXPENDITURE] += rate * deducted * private * share
    cost[COST_VC_DEDUCTION, LOCAL, TAX_EXPENDITURE] += rate * deducted * private * (1.0 - share)
    guidance = fund[PAID_0 + LP_CENTRAL, f] + fund[PAID_0 + LP_LOCAL, f]
    more = extra_share(fund[GIVE_UP, f], guidance, fund[PAID_0 + LP_H, f] + fund[PAID_0 + LP_E, f])
    base = rate * (fresh - deducted) / fund[CALLED, f] * (1.0 + more)
    before = region[PURSE, r]
    paid = pay_split(flows, GAIN_H_CENTRAL, GAIN_H_LOCAL, account, HOUSEHOLDS, account, TREASURY, region[PURSE], r,
                     base * fund[PAID_0 + LP_H, f], share)  # fmt: skip
    owed = min(base * fund[PAID_0 + LP_E, f], max(0.0, account[CORPORATE]))
    paid += pay_split(
        flows, GAIN_E_CENTRAL, GAIN_E_LOCAL, account, CORPORATE, account, TREASURY, region[PURSE], r, owed, share
    )
    region[TAXES, r] += region[PURSE, r] - before
    tally[INDUCED_TAX, CENTRAL] += paid * share
    tally[INDUCED_TAX, LOCAL] += paid * (1.0 - share)


@rule
def must_end(fund_code: Codes, f: int, t: int, extension: int) -> bool:
    """Whether the life and the extension of fund f are over."""
    return bool(fund_code[STATUS, f] == FUND_ALIVE and t - fund_code[VINTAGE, f] >= fund_code[TERM, f] + extension)


@kernel
def count_endings(fund_code: Codes, used: int, head: Ints, following: Ints, t: int,
                  extension: int) -> tuple[int, int]:  # fmt: skip
    """How many funds end now, and how many holdings they still have."""
    funds, holdings = 0, 0
    for f in range(1, used):
        if must_end(fund_code, f, t, extension):
            funds += 1
            h = head[f]
            while h >= 0:
                holdings += 1
                h = following[h]
    return funds, holdings


@kernel
def end_funds(fund: Matrix, fund_code: Codes, used: int, manager_code: Codes, holding: Matrix, holding_code: Codes,
              holdings: int, head: Ints, following: Ints, firm_code: Codes, t: int, extension: int, claims: float,
              multiples: Matrix, seen: Ints, changes: Cube, cost: Cube, tally: Matrix, event: Matrix, event_code: Codes,
              event_used: int, policy: Matrix, account: Vector, region: Matrix, flows: Vector,
              memory: Matrix) -> tuple[int, int]:  # fmt: skip
    """At the end of its life a fund gives what it still holds to its partners in kind and closes;
    returns (holdings, events).
    """
    for f in range(1, used):
        if not must_end(fund_code, f, t, extension):
            continue
        worth = worth_of(f, head, following, holding)
        paid = settle_first_loss(f, worth, fund, fund_code, policy, account, region, flows, memory, tally, cost)
        if paid > 0.0:
            event_used = note(event, event_code, event_used, FIRST_LOSS_PAID, -1, fund_code[FUND_ID, f], paid, worth)
        h = head[f]
        while h >= 0:
            holdings = hand_over(
                f, h, fund, fund_code, holding, holding_code, holdings, firm_code, changes, claims, cost
            )
            tally[EXIT_HOLDINGS, IN_KIND_EXIT] += 1.0
            close_holding(
                h, TRANSFER, t, holding, holding_code, fund, fund_code, firm_code, multiples, seen, changes, tally
            )
            h = following[h]
        fund_code[STATUS, f] = FUND_CLOSED
        fund[FAIR_VALUE, f] = 0.0
        event_used = note(
            event, event_code, event_used, FUND_ENDED_EVENT, -1, fund_code[FUND_ID, f], fund[DISTRIBUTED, f],
            fund[DISTRIBUTED, f] / max(1e-9, fund[CALLED, f]),
        )  # fmt: skip
        if manager_code[LAST_FUND, fund_code[MANAGER, f]] == f:
            manager_code[LAST_FUND, fund_code[MANAGER, f]] = -1
    return holdings, event_used


@rule
def hand_over(f: int, h: int, fund: Matrix, fund_code: Codes, holding: Matrix, holding_code: Codes, holdings: int,
              firm_code: Codes, changes: Cube, claims: float, cost: Cube) -> int:  # fmt: skip
    """Split holding h among the partners of fund f in kind, at fair value; clauses lapse. Returns holdings used.

    What guidance money gets counts against its cost at `claims` x fair value; later cash from it is not counted again.
    """
    weights, left_value, left_shares, left_cost = 0.0, holding[HELD_VALUE, h], holding[HELD_SHARES, h], holding[COST, h]
    for k in range(PARTNERS):
        weights += fund[PAID_0 + k, f]
    instrument = LISTED if firm_code[STAGE, holding_code[COMPANY, h]] == PUBLIC else UNLISTED
    for k in range(PARTNERS):
        weight = fund[PAID_0 + k, f]
        if weight <= 0.0:
            continue
        sector = H if k == LP_H else (E if k == LP_E else (CG if k == LP_CENTRAL else LG))
        part = weight / weights
        value = share_out(weight, weights, left_value)
        shares = left_shares if weight >= weights else left_shares * part
        paid = left_cost if weight >= weights else left_cost * part
        weights -= weight
        left_value -= value
        left_shares -= shares
        left_cost -= paid
        for c in range(holding_code.shape[0]):
            holding_code[c, holdings] = holding_code[c, h]
        holding[HELD_SHARES, holdings] = shares
        holding[ORIGINAL_SHARES, holdings] = shares
        holding[COST, holdings] = paid
        holding[HELD_VALUE, holdings] = value
        holding_code[HOLDER, holdings] = -1
        holding_code[HOLDER_SECTOR, holdings] = sector
        holding_code[HOLDER_REGION, holdings] = fund_code[FUND_REGION, f]
        holding_code[CLAUSE, holdings] = 0
        changes[instrument, sector, TRANSFER] += value
        if k == LP_CENTRAL:
            cost[COST_GGF_CENTRAL, CENTRAL, IN_KIND] += claims * value
        elif k == LP_LOCAL:
            cost[COST_GGF_LOCAL, LOCAL, IN_KIND] += claims * value
        holdings += 1
    return holdings


def play_marks(q: Quarter) -> None:
    """Fair values at the end of the quarter."""
    s = q.state
    slices = Slices(s.firm.used)
    mark_companies(q.threads)(s.firm.num, s.firm.code, s.firm.used, slices.of(s.changes))
    slices.fold()
    mark_holdings(
        s.holding.num, s.holding.code, s.holding.used, s.firm.num, s.firm.code, s.fund.num, s.fund.used, s.quarter,
        q.policy, s.changes,
    )  # fmt: skip


def play_distribution(q: Quarter) -> None:
    """Funds give cash back; funds at the end of their life hand over what they hold and close."""
    s, p = q.state, q.policy
    distribute(s.fund.num, s.fund.code, s.fund.used, s.quarter, p, s.account, s.region.num, s.flows, s.tally, s.cost)
    extension = int(p[EXTENSION, 0])
    head, following = chains(s.holding, HOLDER, HOLDING_OPEN, s.fund.used)
    ending, handed = count_endings(s.fund.code, s.fund.used, head, following, s.quarter, extension)
    if not ending:
        return
    s.holding.reserve(PARTNERS * handed)
    s.event.reserve(2 * ending)
    s.holding.used, s.event.used = end_funds(
        s.fund.num, s.fund.code, s.fund.used, s.manager.code, s.holding.num, s.holding.code, s.holding.used, head,
        following, s.firm.code, s.quarter, extension, p[CLAIMS_SHARE, 0], s.multiples, s.multiples_seen, s.changes,
        s.cost, s.tally, s.event.num, s.event.code, s.event.used, p, s.account, s.region.num, s.flows, s.memory,
    )  # fmt: skip
    q.holdings_changed()


MECHANISM = Mechanism(
    key="distribution",
    question="How does money come back to those who gave it?",
    stages=(
        Stage("distributions", play_distribution, "waterfall, partners' tax, carry; old funds close in kind"),
        Stage("fair values", play_marks, "holdings, founders' and public shares are marked to their fair price"),
    ),
    lines=("DIST", "CARRY", "GAIN"),
    events=("fund_ended",),
    indicators=("flow_dpi", "tvpi", "dpi_by_vintage", "recycling_time"),
)
