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
# # 01 · First run: does the cycle turn?
#
# **Question.** Investors put money into enterprises; listings and sales bring it back; whoever has had good
# experience puts it in again. If every policy stays as it stood at the end of 2023, does this cycle keep turning
# until 2035?
#
# **Method.** One scenario, `baseline`, is played from 2021Q1 on. Every seed is another course of luck for the same
# economy; the spread between seeds shows what is luck. Small numbers, for teaching: a study takes 20 seeds and a
# larger scale; at scale 0.02 one enterprise of the model stands for fifty, hence the steps in the number of listings.

# %%
from IPython.display import Markdown

import simulation as tif

run = tif.run("baseline", **tif.notebook_size(seeds=4, scale=0.02), quiet=True)
run

# %% [markdown]
# A run holds tables. `indicators` has a row a quarter and seed and a column an indicator; `tif.indicators("word")`
# says what each one measures, with its formula.

# %%
tif.indicators("invested")[["label", "unit", "aggregate", "formula"]]

# %%
run.indicators[["seed", "date", "equity_invested", "social_commitments", "exits_ipo", "flow_dpi"]].tail(4).round(2)

# %% [markdown]
# ## Figure 1: the cycle over time

# %%
shown = ["equity_invested", "exits_ipo", "flow_dpi", "social_commitments", "projects_entered", "validated_products"]
tif.plots.fan(run.indicators, shown, title="How the cycle develops if policies stay still", **run.look)

# %%
years = run.summary.set_index("indicator").loc[shown]
links = years[["label", "unit"]].copy()
links["2021-23"] = years[["2021", "2022", "2023"]].mean(axis=1)
links["last three years"] = years[years.columns[-3:]].mean(axis=1)
links["change, %"] = 100 * (links["last three years"] / links["2021-23"] - 1)
links.round(2)

# %% [markdown]
# ## Figure 2: who paid whom in the last year

# %%
tif.plots.money_cycle(run.flows, int(years.columns[-1]), **run.look)

# %% [markdown]
# ## What it means

# %%
falling = links.loc[links["change, %"] < -10, "label"]
before, after = links["2021-23"], links["last three years"]
Markdown(
    f"From 2021-23 to the last three years, {len(falling)} of the {len(links)} links fall by more than a tenth: "
    f"{', '.join(falling).lower() or 'none'}. Funds return {after['flow_dpi']:.2f} yuan for each yuan they call, "
    f"against {before['flow_dpi']:.2f}. Listings fall from {before['exits_ipo']:.0f} to {after['exits_ipo']:.0f} a "
    "year: the baseline keeps the listing window at 0.30 of its pace of 2021-23."
)

# %% [markdown]
# Follow one yuan in Figure 2: from investors to funds, from funds to enterprises, and back through exits. Most money
# of founders and most taxes pass by the funds; the venture part of the picture is small, and it is the part that
# turns. Which link starves which, how much and after how long, a single run cannot say: notebooks 02 to 08 ask it in
# pairs.
#
# ## What it does not mean
#
# - It is **no forecast**. The baseline keeps every policy still, which nobody expects; it is the yardstick against
#   which policies are measured (notebook 02).
# - A fall over time is **not an effect of a policy**: the window, growth and the age of the funds all change
#   together. Only a pair of runs that differ in one thing says what that thing does.
# - Levels rest on defaults set to orders of magnitude and not calibrated: `docs/statistics.md` puts them beside
#   published numbers.
