"""The results of a folder's projection as tables."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from shlex import quote
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import corridor
from corridor.axes import AGE, SEXES
from corridor.data.files import replacing_problems
from corridor.data.results_folder import MADE, other_files
from corridor.errors import Problem
from corridor.own_regions.rates import own_inputs
from corridor.own_regions.run import project_own_data
from corridor.own_regions.settings import RegionSettings
from corridor.own_regions.standard import TABLES, load_standard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.own_regions.run import OwnProjection
    from corridor.own_regions.tables import RegionData

ALL = "all regions"
RESULTS = {MADE} | {
    f"{name}.{suffix}" for name in ("population", "components", "summary", "flows") for suffix in ("csv", "parquet")
}
"""Names of the files of results."""
LIBRARIES = ("numpy", "pandas", "pyarrow")


def result_tables(projection: OwnProjection, start: date) -> dict[str, pd.DataFrame]:
    """Return the tables of a projection by name: population, components, summary, and flows if there are any."""
    tables = {
        "population": population_table(projection, start),
        "components": components_table(projection, start),
        "summary": summary_table(projection, start),
    }
    if projection.inputs.flows is not None:
        tables["flows"] = flows_table(projection, start)
    return tables


def population_table(projection: OwnProjection, start: date) -> pd.DataFrame:
    """Return persons by region, day (year and date), sex and first age of the group."""
    inputs = projection.inputs
    days = _days(projection, start)
    ages = np.arange(projection.population.shape[AGE]) * inputs.width
    index = pd.MultiIndex.from_product([inputs.regions, days, SEXES, ages], names=["region", "date", "sex", "age"])
    persons = np.moveaxis(projection.population, 0, 1).ravel()
    table = pd.DataFrame({"persons": persons}, index=index).reset_index()
    table.insert(1, "year", table["date"].str.slice(0, 4).astype(int))
    return table


def components_table(projection: OwnProjection, start: date) -> pd.DataFrame:
    """Return what changed the people of a region from one day to another, in persons.

    `immigrants` and `emigrants` are the moves between the regions, `net_outside` is net migration with elsewhere, and
    `net_migration` both together: people at the end are those at the start + births - deaths + net_migration.
    """
    moved = [part.sum(axis=(2, 3)) for part in (projection.immigrants, projection.emigrants, projection.outside)]
    immigrants, emigrants, outside = moved
    table = _steps(projection, start, {"region": projection.inputs.regions})
    columns = {
        "births": projection.births.sum(axis=2),
        "deaths": projection.deaths.sum(axis=2),
        "immigrants": immigrants,
        "emigrants": emigrants,
        "net_outside": outside,
        "net_migration": immigrants - emigrants + outside,
    }
    return table.assign(**{name: figures.T.ravel() for name, figures in columns.items()})


def flows_table(projection: OwnProjection, start: date) -> pd.DataFrame:
    """Return the moves between two regions from one day to another, in persons."""
    regions = projection.inputs.regions
    table = _steps(projection, start, {"orig": regions, "dest": regions})
    table["persons"] = np.moveaxis(projection.flows, 0, 2).ravel()
    return table[table["orig"] != table["dest"]].reset_index(drop=True)


def summary_table(projection: OwnProjection, start: date) -> pd.DataFrame:
    """Return people, median age (years) and dependency ratio by region and day, and of all regions.

    The dependency ratio is people under 15 and from 65 on, per 100 from 15 to 64.
    """
    days = _days(projection, start)
    people = projection.population.sum(axis=2)
    people = np.concatenate([people, people.sum(axis=1, keepdims=True)], axis=1)
    index = pd.MultiIndex.from_product([[*projection.inputs.regions, ALL], days], names=["region", "date"])
    columns = {
        "persons": people.sum(axis=AGE),
        "median_age": median_age(people, projection.inputs.width),
        "dependency_ratio": dependency_ratio(people, projection.inputs.width),
    }
    table = pd.DataFrame({name: figures.T.ravel() for name, figures in columns.items()}, index=index).reset_index()
    table.insert(1, "year", table["date"].str.slice(0, 4).astype(int))
    return table


def median_age(people: Floats, width: int) -> Floats:
    """Return the age that half of the people [..., age] have not reached, years, even within a group of `width`."""
    total = np.cumsum(people, axis=AGE)
    half = 0.5 * total[..., -1:]
    group = (total < half).sum(axis=AGE, keepdims=True)
    within = np.take_along_axis(people, group, axis=AGE)
    before = np.take_along_axis(total, group, axis=AGE) - within
    share = np.divide(half - before, within, out=np.zeros_like(within), where=within > 0.0)
    median: Floats = (width * (group + share))[..., 0]
    return median


def dependency_ratio(people: Floats, width: int) -> Floats:
    """Return people [..., age] under 15 and from 65 on, per 100 from 15 to 64."""
    working = people[..., 15 // width : 65 // width].sum(axis=AGE)
    others = people.sum(axis=AGE) - working
    ratio: Floats = np.divide(100.0 * others, working, out=np.full_like(working, np.nan), where=working > 0.0)
    return ratio


@dataclass(frozen=True, slots=True)
class RegionResults:
    """The projection of a folder's regions, and what is written of it.

    Attributes
    ----------
    data : the tables of the folder
    projection : of its regions
    notes : what a user should know of the tables and of how it went
    tables : name -> tidy table
    made : versions, settings, choices and checksums
    """

    data: RegionData
    projection: OwnProjection
    notes: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    made: Mapping[str, object]


def region_results(data: RegionData, panel: Panel) -> RegionResults:
    """Project the regions of a folder, and make all that is written of it.

    Raises
    ------
    InputError : the standard is no area
    """
    projection = project_own_data(own_inputs(data, load_standard(panel, data.settings.standard, data.width)))
    notes = (*data.notes, *projection.notes())
    tables = result_tables(projection, data.settings.start)
    return RegionResults(data, projection, notes, tables, how_it_was_made(data, projection, notes, panel))


def how_it_was_made(
    data: RegionData, projection: OwnProjection, notes: tuple[str, ...], panel: Panel
) -> dict[str, object]:
    """Return versions, settings, choices and checksums, as JSON can hold them."""
    standards = {name: panel.entry(name).sha256 for name in TABLES}
    settings = {name: value if isinstance(value, (int, str)) else _plain(value) for name, value in _set(data).items()}
    return {
        "corridor": corridor.__version__,
        "command": f"corridor project {quote(str(data.folder))}",
        "settings": settings,
        "defaults": [name for name in asdict(RegionSettings()) if name not in data.given],
        "rests_on": projection.inputs.choices,
        "notes": list(notes),
        "dates": "Populations are those of the date given. Births, deaths and moves happen between start and end.",
        "unit": "persons",
        "files": data.checksums(),
        "panel": standards,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _set(data: RegionData) -> dict[str, object]:
    """Return the settings in force, those that the tables decide filled in."""
    return {**asdict(data.settings), "step": data.width, "open_age": data.ages[-1]}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else str(value)


def output_problems(folder: Path) -> Iterator[Problem]:
    """Say why results may not take a folder's place: it holds something that is not ours, such as the tables."""
    remedy = "Name another folder with -o"
    if folder.exists() and not folder.is_dir():
        yield Problem("the results go into a folder, but this is a file", remedy, str(folder))
    elif folder.is_dir():
        yield from replacing_problems(folder)
        for name in [name for name in other_files(folder) if name not in RESULTS][:1]:
            fault = "the folder for the results holds other files than earlier results"
            yield Problem(fault, remedy, str(folder), value=name)


def _days(projection: OwnProjection, start: date) -> list[str]:
    """Return the days on which the people stand, such as 2025-01-01."""
    width = projection.inputs.width
    return [start.replace(year=start.year + width * past).isoformat() for past in range(len(projection.population))]


def _steps(projection: OwnProjection, start: date, places: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return a row for every place and step, with the days at its start and end."""
    days = _days(projection, start)
    index = pd.MultiIndex.from_product([*places.values(), range(len(days) - 1)], names=[*places, "step"])
    table = index.to_frame(index=False)
    table["start"] = [days[at] for at in table["step"]]
    table["end"] = [days[at + 1] for at in table["step"]]
    return table.drop(columns="step")
