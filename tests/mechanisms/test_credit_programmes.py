"""Whatever the programmes of credit, alone and together, the books close; and what they move is what they are for."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from simulation.economy.measures import measure
from simulation.scenario.parameter import CATALOGUE, parameter
from tests.helpers.play import play_on
from tests.mechanisms.programmes import FOR_EVER, grown, policy_of

PROGRAMMES = ("relending", "guarantee", "interest_subsidy")
RECORDS = [r for r in CATALOGUE.values() if r.mechanism in PROGRAMMES or r.id in ("risk_weight_cert", "screening_cost")]
IN_FORCE = {"relending_quota": 800.0, "ma_interest_subsidy": 1.0, "offer_hazard": 0.08}


def demand_values(state, policy):
    values = measure(state, policy, 0)
    for name in ("preferential_loans", "relending_balance", "contingent_liabilities", "public_cost"):
        assert np.isfinite(values[name][0])


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
@pytest.mark.parametrize("end", ("low", "high"))
def test_the_books_close_at_each_end_of_each_range_with_enterprises_on_the_list(record, end):
    policy = policy_of(**(IN_FORCE | {record.id: getattr(record, end)}))
    play_on(grown(), policy, 8, each=demand_values)


@pytest.mark.parametrize("ends", list(itertools.product(("low", "high"), repeat=2)), ids="-".join)
def test_the_books_close_when_all_programmes_turn_from_one_corner_to_another(ends):
    state = grown()
    state.firm.code[:, : state.firm.used][[c.name for c in state.firm.layout.codes].index("certified_until")] = FOR_EVER
    for end in ends * 3:
        policy = policy_of()
        for record in RECORDS:
            policy[parameter(record.id)] = getattr(record, end)
        play_on(state, policy, 2, each=demand_values)
