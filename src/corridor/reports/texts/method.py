"""How the figures are made and how to read them: texts that reports share."""

from __future__ import annotations

from corridor.calendar import LAST_KNOWN

CENTRAL_RUN = "one run of the scenario with every parameter at its median"
"""The run whose figures every command states."""
SAME_EVERYWHERE = f"The figures come from {CENTRAL_RUN}. Every command states the same figures."
TRAJECTORIES = (
    "Ranges contain 80 % of {draws} trajectories. Each trajectory has its own births, deaths, emigration propensities, "
    "warming and parameters."
)
NO_RANGES = "To get ranges, run the command with --draws."
NOT_FORECASTS = "None of these causes made forecasts of past flows better."
"""What the hold-outs found; README says it in the same words."""

READING = (
    "A move is a change of the country in which a person lives for most of a year. Seasonal work and short stays are "
    "not moves, and national statistics follow other rules. "
    f"Moves up to {LAST_KNOWN} are estimates. Later moves come from {CENTRAL_RUN}; every command of Corridor states "
    "these figures. To see how uncertain they are, read the ranges under “Why flows change” and the evidence in the "
    "table of corridors, or run corridor explain and corridor population."
)
EVIDENCE_NOTE = (
    "Evidence says how the moves of 2020-2024 are known. A measured corridor was measured in 2019 to 2022 from the "
    "records of a large online service. For a corridor adjusted to reports, one of the two countries reports its "
    "migrants by nationality. All other corridors are modelled; in tests on countries left out, four in five "
    "modelled corridors above 100 moves were within a factor of 3. Past error is the mean error of forecasts that "
    "keep the rates of the previous years, made in 2000, 2005 ... 2020 for the years that followed. It is not a "
    "margin of error of the figures in the table."
)
BORDERS = (
    "Names are those of the United Nations. The map shows land without borders; neither names nor map express an "
    "opinion on the status of any area or on its boundaries."
)

METHOD = {
    "Past moves": (
        "Past moves are estimated from migrant stocks. Every year a share of the people who live abroad returns home: "
        "a tenth to a fifth of contract workers, one or two in a hundred of those who came to stay, and hardly anybody "
        "of those who came forty years ago. New emigrants replace those who returned or died, and make the migrant "
        "stock grow; other moves leave no trace in stocks. We fitted this model to moves that were measured among 124 "
        "countries in 2019 to 2022 (Chi and others 2025) and tested it on countries left out. We then adjusted the "
        "estimates to the measured moves and, by a quarter, to the moves that OECD countries report."
    ),
    "Base flows": (
        "{base} These rates are applied to the population of 1 January {first}. A gravity model spreads {floor} of "
        "each origin's moves over all destinations, so that no corridor stays closed (our judgement). Moves caused by "
        "war are kept apart: {shock} a year in 2020-2024, the excess that UNHCR counts. They halve every {half_life} "
        "years, and {returning} of the displaced return in a year; both rates come from UNHCR's series since 1990."
    ),
    "Years to come": (
        "Births and deaths are those of the UN's medium projection, graduated to single ages and years. Emigration is "
        "proportional to the number of people of migration age, and return is proportional to the number of people "
        "abroad. On each corridor women and men move in the proportions of the migrants who live there. The ages of "
        "movers are a mix of classes (young adults, workers, families, older people) that is fitted to the UN's net "
        "migration by age and sex. Every emigrant is an immigrant elsewhere, of the same age and sex. Migrants arrive "
        "at the end of the year, as the UN counts them."
    ),
}
"""Heading -> text with fields that `words.method` fills."""

METHOD_CORRECTED = (
    "A correction that sums to zero over the world then brings net migration by age to the same target. It concerns "
    "{first} people in the first year and {last} in the last, in the whole world. The UN's own figures do not sum to "
    "zero by age: more young people arrive in the world than leave it. A world that closes therefore has slightly "
    "fewer births."
)
