"""Fixed effects of many levels as one sparse design, and weighted least squares on it.

The normal equations of the effects are solved by conjugate gradients, preconditioned with their diagonal, for all
right-hand sides at once. They are singular (a constant can move from one effect to another) but consistent, which
conjugate gradients bear: what they return is one of the solutions, and everything fitted is the same in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.errors import NotConverged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats, Integers

MOST_GRADIENTS = 20_000
PRECISION = 1e-11
"""Residual of the normal equations over what their right-hand side adds up, in the norm of the preconditioner. Sums
that cancel are therefore solved to the same absolute precision as others, and rounding cannot stop the steps."""


@dataclass(frozen=True, slots=True)
class EffectsDesign:
    """Rows of observations, each in one level of every effect.

    Attributes
    ----------
    dummies : sparse [row, level], the levels of all effects side by side
    dummies_transposed : sparse [level, row], the same
    starts : [effect + 1], where the levels of each effect begin
    """

    dummies: Any
    dummies_transposed: Any
    starts: Integers

    @property
    def levels(self) -> int:
        """Number of levels of all effects."""
        return int(self.starts[-1])

    def fitted(self, values: Floats) -> Floats:
        """Return the sum of each row's effects: [row, ...] from [level, ...]."""
        sums: Floats = self.dummies @ values
        return sums

    def sums(self, rows: Floats) -> Floats:
        """Return the sum of the rows of each level: [level, ...] from [row, ...]."""
        totals: Floats = self.dummies_transposed @ rows
        return totals

    def slices(self) -> list[slice]:
        """Return the place of each effect among the levels."""
        return [slice(int(begin), int(end)) for begin, end in zip(self.starts[:-1], self.starts[1:], strict=True)]

    def rows(self, kept: Booleans) -> EffectsDesign:
        """Return the design of some of the rows, with all levels."""
        return _design(self.dummies[kept], self.starts)

    def least_squares(self, values: Floats, weights: Floats, start: Floats) -> Floats:
        """Return effects [level, column] that fit `values` [row, column] best with `weights` [row].

        Parameters
        ----------
        start : [level, column], where to begin; levels without rows stay as they are there

        Raises
        ------
        NotConverged
            If conjugate gradients do not get to the precision.
        """
        if not self.levels:
            return start
        weighted = self.dummies.copy()
        weighted.data *= np.repeat(weights, len(self.starts) - 1)
        normal = (self.dummies_transposed @ weighted).tocsr()
        pulls = weights[:, None] * values
        return _conjugate_gradients(normal, self.sums(pulls), self.sums(np.abs(pulls)), start)


def effects_design(effects: Sequence[Integers], sizes: Sequence[int], rows: int) -> EffectsDesign:
    """Return the design of effects given as codes [row], 0 to size - 1 each."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import

    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    columns = np.zeros((rows, len(effects)), dtype=np.int32)
    for place, codes in enumerate(effects):
        columns[:, place] = codes + starts[place]
    pointers = (np.arange(rows + 1) * len(effects)).astype(np.int32)
    dummies = csr_array((np.ones(columns.size), columns.ravel(), pointers), shape=(rows, int(starts[-1])))
    return _design(dummies, starts)


def _design(dummies: Any, starts: Integers) -> EffectsDesign:  # noqa: ANN401 - SciPy is untyped
    return EffectsDesign(dummies, dummies.T.tocsr(), starts)


def _conjugate_gradients(normal: Any, wanted: Floats, added: Floats, start: Floats) -> Floats:  # noqa: ANN401 - as above
    """Solve `normal @ solution = wanted` [level, column]; each column has its own steps."""
    diagonal = normal.diagonal()[:, None]
    scale = np.divide(1.0, diagonal, out=np.zeros_like(diagonal), where=diagonal > 0)
    solution = start.copy()
    residual = wanted - normal @ solution
    limit = PRECISION**2 * np.einsum("lc,lc->c", added, scale * added)
    direction = scale * residual
    size = np.einsum("lc,lc->c", residual, direction)
    for _ in range(MOST_GRADIENTS):
        active = size > limit
        if not active.any():
            return solution
        image = normal @ direction
        curvature = np.einsum("lc,lc->c", direction, image)
        length = np.divide(size, curvature, out=np.zeros_like(size), where=active & (curvature > 0))
        solution += length * direction
        residual -= length * image
        scaled = scale * residual
        before, size = size, np.where(active, np.einsum("lc,lc->c", residual, scaled), 0.0)
        direction = scaled + np.divide(size, before, out=np.zeros_like(size), where=active) * direction
    raise NotConverged(f"least squares on fixed effects did not settle in {MOST_GRADIENTS} conjugate gradients")


def null_directions(design: EffectsDesign, count: int, generator: np.random.Generator) -> Floats:
    """Return random directions of the effects [level, count] that change none of the rows.

    A random vector less its projection on what the rows see. With probability one, a sum of levels that such a
    direction leaves alone is settled by the rows.
    """
    random = generator.standard_normal((design.levels, count))
    seen = design.least_squares(design.fitted(random), np.ones(design.dummies.shape[0]), np.zeros_like(random))
    directions: Floats = random - seen
    return directions
