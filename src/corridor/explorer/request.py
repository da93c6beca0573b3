"""What a user asks of the explorer, with all that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.areas import group_names
from corridor.drivers.anchors import ANCHORS
from corridor.errors import InputError, Problem, spelling
from corridor.explorer.contents import asked_of, asked_of_run
from corridor.explorer.exercises import load_exercises
from corridor.reports.request import choice_problem, gathered, year_problem
from corridor.stored_runs.run_folder import open_run

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.explorer.contents import Asked


def check_explorer_request(
    run: str | None,
    group: str,
    last: int,
    anchor: str,
    *,
    output: Path | None = None,
    exercises: Path | None = None,
) -> Asked:
    """Turn a user's words into what an explorer shows.

    Parameters
    ----------
    run : folder of a stored run; None for the baseline at the medians
    output : the file that is to be written
    exercises : folder of a trainer's exercises; None for the shipped ones

    Raises
    ------
    InputError : with every problem
    """
    problems = [*year_problem("--to", last), *choice_problem("--anchor", anchor, tuple(ANCHORS))]
    if group not in group_names():
        remedy = f"Name a group, such as CICA. {spelling(group, list(group_names()))}"
        problems.append(Problem("Corridor knows no group of this name", remedy, column="--group", value=group))
    if output is not None and output.is_dir():
        problems.append(Problem("this is a folder", "Name a file, such as explorer.html", str(output)))
    stored = None if run is None else gathered(problems, lambda: open_run(run))
    if stored is not None:
        gathered(problems, lambda: stored.sums)
    trained = gathered(problems, lambda: load_exercises(exercises))
    if problems or trained is None:
        raise InputError(problems)
    command = "corridor explorer" + (f" {run}" if run else f" --to {last} --anchor {anchor}") + f' --group "{group}"'
    if exercises is not None:
        command += f' --exercises "{exercises}"'
    if stored is None:
        return asked_of(group, last, command, anchor=anchor, exercises=trained)
    return asked_of_run(stored, group, command, exercises=trained)
