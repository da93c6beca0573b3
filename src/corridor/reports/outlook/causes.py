"""What the channels say about a group, for its brief: causes by member, climate pathways, two families of damages.

All runs are the readable engine's, so that whoever runs the main job for the first time waits for no compiler.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.views import measure
from corridor.drivers.assembly import central_chance, drawn_chance, driving_of, everything
from corridor.drivers.damages import COMPARED
from corridor.drivers.registry import without_climate
from corridor.projection.batches import in_batches
from corridor.reports.explanation.answer import (
    central_answer,
    group_and_member_views,
    players_of,
    question_of,
    views_of_members,
)
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.analysis.views import View
    from corridor.axes import Floats
    from corridor.drivers.assembly import Chance
    from corridor.drivers.channel import Settings
    from corridor.projection.batches import Progress
    from corridor.reports.explanation.answer import ExplanationAnswer
    from corridor.reports.outlook.answer import Outlook

PATHWAYS = ("ssp1-2.6", "ssp2-4.5", "ssp3-7.0", "ssp5-8.5")
"""Shipped scenarios that are shown beside each other."""
DRAWS = 16
"""Draws behind the ranges of pathways; they are rough, and the brief says how many."""
SEED = 1
RANGE = (0.1, 0.5, 0.9)
NO_CLIMATE = "no-climate"


@dataclass(frozen=True, slots=True)
class Causes:
    """What the channels say about a group.

    Attributes
    ----------
    answer : why moves change in the outlook's scenario: views of the group, then in and out of every member
    views : of the group
    pathways : shipped scenario -> [bound, view, year], lower 10 %, median, upper 10 % of draws, persons a year
    damages : shipped scenario -> family, or `no-climate` -> [view], moves of the last year at medians, persons
    """

    answer: ExplanationAnswer
    views: tuple[View, ...]
    pathways: Mapping[str, Floats]
    damages: Mapping[str, Mapping[str, Floats]]


def runs_of_causes(settings: Settings) -> int:
    """Runs of the world that the causes of a group take under a scenario."""
    coalitions: int = 2 ** len(players_of(settings, None))
    return coalitions + len(PATHWAYS) * (DRAWS + len(COMPARED) + 1)


def compute_causes(outlook: Outlook, *, progress: Progress | None = None) -> Causes:
    """Run the world with the channels on, around the anchor of an outlook.

    Parameters
    ----------
    progress : called with the number of runs done since the last call
    """
    request, conditions = outlook.request, outlook.runs.conditions
    settings = request.scenario.settings
    everyone = group_and_member_views(request.group, request.areas)
    views = everyone if len(request.areas) == 1 else views_of_members(request.group, request.areas)
    answer = central_answer(outlook.runs, settings, question_of(conditions, everyone, settings), progress=progress)

    def yearly(asked: Settings, chance: Chance) -> Floats:
        """Moves in each view and year: [draw, view, year], persons."""
        driving = driving_of(conditions, everything(asked), asked, chance)

        def run(numbers: range) -> Floats:
            years = outlook.runs.follow(driving, numbers.start)
            return np.stack([measure(views, year.flows) for _, year in years], axis=1)

        draws = len(driving.exposure)
        return np.stack([moves for _, moves in in_batches(run, draws, batch=1, progress=progress)])

    drawn, middle = drawn_chance(conditions, range(DRAWS), SEED), central_chance(conditions)
    pathways = {name: load_scenario(name).settings for name in PATHWAYS}
    return Causes(
        answer,
        views,
        {name: np.quantile(yearly(pathway, drawn), RANGE, axis=0) for name, pathway in pathways.items()},
        {
            name: {family: yearly(variant, middle)[0, :, -1] for family, variant in _variants(pathway).items()}
            for name, pathway in pathways.items()
        },
    )


def _variants(settings: Settings) -> dict[str, Settings]:
    """Each family of damages, and no effect of climate."""
    variants = {family: replace(settings, damages=family) for family in COMPARED}
    return {**variants, NO_CLIMATE: without_climate(settings)}
