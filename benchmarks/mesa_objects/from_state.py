"""Objects out of the engine's tables: a population that the engine has grown goes on living as objects.

Only data is read, by the names of columns and codes; what the numbers mean is told by the layouts themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.state import State
from simulation.engine.table import Table

from .bank import Bank, Loan
from .enterprise import Enterprise
from .fund import Fund
from .manager import Manager
from .model import CycleObjects
from .money import CENTRAL, ENTERPRISES, FUNDS, HOUSEHOLDS, LOCAL
from .origination import Founder
from .ownership import Holding

Row = dict[str, Any]
SECTOR_NAMES = (HOUSEHOLDS, ENTERPRISES, FUNDS, "banks", "insurers", LOCAL, CENTRAL, "market", "rest")
FREE_FUND, ALIVE_FUND, GUIDED = 0, 1, 1
# Columns of an enterprise that are plain attributes of the same name.
PLAIN = (
    "quality", "potential", "rd_intensity", "capital", "patents", "progress", "sales", "sales_trend", "output",
    "unit_cost", "cost_shock", "failure", "rd", "rd_plan", "capex_wanted", "gap", "profit", "cash_flow",
    "tax_loss", "vat_credit", "retained", "interest_due", "principal_due", "capex_paid", "shares",
    "founder_shares", "public_shares", "price", "redemption_debt", "wealth", "founder_cash", "belief",
    "readiness", "stage", "birth", "market_at", "prototype_at", "failed_tests", "users", "validated_at",
    "first_sale", "first_round", "last_round", "rounds", "arrears", "defaulted_at", "filed_at", "listed_at",
    "retry_at", "tutored_at", "board", "eligible", "leader", "serial", "released",
)  # fmt: skip
OF_FUND = (
    "size", "called", "invested", "cost_held", "fair_value", "preferred", "distributed", "taxed_gain",
    "deduction", "hurdle", "pace", "pace_early", "unused", "unused_early", "vintage", "term", "deals", "national",
)  # fmt: skip
OF_HOLDING = (
    "shares", "original_shares", "cost", "value", "received", "claim", "clause", "claimed_at", "bought_at",
    "clock", "bought_stage",
)  # fmt: skip
OF_MEMORY = (
    "listed_price", "funding_rate", "exit_value_trend", "listed_share", "listing_wait", "market_to_exit", "lgd",
    "supply_trend", "supply", "listed_value", "slots", "market_firms",
)  # fmt: skip
LISTS_OF_MEMORY = {
    "sector_demand": 9, "route_share": 3, "route_loss": 4, "next_round": 6, "next_gap": 6, "raised": 4,
    "raised_next": 6, "waiting_money": 7, "mean_multiple": 7, "knowledge_ref": 9,
}  # fmt: skip


def rows(table: Table) -> Iterator[tuple[int, Row]]:
    """Every used row of a table, as {name of column or code: value}."""
    layout = table.layout
    for i in range(table.used):
        row: Row = {column.name: float(table.num[column.index, i]) for column in layout.columns}
        row |= {code.name: int(table.code[code.index, i]) for code in layout.codes}
        yield i, row


def copy(target: object, row: Row, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(target, name, row[name])


def from_state(
    state: State,
    policies: Callable[[int], NDArray[np.float64]],
    layouts: Mapping[str, Any],
    *,
    mechanisms: Mapping[str, bool] | None = None,
    random: str = "keyed",
) -> CycleObjects:
    """A model that stands where the state stands; layouts of the arrays `account`, `memory` and `past` by name."""
    model = CycleObjects(policies, state.scale, state.seed, mechanisms=mechanisms, random=random)
    model.t = model.next_quarter = state.quarter
    read_sectors(model, state, layouts["account"])
    read_memory(model, state, layouts)
    read_banks(model, state)
    read_enterprises(model, state)
    funds = read_funds(model, state)
    companies = {e.seat: e for e in model.register}
    read_holdings(model, state, companies, funds)
    read_loans(model, state, companies)
    for _, row in rows(state.tables["founder"]):
        founder = Founder(row["id"], row["sector"], row["region"], row["flag"], row["free_at"], row["proceeds"])
        model.pool_of_founders.append(founder)
    return model


def read_sectors(model: CycleObjects, state: State, layout: Any) -> None:
    """Governments, households, the vehicle, the public market, the rest of the economy and the banks' pool."""
    account = {column.name: float(state.arrays["account"][column.index]) for column in layout.columns}
    model.households.balance = account["households"]
    model.vehicle.account.balance = account["corporate"]
    model.market.account.balance = account["public_market"]
    model.rest.deposits.balance, model.rest.bonds = account["rest"], account["rest_bonds"]
    model.pool.reserves, model.pool.bonds = account["reserves"], account["bank_bonds"]
    central = model.central
    central.purse.balance, central.bonds = account["treasury"], account["central_bonds"]
    central.index = account["index"]
    central.other, central.usual_programmes = account["central_other"], account["central_usual"]
    central.cash_target = account["central_target"]
    central.central_budget, central.national_budget = account["central_budget"], account["national_budget"]
    for i, row in rows(state.tables["region"]):
        region = model.regions[i]
        region.purse.balance, region.bonds = row["purse"], row["bonds_out"]
        copy(region, row, ("revenue", "other", "usual_programmes", "cash_target", "guidance_budget"))
        region.knowledge = [row[f"knowledge_{j}"] for j in range(9)]


