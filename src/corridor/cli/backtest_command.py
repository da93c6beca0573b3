"""`corridor backtest`: the engine held against what is published."""

from __future__ import annotations

import click

from corridor.cli.printing import aligned


@click.group("backtest", short_help="The engine held against what is published.")
def backtest_command() -> None:
    """Hold the engine against what is published."""


@backtest_command.command("un-medium")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "csv"]), default="text", show_default=True)
def un_medium(form: str) -> None:
    """Compare both ways of running the engine with the UN's published medium, by year and by age."""
    from corridor.backtest.un_medium import compare_with_un_medium, departures_frame, errors_frame
    from corridor.data.panel import load_panel

    result = compare_with_un_medium(load_panel())
    for title, frame in (
        (f"Total population against the UN, {len(result.compared)} areas, per cent", errors_frame(result)),
        ("Run with flows: how it departs from the UN", departures_frame(result)),
    ):
        if form == "csv":
            click.echo(frame.to_csv(index=False, lineterminator="\n"))
            continue
        click.echo(f"{title}\n")
        rows = [list(frame.columns), *frame.astype(str).to_numpy().tolist()]
        click.echo(aligned(rows, markdown=form == "markdown") + "\n")
    click.echo(f"Not compared, carried by rule: {', '.join(result.left_out)}", err=form == "csv")


@backtest_command.command("net-rates")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "csv"]), default="text", show_default=True)
def net_rates(form: str) -> None:
    """Predict the net migration rates of the last 5, 15 and 30 years to 2020 from those before."""
    from corridor.backtest.net_rates import hold_outs, hold_outs_frame
    from corridor.data.panel import load_panel

    frame = hold_outs_frame(hold_outs(load_panel()))
    if form == "csv":
        click.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)
        return
    rows = [list(frame.columns), *frame.to_numpy().tolist()]
    click.echo("Net migration rates, 236 areas, errors per 1,000 people a year, coverage in per cent\n")
    click.echo(aligned(rows, markdown=form == "markdown"))
