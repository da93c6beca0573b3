"""`corridor bds`: climate migrants of the world model of Burzynski, Docquier and Scheewel, from imported tables."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import click

from corridor.cli.printing import aligned

if TYPE_CHECKING:
    import pandas as pd

    from corridor.drivers.channels.bds import Outcome
    from corridor.drivers.channels.bds_tables import World


@click.command("bds", short_help="Climate migrants of the Burzynski-Docquier-Scheewel world model.")
@click.option(
    "--variant",
    type=click.Choice(["published", "mended"]),
    default="mended",
    show_default=True,
    help="As published, or with its slips mended.",
)
@click.option("--group", help="Adults living abroad from a group of areas (CICA) and the world, in place of the table.")
@click.option("--format", "form", type=click.Choice(["table", "markdown", "csv"]), default="table", show_default=True)
def bds_command(variant: str, group: str | None, form: str) -> None:
    """Print the world table of climate migrants: millions of adults without climate change, and what climate adds.

    The model's tables are brought once with `corridor data import bds DIR`; docs/results/bds.md says whence and what
    they are.
    """
    from corridor.drivers.channels.bds import VARIANTS, solve_all, world_table
    from corridor.drivers.channels.bds_tables import load_world

    world = load_world()
    outcomes = solve_all(world, VARIANTS[variant])
    frame = world_table(outcomes, world.north) if group is None else _crossings(world, outcomes, group)
    frame = _rounded(frame)
    if form == "csv":
        click.echo(frame.to_csv(index=False, lineterminator="\n", float_format="%.2f"), nl=False)
        return
    rows = [list(frame.columns), *([_word(cell) for cell in row] for row in frame.to_numpy(dtype=object).tolist())]
    click.echo(aligned(rows, markdown=form == "markdown"))


def _crossings(world: World, outcomes: dict[str, Outcome], group: str) -> pd.DataFrame:
    from corridor.areas import WORLD, meant
    from corridor.drivers.channels.bds import crossing_table
    from corridor.errors import InputError, Problem

    name, members = meant(group)
    inside = [area.iso3 for area in members if area.iso3 in world.codes]
    absent = [area.iso3 for area in members if area.iso3 not in world.codes]
    if not inside:
        remedy = "docs/results/bds.md names the 58 areas that the model lacks"
        raise InputError(Problem("no area of the group is in the model", remedy, column="--group", value=group))
    if absent:
        click.echo(f"Not in the model: {', '.join(absent)}", err=True)
    return crossing_table(outcomes, world.codes, {WORLD: world.codes, name: inside})


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table in two decimals, without minus before zero."""
    numbers = frame.select_dtypes("number").round(2) + 0.0
    return frame.assign(**{str(name): values for name, values in numbers.items()})


def _word(cell: object) -> str:
    """Return a cell as a word; the published table has a dash where it gives no total."""
    if not isinstance(cell, float):
        return str(cell)
    return "-" if isnan(cell) else f"{cell:.2f}"
