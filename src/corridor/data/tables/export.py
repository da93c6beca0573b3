"""Write a table to a file that a user named: CSV, XLSX or Parquet, by its suffix, whole or not at all."""

from __future__ import annotations

import tempfile
from io import BytesIO
from typing import TYPE_CHECKING

from corridor.data.files import write_whole
from corridor.errors import InputError, Problem, reason, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

SUFFIXES = (".csv", ".xlsx", ".parquet")
MOST_SHEET_ROWS = 1_048_576
"""Rows of a sheet, the header among them."""
DANGEROUS = ("=", "+", "-", "@")
"""First characters that a spreadsheet would take for a formula, also after spaces and line breaks."""
DANGEROUS_FIRST = ("\t", "\r", "\n")
"""First characters that some spreadsheets leave out, with the quotes around the word."""


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write the rows of a table in the format of the suffix; what was at `path` is replaced when all is written.

    Words that a spreadsheet would take for a formula get an apostrophe in CSV and XLSX. CSV has ten digits.

    Raises
    ------
    InputError
        If the file cannot be written, its suffix is none of `SUFFIXES`, or a sheet cannot hold the rows.
    """
    problems = [*file_problems(path), *_sheet_problems(frame, path)]
    if problems:
        raise InputError(problems)
    try:
        write_whole(path, encoded(frame, path.suffix.lower()))
    except OSError as error:
        fault = f"the file cannot be written ({reason(error)})"
        raise InputError(Problem(fault, "Name another file", file=str(path))) from error


def encoded(frame: pd.DataFrame, suffix: str) -> bytes:
    """Return the rows of a table as the bytes of a file with one of `SUFFIXES`."""
    return {".csv": _csv, ".xlsx": _workbook, ".parquet": _parquet}[suffix](frame)


def file_problems(path: Path) -> Iterator[Problem]:
    """Say what keeps a table from being written to a file; nothing is left behind."""
    if path.suffix.lower() not in SUFFIXES:
        fault = f"a table cannot be written in this format, only as {', '.join(SUFFIXES)}"
        yield Problem(fault, "End the name with one of these", file=str(path))
    yield from place_problems(path)


def place_problems(path: Path) -> Iterator[Problem]:
    """Say what keeps a file of any format from being written; nothing is left behind."""
    if path.is_dir():
        yield Problem("the table goes into a file, but this is a folder", "Name another file", file=str(path))
        return
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return
    except OSError as error:
        fault = f"the folder of the file cannot be written to ({reason(error)})"
        yield Problem(fault, "Create the folder or name another file", file=str(path))


def _sheet_problems(frame: pd.DataFrame, path: Path) -> Iterator[Problem]:
    if path.suffix.lower() != ".xlsx":
        return
    if len(frame) >= MOST_SHEET_ROWS:
        fault = f"the table has more rows than the {MOST_SHEET_ROWS - 1:,} that a sheet holds below its header"
        yield Problem(fault, "Write .csv or .parquet, or choose fewer rows", str(path), value=len(frame))


def safe_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every word, those of the header too, such that a spreadsheet or a terminal only shows it.

    A word that would be taken for a formula gets an apostrophe, and control characters are written as escapes.
    """
    safe = frame.rename(columns=_safe)
    for place, kind in enumerate(frame.dtypes):
        if kind.kind == "O":
            safe.isetitem(place, list(frame.iloc[:, place].map(_safe)))
    return safe


def _safe(word: object) -> object:
    if not isinstance(word, str):
        return word
    shown = visible(word)
    return f"'{shown}" if word.strip().startswith(DANGEROUS) or word.startswith(DANGEROUS_FIRST) else shown


def as_bytes(text: str) -> bytes:
    """Return a text as UTF-8; bytes of file names that are no text are written as escapes."""
    return text.encode(errors="backslashreplace")


def _csv(frame: pd.DataFrame) -> bytes:
    return as_bytes(str(safe_words(frame).to_csv(index=False, float_format="%.10g", lineterminator="\n")))


def _workbook(frame: pd.DataFrame) -> bytes:
    content = BytesIO()
    safe_words(frame).to_excel(content, index=False, sheet_name="corridor", engine="openpyxl")
    return content.getvalue()


def _parquet(frame: pd.DataFrame) -> bytes:
    content = BytesIO()
    frame.to_parquet(content, index=False, compression="zstd")
    return content.getvalue()
