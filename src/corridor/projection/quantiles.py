"""Exact quantiles of trajectories, block by block, so that the copy that is sorted stays small."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from corridor.axes import Booleans, Floats

    Singles: TypeAlias = npt.NDArray[np.float32]

UN_BOUNDS = (0.025, 0.1, 0.5, 0.9, 0.975)
"""Probabilities of the UN's 80 and 95 per cent bounds, and the median."""
BLOCK = 4096
"""Cells that are sorted at a time: 16 MB for a thousand trajectories."""


def quantiles(values: Singles | Floats, probabilities: Sequence[float] = UN_BOUNDS) -> Floats:
    """Quantiles over the first axis: [probability, ...] of values [trajectory, ...], in their unit.

    Linear between order statistics (Hyndman & Fan 1996, definition 7).
    """
    trajectories = len(values)
    flat = values.reshape(trajectories, -1)
    ranks = np.array(probabilities) * (trajectories - 1)
    below = np.minimum(ranks.astype(np.int64), max(trajectories - 2, 0))
    above = np.minimum(below + 1, trajectories - 1)
    weight = ranks - below
    found = np.empty((len(ranks), flat.shape[1]))
    for first in range(0, flat.shape[1], BLOCK):
        ordered = np.ascontiguousarray(flat[:, first : first + BLOCK].T)
        ordered.sort(axis=1)
        low, high = ordered[:, below].astype(np.float64), ordered[:, above].astype(np.float64)
        found[:, first : first + BLOCK] = (low + weight * (high - low)).T
    return found.reshape(len(ranks), *values.shape[1:])


def group_totals(values: Singles | Floats, members: Booleans) -> Floats:
    """Totals of groups of areas in every trajectory: [trajectory, year, group].

    Quantiles of a group are those of its totals; the sum of its areas' quantiles is something else.

    Parameters
    ----------
    values : [trajectory, year, area]
    members : [group, area]
    """
    weights = members.astype(np.float64).T
    totals = np.empty((*values.shape[:2], len(members)))
    for of_trajectory, summed in zip(values, totals, strict=True):
        np.matmul(of_trajectory, weights, out=summed)
    return totals
