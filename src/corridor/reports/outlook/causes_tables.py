"""The tidy tables behind what a brief says about causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from corridor.calendar import BASE_YEAR
from corridor.reports.explanation.page import items_of
from corridor.reports.outlook.causes import NO_CLIMATE

if TYPE_CHECKING:
    from corridor.reports.outlook.answer import Outlook
    from corridor.reports.outlook.causes import Causes


def causes_tables(causes: Causes, outlook: Outlook) -> dict[str, pd.DataFrame]:
    """Tables by name: `causes`, `pathways`, `damages`; persons a year."""
    return {
        "causes": causes_table(causes, outlook),
        "pathways": pathways_table(causes, outlook),
        "damages": damages_table(causes, outlook),
    }


def causes_table(causes: Causes, outlook: Outlook) -> pd.DataFrame:
    """Waterfalls of the group and its members: a row a view and item; items between the ends add up."""
    found, rows, last = causes.answer.central, [], outlook.projection.years[-1]
    for at, view in enumerate(found.views):
        items = [(item.key, item.name, item.value) for item in items_of(causes.answer, at, outlook.request.anchor)]
        before, after = float(found.base[0, at]), float(found.later[0, at])
        ends = (("before", str(BASE_YEAR), before), ("after", str(last), after))
        rows += [(view.name, last, *item) for item in (ends[0], *items, ends[1])]
    return pd.DataFrame(rows, columns=["view", "year", "key", "item", "persons"])


def pathways_table(causes: Causes, outlook: Outlook) -> pd.DataFrame:
    """Moves of the group by scenario and year, with bounds of 80 %: a row a scenario, view and year."""
    years = list(outlook.projection.years)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "scenario": scenario,
                    "view": view.name,
                    "year": years,
                    "lower_80": bounds[0, at],
                    "median": bounds[1, at],
                    "upper_80": bounds[2, at],
                }
            )
            for scenario, bounds in causes.pathways.items()
            for at, view in enumerate(causes.views)
        ],
        ignore_index=True,
    )


def damages_table(causes: Causes, outlook: Outlook) -> pd.DataFrame:
    """Moves of the last year by scenario and family of damages: a row a scenario, family and view."""
    rows = [
        (
            scenario,
            "none" if family == NO_CLIMATE else family,
            view.name,
            outlook.projection.years[-1],
            float(moves[at]),
        )
        for scenario, found in causes.damages.items()
        for family, moves in found.items()
        for at, view in enumerate(causes.views)
    ]
    return pd.DataFrame(rows, columns=["scenario", "damages", "view", "year", "persons"])
