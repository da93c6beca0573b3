"""XLSX, read cell by cell: only what is there is kept, so a value in the last cell of a sheet costs nothing."""

from __future__ import annotations

import math
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from corridor.data.tables import limits
from corridor.data.tables.limits import damaged, fail, file_size, need_size
from corridor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Cell = str | float | bool
    Row = tuple[int, list[Cell]]

FAULTS = (zipfile.BadZipFile, zlib.error, ET.ParseError, KeyError, ValueError, IndexError, OSError, EOFError)
"""What a damaged workbook raises; NotImplementedError and RuntimeError come from packing that zipfile does not know."""
BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
NO_PART_OF_A_DATE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|General', re.IGNORECASE)
CELL = re.compile(r"([A-Za-z]{1,3})([0-9]+)")
CHUNK, LARGE_CHUNK = 2**16, 2**20
ROW_BYTES = 8 * limits.MEGABYTE
"""What one row may take in the file, its cells as XML."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """An open workbook.

    Attributes
    ----------
    visible, hidden : sheet -> its part of the archive, in the order of the tabs; names of hidden sheets
    strings, dates : shared texts; numbers of the styles that show a date
    epoch : the day 0
    hidden_rows : numbers of hidden rows with values, of the sheet that was read
    """

    path: Path
    archive: zipfile.ZipFile
    visible: dict[str, str]
    hidden: tuple[str, ...]
    strings: list[str]
    dates: frozenset[int]
    epoch: datetime
    hidden_rows: list[int] = field(default_factory=list)


def open_workbook(path: Path) -> Workbook:
    """Open a workbook.

    Raises
    ------
    InputError : it is too large, packed or unpacked, or damaged
    """
    need_size(path, file_size(path), limits.LARGEST_WORKBOOK, "the workbook", "Save it as CSV")
    try:
        return _opened(path, zipfile.ZipFile(path))
    except InputError:
        raise
    except (*FAULTS, NotImplementedError, RuntimeError) as error:
        raise InputError(damaged(path, error)) from error


def _opened(path: Path, archive: zipfile.ZipFile) -> Workbook:
    for member in archive.infolist():
        limit = limits.LARGEST_STRINGS if "sharedStrings" in member.filename else limits.LARGEST_SHEET
        if member.filename.endswith((".xml", ".rels")):
            need_size(path, member.file_size, limit, f"the workbook's {member.filename}, unpacked,", "Save it as CSV")
    relations = {each.get("Id"): each.get("Target", "") for each in _parts(archive, "xl/_rels/workbook.xml.rels")}
    root = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - expat limits what entities expand to
    visible: dict[str, str] = {}
    hidden = []
    for sheet in (each for each in root.iter() if _tag(each) == "sheet"):
        target = relations[next(value for name, value in sheet.attrib.items() if name.endswith("}id"))]
        if "worksheets/" not in target:
            continue
        if sheet.get("state", "visible") == "visible":
            visible[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        else:
            hidden.append(sheet.get("name", ""))
    old = any(each.get("date1904") in {"1", "true"} for each in root.iter() if _tag(each) == "workbookPr")
    epoch = datetime(1904, 1, 1) if old else datetime(1899, 12, 30)  # noqa: DTZ001 - days of a sheet have no zone
    return Workbook(path, archive, visible, tuple(hidden), _strings(archive), _date_styles(archive), epoch)


def _parts(archive: zipfile.ZipFile, name: str) -> list[ET.Element]:
    if name not in archive.NameToInfo:
        return []
    return list(ET.fromstring(archive.read(name)))  # noqa: S314 - expat limits what entities expand to


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ET.Element) -> str:
    """Return the text of a cell or shared string, without readings of characters beside it."""
    return "".join(
        each.text or "" if _tag(each) == "t" else _text(each) if _tag(each) in {"r", "is"} else "" for each in element
    )


def _strings(archive: zipfile.ZipFile) -> list[str]:
    return [_text(each) for each in _parts(archive, "xl/sharedStrings.xml")]


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """Return the numbers of the styles whose numbers are shown as dates."""
    styles = {_tag(each): list(each) for each in _parts(archive, "xl/styles.xml")}
    codes = {int(each.get("numFmtId", 0)): each.get("formatCode", "") for each in styles.get("numFmts", ())}
    dates = {number for number, code in codes.items() if re.search("[ymdhs]", NO_PART_OF_A_DATE.sub("", code.lower()))}
    shown = [int(each.get("numFmtId", 0)) for each in styles.get("cellXfs", ())]
    return frozenset(place for place, number in enumerate(shown) if number in dates | (BUILT_IN_DATES - set(codes)))


def rows_of(book: Workbook, sheet: str) -> Iterator[Row]:
    """Yield the rows of a sheet that hold values: the row as the spreadsheet counts it, and its cells from column A.

    Raises
    ------
    InputError : the sheet is damaged, or a value stands beyond the limits
    """
    last = 0
    try:
        for element in _row_elements(book, sheet):
            number = int(element.get("r") or last + 1)
            cells = _cells(book, element, sheet, number)
            if not cells:
                continue
            if number > limits.LAST_SHEET_ROW:
                fault = f"the sheet has a row {number:,}, and a sheet has at most {limits.LAST_SHEET_ROW:,} rows"
                fail(book.path, fault, "Save the workbook again, or as CSV", sheet=sheet)
            if number - last > limits.MOST_EMPTY_ROWS:
                fault = f"a value stands below more than {limits.MOST_EMPTY_ROWS:,} empty rows, the limit"
                fail(book.path, fault, "Delete that row, or save the table alone as CSV", number, sheet)
            last = number
            if element.get("hidden") in {"1", "true"}:
                book.hidden_rows.append(number)
            yield number, cells
    except InputError:
        raise
    except (*FAULTS, NotImplementedError, RuntimeError) as error:
        raise InputError(damaged(book.path, error)) from error


def _need_shape(book: Workbook, sheet: str) -> None:
    """Count the rows and cells of a sheet's XML without parsing it, and refuse more than the limits."""
    rows, cells = 0, 0
    with book.archive.open(book.visible[sheet]) as file:
        while part := file.read(LARGE_CHUNK):
            rows += part.count(b"<row")
            cells += sum(part.count(mark) for mark in (b"<c ", b"<c>", b"<c/>"))
    for word, number, limit in (("rows", rows, limits.LAST_SHEET_ROW), ("cells", cells, limits.MOST_SHEET_CELLS)):
        if number > limit:
            fail(book.path, f"the sheet has more than {limit:,} {word}, the limit", "Save it as CSV", sheet=sheet)


