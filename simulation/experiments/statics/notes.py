"""What stands behind signs that are contrary to expectation, and remarks on single comparisons.

Written by hand after looking at other measures of the same runs; a mechanism is shown only while its verdict is
contrary. Numbers that come from other runs name their seeds.
"""

from __future__ import annotations

MECHANISMS: dict[str, str] = {  # by claim
    "C3.first.social_leverage": (
        "Leverage is private money over guidance money placed, and private commitments move by 2 % or less in all "
        "arms, so the amount of guidance money decides. At equal cost the cap 0.4 places less of it: 18 % of the "
        "offers, of which 77 % find a fund, against 19 % of all offers at the cap 0.1 (14.0 and 18.7 % of the "
        "baseline's offers). Looked at by varying the amount: with 26.6 % of the offers at the cap 0.4 (same 30 "
        "seeds) leverage fell, by 0.21 (0.15 to 0.27), at a cost 37 (22 to 53) CNY bn higher. So the expected "
        "fall is one of more public money. A yuan placed costs the public more at the higher cap. Through which "
        "payments was not separated; not clearly through prices, since price against value does not clearly move, "
        "and funds return a little less."
    ),
    "C3.second.social_leverage": (
        "Leverage is private money over guidance money placed, and private commitments move by 2 % or less in all "
        "arms, so the amount of guidance money decides. From 0.4 on the cap hardly decides how much is placed, "
        "and equal cost allows the cap 0.8 a little less of it. With the same offers as at the cap 0.4 (rows with "
        "these) leverage does not clearly move."
    ),
    "C4.insured_order_share": (
        "Care is the smaller part: with care without effect about three quarters of the fall remain. More than "
        "half of it comes with the step from a cover of 1 to one of 1.2. A cover of 1.2 costs a fifth more "
        "premium than one of 1 and saves the maker nothing more, since no damage is left; and every contract "
        "takes up more of the insurers' own funds, which are lower to begin with. With 6 seeds, refusals as too "
        "dear were 288, 317 and 374 a run at cover 0.5, 1 and 1.2, refusals for want of insurers' own funds 572, "
        "621 and 818. Where premiums are subsidised in full up to 5 % of the contract (last row) the fall is "
        "about four tenths smaller. How much of the rest is want of own funds was not separated."
    ),
    "C10.projects_entered": (
        "Fewer founders are excluded, as expected, but these are some hundred persons. Against them stands the "
        "other side of a redemption: it pays funds. Without new clauses redemptions pay a third less, exit value, "
        "the cash that funds return and private commitments fall, fewer rounds are closed, and entry follows the "
        "funding rate and exit value. With both of these responses at zero (rows where entry does not respond) "
        "entry rises a little, as expected: the fall comes through these two assumptions, and with them off what "
        "is left is the founders who are not excluded."
    ),
}
REMARKS: dict[str, str] = {  # by number of the comparison
    "C4": (
        "Failure in use falls with cumulative output whatever makers do; the failures at given output are the "
        "failures over those that output alone would give, so 1 is a maker without care (1.002 where care has no "
        "effect: the output of the quarter is not known exactly afterwards). It stands for failures per unit at "
        "given output. The insurer loss ratio rises, by less, without any effect of care too: by which way was "
        "not looked at."
    ),
    "C6": (
        "The graduation crunch is there: more early rounds, fewer pilot rounds, and in all fewer projects that "
        "cross the valley."
    ),
    "C7": (
        "Dressing up stays near zero in all arms, so the label cannot be inflated, and the rows with standards "
        "say nothing about standards. With 6 seeds and no fear of being found out (`packaging_fear` 0, no "
        "standards) benefits of 1 instead of 0.2 raise the share of applicants who dress up from 5.5 to 6.9 % "
        "(+1.5, 0.3 to 2.6 points), and false positives, credibility and quality still do not clearly move."
    ),
    "C10": (
        "The specification expects entry to rise because fewer founders are shut out; the other way, through "
        "money that funds get back, is the stronger one here."
    ),
    "C12": (
        "First support counts grants, guarantees, relending, interest subsidies, local stakes, first use, premium "
        "subsidies, co-funding and incubation. It comes within one or two quarters even with departments apart, "
        "so there is little to shorten. No indicator of the specification holds it; it is read off the events."
    ),
}
