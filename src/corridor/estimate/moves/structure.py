"""The model of moves: stocks with spells.

S_bd are the people born in b who live in d and have not settled (`terms.settled_share`), D_bd is the yearly growth of
their number. In a year

    R_bd = rho_bd S_bd                    move home,           rho = MOST_RETURNING logistic(z beta + effects)
    O_bd = h ln(1 + exp(u / h))           move out of b to d,  u = W + l+ (max(D, 0) - W) + l- min(D, 0) + mu S + R
    G_od = exp(x gamma + effects)         move without a stock that explains it
    M_od = O_od + R_do + G_od             all moves from o to d

One return hazard rho serves both directions, which makes it identifiable: who leaves home in a year replaces who
returned or died and makes the stock grow. W, the growth that new displacement explains, counts in full. mu is the death
rate of the foreign-born, h = .01 S + 1 keeps O positive.
beta, gamma, l+ and l- are the same everywhere; the effects of hosts and birthplaces on the hazard, and of origins and
destinations on the remainder, are drawn to zero (partial pooling). All are fitted to measured moves by least Tweedie
deviance (Jorgensen 1987, *JRSS B* 49: 127-162) with a ridge, by a quasi-Newton method with the exact gradient.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.moves.terms import Scale, scale_of, stacked

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats
    from corridor.estimate.moves.terms import Facts

MOST_RETURNING = 0.35
"""No hazard of return is above this a year: a stock of residents that leaves faster is not one (our judgement)."""
SOFTNESS, SOFT_FLOOR = 0.01, 1.0
"""h of the formula above: a share of the stock, and persons (our judgement)."""
POWER = 1.7
"""Power of the variance: between counts that vary as their mean (1) and sizes that vary in proportion (2)."""
SHIFT = 3.0
"""Added to moves in the deviance, persons a year: below, the measurements say nothing (our judgement)."""
RIDGE_HAZARD, RIDGE_REMAINDER, RIDGE_GROWTH, RIDGE_EFFECTS = 5e-4, 1e-4, 1e-2, 7e-3
"""Weights of squared coefficients beside the mean deviance, chosen on countries held out."""
LARGEST_LOG = 14.0
"""No remainder is above e^14, 1.2 million a year."""
YEARS_TO_SHOW = 5.0
"""Moves of so many years would show in a stock (our judgement)."""
MOST_STEPS = 400
FIRST_HAZARD, FIRST_REMAINDER = -2.5, 2.0
"""Intercepts from which the fit starts."""


@dataclass(frozen=True, slots=True)
class Design:
    """Facts as the model uses them.

    Attributes
    ----------
    stock, growth : [birthplace, residence], persons, persons a year, without the settled
    displaced : [birthplace, residence], the part of the growth that war explains, persons a year
    settled : [birthplace, residence], persons
    mortality : [residence], deaths a year per foreign-born person
    hazard : [birthplace, residence, 1 + term], standardised, the first 1
    remainder : [orig, dest, 1 + term], standardised, the first 1
    """

    stock: Floats
    growth: Floats
    displaced: Floats
    settled: Floats
    mortality: Floats
    hazard: Floats
    remainder: Floats


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What is fitted.

    Attributes
    ----------
    hazard, remainder : [1 + term], beta and gamma, the intercept first
    growth : [growing, shrinking], logarithms of l+ and l-
    host, birthplace : [area], effects on the logit of the hazard
    origin, destination : [area], effects on the logarithm of the remainder
    """

    hazard: Floats
    remainder: Floats
    growth: Floats
    host: Floats
    birthplace: Floats
    origin: Floats
    destination: Floats


@dataclass(frozen=True, slots=True)
class Parts:
    """Moves a year by the model.

    Attributes
    ----------
    return_hazard : [birthplace, residence], moves home per person of the stock
    outward : [birthplace, residence], moves out of the birthplace, persons
    returning : [birthplace, residence], moves home, persons
    remainder : [orig, dest], moves that no stock explains, persons
    """

    return_hazard: Floats
    outward: Floats
    returning: Floats
    remainder: Floats

    @property
    def moves(self) -> Floats:
        """All moves: [orig, dest], persons, diagonal zero."""
        moves: Floats = self.outward + self.returning.T + self.remainder
        np.fill_diagonal(moves, 0.0)
        return moves


@dataclass(frozen=True, slots=True)
class Scales:
    """How the terms were standardised in the years of the fit."""

    hazard: Scale
    remainder: Scale


def scales_of(known: Facts) -> Scales:
    """Return the scales of the terms of the years of the fit."""
    return Scales(scale_of(stacked(known.hazard)), scale_of(stacked(known.remainder)))


def design(known: Facts, scales: Scales) -> Design:
    """Standardise the terms of some years by the scales of the years of the fit."""
    one = np.ones((*known.stock.shape, 1))
    return Design(
        known.stock,
        known.growth,
        np.minimum(known.displaced, np.maximum(known.growth, 0.0)),
        known.settled,
        known.mortality,
        np.concatenate([one, scales.hazard.applied(stacked(known.hazard))], axis=-1),
        np.concatenate([one, scales.remainder.applied(stacked(known.remainder))], axis=-1),
    )


def parts(given: Design, found: Coefficients) -> Parts:
    """Evaluate the model."""
    logit = given.hazard @ found.hazard + found.host + found.birthplace[:, None]
    hazard = MOST_RETURNING / (1.0 + np.exp(-logit))
    returning = hazard * given.stock
    softness = SOFTNESS * given.stock + SOFT_FLOOR
    outward = softness * np.logaddexp(0.0, _wanted(given, found, returning) / softness)
    logs = given.remainder @ found.remainder + found.origin[:, None] + found.destination
    return Parts(hazard, outward, returning, np.exp(np.minimum(logs, LARGEST_LOG)))


