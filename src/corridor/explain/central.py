"""Central runs: people on the UN's medium, every parameter at its median, the channels as settings have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.drivers.assembly import load_conditions
from corridor.projection.engine import project
from corridor.projection.inputs import LAST_YEAR, load_inputs

if TYPE_CHECKING:
    from corridor.data.panel import Panel
    from corridor.drivers.assembly import Conditions
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


def central_world(panel: Panel, inputs: Inputs, anchor: str = "observed") -> CentralWorld:
    """Gather what central runs share, from inputs that may have been changed."""
    conditions = load_conditions(panel, inputs.years, inputs.base.outward)
    return CentralWorld(inputs, project(inputs, anchor), conditions)
