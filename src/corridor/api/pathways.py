"""The best legal places within caps: `corridor.plan_pathways`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.api.answer import Answer
from corridor.api.arguments import named_as_arguments
from corridor.api.scenario import words_and_scenario
from corridor.calendar import BASE_YEAR
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.errors import Problem
from corridor.reports.pathways.page import plan_tables, write_plan
from corridor.reports.pathways.request import answer_pathway_request, check_pathway_request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from corridor.api.arguments import Settings
    from corridor.api.scenario import Scenario


def plan_pathways(
    group: str = "CICA",
    *,
    start: int = BASE_YEAR + 1,
    to: int = 2035,
    aim: str = "least",
    frontier: str | None = None,
    cautious: float | None = None,
    total: float | str = "+10%",
    caps: Mapping[str, float | str] | None = None,
    budget: float | None = None,
    costs: Mapping[str, float] | None = None,
    scenario: str | Path | Scenario = "baseline",
    settings: Settings | None = None,
    anchor: str = DEFAULT_ANCHOR,
    draws: int = 100,
    seed: int = 1,
) -> Answer:
    """Find the legal places within a group that serve an aim best, with a proof, and run the world with this plan.

    Parameters
    ----------
    group : the group; the plan covers the corridors from each member to each other
    start, to : first and last year of the plan
    aim : "least" (fewest irregular and unmet moves), "gains" (most even gains) or "support" (best support ratios)
    frontier : another aim; adds plans between the two aims
    cautious : a share of draws, such as 0.2; the plan then counts the mean of the worst draws
    total : places a year in all, a number, or a share beyond today's such as "+10%"
    caps : places a year of destinations and kinds: {"KOR": 60000, "work": "+5%"}
    budget, costs : money for places beyond today's over all years, and the cost of a place: {"work": 500}
    scenario, settings : the scenario, without levers within the group, and settings that override it
    anchor : how far net migration follows the UN's medium
    draws, seed : number of trajectories, and their seed; 0 is one run at the medians

    Returns
    -------
    The tables `plan`, `caps` and `outcomes`, and `frontier` if another aim is given

    Raises
    ------
    InputError : with every fault of the arguments, or because no plan satisfies the caps
    """
    problems: list[Problem] = []
    limits, money = _pairs("caps", caps, problems), _pairs("costs", costs, problems)
    (word,), name, changes = words_and_scenario(scenario, settings, problems, group=group, single=True)
    with named_as_arguments():
        request = check_pathway_request(
            word,
            first=start,
            last=to,
            aim=aim,
            beside=frontier,
            cautious=cautious,
            total=str(total),
            caps=limits,
            budget=budget,
            costs=money,
            scenario=name,
            settings=changes,
            anchor=anchor,
            draws=draws,
            seed=seed,
        )
    from corridor.data.panel import load_panel  # noqa: PLC0415 - wrong arguments are answered before it is read

    panel = load_panel()
    with named_as_arguments():
        answer = answer_pathway_request(panel, request)
    return Answer(
        f"Legal places within {request.group}, {request.years[0]} to {request.years[-1]}",
        request.command,
        plan_tables(answer),
        lambda folder: write_plan(answer, request, panel, folder),
    )


def _pairs(name: str, given: object, problems: list[Problem]) -> tuple[str, ...]:
    """Return a mapping as WHERE=N; adds a value that is not a mapping to `problems`."""
    if given is None:
        return ()
    if isinstance(given, dict) and all(isinstance(key, str) for key in given):
        return tuple(f"{key}={value}" for key, value in given.items())
    fault, remedy = "this is not a mapping from destinations or kinds to numbers", 'Write {"KOR": 60000, "work": 500}'
    problems.append(Problem(fault, remedy, column=f"{name}=", value=given))
    return ()
