"""CSV as people save it: UTF-8 or UTF-16, separated by commas, semicolons, tabs or bars, perhaps with lines above."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, NoReturn, cast

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
HEAD_LINE = 2**16
"""Lines in which a header is looked for, and the characters of each."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of text that was looked through once: small enough, of one encoding, without NUL.

    Attributes
    ----------
    encoding : as Python names it
    rows : number of lines
    """

    path: Path
    encoding: str
    rows: int

    def lines(self) -> Iterator[str]:
        """Yield the lines; ends of lines of any system become a single character."""
        with _opened(self.path) as file, io.TextIOWrapper(file, self.encoding, newline=None) as text:
            yield from text


def text_file(path: Path) -> TextFile:
    """Look through a file, packed or not, a part at a time.

    Raises
    ------
    InputError : it is too large, damaged, or written in another encoding
    """
    need_size(path, file_size(path), limits.LARGEST_TEXT, "the CSV file", "Split it or leave columns out")
    try:
        with _opened(path) as file:
            start = file.read(4)
            encoding = next((name for mark, name in MARKS if start.startswith(mark)), "utf-8-sig")
            rows = _look_through(path, chain([start], iter(lambda: file.read(CHUNK), b"")), encoding)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(damaged(path, error)) from error
    return TextFile(path, encoding, rows)


def _opened(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb"))


def _look_through(path: Path, parts: Iterable[bytes], encoding: str) -> int:
    """Return the number of lines of a text given in parts, and refuse what is beyond the limits."""
    decoder = codecs.getincrementaldecoder(encoding)()
    size, rows, open_line, filled = 0, 0, 0, False
    for part in chain(parts, [b""]):
        size += len(part)
        if size > limits.LARGEST_TEXT:
            limit = limits.LARGEST_TEXT / limits.MEGABYTE
            fail(path, f"the CSV file holds more than {limit:g} MB, unpacked", "Split it or leave columns out")
        try:
            text = decoder.decode(part, final=not part)
        except UnicodeDecodeError as error:
            _refuse_encoding(path, error, rows)
        if (at := text.find("\0")) >= 0:
            fault = "the file holds a character NUL, as damaged files and UTF-16 without a mark do"
            fail(path, fault, "Save it as CSV UTF-8", rows + text.count("\n", 0, at) + 1)
        end = max(text.rfind("\n"), text.rfind("\r"))
        open_line = open_line + len(text) if end < 0 else len(text) - end
        rows += text.count("\n") or text.count("\r")
        filled = filled or (not text.isspace() and bool(text))
        if open_line > limits.LONGEST_LINE:
            fault = f"the line has more than {limits.LONGEST_LINE:,} characters"
            fail(path, fault, "Check the separators and the ends of lines", rows + 1)
        need_shape(path, rows - 1, 1)
    if not filled:
        fail(path, "the file is empty", "Get the file again")
    return rows


def _refuse_encoding(path: Path, error: UnicodeDecodeError, rows: int) -> NoReturn:
    content = error.object
    begin = content.rfind(b"\n", 0, error.start) + 1
    line = content[begin : begin + 60].splitlines()[0]
    guesses = " or ".join(f"'{line.decode(page, 'replace')}' in {page}" for page in ("windows-1252", "windows-1251"))
    row = rows + content.count(b"\n", 0, error.start) + 1
    fail(path, f"the file is not written in UTF-8; the row would be {guesses}", "Save it as CSV UTF-8", row)


def heads(file: TextFile) -> list[tuple[str, list[Row]]]:
    """Return the first rows of a table as each separator parts them; the line `sep=;` says which it is."""
    lines = [line[:HEAD_LINE] for line in islice(file.lines(), HEAD)]
    first = lines[0].strip().strip('"')
    if first.lower().startswith("sep=") and len(first) == 5:
        return [(first[4], _head(lines, first[4])[1:])]
    return [(separator, _head(lines, separator)) for separator in SEPARATORS]


def _head(lines: Iterable[str], separator: str) -> list[Row]:
    kept = ("\n" if line.startswith(COMMENT) else line for line in lines)
    return list(parted(kept, separator, strict=False))


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


def rows_of(file: TextFile, separator: str, header: int) -> Iterator[Row]:
    """Yield the rows of a text below the row of its header.

    Raises
    ------
    InputError : a cell is too long, or a quotation mark is not closed
    """
    # Quotation marks above the header mean nothing: empty lines stand for the lines there.
    lines = ("\n" if number < header else line for number, line in enumerate(file.lines(), 1))
    row = 0
    try:
        for row, cells in parted(lines, separator):
            if row > header:
                yield row, cells
    except csv.Error as error:
        if "field limit" in str(error):
            fault, remedy = "a cell has more than 131,072 characters", "Close the quotation marks, or shorten it"
        else:
            fault = f"a quotation mark is not closed, or stands inside a cell ({error})"
            remedy = 'Close it; write a quotation mark inside a cell twice: ""'
        raise InputError(Problem(fault, remedy, str(file.path), row + 1)) from error
