"""Cost per outcome, additionality, deadweight, gains and pairing on tables whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulation.errors import UsageError
from simulation.experiments.columns import Outcome
from simulation.experiments.gain import gain_of, of_gains, verdict
from simulation.experiments.pairing import pairing_table, times_fewer
from simulation.experiments.quotient import quotient
from simulation.experiments.travelled import change, figures, half_peak
from simulation.experiments.variants import EVERY, links_asked, sets_of
from simulation.experiments.worth import BOTH, FIGURES, KINDS, PAIRED, figures_of, kind_of, pairs_of, survivors
from simulation.indicators.definitions import INDICATORS

VENTURE = 1 << 27
SEEDS = 8
PLACE = {name: place for place, name in enumerate(INDICATORS)}


def enterprises(*rows: tuple[int, float, float, float, float, int, int, bool]) -> dict[str, np.ndarray]:
    """Followed enterprises: id, support, public equity, private equity, R&D, before, reached, alive."""
    names = ("enterprise", "support", "public_equity", "private_equity", "rd", "before", "reached", "alive")
    return {name: np.array(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}


def made_up(**given: object) -> dict[str, np.ndarray]:
    """Extra amounts of eight seeds, zero where nothing is given."""
    names = {name for one in FIGURES for name in (one.part, one.whole, one.guard)} - set(PAIRED)
    names |= {f"{name}_{kind}" for name in PAIRED for kind in (*KINDS, BOTH)}
    return {name: np.zeros(SEEDS) for name in names} | {name: np.asarray(value) for name, value in given.items()}


def outcome(seed: int, values: np.ndarray | float, indicator: str, quarters: int = 40) -> Outcome:
    """A run in which one indicator was measured."""
    table = np.full((quarters, len(INDICATORS)), np.nan)
    table[:, PLACE[indicator]] = values
    return Outcome("x", seed, table, np.isfinite(table).astype(float), {})


def test_the_interval_of_a_quotient_is_where_a_test_of_its_value_would_not_reject():
    """Fieller's interval is the set of R for which the mean of n - R d is not told from zero."""
    rng = np.random.default_rng(3)
    den = rng.normal(5.0, 2.0, 15)
    num = 2.0 * den + rng.normal(0.0, 3.0, 15)
    found = quotient(num, den)
    assert found.value == pytest.approx(num.sum() / den.sum())
    for end in (found.low, found.high):
        assert stats.ttest_1samp(num - end * den, 0.0).pvalue == pytest.approx(0.05, abs=1e-9)
    assert found.low < found.value < found.high


def test_a_quotient_covers_the_truth_in_19_of_20_samples():
    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(2000):
        den = rng.normal(3.0, 1.5, 10)
        found = quotient(0.7 * den + rng.normal(0.0, 1.0, 10), den)
        inside += found.undefined or found.low <= 0.7 <= found.high
    assert 0.935 < inside / 2000 < 0.965


def test_over_what_does_not_move_there_is_no_quotient():
    assert quotient(np.ones(5), np.zeros(5)).undefined
    assert quotient(np.ones(6), np.array([1.0, -1.2, 0.9, -0.7, 1.1, -0.5])).undefined
    assert quotient(np.array([6.0]), np.array([2.0])).value == 3.0
    assert np.isnan(quotient(np.array([6.0]), np.array([2.0])).low)


def test_without_spread_the_interval_is_the_value():
    found = quotient(np.full(4, 6.0), np.full(4, 2.0))
    assert (found.low, found.value, found.high) == (3.0, 3.0, 3.0)


def test_what_a_pair_would_have_done_anyway_is_deadweight():
    base = enterprises((VENTURE + 1, 2, 0, 0, 10, 0, 3, True), (VENTURE + 2, 0, 0, 0, 5, 0, 1, True),
                       (VENTURE + 3, 1, 0, 5, 3, 0, 2, False), (4, 0, 0, 0, 1, 3, 3, True))  # fmt: skip
    policy = enterprises((VENTURE + 2, 6, 0, 7, 9, 0, 3, True), (VENTURE + 1, 5, 0, 0, 12, 0, 3, True),
                         (VENTURE + 3, 1, 0, 5, 3, 0, 2, False), (VENTURE + 9, 1, 0, 2, 4, -1, 0, True),
                         (4, 0, 0, 0, 1, 3, 3, True))  # fmt: skip
    sums = pairs_of(base, policy, scale=0.001)  # so that a CNY mn of the model is a bn of the country
    assert sums["money_support"] == 3 + 6 + 1
    assert sums["pair_same_support"] == 100 * 3  # only enterprise 1 comes as far without its 3 more
    assert sums["pair_rd_support"] == (9 - 5) + (12 - 10) + 4
    assert sums["pair_equity_support"] == 7 + 0 + 2
    assert sums["money_public_equity"] == 0
    assert survivors(policy) - survivors(base) == 1
    there_and_back = pairs_of(policy, base, scale=0.001)
    assert all(there_and_back[name] == -value for name, value in sums.items())


