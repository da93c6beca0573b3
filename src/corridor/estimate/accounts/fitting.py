"""Fit the weights of the best estimate and the factors of its intervals to reported flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import NotConverged
from corridor.estimate.accounts.best import SIZES, SMALLEST, classes

if TYPE_CHECKING:
    from corridor.axes import Floats

COVERAGE = 0.8
LEAST_IN_CLASS = 20
"""A class of intervals with fewer flows takes the quantiles of all flows (our judgement)."""
MOST_STEPS = 200
TOLERANCE = 1e-6


def fit_weights(units: Floats, reported: Floats, power: float) -> Floats:
    """Find the nonnegative weights w for which `units @ w` fits the reported flows best.

    Quasi-likelihood of a Tweedie family with identity link: the variance of a flow grows as a power of its mean
    (Jorgensen 1987, JRSS B 49:127), 1 being Poisson and 2 gamma, found by iterated weighted nonnegative least squares.
    So the weighted errors are zero on average, large flows do not rule the fit, and zeros are welcome. One person is
    added to the mean in the variance.

    Parameters
    ----------
    units : [cell, part], flow for one unit of each weight
    reported : [cell]
    power : of the variance

    Raises
    ------
    NotConverged
        If the weights still move after `MOST_STEPS`.
    """
    from scipy.optimize import nnls  # noqa: PLC0415 - slow to import, and only fitting needs it

    mean = units.sum(axis=1) * reported.sum() / units.sum()
    for _ in range(MOST_STEPS):
        deviation = (mean + 1.0) ** (power / 2.0)
        weights: Floats = nnls(units / deviation[:, None], reported / deviation)[0]
        before, mean = mean, units @ weights
        if (np.abs(mean - before) / (mean + 1.0)).max() <= TOLERANCE:
            return weights
    raise NotConverged("the weights of the best estimate did not converge")


def learn_factors(moves: Floats, resting: Floats, reported: Floats) -> Floats:
    """Bounds of intervals over the estimate by class: [size, resting or not, (lower, upper)].

    Quantiles of the reported over the estimated flow; both are taken as at least `SMALLEST`.

    Parameters
    ----------
    moves : [cell], moves a year, estimated without knowledge of the cell
    resting : [cell], `best.resting_share`
    reported : [cell], moves a year
    """
    ratio = np.maximum(reported, SMALLEST) / np.maximum(moves, SMALLEST)
    size, rests = classes(moves, resting)
    factors = np.empty((len(SIZES) + 1, 2, 2))
    for place in np.ndindex(factors.shape[:2]):
        inside = (size == place[0]) & (rests == place[1])
        factors[place] = quantiles(ratio[inside] if inside.sum() >= LEAST_IN_CLASS else ratio)
    return factors


def quantiles(ratio: Floats) -> Floats:
    """Return the lower and the upper quantile between which `COVERAGE` of the ratios lie."""
    tail = (1.0 - COVERAGE) / 2.0
    return np.quantile(ratio, [tail, 1.0 - tail])
