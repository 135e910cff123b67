"""The opening: market firms, banks, managers and governments with balance sheets, and no venture yet."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from .bank import Bank, Loan
from .chance import pick, purpose
from .enterprise import Enterprise
from .fund import Fund
from .listing import value_at_issue
from .manager import Manager
from .model import CycleObjects
from .money import exact
from .origination import RANK_BITS, new_market_firm
from .policy import Policy
from .stages import MARKET, PUBLIC

BANKS = 30
MEAN_AGE = 8.0  # years, geometric
OPENING = 255  # stands for the quarter of birth in the numbers of opening firms, so that no entrant shares one
FOREVER = 100_000  # quarters
VALUE_ADDED = 0.35  # of sales, for the first guess at taxes

DRAW_SIZE = purpose("fund size")
DRAW_FOCUS = purpose("manager focus")
DRAW_PLACE = purpose("manager region")
DRAW_AGE = purpose("opening age")
DRAW_LISTED = purpose("listed at the opening")
DRAW_BORROWER = purpose("borrower at the opening")
DRAW_LOAN_AGE = purpose("loan age at the opening")


def open_model(
    policies: Callable[[int], NDArray[np.float64]],
    scale: float,
    seed: int = 1,
    *,
    mechanisms: Mapping[str, bool] | None = None,
    random: str = "keyed",
) -> CycleObjects:
    """A model at the start of the burn-in."""
    kept = max(int(Policy(policies(0)).history_of_multiples), int(2000 * scale))
    model = CycleObjects(policies, scale, seed, mechanisms=mechanisms, random=random, multiples=kept)
    model.burn_in = True
    open_banks(model)
    open_firms(model)
    list_incumbents(model)
    open_managers(model)
    set_balance_sheets(model)
    return model


def open_banks(model: CycleObjects) -> None:
    """Thirty banks, the k-th with a k-th of the size of the first."""
    sizes = [1.0 / k for k in range(1, BANKS + 1)]
    model.banks = [Bank(model, number, size / sum(sizes)) for number, size in enumerate(sizes)]


def open_firms(model: CycleObjects) -> None:
    """Market firms with mature products, of geometric age; cash of a quarter's sales."""
    p = model.p
    for rank in range(int(p.market_firms_opening * model.scale + 0.5)):
        e = new_market_firm(model, (OPENING << RANK_BITS) | rank, p.opening_sales)
        e.birth = -int(-4.0 * MEAN_AGE * math.log(model.draws.uniform(DRAW_AGE, e.identity, 0)))
    model.memory.market_firms = float(len(list(model.register)))


