"""The tidy tables behind an outlook: everything that the brief shows, a row a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import areas
from corridor.axes import AGES, SEXES
from corridor.estimate.moves.product import WORDS
from corridor.reports.outlook.answer import group_moves, touches

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.reports.outlook.answer import Outlook

SMALLEST_SHOWN = 1.0
"""Corridors below one person in both years stay out of the table of corridors."""


def outlook_tables(outlook: Outlook) -> dict[str, pd.DataFrame]:
    """All tables of an outlook by name: `group`, `areas`, `corridors`, `world_corridors`, `pyramids`."""
    member = outlook.member
    return {
        "group": group_table(outlook),
        "areas": areas_table(outlook),
        "corridors": corridors_table(outlook, touches(member)),
        "world_corridors": corridors_table(outlook, ~touches(member)).nlargest(200, "persons_now"),
        "pyramids": pyramids_table(outlook),
    }


def group_table(outlook: Outlook) -> pd.DataFrame:
    """Moves and population of the group: a row a year; persons."""
    moves = group_moves(outlook)
    return pd.DataFrame(
        {
            "group": outlook.request.group,
            "year": outlook.projection.years,
            "population_1_january": moves.population,
            "population_un_medium": moves.population_un,
            "moves_in": moves.inward,
            "moves_out": moves.outward,
            "moves_within": moves.within,
        }
    )


def areas_table(outlook: Outlook) -> pd.DataFrame:
    """Population, births, deaths and moves of each member: a row an area and year; persons."""
    projection, members = outlook.projection, outlook.positions
    years = projection.years
    columns = {
        "population_1_january": projection.population[:-1].sum(axis=(2, 3)),
        "births": projection.births.sum(axis=2),
        "deaths": projection.deaths.sum(axis=2),
        "moves_in": projection.flows.sum(axis=1),
        "moves_out": projection.flows.sum(axis=2),
        "born_abroad": born_abroad(projection.stock[:-1]),
    }
    keys = pd.MultiIndex.from_product([[area.iso3 for area in outlook.request.areas], years], names=["area", "year"])
    return pd.DataFrame(
        {name: values[:, members].T.ravel() for name, values in columns.items()}, index=keys
    ).reset_index()


def born_abroad(stock: Floats) -> Floats:
    """Residents born elsewhere: [..., residence], persons, from [..., birthplace, residence]."""
    abroad: Floats = stock.sum(axis=-2) - np.diagonal(stock, axis1=-2, axis2=-1)
    return abroad


def corridors_table(outlook: Outlook, chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> pd.DataFrame:
    """Corridors now and later: a row a corridor, largest first; persons a year.

    Parameters
    ----------
    chosen : [orig, dest], which corridors
    """
    now, later = outlook.now, outlook.later
    orig, dest = np.nonzero(chosen & (np.maximum(now, later) >= SMALLEST_SHOWN))
    iso3 = np.array([area.iso3 for area in areas()])
    names = np.array([area.name for area in areas()])
    table = pd.DataFrame(
        {
            "orig": iso3[orig],
            "dest": iso3[dest],
            "orig_name": names[orig],
            "dest_name": names[dest],
            "year_now": outlook.projection.years[0],
            "year_later": outlook.projection.years[-1],
            "persons_now": now[orig, dest],
            "persons_later": later[orig, dest],
            "evidence": np.array(WORDS, dtype=object)[outlook.evidence[orig, dest]],
        }
    )
    return table.sort_values(["persons_now", "orig", "dest"], ascending=[False, True, True], ignore_index=True)


def pyramids_table(outlook: Outlook) -> pd.DataFrame:
    """Population by sex and single age of each member, now and later, on 1 January: a row a group; persons."""
    years = (outlook.projection.years[0], outlook.projection.years[-1])
    ages = outlook.projection.population[[0, -2]][:, outlook.positions]
    keys = pd.MultiIndex.from_product(
        [years, [area.iso3 for area in outlook.request.areas], SEXES, range(AGES)], names=["year", "area", "sex", "age"]
    )
    return pd.DataFrame({"persons": ages.ravel()}, index=keys).reset_index()
