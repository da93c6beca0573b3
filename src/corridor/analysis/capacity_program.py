"""The linear program of a plan of capacities: chords of the weighted legal moves, cuts of the aims, caps.

Variables are the places of each segment between grid points, cell by cell, and the value of each aim. An aim's value is
at most each of its cuts: one for a group and a vector of weights of draws,

    v <= offset_g + sum_d q_d ( sum_c w_gc L(D_dc, K_c) - R_gd ).

Segments of a concave curve fall in slope, so that a program that maximises fills them in order by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.analysis.capacity_aims import tail_weights
from corridor.analysis.capacity_caps import ROUNDING
from corridor.analysis.capacity_response import means_on_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.analysis.capacity_aims import Aim, Sparse
    from corridor.analysis.capacity_caps import Caps
    from corridor.analysis.capacity_response import Latent
    from corridor.axes import Booleans, Floats, Integers

THINNEST = 1e-7
"""Share of a cell's range of capacities, or of the capacity, below which grid points count as one."""


SMALL = 0.25
"""Share of mean demand below which a capacity counts as that large where steps are relative to it."""


@dataclass(frozen=True)
class ObjectiveTerm:
    """An aim in an objective: its weight there, and the value it must have at least."""

    aim: Aim
    weight: float = 1.0
    at_least: float = -np.inf


@dataclass(frozen=True)
class CapacityWorld:
    """What all linear programs of a plan share.

    Attributes
    ----------
    latent : of all cells
    mean : [any cell], mean demand over draws, persons
    floor, high, ceiling : [any cell], places: today's, where the search ends, what is allowed
    cells : those with demand, or that a cap asks to open
    caps : on all cells
    terms : of the objective
    at_floor : by term [group, draw], weighted moves of its aim at today's capacities
    """

    latent: Latent
    mean: Floats
    floor: Floats
    high: Floats
    ceiling: Floats
    cells: Integers
    caps: Caps
    terms: tuple[ObjectiveTerm, ...]
    at_floor: tuple[Floats, ...]

    def by_group(self, term: ObjectiveTerm, places: Floats) -> Floats:
        """Weighted moves of the groups of an aim at places [any cell]: [group, draw]."""
        return term.aim.by_group(self.latent.demand, places + self.latent.beside)

    def size(self, places: Floats) -> Floats:
        """What steps of capacities are measured in: [cell of the world], from places [any cell]."""
        size: Floats = np.maximum(places, SMALL * self.mean)[self.cells]
        return size


@dataclass
class Cuts:
    """Cuts of all aims found so far; grows.

    Attributes
    ----------
    rows : [cut], term, group of its aim, row of `draws`
    draws : [row, draw], weights of draws, each row adds up to 1
    """

    rows: list[tuple[int, int, int]] = field(default_factory=list)
    draws: list[Floats] = field(default_factory=list)

    def add(self, term: int, group: int, weights: Floats) -> None:
        """Add a cut."""
        alike = [row for row, known in enumerate(self.draws) if np.array_equal(known, weights)]
        position = alike[0] if alike else len(self.draws)
        if not alike:
            self.draws.append(weights)
        if (term, group, position) not in self.rows:
            self.rows.append((term, group, position))

    def constants(self, world: CapacityWorld) -> Floats:
        """What cuts have at no legal moves: [cut]."""
        aims = [term.aim for term in world.terms]
        return np.array([aims[t].offset[g] - self.draws[d] @ aims[t].reference[g] for t, g, d in self.rows])

    def weights(self, world: CapacityWorld) -> Sparse:
        """Return what a legal move counts in each cut: [cut, cell of the world]."""
        from scipy.sparse import csr_array, vstack  # noqa: PLC0415 - slow to import

        aims = [csr_array(term.aim.weights) for term in world.terms]
        return csr_array(vstack([aims[term][[group], :] for term, group, _ in self.rows], format="csc")[:, world.cells])


