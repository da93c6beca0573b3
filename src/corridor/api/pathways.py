"""Where more legal places serve an aim best: `corridor.plan_pathways`."""

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
    """Plan legal places within a group that serve an aim best, with a proof, and run the world with the plan.

    Parameters
    ----------
    group : whose corridors from each member to each are planned
    start, to : first and last year of the plan
    aim : "least" irregular and unmet moves, most even "gains", or best "support" ratios
    frontier : another aim; plans between the two are made as well
    cautious : plan for this share of the worst draws, such as 0.2
    total : places a year in all, a number, or a share beyond today's such as "+10%"
    caps : places a year of destinations and kinds: {"KOR": 60000, "work": "+5%"}
    budget, costs : money for places beyond today's over all years, and for a place: {"work": 500}
    scenario, settings : whose world it is; none of its levers may work within the group
    anchor : how far net migration follows the UN's medium
    draws, seed : how many trajectories, and which; 0 is the run at the medians alone

    Returns
    -------
    The tables `plan`, `caps`, `outcomes`, and `frontier` where one is asked for

    Raises
    ------
    InputError : with everything that is wrong with the arguments, or no plan keeps within the caps
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
    """Return a mapping as WHERE=N; adds what is none to `problems`."""
    if given is None:
        return ()
    if isinstance(given, dict) and all(isinstance(key, str) for key in given):
        return tuple(f"{key}={value}" for key, value in given.items())
    fault, remedy = "this is not a mapping from destinations or kinds to numbers", 'Write {"KOR": 60000, "work": 500}'
    problems.append(Problem(fault, remedy, column=f"{name}=", value=given))
    return ()
