"""Insurance of first use: a catalogue says who is subsidised, insurers price, ration and learn, the centre pays later.

What a maker weighs, pays and claims is in agents/cover.py; users adopt and products fail in application and operations.
"""

from __future__ import annotations

import numpy as np

from ..accounting.chart import INSURER_CAPITAL, INSURER_COST, OPERATING_CENTRAL, PREMIUM_SUBSIDY, PREMIUM_SUBSIDY_LOCAL
from ..accounting.ledger import exact, pay
from ..agents.cover import (
    COVER, COVER_QUARTERS, DAMAGE, DRAW_FAILURE, LOSS_MEMORY, SUBSIDY, YEAR, loss_expected,
)  # fmt: skip
from ..agents.enterprise import (
    CASH, CATALOGUED_AT, COVERED, COVERED_AT, DUE_0, FAILURE, FIRST_SALE, ID, MARKET, NET_PREMIUM, PILOT, SECTOR, STAGE,
    VENTURE, average,
)  # fmt: skip
from ..agents.insurer import (
    ACCEPTS, OWN_FUNDS, PREMIUMS, PREMIUM_TREND, funds_missing, funds_to_spare, solvency,
)  # fmt: skip
from ..agents.national import Values, count, share
from ..agents.population import CLAIM_TREND, COVER_TREND, HOUSEHOLDS, STANDARDS, TREASURY, Population
from ..agents.programmes import CATALOGUE_PRIORITY, FOR_PREMIUM, OFFER_CATALOGUE, covered, has_priority, is_known
from ..agents.tally import (
    ADMINISTRATION, CATALOGUED, CENTRAL, CLAIMED, CLAIMS_PAID, COST_COVER, COST_PREMIUM, COVERED_VALUE, COVER_BOUGHT,
    FIRST_SALES, OUTLAY, PREMIUMS_PAID, SUBSIDY_PAID, note,
)  # fmt: skip
from ..engine.draws import purpose, uniform, uniforms
from ..engine.jit import kernel
from ..engine.table import Codes, Cube, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .coordination import co_fund, note_co_funding
from .mechanism import Mechanism, Quarter, Stage

COST = parameter("insurer_cost_share")
CATALOGUE_CHANCE = parameter("catalogue_chance")
AUDIT = parameter("insurance_audit_share")
SOLVENCY_LEAST = parameter("insurer_solvency_least")
SOLVENCY_TARGET = parameter("insurer_solvency_target")
SOLVENCY_CEILING = parameter("insurer_solvency_ceiling")

PREMIUM_MEMORY = 4.0  # quarters over which a year's premiums are reckoned
PASSED_OVER = -2  # in CATALOGUED_AT: proposed for the catalogue once, and not entered

DRAW_CATALOGUE = purpose("insurance catalogue")


@kernel
def queue_for_catalogue(rows: Ints, firm_code: Codes, policy: Matrix, seed: int, t: int) -> Ints:
    """Who is proposed first: 0 for products known to be on the list if the catalogue gives these priority, else 1."""
    turn = np.ones(rows.shape[0], dtype=np.int64)
    if has_priority(policy, CATALOGUE_PRIORITY):
        for n in range(rows.shape[0]):
            turn[n] = 0 if is_known(firm_code, rows[n], OFFER_CATALOGUE, policy, seed, t) else 1
    return turn


