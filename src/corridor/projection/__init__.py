"""The engine: populations and bilateral flows of all areas, year by year.

The state of a trajectory is `P[area, sex, age]` and the birthplace stock `M[birthplace, residence]` on 1 January. In a
year: survivors, births and deaths; demand for moves from exposure; the anchor; ages of the movers; arrivals at the end
of the year, as the UN counts them; birthplaces move along. The world balances exactly by age and sex.
"""

ANCHORS = {"blended": 0.4, "un": 1.0, "observed": 0.0}
"""Baselines: how much of an area's net migration is that of the UN's medium; the rest is what the base flows give.

`blended` is the default: with old revisions of the UN, ex ante, weights of .2 to .4 had the least error on the flows
that the default base carries on (`corridor.backtest.anchor_weights`; the table is in docs/corridor-model.md).
"""
DEFAULT_ANCHOR = "blended"
