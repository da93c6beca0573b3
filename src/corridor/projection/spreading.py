"""Spreading totals over groups, with or without a limit to what a group can take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats


def spread(totals: Floats, weights: Floats) -> Floats:
    """Spread each total over its groups in proportion to weights [total, sex, age]; nothing if all are zero."""
    sums = weights.sum(axis=(1, 2))
    per_weight = np.divide(totals, sums, out=np.zeros_like(totals), where=sums > 0)
    spread: Floats = weights * per_weight[:, None, None]
    return spread


def spread_within(totals: Floats, weights: Floats, limit: Floats) -> Floats:
    """Give every group its share up to its limit, and what is left to the groups that still have room."""
    given = np.zeros_like(weights)
    for _ in range(weights.shape[1] * weights.shape[2]):
        left = totals - given.sum(axis=(1, 2))
        room = np.where(given < limit, weights, 0.0)
        if not ((left > 1e-9 * totals) & (room.sum(axis=(1, 2)) > 0)).any():
            break
        given = np.minimum(given + spread(left, room), limit)
    return given
