"""The chart of accounts: sectors, instruments and every line on which money may flow.

A flow line is (code, payer sector, payee sector). A quarter's flows are one vector over the lines; every matrix and
every check is a view of it. Codes are the ones of the transaction-flow matrix in the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..engine.table import Floats, Ints

SECTORS = ("households", "enterprises", "funds", "banks", "insurers", "local", "central", "market", "rest")
H, E, F, B, I, LG, CG, X, CR = range(9)  # noqa: E741  (the letters of the balance-sheet matrix)

INSTRUMENTS = ("loans", "outside_loans", "bonds", "unlisted_equity", "listed_equity", "fixed_capital", "relending")
LOANS, OUTSIDE, BONDS, UNLISTED, LISTED, CAPITAL_STOCK, RELENDING = range(7)
CHANGES = ("flow", "revaluation", "write_off", "transfer")
FLOW, REVALUATION, WRITE_OFF, TRANSFER = range(4)


@dataclass(frozen=True)
class Line:
    """One way in which money moves: from `payer` to `payee`, for the reason that `code` names."""

    index: int
    code: str
    payer: int
    payee: int
    meaning: str


LINES: list[Line] = []


def _line(code: str, payer: int, payee: int, meaning: str) -> int:
    LINES.append(Line(len(LINES), code, payer, payee, meaning))
    return len(LINES) - 1


SALES = _line("SALES", CR, E, "output sold to the rest of the economy")
PROCURED_LOCAL = _line("PROC", LG, E, "first-use procurement of local governments")
PROCURED_CENTRAL = _line("PROC", CG, E, "first-use procurement of the central government")
INPUTS = _line("INP", E, CR, "inputs bought, research inputs included")
ORDERS = _line("ORD", E, E, "first orders placed by leaders and corporate investors")
BOUNTY_ENTERPRISE = _line("JB", E, E, "bounty paid by the enterprise that posed the challenge")
BOUNTY_LOCAL = _line("JB", LG, E, "bounty paid by local governments")
BOUNTY_CENTRAL = _line("JB", CG, E, "bounty paid by the central government")
WAGES = _line("WAGE", E, H, "wages of production and research")
CONSUMPTION = _line("CONS", H, CR, "household consumption")
CAPEX = _line("CAPEX", E, CR, "fixed investment")
VAT_LOCAL = _line("VAT", E, LG, "value-added tax, local part")
VAT_CENTRAL = _line("VAT", E, CG, "value-added tax, central part")
CIT_LOCAL = _line("CIT", E, LG, "corporate income tax, local part")
CIT_CENTRAL = _line("CIT", E, CG, "corporate income tax, central part")
CIT_BANK_LOCAL = _line("CIT", B, LG, "income tax of banks, local part")
CIT_BANK_CENTRAL = _line("CIT", B, CG, "income tax of banks, central part")
GAIN_H_LOCAL = _line("GAIN", H, LG, "partners' tax of households, local part")
GAIN_H_CENTRAL = _line("GAIN", H, CG, "partners' tax of households, central part")
GAIN_E_LOCAL = _line("GAIN", E, LG, "partners' tax of corporate partners, local part")
GAIN_E_CENTRAL = _line("GAIN", E, CG, "partners' tax of corporate partners, central part")
OTHER_LOCAL = _line("GEN", CR, LG, "other local revenue")
OTHER_CENTRAL = _line("GEN", CR, CG, "other central revenue")
SPENDING_LOCAL = _line("GEN", LG, CR, "other local spending")
SPENDING_CENTRAL = _line("GEN", CG, CR, "other central spending")
GRANT_ENTERPRISE = _line("GRANT", LG, E, "preferential and conversion grants to enterprises")
GRANT_UNIVERSITY = _line("GRANT", LG, H, "conversion grants to universities")
SUBSIDY_LOCAL = _line("ISUB", LG, E, "interest subsidies of local governments")
SUBSIDY_CENTRAL = _line("ISUB", CG, E, "interest subsidies of the central government")
OPERATING_LOCAL = _line("OPER", LG, H, "running cost of local programmes")
OPERATING_CENTRAL = _line("OPER", CG, H, "running cost of central programmes")
TRANSFER_LOCAL = _line("TRF", CG, LG, "central transfers for programmes that local governments add to")
INTEREST = _line("INT", E, B, "interest on enterprise loans")
OUTSIDE_INTEREST = _line("INTO", CR, B, "interest on loans to the rest of the economy")
RELENDING_INTEREST = _line("RLI", B, CR, "interest on relending")
VEHICLE_KEY = 9  # the vehicle is part of the sector of enterprises, with a line of its own
DEPOSIT_INTEREST = {
    H: _line("DEPI", B, H, "deposit interest of households"),
    E: _line("DEPI", B, E, "deposit interest of enterprises"),
    VEHICLE_KEY: _line("DEPI", B, E, "deposit interest of the corporate partners' vehicle"),
    F: _line("DEPI", B, F, "deposit interest of funds"),
    LG: _line("DEPI", B, LG, "deposit interest of local governments"),
    X: _line("DEPI", B, X, "deposit interest of market investors"),
    I: _line("DEPI", B, I, "deposit interest of insurers"),
    CR: _line("DEPI", B, CR, "deposit interest of the rest of the economy"),
}
DEPI_H, DEPI_E, DEPI_VEHICLE, DEPI_F, DEPI_LG, DEPI_X, DEPI_I, DEPI_CR = DEPOSIT_INTEREST.values()
COUPON_LOCAL_BANK = _line("CPN", LG, B, "coupons of local bonds to banks")
COUPON_LOCAL_REST = _line("CPN", LG, CR, "coupons of local bonds to others")
COUPON_CENTRAL_BANK = _line("CPN", CG, B, "coupons of central bonds to banks")
COUPON_CENTRAL_REST = _line("CPN", CG, CR, "coupons of central bonds to others")
REFUND = _line("REFD", E, CR, "refunds to users for failures that nobody insured")
GUARANTEE_FEE_LOCAL = _line("GFEE", E, LG, "guarantee fees to local guarantors")
GUARANTEE_FEE_CENTRAL = _line("GFEE", E, CG, "guarantee fees to the national guarantee fund")
GUARANTEE_PAID_LOCAL = _line("GPAY", LG, B, "guarantee payouts of local guarantors")
GUARANTEE_PAID_CENTRAL = _line("GPAY", CG, B, "guarantee payouts of the national guarantee fund")
REFUND_LOCAL = _line("REFD", E, LG, "refunds to local governments for products that failed")
REFUND_CENTRAL = _line("REFD", E, CG, "refunds to the central government for products that failed")
PREMIUM = _line("PREM", E, I, "premiums for insurance of first use")
PREMIUM_SUBSIDY = _line("PSUB", CG, E, "premium subsidies, a year after the premium")
PREMIUM_SUBSIDY_LOCAL = _line("PSUB", LG, E, "what local governments add to premium subsidies")
CLAIM_REST = _line("CLAIM", I, CR, "claims paid to users")
CLAIM_LOCAL = _line("CLAIM", I, LG, "claims paid to local governments as users")
CLAIM_CENTRAL = _line("CLAIM", I, CG, "claims paid to the central government as user")
INSURER_COST = _line("IOP", I, H, "insurers' costs and dividends")
INSURER_CAPITAL = _line("ICAP", H, I, "own funds paid in to insurers")
LIQUIDATION = _line("LIQ", CR, E, "sale of a stopped enterprise's capital")
RECOVERY = _line("RECO", E, B, "recoveries on defaulted loans")
RECOVERY_LOCAL = _line("RECO", E, LG, "recoveries that belong to local guarantors")
RECOVERY_CENTRAL = _line("RECO", E, CG, "recoveries that belong to the national guarantee fund")
MANAGEMENT_FEE = _line("MFEE", F, H, "management fees of funds")
CARRY = _line("CARRY", F, H, "carried interest")
DIVIDEND_H = _line("DIV", E, H, "dividends and surplus to founders and households")
DIVIDEND_E = _line("DIV", E, E, "dividends and surplus to corporate holders")
DIVIDEND_F = _line("DIV", E, F, "dividends and surplus to funds")
DIVIDEND_LG = _line("DIV", E, LG, "dividends and surplus to local governments")
DIVIDEND_CG = _line("DIV", E, CG, "dividends and surplus to the central government")
DIVIDEND_X = _line("DIV", E, X, "dividends to market investors")
BANK_COST_H = _line("BDIV", B, H, "bank operating cost and dividends to households")
BANK_COST_CR = _line("BDIV", B, CR, "bank operating cost and dividends to others")
FOUNDER_CAPITAL = _line("SEED", H, E, "founder and family capital")
CALL_H = _line("CALL", H, F, "capital calls on households")
CALL_E = _line("CALL", E, F, "capital calls on corporate partners")
CALL_LG = _line("CALL", LG, F, "capital calls on local governments")
CALL_CG = _line("CALL", CG, F, "capital calls on the central government")
VEHICLE_IN = _line("CORP", E, E, "corporate partners pay into their joint vehicle")
VEHICLE_OUT = _line("CORP", E, E, "the joint vehicle pays corporate partners back")
EQUITY = _line("EQ", F, E, "equity rounds paid by funds")
EQUITY_E = _line("EQ", E, E, "direct equity of corporate investors, paid through their joint vehicle")
EQUITY_LOCAL = _line("EQ", LG, E, "direct stakes of local governments in rounds")
ACQUISITION_H = _line("MA", E, H, "acquisition price to founders and households")
ACQUISITION_E = _line("MA", E, E, "acquisition price to corporate holders")
ACQUISITION_F = _line("MA", E, F, "acquisition price to funds")
ACQUISITION_LG = _line("MA", E, LG, "acquisition price to local governments")
ACQUISITION_CG = _line("MA", E, CG, "acquisition price to the central government")
LENDING = _line("LNEW", B, E, "loans paid out")
REPAYMENT = _line("LREP", E, B, "loan principal repaid")
OUTSIDE_LENDING = _line("LOUT", B, CR, "net new loans to the rest of the economy")
RELENDING_DRAWN = _line("RLN", CR, B, "relending drawn from the central bank")
RELENDING_REPAID = _line("RLN", B, CR, "relending repaid to the central bank")
ISSUE = _line("IPO", X, E, "primary proceeds of listings")
ISSUE_FEE = _line("IPOF", E, H, "listing fees")
SELL_H = _line("SELL", X, H, "listed shares sold by founders and households")
SELL_E = _line("SELL", X, E, "listed shares sold by corporate holders")
SELL_F = _line("SELL", X, F, "listed shares sold by funds")
SELL_LG = _line("SELL", X, LG, "listed shares sold by local governments")
SELL_CG = _line("SELL", X, CG, "listed shares sold by the central government")
SECONDARY_F = _line("SEC", F, F, "company stakes bought by the secondary fund")
REDEMPTION_F = _line("RED", E, F, "redemptions paid by the company")
REDEMPTION_FOUNDER = _line("RED", H, F, "redemptions paid by the founder")
DISTRIBUTION_H = _line("DIST", F, H, "distributions to households")
DISTRIBUTION_E = _line("DIST", F, E, "distributions to corporate partners")
DISTRIBUTION_LG = _line("DIST", F, LG, "distributions to local governments")
DISTRIBUTION_CG = _line("DIST", F, CG, "distributions to the central government")
SUBSCRIPTION_H = _line("XSUB", H, X, "public-market subscriptions of households")
SUBSCRIPTION_CR = _line("XSUB", CR, X, "public-market subscriptions of others")
WITHDRAWAL_H = _line("XSUB", X, H, "public-market withdrawals of households")
WITHDRAWAL_CR = _line("XSUB", X, CR, "public-market withdrawals of others")
BOND_LOCAL_BANK = _line("BOND", B, LG, "local bonds bought by banks")
BOND_LOCAL_REST = _line("BOND", CR, LG, "local bonds bought by others")
BOND_CENTRAL_BANK = _line("BOND", B, CG, "central bonds bought by banks")
BOND_CENTRAL_REST = _line("BOND", CR, CG, "central bonds bought by others")
REPAID_LOCAL_BANK = _line("BOND", LG, B, "local bonds repaid to banks")
REPAID_LOCAL_REST = _line("BOND", LG, CR, "local bonds repaid to others")
REPAID_CENTRAL_BANK = _line("BOND", CG, B, "central bonds repaid to banks")
REPAID_CENTRAL_REST = _line("BOND", CG, CR, "central bonds repaid to others")
OPEN_MARKET = _line("BOND", CR, B, "bonds bought from banks by the central bank")

N_LINES = len(LINES)
PAYER: Ints = np.array([line.payer for line in LINES], dtype=np.int64)
PAYEE: Ints = np.array([line.payee for line in LINES], dtype=np.int64)

# A payment moves bank reserves when exactly one side of it is the Treasury, or when banks deal with the central bank.
RESERVES: Floats = (PAYER == CG).astype(np.float64) - (PAYEE == CG).astype(np.float64)
RESERVES[OPEN_MARKET] = 1.0
RESERVES[RELENDING_DRAWN] = 1.0
RESERVES[RELENDING_REPAID] = -1.0
RESERVES[RELENDING_INTEREST] = -1.0


def sector_flows(flows: Floats) -> Floats:
    """Net receipts of each sector (CNY mn): what flows in on its lines less what flows out."""
    received, paid = (np.bincount(side, flows, len(SECTORS)).astype(np.float64) for side in (PAYEE, PAYER))
    return received - paid
