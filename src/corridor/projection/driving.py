"""Runs that the channels drive: what they do to the base flows of a year, and the deterministic run with them.

A driven run stands around a baseline, the run of an anchor without channels: it keeps the baseline's balancing factors
and its correction of ages, so that channels move net migration too. With all channels off it is the baseline, bit for
bit. Corridors with levers pass the gate last, when all else that their moves answer to is in them.
`corridor.projection.ensemble` does the same for thousands of trajectories.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from corridor.drivers.channels.ageing import ageing_pull, working_people
from corridor.drivers.channels.network import network_factor
from corridor.projection.anchors import NEARLY_ALL, bearable
from corridor.projection.demand import demand
from corridor.projection.engine import Wanted, empty_projection, exposure, keep_year, pass_year, start_of
from corridor.projection.pathway_movers import gate_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.axes import Floats
    from corridor.demography.cohort_component import Step
    from corridor.drivers.channel import Driving
    from corridor.drivers.lever_gate import Gate
    from corridor.estimate.world.base_flows import BaseFlows
    from corridor.projection.engine import Projection, State, Year
    from corridor.projection.inputs import Inputs


def driven_demand(state: State, inputs: Inputs, driving: Driving, position: int, draw: int = 0) -> Floats:
    """Moves that would be wanted in a year as channels drive: [type, orig, dest], persons; see `demand.demand`."""
    base, factor = driven_base(state, inputs, driving, position, draw)
    middle = inputs.years[position] + 0.5
    if driving.returns[draw]:
        return demand(base, factor, state.stock, state.displaced, middle)
    return demand(base, factor, inputs.stock, base.displaced, middle)


def driven_base(
    state: State, inputs: Inputs, driving: Driving, position: int, draw: int = 0
) -> tuple[BaseFlows, Floats]:
    """Base flows of a year as the channels change them, and the factor of outward moves [orig].

    Outward and transit moves are shifted towards destinations, the total of every origin unchanged; then `push` and the
    exposed population change the totals of outward moves. Nothing changes where all effects are zero.
    """
    effects, base = driving.effects, inputs.base
    pull = np.exp(effects.pull[draw, position] + _ageing(state, inputs, float(driving.ageing[draw])))
    attraction = pull * network_factor(state.stock, inputs.stock, base.outward, float(driving.network[draw]))
    if effects.pair is not None:
        attraction = attraction * np.exp(effects.pair[position])
    returns = base.return_rate if effects.back is None else base.return_rate * np.exp(effects.back[position])
    driven = replace(
        base,
        outward=shifted(base.outward, attraction),
        transit_rate=shifted(base.transit_rate, pull),
        return_rate=returns,
    )
    return driven, exposure(state, inputs) ** driving.exposure[draw] * np.exp(effects.push[draw, position])


def _ageing(state: State, inputs: Inputs, elasticity: float) -> Floats:
    """Log pull of destinations through their need of people of working age: [dest]."""
    people = state.population
    return ageing_pull(working_people(people), people.sum(axis=(1, 2)), inputs.working_share, elasticity)


def shifted(table: Floats, attraction: Floats) -> Floats:
    """Multiply moves [(type,) orig, dest] by factors [(orig,) dest], keeping the sum of every origin."""
    drawn = table * attraction
    over = 1 if table.ndim == 2 else (0, 2)
    total, sums = table.sum(axis=over), drawn.sum(axis=over)
    drawn *= np.divide(total, sums, out=np.zeros_like(total), where=sums > 0.0)[:, None]
    return drawn


def follow_driven(
    inputs: Inputs, baseline: Projection, driving: Driving, draw: int = 0
) -> Iterator[tuple[State, Year]]:
    """Walk through the years of a driven run: the state at the end of each, and what happened in it."""

    def want(position: int, state: State, aged: Step) -> Wanted:
        moves = balanced(driven_demand(state, inputs, driving, position, draw), baseline.factors[position])
        correction, gate = baseline.correction[position], driving.gate
        return around_baseline(inputs, correction, aged, moves, position, gate=gate, draw=draw)

    state = start_of(inputs)
    for position in range(len(inputs.years)):
        state, year = pass_year(state, inputs, inputs.rates(position), partial(want, position))
        yield state, year


def balanced(moves: Floats, factors: Floats) -> Floats:
    """Scale moves [type, orig, dest], in place, by the baseline's balancing factors [area]."""
    moves *= factors[:, None] / factors[None, :]
    return moves


def around_baseline(
    inputs: Inputs,
    correction: Floats,
    aged: Step,
    moves: Floats,
    position: int,
    *,
    gate: Gate | None = None,
    draw: int = 0,
    settles: bool = True,
) -> Wanted:
    """Return what people want in a year around a baseline; corridors with levers pass the gate last.

    Parameters
    ----------
    correction : [area, sex, age], of the baseline, persons; shrunk where a group could not bear it
    aged : survivors, births and deaths of the year
    moves : [type, orig, dest], without levers, persons; overwritten
    position, draw : of the year and the trajectory
    settles : see `Wanted`
    """
    movers, split = gate_year(inputs.movers, gate, position, draw, moves)
    residents = aged.population.sum(axis=(1, 2))

    def correct(_emigrants: Floats, _immigrants: Floats, people: Floats) -> Floats:
        return bearable(correction, people, residents, NEARLY_ALL)

    return Wanted(moves, movers, correct, gate=gate, split=split, settles=settles)


def project_driven(inputs: Inputs, baseline: Projection, driving: Driving) -> Projection:
    """Keep a driven run whole, around the baseline whose balancing factors it has."""
    projection = empty_projection(inputs, baseline.anchor)
    for position, (state, year) in enumerate(follow_driven(inputs, baseline, driving)):
        keep_year(projection, position, state, year)
    return replace(projection, factors=baseline.factors, balance_error=baseline.balance_error)
