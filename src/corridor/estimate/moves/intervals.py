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
CONSISTENT_SIZES = np.array([0.0, 100.0, 1000.0, 10_000.0])
CONSISTENT_LOGS = np.array([[-1.0, 1.0], [-1.15, 1.0], [-1.4, 0.85], [-1.8, 0.65]])
"""Bounds of 80 % intervals of the product `consistent`, added to its logarithm: [size, (lower, upper)]."""
CONSISTENT_WIDTHS = {
    "Africa": 1.15,
    "Asia": 1.15,
    "Europe": 0.85,
    "Latin America and the Caribbean": 0.7,
    "Northern America": 1.15,
    "Oceania": 1.1,
}
"""Times these bounds where the destination lies. The product is not drawn to what was measured, so that a measured
corridor is as uncertain in it as any other."""
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
    return _shifted(moves, QUANTILES[np.digitize(moves, SIZES[1:])] * deviation[..., None])


def bounds_of_consistent(moves: Floats) -> tuple[Floats, Floats]:
    """Lower and upper bound of 80 % intervals of `consistent` [..., orig, dest]; persons, not negative."""
    widths = np.array([CONSISTENT_WIDTHS[area.region] for area in areas()])
    return _shifted(moves, CONSISTENT_LOGS[np.digitize(moves, CONSISTENT_SIZES[1:])] * widths[:, None])


def _shifted(moves: Floats, logs: Floats) -> tuple[Floats, Floats]:
    """Move the logarithm of (moves + `OFFSET`) by logs [..., (lower, upper)]; nobody moves where nobody is seen to."""
    ends = np.maximum((moves[..., None] + OFFSET) * np.exp(logs) - OFFSET, 0.0)
    ends = np.where(moves[..., None] > 0.0, ends, 0.0)
    return ends[..., 0], ends[..., 1]
