"""`corridor population`: the future population of an area or a group, with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.cli.options import (
    Choice,
    IntRange,
    Places,
    Scenarios,
    anchor_option,
    claim,
    folder_of,
    seed_option,
    settings_option,
)
from corridor.cli.printing import progress_bar, say, terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from corridor.axes import Floats
    from corridor.reports.population.answer import PopulationAnswer


LONG_NUMBER = 1e8
"""From here on the table counts in millions."""
MOST_COLUMNS = 5
"""Dates beside each other by age; of more, every second is shown, the last among them."""


@click.command("population", short_help="Project the population of an area or a group by age and sex.")
@click.argument("area", type=Places())
@click.option(
    "--to",
    "last",
    type=IntRange(BASE_YEAR + 1, LAST_YEAR + 1, "year"),
    default=2060,
    show_default=True,
    help="Project to 1 January of this year.",
)
@click.option(
    "--trajectories",
    type=IntRange(20, 10_000),
    default=200,
    show_default=True,
    help="Number of random futures of the world.",
)
@seed_option
@click.option(
    "--by",
    type=Choice(["total", "age", "sex", "year"]),
    default="total",
    show_default=True,
    help="Print total, age or sex (every ten years), or every year.",
)
@anchor_option
@click.option(
    "--mode",
    type=Choice(["net", "flows", "birthplaces"]),
    help="Treat migration as net, flows or birthplaces. [default: flows; with a scenario: birthplaces]",
)
@click.option(
    "--scenario", type=Scenarios(), help="Let this scenario drive the moves: the name of a shipped one, or a file."
)
@settings_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the results. [default: population-AREA-YEAR]"
)
def population_command(
    area: str,
    *,
    last: int,
    trajectories: int,
    seed: int,
    by: str,
    anchor: str,
    mode: str | None,
    scenario: str | None,
    settings: tuple[str, ...],
    output: Path | None,
) -> None:
    """Project how many people will live in AREA, with intervals of 80 and 95 per cent.

    AREA is an area or a group; the members of a group are summed in every trajectory. The command prints a table and
    writes a page, with its data, into a folder. The first run after the installation takes longer, because the program
    compiles itself.
    """
    folder = output or folder_of("population", [area], last, scenario, settings)
    from corridor.reports.population.answer import (
        check_population_request,
        load_request,
        plan_request,
        population_answer,
    )

    request = check_population_request(
        area,
        last=last,
        trajectories=trajectories,
        seed=seed,
        anchor=anchor,
        mode=mode,
        by=by,
        folder=folder,
        scenario=scenario,
        settings=settings,
    )

    from corridor.data.panel import load_panel
    from corridor.reports.population.page import method_words, nearness_words, peak_words, write_population

    claim(folder)
    panel = load_panel()
    runs = load_request(panel, request)
    say(f"{request.trajectories} trajectories: {plan_request(runs, request)}", err=True)
    with progress_bar() as bar:
        task = bar.add_task("projecting the world", total=request.trajectories)
        answer = population_answer(panel, request, runs=runs, progress=lambda done: bar.advance(task, done))
    page = write_population(answer, panel, folder)
    terminal().print(_table(answer, by))
    for words in (peak_words(answer), nearness_words(answer), method_words(answer)):
        say(words)
    say(f"The page and the data are in {page.parent.absolute()}")


def _table(answer: PopulationAnswer, by: str) -> Table:
    """Print the view that was asked for."""
    if by == "age":
        return _by_age(answer)
    if by == "sex":
        return _by_sex(answer)
    from corridor.reports.population.page import milestones

    unit, called = _unit(answer)
    positions = milestones(answer) if by == "total" else range(len(answer.dates))
    rows = [
        (
            str(answer.dates[i]),
            *(_cell(value, unit) for value in answer.population[:, i]),
            _cell(answer.un[2, i], unit),
            *(f"{answer.measures[name][2, i]:.1f}" for name in ("median_age", "old_age_dependency", "support_ratio")),
        )
        for i in positions
    ]
    heads = ("1 Jan", "lower\n95 %", "lower\n80 %", "central", "upper\n80 %", "upper\n95 %", "UN\nmedium")
    ratios = ("median\nage", "65+ per\n100\n15-64", "20-64\nper\n65+")
    return _frame(f"{answer.request.name}: people in {called}", (*heads, *ratios), rows)


def _by_age(answer: PopulationAnswer) -> Table:
    """Both sexes by five-year age group in tens of years."""
    from corridor.reports.population.page import age_names, milestones

    unit, called = _unit(answer)
    dates = milestones(answer)
    positions = dates[(len(dates) - 1) % 2 :: 2] if len(dates) > MOST_COLUMNS else dates
    people = answer.people[:, :, -1]
    rows = [(name, *(_range(people[:, i, group], unit) for i in positions)) for group, name in enumerate(age_names())]
    title = f"{answer.request.name}: people in {called}, the central run and the range of 80 %"
    return _frame(title, ("age", *(str(answer.dates[i]) for i in positions)), rows)


def _by_sex(answer: PopulationAnswer) -> Table:
    """Women and men in tens of years."""
    from corridor.reports.population.answer import ALL_SEXES
    from corridor.reports.population.page import milestones

    unit, called = _unit(answer)
    rows = [
        (str(answer.dates[i]), *(_range(answer.people[:, i, sex, -1], unit) for sex in range(len(ALL_SEXES))))
        for i in milestones(answer)
    ]
    title = f"{answer.request.name}: people in {called}, the central run and the range of 80 %"
    return _frame(title, ("1 Jan", *ALL_SEXES), rows)


def _unit(answer: PopulationAnswer) -> tuple[float, str]:
    """Return what the table counts in, so that it fits a terminal."""
    return (1e6, "millions") if answer.population.max() >= LONG_NUMBER else (1e3, "thousands")


def _cell(persons: float, unit: float) -> str:
    count = persons / unit
    return f"{count:,.0f}" if count >= 1e3 else f"{count:,.1f}"


def _range(bounds: Floats, unit: float) -> str:
    """Write a figure over its range of 80 %, alone where nothing is unsure."""
    low, central, high = (_cell(persons, unit) for persons in bounds[1:4])
    return central if low == high else f"{central}\n{low} - {high}"


def _frame(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for position, head in enumerate(heads):
        table.add_column(head, justify="right" if position else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table
