"""Central runs: people on the UN's medium, every parameter at its median, the channels as settings have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.calendar import LAST_YEAR
from corridor.drivers.assembly import central_chance, driving_of, everything, load_conditions
from corridor.projection.driving import project_driven
from corridor.projection.engine import project
from corridor.projection.inputs import load_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.data.panel import Panel
    from corridor.drivers.assembly import Conditions
    from corridor.drivers.channel import Settings
    from corridor.projection.engine import Projection
    from corridor.projection.inputs import Inputs


@dataclass(frozen=True, slots=True)
class CentralWorld:
    """What central runs share.

    Attributes
    ----------
    inputs : rates, base flows and the state at the start
    baseline : the run of the anchor without channels
    conditions : what the channels know
    """

    inputs: Inputs
    baseline: Projection
    conditions: Conditions


def load_central_world(panel: Panel, last: int = LAST_YEAR, anchor: str = "observed") -> CentralWorld:
    """Gather what central runs to the end of the year `last` share."""
    return central_world(panel, load_inputs(panel, last), anchor)


def central_world(
    panel: Panel,
    inputs: Inputs,
    anchor: str = "observed",
    per_degree: str = "surface",
    *,
    progress: Callable[[int], None] | None = None,
) -> CentralWorld:
    """Gather what central runs share, from inputs that may have been changed.

    Parameters
    ----------
    per_degree : as in `Settings`
    progress : called with each year of the baseline when it is done
    """
    conditions = load_conditions(panel, inputs.years, inputs.base.outward, per_degree)
    return CentralWorld(inputs, project(inputs, anchor, progress=progress), conditions)


def central_projection(world: CentralWorld, settings: Settings) -> Projection:
    """Run the world with all channels of some settings: the one path that every command states as its figures."""
    driving = driving_of(world.conditions, everything(settings), settings, central_chance(world.conditions))
    return project_driven(world.inputs, world.baseline, driving)
