"""A user's tables of stocks, births and deaths, checked and turned into arrays over the areas that they name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.data.tables.meaning import NO_PEOPLE, alike, is_no_people, totals_among
from corridor.data.tables.numbers import DOUBT_REMEDY, Range, read_numbers
from corridor.data.tables.words import word_of
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corridor.axes import Booleans, Floats

START, END, BIRTHS, DEATHS = "start", "end", "births", "deaths"
MOST_NAMED = 20
"""Wrong rows or names of a kind that are told for each table."""
LONGEST_SHOWN = 60
LEAST_SUMMED, SAME_PEOPLE = 4, 0.005
MOST_CHANGE = 3.0
MOST_CHANGE_OF_A_PAIR, LEAST_OF_A_PAIR = 20.0, 0.001
"""Of the people of one birthplace and residence: times, and share of the residents."""
MOST_EVENTS, LEAST_EVENTS = 0.6, 0.001
"""Births or deaths, as shares of the people in the middle of the period."""


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """What the columns of the tables are called; `area` stands in tables of births and deaths."""

    birthplace: str = "birthplace"
    residence: str = "residence"
    area: str = "area"
    persons: str = "persons"

    def keys(self, table: str) -> tuple[str, ...]:
        """Return the columns that name the areas of a table."""
        return (self.birthplace, self.residence) if table in {START, END} else (self.area,)


USUAL_NAMES = ColumnNames()


@dataclass(frozen=True, slots=True)
class OwnData:
    """A user's tables as arrays.

    Attributes
    ----------
    areas : their names, in the order in which the stock at the start names them
    start, end : [birthplace, residence], persons
    births, deaths : [area], persons, zero if not given
    events_given : whether births and deaths were given
    notes : how numbers were read that are written as text
    """

    areas: tuple[str, ...]
    start: Floats
    end: Floats
    births: Floats
    deaths: Floats
    events_given: bool
    notes: tuple[str, ...] = ()

    @property
    def net(self) -> Floats:
        """Net migration that stocks, births and deaths imply, [area]."""
        change: Floats = self.end.sum(axis=0) - self.start.sum(axis=0) - self.births + self.deaths
        return change


def own_data(tables: Mapping[str, pd.DataFrame | None], names: ColumnNames, *, everyone: bool) -> OwnData:
    """Check a user's tables, all together, and turn them into arrays.

    Parameters
    ----------
    tables : "start", "end", "births", "deaths" -> rows; None where births and deaths are not given
    names : of the columns
    everyone : whether the stocks must hold all residents, natives among them, and births and deaths must fit them

    Raises
    ------
    InputError
        With every problem: columns, cells, pairs that stand twice, names that do not match, missing native-born, births
        or deaths beyond the stock.
    """
    given = {name: table for name, table in tables.items() if table is not None}
    wrong = {name: _wrong_columns(name, table, names) for name, table in given.items()}
    read = {name: _read(name, table, names) for name, table in given.items() if not wrong[name]}
    wrong |= {name: faults for name, (_, faults, _) in read.items()}
    sound = {name: table for name, (table, faults, _) in read.items() if not faults}
    named = {name: _named_areas(table, names.keys(name)) for name, table in sound.items()}
    problems = [*_lonely_events(tables), *(problem for found in wrong.values() for problem in found)]
    for name, table in sound.items():
        problems += _wrong_rows(name, table, names)
        problems += _totals(name, table, names)
        problems += _unmatched(name, named)
        if everyone and name in {START, END}:
            problems += _missing_natives(name, table, names, named)
    if problems:
        raise InputError(problems)
    told = tuple(f"{name}: {note}" for name, (_, _, note) in read.items() if note)
    data = replace(_arrays(sound, names, named[START]), notes=told)
    if problems := [*_sums(data), *(_beyond_stock(data) if everyone else ())]:
        raise InputError(problems)
    return data


def _arrays(given: Mapping[str, pd.DataFrame], names: ColumnNames, areas: tuple[str, ...]) -> OwnData:
    position = {area: place for place, area in enumerate(areas)}
    arrays: dict[str, Floats] = {}
    for name in (START, END, BIRTHS, DEATHS):
        keys = names.keys(name)
        array = np.zeros((len(areas),) * len(keys))
        if name in given:
            cells = tuple(given[name][key].map(position).to_numpy() for key in keys)
            array[cells] = given[name][names.persons].to_numpy(dtype=np.float64)
        arrays[name] = array
    return OwnData(areas, arrays[START], arrays[END], arrays[BIRTHS], arrays[DEATHS], BIRTHS in given)


def _lonely_events(tables: Mapping[str, pd.DataFrame | None]) -> Iterator[Problem]:
    for name, other in ((BIRTHS, DEATHS), (DEATHS, BIRTHS)):
        if tables[name] is None and tables[other] is not None:
            fault = f"a table of {other} is given without a table of {name}"
            yield Problem(fault, f"Give {name} too, with 0 for areas without", file=name)


def _wrong_columns(name: str, table: pd.DataFrame, names: ColumnNames) -> list[Problem]:
    known = [str(column) for column in table.columns]
    problems = [
        Problem(f"the table does not have one column {wanted}", spelling(wanted, known), file=name, column=wanted)
        for wanted in (*names.keys(name), names.persons)
        if known.count(wanted) != 1
    ]
    if not problems and not len(table):
        problems.append(Problem("the table has no rows", "Get the file again", file=name))
    return problems


def _read(name: str, table: pd.DataFrame, names: ColumnNames) -> tuple[pd.DataFrame, list[Problem], str | None]:
    """Return a table with its words and numbers as a file's are read, what is wrong with cells, and a note."""
    cells = table[names.persons].tolist()
    numbers = read_numbers(cells, Range(lower=0.0))
    problems = [
        Problem(fault, remedy, name, row + 2, names.persons, str(cells[row])[:60])
        for row, (fault, remedy) in [*numbers.faults.items()][:MOST_NAMED]
    ]
    if numbers.doubt:
        fault, shown = numbers.doubt
        problems.append(Problem(fault, DOUBT_REMEDY, name, None, names.persons, shown))
    words = {key: [word_of(cell) for cell in table[key].tolist()] for key in names.keys(name)}
    return pd.DataFrame({**words, names.persons: numbers.values}), problems, numbers.note


