"""Moves between all areas in every year of an outlook, in one file: CSV, Parquet or NetCDF."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.data.files import write_whole
from corridor.data.tables.export import SUFFIXES, file_problems, write_table
from corridor.errors import InputError, Problem
from corridor.reports.request import MOST_DRAWS, SEEDS, number_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd
    from scipy.io import netcdf_file

    from corridor.reports.outlook.answer import Outlook

NETCDF = ".nc"
DECIMALS = 1


def flows_file_problems(path: Path) -> Iterator[Problem]:
    """Say what keeps moves from being written to a file; nothing is left behind."""
    if path.suffix.lower() == NETCDF:
        yield from file_problems(path.with_suffix(SUFFIXES[0]))
    elif path.suffix.lower() not in {".csv", ".parquet"}:
        fault = f"moves of all years cannot be written in this format, only as .csv, .parquet or {NETCDF}"
        yield Problem(fault, "End the name with one of these", column="--flows", value=str(path))
    else:
        yield from file_problems(path)


def draws_problems(draws: object, seed: object, path: Path | None) -> Iterator[Problem]:
    """Say what keeps draws from being written beside the central run; none are where `draws` is 0."""
    yield from number_problem("--draws", draws, range(MOST_DRAWS + 1))
    yield from number_problem("--seed", seed, SEEDS)
    if path is None and draws != 0:
        fault = "no file is named that would hold the draws"
        yield Problem(fault, "Name one, such as --flows moves.parquet", column="--draws", value=draws)


def write_flows(outlook: Outlook, path: Path) -> None:
    """Write the moves of an outlook; what was at `path` is replaced when all is written.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    if path.suffix.lower() != NETCDF:
        write_table(flows_table(outlook), path)
        return
    try:
        write_whole(path, netcdf(outlook))
    except OSError as error:
        fault = f"the file cannot be written ({error.strerror})"
        raise InputError(Problem(fault, "Name another file", file=str(path))) from error


def flows_table(outlook: Outlook) -> pd.DataFrame:
    """Moves of every corridor and year in which anybody moves: scenario, year, orig, dest, moves (persons)."""
    import pandas as pd  # noqa: PLC0415 - bad input is told before it is loaded

    moves = outlook.projection.flows.round(DECIMALS)
    year, orig, dest = np.nonzero(moves)
    iso3 = pd.Categorical(codes(), categories=codes())
    return pd.DataFrame(
        {
            "scenario": pd.Categorical([outlook.request.scenario.title]).repeat(len(year)),
            "year": np.array(outlook.projection.years)[year],
            "orig": iso3[orig],
            "dest": iso3[dest],
            "moves": moves[year, orig, dest],
        }
    )


def netcdf(outlook: Outlook) -> bytes:
    """Moves as a NetCDF 3 file with the axes year, orig and dest, described by the conventions CF-1.8."""
    from scipy.io import netcdf_file  # noqa: PLC0415 - only this format needs it

    stream = BytesIO()
    moves = outlook.projection.flows
    file = netcdf_file(stream, "w")
    describe(file, outlook, {"orig": len(codes()), "dest": len(codes())})
    for end, words in (("orig", "area that is left"), ("dest", "area that is entered")):
        names = file.createVariable(end, "S1", (end, "letters"))
        names[:] = np.array([list(code) for code in codes()], dtype="S1")
        names.long_name = f"{words}, ISO 3166-1 alpha-3"
    flows = file.createVariable("moves", "f4", ("year", "orig", "dest"))
    flows[:] = moves.astype(np.float32)
    flows.units, flows.long_name, flows.cell_methods = "1", "persons who move in a year", "year: sum"
    file.flush()
    content = stream.getvalue()
    file.close()
    return content


def describe(file: netcdf_file, outlook: Outlook, axes: Mapping[str, int]) -> None:
    """Say in a NetCDF file what it holds and how it was made, and give it its years and other axes of some length."""
    for name, size in {"year": len(outlook.projection.years), **axes, "letters": 3}.items():
        file.createDimension(name, size)
    file.Conventions, file.title = "CF-1.8", "Moves between areas, Corridor"
    file.scenario, file.anchor = outlook.request.scenario.title, outlook.request.anchor
    file.history = outlook.request.command
    years = file.createVariable("year", "i4", ("year",))
    years[:] = outlook.projection.years
    years.long_name = "calendar year"
