"""Find the tables of a folder and read them as people write them.

CSV as spreadsheets save it: separated by commas, semicolons or tabs, with or without a byte order mark, with a decimal
comma where the separator is another, the header in small letters or capitals; lines at the top that start with # are
comments. XLSX and Parquet as they are.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.data.tables.checks import LARGEST_FILE, MEGABYTE, read_frame
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from pandera.pandas import DataFrameSchema

SUFFIXES = (".csv", ".xlsx", ".parquet")
SEPARATORS = ",;\t"
DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")
PERHAPS_THOUSANDS = re.compile(r"\s*[-+]?[1-9]\d{0,2},\d{3}\s*")
DECIMAL_POINT = re.compile(r"\s*[-+]?\d*\.\d+\s*")


def find_tables(folder: Path, names: Sequence[str]) -> tuple[dict[str, Path], list[Problem], list[str]]:
    """Return the file of every table that the folder holds, what is wrong, and the names of tables that are not ours.

    Raises
    ------
    InputError : there is no such folder
    """
    if not folder.is_dir():
        remedy = f"Create it, or write examples into it: corridor project --template {folder}"
        raise InputError(Problem("there is no such folder", remedy, str(folder)))
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    others: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name.startswith((".", "~$")) or not path.is_file():
            continue
        name = path.stem.lower()
        if name in found:
            fault = f"the same table is also in {found[name].name}"
            problems.append(Problem(fault, "Remove one of the two", str(path)))
        elif name in names:
            found[name] = path
        elif near := get_close_matches(name, names, n=1, cutoff=0.75):
            fault = f"no table has this name; known are {', '.join(names)}"
            problems.append(Problem(fault, f"Rename it to {near[0]}{path.suffix}, or move it away", str(path)))
        else:
            others.append(path.name)
    return found, problems, others


def read_table(path: Path, schema: DataFrameSchema) -> pd.DataFrame:
    """Return the checked rows of a table; rows of problems count as in the file.

    Raises
    ------
    InputError : with every problem of the file
    """
    if path.suffix.lower() != ".csv":
        return read_frame(path, schema)
    try:
        if path.stat().st_size > LARGEST_FILE:
            fault = f"the CSV file holds more than {LARGEST_FILE // MEGABYTE} MB"
            raise InputError(Problem(fault, "Split it or leave columns out", str(path)))
        content = path.read_bytes().decode("utf-8-sig")
        plain, above = _plain(content.replace("\r\n", "\n").replace("\r", "\n"), path)
    except UnicodeDecodeError:
        return read_frame(path, schema)  # which tells where and what to do
    except (OSError, csv.Error) as error:
        fault = f"the file cannot be read ({error})"
        raise InputError(Problem(fault, "Check the permissions, or save it again", str(path))) from error
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "table.csv"
        copy.write_text(plain, encoding="utf-8", newline="")
        try:
            return read_frame(copy, schema)
        except InputError as error:
            raise InputError([_in_the_file(problem, path, above) for problem in error.problems]) from None


def _in_the_file(problem: Problem, path: Path, above: int) -> Problem:
    row = None if problem.row is None else problem.row + above
    return replace(problem, file=str(path), row=row)


def _plain(content: str, path: Path) -> tuple[str, int]:
    """Return the text with commas, decimal points and a header of small letters, and the lines of comment above it."""
    lines = content.split("\n")
    above = 0
    while above < len(lines) - 1 and (
        not lines[above].strip(SEPARATORS + ' "') or lines[above].startswith(("#", '"#'))
    ):
        above += 1
    table = "\n".join([lines[above].lower(), *lines[above + 1 :]])
    separator = max(SEPARATORS, key=lines[above].count)
    if separator == ",":
        return table, above
    rows = list(csv.reader(io.StringIO(table, newline=""), delimiter=separator))
    cells = [cell for row in rows[1:] for cell in row]
    if any(DECIMAL_COMMA.fullmatch(cell) for cell in cells):
        rows[1:] = _with_decimal_points(rows[1:], cells, path)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue(), above


def _with_decimal_points(rows: list[list[str]], cells: list[str], path: Path) -> list[list[str]]:
    """Turn decimal commas into points, unless the commas may separate thousands.

    Raises
    ------
    InputError : it cannot be told what the commas mean
    """
    with_comma = [cell for cell in cells if DECIMAL_COMMA.fullmatch(cell)]
    if any(DECIMAL_POINT.fullmatch(cell) for cell in cells) or all(map(PERHAPS_THOUSANDS.fullmatch, with_comma)):
        fault = "the comma may be a decimal comma or a thousands separator"
        remedy = "Write numbers without thousands separators, and with one kind of decimal sign"
        raise InputError(Problem(fault, remedy, str(path), value=with_comma[0]))
    return [[cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell for cell in row] for row in rows]
