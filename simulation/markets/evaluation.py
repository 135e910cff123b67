"""Evaluation of key and core technologies: who applies, who dresses up, who is certified, how far the list is trusted.

What an applicant knows: its own rough view of its quality, the published standards, what holders of the certificate
get, and how many applications are served. What evaluators see: a score with an error that standards make smaller.
What financiers know: how certified projects have fared in stage tests against others of the same stage.
"""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import OPERATING_CENTRAL, WAGES
from ..accounting.ledger import pay
from ..agents.enterprise import (
    APPLIED_AT, BARRED_UNTIL, CASH, CERTIFIED_UNTIL, CHALLENGE_UNTIL, ID, LEADER, MARKET, N_SECTORS, PACKAGED, PILOT,
    PROOF, QUALITY, SECTOR, STAGE, SUPPORT, VENTURE, average, clip,
)  # fmt: skip
from ..agents.investor import belief
from ..agents.national import Values, count, share
from ..agents.population import (
    CREDIBILITY, EVALUATION_SLOTS, HOUSEHOLDS, LABEL_PASSED, LABEL_TESTED, LABEL_WORTH, SERVED_SHARE, STANDARDS,
    TREASURY, Population,
)  # fmt: skip
from ..agents.programmes import (
    LABEL_BENEFIT, OFFER_EVALUATION, SUPPORT_KEPT, admit, is_certified, is_offered_now, reaches_national_list,
)  # fmt: skip
from ..agents.tally import (
    ADMINISTRATION, APPLICATIONS, BELOW_STANDARD, CENTRAL, CERTIFICATION, COST_EVALUATION, COST_STANDARDS,
    EQUITY_CERTIFIED, EQUITY_PAID, FOUND_OUT, OUTLAY, PASSED, PASSED_CERTIFIED, REFUSED_CERTIFICATE, TESTED,
    TESTED_CERTIFIED, UNMASKED, WAITED_TOO_LONG, note,
)  # fmt: skip
from ..agents.valuation import NOISE
from ..engine.draws import normal, normal_cdf, purpose, uniform, uniforms
from ..engine.jit import kernel, open_rule, rule
from ..engine.table import Codes, Cube, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .development import BURN
from .mechanism import Mechanism, Quarter, Stage

CAPACITY = parameter("eval_capacity")
STANDARD_SPEND = parameter("eval_standard_spend")
HAZARD = parameter("application_hazard")
COST = parameter("application_cost")
LAPSE = parameter("application_lapse")
BAR = parameter("certificate_bar")
VALIDITY = parameter("certificate_quarters")
ERROR = parameter("evaluation_noise")
POWER = parameter("standards_power")
GAIN = parameter("packaging_gain")
PACKAGING_COST = parameter("packaging_cost")
FEAR = parameter("packaging_fear")
BARRED = parameter("barred_quarters")
TITLE = parameter("title_worth")
PROMISED = parameter("benefit_opening")
LEARNING = parameter("standards_learning")
HALF = parameter("standards_half")
FADE = parameter("standards_fade")
OPENING = parameter("standards_opening")
FULL_LEAD = parameter("credibility_full")

ALL, DRESSED_UP, EVALUATED, LAPSED, GRANTED = range(5)
LABEL_QUARTERS = 8.0  # over which agents remember credibility, worth and chances of being served
TEST_QUARTERS = 4.0  # over which stage tests are added up before they are compared
DEVELOPMENT_STAGES = 3

DRAW_OWN_VIEW = purpose("own view of quality")
DRAW_CONSIDER = purpose("considers a certificate")
DRAW_TURN = purpose("turn of an application")
DRAW_SCORE = purpose("score of an evaluation")
DRAW_FOUND_OUT = purpose("dressing up found out")


@open_rule
def evaluation_error(error: float, power: float, maturity: float) -> float:
    """Error of an evaluation (sd of quality): sigma_E (1 - power v), v maturity of the sector's standards."""
    return error * (1.0 - power * maturity)


@rule
def certification_chance(mean: float, variance: float, error: float, bar: float, lift: float) -> float:
    """An applicant's chance to be certified: Phi((m + lift - bar)/sqrt(V + sigma^2)), own belief N(m, V)."""
    spread = math.sqrt(max(1e-12, variance + error * error))
    return normal_cdf((mean + lift - bar) / spread)


