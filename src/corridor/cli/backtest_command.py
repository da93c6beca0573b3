"""`corridor backtest`: comparisons of the engine with published figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.cli.options import claim
from corridor.cli.printing import aligned, progress_bar, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from corridor.backtest.flow_products import FlowProduct
    from corridor.data.panel import Panel


@click.group("backtest", short_help="Compare forecasts and estimates with published figures.")
def backtest_command() -> None:
    """Compare forecasts and estimates with published figures and with records."""


@backtest_command.command("un-medium")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "csv"]), default="text", show_default=True)
def un_medium(form: str) -> None:
    """Compare both modes of the engine with the UN's published medium projection, by year and by age."""
    from corridor.backtest.un_medium import compare_with_un_medium, departures_frame, errors_frame
    from corridor.data.panel import load_panel

    result = compare_with_un_medium(load_panel())
    for title, frame in (
        (f"Total population against the UN, {len(result.compared)} areas, per cent", errors_frame(result)),
        ("Differences between the run with flows and the UN", departures_frame(result)),
    ):
        if form == "csv":
            say(frame.to_csv(index=False, lineterminator="\n"))
            continue
        say(f"{title}\n")
        rows = [list(frame.columns), *frame.astype(str).to_numpy().tolist()]
        say(aligned(rows, markdown=form == "markdown") + "\n")
    say(f"Not compared, because rules fill their figures: {', '.join(result.left_out)}", err=form == "csv")


@backtest_command.command("net-rates")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "csv"]), default="text", show_default=True)
def net_rates(form: str) -> None:
    """Predict the net migration rates of the 5, 15 and 30 years to 2020 from the years before, and score the result."""
    from corridor.backtest.net_rates import hold_outs, hold_outs_frame
    from corridor.data.panel import load_panel

    title = "Net migration rates, 236 areas, errors per 1,000 people a year, coverage in per cent"
    _print(hold_outs_frame(hold_outs(load_panel())), form, title)


@backtest_command.command("flows")
@click.option(
    "--product",
    type=click.Choice(["moves", "imported"]),
    default="moves",
    show_default=True,
    help="moves = our estimates; imported = flows over periods that you brought with `corridor data import flows`.",
)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "csv"]), default="text", show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Number of processes.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the page. [default: flow-skill-PRODUCT]"
)
def flows(product: str, form: str, workers: int, seed: int, output: Path | None) -> None:
    """Forecast flows from every fifth year, 1995 to 2015, with earlier data only, and score the forecasts.

    Results are kept in the folder. A run that was stopped continues where it stopped.
    """
    from corridor.backtest.boosted_trees import LEFT_OUT, installed
    from corridor.backtest.rolling import ORIGINS, planned, run_rolling, skill_frame
    from corridor.data.panel import load_panel
    from corridor.reports.validation.flow_skill import first_period_table, write_flow_skill

    if not installed():
        say(f"Note: {LEFT_OUT}.", err=True)
    folder = output or Path(f"flow-skill-{product}")
    claim(folder)
    panel = load_panel()
    chosen = _product(panel, product)
    origins = [origin for origin in ORIGINS if origin in chosen.starts[1:]]
    with progress_bar() as bar:
        jobs = planned(chosen, origins=origins, seed=seed)
        task = bar.add_task("forecasting", total=len(jobs))
        results = run_rolling(
            chosen,
            folder / "results",
            origins=origins,
            seed=seed,
            workers=workers,
            progress=lambda _: bar.advance(task),
        )
    skill = skill_frame(results)
    command = f"corridor backtest flows --product {product} --seed {seed}"
    page = write_flow_skill(results, skill, panel, folder, command)
    title = "Flows one period ahead, all origins; skill against persistence with its 95 % interval"
    _print(first_period_table(results, skill), form, title)
    say(f"Page: {page}", err=True)


@backtest_command.command("moves")
@click.argument("sources", type=click.Path(path_type=Path))
@click.option(
    "--seeds", type=click.IntRange(1, 10), default=3, show_default=True, help="Number of random splits into folds."
)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "csv"]), default="text", show_default=True)
def moves(sources: Path, seeds: int, form: str) -> None:
    """Score our estimate of moves, and its rivals, on countries whose measured flows it did not use.

    SOURCES is the folder of source files that `corridor data build` reads.
    """
    from corridor.backtest.moves_validation import held_out, known_of, score_table
    from corridor.data.panel import load_panel

    panel = load_panel()
    known = known_of(panel, sources)
    found = [held_out(known, seed) for seed in range(seeds)]
    frame = score_table(panel, sources, known, found).round(3)
    _print(frame.astype(str), form, "Measured moves 2019-2022, mean a year: scores")


def _product(panel: Panel, name: str) -> FlowProduct:
    from corridor.backtest.flow_products import panel_product, published_product
    from corridor.data.tables.imports import imported

    return published_product(panel, "imported", imported("flows")) if name == "imported" else panel_product(panel)


@backtest_command.command("un-vintages")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "markdown", "csv"]), default="text", show_default=True)
def un_vintages(file: Path, form: str) -> None:
    """Compare net migration in old UN revisions with what WPP 2024 reports for the same years.

    FILE is a CSV file with the columns vintage, iso3, period (2010-2015) and net_migration_thousands.
    """
    from corridor.backtest.un_vintages import ex_ante, ex_ante_frame, read_revisions
    from corridor.data.panel import load_panel

    revisions, notes = read_revisions(file)
    _tell(notes)
    frame = ex_ante_frame(ex_ante(load_panel(), revisions))
    _print(frame, form, "Net migration of old revisions, periods begun after each came out, persons a year")


@backtest_command.command("anchors")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--product", type=click.Choice(["moves", "imported"]), default="moves", show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "csv"]), default="text", show_default=True)
def anchors(file: Path, product: str, form: str) -> None:
    """Find with old UN revisions how closely a baseline should follow the UN's net migration.

    FILE is a CSV file with the columns vintage, iso3, period (2010-2015) and net_migration_thousands.
    """
    from corridor.backtest.anchor_weights import shown_weights, weight_errors, weight_frame
    from corridor.backtest.un_vintages import read_revisions
    from corridor.data.panel import load_panel

    revisions, notes = read_revisions(file)
    _tell(notes)
    found = weight_frame(weight_errors(_product(load_panel(), product), revisions))
    title = "Skill against persistence by the share of the UN's net migration, periods begun after each revision, %"
    _print(shown_weights(found), form, title)


def _tell(notes: Iterable[str]) -> None:
    """Say how a file was read, beside the answer, which may be CSV."""
    for note in notes:
        say(f"note: {note}", err=True)


def _print(frame: pd.DataFrame, form: str, title: str) -> None:
    if form == "csv":
        say(frame.to_csv(index=False, lineterminator="\n"), nl=False)
        return
    rows = [list(frame.columns), *frame.astype(str).to_numpy().tolist()]
    say(f"{title}\n\n" + aligned(rows, markdown=form == "markdown"))