def test_a_pair_that_ends_while_its_twin_survives_did_not_come_as_far():
    base = enterprises((VENTURE + 1, 0, 0, 0, 0, 0, 3, False))
    policy = enterprises((VENTURE + 1, 2, 0, 0, 0, 0, 3, True))
    sums = pairs_of(base, policy, 0.001)
    assert (sums["money_support"], sums["pair_same_support"]) == (2.0, 0.0)


def test_luck_that_moves_money_between_enterprises_is_no_additionality():
    """A grant of a tenth of R&D; chance moves R&D up here and down there: no extra R&D, whoever got more."""
    rng = np.random.default_rng(2)
    ids = VENTURE + np.arange(20_000)
    rd = rng.exponential(10.0, (2, len(ids)))
    runs = []
    for arm, rate in zip(rd, (0.1, 0.2), strict=True):
        zero = np.zeros(len(ids))
        runs.append({"enterprise": ids, "support": rate * arm, "public_equity": zero, "private_equity": zero, "rd": arm,
                     "before": zero, "reached": zero, "alive": zero + 1})  # fmt: skip
    sums = pairs_of(*runs, scale=0.001)
    assert sums["money_support"] == pytest.approx(0.1 * 10.0 * len(ids), rel=0.05)
    assert abs(sums["pair_rd_support"] / sums["money_support"]) < 0.2
    assert sums["pair_same_support"] / sums["money_support"] == pytest.approx(100.0)


def test_a_policy_that_changes_nothing_has_no_figure_at_all():
    rows = figures_of("same", made_up())
    assert all(np.isnan(row["value"]) and np.isnan(row["low"]) for row in rows)
    assert all(str(row["says"]).startswith("undefined") for row in rows)


def test_figures_of_money_that_clearly_rises():
    rng = np.random.default_rng(0)
    noise = 1.0 + 0.05 * rng.standard_normal(SEEDS)
    extra = made_up(
        cost=4.0 * noise, cost_mn=4000.0 * noise, validated=20.0 * noise, rd=-2.0 * noise,
        money_support=6.0 * noise, pair_rd_support=3.0 * noise, pair_same_support=100.0 * 4.5 * noise,
        money_public_equity=rng.standard_normal(SEEDS),
    )  # fmt: skip
    rows = {row["figure"]: row for row in figures_of("x", extra)}
    assert kind_of(extra) == "support"
    assert rows["per_validated_product"]["value"] == pytest.approx(200.0)
    assert rows["per_validated_product"]["says"] == "more, at a cost"
    assert rows["per_rd"]["value"] == pytest.approx(-2.0)
    assert rows["per_rd"]["says"] == "less, and it costs"
    assert rows["per_survivor"]["says"] == "undefined: the outcome does not move"
    assert rows["additionality_rd"]["value"] == pytest.approx(0.5)
    assert rows["deadweight"]["value"] == pytest.approx(75.0)
    assert rows["deadweight"]["says"] == "money: direct support"


def test_money_that_only_moves_between_enterprises_is_no_policy():
    rng = np.random.default_rng(1)
    extra = made_up(
        money_both=rng.standard_normal(SEEDS), money_public_equity=rng.standard_normal(SEEDS),
        pair_same_both=np.full(SEEDS, 90.0),
    )  # fmt: skip
    row = next(row for row in figures_of("x", extra) if row["figure"] == "deadweight")
    assert np.isnan(row["value"])


@pytest.mark.parametrize("gain", [0.0, 0.4, 1.5])
def test_the_gain_is_what_comes_back_of_the_injection(gain):
    plain, injected = (outcome(1, 50.0, "social_commitments", 80) for _ in range(2))
    injected.indicators[12:72, PLACE["social_commitments"]] += gain * 2.0 / 60
    injected.indicators[72:, PLACE["social_commitments"]] += 99.0  # beyond the horizon
    injected.tables["injection"] = {"amount": np.array([2.0])}
    assert gain_of(plain, injected) == pytest.approx(gain)


def test_without_an_injection_there_is_no_gain():
    plain = outcome(1, 50.0, "social_commitments")
    injected = outcome(1, 50.0, "social_commitments")
    injected.tables["injection"] = {"amount": np.zeros(1)}
    assert np.isnan(gain_of(plain, injected))
    assert verdict(float("nan"), float("nan")) == "undefined"


