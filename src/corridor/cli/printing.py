"""Rows printed as CSV, JSON or aligned columns, for every command that offers these."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from corridor.errors import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console
    from rich.progress import Progress
    from rich.text import Text

    from corridor.reports.outlook.reported import ReportedSeries


def say(text: str = "", *, err: bool = False, bold: bool = False, nl: bool = True) -> None:
    """Print a text; whatever in it would steer the terminal is shown as its escape."""
    stream = sys.stderr if err else sys.stdout  # click would guess another encoding than the stream has
    click.secho(visible(text, keep="\n\t"), file=stream, bold=bold or None, nl=nl)


def terminal(*, stderr: bool = False) -> Console:
    """Return where tables are printed: words in them are shown as they are, marks of style and emoji too."""
    from rich.console import Console

    class Terminal(Console):
        def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - as rich has it
            return super().render_str(visible(text, keep="\n"), **options)

    return Terminal(stderr=stderr, highlight=False, markup=False, emoji=False)


def print_csv(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows with one header; nothing if there are none."""
    import csv

    if rows:
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def print_json(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows as a list of objects."""
    say(json_text(rows))


def json_text(value: object) -> str:
    """Return a value as JSON that a terminal only shows."""
    import json

    written = json.dumps(value, ensure_ascii=False, indent=1)
    return written if visible(written, keep="\n") == written else json.dumps(value, indent=1)


def aligned(rows: list[list[str]], *, markdown: bool) -> str:
    """Lay rows out in aligned columns, in the terminal or as a table of Markdown; the first row is the header."""
    if markdown:
        rows = [[cell.replace("|", r"\|") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [" | ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    if markdown:
        lines = [f"| {line} |" for line in lines]
        lines.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
    return "\n".join(lines)


def print_reported(series: Sequence[ReportedSeries]) -> None:
    """Print reported flows beside ours, what each series counts, and why they differ; nothing if there are none."""
    from rich import box
    from rich.table import Table

    from corridor.reports.outlook.reported import HEADS, TITLE, note_of

    if not series:
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for position, head in enumerate((HEADS[0], "Series", *HEADS[1:])):
        table.add_column(head.lower(), justify="right" if position else "left", no_wrap=position > 0)
    for number, one in enumerate(series, start=1):
        for flow in one.flows:
            for position, row in enumerate(flow.rows):
                table.add_row("" if position else flow.name, str(number), *row)
    console = terminal()
    console.print(f"{TITLE}, persons", table, sep="\n")
    for number, one in enumerate(series, start=1):
        console.print(f"Series {number}: {one.words}")
    console.print(note_of(series))


def progress_bar(console: Console | None = None) -> Progress:
    """Return a bar of what is done on the standard error stream, with the time left as what is done tells it."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, TextColumn("left"), transient=True, console=console or terminal(stderr=True))
