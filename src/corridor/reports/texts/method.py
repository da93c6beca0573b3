"""The standing text of a brief: the method in a page, and what the figures cannot say."""

from __future__ import annotations

from corridor.calendar import BASE_YEAR, LAST_STOCK

METHOD = {
    "Past moves": (
        "A share of the people who live abroad goes home every year: a tenth to a fifth of contract workers, one or "
        "two in a hundred of those who came to stay, hardly anybody of those who came forty years ago. Who leaves home "
        "replaces them and the dead, and makes the migrant stock grow; other moves leave no trace in stocks. The model "
        "is fitted to moves that were measured among 124 countries in 2019 to 2022 (Chi and others 2025), tested on "
        "countries left out, and then drawn to what was measured and, by a quarter, to what OECD countries report."
    ),
    "Base flows": (
        "{base}, applied to the people of 1 January {first}. {floor} of each origin's "
        "moves is spread by a gravity model, so that no corridor is closed for ever (our judgement). Moves that war "
        "explains ({shock} a year in 2020-2024: the excess that UNHCR counts) are held apart: they halve every "
        "{half_life} years, and {returning} of the displaced return in a year, both as in UNHCR's series since 1990."
    ),
    "Years to come": (
        "Births and deaths are those of the UN's medium, graduated to single ages and years. People leave in "
        "proportion to the numbers of migration age and return in proportion to the people abroad. On each corridor "
        "women and men move in the proportions of the migrants who live there, and their ages are those of a mix of "
        "classes of movers (young adults, workers, families, older people) that is fitted to the UN's net migration "
        "by age and sex. Every emigrant is an immigrant elsewhere, of the same age and sex. Migrants arrive "
        "at the end of the year, as the UN counts them."
    ),
}
"""Heading -> text with fields that `words.method` fills."""

BASE_WORDS = {
    "2020-2024": (
        "Moves per person-year of 2020-2024, where the closed borders of 2020 and 2021 and the catching up of 2022 "
        "count as the mean of 2019 to 2022 (of all bases tried it erred least on past periods)"
    ),
    "model": (
        "Moves per person-year of 2020-2024, changed by what followed such moves in the past: who fled or came to work "
        "goes home, places that filled fast fill more slowly, net migration comes back to its habit of twenty years "
        "(the corridor model, learnt from the flows of 1990-2024)"
    ),
}
"""Base of flows -> what it is; any other is a mean of years."""
METHOD_CORRECTED = (
    "A zero-sum correction then brings the ages of net migration there too. It concerns {first} people in the first "
    "year and {last} in the last, in the whole world. The UN's own figures do not cancel by age - more young people "
    "arrive in the world than leave it - so that a world that closes has slightly fewer births."
)

LIMITS = (
    (
        "Past flows are estimates, even where they are drawn to measurements, which themselves rest on the users of "
        "one online service. China, Iran, Japan, Saudi Arabia, Uzbekistan and others were not among the countries "
        "measured here."
    ),
    (
        "This is one path to {last} and not a range. Errors of several per cent in totals, and far larger ones in "
        "single corridors, must be expected; one modelled corridor in five is off by more than a factor 3."
    ),
    (
        "Income, climate and networks move the figures as published studies size them, most of them by our reading. "
        "None of them made forecasts of past flows better: what a cause adds is a consequence of these sizes and no "
        "forecast."
    ),
    f"The base ends in the middle of {LAST_STOCK}. What began later is not in it, and how wars end is not foreseen.",
    "Legal and irregular moves are not told apart.",
    "Stays shorter than most of a year, and seasonal work, are not in these figures.",
)
LIMIT_UN = (
    "The UN's medium assumes that many who fled come home soon: net migration to Ukraine of {ukraine} and to the "
    f"Syrian Arab Republic of {{syria}} people in {BASE_YEAR}. The anchor un shows it in that year; blended takes the "
    "mean of five years."
)