def first_cuts(world: CapacityWorld) -> Cuts:
    """Return the cuts of the worst draws where capacities are as large as mean demand, and where they are ample."""
    cuts = Cuts()
    for places in (np.maximum(world.floor, world.mean), world.high):
        for position, term in enumerate(world.terms):
            sums = world.by_group(term, places)
            for group, weights in enumerate(tail_weights(sums, term.aim.tail)):
                cuts.add(position, group, weights)
    return cuts


@dataclass(frozen=True)
class SolvedProgram:
    """Solution of a linear program.

    Attributes
    ----------
    places : [any cell]
    values : [term], of the aims by the program's own cuts and chords
    cap_prices : [cap], of one more unit of the cap, in the objective
    cut_weights : [cut], dual weights; those of a term's cuts add up to its weight, and more where `at_least` binds
    """

    places: Floats
    values: Floats
    cap_prices: Floats
    cut_weights: Floats


def grid_of(world: CapacityWorld, centres: Sequence[Floats], span: float) -> Floats:
    """Grid points: [point, cell of the world], rising, from floor to high.

    Parameters
    ----------
    centres : [any cell], capacities that shall be points, the first with points around it
    span : how far these go, as a share of the capacity
    """
    low, high = world.floor[world.cells], world.high[world.cells]
    first = centres[0][world.cells]
    reach = span * world.size(centres[0])
    around = [first + rung * reach for rung in (-1.0, -0.25, 0.25, 1.0)]
    points = np.stack([low, *(centre[world.cells] for centre in centres), *around, high])
    points = np.sort(np.clip(points, low, high), axis=0)
    thin = THINNEST * np.maximum(high - low, points)
    points[1:-1] = np.where(high - points[1:-1] < thin[1:-1], high, points[1:-1])
    points[1:][np.diff(points, axis=0) < thin[1:]] = np.nan
    points[-1] = high
    return np.fmax.accumulate(points, axis=0)


@dataclass(frozen=True)
class Program:
    """A linear program that was solved.

    Attributes
    ----------
    world, points : what it plans, and its grid
    kept : [segment of any cell], which segments have a width
    cell : [segment], of the world's
    matrix, limits, widths : its rows, and how far segments go
    least, values : [term], scaled least values of aims, and those reached
    """

    world: CapacityWorld
    points: Floats
    kept: Booleans
    cell: Integers
    matrix: Sparse
    limits: Floats
    widths: Floats
    least: Floats
    values: Floats

    def places(self, segments: Floats) -> Floats:
        """Places of all cells: [any cell]."""
        inner = self.points[0] + np.bincount(self.cell, segments, len(self.world.cells))
        return _with(self.world, inner)


def most_moves(program: Program, ease: float) -> Floats:
    """Of all plans within the share `ease` of the best, the places with most expected legal moves: [any cell].

    Where the smallest of several groups counts, plans that differ only for the others are worth the same.
    """
    eased = np.maximum(program.least, program.values - ease * np.abs(program.values))
    slopes = _legal_slopes(program.world, program.points, program.kept)
    costs = np.append(-slopes, np.zeros(len(eased)))
    found = _solved(costs, program.matrix, program.limits, program.widths, eased)
    return program.places(found.x[: len(program.widths)])


def solve_program(world: CapacityWorld, points: Floats, cuts: Cuts) -> tuple[SolvedProgram, Program]:
    """Solve the linear program on a grid with the cuts found so far."""
    widths = np.diff(points, axis=0)
    kept = widths > 0.0
    cell, count = np.nonzero(kept)[1], int(kept.sum())
    scale = np.array([1.0 / term.aim.weights.max() for term in world.terms])
    matrix, limits = _rows(world, cuts, _cut_rows(world, cuts, points, kept, scale), cell, scale)
    prices = np.array([term.weight for term in world.terms]) / scale
    unit = prices.max()
    least = np.array([term.at_least for term in world.terms]) * scale
    found = _solved(np.append(np.zeros(count), -prices / unit), matrix, limits, widths[kept], least)
    program = Program(world, points, kept, cell, matrix, limits, widths[kept], least, found.x[count:])
    dual = np.maximum(-found.ineqlin.marginals, 0.0) * unit
    weights = dual[len(world.caps.limits) :] * scale[[term for term, _, _ in cuts.rows]]
    prices_of_caps = dual[: len(world.caps.limits)]
    return SolvedProgram(program.places(found.x[:count]), program.values / scale, prices_of_caps, weights), program


