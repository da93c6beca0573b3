"""One random trajectory of the world, in NumPy: what the ensemble computes for thousands, written to be read.

An ensemble stands around a baseline, the deterministic run of the engine under an anchor. A trajectory has its own
paths of fertility, life expectancy, propensity to move and attraction of destinations; with the paths at their medians
it is the baseline. How much of migration answers to them is the mode:

net
    migrants are those of the baseline, in persons;
flows
    people move at the baseline's propensities, every area's people having the birthplaces of the baseline;
birthplaces
    as flows, and each trajectory has its own stock of people by birthplace.

Under the anchor `un` the flows keep the baseline's balancing factors and its correction of ages, which are the
propensities with which the baseline meets the UN's net migration. `corridor.projection.kernels` is the same in compiled
loops.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.projection.anchors import NEARLY_ALL
from corridor.projection.demand import demand, weighted_population
from corridor.projection.driving import around_baseline, balanced, driven_demand, shifted
from corridor.projection.engine import State, Wanted, exposure, next_displaced, pass_year
from corridor.projection.inputs import Rates
from corridor.projection.survival_nodes import SurvivalNodes, survival_at

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.demography.cohort_component import Step
    from corridor.drivers.channel import Driving
    from corridor.projection.engine import Projection, Year
    from corridor.projection.inputs import Inputs

    Mode: TypeAlias = Literal["net", "flows", "birthplaces"]

MODES = ("net", "flows", "birthplaces")


@dataclass(frozen=True, slots=True)
class Paths:
    """What makes trajectories differ.

    Attributes
    ----------
    fertility : [trajectory, year, area], births per woman
    life_expectancy : [trajectory, year, area, sex], years at birth
    propensity : [trajectory, year, area], log multiplier of the propensity to leave; zero is the baseline
    pull : [trajectory, year, area], log multiplier of the attraction of a destination; the totals of origins stay
    driving : what the channels do, a draw a trajectory; None without channels. Only the mode `birthplaces` has them
    """

    fertility: Floats
    life_expectancy: Floats
    propensity: Floats
    pull: Floats
    driving: Driving | None = None

    def of(self, trajectory: int) -> Paths:
        """Return the paths of one trajectory: arrays without their first axis, driving with an axis of one draw."""
        driving = None if self.driving is None else self.driving.of(trajectory)
        return Paths(
            self.fertility[trajectory],
            self.life_expectancy[trajectory],
            self.propensity[trajectory],
            self.pull[trajectory],
            driving,
        )


@dataclass(frozen=True, slots=True)
class Baseline:
    """The deterministic run around which trajectories stand.

    Attributes
    ----------
    projection : the run
    net : [year, area, sex, age], net migrants with the correction of ages, persons
    of_natives, of_others : [year, orig, dest], moves wanted by those living in their birthplace and by others, persons
    residents : [year, area], population of 1 January, persons
    weighted : [year, area], the same weighted by the schedule of moving
    """

    projection: Projection
    net: Floats
    of_natives: Floats
    of_others: Floats
    residents: Floats
    weighted: Floats


def follow_baseline(inputs: Inputs, projection: Projection) -> Baseline:
    """Keep of a deterministic run what trajectories start from."""
    displaced = inputs.base.displaced
    of_natives, of_others = np.empty((2, *projection.flows.shape))
    for position, calendar_year in enumerate(inputs.years):
        state = State(projection.population[position], projection.stock[position], displaced)
        wanted = demand(inputs.base, exposure(state, inputs), state.stock, displaced, calendar_year + 0.5)
        balanced(wanted, projection.factors[position])
        of_natives[position] = wanted[OUTWARD]
        np.add(wanted[RETURN], wanted[TRANSIT], out=of_others[position])
        deaths = projection.deaths[position].sum(axis=1)
        displaced = next_displaced(state, inputs, deaths, projection.stock[position + 1])
    net = projection.immigrants - projection.emigrants
    net += projection.correction
    weighted = np.stack([weighted_population(people, inputs.schedule) for people in projection.population[:-1]])
    residents = projection.population[:-1].sum(axis=(2, 3))
    return Baseline(projection, net, of_natives, of_others, residents, weighted)


def advance_trajectory(
    state: State, inputs: Inputs, baseline: Baseline, nodes: SurvivalNodes, paths: Paths, *, position: int, mode: Mode
) -> tuple[State, Year]:
    """Take one trajectory from one 1 January to the next.

    Parameters
    ----------
    paths : of one trajectory, see `Paths.of`
    position : of the year
    """
    rates = _rates_on_path(inputs, nodes, paths, position)
    return pass_year(state, inputs, rates, partial(_wanted, inputs, baseline, paths, position=position, mode=mode))


def _rates_on_path(inputs: Inputs, nodes: SurvivalNodes, paths: Paths, position: int) -> Rates:
    """Rates of a year at the trajectory's fertility and life expectancy."""
    pattern, _ = fertility_pattern(inputs.fertility[position])
    year = slice(position, position + 1)
    of_year = SurvivalNodes(nodes.e0[year], nodes.survival[year], nodes.bend[year])
    survival = survival_at(of_year, paths.life_expectancy[None, year])[0, 0]
    return Rates(survival, pattern * paths.fertility[position][:, None], inputs.sex_ratio[position])


