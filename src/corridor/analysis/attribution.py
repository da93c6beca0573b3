"""Which causes a change of flows is due to: every coalition of causes is run, exact Shapley values share the change.

A coalition's run has its blocks of causes at the scenario's values and the others as in the base year (or as in another
scenario, when two are compared). Everything else is computed anew in each: people, stocks by birthplace, networks and
returns follow. What changes without any cause stands apart as `carried`, so that the parts add up; `under_way` shares
it among what is under way already: the anchor's path, returns, networks, and what is left, wars that fade.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.shapley import coalitions, first_in, last_in, shapley_values
from corridor.analysis.views import measure
from corridor.drivers.assembly import central_chance, driving_of, frozen
from corridor.drivers.channel import BLOCKS, Driving, Effects
from corridor.projection.batches import WORKERS, in_batches, in_order
from corridor.projection.driving import follow_driven
from corridor.projection.engine import project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from corridor.analysis.views import View
    from corridor.axes import Booleans, Floats
    from corridor.drivers.channel import Settings
    from corridor.projection.batches import Progress
    from corridor.projection.engine import Projection
    from corridor.projection.ensemble import Draw, EnsembleWorld
    from corridor.projection.inputs import Inputs
    from corridor.projection.leaving import Moved
    from corridor.projection.runs import Runs
    from corridor.projection.trajectory import Paths

    Drive = Callable[[frozenset[str], range | None], Driving]
    """What drives a run whose causes are the given blocks: for trajectories by number, or one central run."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A change of flows and what it is due to; persons a year. Parts and `carried` add up to later less base.

    Attributes
    ----------
    views : what is explained
    year : the calendar year that is explained
    base : [draw, view], moves in the base year, or under the other scenario in the same year
    later : [draw, view], moves after
    carried : [draw, view], change without any of the causes; zero when two scenarios are compared
    parts : [draw, view, block], Shapley values in the order of `BLOCKS`; zero where a block cannot matter
    first, last : [draw, view, block], what a block brings when it comes first, and last, of all causes
    """

    views: tuple[View, ...]
    year: int
    base: Floats
    later: Floats
    carried: Floats
    parts: Floats
    first: Floats
    last: Floats


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be explained, by what.

    Attributes
    ----------
    views : sums of moves in the last year
    players : the blocks of causes that can matter, of `BLOCKS`; the others have no part
    drive : gives what drives a run with some of them
    compared : blocks that are not among the causes have another scenario's values: its run is what is compared with,
        in place of the base year
    """

    views: tuple[View, ...]
    players: tuple[str, ...]
    drive: Drive
    compared: bool = False


def explain_central(
    inputs: Inputs, baseline: Projection, question: Question, *, progress: Progress | None = None
) -> Explanation:
    """Explain the change to the last year of the inputs, every parameter at its median.

    Parameters
    ----------
    baseline : the run of the anchor over the same years
    progress : called with 1 after each run
    """
    views, sets = question.views, coalitions(len(question.players))
    values = np.empty((1, len(views), len(sets)))

    def run(blocks: frozenset[str]) -> Floats:
        *_, (_, year) = follow_driven(inputs, baseline, question.drive(blocks, None))
        return measure(views, year.flows)

    for number, moves in enumerate(in_order(run, _blocks(question, sets))):
        values[0, :, number] = moves
        if progress is not None:
            progress(1)
    return _explanation(question, inputs.years[-1], measure(views, baseline.flows[0])[None], values)


def explain_draws(
    world: EnsembleWorld,
    draw: Draw,
    question: Question,
    draws: int,
    *,
    workers: int = WORKERS,
    progress: Progress | None = None,
) -> Explanation:
    """Explain the same change in many trajectories, each with its own people, propensities and parameters.

    A trajectory has the same chance in all coalitions, so that what differs is the cause.

    Parameters
    ----------
    world : in the mode `birthplaces`
    draw : paths of trajectories by their number
    draws : trajectories 0, 1, ...
    progress : called with the number of runs done since the last call, after each trajectory
    """
    sets = coalitions(len(question.players))
    views = len(question.views)
    values, base = np.empty((draws, views, len(sets))), np.empty((draws, views))

    def run(numbers: range) -> Floats:
        return _run_coalitions(world, draw, question, numbers, sets)

    for numbers, (first, last) in in_batches(run, draws, batch=1, workers=workers, runs=len(sets), progress=progress):
        values[numbers], base[numbers] = last.T, first[0]
    return _explanation(question, world.inputs.years[-1], base, values)


UNDER_WAY = ("anchor", "returns", "network", "fading")
"""What moves change by without any cause: the UN's path as far as the anchor follows it, returns and networks as stocks
change, and the rest: people who fled, and new wars that do not come."""