def _wanted(given: Design, found: Coefficients, returning: Floats) -> Floats:
    """Return u of the formula: growth, deaths and returns that moves out of the birthplace must make good."""
    growing, shrinking = np.exp(found.growth)
    calm = np.maximum(given.growth, 0.0) - given.displaced
    growth = given.displaced + growing * calm + shrinking * np.minimum(given.growth, 0.0)
    wanted: Floats = growth + given.mortality * given.stock + returning
    return wanted


def opened(given: Design, made: Parts) -> Parts:
    """Close corridors whose migrants are all settled: had people moved there lately, newcomers would live there.

    The remainder keeps the share F / (F + settled / `YEARS_TO_SHOW`) at least, F being the remainder: it is closed as
    far as the stocks of both directions are settled and outnumber the newcomers of some years.
    """
    settled = given.settled + given.settled.T
    stock = given.stock + given.stock.T + settled
    share = np.divide(settled, stock, out=np.zeros_like(stock), where=stock > 0.0)
    closed = share * settled / (settled + YEARS_TO_SHOW * made.remainder + 1.0)
    return replace(made, remainder=made.remainder * (1.0 - closed))


def fitted(given: Design, measured: Floats, chosen: Booleans, *, effects: bool) -> Coefficients:
    """Fit the model to measured moves.

    Parameters
    ----------
    measured : [orig, dest], persons a year
    chosen : [orig, dest], pairs to fit to
    effects : whether areas have effects of their own
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - heavy, and only fitting needs it

    areas, terms, others = len(measured), given.hazard.shape[-1], given.remainder.shape[-1]
    start = np.zeros(terms + others + 2 + (4 * areas if effects else 0))
    start[0], start[terms] = FIRST_HAZARD, FIRST_REMAINDER

    def height(values: Floats) -> tuple[float, Floats]:
        """Return the penalised deviance at these parameters, and its slope."""
        return penalised_deviance(given, measured, chosen, _split(values, terms, others, areas), effects=effects)

    lowest = minimize(height, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS, "maxfun": 600})
    return _split(lowest.x, terms, others, areas)


def _split(values: Floats, terms: int, others: int, areas: int) -> Coefficients:
    ends = np.cumsum([terms, others, 2])
    hazard, remainder, growth, effects = np.split(values, ends)
    four = effects.reshape(4, areas) if effects.size else np.zeros((4, areas))
    return Coefficients(hazard, remainder, growth, *four)


def penalised_deviance(
    given: Design, measured: Floats, chosen: Booleans, found: Coefficients, *, effects: bool
) -> tuple[float, Floats]:
    """Mean Tweedie deviance over the chosen pairs plus ridge, and its gradient in the order of the coefficients."""
    made = parts(given, found)
    deviance, slope = _deviance(made.moves, measured, chosen)
    wanted = _wanted(given, found, made.returning)
    response = 1.0 / (1.0 + np.exp(-wanted / (SOFTNESS * given.stock + SOFT_FLOOR)))
    by_wanted = slope * response
    logit_slope = (by_wanted + slope.T) * made.returning * (1.0 - made.return_hazard / MOST_RETURNING)
    log_slope = slope * made.remainder
    growth = np.stack([np.maximum(given.growth, 0.0) - given.displaced, np.minimum(given.growth, 0.0)])
    gradients = [
        np.einsum("bd,bdk->k", logit_slope, given.hazard),
        np.einsum("od,odk->k", log_slope, given.remainder),
        np.exp(found.growth) * (growth * by_wanted).sum(axis=(1, 2)),
    ]
    if effects:
        gradients += [logit_slope.sum(axis=0), logit_slope.sum(axis=1), log_slope.sum(axis=1), log_slope.sum(axis=0)]
    penalty, pulls = _ridge(found, effects=effects)
    return deviance + penalty, np.concatenate([each + pull for each, pull in zip(gradients, pulls, strict=True)])


def _deviance(moves: Floats, measured: Floats, chosen: Booleans) -> tuple[float, Floats]:
    """Mean deviance (without what does not depend on the moves) and its slope [orig, dest]."""
    weight = chosen / chosen.sum()
    mean, seen = moves + SHIFT, measured + SHIFT
    height = mean ** (2.0 - POWER) / (2.0 - POWER) - seen * mean ** (1.0 - POWER) / (1.0 - POWER)
    slope: Floats = weight * (mean ** (1.0 - POWER) - seen * mean**-POWER)
    return float((weight * height).sum()), slope


def _ridge(found: Coefficients, *, effects: bool) -> tuple[float, list[Floats]]:
    """Ridge on all coefficients but the intercepts, and its slopes."""
    weighed = [(RIDGE_HAZARD, _slopes_only(found.hazard)), (RIDGE_REMAINDER, _slopes_only(found.remainder))]
    weighed.append((RIDGE_GROWTH, found.growth))
    if effects:
        of_areas = (found.host, found.birthplace, found.origin, found.destination)
        weighed += [(RIDGE_EFFECTS, effect) for effect in of_areas]
    return sum(weight * float(each @ each) for weight, each in weighed), [
        2.0 * weight * each for weight, each in weighed
    ]


def _slopes_only(coefficients: Floats) -> Floats:
    return np.concatenate([[0.0], coefficients[1:]])
