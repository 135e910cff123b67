"""What is counted in a quarter: tallies with their splits, events, refusals and public cost."""

from __future__ import annotations

from ..engine.jit import rule
from ..engine.table import Codes, Layout, Matrix

TALLY = Layout("tally", "counts and sums of the quarter; up to nine entries a row")


def _split(name: str, unit: str, meaning: str) -> int:
    """Three rows in a column: by sector, by region, by origin. The national figure is the sum of the first."""
    first = TALLY.column(f"{name}_sector", unit, f"{meaning}, by sector")
    TALLY.column(f"{name}_region", unit, f"{meaning}, by region")
    TALLY.column(f"{name}_origin", unit, f"{meaning}, by origin")
    return first


def _row(name: str, unit: str, meaning: str) -> int:
    return TALLY.column(name, unit, meaning)


ENTERED = _split("entered", "count", "projects entered")
ENTERED_SERIAL = _row("entered_serial", "count", "projects entered by serial founders: after success, after failure")
RD_SPENT = _split("rd_spent", "CNY mn", "R&D paid")
RD_MARKET = _row("rd_market", "CNY mn", "R&D of market firms")
REVENUE = _split("revenue", "CNY mn", "sales of market firms")
VALUE_ADDED = _split("value_added", "CNY mn", "sales less inputs")
SALES_FUNDED = _row("sales_funded", "CNY mn", "sales of enterprises that ever raised equity")
TESTED = _row("tested", "count", "stage tests, by stage")
PASSED = _row("passed", "count", "stage tests passed, by stage")
PATENTS_FILED = _row("patents_filed", "count", "quality-weighted patents")
CONVERTED = _row("converted", "count", "university projects that reached the market")
VALIDATED = _split("validated", "count", "products validated")
FIRST_ORDERS = _row("first_orders", "CNY mn", "sales in the first four quarters of sale")
FAILED_SALES = _row("failed_sales", "CNY mn", "sales times failure in use, and sales, of new products")
UNIT_COSTS = _row("unit_costs", "sum", "unit-cost index and count of new products")
STARTED_PROTOTYPE = _row("started_prototype", "count", "projects that entered stage 1")
CROSSED_VALLEY = _row(
    "crossed_valley", "count", "projects that reached the market within 20 quarters of the prototype stage"
)
SEEKING = _split("seeking", "count", "enterprises seeking equity")
FUNDED = _split("funded", "count", "enterprises whose round closed")
SEEKING_STAGE = _row("seeking_stage", "count", "enterprises seeking equity, by stage")
SEEKING_FIRST = _row("seeking_first", "count", "enterprises seeking a first round")
FUNDED_STAGE = _row("funded_stage", "count", "rounds closed, by stage")
FUNDED_FIRST = _row("funded_first", "count", "first rounds closed")
EQUITY_PAID = _split("equity_paid", "CNY mn", "equity invested")
EQUITY_STAGE = _row("equity_stage", "CNY mn", "equity invested, by stage")
SMALL_ROUNDS = _row("small_rounds", "count", "rounds of at most 50 mn")
EQUITY_SOUGHT = _split("equity_sought", "CNY mn", "equity sought")
PRESSURE_SUM = _row("pressure_sum", "x", "post-money over value, sum and count")
LATER_ROUNDS = _row("later_rounds", "count", "first rounds at a later stage, by pair of stages")
LATER_WAIT = _row("later_wait", "quarters", "quarters since the round at the earlier stage, sum, by pair of stages")
OFFERED_GUIDANCE = _row("offered_guidance", "CNY mn", "guidance money offered and placed")
COMMITMENTS = _row("commitments", "CNY mn", "commitments by kind of partner")
OFFERS_DECLINED = _row("offers_declined", "count", "offers of guidance money made and declined")
CALLED_CAPITAL = _row("called_capital", "CNY mn", "capital called by kind of partner, secondary fund last")
DISTRIBUTED_CASH = _row("distributed_cash", "CNY mn", "distributions by kind of partner, secondary fund last")
TIME_WEIGHTED = _row("time_weighted", "q CNY mn", "quarters from call to distribution times cash, and cash")
LOANS_SOUGHT = _row("loans_sought", "count", "loan applications, and those approved and paid")
LOANS_PAID = _row("loans_paid", "CNY mn", "new loans, and new loans times rate, times spread")
CREDIT_GAP = _row("credit_gap", "CNY mn", "loans sought and loans refused")
DEFAULTED = _row("defaulted", "CNY mn", "loans that defaulted")
LOAN_LOSSES = _row("loan_losses", "CNY mn", "loans written off")
EXITS = _row("exits", "count", "companies by channel: listing, acquisition, secondary, redemption, write-off")
EXIT_HOLDINGS = _row("exit_holdings", "count", "fund holdings by the same channels and in kind")
EXIT_MONEY = _row("exit_money", "CNY mn", "exit value by channel")
EXIT_TIME = _row("exit_time", "quarters", "quarters from first equity to exit, by channel")
EXIT_CHOSEN = _row("exit_chosen", "quarters", "quarters from the market stage to the choice of an exit, sum and count")
CLOSED_BELOW = _row("closed_below", "count", "holdings closed: below 1x, above 10x, all")
FILED = _row("filed", "count", "listing filings, by board")
WITHDRAWN = _row("withdrawn", "count", "filings withdrawn, by board")
TURNED_DOWN = _row("turned_down", "count", "filings refused, by board")
LISTED_BOARD = _row("listed_board", "count", "listings, by board")
LISTED_MULTIPLE = _row("listed_multiple", "CNY mn", "value at issue and cost of fund holdings that list")
SELL_ORDERS = _row("sell_orders", "CNY mn", "shares offered and shares sold")
SECONDARY_TRADES = _row("secondary_trades", "CNY mn", "stakes offered at net asset value and price paid")
REDEMPTIONS = _row("redemptions", "CNY mn", "redemptions claimed, paid, and companies paid in full")
SERIAL_MARKET = _row("serial_market", "count", "enterprises that reached the market: first-time, serial")
STOPPED = _split("stopped", "count", "projects and enterprises that stopped")
INDUCED_TAX = _row("induced_tax", "CNY mn", "taxes collected by central and by local governments")
REFUSED = [_row(f"refused_{market}", "count", f"refusals in the market for {market}, by reason")
           for market in ("equity", "credit", "listing", "fundraising", "acquisition")]  # fmt: skip
