"""Which runs a folder holds, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.data.files import is_locked
from corridor.errors import InputError, Problem
from corridor.stored_runs.places import LocalPlace, inside, place_of
from corridor.stored_runs.run_folder import DRAWN, RUN, open_run
from corridor.stored_runs.trajectories import BATCHES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corridor.stored_runs.places import Place
    from corridor.stored_runs.run_folder import StoredRun

RUNS = "runs"
"""The folder of runs where none is named."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A run in a list.

    Attributes
    ----------
    folder : its path or address
    title : of its scenario
    years : such as 2025-2060
    draws : how many
    state : "finished", "12 of 50 batches", "being written", or what is wrong with it
    size : bytes
    finished : moment, ISO 8601; empty while it is not
    """

    folder: str
    title: str
    years: str
    draws: int
    state: str
    size: int
    finished: str


def list_runs(word: str | Path) -> Iterator[Listed]:
    """Yield the runs that are folders of a folder or of an address, by name; the folder itself may be a run.

    Raises
    ------
    InputError : there is no such folder
    """
    top = place_of(word)
    names = top.folders()
    if names is None:
        fault = "there is no such folder of runs"
        raise InputError(Problem(fault, "Begin a run with corridor run, or name the folder", str(word)))
    for place in (top, *(inside(top, name) for name in names)):
        if place.holds(RUN):
            yield _listed(place)


def _listed(place: Place) -> Listed:
    folder, size = place.path(""), sum(place.sizes().values())
    try:
        stored = open_run(place)
    except InputError as error:
        return Listed(folder, "", "", 0, error.problems[0].fault, size, "")
    question, finished = stored.question, stored.finished
    years = f"{question.years[0]}-{question.years[-1]}"
    when = "" if finished is None else str(finished["times"]["finished"])
    return Listed(folder, question.scenario.title, years, question.draws, _state(stored), size, when)


def _state(stored: StoredRun) -> str:
    if stored.finished is not None:
        return "finished"
    if isinstance(stored.place, LocalPlace) and is_locked(stored.place.folder):
        return "being written"
    kept = sum(name.startswith(f"{BATCHES}/") for name in inside(stored.place, DRAWN).sizes())
    question = stored.question
    return f"{kept} of {-(-question.draws // question.batch)} batches"


def unfinished_runs(word: str | Path) -> list[str]:
    """Return the runs of a folder that were begun, are not finished, and which nobody writes."""
    found = [] if place_of(word).folders() is None else list_runs(word)
    return [run.folder for run in found if run.state.endswith("batches")]
