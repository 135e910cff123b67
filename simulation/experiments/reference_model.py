"""Parts of the model's own documents, made from its records: tables of agents, schedule, matrices, parameters, inputs.

A page such as docs/odd.md is text with places for them; `simulation/report/documents.py` fills the places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ..accounting.chart import CHANGES, INSTRUMENTS, LINES, SECTORS, H, X
from ..accounting.identities import PAID_BY, ROWS
from ..agents.bank import BANKS, LOAN, OUTSIDE, OWED, PRINCIPAL
from ..agents.challenge import CHALLENGES
from ..agents.enterprise import CAPITAL, CASH, FIRM, FOUNDER_VALUE, MARKET, PUBLIC, PUBLIC_VALUE, STAGE
from ..agents.founder import FOUNDERS
from ..agents.government import BONDS_OUT, PURSE, REGIONS
from ..agents.insurer import INSURERS, OWN_FUNDS
from ..agents.investor import (
    COMPANY,
    DEPOSITS,
    FAIR_VALUE,
    FUND,
    HELD_VALUE,
    HOLDER_SECTOR,
    HOLDING,
    HOLDING_OPEN,
    MANAGERS,
    PAID,
)  # fmt: skip
from ..agents.population import ACCOUNT, MEMORY, MULTIPLES, PAST, Population
from ..economy.books import net_worth_rows
from ..economy.quarter import SCHEDULE
from ..engine.table import Column, Layout
from ..scenario.parameter import CATALOGUE, CODES, Parameter, label, number
from .references import page, table

KINDS = (FIRM, FUND, MANAGERS, HOLDING, BANKS, LOAN, REGIONS, INSURERS, FOUNDERS, CHALLENGES)
SHARED = (ACCOUNT, MEMORY, PAST, MULTIPLES)
# What a kind is called on a page, and how a row comes and goes.
CALLED = {
    "firm": ("Enterprises and projects", "founded, or enters from outside; stops, is bought, or leaves"),
    "fund": ("Funds", "closed by a manager; ends after its term and an extension"),
    "manager": ("Fund managers", "from the start, for ever"),
    "holding": ("Holdings of shares", "bought in a round or handed over in kind; sold, redeemed or written off"),
    "bank": ("Banks", "from the start, for ever"),
    "loan": ("Loans", "paid out; repaid or resolved"),
    "region": ("Local governments", "from the start, for ever"),
    "insurer": ("Insurers of first use", "from the start, for ever"),
    "founder": ("Founders between two companies", "leave a company; restart or retire"),
    "challenge": ("Work on a challenge", "won in an open competition; delivered or failed"),
    "account": ("Sectors that act as one", "from the start, for ever"),
    "memory": ("What the economy remembers", "one array, overwritten each quarter"),
    "past": ("Series of the last quarters", "one array, moved on each quarter"),
    "multiple": ("Multiples of holdings closed last", "one array, the oldest is dropped"),
}
EVERYBODY = tuple(sector for name, sector in PAID_BY if name == "equity" and sector != X)


def entities() -> list[str]:
    """The kinds of agents and claims: what a row is, how many variables it has, how it comes and goes."""
    rows = [
        {
            "kind": CALLED[kind.name][0], "what": kind.meaning, "variables": str(len(kind.columns) + len(kind.codes)),
            "life": CALLED[kind.name][1],
        }
        for kind in (*KINDS, *SHARED)
    ]  # fmt: skip
    return table({"kind": "Kind", "what": "A row is", "variables": "Variables", "life": "Comes and goes"}, rows)


def variables_page() -> str:
    """Every state variable of every kind, with unit, meaning and the value in a new row."""
    body: list[str] = []
    for kind in (*KINDS, *SHARED):
        columns = {"name": "Variable", "unit": "Unit", "meaning": "Meaning", "initial": "In a new row"}
        body += [f"## {CALLED[kind.name][0]}", "", f"{kind.meaning[:1].upper()}{kind.meaning[1:]}.", ""]
        body += table(columns, (_variable(column) for column in _columns(kind)))
    intro = (
        "Everything that changes in a run. *q* is a quarter, *sd* a standard deviation of quality. A code is an "
        "integer: an identity, a class, a quarter or a flag. [ODD+D](odd.md) says what they are for."
    )
    return page("State variables", intro, body)


def _columns(kind: Layout) -> Iterable[Column]:
    return (*kind.columns, *kind.codes)


def _variable(column: Column) -> dict[str, str]:
    initial = "" if column.initial == 0 else number(column.initial)
    return {"name": f"`{column.name}`", "unit": column.unit, "meaning": column.meaning, "initial": initial}


def overview() -> list[str]:
    """The steps of a quarter, one line each."""
    rows = [
        {"step": str(place), "stage": stage.name, "what": stage.sentence, "mechanism": label("mechanism", one.key)}
        for place, (stage, one) in enumerate(SCHEDULE, 1)
    ]
    return table({"step": "", "stage": "Step", "what": "What happens", "mechanism": "Mechanism"}, rows)


def inputs() -> list[str]:
    """What is given from outside, with its source."""
    rows = [
        {
            "label": one.label_en, "unit": one.unit, "mechanism": label("mechanism", one.mechanism),
            "source": one.source,
        }
        for one in CATALOGUE.values()
        if one.role == "external"
    ]  # fmt: skip
    return table({"label": "Input", "unit": "Unit", "mechanism": "Enters", "source": "Source"}, rows)


def parameters_page() -> str:
    """Every assumption, fixed value and external input: label, default, unit, range, source."""
    columns = {
        "name": "Name", "label": "What it is", "label_zh": "名称", "value": "Default", "unit": "Unit", "range": "Range",
        "role": "Kind", "description": "Description", "source": "Source",
    }  # fmt: skip
    records = [one for one in CATALOGUE.values() if one.role != "lever"]
    body: list[str] = []
    for mechanism in dict.fromkeys(one.mechanism for one in records):
        rows = (_parameter(one) for one in records if one.mechanism == mechanism)
        body += [f"## {label('mechanism', mechanism)}", "", *table(columns, rows)]
    counts = (
        f"{sum(one.role == role for one in records)} {words}"
        for role, words in (("uncertain", "uncertain assumptions"), ("fixed", "fixed values"), ("external", "inputs"))
    )
    intro = (
        f"{len(records)} parameters beside the [levers](levers.md): {', '.join(counts)}. An uncertain assumption has a "
        "range that sweeps vary; a fixed value stays as it is in sweeps; an input is given from outside and dated in "
        "`scenarios/history.yaml` and in the baseline, and the default holds where no date is given. Values by field "
        f"stand in the order {_order('sector')}; values by region in the order {_order('region')}. Sources: A "
        "assumption, D derived, K known but not checked, else a code of the [sources](sources.md) or a text."
    )
    return page("Parameters", intro, body)


def _parameter(one: Parameter) -> dict[str, str]:
    values = one.columns[: len(one.codes) or 1]
    value = number(values[0]) if len(set(values)) == 1 else "; ".join(number(value) for value in values)
    return {
        "name": f"`{one.id}`", "label": one.label_en, "label_zh": one.label_zh, "value": value, "unit": one.unit,
        "range": f"{number(one.low)} to {number(one.high)}", "role": label("role", one.role),
        "description": one.description, "source": one.source,
    }  # fmt: skip


def _order(by: str) -> str:
    return ", ".join(label(by, code) for code in CODES[by])


def _by_sector(first: Sequence[str], rows: Iterable[tuple[Sequence[str], Callable[[int], str]]]) -> list[str]:
    """A table with the sectors as columns: headings of the first cells, then a row each with a cell by sector."""
    heads = {f"first{k}": text for k, text in enumerate(first)}
    heads |= {str(k): label("account_sector", sector) for k, sector in enumerate(SECTORS)}
    lines = [
        {f"first{k}": text for k, text in enumerate(texts)} | {str(k): cell(k) for k in range(len(SECTORS))}
        for texts, cell in rows
    ]
    return table(heads, lines)


def balance_matrix() -> list[str]:
    """Instruments by sector: + an asset, - a liability, as the program adds them up."""
    found = net_worth_rows(_where_everybody_has_everything())
    rows = [
        ([label("instrument", instrument)], _sign_of(found, instrument))
        for instrument in dict.fromkeys(instrument for instrument, _ in found)
    ]
    return _by_sector(["Instrument"], rows)


def _sign_of(found: dict[tuple[str, str], float], instrument: str) -> Callable[[int], str]:
    def sign(sector: int) -> str:
        amount = found.get((instrument, SECTORS[sector]), 0.0)
        return "+" if amount > 0.0 else "-" if amount < 0.0 else ""

    return sign


def _where_everybody_has_everything() -> Population:
    """A made-up economy in which every sector holds and owes whatever the accounts allow it."""
    s = Population.empty(1, 1.0, 1)
    s.account[:] = 1.0
    s.region.num[[PURSE, BONDS_OUT]] = 1.0
    s.bank.num[[OUTSIDE, OWED]] = 1.0
    for kind, columns in (
        (s.firm, [CASH, CAPITAL, FOUNDER_VALUE]), (s.fund, [DEPOSITS, FAIR_VALUE, *PAID]), (s.loan, [PRINCIPAL]),
        (s.insurer, [OWN_FUNDS]),
    ):  # fmt: skip
        if not kind.used:
            kind.append(2)
        kind.num[columns, : kind.used] = 1.0
    s.firm.code[STAGE, :2] = MARKET, PUBLIC
    s.firm.num[PUBLIC_VALUE, 1] = 1.0
    holders = [sector for sector in EVERYBODY if sector != H]  # founders' shares stand in the table of enterprises
    first = s.holding.append(2 * len(holders))
    s.holding.num[HELD_VALUE, first : s.holding.used] = 1.0
    s.holding.code[HOLDING_OPEN, first : s.holding.used] = 1
    s.holding.code[HOLDER_SECTOR, first : s.holding.used] = np.repeat(holders, 2)
    s.holding.code[COMPANY, first : s.holding.used] = np.tile([0, 1], len(holders))
    return s


def flow_matrix() -> list[str]:
    """Ledger codes by sector: + receives, - pays, ± does both; and the instrument that a code pays for."""
    paid_for = _paid_for()
    rows = [
        ([code, label("ledger_code", code), paid_for.get(code, "")], _side(code))
        for code in dict.fromkeys(one.code for one in LINES)
    ]
    return _by_sector(["Code", "What it is", "Pays for"], rows)


def _side(code: str) -> Callable[[int], str]:
    def side(sector: int) -> str:
        pays = any(one.code == code and one.payer == sector for one in LINES)
        receives = any(one.code == code and one.payee == sector for one in LINES)
        return "±" if pays and receives else "-" if pays else "+" if receives else ""

    return side


def _paid_for() -> dict[str, str]:
    """By ledger code the instruments whose change the identities compare with it."""
    found: dict[str, dict[str, None]] = {}
    for (name, _), (bought, sold) in PAID_BY.items():
        for line in (*bought, *sold):
            names = found.setdefault(LINES[line].code, {})
            names |= dict.fromkeys(label("instrument", INSTRUMENTS[row]) for row in ROWS[name])
    return {code: ", ".join(names) for code, names in found.items()}


def payment_checks() -> list[str]:
    """For every instrument and holder: the lines that pay for it, and those on which it brings money."""
    rows = [
        {
            "what": ", ".join(label("instrument", INSTRUMENTS[row]) for row in ROWS[name]),
            "sector": label("account_sector", SECTORS[sector]),
            "bought": "; ".join(LINES[line].meaning for line in bought),
            "sold": "; ".join(LINES[line].meaning for line in sold),
        }
        for (name, sector), (bought, sold) in PAID_BY.items()
    ]  # fmt: skip
    heads = {"what": "Instrument", "sector": "In the hands of", "bought": "Paid for on", "sold": "Brings money on"}
    return table(heads, rows)


def changes_of_stocks() -> list[str]:
    """The kinds of change that a stock may have in a quarter."""
    words = {
        "flow": "paid for in the quarter",
        "revaluation": "marked to a new price, gains and losses of a sale included",
        "write_off": "lost, worn down or used up",
        "transfer": "handed over in kind, without money",
    }
    rows = [{"kind": kind.replace("_", "-"), "what": words[kind]} for kind in CHANGES]
    return table({"kind": "Change", "what": "What it is"}, rows)


PARTS: dict[str, Callable[[], list[str]]] = {
    "entities": entities,
    "overview": overview,
    "inputs": inputs,
    "balance": balance_matrix,
    "flows": flow_matrix,
    "payments": payment_checks,
    "changes": changes_of_stocks,
}
