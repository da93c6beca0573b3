"""A folder to begin with: five regions of a country that does not exist, every file with its rules written above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import SEXES
from corridor.calendar import BASE_YEAR
from corridor.data.files import new_folder, write_whole
from corridor.errors import InputError, Problem
from corridor.own_regions.settings import FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.axes import Floats

DAY = f"{BASE_YEAR}-01-01"
SETTINGS = f"""\
# What the numbers mean and how far to project. Every line may be left out; the defaults are in brackets.
start = {DAY}         # the day on which population.csv stands: the first of a month, or 31 December [{DAY}]
years = 25                 # years to project [25]
unit = "persons"           # of all columns named persons: "persons" or "thousands" ["persons"]
timing = "end"             # migrants arrive at the "end" of a step, as the UN counts, or "even": half at start ["end"]
net_migration = "outside"  # net_migration.csv is with places "outside" the regions, or "all": flows too ["outside"]
# step = 5                 # years of a step: 1 or 5, as wide as the age groups [those of population.csv]
# open_age = 80            # put people of this age and over together [the oldest of population.csv, at most 100]
# standard = "KAZ"         # whose births and deaths stand for what is left out: "world" or an area's code ["world"]
# accept = ["sexes"]       # doubts that are no mistake here; each is named where it is reported [none]
"""
COMMENTS = {
    "population": (
        "People on the day of the start. Required; every other table may be left out.",
        "Age is the first age of a group: 0, 5, ... (0-4 and 85+ are understood) or single years 0, 1, 2, ...",
        "Separate columns by commas, semicolons or tabs. Excel and Parquet files work too.",
    ),
    "life_expectancy": (
        "Life expectancy at birth in years. A year stands for the step that begins in it; between the years given",
        "values lie on a straight line, after the last they stay.",
        "In its place, or beside it to give the ages: mortality.csv with region, sex, age, rate (deaths per person and",
        "year; ages 0, 1, 5, 10, ... or 0, 1, 2, ...; a column year if rates change).",
    ),
    "total_fertility": (
        "Births per woman in her life. Without a column year a value stands for all years.",
        "In its place, or beside it to give the ages: fertility.csv with region, age, rate (births per woman and",
        "year).",
        "Not here, so taken from the standard: sex_ratio.csv with region, boys_per_girl.",
    ),
    "net_migration": (
        "People a year who come less those who leave, from and to places outside these regions.",
        "Ages follow the UN's model schedule; columns sex and age may be added, with ages as in population.csv.",
    ),
    "flows": (
        "People a year who move between the regions; pairs that are not listed have no moves.",
        "After the last year given the rates go on. Columns year, and sex and age, may be added.",
    ),
}


@dataclass(frozen=True, slots=True)
class _Region:
    """An imaginary region: people, growth of births in the past, how many times the young, and its rates."""

    people: float
    growth: float
    young: float
    life: tuple[float, float]
    fertility: tuple[float, float]
    net: int


REGIONS = {
    "Capital": _Region(1_900_000, 0.006, 1.35, (79.1, 73.4), (1.8, 1.7), 6_000),
    "Coast": _Region(1_200_000, 0.004, 1.05, (78.3, 72.6), (1.9, 1.75), 2_500),
    "Valley": _Region(850_000, 0.014, 0.95, (76.4, 70.8), (2.7, 2.2), -1_500),
    "Hills": _Region(420_000, 0.017, 0.85, (74.9, 69.0), (3.1, 2.4), -2_000),
    "Steppe": _Region(230_000, 0.002, 0.75, (75.8, 68.7), (2.2, 1.9), -800),
}
GAIN_OF_LIFE = 4.5
FLOWS = (
    (0, 7_400, 3_900, 1_600, 1_300),
    (8_900, 0, 2_300, 900, 600),
    (7_800, 3_600, 0, 1_500, 400),
    (4_100, 1_600, 1_900, 0, 300),
    (2_300, 1_100, 500, 300, 0),
)
OLDEST_GROUP = 85


def write_template(folder: Path) -> tuple[str, ...]:
    """Write example tables and settings into a new folder, and return the names of the files.

    Raises
    ------
    InputError : the folder holds something already, or cannot be written
    """
    if folder.is_dir() and any(folder.iterdir()):
        problem = Problem(
            "the folder is not empty, and examples go into a new or empty one", "Name another folder", str(folder)
        )
        raise InputError(problem)
    files = {FILE: SETTINGS} | {f"{name}.csv": _text(name, rows) for name, rows in _tables().items()}
    try:
        with new_folder(folder) as place:
            for name, text in files.items():
                write_whole(place / name, text.encode())
    except OSError as error:
        fault = f"the examples cannot be written ({error.strerror})"
        raise InputError(Problem(fault, "Name another folder", str(folder))) from error
    return tuple(files)


def _text(name: str, rows: Sequence[Sequence[object]]) -> str:
    comments = [f"# {line}" for line in COMMENTS[name]]
    return "\n".join([*comments, *(",".join(map(str, row)) for row in rows)]) + "\n"


def _tables() -> dict[str, list[tuple[object, ...]]]:
    """Return the header and the rows of every table."""
    population: list[tuple[object, ...]] = [("region", "sex", "age", "persons")]
    life: list[tuple[object, ...]] = [("region", "year", "sex", "years")]
    births: list[tuple[object, ...]] = [("region", "year", "births_per_woman")]
    net: list[tuple[object, ...]] = [("region", "persons")]
    flows: list[tuple[object, ...]] = [("orig", "dest", "persons")]
    for (name, region), moves in zip(REGIONS.items(), FLOWS, strict=True):
        people = _people(region)
        for sex, of_sex in zip(SEXES, people, strict=True):
            population += [(name, sex, 5 * group, round(count)) for group, count in enumerate(of_sex)]
        for year, gain in ((BASE_YEAR, 0.0), (2050, GAIN_OF_LIFE)):
            life += [(name, year, sex, f"{now + gain:.1f}") for sex, now in zip(SEXES, region.life, strict=True)]
        births += [(name, year, level) for year, level in zip((BASE_YEAR, 2050), region.fertility, strict=True)]
        net.append((name, region.net))
        flows += [(name, dest, count) for dest, count in zip(REGIONS, moves, strict=True) if count]
    return {
        "population": population,
        "life_expectancy": life,
        "total_fertility": births,
        "net_migration": net,
        "flows": flows,
    }


def _people(region: _Region) -> Floats:
    """Return people by sex and five-year group [2, 18]: Gompertz mortality, growing births, and moves of the young."""
    ages = np.arange(0.5, 110.0)
    level = np.array([[1.6e-5], [4.0e-5]])
    slope = np.array([[0.1], [0.095]])
    alive = np.exp(-level / slope * np.expm1(slope * ages) - region.growth * ages) * np.array([[1.0], [1.05]])
    alive *= 1.0 + (region.young - 1.0) * np.exp(-(((ages - 29.0) / 9.0) ** 2))
    groups = np.add.reduceat(alive, range(0, OLDEST_GROUP + 5, 5), axis=1)
    people: Floats = region.people * groups / groups.sum()
    return people
