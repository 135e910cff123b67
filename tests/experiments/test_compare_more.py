"""What comparisons say beyond effects: their tables, their figures, and what a user who errs is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import simulation as tif
from simulation import plots
from simulation.errors import UsageError
from simulation.experiments import past, speed, variants
from simulation.experiments.conduct import Conducted, Way
from simulation.experiments.execute import Interrupted
from simulation.experiments.pairing import pairing_of
from simulation.experiments.travelled import OUTCOMES
from simulation.plots.loop_chart import ARROWS, MATERIAL
from simulation.plots.words import WORDS

LINKS = ("exits_to_entry", "exits_to_distributions")
PAIRED = {"cost_per_validated_product", "cost_per_survivor", "cost_per_rd", "additionality", "deadweight", "cycle_gain"}


@pytest.fixture(autouse=True, scope="module")
def pasts(tmp_path_factory):
    """A cache of its own for this file."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "user_cache", lambda: folder)
        patch.setattr(speed, "user_cache", lambda: folder)
        yield


@pytest.fixture(scope="module")
def found(pasts):
    """Open exits, and a policy that changes nothing, with links held and an impulse."""
    same = {"name": "same", "extends": "baseline"}
    return tif.compare(
        "baseline", "open_exits", same, seeds=3, quarters=20, scale=0.003, workers=1, quiet=True, freeze=LINKS,
        impulse=0.05,
    )  # fmt: skip


def test_a_policy_that_changes_nothing_bought_nothing_and_nothing_travels(found):
    worth = found.worth[found.worth["scenario"] == "same"]
    assert worth[["value", "low", "high"]].isna().all(axis=None)
    assert (worth["extra_part"] == 0.0).all()
    links = found.links[found.links["scenario"] == "same"]
    assert (links["through"] == 0.0).all()
    assert links["share"].isna().all()


def test_figures_with_a_counterfactual_are_rows_of_effects_under_their_ids(found):
    rows = found.effects[found.effects["indicator"].isin(PAIRED)]
    assert set(rows["indicator"]) == PAIRED
    assert (rows["seeds"] == 3).all()
    summary = found.summary[found.summary["scenario"] == "same"].set_index("indicator")
    assert summary.loc["deadweight", "policy"] == "undefined"
    gain = rows[(rows["indicator"] == "cycle_gain") & (rows["scenario"] == "same")].iloc[0]
    assert gain["difference"] == 0.0
    assert gain["baseline"] == pytest.approx(found.impulse.set_index("scenario").loc["baseline", "gain"])


def test_costs_are_consistent_with_the_table_of_costs(found):
    row = found.worth.set_index(["scenario", "figure"]).loc["open-exits", "per_rd"]
    total = found.cost.query("scenario == 'open-exits' and component == 'Less receipts and claims'")
    assert row["extra_part"] == pytest.approx(total["present_value"].iloc[0])


def test_a_row_a_link_and_outcome(found):
    table = found.links
    assert len(table) == 2 * 3 * len(OUTCOMES)
    assert set(table["link"]) == {*LINKS, "every_link"}
    effects = found.effects[found.effects["scenario"] == "open-exits"].set_index("indicator")["difference"]
    own = table[(table["scenario"] == "open-exits") & (table["link"] == "exits_to_entry")].set_index("indicator")
    for indicator in ("equity_invested", "projects_entered", "social_commitments"):
        assert own.loc[indicator, "effect"] == pytest.approx(effects[indicator])


def test_the_folder_holds_the_tables_and_is_asked_again_only_with_the_same_variants(found, tmp_path):
    folder = found.save(tmp_path / "out", figures=False)
    there = tif.open_results(folder)
    assert {"worth", "links", "impulse"} <= set(there.tables)
    assert there.manifest["freeze"] == list(LINKS)
    assert len(pairing_of(there)) > 50
    assert "undefined" in (folder / "summary.csv").read_text(encoding="utf-8-sig")


