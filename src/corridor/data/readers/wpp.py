"""Reader of the UN World Population Prospects 2024, medium variant: population, events, rates and their bounds.

Thousands become persons and dates are settled here, once. Traps of the source: population by age stands on 1 July,
the projected totals on 31 December of their year (which is 1 January of the next one in the panel), events fill the
calendar year, death rates are means of five years from 1 July.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandera.pandas import DataFrameSchema

from corridor import areas
from corridor.axes import AGES, FEMALE, SEXES
from corridor.calendar import FIRST_KNOWN, LAST_YEAR, UN_PROJECTED, WPP_REVISION, WPP_SOURCE
from corridor.data.panel import table_from_array
from corridor.data.rules.holes import BONAIRE, CURACAO, HOLY_SEE, ITALY, notes, whole_persons
from corridor.data.tables.checks import code, count, number, text, unique, year
from corridor.data.tables.reader import read_frame
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from corridor.axes import Booleans, Floats
    from corridor.data.table import Coordinates, Table

FOLDER = f"wpp{WPP_REVISION}"
HISTORY = tuple(range(1950, FIRST_KNOWN))
"""Years before the panel's first, of which it holds net migration and total populations only."""
BOUNDS = ("lower80", "upper80", "lower95", "upper95")
_BOUND_SUFFIXES = ("80l", "80u", "95l", "95u")
YEARS = tuple(range(FIRST_KNOWN, LAST_YEAR + 1))
PROJECTION = tuple(range(UN_PROJECTED, LAST_YEAR + 1))
JANUARIES = tuple(range(UN_PROJECTED + 1, LAST_YEAR + 2))
SINGLE_AGES = tuple(range(AGES))
FERTILE_AGES = range(10, 55)
FIVE_YEAR_AGES = tuple(range(0, 101, 5))
LIFE_TABLE_AGES = (0, 1, *range(5, 101, 5))
MOTHERS_AGES = tuple(range(10, 55, 5))
PERIODS = tuple(range(FIRST_KNOWN, LAST_YEAR, 5))


def _schema(keys: Mapping[str, object], **values: object) -> DataFrameSchema:
    return DataFrameSchema(
        {"iso3": code(), "year": year(1950, LAST_YEAR), **keys, **values}, checks=unique(["iso3", "year", *keys])
    )


def _bounds(stem: str, lower: float = -np.inf) -> dict[str, object]:
    return {f"{stem}_{suffix}": number(lower, nullable=True) for suffix in _BOUND_SUFFIXES}


SCHEMAS: Mapping[str, DataFrameSchema] = {
    "pop_age1_sex_annual.parquet": _schema({"age": number(0, 100)}, pop_f=count(), pop_m=count()),
    "pop_total_projection_dec31.csv.gz": _schema({}, popF=count(), popM=count(), **_bounds("pop", lower=0)),
    "vital_counts_rates.csv.gz": _schema({}, births=count(), deaths=count(), PopChange=number()),
    "net_migration.csv.gz": _schema({}, mig=number(), **_bounds("mig")),
    "net_migration_age1_sex_projection.parquet": _schema({"age": number(0, 100)}, migF=number(), migM=number()),
    "mx_period5_age5.parquet": _schema({"age": text()}, mxF=number(0, 10), mxM=number(0, 10)),
    "tfr.csv.gz": _schema({}, tfr=number(0, 15), **_bounds("tfr", lower=0)),
    "pasfr_annual_age5.parquet": _schema({"age": text()}, pasfr=number(0, 100)),
    "sex_ratio_birth.csv.gz": _schema({}, srb=number(0.8, 1.5)),
    "e0.csv.gz": _schema(
        {}, e0F=number(5, 120), e0M=number(5, 120), **_bounds("e0F", lower=0), **_bounds("e0M", lower=0)
    ),
}
"""The files of the folder and what is demanded of them."""


