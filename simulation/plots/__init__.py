"""How results look: a table goes in, a matplotlib Figure of one 16:9 slide comes out, and `save` writes it.

fan          indicators over time, median and spread over seeds      from indicators
effects      what each policy changes, with intervals                from effects
exits        exits by channel and year, in enterprises or in money   from indicators or groups
money_cycle  who paid whom over a year                               from flows
funnel       who gets from project to exit                           from funnel_counts(events)
life         what happened to one enterprise                         from events
tornado      what moves one indicator                                from sensitivity
influence    which factors matter for what                           from sensitivity
box          where an outcome is frequent                            from boxes and cases
surface      two levers together, with public cost                   from surface and interactions
paths        how effects unfold over time                            from paths
response     what one lever does over its range                      from response
front        the best mixes of a search against all others           from front and candidates
gains        what they gain on hold-out seeds                        from front
mixes        what they are made of                                   from levers of the front
loop         what travels through each link of the cycle              from links
fact         a stylised fact, its curves and every seed on its band  from fact_values and fact_curves
scorecard    a part of a validation on one slide                     from scorecard
posterior    what a calibration says of each assumption              from fitted
pairs        which assumptions can stand in for each other           from draws and fitted
identified   which moment says something about which assumption      from identified, fitted and moments
moments      the moments before and after a calibration              from moments
yardsticks   published series against two simple forecasts           from forecasts and yardsticks

Every function also takes title, source, language ('en' | 'zh'), draft, names and colours (see style.Look). Figures are
made without pyplot: nothing has to be closed and no setting outlives the call.
"""

from simulation.plots.box_chart import box
from simulation.plots.effects_chart import effects
from simulation.plots.exits_chart import exits
from simulation.plots.fact_chart import fact
from simulation.plots.fan_chart import fan
from simulation.plots.front_chart import front
from simulation.plots.funnel_chart import funnel, funnel_counts
from simulation.plots.gains_chart import gains
from simulation.plots.identified_chart import identified
from simulation.plots.influence_chart import influence
from simulation.plots.life_line import life
from simulation.plots.loop_chart import loop
from simulation.plots.mixes_chart import mixes
from simulation.plots.moments_chart import moments
from simulation.plots.money_picture import money_cycle
from simulation.plots.pairs_chart import pairs
from simulation.plots.paths_chart import paths
from simulation.plots.posterior_chart import posterior
from simulation.plots.response_chart import response
from simulation.plots.save import save
from simulation.plots.scorecard_chart import scorecard
from simulation.plots.surface_chart import surface
from simulation.plots.tornado_chart import tornado
from simulation.plots.yardsticks_chart import yardsticks

__all__ = [
    "box", "effects", "exits", "fact", "fan", "front", "funnel", "funnel_counts", "gains", "identified", "influence",
    "life", "loop", "mixes", "moments", "money_cycle", "pairs", "paths", "posterior", "response", "save", "scorecard",
    "surface", "tornado", "yardsticks",
]  # fmt: skip
