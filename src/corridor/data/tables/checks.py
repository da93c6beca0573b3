"""Read a table from a file and check every value of it, so that all that is wrong is reported at once.

A schema is a `pandera.pandas.DataFrameSchema` whose columns are built by the functions here:
``DataFrameSchema({"area": code(known), "year": year(1990, 2024), "births": count()}, checks=unique(["area", "year"]))``
Columns of the file that the schema does not name are left out.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import zipfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd
from pandera.errors import SchemaErrors
from pandera.pandas import Check, Column, DataFrameSchema

from corridor import areas
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
    from pathlib import Path

MEGABYTE = 10**6
LARGEST_FILE = 200 * MEGABYTE
"""Limit of a CSV (unpacked) and of a Parquet file."""
LARGEST_WORKBOOK = 50 * MEGABYTE
LARGEST_WORKBOOK_UNPACKED = 500 * MEGABYTE
LARGEST_PARQUET_UNPACKED = 1000 * MEGABYTE
MOST_ROWS = 5_000_000
MOST_PROBLEMS = 10_000
"""A file with more mistakes than this is another file; the report says that it stops here."""
LONGEST_VALUE_SHOWN = 60
LONGEST_REMARK = 300
"""Characters that a table on a page holds in a cell."""
SUFFIXES = (".csv", ".csv.gz", ".xlsx", ".parquet")

VALUE_NEEDED = "the cell is empty"


# Columns of a schema ------------------------------------------------------------------------------------------------


def text(*, required: bool = True) -> Column:
    """Return a column of words, none of them empty."""
    return Column(
        None,
        _check(lambda words: words != "", VALUE_NEEDED),
        required=required,
        metadata={"remedy": "Fill the cell in"},
    )


def remark(*, required: bool = False) -> Column:
    """Return a column of short texts for readers, each one line, some perhaps empty."""
    check = _check(
        lambda words: (words.str.len() <= LONGEST_REMARK) & ~words.str.contains(r"[\x00-\x1f\x7f-\x9f]"),
        f"a text has several lines or more than {LONGEST_REMARK} characters",
    )
    return Column(None, check, required=required, metadata={"remedy": "Shorten it, or leave it out"})


def code(known: Sequence[str] | None = None, *, required: bool = True) -> Column:
    """Return a column of codes out of `known`; without it, of three capitals or digits as publishers write areas."""
    if known is None:
        check = _check(
            lambda codes: codes.str.fullmatch("[A-Z][A-Z0-9]{2}"), "this is not a code of three capital letters"
        )
        return Column(None, check, required=required, metadata={"remedy": "Write the ISO 3166-1 alpha-3 code"})
    words = tuple(known)
    check = _check(lambda codes: codes.isin(words), "the code is not a known one")
    return Column(None, check, required=required, metadata={"known": words})


def number(lower: float = -np.inf, upper: float = np.inf, *, nullable: bool = False, required: bool = True) -> Column:
    """Return a column of finite numbers between `lower` and `upper`, both included; `nullable` allows empty cells."""
    bounds = [f"at least {lower:,g}"] * math.isfinite(lower) + [f"at most {upper:,g}"] * math.isfinite(upper)
    fault = "this is not a finite number" + f" that is {' and '.join(bounds)}" * bool(bounds)
    return _numeric(lower, upper, fault, "Correct the number", nullable=nullable, required=required)


def count(*, nullable: bool = False, required: bool = True) -> Column:
    """Return a column of persons or things: finite and not negative."""
    fault = "a count cannot be negative or infinite"
    return _numeric(0.0, np.inf, fault, "Correct the count or leave the row out", nullable=nullable, required=required)


def share(*, nullable: bool = False, required: bool = True) -> Column:
    """Return a column of shares between 0 and 1."""
    fault = "the share is not between 0 and 1"
    return _numeric(0.0, 1.0, fault, "Divide percentages by 100", nullable=nullable, required=required)


def year(first: int, last: int, *, required: bool = True) -> Column:
    """Return a column of whole years from `first` to `last`, both included."""
    fault = f"the year is not a whole number from {first} to {last}"
    check = _check(lambda years: years.between(first, last) & (years % 1 == 0), fault)
    metadata = {"number": True, "whole": True, "remedy": "Correct the year or leave the row out"}
    return Column(None, check, nullable=False, required=required, metadata=metadata)


def unique(keys: Sequence[str]) -> Check:
    """Return the check of a schema that no two rows have the same values in all of `keys` that the table has."""
    return rows_hold(
        lambda frame: ~frame.duplicated([name for name in keys if name in frame]),
        keys,
        f"another row has the same {', '.join(keys)}",
    )


def rows_hold(holds: Callable[[pd.DataFrame], pd.Series[bool]], columns: Sequence[str], fault: str) -> Check:
    """Return the check of a schema that `holds` is true of each row, told with its values in `columns`."""
    return Check(holds, error=fault, statistics={"columns": list(columns)})


def _numeric(lower: float, upper: float, fault: str, remedy: str, *, nullable: bool, required: bool) -> Column:
    check = _check(lambda values: values.between(lower, upper) & np.isfinite(values), fault)
    return Column(None, check, nullable=nullable, required=required, metadata={"number": True, "remedy": remedy})


def _check(holds: Callable[[pd.Series[Any]], pd.Series[bool]], fault: str) -> Check:
    return Check(holds, error=fault)


# Reading and checking -----------------------------------------------------------------------------------------------


def read_frame(path: Path, schema: DataFrameSchema) -> pd.DataFrame:
    """Return the rows of a csv, csv.gz, xlsx (first sheet) or parquet file that satisfies `schema`.

    Codes stay words ("NA" is Namibia), numbers become float64 and years int64; only the columns of the schema are
    kept, in its order, with a fresh index.

    Raises
    ------
    InputError
        With a problem for every bad row: the file is missing, empty or damaged, a column is missing, a value breaks
        its rule, a key stands twice. Rows count as in an editor, the header being row 1, also for Parquet.
    """
    raw = _load(path)
    if raw.empty:
        _fail(path, "the table has no rows below its header", "Get the file again")
    _need_columns(path, raw, schema)
    frame, problems = _typed(path, raw, schema)
    told = {(problem.row, problem.column) for problem in problems}
    problems += [problem for problem in _broken_rules(path, frame, schema) if (problem.row, problem.column) not in told]
    if problems:
        raise InputError(_shortened(path, sorted(problems, key=lambda problem: problem.row or 0)))
    whole = {name: np.int64 for name in frame if _facts(schema, name).get("whole")}
    return frame.astype(whole).reset_index(drop=True)


def read_frames(files: Mapping[Path, DataFrameSchema]) -> list[pd.DataFrame]:
    """Return the checked rows of every file, as `read_frame` does, in the order given.

    Raises
    ------
    InputError : with the problems of all files
    """
    frames: list[pd.DataFrame] = []
    problems: list[Problem] = []
    for path, schema in files.items():
        try:
            frames.append(read_frame(path, schema))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return frames


def _need_columns(path: Path, raw: pd.DataFrame, schema: DataFrameSchema) -> None:
    present = [str(name) for name in raw.columns]
    missing = [name for name, column in schema.columns.items() if column.required and name not in present]
    twice = [name for name in schema.columns if present.count(name) > 1]
    problems = [
        Problem(f"the table has no column {name}", _columns_remedy(name, present), str(path), 1, name)
        for name in missing
    ]
    problems += [Problem("two columns have this name", "Remove one of the two", str(path), 1, name) for name in twice]
    if problems:
        raise InputError(problems)


def _columns_remedy(name: str, present: Sequence[str]) -> str:
    if len(present) == 1 and any(mark in present[0] for mark in ";\t|"):
        return "Separate the columns by commas"
    remedy = spelling(name, [column[:LONGEST_VALUE_SHOWN] for column in present[:30]])
    return remedy.replace("Choose one of:", "The columns are")


def _typed(path: Path, raw: pd.DataFrame, schema: DataFrameSchema) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the wanted columns as words or float64, with a problem for each cell that holds no number."""
    columns, problems = {}, []
    for name in (name for name in schema.columns if name in raw):
        cells = raw[name]
        if not _facts(schema, name).get("number"):
            columns[name] = _words(cells)
            continue
        columns[name], wrong = _numbers(cells)
        problems += [
            Problem(
                "this is not a number", "Write digits with a decimal point only", str(path), row, name, _shown(value)
            )
            for row, value in cells[wrong].head(MOST_PROBLEMS + 1).items()
        ]
    return pd.DataFrame(columns), problems


