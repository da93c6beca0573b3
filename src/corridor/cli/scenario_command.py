"""`corridor scenario`: tools to begin, check, show and compare scenario files."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from corridor.cli.options import settings_option
from corridor.cli.printing import json_text, say, terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corridor.scenario import EffectiveScenario


@click.group("scenario", short_help="Begin, check, show and compare scenario files.")
def scenario_command() -> None:
    """Begin, check, show and compare scenarios.

    A scenario is named by its name, if it comes with Corridor, or by the path of its TOML file.
    """


_last = click.option("--to", "last", type=int, help="Last year of the run; paths of warming must reach it.")


@scenario_command.command("new")
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write an example scenario into FILE, with every field explained."""
    from corridor.scenario.reference import write_example

    write_example(file)
    say(f"Edit {file}, then run: corridor scenario check {quote(str(file))}")


@scenario_command.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@_last
def check(files: Sequence[str], last: int | None) -> None:
    """Check scenario files and the scenarios they build on. All problems are reported together."""
    from corridor.scenario.load import load_all

    for name, scenario in load_all(files, last=last).items():
        say(f"{name}: no problems found; {scenario.title}; digest {scenario.digest[:12]}")


@scenario_command.command("show")
@click.argument("scenario")
@settings_option
@_last
@click.option("--format", "form", type=click.Choice(["table", "json", "toml"]), default="table", show_default=True)
def show(scenario: str, settings: Sequence[str], last: int | None, form: str) -> None:
    """Show every field of a scenario, its value, and where the value comes from."""
    from corridor.scenario import load_scenario

    {"table": _print_table, "json": _print_json, "toml": _print_toml}[form](
        load_scenario(scenario, settings, last=last)
    )


@scenario_command.command("diff")
@click.argument("one")
@click.argument("two")
def diff(one: str, two: str) -> None:
    """Show the fields in which two scenarios differ."""
    from corridor.scenario.effective import differences
    from corridor.scenario.load import load_all

    loaded = load_all((one, two))
    rows = differences(loaded[one], loaded[two])
    if not rows:
        say("The two scenarios do not differ.")
        return
    _print_rows(("field", one, two), ((field, _written(left), _written(right)) for field, left, right in rows))


@scenario_command.command("list")
def list_shipped() -> None:
    """List the scenarios that come with Corridor."""
    from corridor.scenario.reference import shipped_titles

    for name, title, description in shipped_titles():
        say(f"{name}: {title}", bold=True)
        say(click.wrap_text(description, 100, initial_indent="  ", subsequent_indent="  "))


@scenario_command.command("schema")
def schema() -> None:
    """Print the JSON Schema of scenario files, which text editors can use."""
    from corridor.scenario.reference import schema_text

    say(schema_text(), nl=False)


@scenario_command.command("reference")
def reference() -> None:
    """Print the reference of scenario files as Markdown."""
    from corridor.scenario.reference import reference_page

    say(reference_page(), nl=False)


def _print_table(scenario: EffectiveScenario) -> None:
    from corridor.scenario.effective import field_rows

    say(scenario.title, bold=True)
    if scenario.description:
        say(click.wrap_text(scenario.description, 100))
    say(f"Overrides: {', '.join(scenario.overrides) or 'none'}. Digest {scenario.digest}")
    rows = ((field, _written(value), origin) for field, value, origin in field_rows(scenario))
    _print_rows(("field", "value", "from"), rows)


def _print_json(scenario: EffectiveScenario) -> None:
    say(json_text(scenario.effective))


def _print_toml(scenario: EffectiveScenario) -> None:
    say(scenario.to_toml(), nl=False)


def _written(value: object) -> str:
    from corridor.scenario.writing import toml_value

    return "not set" if value is None else toml_value(value)


def _print_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.table import Table

    table = Table(*header, box=None, header_style="bold")
    for row in rows:
        table.add_row(*row)
    terminal().print(table)
