"""From transitions to moves a year, and the blend of two estimates of transitions.

A transition compares where people live at two dates. Who leaves and comes back in between is not seen, so four-year
and five-year transitions are not in the proportion four to five, and neither divided by its years is a number of moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from corridor.axes import Floats

INDEPENDENCE_WEIGHT = 0.13
"""Weight of independence beside minimum migration.

The published "pseudo-Bayes" flows (Azose and Raftery 2019; Abel and Cohen 2019, 2022) are 0.87 of the one and 0.13 of
the other: a regression of the published tables on the two gives 0.127 to 0.130 in all six periods from 1990 to 2020.
All these are periods of `WEIGHT_YEARS`.
"""
WEIGHT_YEARS = 5

GOING_BACK = 0.079
"""Share of those away who go back in a year: our fit, not a published figure.

At this rate the moves a year that follow from the blended transitions of 2000-2020 add up to what 28 European
countries report of each other (Eurostat, 2,561 pairs of countries and periods; five times the mean of the reported
years): the estimates come to 0.79 of the reported without it.
"""


def blend(minimum: Floats, independence: Floats, weight: float = INDEPENDENCE_WEIGHT) -> Floats:
    """Return `(1 - weight) * minimum + weight * independence`, two estimates of the same transitions.

    Raises
    ------
    InputError
        If the weight is not between 0 and 1.
    """
    if not 0 <= weight <= 1:
        raise InputError(Problem("a weight is between 0 and 1", "Use 0.13 for the published blend", value=weight))
    return (1 - weight) * minimum + weight * independence


def independence_weight(years: float) -> float:
    """Return the weight of independence in a period of some years: in proportion to its length (our judgement).

    Minimum migration grows with the length of the period. The independence table does not: it is where everyone would
    stand if all had moved, however long that took.
    """
    return INDEPENDENCE_WEIGHT * years / WEIGHT_YEARS


def annual_moves(transitions: Floats, years: float, going_back: float = GOING_BACK) -> Floats:
    """Turn transitions over some years into moves a year.

    The model is ours, a judgement: outward moves of a birthplace happen at an even pace, and whoever is away goes back
    at a constant rate. An outward move made when `t` years of the window are left is still visible at its end with
    probability `exp(-going_back * t)`, on average over the window `1 / k = (1 - exp(-going_back * years)) /
    (going_back * years)`. So `k` outward moves were made for each that is seen, and `k - 1` of them were undone by a
    return that is not seen either. The returns that are seen are of people who had left before the window:

    - outward `k * outward / years`
    - return `(return + (k - 1) * outward.T) / years`
    - transit `(transit + (k - 1) * max(transit, transit.T)) / years`, the larger direction of two places being the
      outgoing one

    Windows of any length over the same steady process give the same moves a year, and net migration is that of the
    transitions.

    Parameters
    ----------
    transitions : [type, orig, dest], people by place at both dates, types as in `axes.TYPES`
    years : length of the window
    going_back : share of those away who go back, per year and person (0 = nobody)

    Returns
    -------
    [type, orig, dest], moves a year

    Raises
    ------
    InputError
        If the window is not longer than zero years or the rate is negative.
    """
    if not years > 0 or not going_back >= 0:
        rule = "a window is longer than zero years and a rate of going back is not negative"
        raise InputError(Problem(rule, "Check years and going_back", value=(years, going_back)))
    unseen = moves_per_transition(years, going_back) - 1
    moves = transitions.astype(np.float64)
    moves[OUTWARD] += unseen * transitions[OUTWARD]
    moves[RETURN] += unseen * transitions[OUTWARD].T
    moves[TRANSIT] += unseen * np.maximum(transitions[TRANSIT], transitions[TRANSIT].T)
    return moves / years


def moves_per_transition(years: float, going_back: float) -> float:
    """Return how many outward moves stand behind one that is visible after a window (`k` in `annual_moves`)."""
    exponent = going_back * years
    return float(exponent / -np.expm1(-exponent)) if exponent > 0 else 1.0
