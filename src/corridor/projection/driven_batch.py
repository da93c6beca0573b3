"""What the channels do to the base flows of a batch of trajectories: `driving.driven_base` in compiled loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.drivers.channels.ageing import WORKING_AGES, ageing_pull
from corridor.drivers.channels.network import presence
from corridor.projection import kernels

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.drivers.channel import Driving
    from corridor.projection.inputs import Inputs


class DrivenBatch:
    """What the channels do to the base flows of a batch, year by year; `driver_kernels.want_driven` applies it."""

    def __init__(self, inputs: Inputs, driving: Driving) -> None:
        base = inputs.base
        self.base, self.driving = base, driving
        self.base_share = inputs.working_share
        self.working = np.zeros(inputs.population.shape[1:])
        self.working[:, WORKING_AGES[0] : WORKING_AGES[1] + 1] = 1.0
        self.beside, base_presence = presence(inputs.stock, base.outward)
        self.per_base = 1.0 / base_presence
        self.base_stock, self.base_displaced = (np.ascontiguousarray(of.T) for of in (inputs.stock, base.displaced))
        self.usual, self.usual_transit = base.outward.sum(axis=1), base.transit_rate.sum(axis=1)
        self.outward, self.return_rate = base.outward, np.ascontiguousarray(base.return_rate.T)
        self.pull, self.push = np.empty((2, 0))

    def start_year(self, position: int, people: Floats, residents: Floats) -> None:
        """Take what holds for a year: effects, and the share of working age.

        Parameters
        ----------
        people : [trajectory, area, sex, age], at the start of the year, persons
        residents : [trajectory, area], persons
        """
        effects = self.driving.effects
        working = kernels.weigh(people, self.working)
        ageing = ageing_pull(working, residents, self.base_share, self.driving.ageing[:, None])
        self.pull = np.exp(effects.pull[:, position] + ageing)
        self.push = np.exp(effects.push[:, position])
        if effects.pair is not None:
            self.outward = self.base.outward * np.exp(effects.pair[position])
        if effects.back is not None:
            self.return_rate = np.ascontiguousarray((self.base.return_rate * np.exp(effects.back[position])).T)

    def stock_of(self, t: int, stock: Floats, displaced: Floats) -> tuple[Floats, Floats]:
        """People who return or move on, and the displaced among them: both [residence, birthplace], persons."""
        return (stock, displaced) if self.driving.returns[t] else (self.base_stock, self.base_displaced)