def _solved(costs: Floats, matrix: Sparse, limits: Floats, widths: Floats, least: Floats) -> Any:  # noqa: ANN401 - SciPy is untyped
    """Return SciPy's result of the linear program in places of segments and scaled values of terms."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    low = np.append(np.zeros(len(widths)), least)
    high = np.append(widths, np.full(len(least), np.inf))
    bounds = np.stack([low, high], axis=1)
    found = linprog(costs, A_ub=matrix, b_ub=limits, bounds=bounds, method="highs-ipm")
    if found.status != 0:  # the interior point was not exact enough
        found = linprog(costs, A_ub=matrix, b_ub=limits, bounds=bounds, method="highs-ds")
    if found.x is None:
        raise ArithmeticError(found.message)
    return found


def _rows(world: CapacityWorld, cuts: Cuts, slopes: Sparse, cell: Integers, scale: Floats) -> tuple[Sparse, Floats]:
    """Rows of the program, caps first, then cuts: the matrix, and what each row is at most."""
    from scipy.sparse import csc_array, hstack, vstack  # noqa: PLC0415 - slow to import

    caps = csc_array(world.caps.weights)[:, world.cells][:, cell]
    left = world.caps.limits - world.caps.use(world.floor)
    left[np.abs(left) <= ROUNDING * (1.0 + np.abs(world.caps.limits))] = 0.0
    value_of = np.zeros((len(cuts.rows), len(scale)))
    value_of[np.arange(len(cuts.rows)), [term for term, _, _ in cuts.rows]] = 1.0
    at_floor = np.array([cuts.draws[row] @ world.at_floor[term][group] * scale[term] for term, group, row in cuts.rows])
    none = csc_array((caps.shape[0], len(scale)))
    return vstack([hstack([caps, none]), hstack([-slopes, value_of])], format="csc"), np.append(left, at_floor)


def _with(world: CapacityWorld, inner: Floats) -> Floats:
    """Places of all cells: today's outside of the world's cells."""
    places = world.floor.copy()
    places[world.cells] = inner
    return places


def _cut_rows(world: CapacityWorld, cuts: Cuts, points: Floats, kept: Booleans, scale: Floats) -> Sparse:
    """Slopes of the cuts along the segments kept: [cut, segment], scaled."""
    from scipy.sparse import csc_array  # noqa: PLC0415 - slow to import

    weights = cuts.weights(world).tocoo()
    rows = np.array([row for _, _, row in cuts.rows])[weights.row]
    order, back = np.unique(rows * len(world.cells) + weights.col, return_inverse=True)
    of_row, position = np.divmod(order, len(world.cells))
    grid = points[:, position]
    means = means_on_grid(world.latent, world.cells[position], grid, np.array(cuts.draws), of_row)
    inside = kept[:, position]
    slopes = np.diff(means, axis=0) / np.where(inside, np.diff(grid, axis=0), 1.0)
    segment, entry = np.nonzero(inside[:, back])
    number = np.cumsum(kept.ravel()).reshape(kept.shape) - 1
    of_term = scale[[term for term, _, _ in cuts.rows]]
    found = slopes[segment, back[entry]] * weights.data[entry] * of_term[weights.row[entry]]
    columns = number[segment, weights.col[entry]]
    return csc_array((found, (weights.row[entry], columns)), shape=(len(cuts.rows), int(kept.sum())))


def _legal_slopes(world: CapacityWorld, points: Floats, kept: Booleans) -> Floats:
    """Expected legal moves per place along the segments kept: [segment]."""
    draws, none = len(world.latent.demand), np.zeros(len(world.cells), np.int64)
    means = means_on_grid(world.latent, world.cells, points, np.full((1, draws), 1.0 / draws), none)
    slopes: Floats = np.diff(means, axis=0)[kept] / np.diff(points, axis=0)[kept]
    return slopes
