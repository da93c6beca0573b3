"""Estimators that hold the policy gate against data: changes around an event, and elasticities within panels.

Everything here describes how counts moved together. Nothing is an experiment: policies come in packages and at
moments
that are not chance. Three estimators, each with a 95 % interval by bootstrap.

- `difference_in_differences`, for a few groups that an event touches and others that it does not. With few touched
  groups the interval takes its noise from the others: as their own changes scatter, so would those of the touched
  without the event (the idea of Conley and Taber 2011, recalled).
- `event_study`, for many events: effects of unit and time are fitted on cells before an event and without one,
  carried
  over to the others, and the differences averaged by time since the event (imputation; Borusyak, Jaravel and Spiess
  2024, recalled).
- `within_elasticity`, least squares of logarithms after effects of unit and time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.projection.gate import base_of, irregular_moves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corridor.axes import Booleans, Floats, Integers

HALF = 0.5
"""Added to mean counts before logarithms, so that none is infinite (our judgement)."""
BLOCK = 3
"""Months of a block of the bootstrap (our judgement)."""
MOST_SWEEPS, TOLERANCE = 500, 1e-4
"""Most sweeps of the alternating projections, and the largest step of a logarithm after which they end."""
LEVELS = (2.5, 97.5)


class ClaimInterval(NamedTuple):
    """An estimate and its 95 % interval."""

    estimate: float
    lower: float
    upper: float


def interval(estimate: float, draws: Floats) -> ClaimInterval:
    """Return an estimate with the 2.5 and 97.5 percentiles of bootstrap draws."""
    lower, upper = np.percentile(draws[np.isfinite(draws)], LEVELS)
    return ClaimInterval(float(estimate), float(lower), float(upper))


def percent(change: ClaimInterval) -> ClaimInterval:
    """Return a log change as per cent."""
    return ClaimInterval(*(100.0 * float(np.expm1(value)) for value in change))


def verdict(found: ClaimInterval, low: float, high: float) -> str:
    """Say how an estimate stands to a claimed range of one sign, by one rule for all claims.

    `contradicts`: the interval misses the range. `cannot tell`: it holds the end of the range that is nearest to
    zero (of
    a range from zero, the other end) and its mirror image, so the opposite would be as good. `agrees`: the estimate
    lies
    in the range, and zero outside the interval. Otherwise `does not contradict`.
    """
    if found.upper < low or found.lower > high:
        return "contradicts"
    ends = sorted((abs(low), abs(high)))
    nearest = ends[0] if ends[0] > 0.0 else ends[1]
    if found.lower <= -nearest and found.upper >= nearest:
        return "cannot tell"
    settled = low <= found.estimate <= high and (found.lower > 0.0 or found.upper < 0.0)
    return "agrees" if settled else "does not contradict"


# Before and after, touched and not.


def _log_changes(before: Floats, after: Floats) -> Floats:
    """Log change of the mean count of each group: [group].

    Parameters
    ----------
    before, after : [group, month], counts
    """
    changes: Floats = np.log(after.mean(axis=1) + HALF) - np.log(before.mean(axis=1) + HALF)
    return changes


def difference_in_differences(
    touched: Floats, others: Floats, before: slice, after: slice, *, draws: int = 2000, seed: int = 1
) -> ClaimInterval:
    """Mean log change of touched groups, less that of the others.

    A draw takes blocks of months within both windows, the same for all groups, others with replacement, and for each
    touched group the deviation of one of the others from their mean.

    Parameters
    ----------
    touched, others : [group, month], counts
    before, after : months of the two windows
    """
    chance = np.random.default_rng(seed)
    drawn = np.empty(draws)
    both = np.concatenate([touched, others])
    early, late = both[:, before], both[:, after]
    for draw in range(draws):
        changes = _log_changes(early[:, _blocks(chance, early.shape[1])], late[:, _blocks(chance, late.shape[1])])
        drawn[draw] = _drawn_difference(chance, changes[: len(touched)], changes[len(touched) :])
    changes = _log_changes(early, late)
    return interval(changes[: len(touched)].mean() - changes[len(touched) :].mean(), drawn)


def _blocks(chance: np.random.Generator, months: int) -> Integers:
    """Draw months as moving blocks that wrap around."""
    starts = chance.integers(months, size=-(-months // BLOCK))
    return np.asarray((starts[:, None] + np.arange(BLOCK)).ravel()[:months] % months, dtype=np.int64)


def _drawn_difference(chance: np.random.Generator, touched: Floats, others: Floats) -> float:
    """Draw the others, and for the touched the noise of as many of them."""
    count = len(others)
    scatter = (others - others.mean()) * np.sqrt(count / (count - 1.0))
    level = others[chance.integers(count, size=count)].mean()
    return float(touched.mean() - level - scatter[chance.integers(count, size=len(touched))].mean())


def fewer_per_place(change: ClaimInterval, after: float, added: float) -> ClaimInterval:
    """Irregular moves that a log change took away, per lawful place that was added.

    Parameters
    ----------
    change : log change against what would have been
    after : irregular moves after it, persons a month
    added : lawful places in addition, persons a month
    """
    estimate, upper, lower = (after * float(np.expm1(-value)) / added for value in change)
    return ClaimInterval(estimate, lower, upper)


# What the gate says.


def gate_change(legal: float, irregular: float, added: float, *, redirected: float, elasticity: float) -> float:
    """Log change of irregular moves that the gate predicts when lawful places are added, or lost where negative.

    Demand is as large as it must be: neither limit of demand binds.

    Parameters
    ----------
    legal, irregular : before, persons in any period
    added : lawful moves in addition
    redirected : most of a person that a lost place sends into irregular moves
    elasticity : by how many per cent irregular moves fall when legal ones rise by one per cent
    """
    before, after = np.array([legal]), np.array([legal + added])
    usual = np.array([irregular])
    demand = 2.0 * (before + after + usual)
    then = irregular_moves(demand, after, before, usual, redirected=redirected, elasticity=elasticity)
    return float(np.log(then[0] / irregular))


def visa_change(
    effect: float, *, irregular_share: float, unmet_share: float, redirected: float, elasticity: float
) -> tuple[float, float]:
    """Log changes of legal and of irregular moves that the gate predicts when a visa requirement comes or goes.

    Parameters
    ----------
    effect : log effect on legal moves; positive where the requirement goes
    irregular_share, unmet_share : of the corridor before
    redirected : most of a person that a lost place sends into irregular moves
    elasticity : by how many per cent irregular moves fall when legal ones rise by one per cent
    """
    before = base_of(np.ones(1), irregular_share, unmet_share).split
    legal = np.minimum(before.legal * np.exp(effect), before.demand)
    then = irregular_moves(
        before.demand, legal, before.legal, before.irregular, redirected=redirected, elasticity=elasticity
    )
    return float(np.log(legal / before.legal)[0]), float(np.log(then / before.irregular)[0])


# Panels.


def fitted_effects(values: Floats, weights: Floats, start: Floats | None = None) -> Floats:
    """Least-squares fit of one effect for every combination of all axes but one, for each axis in turn.

    Of a panel [unit, time] these are effects of unit and of time; of one [origin, destination, time], effects of the
    corridor, of origin and time, and of destination and time. By alternating projections.

    Parameters
    ----------
    values : where weights are zero they do not count
    weights : not negative
    start : a fit to begin with

    Returns
    -------
    The fit in all cells; NaN where an effect has no cell with a weight
    """
    cells = np.nonzero(weights > 0.0)
    weight, left = weights[cells], values[cells]
    fit = np.zeros(values.shape) if start is None else np.nan_to_num(start)
    left = left - fit[cells]
    shapes = [tuple(1 if axis == own else size for axis, size in enumerate(values.shape)) for own in range(values.ndim)]
    groups = [_groups(cells, shape) for shape in shapes]
    totals = [np.bincount(group, weight, int(np.prod(shape))) for group, shape in zip(groups, shapes, strict=True)]
    effects = [np.zeros_like(total) for total in totals]
    for _ in range(MOST_SWEEPS):
        largest = 0.0
        for place, (group, total) in enumerate(zip(groups, totals, strict=True)):
            over = np.bincount(group, weight * left, len(total))
            step = np.divide(over, total, out=np.zeros_like(over), where=total > 0.0)
            effects[place] += step
            left -= step[group]
            largest = max(largest, float(np.abs(step).max()))
        if largest < TOLERANCE:
            break
    for effect, total, shape in zip(effects, totals, shapes, strict=True):
        fit = fit + np.where(total > 0.0, effect, np.nan).reshape(shape)
    return fit


def _groups(cells: tuple[Integers, ...], shape: tuple[int, ...]) -> Integers:
    """Return for each cell its place in an array of this shape, which has length 1 along an axis."""
    positions = [np.zeros_like(at) if size == 1 else at for at, size in zip(cells, shape, strict=True)]
    return np.asarray(np.ravel_multi_index(positions, shape), dtype=np.int64)


class Study(NamedTuple):
    """Mean effects of sets of times since an event.

    Attributes
    ----------
    effects : [set]
    drawn : [draw, set], bootstrap
    """

    effects: Floats
    drawn: Floats

    def effect(self, place: int) -> ClaimInterval:
        """Return the effect of a set."""
        return interval(self.effects[place], self.drawn[:, place])

    def contrast(self, place: int, other: int) -> ClaimInterval:
        """Return by how much the effect of a set exceeds that of another."""
        return interval(self.effects[place] - self.effects[other], self.drawn[:, place] - self.drawn[:, other])


def event_study(
    values: Floats, since: Floats, shown: Sequence[Iterable[int]], *, draws: int = 200, seed: int = 1
) -> Study:
    """Mean difference from the fit without events, by time since the event; bootstrap over axis 0.

    The fit uses cells without an event and those two or more times before one: the time before may have felt it.

    Parameters
    ----------
    values : [unit, time] or [origin, destination, time], logarithms; NaN where unknown
    since : the same shape, time since the event; NaN without one
    shown : sets of times since the event to average over

    Raises
    ------
    ValueError
        If a set holds no cell with a fit.
    """
    clean = np.isfinite(values) & ~(since > -2.0)
    times = [np.isin(since, list(wanted)) & np.isfinite(values) for wanted in shown]
    fit = fitted_effects(values, clean.astype(np.float64))
    found = _means(values - fit, times, np.ones(values.shape))
    if not np.isfinite(found).all():
        raise ValueError("a time since the event without any cell")
    chance = np.random.default_rng(seed)
    drawn = np.empty((draws, len(times)))
    for draw in range(draws):
        weights = np.broadcast_to(_often(chance, values), values.shape)
        drawn[draw] = _means(values - fitted_effects(values, weights * clean, fit), times, weights)
    return Study(found, drawn)


def _often(chance: np.random.Generator, values: Floats) -> Floats:
    """Draw units of axis 0 with replacement: how often each, in a shape that goes with the values."""
    units = len(values)
    counts = np.bincount(chance.integers(units, size=units), minlength=units).astype(np.float64)
    return counts.reshape(-1, *[1] * (values.ndim - 1))


def _means(effects: Floats, sets: list[Booleans], weights: Floats) -> Floats:
    """Weighted mean of the effects in each set of cells; NaN where a set has none."""
    means = np.full(len(sets), np.nan)
    for place, cells in enumerate(sets):
        used = cells & np.isfinite(effects) & (weights > 0.0)
        if used.any():
            means[place] = np.average(effects[used], weights=weights[used])
    return means


def within_elasticity(outcome: Floats, driver: Floats, *, draws: int = 1000, seed: int = 1) -> ClaimInterval:
    """Slope of one logarithm on another after effects as in `fitted_effects`; bootstrap over axis 0.

    Parameters
    ----------
    outcome, driver : [unit, time] or [origin, destination, time]; NaN where unknown
    """
    known = (np.isfinite(outcome) & np.isfinite(driver)).astype(np.float64)
    chance = np.random.default_rng(seed)
    drawn = np.array([_slope(outcome, driver, known * _often(chance, known)) for _ in range(draws)])
    return interval(_slope(outcome, driver, known), drawn)


def _slope(outcome: Floats, driver: Floats, weights: Floats) -> float:
    y, x = (np.where(weights > 0.0, values - fitted_effects(values, weights), 0.0) for values in (outcome, driver))
    spread = float((weights * x * x).sum())
    return float((weights * x * y).sum()) / spread if spread > 0.0 else np.nan
