"""What a company is worth to an investor: belief about quality, chances, sales, exit routes and money still needed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .chance import logistic, normal_cdf, purpose
from .stages import MARKET

if TYPE_CHECKING:
    from .enterprise import Enterprise

PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))  # a round at one stage, a later round at another
LEGAL_MINIMUM = 1000.0  # CNY mn of market value

DRAW_SIGNAL = purpose("financier signal")
DRAW_FORECAST = purpose("sales forecast")


def belief(signal: float, noise: float, units: float, prior: float) -> tuple[float, float]:
    """Mean and variance of quality after a signal of that noise, sharper by information units; prior N(mu, 1)."""
    variance = noise * noise / (1.0 + units)
    variance = variance / (1.0 + variance)
    return prior + (1.0 - variance) * (signal - prior), variance


def screen(e: Enterprise) -> tuple[float, float]:
    """A financier's belief about an enterprise: one signal a stage."""
    model, p = e.model, e.model.p
    stage = min(MARKET, e.stage)
    noise = p.signal_noise[stage] * p.screening_noise
    units = p.information_validated if e.validated_at >= 0 else 0.0
    prior = (0.0, p.founder_quality_success, p.founder_quality_failed)[e.serial]
    draw = model.draws.normal(DRAW_SIGNAL, e.identity, 0, 0, stage)
    return belief(e.quality + noise / math.sqrt(1.0 + units) * draw, noise, units, prior)


def project_ticket(e: Enterprise, stage: int) -> float:
    """Usual round of a project: the stage's ticket times the sector's burn over the mean burn."""
    p = e.model.p
    return float(p.ticket[stage] * p.burn[stage][e.sector] * 9.0 / sum(p.burn[stage]))


def expected_sales(e: Enterprise, mean: float, variance: float) -> float:
    """Sales a quarter at exit: from the belief before the market, from sales and potential after."""
    p = e.model.p
    if e.stage < MARKET:
        spread = p.potential_spread[e.sector]
        return float(p.potential_mean[e.sector] * math.exp(spread * mean - spread * spread * (1.0 - variance) / 2.0))
    forecast = math.exp(p.forecast_noise * e.model.draws.normal(DRAW_FORECAST, e.identity, 0))
    return 0.5 * e.sales + 0.5 * e.potential * forecast


def later_rounds(e: Enterprise, stage: int, hurdle: float) -> float:
    """Present value of the rounds it will still need."""
    p, memory = e.model.p, e.model.memory
    total = 0.0
    for k, (before, later) in enumerate(PAIRS):
        if before == stage:
            ticket = p.ticket[MARKET] if later == MARKET else project_ticket(e, later)
            total += memory.next_round[k] * ticket / math.pow(1.0 + hurdle, memory.next_gap[k] / 4.0)
    return float(total)


def way_to_exit(e: Enterprise, stage: int, mean: float, variance: float) -> tuple[float, float]:
    """Chance to pass the stage tests that are left, and the quarters until an exit is chosen."""
    p = e.model.p
    chance, quarters = 1.0, e.model.memory.market_to_exit
    for s in range(stage, MARKET):
        slope = p.test_quality
        once = logistic((p.test_intercept[s] + slope * mean) / math.sqrt(1.0 + slope * slope * variance / 2.9))
        chance *= 1.0 - math.pow(1.0 - once, p.tests_allowed)
        quarters += p.duration[s][e.sector] * (max(0.1, 1.0 - e.progress) if s == stage else 1.0)
    return chance, quarters


def listing_chance(e: Enterprise, listed_value: float, variance: float, stage: int) -> float:
    """Chance to exit by listing: the share of filings that list, times the chance to be large enough."""
    p = e.model.p
    minimum = 1.5 * LEGAL_MINIMUM * p.threshold_multiple * p.ipo_tightness
    spread = p.potential_spread[e.sector]
    sd = math.sqrt(spread * spread * variance + 0.36) * (0.4 if stage >= MARKET else 1.0)
    size = (math.log(max(listed_value, 1e-9)) - math.log(minimum)) / sd
    return float(e.model.memory.listed_share * normal_cdf(size))


def clause_odds(e: Enterprise) -> float:
    """Chance that a new round carries a redemption clause."""
    return e.model.p.redemption_clause_share * (1.0 - e.model.p.redemption_limit)


def value_company(
    e: Enterprise, clause: float, hurdle_factor: float = 1.0, *, may_list: bool = True
) -> tuple[float, float]:
    """Value before a round (CNY mn) and belief about quality: exit routes, net of later money and redemption claims.

    The route by redemption counts as far as there is a clause.
    """
    p, memory = e.model.p, e.model.memory
    stage = min(MARKET, e.stage)
    mean, variance = screen(e)
    hurdle = p.hurdle[stage] * p.hurdle_level * hurdle_factor
    chance, quarters = way_to_exit(e, stage, mean, variance)
    sales = expected_sales(e, mean, variance)
    listed = 4.0 * p.price_sales_listed * memory.listed_price * sales
    private = 4.0 * p.price_sales_private * memory.listed_price * sales
    by_listing = listing_chance(e, listed, variance, stage) if may_list else 0.0
    counted = (1.0, 1.0, clause)
    routes = zip(memory.route_share, memory.route_loss[1:], counted, strict=True)
    other = sum(share * (1.0 - loss) * part for share, loss, part in routes)
    after_listing = math.pow(1.0 + hurdle, -memory.listing_wait / 4.0)
    after_other = math.pow(1.0 + hurdle, -p.other_route_wait / 4.0)
    worth = by_listing * (1.0 - memory.route_loss[0]) * listed * after_listing
    worth += (1.0 - by_listing) * other * private * after_other
    base = math.pow(1.0 + hurdle, -quarters / 4.0)
    return max(0.0, chance * base * worth - later_rounds(e, stage, hurdle) - e.redemption_debt), mean
