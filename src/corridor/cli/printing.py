"""Rows printed as CSV or JSON, for every command that offers both beside its own table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def print_csv(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows with one header; nothing if there are none."""
    import csv
    import sys

    if rows:
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def print_json(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows as a list of objects."""
    import json

    click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