@rule
def dresses_up(more: float, benefit: float, burn: float, cost: float, fear: float, maturity: float) -> bool:
    """Whether dressing up pays: more chance x benefit > cost burn + fear v burn (CNY mn)."""
    return more * benefit > (cost + fear * maturity) * burn


@open_rule
def next_maturity(v: float, learning: float, spend: float, half: float, fade: float) -> float:
    """Maturity of a sector's standards: v + eta spend/(spend + kappa) (1 - v) - fade v."""
    speed = learning * spend / (spend + half) if spend > 0.0 else 0.0
    return v + speed * (1.0 - v) - fade * v


@rule
def own_view(firm: Matrix, firm_code: Codes, i: int, policy: Matrix, seed: int) -> tuple[float, float]:
    """What firm i believes of its own quality (mean, variance): as rough as a financier's look at its stage."""
    stage = min(MARKET, firm_code[STAGE, i])
    noise = policy[NOISE + stage, 0]
    signal = firm[QUALITY, i] + noise * normal(seed, DRAW_OWN_VIEW, firm_code[ID, i], 0, 0, stage)
    return belief(signal, noise, 0.0, 0.0)


@rule
def may_apply(firm_code: Codes, i: int) -> bool:
    """Projects and young firms with venture history up to the market stage, and leaders."""
    stage = firm_code[STAGE, i]
    if firm_code[VENTURE, i] == 1 and PROOF <= stage <= MARKET:
        return True
    return bool(firm_code[LEADER, i] == 1 and stage >= MARKET)


@rule
def decide(firm: Matrix, firm_code: Codes, i: int, benefit: float, policy: Matrix, memory: Matrix,
           seed: int) -> tuple[bool, bool]:  # fmt: skip
    """Whether firm i applies, and whether it dresses its case up. benefit: public money a year for holders (CNY mn)."""
    j = firm_code[SECTOR, i]
    maturity = memory[STANDARDS, j]
    served, burn = memory[SERVED_SHARE, 0], policy[BURN + min(firm_code[STAGE, i], PILOT), j]
    mean, variance = own_view(firm, firm_code, i, policy, seed)
    error = evaluation_error(policy[ERROR, 0], policy[POWER, 0], maturity)
    plain = certification_chance(mean, variance, error, policy[BAR, 0], 0.0)
    better = certification_chance(mean, variance, error, policy[BAR, 0], policy[GAIN, 0])
    whole = benefit * policy[VALIDITY, 0] / 4.0
    title = policy[TITLE, 0] * memory[CREDIBILITY, 0]
    extra = policy[PACKAGING_COST, 0] * burn
    packaged = dresses_up((better - plain) * served, whole, burn, policy[PACKAGING_COST, 0], policy[FEAR, 0], maturity)
    packaged = packaged and firm[CASH, i] >= policy[COST, 0] + extra
    worth = (better if packaged else plain) * served * (whole + title)
    price = policy[COST, 0] + (extra if packaged else 0.0)
    return worth > price and firm[CASH, i] >= price, packaged


