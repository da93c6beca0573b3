"""Options that several commands have, and the folder they write into where none is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Command = TypeVar("Command", bound="Callable[..., Any]")

scenario_option = click.option(
    "--scenario", default="baseline", show_default=True, help="A shipped scenario, or a file."
)
settings_option = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Holds over the scenario; repeatable."
)


def anchor_option(default: str) -> Callable[[Command], Command]:
    """Return the option that chooses an anchor."""
    words = "un: net migration of the UN's medium. observed: rates stay."
    return click.option("--anchor", default=default, show_default=True, help=words)


def folder_of(command: str, words: Sequence[str], last: str) -> Path:
    """Return the folder of a command's results, COMMAND-TARGET-YEAR, from the words of its target."""
    return Path("-".join([command, *" ".join(words).split(), last]))
