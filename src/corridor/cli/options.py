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


class Choice(click.Choice[str]):
    """Words that help shows and shells complete; others go on to the check that names all problems at once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """Return the word as it is known, or as it was written."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            return value


class IntRange(click.IntRange):
    """Whole numbers whose range help shows; others go on to the check that names all problems at once."""

    def __init__(self, least: int, most: int, name: str = "number") -> None:
        super().__init__(least, most)
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """Return the number, or what was written."""
        try:
            return click.INT.convert(value, param, ctx)
        except click.BadParameter:
            return value


class Number(click.types.FloatParamType):
    """Numbers; others go on to the check that names all problems at once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """Return the number, or what was written."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            return value


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
    "--scenario", type=Scenarios(), default="baseline", show_default=True, help="A shipped scenario, or a file."
)
settings_option = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Holds over the scenario; repeatable."
)

anchor_option = click.option(
    "--anchor",
    type=Choice(list(ANCHORS)),
    default=DEFAULT_ANCHOR,
    show_default=True,
    help=" ".join(f"{anchor.name}: {anchor.choice}" for anchor in ANCHORS.values()),
)


def folder_of(
    command: str, words: Sequence[str], last: int, scenario: str | None = None, settings: Sequence[str] = ()
) -> Path:
    """Return the folder of a command's results, COMMAND-TARGET-YEAR, with what differs from the baseline after it.

    Parameters
    ----------
    words : of the target
    scenario, settings : as the user named them, so that a comparison does not overwrite itself
    """
    named = [Path(scenario).stem] if scenario not in {None, "baseline"} else []
    changed = [re.sub(r"[^A-Za-z0-9.=]+", "_", setting) for setting in settings]
    return Path("-".join([command, *" ".join(words).split(), str(last), *named, *changed]))
