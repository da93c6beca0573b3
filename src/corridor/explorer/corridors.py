"""Which corridors an explorer keeps: the largest of the world, and all that its group or a lever is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import TypeVar

    from numpy.typing import NDArray

    from corridor.axes import Booleans, Floats, Integers

    Scalar = TypeVar("Scalar", bound=np.generic)

MOST, MOST_FAR, NEAR = 5500, 1500, 40
"""Largest corridors of the world that are kept, in projections of up to `NEAR` years and in longer ones: so that a file
can be mailed."""
LEAST_PEAK = 5.0
"""Moves in the largest year below which a corridor is left out even within the group, persons."""


@dataclass(frozen=True, slots=True)
class KeptCorridors:
    """Corridors in the order of an explorer's arrays, the largest first.

    Attributes
    ----------
    orig, dest : [corridor], positions of areas
    """

    orig: Integers
    dest: Integers

    @classmethod
    def of_peaks(cls, peaks: Floats, wanted: Booleans, years: int) -> KeptCorridors:
        """Choose corridors.

        Parameters
        ----------
        peaks : [orig, dest], moves in the largest year, persons
        wanted : [orig, dest], corridors that are kept if anybody moves there
        years : of the projection
        """
        order = np.argsort(-peaks, axis=None, kind="stable")
        flat, chosen = peaks.ravel()[order], wanted.ravel()[order]
        order = order[((np.arange(len(order)) < (MOST if years <= NEAR else MOST_FAR)) | chosen) & (flat >= LEAST_PEAK)]
        orig, dest = np.unravel_index(order, peaks.shape)
        return cls(orig.astype(np.int64), dest.astype(np.int64))

    def of(self, table: NDArray[Scalar]) -> NDArray[Scalar]:
        """Take the corridors of a table [..., orig, dest]: [..., corridor]."""
        return table[..., self.orig, self.dest]

    def by_year(self, table: Floats) -> Floats:
        """Take the corridors of a table [year, orig, dest]: [corridor, year]."""
        return np.ascontiguousarray(table[:, self.orig, self.dest].T)

    def places(self, orig: Integers, dest: Integers) -> Integers:
        """Return the positions of corridors, -1 of those that are not kept."""
        table = np.full((1000, 1000), -1)
        table[self.orig, self.dest] = np.arange(len(self.orig))
        found: Integers = table[orig, dest]
        return found