def list_incumbents(model: CycleObjects) -> None:
    """Listed companies, drawn among the largest 5% of market firms; a quarter of their shares is public."""
    by_size = sorted(model.register, key=lambda e: (-e.sales, e.identity))
    largest = by_size[: max(1, len(by_size) // 20)]
    largest.sort(key=lambda e: (model.draws.uniform(DRAW_LISTED, e.identity, 0), e.identity))
    for e in largest[: int(model.p.listed_opening * model.scale + 0.5)]:
        e.stage, e.listed_at, e.public_shares, e.founder_shares = PUBLIC, -20, 25.0, 75.0


def open_managers(model: CycleObjects) -> None:
    """Managers whose target sizes add up to the national total, and the standing secondary fund."""
    p, draws = model.p, model.draws
    for number in range(max(6, int(p.managers * model.scale + 0.5))):
        u = draws.uniform(DRAW_FOCUS, number, 0)
        focus = 0 if u < p.focus_early else 1 if u < p.focus_early + p.focus_growth else 2
        region = pick(p.region_share, draws.uniform(DRAW_PLACE, number, 0))
        spread = p.fund_size_spread
        size = p.fund_size_mean * math.exp(spread * draws.normal(DRAW_SIZE, number, 0) - spread * spread / 2.0)
        model.managers.append(Manager(model, number, focus, region, size))
    factor = p.fund_size_mean * p.managers * model.scale / sum(m.target for m in model.managers)
    for manager in model.managers:
        manager.target *= factor
    model.funds.append(open_secondary_fund(model))


def open_secondary_fund(model: CycleObjects) -> Fund:
    """The standing secondary fund: no manager, no end."""
    fund = Fund(model, None, 0, 0, guided=False)
    fund.term, fund.vintage = FOREVER, 0
    return fund


def set_balance_sheets(model: CycleObjects) -> None:
    """Loans, banks, bonds and deposits of the opening."""
    p, scale, central = model.p, model.scale, model.central
    scale_market_firms(model, p.market_rd_opening * 1000.0 * scale / 4.0)
    value = price_listed(model)
    model.memory.listed_value, model.memory.supply_trend = value, 0.01 * value
    spread_loans(model)
    model.market.account.balance = exact(p.public_cash_share * value)
    model.households.balance = exact(p.households_opening * scale)
    taxes = p.vat_rate * VALUE_ADDED * sum(e.sales for e in model.register)
    for region in model.regions:
        region.revenue = taxes * 2.0 * (p.region_share[region.number] / sum(p.region_share))
        region.cash_target = region.revenue / 4.0
        region.purse.balance = exact(region.cash_target)
        region.bonds = exact(p.local_debt_opening * region.revenue)
        region.freeze_budget(region.revenue / 4.0)
    central.cash_target = taxes / 2.0
    central.purse.balance = exact(central.cash_target)
    central.bonds = exact(p.bonds_central_opening * scale)
    central.freeze_budget(central.cash_target)
    model.pool.bonds = exact(p.bonds_banks_opening * scale)
    model.rest.bonds = sum(region.bonds for region in model.regions) + central.bonds - model.pool.bonds
    capitalise_banks(model)


def scale_market_firms(model: CycleObjects, target: float) -> None:
    """Rescale market firms once so that their planned R&D is `target` (CNY mn a quarter)."""
    planned = sum(e.rd_intensity * e.sales for e in model.register)
    factor = max(0.1, target / planned) if planned > 0.0 else 1.0
    for e in model.register:
        for name in ("sales", "potential", "sales_trend", "output"):
            setattr(e, name, getattr(e, name) * factor)
        e.capital = exact(e.capital * factor)
        e.cash.balance = exact(e.sales)


def price_listed(model: CycleObjects) -> float:
    """Market price of listed companies; returns the value of the whole market."""
    total = 0.0
    for e in model.register:
        if e.stage == PUBLIC:
            e.price = value_at_issue(e) / e.shares
            total += e.shares * e.price
    return total


def loan_left(age: int, quarters: int, grace: int) -> float:
    """Share of a loan still owed at an age."""
    return 1.0 if age <= grace else max(0.0, float(quarters - age) / float(quarters - grace))


def spread_loans(model: CycleObjects) -> None:
    """Loans on a part of market firms, in proportion to capital, of uniform age."""
    p, draws = model.p, model.draws
    quarters, grace = int(p.loan_quarters), int(p.loan_grace)
    market = [e for e in model.register if e.stage >= MARKET]
    borrowers = [e for e in market if draws.uniform(DRAW_BORROWER, e.identity, 0) < p.borrowers_opening]
    ages = [int(draws.uniform(DRAW_LOAN_AGE, e.identity, 0) * quarters) for e in borrowers]
    weights = [e.capital * loan_left(age, quarters, grace) for e, age in zip(borrowers, ages, strict=True)]
    total = sum(weights)
    for e, age, weight in zip(borrowers, ages, weights, strict=True):
        place_loan(e, p.loans_opening * model.scale * weight / total, age, quarters, grace)


def place_loan(e: Enterprise, principal: float, age: int, quarters: int, grace: int) -> None:
    """A loan that was lent some time ago; the bank's book follows."""
    loan = Loan(e.bank, e, e.model.p.lpr_5y + e.model.p.loan_spread, quarters, grace)
    loan.principal = exact(principal)
    loan.lent_at = e.model.t - age
    e.bank.book += loan.principal


def capitalise_banks(model: CycleObjects) -> None:
    """Banks' outside book and capital at the opening ratio; deposits and reserves close the balance sheet."""
    p = model.p
    for bank in model.banks:
        bank.outside = exact(p.outside_loans_opening * model.scale * bank.share)
        bank.equity.balance = exact(p.opening_capital_ratio * bank.weighted())
    own = sum(bank.equity.balance for bank in model.banks)
    book = sum(bank.book for bank in model.banks) + sum(bank.outside for bank in model.banks)
    deposits = exact((book + model.pool.bonds - own) / (1.0 - p.reserves_share_opening))
    model.pool.reserves = deposits + own - book - model.pool.bonds
    model.rest.deposits.balance = 0.0
    model.rest.deposits.balance = deposits - model.deposits()
