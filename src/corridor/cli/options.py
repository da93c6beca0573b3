"""Options that several commands have, and the folder they write into where none is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corridor.drivers.anchors import ANCHORS, DEFAULT_ANCHOR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Command = TypeVar("Command", bound="Callable[..., Any]")

scenario_option = click.option(
    "--scenario", default="baseline", show_default=True, help="Name of a shipped scenario, or a scenario file."
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
    default=DEFAULT_ANCHOR,
    show_default=True,
    help=f"What baseline migration follows: {'; '.join(f'{row.name} = {row.choice}' for row in ANCHORS.values())}.",
)


def folder_of(
    command: str, words: Sequence[str], last: str, scenario: str | None = None, settings: Sequence[str] = ()
) -> Path:
    """Return the folder of a command's results, COMMAND-TARGET-YEAR, with what differs from the baseline after it.

    Parameters
    ----------
    words : of the target
    scenario, settings : as the user named them, so that a comparison does not overwrite itself
    """
    named = [Path(scenario).stem] if scenario not in {None, "baseline"} else []
    changed = [re.sub(r"[^A-Za-z0-9.=]+", "_", setting) for setting in settings]
    return Path("-".join([command, *" ".join(words).split(), last, *named, *changed]))