def _wrong_rows(name: str, table: pd.DataFrame, names: ColumnNames) -> list[Problem]:
    keys = names.keys(name)
    persons = table[names.persons].to_numpy(dtype=np.float64)
    sizes = is_no_people(table[names.persons]).to_numpy()
    unnamed = [table[key] == "" for key in keys]
    labels = table[list(keys)]
    checks: list[tuple[str, Booleans, str, str]] = [
        *(
            (key, np.asarray(empty), "the area has no name", "Fill the cell in")
            for key, empty in zip(keys, unnamed, strict=True)
        ),
        (names.persons, sizes, NO_PEOPLE, "Correct the cell"),
        (names.persons, ~np.isfinite(persons), "this is not a finite number", "Correct the cell or leave the row out"),
        (names.persons, persons < 0, "a count cannot be negative", _negative_remedy(name)),
        (", ".join(keys), np.asarray(labels.duplicated()), "another row is of the same kind", "Add the rows up"),
    ]
    return [
        Problem(fault, remedy, file=name, row=row + 2, column=column, value=_shown(table, (*keys, names.persons), row))
        for column, wrong, fault, remedy in checks
        for row in np.flatnonzero(wrong)[:MOST_NAMED].tolist()
    ]


def _negative_remedy(name: str) -> str:
    if name in {START, END}:
        return (
            "Check the source; native-born that are population minus foreign-born turn negative where these disagree: "
            "scale the foreign-born to the population"
        )
    return "Check the source"


def _shown(table: pd.DataFrame, columns: Sequence[str], row: int) -> str:
    return ", ".join(str(table[column].iloc[row])[:LONGEST_SHOWN] for column in columns)


def _named_areas(table: pd.DataFrame, keys: Sequence[str]) -> tuple[str, ...]:
    """Return the areas that a table names, in order: birthplaces come before residences."""
    return tuple(dict.fromkeys(area for key in keys for area in table[key] if area))


