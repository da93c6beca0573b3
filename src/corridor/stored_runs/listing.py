"""Which runs a folder holds, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.data.files import is_locked
from corridor.errors import InputError, Problem
from corridor.stored_runs.places import LocalPlace, inside
from corridor.stored_runs.run_folder import DRAWN, RUN, open_run
from corridor.stored_runs.trajectories import BATCHES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corridor.stored_runs.run_folder import StoredRun

RUNS = "runs"
"""The folder of runs where none is named."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A run in a list.

    Attributes
    ----------
    folder : where it is
    title : of its scenario
    years : such as 2025-2060
    draws : how many
    state : "finished", "12 of 50 batches", "being written", or what is wrong with it
    size : bytes
    finished : moment, ISO 8601; empty while it is not
    """

    folder: Path
    title: str
    years: str
    draws: int
    state: str
    size: int
    finished: str


def list_runs(folder: Path) -> Iterator[Listed]:
    """Yield the runs that are folders of a folder, by name; the folder itself may be a run.

    Raises
    ------
    InputError : there is no such folder
    """
    if not folder.is_dir():
        fault = "there is no such folder of runs"
        raise InputError(Problem(fault, "Begin a run with corridor run, or name the folder", str(folder)))
    for place in (folder, *sorted(path for path in folder.iterdir() if path.is_dir())):
        if (place / RUN).is_file():
            yield _listed(place)


def _listed(folder: Path) -> Listed:
    size = sum(LocalPlace(folder).sizes().values())
    try:
        stored = open_run(LocalPlace(folder))
    except InputError as error:
        return Listed(folder, "", "", 0, error.problems[0].fault, size, "")
    question, finished = stored.question, stored.finished
    years = f"{question.years[0]}-{question.years[-1]}"
    when = "" if finished is None else str(finished["times"]["finished"])
    return Listed(folder, question.scenario.title, years, question.draws, _state(stored, folder), size, when)


def _state(stored: StoredRun, folder: Path) -> str:
    if stored.finished is not None:
        return "finished"
    if is_locked(folder):
        return "being written"
    kept = sum(name.startswith(f"{BATCHES}/") for name in inside(stored.place, DRAWN).sizes())
    question = stored.question
    return f"{kept} of {-(-question.draws // question.batch)} batches"


def unfinished_runs(folder: Path) -> list[Path]:
    """Return the runs of a folder that were begun, are not finished, and which nobody writes."""
    found = list(list_runs(folder)) if folder.is_dir() else []
    return [run.folder for run in found if run.state.endswith("batches")]
