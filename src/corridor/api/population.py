"""Populations with intervals: `corridor.population`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.api.answer import Answer
from corridor.api.arguments import named_as_arguments
from corridor.api.scenario import words_and_scenario
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.reports.population.answer import check_population_request, population_answer
from corridor.reports.population.page import population_tables, write_population

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.api.arguments import Settings
    from corridor.api.scenario import Scenario


def population(
    area: str,
    *,
    to: int = 2060,
    trajectories: int = 200,
    seed: int = 1,
    anchor: str = DEFAULT_ANCHOR,
    mode: str | None = None,
    scenario: str | Path | Scenario | None = None,
    settings: Settings | None = None,
) -> Answer:
    """Project the population of an area or a group by age and sex, with bounds of 80 and 95 %.

    Parameters
    ----------
    area : an area, or a group whose members are added up in every trajectory
    to : the last date is 1 January of this year, at most 2101
    trajectories, seed : number of random futures of the world, and their seed
    anchor : how far net migration follows the UN's medium
    mode : how migration varies: "net", "flows" or "birthplaces"; None is "flows", or "birthplaces" with a scenario
    scenario, settings : the scenario, and settings that override it; None is trajectories without channels

    Returns
    -------
    The tables `population` and `population_peak`

    Raises
    ------
    InputError : with every fault of the arguments, or because the run would need too much memory
    """
    named = "baseline" if scenario is None else scenario
    (word,), name, changes = words_and_scenario(named, settings, area=area, single=True)
    with named_as_arguments():
        request = check_population_request(
            word,
            last=to,
            trajectories=trajectories,
            seed=seed,
            anchor=anchor,
            mode=mode,
            scenario=None if scenario is None else name,
            settings=changes,
        )
    from corridor.data.panel import load_panel  # noqa: PLC0415 - wrong arguments are answered before it is read

    panel = load_panel()
    with named_as_arguments():
        answer = population_answer(panel, request)
    return Answer(
        f"Population of {request.name} to {request.last}",
        request.command,
        population_tables(answer),
        lambda folder: write_population(answer, panel, folder),
    )
