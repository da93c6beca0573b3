"""Project the regions of a folder: cohort component, flows between them, net migration with elsewhere, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE
from corridor.demography.cohort_component import step, survive
from corridor.projection.demand import MOST_LEAVING, movers_by_age, weighted_population

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.own_regions.rates import OwnInputs


LEAST_TOLD = 1e-6
"""Share of all moves below which moves that could not be made are rounding."""


@dataclass(frozen=True, slots=True)
class OwnProjection:
    """The regions of a folder, projected.

    Attributes
    ----------
    inputs : what it rests on
    population : [step + 1, region, sex, age], persons on the day of the year that the start has
    births, deaths : [step, region, sex], persons in a step
    flows : [step, orig, dest], moves between the regions, persons in a step
    emigrants, immigrants : [step, region, sex, age], of these moves, by age at the end of the step
    outside : [step, region, sex, age], net migration with elsewhere
    not_moved : persons whom flows or net emigration ask for and the regions do not have: no group loses more than
        80 % in a step by either
    """

    inputs: OwnInputs
    population: Floats
    births: Floats
    deaths: Floats
    flows: Floats
    emigrants: Floats
    immigrants: Floats
    outside: Floats
    not_moved: float

    def notes(self) -> tuple[str, ...]:
        """Return what a user should know of how it went."""
        moved = self.flows.sum() + np.abs(self.outside).sum()
        if self.not_moved <= LEAST_TOLD * moved:
            return ()
        return (f"{self.not_moved:,.0f} moves were asked for that the regions do not have the people for",)


@dataclass(frozen=True, slots=True)
class _Moves:
    """Moves of a step: flows [orig, dest], emigrants and immigrants [region, sex, age]."""

    flows: Floats
    emigrants: Floats
    immigrants: Floats
    not_moved: float


def project_own_data(inputs: OwnInputs) -> OwnProjection:
    """Project the regions over all steps.

    Moves of a step are by age on arrival. Groups give at most 80 % of those who are there to move: the survivors, and,
    where migrants move evenly over the step, no more than were of that age at its start.
    """
    populations, happened, moved, outside, not_moved = [inputs.population], [], [], [], 0.0
    reference: Floats | None = None
    for position, year in enumerate(inputs.years):
        start = populations[-1]
        rates = (inputs.survival[position], inputs.fertility[position], inputs.sex_ratio[position])
        present = survive(start, *rates, width=inputs.width).population
        if inputs.timing == "even":
            present = np.minimum(present, start)
        if reference is None or (inputs.flows is not None and year <= inputs.flows.years[-1]):
            reference = present
        moves = _moves(inputs, year, present, reference)
        beyond, short = _outside(inputs, position, present - moves.emigrants)
        net = moves.immigrants - moves.emigrants + beyond
        done = step(start, *rates, net, width=inputs.width, timing=inputs.timing)
        populations.append(done.population)
        happened.append(done)
        moved.append(moves)
        outside.append(beyond)
        not_moved += moves.not_moved + short
    return OwnProjection(
        inputs,
        np.stack(populations),
        np.stack([done.births for done in happened]),
        np.stack([done.cohort_deaths.sum(axis=AGE) for done in happened]),
        np.stack([moves.flows for moves in moved]),
        np.stack([moves.emigrants for moves in moved]),
        np.stack([moves.immigrants for moves in moved]),
        np.stack(outside),
        not_moved,
    )


def _moves(inputs: OwnInputs, year: int, present: Floats, reference: Floats) -> _Moves:
    """Return the moves between regions in a step; `reference` are the people at the last step with given flows."""
    if inputs.flows is None:
        none = np.zeros_like(present)
        return _Moves(np.zeros((len(present), len(present))), none, none, 0.0)
    wanted = inputs.flows.at([year])[0] * inputs.width
    if wanted.ndim == 2:
        return _moves_of_totals(inputs, wanted, present, reference)
    wanted *= _ratio(present, reference)[:, None]
    leaving = wanted.sum(axis=1)
    wanted *= np.minimum(_ratio(MOST_LEAVING * present, leaving), 1.0)[:, None]
    emigrants = wanted.sum(axis=1)
    return _Moves(wanted.sum(axis=(2, 3)), emigrants, wanted.sum(axis=0), float((leaving - emigrants).sum()))


def _moves_of_totals(inputs: OwnInputs, wanted: Floats, present: Floats, reference: Floats) -> _Moves:
    """Return moves whose ages follow the model schedule and the people of the origin."""
    weights = (weighted_population(people, inputs.schedule) for people in (present, reference))
    wanted = wanted * _ratio(*weights)[:, None]
    leaving = wanted.sum(axis=1)
    emigrants = movers_by_age(leaving, inputs.schedule, present)
    flows = wanted * _ratio(emigrants.sum(axis=(1, 2)), leaving)[:, None]
    shares = flows / np.maximum(flows.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    immigrants = np.einsum("od,osa->dsa", shares, emigrants)
    return _Moves(flows, emigrants, immigrants, float((leaving - emigrants.sum(axis=(1, 2))).sum()))


def _outside(inputs: OwnInputs, position: int, present: Floats) -> tuple[Floats, float]:
    """Return net migration with elsewhere [region, sex, age], and the persons that the regions cannot give."""
    wanted = inputs.outside[position]
    if wanted.ndim > 1:
        net = np.maximum(wanted, -MOST_LEAVING * present)
    else:
        gains = np.maximum(wanted, 0.0)[:, None, None] * inputs.arrivals
        net = gains - movers_by_age(np.maximum(-wanted, 0.0), inputs.schedule, present)
    return net, float(net.sum() - wanted.sum())


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return above / below, 0 where nobody is below."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0.0)
