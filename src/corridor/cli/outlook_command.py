"""`corridor outlook`: moves of a group now and later, in a table and a brief."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.calendar import BASE_YEAR
from corridor.cli.options import (
    SEEDS,
    YEARS,
    Choice,
    IntRange,
    Places,
    anchor_option,
    claim,
    folder_of,
    scenario_option,
    settings_option,
)
from corridor.cli.printing import progress_bar, say, terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from corridor.errors import Problem
    from corridor.reports.outlook.answer import Outlook


@click.command("outlook", short_help="Project moves to, from and within a group; write a brief.")
@click.option(
    "--group",
    "groups",
    type=Places(),
    multiple=True,
    default=("CICA",),
    help="A group or an area. May be repeated. [default: CICA]",
)
@click.option("--to", "last", type=YEARS, default=2060, show_default=True, help="Last year of the projection.")
@scenario_option
@settings_option
@anchor_option
@click.option(
    "--base",
    type=Choice(["2020-2024", "2010-2024", "2010-2020", "2015-2024", "model"]),
    default="2020-2024",
    show_default=True,
    help="Past years whose rates continue; or model = rates of the corridor model.",
)
@click.option(
    "--flows",
    type=click.Path(path_type=Path),
    help="Also write the moves between all areas in every year to this file (.csv, .parquet or .nc).",
)
@click.option(
    "--draws",
    type=IntRange(0, 1000),
    default=0,
    show_default=True,
    help="Number of draws to add to the file of --flows, beside the central run.",
)
@click.option(
    "--seed",
    type=SEEDS,
    default=1,
    show_default=True,
    help="Seed of the random numbers. The same seed gives the same draws.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the report. [default: outlook-GROUP-YEAR]"
)
def outlook_command(
    *,
    groups: tuple[str, ...],
    last: int,
    scenario: str,
    settings: tuple[str, ...],
    anchor: str,
    base: str,
    flows: Path | None,
    draws: int,
    seed: int,
    output: Path | None,
) -> None:
    """Project how many people move to, from and within a group of areas.

    The command prints a table and writes a brief, with its data, into a folder.
    """
    from corridor.errors import InputError
    from corridor.reports.outlook.flows_file import draws_problems, flows_file_problems, write_flows
    from corridor.reports.request import check_request, gathered

    folder = output or folder_of("outlook", groups, last, scenario, settings)
    problems: list[Problem] = [*draws_problems(draws, seed, flows)]
    problems += [] if flows is None else flows_file_problems(flows)
    request = gathered(
        problems, lambda: check_request(groups, last, anchor, base, folder, scenario=scenario, settings=settings)
    )
    if problems or request is None:
        raise InputError(problems)

    from corridor.data.panel import load_panel
    from corridor.estimate.world.reported import load_reported
    from corridor.reports.outlook.answer import compute_outlook
    from corridor.reports.outlook.causes import compute_causes, runs_of_causes
    from corridor.reports.outlook.export import report_outlook

    claim(folder)
    panel = load_panel()
    reported = load_reported(panel)
    with progress_bar() as bar:
        task = bar.add_task("projecting the world", total=last - BASE_YEAR + 1)
        outlook = compute_outlook(panel, request, progress=lambda _: bar.advance(task))
        runs = bar.add_task("causes: running it again", total=runs_of_causes(request.scenario.settings))
        causes = compute_causes(outlook, progress=lambda done: bar.advance(runs, done))
    brief = report_outlook(outlook, causes, panel, reported, folder)
    if flows is not None:
        if draws:
            _write_draws(outlook, flows, draws, seed)
        else:
            write_flows(outlook, flows)
    console = terminal()
    members = [_members_table(outlook)] if len(outlook.positions) > 1 else []
    for table in (_group_table(outlook), *members, _corridors_table(outlook)):
        console.print(table)
    say(f"The report is in {brief.absolute()}")


def _write_draws(outlook: Outlook, path: Path, draws: int, seed: int) -> None:
    from corridor.reports.outlook.flow_draws import drawn_flows, write_drawn_flows

    with progress_bar() as bar:
        task = bar.add_task("writing draws", total=draws)
        write_drawn_flows(drawn_flows(outlook, draws, seed), path, progress=lambda done: bar.advance(task, done))


def _group_table(outlook: Outlook) -> Table:
    """Moves and population of the group."""
    from corridor.figures.wording import persons
    from corridor.reports.outlook.answer import group_moves

    moves, years = group_moves(outlook), outlook.projection.years
    rows = [
        (label, persons(values[0]), persons(values[-1]), persons(values.sum()) if summed else "")
        for label, values, summed in (
            ("population, 1 January", moves.population, False),
            ("UN medium", moves.population_un, False),
            ("moves in", moves.inward, True),
            ("moves out", moves.outward, True),
            ("moves within", moves.within, True),
        )
        if label != "moves within" or values.any()
    ]
    title = f"{outlook.request.group}, anchor {outlook.request.anchor}"
    return _table(title, ("", str(years[0]), str(years[-1]), f"{years[0]}-{years[-1]}"), rows)


def _members_table(outlook: Outlook) -> Table:
    """Population and moves of every member, now and later."""
    from corridor.areas import areas
    from corridor.reports.outlook.words import by_name, member_sheet

    rows = []
    for position in by_name(outlook):
        sheet = member_sheet(outlook, position)
        people = (sheet.population_now, sheet.population_later)
        moves = (sheet.in_now, sheet.in_later, sheet.out_now, sheet.out_later)
        net = (sheet.net_now, sheet.net_later)
        rows.append(
            (
                areas()[position].short_name,
                *(f"{value / 1e6:,.1f}" for value in people),
                *(f"{value / 1e3:,.0f}" for value in moves),
                *(f"{value / 1e3:+,.0f}" for value in net),
            )
        )
    years = (outlook.projection.years[0], outlook.projection.years[-1])
    heads = [f"{what}\n{year}" for what in ("people", "in", "out", "net") for year in years]
    return _table("Members: people in millions, moves a year in thousands", ("", *heads), rows)


def _corridors_table(outlook: Outlook) -> Table:
    """The world's largest corridors, now and later."""
    from corridor.areas import areas
    from corridor.figures.wording import persons
    from corridor.reports.outlook.answer import largest_corridors

    names, years = [area.short_name for area in areas()], outlook.projection.years
    rows = []
    for now, later in zip(largest_corridors(outlook.now, 10), largest_corridors(outlook.later, 10), strict=True):
        rows.append(
            tuple(
                cell
                for (orig, dest), flows in ((now, outlook.now), (later, outlook.later))
                for cell in (f"{names[orig]} to {names[dest]}", persons(flows[orig, dest]))
            )
        )
    title = "The world's largest corridors, moves a year"
    return _table(title, (str(years[0]), "persons", str(years[-1]), "persons"), rows, left=(0, 2))


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for position, head in enumerate(heads):
        table.add_column(head, justify="left" if position in left else "right", no_wrap=position not in left)
    for row in rows:
        table.add_row(*row)
    return table
