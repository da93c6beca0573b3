"""What a user's file may hold, asked before it is read: it is a regular file of so many bytes, rows and columns."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, NoReturn

from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 10**6
LARGEST_TEXT = 100 * MEGABYTE
"""Of CSV, unpacked."""
LARGEST_PARQUET = 200 * MEGABYTE
LARGEST_PARQUET_UNPACKED = 500 * MEGABYTE
LARGEST_WORKBOOK = 50 * MEGABYTE
LARGEST_SHEET = 100 * MEGABYTE
"""Of one part of a workbook, unpacked."""
LARGEST_STRINGS = 25 * MEGABYTE
MOST_ROWS = 5_000_000
MOST_COLUMNS = 1_000
MOST_CELLS = 50_000_000
LONGEST_CELL = 32_767
"""Characters; a spreadsheet allows as many."""
LONGEST_LINE = MEGABYTE
LAST_SHEET_ROW = 1_048_576
MOST_SHEET_CELLS = 5_000_000
MOST_EMPTY_ROWS = 10_000
"""Rows that may stand empty in a sheet before one with values; what stands lower is mostly a slip."""


def fail(path: Path, fault: str, remedy: str, row: int | None = None, sheet: str | None = None) -> NoReturn:
    """Raise the one problem that keeps a file from being read."""
    raise InputError(Problem(fault, remedy, str(path), row, sheet=sheet))


def damaged(path: Path, error: object) -> Problem:
    """Return the problem of a file that breaks the rules of its own format."""
    reason = " ".join(str(error).split())[:200]
    return Problem(f"the file is damaged or incomplete ({reason})", "Get the file again", str(path))


def file_size(path: Path) -> int:
    """Return the bytes of a regular file, which is not opened.

    Raises
    ------
    InputError : there is no such file, or it is a folder, a device, a pipe or a socket; these could be read without end
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError) and path.is_symlink():
            fail(path, "the link leads to no file", "Correct the link, or put the file in its place")
        reason = getattr(error, "strerror", None) or error
        fail(path, f"the file cannot be opened ({reason})", "Check the path and the permissions")
    if stat.S_ISDIR(status.st_mode):
        fail(path, "the file cannot be opened (it is a folder)", "Name a file")
    if not stat.S_ISREG(status.st_mode):
        remedy = "Write the table into a file and name that"
        fail(path, "the file cannot be opened (it is a device, a pipe or a socket)", remedy)
    if not status.st_size:
        fail(path, "the file is empty", "Get the file again")
    return status.st_size


def need_size(path: Path, size: int, limit: int, what: str = "the file", remedy: str = "Split it") -> None:
    """Refuse more bytes than a limit."""
    if size > limit:
        fail(path, f"{what} holds {size / MEGABYTE:,.0f} MB, more than the limit of {limit // MEGABYTE} MB", remedy)


def need_shape(path: Path, rows: int, columns: int, sheet: str | None = None) -> None:
    """Refuse a table of more rows, columns or cells than the limits."""
    for word, number, limit in (
        ("rows", rows, MOST_ROWS),
        ("columns", columns, MOST_COLUMNS),
        ("cells", rows * columns, MOST_CELLS),
    ):
        if number > limit:
            remedy = f"Split it or leave {'columns' if word == 'columns' else 'rows'} out"
            fail(path, f"the table has more than {limit:,} {word}", remedy, sheet=sheet)
