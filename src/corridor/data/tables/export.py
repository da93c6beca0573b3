"""Write a table to a file that a user named: CSV, XLSX or Parquet, by its suffix, whole or not at all."""

from __future__ import annotations

import re
import tempfile
from io import BytesIO
from typing import TYPE_CHECKING

from corridor.data.files import write_whole
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

SUFFIXES = (".csv", ".xlsx", ".parquet")
MOST_SHEET_ROWS = 1_048_576
"""Rows of a sheet, the header among them."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that a spreadsheet would take for a formula."""

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What XML, and so a sheet, cannot hold."""


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
        fault = f"the file cannot be written ({error.strerror})"
        raise InputError(Problem(fault, "Name another file", file=str(path))) from error


def encoded(frame: pd.DataFrame, suffix: str) -> bytes:
    """Return the rows of a table as the bytes of a file with one of `SUFFIXES`."""
    return {".csv": _csv, ".xlsx": _workbook, ".parquet": _parquet}[suffix](frame)


def file_problems(path: Path) -> Iterator[Problem]:
    """Say what keeps a table from being written to a file; nothing is left behind."""
    if path.suffix.lower() not in SUFFIXES:
        fault = f"a table cannot be written in this format, only as {', '.join(SUFFIXES)}"
        yield Problem(fault, "End the name with one of these", file=str(path))
    if path.is_dir():
        yield Problem("the table goes into a file, but this is a folder", "Name another file", file=str(path))
        return
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return
    except OSError as error:
        fault = f"the folder of the file cannot be written to ({error.strerror})"
        yield Problem(fault, "Create the folder or name another file", file=str(path))


def _sheet_problems(frame: pd.DataFrame, path: Path) -> Iterator[Problem]:
    if path.suffix.lower() != ".xlsx":
        return
    if len(frame) >= MOST_SHEET_ROWS:
        fault = f"the table has more rows than the {MOST_SHEET_ROWS - 1:,} that a sheet holds below its header"
        yield Problem(fault, "Write .csv or .parquet, or choose fewer rows", str(path), value=len(frame))
    for name in _words(frame):
        for word in {word for word in frame[name].astype(str).unique() if UNPRINTABLE.search(word)}:
            fault = "the word has a control character, which a sheet cannot hold"
            yield Problem(fault, "Correct the word, or write .csv or .parquet", str(path), column=name, value=word)


def _words(frame: pd.DataFrame) -> list[str]:
    """Return the names of the columns that hold words."""
    return [str(name) for name, kind in frame.dtypes.items() if kind.kind not in "iufb"]


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before every word that a spreadsheet would take for a formula."""
    safe = frame.copy()
    for name in _words(safe):
        safe[name] = [f"'{text}" if str(text).startswith(DANGEROUS) else text for text in safe[name]]
    return safe


def _csv(frame: pd.DataFrame) -> bytes:
    text = without_formulas(frame).to_csv(index=False, float_format="%.10g", lineterminator="\n")
    return str(text).encode()


def _workbook(frame: pd.DataFrame) -> bytes:
    content = BytesIO()
    without_formulas(frame).to_excel(content, index=False, sheet_name="corridor", engine="openpyxl")
    return content.getvalue()


def _parquet(frame: pd.DataFrame) -> bytes:
    content = BytesIO()
    frame.to_parquet(content, index=False, compression="zstd")
    return content.getvalue()
