"""`corridor explain`: why flows change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.cli.options import anchor_option, folder_of, scenario_option, settings_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from corridor.explain.attribution import Explanation
    from corridor.outlook.explanation import ExplainRequest


@click.command("explain", short_help="Why flows change: parts of demography, income, climate and policy.")
@click.argument("target", nargs=-1, required=True)
@click.option("--to", "last", default="2060", show_default=True, help="The year to explain, up to 2100.")
@scenario_option
@settings_option
@click.option("--demand", help="corridor: our channels. bds: the climate response of the model of that name.")
@click.option("--against", help="Compare with this scenario in the same year, not with 2025.")
@anchor_option
@click.option("--draws", default="32", show_default=True, help="Trajectories behind the ranges; 0: medians only.")
@click.option("--seed", default="1", show_default=True, help="Which trajectories: the same seed gives the same.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the page. [default: explain-TARGET-YEAR]"
)
def explain_command(
    target: tuple[str, ...],
    *,
    last: str,
    scenario: str,
    settings: tuple[str, ...],
    demand: str | None,
    against: str | None,
    anchor: str,
    draws: str,
    seed: str,
    output: Path | None,
) -> None:
    """Why moves of TARGET change: an area, a group, World, or two areas, the origin and the destination.

    Every combination of causes is run and Shapley values share the change among them. The first run of an installation
    with draws compiles its loops, which takes some ten seconds.
    """
    from corridor.outlook.explanation import check_explain_request, runs_of

    folder = output or folder_of("explain", target, last)
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
    from rich.console import Console
    from rich.progress import Progress

    from corridor.data.panel import load_panel
    from corridor.outlook.explanation import answer_explain_request
    from corridor.outlook.explanation_report import write_explanation

    panel = load_panel()
    with Progress(transient=True, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"running the world {runs_of(request):,} times", total=runs_of(request))
        explanation = answer_explain_request(panel, request, progress=lambda runs: bar.advance(task, runs))
    page = write_explanation(explanation, request, panel, folder)
    console = Console()
    for view in range(len(explanation.views)):
        console.print(_table(explanation, request, view))
    click.echo(f"The page is {page.absolute()}")


def _table(explanation: Explanation, request: ExplainRequest, view: int) -> Table:
    from rich import box
    from rich.table import Table

    from corridor.outlook.explanation_report import ends_of, items_of
    from corridor.outlook.figures.wording import persons, signed_persons

    table = Table(title=explanation.views[view].name, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for position, head in enumerate(("", "a year", "80 % of draws" if request.draws else "")):
        table.add_column(head, justify="right" if position else "left", no_wrap=position > 0)
    start, end = ends_of(request)
    rows: Sequence[tuple[str, str, str]] = [
        (start, persons(float(explanation.base[:, view].mean())), ""),
        *(
            (
                item.name,
                signed_persons(item.mean),
                f"{signed_persons(item.low)} to {signed_persons(item.high)}" if request.draws else "",
            )
            for item in items_of(explanation, view, request.anchor)
        ),
        (end, persons(float(explanation.later[:, view].mean())), ""),
    ]
    for row in rows:
        table.add_row(*row)
    return table
