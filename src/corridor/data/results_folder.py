"""A folder of results: tables in two formats, pages, and `made.json` with the sum of every other file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corridor.data.files import new_folder, write_whole
from corridor.data.tables.export import as_bytes, encoded
from corridor.errors import InputError, Problem, reason
from corridor.seals import sum_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

MADE = "made.json"
RESULTS = "results"
"""In `made.json`: the sha256 of every other file, by which a folder shows that all are of one run."""
SUFFIXES = (".csv", ".parquet")


def write_results(
    pages: Mapping[str, str], tables: Mapping[str, pd.DataFrame], made: Mapping[str, object], folder: Path
) -> None:
    """Write pages (by file name), every table in both formats and `made.json`; the folder appears whole.

    Files in it that no earlier run wrote, or that were changed since, are kept.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    contents = {name: as_bytes(text) for name, text in pages.items()}
    contents |= {f"{name}{suffix}": encoded(table, suffix) for name, table in tables.items() for suffix in SUFFIXES}
    write_contents(contents, made, folder)


def write_contents(files: Mapping[str, bytes], made: Mapping[str, object], folder: Path) -> None:
    """Write files and `made.json` as `write_results` does.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    contents = dict(files)
    sums = {name: sum_of(content) for name, content in contents.items()}
    contents[MADE] = as_bytes(json.dumps({**made, RESULTS: sums}, indent=2, ensure_ascii=False) + "\n")
    try:
        with new_folder(folder, former_files(folder).__contains__) as fresh:
            for name, content in contents.items():
                write_whole(fresh / name, content)
    except OSError as error:
        problem = Problem(
            f"the results cannot be written ({reason(error)})", "Name another folder with -o", str(folder)
        )
        raise InputError(problem) from error


def former_files(folder: Path) -> set[str]:
    """Return the names of the files that an earlier run wrote into a folder and nobody changed since."""
    try:
        listed = json.loads((folder / MADE).read_bytes())[RESULTS]
        standing = [name for name in listed if (folder / name).is_file()]
        return {MADE, *(name for name in standing if sum_of((folder / name).read_bytes()) == listed[name])}
    except (OSError, ValueError, TypeError, KeyError):  # there is none, it is the user's, or of an older version
        return set()


def other_files(folder: Path) -> Iterator[str]:
    """Yield the names in a folder that no earlier run wrote, or that were changed since."""
    if folder.is_dir():
        ours = former_files(folder)
        yield from sorted(path.name for path in folder.iterdir() if path.name not in ours)
