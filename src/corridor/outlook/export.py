"""Write an outlook: the brief, the tidy tables, how they were made. All is made first, then written whole."""

from __future__ import annotations

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import corridor
from corridor.data.export import encoded
from corridor.data.files import write_whole
from corridor.errors import InputError, Problem
from corridor.outlook.brief import render
from corridor.outlook.tables import outlook_tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from corridor.data.panel import Panel
    from corridor.outlook.brief import Brief
    from corridor.outlook.compute import Outlook

BRIEF, MADE = "brief.html", "made.json"
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow")


def write_outlook(outlook: Outlook, brief: Brief, made: Mapping[str, object], folder: Path) -> Path:
    """Write all files of an outlook into a folder and return the path of the brief.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    contents = {BRIEF: render(brief).encode()}
    for name, table in outlook_tables(outlook).items():
        contents |= {f"{name}{suffix}": encoded(table, suffix) for suffix in (".csv", ".parquet")}
    contents[MADE] = (json.dumps(made, indent=2, ensure_ascii=False) + "\n").encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            write_whole(folder / name, content)
    except OSError as error:
        problem = Problem(f"the report can be written ({error.strerror})", "Name another folder with -o", str(folder))
        raise InputError(problem) from error
    return folder / BRIEF


def how_it_was_made(outlook: Outlook, panel: Panel) -> dict[str, object]:
    """Versions, settings, checksums of every table of the panel, and the command that makes the same again."""
    request = outlook.request
    return {
        "corridor": corridor.__version__,
        "command": request.command,
        "settings": {
            "group": request.group,
            "members": [area.iso3 for area in outlook.request.areas],
            "to": request.last,
            "anchor": request.anchor,
            "base_window": request.window,
        },
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "panel": {name: panel.entry(name).sha256 for name in panel.names()},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
