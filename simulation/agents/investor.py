"""Funds, their managers and the holdings they own: columns and the rules by which they value, choose and ask."""

from __future__ import annotations

import math

from ..engine.jit import open_rule, rule
from ..engine.table import Layout
from .enterprise import logistic

FUND = Layout("fund", "a fund with a finite life; row 0 is the standing secondary fund")

SIZE = FUND.column("size", "CNY mn", "commitments of all partners")
CALLED = FUND.column("called", "CNY mn", "capital called and paid in")
DEPOSITS = FUND.column("deposits", "CNY mn", "bank deposits")
INVESTED = FUND.column("invested", "CNY mn", "cost of all investments made")
COST_HELD = FUND.column("cost_held", "CNY mn", "cost of what is still held")
FAIR_VALUE = FUND.column("fair_value", "CNY mn", "fair value of what is held")
PREFERRED = FUND.column("preferred", "CNY mn", "paid-in capital and preferred return not yet given back")
DISTRIBUTED = FUND.column("distributed", "CNY mn", "distributions to partners")
TAXED_GAIN = FUND.column("taxed_gain", "CNY mn", "gain of private partners on which tax was computed")
DEDUCTION = FUND.column("deduction", "CNY mn", "deduction for early holdings not yet used")
HURDLE = FUND.column("hurdle", "factor", "own hurdle rate over that of its stage", 1.0)
PACE = FUND.column("pace", "CNY mn/q", "what it may still invest this quarter")
PACE_EARLY = FUND.column("pace_early", "CNY mn/q", "what it may still invest this quarter at stages 0 and 1 only")
UNUSED = FUND.column("unused", "CNY mn", "pace carried over")
UNUSED_EARLY = FUND.column("unused_early", "CNY mn", "ring-fenced early money carried over")
PARTNERS = 5  # households, corporate partners, central guidance, local guidance, other local state money
COMMITTED = [FUND.column(f"committed_{k}", "CNY mn", f"commitment of partner kind {k}") for k in range(PARTNERS)]
PAID = [FUND.column(f"paid_{k}", "CNY mn", f"paid in by partner kind {k}") for k in range(PARTNERS)]
COMMITTED_0, PAID_0 = COMMITTED[0], PAID[0]
GIVE_UP = FUND.column("give_up", "share", "of the gain on guidance money, given to private partners")
FIRST_LOSS = FUND.column("first_loss", "share", "of private partners' loss that guidance money bears")
PROMISED = FUND.column("promised", "CNY mn", "first loss expected when the fund closed, not yet trued up")
DUTY_LEFT = FUND.column("duty_left", "CNY mn", "still to be invested in the region of its local guidance money")
PRIVATE_BACK = FUND.column("private_back", "CNY mn", "distributions to private partners")
LP_H, LP_E, LP_CENTRAL, LP_LOCAL, LP_STATE = range(PARTNERS)

FUND_ID = FUND.code("id", "manager and vintage", -1)
STATUS = FUND.code("status", "0 free row, 1 alive, 2 closed")
MANAGER = FUND.code("manager", "row of its manager", -1)
VINTAGE = FUND.code("vintage", "quarter of closing")
FOCUS = FUND.code("focus", "0 early, 1 growth, 2 late")
KIND = FUND.code("kind", "0 market fund, 1 backed by guidance money, 2 secondary fund")
FUND_REGION = FUND.code("region", "region of its manager")
TERM = FUND.code("term", "life in quarters without the extension")
DEALS = FUND.code("deals", "deals led this quarter")
NATIONAL = FUND.code("national", "1 if the national industry fund is a partner")
ON_PLATFORM = FUND.code("on_platform", "1 if its manager is on the industry-finance platform")
PROMISED_SECTOR = FUND.code("promised_sector", "hot sector promised to a local guidance fund, -1 if none", -1)
FUND_FREE, FUND_ALIVE, FUND_CLOSED = 0, 1, 2
MARKET_FUND, GUIDED_FUND, SECONDARY_FUND = 0, 1, 2

MANAGERS = Layout("manager", "a fund manager who raises one fund after another")
TARGET = MANAGERS.column("target", "CNY mn", "target size of the next fund")
OFFER_CENTRAL = MANAGERS.column("offer_central", "CNY mn", "central guidance money offered this quarter")
OFFER_LOCAL = MANAGERS.column("offer_local", "CNY mn", "local guidance money offered this quarter")
RECORD = MANAGERS.column("record", "x", "own net multiple on paid-in capital", -1.0)
RANK = MANAGERS.column("rank", "share", "rank of the own record among managers", 0.5)
MANAGER_FOCUS = MANAGERS.code("focus", "0 early, 1 growth, 2 late")
MANAGER_REGION = MANAGERS.code("region", "region")
LAST_FUND = MANAGERS.code("last_fund", "row of its youngest fund, -1 if none", -1)
RAISING = MANAGERS.code("raising", "1 if it raises a fund this quarter")
NATIONAL_OFFER = MANAGERS.code("national_offer", "1 if the offer comes from the national industry fund")
PROMISE = MANAGERS.code("promise", "hot sector it promised for a local offer, -1 if none", -1)

