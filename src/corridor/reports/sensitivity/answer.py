"""Which parameters matter most for an area, a group, a corridor or the world: a request and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from corridor.analysis.sensitivity import NOTHING_ACTS, acting_parameters, plan_sensitivity, sensitivity
from corridor.areas import WORLD
from corridor.errors import InputError
from corridor.projection.runs import load_runs
from corridor.reports.explanation.answer import views_of
from corridor.reports.request import gathered, number_problem, run_problems, whole
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.analysis.sensitivity import Sensitivity, SensitivityPlan
    from corridor.analysis.views import View
    from corridor.data.panel import Panel
    from corridor.projection.batches import Progress
    from corridor.scenario.effective import EffectiveScenario

SAMPLES = tuple(2**power for power in range(3, 11))
"""Base points that can be asked for: with fewer than 8 nothing can be told."""


@dataclass(frozen=True, slots=True)
class SensitivityRequest:
    """What the user asked for.

    Attributes
    ----------
    name : of the target
    views : moves of the world, then those of the target
    last : the year that is measured
    anchor : a key of `ANCHORS`
    scenario : whose channels are on
    samples, seed : of the base points
    target : as the user wrote it
    asked : name of the scenario and options that set its fields, as the user wrote them
    """

    name: str
    views: tuple[View, ...]
    last: int
    anchor: str
    scenario: EffectiveScenario
    samples: int
    seed: int
    target: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def command(self) -> str:
        """The line that asks for the same."""
        target = " ".join(f'"{word}"' for word in self.target)
        asked = " ".join([f"--scenario {quote(self.asked[0])}", *(f"--set {quote(field)}" for field in self.asked[1:])])
        numbers = f"--samples {self.samples} --seed {self.seed}"
        return f"corridor sensitivity {target} --to {self.last} {asked} --anchor {self.anchor} {numbers}"

    @property
    def plan(self) -> SensitivityPlan:
        """The runs that it takes."""
        return plan_sensitivity(self.scenario.settings, self.samples, self.seed)


def check_sensitivity_request(
    words: Sequence[str],
    *,
    last: int,
    scenario: str,
    settings: Sequence[str],
    anchor: str,
    samples: int,
    seed: int,
    folder: Path | None = None,
) -> SensitivityRequest:
    """Turn a user's words into a request.

    Parameters
    ----------
    words : the target: an area, a group or World; or origin and destination
    scenario, settings : name or file, and KEY=VALUE that hold over it

    Raises
    ------
    InputError : with every problem of the target, the numbers, the scenario and the folder
    """
    fault = f"this is not a power of 2 from {SAMPLES[0]} to {SAMPLES[-1]}"
    size = number_problem("--samples", samples, SAMPLES, fault)
    problems = [*run_problems(last, size, seed, anchor, folder)]
    target = gathered(problems, lambda: outputs_of(words))
    loaded = gathered(problems, lambda: load_scenario(scenario, settings, last=whole(last)))
    if loaded is not None and not acting_parameters(loaded.settings):
        problems.append(NOTHING_ACTS)
    if problems or target is None or loaded is None:
        raise InputError(problems)
    asked = (scenario, *settings)
    return SensitivityRequest(*target, last, anchor, loaded, samples, seed, tuple(words), asked)


def outputs_of(words: Sequence[str]) -> tuple[str, tuple[View, ...]]:
    """Return the name of a target, and what is measured: moves of the world, then those of the target.

    Raises
    ------
    InputError : see `corridor.reports.explanation.answer.views_of`
    """
    name, views = views_of(words)
    everywhere = views_of([WORLD])[1]
    return name, views if views[0].name == everywhere[0].name else (*everywhere, *views)


def answer_sensitivity_request(
    panel: Panel, request: SensitivityRequest, *, progress: Progress | None = None
) -> Sensitivity:
    """Answer a request.

    Parameters
    ----------
    progress : called with the number of runs done since the last call
    """
    runs = load_runs(panel, request.last, request.anchor, per_degree=request.scenario.settings.per_degree)
    return sensitivity(runs, request.plan, request.views, progress=progress)
