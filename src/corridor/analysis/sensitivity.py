"""Which parameters of the channels matter most: the world is run at many values of all of them at once.

The uncertain parameters that can act under a scenario are drawn from their priors; people, propensities and the pattern
of warming over areas are at their medians, the same in every run. So the indices are shares of the channels' own
uncertainty. Where climate acts, every point of the parameters is also run without it, at the same values of the others:
the difference is what climate adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.attribution import end_moves, repeated
from corridor.analysis.sobol import sobol_indices, sobol_points
from corridor.drivers.assembly import Chance, central_chance, driving_of, everything
from corridor.drivers.parameters import Fixed
from corridor.drivers.registry import CLIMATE, PARAMETERS, acting, without_climate
from corridor.errors import InputError, Problem
from corridor.projection.batches import BATCH, WORKERS, in_batches
from corridor.projection.trajectory import Paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.analysis.sobol import Indices
    from corridor.analysis.views import View
    from corridor.axes import Floats, Integers
    from corridor.drivers.assembly import Conditions
    from corridor.drivers.channel import Settings
    from corridor.drivers.parameters import Parameter
    from corridor.projection.batches import Progress
    from corridor.projection.ensemble import EnsembleWorld
    from corridor.projection.runs import Runs

NOTHING_ACTS = Problem(
    "the scenario leaves no parameter uncertain in a channel that is on", "Switch a channel on, or fix fewer parameters"
)


@dataclass(frozen=True, slots=True)
class SensitivityPart:
    """Runs of the world under one scenario.

    Attributes
    ----------
    settings : of the scenario
    parameters : that vary
    points : [run, parameter], quantiles of the priors, 0..1
    of_point : [point], the run that answers each point of the plan
    """

    settings: Settings
    parameters: tuple[Parameter, ...]
    points: Floats
    of_point: Integers


@dataclass(frozen=True, slots=True)
class SensitivityPlan:
    """What is to be run.

    Attributes
    ----------
    parameters : that vary, in the order of the registry
    samples, seed : of the base points
    parts : runs under the scenario, and without climate where climate acts in it
    """

    parameters: tuple[Parameter, ...]
    samples: int
    seed: int
    parts: tuple[SensitivityPart, ...]

    @property
    def size(self) -> int:
        """Runs of the world."""
        return sum(len(part.points) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How much each parameter matters.

    Attributes
    ----------
    parameters : names
    outputs : what was measured: moves in the last year, then the same by which climate changes them
    moves : [output, point], persons a year, at independent points of the parameters
    indices : [output, parameter]
    runs : of the world
    """

    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    moves: Floats
    indices: Indices
    runs: int


def acting_parameters(settings: Settings) -> tuple[Parameter, ...]:
    """Return the uncertain parameters that can change a run under some settings, in the order of the registry."""
    channels = {channel.name: channel for channel in acting(settings)}
    drawn = settings.percentile is None and settings.own_warming is None
    warmed = drawn and any(channel.warms for channel in channels.values())

    def acts(name: str) -> bool:
        of = name.partition(".")[0]
        return warmed if of == "temperature" else of in channels and channels[of].uses(settings, name)

    return tuple(
        parameter
        for parameter in PARAMETERS
        if not isinstance(parameter.prior, Fixed) and parameter.name not in settings.fixed and acts(parameter.name)
    )


def plan_sensitivity(settings: Settings, samples: int, seed: int) -> SensitivityPlan:
    """Plan the runs for the indices of every parameter that can act.

    Parameters
    ----------
    samples : base points, a power of 2; each takes a run for every parameter and two more

    Raises
    ------
    InputError : no parameter is left that could act
    """
    parameters = acting_parameters(settings)
    if not parameters:
        raise InputError(NOTHING_ACTS)
    points = sobol_points(len(parameters), samples, seed).reshape(-1, len(parameters))
    parts = [_part(settings, parameters, points)]
    if any(channel.name in CLIMATE for channel in acting(settings)):
        parts.append(_part(without_climate(settings), parameters, points))
    return SensitivityPlan(parameters, samples, seed, tuple(parts))


def _part(settings: Settings, parameters: tuple[Parameter, ...], points: Floats) -> SensitivityPart:
    """Run each set of values once that differs in what acts."""
    acting = acting_parameters(settings)
    chosen = points[:, [parameters.index(parameter) for parameter in acting]]
    if not acting:
        return SensitivityPart(settings, acting, chosen[:1], np.zeros(len(points), dtype=np.int64))
    different, of_point = np.unique(chosen, axis=0, return_inverse=True)
    return SensitivityPart(settings, acting, different, of_point.reshape(-1))


def sensitivity(
    runs: Runs,
    plan: SensitivityPlan,
    views: Sequence[View],
    *,
    batch: int = BATCH,
    workers: int = WORKERS,
    progress: Progress | None = None,
) -> Sensitivity:
    """Run a plan and return the indices of moves in the last year.

    Parameters
    ----------
    views : what is measured
    batch : runs that go together; neither it nor `workers`, threads, changes a result
    progress : called with the number of runs done since the last call
    """
    world, conditions, median = runs.world, runs.conditions, median_paths(runs.world)
    at_points: list[Floats] = []
    for part in plan.parts:

        def run(numbers: range, part: SensitivityPart = part) -> Floats:
            chance = chance_at(conditions, part.parameters, part.points[numbers.start : numbers.stop])
            driving = driving_of(conditions, everything(part.settings), part.settings, chance)
            moves: Floats = end_moves(world, repeated(median, driving), views)[1]
            return moves

        found = in_batches(run, len(part.points), batch=batch, workers=workers, progress=progress)
        at_points.append(np.concatenate([moves for _, moves in found])[part.of_point])
    return _sensitivity(plan, [view.name for view in views], at_points)


def _sensitivity(plan: SensitivityPlan, names: Sequence[str], moves: Sequence[Floats]) -> Sensitivity:
    """Compute indices from moves under the scenario, and without climate where there are any: each [point, view]."""
    outputs, measured = list(names), [moves[0]]
    if len(moves) > 1:
        outputs += [f"{name}, by climate" for name in names]
        measured.append(moves[0] - moves[1])
    values = np.concatenate(measured, axis=1).T.reshape(len(outputs), -1, plan.samples)
    return Sensitivity(
        tuple(parameter.name for parameter in plan.parameters),
        tuple(outputs),
        values[:, :2].reshape(len(outputs), -1),
        sobol_indices(values, plan.seed),
        plan.size,
    )


def chance_at(conditions: Conditions, parameters: Sequence[Parameter], points: Floats) -> Chance:
    """Return the values of all parameters at quantiles of some, the others at their medians.

    Parameters
    ----------
    points : [draw, parameter], quantiles, 0..1
    """
    central, draws = central_chance(conditions), len(points)
    values = {name: np.repeat(value, draws) for name, value in central.values.items()}
    drawn = {each.name: each.prior.quantile(points[:, column]) for column, each in enumerate(parameters)}
    return Chance({**values, **drawn}, np.repeat(central.per_degree, draws, axis=0))


def median_paths(world: EnsembleWorld) -> Paths:
    """Return paths of one trajectory with which, without channels, the world is the deterministic run."""
    levels = world.nodes.e0
    still = np.zeros((1, *levels.shape[:2]))
    return Paths(world.inputs.fertility.sum(axis=-1)[None], levels[None, ..., levels.shape[-1] // 2], still, still)
