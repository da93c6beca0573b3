"""Where a table begins: the first row that holds the names of the wanted columns, in any case, with any blanks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pandera.pandas import DataFrameSchema

REMARKS = {"note", "notes", "comment", "comments", "remark", "remarks", "source", "sources"}
"""Columns that people add for themselves; nothing is said of them."""
ALIKE = 0.75
LONGEST_SHOWN = 60
MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Header:
    """The row of the names.

    Attributes
    ----------
    row : as the user counts
    places : wanted column -> its place
    width : number of cells
    others : names of the columns that are not wanted
    """

    row: int
    places: dict[str, int]
    width: int
    others: tuple[str, ...]


def folded(name: object) -> str:
    """Return the name of a column as names are compared."""
    plain = unicodedata.normalize("NFKC", str(name)).strip("\ufeff\u200b \t'\"").casefold()
    return re.sub(r"[\s_-]+", "_", plain)


def find_header(
    path: Path, rows: Iterable[tuple[int, Sequence[Any]]], schema: DataFrameSchema, sheet: str | None = None
) -> Header | None:
    """Return the first row that names every required column, None where there is none.

    Raises
    ------
    InputError : a wanted name stands twice in it, or a name is nearly that of a column that may be left out
    """
    wanted = {folded(name): str(name) for name in schema.columns}
    needed = {folded(name) for name, column in schema.columns.items() if column.required}
    for row, cells in rows:
        names = [folded(cell) for cell in cells]
        if not needed <= set(names) or (names and names[0].startswith("#")):
            continue
        problems = [
            Problem("two columns have this name", "Remove one of the two", str(path), row, wanted[name], sheet=sheet)
            for name in wanted
            if names.count(name) > 1
        ]
        others = [str(cell).strip() for cell, name in zip(cells, names, strict=True) if name and name not in wanted]
        problems += _nearly(path, row, others, [wanted[name] for name in wanted if name not in names], sheet)
        if problems:
            raise InputError(problems)
        places = {wanted[name]: place for place, name in enumerate(names) if name in wanted}
        width = max((place for place, name in enumerate(names, 1) if name), default=0)
        return Header(row, places, width, tuple(others))
    return None


def _nearly(path: Path, row: int, others: Sequence[str], absent: Sequence[str], sheet: str | None) -> list[Problem]:
    """Name columns that look like one that may be left out: they would be passed over."""
    problems = []
    for name in others:
        if near := get_close_matches(folded(name), absent, n=1, cutoff=ALIKE):
            fault = f"the table has no column of this name; it may have a column {near[0]}"
            remedy = f"Rename it to {near[0]}, or take it out"
            problems.append(Problem(fault, remedy, str(path), row, name[:LONGEST_SHOWN], sheet=sheet))
    return problems


def no_header(
    path: Path, tried: Sequence[tuple[str | None, Sequence[tuple[int, Sequence[Any]]]]], schema: DataFrameSchema
) -> InputError:
    """Return why no row is the header: what the nearest row lacks, or where the names were looked for.

    Parameters
    ----------
    tried : sheets (None: a file without) with their first rows
    """
    needed = [str(name) for name, column in schema.columns.items() if column.required]
    marks = {folded(name) for name in schema.columns}
    candidates = [(sheet, row, cells) for sheet, rows in tried for row, cells in rows if any(map(str, cells))]
    if not candidates:
        return InputError(Problem("the table is empty", "Put a table there, with a header", str(path)))
    sheet, row, cells = max(candidates, key=lambda each: len(marks & set(map(folded, each[2]))))
    present = [str(cell).strip() for cell in cells if str(cell).strip()]
    names = [folded(cell) for cell in cells]
    if marks & set(names):
        missing = [name for name in needed if folded(name) not in names]
        faults = [(name, f"the table has no column {name}", _remedy(name, present)) for name in missing]
        twice = [name for name in map(str, schema.columns) if names.count(folded(name)) > 1]
        faults += [(name, "two columns have this name", "Remove one of the two") for name in twice]
        return InputError([Problem(fault, to_do, str(path), row, name, sheet=sheet) for name, fault, to_do in faults])
    where = [f"{'' if name is None else f'sheet {name}, '}rows 1 to {rows[-1][0]}" for name, rows in tried if rows]
    fault = f"no row has the columns {', '.join(needed)}; tried: {'; '.join(where)}"
    shown = ", ".join(name[:LONGEST_SHOWN] for name in present[:MOST_SHOWN])
    remedy = f"Give the columns these names in one row. Row {row} holds: {shown}"
    return InputError(Problem(fault, remedy, str(path), row, sheet=sheet))


def _remedy(name: str, present: Sequence[str]) -> str:
    remedy = spelling(name, [column[:LONGEST_SHOWN] for column in present[:MOST_SHOWN]])
    return remedy.replace("Choose one of:", "The columns are")
