"""The files of a user's own stocks, births and deaths: reading them, and examples to start from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.data.files import new_folder, write_whole
from corridor.errors import InputError, Problem
from corridor.estimate.own.own_tables import BIRTHS, DEATHS, END, START, USUAL_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

EXAMPLE_AREAS = ("North", "South", "East", "West")
EXAMPLE_STOCKS = {
    START: ((9000, 400, 250, 50), (300, 7000, 500, 100), (200, 600, 5500, 150), (100, 150, 200, 3000)),
    END: ((9020, 450, 240, 60), (340, 6900, 620, 90), (210, 640, 5580, 170), (130, 140, 220, 3070)),
}
EXAMPLE_EVENTS = {BIRTHS: (700, 620, 480, 250), DEATHS: (500, 560, 420, 190)}
"""A world of four areas, made up so that its totals agree."""
FILES = {START: "stock_start.csv", END: "stock_end.csv", BIRTHS: "births.csv", DEATHS: "deaths.csv"}
NOTES = {
    START: (
        "People who live where they were born: a row for every area",
        "People born in North who live in South; a pair without a row is zero",
        "Names of areas are free, but alike in all files",
        "This column and any other that is not asked for are not read",
    ),
    END: ("The same at the end of the period, natives and newborn among them",),
    BIRTHS: ("All births of the period, by the area where the mother lives",),
    DEATHS: ("All deaths of the period, by area; all births less all deaths are the change of the world's people",),
}


def read_own_files(paths: Mapping[str, Path]) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return stocks, births and deaths from CSV, XLSX or Parquet files, and how they were read.

    Parameters
    ----------
    paths : "start", "end", "births", "deaths" -> file

    Raises
    ------
    InputError
        With the problems of all files (see `corridor.data.tables.reader.read_table`).
    """
    from pandera.pandas import DataFrameSchema  # noqa: PLC0415 - slow to import, and only files need it

    from corridor.data.tables.checks import text, unique  # noqa: PLC0415 - as above
    from corridor.data.tables.meaning import people  # noqa: PLC0415 - as above
    from corridor.data.tables.reader import read_table  # noqa: PLC0415 - as above

    frames: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    told: list[str] = []
    for name, path in paths.items():
        keys = USUAL_NAMES.keys(name)
        columns = {**{key: text() for key in keys}, USUAL_NAMES.persons: people()}
        try:
            frames[name], notes = read_table(path, DataFrameSchema(columns, checks=unique(keys)))
            told += [f"{path.name}: {note}" for note in notes]
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return frames, told


def in_files(problems: Iterable[Problem], paths: Mapping[str, Path]) -> list[Problem]:
    """Name the files in problems that name tables."""
    return [
        replace(problem, file=str(paths.get(problem.file, problem.file))) if problem.file else problem
        for problem in problems
    ]


def write_examples(folder: Path) -> dict[str, Path]:
    """Write example files with notes into a folder, and return them by table.

    Raises
    ------
    InputError
        If one of the files is there already, or the folder cannot be written to.
    """
    paths = {name: folder / file for name, file in FILES.items()}
    taken = [
        Problem("a file of this name exists, and examples do not replace files", "Name another folder", file=str(path))
        for path in paths.values()
        if path.exists()
    ]
    if taken:
        raise InputError(taken)
    try:
        with new_folder(folder, replaced=lambda _: False) as fresh:
            for name, file in FILES.items():
                write_whole(fresh / file, example(name).to_csv(index=False, lineterminator="\n").encode())
    except OSError as error:
        fault = f"the examples cannot be written into this folder ({error.strerror})"
        raise InputError(Problem(fault, "Name another folder", file=str(folder))) from error
    return paths


def example(name: str) -> pd.DataFrame:
    """Return one of the example tables: "start", "end", "births" or "deaths"."""
    keys = USUAL_NAMES.keys(name)
    cells = np.array({**EXAMPLE_STOCKS, **EXAMPLE_EVENTS}[name])
    labels = (np.array(EXAMPLE_AREAS, dtype=object)[at.ravel()] for at in np.indices(cells.shape))
    frame = pd.DataFrame({**dict(zip(keys, labels, strict=True)), USUAL_NAMES.persons: cells.ravel()})
    return frame.assign(note=[*NOTES[name], *[""] * (len(frame) - len(NOTES[name]))])
