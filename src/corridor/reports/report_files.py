"""The files of a report: a page, its tables, and how they were made. All is made first, then written whole."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import corridor
from corridor.calendar import STOCK_TITLE, WPP_TITLE
from corridor.data.results_folder import write_results
from corridor.data.tables.imports import imported_sums
from corridor.errors import visible
from corridor.figures import wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from jinja2 import Environment

    from corridor.data.panel import Panel


def write_report(
    page: tuple[str, str], tables: Mapping[str, pd.DataFrame], made: Mapping[str, object], folder: Path
) -> Path:
    """Write a page (file name, text), every table in both formats and `made.json`; return the path of the page.

    The folder appears whole. Files in it that no earlier report wrote, or that were changed since, are kept.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    name, text = page
    write_results({name: text}, tables, made, folder)
    return folder / name


def page_from(template: str, **values: object) -> str:
    """Fill a template of this room: a page that needs nothing from elsewhere; the same values give the same bytes."""
    return environment().get_template(template).render(**values)


def environment() -> Environment:
    """Return what fills templates: every value is shown as text unless it is markup of ours."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only a page needs it

    made = Environment(
        loader=PackageLoader("corridor.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"wpp_title": WPP_TITLE, "stock_title": STOCK_TITLE}
    made.filters |= {
        "persons": wording.persons,
        "signed": wording.signed_persons,
        "share": wording.share,
        "change": wording.change,
        "finely": wording.fine_change,
        "sentence": lambda words: words[:1].upper() + words[1:],
    }
    return made


def _shown(value: object) -> object:
    """Return what a template writes: words of users cannot turn the direction of the text or hide in it."""
    return visible(value, keep="\n\t") if type(value) is str else value  # markup is ours


def provenance(
    panel: Panel, command: str, settings: Mapping[str, object], libraries: Sequence[str]
) -> dict[str, object]:
    """Versions, settings, checksums of tables of the panel and of imported files, and the command that asks again."""
    brought = imported_sums()
    return {
        "corridor": corridor.__version__,
        "command": command,
        "settings": dict(settings),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in libraries},
        "panel": {name: panel.entry(name).sha256 for name in panel.names()},
        **({"imported": brought} if brought else {}),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
