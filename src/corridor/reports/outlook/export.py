"""Write an outlook: the brief, the tidy tables, and how they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.reports.outlook.brief import render
from corridor.reports.outlook.causes import DRAWS, PATHWAYS, SEED
from corridor.reports.outlook.causes_tables import causes_tables
from corridor.reports.outlook.tables import outlook_tables
from corridor.reports.outlook.words import brief_of
from corridor.reports.report_files import provenance, write_report
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from corridor.data.panel import Panel
    from corridor.reports.outlook.answer import Outlook
    from corridor.reports.outlook.brief import Brief
    from corridor.reports.outlook.causes import Causes

BRIEF = "brief.html"
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow")


def write_outlook(
    outlook: Outlook, brief: Brief, made: Mapping[str, object], folder: Path, causes: Causes | None = None
) -> Path:
    """Write all files of an outlook into a folder and return the path of the brief.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    return write_report((BRIEF, render(brief)), tables_of(outlook, causes), made, folder)


def tables_of(outlook: Outlook, causes: Causes | None) -> dict[str, pd.DataFrame]:
    """All tables of an outlook by name, and those of causes where they are known."""
    return outlook_tables(outlook) | ({} if causes is None else causes_tables(causes, outlook))


def report_outlook(outlook: Outlook, causes: Causes, panel: Panel, reported: pd.DataFrame | None, folder: Path) -> Path:
    """Word an outlook and its causes, write all files into a folder and return the path of the brief.

    Parameters
    ----------
    reported : flows as `corridor.estimate.world.reported.reported_flows` returns them, to be shown beside ours

    Raises
    ------
    InputError : the folder cannot be written to
    """
    brief = brief_of(outlook, panel, causes, reported)
    return write_outlook(outlook, brief, how_it_was_made(outlook, panel), folder, causes)


def how_it_was_made(outlook: Outlook, panel: Panel) -> dict[str, object]:
    """Versions, settings, checksums of every table of the panel, and the command that makes the same again."""
    request = outlook.request
    settings = {
        "group": request.group,
        "members": [area.iso3 for area in request.areas],
        "to": request.last,
        "anchor": request.anchor,
        "base_window": request.window,
        "scenario": request.scenario.effective,
        "causes": {
            "pathways": {name: load_scenario(name).digest for name in PATHWAYS},
            "draws": DRAWS,
            "seed": SEED,
        },
    }
    return provenance(panel, request.command, settings, LIBRARIES)
