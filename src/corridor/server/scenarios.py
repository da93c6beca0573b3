"""Scenarios that pages send: read within limits, without reach to any file, and weighed for plausibility."""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.data.tables.toml_text import DEEPEST, too_deep
from corridor.drivers.levers import Enforcement, Pathway, Policy, Regularisation, ReturnProgramme, Visa
from corridor.errors import InputError, Problem, spelling
from corridor.scenario.load import load_scenario
from corridor.scenario.source import MOST_BYTES, shipped_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.drivers.levers import Lever
    from corridor.scenario.effective import EffectiveScenario

FILE = "scenario.toml"
USUAL_FACTORS = 0.2, 5.0
"""Of capacity (our judgement, as all limits here); the shipped scenarios stay within."""
LARGE_PLACES = 500_000
MUCH_STOPPED, MUCH_REFUSED, LITTLE_REFUSED, LARGE_EFFECT = 0.5, 2.0, 0.5, 1.0
MOST_REGULARISED = 0.95
RAPID = 0.06
"""Warming of the world, K a year, above which a path of the user's own is doubted (our judgement)."""


def read_scenario(text: str, last: int | None = None) -> EffectiveScenario:
    """Read the text of a scenario file.

    Parameters
    ----------
    last : last year of the run

    Raises
    ------
    InputError : with every problem
    """
    _demand_no_files(text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_bytes(text.encode())
        try:
            return load_scenario(str(path), last=last)
        except InputError as error:
            raise InputError([_without_folder(problem, str(path)) for problem in error.problems]) from None


def _without_folder(problem: Problem, path: str) -> Problem:
    """Say where in the text a problem is, and not where the text was put."""
    facts = asdict(problem)
    return Problem(**facts | {"file": FILE if problem.file == path else problem.file})


def _demand_no_files(text: str) -> None:
    """Refuse texts that are too long, or that build on anything but shipped scenarios: files are out of reach."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise InputError(Problem("the text is not Unicode", "Write it in UTF-8", FILE)) from None
    if size > MOST_BYTES:
        fault = f"the text has more than the {MOST_BYTES:,} bytes of a scenario"
        raise InputError(Problem(fault, "Check that this is a scenario file", FILE))
    if row := too_deep(text):
        fault = f"lists and tables nest too deep; the limit is {DEEPEST}"
        raise InputError(Problem(fault, "Write it flat", FILE, row))
    try:
        listed = tomllib.loads(text).get("overrides")
    except (ValueError, RecursionError):
        return  # load_scenario says where
    words = [word for word in listed if isinstance(word, str)] if isinstance(listed, list) else []
    if foreign := [word for word in words if word not in shipped_names()]:
        fault = "a scenario of a page can build on shipped scenarios only"
        remedy = "Files are out of reach here: put their fields into this one."
        near = [f"{remedy} {spelling(word, shipped_names())}" for word in foreign]
        raise InputError(
            [
                Problem(fault, near[at], FILE, column=f"overrides[{words.index(word) + 1}]", value=word)
                for at, word in enumerate(foreign)
            ]
        )


def warnings(scenario: EffectiveScenario, last: int) -> list[dict[str, Any]]:
    """Return what is allowed and yet hardly plausible: the field, a sentence, and what is usual.

    Parameters
    ----------
    last : last year that is shown
    """
    settings, found = scenario.settings, []
    counted: dict[type, int] = {}
    for lever in (*settings.policies, *settings.levers):
        counted[type(lever)] = number = counted.get(type(lever), 0) + 1
        section = next(name for name, sort in _SECTIONS.items() if sort is type(lever))
        for name, kind, values in _lever_warnings(lever, last):
            found.append({"column": f"{section}[{number}].{name}", "kind": kind, "lever": lever.name, **values})
    if settings.percentile is not None and not 5 <= settings.percentile <= 95:
        found.append({"column": "climate.percentile", "kind": "tail", "lever": ""})
    if settings.own_warming and _steepest(settings.own_warming) > RAPID:
        found.append({"column": "climate.warming", "kind": "steep", "lever": ""})
    return found


_SECTIONS = {
    "policy": Policy,
    "pathway": Pathway,
    "visa": Visa,
    "enforcement": Enforcement,
    "regularisation": Regularisation,
    "return_programme": ReturnProgramme,
}


def _steepest(path: dict[int, float] | Any) -> float:  # noqa: ANN401 - a mapping of years
    years = sorted(path)
    return max(((path[b] - path[a]) / (b - a) for a, b in pairwise(years)), default=0.0)


def _lever_warnings(lever: Lever, last: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield field, kind of doubt, and the values that the sentence about it needs."""
    if lever.start > last:
        yield "start", "late", {"last": last}
    ramp = getattr(lever, "ramp", None)
    if lever.end is not None and ramp and lever.start + ramp > lever.end:
        yield "ramp", "never-full", {}
    yield from _size_warnings(lever)


def _size_warnings(lever: Lever) -> Iterator[tuple[str, str, dict[str, Any]]]:
    match lever:
        case Pathway(unit="times", capacity=capacity) if not USUAL_FACTORS[0] <= capacity <= USUAL_FACTORS[1]:
            yield "capacity", "factor", {"low": USUAL_FACTORS[0], "high": USUAL_FACTORS[1]}
        case Pathway(unit="persons" | "added", capacity=capacity) if capacity > LARGE_PLACES:
            yield "capacity", "places", {"high": LARGE_PLACES}
        case Enforcement(stopped=stopped) if stopped > MUCH_STOPPED:
            yield "stopped", "stopped", {"high": MUCH_STOPPED}
        case Regularisation(share=share) if share > MOST_REGULARISED:
            yield "share", "regularised", {"high": MOST_REGULARISED}
        case Policy(effect=effect) | ReturnProgramme(effect=effect) if abs(effect) > LARGE_EFFECT:
            yield "effect", "effect", {"high": LARGE_EFFECT}
        case Visa():
            for name in ("refusals", "asylum_refusals"):
                if not LITTLE_REFUSED <= getattr(lever, name) <= MUCH_REFUSED:
                    yield name, "refusals", {"low": LITTLE_REFUSED, "high": MUCH_REFUSED}
