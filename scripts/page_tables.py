"""Write pages of `docs/results` and, beside each, its tables as CSV.

Scripts that make a page hand it to `publish`. Some pages are printed by a command or edited by hand;

    python scripts/page_tables.py

then writes the CSV of every page anew. A CSV has a row a cell: `pandas.read_csv("un-medium.csv").query("table == 1")
.pivot(index="row", columns="column", values="value")` gives the first table of a page back.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corridor.data.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "results"
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
MARKUP = re.compile(r"[*`]|\[(?P<words>[^]]*)\]\([^)]*\)")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")


class Cell(NamedTuple):
    """A cell of a table: the heading it stands under, the table's number on the page, its row from 1, column, value."""

    section: str
    table: int
    row: int
    column: str
    value: str


def cells_of(page: str) -> Iterator[Cell]:
    """Yield the cells of all tables of a Markdown page; values are plain: no markup, no commas in numbers.

    Where two columns have one name, the second is called "name (2)".

    Raises
    ------
    ValueError : a row is longer or shorter than the head of its table
    """
    section, table = "", 0
    lines = FENCED.sub("", page).splitlines()
    for in_table, block in groupby(lines, lambda line: line.startswith("|")):
        if not in_table:
            section = next((line.lstrip("# ") for line in reversed(list(block)) if line.startswith("#")), section)
            continue
        table += 1
        head, _, *rows = map(_split, block)
        columns = [
            f"{name} ({head[:at].count(name) + 1})" if name in head[:at] else name for at, name in enumerate(head)
        ]
        for row, values in enumerate(rows, 1):
            for column, value in zip(columns, values, strict=True):
                yield Cell(section, table, row, column, value)


def _split(line: str) -> list[str]:
    return [THOUSANDS.sub("", MARKUP.sub(_words, cell)).strip() for cell in line.strip()[1:-1].split("|")]


def _words(markup: re.Match[str]) -> str:
    return markup["words"] or ""


def tables_as_csv(page: str) -> str:
    """Return the tables of a Markdown page as CSV, a row a cell; columns as in `Cell`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Cell._fields)
    writer.writerows(cells_of(page))
    return text.getvalue()


def publish(page: str, path: Path | None) -> None:
    """Write a page and its CSV beside it, or print it where no path is given."""
    if path is None:
        sys.stdout.write(page)
        return
    write_whole(path, page.encode())
    write_whole(path.with_suffix(".csv"), tables_as_csv(page).encode())


if __name__ == "__main__":
    for each in sorted(RESULTS.glob("*.md")):
        publish(each.read_text(encoding="utf-8"), each)
