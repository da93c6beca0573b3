"""`corridor project`: projections of a user's own tables."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from corridor.cli.options import claim
from corridor.cli.printing import say, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from rich.table import Table

    from corridor.own_regions.results import RegionResults
    from corridor.own_regions.tables import RegionData

LONG_NUMBER = 1e7
"""From here on the table counts in thousands, so that it fits a terminal."""


@click.command("project", short_help="Project your own tables, for regions of any kind.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--template", is_flag=True, help="Write example tables that can be run into FOLDER, and stop.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the results. [default: FOLDER/results]"
)
def project_command(folder: Path, output: Path | None, *, template: bool) -> None:
    """Project the regions of FOLDER by age and sex from simple tables (CSV, Excel or Parquet).

    Only the table population (region, sex, age, persons) is required. These tables may be added, and a stated default
    is used for each one that is left out: life_expectancy or mortality, total_fertility or fertility, sex_ratio,
    net_migration, flows. The settings are in project.toml. Use `--template` to get all tables with their rules.
    """
    if template:
        _write_template(folder)
        return
    from corridor.data.panel import load_panel
    from corridor.data.results_folder import write_results
    from corridor.errors import InputError
    from corridor.own_regions.plausibility import own_data
    from corridor.own_regions.results import output_problems, region_results

    place = output or folder / "results"
    obstacles = list(output_problems(place))
    try:
        data = own_data(folder)
    except InputError as error:
        raise InputError([*error.problems, *obstacles]) from error
    if obstacles:
        raise InputError(obstacles)
    claim(place)
    results = region_results(data, load_panel())
    write_results({}, results.tables, results.made, place)
    _print(results)
    say(f"The results are in {place.absolute()}")


def _write_template(folder: Path) -> None:
    from corridor.own_regions.template import write_template

    for name in write_template(folder):
        say(f"  {folder / name}")
    say(f"You can run them without changes: corridor project {quote(str(folder))}")


def _print(results: RegionResults) -> None:
    """Print what the projection rests on, what to know of it, and a row for every region."""
    for part, told in results.projection.inputs.choices.items():
        say(f"  {part:<18} {told}")
    for line in _settings_lines(results.data):
        say(f"  {line}")
    for note in results.notes:
        say(f"  note: {note}")
    say()
    terminal().print(_summary(results.tables["summary"], results.tables["components"]))


def _settings_lines(data: RegionData) -> Iterator[str]:
    """Yield the settings that the user wrote, and those that hold by default."""
    settings = data.settings
    values = {
        "start": settings.start.isoformat(),
        "years": settings.years,
        "step": data.width,
        "unit": settings.unit,
        "timing": settings.timing,
        "open_age": data.ages[-1],
        "standard": settings.standard,
        "net_migration": settings.net_migration,
    }
    for head, given in (("settings", True), ("default settings", False)):
        words = [f"{name} {value}" for name, value in values.items() if (name in data.given) == given]
        if words:
            yield f"{head:<18} {', '.join(words)}"


def _summary(summary: pd.DataFrame, components: pd.DataFrame) -> Table:
    """People and their ages at the start and the end, and net migration of all years between."""
    from rich import box
    from rich.table import Table

    first, last = summary["date"].iloc[0], summary["date"].iloc[-1]
    net = components.groupby("region")["net_migration"].sum().to_dict()
    table = Table(title=f"From {first} to {last}", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    unit, digits = (1e3, "in 1,000") if summary["persons"].max() >= LONG_NUMBER else (1.0, "")
    parts = (f"people\n{digits}", "median\nage", "depen-\ndency")
    heads = [f"{part}\n{when[:4]}" for part in parts for when in (first, last)]
    for head in (*heads, f"net\nmigration\n{digits or 'in all'}"):
        table.add_column(head, justify="right", no_wrap=True)
    for region, rows in summary.groupby("region", sort=False):
        now, later = rows.iloc[0], rows.iloc[-1]
        table.add_row(
            str(region),
            *(f"{when['persons'] / unit:,.0f}" for when in (now, later)),
            *(f"{when['median_age']:.1f}" for when in (now, later)),
            *(f"{when['dependency_ratio']:.1f}" for when in (now, later)),
            f"{net.get(region, sum(net.values())) / unit:+,.0f}",
        )
    return table
