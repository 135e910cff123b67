"""Screening: what a bank believes about an applicant, and how much effort it finds worth while to know it."""

from __future__ import annotations

import math

from ..agents.bank import EFFORT_GUARANTEED, EFFORT_PLAIN, default_probability, is_approved, years_left
from ..agents.enterprise import BIRTH, CAPITAL, CASH, DEBT, ID, PILOT, QUALITY, STAGE, VALIDATED_AT
from ..agents.investor import belief
from ..engine.draws import normal, purpose
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Matrix
from ..scenario.parameter import parameter

PD_INTERCEPT = parameter("pd_intercept")
PD_LEVERAGE = parameter("pd_leverage")
PD_QUALITY = parameter("pd_quality")
PD_PILOT = parameter("pd_stage2")
PD_AGE = parameter("pd_age")
PD_VALIDATED = parameter("pd_validated")
PD_MAXIMUM = parameter("pd_maximum")
BANK_SIGNAL = parameter("bank_signal")
SCREENING_COST = parameter("screening_cost")
MATURITY = parameter("loan_quarters")
LOAN_GRACE = parameter("loan_grace")
EFFORTS = (0.4, 0.6, 0.8, 1.0)
FULL_EFFORT = 3  # place of the highest effort
APPLICANTS = 4  # place of the number of applicants, behind the four efforts

DRAW_BANK_SIGNAL = purpose("bank signal")


@rule
def believed_risk(firm: Matrix, firm_code: Codes, i: int, quality: float, policy: Matrix, t: int) -> float:
    """Yearly default probability of firm i for a bank that takes its quality to be `quality` (sd; 0: public view)."""
    leverage = firm[DEBT, i] / max(1e-9, firm[DEBT, i] + firm[CAPITAL, i] + firm[CASH, i])
    return default_probability(
        policy[PD_INTERCEPT, 0], leverage, quality, 1.0 if firm_code[STAGE, i] == PILOT else 0.0,
        max(0.0, (t - firm_code[BIRTH, i]) / 4.0), 1.0 if firm_code[VALIDATED_AT, i] >= 0 else 0.0,
        policy[PD_LEVERAGE, 0], policy[PD_QUALITY, 0], policy[PD_PILOT, 0], policy[PD_AGE, 0], policy[PD_VALIDATED, 0],
    )  # fmt: skip


@rule
def luck_of_look(firm_code: Codes, i: int, b: int, seed: int) -> float:
    """The standard normal draw that decides how firm i strikes bank b, whatever effort the bank makes."""
    return normal(seed, DRAW_BANK_SIGNAL, firm_code[ID, i], 0, b, 0)


@rule
def perceived_quality(quality: float, draw: float, effort: float, units: float, noise: float) -> float:
    """What a bank takes quality to be after its look: belief on z + noise/(effort sqrt(1 + units)) x draw (sd)."""
    blur = noise / effort
    mean, _ = belief(quality + blur / math.sqrt(1.0 + units) * draw, blur, units, 0.0)
    return mean


@rule
def informed_risk(firm: Matrix, firm_code: Codes, i: int, draw: float, effort: float, units: float, policy: Matrix,
                  t: int) -> float:  # fmt: skip
    """The main bank's yearly default probability of firm i after a look of that effort."""
    quality = perceived_quality(firm[QUALITY, i], draw, effort, units, policy[BANK_SIGNAL, 0])
    return believed_risk(firm, firm_code, i, quality, policy, t)


@rule
def value_of_place(margin: float, hurdle: float, within_limit: bool) -> float:
    """What a loan adds, once fully looked at, to the best one that had no room; a loan beyond the bank's own limit of
    risk adds nothing, however well somebody else covers it (margins a year and yuan).
    """
    gain = margin - hurdle
    return gain if within_limit else min(gain, 0.0)


@rule
def effort_cost(effort: float, cost: float, years: float) -> float:
    """Cost of screening a year and yuan of loan: what it costs once over the years for which a yuan is lent."""
    return cost * effort / years


@rule
def judge_efforts(firm: Matrix, firm_code: Codes, i: int, b: int, draw: float, units: float, rate: float, loss: float,
                  funding: float, weight: float, guaranteed: int, hurdle: float, policy: Matrix, t: int,
                  desk: Cube) -> None:  # fmt: skip
    """Add applicant i to the bank's files: what each effort would have let through, valued as a full look shows it."""
    place = hurdle * weight
    full = informed_risk(firm, firm_code, i, draw, EFFORTS[FULL_EFFORT], units, policy, t)
    worth = value_of_place(rate - full * loss - funding, place, full <= policy[PD_MAXIMUM, 0])
    for k in range(FULL_EFFORT + 1):
        risk = full if k == FULL_EFFORT else informed_risk(firm, firm_code, i, draw, EFFORTS[k], units, policy, t)
        passes = is_approved(risk, policy[PD_MAXIMUM, 0], rate, loss, funding)
        if passes and rate - risk * loss - funding >= place:
            desk[b, guaranteed, k] += worth
    desk[b, guaranteed, APPLICANTS] += 1.0


@kernel
def choose_efforts(bank: Matrix, desk: Cube, policy: Matrix) -> None:
    """For next quarter each bank takes, for loans with and without a guarantee, the effort that would have paid best
    on this quarter's applicants; the higher one if two pay the same, the old one if there were none.
    """
    years = years_left(0, int(policy[MATURITY, 0]), int(policy[LOAN_GRACE, 0]))
    for b in range(bank.shape[1]):
        for guaranteed in range(2):
            row = EFFORT_GUARANTEED if guaranteed == 1 else EFFORT_PLAIN
            if policy[SCREENING_COST, 0] <= 0.0:
                bank[row, b] = EFFORTS[FULL_EFFORT]
            elif desk[b, guaranteed, APPLICANTS] > 0.0:
                best = -1e300
                for k in range(FULL_EFFORT + 1):
                    value = desk[b, guaranteed, k] / desk[b, guaranteed, APPLICANTS]
                    value -= effort_cost(EFFORTS[k], policy[SCREENING_COST, 0], years)
                    if value >= best:
                        best = value
                        bank[row, b] = EFFORTS[k]
