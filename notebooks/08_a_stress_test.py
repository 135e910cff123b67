# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 · A stress test: where do shocks enter the cycle, and how long are they felt?
#
# **Question.** Listing stops for a year; banks ration for two; private partners of funds retreat for two; demand
# slumps. Which link of the cycle feels each shock, is it over when the shock is over, and can public money stand in?
#
# **Method.** Four shocks (`scenarios/shocks/`), each compared with the baseline on the same seeds; then one policy, a
# central guidance fund that stands in while private partners are away, played with and without the shock. Small
# numbers, for teaching. Sizes and dates of the shocks are assumptions, chosen so that they are clearly felt.

# %%
from IPython.display import Markdown

import simulation as tif

size = tif.notebook_size(seeds=8, scale=0.02)
shocks = ["listing_freeze", "credit_crunch", "lp_retreat", "demand_slump"]
found = tif.compare("baseline", *shocks, **size, quiet=True)

# %% [markdown]
# ## Figure 1: how the shocks unfold
#
# Grey: 2026 and 2027, when the shocks act (the freeze and the slump in 2026 only).

# %%
shown = ["exits_ipo", "mlt_loans", "social_commitments", "equity_invested", "projects_entered", "value_added"]
tif.plots.paths(found.paths, shown, parts_at=20, until=27, **found.look)

# %% [markdown]
# ## Table 1: during and after
#
# The same runs read over two windows: the two years of the shock, and what follows.

# %%
last = found.paths["date"].max()
during, after = found.over("2026Q1:2027Q4"), found.over(f"2028Q1:{last}") if last > "2028Q1" else found
table = during.effects.merge(after.effects, on=["scenario", "indicator", "label"], suffixes=(" during", " after"))
table = table[table["indicator"].isin([*shown, "npl_ratio", "default_rate"])]
table[["scenario", "label", "percent during", "better during", "percent after", "better after"]].round(1)

# %% [markdown]
# ## Does public money stand in?
#
# The central guidance fund offers CNY 150 bn a year instead of 45 in 2026 and 2027, once while private partners are
# away and once in calm times. Effects over the four years from 2026 on.

# %%
stand_in = {"ggf_central": {"from": "2026Q1", "until": "2027Q4", "value": 150}}
stressed = tif.compare(
    "lp_retreat", {"name": "stand-in-under-the-shock", "extends": "lp_retreat", "levers": stand_in}, **size, quiet=True
)
calm = tif.compare(
    "baseline", {"name": "stand-in-in-calm-times", "extends": "baseline", "levers": stand_in}, **size, quiet=True
)
span = f"2026Q1:{min(last, '2029Q4')}"
asked = ["social_commitments", "dry_powder", "equity_invested", "projects_entered", "public_cost"]

# %% [markdown]
# ## What it means

# %%
lines = [
    f"- **{found.look['names'][shock]}**: in 2026-27 {'; '.join(during.said(shock, one) for one in links)}; "
    f"later {'; '.join(after.said(shock, one) for one in links)}"
    for shock, links in {
        "listing-freeze": ["exits_ipo", "social_commitments", "equity_invested"],
        "credit-crunch": ["mlt_loans", "equity_invested", "value_added"],
        "lp-retreat": ["social_commitments", "equity_invested", "projects_entered"],
        "demand-slump": ["value_added", "mlt_loans", "equity_invested"],
    }.items()
]
Markdown("Against the baseline, 95 % intervals in brackets:\n\n" + "\n".join(lines))

# %% [markdown]
# A shock that is felt more once it is over has been handed on: from exits to partners, from partners to rounds, from
# losses to founders. These are the links, of those in Table 1, where that is so and where the later change is told
# from luck:

# %%
later = table[(table["better after"] != "unclear") & (table["percent after"].abs() > table["percent during"].abs())]
lines = [
    f"- {found.look['names'][row['scenario']]}: {row['label'].lower()}, {row['percent during']:+.1f} % during, "
    f"{row['percent after']:+.1f} % after"
    for _, row in later.iterrows()
]
Markdown("\n".join(lines) or "None in these runs.")

# %%
lines = [
    f"- **{one.look['names'][one.plan.names[1]]}**: "
    + "; ".join(one.over(span).said(one.plan.names[1], indicator) for indicator in asked)
    for one in (stressed, calm)
]
Markdown("What the stand-in changes, against the same world without it:\n\n" + "\n".join(lines))

# %% [markdown]
# Public money that stands in is worth more under stress only if its effect there is clearly larger than in calm
# times; compare the two intervals before saying so. Money offered is not money invested: funds must first be raised
# with private partners, whose retreat is the shock.

# %% [markdown]
# ## What it does not mean
#
# - No shock is a forecast, and their sizes cannot be compared with each other: none is calibrated to an episode.
# - Agents in the model follow rules; they do not see a shock coming, and they do not invent new ones. A real crisis
#   brings both.
# - The baseline has no business cycle of its own beyond chance, so a shock meets an economy in ordinary times.
