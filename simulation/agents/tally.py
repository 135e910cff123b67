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
CHALLENGES_RUN = _row("challenges_run", "count", "challenges: posted, bids, won, delivered, ended without delivery")
GAPS_CLOSED = _row("gaps_closed", "share", "technology gap: posted, closed by deliveries")
APPLICATIONS = _row("applications", "count", "applications to be certified: all, dressed up, judged, lapsed, certified")
TESTED_CERTIFIED = _row("tested_certified", "count", "stage tests of certified projects, by stage")
PASSED_CERTIFIED = _row("passed_certified", "count", "stage tests passed by certified projects, by stage")
BOUNTIES_TAKEN = _row("bounties_taken", "CNY mn", "bounties that enterprises got from enterprises")
EQUITY_CERTIFIED = _row("equity_certified", "CNY mn", "equity invested in certified enterprises")
GUARANTEE_CALLS = _row("guarantee_calls", "CNY mn", "guarantee payouts")
GUARANTEE_SEEKERS = _row("guarantee_seekers", "count", "loan applicants a guarantee is for: all, certified, guaranteed")
PREFERENTIAL_PAID = _row("preferential_paid", "CNY mn", "new loans: guaranteed, refinanced, subsidised")
EVENT_PROJECTS = _row("event_projects", "count", "projects at docking events, and those that signed an intention")
EVENT_AMOUNT = _row("event_amount", "CNY mn", "stated amount of the intentions signed")
EVENT_LANDINGS = _row("event_landings", "count", "projects that moved their registration after an event")
PLATFORM_PAID = _row("platform_paid", "CNY mn", "loans, and equity, between members of the platform")
ORDERS_TAKEN = _row("orders_taken", "CNY mn", "first orders that enterprises got from enterprises")
COVERED_VALUE = _row("covered_value", "CNY mn", "value insured against failure in use, by sector")
CLAIMS_PAID = _row("claims_paid", "CNY mn", "claims paid by insurers, by sector")
PREMIUMS_PAID = _row("premiums_paid", "CNY mn", "premiums paid, and those of them with a subsidy")
FIRST_SALES = _row("first_sales", "CNY mn", "sales in the first quarters of sale, and those of them under cover")
REFUSED = [_row(f"refused_{market}", "count", f"refusals in the market for {market}, by reason")
           for market in ("equity", "credit", "listing", "fundraising", "acquisition")]  # fmt: skip
REFUSED_EQUITY, REFUSED_CREDIT, REFUSED_LISTING, REFUSED_FUNDRAISING, REFUSED_ACQUISITION = REFUSED
REFUSED_INSURANCE = _row("refused_insurance", "count", "refusals in the market for insurance, by reason")
REFUSED.append(REFUSED_INSURANCE)

# Reasons of refusal by market, in the order of the tally; their labels are in the catalogue
REASONS: dict[str, list[str]] = {}


def _reason(market: str, code: str) -> int:
    REASONS.setdefault(market, []).append(code)
    return len(REASONS[market]) - 1


NO_MEETING = _reason("equity", "no_meeting")
BELOW_BAR = _reason("equity", "below_bar")
NO_MONEY = _reason("equity", "no_money")
SMALL_SYNDICATE = _reason("equity", "small_syndicate")
ENTERPRISE_REFUSED = _reason("equity", "declined_by_firm")
NO_NEED = _reason("credit", "no_need")
HAS_ARREARS = _reason("credit", "in_arrears")
TOO_RISKY = _reason("credit", "too_risky")
NOT_PROFITABLE = _reason("credit", "no_margin")
NO_COLLATERAL = _reason("credit", "no_collateral")
BANK_LIMIT = _reason("credit", "no_bank_capital")
NOT_ELIGIBLE = _reason("listing", "not_eligible")
ALTERNATIVE = _reason("listing", "better_alternative")
WITHDREW = _reason("listing", "withdrew")
REVIEW_REFUSED = _reason("listing", "review_refused")
NOT_COVERED = _reason("listing", "not_covered")
MANAGER_DECLINED = _reason("fundraising", "declined_by_manager")
BELOW_MINIMUM = _reason("fundraising", "below_minimum")
PRICE_TOO_LOW = _reason("acquisition", "price_too_low")
NO_ACQUIRER = _reason("acquisition", "no_acquirer")
COVER_TOO_DEAR = _reason("insurance", "cover_too_dear")
INSURER_FULL = _reason("insurance", "no_insurer_capital")
NO_CASH_FOR_PREMIUM = _reason("insurance", "no_cash_for_premium")


def _market(key: str, meaning: str) -> int:
    """One more market with refusals, behind those before it."""
    REASONS[key] = []
    REFUSED.append(_row(f"refused_{key}", "count", meaning))
    return REFUSED[-1]


REFUSED_CHALLENGE = _market("open_competition", "bids and needs that came to nothing, by reason")
OUTBID = _reason("open_competition", "outbid")
NO_BIDDER = _reason("open_competition", "no_bidder")
NEED_LAPSED = _reason("open_competition", "need_lapsed")
REFUSED_CERTIFICATE = _market("evaluation", "applications for a certificate refused or lapsed, by reason")
BELOW_STANDARD = _reason("evaluation", "below_standard")
FOUND_OUT = _reason("evaluation", "found_out")
WAITED_TOO_LONG = _reason("evaluation", "waited_too_long")

