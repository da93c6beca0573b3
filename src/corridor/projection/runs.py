"""Runs of the world: what they share, one run at the medians of all parameters, and many in draws.

The run at the medians is readable NumPy (`corridor.projection.driving`). Draws are compiled loops that run in batches
on a few threads (`corridor.projection.ensemble`); the first use of them loads the compiler. Whoever measures something
of its own in draws walks with `Runs.world` and `Runs.paths` in the loop of `corridor.projection.batches`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from corridor.calendar import LAST_YEAR
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.drivers.assembly import central_chance, drawn_driving, driving_of, everything, load_conditions
from corridor.estimate.world.base_windows import DEFAULT_WINDOW, WINDOWS
from corridor.projection.batches import one_thread
from corridor.projection.driving import follow_driven, project_driven
from corridor.projection.engine import project
from corridor.projection.inputs import load_inputs
from corridor.projection.paths import fertility_paths, furthest_life_expectancy, life_expectancy_paths, load_vital_bands
from corridor.projection.propensities import load_propensity_sizes, propensity_paths, pull_paths
from corridor.projection.survival_nodes import load_survival_nodes
from corridor.projection.trajectory import Paths, follow_baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corridor.data.panel import Panel
    from corridor.drivers.assembly import Conditions
    from corridor.drivers.channel import Driving, Settings
    from corridor.estimate.world.base_windows import BaseWindow
    from corridor.projection.batches import Progress
    from corridor.projection.engine import Projection, State, Year
    from corridor.projection.ensemble import Corridors, Draw, EnsembleWorld, Totals
    from corridor.projection.inputs import Inputs
    from corridor.projection.propensities import PropensitySizes
    from corridor.projection.trajectory import Mode


@dataclass(frozen=True)
class Runs:
    """The world that runs start from, and what they share.

    Attributes
    ----------
    panel : the tables behind
    inputs : rates, base flows and the state at the start
    baseline : the run of the anchor without channels
    conditions : what the channels know
    """

    panel: Panel
    inputs: Inputs
    baseline: Projection
    conditions: Conditions

    @classmethod
    def of(
        cls,
        panel: Panel,
        inputs: Inputs,
        anchor: str = DEFAULT_ANCHOR,
        per_degree: str = "surface",
        *,
        progress: Callable[[int], object] | None = None,
    ) -> Runs:
        """Gather what runs share from inputs that may have been changed; parameters are those of `load_runs`."""
        with one_thread():
            conditions = load_conditions(panel, inputs.years, inputs.base.outward, per_degree)
            return cls(panel, inputs, project(inputs, anchor, progress=progress), conditions)

    def driving(self, settings: Settings) -> Driving:
        """What all channels of some settings do, every parameter at its median."""
        return driving_of(self.conditions, everything(settings), settings, central_chance(self.conditions))

    def follow(self, driving: Driving, draw: int = 0) -> Iterator[tuple[State, Year]]:
        """Walk through the years of a run of medium people: the state at the end of each, and what happened in it."""
        with one_thread():
            yield from follow_driven(self.inputs, self.baseline, driving, draw)

    def central(self, settings: Settings) -> Projection:
        """Run the world with every parameter at its median: the one path that every command states as its figures."""
        with one_thread():
            return project_driven(self.inputs, self.baseline, self.driving(settings))

    @cached_property
    def world(self) -> EnsembleWorld:
        """What trajectories share, in the mode `birthplaces`: gathered once, when it is first asked for."""
        from corridor.projection.ensemble import EnsembleWorld  # noqa: PLC0415 - loads the compiler

        with one_thread():
            furthest = furthest_life_expectancy(load_vital_bands(self.panel, self.inputs.years))
            nodes = load_survival_nodes(self.panel, self.inputs.years, furthest)
            return EnsembleWorld(self.inputs, follow_baseline(self.inputs, self.baseline), nodes, "birthplaces")

    @cached_property
    def propensity_sizes(self) -> PropensitySizes:
        """How far propensities strayed in the past: learnt once, when it is first asked for."""
        with one_thread():
            return load_propensity_sizes(self.panel)

    def paths(self, seed: int, settings: Settings | None = None) -> Draw:
        """Return what gives trajectories their paths by number, around the UN's medium.

        Fertility and life expectancy are within the UN's bands, propensities vary as in the past.

        Parameters
        ----------
        settings : whose channels drive the moves; None without channels
        """
        years = self.inputs.years
        with one_thread():
            bands, sizes = load_vital_bands(self.panel, years), self.propensity_sizes
            drive = None if settings is None else drawn_driving(self.conditions, settings, seed)

        def draw(numbers: range) -> Paths:
            return Paths(
                fertility_paths(bands, numbers, seed),
                life_expectancy_paths(bands, numbers, seed),
                propensity_paths(sizes, years, numbers, seed),
                pull_paths(sizes, years, numbers, seed),
                None if drive is None else drive(numbers),
            )

        return draw

    def draws(
        self,
        settings: Settings | None,
        draws: int,
        seed: int = 1,
        *,
        corridors: Corridors | None = None,
        mode: Mode = "birthplaces",
        progress: Progress | None = None,
    ) -> Totals:
        """Run trajectories 0, 1, ... of a seed: totals of all areas, and moves of some corridors.

        Parameters
        ----------
        settings : as in `paths`; None is the only choice in modes other than `birthplaces`
        corridors : positions of origins and of destinations, each [corridor]
        mode : how migration answers, see `corridor.projection.trajectory`
        progress : called with the number of trajectories done since the last call

        Raises
        ------
        InputError : the run would take too much memory
        """
        from corridor.projection.ensemble import NO_CORRIDORS, run_ensemble  # noqa: PLC0415 - loads the compiler

        world, draw, chosen = replace(self.world, mode=mode), self.paths(seed, settings), corridors or NO_CORRIDORS
        gate = None if settings is None else self.driving(settings).gate
        return run_ensemble(world, draw, draws, corridors=chosen, gate=gate, progress=progress)


def load_runs(
    panel: Panel,
    last: int = LAST_YEAR,
    anchor: str = DEFAULT_ANCHOR,
    window: BaseWindow = WINDOWS[DEFAULT_WINDOW],
    per_degree: str = "surface",
    *,
    progress: Callable[[int], object] | None = None,
) -> Runs:
    """Gather what runs to the end of the year `last` share.

    Parameters
    ----------
    anchor : a key of `ANCHORS`
    window : years whose rates the base flows carry on
    per_degree : as in `Settings`
    progress : called with each year of the baseline when it is done

    Raises
    ------
    InputError : the user's table of warming is asked for and was not imported
    """
    with one_thread():
        return Runs.of(panel, load_inputs(panel, last, window), anchor, per_degree, progress=progress)
