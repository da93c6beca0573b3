"""What the channels say about a group, for its brief: causes by member, climate pathways, two families of damages.

All runs are the readable engine's, so that whoever runs the main job for the first time waits for no compiler.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.drivers.assembly import central_chance, drawn_chance, driving_of, everything
from corridor.drivers.damages import COMPARED
from corridor.drivers.registry import without_climate
from corridor.explain.central import CentralWorld
from corridor.explain.views import measure
from corridor.projection.driving import follow_driven
from corridor.reports.explanation.answer import (
    central_answer,
    group_and_member_views,
    players_of,
    question_of,
    views_of_members,
)
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from corridor.axes import Floats
    from corridor.drivers.assembly import Chance, Conditions
    from corridor.drivers.channel import Settings
    from corridor.explain.views import View
    from corridor.reports.explanation.answer import Answer
    from corridor.reports.outlook.answer import Outlook

PATHWAYS = ("ssp1-2.6", "ssp2-4.5", "ssp3-7.0", "ssp5-8.5")
"""Shipped scenarios that are shown beside each other."""
DRAWS = 16
"""Draws behind the ranges of pathways; they are rough, and the brief says how many."""
SEED = 1
RANGE = (0.1, 0.5, 0.9)
WORKERS = 2
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

    answer: Answer
    views: tuple[View, ...]
    pathways: Mapping[str, Floats]
    damages: Mapping[str, Mapping[str, Floats]]


def runs_of_causes(settings: Settings) -> int:
    """Runs of the world that the causes of a group take under a scenario."""
    coalitions: int = 2 ** len(players_of(settings, None))
    return coalitions + len(PATHWAYS) * (DRAWS + len(COMPARED) + 1)


def compute_causes(outlook: Outlook, *, progress: Callable[[int], None] | None = None) -> Causes:
    """Run the world with the channels on, around the anchor of an outlook.

    Parameters
    ----------
    progress : called with the number of runs done since the last call
    """
    request, conditions = outlook.request, outlook.conditions
    settings = request.scenario.settings
    everyone = group_and_member_views(request.group, request.areas)
    views = everyone if len(request.areas) == 1 else views_of_members(request.group, request.areas)
    world = CentralWorld(outlook.inputs, outlook.baseline, conditions)
    answer = central_answer(world, settings, question_of(conditions, everyone, settings), progress=progress)
    runs = _Runs(outlook, conditions, views, progress)
    drawn = drawn_chance(conditions, range(DRAWS), SEED)
    pathways = {name: load_scenario(name).settings for name in PATHWAYS}
    return Causes(
        answer,
        views,
        {name: np.quantile(runs.yearly(setting, drawn), RANGE, axis=0) for name, setting in pathways.items()},
        {name: _by_family(runs, setting) for name, setting in pathways.items()},
    )


def _by_family(runs: _Runs, settings: Settings) -> dict[str, Floats]:
    """Moves of the last year [view] under each family of damages, and without any effect of climate."""
    central = central_chance(runs.conditions)
    variants = {family: replace(settings, damages=family) for family in COMPARED}
    variants[NO_CLIMATE] = without_climate(settings)
    return {name: runs.yearly(setting, central)[0, :, -1] for name, setting in variants.items()}


@dataclass(frozen=True, slots=True)
class _Runs:
    """Driven runs of the outlook's world."""

    outlook: Outlook
    conditions: Conditions
    views: tuple[View, ...]
    progress: Callable[[int], None] | None

    def yearly(self, settings: Settings, chance: Chance) -> Floats:
        """Moves in each view and year: [draw, view, year], persons."""
        driving = driving_of(self.conditions, everything(settings), settings, chance)
        inputs, baseline = self.outlook.inputs, self.outlook.baseline

        def run(draw: int) -> Floats:
            years = follow_driven(inputs, baseline, driving, draw)
            return np.stack([measure(self.views, year.flows) for _, year in years], axis=1)

        found = []
        with ThreadPoolExecutor(WORKERS) as pool:
            for moves in pool.map(run, range(len(driving.exposure))):
                found.append(moves)
                if self.progress is not None:
                    self.progress(1)
        return np.stack(found)
