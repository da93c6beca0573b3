"""Sobol' indices: which share of an output's variance each input has, through SciPy.

First order: what of the variance would go, in the mean, if the input were known. Total: what would stay if all others
were known, its part in every interaction included. Without interactions both are the same and first orders add up to 1.

Sobol' 1993 (*Sensitivity analysis for nonlinear mathematical models*); estimators of Saltelli et al. 2010 (*Computer
Physics Communications* 181: 259-270). Inputs are independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.demography.random_streams import stream

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers

RESAMPLES = 999
INTERVAL = 0.95


@dataclass(frozen=True, slots=True)
class Indices:
    """Sobol' indices with intervals of 95 %, from resampled base points; all 0 where an output does not vary.

    Attributes
    ----------
    first, total : [output, input]; estimates, which can lie a little outside 0..1
    first_range, total_range : [2, output, input], lower and upper bound
    """

    first: Floats
    total: Floats
    first_range: Floats
    total_range: Floats


def sobol_points(inputs: int, samples: int, seed: int) -> Floats:
    """Return where a function is to be evaluated: [2 + input, sample, input], in the unit cube.

    The first two are independent samples A and B, scrambled Sobol' points; the others are A with one input from B.

    Parameters
    ----------
    samples : a power of 2
    """
    from scipy.stats import qmc  # noqa: PLC0415 - slow to import

    both = qmc.Sobol(2 * inputs, rng=seed).random(samples).reshape(samples, 2, inputs)
    a, b = both[:, 0], both[:, 1]
    mixed = np.repeat(a[None], inputs, axis=0)
    each = np.arange(inputs)
    mixed[each, :, each] = b[:, each].T
    return np.concatenate([a[None], b[None], mixed])


def sobol_indices(values: Floats, seed: int) -> Indices:
    """Return the indices of functions that were evaluated at `sobol_points`.

    Parameters
    ----------
    values : [output, 2 + input, sample]
    seed : of the resampling
    """
    from scipy.stats import bootstrap  # noqa: PLC0415 - slow to import

    def of(chosen: Integers) -> Floats:
        """Return the indices from a choice of the sampled points."""
        return _estimates(values[:, :, chosen])

    everyone = np.arange(values.shape[-1])
    drawn = bootstrap(
        (everyone,),
        of,
        vectorized=False,
        n_resamples=RESAMPLES,
        confidence_level=INTERVAL,
        method="percentile",
        rng=stream(seed, "sobol", "resampling"),
    ).confidence_interval
    (first, total), bounds = of(everyone), np.stack([drawn.low, drawn.high], axis=1)
    return Indices(first, total, bounds[0], bounds[1])


def _estimates(values: Floats) -> Floats:
    """First and total order: [2, output, input]."""
    from scipy.stats import sobol_indices as estimate  # noqa: PLC0415 - slow to import

    outputs, rows, samples = values.shape
    kept = np.concatenate([values, np.zeros((1, rows, samples))])  # SciPy drops the axis of a single output
    given = {"f_A": kept[:, 0], "f_B": kept[:, 1], "f_AB": np.moveaxis(kept[:, 2:], 1, 0)}
    found = estimate(func=given, n=samples)
    orders = (found.first_order, found.total_order)
    return np.stack([order.reshape(outputs + 1, rows - 2)[:outputs] for order in orders])