@kernel
def apply(firm: Matrix, firm_code: Codes, used: int, benefit: float, policy: Matrix, memory: Matrix, seed: int, t: int,
          account: Vector, flows: Vector, waiting: Ints, tally: Matrix) -> int:  # fmt: skip
    """Old applications lapse, new ones are handed in and paid for; whom another agency admitted is taken up without.
    Returns how many wait at the national list (rows in `waiting`); what no region forwards lapses.
    """
    rows = 0
    for i in range(used):
        if not may_apply(firm_code, i):
            firm_code[APPLIED_AT, i] = -1
            continue
        if firm_code[APPLIED_AT, i] >= 0:
            if t - firm_code[APPLIED_AT, i] >= policy[LAPSE, 0]:
                firm_code[APPLIED_AT, i] = -1
                tally[APPLICATIONS, LAPSED] += 1.0
                tally[REFUSED_CERTIFICATE, WAITED_TOO_LONG] += 1.0
        elif policy[CAPACITY, 0] > 0.0 and not is_certified(firm_code, i, t) and firm_code[BARRED_UNTIL, i] < t:
            if is_offered_now(firm_code, i, OFFER_EVALUATION, policy, seed, t):
                firm_code[APPLIED_AT, i], firm_code[PACKAGED, i] = t, 0
                tally[APPLICATIONS, ALL] += 1.0
            elif uniform(seed, DRAW_CONSIDER, firm_code[ID, i], t) < policy[HAZARD, 0]:
                applies, packaged = decide(firm, firm_code, i, benefit, policy, memory, seed)
                if applies:
                    burn = policy[BURN + min(firm_code[STAGE, i], PILOT), firm_code[SECTOR, i]]
                    price = policy[COST, 0] + (policy[PACKAGING_COST, 0] * burn if packaged else 0.0)
                    pay(flows, WAGES, firm[CASH], i, account, HOUSEHOLDS, min(price, firm[CASH, i]))
                    firm_code[APPLIED_AT, i] = t
                    firm_code[PACKAGED, i] = 1 if packaged else 0
                    tally[APPLICATIONS, ALL] += 1.0
                    tally[APPLICATIONS, DRESSED_UP] += 1.0 if packaged else 0.0
        applied = firm_code[APPLIED_AT, i]
        if applied >= 0 and reaches_national_list(firm_code[ID, i], policy, seed, applied):
            waiting[rows] = i
            rows += 1
    return rows


@kernel
def evaluate(order: Ints, firm: Matrix, firm_code: Codes, policy: Matrix, memory: Matrix, seed: int, t: int,
             account: Vector, flows: Vector, cost: Cube, tally: Matrix, event: Matrix, event_code: Codes,
             event_used: int) -> int:  # fmt: skip
    """Evaluate the applications in `order`: find out who dressed up, score the others, certify; returns events used."""
    for o in range(order.shape[0]):
        i = order[o]
        j, identity = firm_code[SECTOR, i], firm_code[ID, i]
        cost[COST_EVALUATION, CENTRAL, ADMINISTRATION] += pay(
            flows, OPERATING_CENTRAL, account, TREASURY, account, HOUSEHOLDS, policy[COST, 0])
        tally[APPLICATIONS, EVALUATED] += 1.0
        firm_code[APPLIED_AT, i] = -1
        packaged = firm_code[PACKAGED, i] == 1
        firm_code[PACKAGED, i] = 0
        if packaged and uniform(seed, DRAW_FOUND_OUT, identity, t) < memory[STANDARDS, j]:
            firm_code[BARRED_UNTIL, i] = t + int(policy[BARRED, 0])
            tally[REFUSED_CERTIFICATE, FOUND_OUT] += 1.0
            event_used = note(event, event_code, event_used, UNMASKED, identity, -1, 0.0, 0.0)
            continue
        error = evaluation_error(policy[ERROR, 0], policy[POWER, 0], memory[STANDARDS, j])
        score = firm[QUALITY, i] + (policy[GAIN, 0] if packaged else 0.0)
        score += error * normal(seed, DRAW_SCORE, identity, t)
        if score <= policy[BAR, 0]:
            tally[REFUSED_CERTIFICATE, BELOW_STANDARD] += 1.0
            continue
        firm_code[CERTIFIED_UNTIL, i] = max(firm_code[CERTIFIED_UNTIL, i], t + int(policy[VALIDITY, 0]) - 1)
        admit(firm_code, i, t)
        tally[APPLICATIONS, GRANTED] += 1.0
        event_used = note(event, event_code, event_used, CERTIFICATION, identity, -1, 0.0, score)
    return event_used


@kernel
def lead_in_support(firm: Matrix, firm_code: Codes, used: int, t: int, sums: Matrix) -> float:
    """Public money a year (CNY mn) by which holders of certificates are ahead of others of their stage; -1 if unknown.

    Who has won a challenge does not count: a bounty is not the certificate's doing. sums: scratch, (4, stages).
    """
    sums[:] = 0.0
    for i in range(used):
        stage = firm_code[STAGE, i]
        if firm_code[VENTURE, i] == 0 or stage < PROOF or stage > MARKET or firm_code[CHALLENGE_UNTIL, i] >= 0:
            continue
        side = 0 if is_certified(firm_code, i, t) else 2
        sums[side, stage] += 1.0
        sums[side + 1, stage] += firm[SUPPORT, i] / SUPPORT_KEPT
    lead, weight = 0.0, 0.0
    for stage in range(sums.shape[1]):
        if sums[0, stage] > 0.0 and sums[2, stage] > 0.0:
            lead += sums[1, stage] - sums[0, stage] * sums[3, stage] / sums[2, stage]
            weight += sums[0, stage]
    return max(0.0, lead / weight) if weight > 0.0 else -1.0