def test_gains_are_compared_seed_by_seed():
    base = np.array([0.2, 0.9, 0.5, 0.4])
    found = of_gains(base, base + 0.3)
    assert (found.difference[0], found.low[0], found.high[0]) == pytest.approx((0.3, 0.3, 0.3))
    assert [verdict(1.1, 2.0), verdict(-1.0, 0.5)] == ["the cycle reinforces itself", "stalls without fresh money"]
    assert verdict(0.5, 1.5).startswith("unclear")


def shares(cut: float, effect: float = 10.0, noise: float = 0.0) -> dict[str, object]:
    """The figures of a made-up policy that adds `effect` from quarter 12 on, and `cut` less with a link held."""
    rng = np.random.default_rng(5)
    luck = 100.0 + rng.standard_normal((SEEDS, 40))
    added = effect + noise * rng.standard_normal(SEEDS)
    late = np.zeros(40)
    late[20:] = 1.0
    arms = [luck, luck + added[:, None] * late, luck + (added - cut)[:, None] * late]
    runs = [[outcome(seed, row, "equity_invested") for seed, row in enumerate(arm)] for arm in arms]
    return figures(*runs, "equity_invested", (12, 39), 12)


def test_a_link_through_which_nothing_goes_has_no_share():
    found = shares(0.0)
    assert found["share"] == 0.0
    assert found["says"] == "nothing goes this way"
    assert np.isnan(found["delay"])


def test_holding_the_only_link_takes_the_whole_effect():
    found = shares(10.0)
    assert (found["share"], found["low"], found["high"]) == pytest.approx((100.0, 100.0, 100.0))
    assert found["effect"] == pytest.approx(found["through"])
    assert found["says"] == "clear"


def test_a_share_and_its_delay_are_found_under_noise():
    found = shares(4.0, noise=1.0)
    assert found["low"] < 40.0 < found["high"]
    assert found["high"] - found["low"] < 15.0
    assert (found["delay"], found["delay_low"], found["delay_high"]) == (9.0, 9.0, 9.0)  # 8 quarters, half of four


def test_a_link_that_works_against_a_policy_has_a_negative_share():
    assert shares(-5.0)["share"] == pytest.approx(-50.0)


def test_of_no_clear_effect_there_are_no_shares():
    found = shares(1.0, effect=0.0, noise=1.0)
    assert np.isnan(found["share"])
    assert str(found["says"]).startswith("undefined")


def test_half_of_the_peak_is_looked_for_in_the_direction_of_the_whole():
    path = np.concatenate([np.full(6, 5.0), np.full(14, -10.0)])
    assert half_peak(path, -1.0) == 5 + 3  # two of four quarters at -10 and two at 5 are no half yet, three are
    assert np.isnan(half_peak(path, 0.0))


def test_a_change_is_a_paired_one():
    before = np.array([1.0, 5.0, 9.0])
    assert change(before, before + 2.0) == {"through": 2.0, "through_low": 2.0, "through_high": 2.0}


def test_pairing_helps_as_much_as_the_runs_share():
    """var(b) + var(p) over var(p - b) is 1 / (1 - correlation) for equal variances."""
    rng = np.random.default_rng(8)
    common = rng.standard_normal(200_000)
    for correlation in (0.0, 0.5, 0.9):
        base, policy = (
            np.sqrt(correlation) * common + np.sqrt(1 - correlation) * rng.standard_normal(len(common)) for _ in "bp"
        )
        assert times_fewer(base, policy) == pytest.approx(1.0 / (1.0 - correlation), rel=0.02)


def test_the_table_of_pairing_leaves_out_what_does_not_vary():
    rng = np.random.default_rng(9)
    luck = rng.standard_normal((10, 1))
    base = np.hstack([luck, np.ones((10, 1))])
    table = pairing_table({"baseline": base, "policy": base + 0.1 * rng.standard_normal((10, 2))},
                          ["equity_invested", "exits_ipo"])  # fmt: skip
    assert list(table["indicator"]) == ["equity_invested"]
    row = table.iloc[0]
    assert row["low"] < row["times_fewer"] < row["high"]
    assert row["times_fewer"] > 20


def test_links_are_asked_for_by_id_and_a_wrong_one_names_the_nearest():
    assert links_asked(["exits_to_entry", "exits_to_entry"]) == ("exits_to_entry",)
    assert len(links_asked(["all"])) > 10
    with pytest.raises(UsageError, match="exits_to_entry"):
        links_asked(["exits_to_entri"])
    assert [name for name, _ in sets_of(("a", "b"))] == ["a", "b", EVERY]
    assert [name for name, _ in sets_of(("a",))] == ["a"]