LISTING_EXIT, ACQUISITION_EXIT, SECONDARY_EXIT, REDEMPTION_EXIT, WRITE_OFF_EXIT, IN_KIND_EXIT = range(6)

EVENT = Layout("event", "something that happened to somebody this quarter")
AMOUNT = EVENT.column("amount", "CNY mn", "money of the event, 0 if none")
NOTE = EVENT.column("note", "as the kind says", "one more figure: pre-money, rate, stage, multiple")
WHAT = EVENT.code("what", "kind of event")
WHO = EVENT.code("who", "enterprise id")
OTHER = EVENT.code("other", "id of the fund, bank or enterprise on the other side, -1 if none")

EVENT_KINDS: list[str] = []  # their labels are in the catalogue


def _kind(code: str) -> int:
    EVENT_KINDS.append(code)
    return len(EVENT_KINDS) - 1


BORN = _kind("birth")
ROUND = _kind("round")
STAGE_PASSED = _kind("test_passed")
TEST_FAILED = _kind("test_failed")
WAS_VALIDATED = _kind("validation")
NEW_LOAN = _kind("loan")
DEFAULT = _kind("default")
FILING = _kind("filing")
WITHDRAWAL = _kind("withdrawal")
REFUSAL = _kind("refusal")
LISTING = _kind("listing")
ACQUISITION = _kind("acquisition")
SECONDARY_SALE = _kind("secondary")
REDEMPTION = _kind("redemption")
STOP = _kind("death")
FUND_CLOSED_EVENT = _kind("fund_closed")
FUND_ENDED_EVENT = _kind("fund_ended")
GRANT = _kind("grant")
AWARD = _kind("award")
DELIVERY = _kind("delivery")
ORDER = _kind("order")
CERTIFICATION = _kind("certification")
UNMASKED = _kind("unmasked")
GUARANTEE = _kind("guarantee")
GUARANTEE_CALL = _kind("guarantee_call")
RELENDING = _kind("relending")
INTEREST_SUBSIDY = _kind("interest_subsidy")
ROADSHOW = _kind("roadshow")
INTENTION = _kind("intention")
LANDING = _kind("landing")
DOCKING_ORDER = _kind("docking_order")
MEMBERSHIP = _kind("membership")
CORPORATE_ROUND = _kind("corporate_round")
CATALOGUED = _kind("catalogue")
COVER_BOUGHT = _kind("cover")
CLAIMED = _kind("claim")
SUBSIDY_PAID = _kind("premium_subsidy")
FIRST_USE = _kind("first_use")
INCUBATION = _kind("incubation")
LOCAL_STAKE = _kind("local_stake")
FIRST_LOSS_PAID = _kind("first_loss")
CO_FUNDED = _kind("co_funding")

COMPONENTS = (
    "outlay", "tax_expenditure", "expected_loss", "concession", "administration", "receipt", "claim", "in_kind",
)  # fmt: skip
OUTLAY, TAX_EXPENDITURE, EXPECTED_LOSS, CONCESSION, ADMINISTRATION, RECEIPT, CLAIM_HELD, IN_KIND = range(8)
LEVELS = ("central", "local", "quasi_fiscal")
CENTRAL, LOCAL, QUASI = range(3)
COSTED: list[str] = []  # levers with a public cost of their own


def _costed(lever: str) -> int:
    COSTED.append(lever)
    return len(COSTED) - 1


COST_GGF_CENTRAL = _costed("ggf_central")
COST_GGF_LOCAL = _costed("ggf_local")
COST_MANDATE = _costed("early_mandate")
COST_VC_DEDUCTION = _costed("vc_tax_deduction")
COST_RD_DEDUCTION = _costed("rd_super_deduction")
COST_GRANT = _costed("local_pref_grant")
COST_CONVERSION = _costed("conversion_grant")
COST_WINDOW = _costed("ipo_window")
COST_S_FUND = _costed("s_fund_public")
COST_REDEMPTION = _costed("redemption_limit")
COST_SHARE_CAP = _costed("ggf_share_cap")
COST_CHALLENGES = _costed("jb_posts")
COST_BOUNTY = _costed("jb_public_share")
COST_ADVANCE = _costed("jb_upfront")
COST_EVALUATION = _costed("eval_capacity")
COST_STANDARDS = _costed("eval_standard_spend")
COST_RELENDING = _costed("relending_quota")
COST_GUARANTEE = _costed("guarantee_coverage")
COST_GUARANTEE_FEE = _costed("guarantee_fee")
COST_INTEREST = _costed("interest_subsidy")
COST_MA_INTEREST = _costed("ma_interest_subsidy")
COST_RISK_WEIGHT = _costed("risk_weight_cert")
COST_EVENTS = _costed("roadshow_events")
COST_PLATFORM = _costed("platform_institutions")
COST_DEPTH = _costed("platform_depth")
COST_PREMIUM = _costed("ins_premium_subsidy")
COST_COVER = _costed("ins_cover")
COST_FIRST_USE = _costed("first_use_procurement")
COST_INCUBATOR = _costed("incubator_slots")
COST_LISTING_GUIDANCE = _costed("listing_guidance")
COST_FIRST_LOSS = _costed("first_loss")
COST_GIVE_UP = _costed("upside_giveup")
COST_DUTY = _costed("reinvest_multiple")
COST_TOLERANCE = _costed("fault_tolerance")
COST_STAKES = _costed("direct_stake_share")
COST_COORDINATION = _costed("dept_coordination")
COST_LINKAGE = _costed("vertical_linkage")
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
