"""What a user asks of an outlook, checked all at once before anything heavy is loaded."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from operator import index
from shlex import quote
from typing import TYPE_CHECKING, TypeVar

from corridor.areas import areas, meant
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.drivers.anchors import ANCHORS
from corridor.errors import InputError, Problem, spelling
from corridor.estimate.world.base_windows import WINDOWS
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from corridor.areas import Area
    from corridor.scenario.effective import EffectiveScenario

Found = TypeVar("Found")

BASELINE = "baseline"
"""The shipped scenario that holds where none is named."""

FIRST_LATER, LAST_LATER = BASE_YEAR + 1, LAST_YEAR
SEEDS = range(2**32)
LEAST_DRAWS, MOST_DRAWS = 8, 1000
"""Of fewer draws a range of 80 % would be the extremes (our judgement); 0 is one run at the medians."""
RANGE = (0.1, 0.9)
"""Shares of draws below the two ends of a range of 80 %."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for.

    Attributes
    ----------
    group : name of the group of areas, or of the one area; several are joined by "and"
    areas : its members today, in the order of the register
    last : the year called later; now is the first projected year
    anchor : a key of `ANCHORS`
    window : name of the base window, a key of `WINDOWS`
    scenario : whose channels drive the moves
    words : the groups as the user named them
    settings : options of the command line that name the scenario
    """

    group: str
    areas: tuple[Area, ...]
    last: int
    anchor: str
    window: str
    scenario: EffectiveScenario
    words: tuple[str, ...]
    settings: tuple[str, ...]

    @property
    def command(self) -> str:
        """The line that asks for the same."""
        groups = " ".join(f'--group "{word}"' for word in self.words)
        asked = f"corridor outlook {groups} --to {self.last}"
        return " ".join([asked, *self.settings, f"--anchor {self.anchor} --base {self.window}"])


def check_request(
    group: str | Sequence[str],
    last: int,
    anchor: str,
    window: str,
    folder: Path | None = None,
    *,
    scenario: str = BASELINE,
    settings: Sequence[str] = (),
) -> Request:
    """Turn a user's words into a request.

    Parameters
    ----------
    group : a group or an area, or several, whose members count together
    scenario : name of a shipped scenario or path of a file
    settings : KEY=VALUE, which hold over the scenario

    Raises
    ------
    InputError : with every problem: unknown group, year, anchor, window or scenario, a folder that cannot be written to
    """
    problems: list[Problem] = []
    words = (group,) if isinstance(group, str) else tuple(group)
    targets = [gathered(problems, lambda word=word: meant(word)) for word in words]  # type: ignore[misc]  # word has a default
    problems += [*year_problem("--to", last), *choice_problem("--anchor", anchor, tuple(ANCHORS))]
    problems += [*choice_problem("--base", window, tuple(WINDOWS))]
    problems += [] if folder is None else folder_problem(folder)
    found = gathered(problems, lambda: load_scenario(scenario, settings, last=whole(last)))
    if problems or found is None:
        raise InputError(problems)
    named = [target for target in targets if target is not None]
    chosen = {area.iso3 for _, members in named for area in members}
    options = () if (scenario, *settings) == (BASELINE,) else scenario_words(scenario, settings)
    return Request(
        " and ".join(dict.fromkeys(name for name, _ in named)),
        tuple(area for area in areas() if area.iso3 in chosen),
        last,
        anchor,
        window,
        found,
        tuple(dict.fromkeys(name for name, _ in named)),
        options,
    )


def gathered(problems: list[Problem], step: Callable[[], Found]) -> Found | None:
    """Return what a step finds, or add what is wrong with what it was given to `problems`, and return None."""
    try:
        return step()
    except InputError as error:
        problems += error.problems
        return None


def folder_problem(folder: Path) -> Iterator[Problem]:
    """Say what keeps files from being written into a folder, which may not exist yet; nothing is left behind."""
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    remedy = "Name another folder with -o"
    if not nearest.is_dir():
        yield Problem("the report goes into a folder, but this is a file", remedy, file=str(nearest))
        return
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return
    except OSError as error:
        yield Problem(f"the folder cannot be written to ({error.strerror})", remedy, file=str(nearest))


def choice_problem(option: str, value: object, known: Sequence[str]) -> Iterator[Problem]:
    """Say that an option is none of the words that it can be."""
    if not (isinstance(value, str) and value in known):
        fault = f"this is not one of {', '.join(known)}"
        yield Problem(fault, spelling(str(value), known), column=option, value=value)


def whole(value: object) -> int | None:
    """Return a value as a whole number, None where it is none; True and False are none."""
    try:
        return None if type(value).__name__.startswith("bool") else index(value)  # type: ignore[arg-type]  # tried
    except TypeError:
        return None


def number_problem(option: str, value: object, allowed: Sequence[int], fault: str = "") -> Iterator[Problem]:
    """Say that an option is none of the numbers that it can be; without a fault these are all from the first."""
    number = whole(value)
    if number is None or number not in allowed:  # a range would be searched through for None
        fault = fault or f"this is not a whole number from {allowed[0]} to {allowed[-1]}"
        yield Problem(fault, "Choose one of these numbers", column=option, value=value)


def draws_problem(draws: object) -> Iterator[Problem]:
    """Say that a number of draws is neither 0 nor enough for a range."""
    fault = f"this is neither 0 nor a whole number from {LEAST_DRAWS} to {MOST_DRAWS}"
    return number_problem("--draws", draws, (0, *range(LEAST_DRAWS, MOST_DRAWS + 1)), fault)


def run_problems(
    last: object, size: Iterable[Problem], seed: object, anchor: object, folder: Path | None
) -> Iterator[Problem]:
    """Say what is wrong with what every question to runs of the world has.

    Parameters
    ----------
    size : what is wrong with how many runs are asked for
    folder : for the report; None where none is written yet
    """
    yield from year_problem("--to", last)
    yield from size
    yield from number_problem("--seed", seed, SEEDS)
    if folder is not None:
        yield from folder_problem(folder)
    yield from choice_problem("--anchor", anchor, tuple(ANCHORS))


def year_problem(option: str, year: object) -> Iterator[Problem]:
    """Say that an option is no projected year after the first."""
    return number_problem(option, year, range(FIRST_LATER, LAST_LATER + 1))


def option_words(*named: tuple[str, object]) -> tuple[str, ...]:
    """Options as a shell must be given them, without those that were not."""
    return tuple(f"{option} {quote(str(word))}" for option, word in named if word is not None)


def scenario_words(scenario: str | None, settings: Sequence[str], against: str | None = None) -> tuple[str, ...]:
    """Options that name scenarios and what is set over the first, as a shell must be given them."""
    return option_words(("--scenario", scenario), *(("--set", one) for one in settings), ("--against", against))
