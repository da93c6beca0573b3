"""Fit the classes of movers and the effects of areas to the UN's projected net migration by age and sex.

Least squares, weighted so that a percent of a small area counts as little as a percent of a large one does, with a
ridge on all effects of areas. What enters are balanced moves, survivors and closed targets of some years of a run under
the anchor `un`; the sexes of moves are given and not fitted. The gradient is analytic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from corridor.axes import AGES, SEXES
from corridor.demography.mover_classes import STREAMS
from corridor.demography.schedules import RogersCastro, rogers_castro
from corridor.estimate.moves.mover_ages import MoverEffects, stream_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corridor.axes import Floats

TURNOVER = 0.02
"""Share of an area's moves that is added to its net migrants as the size of its errors (our judgement)."""
PERSONS = 1e6
STEP = 1e-5
LOWEST = np.log([1e-3, 0.05, 0.03, 0.08, 14.0, 1e-4])
HIGHEST = np.log([3.0, 0.5, 0.5, 1.2, 55.0, 1e-3])
"""Bounds of a1, alpha1, alpha2, lambda2, mu2 and c, the peak's level a2 being 1 (our judgement)."""
MOST_EFFECT = 6.0


@dataclass(frozen=True, slots=True)
class FittedYear:
    """What one year of a run under the anchor `un` gives to the fit.

    Attributes
    ----------
    moves : [orig, dest], balanced, persons
    survivors : [area, sex, age], persons who could move
    net : [area, sex, age], the closed target, persons
    """

    moves: Floats
    survivors: Floats
    net: Floats


@dataclass(frozen=True, slots=True)
class Given:
    """What is not fitted.

    Attributes
    ----------
    years : the fitted years
    people : [area, sex, age], at the start, for whom compositions hold
    male_share, odds : [orig, dest], share of men and log odds of returners before effects
    start : [class, sex, 6], logarithms of the curves' parameters to which the fitted ones are drawn
    usual : [stream, class], log shares of classes to which the mean of areas is drawn
    ridge : on effects of areas
    curve_ridge : on the curves' parameters
    usual_ridge : on the mean of areas
    """

    years: Sequence[FittedYear]
    people: Floats
    male_share: Floats
    odds: Floats
    start: Floats
    usual: Floats
    ridge: float = 2e-4
    curve_ridge: float = 5e-2
    usual_ridge: float = 1e-3

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes of curves, leaning, deviations of compositions, and their means."""
        areas, sexes = len(self.people), len(SEXES)
        mixture = (sexes, len(STREAMS), len(self.start))
        return self.start.shape, (2, sexes, areas), (*mixture, areas), mixture


@dataclass(frozen=True, slots=True)
class MoverFit:
    """A fit.

    Attributes
    ----------
    curves : of the classes, in order, women and men
    effects : of areas
    loss : of the objective
    steps : iterations
    """

    curves: tuple[tuple[RogersCastro, RogersCastro], ...]
    effects: MoverEffects
    loss: float
    steps: int


def curve_of(logs: Floats) -> RogersCastro:
    """Return the curve whose parameters have these logarithms: a1, alpha1, alpha2, lambda2, mu2, c."""
    a1, alpha1, alpha2, lambda2, mu2, c = np.exp(logs).tolist()
    return RogersCastro(a1, alpha1, 1.0, alpha2, lambda2, mu2, c)


def logs_of(curve: RogersCastro) -> Floats:
    """Return the logarithms of a curve's parameters, as `curve_of` takes them."""
    values = (curve.a1, curve.alpha1, curve.alpha2, curve.lambda2, curve.mu2, curve.c)
    logs: Floats = np.log(np.array(values))
    return logs


def fit_movers(given: Given, *, free_curves: bool = True, steps: int = 2500) -> MoverFit:
    """Minimise the objective from the given start.

    Parameters
    ----------
    free_curves : whether the curves are fitted too
    """
    mean = np.broadcast_to(given.usual, (len(SEXES), *given.usual.shape))
    sizes = [int(np.prod(shape)) for shape in given.shapes]
    first = np.concatenate([given.start.ravel(), np.zeros(sizes[1] + sizes[2]), mean.ravel()])
    low, high = np.full(len(first), -MOST_EFFECT), np.full(len(first), MOST_EFFECT)
    low[: sizes[0]], high[: sizes[0]] = np.tile(LOWEST, sizes[0] // 6), np.tile(HIGHEST, sizes[0] // 6)
    if not free_curves:
        low[: sizes[0]] = high[: sizes[0]] = given.start.ravel()
    found = minimize(
        objective(given),
        np.clip(first, low, high),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(low, high, strict=True)),
        options={"maxiter": steps, "maxcor": 20},
    )
    curves, leaning, deviation, usual = _unpack(given, found.x)
    effects = MoverEffects(leaning, deviation + usual[..., None])
    return MoverFit(
        tuple((curve_of(women), curve_of(men)) for women, men in curves), effects, float(found.fun), int(found.nit)
    )


def _unpack(given: Given, values: Floats) -> list[Floats]:
    ends = np.cumsum([int(np.prod(shape)) for shape in given.shapes])
    parts = np.split(values, ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, given.shapes, strict=True)]


