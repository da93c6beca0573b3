"""A thin gravity floor under destination shares, so that no corridor is closed for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas
from corridor.areas.distance import great_circle_km
from corridor.errors import InputError, Problem
from corridor.estimate.own.checked import checked_arrays, is_real
from corridor.estimate.tables.ipf import fit_margins

if TYPE_CHECKING:
    from corridor.axes import Floats

NEAREST_KM = 100.0
"""Areas whose label points are closer count as this far apart (our judgement)."""
DISTANCE_ELASTICITY = -1.2
"""Doubly constrained gravity on published flows of 2015: -1.202 from four programs (design notes, estimation)."""
FLOOR_SHARE = 0.01
"""Share of every origin's outward moves that gravity spreads (our judgement)."""


def label_distance_km() -> Floats:
    """Distance between the label points of all areas: [orig, dest], km."""
    longitude, latitude = np.array([(area.longitude, area.latitude) for area in areas()]).T
    return great_circle_km(longitude, latitude)


def with_gravity_floor(moves: Floats, distance: Floats, share: float = FLOOR_SHARE) -> Floats:
    """Let a doubly constrained gravity spread a share of the moves; row and column sums stay: [orig, dest].

    Parameters
    ----------
    moves : [orig, dest], persons, diagonal zero
    distance : [orig, dest], km
    share : of each origin's moves

    Raises
    ------
    InputError
        If shapes disagree, a number is negative or not finite, or the share is none.
    """
    moves, distance = checked_arrays(("moves", moves, "area area"), ("distance", distance, "area area"))
    if not (is_real(share) and 0 <= share <= 1):
        raise InputError(
            Problem("a share is not between 0 and 1", "Give a number from 0 to 1", column="share=", value=share)
        )
    apart = np.maximum(distance, NEAREST_KM)
    seed = apart**DISTANCE_ELASTICITY
    np.fill_diagonal(seed, 0.0)
    gravity = fit_margins(seed, moves.sum(axis=1), moves.sum(axis=0)).table
    floored: Floats = (1.0 - share) * moves + share * gravity
    return floored
