"""`corridor sensitivity`: the parameters that contribute most to uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corridor.cli.options import (
    YEARS,
    IntRange,
    Places,
    anchor_option,
    claim,
    folder_of,
    output_option,
    scenario_option,
    seed_option,
    settings_option,
)
from corridor.cli.printing import progress_bar, say, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.table import Table

    from corridor.analysis.sensitivity import Sensitivity

LEAST = 0.01
"""Parameters whose total index is below this everywhere are not printed."""


@click.command("sensitivity", short_help="Find the parameters that matter most (Sobol' indices).")
@click.argument("target", type=Places(), nargs=-1, required=True)
@click.option("--to", "last", type=YEARS, default=2060, show_default=True, help="Year to measure.")
@scenario_option
@settings_option
@anchor_option
@click.option(
    "--samples",
    type=IntRange(8, 1024),
    default=64,
    show_default=True,
    help="Number of base points, a power of 2. More points give more exact indices.",
)
@seed_option
@output_option("sensitivity-TARGET-YEAR")
def sensitivity_command(
    target: tuple[str, ...],
    *,
    last: int,
    scenario: str,
    settings: tuple[str, ...],
    anchor: str,
    samples: int,
    seed: int,
    output: Path | None,
) -> None:
    """Find the parameters that contribute most to the uncertainty of the moves of TARGET, and of the world.

    TARGET is an area, a group, World, or two areas (the origin and the destination). The command prints total Sobol'
    indices. A total index is the share of the variance that would remain if all other parameters were known. All
    parameters of the active channels vary together; populations and emigration propensities stay at their medians.
    """
    from corridor.reports.sensitivity.answer import answer_sensitivity_request, check_sensitivity_request

    folder = output or folder_of("sensitivity", target, last)
    request = check_sensitivity_request(
        target,
        last=last,
        scenario=scenario,
        settings=settings,
        anchor=anchor,
        samples=samples,
        seed=seed,
        folder=folder,
    )

    from corridor.data.panel import load_panel
    from corridor.reports.sensitivity.page import beyond_words, write_sensitivity

    claim(folder)
    panel, plan = load_panel(), request.plan
    say(f"The world is run {plan.size:,} times; {len(plan.parameters)} parameters vary", err=True)
    with progress_bar() as bar:
        task = bar.add_task("running the world", total=plan.size)
        found = answer_sensitivity_request(panel, request, progress=lambda runs: bar.advance(task, runs))
    page = write_sensitivity(found, request, panel, folder)
    console, views = terminal(), len(request.views)
    for title, places in (("", range(views)), (", by climate", range(views, len(found.outputs)))):
        if places:
            console.print(_table(found, places, f"{request.name}, {request.last}{title}: total indices"))
    if said := beyond_words(found, request, LEAST):
        say(said)
    say(f"The page and the data are in {page.parent.absolute()}")


def _table(found: Sensitivity, places: Sequence[int], title: str) -> Table:
    """Mean and spread of some outputs, and the parameters that matter for any of them."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for place in places:
        table.add_column(found.outputs[place].removesuffix(", by climate").replace(", ", ",\n"), justify="right")
    for row in _rows(found, places):
        table.add_row(*row)
    return table


def _rows(found: Sensitivity, places: Sequence[int]) -> Iterator[tuple[str, ...]]:
    from corridor.drivers.registry import TITLES
    from corridor.figures.wording import persons

    chosen = list(places)
    yield "mean, persons a year", *(persons(float(value)) for value in found.moves[chosen].mean(axis=1))
    yield "standard deviation", *(persons(float(value)) for value in found.moves[chosen].std(axis=1))
    total = found.indices.total[chosen]
    for parameter in sorted(range(len(found.parameters)), key=lambda at: -total[:, at].max()):
        if total[:, parameter].max() >= LEAST:
            yield TITLES[found.parameters[parameter]], *(f"{value:.2f}" for value in total[:, parameter])