def _row_elements(book: Workbook, sheet: str) -> Iterator[ET.Element]:
    """Yield the rows of a sheet's XML; it is fed in parts, so that a row without an end is seen early."""
    _need_shape(book, sheet)
    parser: Any = ET.XMLPullParser(["start", "end"])
    since = 0
    table: ET.Element | None = None
    with book.archive.open(book.visible[sheet]) as file:
        while part := file.read(CHUNK):
            parser.feed(part)
            since += len(part)
            if since > ROW_BYTES:
                fault = f"a row takes more than {ROW_BYTES // limits.MEGABYTE} MB, the limit"
                fail(book.path, fault, "Save the table as CSV", sheet=sheet)
            for event, element in parser.read_events():
                if event == "start":
                    table = element if _tag(element) == "sheetData" else table
                elif _tag(element) == "row" and table is not None:
                    since = 0
                    yield element
                    table.clear()  # what was read is not kept


def _cells(book: Workbook, row: ET.Element, sheet: str, number: int) -> list[Cell]:
    cells: list[Cell] = []
    for place, element in enumerate(row, 1):
        value = _value(book, element)
        if value == "":
            continue
        named = CELL.fullmatch(element.get("r", ""))
        column = _column(named[1]) if named else place
        if column > limits.MOST_COLUMNS:
            fault = f"a value stands in column {element.get('r')}, and the limit is {limits.MOST_COLUMNS:,} columns"
            fail(book.path, fault, "Delete what stands there, or save the table alone as CSV", number, sheet)
        cells += [""] * (column - len(cells) - 1)
        cells.append(value)
    return cells


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _value(book: Workbook, element: ET.Element) -> Cell:
    kind = element.get("t", "n")
    if kind == "inlineStr":
        return _text(element)
    parts = {_tag(each): each.text or "" for each in element}
    text = parts.get("v", "")
    if not text:
        return f"={parts['f']}" if "f" in parts else ""
    if kind == "n":
        return _number(book, text, int(element.get("s", 0)))
    if kind == "b":
        return text.strip() in {"1", "true"}
    return book.strings[int(text)] if kind == "s" else text


def _number(book: Workbook, text: str, style: int) -> float | str:
    """Return a number; a date, and a number that is lost in arithmetic, as text."""
    number = float(text)
    if math.isinf(number) or (number == 0 and re.match("[-+]?[0.]*[1-9]", text)):
        return text
    if style not in book.dates:
        return number
    try:
        return (book.epoch + timedelta(days=number)).date().isoformat()
    except OverflowError:
        return text
