"""The deterministic engine: one trajectory of the world, year by year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE, SEXES
from corridor.demography.cohort_component import survive
from corridor.drivers.anchors import ANCHORS
from corridor.projection.anchors import age_correction, blend_targets, close_target, follow_net
from corridor.projection.birthplaces import move_birthplaces, within_stock
from corridor.projection.demand import MOST_LEAVING, demand, native_share, weighted_population
from corridor.projection.gating import with_split
from corridor.projection.leaving import move_by_age

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.axes import Floats
    from corridor.demography.cohort_component import Step
    from corridor.demography.mover_classes import Movers
    from corridor.drivers.anchors import Anchor
    from corridor.drivers.lever_gate import Gate
    from corridor.projection.gate import Split
    from corridor.projection.inputs import Inputs, Rates
    from corridor.projection.leaving import Moved


@dataclass(frozen=True, slots=True)
class State:
    """The world on 1 January.

    Attributes
    ----------
    population : [area, sex, age], persons
    stock : [birthplace, residence], persons; columns sum to the population
    displaced : [birthplace, residence], the part of the stock that a shock displaced and that has not settled
    factors : [area], last year's balancing factors of the anchor, a start for this year's
    """

    population: Floats
    stock: Floats
    displaced: Floats
    factors: Floats | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """What happened in a calendar year.

    Attributes
    ----------
    births : [area, sex], persons
    deaths : [area, sex], persons, by cohort
    moves : [type, orig, dest], persons
    emigrants, immigrants : [area, sex, age], persons, age at the end of the year
    correction : [area, sex, age], persons, zero-sum change of net migration by age towards the anchor's profile; zero
        under the anchor `observed`
    balance_error : largest distance to the demanded net migration, persons; zero under `observed`
    split : what became of demand in the corridors with levers; None without any
    moved : the moves with their sexes and ages; None where only net migrants are known
    """

    births: Floats
    deaths: Floats
    moves: Floats
    emigrants: Floats
    immigrants: Floats
    correction: Floats
    balance_error: float
    split: Split | None = None
    moved: Moved | None = None

    @property
    def flows(self) -> Floats:
        """Moves of all types: [orig, dest], persons."""
        flows: Floats = self.moves.sum(axis=0)
        return flows


@dataclass(frozen=True, slots=True)
class Projection:
    """One trajectory of the world.

    Attributes
    ----------
    anchor : a key of `ANCHORS`
    years : calendar years of the flows, in order
    population : [year + 1, area, sex, age], persons on 1 January
    stock : [year + 1, birthplace, residence], persons on 1 January
    births, deaths : [year, area, sex], persons
    flows : [year, orig, dest], moves of all types, persons
    emigrants, immigrants, correction : [year, area, sex, age], persons
    balance_error : [year], persons
    factors : [year, area], of the anchor: a corridor's moves are scaled by factor_orig / factor_dest; 1 for `observed`
    """

    anchor: str
    years: tuple[int, ...]
    population: Floats
    stock: Floats
    births: Floats
    deaths: Floats
    flows: Floats
    emigrants: Floats
    immigrants: Floats
    correction: Floats
    balance_error: Floats
    factors: Floats

    @property
    def net_migration(self) -> Floats:
        """Immigrants minus emigrants: [year, area], persons."""
        net: Floats = (self.immigrants - self.emigrants).sum(axis=(2, 3))
        return net


def project(inputs: Inputs, anchor: str, *, progress: Callable[[int], object] | None = None) -> Projection:
    """Project the world over the years of `inputs` under an anchor.

    Parameters
    ----------
    inputs : rates, targets, base flows and the state at the start
    anchor : `observed` (base flows, constant propensities), `un` (net migration of the UN's medium) or `blended`
    progress : called with each year when it is done
    """
    state = start_of(inputs)
    projection = empty_projection(inputs, anchor)
    for position, calendar_year in enumerate(inputs.years):
        state, year = advance(state, inputs, position, anchor)
        keep_year(projection, position, state, year)
        if progress is not None:
            progress(calendar_year)
    return projection


def start_of(inputs: Inputs) -> State:
    """Return the state on 1 January of the first year."""
    return State(inputs.population, inputs.stock, inputs.base.displaced)


def empty_projection(inputs: Inputs, anchor: str) -> Projection:
    """Return a projection to be filled, year by year, that holds the start."""
    years, areas, by_age = len(inputs.years), len(inputs.population), inputs.population.shape
    population, stock = np.empty((years + 1, *by_age)), np.empty((years + 1, areas, areas))
    population[0], stock[0] = inputs.population, inputs.stock
    return Projection(
        anchor=anchor,
        years=inputs.years,
        population=population,
        stock=stock,
        births=np.empty((years, areas, len(SEXES))),
        deaths=np.empty((years, areas, len(SEXES))),
        flows=np.empty((years, areas, areas)),
        emigrants=np.empty((years, *by_age)),
        immigrants=np.empty((years, *by_age)),
        correction=np.zeros((years, *by_age)),
        balance_error=np.zeros(years),
        factors=np.ones((years, areas)),
    )


def keep_year(projection: Projection, position: int, state: State, year: Year) -> None:
    """Note a year, and the state at its end, in a projection."""
    projection.population[position + 1], projection.stock[position + 1] = state.population, state.stock
    for name in ("births", "deaths", "flows", "emigrants", "immigrants", "correction", "balance_error"):
        getattr(projection, name)[position] = getattr(year, name)
    if state.factors is not None:
        projection.factors[position] = state.factors


@dataclass(frozen=True, slots=True)
class Wanted:
    """What people want to do at the end of a year, in which runs differ.

    Attributes
    ----------
    moves : [type, orig, dest], persons; overwritten by the moves that take place
    movers : their sexes and ages
    correct : given emigrants, immigrants and the people after them, each [area, sex, age], returns the correction of
        ages, persons
    factors, balance_error : of the anchor, see `State` and `Year`
    gate, split : of corridors with levers, and what became of demand there; None without any
    settles : whether the stocks by birthplace follow
    leave : given flows [orig, dest], movers and survivors, returns the moves with their ages, emigrants and immigrants
    """

    moves: Floats
    movers: Movers
    correct: Callable[[Floats, Floats, Floats], Floats]
    factors: Floats | None = None
    balance_error: float = 0.0
    gate: Gate | None = None
    split: Split | None = None
    settles: bool = True
    leave: Callable[[Floats, Movers, Floats], tuple[Moved | None, Floats, Floats]] = move_by_age


def pass_year(state: State, inputs: Inputs, rates: Rates, want: Callable[[State, Step], Wanted]) -> tuple[State, Year]:
    """Take the world from one 1 January to the next: the order in which everything happens in a year.

    People die, are born and age. At the end of the year those who want to move do, as far as the groups of their sex
    and age can give them; the ages of migrants are corrected; the stocks by birthplace follow. The ensemble does the
    same, in the same order, for many trajectories (`corridor.projection.ensemble.walk`).

    Parameters
    ----------
    rates : of the year
    want : given the state and the survivors, births and deaths of the year, returns what people want
    """
    aged = survive(state.population, rates.survival, rates.fertility, rates.sex_ratio)
    wanted = want(state, aged)
    moves = wanted.moves
    moved, emigrants, immigrants = wanted.leave(moves.sum(axis=0), wanted.movers, aged.population)
    if moved is not None:
        short = np.flatnonzero(moved.kept < 1.0)
        moves[:, short] *= moved.kept[short, None]
    population = aged.population + immigrants
    population -= emigrants
    correction = wanted.correct(emigrants, immigrants, population)
    population += correction
    deaths, error = aged.cohort_deaths.sum(axis=AGE), wanted.balance_error
    year = Year(aged.births, deaths, moves, emigrants, immigrants, correction, error, moved=moved)
    year = with_split(year, wanted.gate, wanted.split)
    if not wanted.settles:
        return replace(state, population=population), year
    stock = _next_stock(state, year, population)
    displaced = next_displaced(state, inputs, deaths.sum(axis=1), stock)
    return State(population, stock, displaced, wanted.factors), year


def advance(
    state: State, inputs: Inputs, position: int, anchor: str, change: Callable[[Wanted], Wanted] = lambda wanted: wanted
) -> tuple[State, Year]:
    """Take the world under an anchor from one 1 January to the next.

    Parameters
    ----------
    position : of the year in `inputs`
    change : what people want -> what they want in a run that differs
    """

    def want(before: State, aged: Step) -> Wanted:
        return change(_wanted(inputs, position, ANCHORS[anchor], before, aged))

    return pass_year(state, inputs, inputs.rates(position), want)


def _wanted(inputs: Inputs, position: int, anchor: Anchor, state: State, aged: Step) -> Wanted:
    """What people want under an anchor: moves of the base, balanced to its net migration."""
    moves = demand(inputs.base, exposure(state, inputs), state.stock, state.displaced, inputs.years[position] + 0.5)
    if not anchor.follows:
        return Wanted(moves, inputs.movers, lambda emigrants, *_: np.zeros_like(emigrants))
    net, by_age = inputs.un_net, inputs.un_net_by_age
    if anchor.mixes:
        net, by_age = inputs.un_level, inputs.un_level_by_age
    target = close_target(net[position], by_age[position], state.population.sum(axis=(1, 2)))
    if anchor.mixes:
        _, leaving, arriving = move_by_age(moves.sum(axis=0), inputs.movers, aged.population)
        target = blend_targets(target, anchor.weight, arriving - leaving)
    moves, balance = follow_net(moves, target.net, state.factors)

    def correct(emigrants: Floats, immigrants: Floats, _people: Floats) -> Floats:
        return age_correction(target.net_by_age, emigrants, immigrants, aged.population)

    return Wanted(moves, inputs.movers, correct, balance.factors, balance.error)


def exposure(state: State, inputs: Inputs) -> Floats:
    """Weighted population living in its birthplace, as a ratio to the start of the projection: [area]."""
    now = weighted_population(state.population, inputs.schedule) * native_share(state.stock)
    ratio: Floats = np.divide(now, inputs.exposed, out=np.ones_like(now), where=inputs.exposed > 0)
    return ratio


def _next_stock(state: State, year: Year, population: Floats) -> Floats:
    """Stock at the end of a year whose population is given: [birthplace, residence], persons."""
    return move_birthplaces(
        state.stock,
        within_stock(year.moves, state.stock, MOST_LEAVING),
        year.births.sum(axis=1),
        _death_share(state, year.deaths.sum(axis=1)),
        population.sum(axis=(1, 2)),
    )


def next_displaced(state: State, inputs: Inputs, deaths: Floats, stock: Floats) -> Floats:
    """Displaced who have neither returned nor died [area] by the end of a year: [birthplace, residence], persons."""
    staying = (1.0 - inputs.base.displaced_return_rate) * (1.0 - _death_share(state, deaths))
    return np.minimum(state.displaced * staying, stock)


def _death_share(state: State, deaths: Floats) -> Floats:
    residents = state.population.sum(axis=(1, 2))
    share: Floats = np.divide(deaths, residents, out=np.zeros_like(deaths), where=residents > 0)
    return share
