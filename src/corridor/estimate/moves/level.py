"""The usual level of every corridor: the model of stocks and its correction, learnt from measured pairs.

The estimate is the geometric mean of two: the model with effects of areas, and the model without them corrected by
what alike corridors say (`correction`). Each errs where the other does not: the first knows the large corridors, the
second the many small ones. A geometric mean of estimates with errors lies below the mean of what is measured;
`LIFT` makes that good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.moves.correction import Correction, corrected, correction
from corridor.estimate.moves.structure import Coefficients, Parts, Scales, design, fitted, opened, parts, scales_of

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats
    from corridor.estimate.moves.terms import Facts

FIT_YEARS = (2019, 2020, 2021, 2022)
"""The years that are measured."""
LIFT = 1.12
"""Factor that brings the sum of estimates to the sum of measured moves, on countries held out."""
FEWEST = 3.0
"""Added to moves before geometric means are taken, persons a year (our judgement)."""


@dataclass(frozen=True, slots=True)
class Level:
    """What was learnt, and what it gives for the years of the fit.

    Attributes
    ----------
    coefficients : of the model with effects of areas
    scales : of its terms
    model : its moves in the years of the fit
    change : [orig, dest], the estimate over the model's moves, logarithm of both with `FEWEST` added
    variance : [orig, dest], of the correction, by how unlike the pair is to measured ones
    """

    coefficients: Coefficients
    scales: Scales
    model: Parts
    change: Floats
    variance: Floats

    @property
    def moves(self) -> Floats:
        """Estimate for the mean of the years of the fit: [orig, dest], persons a year."""
        return self.applied(self.model.moves)

    def applied(self, moves: Floats) -> Floats:
        """Correct moves of the model: [orig, dest], persons a year, not negative."""
        changed: Floats = np.maximum((moves + FEWEST) * np.exp(self.change) - FEWEST, 0.0)
        np.fill_diagonal(changed, 0.0)
        return changed


def level(known: Facts, measured: Floats, chosen: Booleans) -> Level:
    """Learn the level of all corridors.

    Parameters
    ----------
    known : facts of `FIT_YEARS`
    measured : [orig, dest], mean of measured moves, persons a year
    chosen : [orig, dest], pairs to learn from
    """
    scales = scales_of(known)
    given = design(known, scales)
    coefficients = fitted(given, measured, chosen, effects=True)
    pooled = opened(given, parts(given, coefficients))
    plain = opened(given, parts(given, fitted(given, measured, chosen, effects=False)))
    learnt: Correction = correction(known, plain, measured, chosen)
    rival = corrected(plain.moves, learnt.mean)
    middle = np.sqrt((pooled.moves + FEWEST) * (rival + FEWEST)) - FEWEST
    change = np.log((np.maximum(LIFT * middle, 0.0) + FEWEST) / (pooled.moves + FEWEST))
    return Level(coefficients, scales, pooled, change, learnt.variance)