def read(folder: Path) -> list[Table]:
    """Return the tables of WPP 2024, all 237 areas complete (rules for holes in `corridor.data.rules.holes`).

    Raises
    ------
    InputError : with every problem of every file
    """
    files = _read_files(folder / FOLDER)
    population = _Population(files)
    return [
        *population.tables(),
        *_events(files, population),
        *_fertility(files),
        *_mortality(files),
    ]


def _read_files(folder: Path) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, schema in SCHEMAS.items():
        try:
            frames[name] = _with_whole_ages(read_frame(folder / name, schema))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return frames


def _with_whole_ages(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn age groups in words ("10-14", "100+") into their first year."""
    if "age" not in frame:
        return frame
    ages = frame["age"]
    first = ages if ages.dtype.kind == "f" else ages.str.extract(r"^(\d+)", expand=False)
    return frame.assign(age=first.astype(np.int64))


def _grid(frame: pd.DataFrame, values: Sequence[str], axes: Mapping[str, Coordinates]) -> Floats:
    """Return columns of a frame as an array [*axes, column]; nan where the frame has no such row."""
    at = [pd.Index(coordinates).get_indexer(pd.Index(frame[axis])) for axis, coordinates in axes.items()]
    inside: Booleans = np.min(at, axis=0) >= 0
    result = np.full((*(len(coordinates) for coordinates in axes.values()), len(values)), np.nan)
    result[tuple(position[inside] for position in at)] = frame.loc[inside, list(values)].to_numpy(dtype=np.float64)
    return result


def _axes(years: Sequence[int], **more: Coordinates) -> dict[str, Coordinates]:
    return {"year": tuple(years), "iso3": areas.codes(), **more}


def _at(area: str) -> int:
    return areas.codes().index(area)


def _complete(values: Floats, what: str, exempt: Sequence[str] = (HOLY_SEE,)) -> Floats:
    """Return the values [year, area, ...], or report the areas outside `exempt` that have gaps."""
    gaps = np.flatnonzero(np.isnan(np.moveaxis(values, 1, 0).reshape(values.shape[1], -1)).any(axis=1))
    lacking = [areas.codes()[at] for at in gaps.tolist() if areas.codes()[at] not in exempt]
    if lacking:
        raise InputError(
            [
                Problem("figures for some year, sex or age are missing", "Get the file again", what, value=area)
                for area in lacking
            ]
        )
    return values


def _persons(thousands: Floats) -> Floats:
    """Turn thousands into persons; the source has at most six decimals."""
    return np.round(thousands * 1000.0, 3)


def _table(
    name: str, values: Floats, axes: Mapping[str, Coordinates], unit: str, description: str, *more: str
) -> Table:
    return table_from_array(
        name,
        values,
        axes,
        source=WPP_SOURCE,
        unit=unit,
        description=description,
        notes=(*notes(name), *more),
    )


# Population ---------------------------------------------------------------------------------------------------------


class _Population:
    """Population by date, sex and age, with Bonaire's ages and the Holy See's 1 Januaries by rule."""

    def __init__(self, files: Mapping[str, pd.DataFrame]) -> None:
        ages, totals = "pop_age1_sex_annual.parquet", "pop_total_projection_dec31.csv.gz"
        self._first = HISTORY[0]
        july = _grid(files[ages], ("pop_f", "pop_m"), _axes(range(self._first, LAST_YEAR + 1), age=SINGLE_AGES))
        self._july: Floats = np.moveaxis(_complete(july, ages, (BONAIRE,)), -1, 2)
        januaries = _grid(files[totals], ("popF", "popM"), _axes(PROJECTION))
        self._januaries: Floats = _persons(_complete(januaries, totals))
        self._carry_holy_see_totals()
        self._carry_bonaire_ages(files["vital_counts_rates.csv.gz"])
        bounds = _grid(files[totals], [f"pop_{suffix}" for suffix in _BOUND_SUFFIXES], _axes(PROJECTION))
        self._bounds: Floats = _persons(_complete(bounds, totals))

    def july(self, years: Sequence[int]) -> Floats:
        """Return the population on 1 July [year, area, sex, single age]."""
        july: Floats = self._july[np.asarray(years) - self._first]
        return july

    def holy_see_changes(self, years: Sequence[int]) -> Floats:
        """Return the change of the Holy See's population in calendar years."""
        changes: Floats = np.diff(self._holy_see_januaries().sum(axis=-1))[np.asarray(years) - self._first]
        return changes

    def _holy_see_januaries(self) -> Floats:
        """Return [1 January HISTORY[0]..LAST_YEAR + 1, sex] as means of 1 Julys, in whole persons."""
        july = self._july[:, _at(HOLY_SEE)].sum(axis=-1)
        around = np.vstack([2 * july[0] - july[1], july, 2 * july[-1] - july[-2]])
        return whole_persons((around[1:] + around[:-1]) / 2)

    def _carry_holy_see_totals(self) -> None:
        self._januaries[:, _at(HOLY_SEE)] = self._holy_see_januaries()[JANUARIES[0] - self._first :]

    def _carry_bonaire_ages(self, vital: pd.DataFrame) -> None:
        """Run Bonaire's totals back from the first published one and give them Curacao's ages."""
        back = range(self._first, UN_PROJECTED + 1)
        change = _persons(_grid(vital, ("PopChange",), _axes(back)))[:, _at(BONAIRE), 0]
        first = self._januaries[0, _at(BONAIRE)]
        earlier = first.sum() - np.cumsum(change[::-1])[::-1]
        januaries = np.vstack([earlier[:, None] * first / first.sum(), self._januaries[:, _at(BONAIRE)]])
        july = (januaries[1:] + januaries[:-1]) / 2
        pattern = self._july[:, _at(CURACAO)]
        ages = july[..., None] * pattern / pattern.sum(axis=-1, keepdims=True)
        self._july[:, _at(BONAIRE)] = whole_persons(ages, axes=2)

    def tables(self) -> list[Table]:
        """Return the tables of people on 1 July: by five-year ages, totals of the past, single ages at the base."""
        codes = areas.codes()
        july = np.add.reduceat(self.july(YEARS), FIVE_YEAR_AGES, axis=-1)
        around_base = (UN_PROJECTED, UN_PROJECTED + 1)
        return [
            _table(
                "population_july",
                july,
                {"year": YEARS, "area": codes, "sex": SEXES, "age": FIVE_YEAR_AGES},
                "persons",
                "Population on 1 July by sex and five-year age group (first age; 100 is 100 and over), medium variant.",
            ),
            _table(
                "population_total_july",
                self.july(HISTORY).sum(axis=(-2, -1)),
                {"year": HISTORY, "area": codes},
                "persons",
                "Population on 1 July, both sexes, before the years that the panel has by age.",
            ),
            _table(
                "population_july_single",
                self.july(around_base),
                {"year": around_base, "area": codes, "sex": SEXES, "age": SINGLE_AGES},
                "persons",
                "Population on 1 July by sex and single age (100 is 100 and over) around the start of the projection.",
            ),
            _table(
                "women_july",
                self.july(PROJECTION)[:, :, FEMALE, FERTILE_AGES.start : FERTILE_AGES.stop],
                {"year": PROJECTION, "area": codes, "age": tuple(FERTILE_AGES)},
                "persons",
                "Women on 1 July by single age, medium variant: those over whom the UN's age pattern of fertility is a "
                "mean.",
            ),
            _table(
                "population_january_total",
                self._januaries,
                {"year": JANUARIES, "area": codes, "sex": SEXES},
                "persons",
                "Population on 1 January by sex: the published total of 31 December of the year before, medium.",
            ),
            self._bounds_table(),
        ]

    def _bounds_table(self) -> Table:
        bounds = self._bounds.copy()
        own = self._januaries.sum(axis=-1)
        relative = bounds[:, _at(ITALY)] / own[:, _at(ITALY), None]
        bounds[:, _at(HOLY_SEE)] = np.rint(relative * own[:, _at(HOLY_SEE), None])
        return _table(
            "population_bounds",
            bounds,
            {"year": JANUARIES, "area": areas.codes(), "bound": BOUNDS},
            "persons",
            "Bounds of the 80 and 95 % prediction intervals of the population on 1 January, both sexes.",
        )


# Events -------------------------------------------------------------------------------------------------------------


def _events(files: Mapping[str, pd.DataFrame], population: _Population) -> list[Table]:
    """Return births and deaths, net migration, its history, its bounds and its ages."""
    per_head = _holy_see_per_italian(population, YEARS)
    events, net = _balance(files, population, YEARS)
    _, earlier = _balance(files, population, HISTORY)
    codes = areas.codes()
    return [
        _table(
            "births_deaths",
            events,
            {"year": YEARS, "area": codes, "event": ("births", "deaths")},
            "persons per year",
            "Births and deaths of the calendar year, both sexes, medium variant.",
        ),
        _table(
            "net_migration",
            net,
            {"year": YEARS, "area": codes},
            "persons per year",
            "Immigrants minus emigrants of the calendar year, both sexes, medium variant.",
        ),
        _table(
            "net_migration_history",
            earlier,
            {"year": HISTORY, "area": codes},
            "persons per year",
            "Immigrants minus emigrants of the calendar year, both sexes, before the first year of the other tables.",
        ),
        _net_bounds(files, net, per_head),
        _net_ages(files, net, population),
    ]


def _holy_see_per_italian(population: _Population, years: Sequence[int]) -> Floats:
    """Return the people of the Holy See for each of Italy, [year]."""
    july = population.july(years).sum(axis=(-2, -1))
    return np.asarray(july[:, _at(HOLY_SEE)] / july[:, _at(ITALY)])


def _balance(files: Mapping[str, pd.DataFrame], population: _Population, years: Sequence[int]) -> tuple[Floats, Floats]:
    """Return births and deaths [year, area, event] and net migration [year, area], persons."""
    holy_see = _at(HOLY_SEE)
    per_head = _holy_see_per_italian(population, years)
    events = _persons(
        _complete(_grid(files["vital_counts_rates.csv.gz"], ("births", "deaths"), _axes(years)), "events")
    )
    events[:, holy_see] = np.rint(events[:, _at(ITALY)] * per_head[:, None])
    net = _persons(_complete(_grid(files["net_migration.csv.gz"], ("mig",), _axes(years)), "net migration"))[..., 0]
    net[:, holy_see] = population.holy_see_changes(years) - events[:, holy_see, 0] + events[:, holy_see, 1]
    return events, net


def _net_bounds(files: Mapping[str, pd.DataFrame], net: Floats, per_head: Floats) -> Table:
    columns = [f"mig_{suffix}" for suffix in _BOUND_SUFFIXES]
    bounds = _persons(_complete(_grid(files["net_migration.csv.gz"], columns, _axes(PROJECTION)), "mig bounds"))
    since = UN_PROJECTED - FIRST_KNOWN
    away = bounds[:, _at(ITALY)] - net[since:, _at(ITALY), None]
    bounds[:, _at(HOLY_SEE)] = np.rint(net[since:, _at(HOLY_SEE), None] + away * per_head[since:, None])
    return _table(
        "net_migration_bounds",
        bounds,
        {"year": PROJECTION, "area": areas.codes(), "bound": BOUNDS},
        "persons per year",
        "Bounds of the 80 and 95 % prediction intervals of net migration, both sexes.",
    )


def _net_ages(files: Mapping[str, pd.DataFrame], net: Floats, population: _Population) -> Table:
    name = "net_migration_age1_sex_projection.parquet"
    grid = _complete(_grid(files[name], ("migF", "migM"), _axes(PROJECTION, age=SINGLE_AGES)), name)
    ages = np.moveaxis(_persons(grid), -1, 2)
    people = population.july(PROJECTION)[:, _at(HOLY_SEE)]
    shares = people / people.sum(axis=(-2, -1), keepdims=True)
    ages[:, _at(HOLY_SEE)] = whole_persons(
        net[UN_PROJECTED - FIRST_KNOWN :, _at(HOLY_SEE), None, None] * shares, axes=2
    )
    return _table(
        "net_migration_age",
        ages,
        {"year": PROJECTION, "area": areas.codes(), "sex": SEXES, "age": SINGLE_AGES},
        "persons per year",
        "Immigrants minus emigrants of the calendar year by sex and single age (100 is 100 and over), medium variant.",
        "Published by age in whole persons, so the sum over ages misses the published total by up to some dozen.",
    )


# Fertility and mortality ---------------------------------------------------------------------------------------------


def _rates(frame: pd.DataFrame, columns: Sequence[str], axes: Mapping[str, Coordinates]) -> Floats:
    """Return published rates [*axes, column], the Holy See with Italy's; the source has at most eight decimals."""
    values = np.round(_complete(_grid(frame, columns, axes), ", ".join(columns)), 8)
    values[:, _at(HOLY_SEE)] = values[:, _at(ITALY)]
    return values


def _fertility(files: Mapping[str, pd.DataFrame]) -> list[Table]:
    codes = areas.codes()
    total, pattern = files["tfr.csv.gz"], files["pasfr_annual_age5.parquet"]
    bounds = [f"tfr_{suffix}" for suffix in _BOUND_SUFFIXES]
    shares = _rates(pattern, ("pasfr",), _axes(YEARS, age=MOTHERS_AGES))[..., 0]
    return [
        _table(
            "total_fertility",
            _rates(total, ("tfr",), _axes(YEARS))[..., 0],
            {"year": YEARS, "area": codes},
            "births per woman",
            "Total fertility rate of the calendar year, medium variant.",
        ),
        _table(
            "total_fertility_bounds",
            _rates(total, bounds, _axes(PROJECTION)),
            {"year": PROJECTION, "area": codes, "bound": BOUNDS},
            "births per woman",
            "Bounds of the 80 and 95 % prediction intervals of the total fertility rate.",
        ),
        _table(
            "fertility_pattern",
            np.round(shares / 100.0, 8),
            {"year": YEARS, "area": codes, "age": MOTHERS_AGES},
            "share of total fertility",
            "Share of the total fertility rate by five-year age of the mother (first age), medium variant.",
        ),
        _table(
            "sex_ratio_at_birth",
            _rates(files["sex_ratio_birth.csv.gz"], ("srb",), _axes(YEARS))[..., 0],
            {"year": YEARS, "area": codes},
            "boys per girl",
            "Male births per female birth of the calendar year.",
        ),
    ]


def _mortality(files: Mapping[str, pd.DataFrame]) -> list[Table]:
    codes = areas.codes()
    deaths, life = files["mx_period5_age5.parquet"], files["e0.csv.gz"]
    middles = tuple(start + 3 for start in PERIODS)
    rates = _rates(deaths, ("mxF", "mxM"), _axes(middles, age=LIFE_TABLE_AGES))
    by_sex = [[f"e0{sex}_{suffix}" for suffix in _BOUND_SUFFIXES] for sex in ("F", "M")]
    bounds = np.stack([_rates(life, columns, _axes(PROJECTION)) for columns in by_sex], axis=2)
    return [
        _table(
            "mortality_rate",
            np.moveaxis(rates, -1, 2),
            {"period": PERIODS, "area": codes, "sex": SEXES, "age": LIFE_TABLE_AGES},
            "deaths per person-year",
            "Central death rate of five years from 1 July of the period's first year, by sex and age group (first age; "
            "100 is 100 and over), medium variant.",
        ),
        _table(
            "life_expectancy",
            _rates(life, ("e0F", "e0M"), _axes(YEARS)),
            {"year": YEARS, "area": codes, "sex": SEXES},
            "years",
            "Life expectancy at birth of the calendar year, medium variant.",
        ),
        _table(
            "life_expectancy_bounds",
            bounds,
            {"year": PROJECTION, "area": codes, "sex": SEXES, "bound": BOUNDS},
            "years",
            "Bounds of the 80 and 95 % prediction intervals of life expectancy at birth.",
        ),
    ]
