"""From what the channels say about a group to what its brief says about causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import BASE_YEAR
from corridor.drivers.damages import COMPARED, FAMILIES
from corridor.figures import ScenarioBand, Step
from corridor.reports.explanation.page import items_of
from corridor.reports.outlook.brief_causes import CausesData, FamilyRow, Fan, Waterfall
from corridor.reports.outlook.causes import DRAWS, NO_CLIMATE

if TYPE_CHECKING:
    from corridor.reports.outlook.answer import Outlook
    from corridor.reports.outlook.causes import Causes

LEAD = (
    "All figures rest on one run of the scenario “{scenario}” with every parameter at its median. Here every "
    "combination of causes was run - people, income, climate - and each step is what a cause adds, averaged over all "
    "orders in which causes can come (Shapley); the first steps are under way already and need no cause. How large "
    "causes are rests on published studies: on past flows none of them made forecasts better "
    "(docs/explanation/corridor-model.md). corridor explain gives ranges."
)
FAN_NOTE = (
    "Four pathways of the IPCC with the incomes of the same name: they differ in income as well as in warming. Range "
    "of 80 % of {draws} draws of warming, of its pattern and of every parameter; births, deaths and propensities as "
    "above."
)
FAMILY_NOTE = (
    "Two families of damages, because they differ up to tenfold: Kalkuhl and Wenz (our default) let warming lower the "
    "level of income, Burke, Hsiang and Miguel its growth. In moves across borders they differ less than in income: "
    "who loses income has more reason and fewer means to leave. The direct effect of climate is in both."
)
MISSING = (
    "Rain, drought and water: no country projections of them could be shipped; a user can bring effects of their own.",
    "The rising sea, dikes and retreat, but for what a user brings.",
    "Wars to come, and climate as a cause of them.",
    "Moves inside countries, which most people displaced by climate make: only a small share crosses a border.",
    "Policy: no law, visa or agreement changes unless a scenario sets it. Legal and irregular moves are one.",
    "Education, health and adaptation; technology; prices of food and travel.",
    "The effect of moves on incomes: migrants change neither wages nor remittances here.",
)


def causes_data(causes: Causes, outlook: Outlook) -> CausesData:
    """Word the causes of a group."""
    group, members = len(causes.views), outlook.request.areas
    waterfalls = [_waterfall(causes, outlook, view) for view in range(len(causes.answer.central.views))]
    of_members = waterfalls if len(members) == 1 else waterfalls[group:]
    return CausesData(
        lead=LEAD.format(scenario=outlook.request.scenario.title),
        waterfalls=[] if len(members) == 1 else waterfalls[:group],
        members={area.iso3: of_members[2 * at : 2 * at + 2] for at, area in enumerate(members)},
        fans=[_fan(causes, outlook, view) for view in range(group)],
        fan_note=FAN_NOTE.format(draws=DRAWS),
        families=[FAMILIES[name].authors for name in COMPARED],
        family_tables={causes.views[view].name: _rows(causes, view) for view in range(group)},
        family_note=FAMILY_NOTE,
        missing=MISSING,
    )


def _waterfall(causes: Causes, outlook: Outlook, view: int) -> Waterfall:
    found = causes.answer.central
    start, end = float(found.base[0, view]), float(found.later[0, view])
    steps = [Step(item.name, item.value) for item in items_of(causes.answer, view, outlook.request.anchor)]
    last = outlook.projection.years[-1]
    return Waterfall(found.views[view].name, (str(BASE_YEAR), start), steps, (str(last), end))


def _fan(causes: Causes, outlook: Outlook, view: int) -> Fan:
    bands = [
        ScenarioBand(scenario.upper(), bounds[1, view], bounds[0, view], bounds[2, view])
        for scenario, bounds in causes.pathways.items()
    ]
    return Fan(causes.views[view].name, np.array(outlook.projection.years), bands)


def _rows(causes: Causes, view: int) -> list[FamilyRow]:
    return [
        FamilyRow(
            scenario.upper(),
            float(found[NO_CLIMATE][view]),
            [float(found[family][view]) for family in COMPARED],
        )
        for scenario, found in causes.damages.items()
    ]
