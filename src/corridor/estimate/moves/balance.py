"""Moves that agree with net migration and with the stocks: the `consistent` estimate.

In a year the people born in b who live in d change by

    D_bd = O_bd - R_bd - deaths_bd + e_bd          O out of the birthplace, R home, e the misfit of the stocks

and the net migration of an area is what arrives less what leaves. Both hold when O - R = N with N = D + deaths - e.
The turnover O + R is that of the estimate, as far as N leaves room; the misfit e is the smallest that lets the net
migration of all areas be the UN's, each stock weighing by how uncertain it is: e_bd = w_bd (l_d - l_b), with one l an
area (weighted least squares; the equations are those of a network of springs). Moves that no stock explains are the
same in both directions, their geometric mean: they are circular, or of people born in third countries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats

CERTAINTY = 1.75
"""How the variance of a stock's change grows with the moves that feed it: at 2 large corridors bear nearly all, at 1
small ones are off by as much as they change (our judgement, by the scores of `docs/results/moves.md`)."""
PRESENT = 1.0
"""Persons: no stock is more certain than this."""


@dataclass(frozen=True, slots=True)
class Balanced:
    """Moves of a year.

    Attributes
    ----------
    outward, returning : [birthplace, residence], persons
    circular : [orig, dest], persons, symmetric
    misfit : [birthplace, residence], persons by which the stock's change is not met
    """

    outward: Floats
    returning: Floats
    circular: Floats
    misfit: Floats

    @property
    def moves(self) -> Floats:
        """All moves: [orig, dest], persons."""
        moves: Floats = self.outward + self.returning.T + self.circular
        return moves


def balanced(outward: Floats, returning: Floats, remainder: Floats, needed: Floats, net: Floats) -> Balanced:
    """Make moves consistent.

    Parameters
    ----------
    outward, returning : [birthplace, residence], estimated moves, persons
    remainder : [orig, dest], estimated moves that no stock explains, persons
    needed : [birthplace, residence], growth of the stock plus deaths, persons
    net : [area], net migration, summing to zero, persons
    """
    turnover = outward + returning
    weights = (turnover + PRESENT) ** CERTAINTY
    np.fill_diagonal(weights, 0.0)
    misfit = least_misfit(needed, net, weights)
    excess = needed - misfit
    turnover = np.maximum(turnover, np.abs(excess))
    np.fill_diagonal(turnover, 0.0)
    circular = np.sqrt(remainder * remainder.T)
    np.fill_diagonal(circular, 0.0)
    return Balanced((turnover + excess) / 2.0, (turnover - excess) / 2.0, circular, misfit)


def least_misfit(needed: Floats, net: Floats, weights: Floats) -> Floats:
    """Smallest misfit of stocks, weighted, with which net migration is as demanded: [birthplace, residence], persons.

    Parameters
    ----------
    needed : [birthplace, residence], moves out of the birthplace less moves home that the stocks ask for, persons
    net : [area], persons, summing to zero
    weights : [birthplace, residence], variances of the stocks' changes
    """
    asked = needed.sum(axis=0) - needed.sum(axis=1)
    both = weights + weights.T
    laplacian = np.diag(both.sum(axis=1)) - both
    laplacian += both.sum() / len(net) ** 2
    potential = np.linalg.solve(laplacian, asked - net)
    misfit: Floats = weights * (potential[None, :] - potential[:, None])
    return misfit
