"""`corridor explain`: why flows change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.cli.options import (
    YEARS,
    Choice,
    Places,
    Scenarios,
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
    from rich.table import Table

    from corridor.reports.explanation.answer import ExplainRequest, ExplanationAnswer


@click.command("explain", short_help="Explain why flows change: demography, income, climate, policy.")
@click.argument("target", type=Places(), nargs=-1, required=True)
@click.option("--to", "last", type=YEARS, default=2060, show_default=True, help="Year to explain.")
@scenario_option
@settings_option
@click.option(
    "--demand",
    type=Choice(["corridor", "bds"]),
    help="corridor = our channels; bds = the climate response of the model of Burzynski, Docquier and Scheewel.",
)
@click.option(
    "--against", type=Scenarios(), help="Compare with this scenario in the same year instead of with the base year."
)
@anchor_option
@draws_option
@seed_option
@output_option("explain-TARGET-YEAR")
def explain_command(
    target: tuple[str, ...],
    *,
    last: int,
    scenario: str,
    settings: tuple[str, ...],
    demand: str | None,
    against: str | None,
    anchor: str,
    draws: int,
    seed: int,
    output: Path | None,
) -> None:
    """Explain why the moves of TARGET change.

    TARGET is an area, a group, World, or two areas (the origin and the destination). The model is run with every
    combination of causes, and Shapley values divide the change among the causes. The first run with draws after the
    installation takes longer, because the program compiles itself.
    """
    from corridor.reports.explanation.answer import check_explain_request, runs_of

    named = target if against is None else (*target, "against", Path(against).name.removesuffix(".toml"))
    folder = output or folder_of("explain", named, last, scenario, settings)
    request = check_explain_request(
        target,
        last=last,
        scenario=scenario,
        settings=settings if demand is None else (*settings, f"demand.model={demand}"),
        against=against,
        anchor=anchor,
        draws=draws,
        seed=seed,
        folder=folder,
    )

    from corridor.cli.printing import print_reported
    from corridor.data.panel import load_panel
    from corridor.estimate.world.reported import load_reported
    from corridor.reports.explanation.answer import answer_explain_request
    from corridor.reports.explanation.page import write_explanation
    from corridor.reports.outlook.reported import rows_of_views, series

    claim(folder)
    panel = load_panel()
    reported = load_reported(panel)
    with progress_bar() as bar:
        task = bar.add_task(f"running the world {runs_of(request):,} times", total=runs_of(request))
        answer = answer_explain_request(panel, request, progress=lambda runs: bar.advance(task, runs))
    page = write_explanation(answer, request, panel, folder, reported)
    console = terminal()
    for view in range(len(answer.central.views)):
        console.print(_table(answer, request, view))
    print_reported(series(rows_of_views(reported, request.views)))
    say(f"The page is {page.absolute()}")


def _table(answer: ExplanationAnswer, request: ExplainRequest, view: int) -> Table:
    from math import isnan

    from rich import box
    from rich.table import Table

    from corridor.figures.wording import persons, signed_persons
    from corridor.reports.explanation.page import direction_of, ends_of_view, items_of

    table = Table(
        title=answer.central.views[view].name,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        caption=direction_of(answer, view, request),
        caption_justify="left",
    )
    for position, head in enumerate(("", "a year", "80 % of draws" if request.draws else "")):
        table.add_column(head, justify="right" if position else "left", no_wrap=position > 0)
    start, end = ends_of_view(answer, view, request)
    for item in (start, *items_of(answer, view, request.anchor), end):
        told = persons if item in (start, end) else signed_persons
        table.add_row(item.name, told(item.value), "" if isnan(item.low) else f"{told(item.low)} to {told(item.high)}")
    return table
