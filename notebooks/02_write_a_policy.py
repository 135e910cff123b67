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
# # 02 · Write a policy and compare it
#
# **Question.** A ministry wants more early-stage money and fears that the money will be stuck. Would a valve help:
# public money that buys the stakes of other investors, opened only while funds return less than they call?
#
# **Method.** A policy is a file that says what differs from the baseline. Two of them are written here, the same
# early money without and with the valve, read back in words, and played on the same seeds as the baseline: paired
# runs, so that most of the luck cancels. Small numbers, for teaching.

# %%
from pathlib import Path

from IPython.display import Markdown

import simulation as tif

early = """
name: early-money
title: Early money, phased in over a year
extends: baseline
levers:
  early_mandate: {from: 2025Q1, over: 4q, value: 0.5}     # a ramp of four quarters, then it stays
  ggf_central: {from: 2025Q1, change: +20%}               # of the baseline's value, quarter by quarter
"""
valve = """
name: early-money-with-valve
title: Early money, and public money for secondary sales while funds return too little
extends: early_money.yaml
levers:
  s_fund_public: {when: flow_dpi < 1.2, value: 60, for_at_least: 4q}    # last quarter's national value
"""
folder = Path("results/02-policies")
folder.mkdir(parents=True, exist_ok=True)
for name, text in {"early_money": early, "early_money_with_valve": valve}.items():
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")

# %% [markdown]
# The program says in words what it has understood. Names, ranges and units are checked before anything runs; a
# misspelt lever is refused with the nearest name.

# %%
print(tif.describe(tif.load_scenario(folder / "early_money_with_valve.yaml")))

# %%
found = tif.compare(
    "baseline", folder / "early_money.yaml", folder / "early_money_with_valve.yaml",
    **tif.notebook_size(seeds=8, scale=0.02), quiet=True,
)  # fmt: skip

# %% [markdown]
# ## Figure 1: what the two policies change

# %%
tif.plots.effects(found.effects, **found.look)

# %% [markdown]
# ## Table 1: what they cost the public
#
# CNY bn a year against the baseline, rows above 2 bn. Public money in funds is an outlay that leaves a claim and
# brings receipts; the last row of a policy is all levers, less receipts and claims held at the end.

# %%
large = found.cost["difference"].abs() > 2
found.cost.loc[large, ["scenario", "lever", "level", "component", "difference", "low", "high"]].round(1)

# %% [markdown]
# ## What it means

# %%
asked = ["early_equity_share", "equity_invested", "flow_dpi", "validated_products", "public_cost"]
lines = [f"- **{policy}**: " + "; ".join(found.said(policy, one) for one in asked) for policy in found.plan.names[1:]]
Markdown("Change against the baseline, 95 % intervals in brackets:\n\n" + "\n".join(lines))

# %% [markdown]
# Read a policy by three questions. Did it do what it was written for (the share of early equity)? Did the rest of the
# chain follow (equity, validated products)? What did the public pay? An interval that holds zero is *unclear*: it
# says that these seeds cannot tell, not that nothing happens. `seeds_needed` says how many seeds would tell.

# %%
columns = ["scenario", "label", "unit", "difference", "low", "high", "better", "seeds", "seeds_needed"]
found.effects.loc[found.effects["indicator"].isin(asked), columns].round(2)

# %% [markdown]
# ## What it does not mean
#
# - Not that a valve as such works or fails: this one has one size, one threshold and one date. A sweep over size and
#   threshold (notebook 04) is the answer to *how much*.
# - Not a calibrated number. Defaults are set to orders of magnitude, and many rules rest on assumptions marked A in
#   `docs/levers.md`; notebook 05 asks which of them matter.
# - Of many intervals some exclude zero by chance alone; the line below the figure says how many to expect.
