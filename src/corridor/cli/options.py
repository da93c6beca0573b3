"""Options that several commands have, and the folder they write into where none is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.drivers.anchors import ANCHORS, DEFAULT_ANCHOR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Command = TypeVar("Command", bound="Callable[..., Any]")


def _or_as_written(convert: Callable[..., Any], value: Any, *place: Any) -> Any:  # noqa: ANN401 - as click has it
    """Return a value as a type reads it, or as it was written where the type cannot read it."""
    try:
        return convert(value, *place)
    except click.BadParameter:
        return value


class Choice(click.Choice[str]):
    """Words that help shows and shells complete; others go on to the check that names all problems at once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """Return the word as it is known, or as it was written."""
        return _or_as_written(super().convert, value, param, ctx)


class IntRange(click.IntRange):
    """Whole numbers whose range help shows; others go on to the check that names all problems at once."""

    def __init__(self, least: int, most: int, name: str = "number") -> None:
        super().__init__(least, most)
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """Return the number, or what was written."""
        return _or_as_written(click.INT.convert, value, param, ctx)


class Number(click.types.FloatParamType):
    """Numbers; others go on to the check that names all problems at once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """Return the number, or what was written."""
        return _or_as_written(super().convert, value, param, ctx)


class Scenarios(click.ParamType[str]):
    """A shipped scenario or the path of a file; shells complete both."""

    name = "NAME|FILE"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - as click has it
        """Return the shipped scenarios that begin so, and leave files to the shell."""
        from corridor.scenario.source import shipped_names

        named = [CompletionItem(name) for name in shipped_names() if name.startswith(incomplete)]
        return named or [CompletionItem(incomplete, type="file")]


class Places(click.ParamType[str]):
    """An area or a group by name or code; shells complete them."""

    name = "AREA"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - as click has it
        """Return the names and codes that begin so."""
        from corridor.areas import WORLD, areas, group_names

        names = [WORLD, *group_names(), *(name for area in areas() for name in (area.short_name, area.iso3))]
        start = incomplete.casefold()
        return [CompletionItem(name) for name in dict.fromkeys(names) if name.casefold().startswith(start)]


YEARS = IntRange(BASE_YEAR + 1, LAST_YEAR, "year")
SEEDS = IntRange(0, 2**32 - 1)

scenario_option = click.option(
    "--scenario",
    type=Scenarios(),
    default="baseline",
    show_default=True,
    help="Name of a shipped scenario, or a scenario file.",
)
settings_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override one scenario setting, for example climate.percentile=90. May be repeated.",
)

anchor_option = click.option(
    "--anchor",
    type=Choice(list(ANCHORS)),
    default=DEFAULT_ANCHOR,
    show_default=True,
    help=f"What baseline migration follows: {'; '.join(f'{row.name} = {row.choice}' for row in ANCHORS.values())}.",
)

seed_option = click.option(
    "--seed",
    type=SEEDS,
    default=1,
    show_default=True,
    help="Seed of the random numbers. The same seed gives the same results.",
)
draws_option = click.option(
    "--draws",
    type=IntRange(0, 1000),
    default=32,
    show_default=True,
    help="Number of trajectories from which ranges are computed; 0 = one run at the medians, without ranges.",
)


def output_option(usual: str) -> Callable[[Command], Command]:
    """Return the option that names the folder of a page and its data; `usual` is what it is called otherwise."""
    where = f"Folder for the page and its data. [default: {usual}]"
    return click.option("-o", "--output", type=click.Path(path_type=Path), help=where)


def claim(folder: Path) -> None:
    """Keep other runs from writing into a folder until the command ends.

    Raises
    ------
    InputError : another run does, or results cannot take the folder's place
    """
    from corridor.data.files import claimed
    from corridor.errors import InputError, Problem, reason

    try:
        click.get_current_context().with_resource(claimed(folder))
    except OSError as error:
        fault = f"the results cannot be written ({reason(error)})"
        raise InputError(Problem(fault, "Name another folder with -o", str(folder))) from error


def folder_of(
    command: str, words: Sequence[str], last: int, scenario: str | None = None, settings: Sequence[str] = ()
) -> Path:
    """Return the folder of a command's results, COMMAND-TARGET-YEAR, with what differs from the baseline after it.

    Parameters
    ----------
    words : of the target
    scenario, settings : as the user named them, so that a comparison does not overwrite itself
    """
    named = [] if scenario in {None, "baseline"} else [Path(str(scenario)).name.removesuffix(".toml")]
    changed = [re.sub(r"[^A-Za-z0-9.=]+", "_", setting) for setting in settings]
    return Path("-".join([command, *" ".join(words).split(), str(last), *named, *changed]))
