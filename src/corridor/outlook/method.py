"""The standing text of a brief: the method in a page, and what the figures cannot say."""

from __future__ import annotations

METHOD = {
    "Past moves": (
        "Migrants by birthplace and residence at two dates, and the births and deaths between them, bound the moves "
        "that must have happened (demographic accounting: Abel 2013; Azose and Raftery 2019). Our estimate adds moves "
        "that leave no trace in the stocks - people circulate between the places where their fellow-born live - and a "
        "little gravity. Its four weights are fitted to the flows that European countries report of each other, and "
        "tested on countries and periods left out. Net migration of every area is then made the UN's."
    ),
    "Base flows": (
        "Moves per person-year over {window}, applied to the people of 1 January {first}. {floor} of each origin's "
        "moves is spread by a gravity model, so that no corridor is closed for ever (our judgement). Moves that war "
        "explains ({shock} a year in 2020-2024: the excess that UNHCR counts) are held apart: they halve every "
        "{half_life} years, and {returning} of the displaced return in a year, both as in UNHCR's series since 1990."
    ),
    "Years to come": (
        "Births and deaths are those of the UN's medium, graduated to single ages and years. People leave in "
        "proportion to the numbers of migration age and return in proportion to the people abroad; their ages follow "
        "the UN's model schedule. Every emigrant is an immigrant elsewhere, of the same age and sex. Migrants arrive "
        "at the end of the year, as the UN counts them."
    ),
}
"""Heading -> text with fields that `words.method` fills."""

METHOD_OBSERVED = "Observed: the rates of the base flows stay as they are; only the numbers of people change."
METHOD_UN = (
    "UN: every year the corridors of an origin, and those of a destination, are scaled alike until net migration by "
    "area is the UN's; its world residual is removed in proportion to population. A zero-sum correction then brings "
    "the ages of net migration to the UN's. It concerns {first} people in the first year and {last} in the last, in "
    "the whole world. The UN's own figures do not cancel by age - more young people arrive in the world than leave "
    "it - so that a world that closes has slightly fewer births."
)

LIMITS = (
    "Past flows are estimates, not counts: very few pairs of countries report moves on both sides.",
    (
        "This is one path to {last} and not a range. Errors of several per cent in totals, and far larger ones in "
        "single corridors, must be expected; corridors graded weak are little more than a guess of their size."
    ),
    (
        "Nothing but the number and the ages of people drives the figures of maps, tables and sheets. What moves the "
        "flows beside them - income, climate, networks - has a part of its own, whose steps are not forecasts: the "
        "channels have not been held against what came later."
    ),
    "The base ends in the middle of 2024. What began later is not in it, and how wars end is not foreseen.",
    "Legal and irregular moves are not told apart.",
    "Stays shorter than a year and seasonal work are mostly absent from migrant stocks, and so from these figures.",
)
LIMIT_UN = (
    "The UN's medium assumes that many who fled come home soon: net migration to Ukraine of {ukraine} and to the "
    "Syrian Arab Republic of {syria} people in 2025. Under this anchor the first years show that assumption."
)