@rule
def lead_in_tests(tested: Vector, passed: Vector) -> float:
    """Pass rate of certified projects less that of others of the same stage, weighted by tests of the former; -9 if
    either is missing.

    tested, passed: counts by stage, of certified projects in the first three places, of others in the next three.
    """
    lead, weight = 0.0, 0.0
    for s in range(DEVELOPMENT_STAGES):
        if tested[s] > 0.0 and tested[DEVELOPMENT_STAGES + s] > 0.0:
            others = passed[DEVELOPMENT_STAGES + s] / tested[DEVELOPMENT_STAGES + s]
            lead += passed[s] - tested[s] * others
            weight += tested[s]
    return lead / weight if weight > 0.0 else -9.0


@rule
def remember(memory: Matrix, place: int, tested: float, passed: float) -> None:
    """Add a quarter's stage tests of a group to what financiers remember."""
    memory[LABEL_TESTED, place] = average(memory[LABEL_TESTED, place], tested, TEST_QUARTERS)
    memory[LABEL_PASSED, place] = average(memory[LABEL_PASSED, place], passed, TEST_QUARTERS)


@kernel
def judge_label(memory: Matrix, tally: Matrix, full: float) -> None:
    """Financiers compare a year's stage tests; credibility follows clip(lead/full, 0, 1) over eight quarters."""
    for s in range(DEVELOPMENT_STAGES):
        tested, passed = tally[TESTED_CERTIFIED, s], tally[PASSED_CERTIFIED, s]
        remember(memory, s, tested, passed)
        remember(memory, DEVELOPMENT_STAGES + s, tally[TESTED, s] - tested, tally[PASSED, s] - passed)
    lead = lead_in_tests(memory[LABEL_TESTED], memory[LABEL_PASSED])
    if lead >= -1.0:
        memory[CREDIBILITY, 0] = average(memory[CREDIBILITY, 0], clip(lead / full, 0.0, 1.0), LABEL_QUARTERS)


@kernel
def quality_of_list(firm: Matrix, firm_code: Codes, used: int, t: int, sums: Vector) -> None:
    """Enterprises on the list: how many, sum of their quality, how many below the mean of all."""
    sums[:] = 0.0
    for i in range(used):
        if firm_code[STAGE, i] >= PROOF and is_certified(firm_code, i, t):
            sums[0] += 1.0
            sums[1] += firm[QUALITY, i]
            sums[2] += 1.0 if firm[QUALITY, i] < 0.0 else 0.0


def is_idle(policy: Floats) -> bool:
    """An evaluation that neither evaluates nor sets standards does nothing and publishes nothing."""
    return bool(policy[CAPACITY, 0] <= 0.0 and policy[STANDARD_SPEND, 0] <= 0.0)


def set_standards(q: Quarter) -> None:
    """Standards mature with what is spent on them; before the opening they stand at their opening values."""
    s, p = q.state, q.policy
    maturity = s.memory[STANDARDS]
    spend = p[STANDARD_SPEND, 0]
    for j in range(N_SECTORS):
        if q.burn_in or maturity[j] < 0.0:
            maturity[j] = p[OPENING, j]
        else:
            maturity[j] = next_maturity(maturity[j], p[LEARNING, 0], spend / N_SECTORS, p[HALF, 0], p[FADE, 0])
    paid = pay(s.flows, OPERATING_CENTRAL, s.account, TREASURY, s.account, HOUSEHOLDS, spend * s.scale)
    s.cost[COST_STANDARDS, CENTRAL, OUTLAY] += paid


