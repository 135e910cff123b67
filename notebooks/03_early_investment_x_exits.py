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
# # 03 · Early investment and exit channels: do they need each other?
#
# **Question.** The project's leading question. Guidance money can be told to invest earlier; exits by listing can be
# opened. Does early money help more where exits are open (complements), or does one make up for the other
# (substitutes)? And what does each combination cost the public?
#
# **Method.** The early-stage mandate of guidance funds and the listing window go through a grid of sixteen points,
# each played on the same seeds. The *interaction* is what both levers do together beyond the sum of what each does
# alone, when both go from their lowest to their highest value, fitted over all sixteen cells of every seed; its
# interval is taken over the seeds, so luck that a seed has at every point cancels. The shipped design
# `scenarios/sweeps/early_x_exits.yaml` asks the same with 20 seeds at scale 0.05; here the numbers are as large as a
# few minutes allow.

# %%
from IPython.display import Markdown, display

import simulation as tif

size = tif.notebook_size(seeds=10, scale=0.025)
grid = tif.sweep(
    vary={"early_mandate": [0.1, 0.3, 0.5, 0.7], "ipo_window": [0.1, 0.3, 1, 1.5]},
    **size, out="results/03-early-x-exits", fork=True, quiet=True,
)  # fmt: skip
shown = ["validated_products", "projects_entered", "equity_invested", "funded_share", "flow_dpi", "public_cost"]
found = tif.interactions(grid, ",".join(shown))

# %% [markdown]
# ## Figure 1: newly validated products, with public cost on the surface

# %%
found.plot("validated_products")

# %% [markdown]
# ## Figure 2: new projects

# %%
found.plot("projects_entered")

# %% [markdown]
# ## Figure 3: equity invested

# %%
found.plot("equity_invested")

# %% [markdown]
# ## Table 1: each lever alone, both together, and what is left
#
# From the lowest values (mandate 0.1, window 0.1) to the highest (0.7 and 1.5). `interaction` comes from the whole
# grid, with its 95 % interval.

# %%
columns = ["label", "unit", "first_alone", "second_alone", "together"]
interaction = ["interaction", "interaction_low", "interaction_high", "verdict"]
pair = found.table.set_index("indicator").loc[shown]
pair[columns + interaction].round(2)

# %% [markdown]
# ## Table 2: what the full mandate does at each width of the window
#
# The step from a mandate of 0.1 to one of 0.7, paired by seed; `second_value` is the listing window.

# %%
full = found.surface[found.surface["first_value"] == found.surface["first_value"].max()]
steps = full[full["indicator"].isin(["validated_products", "equity_invested", "projects_entered", "public_cost"])]
steps[["label", "unit", "second_value", "step", "step_low", "step_high"]].round(2)

# %% [markdown]
# ## What was found

# %%
lines = []
for row in pair.loc[["validated_products", "projects_entered", "equity_invested"]].itertuples():
    alone = "; ".join(
        f"{name} alone {value:+,.0f} ({low:+,.0f} to {high:+,.0f})"
        for name, value, low, high in (
            ("the mandate", row.first_alone, row.first_alone_low, row.first_alone_high),
            ("the window", row.second_alone, row.second_alone_low, row.second_alone_high),
        )
    )
    lines.append(
        f"- **{row.label}** ({row.unit.replace('count', 'number')}): {alone}; both together {row.together:+,.0f} "
        f"({row.together_low:+,.0f} to {row.together_high:+,.0f}); beyond the sum {row.interaction:+,.0f} "
        f"({row.interaction_low:+,.0f} to {row.interaction_high:+,.0f}): **{row.verdict}**."
    )
display(Markdown("\n".join(lines)))

# %%
cost = pair.loc["public_cost"]
clear = [row.label.lower() for row in pair.itertuples() if row.verdict in ("complements", "substitutes")]
costs = [
    f"{name} {cost[one]:+,.0f} ({cost[one + '_low']:+,.0f} to {cost[one + '_high']:+,.0f})"
    for name, one in (("the mandate alone", "first_alone"), ("the window alone", "second_alone"), ("both", "together"))
]
Markdown(
    f"Public cost, CNY bn a year: {'; '.join(costs)}. "
    + (f"The interaction is told from luck for {', '.join(clear)}." if clear else
       "For none of these indicators can the interaction be told from luck with these seeds: an answer of "
       "*complements* or of *substitutes* would be a story and not a result.")
)  # fmt: skip

# %% [markdown]
# ## What it does not mean
#
# - The interaction is taken over these ranges, 0.1 to 0.7 and 0.1 to 1.5 of the pace of 2021-23. Outside them nothing
#   was played, and between the dots of the figures lines are straight because nothing is known.
# - *Unclear* is not *none*. It says that these seeds cannot tell; the width of the interval says how large an
#   interaction could hide in it.
# - The mandate is a rule about the mix of investments and brings no money of its own. A package of early mandate,
#   more guidance money and tax relief (`scenarios/policies/early_investment.yaml`) is another question.
# - Part of the response of new projects is an assumed one (`exit_response`, notebook 05), and nothing here is
#   calibrated.
# - Public cost is net of receipts: where exits are open, guidance money comes back with its gains, and a negative
#   cost is the return on a public investment in the model and no promise of one.