def fertility_pattern(fertility: Floats) -> tuple[Floats, Floats]:
    """Split fertility [..., age] into the shares of ages and the total [...], births per woman."""
    total = fertility.sum(axis=-1)
    pattern = np.divide(fertility, total[..., None], out=np.zeros_like(fertility), where=total[..., None] > 0.0)
    return pattern, total


def _wanted(
    inputs: Inputs, baseline: Baseline, paths: Paths, state: State, aged: Step, *, position: int, mode: Mode
) -> Wanted:
    """Return what the people of a trajectory want."""
    if mode == "net":
        net, nobody = baseline.net[position], np.zeros((3, *state.stock.shape))
        return Wanted(nobody, inputs.movers, lambda *of: np.maximum(net, -NEARLY_ALL * of[-1]), settles=False)
    driving = paths.driving if mode == "birthplaces" else None
    if mode == "flows":
        moves = _like_baseline(state, inputs, baseline, position)
    else:
        moves = _by_birthplace(state, inputs, driving, position)
        balanced(moves, baseline.projection.factors[position])
    moves *= np.exp(paths.propensity[position])[:, None]
    moves = shifted(moves, np.exp(paths.pull[position]))
    correction, gate = baseline.projection.correction[position], None if driving is None else driving.gate
    return around_baseline(inputs, correction, aged, moves, position, gate=gate, settles=mode == "birthplaces")


def _by_birthplace(state: State, inputs: Inputs, driving: Driving | None, position: int) -> Floats:
    """Moves that would be wanted as channels drive, before any anchor: [type, orig, dest], persons."""
    if driving is not None:
        return driven_demand(state, inputs, driving, position)
    return demand(inputs.base, exposure(state, inputs), state.stock, state.displaced, inputs.years[position] + 0.5)


def _like_baseline(state: State, inputs: Inputs, baseline: Baseline, position: int) -> Floats:
    """Moves that would be wanted at the baseline's propensities: [natives and others, orig, dest], persons."""
    natives = _ratio(weighted_population(state.population, inputs.schedule), baseline.weighted[position])
    others = _ratio(state.population.sum(axis=(1, 2)), baseline.residents[position])
    of_natives, of_others = baseline.of_natives[position], baseline.of_others[position]
    return np.stack([of_natives * natives[:, None], of_others * others[:, None]])


def _ratio(now: Floats, base: Floats) -> Floats:
    ratio: Floats = np.divide(now, base, out=np.ones_like(now), where=base > 0.0)
    return ratio