def _words(cells: pd.Series[Any]) -> pd.Series[Any]:
    words = cells.astype(str)
    return words.mask(cells.isna(), "") if cells.isna().any() else words


def _numbers(cells: pd.Series[Any]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the cells as float64 and where a cell holds a value that is not a number."""
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_complex_dtype(cells):
        values = pd.Series(cells.to_numpy(np.float64, na_value=np.nan), cells.index)
        return values, pd.Series(data=False, index=cells.index)
    words = _words(cells).str.strip()
    values = pd.to_numeric(words.astype(object), errors="coerce").astype(np.float64)
    return values, values.isna() & (words != "")


def _broken_rules(path: Path, frame: pd.DataFrame, schema: DataFrameSchema) -> Iterator[Problem]:
    """Yield a problem for each row and rule of the schema that it breaks."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return
    of_table = cases["schema_context"] == "DataFrameSchema"  # pandera repeats these for every column
    cases = cases[~(of_table & cases.duplicated(["check", "index"]))]
    of_rows = {check.error: check.statistics["columns"] for check in schema.checks or []}
    for check, column, value, row in (
        cases[["check", "column", "failure_case", "index"]].head(MOST_PROBLEMS + 1).to_numpy()
    ):
        if check in of_rows:
            names = [name for name in of_rows[check] if name in frame]
            values = ", ".join(_shown(value) for value in frame.loc[row, names])
            yield Problem(check, "Correct the row or leave it out", str(path), int(row), ", ".join(names), values)
        elif check == "not_nullable" or value == "":
            yield Problem(VALUE_NEEDED, "Fill the cell in or leave the row out", str(path), int(row), column)
        else:
            yield Problem(check, _remedy(schema, column, str(value)), str(path), int(row), column, _shown(value))


def _facts(schema: DataFrameSchema, name: Hashable) -> dict[str, Any]:
    return schema.columns[name].metadata or {}


def _remedy(schema: DataFrameSchema, column: str, value: str) -> str:
    facts = _facts(schema, column)
    return _spelling(value[:LONGEST_VALUE_SHOWN], facts["known"]) if "known" in facts else str(facts["remedy"])


_spelling = lru_cache(maxsize=4096)(spelling)


def _shown(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)[:LONGEST_VALUE_SHOWN]


def _shortened(path: Path, problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_PROBLEMS:
        return problems
    fault = f"there are more than {MOST_PROBLEMS:,} mistakes, and only these are listed"
    return [*problems[:MOST_PROBLEMS], Problem(fault, "Check that this is the right file", str(path))]


def only_areas(frame: pd.DataFrame, columns: Sequence[str], counted: str | None = None) -> tuple[pd.DataFrame, str]:
    """Return the rows whose codes in `columns` are all among the 237 areas, and a note of what that leaves out.

    `counted` names the column whose sum measures what is left out; without it the note counts rows.
    """
    known = areas.codes()
    inside = frame[list(columns)].isin(known).all(axis=1)
    if inside.all():
        return frame, "Every row is of the 237 areas."
    outside = frame[~inside]
    codes = sorted({str(word) or "(empty)" for name in columns for word in outside[name] if word not in known})
    sizes = np.ones(len(frame)) if counted is None else frame[counted].to_numpy(np.float64)
    lost, all_ = np.nansum(sizes[~inside]), np.nansum(sizes)
    unit = "rows" if counted is None else counted.replace("_", " ")
    note = f"Left out as not among the 237 areas: {', '.join(codes)}; {lost:,.0f} of {all_:,.0f} {unit}."
    return frame[inside], note


# Files --------------------------------------------------------------------------------------------------------------


def _load(path: Path) -> pd.DataFrame:
    """Return the table of a file, its index the row as an editor counts."""
    name = path.name.lower()
    try:
        if name.endswith((".csv", ".csv.gz")):
            return _load_csv(path)
        if name.endswith(".xlsx"):
            return _load_workbook(path)
        if name.endswith(".parquet"):
            return _load_parquet(path)
    except OSError as error:
        _fail(path, f"the file cannot be opened ({error.strerror or error})", "Check the path and the permissions")
    return _fail(path, f"the file is not one of {', '.join(SUFFIXES)}", "Save it in one of these formats")


def _load_csv(path: Path) -> pd.DataFrame:
    content = _decoded(path, _unpacked(path)).replace("\r\n", "\n").replace("\r", "\n")
    if not content.strip():
        _fail(path, "the file is empty", "Get the file again")
    try:
        table = pd.read_csv(
            io.StringIO(content),
            header=None,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            nrows=MOST_ROWS + 2,
        )
    except (ValueError, OverflowError) as error:  # ParserError is a ValueError
        raise InputError(_ragged_rows(path, content) or [_damaged(path, error)]) from error
    _need_fewer_rows(path, len(table) - 1)
    last = table.iloc[:, -1]
    if (last == "").any() and (ragged := _ragged_rows(path, content)):
        raise InputError(ragged)
    table.index = _editor_rows(table, content)
    return _below_header(table)


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(_damaged(path, error)) from error
    if len(content) > LARGEST_FILE:
        _fail(path, f"the CSV file holds more than {LARGEST_FILE // MEGABYTE} MB", "Split it or leave columns out")
    return content


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        problem = Problem("the file is not written in UTF-8", "Save it as CSV UTF-8", str(path), row)
        raise InputError(problem) from error


def _ragged_rows(path: Path, content: str) -> list[Problem]:
    """Return a problem for each row that has more or fewer cells than the header; empty lines pass."""
    reader = csv.reader(io.StringIO(content, newline=""))
    problems: list[Problem] = []
    try:
        width = len(next(reader))
        for cells in reader:
            if cells and len(cells) != width and len(problems) <= MOST_PROBLEMS:
                fault = f"the row has {len(cells)} cells, and the header has {width}"
                problems.append(Problem(fault, "Correct the commas and quotes", str(path), reader.line_num))
    except csv.Error as error:
        problems.append(_damaged(path, error))
    return _shortened(path, problems)


def _editor_rows(table: pd.DataFrame, content: str) -> pd.Index[Any]:
    """Return the line on which each row starts: quoted cells may hold line breaks."""
    rows = np.arange(1, len(table) + 1)
    if content.rstrip("\n").count("\n") + 1 > len(table):
        breaks = sum((table[name].str.count("\n") for name in table), start=pd.Series(0, table.index))
        rows = rows + breaks.cumsum().shift(fill_value=0).to_numpy(np.int64)
    return pd.Index(rows)


def _below_header(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its first row as column names, without empty rows."""
    names = [str(name).strip() for name in table.iloc[0]]
    body = table.iloc[1:].set_axis(names, axis=1)
    return body.loc[~(body == "").all(axis=1)]


def _load_workbook(path: Path) -> pd.DataFrame:
    if path.stat().st_size > LARGEST_WORKBOOK:
        _fail(path, f"the workbook holds more than {LARGEST_WORKBOOK // MEGABYTE} MB", "Save it as CSV")
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_WORKBOOK_UNPACKED:
                limit = LARGEST_WORKBOOK_UNPACKED // MEGABYTE
                _fail(path, f"the workbook unpacks to more than {limit} MB", "Save it as CSV")
        table = pd.read_excel(path, header=None, dtype=str, keep_default_na=False, engine="openpyxl")
    except InputError:
        raise
    except Exception as error:  # a damaged workbook breaks zipfile and openpyxl in every way there is
        raise InputError(_damaged(path, error)) from error
    if table.empty:
        _fail(path, "the first sheet is empty", "Put the table on the first sheet")
    table.index = pd.RangeIndex(1, len(table) + 1)
    return _below_header(table)


def _load_parquet(path: Path) -> pd.DataFrame:
    import pyarrow as pa  # noqa: PLC0415 - only this format needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 - only this format needs it

    if path.stat().st_size > LARGEST_FILE:
        _fail(path, f"the Parquet file holds more than {LARGEST_FILE // MEGABYTE} MB", "Split it or leave columns out")
    with path.open("rb") as content:
        try:
            file = pq.ParquetFile(content)
            groups = range(file.metadata.num_row_groups)
            unpacked = sum(file.metadata.row_group(group).total_byte_size for group in groups)
            _need_fewer_rows(path, file.metadata.num_rows)
            if unpacked > LARGEST_PARQUET_UNPACKED:
                limit = LARGEST_PARQUET_UNPACKED // MEGABYTE
                _fail(path, f"the Parquet file unpacks to more than {limit} MB", "Split it or leave columns out")
            table = file.read()
            table.validate(full=True)
            frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise InputError(_damaged(path, error)) from error
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def _need_fewer_rows(path: Path, rows: int) -> None:
    if rows > MOST_ROWS:
        _fail(path, f"the table has more than {MOST_ROWS:,} rows", "Split it or leave rows out")


def _damaged(path: Path, error: Exception) -> Problem:
    reason = " ".join(str(error).split())[:200]
    return Problem(f"the file is damaged or incomplete ({reason})", "Get the file again", str(path))


def _fail(path: Path, fault: str, remedy: str) -> NoReturn:
    raise InputError(Problem(fault, remedy, str(path)))
