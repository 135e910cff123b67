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
# # 06 · What makes the cycle stall?
#
# **Question.** Under which policies **and** which states of the world does the cycle stall, that is, do new projects
# or equity invested fall below four fifths of the baseline?
#
# **Method.** Three levers and four assumptions are drawn together over their ranges (a Latin hypercube), and PRIM
# looks for a *box*: the few ranges of few factors in which stalls are frequent. Every run is compared with the
# baseline of the same seed, so that bad luck is not taken for a stall. The box is tried on points that were not used
# to find it. Small numbers, for teaching.

# %%
from pathlib import Path

from IPython.display import display

import simulation as tif

size = tif.notebook_size(seeds=2, scale=0.015)
design = Path("results/06-design/stall.yaml")
design.parent.mkdir(parents=True, exist_ok=True)
text = f"""
name: stall
title: Levers and states of the world together
base: baseline
method: latin
points: 80
vary:
  ipo_window: {{from: 0, to: 1}}
  ggf_local: {{from: 0, to: 300}}
  early_mandate: {{from: 0, to: 0.9}}
  exit_response: range
  outcome_elasticity: range
  funding_response: range
  hurdle_level: range
seeds: 1-{size["seeds"]}
quarters: {size["quarters"]}
scale: {size["scale"]}
"""
design.write_text(text, encoding="utf-8")
swept = tif.sweep(design, out="results/06-stall", fork=True, quiet=True)
found = tif.discover(swept, quiet=True)
print(found.brief())

# %% [markdown]
# ## Figure 1: the boxes

# %%
for figure in found.figures().values():
    display(figure)

# %% [markdown]
# ## Table 1: the way to the box
#
# PRIM peels off thin slices. Each step trades *coverage* (the share of all stalls inside) for *density* (the share of
# the runs inside that stall).

# %%
found.peeling.iloc[:: max(1, len(found.peeling) // 8)].round(2) if len(found.peeling) else "No box was found."

# %% [markdown]
# ## What it means
#
# A box names conditions that go together, which a list of single factors cannot: a lever inside the box is dangerous
# only there. The first question to a box is its base rate. Is it much denser than the whole space? The second is
# whether it holds on points not used to find it; a box that loses its density there is a story about this sample.
#
# ## What it does not mean
#
# - No probabilities of the world: points are spread evenly over ranges, and ranges are not beliefs.
# - *Stall* is a convention, a threshold on two links over a window. Move it with `share=`, or ask for another outcome
#   with a condition such as `"npl_ratio > 2"`.
# - No cause. A factor that limits a box goes together with stalls; notebooks 02 and 08 change one thing at a time.
# - Assumptions that set the level of equity directly will always look dangerous; they say how much the answer hangs
#   on them, and no policy moves them.
