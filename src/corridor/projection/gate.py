"""The policy gate: how many of those who want to move can move legally through a pathway of limited capacity.

`L = D / (1 + (D/K)^4)^(1/4)`: nearly all of the demand where places abound, nearly all of the places where they are
scarce, and at most either. It grows with demand and with capacity, and is concave in each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats


def legal_moves(demand: Floats, capacity: Floats) -> Floats:
    """Legal moves, persons a year: any shapes that broadcast, demand not negative, capacity from 0 to infinity."""
    moves: Floats = demand * _served(demand, capacity)
    return moves


def legal_slope(demand: Floats, capacity: Floats) -> Floats:
    """Legal moves gained per place added, dL/dK = (L/K)^5: 1 at no capacity, 0 without demand. Shapes as above."""
    filled = _served(capacity, demand)
    square = filled * filled
    slope: Floats = np.where(np.asarray(demand) > 0.0, square * square * filled, 0.0)
    return slope


def _served(wanted: Floats, there: Floats) -> Floats:
    """Return 1 / (1 + (wanted/there)^4)^(1/4): 1 where nothing is wanted, 0 where much is and nothing there."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.divide(wanted, there)
        ratio *= ratio
        ratio *= ratio
        share: Floats = 1.0 / np.sqrt(np.sqrt(1.0 + ratio))
    return np.where(np.asarray(wanted) > 0.0, share, 1.0)
