"""`corridor bds`: climate migrants of the world model of Burzynski, Docquier and Scheewel, from imported tables."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import click

from corridor.cli.printing import aligned, say

if TYPE_CHECKING:
    import pandas as pd

    from corridor.drivers.channels.bds import BdsOutcome
    from corridor.drivers.channels.bds_tables import BdsWorld


@click.command("bds", short_help="Run the Burzynski-Docquier-Scheewel model of climate migration.")
@click.option(
    "--variant",
    type=click.Choice(["published", "mended"]),
    default="mended",
    show_default=True,
    help="published = the model as published; mended = the model with its errors corrected.",
)
@click.option(
    "--group",
    help="Print the emigrant adults of a group of areas (for example CICA) and of the world instead of the table.",
)
@click.option("--format", "form", type=click.Choice(["table", "markdown", "csv"]), default="table", show_default=True)
def bds_command(variant: str, group: str | None, form: str) -> None:
    """Print the world table of climate migrants: millions of adults without climate change, and the effect of climate.

    Import the model's tables once with `corridor data import bds DIR`. The page docs/results/bds.md lists the tables
    and says where to get them.
    """
    from corridor.drivers.channels.bds import VARIANTS, solve_all, world_table
    from corridor.drivers.channels.bds_tables import load_world

    world = load_world()
    outcomes = solve_all(world, VARIANTS[variant])
    frame = world_table(outcomes, world.north) if group is None else _crossings(world, outcomes, group)
    frame = _rounded(frame)
    if form == "csv":
        say(frame.to_csv(index=False, lineterminator="\n", float_format="%.2f"), nl=False)
        return
    rows = [list(frame.columns), *([_word(cell) for cell in row] for row in frame.to_numpy(dtype=object).tolist())]
    say(aligned(rows, markdown=form == "markdown"))


def _crossings(world: BdsWorld, outcomes: dict[str, BdsOutcome], group: str) -> pd.DataFrame:
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
        say(f"Not in the model: {', '.join(absent)}", err=True)
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
