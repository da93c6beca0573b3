"""`corridor data`: what the panel holds, whether it is whole, how its holes were filled, and how it is built."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from corridor.data.panel import Entry

Row = dict[str, str | int]


@click.group("data")
def data_command() -> None:
    """Show, check and build the panel of published figures (another than the installed one: CORRIDOR_PANEL)."""


@data_command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def list_tables(form: str) -> None:
    """List the tables with publisher, licence, years and the areas they cover, out of 237."""
    from corridor.data.panel import load_panel

    panel = load_panel()
    _print([_described(name, panel.entry(name)) for name in panel.names()], form)


def _described(name: str, entry: Entry) -> Row:
    from corridor.data.catalogue import source

    publisher = source(entry.source)
    return {
        "table": name,
        "publisher": publisher.publisher,
        "licence": f"{publisher.licence} ({publisher.licence_status})",
        "years": "-".join(map(str, entry.years)) if entry.years else "",
        "areas": entry.coverage,
        "rows": entry.rows,
        "bytes": entry.bytes,
        "sha256": entry.sha256[:12],
    }


@data_command.command("check")
def check_tables() -> None:
    """Check that every table is the one that was published with this panel."""
    from corridor.data.panel import load_panel
    from corridor.errors import PanelError

    panel = load_panel()
    damaged = panel.damaged()
    if damaged:
        raise PanelError(damaged)
    click.echo(f"{len(panel.names())} tables, {panel.registry.bytes / 1e6:.1f} MB: all as registered.")


@data_command.command("rules")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def list_rules(form: str) -> None:
    """List the rules that fill holes in the published figures (status J: our judgement)."""
    from corridor.data.holes import RULES

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
    _print(rows, form)


@data_command.command("build")
@click.option("--from", "sources", type=click.Path(path_type=Path), required=True, help="Folder of source files.")
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path("panel"), show_default=True)
def build(sources: Path, out: Path) -> None:
    """Build a panel from source files, whole or not at all."""
    from corridor.data.build import build_panel

    registry = build_panel(sources, out, progress=lambda name: click.echo(f"  {name}", err=True))
    click.echo(f"{out}: {len(registry.entries)} tables, {registry.bytes / 1e6:.1f} MB")


def _print(rows: list[Row], form: str) -> None:
    if form == "json":
        import json

        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif form == "csv":
        import csv
        import sys

        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        _print_table(rows)


def _print_table(rows: list[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for column, value in rows[0].items():
        table.add_column(column, justify="right" if isinstance(value, int) else "left", overflow="fold")
    for row in rows:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else value for value in row.values()))
    Console(highlight=False).print(table)
