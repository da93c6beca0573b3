"""The engine: populations and bilateral flows of all areas, year by year.

The state of a trajectory is `P[area, sex, age]` and the birthplace stock `M[birthplace, residence]` on 1 January. In a
year: survivors, births and deaths; demand for moves from exposure; the anchor; ages of the movers; arrivals at the end
of the year, as the UN counts them; birthplaces move along. The world balances exactly by age and sex.
"""
