"""The causes of a change in moves: `corridor.explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.api.answer import Answer
from corridor.api.arguments import named_as_arguments
from corridor.api.scenario import scenario_and_settings, words_and_scenario
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.errors import Problem
from corridor.reports.explanation.answer import answer_explain_request, check_explain_request
from corridor.reports.explanation.page import explanation_tables, write_explanation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.api.arguments import Settings
    from corridor.api.scenario import Scenario


def explain(
    target: str | Sequence[str],
    *,
    to: int = 2060,
    scenario: str | Path | Scenario = "baseline",
    settings: Settings | None = None,
    against: str | Path | Scenario | None = None,
    anchor: str = DEFAULT_ANCHOR,
    draws: int = 32,
    seed: int = 1,
) -> Answer:
    """Divide the change in moves among its causes by exact Shapley values.

    Parameters
    ----------
    target : an area, a group or "World"; or two areas, the origin and the destination
    to : the year to explain, up to 2100
    scenario, settings : the scenario to explain, and settings that override it
    against : another scenario, for a comparison in the same year; None compares with the base year
    anchor : how far net migration follows the UN's medium
    draws : number of trajectories for the ranges of 80 %; 0 is one run at the medians, without ranges
    seed : seed of the trajectories

    Returns
    -------
    The table `explanation`, with a row for each view and cause, in persons a year

    Raises
    ------
    InputError : with every fault of the arguments
    """
    problems: list[Problem] = []
    other = None if against is None else scenario_and_settings(against, None, problems)
    if other is not None and other[1]:
        fault = "the scenario to compare with has settings of its own"
        problems.append(Problem(fault, "Write it to a file with to_toml()", column="against="))
    words, name, changes = words_and_scenario(scenario, settings, problems, target=target)
    with named_as_arguments():
        request = check_explain_request(
            words,
            last=to,
            scenario=name,
            settings=changes,
            against=None if other is None else other[0],
            anchor=anchor,
            draws=draws,
            seed=seed,
        )
    from corridor.data.panel import load_panel  # noqa: PLC0415 - wrong arguments are answered before it is read
    from corridor.estimate.world.reported import load_reported  # noqa: PLC0415 - as above

    panel = load_panel()
    answer = answer_explain_request(panel, request)
    return Answer(
        f"Why moves of {request.name} change, {request.last}",
        request.command,
        explanation_tables(answer, request),
        lambda folder: write_explanation(answer, request, panel, folder, load_reported(panel)),
    )