REFUSED_EQUITY, REFUSED_CREDIT, REFUSED_LISTING, REFUSED_FUNDRAISING, REFUSED_ACQUISITION = REFUSED

# Reasons of refusal, one list a market, in the order of the tally
REASONS = {
    "equity": ("no meeting", "value below the bar", "no money left", "syndicate too small", "enterprise refused"),
    "credit": ("no need", "in arrears", "risk too high", "does not pay", "no collateral or cash flow",
               "bank at its limit"),
    "listing": ("not eligible", "better alternative", "withdrew", "refused", "market could not cover"),
    "fundraising": ("manager declined", "closed below the minimum"),
    "acquisition": ("price too low", "no acquirer with means"),
}  # fmt: skip
NO_MEETING, BELOW_BAR, NO_MONEY, SMALL_SYNDICATE, ENTERPRISE_REFUSED = range(5)
NO_NEED, HAS_ARREARS, TOO_RISKY, NOT_PROFITABLE, NO_COLLATERAL, BANK_LIMIT = range(6)
NOT_ELIGIBLE, ALTERNATIVE, WITHDREW, REVIEW_REFUSED, NOT_COVERED = range(5)
MANAGER_DECLINED, BELOW_MINIMUM = range(2)
PRICE_TOO_LOW, NO_ACQUIRER = range(2)

LISTING_EXIT, ACQUISITION_EXIT, SECONDARY_EXIT, REDEMPTION_EXIT, WRITE_OFF_EXIT, IN_KIND_EXIT = range(6)

EVENT = Layout("event", "something that happened to somebody this quarter")
AMOUNT = EVENT.column("amount", "CNY mn", "money of the event, 0 if none")
NOTE = EVENT.column("note", "as the kind says", "one more figure: pre-money, rate, stage, multiple")
WHAT = EVENT.code("what", "kind of event")
WHO = EVENT.code("who", "enterprise id")
OTHER = EVENT.code("other", "id of the fund, bank or enterprise on the other side, -1 if none")

EVENT_KINDS = ("birth", "round", "test_passed", "test_failed", "validation", "loan", "default", "filing", "withdrawal",
               "refusal", "listing", "acquisition", "secondary", "redemption", "death", "fund_closed", "fund_ended",
               "grant")  # fmt: skip
(BORN, ROUND, STAGE_PASSED, TEST_FAILED, WAS_VALIDATED, NEW_LOAN, DEFAULT, FILING, WITHDRAWAL,
 REFUSAL, LISTING, ACQUISITION, SECONDARY_SALE, REDEMPTION, STOP, FUND_CLOSED_EVENT, FUND_ENDED_EVENT,
 GRANT) = range(len(EVENT_KINDS))  # fmt: skip

COMPONENTS = (
    "outlay", "tax_expenditure", "expected_loss", "concession", "administration", "receipt", "claim", "in_kind",
)  # fmt: skip
OUTLAY, TAX_EXPENDITURE, EXPECTED_LOSS, CONCESSION, ADMINISTRATION, RECEIPT, CLAIM_HELD, IN_KIND = range(8)
LEVELS = ("central", "local", "quasi_fiscal")
CENTRAL, LOCAL, QUASI = range(3)
COSTED = ("ggf_central", "ggf_local", "early_mandate", "vc_tax_deduction", "rd_super_deduction", "local_pref_grant",
          "conversion_grant", "ipo_window", "s_fund_public", "redemption_limit", "ggf_share_cap")  # fmt: skip
(COST_GGF_CENTRAL, COST_GGF_LOCAL, COST_MANDATE, COST_VC_DEDUCTION, COST_RD_DEDUCTION, COST_GRANT, COST_CONVERSION,
 COST_WINDOW, COST_S_FUND, COST_REDEMPTION, COST_SHARE_CAP) = range(11)  # fmt: skip
COST_SHAPE = (len(COSTED), len(LEVELS), len(COMPONENTS))


@rule
def add(tally: Matrix, first: int, sector: int, region: int, origin: int, amount: float) -> None:
    """Add `amount` to a tally that is split by sector, region and origin."""
    tally[first, sector] += amount
    tally[first + 1, region] += amount
    tally[first + 2, origin] += amount


@rule
def note(event: Matrix, event_code: Codes, used: int, what: int, who: int, other: int, amount: float,
         figure: float) -> int:  # fmt: skip
    """Write down an event in the next free row; returns how many rows are used then (a full table takes no more)."""
    if used >= event.shape[1]:
        return used
    event[AMOUNT, used] = amount
    event[NOTE, used] = figure
    event_code[WHAT, used] = what
    event_code[WHO, used] = who
    event_code[OTHER, used] = other
    return used + 1