HOLDING = Layout("holding", "shares of one company held by a fund or, in kind, by a sector")
HELD_SHARES = HOLDING.column("shares", "shares", "shares held now")
ORIGINAL_SHARES = HOLDING.column("original_shares", "shares", "shares bought")
COST = HOLDING.column("cost", "CNY mn", "price paid for the shares bought")
HELD_VALUE = HOLDING.column("value", "CNY mn", "fair value")
RECEIVED = HOLDING.column("received", "CNY mn", "cash received so far")
CLAIM = HOLDING.column("claim", "CNY mn", "redemption claimed and not yet paid")
BOOKED = HOLDING.column("booked", "CNY mn", "cash of a direct public stake already booked as a receipt")
HOLDING_OPEN = HOLDING.code("open", "1 while held")
HOLDER = HOLDING.code("holder", "fund row, or -1 if held in kind", -1)
HOLDER_SECTOR = HOLDING.code("holder_sector", "account sector of the holder")
COMPANY = HOLDING.code("company", "row of the enterprise")
COMPANY_ID = HOLDING.code("company_id", "id of the enterprise")
BOUGHT_AT = HOLDING.code("bought_at", "quarter of purchase; also names the round")
CLOCK = HOLDING.code("clock", "quarter from which the redemption clause counts")
BOUGHT_STAGE = HOLDING.code("bought_stage", "stage at purchase")
CLAUSE = HOLDING.code("clause", "1 with a redemption clause, 2 once it is enforced")
HAS_CLAUSE, ENFORCED = 1, 2
CLAIMED_AT = HOLDING.code("claimed_at", "quarter of enforcement, -1 before", -1)
HOLDER_REGION = HOLDING.code("holder_region", "region of a local government that holds in kind")
INVESTOR = HOLDING.code("investor", "id of the enterprise whose money bought the stake, -1 if it was none", -1)
DIRECT = HOLDING.code("direct", "1 for a stake that a local government bought in a round")


@rule
def belief(signal: float, noise: float, units: float, prior: float) -> tuple[float, float]:
    """What a financier thinks of quality after a signal: (mean, variance).

    noise sigma_s/sqrt(1+n) on a prior N(mu, 1): V = s^2/(1+s^2), mean = mu + (1 - V)(y - mu); units n: information
    units.
    """
    variance = noise * noise / (1.0 + units)
    variance = variance / (1.0 + variance)
    return prior + (1.0 - variance) * (signal - prior), variance


@rule
def chance_of_stage(intercept: float, slope: float, mean: float, variance: float, tries: float) -> float:
    """Expected chance to pass a test within the tries allowed: 1 - (1 - p)^n, p averaged over the belief."""
    once = logistic((intercept + slope * mean) / math.sqrt(1.0 + slope * slope * variance / 2.9))
    return 1.0 - math.pow(1.0 - once, tries)


@rule
def expected_potential(mean_potential: float, spread: float, mean: float, variance: float) -> float:
    """Potential sales expected from the belief: M_j exp(sigma z - sigma^2 (1 - V)/2)."""
    return mean_potential * math.exp(spread * mean - spread * spread * (1.0 - variance) / 2.0)


@open_rule
def price_of_round(bargaining: float, dry: float, sought: float, reference: float, pressure: float,
                   floor: float) -> float:  # fmt: skip
    """Post-money over value: clip(beta_v ((dry/sought)/reference)^gamma, floor, 1)."""
    if sought <= 0.0 or reference <= 0.0:
        return min(1.0, bargaining)
    return min(1.0, max(floor, bargaining * math.pow(max(dry, 1e-9) / sought / reference, pressure)))


@open_rule
def commitment_response(share_kept: float, relative: float, elasticity: float, dry: float, overhang: float) -> float:
    """Private commitments over their mean: [(1-kappa) + kappa (m/m*)^lambda] (dry/dry*)^-overhang."""
    return ((1.0 - share_kept) + share_kept * math.pow(relative, elasticity)) * math.pow(dry, -overhang)


@rule
def partner_terms(kept: float, first_loss: float, given: float) -> float:
    """What guidance money adds to a private partner's multiple: m + F max(0, 1 - m) + G max(0, m - 1).

    F: share of the loss it bears; G: gain it gives up, over the private partners' own gain.
    """
    return kept + first_loss * max(0.0, 1.0 - kept) + given * max(0.0, kept - 1.0)


@rule
def net_with_terms(gross: float, fee: float, hurdle: float, carry: float, years: float, tax: float, first_loss: float,
                   given: float) -> float:  # fmt: skip
    """Net multiple of a one-holding fund whose guidance money bears first losses and gives up part of its gain."""
    back = gross * (1.0 - fee * years)
    kept = back - carry * max(0.0, back - math.pow(1.0 + hurdle, years))
    kept = partner_terms(kept, first_loss, given)
    return kept - tax * max(0.0, kept - 1.0)


@rule
def net_multiple(gross: float, fee: float, hurdle: float, carry: float, years: float, tax: float) -> float:
    """What a private partner keeps of a gross multiple after fees, preferred return, carry and tax (x paid-in).

    A fund with paid-in 1 invests 1 - fee years; carry is `carry` of what exceeds (1 + hurdle)^years; tax on the gain.
    """
    return net_with_terms(gross, fee, hurdle, carry, years, tax, 0.0, 0.0)
