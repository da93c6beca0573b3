"""What causes of change are called in reports, and how reports explain them."""

from __future__ import annotations

from corridor.reports.texts.method import CENTRAL_RUN, NOT_FORECASTS

SHAPLEY = "the effect of a cause, averaged over all orders in which causes can come (Shapley values)"
LEAD = (
    f"The figures come from {CENTRAL_RUN} (“{{scenario}}”). To find the causes, the model was run with every "
    f"combination of people, income and climate. Each step is {SHAPLEY}. The first steps show changes that are already "
    f"under way and need no cause. The size of each effect comes from published studies. {NOT_FORECASTS} See "
    "docs/explanation/corridor-model.md. The command corridor explain gives ranges."
)
FAN_NOTE = (
    "The figures show four pathways of the IPCC, each with the incomes of the pathway of the same name. They differ in "
    "income as well as in warming. The bands contain 80 % of {draws} draws of warming, of its pattern over areas and "
    "of every parameter. Births, deaths and propensities are those of the run above."
)
FAMILY_NOTE = (
    "The table shows two families of damage functions, because their losses of income differ up to tenfold. In Kalkuhl "
    "and Wenz (our default) warming lowers the level of income; in Burke, Hsiang and Miguel it lowers the growth of "
    "income. Moves across borders differ less than incomes: people who lose income have more reason and fewer means to "
    "leave. Both families include the direct effect of climate."
)
BLOCK_TITLES = {
    "demography": "Numbers and ages of people",
    "income": "Income, without climate",
    "climate through income": "Climate, through income",
    "climate direct": "Climate, directly",
    "policy": "Policy",
}
BLOCK_WORDS = {
    "demography": (
        "The number of people of migration age in the origin changes, and so does the shortage of people of working "
        "age in destinations."
    ),
    "income": (
        "Incomes of origins and destinations follow the pathway. They also decide how many poor people can pay for a "
        "move."
    ),
    "climate through income": "Warming lowers income in warm areas and raises it a little in cold ones.",
    "climate direct": (
        "The climate changes slowly, and floods and storms displace people. Effects on incomes are not included here."
    ),
    "policy": "The scenario sets policies or levers in corridors.",
}
UNDER_WAY_TITLES = {
    "returns": "Returns of people who live abroad",
    "network": "Networks of people who live abroad",
    "fading": "Wars that fade",
}
UNDER_WAY_WORDS = {
    "anchor": "Net migration changes over the years in the UN's medium projection, and the anchor follows it in part "
    "or in full.",
    "returns": "People who live abroad return at the rates of recent years, so that more return where more live "
    "abroad.",
    "network": "People move to places where more people of their birthplace already live.",
    "fading": "Moves caused by recent wars end, people who fled return home, and no new war is foreseen.",
}
