"""The effects of a scenario on two sides: `corridor.ledger`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.api.answer import Answer
from corridor.api.arguments import named_as_arguments
from corridor.api.scenario import words_and_scenario
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.reports.ledger.answer import answer_ledger_request, check_ledger_request
from corridor.reports.ledger.page import ledger_tables, write_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.api.arguments import Settings
    from corridor.api.scenario import Scenario


def ledger(
    one: str,
    other: str,
    *,
    to: int = 2040,
    scenario: str | Path | Scenario = "baseline",
    settings: Settings | None = None,
    anchor: str = DEFAULT_ANCHOR,
    draws: int = 32,
    seed: int = 1,
) -> Answer:
    """Compare a scenario with the baseline for two sides, with the same figures for both.

    Parameters
    ----------
    one, other : the two sides; each is an area or a group, and they share no member
    to : the year of the ledger, up to 2100
    scenario, settings : the scenario, and settings that override it
    anchor : how far net migration follows the UN's medium
    draws : number of trajectories for the ranges of 80 %; 0 is one run at the medians, without ranges
    seed : seed of the trajectories

    Returns
    -------
    The tables `ledger` and `movers` (by sex and age)

    Raises
    ------
    InputError : with every fault of the arguments
    """
    words, name, changes = words_and_scenario(scenario, settings, one=one, other=other, single=True)
    with named_as_arguments():
        request = check_ledger_request(
            words, scenario=name, settings=changes, last=to, anchor=anchor, draws=draws, seed=seed
        )
    from corridor.data.panel import load_panel  # noqa: PLC0415 - wrong arguments are answered before it is read
    from corridor.estimate.world.reported import load_reported  # noqa: PLC0415 - as above

    panel = load_panel()
    answer = answer_ledger_request(panel, request)
    one_side, other_side = request.sides
    return Answer(
        f"What {request.scenario.title} changes for {one_side.name} and {other_side.name}, {request.last}",
        request.command,
        ledger_tables(answer, request),
        lambda folder: write_ledger(answer, request, panel, folder, load_reported(panel)),
    )