def under_way(runs: Runs, settings: Settings, views: Sequence[View]) -> Floats:
    """Share the change without any cause among `UNDER_WAY`: [view, part], persons a year.

    Shapley values of the first three, each run with and without the others; the last is the change without all of them.
    They add up to `Explanation.carried` of the central run.

    Parameters
    ----------
    settings : of the scenario; what it switches off has no part
    """
    others = runs if runs.baseline.anchor == "observed" else replace(runs, baseline=project(runs.inputs, "observed"))
    sets = coalitions(len(UNDER_WAY) - 1)

    def run(members: Booleans) -> Floats:
        present = {part for part, is_in in zip(UNDER_WAY, members, strict=False) if is_in}
        off = settings.off | ({"returns", "network"} - present)
        here = runs if "anchor" in present else others
        nothing = driving_of(here.conditions, frozen(), replace(settings, off=off), central_chance(here.conditions))
        *_, (_, year) = here.follow(nothing)
        return measure(views, year.flows) - measure(views, here.baseline.flows[0])

    values = np.stack(list(in_order(run, sets)), axis=1)
    return np.concatenate([shapley_values(values), values[:, :1]], axis=1)


def _blocks(question: Question, sets: Booleans) -> Iterator[frozenset[str]]:
    for members in sets:
        yield frozenset(player for player, is_in in zip(question.players, members, strict=True) if is_in)


def _run_coalitions(world: EnsembleWorld, draw: Draw, question: Question, numbers: range, sets: Booleans) -> Floats:
    """Run one trajectory under all coalitions: moves of the first and the last year, [2, coalition, view].

    Coalitions with the same effects on corridors and the same gate run together.
    """
    drivings = [question.drive(blocks, numbers) for blocks in _blocks(question, sets)]
    together: dict[tuple[int, ...], list[int]] = {}
    for position, driving in enumerate(drivings):
        shared = (driving.effects.pair, driving.effects.back, driving.gate)
        together.setdefault(tuple(map(id, shared)), []).append(position)
    found, paths = np.empty((2, len(sets), len(question.views))), draw(numbers)
    for positions in together.values():
        found[:, positions] = end_moves(
            world, repeated(paths, joined([drivings[at] for at in positions])), question.views
        )
    return found


def end_moves(world: EnsembleWorld, paths: Paths, views: Sequence[View]) -> Floats:
    """Return moves of the first and the last year in some trajectories: [2, trajectory, view], persons."""
    from corridor.projection.ensemble import walk  # noqa: PLC0415 - loads the compiler, and central runs do without

    last, found = len(world.inputs.years) - 1, np.empty((2, len(paths.fertility), len(views)))

    def watch(position: int, t: int, moved: Moved) -> None:
        if position in {0, last}:
            found[int(position > 0), t] = measure(views, moved.moves, moved.persons)

    for _ in walk(world, paths, watch):
        pass
    if last == 0:
        found[1] = found[0]
    return found


def repeated(paths: Paths, driving: Driving) -> Paths:
    """Give the paths of one trajectory to all runs that `driving` has."""
    runs = len(driving.exposure)
    arrays = (paths.fertility, paths.life_expectancy, paths.propensity, paths.pull)
    fertility, life_expectancy, propensity, pull = (np.repeat(values, runs, axis=0) for values in arrays)
    return replace(
        paths,
        fertility=fertility,
        life_expectancy=life_expectancy,
        propensity=propensity,
        pull=pull,
        driving=driving,
    )


def joined(runs: Sequence[Driving]) -> Driving:
    """Put what drives several runs beside each other; they share the effects on corridors and the gate of the first."""
    effects = Effects(
        np.concatenate([run.effects.push for run in runs]),
        np.concatenate([run.effects.pull for run in runs]),
        runs[0].effects.pair,
        runs[0].effects.back,
    )
    exposure, ageing, network, returns = (
        np.concatenate([getattr(run, name) for run in runs]) for name in ("exposure", "ageing", "network", "returns")
    )
    gate = runs[0].gate
    if gate is not None:
        parts = [run.gate.values for run in runs if run.gate is not None]
        gate = replace(gate, values={name: np.concatenate([part[name] for part in parts]) for name in gate.values})
    return Driving(effects, exposure, ageing, network, returns, gate)


def _explanation(question: Question, year: int, base: Floats, values: Floats) -> Explanation:
    """Share changes among blocks.

    Parameters
    ----------
    base : [draw, view], moves in the base year
    values : [draw, view, coalition]
    """
    if question.compared:
        base = values[..., 0]
    order = [BLOCKS.index(player) for player in question.players]
    parts, first, last = np.zeros((3, *base.shape, len(BLOCKS)))
    parts[..., order], first[..., order], last[..., order] = shapley_values(values), first_in(values), last_in(values)
    return Explanation(question.views, year, base, values[..., -1], values[..., 0] - base, parts, first, last)
