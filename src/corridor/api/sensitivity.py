"""The parameters that matter most: `corridor.sensitivity`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.api.answer import Answer
from corridor.api.arguments import named_as_arguments
from corridor.api.scenario import words_and_scenario
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.reports.sensitivity.answer import answer_sensitivity_request, check_sensitivity_request
from corridor.reports.sensitivity.page import sensitivity_tables, write_sensitivity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.api.arguments import Settings
    from corridor.api.scenario import Scenario


def sensitivity(
    target: str | Sequence[str],
    *,
    to: int = 2060,
    scenario: str | Path | Scenario = "baseline",
    settings: Settings | None = None,
    anchor: str = DEFAULT_ANCHOR,
    samples: int = 64,
    seed: int = 1,
) -> Answer:
    """Divide the variance of moves among uncertain parameters by Sobol' indices.

    Parameters
    ----------
    target : an area, a group or "World"; or two areas, the origin and the destination
    to : the year whose moves are analysed, up to 2100
    scenario, settings : the scenario, and settings that override it
    anchor : how far net migration follows the UN's medium
    samples, seed : number of base points, a power of 2 from 8 to 1024, and their seed

    Returns
    -------
    The tables `sensitivity`, `sensitivity_outputs` and `sensitivity_parameters`

    Raises
    ------
    InputError : with every fault of the arguments
    """
    words, name, changes = words_and_scenario(scenario, settings, target=target)
    with named_as_arguments():
        request = check_sensitivity_request(
            words, last=to, scenario=name, settings=changes, anchor=anchor, samples=samples, seed=seed
        )
    from corridor.data.panel import load_panel  # noqa: PLC0415 - wrong arguments are answered before it is read

    panel = load_panel()
    found = answer_sensitivity_request(panel, request)
    return Answer(
        f"Which parameters matter most for moves of {request.name}, {request.last}",
        request.command,
        sensitivity_tables(found),
        lambda folder: write_sensitivity(found, request, panel, folder),
    )
