"""`corridor estimate`: past flows of all areas, or flows from a user's own stocks."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from corridor.cli.printing import say, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from corridor.data.panel import Panel
    from corridor.errors import Problem

Words = dict[str, Any]
"""Option -> what the user wrote; None, (), or False where nothing."""

BUILT_IN = ("product", "period", "orig", "dest", "birthplace")
"""Options that choose among the built-in estimates."""
OWN_FILES = {"stock_start": "start", "stock_end": "end", "births": "births", "deaths": "deaths"}
"""Option -> the table that its file holds."""
OWN_CHOICES = {"method": "minimum", "system": "closed", "balancing": "none"}
"""Option of a user's own tables -> its word by default."""
OWN = (*OWN_FILES, *OWN_CHOICES, "total", "allow_unconverged")


@click.command("estimate", short_help="Estimate past flows of all areas, or flows from your own stocks.")
@click.option("--product", help="moves (default), consistent, minimum or independence.")
@click.option(
    "--period", help="Year, or all. For minimum and independence: the first year of a period. [default: latest]"
)
@click.option("--orig", multiple=True, help="Area or group of origin. May be repeated. [default: all]")
@click.option("--dest", multiple=True, help="Area or group of destination. May be repeated. [default: all]")
@click.option("--birthplace", help="Show only the moves of people born in this area.")
@click.option("--by", help="total (default), type, sex, age or sex,age.")
@click.option(
    "--stock-start", metavar="FILE", help="Your stock at the start, with the columns birthplace, residence, persons."
)
@click.option("--stock-end", metavar="FILE", help="Your stock at the end, with the same columns.")
@click.option("--births", metavar="FILE", help="Births between the two dates, with the columns area, persons.")
@click.option("--deaths", metavar="FILE", help="Deaths between the two dates, with the columns area, persons.")
@click.option("--method", help="minimum (default), independence, blend, difference-drop, difference-reverse, rates.")
@click.option("--system", help="closed (default) = nobody moves to or from other places; open = people do.")
@click.option(
    "--balancing",
    help="If totals do not agree: none (default) stops with an error; before or after = correct them then.",
)
@click.option("--total", metavar="PERSONS", help="Total number of moves, for the method rates.")
@click.option("--allow-unconverged", is_flag=True, help="Print the result even if the iteration has not converged.")
@click.option("--top", default="20", show_default=True, help="Number of the largest flows to print.")
@click.option("-o", "--output", metavar="FILE", help="Write all rows to this file (.csv, .xlsx or .parquet).")
@click.option("--template", metavar="DIR", help="Write example files of stocks, births and deaths into this folder.")
def estimate_command(**words: Any) -> None:  # noqa: ANN401 - the options above, each with its own type
    """Estimate who moved from where to where.

    Without files, the command shows the built-in estimates for all areas, 1990 to 2024. With --stock-start and
    --stock-end, it estimates flows from your own stocks (CSV, XLSX or Parquet). Use --template DIR to get examples.
    """
    problems = [*_option_problems(words), *_output_problems(words["output"])]
    if words["template"] is not None:
        _write_examples(words, problems)
    elif any(words[name] for name in OWN):
        _estimate_own(words, problems)
    else:
        _select_built_in(words, problems)


def _select_built_in(words: Words, problems: list[Problem]) -> None:
    from corridor.areas import areas
    from corridor.data.panel import load_panel
    from corridor.estimate.world.products import LATEST, PRODUCTS, check_selection, selected_flows

    with _all_told(problems):
        selection = check_selection(
            product=words["product"] or "moves",
            period=words["period"] or LATEST,
            orig=words["orig"],
            dest=words["dest"],
            by=words["by"] or "total",
            birthplace=words["birthplace"],
        )
    names = {area.iso3: area.short_name for area in areas()}
    panel = load_panel()
    flows = selected_flows(panel, selection)
    _finish(flows, words, title=selection.product.title, names=names)
    say(selection.product.use)
    of_all = selection.product is PRODUCTS["moves"] and selection.birthplace is None
    if of_all and int(words["top"]) and _one_pair(flows):
        _print_reported(panel, flows)


def _print_reported(panel: Panel, flows: pd.DataFrame) -> None:
    """Print what is reported of the one corridor of some flows."""
    from corridor.cli.printing import print_reported
    from corridor.estimate.world.reported import beside, load_reported
    from corridor.reports.outlook.reported import series

    origins, destinations = (flows[end].unique().tolist() for end in ("orig", "dest"))
    print_reported(series(beside(load_reported(panel), origins, destinations)))


def _one_pair(flows: pd.DataFrame) -> bool:
    return len(flows[["orig", "dest"]].drop_duplicates()) == 1


