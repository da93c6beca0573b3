"""Intervals of moves: learnt from countries held out, wider where a corridor is unlike all measured ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas

if TYPE_CHECKING:
    from corridor.axes import Floats

SIZES = np.array([0.0, 100.0, 1000.0])
"""Least moves a year of the classes of size, persons."""
QUANTILES = np.array([[-0.75, 0.6], [-1.0, 0.85], [-1.0, 0.75]])
"""Bounds of 80 % intervals in standard deviations of the logarithm: [size, (lower, upper)]."""
WIDTHS = {
    "Africa": 1.35,
    "Asia": 1.3,
    "Europe": 1.0,
    "Latin America and the Caribbean": 0.75,
    "Northern America": 0.85,
    "Oceania": 1.05,
}
"""Times the bounds where the destination lies: what holds four fifths of moves above 100, countries held out."""
OFFSET = 20.0
"""Added to moves before logarithms are taken, persons a year, as in the fit."""


def widths_of_destinations() -> Floats:
    """Return `WIDTHS` of all areas as destinations: [dest]."""
    return np.array([WIDTHS[area.region] for area in areas()])


def bounds_of(moves: Floats, deviation: Floats) -> tuple[Floats, Floats]:
    """Lower and upper bound of 80 % intervals, shaped as the moves; persons, not negative.

    Parameters
    ----------
    moves : [...], persons a year
    deviation : [...], standard deviation of the logarithm of (moves + `OFFSET`), times the width of its class
    """
    size = np.digitize(moves, SIZES[1:])
    lower, upper = (
        np.maximum((moves + OFFSET) * np.exp(QUANTILES[size, end] * deviation) - OFFSET, 0.0) for end in (0, 1)
    )
    return np.where(moves > 0.0, lower, 0.0), np.where(moves > 0.0, upper, 0.0)
