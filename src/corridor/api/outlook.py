"""Moves to, from and within a group, now and later: `corridor.outlook`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.api.answer import Answer
from corridor.api.arguments import named_as_arguments
from corridor.api.scenario import words_and_scenario
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.estimate.world.base_windows import DEFAULT_WINDOW
from corridor.reports.request import check_request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.api.arguments import Settings
    from corridor.api.scenario import Scenario


def outlook(
    group: str | Sequence[str] = "CICA",
    *,
    to: int = 2060,
    scenario: str | Path | Scenario = "baseline",
    settings: Settings | None = None,
    anchor: str = DEFAULT_ANCHOR,
    base: str = DEFAULT_WINDOW,
) -> Answer:
    """Project moves to, from and within a group of areas, and explain their change.

    Parameters
    ----------
    group : a group or an area, or several, whose members are added up
    to : the last year, up to 2100
    scenario, settings : the scenario, and settings that override it
    anchor : how far net migration follows the UN's medium
    base : past years whose rates continue, or "model"; see `World.load`

    Returns
    -------
    The tables `group`, `areas`, `corridors`, `world_corridors`, `pyramids` and those of causes; the report is the brief

    Raises
    ------
    InputError : with every fault of the arguments
    NotConverged : flows could not be balanced to the net migration of the anchor
    """
    words, name, changes = words_and_scenario(scenario, settings, group=group)
    with named_as_arguments():
        request = check_request(words, to, anchor, base, scenario=name, settings=changes)
    from corridor.data.panel import load_panel  # noqa: PLC0415 - wrong arguments are answered before it is read
    from corridor.estimate.world.reported import load_reported  # noqa: PLC0415 - as above
    from corridor.reports.outlook.answer import compute_outlook  # noqa: PLC0415 - as above
    from corridor.reports.outlook.causes import compute_causes  # noqa: PLC0415 - as above
    from corridor.reports.outlook.export import report_outlook, tables_of  # noqa: PLC0415 - as above

    panel = load_panel()
    found = compute_outlook(panel, request)
    causes = compute_causes(found)

    return Answer(
        f"Moves of {request.group} to {request.last}",
        request.command,
        tables_of(found, causes),
        lambda folder: report_outlook(found, causes, panel, load_reported(panel), folder),
    )
