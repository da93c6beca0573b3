"""Indices of a migration system: how much moves, what it changes, how far it goes, where it gathers.

The four groups are those of Bell, Blake, Boyle, Duke-Williams, Rees, Stillwell and Hugo (2002), "Cross-national
comparison of internal migration: issues and measures", *JRSS A* 165: 435-464. Every function takes moves between
areas, [orig, dest], persons, and leaves the diagonal out. What Bell et al. give in per cent is in per cent here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.gravity.gravity_matrix import fit_decay, independent
from corridor.estimate.own.checked import numbers_of

if TYPE_CHECKING:
    from corridor.axes import Floats


@dataclass(frozen=True, slots=True)
class Intensity:
    """How much of a population moves.

    Attributes
    ----------
    crude_migration_probability : movers per 100 people
    courgeau_k : the same over the logarithm of the squared number of areas, so that systems with unlike numbers of
        areas compare (Courgeau 1973)
    """

    crude_migration_probability: float
    courgeau_k: float


@dataclass(frozen=True, slots=True)
class Impact:
    """How far moves change where people live, and which pairs they favour.

    Attributes
    ----------
    effectiveness : per cent of the turnover that is not balanced by moves the other way, 0 to 100
        (Shryock and Siegel 1976)
    aggregate_net_migration_rate : net movers between areas per 100 people
    preference : [orig, dest], moves over those that population shares alone would give, 1 for indifference (Bachi 1957)
    velocity : [orig, dest], moves times the total population over the product of both populations (Bogue et al. 1957)
    """

    effectiveness: float
    aggregate_net_migration_rate: float
    preference: Floats
    velocity: Floats


@dataclass(frozen=True, slots=True)
class DistanceMoved:
    """How far people move, in the unit of the distances given.

    Attributes
    ----------
    mean : average over the moves
    median : shortest distance that half of the moves do not exceed
    decay : coefficient of the logarithm of distance beside origin and destination effects, as Poisson likelihood has
        it; nan where the moves do not settle it
    """

    mean: float
    median: float
    decay: float


@dataclass(frozen=True, slots=True)
class Connectivity:
    """Whether areas are tied to many others or to few.

    Ginis and inequalities lie between 0 (all corridors alike) and 1 (all moves in one corridor).

    Attributes
    ----------
    connectivity : share of corridors that have moves
    inequality_equal, inequality_independent : share of the moves that would have to take another corridor to make all
        corridors equal, or to make destinations independent of origins with everyone's totals kept
    gini : of all corridors, over comparisons of a corridor with another (Bell et al. 2002)
    gini_plane_mulligan : the same when the comparison with itself counts too (Plane and Mulligan 1997)
    gini_rows, gini_columns : share of `gini_plane_mulligan` that comes from comparisons within origins, or within
        destinations (Plane and Mulligan's standardised indices, which are 100 times these)
    field_gini_out, field_gini_in : [area], of the corridors out of an area, or into it; nan for an area without moves
    weighted_gini_out : mean of the first, weighted by moves out of the area
    weighted_gini_in : mean of the second, weighted by moves into the area
    weighted_gini : mean of both
    coefficient_of_variation : standard deviation of all corridors over their mean
    aggregated_cv_out, aggregated_cv_in : the same of the corridors out of (into) an area, averaged with its moves out
        (in) as weights (Rogers and Sweeney 1998)
    aggregated_cv : sum of both
    """

    connectivity: float
    inequality_equal: float
    inequality_independent: float
    gini: float
    gini_plane_mulligan: float
    gini_rows: float
    gini_columns: float
    field_gini_out: Floats
    field_gini_in: Floats
    weighted_gini_out: float
    weighted_gini_in: float
    weighted_gini: float
    coefficient_of_variation: float
    aggregated_cv_out: float
    aggregated_cv_in: float
    aggregated_cv: float


def migration_intensity(flows: Floats, population: Floats) -> Intensity:
    """Return how much of a population moves between areas.

    Parameters
    ----------
    flows : [orig, dest], persons
    population : [area], persons at risk

    Raises
    ------
    InputError
        If the flows are no square table of finite counts with a move off the diagonal, or a population is not positive.
    """
    moves, people = _checked(flows, population=population)
    probability = 100.0 * float(moves.sum()) / float(people.sum())
    return Intensity(probability, probability / float(np.log(len(moves) ** 2)))


def migration_impact(flows: Floats, population: Floats) -> Impact:
    """Return how far moves change where people live, and which pairs they favour.

    Parameters
    ----------
    flows : [orig, dest], persons
    population : [area], persons at risk

    Raises
    ------
    InputError
        If the flows are no square table of finite counts with a move off the diagonal, or a population is not positive.
    """
    moves, people = _checked(flows, population=population)
    unbalanced = float(np.abs(moves.sum(axis=0) - moves.sum(axis=1)).sum())
    total, everyone = float(moves.sum()), float(people.sum())
    velocity = moves * everyone / np.outer(people, people)
    return Impact(
        effectiveness=100.0 * unbalanced / (2.0 * total),
        aggregate_net_migration_rate=100.0 * unbalanced / (2.0 * everyone),
        preference=velocity * (everyone / total),
        velocity=velocity,
    )


def distance_moved(flows: Floats, distance: Floats) -> DistanceMoved:
    """Return how far people move.

    The median takes distances as they are. It does not interpolate between the distances of different corridors,
    which at equal distances would depend on the order of the areas.

    Parameters
    ----------
    flows : [orig, dest], persons
    distance : [orig, dest], any unit, positive off the diagonal

    Raises
    ------
    InputError
        If the flows are no square table of finite counts with a move off the diagonal, or a distance is not positive.
    """
    moves, apart = _checked(flows, distance=distance)
    counts, distances = _corridors(moves).ravel(), _corridors(apart).ravel()
    order = np.argsort(distances)
    reached = np.cumsum(counts[order])
    median = distances[order][np.searchsorted(reached, reached[-1] / 2.0)]
    return DistanceMoved(float(counts @ distances / counts.sum()), float(median), fit_decay(moves, np.log(apart))[0])


def migration_connectivity(flows: Floats) -> Connectivity:
    """Return whether areas are tied to many others or to few.

    The weighted Ginis take the weights of the text of Bell et al. (2002): moves out of an area for the Gini of its
    corridors out, moves into it for those in. As quoted by others, their formula then divides the weighted mean by
    the number of areas n once more. It could then not exceed 1/n, so we do not; divide by n to compare with it.

    Parameters
    ----------
    flows : [orig, dest], persons, at least three areas

    Raises
    ------
    InputError
        If the flows are no square table of finite counts with a move off the diagonal, or fewer than three areas.
    """
    moves, _ = _checked(flows, fewest=3)
    out, into = _corridors(moves), _corridors(moves.T)
    everything = out.ravel()
    corridors, areas, total = len(everything), len(moves), float(everything.sum())
    gaps, gaps_out, gaps_in = _gaps(everything), _gaps(out), _gaps(into)
    one_field = 2.0 * (areas - 2)
    weighted_out, weighted_in = (float(each.sum()) / (one_field * total) for each in (gaps_out, gaps_in))
    cv_out, cv_in = (float(each.std(axis=1).sum()) * (areas - 1) / total for each in (out, into))
    return Connectivity(
        connectivity=float((everything > 0).mean()),
        inequality_equal=_inequality(everything, np.full(corridors, total / corridors)),
        inequality_independent=_inequality(everything, _corridors(independent(moves)).ravel()),
        gini=float(gaps) / (2.0 * (corridors - 1) * total),
        gini_plane_mulligan=float(gaps) / (2.0 * corridors * total),
        gini_rows=_share(float(gaps_out.sum()), float(gaps)),
        gini_columns=_share(float(gaps_in.sum()), float(gaps)),
        field_gini_out=_field_gini(gaps_out, one_field * out.sum(axis=1)),
        field_gini_in=_field_gini(gaps_in, one_field * into.sum(axis=1)),
        weighted_gini_out=weighted_out,
        weighted_gini_in=weighted_in,
        weighted_gini=(weighted_out + weighted_in) / 2.0,
        coefficient_of_variation=float(everything.std() / everything.mean()),
        aggregated_cv_out=cv_out,
        aggregated_cv_in=cv_in,
        aggregated_cv=cv_out + cv_in,
    )


def _corridors(table: Floats) -> Floats:
    """Return the cells off the diagonal, [orig, n - 1]."""
    areas = len(table)
    cells: Floats = table[~np.eye(areas, dtype=np.bool_)].reshape(areas, areas - 1)
    return cells


def _gaps(counts: Floats) -> Floats:
    """Return the sum over all ordered pairs of the last axis of their absolute difference."""
    size = counts.shape[-1]
    ranks = 2.0 * np.arange(1, size + 1) - size - 1.0
    gaps: Floats = 2.0 * (np.sort(counts, axis=-1) @ ranks)
    return gaps


def _field_gini(gaps: Floats, greatest: Floats) -> Floats:
    return np.divide(gaps, greatest, out=np.full_like(gaps, np.nan), where=greatest > 0)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _inequality(counts: Floats, expected: Floats) -> float:
    return float(np.abs(counts - expected).sum() / (2.0 * counts.sum()))


def _checked(
    flows: Floats, *, population: Floats | None = None, distance: Floats | None = None, fewest: int = 2
) -> tuple[Floats, Floats]:
    """Return the moves without a diagonal, and the population or distance beside them; report all that is wrong."""
    wrong: list[Problem] = []
    moves = np.array(numbers_of("flows", flows, wrong))
    beside = moves if population is None else numbers_of("population", population, wrong)
    beside = beside if distance is None else np.array(numbers_of("distance", distance, wrong))
    if wrong:
        raise InputError(wrong)
    if moves.ndim != 2 or moves.shape[0] != moves.shape[1] or len(moves) < fewest:
        remedy = f"Give [orig, dest] for at least {fewest} areas"
        raise InputError(Problem("the moves are not a square table", remedy, value=moves.shape))
    np.fill_diagonal(moves, 0.0)
    problems = _problems_of_moves(moves)
    if population is not None:
        problems += _not_positive(beside, (len(moves),), "population")
    if distance is not None:
        if beside.shape == moves.shape:
            np.fill_diagonal(beside, 1.0)
        problems += _not_positive(beside, moves.shape, "distance")
    if problems:
        raise InputError(problems)
    return moves, beside


def _problems_of_moves(moves: Floats) -> list[Problem]:
    wrong = np.argwhere(~(np.isfinite(moves) & (moves >= 0)))
    if len(wrong):
        return [
            Problem(
                "a count cannot be negative or infinite", "Correct it", None, int(row), str(column), moves[row, column]
            )
            for row, column in wrong
        ]
    if not moves.any():
        return [Problem("nobody moves between two areas", "Give a table with a move off the diagonal")]
    return []


def _not_positive(numbers: Floats, shape: tuple[int, ...], name: str) -> list[Problem]:
    if numbers.shape != shape:
        return [
            Problem(f"the {name} does not fit the moves", f"Give it as an array of shape {shape}", value=numbers.shape)
        ]
    wrong = np.argwhere(~(np.isfinite(numbers) & (numbers > 0)))
    return [
        Problem(f"a {name} is not finite and positive", f"Correct it at {place}", value=float(numbers[place]))
        for place in (tuple(int(position) for position in where) for where in wrong)
    ]
