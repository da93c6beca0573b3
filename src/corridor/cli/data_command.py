"""`corridor data`: the contents of the panel, its checks, the rules that fill missing figures, and how it is built."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.cli.options import claim
from corridor.cli.printing import print_csv, print_json, say

if TYPE_CHECKING:
    from corridor.data.panel import Entry

Row = dict[str, str | int]


@click.group("data", short_help="Show, check, build or extend the panel of published figures.")
def data_command() -> None:
    """Show, check, build and extend the panel of published figures.

    Set the environment variable CORRIDOR_PANEL to a folder to use another panel than the installed one.
    """


_form = click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)


@data_command.command("list")
@_form
def list_tables(form: str) -> None:
    """List the tables by publisher, with licence, revision, years, number of areas (of 237), rows, bytes and sha256."""
    from corridor.data.panel import load_panel

    panel = load_panel()
    rows = [_described(name, panel.entry(name)) for name in panel.names()]
    {"text": _print_tables, "csv": print_csv, "json": print_json}[form](rows)


def _described(name: str, entry: Entry) -> Row:
    from corridor.data.catalogue import source

    publisher = source(entry.source)
    return {
        "table": name,
        "publisher": publisher.publisher,
        "title": publisher.title,
        "revision": entry.revision,
        "licence": f"{publisher.licence} ({publisher.licence_status})",
        "years": "-".join(map(str, entry.years)) if entry.years else "",
        "areas": entry.coverage,
        "rows": entry.rows,
        "bytes": entry.bytes,
        "sha256": entry.sha256[:12],
    }


@data_command.command("check")
@click.option("--plausible", is_flag=True, help="List past moves that look wrong, with the reasons, in Markdown.")
def check_tables(*, plausible: bool) -> None:
    """Check that no table has changed since this panel was built."""
    from corridor.data.panel import load_panel
    from corridor.errors import PanelError

    panel = load_panel()
    if plausible:
        from corridor.reports.validation.plausibility import plausibility_page

        say(plausibility_page(panel), nl=False)
        return
    damaged = panel.damaged()
    if damaged:
        raise PanelError(damaged)
    say(f"{len(panel.names())} tables, {panel.registry.bytes / 1e6:.1f} MB. All tables are unchanged.")


@data_command.command("rules")
@_form
def list_rules(form: str) -> None:
    """List the rules that fill gaps in the published figures. Status J means our judgement."""
    from corridor.data.rules.holes import RULES

    rows: list[Row] = [
        {
            "rule": rule.id,
            "status": rule.status,
            "areas": " ".join(rule.areas),
            "tables": " ".join(rule.tables),
            "does": rule.does,
            "why": rule.why,
        }
        for rule in RULES
    ]
    {"text": _print_rules, "csv": print_csv, "json": print_json}[form](rows)


@data_command.command("build")
@click.option("--from", "sources", type=click.Path(path_type=Path), required=True, help="Folder with the source files.")
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path("panel"), show_default=True)
def build(sources: Path, out: Path) -> None:
    """Build a panel from source files, with our own estimates. If a step fails, nothing is written."""
    from corridor.data.build import build_panel
    from corridor.estimate.world.derivations import derivations

    claim(out)
    registry = build_panel(sources, out, derivations(sources), progress=lambda name: say(f"  {name}", err=True))
    say(f"{out}: {len(registry.entries)} tables, {registry.bytes / 1e6:.1f} MB")


@data_command.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
def import_file(kind: str, file: Path) -> None:
    """Import a published table that we may not distribute.

    KIND is warming, effects, flows, distance or bds. FILE is a table. For the kind bds, FILE is the folder with the
    nine tables that docs/results/bds.md lists. A table of flows has the columns orig, dest, year and persons, and may
    have the columns definition and source; TOTAL means all areas. Reports show imported flows beside our estimates.
    """
    from corridor.data.tables.imports import BDS, import_notes, import_table

    if kind == BDS:
        from corridor.data.tables.bds_import import import_bds

        place = import_bds(file)
    else:
        place = import_table(kind, file)
    for note in import_notes(place):
        say(f"note: {note}")
    say(f"The table is kept in {place}")


def _print_tables(rows: list[Row]) -> None:
    from itertools import groupby

    def heading(row: Row) -> str:
        """Return the line above the tables of one publication."""
        return f"{row['publisher']}: {row['title']}. {row['licence']}"

    line = "  {table:<29} {years:>9} {areas:>5} {rows:>9,} {bytes:>9,} {sha256:.8}"
    say("  table                             years areas      rows     bytes sha256")
    for publication, tables in groupby(sorted(rows, key=heading), heading):
        say(publication, bold=True)
        for row in tables:
            say(line.format(**row))


def _print_rules(rows: list[Row]) -> None:
    for row in rows:
        say(f"{row['rule']} ({row['status']}) {row['areas']}".rstrip(), bold=True)
        for text in (f"{row['does']} {row['why']}", f"Tables: {row['tables']}"):
            say(click.wrap_text(text, 100, initial_indent="  ", subsequent_indent="  "))