def _unmatched(name: str, named: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Tell the areas that only one of a table and the stock at the start names."""
    here, there = named[name], named.get(START, named[name])
    for area in [area[:LONGEST_SHOWN] for area in here if area not in there][:MOST_NAMED]:
        fault = "an area of this table is not in the stock at the start"
        yield Problem(fault, spelling(area, there).replace("See `corridor areas` for", "Compare"), name, value=area)
    for area in [area[:LONGEST_SHOWN] for area in there if area not in here][:MOST_NAMED]:
        fault = "an area of the stock at the start is not in this table"
        yield Problem(fault, "Add the area, with 0 where it has nobody, or correct its name", name, value=area)


def _totals(name: str, table: pd.DataFrame, names: ColumnNames) -> Iterator[Problem]:
    for key in names.keys(name):
        if found := totals_among(table[key]):
            remedy = "Leave its rows out: areas are added up anyway. An area of this name needs another one"
            shown = ", ".join(found)[:LONGEST_SHOWN]
            yield Problem("this names a total and no area", remedy, file=name, column=key, value=shown)


def _sums(data: OwnData) -> Iterator[Problem]:
    """Find areas that are the sum of all others, by birthplace, at both dates."""
    if len(data.areas) < LEAST_SUMMED:
        return
    for place, area in enumerate(data.areas):
        others = np.arange(len(data.areas)) != place
        born = [(stock[place, others], stock[np.ix_(others, others)].sum(axis=0)) for stock in (data.start, data.end)]
        if all(total.any() and np.allclose(total, parts, rtol=SAME_PEOPLE, atol=1.0) for total, parts in born):
            fault = "at both dates as many were born here as in all other areas together, in each residence"
            yield Problem(
                fault, "Leave the rows of a total out: areas are added up anyway", START, value=area[:LONGEST_SHOWN]
            )


def _missing_natives(
    name: str, table: pd.DataFrame, names: ColumnNames, named: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    born, lives = table[names.birthplace], table[names.residence]
    at_home = set(born[born == lives])
    for area in [area[:LONGEST_SHOWN] for area in named[name] if area not in at_home][:MOST_NAMED]:
        fault = "the table does not say how many live where they were born"
        remedy = f"Add a row {area}, {area} with the population minus the foreign-born, or use a method of differences"
        yield Problem(fault, remedy, file=name, value=area)


def _beyond_stock(data: OwnData) -> Iterator[Problem]:
    for name, events, stock, moment in (
        (DEATHS, data.deaths, data.start, START),
        (BIRTHS, data.births, data.end, END),
    ):
        residents = stock.sum(axis=0)
        for place in np.flatnonzero(events > residents)[:MOST_NAMED]:
            fault = f"the area has more {name} than its {residents[place]:,.10g} residents at the {moment}"
            remedy = f"Check the units and the period of the {name}, and the stock"
            yield Problem(fault, remedy, file=name, column=f"area {data.areas[place]}", value=float(events[place]))


def notices(data: OwnData) -> Iterator[str]:
    """Yield notes on figures that are possible and seldom right."""
    start, end = data.start.sum(axis=0), data.end.sum(axis=0)
    if names := alike(data.areas):
        yield f"Areas have almost the same names: {', '.join(names[:MOST_NAMED])}."
    changes = np.flatnonzero(_times(start, end) > MOST_CHANGE)
    if words := [f"{data.areas[at]} from {start[at]:,.10g} to {end[at]:,.10g}" for at in changes[:MOST_NAMED]]:
        yield f"The residents of an area change by over a factor of {MOST_CHANGE:g}: {', '.join(words)}."
    pairs = (_times(data.start, data.end) > MOST_CHANGE_OF_A_PAIR) & (
        np.maximum(data.start, data.end) > LEAST_OF_A_PAIR * np.maximum(start, end)
    )
    words = [
        f"born in {data.areas[born]}, living in {data.areas[lives]}: {data.start[born, lives]:,.10g}, then "
        f"{data.end[born, lives]:,.10g}"
        for born, lives in np.argwhere(pairs)[:MOST_NAMED]
    ]
    if words:
        yield f"A stock changes by over a factor of {MOST_CHANGE_OF_A_PAIR:g}: {'; '.join(words)}."
    if (data.start == data.end).all():
        yield "The stocks are the same at both dates."
    yield from _strange_events(data, (start + end) / 2.0)


def _strange_events(data: OwnData, people: Floats) -> Iterator[str]:
    for name, events in ((BIRTHS, data.births), (DEATHS, data.deaths)) if data.events_given else ():
        strange = (events > MOST_EVENTS * people) | ((events < LEAST_EVENTS * people) & (people > 0.0))
        words = [f"{data.areas[at]} {events[at]:,.10g} of {people[at]:,.10g}" for at in np.flatnonzero(strange)]
        if words:
            yield f"The {name} are few or many for the people: {', '.join(words[:MOST_NAMED])}."


def _times(one: Floats, two: Floats) -> Floats:
    most, least = np.maximum(one, two), np.minimum(one, two)
    times: Floats = np.divide(most, least, out=np.where(most > 0.0, np.inf, 1.0), where=least > 0.0)
    return times
