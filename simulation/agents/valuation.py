"""What a company is worth to an investor: belief about quality, chances, sales, exit routes and money still needed."""

from __future__ import annotations

import math

from ..engine.draws import normal, normal_cdf, purpose
from ..engine.jit import rule
from ..engine.table import Codes, Matrix
from ..scenario.parameter import parameter
from .enterprise import (
    ID, N_SECTORS, POTENTIAL, PROGRESS, QUALITY, REDEMPTION_DEBT, SALES, SECTOR, SERIAL, STAGE,
)  # fmt: skip
from .information import information_units
from .investor import belief, chance_of_stage, expected_potential
from .population import (
    LISTED_PRICE, LISTED_SHARE, LISTING_WAIT, MARKET_TO_EXIT, NEXT_GAP, NEXT_ROUND, ROUTE_LOSS, ROUTE_SHARE,
)  # fmt: skip
from .strategic import tests_allowed

NOISE = parameter("signal_noise_0")
SCREENING = parameter("screening_noise")
PRIOR_SUCCESS = parameter("founder_quality_success")
PRIOR_FAILED = parameter("founder_quality_failed")
HURDLE = parameter("hurdle_0")
HURDLE_LEVEL = parameter("hurdle_level")
LISTED_MULTIPLE = parameter("price_sales_listed")
PRIVATE_MULTIPLE = parameter("price_sales_private")
FORECAST_NOISE = parameter("forecast_noise")
DURATION = parameter("duration_0")
BURN = parameter("burn_0")
TICKET = parameter("ticket_0")
INTERCEPT = parameter("test_intercept_0")
SLOPE = parameter("test_quality")
SPREAD = parameter("potential_spread")
MEAN_POTENTIAL = parameter("potential_mean")
THRESHOLD = parameter("threshold_multiple")
TIGHTNESS = parameter("ipo_tightness")
CLAUSE_SHARE = parameter("redemption_clause_share")
CLAUSE_LIMIT = parameter("redemption_limit")
OTHER_WAIT = parameter("other_route_wait")

LEGAL_MINIMUM = 1000.0  # CNY mn: market value of listing set 1 in law
CAUTION = 1.5  # times the minimum that investors count on
LEAST_LEFT = 0.1  # of a stage: what they think still lies ahead however far it has come
DRAW_SIGNAL = purpose("financier signal")
DRAW_FORECAST = purpose("sales forecast")


@rule
def screen(firm: Matrix, firm_code: Codes, i: int, extra_units: float, on_platform: float, policy: Matrix,
           memory: Matrix, seed: int, t: int) -> tuple[float, float]:  # fmt: skip
    """A financier's belief (mean, variance) about firm i; one signal a stage, sharper with information units."""
    stage = min(3, firm_code[STAGE, i])
    noise = policy[NOISE + stage, 0] * policy[SCREENING, 0]
    units = extra_units + information_units(firm_code, i, t, on_platform, policy, memory)
    prior = 0.0
    if firm_code[SERIAL, i] == 1:
        prior = policy[PRIOR_SUCCESS, 0]
    elif firm_code[SERIAL, i] == 2:
        prior = policy[PRIOR_FAILED, 0]
    signal = firm[QUALITY, i] + noise / math.sqrt(1.0 + units) * normal(
        seed, DRAW_SIGNAL, firm_code[ID, i], 0, 0, stage
    )
    return belief(signal, noise, units, prior)


@rule
def project_ticket(policy: Matrix, stage: int, sector: int) -> float:
    """Usual round at stages 0-2: ticket_s times the sector's burn over the mean burn (CNY mn)."""
    total = 0.0
    for j in range(N_SECTORS):
        total += policy[BURN + stage, j]
    return float(policy[TICKET + stage, 0] * policy[BURN + stage, sector] * N_SECTORS / total)


@rule
def expected_sales(firm: Matrix, firm_code: Codes, i: int, mean: float, variance: float, policy: Matrix,
                   seed: int) -> float:  # fmt: skip
    """Sales a quarter that investors expect at exit:
    from the belief before the market, from sales and potential after.
    """
    j = firm_code[SECTOR, i]
    if firm_code[STAGE, i] < 3:
        return expected_potential(policy[MEAN_POTENTIAL, j], policy[SPREAD, j], mean, variance)
    forecast = math.exp(policy[FORECAST_NOISE, 0] * normal(seed, DRAW_FORECAST, firm_code[ID, i], 0))
    return float(0.5 * firm[SALES, i] + 0.5 * firm[POTENTIAL, i] * forecast)


