"""What the channels do to the base flows of a batch of trajectories: `driving.driven_base` in compiled loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.drivers.channels.ageing import WORKING_AGES, ageing_pull
from corridor.drivers.channels.network import presence
from corridor.projection import driver_kernels, kernels

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.drivers.channel import Driving
    from corridor.projection.inputs import Inputs


class DrivenBatch:
    """The base flows of a batch as its channels change them, one trajectory at a time."""

    def __init__(self, inputs: Inputs, driving: Driving) -> None:
        base, areas = inputs.base, len(inputs.population)
        self.base, self.driving = base, driving
        self.base_share = inputs.working_share
        self.working = np.zeros(inputs.population.shape[1:])
        self.working[:, WORKING_AGES[0] : WORKING_AGES[1] + 1] = 1.0
        self.beside, base_presence = (np.ascontiguousarray(people.T) for people in presence(inputs.stock, base.outward))
        self.per_base = 1.0 / base_presence
        self.base_stock, self.base_displaced = (np.ascontiguousarray(of.T) for of in (inputs.stock, base.displaced))
        self.usual, self.usual_transit = base.outward.sum(axis=1), base.transit_rate.sum(axis=1)
        self.factors, self.outward, self.transit_rate = np.empty((3, areas, areas))
        self.year_outward, self.return_rate = base.outward, np.ascontiguousarray(base.return_rate.T)
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
            self.year_outward = self.base.outward * np.exp(effects.pair[position])
        if effects.back is not None:
            self.return_rate = np.ascontiguousarray((self.base.return_rate * np.exp(effects.back[position])).T)

    def base_of(self, t: int, stock: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Outward moves and transit rates [orig, dest], return rates [residence, birthplace], the push's factor [orig].

        The first two are overwritten when the next trajectory asks.

        Parameters
        ----------
        stock : [residence, birthplace], of the trajectory, persons
        """
        factors = None
        if self.driving.network[t] != 0.0:
            elasticity = self.driving.network[t]
            driver_kernels.network_factors(stock, self.beside, self.per_base, elasticity, self.factors)
            factors = self.factors
        pull = self.pull[t]
        driver_kernels.attract(self.year_outward, self.usual, pull, factors, self.outward)
        driver_kernels.attract(self.base.transit_rate, self.usual_transit, pull, None, self.transit_rate)
        return self.outward, self.transit_rate, self.return_rate, self.push[t]

    def stock_of(self, t: int, stock: Floats, displaced: Floats) -> tuple[Floats, Floats]:
        """People who return or move on, and the displaced among them: both [residence, birthplace], persons."""
        return (stock, displaced) if self.driving.returns[t] else (self.base_stock, self.base_displaced)
