"""CSV as people save it: UTF-8 or UTF-16, separated by commas, semicolons, tabs or bars, perhaps with lines above."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from typing import TYPE_CHECKING

from corridor.data.tables import limits
from corridor.data.tables.limits import damaged, fail, file_size, need_shape, need_size
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    Row = tuple[int, list[str]]
    """The line on which a row begins, counted from 1, and its cells."""

SEPARATORS = (",", ";", "\t", "|")
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""Byte order marks."""
CHUNK = 2**20
COMMENT = ("#", '"#')
HEAD = 200
"""Lines in which a header is looked for."""


def text_of(path: Path) -> str:
    """Return the characters of a file, packed or not.

    Raises
    ------
    InputError : it is too large, damaged, or written in another encoding
    """
    need_size(path, file_size(path), limits.LARGEST_TEXT, "the CSV file", "Split it or leave columns out")
    content = _unpacked(path) if path.suffix.lower() == ".gz" else path.read_bytes()
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        _refuse_encoding(path, content, error.start)
    if (at := text.find("\0")) >= 0:
        fault = "the file holds a character NUL, as damaged files and UTF-16 without a mark do"
        fail(path, fault, "Save it as CSV UTF-8", text.count("\n", 0, at) + 1)
    if not text.strip():
        fail(path, "the file is empty", "Get the file again")
    return text


def _refuse_encoding(path: Path, content: bytes, at: int) -> None:
    row = content.count(b"\n", 0, at) + 1
    line = content.splitlines()[row - 1][:60]
    guesses = " or ".join(f"'{line.decode(page, 'replace')}' in {page}" for page in ("windows-1252", "windows-1251"))
    fail(path, f"the file is not written in UTF-8; the row would be {guesses}", "Save it as CSV UTF-8", row)


def _unpacked(path: Path) -> bytes:
    """Return what a gzip file holds, after counting it: a small file may hold gigabytes."""
    try:
        with gzip.open(path) as file:
            size = 0
            while part := file.read(CHUNK):
                size += len(part)
                if size > limits.LARGEST_TEXT:
                    limit = limits.LARGEST_TEXT / limits.MEGABYTE
                    fail(path, f"the CSV file holds more than {limit:g} MB, unpacked", "Split it or leave columns out")
        with gzip.open(path) as file:
            return file.read(limits.LARGEST_TEXT + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(damaged(path, error)) from error


def heads(text: str) -> list[tuple[str, list[Row]]]:
    """Return the first rows of a table as each separator parts them; the line `sep=;` says which it is."""
    start = text.lstrip("\ufeff").split("\n", 1)[0].strip().strip('"')
    if start.lower().startswith("sep=") and len(start) == 5:
        return [(start[4], _head(text, start[4])[1:])]
    return [(separator, _head(text, separator)) for separator in SEPARATORS]


def _head(text: str, separator: str) -> list[Row]:
    return list(parted(_bounded(text, HEAD), separator, strict=False))


def _bounded(text: str, most: int) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if number > most:
            return
        yield "\n" if line.startswith(COMMENT) else line[: limits.LONGEST_LINE]


def parted(lines: Iterable[str], separator: str, *, strict: bool = True) -> Iterator[Row]:
    """Yield the rows of a text, empty ones and comments among them."""
    reader = csv.reader(lines, delimiter=separator, strict=strict)
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error:
        if strict:
            raise


def rows_of(path: Path, text: str, separator: str, header: int) -> Iterator[Row]:
    """Yield the rows of a text below the row of its header.

    Raises
    ------
    InputError : a line or a cell is too long, there are too many rows, or a quotation mark is not closed
    """
    need_shape(path, text.count("\n") + text.count("\r") * ("\n" not in text), 1)
    row = 0
    try:
        for row, cells in parted(_lines(path, text, header), separator):
            if row > header:
                yield row, cells
    except csv.Error as error:
        if "field limit" in str(error):
            fault, remedy = "a cell has more than 131,072 characters", "Close the quotation marks, or shorten it"
        else:
            fault = f"a quotation mark is not closed, or stands inside a cell ({error})"
            remedy = 'Close it; write a quotation mark inside a cell twice: ""'
        raise InputError(Problem(fault, remedy, str(path), row + 1)) from error


def _lines(path: Path, text: str, header: int) -> Iterator[str]:
    """Yield the lines of a text, empty ones in place of those above the header: quotation marks there mean nothing."""
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if len(line) > limits.LONGEST_LINE:
            fault = f"the line has more than {limits.LONGEST_LINE:,} characters"
            fail(path, fault, "Check the separators and the ends of lines", number)
        yield line if number >= header else "\n"
