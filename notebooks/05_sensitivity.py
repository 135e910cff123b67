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
# # 05 · Sensitivity: what policy can set, and what nobody knows
#
# **Question.** Some numbers of the model are levers, others are assumptions that no one has measured. Which of the
# two moves new projects, equity and validated products more? If it is the assumptions, a ranking of policies must be
# shown to survive them.
#
# **Method.** Morris screening: paths through the space of four levers and four assumptions, one of them changed at a
# time over its whole range; the mean size of the change says how much it matters. A *dummy*, which does nothing but
# exchange the seeds, shows what is luck. Small numbers, for teaching: `scenarios/sweeps/morris_levers.yaml` is the
# design for all levers.

# %%
from pathlib import Path

import simulation as tif

size = tif.notebook_size(seeds=2, scale=0.015)
design = Path("results/05-design/levers_and_assumptions.yaml")
design.parent.mkdir(parents=True, exist_ok=True)
text = f"""
name: levers-and-assumptions
title: Four levers and four assumptions
base: baseline
method: morris
points: 10
vary:
  ipo_window: {{from: 0, to: 2}}
  early_mandate: {{from: 0, to: 0.9}}
  ggf_local: {{from: 0, to: 400}}
  fund_term: {{from: 7, to: 12}}
  exit_response: range
  outcome_elasticity: range
  screening_noise: range
  hurdle_level: range
seeds: 1-{size["seeds"]}
quarters: {size["quarters"]}
scale: {size["scale"]}
"""
design.write_text(text, encoding="utf-8")
swept = tif.sweep(design, out="results/05-levers-and-assumptions", fork=True, quiet=True)
shown = "projects_entered,equity_invested,social_commitments,validated_products,exits_ipo,public_cost"
found = tif.sensitivity(swept, shown, quiet=True)

# %% [markdown]
# ## Figure 1: which factor matters for what

# %%
tif.plots.influence(found.table, found.shown, source=found.swept.source)

# %% [markdown]
# ## Figure 2: new projects

# %%
tif.plots.tornado(found.table, "projects_entered", source=found.swept.source)

# %% [markdown]
# ## Figure 3: equity invested

# %%
tif.plots.tornado(found.table, "equity_invested", source=found.swept.source)

# %% [markdown]
# ## What it means
#
# For each indicator the factors that are clearly beyond the dummy, strongest first, with what their whole range does:

# %%
print(found.brief())

# %% [markdown]
# Read `exit_response` with care. It is the assumed response of entry to exits, from 0 (none) to 1, and nobody has
# measured it. Where it stands beside the listing window in the ranking of new projects, a claim that opening exits
# brings new projects is as good as that assumption: report it also with `exit_response` at 0.
#
# ## What it does not mean
#
# - A factor below the dummy is not shown to be harmless: ten paths and two seeds cannot tell it from luck.
# - Ranges decide. A lever with a wide range looks strong; the range of each factor stands in the figure.
# - The mean size of a change hides its sign where a factor helps here and harms there; the figure marks these.
# - The indices rank, they do not share out variance. Sobol designs (`method: sobol`) do, at many times the runs.
