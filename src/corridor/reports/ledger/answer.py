"""The ledger of two sides as a user asks for it: a request with all its problems, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.ledger import Terms, ledger_central, ledger_draws
from corridor.analysis.views import View
from corridor.areas import codes, index, meant
from corridor.errors import InputError, Problem
from corridor.projection.runs import load_runs
from corridor.reports.request import BASELINE, draws_problem, gathered, run_problems, scenario_words, whole
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.analysis.ledger import Ledger
    from corridor.areas import Area
    from corridor.data.panel import Panel
    from corridor.drivers.levers import Lever
    from corridor.projection.batches import Progress
    from corridor.scenario.effective import EffectiveScenario


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: an area, or several.

    Attributes
    ----------
    name : as readers know it
    areas : its members today
    """

    name: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class LedgerRequest:
    """What the user asked for.

    Attributes
    ----------
    sides : the two, in the order in which the user named them, which is the order of columns and says nothing more
    last : the year of the ledger
    anchor : a key of `ANCHORS`
    scenario : whose ledger it is
    baseline : what it is compared with
    draws : how many trajectories; 0 is one run at the medians
    seed : of the trajectories
    words : the sides as the user wrote them
    settings : options of the command line that name the scenario
    """

    sides: tuple[Side, Side]
    last: int
    anchor: str
    scenario: EffectiveScenario
    baseline: EffectiveScenario
    draws: int
    seed: int
    words: tuple[str, ...]
    settings: tuple[str, ...]

    @property
    def command(self) -> str:
        """The line that asks for the same."""
        asked = " ".join(f'"{word}"' for word in self.words)
        chance = f"--draws {self.draws} --seed {self.seed}"
        return f"corridor ledger {asked} {' '.join(self.settings)} --to {self.last} {chance} --anchor {self.anchor}"

    @property
    def levers(self) -> tuple[Lever, ...]:
        """The levers of the scenario that work between the two sides."""
        one, other = ({area.iso3 for area in side.areas} for side in self.sides)
        return tuple(
            lever
            for lever in self.scenario.settings.levers
            if any(
                origins & set(lever.origins) and destinations & set(lever.destinations)
                for origins, destinations in ((one, other), (other, one))
            )
        )

    @property
    def views(self) -> tuple[View, View]:
        """Moves from the first side to the second, and back."""
        one, other = self.sides
        members = [np.isin(codes(), [area.iso3 for area in side.areas]).astype(np.float64) for side in self.sides]
        return (
            View(f"{one.name} to {other.name}", members[0], members[1]),
            View(f"{other.name} to {one.name}", members[1], members[0]),
        )


def check_ledger_request(
    words: Sequence[str],
    *,
    scenario: str,
    settings: Sequence[str] = (),
    last: int,
    anchor: str,
    draws: int,
    seed: int,
    folder: Path | None = None,
) -> LedgerRequest:
    """Turn a user's words into a request.

    Parameters
    ----------
    words : two areas or groups
    scenario : name of a shipped scenario or path of a file
    settings : KEY=VALUE, which hold over the scenario

    Raises
    ------
    InputError : with every problem: of the sides, the scenario, the numbers, the anchor, the folder
    """
    problems = [*run_problems(last, draws_problem(draws), seed, anchor, folder)]
    found = gathered(problems, lambda: load_scenario(scenario, settings, last=whole(last)))
    sides = gathered(problems, lambda: sides_of(words))
    if problems or found is None or sides is None:
        raise InputError(problems)
    baseline, asked = load_scenario(BASELINE), scenario_words(scenario, settings)
    return LedgerRequest(sides, last, anchor, found, baseline, draws, seed, tuple(words), asked)


def sides_of(words: Sequence[str]) -> tuple[Side, Side]:
    """Return the two sides that words mean.

    Raises
    ------
    InputError : not two words, an unknown area or group, an area on both sides
    """
    if len(words) != 2:
        raise InputError(Problem("the ledger does not have two sides", "Name two areas or groups"))
    problems: list[Problem] = []
    found = [gathered(problems, lambda word=word: Side(*meant(word))) for word in words]  # type: ignore[misc]  # word has a default
    one, other = found
    if problems or one is None or other is None:
        raise InputError(problems)
    if both := [area.short_name for area in one.areas if area in other.areas]:
        fault = "an area is on both sides of the ledger"
        raise InputError(Problem(fault, "Name sides that have no member in common", value=", ".join(both)))
    return one, other


def answer_ledger_request(panel: Panel, request: LedgerRequest, *, progress: Progress | None = None) -> Ledger:
    """Answer a request.

    Parameters
    ----------
    progress : called with the number of runs done since the last call
    """
    scenario, baseline = request.scenario.settings, request.baseline.settings
    runs = load_runs(panel, request.last, request.anchor, per_degree=scenario.per_degree)
    one, other = (np.array([index(area.iso3) for area in side.areas]) for side in request.sides)
    terms = Terms((one, other), scenario, baseline, runs, request.seed)
    return ledger_draws(terms, request.draws, progress=progress) if request.draws else ledger_central(terms)
