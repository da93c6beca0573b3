"""Projections of the user's own regions from a folder of tables: `corridor.project_regions`."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from corridor.api.answer import Answer
from corridor.api.arguments import path_of
from corridor.data.results_folder import write_results
from corridor.errors import InputError, Problem
from corridor.own_regions.plausibility import own_data
from corridor.own_regions.results import output_problems, region_results

if TYPE_CHECKING:
    from pathlib import Path


def project_regions(folder: str | Path) -> Answer:
    """Project the regions of a folder by age and sex with the cohort-component method.

    Parameters
    ----------
    folder : folder of simple tables; only `population` is required, and `corridor project --template` writes examples

    Returns
    -------
    The tables `population`, `components`, `flows` and `summary`

    Raises
    ------
    InputError : with every problem of all files
    """
    problems: list[Problem] = []
    place = path_of("folder", folder, problems)
    if not problems and not place.is_dir():
        fault, remedy = "there is no such folder", "Name a folder of tables"
        problems.append(Problem(fault, remedy, column="folder=", value=str(place)))
    if problems:
        raise InputError(problems)
    data = own_data(place)
    from corridor.data.panel import load_panel  # noqa: PLC0415 - wrong tables are answered before it is read

    results = region_results(data, load_panel())

    def write(output: Path) -> Path:
        if obstacles := list(output_problems(output)):
            raise InputError(obstacles)
        write_results({}, results.tables, results.made, output)
        return output / "summary.csv"

    return Answer(f"Regions of {place.name}, projected", f"corridor project {quote(str(place))}", results.tables, write)