def test_variants_change_nothing_in_the_runs_proper(found):
    plain = tif.compare("baseline", "open_exits", seeds=3, quarters=20, scale=0.003, workers=1, quiet=True)
    one, other = (each.runs.indicators.query("scenario != 'same'") for each in (plain, found))
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))
    assert plain.links is None
    assert plain.impulse is None


def test_who_stops_while_variants_are_played_keeps_the_runs(found, monkeypatch):
    def stopped(*_):
        raise Interrupted([])

    monkeypatch.setattr(variants, "execute", stopped)
    conducted = Conducted(found.conducted.outcomes, "", 0.0)
    with pytest.raises(Interrupted) as caught:
        variants.play_variants(found.plan, Way(1, quiet=True), conducted)
    assert caught.value.finished == found.conducted.outcomes


@pytest.mark.parametrize(
    ("asked", "told"),
    [({"freeze": ["founders_to_entri"]}, "founders_to_entry"), ({"impulse": -1.0}, "no share"),
     ({"impulse": 0.1, "quarters": 13}, None), ({"impulse": 2.0}, "0 to 1")],
)  # fmt: skip
def test_a_wrong_link_or_impulse_is_refused_before_anything_is_played(asked, told, monkeypatch):
    monkeypatch.setattr("simulation.experiments.compare.conduct", lambda *_: pytest.fail("played"))
    if told is None:
        with pytest.raises(pytest.fail.Exception):
            tif.compare("baseline", "open_exits", seeds=2, scale=0.003, **asked)
        return
    with pytest.raises(UsageError, match=told):
        tif.compare("baseline", "open_exits", seeds=2, scale=0.003, **asked)


def test_pairing_needs_a_comparison_with_seeds(tmp_path):
    folder = tif.run("baseline", seeds=1, quarters=1, scale=0.003, quiet=True).save(tmp_path / "one", figures=False)
    with pytest.raises(UsageError, match="1 scenario, 1 seeds"):
        pairing_of(tif.open_results(folder))


def shares(**given: tuple[float, str]) -> pd.DataFrame:
    """A table of links: share and what is said of it."""
    rows = [
        {"scenario": "open_exits", "link": link, "label": link, "indicator": "equity_invested", "effect": 1.0,
         "effect_low": 0.5, "effect_high": 1.5, "share": share, "low": share - 9, "high": share + 9, "delay": 12.0,
         "says": says, "seeds": 12}
        for link, (share, says) in given.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def words_of(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text) if text.get_visible())


def test_the_loop_shows_share_interval_and_delay_on_clear_arrows_only():
    table = shares(
        exits_to_entry=(43.0, "clear"), prices_to_exits=(-21.0, "clear"), validation_to_credit=(5.0, "unclear: x"),
        taxes_to_support=(7.0, "clear"), every_link=(88.0, "clear"),
    )  # fmt: skip
    figure = plots.loop(table, "open_exits", "equity_invested", source="test", draft=True)
    told = words_of(figure)
    assert "+43%" in told
    assert "+34 to +52 · 12 q" in told
    assert "\N{MINUS SIGN}21%" in told
    assert "+5%" not in told
    assert "taxes_to_support +7%" in told
    assert "All links at once: 88% (79 to 97)." in told
    assert "DRAFT" in told


def test_every_arrow_of_the_loop_has_words_in_both_languages():
    from simulation.economy.links import LINKS as ALL

    assert set(ARROWS) <= set(ALL)
    for link in ARROWS:
        assert all(WORDS[f"carry_{link}"])
    for arrow in (*ARROWS.values(), *MATERIAL):
        assert len(arrow.points) in (3, 4)


def test_a_loop_of_no_clear_effect_is_refused():
    table = shares(exits_to_entry=(np.nan, "undefined: x"))
    with pytest.raises(UsageError, match="no clear effect"):
        plots.loop(table, "open_exits", "equity_invested")
    with pytest.raises(UsageError, match="no scenario"):
        plots.loop(table, "open_exit", "equity_invested")