@kernel
def fill_catalogue(rows: Ints, chance: Vector, firm_code: Codes, policy: Matrix, memory_row: Vector, t: int,
                   event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """New pilots enter the catalogue in the order given, as many a field as are proposed; returns events used.

    A product is proposed with probability .5 (.5 + v_j): standards, not promise, decide how many there are. Priority
    moves certified products to the front of the same places.
    """
    places = np.zeros(policy.shape[1])
    for n in range(rows.shape[0]):
        j = firm_code[SECTOR, rows[n]]
        if chance[n] < policy[CATALOGUE_CHANCE, 0] * (0.5 + memory_row[j]):
            places[j] += 1.0
    for n in range(rows.shape[0]):
        i = rows[n]
        j = firm_code[SECTOR, i]
        if policy[COVER, j] <= 0.0:
            continue
        firm_code[CATALOGUED_AT, i] = t if places[j] > 0.0 else PASSED_OVER
        if places[j] > 0.0:
            places[j] -= 1.0
            event_used = note(event, event_code, event_used, CATALOGUED, firm_code[ID, i], -1, 0.0, 0.0)
    return event_used


@kernel
def pay_subsidies(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, t: int, flows: Vector, account: Vector,
                  region: Matrix, cost: Cube, event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """The centre pays the premium subsidies earned a year ago, and regions add to them out of what the premium was
    more than the subsidy; what an enterprise had earned that is no more lapses.
    """
    slot = DUE_0 + t % YEAR
    for i in range(used):
        due = firm[slot, i]
        if due <= 0.0:
            continue
        firm[slot, i] = 0.0
        if firm_code[STAGE, i] < 0:
            continue
        paid = pay(flows, PREMIUM_SUBSIDY, account, TREASURY, firm[CASH], i, due)
        cost[COST_PREMIUM, CENTRAL, OUTLAY] += paid
        event_used = note(event, event_code, event_used, SUBSIDY_PAID, firm_code[ID, i], -1, paid, 0.0)
        left = paid * (1.0 / policy[SUBSIDY, 0] - 1.0) if policy[SUBSIDY, 0] > 0.0 else 0.0
        eligible = covered(firm, i, FOR_PREMIUM) + left
        added = co_fund(
            flows, PREMIUM_SUBSIDY_LOCAL, firm, firm_code, i, FOR_PREMIUM, paid, eligible, policy, t, region, cost
        )
        event_used = note_co_funding(event, event_code, event_used, firm_code, i, FOR_PREMIUM, added)
    return event_used


@kernel
def open_insurers(insurer: Matrix, least: float) -> None:
    """Insurers look at their own funds: below the least solvency they take on no cover this quarter."""
    for k in range(insurer.shape[1]):
        insurer[PREMIUMS, k] = 0.0
        enough = solvency(insurer[OWN_FUNDS, k], insurer[PREMIUM_TREND, k]) >= least
        insurer[ACCEPTS, k] = 1.0 if enough else 0.0


@kernel
def learn_losses(memory: Matrix, tally: Matrix, policy: Matrix) -> None:
    """Insurers learn the loss rate of each field: average claims over average covered value."""
    for j in range(policy.shape[1]):
        covered = tally[COVERED_VALUE, j]
        if memory[COVER_TREND, j] <= 0.0 and covered > 0.0:
            memory[COVER_TREND, j] = covered
            memory[CLAIM_TREND, j] = loss_expected(j, policy) * covered
        memory[COVER_TREND, j] = average(memory[COVER_TREND, j], covered, LOSS_MEMORY)
        memory[CLAIM_TREND, j] = average(memory[CLAIM_TREND, j], tally[CLAIMS_PAID, j], LOSS_MEMORY)


@kernel
def close_insurers(insurer: Matrix, policy: Matrix, flows: Vector, account: Vector, year_end: bool) -> None:
    """Cost of each insurer, and its own funds: shareholders make good what claims have eaten up beyond them at once,
    and bring solvency to the target at year-end and when an insurer begins; what is to spare at year-end they get.
    """
    for k in range(insurer.shape[1]):
        premiums = insurer[PREMIUMS, k]
        begins = insurer[PREMIUM_TREND, k] <= 0.0 and premiums > 0.0
        insurer[PREMIUM_TREND, k] = premiums if begins else average(insurer[PREMIUM_TREND, k], premiums, PREMIUM_MEMORY)
        pay(flows, INSURER_COST, insurer[OWN_FUNDS], k, account, HOUSEHOLDS, policy[COST, 0] * premiums)
        own, trend = insurer[OWN_FUNDS, k], insurer[PREMIUM_TREND, k]
        target = policy[SOLVENCY_TARGET, 0] if year_end or begins else 0.0
        missing = max(funds_missing(own, trend, target), -own)
        if missing > 0.0:
            pay(flows, INSURER_CAPITAL, account, HOUSEHOLDS, insurer[OWN_FUNDS], k, missing)
        elif year_end:
            spare = min(funds_to_spare(own, trend, policy[SOLVENCY_CEILING, 0]), own)
            pay(flows, INSURER_COST, insurer[OWN_FUNDS], k, account, HOUSEHOLDS, spare)


@kernel
def audit(flows: Vector, account: Vector, tally: Matrix, cost: Cube, audited: float) -> None:
    """The centre audits subsidised contracts, at a share of their premiums."""
    paid = pay(flows, OPERATING_CENTRAL, account, TREASURY, account, HOUSEHOLDS, audited * tally[PREMIUMS_PAID, 1])
    cost[COST_COVER, CENTRAL, ADMINISTRATION] += paid


@kernel
def note_cover(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, seed: int, t: int, event: Matrix,
               event_code: Codes, event_used: int) -> int:  # fmt: skip
    """Write down who bought cover for the first time and who claimed; returns events used."""
    for i in range(used):
        if firm[COVERED, i] <= 0.0 or firm_code[STAGE, i] < PILOT:
            continue
        identity = firm_code[ID, i]
        if firm_code[COVERED_AT, i] == t:
            event_used = note(
                event, event_code, event_used, COVER_BOUGHT, identity, -1, firm[COVERED, i], firm[NET_PREMIUM, i]
            )
        if uniform(seed, DRAW_FAILURE, identity, t) < firm[FAILURE, i]:
            damage = exact(policy[DAMAGE, 0] * firm[COVERED, i])
            event_used = note(event, event_code, event_used, CLAIMED, identity, -1, damage, firm[FAILURE, i])
    return event_used


def play_catalogue(q: Quarter) -> None:
    """The catalogue takes in new pilots, subsidies earned a year ago are paid, insurers look at their own funds."""
    s, p = q.state, q.policy
    open_insurers(s.insurer.num, p[SOLVENCY_LEAST, 0])
    code = s.firm.code[:, : s.firm.used]
    rows = np.flatnonzero((code[STAGE] == PILOT) & (code[VENTURE] == 1) & (code[CATALOGUED_AT] == -1))
    rows = rows[p[COVER, code[SECTOR, rows]] > 0.0]
    s.event.reserve(len(rows) + 2 * s.firm.used)
    if len(rows):
        ids = code[ID, rows]
        chance = uniforms(s.seed, DRAW_CATALOGUE, ids, 0)
        order = np.lexsort((ids, chance, queue_for_catalogue(rows, s.firm.code, p, s.seed, s.quarter)))
        s.event.used = fill_catalogue(
            rows[order], chance[order], s.firm.code, p, s.memory[STANDARDS], s.quarter, s.event.num, s.event.code,
            s.event.used,
        )  # fmt: skip
    s.event.used = pay_subsidies(
        s.firm.num, s.firm.code, s.firm.used, p, s.quarter, s.flows, s.account, s.region.num, s.cost, s.event.num,
        s.event.code, s.event.used,
    )  # fmt: skip


def play_insurers(q: Quarter) -> None:
    """Insurers close the quarter and learn; the centre audits; covers and claims are written down."""
    s, p = q.state, q.policy
    learn_losses(s.memory, s.tally, p)
    close_insurers(s.insurer.num, p, s.flows, s.account, s.quarter % 4 == 3)
    audit(s.flows, s.account, s.tally, s.cost, p[AUDIT, 0])
    s.event.reserve(2 * int(np.count_nonzero(s.firm.num[COVERED, : s.firm.used] > 0.0)))
    s.event.used = note_cover(
        s.firm.num, s.firm.code, s.firm.used, p, s.seed, s.quarter, s.event.num, s.event.code, s.event.used
    )


def measure(s: Population, p: Floats) -> Values:
    """Cover of first sales, the catalogue, and the state of insurers; nothing where there never was any insurance."""
    insurer, tally = s.insurer.num, s.tally
    if p[COVER].max() <= 0.0 and insurer[OWN_FUNDS].sum() <= 0.0:
        return {}
    code = s.firm.code[:, : s.firm.used]
    first = (code[FIRST_SALE] < 0) | (s.quarter - code[FIRST_SALE] < p[COVER_QUARTERS, 0])
    listed = (code[CATALOGUED_AT] >= 0) & (code[STAGE] >= PILOT) & (code[STAGE] <= MARKET) & first
    return {
        "insured_order_share": share(float(tally[FIRST_SALES, 1]), float(tally[FIRST_SALES, 0])),
        "catalogue_products": count(s, float(np.count_nonzero(listed))),
        "insurer_loss_ratio": share(float(tally[CLAIMS_PAID].sum()), float(tally[PREMIUMS_PAID, 0])),
        "insurer_solvency": share(float(insurer[OWN_FUNDS].sum()), 2.0 * float(insurer[PREMIUM_TREND].sum())),
    }


MECHANISM = Mechanism(
    key="insurance",
    question="Who bears the risk of first use, and what does sharing it do to users' trust and makers' care?",
    core=False,
    neutral={"ins_cover": 0.0, "ins_premium_subsidy": 0.0},
    stages=(
        Stage("catalogue and premium subsidies", play_catalogue, "new pilots enter, subsidies of a year ago are paid"),
        Stage("insurers close", play_insurers, "costs, own funds, loss rates learnt; the centre audits"),
    ),
    lines=("PREM", "PSUB", "CLAIM", "REFD", "IOP", "ICAP", "OPER"),
    events=("catalogue", "cover", "claim", "premium_subsidy"),
    indicators=("insured_order_share", "catalogue_products", "insurer_loss_ratio", "insurer_solvency"),
    measure=measure,
)
