"""Checks of the arguments of public functions: faults are reported all at once, under the names of the arguments."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.errors import InputError, Problem
from corridor.scenario.writing import toml_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Settings = Mapping[str, object] | Sequence[str]
    """Settings of a scenario: {"climate.percentile": 90}, or "climate.percentile=90" as on the command line."""

ARGUMENTS = {"set": "settings", "o": "folder", "from": "start", "cap": "caps", "cost": "costs", "format": "form"}
"""Option of the command line -> argument of Python, for those with different names."""
OPTION = re.compile(r"(?<![\w-])--?([a-z][a-z-]*)")


@contextmanager
def named_as_arguments() -> Iterator[None]:
    """Make errors that are raised inside name arguments of Python instead of options of the command line."""
    try:
        yield
    except InputError as error:
        raise type(error)([_as_argument(problem) for problem in error.problems]) from None


def _as_argument(problem: Problem) -> Problem:
    option = OPTION.match(str(problem.column))
    column = problem.column if option is None else f"{_argument(option)}="
    return replace(problem, column=column, remedy=OPTION.sub(_argument, problem.remedy))


def _argument(option: re.Match[str]) -> str:
    return ARGUMENTS.get(option[1], option[1].replace("-", "_"))


def words_of(
    name: str, given: object, problems: list[Problem], *, least: int = 1, single: bool = False
) -> tuple[str, ...]:
    """Return names of areas or groups, one or several, as a tuple; adds values that are not names to `problems`."""
    if isinstance(given, str):
        return (given,)
    if single:
        fault = "this is not the name of one area or group"
        problems.append(Problem(fault, 'Write "Kazakhstan", or "CICA"', column=f"{name}=", value=given))
        return ()
    if isinstance(given, (list, tuple)) and all(isinstance(word, str) for word in given) and len(given) >= least:
        return tuple(given)
    fault = "this is neither a name nor a list of names"
    problems.append(Problem(fault, 'Write "Kazakhstan", or ["UZB", "KAZ"]', column=f"{name}=", value=given))
    return ()


def years_of(name: str, given: object, problems: list[Problem]) -> tuple[int, ...]:
    """Return years, one or several, as a tuple; adds values that are not years to `problems`."""
    years = tuple(given) if isinstance(given, (list, tuple, range)) else (given,)
    if all(isinstance(year, int) for year in years):
        return years
    fault, remedy = "this is neither a year nor a list of years", "Write one, or several in brackets"
    problems.append(Problem(fault, remedy, column=f"{name}=", value=given))
    return ()


def settings_of(given: object, problems: list[Problem]) -> tuple[str, ...]:
    """Return settings as KEY=VALUE; adds values that are not settings to `problems`."""
    if given is None:
        return ()
    if isinstance(given, dict) and all(isinstance(key, str) for key in given):
        return tuple(f"{key}={value if isinstance(value, str) else toml_value(value)}" for key, value in given.items())
    if isinstance(given, (list, tuple)) and all(isinstance(word, str) for word in given):
        return tuple(given)
    remedy = 'Write {"climate.percentile": 90}'
    problems.append(Problem("these are not settings of a scenario", remedy, column="settings=", value=given))
    return ()


def path_of(name: str, given: object, problems: list[Problem]) -> Path:
    """Return a path; adds a value that is not a path to `problems`."""
    if isinstance(given, (str, Path)) and str(given):
        return Path(given)
    problems.append(Problem("this is not a path", "Write a path in quotes", column=f"{name}=", value=given))
    return Path()


def truth_problem(name: str, given: object) -> Iterator[Problem]:
    """Yield a problem if an argument is neither True nor False."""
    if not isinstance(given, bool):
        yield Problem("this is neither True nor False", "Write one of them", column=f"{name}=", value=given)
