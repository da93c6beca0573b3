"""The tables of a folder as arrays. All problems of all files come at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from corridor.axes import SEXES
from corridor.data.tables.files import find_tables
from corridor.data.tables.meaning import totals_among
from corridor.errors import InputError, Problem, spelling
from corridor.own_regions.ages import (
    OLDEST,
    OPEN,
    UNSAID,
    counts_over,
    group_faults,
    rates_over,
    side_by_side,
    words_of,
)
from corridor.own_regions.forms import FORMS, read_rows
from corridor.own_regions.settings import FILE, OLDEST_OPEN_AGE, YOUNGEST_OPEN_AGE, RegionSettings, read_settings
from corridor.seals import sum_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from corridor.axes import Booleans, Floats
    from corridor.demography.life_table import Width
    from corridor.own_regions.ages import Group

MOST_SHOWN = 6
RATES = ("mortality", "fertility")
LEAST_OPEN_RATE = 1.0 / 60.0
"""Deaths per person and year in the open group; with fewer its people would live sixty years more."""


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
        return {path.name: sum_of(path.read_bytes()) for path in read}


def read_own_data(folder: Path) -> tuple[RegionData, list[Problem]]:
    """Read every table of a folder; return what could be read of it, and every problem of every file.

    Raises
    ------
    InputError : with every problem, where the people could not be read
    """
    if not folder.is_dir():
        remedy = f"Create it, or write examples into it: corridor project --template {quote(str(folder))}"
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
        self.notes: list[str] = []
        self.ages, self.width = self._population_ages()
        self.open_age = self._open_age()
        self.people: Floats = self._values("population", self.ages)[1][0]

    def read(self) -> tuple[Floats, dict[str, RegionTable]]:
        """Return the population [region, sex, age] and the other tables; those that make no sense are left out."""
        population = _opened(self.people, self.open_age // self.width)
        for region, people in zip(self.regions, np.nansum(population, axis=(1, 2)), strict=True):
            if people == 0.0:
                self._problem("population", "nobody lives in the region", "Give its people or leave it out", region)
        tables: dict[str, RegionTable] = {}
        self._tell_totals("population")
        for name in [name for name in self.frames if name != "population"]:
            self._tell_totals(name)
            self._compare_regions(name)
            if table := self._table(name):
                tables[name] = table
        return population, tables

    def _problem(self, name: str, fault: str, remedy: str, value: object = None, column: str | None = None) -> None:
        self.problems.append(Problem(fault, remedy, str(self.paths[name]), None, column, value))

    def _population_ages(self) -> tuple[tuple[int, ...], Width]:
        """Return the first ages of all groups and their width; what the ages lack is a problem."""
        labels = self._labels("population")
        found = sorted({first for first, _ in labels})
        width: Width = 1 if len(found) > 1 and np.median(np.diff(found)) == 1 else 5
        if self.settings.step not in (None, width):
            fault = f"age groups are {width} wide, and the step is {self.settings.step}"
            self._problem("population", fault, f"Leave step out of {FILE}, or give other ages", column="age")
        for fault, remedy, value in self._population_faults(labels, found, width):
            self._problem("population", fault, remedy, value, "age")
        return tuple(range(0, max(found[-1], 1) + 1, width)), width

    def _population_faults(
        self, labels: set[Group], found: Sequence[int], width: Width
    ) -> Iterator[tuple[str, str, object]]:
        expected = range(0, max(found[-1], 1) + 1, width)
        missing, strange = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
        ended = any(end != UNSAID for _, end in labels)
        wide = [words_of(group) for group in sorted(labels) if group[1] not in (UNSAID, OPEN, group[0] + width)]
        if faults := list(group_faults(side_by_side(labels))) if ended else []:
            yield from faults
        elif wide and strange != [1]:
            yield (
                f"age groups are not {width} years wide",
                "Give single years, or groups of five throughout",
                some(wide),
            )
        elif missing:
            yield "the ages have gaps", "Add rows for them", f"no age {some(missing)}"
        if strange and not faults:
            remedy = "Join the ages 0 and 1-4" if strange == [1] else "Join the ages into groups of this width"
            yield "the ages are neither single years nor groups of five from 0 on", remedy, some(strange)
        if found[-1] < YOUNGEST_OPEN_AGE:
            yield f"the open group starts before {YOUNGEST_OPEN_AGE}", "Give older ages", found[-1]

    def _labels(self, name: str) -> set[Group]:
        frame = self.frames[name]
        return set(zip(frame["age"].tolist(), frame["until"].tolist(), strict=True))

    def _open_age(self) -> int:
        oldest, wanted = self.ages[-1], self.settings.open_age
        if wanted is None:
            return min(oldest, OLDEST_OPEN_AGE)
        if wanted > oldest:
            fault = f"open_age is above the oldest age group of the population, {oldest}"
            self._problem("population", fault, f"Write open_age = {oldest} in {FILE}, or leave it out", wanted)
        return min(oldest, wanted)

    def _tell_totals(self, name: str) -> None:
        frame = self.frames[name]
        for column in [column for column in ("region", "orig", "dest") if column in frame]:
            if found := totals_among(frame[column]):
                remedy = "Leave its rows out: regions are added up anyway. A region of this name needs another one"
                self._problem(name, "this names a total and no region", remedy, some(found), column)

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

    def _groups(self, name: str) -> tuple[list[Group], list[Group]]:
        """Return the age groups of a table, and those that it is brought to; both empty where it has no ages."""
        if "age" not in self.frames[name]:
            return [], []
        labels = self._labels(name)
        oldest, end = max(first for first, _ in labels), max(end for _, end in labels)
        source = side_by_side(labels, oldest + self.width if name == "fertility" else OPEN)
        if name == "fertility":
            first = source[0][0] // self.width * self.width
            target = [(age, age + self.width) for age in range(first, max(oldest + 1, end), self.width)]
        else:
            ages = self.ages
            if name == "mortality":
                ages = tuple(range(oldest + 1)) if self.width == 1 else (0, 1, *range(5, oldest + 1, 5))
            target = side_by_side({(age, UNSAID) for age in ages})
        same = {first for first, _ in source} == {first for first, _ in target}
        plain = end == UNSAID and (same or name in RATES)
        return (target, target) if plain else (source, target)

    def _age_faults(
        self, name: str, source: Sequence[Group], target: Sequence[Group]
    ) -> Iterator[tuple[str, str, object]]:
        if not source:
            return
        if source is not target:
            yield from group_faults(source, whole=name != "fertility")
        elif strange := sorted({first for first, _ in self._labels(name)} - {first for first, _ in target}):
            fault = f"the ages are not {some([first for first, _ in target])}, as the groups of the population ask"
            yield fault, "Put ages together or apart", some(strange)
        last = source[-1][0]
        if name == "mortality" and not self.open_age <= last <= OLDEST:
            fault = f"death rates do not end between the open group of the population, {self.open_age}, and {OLDEST}"
            yield fault, f"Add older ages, or write a lower open_age in {FILE}", last
        elif name == "mortality" and target[-1][0] != last:
            yield "the open group of death rates does not start at a multiple of five", "Join it with others", last
        if name == "mortality" and source[0] not in ((0, 1), *target[:1]):
            yield "the death rate of age 0 is not apart", "Give 0 and 1-4", words_of(source[0])
        across = [words_of(group) for group in source if group[0] < target[-1][0] < group[1] < OPEN]
        if name not in RATES and across:
            fault = f"an age group reaches into the open group of the population, {target[-1][0]}"
            yield fault, f"Split it there, or write a lower open_age in {FILE}", some(across)

    def _table(self, name: str) -> RegionTable | None:
        """Return a table as an array by the groups of the population; None where something is wrong with it."""
        source, target = self._groups(name)
        faults = list(self._age_faults(name, source, target))
        for fault, remedy, value in faults:
            self._problem(name, fault, remedy, value, "age")
        years, values = self._values(name, [first for first, _ in source])
        self._tell_years(name, years)
        if faults or np.isnan(values).any():
            return None
        if source != target:
            values = self._regrouped(name, values, source, target)
        if name == "mortality" and not self._die_at_last(years, values, target[-1]):
            return None
        if FORMS[name].name == "persons" and target:
            values = _opened(values, self.open_age // self.width)
        return RegionTable(years, values, target[0][0] if target else 0)

    def _values(self, name: str, ages: Sequence[int]) -> tuple[tuple[int, ...], Floats]:
        """Return years and an array; what has no row is a problem and nan, or noted and nobody in a table of flows."""
        form, frame = FORMS[name], self.frames[name]
        if "year" not in frame:
            frame = frame.assign(year=self.settings.start.year)
        years = tuple(sorted({int(year) for year in frame["year"]}))
        places: dict[str, Sequence[Any]] = {"year": years, "sex": SEXES, "age": tuple(dict.fromkeys(ages))}
        places |= dict.fromkeys(("region", "orig", "dest"), self.regions)
        keys = ["year", *form.keys, *(key for key in ("sex", "age") if key in frame and key not in form.keys)]
        full = pd.MultiIndex.from_product([places[key] for key in keys], names=keys)
        values = frame.set_index(keys)[form.name].reindex(full).to_numpy(np.float64, copy=True)
        if name != "flows":
            self._tell_missing(name, full[np.isnan(values)])
        values = values.reshape([len(places[key]) for key in keys])
        if name == "flows":
            self._tell_missing_flows(years, values, places["age"])
            values[np.isnan(values)] = 0.0
        values *= 1000.0 if form.name == "persons" and self.settings.unit == "thousands" else 1.0
        return years, values

    def _tell_missing_flows(self, years: Sequence[int], values: Floats, ages: Sequence[int]) -> None:
        """Refuse pairs that lack a year or a sex, and note ages and pairs that have no row."""
        given: Booleans = ~np.isnan(values)
        blocks: Booleans = given.max(axis=-1) if given.ndim > 3 else given[..., None]
        pairs: Booleans = blocks.max(axis=(0, 3))
        sexes: Booleans = blocks.max(axis=(0, 1, 2))
        if sexes.any() and not sexes.all():
            fault, remedy = "the table has rows of one sex only", "Add the other sex, with 0 where nobody moves"
            self._problem("flows", fault, remedy, SEXES[int(sexes.argmax())], "sex")
        lacking: Booleans = np.any((pairs[..., None] & ~blocks)[..., sexes], axis=-1)
        if lacking.any():
            words = _some_of(lacking, lambda at: self._pair(at, years))
            fault = "a pair of regions lacks rows of a year or a sex that others have"
            self._problem("flows", fault, "Add the rows, with 0 where nobody moves", words)
        if given.ndim > 3:
            self._note_none(
                "ages without a row have no moves",
                blocks[..., None] & ~given,
                lambda at: f"{self._pair(at, years)}, {SEXES[at[3]]}, age {ages[at[4]]}",
            )
        absent = ~pairs & (np.eye(len(self.regions)) == 0.0)
        self._note_none("pairs without a row have no moves", absent[None], lambda at: self._pair(at, ()))

    def _pair(self, at: Sequence[int], years: Sequence[int]) -> str:
        words = f"{self.regions[at[1]]} to {self.regions[at[2]]}"
        return f"{words} in {years[at[0]]}" if len(years) > 1 else words

    def _note_none(self, told: str, places: Booleans, word: Callable[[Sequence[int]], str]) -> None:
        if places.any():
            self.notes.append(f"flows: {told}: {_some_of(places, word)}")

    def _regrouped(self, name: str, values: Floats, source: Sequence[Group], target: Sequence[Group]) -> Floats:
        """Return values by the groups of the population, and note how they were brought to them."""
        labels = self._labels(name)
        if unsaid := [words_of(group) for group in source if (group[0], UNSAID) in labels and name not in RATES]:
            self.notes.append(f"{name}: an age reaches up to the next one that is given: {some(unsaid)}")
        others = some([words_of(group) for group in source if group not in target])
        if name in RATES:
            self.notes.append(f"{name}: the rate of a group holds at all its ages: {others}")
            return rates_over(values, source, target)
        self.notes.append(f"{name}: persons of a group have ages in proportion to the people there: {others}")
        people = self.people[:, None] if name == "flows" else self.people
        return counts_over(values, source, target, people)

    def _die_at_last(self, years: Sequence[int], rates: Floats, last: Group) -> bool:
        """Say whether people of the oldest group die, without which nobody's life would end."""
        few = rates[..., -1] < LEAST_OPEN_RATE

        def word(at: Sequence[int]) -> str:
            when = f" in {years[at[0]]}" if len(years) > 1 else ""
            return f"{self.regions[at[1]]}, {SEXES[at[2]]}, age {words_of(last)}{when}: {rates[*at, -1]:.4g}"

        if few.any():
            fault = "the death rate of the oldest group is under 1 in 60, so that its people would hardly die"
            remedy = "Give its rate, that of a larger region where nobody of the age died, or end at a lower open age"
            self._problem("mortality", fault, remedy, _some_of(few, word), "rate")
        return not few.any()

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

    def _tell_years(self, name: str, years: tuple[int, ...]) -> None:
        first = self.settings.start.year
        if between := [year for year in years if (year - first) % self.width]:
            told = f"no step of {self.width} years begins in {some(between)}; these values only shape the lines between"
            self.notes.append(f"{name}: {told}")
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


def _some_of(places: Booleans, word: Callable[[Sequence[int]], str]) -> str:
    """Return the words of the first few places that are true, and how many there are."""
    found = np.argwhere(places)
    shown = ", ".join(word(at.tolist()) for at in found[:MOST_SHOWN])
    return shown if len(found) <= MOST_SHOWN else f"{shown}, ... ({len(found)} in all)"


def some(words: Sequence[object]) -> str:
    """Return the first few of some words, and how many there are."""
    shown = ", ".join(map(str, words[:MOST_SHOWN]))
    return shown if len(words) <= MOST_SHOWN else f"{shown}, ... ({len(words)} in all)"
