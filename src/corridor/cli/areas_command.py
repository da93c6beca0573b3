"""`corridor areas`: the register of areas and the members of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corridor.cli.printing import print_csv, print_json, say, terminal

if TYPE_CHECKING:
    from datetime import date, datetime

    from corridor.areas import Membership

Row = dict[str, str | int | None]


@click.command("areas", short_help="List the 237 areas, or the members of a group on any date.")
@click.argument("group", required=False)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Show the members on this date. [default: today]")
@click.option("--status", type=click.Choice(["member", "observer"]), default="member", show_default=True)
@click.option(
    "--lang", type=click.Choice(["en", "ru", "kk"]), default="en", show_default=True, help="Language of the names."
)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def areas_command(group: str | None, on: datetime | None, status: str, lang: str, form: str) -> None:
    """List the 237 areas, or the members of GROUP (CICA, EAEU, CIS, SCO, OTS, ASEAN, GCC, SAARC, EU, a UN region)."""
    if group is None and (on is not None or status != "member"):
        raise click.UsageError("--on and --status need a GROUP.")
    rows = _register(lang) if group is None else _members(group, on.date() if on else None, status, lang)
    {"table": _print_table, "csv": print_csv, "json": print_json}[form](rows)


def _register(lang: str) -> list[Row]:
    from corridor.areas import areas

    return [
        {
            "iso3": area.iso3,
            "m49": area.m49,
            "name": area.names[lang],
            "region": area.region,
            "subregion": area.subregion,
        }
        for area in areas()
    ]


def _members(group: str, on: date | None, status: str, lang: str) -> list[Row]:
    from corridor.areas import find, memberships

    holding = [each for each in memberships(group) if each.status == status and each.holds(on)]
    return [_dated(each, find(each.iso3).names[lang]) for each in holding]


def _dated(membership: Membership, name: str) -> Row:
    return {
        "iso3": membership.iso3,
        "name": name,
        "since": membership.since,
        "until": membership.until,
        "confidence": membership.confidence,
        "source": membership.source,
        "note": membership.note,
    }


def _print_table(rows: list[Row]) -> None:
    from rich.table import Table

    if not rows:
        say("The group had no such members on that date.")
        return
    footnotes = _move_sources_to_footnotes(rows)
    table = Table(*rows[0], box=None, header_style="bold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    console = terminal()
    console.print(table)
    for number, text in enumerate(footnotes, start=1):
        console.print(f" {number:>2}  {text}", markup=False)


def _move_sources_to_footnotes(rows: list[Row]) -> list[str]:
    """Replace the source and the note of each row by a number; return what the numbers 1, 2, ... stand for."""
    numbers: dict[str, int] = {}
    for row in rows:
        if "source" in row:
            text = "; ".join(str(part) for part in (row["source"], row.pop("note")) if part)
            row["source"] = numbers.setdefault(text, len(numbers) + 1)
    return list(numbers)
