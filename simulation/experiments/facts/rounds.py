"""Equity rounds: dilution, further rounds and the time between them; early and later investment."""

from __future__ import annotations

import numpy as np

from .exits import cumulative_share, first_rounds, of_kind
from .record import Line, Measured, Missing, Seen, enough, inside, measure, slope

YEARS = np.arange(0.0, 8.25, 0.25)
FOLLOWED = 24
NEXT = {2: "fact_second_round", 3: "fact_third_round", 4: "fact_fourth_round"}


@measure(x="fact_dilution", y="fact_percent_rounds")
def dilution(seen: Seen, window: tuple[int, int]) -> Measured:
    """Median share of the company that a first round sells (%): money / (value before it + money)."""
    rounds = of_kind(seen, "round")
    first = inside(rounds[rounds["enterprise"].map(rounds.groupby("enterprise")["quarter"].min()) == rounds["quarter"]],
                   window)  # fmt: skip
    born = of_kind(seen, "birth")["enterprise"]
    first = first[first["enterprise"].isin(born)]
    sold = enough(100.0 * (first["amount"] / (first["amount"] + first["note"])).to_numpy(), 30)
    density, edges = np.histogram(sold, bins=np.arange(0, 81, 4))
    return Measured(float(np.median(sold)), (Line("fact_model", edges[:-1] + 2.0, 100.0 * density / density.sum()),))


def further_rounds(seen: Seen, window: tuple[int, int], number: int) -> tuple[float, tuple[Line, ...]]:
    """Share of enterprises first financed in the window that had a round of that number within six years (%),
    and for each number the share that had it by years since the round before.
    """
    seen.reach((window[0], window[1] + FOLLOWED))
    first = first_rounds(seen, window)
    rounds = of_kind(seen, "round")
    rounds = rounds[rounds["enterprise"].isin(first.index)].sort_values("quarter", kind="stable")
    rounds = rounds.assign(number=rounds.groupby("enterprise").cumcount() + 1)
    when = rounds.pivot_table(index="enterprise", columns="number", values="quarter", aggfunc="min")
    lines = []
    for later, word in NEXT.items():
        if later not in when.columns:
            continue
        had_before = when[later - 1].notna()
        wait = (when[later].fillna(seen.quarters - 1) - when[later - 1])[had_before] / 4.0
        had = when[later].notna()[had_before].to_numpy()
        if had.sum() >= 8:
            lines.append(Line(word, YEARS, cumulative_share(wait.to_numpy(), had, YEARS)))
    reached = when[number] - when[1] <= FOLLOWED if number in when.columns else when[1] < 0
    return 100.0 * float(reached.mean()), tuple(lines)


@measure(x="fact_years_round", y="fact_percent_next_round")
def second_round(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of enterprises first financed in the window that had a second round within six years (%)."""
    return Measured(*further_rounds(seen, window, 2))


@measure(x="fact_years_round", y="fact_percent_next_round")
def fourth_round(seen: Seen, window: tuple[int, int]) -> Measured:
    """Share of enterprises first financed in the window that had a fourth round within six years (%)."""
    return Measured(*further_rounds(seen, window, 4))


@measure(x="fact_years_round", y="fact_percent_next_round")
def time_between_rounds(seen: Seen, window: tuple[int, int]) -> Measured:
    """Median years between the first and the second round of enterprises that had both within six years."""
    _, lines = further_rounds(seen, window, 2)
    first = first_rounds(seen, window)
    rounds = of_kind(seen, "round")
    rounds = rounds[rounds["enterprise"].isin(first.index)].sort_values("quarter", kind="stable")
    second = rounds[rounds.groupby("enterprise").cumcount() == 1].set_index("enterprise")["quarter"]
    wait = (second - first.reindex(second.index)).to_numpy() / 4.0
    return Measured(float(np.median(enough(wait[wait <= FOLLOWED / 4.0]))), lines)


@measure(x="fact_log_listings", y="fact_log_investment", shape="points")
def later_reacts_more(seen: Seen, window: tuple[int, int]) -> Measured:
    """Elasticity of equity invested at the market stage to the value of listings of the year before, less that of
    equity invested in proof of concept and prototypes; above 0 later investment reacts more.
    """
    from ...economy.recorder import names_of

    groups = inside(seen.table("groups"), window)
    stages, channel = names_of("stage"), names_of("channel")[0]
    invested = groups[(groups["indicator"] == "equity_invested") & (groups["dimension"] == "stage")]
    by_stage = invested.pivot_table(index="quarter", columns="group", values="value", aggfunc="sum")
    listed = groups[(groups["indicator"] == "exit_value") & (groups["group"] == channel)]
    value = listed.groupby("quarter")["value"].sum().rolling(4).sum().shift(1)
    early = by_stage.reindex(columns=stages[:2]).sum(axis=1).rolling(4).mean()
    late = by_stage.reindex(columns=stages[3:4]).sum(axis=1).rolling(4).mean()
    there = (value > 0.0) & (early > 0.0) & (late > 0.0)
    if there.sum() < 12:
        raise Missing("twelve quarters with listings and investment")
    x, y = np.log(value[there].to_numpy()), [np.log(side[there].to_numpy()) for side in (late, early)]
    lines = (Line("fact_later", x, y[0]), Line("fact_early", x, y[1]))
    return Measured(slope(x, y[0]) - slope(x, y[1]), lines)
