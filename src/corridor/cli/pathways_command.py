"""`corridor pathways`: legal pathways from one area to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.calendar import BASE_YEAR
from corridor.cli.options import (
    YEARS,
    Choice,
    IntRange,
    Number,
    Places,
    anchor_option,
    claim,
    folder_of,
    scenario_option,
    seed_option,
    settings_option,
)
from corridor.cli.printing import print_csv, print_json, progress_bar, say, terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from corridor.analysis.pathway_plan import PathwayAnswer
    from corridor.data.panel import Panel
    from corridor.drivers.settings_today import CorridorSetting
    from corridor.reports.pathways.request import PathwayRequest


@click.group("pathways", short_help="Show the legal pathways of a corridor, or plan more places.")
def pathways_command() -> None:
    """Show the legal pathways from one area to another, or plan where more places help most."""


@pathways_command.command("settings")
@click.argument("orig", type=Places())
@click.argument("dest", type=Places())
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def settings_command(orig: str, dest: str, form: str) -> None:
    """Show what is known today about legal ways from ORIG to DEST.

    Every line has its source and status. The table covers visas, shared memberships, agreements and resettlement.
    Where nothing is known, it shows the prior that the model uses.
    """
    from dataclasses import asdict

    from corridor.data.panel import load_panel
    from corridor.drivers.settings_today import settings_today

    found = settings_today(load_panel(), orig, dest)
    if form == "table":
        _print_settings(found)
    else:
        {"csv": print_csv, "json": print_json}[form]([asdict(each) for each in found])


def _print_settings(found: Sequence[CorridorSetting]) -> None:
    from rich.table import Table

    from corridor.drivers.parameters import STATUSES

    table = Table(box=None, header_style="bold", padding=(0, 2, 1, 0))
    table.add_column("about", no_wrap=True)
    for head, ratio in (("what", 3), ("source", 2)):
        table.add_column(head, ratio=ratio, overflow="fold")
    table.add_column("status", no_wrap=True)
    for each in found:
        table.add_row(each.topic, each.says, each.source or "-", each.status or "-")
    terminal().print(table)
    say("; ".join(f"{letter}: {meaning}" for letter, meaning in STATUSES.items()))


@pathways_command.command("optimise")
@click.argument("group", type=Places(), default="CICA")
@click.option(
    "--from", "first", type=YEARS, default=BASE_YEAR + 1, show_default=True, help="First year with additional places."
)
@click.option("--to", "last", type=YEARS, default=2035, show_default=True, help="Last year with additional places.")
@click.option(
    "--aim",
    type=Choice(["least", "gains", "support"]),
    default="least",
    show_default=True,
    help="least = fewest irregular and unmet moves; gains = most even gains; support = best support ratios.",
)
@click.option(
    "--frontier",
    "beside",
    type=Choice(["least", "gains", "support"]),
    help="Also compute plans between the aim and this second aim.",
)
@click.option(
    "--cautious", type=Number(), metavar="SHARE", help="Plan for the worst draws, for example 0.2 = the worst fifth."
)
@click.option(
    "--total",
    default="+10%",
    show_default=True,
    help="Total places a year (for example 500000), or the rise over today's places (for example +10%).",
)
@click.option(
    "--cap",
    "caps",
    multiple=True,
    metavar="WHERE=N",
    help="Limit of places a year for a destination or a kind, for example KOR=60000 or work=+5%. May be repeated.",
)
@click.option("--budget", type=Number(), metavar="N", help="Money for additional places over all years. Needs --cost.")
@click.option(
    "--cost",
    "costs",
    multiple=True,
    metavar="WHERE=N",
    help="Money for one place of a destination or a kind, for example work=500. May be repeated.",
)
@click.option(
    "--draws",
    type=IntRange(0, 1000),
    default=100,
    show_default=True,
    help="Number of trajectories; 0 = one run at the medians.",
)
@seed_option
@scenario_option
@settings_option
@anchor_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the results. [default: pathways-GROUP-YEAR]"
)
def optimise(
    group: str,
    *,
    first: int,
    last: int,
    aim: str,
    beside: str | None,
    cautious: float | None,
    total: str,
    caps: tuple[str, ...],
    budget: float | None,
    costs: tuple[str, ...],
    draws: int,
    seed: int,
    scenario: str,
    settings: tuple[str, ...],
    anchor: str,
    output: Path | None,
) -> None:
    """Find where additional legal places within GROUP serve an aim best.

    A plan adds places to today's, by corridor, kind and year, within limits. The plan is proven to be the best for the
    demand that holds without it. The engine then runs with the plan, because moves change later demand. Both results
    are printed, and the effect of one more place.
    """
    from corridor.reports.pathways.request import check_pathway_request

    folder = output or folder_of("pathways", [group], last)
    request = check_pathway_request(
        group,
        first=first,
        last=last,
        aim=aim,
        beside=beside,
        cautious=cautious,
        total=total,
        caps=caps,
        budget=budget,
        costs=costs,
        scenario=scenario,
        settings=settings,
        anchor=anchor,
        draws=draws,
        seed=seed,
        folder=folder,
    )

    from corridor.data.panel import load_panel
    from corridor.reports.pathways.page import write_plan

    claim(folder)
    panel = load_panel()
    answer = _answer(panel, request)
    page = write_plan(answer, request, panel, folder)
    _print(answer, request, terminal())
    say(f"The page and the data are in {page.parent.absolute()}")


def _answer(panel: Panel, request: PathwayRequest) -> PathwayAnswer:
    from corridor.reports.pathways.request import answer_pathway_request

    with progress_bar() as bar:
        task = bar.add_task("running the world", total=2 * max(request.draws, 1))
        return answer_pathway_request(
            panel,
            request,
            progress=lambda done: bar.advance(task, done),
            say=lambda words: bar.update(task, description=words),
        )


def _print(answer: PathwayAnswer, request: PathwayRequest, console: Console) -> None:
    from corridor.reports.pathways.page import (
        SHOWN,
        caps_words,
        change_cells,
        changes_of,
        difference_words,
        frontier_cells,
        method_words,
        opening_cells,
        openings_of,
        price_words,
        proof_words,
        yearly_cells,
    )

    years = f"{request.years[0]}-{request.years[-1]}"
    _table(
        console,
        f"Within {request.group}, {years}, persons a year",
        ("", "without", "promised", "engine", "80 % of draws"),
        [change_cells(change) for change in changes_of(answer)],
    )
    _table(
        console,
        "Changes by year, promised and in the engine",
        ("", "places", "legal", "engine", "irregular", "engine", "unmet", "engine"),
        list(yearly_cells(answer)),
    )
    openings = [opening_cells(opening) for opening in openings_of(answer)[:SHOWN]]
    _table(console, "Largest openings, a year", ("", "kind", "today", "added", "legal moves"), openings)
    if answer.frontier is not None:
        heads = ("plan", *(aim.name for aim in answer.frontier.aims), "gap")
        _table(console, "Between two aims", heads, frontier_cells(answer))
    say(f"Within: {'; '.join(caps_words(request))}.")
    for words in (*price_words(answer), difference_words(answer), proof_words(answer), method_words(request)):
        say(words)


def _table(console: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for position, head in enumerate(heads):
        table.add_column(head, justify="right" if position else "left", no_wrap=position > 0)
    for row in rows:
        table.add_row(*row)
    console.print(table)
