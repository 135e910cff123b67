"""The population: every table and array that changes in a run, under one roof (the model's State)."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import CHANGES, INSTRUMENTS, N_LINES, SECTORS
from ..engine.state import Array, State
from ..engine.table import Cube, Ints, Layout, Matrix, Table, Vector
from .bank import BANKS, LOAN, N_BANKS
from .challenge import CHALLENGES
from .enterprise import FIRM, N_REGIONS
from .founder import FOUNDERS
from .government import REGIONS
from .insurer import INSURERS, N_INSURERS
from .investor import FUND, HOLDING, MANAGERS
from .tally import COST_SHAPE, EVENT, TALLY

ACCOUNT = Layout("account", "balances of the sectors that act as one (CNY mn)")
HOUSEHOLDS = ACCOUNT.column("households", "CNY mn", "deposits of households")
CORPORATE = ACCOUNT.column("corporate", "CNY mn", "deposits of the corporate partners' joint vehicle")
PUBLIC_MARKET = ACCOUNT.column("public_market", "CNY mn", "deposits of market investors")
TREASURY = ACCOUNT.column("treasury", "CNY mn", "account of the central government at the central bank")
REST = ACCOUNT.column("rest", "CNY mn", "deposits of the rest of the economy")
RESERVES = ACCOUNT.column("reserves", "CNY mn", "reserves of banks at the central bank")
BANK_BONDS = ACCOUNT.column("bank_bonds", "CNY mn", "government bonds held by banks")
REST_BONDS = ACCOUNT.column("rest_bonds", "CNY mn", "government bonds held by the rest of the economy")
CENTRAL_BONDS = ACCOUNT.column("central_bonds", "CNY mn", "bonds of the central government outstanding")
CENTRAL_OTHER = ACCOUNT.column("central_other", "CNY mn/q", "central other revenue less other spending at the opening")
CENTRAL_USUAL = ACCOUNT.column("central_usual", "CNY mn/q", "central programmes before the opening, mean of 20 q")
CENTRAL_TARGET = ACCOUNT.column("central_target", "CNY mn", "treasury cash it wants to keep")
CENTRAL_BUDGET = ACCOUNT.column("central_budget", "CNY mn", "central guidance money not yet committed")
NATIONAL_BUDGET = ACCOUNT.column("national_budget", "CNY mn", "national industry fund money not yet committed")
INDEX = ACCOUNT.column("index", "x", "government index, 1 at the opening", 1.0)

MEMORY = Layout("memory", "what the economy remembers between quarters; up to nine entries a row")
LISTED_PRICE = MEMORY.column("listed_price", "x", "listed price index P", 1.0)
SECTOR_DEMAND = MEMORY.column("sector_demand", "factor", "demand shock by sector", 1.0)
FUNDING_RATE = MEMORY.column("funding_rate", "share", "first-round funding rate, average over 4 quarters", 0.1)
EXIT_VALUE_TREND = MEMORY.column("exit_value_trend", "CNY mn/q", "exit value, average over 4 quarters")
LISTED_SHARE = MEMORY.column("listed_share", "share", "listed over decided filings, average over 16 quarters", 0.6)
ROUTE_SHARE = MEMORY.column("route_share", "share", "acquisition, secondary, redemption among other exits", 0.33)
ROUTE_LOSS = MEMORY.column(
    "route_loss", "share", "1 - proceeds/value by route: listing, acquisition, secondary, redemption"
)
LISTING_WAIT = MEMORY.column("listing_wait", "quarters", "expected wait for a listing", 4.0)
MARKET_TO_EXIT = MEMORY.column("market_to_exit", "quarters", "from the market stage to exit", 10.0)
NEXT_ROUND = MEMORY.column("next_round", "share", "chance of a later round: 0-1 0-2 0-3 1-2 1-3 2-3")
NEXT_GAP = MEMORY.column("next_gap", "quarters", "time to that later round")
RAISED = MEMORY.column("raised", "count", "first rounds by stage, average over 20 quarters")
RAISED_NEXT = MEMORY.column("raised_next", "count", "later rounds by pair of stages, average over 20 quarters")
TYPE_SHARE = MEMORY.column(
    "type_share", "share", "private commitments by type: focus without, focus with guidance money"
)
WAITING_MONEY = MEMORY.column("waiting_money", "CNY mn", "private commitments by type that found no manager")
LGD = MEMORY.column("lgd", "share", "realised loss given default, average over 8 quarters")
SUPPLY_TREND = MEMORY.column("supply_trend", "CNY mn/q", "shares offered on the market, average over 8 quarters")
SUPPLY = MEMORY.column("supply", "CNY mn/q", "shares offered this quarter: issues and sell orders")
LISTED_VALUE = MEMORY.column("listed_value", "CNY mn", "market value of all listed companies")
SLOTS = MEMORY.column("slots", "reviews", "listing reviews accumulated and not yet used")
MEAN_MULTIPLE = MEMORY.column("mean_multiple", "x", "risk-adjusted net multiple by type and, at 6, pooled", 1.0)
KNOWLEDGE_REF = MEMORY.column("knowledge_ref", "CNY mn", "opening mean knowledge by sector", 1.0)
CREDIBILITY = MEMORY.column("credibility", "share", "credibility of the certificate, average over 8 quarters", 0.5)
STANDARDS = MEMORY.column("standards", "share", "maturity of standards by sector, -1 before there are any", -1.0)
LABEL_TESTED = MEMORY.column("label_tested", "count", "stage tests by stage: of certified projects, then of others")
LABEL_PASSED = MEMORY.column("label_passed", "count", "tests passed by stage: of certified projects, then of others")
LABEL_WORTH = MEMORY.column("label_worth", "CNY mn/year", "public money that a certificate brings, -1 at first", -1.0)
SERVED_SHARE = MEMORY.column("served_share", "share", "applications evaluated and not lapsed, over 8 quarters", 1.0)
EVALUATION_SLOTS = MEMORY.column("evaluation_slots", "evaluations", "evaluations accumulated and not yet used")
CHALLENGE_SLOTS = MEMORY.column("challenge_slots", "challenges", "open competitions accumulated and not yet held")
STANDARDS = MEMORY.column("standards", "share", "maturity of standards by sector")
GUARANTEE_PAID = MEMORY.column("guarantee_paid", "CNY mn/q", "guarantee payouts, newest quarter first")
GUARANTEE_STOCK = MEMORY.column("guarantee_stock", "CNY mn", "guaranteed principal not yet called")
GUARANTEE_QUEUE = MEMORY.column("guarantee_queue", "count", "applicants for guarantees: all, certified")
CONTINGENT = MEMORY.column(
    "contingent", "CNY mn", "expected loss of promises: guarantees central, local; first losses of funds central, local"
)
COVER_TREND = MEMORY.column("cover_trend", "CNY mn/q", "value insured by sector, average over 8 quarters")
CLAIM_TREND = MEMORY.column("claim_trend", "CNY mn/q", "claims by sector, average over 8 quarters")
PLACES_GIVEN = MEMORY.column("places_given", "count", "places in listing incubation given so far")
FUND_LOSS = MEMORY.column(
    "fund_loss", "share", "loss of private partners in funds with guidance money, over what they paid in", 0.05
)
MARKET_FIRMS = MEMORY.column("market_firms", "count", "market firms without venture history that there should be")
EVENT_SLOTS = MEMORY.column("event_slots", "projects", "places at docking events not yet used, by host region")
SPECIAL_SLOTS = MEMORY.column("special_slots", "projects", "the same at university and park roadshows")
SPECIAL_EVENTS = MEMORY.column("special_events", "events", "university and park roadshows of the last four quarters")
INTENTIONS = MEMORY.column("intentions", "count", "intentions signed, by quarter modulo eight")
INTENTIONS_MET = MEMORY.column("intentions_met", "count", "those of them that financing has followed")
REFERENCE = [
    MEMORY.column(f"reference_{name}", "as the series", f"burn-in mean of {name}", 0.0)
    for name in ("funding_rate", "exit_value", "multiple", "private_dry", "pressure_0", "pressure_1", "pressure_2",
                 "loan_rate", "leader_research")
]  # fmt: skip
REF_FUNDING, REF_EXIT, REF_MULTIPLE, REF_DRY, REF_PRESSURE_0, _P1, _P2, REF_RATE, REF_RESEARCH = REFERENCE

PAST_QUARTERS = 24
PAST = Layout("past", "series of the last quarters, newest first")
PAST_FUNDING = PAST.column("funding_rate", "share", "first-round funding rate")
PAST_EXIT = PAST.column("exit_value", "CNY mn/q", "exit value")
PAST_MULTIPLE = PAST.column("multiple", "x", "pooled risk-adjusted multiple")
PAST_DRY = PAST.column("private_dry", "CNY mn", "private dry powder")
PAST_PRESSURE = [PAST.column(f"pressure_{f}", "x", f"pace over tickets sought, focus {f}") for f in range(3)]
PAST_RATE = PAST.column("loan_rate", "share/year", "mean rate on new loans")
PAST_RESEARCH = PAST.column("leader_research", "CNY mn/q", "R&D of leaders")
PAST_DISTRIBUTED = PAST.column("distributed", "CNY mn/q", "distributions of venture funds")
PAST_CALLED = PAST.column("called", "CNY mn/q", "capital called by venture funds")
PAST_PRIVATE_DIST = PAST.column("private_distributed", "CNY mn/q", "distributions to private partners")
PAST_COMMITTED = PAST.column("committed", "CNY mn/q", "private commitments")
PAST_LOANS = PAST.column("loans", "CNY mn", "enterprise loans")
PAST_ENTERED = PAST.column("entered", "count/q", "projects entered")
PAST_PROTOTYPE = PAST.column("prototype", "count/q", "projects that entered the prototype stage")
PAST_SERIAL = PAST.column("serial", "count/q", "projects entered by serial founders")
PAST_PLATFORM = PAST.column("platform", "CNY mn/q", "loans and equity between members of the platform")
PAST_EQUITY = [PAST.column(f"equity_{j}", "CNY mn/q", f"equity invested in sector {j}") for j in range(9)]
PAST_PRESSURE_0 = PAST_PRESSURE[0]

MULTIPLES = Layout("multiple", "gross multiples of holdings closed last, newest first, by fund type")
for _k in range(6):
    MULTIPLES.column(f"type_{_k}", "x", "gross multiple on cost")

CHANGE_SHAPE = (len(INSTRUMENTS), len(SECTORS), len(CHANGES))


class Population(State):
    """All tables and arrays of a run; attributes name them so that stages read like sentences."""

    firm: Table  # enterprises and projects
    fund: Table  # funds; row 0 is the standing secondary fund
    manager: Table  # fund managers
    holding: Table  # shares held by funds or, in kind, by their former partners
    bank: Table  # banks
    loan: Table  # enterprise loans
    region: Table  # local governments
    insurer: Table  # insurers of first use
    founder: Table  # the pool of founders who wait to start again
    event: Table  # what happened this quarter
    challenge: Table  # open competitions that have been won and not yet delivered
    account: Vector  # balances of sectors that act as one
    memory: Matrix  # beliefs, averages and references, (rows, 9)
    past: Matrix  # series of the last quarters, newest first
    now: Vector  # what this quarter will add to the series
    flows: Vector  # flow lines of the quarter
    changes: Cube  # changes of instruments by sector and kind in the quarter
    stocks: Matrix  # instruments by sector at the start of the quarter
    deposits: Vector  # positions of the sectors at the start of the quarter
    tally: Matrix  # counts of the quarter, (rows, 9)
    cost: Cube  # public cost of the quarter by lever, level and component
    multiples: Matrix  # gross multiples of the holdings closed last, by fund type
    multiples_seen: Ints  # how many of them there are, by fund type
    past_length: Ints  # quarters that have been added to the series
    vehicle: Vector  # cash of the corporate partners' joint vehicle at the start of the quarter
    held: Ints  # memory of the conditions of the scenario, once it has any

    @classmethod
    def empty(cls, seed: int, scale: float, multiples: int) -> Population:
        """A population with no agents yet, at quarter 0 of the burn-in."""
        tables = {
            "firm": Table(FIRM),
            "fund": Table(FUND, 64),
            "manager": Table(MANAGERS),
            "holding": Table(HOLDING),
            "bank": Table(BANKS, N_BANKS, N_BANKS),
            "loan": Table(LOAN),
            "region": Table(REGIONS, N_REGIONS, N_REGIONS),
            "insurer": Table(INSURERS, N_INSURERS, N_INSURERS),
            "founder": Table(FOUNDERS),
            "event": Table(EVENT),
            "challenge": Table(CHALLENGES),
        }
        arrays: dict[str, Array] = {
            "account": ACCOUNT.fresh()[0].copy(),
            "memory": np.repeat(MEMORY.fresh()[0][:, None], 9, axis=1),
            "past": np.zeros((len(PAST.columns), PAST_QUARTERS)),
            "now": np.zeros(len(PAST.columns)),
            "past_length": np.zeros(1, dtype=np.int64),
            "multiples": np.zeros((6, multiples)),
            "multiples_seen": np.zeros(6, dtype=np.int64),
            "flows": np.zeros(N_LINES),
            "changes": np.zeros(CHANGE_SHAPE),
            "stocks": np.zeros(CHANGE_SHAPE[:2]),
            "deposits": np.zeros(len(SECTORS)),
            "vehicle": np.zeros(1),
            "tally": np.zeros((len(TALLY.columns), 9)),
            "cost": np.zeros(COST_SHAPE),
        }
        return cls(seed, scale, tables, arrays)
