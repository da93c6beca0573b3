"""From what the channels say about a group to what its brief says about causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import BASE_YEAR
from corridor.drivers.damages import COMPARED, FAMILIES
from corridor.figures import ScenarioBand, WaterfallStep
from corridor.reports.explanation.page import items_of
from corridor.reports.outlook.brief_causes import CausesData, FamilyRow, Fan, Waterfall
from corridor.reports.outlook.causes import DRAWS, NO_CLIMATE
from corridor.reports.texts.causes import FAMILY_NOTE, FAN_NOTE, LEAD
from corridor.reports.texts.limits import NOT_MODELLED

if TYPE_CHECKING:
    from corridor.reports.outlook.answer import Outlook
    from corridor.reports.outlook.causes import Causes


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
        missing=NOT_MODELLED,
    )


def _waterfall(causes: Causes, outlook: Outlook, view: int) -> Waterfall:
    found = causes.answer.central
    start, end = float(found.base[0, view]), float(found.later[0, view])
    steps = [WaterfallStep(item.name, item.value) for item in items_of(causes.answer, view, outlook.request.anchor)]
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
