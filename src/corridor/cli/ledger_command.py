"""`corridor ledger`: what a scenario changes for both sides of a corridor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corridor.cli.options import (
    YEARS,
    Places,
    anchor_option,
    claim,
    draws_option,
    folder_of,
    output_option,
    scenario_option,
    seed_option,
    settings_option,
)
from corridor.cli.printing import progress_bar, say, terminal

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from corridor.analysis.ledger import Ledger
    from corridor.reports.ledger.answer import LedgerRequest
    from corridor.reports.ledger.figures import LedgerFigure


@click.command("ledger", short_help="Show what a scenario changes for both sides of a corridor.")
@click.argument("sides", type=Places(), nargs=-1, required=True)
@scenario_option
@settings_option
@click.option("--to", "last", type=YEARS, default=2040, show_default=True, help="Year of the ledger.")
@draws_option
@seed_option
@anchor_option
@output_option("ledger-SIDES-YEAR")
def ledger_command(
    sides: tuple[str, ...],
    *,
    scenario: str,
    settings: tuple[str, ...],
    last: int,
    draws: int,
    seed: int,
    anchor: str,
    output: Path | None,
) -> None:
    """Show what a scenario changes for two SIDES (areas or groups), compared with the baseline.

    Both sides get the same figures: movers by age and sex, legal, irregular and unmet moves, smuggling and safety,
    support ratios, remittances. The first run with draws after the installation takes longer, because the program
    compiles itself.
    """
    from corridor.reports.ledger.answer import check_ledger_request

    folder = output or folder_of("ledger", sides, last, scenario, settings)
    request = check_ledger_request(
        sides,
        scenario=scenario,
        settings=settings,
        last=last,
        anchor=anchor,
        draws=draws,
        seed=seed,
        folder=folder,
    )

    from corridor.cli.printing import print_reported
    from corridor.data.panel import load_panel
    from corridor.estimate.world.reported import load_reported
    from corridor.reports.ledger.answer import answer_ledger_request
    from corridor.reports.ledger.page import told, write_ledger
    from corridor.reports.outlook.reported import rows_of_views, series

    claim(folder)
    panel, runs = load_panel(), 2 * max(request.draws, 1)
    reported = load_reported(panel)
    with progress_bar() as bar:
        task = bar.add_task(f"running the world {runs:,} times", total=runs)
        ledger = answer_ledger_request(panel, request, progress=lambda done: bar.advance(task, done))
    page = write_ledger(ledger, request, panel, folder, reported)
    console = terminal()
    console.print(_table(ledger, request))
    print_reported(series(rows_of_views(reported, request.views)))
    say(told(ledger, request))
    say(f"The page is {page.absolute()}")


def _table(ledger: Ledger, request: LedgerRequest) -> Table:
    """Scenario and difference of each figure but those by age."""
    from rich import box
    from rich.table import Table

    from corridor.reports.ledger.figures import AGES_OF_MOVERS, figures_of, later_years

    title = f"{request.last}: {request.scenario.title}, and in brackets the difference to the baseline"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("")
    for side in request.sides:
        table.add_column(side.name, justify="right")
    for figure in figures_of(ledger):
        if figure.section == AGES_OF_MOVERS:
            continue
        summed = figure.period == later_years(ledger)
        words = (_words(figure, at) for at in (0, 1))
        table.add_row(f"{figure.name}, {figure.period}" if summed else figure.name, *words)
    return table


def _words(figure: LedgerFigure, side: int) -> str:
    """Word a figure of a side and its change."""
    from corridor.reports.ledger.words import cell, difference

    _, scenario, change = figure.amounts(side)
    value, changed = cell(figure, scenario).value, difference(figure, change).value
    return f"{value} ({changed})" if changed else value