def learn_worth(q: Quarter) -> float:
    """What applicants expect a certificate to bring a year: nothing unless a programme gives priority, else what
    holders have lately got ahead of others, or what was promised while nobody holds one.
    """
    s, p = q.state, q.policy
    seen = lead_in_support(s.firm.num, s.firm.code, s.firm.used, s.quarter, np.zeros((4, MARKET + 1)))
    now = seen if seen >= 0.0 else float(p[PROMISED, 0])
    before = float(s.memory[LABEL_WORTH, 0])
    s.memory[LABEL_WORTH, 0] = float(p[PROMISED, 0]) if before < 0.0 else average(before, now, LABEL_QUARTERS)
    any_programme = math.floor(5.0 * p[LABEL_BENEFIT, 0] + 0.5) >= 1.0
    return float(s.memory[LABEL_WORTH, 0]) if any_programme else 0.0


def play_evaluation(q: Quarter) -> None:
    """Standards, applications in order of date, evaluations up to capacity, certificates."""
    s, p = q.state, q.policy
    if is_idle(p):
        return
    set_standards(q)
    benefit = learn_worth(q)
    waiting = np.empty(s.firm.used, dtype=np.int64)
    rows = apply(
        s.firm.num, s.firm.code, s.firm.used, benefit, p, s.memory, s.seed, s.quarter, s.account, s.flows, waiting,
        s.tally,
    )  # fmt: skip
    waiting = waiting[:rows]
    available = s.memory[EVALUATION_SLOTS, 0] + p[CAPACITY, 0] * s.scale
    slots = int(available)
    s.memory[EVALUATION_SLOTS, 0] = min(available - slots, 1.0)
    ids = np.ascontiguousarray(s.firm.code[ID, waiting])
    order = np.lexsort((ids, uniforms(s.seed, DRAW_TURN, ids, 0), s.firm.code[APPLIED_AT, waiting]))[:slots]
    s.event.reserve(len(order))
    s.event.used = evaluate(
        np.ascontiguousarray(waiting[order]), s.firm.num, s.firm.code, p, s.memory, s.seed, s.quarter, s.account,
        s.flows, s.cost, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    served, lapsed = float(s.tally[APPLICATIONS, EVALUATED]), float(s.tally[APPLICATIONS, LAPSED])
    if served + lapsed > 0.0:
        s.memory[SERVED_SHARE, 0] = average(s.memory[SERVED_SHARE, 0], served / (served + lapsed), LABEL_QUARTERS)


def play_credibility(q: Quarter) -> None:
    """The quarter's stage tests tell how far the list is to be trusted."""
    if not is_idle(q.policy):
        judge_label(q.state.memory, q.state.tally, q.policy[FULL_LEAD, 0])


def measure(s: Population, policy: Floats) -> Values:
    """The list, its quality and credibility, and how applicants behave."""
    sums = np.zeros(3)
    quality_of_list(s.firm.num, s.firm.code, s.firm.used, s.quarter, sums)
    listed, quality, below = (float(x) for x in sums)
    applied = s.tally[APPLICATIONS]
    return {
        "certified_in_force": count(s, listed),
        "certified_mean_quality": share(quality, listed, 1.0),
        "certified_false_positive_share": share(below, listed),
        "label_credibility": (float(s.memory[CREDIBILITY, 0]), 1.0),
        "packaging_share": share(float(applied[DRESSED_UP]), float(applied[ALL])),
        "hard_tech_share": share(float(s.tally[EQUITY_CERTIFIED, 0]), float(s.tally[EQUITY_PAID].sum())),
    }


MECHANISM = Mechanism(
    key="evaluation",
    question="Whom does the list of key technologies certify, and is it believed?",
    core=False,
    neutral={"eval_capacity": 0.0, "eval_standard_spend": 0.0, "label_benefit": 0.0},
    stages=(
        Stage("evaluation", play_evaluation, "standards mature, enterprises apply, applications are judged in turn"),
        Stage("credibility", play_credibility, "stage tests of certified projects show what the label is worth"),
    ),
    lines=("OPER", "WAGE"),
    events=("certification", "unmasked"),
    indicators=(
        "certified_in_force", "certified_mean_quality", "certified_false_positive_share", "label_credibility",
        "packaging_share", "hard_tech_share",
    ),
    measure=measure,
)  # fmt: skip
