"""The one reader of tables that people bring: CSV, XLSX or Parquet in, checked rows and notes out.

`read_table` finds the header, reads words and numbers by the habits of each column, checks every value by the schema
and reports all that is wrong at once. docs/reference/tables.md says how it decides.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from corridor.data.tables import csv_text, parquet, sheets
from corridor.data.tables.checks import broken_rules, facts, shortened, shown_value
from corridor.data.tables.files import kind_of
from corridor.data.tables.headers import REMARKS, Header, find_header, folded, no_header
from corridor.data.tables.limits import need_shape
from corridor.data.tables.numbers import DOUBT_REMEDY, Range, read_numbers
from corridor.data.tables.words import area_codes, area_notes, word_of
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from pandera.pandas import DataFrameSchema

    Rows = Iterable[tuple[int, Sequence[Any]]]

HEAD = 100
"""Rows in which the header is looked for."""
MOST_NAMED = 8


class TableRead(NamedTuple):
    """Checked rows, and what a user should know of how they were read."""

    frame: pd.DataFrame
    notes: tuple[str, ...]


class Raw(NamedTuple):
    """Cells as they stand in a file.

    Attributes
    ----------
    cells : column of the schema -> cells: texts, numbers, or an array of numbers
    rows : of each cell, as the user's editor or spreadsheet counts
    notes, sheet : how they were found
    """

    cells: Mapping[str, Sequence[Any] | npt.NDArray[Any]]
    rows: Sequence[int]
    notes: tuple[str, ...] = ()
    sheet: str | None = None


def read_table(path: Path, schema: DataFrameSchema) -> TableRead:
    """Return the rows of a file that satisfy a schema.

    Words are in Unicode's composed form without blanks around ("NA" is Namibia), numbers float64 and years int64; only
    the columns of the schema are kept, in its order, with a fresh index.

    Raises
    ------
    InputError
        With every problem: the file is missing, too large, damaged or of another kind, a column is missing, a value
        breaks its rule, a key stands twice.
    """
    try:
        raw = {"text": _from_text, "workbook": _from_workbook, "parquet": _from_parquet}[kind_of(path)](path, schema)
    except OSError as error:
        fault = f"the file cannot be opened ({error.strerror or error})"
        raise InputError(Problem(fault, "Check the path and the permissions", str(path))) from error
    if not len(raw.rows):
        problem = Problem("the table has no rows below its header", "Get the file again", str(path), sheet=raw.sheet)
        raise InputError(problem)
    return _checked(path, raw, schema)


def read_frame(path: Path, schema: DataFrameSchema) -> pd.DataFrame:
    """Return the rows of a file that a machine wrote: as `read_table`, without the notes."""
    return read_table(path, schema).frame


def read_several(files: Mapping[Path, DataFrameSchema]) -> list[TableRead]:
    """Return the checked rows of every file, as `read_table` does, in the order given.

    Raises
    ------
    InputError : with the problems of all files
    """
    found: list[TableRead] = []
    problems: list[Problem] = []
    for path, schema in files.items():
        try:
            found.append(read_table(path, schema))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return found


def read_frames(files: Mapping[Path, DataFrameSchema]) -> list[pd.DataFrame]:
    """Return the checked rows of files that a machine wrote: as `read_several`, without the notes."""
    return [table.frame for table in read_several(files)]


# Cells --------------------------------------------------------------------------------------------------------------


def _from_text(path: Path, schema: DataFrameSchema) -> Raw:
    text = csv_text.text_file(path)
    heads = csv_text.heads(text)
    found = ((separator, head, find_header(path, head[:HEAD], schema)) for separator, head in heads)
    separator, head, header = next((each for each in found if each[2]), (*heads[0], None))
    if header is None:
        _, head = max(heads, key=lambda each: _named(each[1], schema))
        raise no_header(path, [(None, head[:HEAD])], schema)
    need_shape(path, text.rows - header.row, header.width)
    rows, notes = _table_rows(csv_text.rows_of(text, separator, header.row), header)
    if problems := list(_uneven(path, rows, header)):
        raise InputError(shortened(problems))
    return _gathered(rows, header, [*_header_notes(header, head), *notes], None)


def _named(head: Sequence[tuple[int, Sequence[str]]], schema: DataFrameSchema) -> tuple[int, int]:
    """Return how many wanted names the best row has, and how many cells the widest."""
    wanted = set(map(folded, schema.columns))
    named = max((len(wanted & set(map(folded, cells))) for _, cells in head), default=0)
    return named, max((len(cells) for _, cells in head), default=0)


def _filled(cells: Sequence[Any]) -> list[int]:
    """Return the places, counted from 1, of the cells that are not empty."""
    return [place for place, cell in enumerate(cells, 1) if not isinstance(cell, str) or cell.strip()]


def _is_filled(cells: Sequence[Any]) -> bool:
    return any(not isinstance(cell, str) or (cell and not cell.isspace()) for cell in cells)


def _table_rows(below: Rows, header: Header) -> tuple[list[tuple[int, Sequence[Any]]], list[str]]:
    """Return the rows of a table without empty ones, comments and the footnotes at its end, and a note of these."""
    rows = [(row, cells) for row, cells in below if _is_filled(cells)]
    comments = {
        row
        for row, cells in rows
        if str(cells[0]).startswith("# ")
        or (str(cells[0]).startswith("#") and (len(_filled(cells)) == 1 or len(cells) != header.width))
    }
    rows = [(row, cells) for row, cells in rows if row not in comments]
    end = len(rows)
    while end and _filled(rows[end - 1][1]) == [1] and (header.width > 2 or len(rows[end - 1][1]) == 1):
        end -= 1
    after_a_gap = 0 < end < len(rows) and rows[end][0] > rows[end - 1][0] + 1
    footnotes = [row for row, _ in rows[end:]] if after_a_gap else []
    notes = [f"comments are not read: row {_some(sorted(comments))}"] if comments else []
    notes += [f"footnotes below the table are not read: row {_some(footnotes)}"] if footnotes else []
    return rows[: len(rows) - len(footnotes)], notes


def _uneven(path: Path, rows: Rows, header: Header) -> Iterator[Problem]:
    """Yield a problem for each row with more or fewer cells than the header."""
    for row, cells in (each for each in rows if len(each[1]) != header.width):
        count = max(_filled(cells)[-1], min(len(cells), header.width))
        if count != header.width:
            fault = f"the row has {count} cells, and the header has {header.width}"
            yield Problem(fault, "Correct the separators and quotation marks", str(path), row)


def _from_workbook(path: Path, schema: DataFrameSchema) -> Raw:
    book = sheets.open_workbook(path)
    tried: list[tuple[str | None, Sequence[tuple[int, Sequence[Any]]]]] = []
    with book.archive:
        for sheet in book.visible:
            rows = sheets.rows_of(book, sheet)
            head = list(islice(rows, HEAD))
            header = find_header(path, head, schema, sheet)
            if header is None:
                tried.append((sheet, head))
                continue
            notes = [*_header_notes(header, head)]
            if len(book.visible) > 1 or book.hidden:
                others = [
                    *(name for name in book.visible if name != sheet),
                    *(f"{each} (hidden)" for each in book.hidden),
                ]
                notes.insert(0, f"the sheet {sheet} is read; not read are: {_some(others)}")
            below, told = _table_rows(((row, cells) for row, cells in chain(head, rows) if row > header.row), header)
            raw = _gathered(below, header, [*notes, *told], sheet)
            hidden = [row for row in book.hidden_rows if row > header.row]
            return raw._replace(notes=(*raw.notes, *_hidden_notes(hidden)))
    if not book.visible:
        fault = "the workbook has no visible sheet with cells"
        raise InputError(Problem(fault, "Unhide the sheet of the table", str(path)))
    raise no_header(path, tried, schema)


def _hidden_notes(numbers: Sequence[int]) -> Iterator[str]:
    if numbers:
        are = (
            "row that is hidden or filtered out is" if len(numbers) == 1 else "rows that are hidden or filtered out are"
        )
        yield f"{len(numbers):,} {are} read too: row {_some(numbers)}"


def _gathered(rows: Rows, header: Header, notes: Sequence[str], sheet: str | None) -> Raw:
    """Keep the cells of the wanted columns."""
    columns: dict[str, list[Any]] = {name: [] for name in header.places}
    places = [(columns[name], place) for name, place in header.places.items()]
    numbers: list[int] = []
    for row, cells in rows:
        numbers.append(row)
        for column, place in places:
            column.append(cells[place] if place < len(cells) else "")
    return Raw(columns, numbers, tuple(notes), sheet)


def _header_notes(header: Header, head: Sequence[tuple[int, Sequence[Any]]]) -> Iterator[str]:
    above = [
        row
        for row, cells in head
        if row < header.row and any(str(cell).strip() for cell in cells) and not str(cells[0]).startswith("#")
    ]
    if above:
        yield f"the header is in row {header.row}; rows above it are not read: {_some(above)}"
    yield from _other_columns(header.others)


def _other_columns(names: Iterable[str]) -> Iterator[str]:
    others = [name for name in names if folded(name) not in REMARKS]
    if others:
        yield f"columns that are not read: {_some(others)}"


def _some(words: Sequence[object]) -> str:
    more = f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    return ", ".join(str(word)[:60] for word in words[:MOST_NAMED]) + more


def _from_parquet(path: Path, schema: DataFrameSchema) -> Raw:
    file = parquet.open_parquet(path)
    present = list(file.schema_arrow.names)
    head: list[tuple[int, Sequence[Any]]] = [(1, present)]
    header = find_header(path, head, schema)
    if header is None:
        raise no_header(path, [(None, head)], schema)
    names = {name: present[place] for name, place in header.places.items()}
    arrays = parquet.read_columns(path, file, list(names.values()))
    rows = range(2, file.metadata.num_rows + 2)
    return Raw(dict(zip(names, arrays, strict=True)), rows, tuple(_other_columns(header.others)))


# Values -------------------------------------------------------------------------------------------------------------


def _checked(path: Path, raw: Raw, schema: DataFrameSchema) -> TableRead:
    columns: dict[str, npt.NDArray[Any]] = {}
    problems: list[Problem] = []
    notes = list(raw.notes)
    for name in (str(name) for name in schema.columns if name in raw.cells):
        read = _numbers if facts(schema, name).get("number") else _words
        columns[name], wrong, told = read(path, name, raw, facts(schema, name))
        problems += wrong
        notes += told
    frame = pd.DataFrame(columns, index=pd.Index(raw.rows))
    if not any(problem.row is None for problem in problems):  # a column that cannot be read breaks every rule
        told_cells = {(problem.row, problem.column) for problem in problems}
        problems += broken_rules(path, frame, schema, raw.sheet, told_cells)
    if problems:
        raise InputError(shortened(sorted(problems, key=_place)))
    whole = {name: np.int64 for name in frame if facts(schema, name).get("whole")}
    return TableRead(frame.astype(whole).reset_index(drop=True), tuple(notes))


def _place(problem: Problem) -> float:
    return float("inf") if problem.row is None else problem.row


def _numbers(
    path: Path, name: str, raw: Raw, known: Mapping[str, Any]
) -> tuple[npt.NDArray[Any], list[Problem], list[str]]:
    cells = raw.cells[name]
    if isinstance(cells, np.ndarray) and cells.dtype == np.float64:
        return cells, [], []
    read = read_numbers(list(cells), known.get("range", Range()))
    if read.doubt:
        fault, shown = read.doubt
        return read.values, [Problem(fault, DOUBT_REMEDY, str(path), None, name, shown, raw.sheet)], []
    problems = [
        Problem(fault, remedy, str(path), raw.rows[place], name, shown_value(cells[place]), raw.sheet)
        for place, (fault, remedy) in read.faults.items()
    ]
    return read.values, problems, [f"{name}: {read.note}"] if read.note else []


def _words(
    path: Path, name: str, raw: Raw, known: Mapping[str, Any]
) -> tuple[npt.NDArray[Any], list[Problem], list[str]]:
    cells = raw.cells[name]
    unique = {cell: word_of(cell) for cell in dict.fromkeys(cells)}
    notes: list[str] = []
    wrong: Mapping[str, Problem] = {}
    if "area" in known:
        codes, wrong, left = area_codes(dict.fromkeys(unique.values()), known["area"])
        notes = area_notes(name, codes, left)
        unique = {cell: codes.get(word, word) for cell, word in unique.items()}
    words = np.array([unique[cell] for cell in cells], dtype=object)
    problems = [
        Problem(wrong[word].fault, wrong[word].remedy, str(path), raw.rows[place], name, word[:60], raw.sheet)
        for place, word in enumerate(words)
        if word in wrong
    ]
    return words, problems, notes