@rule
def pair(stage: int, later: int) -> int:
    """Place of the pair of stages in memory: 0-1 0-2 0-3 1-2 1-3 2-3."""
    if stage == 0:
        return later - 1
    return later + 1 if stage == 1 else 5


@rule
def money_still_needed(policy: Matrix, memory: Matrix, stage: int, sector: int, hurdle: float) -> float:
    """Present value of later rounds: sum over s' of Pr(s -> s') ticket_{s'} / (1 + h)^(T/4)."""
    total = 0.0
    for later in range(stage + 1, 4):
        ticket = policy[TICKET + 3, 0] if later == 3 else project_ticket(policy, later, sector)
        k = pair(stage, later)
        total += memory[NEXT_ROUND, k] * ticket / math.pow(1.0 + hurdle, memory[NEXT_GAP, k] / 4.0)
    return total


@rule
def listing_chance(memory: Matrix, policy: Matrix, exit_value: float, variance: float, spread: float,
                   stage: int) -> float:  # fmt: skip
    """Chance to exit by listing: a_t Phi((ln X - ln(1.5 minimum))/sd), sd = sqrt(sigma_M^2 V + .36), x .4 from the
    market stage on.
    """
    minimum = CAUTION * LEGAL_MINIMUM * policy[THRESHOLD, 0] * policy[TIGHTNESS, 0]
    sd = math.sqrt(spread * spread * variance + 0.36) * (0.4 if stage >= 3 else 1.0)
    reach = (math.log(max(exit_value, 1e-9)) - math.log(minimum)) / sd
    return float(memory[LISTED_SHARE, 0] * normal_cdf(reach))


@rule
def clause_odds(policy: Matrix) -> float:
    """Chance that a new round carries a redemption clause: usual share x (1 - share barred)."""
    return float(policy[CLAUSE_SHARE, 0] * (1.0 - policy[CLAUSE_LIMIT, 0]))


@rule
def value_company(firm: Matrix, firm_code: Codes, i: int, hurdle_factor: float, extra_units: float,
                  on_platform: float, may_list: float, clause: float, policy: Matrix, memory: Matrix, seed: int,
                  t: int) -> tuple[float, float]:  # fmt: skip
    """Value (CNY mn) before a round at the valuer's hurdle, net of later money and unpaid redemption claims; and the
    belief mean.

    v = [sum_k q_k (1 - d_k) pi X_k / (1 + h)^((T + W_k)/4) - later rounds - claims]+ over listing, acquisition,
    secondary,
    redemption (the last counts by `clause`, the odds or share of holdings with one). may_list 0 leaves listing out.
    """
    stage = min(3, firm_code[STAGE, i])
    j = firm_code[SECTOR, i]
    mean, variance = screen(firm, firm_code, i, extra_units, on_platform, policy, memory, seed, t)
    hurdle = policy[HURDLE + stage, 0] * policy[HURDLE_LEVEL, 0] * hurdle_factor
    chance, quarters, tries = 1.0, memory[MARKET_TO_EXIT, 0], tests_allowed(firm, i, policy)
    for s in range(stage, 3):
        chance *= chance_of_stage(policy[INTERCEPT + s, 0], policy[SLOPE, 0], mean, variance, tries)
        left = max(LEAST_LEFT, 1.0 - firm[PROGRESS, i]) if s == stage else 1.0
        quarters += policy[DURATION + s, j] * left
    sales = expected_sales(firm, firm_code, i, mean, variance, policy, seed)
    listed = 4.0 * policy[LISTED_MULTIPLE, 0] * memory[LISTED_PRICE, 0] * sales
    private = 4.0 * policy[PRIVATE_MULTIPLE, 0] * memory[LISTED_PRICE, 0] * sales
    by_listing = may_list * listing_chance(memory, policy, listed, variance, policy[SPREAD, j], stage)
    base = math.pow(1.0 + hurdle, -quarters / 4.0)
    worth = by_listing * (1.0 - memory[ROUTE_LOSS, 0]) * listed * math.pow(1.0 + hurdle, -memory[LISTING_WAIT, 0] / 4.0)
    other = 0.0
    for k in range(3):
        other += memory[ROUTE_SHARE, k] * (1.0 - memory[ROUTE_LOSS, k + 1]) * (clause if k == 2 else 1.0)
    worth += (1.0 - by_listing) * other * private * math.pow(1.0 + hurdle, -policy[OTHER_WAIT, 0] / 4.0)
    value = chance * base * worth - money_still_needed(policy, memory, stage, j, hurdle) - firm[REDEMPTION_DEBT, i]
    return max(0.0, value), mean
