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
# # 04 · A sweep with figures: how wide must the door be?
#
# **Question.** The baseline keeps the listing window at 0.30 of its pace of 2021-23. How much of the benefit of
# opening it comes with the first step, and where does opening further stop helping? The same question for the
# early-stage mandate of guidance funds.
#
# **Method.** One lever goes through its range while everything else stays as in the baseline; every value is played
# on the same seeds. Small numbers, for teaching. A sweep lives in a folder: killed or interrupted, the same call goes
# on where it stopped, and a finished run is never played twice. `fork=True` keeps a changed question apart.

# %%
from IPython.display import Markdown

import simulation as tif

size = tif.notebook_size(seeds=6, scale=0.02)
window = tif.sweep(
    vary={"ipo_window": [0, 0.1, 0.3, 0.6, 1, 1.5, 2]}, **size, out="results/04-listing-window", fork=True, quiet=True
)
mandate = tif.sweep(
    vary={"early_mandate": [0, 0.1, 0.3, 0.5, 0.7, 0.9]}, **size, out="results/04-early-mandate", fork=True, quiet=True
)
window.points.T

# %% [markdown]
# Every table of a sweep opens in one line; SQL reaches over all of them, however large.

# %%
window.sql(
    "select ipo_window, count(*) as runs, avg(exits_ipo) as listed_a_year, avg(flow_dpi) as distributions_to_calls "
    "from runs join points using (point) group by ipo_window order by ipo_window"
).round(2)

# %% [markdown]
# ## Figure 1: the listing window

# %%
shown = ["exits_ipo", "flow_dpi", "social_commitments", "projects_entered", "equity_invested", "validated_products"]
source = f"tif-cycle {tif.__version__}, {size['seeds']} seeds, scale {size['scale']:g}"
listing = tif.response(window, indicators=",".join(shown))
tif.plots.response(listing, source=source)

# %% [markdown]
# ## Figure 2: the early-stage mandate

# %%
wanted = "early_equity_share,funded_share,equity_invested,projects_entered,validated_products,public_cost"
early = tif.response(mandate, indicators=wanted)
tif.plots.response(early, source=source)

# %% [markdown]
# ## What it means

# %%
lines = []
for table, values in ((listing, (0.0, 1.0, 2.0)), (early, (0.5, 0.9))):
    lines.append(f"\n**{table['factor_label'].iloc[0]}**, against {table['reference'].iloc[0]:g}:\n")
    for _, rows in table[table["value"].isin(values)].groupby("indicator", sort=False):
        share = 100 / rows["reference_mean"].abs()
        told = [
            f"{share * row.difference:+.1f} % at {row.value:g} ({share * row.difference_low:+.1f} to "
            f"{share * row.difference_high:+.1f})"
            for row, share in zip(rows.itertuples(), share, strict=True)
        ]
        lines.append(f"- {rows['label'].iloc[0]}: {'; '.join(told)}")
Markdown("\n".join(lines))

# %% [markdown]
# A curve says more than two points. Where it bends, the first step does most of the work and a larger one buys
# little; where it is straight, half the policy gives half the effect; where it turns, more is less.
#
# ## What it does not mean
#
# - One lever at a time says nothing about two levers together: that is notebook 03.
# - The x-axis is a policy kept for twelve years from 2024 on. A window that opens once and closes again is another
#   policy.
# - A straight line between two dots is a guide for the eye; nothing was played there.
# - Neighbouring dots share their seeds, so a bump common to all of them is luck common to all of them.
