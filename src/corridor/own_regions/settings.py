"""`project.toml`: what the numbers of a folder mean and how far to project. Every setting has a default."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from corridor import areas
from corridor.calendar import BASE_YEAR
from corridor.data.tables.toml_text import read_toml
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from corridor.demography.cohort_component import Timing
    from corridor.demography.life_table import Width

FILE = "project.toml"
LIKE_SETTINGS = (".toml", ".txt", ".yaml", ".yml", ".json", ".ini", ".cfg")
ALIKE = 0.8
LONGEST_SHOWN = 60
WORLD = "world"
LONGEST = 200
FIRST_START, LAST_START = 1900, 2150
OLDEST_OPEN_AGE = 100
YOUNGEST_OPEN_AGE = 60
DOUBTS = {
    "large-migration": "migration of a year exceeds a fifth of the people",
    "small-migration": "migration of a year is under a ten-thousandth of the people",
    "sexes": "women die earlier than men everywhere, or are fewer than men in old age everywhere",
    "uneven-sexes": "a region has three times as many of one sex as of the other",
    "life-expectancy": "a life expectancy is outside 35 to 95 years",
    "total-fertility": "a total fertility is outside 0.5 to 9 births per woman",
    "sex-ratio": "boys per girl at birth are outside 1.00 to 1.20",
    "uneven-ages": "an age group has six times (from age 70 on fifteen times) more or fewer people than its neighbours",
    "total-region": "a region has the people of all other regions together",
    "far-years": "a year is more than 25 years before the start or more than 125 after it",
    "double-count": "net migration repeats what the flows imply",
}
"""What is refused unless accepted by its name: possible, yet mostly a mistake. The limits are our judgement."""


@dataclass(frozen=True, slots=True)
class RegionSettings:
    """What a folder's numbers mean and how far to project.

    Attributes
    ----------
    start : the day on which population.csv stands, the first of a month
    years : how many to project, a multiple of the step
    step : years of a step and of an age group; None: the age groups of population.csv tell
    unit : of all columns `persons`: "persons" or "thousands"
    timing : "end": migrants arrive at the end of a step, "even": half at its start
    open_age : first age of the oldest group; older ages are put together. None: the oldest of population.csv, at most
        100
    standard : "world" or an ISO 3166-1 alpha-3 code: whose births and deaths stand for what is left out
    net_migration : beside flows.csv: "outside": with places that are not in the folder; "all": the flows are part of it
    accept : doubts, by the names of `DOUBTS`, that are no mistake here
    """

    start: date = date(BASE_YEAR, 1, 1)
    years: int = 25
    step: Width | None = None
    unit: Literal["persons", "thousands"] = "persons"
    timing: Timing = "end"
    open_age: int | None = None
    standard: str = WORLD
    net_migration: Literal["outside", "all"] = "outside"
    accept: tuple[str, ...] = ()


CHOICES: Mapping[str, tuple[object, ...]] = {
    "step": (1, 5),
    "unit": ("persons", "thousands"),
    "timing": ("end", "even"),
    "net_migration": ("outside", "all"),
}
"""Setting -> the values it may have."""


def read_settings(folder: Path) -> tuple[RegionSettings, tuple[str, ...]]:
    """Return the settings of a folder, and the names of those that its `project.toml` gives.

    Raises
    ------
    InputError : with every problem of the file
    """
    path = folder / FILE
    if misnamed := list(_misnamed(folder)):
        raise InputError(misnamed)
    if not path.exists() and not path.is_symlink():
        return RegionSettings(), ()
    given = read_toml(path)
    problems = [problem for name, value in given.items() for problem in _setting_problems(path, name, value)]
    if not problems and (given.get("years", 5) % given.get("step", 1)):
        fault = "the years to project are not a multiple of the step"
        problems.append(Problem(fault, "Change one of the two", str(path), None, "years", given["years"]))
    if problems:
        raise InputError(problems)
    return _settings(given), tuple(given)


def _misnamed(folder: Path) -> Iterator[Problem]:
    """Name the files that look like settings and would be passed over."""
    for path in sorted(folder.iterdir()):
        stem, suffix = path.stem.casefold().removesuffix(".toml"), path.suffix.lower()
        meant = suffix in LIKE_SETTINGS and get_close_matches(stem, [Path(FILE).stem], cutoff=ALIKE)
        if meant and path.name != FILE and not (folder / FILE).is_symlink() and not _same(path, folder / FILE):
            fault = f"the settings are read from {FILE}, not from a file of this name"
            yield Problem(fault, f"Rename it to {FILE}, or move it away", str(path))


def _same(path: Path, other: Path) -> bool:
    """Say whether two names are one file, as where capitals do not count."""
    return path.exists() and other.exists() and path.samefile(other)


def _settings(given: dict[str, Any]) -> RegionSettings:
    if "accept" in given:
        given["accept"] = tuple(given["accept"])
    if given.get("standard", WORLD) != WORLD:
        given["standard"] = areas.find(given["standard"]).iso3
    if "start" in given and (given["start"].month, given["start"].day) == (12, 31):
        given["start"] = date(given["start"].year + 1, 1, 1)
    return RegionSettings(**given)


def _setting_problems(path: Path, name: str, value: object) -> Iterator[Problem]:
    known = list(asdict(RegionSettings()))
    if name not in known:
        yield Problem("there is no such setting", spelling(name, known), str(path), None, name[:LONGEST_SHOWN])
        return
    if name in CHOICES:
        if isinstance(value, bool) or value not in CHOICES[name]:
            options = " or ".join(map(repr, CHOICES[name]))
            yield Problem(f"{name} is not {options}", "Write one of them", str(path), None, name, _shown(value))
        return
    fault, remedy = _fault_of(name, value)
    if fault:
        yield Problem(fault, remedy, str(path), None, name, _shown(value))


def _shown(value: object) -> object:
    return value if isinstance(value, int) else str(value)[:LONGEST_SHOWN]


def _fault_of(name: str, value: object) -> tuple[str, str]:
    """Return what is wrong with a value, and its remedy; two empty texts where nothing is."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if name == "start" and not _is_start(value):
        return (
            "start is neither the first day of a month nor 31 December",
            f"Write start = {BASE_YEAR}-01-01, without quotes",
        )
    if name == "years" and not (whole and 1 <= value <= LONGEST):  # type: ignore[operator]  # whole says it is an int
        return f"years is not a whole number from 1 to {LONGEST}", "Write years = 25"
    if name == "open_age" and not (whole and YOUNGEST_OPEN_AGE <= value <= OLDEST_OPEN_AGE and not value % 5):  # type: ignore[operator]  # as above
        return f"open_age is not one of {YOUNGEST_OPEN_AGE}, 65, ..., {OLDEST_OPEN_AGE}", "Write open_age = 85"
    if name == "standard" and value != WORLD:
        try:
            areas.find(str(value))
        except InputError as unknown:
            return "standard is neither the world nor a known area", unknown.problems[0].remedy
    if name == "accept":
        listed = value if isinstance(value, list) else [value]
        strange = [str(word) for word in listed if word not in DOUBTS]
        if strange or not isinstance(value, list):
            return "accept is not a list of known doubts", spelling(strange[0] if strange else "", list(DOUBTS))
    return "", ""


def _is_start(value: object) -> bool:
    if not isinstance(value, date) or isinstance(value, datetime) or not FIRST_START <= value.year <= LAST_START:
        return False
    return value.day == 1 or (value.month, value.day) == (12, 31)