def objective(given: Given) -> Callable[[Floats], tuple[float, Floats]]:
    """Return the function of all parameters, flat, that gives the objective and its gradient."""
    sizes = [_error_sizes(year) * len(given.years) for year in given.years]
    ages = np.arange(AGES, dtype=float)

    def evaluate(values: Floats) -> tuple[float, Floats]:
        """Return the error of the fit at these parameters, and its slope by parameter."""
        logs, leaning, deviation, usual = _unpack(given, values)
        curves = np.array([[rogers_castro(ages, curve_of(sex)) for sex in each] for each in logs])
        weights = stream_weights(given.odds, leaning, given.male_share)
        shares = MoverEffects(leaning, deviation + usual[..., None]).shares
        movers = np.einsum("ksa,csa->skc", curves, given.people)
        schedules = np.einsum("sjkc,skc,ksa->sjca", shares, 1.0 / movers, curves)
        loss, by_weight, by_schedule = 0.0, np.zeros_like(weights), np.zeros_like(schedules)
        for year, size in zip(given.years, sizes, strict=True):
            part, of_weight, of_schedule = _year(year, size, weights, schedules)
            loss += part
            by_weight += of_weight
            by_schedule += of_schedule
        pulls = (logs - given.start, leaning, deviation, usual - given.usual)
        ridges = (given.curve_ridge, given.ridge, given.ridge, given.usual_ridge)
        loss += sum(ridge * float((pull**2).sum()) for ridge, pull in zip(ridges, pulls, strict=True))
        by_leaning = _by_leaning(weights, by_weight)
        by_share = np.einsum("sjca,skc,ksa->sjkc", by_schedule, 1.0 / movers, curves)
        by_composition = shares * (by_share - (shares * by_share).sum(axis=2, keepdims=True))
        by_logs = _by_logs(logs, _by_curves(given.people, curves, shares, movers, by_schedule))
        slopes = (by_logs, by_leaning, by_composition, by_composition.sum(axis=-1))
        gradient = [slope + 2.0 * ridge * pull for slope, ridge, pull in zip(slopes, ridges, pulls, strict=True)]
        return loss, np.concatenate([slope.ravel() for slope in gradient])

    return evaluate


def _error_sizes(year: FittedYear) -> Floats:
    """Persons by which a group of an area may well be wrong, times a million: [area]."""
    moved = year.moves.sum(axis=0) + year.moves.sum(axis=1)
    sizes: Floats = (np.abs(year.net).sum(axis=(1, 2)) + TURNOVER * moved) / year.net[0].size * PERSONS
    return sizes


def _year(year: FittedYear, size: Floats, weights: Floats, schedules: Floats) -> tuple[float, Floats, Floats]:
    """Loss of a year and its slopes by weights [sex, stream, orig, dest] and schedules [sex, stream, orig, age]."""
    by_weight, by_schedule, loss = np.empty_like(weights), np.empty_like(schedules), 0.0
    for sex in range(len(SEXES)):
        raw = schedules[sex] * year.survivors[:, sex]
        total = raw.sum(axis=-1, keepdims=True)
        rates, parts = raw / total, year.moves * weights[sex]
        leaving = parts.sum(axis=-1)
        net = sum(
            part.T @ rate - leave[:, None] * rate for part, rate, leave in zip(parts, rates, leaving, strict=True)
        )
        error = net - year.net[:, sex]
        loss += float((error**2 / size[:, None]).sum())
        slope = 2.0 * error / size[:, None]
        for stream, (part, rate, leave) in enumerate(zip(parts, rates, leaving, strict=True)):
            by_weight[sex, stream] = year.moves * (rate @ slope.T - (rate * slope).sum(axis=1)[:, None])
            by_rate = part @ slope - leave[:, None] * slope
            by_raw = (by_rate - (rate * by_rate).sum(axis=1, keepdims=True)) / total[stream]
            by_schedule[sex, stream] = by_raw * year.survivors[:, sex]
    return loss, by_weight, by_schedule


def _by_leaning(weights: Floats, by_weight: Floats) -> Floats:
    """Slope by the log odds of returners, summed over the corridors from and to each area: [end, sex, area]."""
    of_sex = weights.sum(axis=1)
    both = np.where(of_sex > 0.0, of_sex, 1.0)
    by_odds = (by_weight[:, 1] - by_weight[:, 0]) * weights[:, 0] * weights[:, 1] / both
    slopes: Floats = np.stack([by_odds.sum(axis=2), by_odds.sum(axis=1)])
    return slopes


def _by_curves(people: Floats, curves: Floats, shares: Floats, movers: Floats, by_schedule: Floats) -> Floats:
    """Slope by the curves themselves: [class, sex, age]; they count in schedules and in what shares are over."""
    direct: Floats = np.einsum("sjca,sjkc,skc->ksa", by_schedule, shares, 1.0 / movers)
    of_movers = np.einsum("sjca,sjkc,ksa,skc->skc", by_schedule, shares, curves, -1.0 / movers**2, optimize=True)
    direct += np.einsum("skc,csa->ksa", of_movers, people)
    return direct


def _by_logs(logs: Floats, by_curves: Floats) -> Floats:
    """Slope by the logarithms of the curves' parameters: [class, sex, 6]."""
    ages, slopes = np.arange(AGES, dtype=float), np.zeros_like(logs)
    for at in np.ndindex(logs.shape):
        ahead, behind = logs[at[:2]].copy(), logs[at[:2]].copy()
        ahead[at[2]] += STEP
        behind[at[2]] -= STEP
        change = rogers_castro(ages, curve_of(ahead)) - rogers_castro(ages, curve_of(behind))
        slopes[at] = float(by_curves[at[:2]] @ change) / (2.0 * STEP)
    return slopes


def starting_logs(curves: Sequence[tuple[RogersCastro, RogersCastro]]) -> Floats:
    """Return the logarithms of the parameters of curves, women's and men's: [class, sex, 6]."""
    return np.array([[logs_of(sex) for sex in each] for each in curves])
