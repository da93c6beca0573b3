"""The published blend of two estimates of transitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from corridor.axes import Floats

INDEPENDENCE_WEIGHT = 0.13
"""Weight of independence beside minimum migration.

The published "pseudo-Bayes" flows (Azose and Raftery 2019; Abel and Cohen 2019, 2022) are 0.87 of the one and 0.13 of
the other: a regression of the published tables on the two gives 0.127 to 0.130 in all six periods from 1990 to 2020.
"""


def blend(minimum: Floats, independence: Floats, weight: float = INDEPENDENCE_WEIGHT) -> Floats:
    """Return `(1 - weight) * minimum + weight * independence`, two estimates of the same transitions.

    Raises
    ------
    InputError
        If the weight is not between 0 and 1.
    """
    if not 0 <= weight <= 1:
        raise InputError(Problem("the weight is not between 0 and 1", "Use 0.13 for the published blend", value=weight))
    return (1 - weight) * minimum + weight * independence
