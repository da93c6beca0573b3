"""Regions of the user's own, projected from a folder of tables: `corridor.project_regions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.api.answer import Answer
from corridor.api.arguments import path_of
from corridor.errors import InputError, Problem
from corridor.own_regions.plausibility import own_data
from corridor.own_regions.rates import own_inputs
from corridor.own_regions.results import how_it_was_made, output_problems, result_tables, write_results
from corridor.own_regions.run import project_own_data
from corridor.own_regions.standard import load_standard

if TYPE_CHECKING:
    from pathlib import Path


def project_regions(folder: str | Path) -> Answer:
    """Project the regions of a folder by age and sex by the cohort-component method.

    Parameters
    ----------
    folder : of simple tables, of which only `population` is required; `corridor project --template` writes examples

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

    panel = load_panel()
    projection = project_own_data(own_inputs(data, load_standard(panel, data.settings.standard, data.width)))
    tables = result_tables(projection, data.settings.start)
    made = how_it_was_made(data, projection, (*data.notes, *projection.notes()), panel)

    def write(output: Path) -> Path:
        if obstacles := list(output_problems(output)):
            raise InputError(obstacles)
        write_results(tables, made, output)
        return output / "summary.csv"

    return Answer(f"Regions of {place.name}, projected", f"corridor project {place}", tables, write)
