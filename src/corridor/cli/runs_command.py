"""`corridor runs`: list, show, check, compare, export and delete stored runs; `corridor cite` cites one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.cli.options import Choice, Places
from corridor.cli.printing import json_text, say, terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.table import Table

NARROWEST = 10
"""Letters of a first column that no table is too wide for."""
RUN = click.argument("run", metavar="RUN")
FORMAT = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)


@click.group("runs", short_help="List, show, check, compare, export and delete stored runs.")
def runs_command() -> None:
    """Work with runs that corridor run has stored."""


@runs_command.command("list", short_help="List runs, and how far each has come.")
@click.argument("folder", type=click.Path(), default="runs")
@FORMAT
def list_command(folder: str, form: str) -> None:
    """List the runs in FOLDER (default: runs), a folder or an address, and how far each has come."""
    from dataclasses import asdict

    from corridor.stored_runs.listing import list_runs

    found = list(list_runs(folder))
    if form == "json":
        say(json_text([asdict(run) for run in found]))
        return
    rows = [
        (run.folder, run.title, run.years, f"{run.draws:,}", run.state, f"{run.size / 1e6:,.1f}", run.finished)
        for run in found
    ]
    terminal().print(
        _table(("run", "scenario", "years", "draws", "state", "MB", "finished"), rows, left=(0, 1, 2, 4, 6))
    )


@runs_command.command("show", short_help="Show what a run answers, and from which inputs.")
@RUN
@FORMAT
def show_command(run: str, form: str) -> None:
    """Show what a run answers, from which inputs, and what it found for the world."""
    from corridor.stored_runs.run_folder import open_run

    stored = open_run(run)
    facts = {"run": run, **stored.stated, **{key: stored.inputs[key] for key in ("corridor", "libraries")}}
    facts["corridors"] = _counted(stored.stated["corridors"])
    if stored.finished is not None:
        facts |= {"digest": stored.digest, **stored.finished["times"]}
    if form == "json":
        say(json_text({**facts, "panel": stored.inputs["panel"], "imported": stored.inputs["imported"]}))
        return
    for key, value in facts.items():
        say(f"{key.replace('_', ' '):<18} {value}")
    if stored.finished is None:
        say("The run is not finished. Go on with it: corridor run --resume")
        return
    from corridor.api.run import run_of

    say()
    say(repr(run_of(stored)).splitlines()[1].strip())


def _counted(pairs: list[str]) -> str:
    return ", ".join(pairs) if len(pairs) <= 6 else f"{', '.join(pairs[:5])} and {len(pairs) - 5} more"


@runs_command.command("check", short_help="Check that all files of runs are whole.")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    help="Also compare the figures with the digests in this file, such as docs/results/flagship.json.",
)
def check_command(runs: tuple[str, ...], manifest: Path | None) -> None:
    """Read every file of runs and compare it with the sum that was stored.

    With --manifest, also tell whether the figures are those that somebody else found, to the bit.
    """
    from corridor.errors import InputError
    from corridor.stored_runs.run_folder import check_run_files, open_run, other_digests

    stored = [open_run(run) for run in runs]
    for one in stored:
        count = check_run_files(one)
        say(f"{one.place.path('')}: all {count} files are whole, the digest of the figures is {one.digest}")
    if manifest is None:
        return
    if problems := list(other_digests(stored, manifest)):
        raise InputError(problems)
    say("The figures are those of the manifest, to the bit.")


@runs_command.command("compare", short_help="Compare runs draw by draw.")
@RUN
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
@click.option(
    "--area", "areas", multiple=True, metavar="AREA|GROUP", help="What to show. May be repeated. [default: CICA]"
)
@click.option("--year", type=int, help="Show this year. [default: the last]")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Also write all areas and years to this file.")
def compare_command(
    run: str, others: tuple[str, ...], *, areas: tuple[str, ...], year: int | None, output: Path | None
) -> None:
    """Compare other runs with RUN: levels, differences, and differences in percent.

    Intervals are taken draw by draw: draw 17 of both runs has the same births, deaths and warming.
    """
    from corridor.data.tables.export import write_table
    from corridor.stored_runs.comparison import heads, shown_rows

    words = areas or ("CICA",)
    table = _compared(run, others, words)
    if output is not None:
        write_table(table, output)
    for title, rows in shown_rows(table, words, year).items():
        say(f"\n{title}")
        terminal().print(_table(heads(table), rows, left=(0,)))
    if output is not None:
        say(f"All rows are in {output.absolute()}")


def _compared(run: str, others: tuple[str, ...], words: tuple[str, ...]) -> pd.DataFrame:
    """Return the differences of all other runs from the first, with the scenario of each row."""
    import pandas as pd

    from corridor.api.run import open_run

    first, parts = open_run(run), []
    for word in others:
        other = open_run(word)
        parts.append(first.compare(other, groups=words).assign(scenario=other.scenario.title))
    whole = pd.concat(parts, ignore_index=True)
    return whole[["scenario", *(name for name in whole if name != "scenario")]]


@runs_command.command("export", short_help="Write a run in a format of other programs.")
@RUN
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File or folder to write.")
@click.option(
    "--format",
    "form",
    type=Choice(["csv", "parquet", "xlsx", "netcdf", "iamc", "sdmx", "geojson", "flowmap"]),
    help="Format. Without it the suffix .xlsx, .nc or .geojson says it, and a folder gets csv.",
)
@click.option(
    "--group",
    "groups",
    type=Places(),
    multiple=True,
    metavar="AREA|GROUP",
    help="Only figures of these areas, and flows from or to them. May be repeated. [default: all]",
)
@click.option("--year", "years", type=int, multiple=True, help="Only this year. May be repeated. [default: all]")
def export_command(
    run: str, *, output: Path, form: str | None, groups: tuple[str, ...], years: tuple[int, ...]
) -> None:
    """Write a run in a format of other programs: its measures by area and its flows.

    csv, parquet, sdmx and flowmap are folders; xlsx, netcdf, iamc and geojson are files. Each states the scenario, the
    digest, the seed, the versions, the units, and the sources with their licences.
    """
    from corridor.stored_runs.exchange.content import Choice as Part
    from corridor.stored_runs.exchange.formats import export_run
    from corridor.stored_runs.run_folder import open_run

    say(f"The run is in {export_run(open_run(run), output, form, Part(groups, years))}")


@runs_command.command("delete", short_help="Delete a run.")
@RUN
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete_command(run: str, *, yes: bool) -> None:
    """Delete a run, finished or not. There is no way back."""
    from corridor.stored_runs.run_folder import delete_run

    if not yes:
        click.confirm(f"Delete {run}?", abort=True)
    delete_run(run)
    say(f"{run} is deleted")


@click.command("cite", short_help="Print a citation of a stored run.")
@RUN
@click.option("--format", "form", type=click.Choice(["text", "bibtex"]), default="text", show_default=True)
def cite_command(run: str, form: str) -> None:
    """Print how to cite a run, with all that repeats it."""
    from corridor.stored_runs.citation import citation
    from corridor.stored_runs.run_folder import open_run

    say(citation(open_run(run), form))


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, left: tuple[int, ...]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place, head in enumerate(heads):
        table.add_column(
            head,
            justify="left" if place in left else "right",
            no_wrap=place not in left,
            min_width=None if place else NARROWEST,
        )
    for row in rows:
        table.add_row(*row)
    return table