def _estimate_own(words: Words, problems: list[Problem]) -> None:
    from corridor.errors import InputError
    from corridor.estimate.own.own_data import choice_problems, flows_from_stocks
    from corridor.estimate.own.own_files import in_files, read_own_files

    choices: Words = {name: words[name] or usual for name, usual in OWN_CHOICES.items()}
    problems += [replace(problem, column=f"--{problem.column}") for problem in choice_problems(choices)]
    paths = {table: Path(words[name]) for name, table in OWN_FILES.items() if words[name]}
    with _all_told(problems):
        tables, told = read_own_files(paths)
    arguments: Words = {**tables, **choices, "allow_unconverged": words["allow_unconverged"]}
    if words["total"] is not None:
        arguments["total"] = float(words["total"])
    try:
        estimate = flows_from_stocks(**arguments)
    except InputError as error:
        raise InputError(in_files(error.problems, paths)) from error
    flows = estimate.flows
    if words["by"] != "type":
        flows = flows.groupby(["orig", "dest"], sort=False, as_index=False)[["persons"]].sum()
    _finish(flows, words, title="Moves between the two dates, persons")
    _print_rows(estimate.net, "By area")
    for note in (*told, *estimate.notes):
        say(note)


def _write_examples(words: Words, problems: list[Problem]) -> None:
    from corridor.estimate.own.own_files import write_examples

    with _all_told(problems):
        paths = {} if problems else write_examples(Path(words["template"]))
    files = " ".join(f"--{option.replace('_', '-')} {quote(str(paths[table]))}" for option, table in OWN_FILES.items())
    say(f"Replace the figures in these files with your own, then run\n\n  corridor estimate {files}")


@contextmanager
def _all_told(problems: list[Problem]) -> Iterator[None]:
    """Raise what is wrong already together with what is wrong with the input of the block."""
    from corridor.errors import InputError

    try:
        yield
    except InputError as error:
        raise InputError([*problems, *error.problems]) from error
    if problems:
        raise InputError(problems)


def _option_problems(words: Words) -> Iterator[Problem]:
    """Name options that do not go together and numbers that are none."""
    from corridor.errors import Problem

    given = {name for name, word in words.items() if word} - {"top", "output"}
    built_in, own = ([_dashed(name) for name in names if name in given] for names in (BUILT_IN, OWN))
    if "template" in given and len(given) > 1:
        yield Problem(
            "this option writes examples and cannot be combined with other options",
            "Leave out the other options",
            column="--template",
        )
    elif built_in and own:
        fault = "this option of the built-in estimates does not go with your own tables"
        yield Problem(fault, f"Leave out {' '.join(built_in)}, or {' '.join(own)}", column=built_in[0])
    elif own:
        yield from _own_problems(words)
    if not str(words["top"]).isdecimal():
        yield Problem("this is not a whole number", "Write digits", column="--top", value=words["top"])


def _own_problems(words: Words) -> Iterator[Problem]:
    from corridor.errors import Problem

    for name in ("stock_start", "stock_end"):
        if not words[name]:
            remedy = "Give the name of its file. --template writes examples"
            yield Problem(
                "a stock is missing: an estimate from your own tables needs stocks at both dates",
                remedy,
                column=_dashed(name),
            )
    if words["by"] not in {None, "total", "type"}:
        fault = "flows from your own tables are not known by sex or age"
        yield Problem(
            fault, "Run the command once for each sex, with tables of that sex", column="--by", value=words["by"]
        )
    try:
        float(words["total"] or 0)
    except ValueError:
        yield Problem("this total is not a number", "Write digits", column="--total", value=words["total"])


def _dashed(name: str) -> str:
    return "--" + name.replace("_", "-")


def _output_problems(output: str | None) -> Iterator[Problem]:
    from corridor.data.tables.export import file_problems

    if output is not None:
        yield from file_problems(Path(output))


def _finish(flows: pd.DataFrame, words: Words, *, title: str, names: Mapping[str, str] | None = None) -> None:
    """Print the largest flows, or the last years of a single corridor, areas by name; and write all rows."""
    from corridor.data.tables.export import write_table

    measure = next(name for name in flows.columns if flows[name].dtype.kind == "f")
    if most := int(words["top"]):
        history = "period" in flows and _one_pair(flows)
        by_size = flows.sort_values(measure, ascending=False, kind="stable")
        largest = flows.tail(most) if history else by_size.head(most)
        called = {end: largest[end].map(lambda area: (names or {}).get(area, area)) for end in ("orig", "dest")}
        _print_rows(largest.assign(**called), f"{title}: {len(largest):,} of {len(flows):,} rows")
    if words["output"] is not None:
        write_table(flows, Path(words["output"]))
        say(f"{len(flows):,} rows are in {words['output']}")


def _print_rows(rows: pd.DataFrame, title: str) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    numeric = [rows[name].dtype.kind == "f" for name in rows.columns]
    for name, right in zip(rows.columns, numeric, strict=True):
        table.add_column(name.replace("_", " "), justify="right" if right else "left", no_wrap=right)
    for row in rows.itertuples(index=False, name=None):
        table.add_row(*map(_cell, row, numeric))
    say(title)
    terminal().print(table)


def _cell(value: object, numeric: bool) -> str:
    """Write numbers with thousands, whole from ten on."""
    if not numeric:
        return str(value)
    number = float(str(value))
    return f"{number:,.0f}" if abs(number) >= 10 else f"{number:,.1f}"
