"""The tables of a folder as arrays. All problems of all files come at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from corridor.axes import SEXES
from corridor.data.tables.files import find_tables
from corridor.errors import InputError, Problem, spelling
from corridor.own_regions.forms import FORMS, read_rows
from corridor.own_regions.settings import FILE, OLDEST_OPEN_AGE, YOUNGEST_OPEN_AGE, RegionSettings, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats
    from corridor.demography.life_table import Width

OLDEST_RATE = 130
MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class RegionTable:
    """A table as an array.

    Attributes
    ----------
    years : in order; the first year of the projection where the file has no column year
    figures : [year, ...]; the rest by region or orig, dest; then sex, age where the table has them. Persons a year,
        deaths or births per person-year, or years
    first_age : of the ages, which go on in the width of the population's
    """

    years: tuple[int, ...]
    figures: Floats
    first_age: int = 0

    def at(self, wanted: Sequence[int]) -> Floats:
        """Return the values of years [year, ...]: on a line between two given years, the nearest outside them."""
        if len(self.years) == 1:
            return np.repeat(self.figures, len(wanted), axis=0)
        given = np.asarray(self.years, dtype=np.float64)
        moments = np.clip(np.asarray(wanted, dtype=np.float64), given[0], given[-1])
        later = np.clip(np.searchsorted(given, moments), 1, len(given) - 1)
        weight = (moments - given[later - 1]) / (given[later] - given[later - 1])
        weight = weight.reshape(-1, *[1] * (self.figures.ndim - 1))
        between: Floats = (1.0 - weight) * self.figures[later - 1] + weight * self.figures[later]
        return between


@dataclass(frozen=True, slots=True)
class RegionData:
    """What a folder holds, checked.

    Attributes
    ----------
    folder : where it is
    settings, given : the settings, and the names of those that the user wrote
    regions : in the order of population.csv
    width : years of an age group and of a step
    population : [region, sex, age], persons on the day of the start
    tables : the other tables by name
    paths : table -> its file
    notes : what a user should know of how the folder was read
    """

    folder: Path
    settings: RegionSettings
    given: tuple[str, ...]
    regions: tuple[str, ...]
    width: Width
    population: Floats
    tables: Mapping[str, RegionTable]
    paths: Mapping[str, Path]
    notes: tuple[str, ...]

    @property
    def ages(self) -> tuple[int, ...]:
        """First age of every group."""
        return tuple(range(0, self.population.shape[-1] * self.width, self.width))

    @property
    def years(self) -> tuple[int, ...]:
        """Years in which the steps begin."""
        first = self.settings.start.year
        return tuple(range(first, first + self.settings.years, self.width))

    def checksums(self) -> dict[str, str]:
        """Name of each file that was read -> sha256 of its content."""
        read = [*self.paths.values(), *(path for path in (self.folder / FILE,) if path.is_file())]
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in read}


def read_own_data(folder: Path) -> tuple[RegionData, list[Problem]]:
    """Read every table of a folder; return what could be read of it, and every problem of every file.

    Raises
    ------
    InputError : with every problem, where the people could not be read
    """
    if not folder.is_dir():
        remedy = f"Create it, or write examples into it: corridor project --template {folder}"
        raise InputError(Problem("there is no such folder", remedy, str(folder)))
    paths, problems, others = find_tables(folder, list(FORMS))
    settings = RegionSettings()
    given: tuple[str, ...] = ()
    try:
        settings, given = read_settings(folder)
    except InputError as error:
        problems += error.problems
    if "population" not in paths and not any("population" in Path(problem.file or "").stem for problem in problems):
        remedy = "Write one row for each region, sex and age; corridor project --template DIR shows how"
        problems.append(Problem("the folder holds no population.csv, .xlsx or .parquet", remedy, str(folder)))
    frames: dict[str, pd.DataFrame] = {}
    told = [f"this file is not a table of a projection and is not used: {name}" for name in others]
    for name, path in paths.items():
        try:
            frames[name], notes = read_rows(name, path, thousands=settings.unit == "thousands")
            told += [f"{path.name}: {note}" for note in notes]
        except InputError as error:
            problems += error.problems
    if "population" not in frames:
        raise InputError(problems)
    reader = _Reader(settings, paths, problems, frames)
    population, tables = reader.read()
    notes = (*told, *reader.notes)
    data = RegionData(folder, settings, given, reader.regions, reader.width, population, tables, paths, notes)
    if data.settings.years % data.width:
        fault = f"the years to project are not a multiple of the step, {data.width}"
        problems.append(Problem(fault, "Change the setting years", str(folder / FILE), None, "years", settings.years))
    return data, problems


class _Reader:
    """Makes frames into arrays, and gathers what is wrong with them."""

    def __init__(
        self,
        settings: RegionSettings,
        paths: Mapping[str, Path],
        problems: list[Problem],
        frames: Mapping[str, pd.DataFrame],
    ) -> None:
        self.settings = settings
        self.paths = paths
        self.problems = problems
        self.frames = frames
        self.regions = tuple(dict.fromkeys(frames["population"]["region"]))
        self.ages, self.width = self._population_ages()
        self.open_age = self._open_age()
        self.notes: list[str] = []

    def read(self) -> tuple[Floats, dict[str, RegionTable]]:
        """Return the population [region, sex, age] and the other tables; those that make no sense are left out."""
        population = self._table("population", self.ages).figures[0]
        for region, people in zip(self.regions, np.nansum(population, axis=(1, 2)), strict=True):
            if people == 0.0:
                self._problem("population", "nobody lives in the region", "Give its people or leave it out", region)
        tables: dict[str, RegionTable] = {}
        for name in [name for name in self.frames if name != "population"]:
            self._compare_regions(name)
            table = self._table(name, self._ages_of(name))
            self._tell_years(name, table.years)
            if not np.isnan(table.figures).any():
                tables[name] = table
        return population, tables

    def _problem(self, name: str, fault: str, remedy: str, value: object = None, column: str | None = None) -> None:
        self.problems.append(Problem(fault, remedy, str(self.paths[name]), None, column, value))

    def _population_ages(self) -> tuple[tuple[int, ...], Width]:
        """Return the first ages of all groups and their width; what the ages lack is a problem."""
        found = sorted(set(self.frames["population"]["age"]))
        width: Width = 1 if len(found) > 1 and np.median(np.diff(found)) == 1 else 5
        if self.settings.step not in (None, width):
            fault = f"age groups are {width} wide, and the step is {self.settings.step}"
            self._problem("population", fault, f"Leave step out of {FILE}, or give other ages", column="age")
        expected = range(0, max(found[-1], 1) + 1, width)
        missing, strange = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
        if missing:
            self._problem("population", "the ages have gaps", "Add rows for them", f"no age {some(missing)}", "age")
        if strange:
            remedy = "Join the ages 0 and 1-4" if strange == [1] else "Join the ages into groups of this width"
            fault = "the ages are neither single years nor groups of five from 0 on"
            self._problem("population", fault, remedy, some(strange), "age")
        if found[-1] < YOUNGEST_OPEN_AGE:
            fault = f"the open group starts before {YOUNGEST_OPEN_AGE}"
            self._problem("population", fault, "Give older ages", found[-1], "age")
        return tuple(expected), width

    def _open_age(self) -> int:
        oldest, wanted = self.ages[-1], self.settings.open_age
        if wanted is None:
            return min(oldest, OLDEST_OPEN_AGE)
        if wanted > oldest:
            fault = f"open_age is above the oldest age group of the population, {oldest}"
            self._problem("population", fault, f"Write open_age = {oldest} in {FILE}, or leave it out", wanted)
        return min(oldest, wanted)

    def _compare_regions(self, name: str) -> None:
        """Report regions that only one of the two files has."""
        frame = self.frames[name]
        for column in [column for column in ("region", "orig", "dest") if column in frame]:
            found = dict.fromkeys(frame[column])
            for word in found:
                if word not in self.regions:
                    remedy = spelling(word, self.regions[:30])
                    self._problem(name, "the population has no such region", remedy, word, column)
            missing = [word for word in self.regions if word not in found]
            if missing and column == "region":
                remedy = "Add its rows, or leave the whole table out"
                self._problem(name, "a region of the population has no rows", remedy, f"no {some(missing)}", column)

    def _ages_of(self, name: str) -> tuple[int, ...]:
        """Return the first ages that a table must have."""
        frame = self.frames[name]
        if "age" not in frame:
            return ()
        found = sorted(set(frame["age"]))
        if name == "fertility":
            return tuple(range(found[0] // self.width * self.width, found[-1] + 1, self.width))
        if name != "mortality":
            return self.ages
        if not self.open_age <= found[-1] <= OLDEST_RATE:
            fault = (
                f"death rates do not end between the open group of the population, {self.open_age}, and {OLDEST_RATE}"
            )
            self._problem(name, fault, f"Add older ages, or write a lower open_age in {FILE}", found[-1], "age")
        return tuple(range(found[-1] + 1)) if self.width == 1 else (0, 1, *range(5, found[-1] + 1, 5))

    def _table(self, name: str, ages: tuple[int, ...]) -> RegionTable:
        """Return a table as an array; what has no row is a problem and nan, or nobody in a table of flows."""
        form, frame = FORMS[name], self.frames[name]
        if "year" not in frame:
            frame = frame.assign(year=self.settings.start.year)
        years = tuple(sorted({int(year) for year in frame["year"]}))
        places: dict[str, Sequence[Any]] = {"year": years, "sex": SEXES, "age": ages}
        places |= dict.fromkeys(("region", "orig", "dest"), self.regions)
        keys = ["year", *form.keys, *(key for key in ("sex", "age") if key in frame and key not in form.keys)]
        full = pd.MultiIndex.from_product([places[key] for key in keys], names=keys)
        values = frame.set_index(keys)[form.name].reindex(full).to_numpy(np.float64, copy=True)
        if name == "flows":
            values[np.isnan(values)] = 0.0
        self._tell_missing(name, full[np.isnan(values)])
        if name != "population":
            self._tell_strange_ages(name, ages)
        values = values.reshape([len(places[key]) for key in keys])
        if form.name == "persons":
            values *= 1000.0 if self.settings.unit == "thousands" else 1.0
            values = _opened(values, self.open_age // self.width) if "age" in frame else values
        return RegionTable(years, values, ages[0] if ages else 0)

    def _tell_missing(self, name: str, missing: pd.MultiIndex) -> None:
        """Report missing rows, together those that differ in the last key; whole regions and ages are told before."""
        frame = self.frames[name]
        cells = missing.to_frame(index=False)
        told = ~cells["region"].isin(frame["region"]) if "region" in cells else pd.Series(data=False, index=cells.index)
        if name == "population":
            told |= ~cells["age"].isin(frame["age"])
        cells = cells.loc[~told, [key for key in cells if key in frame]]
        if cells.empty:
            return
        *kept, last = cells.columns
        for place, group in cells.groupby(kept or [last], sort=False):
            words = [f"{key} {word}" for key, word in zip(kept, place, strict=False)]
            value = f"{', '.join(words)}: no {last} {some(group[last].tolist())}".removeprefix(": ")
            fault = f"there is not a row for every {', '.join(map(str, cells.columns))}"
            self._problem(name, fault, "Add the rows", value, str(last))

    def _tell_strange_ages(self, name: str, ages: tuple[int, ...]) -> None:
        frame = self.frames[name]
        strange = sorted(set(frame["age"]) - set(ages)) if "age" in frame else []
        if strange:
            fault = f"the ages are not {some(ages)}, as the groups of the population ask"
            self._problem(name, fault, "Put ages together or apart", some(strange), "age")

    def _tell_years(self, name: str, years: tuple[int, ...]) -> None:
        first = self.settings.start.year
        if len(set(np.diff(years).tolist())) > 1:
            self.notes.append(f"{name}: years {some(years)} are not evenly apart; values between them lie on a line")
        if not years[0] <= first <= years[-1]:
            nearest = years[0] if years[0] > first else years[-1]
            self.notes.append(f"{name}: the values of {nearest} stand for {first} too, as the nearest year given")


def _opened(values: Floats, last: int) -> Floats:
    """Put the groups from `last` on together."""
    opened = values[..., : last + 1].copy()
    opened[..., last] = values[..., last:].sum(axis=-1)
    return opened


def some(words: Sequence[object]) -> str:
    """Return the first few of some words, and how many there are."""
    shown = ", ".join(map(str, words[:MOST_SHOWN]))
    return shown if len(words) <= MOST_SHOWN else f"{shown}, ... ({len(words)} in all)"
