"""Every draw of the model is keyed by the id of what it decides about, never by where that happens to lie in a table."""

from __future__ import annotations

from functools import cache

import pytest

from simulation.agents.founder import RANK_BITS, VENTURE_BIT
from simulation.economy.run import BURN_IN
from simulation.engine.draws import purpose
from tests.helpers.play import policy_now, warmed
from tests.helpers.process import in_fresh_process

QUARTERS = 4
# With the compiler off every rule is plain Python, so that each draw can be seen as it is made.
WATCH = """
import sys
from pathlib import Path
from simulation.agents.enterprise import ID
from simulation.agents.founder import FOUNDER_ID
from simulation.agents.investor import FUND_ID
from simulation.agents.population import Population
from simulation.engine import draws
from tests.helpers.play import play_on, policy_now

seen, known = {{}}, {{"enterprise": set(), "fund": set(), "manager": set()}}
inner, inner_of_block = draws.uniform, draws.fill_uniforms

def spy(seed, purpose, who, quarter, other=0, k=0):
    seen.setdefault(purpose, set()).add((int(who), int(other)))
    return inner(seed, purpose, who, quarter, other, k)

def spy_on_block(seed, purpose, ids, lo, hi, quarter, out):
    seen.setdefault(purpose, set()).update((int(who), 0) for who in ids[lo:hi])
    inner_of_block(seed, purpose, ids, lo, hi, quarter, out)

def learn(s, _=None):
    known["enterprise"] |= set(s.firm.code[ID, : s.firm.used].tolist())
    known["enterprise"] |= set(s.founder.code[FOUNDER_ID, : s.founder.used].tolist())
    known["fund"] |= set(s.fund.code[FUND_ID, 1 : s.fund.used].tolist())
    known["manager"] |= set(range(s.manager.used))

for module in list(sys.modules.values()):
    if getattr(module, "uniform", None) is inner:
        module.uniform = spy
    if getattr(module, "fill_uniforms", None) is inner_of_block:
        module.fill_uniforms = spy_on_block
state = Population.empty(0, 1.0, 1)
state.restore(Path({path!r}))
learn(state)
play_on(state, policy_now(state), {quarters}, each=learn)
tell([{{str(code): sorted(pairs) for code, pairs in seen.items()}}, {{kind: sorted(ids) for kind, ids in known.items()}}])
"""

# What each purpose decides about. A new purpose must be put here.
OF_ENTERPRISES = (
    "financier signal", "sales forecast", "stake offered", "order of secondary sales", "redemption enforced", "quality", "potential",
    "research intensity", "main bank", "founder capital", "market firm leaves", "stage test", "patents", "perceived eligibility",
    "withdraws filing", "listing review", "syndicate order", "redemption clause", "meets a financier", "lead fund met",
    "enterprise refuses government money", "stops for want of cash", "failure in use", "acquisition offer", "acquirer", "bank signal",
    "defaulted loan resolved", "leaves after default", "firm demand", "firm cost", "users", "founder restarts", "founder retires",
    "founders released", "first technology gap", "states a research need", "hears of a challenge", "bids for a challenge",
    "fits a challenge", "seen by the organisers of a challenge", "own view of quality", "considers a certificate",
    "turn of an application", "score of an evaluation", "dressing up found out",
    "place in the guaranteed class",
    "joins the platform", "asks a bank of the platform", "bank of the platform asked", "score for a docking event",
    "leader met at an event", "region met at an event", "attachment to the home region", "order after an event",
    "meets a corporate investor", "corporate investor met", "partner of a corporate investor",
    "insurance catalogue", "insurer",
    "place in listing incubation",
    "agency sees an award", "admission passed on", "application filed locally", "application forwarded",
)  # fmt: skip
OF_CANDIDATES = ("origin", "sector", "region", "entry")
OF_FUNDS = ("fund hurdle", "turn of a lead fund")
OF_MANAGERS = ("order of managers", "manager declines guidance money", "last manager on the platform")
OF_THE_ECONOMY = {"candidates of a quarter": 1, "listed price index": 1, "sector demand": 9, "local fund follows the hot sector": 6}
WITH_A_FUND = ("stake offered", "order of secondary sales", "redemption enforced")  # the other id of the event is a fund's
SECONDARY_FUND = 0
KNOWN = (*OF_ENTERPRISES, *OF_CANDIDATES, *OF_FUNDS, *OF_MANAGERS, *OF_THE_ECONOMY)


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Draws by purpose, as (who, other) pairs, and the ids of everything that lived."""
    path = tmp_path_factory.mktemp("state") / "state.npz"
    grown = warmed(scale=0.004)
    policy_now(grown)
    grown.save(path)
    draws, ids = in_fresh_process(WATCH.format(path=str(path), quarters=QUARTERS), TIF_DEBUG="1")
    return {int(code): {tuple(pair) for pair in pairs} for code, pairs in draws.items()}, {kind: set(k) for kind, k in ids.items()}


@cache
def names() -> dict[int, str]:
    return {purpose(name): name for name in KNOWN}


def who(watched, name: str) -> set[int]:
    return {pair[0] for pair in watched[0].get(purpose(name), ())}


def test_every_purpose_says_what_it_decides_about(watched):
    assert {code for code in watched[0] if code not in names()} == set()
    assert len(watched[0]) > 30


@pytest.mark.parametrize("name", OF_ENTERPRISES)
def test_a_draw_about_an_enterprise_is_keyed_by_its_id(watched, name):
    assert who(watched, name) <= watched[1]["enterprise"]


@pytest.mark.parametrize("name", OF_CANDIDATES)
def test_a_candidate_is_keyed_by_its_quarter_and_rank(watched, name):
    quarters = {(identity & ~VENTURE_BIT) >> RANK_BITS for identity in who(watched, name)}
    assert quarters <= set(range(BURN_IN, BURN_IN + QUARTERS))
    assert who(watched, name)


@pytest.mark.parametrize("name", OF_FUNDS)
def test_a_draw_about_a_fund_is_keyed_by_manager_and_vintage(watched, name):
    assert who(watched, name) <= watched[1]["fund"]
    assert who(watched, name)


@pytest.mark.parametrize("name", WITH_A_FUND)
def test_the_other_side_of_an_event_is_keyed_by_its_id_too(watched, name):
    others = {pair[1] for pair in watched[0].get(purpose(name), ())}
    assert others <= watched[1]["fund"] | {SECONDARY_FUND}


@pytest.mark.parametrize("name", OF_MANAGERS)
def test_managers_are_keyed_by_their_number_for_they_never_change(watched, name):
    assert who(watched, name) <= watched[1]["manager"]


@pytest.mark.parametrize("name", OF_THE_ECONOMY)
def test_what_is_drawn_for_everybody_is_keyed_by_its_place(watched, name):
    assert who(watched, name) == set(range(OF_THE_ECONOMY[name]))


@pytest.mark.parametrize("kind", ("enterprise", "fund"))
def test_rows_could_not_be_mistaken_for_ids(watched, kind):
    ids = watched[1][kind]
    assert len(ids) > 20
    assert len(ids & set(range(len(ids)))) < 0.5 * len(ids)
