"""The schedule: what happens in a quarter, in order. This page is the whole of it (`tif schedule` prints it)."""

from __future__ import annotations

from collections.abc import Callable

from ..agents.bank import INCOME, LOAN_OPEN
from ..agents.investor import HOLDING_OPEN
from ..agents.population import Population
from ..engine.claims import compact
from ..engine.table import Floats
from ..markets import (
    acquisition, application, closure, coordination, corporate_venture, credit, development, distribution, docking,
    equity, evaluation, expectations, fiscal, fundraising, guarantee, guidance_funds, incubation, insurance,
    interest_subsidy, knowledge, listing, local_support, open_competition, operations, origination, platform,
    procurement, public_market, redemption, relending, secondary, serial_founders, stopping, tax_relief,
)  # fmt: skip
from ..markets.mechanism import Mechanism, Quarter, Stage
from .books import check, rebase

# One line a step: the stage, then the mechanism that owns it. A mechanism that is switched off is not called.
SCHEDULE: tuple[tuple[Stage, Mechanism], ...] = (
    (expectations.MECHANISM.stages[0], expectations.MECHANISM),  # leaders are named
    (coordination.MECHANISM.stages[0], coordination.MECHANISM),  # transfers and coordination
    (origination.MECHANISM.stages[0], origination.MECHANISM),  # projects enter
    (serial_founders.MECHANISM.stages[0], serial_founders.MECHANISM),  # serial founders restart
    (origination.MECHANISM.stages[1], origination.MECHANISM),  # market firms enter and leave
    (open_competition.MECHANISM.stages[0], open_competition.MECHANISM),  # needs are put to open competition
    (evaluation.MECHANISM.stages[0], evaluation.MECHANISM),  # technologies are evaluated
    (credit.MECHANISM.stages[0], credit.MECHANISM),  # bills
    (operations.MECHANISM.stages[0], operations.MECHANISM),  # enterprises plan
    (platform.MECHANISM.stages[0], platform.MECHANISM),  # platform registers
    (docking.MECHANISM.stages[0], docking.MECHANISM),  # docking events
    (fundraising.MECHANISM.stages[0], fundraising.MECHANISM),  # managers get ready
    (guidance_funds.MECHANISM.stages[0], guidance_funds.MECHANISM),  # guidance offers
    (fundraising.MECHANISM.stages[1], fundraising.MECHANISM),  # funds close
    (guidance_funds.MECHANISM.stages[1], guidance_funds.MECHANISM),  # guidance books
    (fundraising.MECHANISM.stages[2], fundraising.MECHANISM),  # fees are paid
    (equity.MECHANISM.stages[0], equity.MECHANISM),  # equity rounds
    (corporate_venture.MECHANISM.stages[0], corporate_venture.MECHANISM),  # corporate stakes
    (relending.MECHANISM.stages[0], relending.MECHANISM),  # relending due
    (credit.MECHANISM.stages[1], credit.MECHANISM),  # bank lending
    (guarantee.MECHANISM.stages[0], guarantee.MECHANISM),  # guarantee fees
    (platform.MECHANISM.stages[1], platform.MECHANISM),  # platform financing
    (docking.MECHANISM.stages[1], docking.MECHANISM),  # intentions are followed up
    (local_support.MECHANISM.stages[0], local_support.MECHANISM),  # local grants
    (development.MECHANISM.stages[0], development.MECHANISM),  # projects do research and take tests
    (open_competition.MECHANISM.stages[1], open_competition.MECHANISM),  # challenges are delivered
    (evaluation.MECHANISM.stages[1], evaluation.MECHANISM),  # the label is judged by the tests
    (insurance.MECHANISM.stages[0], insurance.MECHANISM),  # catalogue and premium subsidies
    (procurement.MECHANISM.stages[0], procurement.MECHANISM),  # governments choose first-use products
    (application.MECHANISM.stages[0], application.MECHANISM),  # users adopt and products learn
    (procurement.MECHANISM.stages[1], procurement.MECHANISM),  # governments buy
    (operations.MECHANISM.stages[1], operations.MECHANISM),  # current accounts
    (insurance.MECHANISM.stages[1], insurance.MECHANISM),  # insurers close
    (credit.MECHANISM.stages[2], credit.MECHANISM),  # debt service
    (guarantee.MECHANISM.stages[1], guarantee.MECHANISM),  # guarantee payouts
    (credit.MECHANISM.stages[3], credit.MECHANISM),  # bad loans
    (interest_subsidy.MECHANISM.stages[0], interest_subsidy.MECHANISM),  # interest subsidies
    (operations.MECHANISM.stages[2], operations.MECHANISM),  # research and dividends
    (stopping.MECHANISM.stages[0], stopping.MECHANISM),  # enterprises stop
    (incubation.MECHANISM.stages[0], incubation.MECHANISM),  # listing incubation
    (listing.MECHANISM.stages[0], listing.MECHANISM),  # listings
    (acquisition.MECHANISM.stages[0], acquisition.MECHANISM),  # acquisitions
    (secondary.MECHANISM.stages[0], secondary.MECHANISM),  # secondary sales
    (redemption.MECHANISM.stages[0], redemption.MECHANISM),  # redemptions
    (public_market.MECHANISM.stages[0], public_market.MECHANISM),  # public market
    (local_support.MECHANISM.stages[1], local_support.MECHANISM),  # local stakes
    (distribution.MECHANISM.stages[0], distribution.MECHANISM),  # distributions
    (distribution.MECHANISM.stages[1], distribution.MECHANISM),  # fair values
    (knowledge.MECHANISM.stages[0], knowledge.MECHANISM),  # knowledge accumulates
    (fiscal.MECHANISM.stages[0], fiscal.MECHANISM),  # coupons
    (guarantee.MECHANISM.stages[2], guarantee.MECHANISM),  # guarantee books
    (closure.MECHANISM.stages[0], closure.MECHANISM),  # banks and households close
    (fiscal.MECHANISM.stages[1], fiscal.MECHANISM),  # budgets and bonds
    (serial_founders.MECHANISM.stages[1], serial_founders.MECHANISM),  # founders are released
    (expectations.MECHANISM.stages[1], expectations.MECHANISM),  # expectations
)

MECHANISMS: dict[str, Mechanism] = {mechanism.key: mechanism for _, mechanism in SCHEDULE} | {
    tax_relief.MECHANISM.key: tax_relief.MECHANISM
}


Around = Callable[[Stage, Quarter], None]  # plays a stage with something of its own before or after it


def play_quarter(
    state: Population, policy: Floats, burn_in: bool, switches: dict[str, bool], threads: int = 1,
    around: Around | None = None,
) -> None:  # fmt: skip
    """Play one quarter: every stage in order, then the identities; the books stay open for the recorder.

    around: goes around every stage and must play it (links.py, impulse.py); None plays the stages alone.
    """
    rebase(state)
    state.bank.num[INCOME] = 0.0
    if state.quarter % 4 == 0:
        compact(state.holding, HOLDING_OPEN)
        compact(state.loan, LOAN_OPEN)
    quarter = Quarter(state, policy, burn_in, switches, threads)
    for stage, mechanism in SCHEDULE:
        if quarter.on(mechanism.key):
            if around is None:
                stage.play(quarter)
            else:
                around(stage, quarter)
    check(state)
