"""The picture of the money cycle: amounts add up, widths are amounts, ribbons end where they should."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulation import plots
from simulation.errors import UsageError
from simulation.plots.money_flows import Flow, flows_of_year, net
from simulation.plots.money_layout import Lane, arrange, centre_line


def words_of(figure: Figure) -> str:
    """All that is written on a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(Text) if text.get_visible())


def between(flows: pd.DataFrame, codes: Iterable[str]) -> list[Flow]:
    """The flows of 2022 from one sector to another."""
    return [flow for flow in flows_of_year(flows, 2022, codes) if flow.payer != flow.payee]


@pytest.fixture(scope="module")
def flows() -> pd.DataFrame:
    """Two years of payments; the second year's are twice the first's."""
    lines = [("CALL", "Households and LPs", "Funds", 40.0), ("CALL", "Local governments", "Funds", 80.0),
             ("EQ", "Funds", "Enterprises", 100.0), ("EQ", "Enterprises", "Enterprises", 9.0),
             ("LNEW", "Banks", "Enterprises", 300.0), ("LREP", "Enterprises", "Banks", 200.0),
             ("IPO", "Public market", "Enterprises", 50.0), ("SELL", "Public market", "Funds", 90.0),
             ("DIST", "Funds", "Households and LPs", 44.0), ("DIST", "Funds", "Local governments", 60.0),
             ("VAT", "Enterprises", "Central government", 150.0), ("GRANT", "Local governments", "Enterprises", 12.0),
             ("SEED", "Households and LPs", "Enterprises", 15.0),
             ("WAGE", "Enterprises", "Households and LPs", 9000.0)]  # fmt: skip
    rows = [(quarter, code, payer, payee, amount / 4 * (1 + (quarter >= 4)))
            for quarter in range(8) for code, payer, payee, amount in lines]  # fmt: skip
    table = pd.DataFrame(rows, columns=["quarter", "code", "payer", "payee", "amount"])
    return table.assign(line=table["code"].map({"WAGE": "Wages"}).fillna("Line"))


class TestMoneyCycle:
    def test_adds_up_the_quarters_of_the_year(self, flows):
        amounts = {(flow.payer, flow.payee, flow.label): flow.amount for flow in flows_of_year(flows, 2022, ["CALL"])}
        assert amounts == {("local", "funds", "calls"): 160, ("households", "funds", "calls"): 80}

    def test_averages_the_runs(self, flows):
        runs = pd.concat([flows.assign(seed=1), flows.assign(seed=2, amount=3 * flows["amount"])])
        assert flows_of_year(runs, 2021, ["EQ"])[0].amount == pytest.approx(200)

    def test_nets_new_loans_and_repayments(self, flows):
        (loans,) = flows_of_year(flows, 2021, ["LNEW", "LREP"])
        assert loans == Flow("banks", "enterprises", "lending", 100)

    def test_calls_it_repayment_when_more_is_repaid_than_lent(self):
        both = [Flow("banks", "enterprises", "lending", 5), Flow("enterprises", "banks", "lending", 8)]
        assert net(both, "lending", "repaying") == [Flow("enterprises", "banks", "repaying", 3)]

    def test_leaves_wages_and_sales_out_unless_asked_for(self, flows):
        assert "9,000" not in words_of(plots.money_cycle(flows, 2021))
        assert "Who paid whom in 2021: Open exits" in words_of(plots.money_cycle(flows.assign(scenario="open_exits"), 2021))
        assert "Wages 9,000" in words_of(plots.money_cycle(flows, 2021, codes=["WAGE", "EQ"]))

    def test_widths_are_in_proportion_to_amounts(self, flows):
        ribbons = arrange(between(flows, ["CALL", "EQ"])).ribbons
        ratios = {round(ribbon.width / ribbon.flow.amount, 12) for ribbon in ribbons}
        assert len(ratios) == 1

    def test_ribbons_touch_the_bars_of_payer_and_payee(self, flows):
        layout = arrange(between(flows, set(flows["code"])))
        for ribbon in layout.ribbons:
            line = centre_line(ribbon)
            for sector, (_, y) in ((ribbon.flow.payer, line[0]), (ribbon.flow.payee, line[-1])):
                reach = layout.height[sector] / 2 - ribbon.width / 2
                assert abs(y - layout.middle[sector]) <= reach + 1e-9

    def test_ribbons_on_one_side_of_a_bar_do_not_overlap(self, flows):
        layout = arrange(between(flows, set(flows["code"])))
        mine = [ribbon for ribbon in layout.ribbons if "enterprises" in ribbon.lane]
        mine.sort(key=lambda ribbon: ribbon.at["enterprises"])
        for below, above in pairwise(mine):
            gap = above.at["enterprises"] - below.at["enterprises"]
            assert gap >= (below.width + above.width) / 2 - 1e-9
        assert any(Lane({"households", "enterprises"}) in ribbon.at for ribbon in mine)

    def test_says_what_it_does_not_draw(self, flows):
        assert "CNY 9 bn paid inside sectors" in words_of(plots.money_cycle(flows, 2021))

    def test_refuses_a_year_without_flows_and_a_mix_of_scenarios(self, flows):
        with pytest.raises(UsageError, match="2021 to 2022"):
            plots.money_cycle(flows, 2040)
        mixed = pd.concat([flows.assign(scenario="baseline"), flows.assign(scenario="open_exits")])
        with pytest.raises(UsageError, match="several scenarios"):
            plots.money_cycle(mixed, 2021)

    def test_refuses_a_sector_it_does_not_know(self, flows):
        with pytest.raises(UsageError, match="Martians"):
            plots.money_cycle(flows.replace("Banks", "Martians"), 2021)