def read_memory(model: CycleObjects, state: State, layouts: Mapping[str, Any]) -> None:
    """Beliefs, usual values, series, and multiples of holdings closed last (a ring of fixed size)."""
    memory, table = model.memory, state.arrays["memory"]
    values = {column.name: [float(x) for x in table[column.index]] for column in layouts["memory"].columns}
    for name in OF_MEMORY:
        setattr(memory, name, values[name][0])
    for name, n in LISTS_OF_MEMORY.items():
        setattr(memory, name, values[name][:n])
    for name, value in values.items():
        if name.startswith("reference_"):
            memory.reference[name.removeprefix("reference_")] = value[0]
    for column in layouts["past"].columns:
        memory.series(column.name).extend(float(x) for x in state.arrays["past"][column.index])
    memory.past_length = int(state.arrays["past_length"][0])
    ring, seen = state.arrays["multiples"], state.arrays["multiples_seen"]
    for k, board in enumerate(model.multiples):
        board.size, board.seen = ring.shape[1], int(seen[k])
        board.places = [float(x) for x in ring[k, : board.seen]]


def read_banks(model: CycleObjects, state: State) -> None:
    for i, row in rows(state.tables["bank"]):
        bank = Bank(model, i, row["share"])
        bank.equity.balance = row["equity"]
        copy(bank, row, ("book", "outside", "allowance", "recent_loss", "room"))
        model.banks.append(bank)


def read_enterprises(model: CycleObjects, state: State) -> None:
    """The living, each on its seat."""
    for seat, row in rows(state.tables["firm"]):
        if row["stage"] < 0:
            continue
        e = Enterprise(model, row["id"], row["sector"], row["region"], row["origin"], venture=row["venture"] == 1)
        copy(e, row, PLAIN)
        e.cash.balance = row["cash"]
        e.bank = model.banks[row["bank"]]
        e.round_at = [row[f"round_at_{s}"] for s in range(4)]
        for name in ("sales", "profit", "rd", "flow"):
            setattr(e, f"{name}_years", [row[f"{name}_year_{n}"] for n in range(4)])
        model.register.place(e, seat)
    model.register.count_free()


def read_funds(model: CycleObjects, state: State) -> dict[int, Fund]:
    """Managers and funds; the fund of row 0 is the standing secondary fund."""
    for i, row in rows(state.tables["manager"]):
        model.managers.append(Manager(model, i, row["focus"], row["region"], row["target"]))
    found: dict[int, Fund] = {}
    for i, row in rows(state.tables["fund"]):
        if row["status"] == FREE_FUND:
            continue
        manager = model.managers[row["manager"]] if i else None
        fund = Fund(model, manager, row["focus"], row["region"], guided=row["kind"] == GUIDED)
        copy(fund, row, OF_FUND)
        fund.identity = row["id"]
        fund.alive = row["status"] == ALIVE_FUND
        fund.cash.balance = row["deposits"]
        fund.committed = [row[f"committed_{k}"] for k in range(5)]
        fund.paid = [row[f"paid_{k}"] for k in range(5)]
        found[i] = fund
        model.funds.append(fund)
        if manager is not None:
            manager.funds.append(fund)
    return found


def read_holdings(model: CycleObjects, state: State, companies: dict[int, Enterprise], funds: dict[int, Fund]) -> None:
    """Open holdings, in the order in which they were bought."""
    for _, row in rows(state.tables["holding"]):
        if row["open"]:
            fund = funds[row["holder"]] if row["holder"] >= 0 else None
            sector = SECTOR_NAMES[row["holder_sector"]]
            holding = Holding(companies[row["company"]], fund, sector, row["holder_region"], 0.0, 0.0)
            copy(holding, row, OF_HOLDING)


def read_loans(model: CycleObjects, state: State, companies: dict[int, Enterprise]) -> None:
    """Open loans, in the order in which they were lent."""
    for _, row in rows(state.tables["loan"]):
        if row["open"]:
            bank, borrower = model.banks[row["lender"]], companies[row["borrower"]]
            loan = Loan(bank, borrower, row["rate"], row["quarters"], row["grace"], row["kind"])
            copy(loan, row, ("principal", "overdue_interest", "lent_at", "status"))
