"""The table of formats, and the export of a run in one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.data.files import replacing_problems, write_whole
from corridor.data.results_folder import write_contents
from corridor.data.tables.export import place_problems
from corridor.errors import InputError, Problem, reason, spelling
from corridor.stored_runs.exchange import flowmap, geojson, iamc, netcdf, sdmx, tables, workbook
from corridor.stored_runs.exchange.content import Choice, choice_problems, read_content
from corridor.stored_runs.exchange.made import metadata
from corridor.stored_runs.places import LocalPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from corridor.stored_runs.exchange.content import Content
    from corridor.stored_runs.run_folder import StoredRun


ADDRESS = re.compile(r"\w{2,}:/")
"""Start of the address of an object store; a path has one slash of its two."""


def _nothing(_: Content) -> Iterator[Problem]:
    yield from ()


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Attributes
    ----------
    suffix : of its file; empty if it is a folder
    words : its contents and readers, for help and documentation
    files : returns name -> content; of a file, the names are ends that stand for its suffix, and "" is the file itself
    problems : says why content does not fit into the format
    """

    suffix: str
    words: str
    files: Callable[[Content], dict[str, bytes]]
    problems: Callable[[Content], Iterator[Problem]] = _nothing


FORMATS = {
    "csv": Format("", "two CSV tables with every digit", tables.csv_files),
    "parquet": Format("", "two Parquet tables", tables.parquet_files),
    "xlsx": Format(".xlsx", "a workbook with sheets of notes and sources", workbook.files, workbook.problems),
    "netcdf": Format(".nc", "NetCDF with CF attributes", netcdf.files),
    "iamc": Format(".csv", "the long format of the IAMC, for pyam", iamc.files),
    "sdmx": Format("", "SDMX-CSV 2.0 with its structure", sdmx.files),
    "geojson": Format(".geojson", "flows as lines on a map", geojson.files, geojson.problems),
    "flowmap": Format("", "the two tables of flowmap.blue", flowmap.files),
}
"""Name -> format."""
OWN_SUFFIX = {row.suffix: name for name, row in FORMATS.items() if row.suffix not in {"", ".csv"}}
"""Suffix that says which format is meant -> its name."""


def export_run(stored: StoredRun, path: Path, form: str | None = None, choice: Choice | None = None) -> Path:
    """Write a finished run, or a part of it, in a format, whole or not at all, and return the path.

    Parameters
    ----------
    form : a name of `FORMATS`; None for that of the suffix, and for "csv" where the path has no suffix

    Raises
    ------
    InputError : with every fault of the arguments; the run is not finished, or a file of it was changed; the content
        does not fit into the format, or the file cannot be written
    """
    part = choice or Choice()
    name = form or OWN_SUFFIX.get(path.suffix.lower(), "csv")
    problems = [*_path_problems(stored, path, name), *choice_problems(stored, part)]
    if problems:
        raise InputError(problems)
    content = read_content(stored, part)
    if problems := [*FORMATS[name].problems(content)]:
        raise InputError([Problem(each.fault, each.remedy, str(path)) for each in problems])
    _write(path, FORMATS[name], content)
    return path


def _path_problems(stored: StoredRun, path: Path, name: str) -> Iterator[Problem]:
    """Say why a path and a format do not go together, or nothing can be written there."""
    if name not in FORMATS:
        yield Problem("no format has this name", spelling(name, tuple(FORMATS)), column="--format", value=name)
        return
    suffix = FORMATS[name].suffix
    if path.suffix.lower() != suffix and (suffix or path.suffix.lower() in {*OWN_SUFFIX, ".csv", ".parquet"}):
        fault = f"the format {name} is a {f'file that ends with {suffix}' if suffix else 'folder'}"
        yield Problem(fault, f"Name such a path, or another format with --format: {', '.join(FORMATS)}", str(path))
        return
    if ADDRESS.match(str(path)):
        yield Problem("exports are written to this machine only", "Name a path of this machine", str(path))
        return
    if isinstance(stored.place, LocalPlace) and path.resolve().is_relative_to(stored.place.folder.resolve()):
        yield Problem("the path is inside the run", "Name a path outside of it: exports never change a run", str(path))
        return
    yield from place_problems(path) if suffix else replacing_problems(path)


def _write(path: Path, form: Format, content: Content) -> None:
    """Write all files of a format; a file comes last, when all that describes it is there."""
    files = form.files(content)
    if not form.suffix:
        write_contents(files, metadata(content), path)
        return
    try:
        for end in sorted(files, key=lambda end: not end):
            write_whole(path.with_name(path.stem + end) if end else path, files[end])
    except OSError as error:
        fault = f"the file cannot be written ({reason(error)})"
        raise InputError(Problem(fault, "Name another file", str(path))) from error
