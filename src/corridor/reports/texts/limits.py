"""What the figures cannot say: the limits that reports state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.calendar import BASE_YEAR, LAST_STOCK
from corridor.reports.texts.method import NOT_FORECASTS

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTLOOK = (
    (
        "Past flows are estimates, even where they are adjusted to measurements. The measurements themselves rest on "
        "the users of one online service. China, Iran, Japan, Saudi Arabia, Uzbekistan and others were not among the "
        "countries measured here."
    ),
    (
        "This is one path to {last} and not a range. Expect errors of several per cent in totals and far larger errors "
        "in single corridors; one modelled corridor in five is wrong by more than a factor of 3."
    ),
    (
        "The effects of income, climate and networks have the size that published studies find, most of them by our "
        f"reading. {NOT_FORECASTS} The effect of a cause follows from these sizes and is not a forecast."
    ),
    (
        f"The base ends in the middle of {LAST_STOCK}. It does not contain later events, and the model does not "
        "foresee how wars end."
    ),
    "Legal and irregular moves are counted together.",
    "Seasonal work and stays shorter than most of a year are not in these figures.",
)
UN_ANCHOR = (
    "The UN's medium projection assumes that many people who fled return soon: net migration to Ukraine is {ukraine} "
    f"and to the Syrian Arab Republic {{syria}} people in {BASE_YEAR}. The anchor un shows these returns in that "
    "year; blended takes the mean of five years."
)
NOT_MODELLED = (
    (
        "Rain, drought and water are left out, because no projections by country could be shipped. Users can import "
        "effects of their own."
    ),
    "Sea-level rise, dikes and retreat are left out, except in effects that a user imports.",
    "Future wars are left out, and so is climate as a cause of war.",
    (
        "Moves inside countries are left out. Most people displaced by climate move inside their country; only a small "
        "share crosses a border."
    ),
    (
        "Policy stays as it is: no law, visa or agreement changes unless a scenario changes it. Legal and irregular "
        "moves are counted together."
    ),
    "Education, health, adaptation, technology and the prices of food and travel are left out.",
    "Moves do not change incomes: migrants affect neither wages nor remittances here.",
)
"""Of causes."""
LEDGER: Mapping[str, str] = {
    "Legal, irregular, unmet": (
        "In no corridor is it known how many people move irregularly or would like to move. The figures are priors, "
        "the same everywhere unless a lever states others. The baseline has no lever: its split is the one that the "
        "model gives without levers."
    ),
    "Smugglers and deaths": (
        "The revenue of smugglers is irregular moves times the share that pays, times a price. Expected deaths are "
        "irregular moves times a risk of death. The price is the world's mean of 2016 divided by a lowest estimate of "
        "smuggled people, so the true price may be lower. An overstayed visa counts as an irregular move and has no "
        "risk of a route. Where people cross a sea and nobody counts the crossings, as in the Bay of Bengal and the "
        "Gulf of Aden, the risk is above the stated range. The figures describe routes, not any group of people."
    ),
    "Remittances": (
        "The World Bank publishes totals by receiving area. They are divided among areas of residence in proportion "
        "to the people born in the receiving area who live there, times product per head. Later years follow people "
        "and incomes, without inflation. By this rule a side pays the amount that the other side receives, and not "
        "the World Bank's total of payments."
    ),
    "Fees": (
        "Fees are the amounts that pathways of the scenario charge the people who use them. The destination receives "
        "them. Today's fees and other costs of moving are not known."
    ),
    "Ages": (
        "Movers have the sexes and ages of the corridor's usual mix. People whom a pathway adds to the usual moves of "
        "its kind have a profile: workers (80 % of them men, all aged 18 to 64), students, or families. This is our "
        "judgement, unless the scenario states sexes and ages. Where a pathway closes, usual movers are missing, and "
        "those who return later have the usual ages of their corridor."
    ),
    "Not in the ledger": (
        "The ledger leaves out wages, taxes, the effect of moves on incomes, and moves that a lever sends to third "
        "areas or draws from them."
    ),
}
"""What a reader of a ledger must know, by subject."""
