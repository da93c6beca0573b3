"""`corridor pathways`: legal ways from one area to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corridor.cli.printing import print_csv, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.drivers.settings_today import Setting


@click.group("pathways", short_help="Legal pathways: what is known today about a corridor.")
def pathways_command() -> None:
    """Legal ways from one area to another."""


@pathways_command.command("settings")
@click.argument("orig")
@click.argument("dest")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def settings(orig: str, dest: str, form: str) -> None:
    """What is known today about the way from ORIG to DEST, with source and status of every line, and what is not.

    Visa, shared memberships, agreements, resettlement, and the priors that stand for what is not known.
    """
    from dataclasses import asdict

    from corridor.data.panel import load_panel
    from corridor.drivers.settings_today import settings_today

    found = settings_today(load_panel(), orig, dest)
    if form == "table":
        _print_table(found)
    else:
        {"csv": print_csv, "json": print_json}[form]([asdict(each) for each in found])


def _print_table(found: Sequence[Setting]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from corridor.drivers.parameters import STATUSES

    table = Table(box=None, header_style="bold", padding=(0, 2, 1, 0))
    table.add_column("about", no_wrap=True)
    for head, ratio in (("what", 3), ("source", 2)):
        table.add_column(head, ratio=ratio, overflow="fold")
    table.add_column("status", no_wrap=True)
    for each in found:
        table.add_row(*map(Text, (each.topic, each.says, each.source or "-", each.status or "-")))
    Console(highlight=False).print(table)
    click.echo("; ".join(f"{letter}: {meaning}" for letter, meaning in STATUSES.items()))
