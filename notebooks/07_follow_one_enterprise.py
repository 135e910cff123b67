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
# # 07 · Follow one enterprise through two worlds
#
# **Question.** What does an open exit mean for one enterprise, and for how many enterprises does it mean anything?
#
# **Method.** The baseline and the policy `open_exits` are played once, with the same luck. Every draw of chance
# belongs to an event of an enterprise and not to its place in a list, so the same enterprise meets the same chances
# in both worlds, and what differs is what the policy did, directly or through others. One seed, for teaching: this
# notebook tells lives, it measures nothing.

# %%
import pandas as pd
from IPython.display import Markdown, display

import simulation as tif

size = tif.notebook_size(seeds=1, scale=0.02)
found = tif.compare("baseline", "open_exits", **size | {"seeds": 1}, quiet=True)
events = found.runs.events
fates = found.fates("open-exits")

# %% [markdown]
# ## Table 1: fates in both worlds
#
# Rows: what became of an enterprise in the baseline until the last quarter; columns: what became of the same one with
# open exits.

# %%
crossed = pd.crosstab(fates["baseline"], fates["open-exits"])
crossed

# %%
both = fates[(fates["baseline"] != "Not founded") & (fates["open-exits"] != "Not founded")]
Markdown(
    f"Of {len(fates):,} enterprises with venture history, {len(both):,} exist in both worlds, and "
    f"{both['differs'].sum():,} of these ({100 * both['differs'].mean():.0f} %) meet another fate. "
    f"{(fates['baseline'] == 'Not founded').sum():,} are founded only where exits are open and "
    f"{(fates['open-exits'] == 'Not founded').sum():,} only where they are not."
)

# %% [markdown]
# ## Figures 1 and 2: one enterprise, twice
#
# Chosen by rule, not by taste: among those that list or are bought with open exits and do not in the baseline, the
# one that raised the most equity there.

# %%
sold = fates["open-exits"].isin(["Listed", "Acquired"]) & ~fates["baseline"].isin(["Listed", "Acquired", "Not founded"])
candidates = fates[sold] if sold.any() else both
chosen = int(candidates["raised open-exits"].idxmax())
for world in found.plan.names:
    about = f"{found.look['names'][world]}: {fates.loc[chosen, world].lower()}"
    display(tif.plots.life(events[events["scenario"] == world], chosen, about=about, **found.look))

# %%
for world in found.plan.names:
    print(found.runs.explain(chosen, world), end="\n\n")

# %% [markdown]
# ## What it means

# %%
mine = events[events["enterprise"] == chosen]
columns = ["quarter", "date", "kind", "amount"]
first, second = (mine.loc[mine["scenario"] == world, columns].reset_index(drop=True) for world in found.plan.names)
apart = pd.concat([first, second]).drop_duplicates(keep=False)["date"].min()
Markdown(
    f"Until {apart} nothing that is on record of enterprise {chosen} differs between the two worlds. Then its fate is "
    f"{fates.loc[chosen, 'baseline'].lower()} in the baseline and {fates.loc[chosen, 'open-exits'].lower()} with open "
    f"exits; it raised CNY {fates.loc[chosen, 'raised baseline']:,.0f} mn there and "
    f"{fates.loc[chosen, 'raised open-exits']:,.0f} mn here."
)

# %% [markdown]
# A policy on exits reaches most enterprises, if at all, in roundabout ways: through the funds that get cash back, the
# rounds they can then pay, the rivals who come in, the queue. The two lives show one such way.
#
# ## What it does not mean
#
# - One life proves nothing. This one was chosen **because** it differs; Table 1 says how rare that is.
# - A different fate is not always a direct effect: once a single fund has another balance, the matching of money and
#   projects changes for many, in both directions. Fates move both ways in Table 1; the net of both is the effect.
# - How large the effect on all is, and how sure, is the question of paired runs over many seeds (notebooks 02 and
#   03).
