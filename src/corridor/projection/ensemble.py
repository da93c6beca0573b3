"""Thousands of trajectories of the world, by single year, age and sex: fast, and in bounded memory.

Trajectories run in batches whose state stays in the processor's cache, on as many threads as asked for. What is drawn
for a trajectory depends on its number only, and so does what comes out: neither batches nor workers change a bit.
Totals by area are kept in memory. `corridor.stored_runs` keeps them, and five-year age groups, in a folder instead.

Linear algebra runs on one thread for every worker (`corridor.projection.batches`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, Problem
from corridor.projection import driver_kernels, kernels, stock_kernels
from corridor.projection.anchors import NEARLY_ALL
from corridor.projection.batches import BATCH, WORKERS, in_batches
from corridor.projection.demand import MOST_LEAVING, shock_fading
from corridor.projection.driven_batch import DrivenBatch
from corridor.projection.gate import stacked
from corridor.projection.gating import gate_relative, realised
from corridor.projection.leaving import Moved
from corridor.projection.pathway_movers import Widened, profile_origins
from corridor.projection.trajectory import Paths, fertility_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corridor.axes import Booleans, Floats, Integers
    from corridor.demography.mover_classes import Movers
    from corridor.drivers.lever_gate import Gate
    from corridor.projection.batches import Progress
    from corridor.projection.gate import Split
    from corridor.projection.inputs import Inputs
    from corridor.projection.quantiles import Singles
    from corridor.projection.survival_nodes import SurvivalNodes
    from corridor.projection.trajectory import Baseline, Mode

    Draw = Callable[[range], Paths]
    Watch = Callable[[int, int, Moved], None]
    Corridors = tuple[Integers, Integers]
    """Positions of origins and of destinations, each [corridor]."""

NO_CORRIDORS = (np.empty(0, np.int64), np.empty(0, np.int64))
MOST_MEMORY = 2e9
"""Bytes that a run may take unless its caller allows more."""
PROGRAM = 420e6
"""Bytes of Python, NumPy, SciPy, numba and the embedded panel, measured."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What is kept of some trajectories: totals by area and moves of corridors; persons, single precision.

    Attributes
    ----------
    population : [trajectory, year + 1, area], on 1 January
    births, deaths : [trajectory, year, area]; deaths by cohort
    net : [trajectory, year, area], net migrants
    moves_out, moves_in : [trajectory, year, area], moves; zero in the mode `net`
    moves : [trajectory, year, corridor], of the corridors that were asked for; zero in the mode `net`
    """

    population: Singles
    births: Singles
    deaths: Singles
    net: Singles
    moves_out: Singles
    moves_in: Singles
    moves: Singles

    @classmethod
    def empty(cls, trajectories: int, years: int, areas: int, corridors: int = 0) -> Totals:
        """Return totals to be filled."""
        shapes = [(years + 1, areas), *5 * [(years, areas)], (years, corridors)]
        return cls(*(np.zeros((trajectories, *shape), np.float32) for shape in shapes))


@dataclass(frozen=True, slots=True)
class EnsembleWorld:
    """What all trajectories share.

    Attributes
    ----------
    inputs, baseline : of the deterministic run around which trajectories stand
    nodes : survival at some life expectancies
    mode : how migration answers, see `corridor.projection.trajectory`
    """

    inputs: Inputs
    baseline: Baseline
    nodes: SurvivalNodes
    mode: Mode


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """What a run takes at most.

    Attributes
    ----------
    memory : bytes of the whole program at its peak
    disk : bytes in the folder
    """

    memory: float
    disk: float

    def __str__(self) -> str:
        disk = f", {self.disk / 1e9:.2f} GB on disk" if self.disk else ""
        return f"at most {self.memory / 1e9:.2f} GB of memory{disk}"


def plan_ensemble(
    world: EnsembleWorld,
    trajectories: int,
    *,
    batch: int = BATCH,
    workers: int = WORKERS,
    stored: bool = False,
    corridors: int = 0,
    gate: Gate | None = None,
) -> MemoryPlan:
    """State the memory and disk that a run will take, before it starts.

    Parameters
    ----------
    stored : whether trajectories and their age groups go to a folder
    corridors : whose moves are kept
    gate : of the levers that work in the run; every profile of its pathways adds a stream of movers to each thread
    """
    years, areas = len(world.inputs.years), len(world.inputs.population)
    groups = world.inputs.population[0].size
    totals = sum(getattr(Totals.empty(1, years, areas, corridors), field.name).nbytes for field in fields(Totals))
    by_age = 4 * (years + 1) * areas * _group_shape(world)[0] * _group_shape(world)[1] * stored
    state = 8 * areas * groups * 2 + 8 * 6 * years * areas
    if world.mode == "birthplaces":
        state += 2 * 8 * areas**2
    usual, profiles = world.inputs.movers.weights.shape[1], 0 if gate is None else len(gate.profiles)
    streams = usual + profiles
    working = 8 * ((5 + 2 * streams) * areas**2 + (1 + 2 * streams) * areas * groups)
    if profiles:
        working += _bytes(world.inputs.movers) * streams // usual
    memory = (
        PROGRAM
        + sum(
            _bytes(part)
            for part in (world.inputs, world.inputs.movers, world.baseline, world.baseline.projection, world.nodes)
        )
        + trajectories * totals
        + workers * (working + batch * (2 * state + totals + 2 * by_age))
    )
    return MemoryPlan(memory, stored * trajectories * (totals + by_age))


def _bytes(part: object) -> int:
    values = (getattr(part, field.name) for field in fields(part))  # type: ignore[arg-type]  # any dataclass
    return sum(value.nbytes for value in values if isinstance(value, np.ndarray))


def _group_shape(world: EnsembleWorld) -> tuple[int, int]:
    sexes, ages = world.inputs.population.shape[1:]
    return sexes, (ages - 1) // kernels.GROUP_WIDTH + 1


def run_ensemble(
    world: EnsembleWorld,
    draw: Draw,
    trajectories: int,
    *,
    corridors: Corridors = NO_CORRIDORS,
    gate: Gate | None = None,
    batch: int = BATCH,
    workers: int = WORKERS,
    most_memory: float = MOST_MEMORY,
    progress: Progress | None = None,
) -> Totals:
    """Run trajectories 0, 1, ... of the world.

    Parameters
    ----------
    draw : gives the paths of a range of trajectories; those of a trajectory may depend on its number only
    corridors : whose moves are kept
    gate : that the paths bring, for the memory it takes
    batch, workers, progress : as in `in_batches`
    most_memory : bytes

    Raises
    ------
    InputError : the run would take more than `most_memory`
    """
    count = len(corridors[0])
    plan = plan_ensemble(world, trajectories, batch=batch, workers=workers, corridors=count, gate=gate)
    if plan.memory > most_memory:
        fault = f"the run would take more than {most_memory / 1e9:.2f} GB of memory: {plan}"
        raise InputError(Problem(fault, "Allow more, or ask for fewer trajectories, smaller batches or fewer workers"))

    def run(numbers: range) -> Totals:
        return run_batch(world, draw, numbers, corridors)[0]

    totals = Totals.empty(trajectories, len(world.inputs.years), len(world.inputs.population), count)
    for numbers, part in in_batches(run, trajectories, batch=batch, workers=workers, progress=progress):
        for field in fields(Totals):
            getattr(totals, field.name)[numbers.start : numbers.stop] = getattr(part, field.name)
    return totals


def run_batch(
    world: EnsembleWorld, draw: Draw, numbers: range, corridors: Corridors = NO_CORRIDORS, *, by_age: bool = False
) -> tuple[Totals, Singles | None]:
    """Run some trajectories together: totals, and population [trajectory, year + 1, area, sex, group] if asked for."""
    years, areas, (orig, dest) = len(world.inputs.years), len(world.inputs.population), corridors
    totals = Totals.empty(len(numbers), years, areas, len(orig))
    groups = np.empty((len(numbers), years + 1, areas, *_group_shape(world)), np.float32) if by_age else None

    def watch(position: int, t: int, moved: Moved) -> None:
        totals.moves[t, position] = moved.moves[orig, dest] * moved.persons[orig]

    for position, year in enumerate(walk(world, draw(numbers), watch if len(orig) else None)):
        totals.population[:, position] = year.residents
        if groups is not None:
            groups[:, position] = kernels.age_groups(year.people)
        if position > 0:
            for name in ("births", "deaths", "net", "moves_out", "moves_in"):
                getattr(totals, name)[:, position - 1] = getattr(year, name)
    return totals, groups


@dataclass(frozen=True, slots=True)
class BatchYear:
    """Some trajectories on 1 January, and the year before; persons.

    Attributes
    ----------
    people : [trajectory, area, sex, age]; overwritten when the walk goes on
    residents : [trajectory, area], their sums
    births, deaths, net, moves_out, moves_in : [trajectory, area], of the year before; zero on the first date
    stock : [trajectory, residence, birthplace], in the mode `birthplaces`, else empty; overwritten too
    split : [trajectory, corridor], what became of demand in corridors with levers; None without any and on the first
        date
    """

    people: Floats
    residents: Floats
    births: Floats
    deaths: Floats
    net: Floats
    moves_out: Floats
    moves_in: Floats
    stock: Floats
    split: Split | None = None


def walk(world: EnsembleWorld, paths: Paths, watch: Watch | None = None) -> Iterator[BatchYear]:
    """Walk with some trajectories from 1 January to 1 January, the first date included.

    Parameters
    ----------
    watch : called with the position of a year, a trajectory's place in the batch and its moves, which it must not keep.
        Not called in the mode `net`
    """
    people = np.repeat(world.inputs.population[None], len(paths.fertility), axis=0)
    movement = _Movement(world, paths, watch)
    residents = kernels.weigh(people, np.ones_like(world.inputs.schedule))
    aged, nothing = np.empty_like(people), np.zeros_like(residents)
    yield BatchYear(people, residents, nothing, nothing, nothing, nothing, nothing, movement.stock)
    for position in range(len(world.inputs.years)):
        births, survivors = _survive(world, paths, position, people=people, aged=aged)
        vital = _Vital(residents, survivors, births, residents + births - survivors)
        residents, moves_out, moves_in = movement.move(position, people, aged, vital)
        net = residents - survivors
        yield BatchYear(aged, residents, births, vital.deaths, net, moves_out, moves_in, movement.stock, movement.split)
        people, aged = aged, people


def _survive(
    world: EnsembleWorld, paths: Paths, position: int, *, people: Floats, aged: Floats
) -> tuple[Floats, Floats]:
    """Fill `aged` with the survivors of a year; births and the sums of survivors, both [trajectory, area]."""
    nodes, inputs = world.nodes, world.inputs
    births, survivors = np.empty((2, *people.shape[:2]))
    kernels.survive_areas(
        people,
        np.ascontiguousarray(paths.fertility[:, position]),
        np.ascontiguousarray(paths.life_expectancy[:, position]),
        nodes.e0[position],
        nodes.bend[position],
        nodes.survival[position],
        fertility_pattern(inputs.fertility[position])[0],
        inputs.sex_ratio[position],
        aged,
        births,
        survivors,
    )
    return births, survivors


@dataclass(frozen=True, slots=True)
class _Vital:
    """Totals [trajectory, area] of a year: residents at its start, survivors at its end, births and deaths; persons."""

    residents: Floats
    survivors: Floats
    births: Floats
    deaths: Floats


@dataclass(frozen=True, slots=True)
class _Year:
    """What holds in a year, all [trajectory, area].

    Attributes
    ----------
    push, pull : factors of the trajectories
    exposure : weighted natives as a ratio to the base; in the mode `flows` weighted people to the baseline
    others : residents as a ratio to the baseline, in the mode `flows`
    death_share : deaths per resident
    """

    push: Floats
    pull: Floats
    exposure: Floats
    others: Floats
    death_share: Floats


@dataclass(frozen=True, slots=True)
class _Streams:
    """Movers, in which of their streams anybody may leave, and room for who leaves.

    Attributes
    ----------
    used : [stream, orig]
    leaving, parts, rates : [sex, orig, stream], [sex, row, dest] and [sex, row, age], as in `kernels.migrate`
    """

    movers: Movers
    used: Booleans
    leaving: Floats
    parts: Floats
    rates: Floats

    @classmethod
    def of(cls, movers: Movers, gate: Gate | None = None) -> _Streams:
        """Return room for movers; those of a gate have streams for its profiles last."""
        used = np.asarray(movers.weights.any(axis=(0, 3)))
        if gate is not None:
            used[-len(gate.profiles) :] = profile_origins(gate, used.shape[1])
        sexes, streams, areas, ages = movers.schedules.shape
        rows = (sexes, streams * areas)
        return cls(movers, used, np.zeros((sexes, areas, streams)), np.empty((*rows, areas)), np.empty((*rows, ages)))

    def moved(self, moves: Floats, scale: Floats, kept: Floats) -> Moved:
        """Return the last moves with their sexes and ages, those of streams in which nobody leaves being zero."""
        rates = np.zeros((*self.leaving.shape, self.rates.shape[-1]))
        for of_sex, leaving, found in zip(rates, self.leaving, self.rates, strict=True):
            of_sex[leaving > 0.0] = found[: np.count_nonzero(leaving > 0.0)]
        return Moved(moves, scale, kept, self.movers.weights, rates.swapaxes(1, 2))


class _Movement:
    """Migration of a batch: holds its stocks by birthplace, and room for the flows of one trajectory at a time."""

    def __init__(self, world: EnsembleWorld, paths: Paths, watch: Watch | None) -> None:
        inputs = world.inputs
        areas, trajectories = len(inputs.population), len(paths.propensity)
        self.world, self.paths, self.watch = world, paths, watch
        self.moves, self.returns, self.transits = np.empty((3, areas, areas))
        self.arrived = np.empty((areas, areas))
        self.scale, self.totals = np.empty((2, areas))
        self.kept, self.everyone = np.empty(areas), np.ones_like(inputs.schedule)
        self.driven: DrivenBatch | None = None
        self.gate: Gate | None = None
        if world.mode == "birthplaces" and paths.driving is not None:
            self.driven, self.gate = DrivenBatch(inputs, paths.driving), paths.driving.gate
        self.widened = Widened.of(inputs.movers, self.gate)
        self.streams = self.usual = _Streams.of(inputs.movers)
        self.wide = self.usual if self.widened is None else _Streams.of(self.widened.movers, self.gate)
        self.arriving = np.empty(inputs.population.swapaxes(0, 1).shape)
        self.corrects = bool(world.baseline.projection.correction.any())
        self.stock = np.empty((trajectories, 0, 0))
        self.split: Split | None = None
        if world.mode == "birthplaces":
            self.stock = np.repeat(inputs.stock.T[None], trajectories, axis=0)
            self.displaced = np.repeat(inputs.base.displaced.T[None], trajectories, axis=0)
            self.return_rate = np.ascontiguousarray(inputs.base.return_rate.T)

    def move(self, position: int, people: Floats, aged: Floats, vital: _Vital) -> Floats:
        """Move people between areas at the end of a year.

        Parameters
        ----------
        people : [trajectory, area, sex, age], at the start of the year
        aged : the same, survivors at its end; moved in place

        Returns
        -------
        People at the end of the year, and moves out of and into areas: [3, trajectory, area], persons
        """
        world, totals = self.world, np.zeros((3, *vital.residents.shape))
        if world.mode == "net":
            kernels.add_net(aged, world.baseline.net[position], NEARLY_ALL)
            totals[0] = kernels.weigh(aged, self.everyone)
            return totals
        correction = world.baseline.projection.correction[position].reshape(len(self.kept), -1)
        year = self._start_year(position, people, vital)
        splits: list[Split] = []
        for t, survivors in enumerate(aged):
            split = None
            if world.mode == "birthplaces":
                self._want_by_birthplace(position, t, year)
                split = self._gate(position, t)
            else:
                self._want_like_baseline(position, t, year)
            self._migrate(survivors, totals[1, t], totals[2, t])
            if split is not None and self.gate is not None:
                splits.append(realised(split, np.minimum(self.kept, 1.0)[self.gate.origins]))
            if self.watch is not None:
                self.watch(position, t, self.streams.moved(self.moves, self.scale, self.kept))
            if self.corrects:
                kernels.correct(survivors.reshape(correction.shape), correction, vital.survivors[t], NEARLY_ALL)
            totals[0, t] = kernels.weigh(aged[t : t + 1], self.everyone)[0]
            if world.mode == "birthplaces":
                self._move_stock(t, totals[0, t], vital.births[t], year.death_share[t])
        self.split = stacked(splits) if splits else None
        return totals

    def _start_year(self, position: int, people: Floats, vital: _Vital) -> _Year:
        """Gather what holds for all trajectories of a year."""
        weighted = kernels.weigh(people, self.world.inputs.schedule)
        if self.driven is not None:
            self.driven.start_year(position, people, vital.residents)
        if self.world.mode == "birthplaces":
            natives = weighted * _part(np.diagonal(self.stock, axis1=1, axis2=2), vital.residents)
            exposure = _ratio(natives, np.broadcast_to(self.world.inputs.exposed, natives.shape))
            others = exposure
        else:
            baseline = self.world.baseline
            exposure = _ratio(weighted, np.broadcast_to(baseline.weighted[position], weighted.shape))
            others = _ratio(vital.residents, np.broadcast_to(baseline.residents[position], weighted.shape))
        return _Year(
            np.exp(self.paths.propensity[:, position]),
            np.exp(self.paths.pull[:, position]),
            exposure,
            others,
            _part(vital.deaths, vital.residents),
        )

    def _migrate(self, survivors: Floats, moved_out: Floats, moved_in: Floats) -> None:
        """Move the people [area, sex, age] of one trajectory in place; fills totals [area]."""
        streams, movers = self.streams, self.streams.movers
        leaving, parts, rates = streams.leaving, streams.parts, streams.rates
        kernels.share_out(self.moves, self.scale, movers.weights, streams.used, leaving, parts)
        kernels.leave(leaving, survivors, movers.schedules, MOST_LEAVING, rates, self.kept)
        kernels.migrate(survivors, leaving, parts, rates, self.arriving, moved_out, moved_in)

    def _want_like_baseline(self, position: int, t: int, year: _Year) -> None:
        kernels.want_like_baseline(
            self.world.baseline.of_natives[position],
            self.world.baseline.of_others[position],
            year.push[t] * year.exposure[t],
            year.push[t] * year.others[t],
            year.pull[t],
            self.moves,
            self.scale,
            self.totals,
        )

    def _want_by_birthplace(self, position: int, t: int, year: _Year) -> None:
        inputs, base, factors = self.world.inputs, self.world.inputs.base, self.world.baseline.projection.factors
        fading = shock_fading(base, inputs.years[position] + 0.5)
        wanted = self.moves, self.returns, self.transits, self.scale, self.totals
        stock, displaced, back = self.stock[t], self.displaced[t], base.displaced_return_rate
        push, pull, exposure = year.push[t], year.pull[t], year.exposure[t]
        if self.driven is None:
            stock_kernels.want_by_birthplace(
                base.outward,
                base.shock,
                fading,
                self.return_rate,
                base.transit_rate,
                back,
                exposure,
                factors[position],
                push,
                pull,
                stock,
                displaced,
                *wanted,
            )
            return
        driven, driving = self.driven, self.driven.driving
        driver_kernels.want_driven(
            driven.outward,
            base.shock,
            fading,
            driven.return_rate,
            base.transit_rate,
            back,
            exposure,
            float(driving.exposure[t]),
            factors[position],
            push,
            driven.push[t],
            pull,
            driven.usual,
            driven.usual_transit,
            driven.pull[t],
            stock,
            driven.beside,
            driven.per_base,
            float(driving.network[t]),
            *driven.stock_of(t, stock, displaced),
            *wanted,
        )

    def _gate(self, position: int, t: int) -> Split | None:
        if self.gate is None:
            return None
        relative = {"moves": self.moves, "returns": self.returns, "transits": self.transits}
        gated = gate_relative(self.gate, position, t, **relative, scale=self.scale, totals=self.totals)
        self.streams = self.usual
        if self.widened is not None and gated.brought.any():
            self.widened.bring(gated.brought, self.moves, self.scale)
            self.streams = self.wide
        return gated.split

    def _move_stock(self, t: int, residents: Floats, births: Floats, death_share: Floats) -> None:
        stock_kernels.move_stock(
            self.stock[t],
            self.displaced[t],
            self.moves,
            self.returns,
            self.transits,
            self.kept * self.scale,
            births,
            death_share,
            residents,
            self.world.inputs.base.displaced_return_rate,
            MOST_LEAVING,
            self.arrived,
        )


def _part(of: Floats, whole: Floats) -> Floats:
    part: Floats = np.divide(of, whole, out=np.zeros_like(whole), where=whole > 0.0)
    return part


def _ratio(now: Floats, base: Floats) -> Floats:
    ratio: Floats = np.divide(now, base, out=np.ones_like(now), where=base > 0.0)
    return ratio
